package main

import (
	"fmt"
	"strings"

	"spillway/results"
	"spillway/sim/rare"
)

// checkRare refuses rare events that splitting cannot find, before anything is
// simulated.
func checkRare(all []job) error {
	for i := range all {
		model, options, wanted := all[i].RareEvent(all[i].seed)
		if !wanted {
			continue
		}
		if err := options.Check(model); err != nil {
			return rareError(err, &all[i])
		}
	}
	return nil
}

// rareError says of an error of splitting which file and point it was.
func rareError(err error, j *job) error {
	place := j.file
	if parameters := j.point.Parameters.String(); parameters != "" {
		place += ", " + parameters
	}
	text := strings.TrimPrefix(err.Error(), rare.ErrRefused.Error()+": ")
	return &exit{invalid, fmt.Sprintf("%s: run.rare: %s", place, strings.ReplaceAll(text, "sim: ", ""))}
}

// addRare finds the rare events of the points that have been simulated. An
// interrupt leaves the rest without.
func (p *program) addRare(all []job, f *flags) error {
	for i := range all {
		model, options, wanted := all[i].RareEvent(all[i].seed)
		point := all[i].point
		if !wanted || point.Simulated == nil {
			continue
		}
		options.Parallel = f.parallel
		found, err := rare.Estimate(p.ctx, model, options)
		switch {
		case err != nil && p.ctx.Err() != nil:
			point.Warnings = append(point.Warnings, results.Warning{Code: results.Interrupted, Text: "interrupted: the rare event was not looked for to the end"})
			return nil
		case err != nil:
			return rareError(err, &all[i])
		}
		point.Simulated.Rare = rareResult(&options, &found)
		point.Warnings = append(point.Warnings, found.Warnings...)
	}
	return nil
}

func rareResult(o *rare.Options, r *rare.Result) *results.Rare {
	p := r.Probability
	out := &results.Rare{
		Event: string(o.Event), Levels: r.Levels, Branches: r.Branches, Tasks: r.Tasks, Replications: r.Replications,
		Probability: results.Estimate{Value: results.Number(p.Value), Method: "splitting"},
	}
	if o.Event != rare.Shed {
		least := results.Number(o.AtLeast)
		out.AtLeast = &least
	}
	if p.Value > 0 {
		e := &out.Probability
		e.Interval, e.Level, e.N = true, o.Confidence, r.Replications
		e.Low, e.High, e.HalfWidth = results.Number(p.Low), results.Number(p.High), results.Number(p.HalfWidth)
	}
	return out
}
