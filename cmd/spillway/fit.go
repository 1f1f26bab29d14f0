package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"spillway/distributions/arrivals"
	"spillway/distributions/fit"
	"spillway/results"
	"spillway/scenarios"
	"spillway/sim/experiment"
	"spillway/sim/explain"
)

// fits are the formats of fit.
var fits = map[string]func(io.Writer, *results.Fit) error{
	"table":    results.WriteFit,
	"markdown": results.WriteFitMarkdown,
	"json":     results.WriteFitJSON,
}

// fitFlags are those of fit.
type fitFlags struct {
	flags
	columns  arrivals.TraceOptions
	format   string // of times
	limit    int64
	servers  int
	seed     uint64
	scenario string
}

func (p *program) fitCommand() *cobra.Command {
	var f fitFlags
	c := &cobra.Command{
		Use:   "fit TRACE.csv",
		Short: "Statistics and fitted models of a recorded log, as a scenario",
		Long: "Statistics of a recorded log (CSV, plain or gzip), the laws and arrival models that fit it, the best of them as a scenario\n" +
			"that runs at once, and how far a simulation of that is from the replay of the log on the same servers.\n" +
			"The log is held in memory, at most 10 million rows. With --class each class is fitted by itself.",
		Args: func(c *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef("%s: %d logs given, want one CSV file", c.CommandPath(), len(args))
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error { return p.fit(c, &f, args[0]) },
	}
	s := c.Flags()
	s.SortFlags = false
	s.StringVar(&f.columns.Time, "time", "", "`COLUMN` of the arrivals (default: one that is called arrival…, time… or timestamp…)")
	s.StringVar(&f.columns.Service, "service", "", "column or formula of the service time in seconds: '0.02 + 0.001*tokens'")
	s.StringVar(&f.columns.Class, "class", "", "column of the class")
	s.StringVar(&f.columns.Started, "started", "", "column of the starts, in a scheduler's own log")
	s.StringVar(&f.columns.Finished, "finished", "", "column of the ends; the service time is from the start to the end")
	s.StringVar(&f.format, "time-format", "", strings.Join(arrivals.TimeFormats(), ", ")+" (default: found from the first row)")
	s.Int64Var(&f.limit, "limit", 0, "use so many rows")
	s.IntVar(&f.servers, "servers", 0, fmt.Sprintf("of the scenario (default: the fewest for a load of at most %g)", explain.DesignLoad))
	s.Uint64Var(&f.seed, "seed", 1, "seed of the random numbers")
	s.StringVar(&f.scenario, "scenario", "", "write the fitted scenario to `FILE`")
	s.StringVar(&f.flags.format, "format", "table", "table, json or markdown")
	s.StringVarP(&f.output, "output", "o", "", "write to `FILE` instead of standard output, whole or not at all")
	s.IntVar(&f.parallel, "parallel", 0, "replications at a time (default: all cores); the results are the same")
	s.BoolVar(&f.quiet, "quiet", false, "nothing on standard error but errors")
	s.BoolVar(&f.timing, "timing", false, "put the time that it took into the JSON, in a field 'timing'")
	return c
}

func (f *fitFlags) check(c *cobra.Command) error {
	if _, ok := fits[f.flags.format]; !ok {
		return usagef("%s: --format %s: want table, json or markdown", c.CommandPath(), f.flags.format)
	}
	for _, n := range []struct {
		flag  string
		value int64
	}{{"limit", f.limit}, {"servers", int64(f.servers)}, {"parallel", int64(f.parallel)}} {
		if c.Flags().Changed(n.flag) && n.value < 1 {
			return usagef("%s: --%s %d: want 1 or more", c.CommandPath(), n.flag, n.value)
		}
	}
	f.columns.Limited, f.columns.Limit, f.columns.Speedup = c.Flags().Changed("limit"), f.limit, 1
	if f.format != "" {
		var ok bool
		if f.columns.TimeFormat, ok = arrivals.ParseTimeFormat(f.format); !ok {
			return usagef("%s: --time-format %s: want %s", c.CommandPath(), f.format, strings.Join(arrivals.TimeFormats(), ", "))
		}
	}
	return errors.Join(checkOutput(f.output), checkOutput(f.scenario))
}

func (p *program) fit(c *cobra.Command, f *fitFlags, file string) error {
	if err := f.check(c); err != nil {
		return err
	}
	trace, guessed, err := openTrace(c, f, file)
	if err != nil {
		return fitError(file, err)
	}
	study, err := explain.NewStudy(trace, f.servers, fit.DefaultOptions())
	if err != nil {
		return fitError(file, err)
	}
	out, err := newFit(f, file, trace, guessed, study)
	if err != nil {
		return err
	}
	if out.Scenario != "" {
		if err := p.distances(f, file, out, study); err != nil {
			return err
		}
	}
	results.TellFit(out)
	return p.printFit(f, out)
}

// printFit writes the report, and the scenario where that was asked for.
func (p *program) printFit(f *fitFlags, out *results.Fit) error {
	var text bytes.Buffer
	if err := fits[f.flags.format](&text, out); err != nil {
		return err
	}
	if f.scenario != "" {
		if out.Scenario == "" {
			return usagef("spillway: --scenario %s: no model could be fitted that can be simulated", f.scenario)
		}
		if err := p.deliver(f.scenario, []byte(out.Scenario)); err != nil {
			return err
		}
	}
	return p.deliver(f.output, text.Bytes())
}

// newFit is what the analysis gave, without simulation.
func newFit(f *fitFlags, file string, trace *arrivals.Trace, guessed []string, study *explain.Study) (*results.Fit, error) {
	s, o := trace.Summary(), trace.Options()
	out := &results.Fit{
		Schema: results.SchemaFit, Program: results.Program{Version: version, Go: runtime.Version(), Arch: runtime.GOARCH},
		Log: results.FitLog{
			File: file, SHA256: s.SHA256, Rows: s.Rows, Time: o.Time, TimeFormat: s.TimeFormat.String(), Service: o.Service, Class: o.Class,
			Started: o.Started, Finished: o.Finished, Seed: f.seed, Confidence: 0.95, Guessed: guessed,
		},
		Scenario: study.Scenario(scenarioName(file), "Fitted to "+filepath.Base(file)+" by spillway fit.", f.seed),
	}
	if out.Scenario != "" {
		out.Servers, out.Load = study.Servers, results.Number(study.Load)
	}
	for _, part := range study.Parts {
		text, err := json.Marshal(part.Report)
		if err != nil {
			return nil, err
		}
		p := results.FitPart{Class: part.Class, Arrivals: part.Model(), Service: part.Law(), Passed: part.Passed}
		if err := json.Unmarshal(text, &p.Analysis); err != nil {
			return nil, err
		}
		out.Parts = append(out.Parts, p)
	}
	return out, nil
}

// distances simulates the fitted scenario beside the replay of the log.
func (p *program) distances(f *fitFlags, file string, out *results.Fit, study *explain.Study) error {
	fitted, err := scenarios.Load(scenarioName(file)+".yaml", []byte(out.Scenario), scenarios.Options{})
	if err != nil {
		return fmt.Errorf("spillway: the fitted scenario cannot be used: %w", err)
	}
	took, err := p.timed(1, &f.flags, func(o experiment.Options) (err error) {
		out.Distances, err = study.Distances(p.ctx, fitted.Points[0].Experiment(f.seed), o)
		return err
	})
	if p.ctx.Err() != nil {
		return &exit{interrupted, "spillway: interrupted"}
	}
	if f.timing {
		out.Timing = &took
	}
	p.say(&f.flags, took)
	return err
}

// scenarioName is a file's name with what a scenario's name may have.
func scenarioName(file string) string {
	name := strings.TrimSuffix(strings.TrimSuffix(filepath.Base(file), ".gz"), ".csv")
	name = strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '-'
	}, name)
	if name = strings.Trim(name, "-"); name == "" {
		return "fitted"
	}
	return name + "-fitted"
}

// fitError is what is wrong with a log, as an exit status.
func fitError(file string, err error) error {
	var e *exit
	var trace *arrivals.TraceError
	var long *explain.TooLongError
	var input *fit.InputError
	switch {
	case errors.As(err, &e):
		return err
	case errors.As(err, &trace) && errors.Is(err, fs.ErrNotExist):
		return usagef("spillway: no file %q", file)
	case errors.As(err, &trace) && trace.Err != nil:
		return fmt.Errorf("spillway: %w", err)
	case errors.As(err, &long):
		return usagef("spillway: %s has %d rows, and at most %d can be held in memory: give --limit", file, long.Rows, long.Most)
	case errors.As(err, &trace), errors.As(err, &input):
		return usagef("spillway: %s", strings.TrimPrefix(err.Error(), "arrivals: "))
	}
	return usagef("spillway: %s: %s", file, strings.TrimPrefix(strings.TrimPrefix(err.Error(), "explain: "), "fit: "))
}
