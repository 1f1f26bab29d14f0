package sim_test

import (
	"math"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"spillway/distributions"
	"spillway/distributions/arrivals"
	"spillway/sim"
	"spillway/sim/internal/invariant"
)

// drawLaw is a law of about the given mean.
func drawLaw(t *rapid.T, label string, mean float64) distributions.Distribution {
	var d distributions.Distribution
	var err error
	switch rapid.SampledFrom([]string{"exponential", "deterministic", "gamma", "pareto", "lattice"}).Draw(t, label) {
	case "exponential":
		d, err = distributions.NewExponentialMean(mean)
	case "deterministic":
		d, err = distributions.NewDeterministic(mean)
	case "gamma":
		d, err = distributions.NewGammaMean(mean, 2)
	case "pareto":
		d, err = distributions.NewParetoMean(2.2, mean)
	case "lattice": // whole multiples, so that instants coincide
		d, err = distributions.NewEmpirical([]float64{0, mean, 2 * mean}, nil, false)
	}
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// drawModel is any model: one to three streams, batches, classes, delays,
// limits, few or many or infinitely many servers, from idle to overloaded.
func drawModel(t *rapid.T) *sim.Model {
	m := &sim.Model{Servers: rapid.IntRange(1, 6).Draw(t, "servers"), Infinite: rapid.IntRange(0, 5).Draw(t, "infinite") == 0}
	streams := rapid.IntRange(1, 3).Draw(t, "streams")
	for i := range streams {
		name := strconv.Itoa(i)
		s := sim.Stream{Name: name, Class: rapid.IntRange(0, i).Draw(t, "class"), Service: drawLaw(t, "service", 1)}
		gap := rapid.Float64Range(0.1, 2).Draw(t, "gap")
		switch rapid.IntRange(0, 2).Draw(t, "process") {
		case 0:
			s.Process = arrivals.Renewal{Gap: drawLaw(t, "gaps", gap)}
		case 1:
			s.Process = arrivals.Deterministic{Interval: 1}
		default:
			p, err := arrivals.NewPoisson(1 / gap)
			if err != nil {
				t.Fatal(err)
			}
			s.Process = p
		}
		if rapid.Bool().Draw(t, "batched") {
			b, err := arrivals.NewGeometricBatch(3)
			if err != nil {
				t.Fatal(err)
			}
			s.Batch = b
		}
		m.Streams = append(m.Streams, s)
		m.Classes = append(m.Classes, name)
	}
	if rapid.Bool().Draw(t, "network") {
		m.Network = drawLaw(t, "network law", 0.7)
	}
	if rapid.Bool().Draw(t, "response") {
		m.Response = drawLaw(t, "response law", 0.7)
	}
	m.Limited = rapid.Bool().Draw(t, "limited")
	m.Limit = rapid.IntRange(0, 5).Draw(t, "limit")
	return m
}

// near is equality within the rounding of sums of some thousand terms.
func near(a, b float64) bool { return math.Abs(a-b) <= 1e-9*(1+math.Abs(a)+math.Abs(b)) }

// TestInvariants draws whole models and demands, of each run, the invariants
// of a FCFS station, Little's law as an identity, and that the flow balances.
func TestInvariants(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawModel(t)
		check := invariant.NewChecker(m)
		r, err := sim.New(m, distributions.Streams{Seed: rapid.Uint64().Draw(t, "seed")}, 0, check)
		if err != nil {
			t.Fatal(err)
		}
		r.Begin()
		for range 3 { // several looks in mid-run
			if err := r.Advance(500, math.Inf(1)); err != nil {
				t.Fatal(err)
			}
			littleHolds(t, r, check)
		}
		r.End()
		sealed := r.Record()
		for r.Pending() > 0 {
			if err := r.Advance(500, math.Inf(1)); err != nil {
				t.Fatal(err)
			}
		}
		if err := check.Err(); err != nil {
			t.Fatal(err)
		}
		after := r.Record()
		if sealed.Seconds != after.Seconds || sealed.Total.InSystem != after.Total.InSystem {
			t.Fatal("the window moved after its end")
		}
		if got := after.Total.Wait.Count() + after.Total.Shed; got != after.Total.Offered {
			t.Fatalf("%d of %d counted tasks were served or shed", got, after.Total.Offered)
		}
	})
}

func littleHolds(t *rapid.T, r *sim.Replication, check *invariant.Checker) {
	rec, now := r.Record(), r.Now()
	if !near(rec.Total.Waiting.Area, check.WaitTimeTo(now)) || !near(rec.Total.InSystem.Area, check.SystemTimeTo(now)) {
		t.Fatalf("∫Q dt = %v, waits sum to %v; ∫N dt = %v, times in system sum to %v", rec.Total.Waiting.Area,
			check.WaitTimeTo(now), rec.Total.InSystem.Area, check.SystemTimeTo(now))
	}
	if !near(rec.Total.InSystem.Area, rec.Total.Waiting.Area+rec.Busy.Area) {
		t.Fatalf("∫N dt = %v, ∫Q dt + ∫B dt = %v", rec.Total.InSystem.Area, rec.Total.Waiting.Area+rec.Busy.Area)
	}
	var waiting, inSystem float64
	for _, c := range rec.Classes {
		waiting += c.Waiting.Area
		inSystem += c.InSystem.Area
	}
	if len(rec.Classes) > 0 && (!near(waiting, rec.Total.Waiting.Area) || !near(inSystem, rec.Total.InSystem.Area)) {
		t.Fatalf("the classes' areas sum to %v and %v, not %v and %v", waiting, inSystem, rec.Total.Waiting.Area, rec.Total.InSystem.Area)
	}
	f := rec.Flow
	if f.Offered != f.Completed+f.Shed+f.InFlight || f.InFlight != check.InFlight() {
		t.Fatalf("flow %+v does not balance, or %d are in flight", f, check.InFlight())
	}
}

// TestSameSeedSameRun: a run is a function of model, seed and replication.
func TestSameSeedSameRun(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawModel(t)
		run := func(replication int) (r recorder) {
			rep, err := sim.New(m, distributions.Streams{Seed: 7}, replication, &r)
			if err != nil {
				t.Fatal(err)
			}
			if err := rep.Advance(200, math.Inf(1)); err != nil {
				t.Fatal(err)
			}
			return r
		}
		a, b := run(3), run(3)
		if len(a) != len(b) {
			t.Fatalf("%d and %d transitions", len(a), len(b))
		}
		for i := range a {
			if a[i] != b[i] {
				t.Fatalf("transition %d: %+v and %+v", i, a[i], b[i])
			}
		}
	})
}
