package main

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"spillway/results"
	"spillway/scenarios"
	"spillway/sim"
	"spillway/sim/analytic"
	"spillway/sim/experiment"
)

func (p *program) runCommand() *cobra.Command {
	var f flags
	c := &cobra.Command{
		Use:   "run FILE...",
		Short: "Simulate every point of a scenario beside the exact model, where one applies",
		Args:  files(math.MaxInt),
		RunE: func(c *cobra.Command, args []string) error {
			docs, studies, err := p.simulate(c, &f, args)
			if docs == nil {
				return err
			}
			if err := errors.Join(p.print(writers[f.format], &f, docs, studies), err); err != nil {
				return err
			}
			return f.gate(docs)
		},
	}
	f.add(c, true)
	f.addGate(c)
	f.addReal(c)
	return c
}

func (p *program) compareCommand() *cobra.Command {
	var f flags
	c := &cobra.Command{
		Use:   "compare FILE...",
		Short: "Exact and simulated values of one scenario, or several scenarios with the first",
		Long: "With one FILE: exact and simulated values side by side, with z-scores and a verdict; with --real those of a real run too,\n" +
			"taken apart into longer services, constant offset, error of queueing and noise.\n" +
			"With several: each against the first under the same random numbers, with the intervals of paired differences,\n" +
			"and what is better in what. How long to run, and the seed, are what the first says.",
		Args: files(math.MaxInt),
		RunE: func(c *cobra.Command, args []string) error {
			if several, err := p.several(args); several || err != nil {
				if err != nil {
					return err
				}
				if f.real {
					return usagef("%s: --real compares one scenario with its real run, and there are %d", c.CommandPath(), len(args))
				}
				return p.compareOthers(c, &f, args)
			}
			docs, studies, err := p.simulate(c, &f, args)
			if docs == nil {
				return err
			}
			if err := errors.Join(p.print(comparisons[f.format], &f, docs, studies), err); err != nil {
				return err
			}
			if results.Count(docs).Differ > 0 {
				return &exit{status: disagrees}
			}
			return f.gate(docs)
		},
	}
	f.add(c, true)
	f.addGate(c)
	f.addReal(c)
	return c
}

// simulate answers the scenarios exactly, where that is possible, and by
// simulation. When it is interrupted it returns what it has together with an
// error.
func (p *program) simulate(c *cobra.Command, f *flags, names []string) ([]results.Document, []*scenarios.Study, error) {
	if err := f.check(c); err != nil {
		return nil, nil, err
	}
	sources, err := p.loadSources(names, f.overrides(c))
	if err != nil {
		return nil, nil, err
	}
	if err := f.adopt(c, sources); err != nil {
		return nil, nil, err
	}
	p.caveats(f, sources)
	studies := studies(sources)
	if err := simulated(studies); err != nil {
		return nil, nil, err
	}
	docs := make([]results.Document, len(studies))
	for i, s := range studies {
		docs[i] = sources[i].document()
		if err := answerExactly(&docs[i], s); err != nil {
			return nil, nil, err
		}
	}
	all := jobs(docs, studies)
	if err := checkRare(all); err != nil {
		return nil, nil, err
	}
	reals, err := realPoints(all)
	if err != nil {
		return nil, nil, err
	}
	observers, err := p.observe(f, studies)
	if err != nil {
		return nil, nil, err
	}
	outcomes, took, err := p.runJobs(all, f, observers)
	if err != nil && p.ctx.Err() == nil {
		return nil, nil, located(errors.Join(err, observers.close()), all)
	}
	for i, o := range outcomes {
		all[i].point.Simulated = o.Simulated
		all[i].point.Warnings = append(all[i].point.Warnings, o.Warnings...)
	}
	if err := errors.Join(addRecorded(docs, studies), p.addRare(all, f), observers.thenReal(reals),
		p.addReal(reals, f.quiet, true), observers.close()); err != nil {
		return nil, nil, err
	}
	judgeAll(docs, studies)
	if p.ctx.Err() != nil {
		err = &exit{interrupted, "spillway: interrupted: what was finished is printed"}
		dropUnfinished(docs, all, outcomes)
	}
	results.Compare(docs, results.FalseAlarm)
	p.report(f, docs, took)
	return docs, studies, err
}

// simulated refuses what the simulator has not learnt yet.
func simulated(studies []*scenarios.Study) error {
	var lines []string
	for _, s := range studies {
		for i := range s.Points {
			for _, u := range s.Points[i].Unsimulated {
				if line := u.String(); !slices.Contains(lines, line) {
					lines = append(lines, line)
				}
			}
		}
	}
	if lines == nil {
		return nil
	}
	return usagef("%s\n'spillway analytic' answers what theory knows of it", strings.Join(lines, "\n"))
}

// answerExactly solves every point that has a model, and refuses a scenario of
// one point that has no steady state.
func answerExactly(d *results.Document, s *scenarios.Study) error {
	for i := range s.Points {
		point, out := &s.Points[i], &d.Points[i]
		if !simulates(out, point) {
			if len(s.Points) == 1 {
				return unstable(s, point)
			}
			continue
		}
		if !slices.Contains(s.Compare, "analytic") {
			continue
		}
		err := solve(out, point)
		switch {
		case err == nil, errors.Is(err, analytic.ErrNoModel):
		case point.Run.Transient: // there may be too many events to follow
			out.Warnings = append(out.Warnings, results.Warning{Code: "solver_failed", Text: reason(err)})
		default:
			return fmt.Errorf("%s: %w", s.File, err)
		}
	}
	return nil
}

// runJobs simulates.
func (p *program) runJobs(all []job, f *flags, observers *observers) ([]experiment.Outcome, results.Timing, error) {
	points, err := experiments(all, engines[f.engine])
	if err != nil {
		return nil, results.Timing{}, err
	}
	var outcomes []experiment.Outcome
	took, err := p.timed(len(all), f, func(o experiment.Options) (err error) {
		if observers != nil {
			o.Observer = observers.all
		}
		outcomes, err = experiment.Run(p.ctx, points, o)
		return err
	})
	return outcomes, took, err
}

// timed runs a simulation of so many points with progress on a terminal, and
// says how long it took.
func (p *program) timed(points int, f *flags, do func(experiment.Options) error) (results.Timing, error) {
	var tasks atomic.Int64
	began, cpu := time.Now(), cpuSeconds()
	bar := p.startProgress(points, &tasks, f.quiet)
	err := do(experiment.Options{Parallel: f.parallel, Progress: &tasks, Done: func(int) { bar.pointDone() }})
	bar.stop()
	return results.Timing{
		WallSeconds: time.Since(began).Seconds(), CPUSeconds: cpuSeconds() - cpu, Tasks: tasks.Load(),
	}, err
}

// located says of a failed simulation which file and point it was.
func located(err error, all []job) error {
	var at *experiment.PointError
	if !errors.As(err, &at) {
		return err
	}
	j := all[at.Point]
	place := j.file
	if parameters := j.point.Parameters.String(); parameters != "" {
		place += ", " + parameters
	}
	text := fmt.Sprintf("%s: %s", place, strings.ReplaceAll(at.Err.Error(), "sim: ", ""))
	if errors.Is(err, sim.ErrTime) {
		text += "\na time has left the range of numbers: look for a delay, a service or a gap between arrivals that is far too long"
	}
	return &exit{invalid, text}
}

// dropUnfinished takes the points out that an interrupt left without a result,
// and says of the others whether they are complete.
func dropUnfinished(docs []results.Document, all []job, outcomes []experiment.Outcome) {
	unfinished := map[*results.Point]bool{}
	for i := range all {
		if i >= len(outcomes) || outcomes[i].Simulated == nil {
			unfinished[all[i].point] = true
		} else if !outcomes[i].Complete {
			all[i].point.Warnings = append(all[i].point.Warnings, results.Warning{Code: results.Interrupted,
				Text: "interrupted: shorter than was asked for"})
		}
	}
	for i := range docs {
		docs[i].Complete = false
		var kept []results.Point
		for j := range docs[i].Points {
			if p := &docs[i].Points[j]; !unfinished[p] {
				kept = append(kept, *p)
			}
		}
		docs[i].Points = kept
	}
}

// report says on standard error what it took, and puts it into the document
// where that was asked for.
func (p *program) report(f *flags, docs []results.Document, took results.Timing) {
	if f.timing {
		for i := range docs {
			docs[i].Timing = &took
		}
	}
	p.say(f, took)
}

// say says on standard error what it took.
func (p *program) say(f *flags, took results.Timing) {
	if !f.quiet {
		fmt.Fprintf(p.stderr, "%s tasks simulated in %.2f s (%.2f s of CPU, %s tasks a CPU-second)\n", count(float64(took.Tasks)),
			took.WallSeconds, took.CPUSeconds, count(float64(took.Tasks)/math.Max(took.CPUSeconds, 1e-9)))
	}
}

// count is a large number, short: 3.2 million.
func count(n float64) string {
	switch {
	case n >= 1e9:
		return fmt.Sprintf("%.2f billion", n/1e9)
	case n >= 1e6:
		return fmt.Sprintf("%.1f million", n/1e6)
	default:
		return fmt.Sprintf("%.0f", n)
	}
}
