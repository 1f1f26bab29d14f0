package sim_test

import (
	"fmt"
	"math"
	"testing"

	"spillway/distributions"
	"spillway/sim"
)

// BenchmarkRun is the cost of a task, everything measured.
func BenchmarkRun(b *testing.B) {
	for _, c := range []struct {
		engine  sim.Engine
		name    string
		servers int
		rho     float64
	}{
		{sim.Events, "events", 1, 0.8}, {sim.Events, "events", 8, 0.95}, {sim.Events, "events", 256, 0.95}, {sim.Events, "events", 10_000, 0.95},
		{sim.ByRecursion, "recursion", 1, 0.8}, {sim.ByRecursion, "recursion", 4, 0.95}, {sim.ByRecursion, "recursion", 8, 0.95},
		{sim.ByRecursion, "recursion", 16, 0.95}, {sim.ByRecursion, "recursion", 256, 0.95}, {sim.ByRecursion, "recursion", 10_000, 0.95},
	} {
		b.Run(fmt.Sprintf("engine=%s/c=%d/rho=%g", c.name, c.servers, c.rho), func(b *testing.B) {
			benchmark(b, one(poisson(b, 100*c.rho*float64(c.servers)), exponential(b, 100), c.servers), c.engine)
		})
	}
	m := one(poisson(b, 80), exponential(b, 100), 1)
	m.Network = must[distributions.Deterministic](b)(distributions.NewDeterministic(0.005))
	b.Run("engine=events/with=network/c=1/rho=0.8", func(b *testing.B) { benchmark(b, m, sim.Events) })
	b.Run("engine=recursion/with=network/c=1/rho=0.8", func(b *testing.B) { benchmark(b, m, sim.ByRecursion) })
	limited := one(poisson(b, 80), exponential(b, 100), 1)
	limited.Limited, limited.Limit = true, 100
	b.Run("engine=events/with=limit/c=1/rho=0.8", func(b *testing.B) { benchmark(b, limited, sim.Events) })
}

func benchmark(b *testing.B, m *sim.Model, e sim.Engine) {
	r := must[sim.Run](b)(sim.Start(m, distributions.Streams{Seed: 1}, 0, e))
	goOn := func(n int64) {
		if err := r.Advance(n, math.Inf(1)); err != nil {
			b.Fatal(err)
		}
	}
	goOn(100_000)
	r.Begin()
	b.ReportAllocs()
	tasks := 0
	for b.Loop() {
		goOn(1000)
		tasks += 1000
	}
	b.ReportMetric(b.Elapsed().Seconds()*1e9/float64(tasks), "ns/task")
	b.ReportMetric(2*float64(tasks)/b.Elapsed().Seconds(), "events/s")
}

// TestNothingAllocatedPerTask: once a replication has seen its longest queue,
// tasks cost no allocation.
func TestNothingAllocatedPerTask(t *testing.T) {
	for name, m := range map[string]*sim.Model{
		"plain":    one(poisson(t, 80), exponential(t, 100), 1),
		"servers":  one(poisson(t, 760), exponential(t, 100), 8),
		"limit":    limitedModel(t),
		"network":  networkModel(t),
		"infinite": infiniteModel(t),
	} {
		r := start(t, m, nil)
		r.Begin()
		advance(t, r, 200_000, math.Inf(1))
		// The queue may still come to a new length: a handful of times, not once a task.
		if n := testing.AllocsPerRun(10, func() { advance(t, r, 20_000, math.Inf(1)) }); n > 2 {
			t.Errorf("%s: %g allocations for 20000 tasks", name, n)
		}
	}
}

func limitedModel(t testing.TB) *sim.Model {
	m := one(poisson(t, 130), exponential(t, 100), 1)
	m.Limited, m.Limit = true, 7
	return m
}

func networkModel(t testing.TB) *sim.Model {
	m := one(poisson(t, 80), exponential(t, 100), 1)
	m.Network, m.Response = exponential(t, 50), exponential(t, 50)
	return m
}

func infiniteModel(t testing.TB) *sim.Model {
	m := one(poisson(t, 800), exponential(t, 100), 0)
	m.Infinite = true
	return m
}
