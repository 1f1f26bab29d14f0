package experiment

import (
	"math"

	"spillway/sim"
)

// policyMetrics are those that policies bring.
var policyMetrics = []string{
	"abandoned_ratio", "timed_out_ratio", "lost_ratio", "blocked_ratio", "goodput", "retry_ratio", "wasted_ratio",
	"server_seconds", "scale_changes",
}

// policyParts are the parts of a metric that policies bring; ok is false where
// those of the model do not.
func (s *sample) policyParts(metric string) (f parts, ok bool) {
	over := func(f func(m *sim.Measures) float64) parts {
		return func(i int, m *sim.Measures) (float64, float64) { return f(m), s.seconds[i] }
	}
	ofOffered := func(f func(m *sim.Measures) int64) parts {
		return func(_ int, m *sim.Measures) (float64, float64) { return float64(f(m)), float64(m.Offered) }
	}
	p := &s.model.Policies
	switch metric {
	case "in_retry":
		return over(func(m *sim.Measures) float64 { return m.InRetry.Area }), p.Retry != nil
	case "retry_ratio":
		return ofOffered(func(m *sim.Measures) int64 { return m.Tries - m.Offered }), p.Retry != nil
	case "abandoned_ratio":
		return ofOffered(func(m *sim.Measures) int64 { return m.Abandoned }), p.Patience != nil
	case "timed_out_ratio":
		return ofOffered(func(m *sim.Measures) int64 { return m.TimedOut }), p.Timeout != nil
	case "goodput":
		return over(func(m *sim.Measures) float64 { return float64(m.Good) }), p.Timeout != nil
	case "wasted_ratio":
		return func(_ int, m *sim.Measures) (float64, float64) { return m.Wasted, m.InSystem.Area - m.Waiting.Area }, p.Timeout != nil
	case "blocked_ratio":
		return over(func(m *sim.Measures) float64 { return m.Blocked }), p.Overflow == sim.Block
	}
	return s.scalingParts(metric)
}

// scalingParts are those of a pool whose number of servers changes; a class has
// none.
func (s *sample) scalingParts(metric string) (f parts, ok bool) {
	if s.records == nil || !s.scales() {
		return nil, false
	}
	of := func(f func(r *sim.Record) float64) parts {
		return func(i int, _ *sim.Measures) (float64, float64) { return f(&s.records[i]), s.seconds[i] }
	}
	switch metric {
	case "servers":
		return of(func(r *sim.Record) float64 { return r.Servers.Area }), true
	case "server_seconds":
		return of(func(r *sim.Record) float64 { return r.ServerSeconds }), true
	case "scale_changes":
		return of(func(r *sim.Record) float64 { return float64(r.Scalings) }), true
	}
	return nil, false
}

// scales says whether the number of servers changes.
func (s *sample) scales() bool {
	p := &s.model.Policies
	return p.Autoscale != nil || p.Schedule != nil
}

// refuses says whether a task may be refused.
func (s *sample) refuses() bool {
	p := &s.model.Policies
	if r := p.Retry; r != nil && r.Probability == 1 && !r.Limited && r.Budget == 0 {
		return false // whoever is refused tries again, for ever
	}
	return s.model.Limited && p.Overflow != sim.Block || len(p.Admission) > 0 || p.Breaker != nil
}

// serverTime is the time that servers were switched on, in one replication.
func (s *sample) serverTime(i int) float64 {
	records := s.records
	if s.whole != nil { // of a class: the servers are those of all
		records = s.whole.records
	}
	if s.scales() && records != nil {
		return records[i].Servers.Area
	}
	return s.servers * s.seconds[i]
}

// policyHighest is the largest value of a number over time that policies bring.
func (s *sample) policyHighest(metric string) float64 {
	top := math.Inf(-1)
	switch {
	case metric == "in_retry" && s.model.Policies.Retry != nil:
		for i := range s.measures {
			top = max(top, float64(s.measures[i].InRetry.Max))
		}
	case metric == "servers" && s.records != nil && s.scales():
		for i := range s.records {
			top = max(top, float64(s.records[i].Servers.Max))
		}
	}
	return top
}
