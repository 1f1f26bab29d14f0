package load_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"spillway/distributions"
	"spillway/distributions/arrivals"
	"spillway/sim"
	"spillway/sim/monitor"
	"spillway/sim/scheduler"
	"spillway/sim/scheduler/load"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var background = context.Background()

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// streams are two, one of them in batches.
func streams() ([]load.Stream, *sim.Model) {
	batch := must(arrivals.NewGeometricBatch(3))
	poisson := must(arrivals.NewPoisson(20))
	fast, slow := must(distributions.NewExponential(100)), must(distributions.NewExponential(30))
	list := []load.Stream{
		{Name: "a", Process: poisson, Service: fast},
		{Name: "b", Class: 1, Priority: 1, Process: arrivals.Deterministic{Interval: 0.125}, Batch: batch, Service: slow},
	}
	m := &sim.Model{Classes: []string{"a", "b"}, Servers: 2}
	for _, s := range list {
		m.Streams = append(m.Streams, sim.Stream{Name: s.Name, Class: s.Class, Process: s.Process, Batch: s.Batch, Service: s.Service})
	}
	return list, m
}

// watcher notes when tasks are emitted, started and finished.
type watcher struct{ emitted, started, finished map[int64]monitor.Transition }

func (w watcher) Observe(x monitor.Transition) {
	for kind, m := range map[monitor.Kind]map[int64]monitor.Transition{monitor.Emitted: w.emitted, monitor.Started: w.started, monitor.Finished: w.finished} {
		if x.Kind == kind {
			m[x.Task] = x
		}
	}
}

func simulate(t *testing.T, m *sim.Model, n int64) watcher {
	t.Helper()
	w := watcher{map[int64]monitor.Transition{}, map[int64]monitor.Transition{}, map[int64]monitor.Transition{}}
	r := must(sim.NewManaged(m, distributions.Streams{Seed: 7}, 3, w))
	r.Close(n)
	if err := r.Advance(math.MaxInt64, math.Inf(1)); err != nil {
		t.Fatal(err)
	}
	return w
}

// TestScheduleIsTheSimulators: the same seed gives the very arrivals, classes and
// services that the simulator sees, and in virtual time the pool the same waits, to
// the rounding of services to nanoseconds.
func TestScheduleIsTheSimulators(t *testing.T) {
	const n = 1500
	list, m := streams()
	drawn := must(load.Draw(list, distributions.Streams{Seed: 7}, 3, math.Inf(1), n))
	w := simulate(t, m, n)
	synctest.Test(t, func(t *testing.T) {
		p := must(scheduler.New(scheduler.Options{Servers: 2, Classes: m.Classes, LowestPriority: 1}))
		defer p.Close()
		tasks, err := load.Run(background, p, load.Plan{Arrivals: drawn, Work: scheduler.Sleep, TimeScale: 1, Pacing: load.Sleep})
		if err != nil || len(tasks) != n || len(w.finished) != n {
			t.Fatalf("%d tasks, %v", len(tasks), err)
		}
		for i, a := range drawn {
			e, s, f := w.emitted[int64(i)], w.started[int64(i)], w.finished[int64(i)]
			if a.At != e.Time || a.Class != e.Class || math.Abs(a.Service-(f.Time-s.Time)) > 1e-12 {
				t.Fatalf("arrival %d is %+v, simulated are %+v to %+v", i, a, e, f)
			}
			x := tasks[i]
			if math.Abs(x.Started-s.Time) > n*1e-9 || math.Abs(x.Finished-f.Time) > n*1e-9 || x.Class != s.Class || x.Intended != a.At {
				t.Fatalf("task %d is %+v, simulated are %+v to %+v", i, x, s, f)
			}
		}
	})
}

func TestDrawEnds(t *testing.T) {
	list, _ := streams()
	drawn := must(load.Draw(list, distributions.Streams{}, 0, 2, math.MaxInt))
	if last := drawn[len(drawn)-1].At; !(last < 2) || last < 1.8 {
		t.Errorf("the last of %d arrivals before 2 s is at %v", len(drawn), last)
	}
	if drawn := must(load.Draw(nil, distributions.Streams{}, 0, 1, 10)); drawn != nil {
		t.Errorf("%v without streams", drawn)
	}
}

// TestRun: one server, room for one; tasks of 2 s at 0, 1, 1.5 s, twice as slow.
func TestRun(t *testing.T) {
	plan := load.Plan{Work: scheduler.Sleep, TimeScale: 2, Pacing: load.Sleep, Arrivals: []load.Arrival{
		{At: 0, Service: 2}, {At: 1, Service: 2}, {At: 1.5, Service: 2}}}
	synctest.Test(t, func(t *testing.T) {
		p := must(scheduler.New(scheduler.Options{Servers: 1, Limit: 1, Limited: true}))
		defer p.Close()
		tasks := must(load.Run(background, p, plan))
		m := load.Measure(tasks, 1e-3)
		if m.Offered != 3 || m.Completed != 2 || m.Shed != 1 || m.Invalid != "" || m.ShedRatio() != 1.0/3 {
			t.Errorf("%+v", m)
		}
		for _, c := range []struct{ got, want float64 }{
			{m.Seconds, 8}, {m.Throughput, 0.25}, {m.Latency.Mean, 5}, {m.Latency.Max, 6}, {m.Wait.Mean, 1}, {m.Wait.Max, 2},
			{m.Service.Min, 4}, {m.Service.Max, 4}, {m.Lateness.Max, 0}, {m.Dispatch.Max, 0},
		} {
			if math.Abs(c.got-c.want) > 1e-8 {
				t.Errorf("%v, want %v in %+v", c.got, c.want, m)
			}
		}
		if _, err := load.Run(background, p, plan); err == nil {
			t.Error("a used pool was accepted")
		}
	})
}

// TestLateRunIsInvalid: a pool that holds the generator makes it late. The latency
// counts from the intended time all the same: 2, 3 and 4 s.
func TestLateRunIsInvalid(t *testing.T) {
	plan := load.Plan{Work: scheduler.Sleep, TimeScale: 1, Pacing: load.Sleep, Arrivals: []load.Arrival{
		{At: 0, Service: 2}, {At: 1, Service: 2}, {At: 2, Service: 2}}}
	synctest.Test(t, func(t *testing.T) {
		p := must(scheduler.New(scheduler.Options{Servers: 1, Limited: true, Overflow: scheduler.Block}))
		defer p.Close()
		m := load.Measure(must(load.Run(background, p, plan)), 0.5)
		if math.Abs(m.Latency.Mean-3) > 1e-8 || math.Abs(m.Latency.Max-4) > 1e-8 || m.Lateness.Max != 0 {
			// The third is called at 2 s, when the second gets in.
			t.Errorf("%+v", m)
		}
	})
	plan.Arrivals[2].At = 1.25
	synctest.Test(t, func(t *testing.T) {
		p := must(scheduler.New(scheduler.Options{Servers: 1, Limited: true, Overflow: scheduler.Block}))
		defer p.Close()
		m := load.Measure(must(load.Run(background, p, plan)), 0.5)
		if math.Abs(m.Latency.Max-4.75) > 1e-8 || math.Abs(m.Lateness.Max-0.75) > 1e-8 || !strings.Contains(m.Invalid, "750 ms late, allowed are 500 ms") {
			t.Errorf("%+v", m)
		}
	})
}

func TestRunStopsWithItsContext(t *testing.T) {
	plan := load.Plan{Work: scheduler.Sleep, TimeScale: 1, Pacing: load.Sleep, Arrivals: []load.Arrival{
		{At: 0, Service: 9}, {At: 1, Service: 9}, {At: 4, Service: 9}}}
	synctest.Test(t, func(t *testing.T) {
		p := must(scheduler.New(scheduler.Options{Servers: 1}))
		defer p.Close()
		ctx, cancel := context.WithTimeout(background, 2*time.Second)
		defer cancel()
		tasks, err := load.Run(ctx, p, plan)
		if !errors.Is(err, context.DeadlineExceeded) || len(tasks) != 2 || time.Since(p.Start()) != 2*time.Second {
			t.Errorf("%d tasks, %v", len(tasks), err)
		}
	})
	p := must(scheduler.New(scheduler.Options{Servers: 1}))
	defer p.Close()
	plan.Arrivals[0].Class = 3
	if tasks, err := load.Run(background, p, plan); err == nil || len(tasks) != 0 {
		t.Errorf("a class that is not there: %v", err)
	}
	for _, wrong := range []load.Plan{{}, {TimeScale: 1}, {Work: scheduler.Sleep, TimeScale: math.NaN()}} {
		if _, err := load.Run(background, p, wrong); err == nil {
			t.Errorf("%+v was accepted", wrong)
		}
	}
}

// TestPacing: by the clock, no pacing is early.
func TestPacing(t *testing.T) {
	for _, pacing := range []load.Pacing{load.Hybrid, load.Sleep, load.Spin} {
		p := must(scheduler.New(scheduler.Options{Servers: 1}))
		tasks := must(load.Run(background, p, load.Plan{Arrivals: make([]load.Arrival, 3), Work: scheduler.Sleep, TimeScale: 1, Pacing: pacing}))
		for _, x := range tasks {
			if x.Called < x.Intended-1e-9 {
				t.Errorf("pacing %d is early: %+v", pacing, x)
			}
		}
		p.Close()
	}
}

func TestSummary(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Float64Range(0, 10), 1, 2000).Draw(t, "values")
		sum, squares := 0.0, 0.0
		for _, x := range values {
			sum += x
		}
		n := float64(len(values))
		for _, x := range values {
			squares += (x - sum/n) * (x - sum/n)
		}
		s := load.Summarize(values)
		if s.Count != len(values) || math.Abs(s.Mean-sum/n) > 1e-9 || math.Abs(s.SD-math.Sqrt(squares/max(1, n-1))) > 1e-9 {
			t.Fatalf("%+v, mean %v", s, sum/n)
		}
		// The smallest value that at least a share p of the values are at or below.
		for p, q := range map[float64]float64{0.5: s.P50, 0.9: s.P90, 0.95: s.P95, 0.99: s.P99, 0.999: s.P999, 1: s.Max} {
			below, atMost := 0.0, 0.0
			for _, x := range values {
				if x < q {
					below++
				}
				if x <= q {
					atMost++
				}
			}
			if atMost < p*n*(1-1e-12) || below >= p*n*(1+1e-12) {
				t.Fatalf("quantile %v is %v: %v of %v are below, %v at most", p, q, below, n, atMost)
			}
		}
	})
	if s := load.Summarize(nil); s != (load.Summary{}) {
		t.Errorf("%+v of nothing", s)
	}
}

func TestEnvironment(t *testing.T) {
	e := load.ThisMachine()
	if !strings.HasPrefix(e.Go, "go") || e.OS == "" || e.Arch == "" || e.CPUs < 1 || e.MaxProcs < 1 {
		t.Errorf("%+v", e)
	}
}
