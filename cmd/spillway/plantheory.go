package main

import (
	"fmt"
	"math"

	"spillway/distributions"
	"spillway/distributions/arrivals"
	"spillway/results"
	"spillway/scenarios"
	"spillway/sim/analytic"
	"spillway/sim/sizing"
)

// begin is where to start the search: where theory, exact or approximate,
// finds the answer; where it has no model for the scenario, where it does for
// Poisson arrivals and exponential service times of the same means. It also
// notes what that formula says, where arrivals are others. A start decides how
// many values are tried, never what is found.
func (pl *planner) begin(plan *results.Plan) float64 {
	base, err := pl.at(pl.vary.Low)
	if err != nil {
		return pl.vary.Low
	}
	erlang, isErlang := pl.erlang(&base.Points[0])
	if isErlang && !poisson(&base.Points[0]) {
		plan.Erlang = &results.Erlang{Value: results.Number(erlang),
			Text: fmt.Sprintf("Erlang's formula would say %.0f: for Poisson arrivals of the same rate, and exponential service times of the same mean.", erlang)}
	}
	if pl.start != nil {
		return *pl.start
	}
	if x, found := pl.theory(pl.modelAt); found {
		return x
	}
	switch {
	case isErlang:
		return erlang
	case pl.vary.key == "servers":
		return math.Ceil(loadOf(&base.Points[0]))
	case pl.vary.Low > 0:
		return math.Sqrt(pl.vary.Low * pl.vary.High)
	}
	return pl.vary.Low + (pl.vary.High-pl.vary.Low)/2
}

// theory searches by a model; found is false where it has none, or no answer.
func (pl *planner) theory(at func(x float64) (*results.Point, []results.Objective, error)) (x float64, found bool) {
	problem := pl.vary.Problem
	problem.Start = problem.Low
	if pl.vary.key == "servers" {
		if base, err := pl.at(pl.vary.Low); err == nil {
			problem.Start = math.Ceil(loadOf(&base.Points[0]))
		}
	}
	answer, err := problem.Search(func(x float64) (sizing.Verdict, error) {
		p, objectives, err := at(x)
		if err != nil {
			return sizing.Unclear, err
		}
		if !p.Stable {
			return sizing.Missed, nil
		}
		return verdicts[results.Believe(p, objectives)], nil
	})
	return answer.Best, err == nil && answer.HasBest
}

// modelAt is what theory says of the scenario with a value.
func (pl *planner) modelAt(x float64) (*results.Point, []results.Objective, error) {
	study, err := pl.at(x)
	if err != nil {
		return nil, nil, err
	}
	p := &study.Points[0]
	if p.Run.Transient {
		return nil, nil, analytic.ErrNoModel // of the long run
	}
	out := &newDocument(study).Points[0]
	if !out.Stable {
		return out, nil, nil
	}
	return out, objectivesOf(p), solve(out, p)
}

// erlang is the number of servers that suffices M/M/c of the same load; found
// is false where something else is varied, or there is no such system.
func (pl *planner) erlang(base *scenarios.Point) (servers float64, found bool) {
	rate, load := rateOf(base), loadOf(base)
	process, err := arrivals.NewPoisson(rate)
	if pl.vary.key != "servers" || err != nil {
		return 0, false
	}
	service, err := distributions.NewExponential(rate / load)
	if err != nil {
		return 0, false
	}
	system := analytic.System{
		Streams: []analytic.Stream{{Class: "default", Process: process, Service: service}},
		Network: base.Network, Response: base.Response, Limit: base.Limit, Limited: base.Limited,
	}
	return pl.theory(func(x float64) (*results.Point, []results.Objective, error) {
		system.Servers = int(x)
		out := &results.Point{Stable: analytic.Stable(system)}
		if !out.Stable {
			return out, nil, nil
		}
		s, err := analytic.Solve(system)
		if err != nil {
			return nil, nil, err
		}
		out.Analytic = &results.Analytic{Exact: s.Exact, Metrics: numbers(s.Metrics)}
		return out, objectivesOf(base), nil
	})
}

// poisson says whether all tasks arrive one by one in Poisson streams.
func poisson(p *scenarios.Point) bool {
	for _, s := range p.Streams {
		if _, is := s.Process.(arrivals.Poisson); !is || s.Batch != nil {
			return false
		}
	}
	return true
}

// rateOf is the tasks per second that arrive; 0 where they are not known, as of
// callers that wait for their answers.
func rateOf(p *scenarios.Point) float64 {
	sum := 0.0
	for i := range p.Streams {
		rate, _ := flowOf(&p.Streams[i])
		sum += rate
	}
	return sum
}

// loadOf is the work per second that arrives, in servers.
func loadOf(p *scenarios.Point) float64 {
	sum := 0.0
	for i := range p.Streams {
		rate, service := flowOf(&p.Streams[i])
		sum += rate * service
	}
	return sum
}

// flowOf is the tasks per second of a stream and their mean service time; that
// of a trace is as recorded.
func flowOf(s *scenarios.Stream) (rate, service float64) {
	if s.Process == nil {
		return 0, 0
	}
	rate = s.Process.Rate()
	if s.Batch != nil {
		rate *= s.Batch.Mean()
	}
	if trace, ok := s.Process.(*arrivals.Trace); ok && s.Service == nil {
		return rate, trace.Summary().Service.Mean
	}
	if s.Service == nil || math.IsInf(s.Service.Mean(), 0) {
		return rate, 0
	}
	return rate, s.Service.Mean()
}

// rowsOf is how many tasks the traces of a point have.
func rowsOf(p *scenarios.Point) float64 {
	rows := 0.0
	for i := range p.Streams {
		if trace, ok := p.Streams[i].Process.(*arrivals.Trace); ok {
			rows += float64(trace.Summary().Rows)
		}
	}
	return rows
}
