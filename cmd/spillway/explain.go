package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"spillway/results"
	"spillway/sim/experiment"
	"spillway/sim/explain"
)

// explanations are the formats of explain.
var explanations = map[string]func(io.Writer, *results.Explanation) error{
	"table":    results.WriteExplanation,
	"markdown": results.WriteExplanationMarkdown,
	"json":     results.WriteExplanationJSON,
	"csv":      results.WriteExplanationCSV,
}

func (p *program) explainCommand() *cobra.Command {
	var f flags
	c := &cobra.Command{
		Use:   "explain FILE",
		Short: "Where the latency comes from, and what bursts cost",
		Long: "Where the latency comes from: delays, wait, service; and what the wait would be with other arrivals or demands:\n" +
			"Poisson of the same rate, the same gaps or demands shuffled, constant service, Poisson inside bins of time.\n" +
			"A trace is held in memory, at most 10 million rows, and shuffled anew in each replication;\n" +
			"where the scenario asks for one replication there are 32. Bins begin at time zero.",
		Args: files(1),
		RunE: func(c *cobra.Command, args []string) error { return p.explain(c, &f, args) },
	}
	f.add(c, true)
	return c
}

func (p *program) explain(c *cobra.Command, f *flags, names []string) error {
	if err := f.check(c); err != nil {
		return err
	}
	sources, err := p.loadSources(names, f.overrides(c))
	if err != nil {
		return err
	}
	if err := f.adopt(c, sources); err != nil {
		return err
	}
	p.caveats(f, sources)
	if err := simulated(studies(sources)); err != nil {
		return err
	}
	e, all, places, err := newExplanation(&sources[0])
	if err != nil {
		return err
	}
	if err := p.findOut(e, all, places, f); err != nil {
		return err
	}
	results.Tell(e)
	var text bytes.Buffer
	if err := explanations[f.format](&text, e); err != nil {
		return err
	}
	if err := p.deliver(f.output, text.Bytes()); err != nil {
		return err
	}
	if !e.Complete {
		return &exit{interrupted, "spillway: interrupted: what was finished is printed"}
	}
	return nil
}

// newExplanation is the explanation before anything has been simulated, and
// what is to be: the points that have a steady state, or run from empty, and
// which they are.
func newExplanation(s *source) (e *results.Explanation, all []job, places []int, err error) {
	d := s.document()
	e = &results.Explanation{
		Schema: results.SchemaExplain, Scenario: d.Scenario, Complete: true,
		Program:    results.Program{Version: version, Go: runtime.Version(), Arch: runtime.GOARCH},
		Confidence: s.study.Points[0].Run.Confidence,
	}
	for i := range d.Points {
		out, point := &d.Points[i], &s.study.Points[i]
		e.Points = append(e.Points, results.ExplainedPoint{
			Parameters: out.Parameters, Kendall: out.Kendall, OfferedLoad: out.OfferedLoad, Stable: out.Stable,
		})
		if simulates(out, point) {
			all, places = append(all, job{out, *point, s.study.Seed, s.study.File}), append(places, i)
		} else if len(d.Points) == 1 {
			return nil, nil, nil, unstable(s.study, point)
		}
	}
	if all == nil {
		return nil, nil, nil, unstable(s.study, &s.study.Points[0])
	}
	return e, all, places, nil
}

// findOut simulates, and puts what came out in its place.
func (p *program) findOut(e *results.Explanation, all []job, places []int, f *flags) error {
	points, err := experiments(all, engines[f.engine])
	if err != nil {
		return err
	}
	cases, err := explain.Cases(points)
	if err != nil {
		return explainError(err)
	}
	var outcomes []experiment.ContestOutcome
	took, err := p.timed(explain.Systems(cases), f, func(o experiment.Options) (err error) {
		outcomes, err = explain.Simulate(p.ctx, cases, o)
		return err
	})
	if err != nil && p.ctx.Err() == nil {
		return located(err, all)
	}
	e.Complete = p.ctx.Err() == nil
	for i, c := range cases {
		if outcomes[i].Complete {
			c.Answer(&e.Points[places[i]], &outcomes[i])
		}
	}
	e.Points = slices.DeleteFunc(e.Points, func(p results.ExplainedPoint) bool { return p.Stable && p.Warmup == nil }) // not finished
	if f.timing {
		e.Timing = &took
	}
	p.say(f, took)
	return nil
}

// explainError is an error of what is to be explained, as an exit status.
func explainError(err error) error {
	var long *explain.TooLongError
	if errors.As(err, &long) {
		return usagef("%s: arrivals.limit", strings.TrimPrefix(err.Error(), "explain: "))
	}
	return fmt.Errorf("spillway: %w", err)
}
