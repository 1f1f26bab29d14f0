package main

import (
	"errors"
	"fmt"
	"strings"
	"sync/atomic"

	"github.com/spf13/cobra"

	"spillway/results"
	"spillway/scenarios"
)

// askReal is the override that --real stands for.
const askReal = "compare=[analytic, real]"

func (f *flags) addReal(c *cobra.Command) {
	c.Flags().BoolVar(&f.real, "real", false, "run it by a real scheduler too, as with compare: [analytic, real] in the scenario")
}

// realPoints are those of the jobs that are to be run for real. It refuses what
// cannot be.
func realPoints(all []job) ([]*realPoint, error) {
	var points []*realPoint
	for i := range all {
		j := &all[i]
		if j.Real == nil {
			continue
		}
		p, err := newRealPoint(j.point, &j.Point, j.seed)
		if err != nil {
			return nil, realError(err, j)
		}
		points = append(points, p)
	}
	return points, nil
}

// realError says of which file and point an error is.
func realError(err error, j *job) error {
	place := j.file
	if parameters := j.point.Parameters.String(); parameters != "" {
		place += ", " + parameters
	}
	text := err.Error()
	for _, prefix := range []string{"sim: ", "load: ", "scheduler: "} {
		text = strings.ReplaceAll(text, prefix, "")
	}
	return &exit{invalid, place + ": " + text}
}

// addReal runs points for real, and again says whether their schedules are
// simulated again. An interrupt leaves what was finished.
func (p *program) addReal(points []*realPoint, quiet, again bool) error {
	if len(points) == 0 || p.ctx.Err() != nil {
		return nil
	}
	if !quiet {
		seconds := 0.0
		for _, x := range points {
			seconds += realRepetitions * x.how.Duration
		}
		fmt.Fprintf(p.stderr, "running for real, %d repetitions: %.3g s\n", realRepetitions*len(points), seconds)
	}
	var tasks atomic.Int64
	bar := p.startProgress(realRepetitions*len(points), &tasks, quiet)
	err := runReal(p.ctx, points, func(n int) {
		tasks.Add(int64(n))
		bar.pointDone()
	})
	bar.stop()
	if err != nil && p.ctx.Err() == nil {
		return err
	}
	for _, x := range points {
		if err := x.answer(p.ctx, again); err != nil && p.ctx.Err() == nil {
			return err
		}
	}
	return nil
}

// alone are the flags of bench that do not go with a scenario.
var alone = []string{"tasks", "samples", "workers", "sleep", "exponential", "memory", "rate"}

// benchReal runs one scenario for real, and nothing else.
func (p *program) benchReal(c *cobra.Command, f *benchFlags, name string) error {
	for _, flag := range alone {
		if c.Flags().Changed(flag) {
			return usagef("%s: --%s does not go with a scenario, which says it: want --set", c.CommandPath(), flag)
		}
	}
	if _, ok := writers[f.format]; !ok {
		return usagef("%s: --format %s: want table, json, csv or markdown", c.CommandPath(), f.format)
	}
	if err := checkOutput(f.output); err != nil {
		return err
	}
	set := append([]string{askReal}, f.set...)
	if c.Flags().Changed("seed") {
		set = append(set, fmt.Sprintf("seed=%d", f.seed))
	}
	sources, err := p.loadSources([]string{name}, set)
	if err != nil {
		return err
	}
	studies := studies(sources)
	if err := simulated(studies); err != nil {
		return err
	}
	var docs []results.Document
	for i := range sources {
		docs = append(docs, sources[i].document())
	}
	points, err := realPoints(jobs(docs, studies))
	if err != nil {
		return err
	}
	if len(points) == 0 {
		return unstable(studies[0], &studies[0].Points[0])
	}
	observers, err := p.observe(&flags{monitor: f.monitor, events: f.events, quiet: f.quiet}, studies)
	if err != nil {
		return err
	}
	if observers != nil {
		points[0].observer = &onward{to: observers.all}
	}
	stop, err := profile(f.cpuprofile)
	if err != nil {
		return errors.Join(err, observers.close())
	}
	err = p.addReal(points, f.quiet, false)
	if err := errors.Join(err, stop(), observers.close()); err != nil {
		return err
	}
	return p.printReal(f, docs, studies)
}

// printReal prints what was run for real; of an interrupted run, the points that
// have something.
func (p *program) printReal(f *benchFlags, docs []results.Document, studies []*scenarios.Study) error {
	if p.ctx.Err() == nil {
		return p.print(writers[f.format], &flags{output: f.output}, docs, studies)
	}
	for i := range docs {
		docs[i].Complete = false
		var kept []results.Point
		for _, x := range docs[i].Points {
			if x.Real != nil {
				kept = append(kept, x)
			}
		}
		docs[i].Points = kept
	}
	return errors.Join(p.print(writers[f.format], &flags{output: f.output}, docs, studies),
		&exit{interrupted, "spillway: interrupted: what was finished is printed"})
}
