package experiment

import (
	"math"
	"slices"
	"testing"

	"spillway/distributions"
	"spillway/distributions/arrivals"
	"spillway/sim"
)

func poissonAt(rate float64) arrivals.Process { return must(arrivals.NewPoisson(rate)) }

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// TestKnownSums: which sums a model has, and that their expectation is zero: the
// mean of 400 runs is within 5 standard errors of it, outside with a probability
// of 1e-6 each and 3e-5 together. Windows are short and begin empty: that these
// expectations are zero does not depend on the state.
func TestKnownSums(t *testing.T) {
	unit := distributions.Distribution(must(distributions.NewExponential(1)))
	variable := distributions.Distribution(must(distributions.NewLognormalMean(1, 2)))
	uniform := must(distributions.NewUniform(0.2, 1.4))
	bursts := must(arrivals.NewMMPP([]float64{2, 0.1}, [][]float64{{-0.2, 0.2}, {0.2, -0.2}}))
	pair := must(arrivals.NewFixedBatch(2))
	one := func(p arrivals.Process, s distributions.Distribution) *sim.Model {
		return &sim.Model{Classes: []string{"all"}, Servers: 2, Streams: []sim.Stream{{Name: "a", Process: p, Service: s}}}
	}
	for _, c := range []struct {
		name   string
		change func(m *sim.Model)
		model  *sim.Model
		sums   []string
	}{
		{"M/M/2", nil, one(poissonAt(1.6), unit), []string{"service", "arrivals", "wait_service", "wait_gap"}},
		{"M/LN/2", nil, one(poissonAt(1.6), variable), []string{"service", "service_squares", "arrivals", "wait_service", "wait_gap"}},
		{"U/M/2", nil, one(arrivals.Renewal{Gap: uniform}, unit), []string{"service", "arrivals", "wait_service", "wait_gap"}},
		{"MMPP/M/2", nil, one(bursts, unit), []string{"service", "arrivals", "wait_service"}},
		{"M/M/2/5", func(m *sim.Model) { m.Limited, m.Limit = true, 3 }, one(poissonAt(2.2), unit), []string{"service", "arrivals", "wait_service", "wait_gap"}},
		{"pairs", func(m *sim.Model) { m.Streams[0].Batch = pair }, one(poissonAt(0.8), unit), []string{"service", "arrivals", "wait_service"}},
		{"two classes", func(m *sim.Model) {
			m.Classes = append(m.Classes, "other")
			m.Streams = append(m.Streams, sim.Stream{Name: "b", Class: 1, Process: poissonAt(0.4), Service: uniform})
		}, one(poissonAt(1.1), unit), []string{"service", "arrivals", "wait_service", "wait_gap"}},
		{"behind a network", func(m *sim.Model) { m.Network = unit }, one(poissonAt(1.6), unit), []string{"service", "arrivals", "wait_service"}},
		{"heavy tails", nil, one(poissonAt(1.6), must(distributions.NewParetoMean(3, 1))), []string{"service", "arrivals"}},
	} {
		if c.change != nil {
			c.change(c.model)
		}
		p := &Point{Model: c.model, Plan: Plan{Length: ByTasks}}
		sums := knownSums(p, windows(t, c.model, 400, 300), false)
		var names []string
		for _, s := range sums {
			names = append(names, s.name)
			mean := total(s.values) / 400
			squares := 0.0
			for _, v := range s.values {
				squares += (v - mean) * (v - mean)
			}
			if z := mean / math.Sqrt(squares/399/400); !(math.Abs(z) < 5) {
				t.Errorf("%s: %s is %.1f standard errors from zero", c.name, s.name, z)
			}
		}
		if !slices.Equal(names, c.sums) {
			t.Errorf("%s: sums %v, want %v", c.name, names, c.sums)
		}
	}
}

// windows are the records of replications of so many tasks each.
func windows(t *testing.T, m *sim.Model, replications int, tasks int64) []sim.Record {
	t.Helper()
	var records []sim.Record
	for i := range replications {
		r, err := sim.Start(m, distributions.Streams{Seed: 5}, i, sim.Auto)
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Advance(50, math.Inf(1)); err != nil {
			t.Fatal(err)
		}
		r.Begin()
		if err := r.Advance(tasks, math.Inf(1)); err != nil {
			t.Fatal(err)
		}
		if err := r.End(); err != nil {
			t.Fatal(err)
		}
		for r.Pending() > 0 {
			if err := r.Advance(1000, math.Inf(1)); err != nil {
				t.Fatal(err)
			}
		}
		records = append(records, r.Record())
	}
	return records
}
