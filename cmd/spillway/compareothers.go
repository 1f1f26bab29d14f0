package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"

	"github.com/spf13/cobra"

	"spillway/results"
	"spillway/scenarios"
	"spillway/sim/experiment"
)

// contests are the formats of a comparison of scenarios.
var contests = map[string]func(io.Writer, *results.Versus) error{
	"table":    results.WriteVersus,
	"markdown": results.WriteVersusMarkdown,
	"json":     results.WriteVersusJSON,
	"csv":      results.WriteVersusCSV,
}

// compareOthers compares scenarios with the first of them, point by point.
func (p *program) compareOthers(c *cobra.Command, f *flags, names []string) error {
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
	if len(sources) < 2 { // one file may be a comparison that is to be made again
		return usagef("%s: %d scenario to compare, want two or more", c.CommandPath(), len(sources))
	}
	if err := samePoints(c, sources); err != nil {
		return err
	}
	v, matches, err := newVersus(sources)
	if err != nil {
		return err
	}
	if err := p.play(v, matches, f); err != nil {
		return err
	}
	results.Settle(v)
	var text bytes.Buffer
	if err := contests[f.format](&text, v); err != nil {
		return err
	}
	if err := p.deliver(f.output, text.Bytes()); err != nil {
		return err
	}
	if !v.Complete {
		return &exit{interrupted, "spillway: interrupted: what was finished is printed"}
	}
	return nil
}

// several says whether compare is to compare scenarios with each other: when
// there are several, or the only file is such a comparison.
func (p *program) several(names []string) (bool, error) {
	if len(names) != 1 || names[0] == "-" {
		return len(names) > 1, nil
	}
	content, _, err := p.read(names[0])
	if err != nil {
		return false, err
	}
	_, schema := madeBy(content)
	return schema == results.SchemaCompare, nil
}

// samePoints refuses scenarios whose sweeps are not the same.
func samePoints(c *cobra.Command, sources []source) error {
	if err := simulated(studies(sources)); err != nil {
		return err
	}
	first := sources[0].study
	for _, other := range sources[1:] {
		s := other.study
		if len(s.Points) != len(first.Points) {
			return usagef("%s: %s has %s and %s has %s: scenarios that are compared have the same sweep, or none",
				c.CommandPath(), first.File, plural(len(first.Points), "point"), s.File, plural(len(s.Points), "point"))
		}
		for i := range s.Points {
			a, b := parametersOf(&first.Points[i]), parametersOf(&s.Points[i])
			if a != b {
				return usagef("%s: point %d is %s of %s and %s of %s: scenarios that are compared have the same sweep, or none",
					c.CommandPath(), i+1, a, first.File, b, s.File)
			}
		}
	}
	return nil
}

// parametersOf are the swept values of a point, for people.
func parametersOf(p *scenarios.Point) string {
	var all results.Parameters
	for _, v := range p.Parameters {
		all = append(all, results.Parameter(v))
	}
	if all == nil {
		return "no parameter"
	}
	return all.String()
}

// pairing is where the outcome of one contest belongs.
type pairing struct {
	point   *results.VersusPoint
	systems []job
}

// newVersus is the comparison before anything has been simulated, and what is
// to be. Points at which a scenario has no steady state are only named; where
// no other is left, that is an error.
func newVersus(sources []source) (*results.Versus, []pairing, error) {
	v := &results.Versus{
		Schema: results.SchemaCompare, Complete: true,
		Program:    results.Program{Version: version, Go: runtime.Version(), Arch: runtime.GOARCH},
		Confidence: sources[0].study.Points[0].Run.Confidence,
		Points:     make([]results.VersusPoint, len(sources[0].study.Points)),
	}
	docs := make([]results.Document, len(sources))
	for i := range sources {
		docs[i] = sources[i].document()
		v.Scenarios = append(v.Scenarios, docs[i].Scenario)
	}
	var matches []pairing
	var refused error
	seed := sources[0].study.Seed
	for i := range v.Points {
		p := &v.Points[i]
		p.Parameters = docs[0].Points[i].Parameters
		m := pairing{point: p}
		stable := true
		for k := range sources {
			system, point := docs[k].Points[i], &sources[k].study.Points[i]
			p.Systems = append(p.Systems, system)
			if !system.Stable && !sources[0].study.Points[i].Run.Transient {
				stable = false
				if refused == nil {
					refused = unstable(sources[k].study, point)
				}
			}
			m.systems = append(m.systems, job{nil, *point, seed, sources[k].study.File})
		}
		if stable {
			matches = append(matches, m)
		}
	}
	if matches == nil {
		return nil, nil, refused
	}
	return v, matches, nil
}

// play simulates the contests and puts what they gave in its place.
func (p *program) play(v *results.Versus, matches []pairing, f *flags) error {
	var all []experiment.Contest
	for _, m := range matches {
		contest, err := experiments(m.systems, engines[f.engine])
		if err != nil {
			return err
		}
		all = append(all, contest)
	}
	var outcomes []experiment.ContestOutcome
	took, err := p.timed(len(all), f, func(o experiment.Options) (err error) {
		outcomes, err = experiment.Compare(p.ctx, all, o)
		return err
	})
	if err != nil && p.ctx.Err() == nil {
		return contestError(err, v)
	}
	v.Complete = p.ctx.Err() == nil
	for i, o := range outcomes {
		if !o.Complete {
			matches[i].point.Systems = nil // not finished
			continue
		}
		matches[i].point.Differences, matches[i].point.Precision = o.Differences, o.Precision
		for k := range o.Outcomes {
			s := &matches[i].point.Systems[k]
			s.Simulated, s.Warnings = o.Outcomes[k].Simulated, o.Outcomes[k].Warnings
		}
	}
	v.Points = slices.DeleteFunc(v.Points, func(p results.VersusPoint) bool { return p.Systems == nil })
	if f.timing {
		v.Timing = &took
	}
	p.say(f, took)
	return nil
}

// contestError says at which point a contest failed.
func contestError(err error, v *results.Versus) error {
	var at *experiment.PointError
	if !errors.As(err, &at) {
		return err
	}
	return &exit{invalid, fmt.Sprintf("spillway: comparing %s: %v", v.Names()[0], at.Err)}
}
