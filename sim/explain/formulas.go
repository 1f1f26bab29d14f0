package explain

import (
	"errors"
	"math"

	"spillway/distributions"
	"spillway/distributions/arrivals"
	"spillway/results"
	"spillway/sim/analytic"
)

// formulas are what a textbook says of the same load: for contrast.
func (c *Case) formulas(wait float64) []results.Formula {
	m := c.model
	tasks, load := offered(m, &c.plan)
	if m.Infinite || m.NeedsManaging() || !(tasks > 0) || !(load > 0) || math.IsInf(load, 1) {
		return nil
	}
	erlang := results.Formula{Name: "erlang", Text: "M/M/c (Erlang)"}
	if m.Limited {
		erlang.Text = "M/M/c/K (Erlang)"
	}
	solution, err := c.erlang(tasks, load/tasks)
	switch {
	case errors.Is(err, analytic.ErrUnstable):
		erlang.Note = "no steady state: the servers cannot carry this load"
	case err != nil:
		erlang.Note = err.Error()
	default:
		erlang.Set(solution.Metrics["wait"]["mean"], wait)
		if p99, ok := solution.Metrics["wait"]["p99"]; ok {
			x := results.Number(p99)
			erlang.P99 = &x
		}
	}
	if m.Limited || erlang.Mean == nil {
		return []results.Formula{erlang}
	}
	return []results.Formula{erlang, c.allenCunneen(float64(*erlang.Mean), wait)}
}

// erlang is the plain system of the same servers and load.
func (c *Case) erlang(rate, service float64) (*analytic.Solution, error) {
	p, err := arrivals.NewPoisson(rate)
	if err != nil {
		return nil, err
	}
	d, err := distributions.NewExponentialMean(service)
	if err != nil {
		return nil, err
	}
	return analytic.Solve(analytic.System{
		Streams: []analytic.Stream{{Process: p, Service: d}},
		Servers: c.model.Servers, Limit: c.model.Limit, Limited: c.model.Limited,
	})
}

// allenCunneen is the two-moment correction of Erlang's mean wait:
//
//	E[W] ≈ E[W of M/M/c]·(a² + s²)/2,
//
// with a², s² the squared coefficients of variation of gaps and service.
//
// Source: A. O. Allen, Probability, Statistics, and Queueing Theory, 2nd edition,
// Academic Press 1990, section 5.3.4.
func (c *Case) allenCunneen(erlang, wait float64) results.Formula {
	f := results.Formula{Name: "allen_cunneen", Text: "Allen–Cunneen"}
	gaps, ok := scvOfGaps(c.model, &c.plan)
	service := c.scvOfService()
	if !ok || math.IsInf(service, 1) {
		f.Note = "a variance is infinite or unknown"
		return f
	}
	f.GapSCV, f.ServiceSCV = number(gaps), number(service)
	f.Set(erlang*(gaps+service)/2, wait)
	return f
}

func number(x float64) *results.Number {
	n := results.Number(x)
	return &n
}

// scvOfService is that of the demands of all streams together.
func (c *Case) scvOfService() float64 {
	tasks, load := offered(c.model, &c.plan)
	mean, square := load/tasks, 0.0
	for i := range c.model.Streams {
		s := &c.model.Streams[i]
		m, scv := meanService(s), 0.0
		if s.Service != nil {
			scv = s.Service.SCV()
		} else if log, ok := s.Process.(replay); ok {
			scv = log.Summary().Service.SCV
		}
		square += rate(s, &c.plan) / tasks * m * m * (1 + scv)
	}
	return max(0, square/(mean*mean)-1)
}
