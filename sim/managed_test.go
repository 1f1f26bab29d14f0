package sim_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"spillway/distributions"
	"spillway/sim"
	"spillway/sim/internal/invariant"
	"spillway/sim/monitor"
)

// TestManagedEqualsReplication: of a model without policies the two engines by
// events tell the same transitions at the same times, to the last bit, and
// measure the same.
func TestManagedEqualsReplication(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawModel(t)
		streams := distributions.Streams{Seed: rapid.Uint64().Draw(t, "seed")}
		var plain, managed recorder
		a, err := sim.New(m, streams, 0, &plain)
		if err != nil {
			t.Fatal(err)
		}
		b, err := sim.NewManaged(m, streams, 0, &managed)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range []sim.Run{a, b} {
			r.Close(700)
			if err := r.Advance(200, math.Inf(1)); err != nil {
				t.Fatal(err)
			}
			r.Begin()
			if err := r.Advance(math.MaxInt64, math.Inf(1)); err != nil {
				t.Fatal(err)
			}
			if !r.Ended() {
				t.Fatal("the run did not end")
			}
			if err := r.End(); err != nil {
				t.Fatal(err)
			}
		}
		sameTransitions(t, m, plain, managed)
		sameMeasures(t, a.Record(), b.Record())
	})
}

// sameTransitions compares what two runs told, of each task. At one instant the
// order of different tasks may differ where random delays end together.
func sameTransitions(t *rapid.T, m *sim.Model, a, b recorder) {
	if len(a) != len(b) {
		t.Fatalf("%d transitions and %d", len(a), len(b))
	}
	type key struct {
		task int64
		kind monitor.Kind
	}
	at := map[key]float64{}
	for _, x := range a {
		at[key{x.Task, x.Kind}] = x.Time
	}
	for _, x := range b {
		if want, ok := at[key{x.Task, x.Kind}]; !ok || want != x.Time {
			t.Fatalf("task %d is %v at %v, want %v", x.Task, x.Kind, x.Time, want)
		}
	}
}

func sameMeasures(t *rapid.T, a, b sim.Record) {
	if !near(a.Seconds, b.Seconds) || a.Flow != b.Flow {
		t.Fatalf("%v s, flow %+v; %v s, flow %+v", a.Seconds, a.Flow, b.Seconds, b.Flow)
	}
	pairs := []struct {
		what string
		a, b float64
	}{
		{"mean wait", a.Total.Wait.Sum(), b.Total.Wait.Sum()},
		{"mean latency", a.Total.Latency.Sum(), b.Total.Latency.Sum()},
		{"waits", float64(a.Total.Wait.Count()), float64(b.Total.Wait.Count())},
		{"waiting", a.Total.Waiting.Area, b.Total.Waiting.Area},
		{"in system", a.Total.InSystem.Area, b.Total.InSystem.Area},
		{"in network", a.Total.InNetwork.Area, b.Total.InNetwork.Area},
		{"busy", a.Busy.Area, b.Busy.Area},
		{"largest queue", float64(a.Total.Waiting.Max), float64(b.Total.Waiting.Max)},
		{"completed", float64(a.Total.Completed), float64(b.Total.Completed)},
		{"offered", float64(a.Total.Offered), float64(b.Total.Offered)},
	}
	for _, p := range pairs {
		if !near(p.a, p.b) {
			t.Fatalf("%s: %v and %v", p.what, p.a, p.b)
		}
	}
}

var _ = invariant.NewChecker
