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
	for _, servers := range []int{1, 8} {
		for name, policies := range map[string]sim.Policies{
			"throttle": {Admission: []sim.Admission{{Throttle: &sim.Throttle{Rate: 100 * float64(servers), Burst: 20}}}},
			"classes":  {}, "priorities": {Discipline: sim.Priority},
		} {
			m := one(poisson(b, 80*float64(servers)), exponential(b, 100), servers)
			if name != "throttle" {
				m = twoClasses(b, servers)
			}
			m.Policies = policies
			b.Run(fmt.Sprintf("engine=events/with=%s/c=%d/rho=0.8", name, servers), func(b *testing.B) { benchmark(b, m, sim.Events) })
			if name == "classes" {
				b.Run(fmt.Sprintf("engine=recursion/with=%s/c=%d/rho=0.8", name, servers), func(b *testing.B) { benchmark(b, m, sim.ByRecursion) })
			}
		}
	}
}

// BenchmarkManaged is the cost of a task with policies, everything measured.
func BenchmarkManaged(b *testing.B) {
	for name, change := range map[string]func(m *sim.Model){
		"nothing":  func(*sim.Model) {},
		"shortest": func(m *sim.Model) { m.Policies.Discipline = sim.Shortest },
		"patience": func(m *sim.Model) { m.Policies.Patience = exponential(b, 10) },
		"retry": func(m *sim.Model) {
			m.Limited, m.Policies.Retry = true, &sim.Retry{Probability: 1, Delay: exponential(b, 100)}
		},
		"timeout": func(m *sim.Model) { m.Policies.Timeout = &sim.Timeout{After: exponential(b, 1)} },
	} {
		m := one(poisson(b, 640), exponential(b, 100), 8)
		change(m)
		b.Run(fmt.Sprintf("with=%s/c=8/rho=0.8", name), func(b *testing.B) {
			benchmarkRun(b, must[*sim.Managed](b)(sim.NewManaged(m, distributions.Streams{Seed: 1}, 0, nil)))
		})
	}
}

// twoClasses is a pool at a load of 0.8 by two streams of equal rates, whose
// classes have priorities.
func twoClasses(t testing.TB, servers int) *sim.Model {
	m := one(poisson(t, 40*float64(servers)), exponential(t, 100), servers)
	m.Classes = append(m.Classes, "later")
	m.Streams = append(m.Streams, sim.Stream{Name: "1", Class: 1, Priority: 1, Process: poisson(t, 40*float64(servers)), Service: exponential(t, 100)})
	return m
}

func benchmark(b *testing.B, m *sim.Model, e sim.Engine) {
	benchmarkRun(b, must[sim.Run](b)(sim.Start(m, distributions.Streams{Seed: 1}, 0, e)))
}

func benchmarkRun(b *testing.B, r sim.Run) {
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
