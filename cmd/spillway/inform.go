package main

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"spillway/results"
	"spillway/scenarios"
	"spillway/sim/analytic"
)

func (p *program) analyticCommand() *cobra.Command {
	var f flags
	c := &cobra.Command{
		Use:   "analytic FILE...",
		Short: "Only the values of theory, with the model that was matched",
		Args:  files(math.MaxInt),
		RunE:  func(c *cobra.Command, args []string) error { return p.analytic(c, &f, args) },
	}
	f.add(c, false)
	c.Flags().IntVar(&f.parallel, "parallel", 0, "points at a time (default: all cores); the results are the same")
	f.addGate(c)
	return c
}

func (p *program) analytic(c *cobra.Command, f *flags, names []string) error {
	if err := f.check(c); err != nil {
		return err
	}
	studies, err := p.load(names, f.set)
	if err != nil {
		return err
	}
	var docs []results.Document
	var failures []error
	for _, s := range studies {
		d := newDocument(s)
		failure, err := solveAll(&d, s, f.parallel)
		if err != nil {
			return err
		}
		if failure != nil {
			failures = append(failures, failure)
		}
		docs = append(docs, d)
	}
	if err := p.print(writers[f.format], f, docs, studies); err != nil {
		return err
	}
	if failures != nil {
		return &exit{failed, errors.Join(failures...).Error()}
	}
	return f.gate(docs)
}

// solveAll solves every point, so many at a time. In a sweep a point without an
// answer stays, with the reason, also where a solver failed: failure is the first
// of these. Where no point has an answer, there is nothing to print.
func solveAll(d *results.Document, s *scenarios.Study, parallel int) (failure, err error) {
	var first error
	solved := 0
	for i, err := range solveEach(d, s, parallel) {
		point, out := &s.Points[i], &d.Points[i]
		switch {
		case err == nil:
			solved++
			out.SLO = results.JudgeTheory(out, objectivesOf(point))
			continue
		case errors.Is(err, analytic.ErrUnstable):
			err = unstable(s, point)
		case errors.Is(err, analytic.ErrNoModel):
			out.Warnings = append(out.Warnings, results.Warning{Code: "no_model", Text: reason(err)})
			err = usagef("%s: %s%s", s.File, reason(err), remedies(point))
		default:
			out.Warnings = append(out.Warnings, results.Warning{Code: "solver_failed", Text: reason(err)})
			located := s.File
			if parameters := out.Parameters.String(); parameters != "" {
				located += ", " + parameters
			}
			err = fmt.Errorf("%s: %s", located, reason(err))
			if failure == nil {
				failure = err
			}
		}
		if first == nil {
			first = err
		}
	}
	switch {
	case solved > 0:
		return failure, nil
	case failure != nil:
		return nil, failure
	}
	return nil, first
}

// solveEach solves the points with so many workers, 0 for one of each core, and
// has the error of each in its place.
func solveEach(d *results.Document, s *scenarios.Study, parallel int) []error {
	errs := make([]error, len(s.Points))
	var workers errgroup.Group
	if parallel == 0 {
		parallel = runtime.GOMAXPROCS(0)
	}
	workers.SetLimit(parallel)
	for i := range s.Points {
		workers.Go(func() error {
			errs[i] = solve(&d.Points[i], &s.Points[i])
			return nil
		})
	}
	_ = workers.Wait()
	return errs
}

// remedies are what else answers a point without a model.
func remedies(p *scenarios.Point) string {
	text := ""
	if len(p.Unsimulated) == 0 {
		text = "\n'spillway run' simulates it"
	}
	switch {
	case !p.Run.Transient || p.Opaque():
		return text
	case p.Run.Horizon == scenarios.ByTasks:
		return text + "\ngive run.duration instead of run.tasks, or run.series, for values over time, or run.state: steady for the long run"
	}
	return text + "\ngive run.state: steady for the long run"
}

func (p *program) validateCommand() *cobra.Command {
	var f flags
	c := &cobra.Command{
		Use:   "validate FILE...",
		Short: "Check scenario files and print every error",
		Args:  files(math.MaxInt),
		RunE: func(_ *cobra.Command, args []string) error {
			studies, err := p.load(args, f.set)
			if err != nil {
				return err
			}
			for _, s := range studies {
				if f.quiet {
					break
				}
				if _, err := fmt.Fprintf(p.stdout, "%s: valid, %s\n", s.File, plural(len(s.Points), "point")); err != nil {
					return err
				}
			}
			return nil
		},
	}
	c.Flags().StringArrayVar(&f.set, "set", nil, "replace or add a value by its dotted path: --set servers=8 (may be repeated)")
	c.Flags().BoolVar(&f.quiet, "quiet", false, "print nothing but errors")
	return c
}

func (p *program) scenariosCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "scenarios [NAME]",
		Short: "List the scenarios that ship with the program, or print one",
		Args:  cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			switch len(args) {
			case 0:
				w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
				for _, s := range scenarios.List() {
					fmt.Fprintf(w, "%s\t%s\n", s.Name, s.Description)
				}
				return w.Flush()
			case 1:
				text, ok := scenarios.Shipped(args[0])
				if !ok {
					return usagef("%s: no shipped scenario %q%s", c.CommandPath(), args[0], nearMiss(args[0]))
				}
				_, err := p.stdout.Write(text)
				return err
			}
			return usagef("%s: want one name, found %d", c.CommandPath(), len(args))
		},
	}
}

// schemas are the JSON Schemas of what is read and written, by the name that
// the schema command takes.
var schemas = map[string]func() []byte{
	"scenario": scenarios.Schema, "results": results.Schema, "compare": results.CompareSchema, "plan": results.PlanSchema,
	"explain": results.ExplainSchema, "fit": results.FitSchema, "bench": results.BenchSchema,
}

func (p *program) schemaCommand() *cobra.Command {
	var ofResults bool
	c := &cobra.Command{
		Use:       "schema [scenario|results|compare|plan|explain|fit|bench]",
		Short:     "Print the JSON Schema of scenario files, or of what a command writes",
		Args:      cobra.MaximumNArgs(1),
		ValidArgs: slices.Sorted(maps.Keys(schemas)),
		RunE: func(c *cobra.Command, args []string) error {
			name := "scenario"
			if ofResults {
				name = "results"
			}
			if len(args) == 1 {
				name = args[0]
			}
			schema, ok := schemas[name]
			if !ok {
				return usagef("%s: no schema %q; there are %s", c.CommandPath(), name, strings.Join(slices.Sorted(maps.Keys(schemas)), ", "))
			}
			_, err := p.stdout.Write(schema())
			return err
		},
	}
	c.Flags().BoolVar(&ofResults, "results", false, "the schema of results instead")
	return c
}

func (p *program) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print version, commit and Go version",
		Args:  none,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintf(p.stdout, "spillway %s, commit %s, %s %s/%s\n", version, commit(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		},
	}
}

// commit is the revision that the program was built from, as the Go command
// noted it.
func commit() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	revision, modified := "unknown", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			revision = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			modified = " (modified)"
		}
	}
	return revision + modified
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
