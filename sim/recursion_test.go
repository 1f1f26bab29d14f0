package sim_test

import (
	"math"

	"testing"

	"pgregory.net/rapid"

	"spillway/distributions"
	"spillway/distributions/arrivals"
	"spillway/sim"
	"spillway/sim/monitor"
)

// drawRecursive is any model that the recursion can run.
func drawRecursive(t *rapid.T) *sim.Model {
	m := drawModel(t)
	m.Infinite, m.Limited, m.Response = false, false, nil
	if rapid.Bool().Draw(t, "one class") {
		m.Classes = []string{"all"}
		for i := range m.Streams {
			m.Streams[i].Class = 0
		}
	}
	if m.Network != nil {
		m.Network, _ = distributions.NewDeterministic(rapid.SampledFrom([]float64{0, 0.25, 0.7, 30}).Draw(t, "delay"))
	}
	m.Servers = rapid.OneOf(rapid.IntRange(1, 17), rapid.IntRange(18, 70)).Draw(t, "c")
	return m
}

// TestRecursionIsTheEventEngine runs hundreds of random models with both: every
// task's wait is the same to the last bit, the window the same, and what is
// measured in it the same but for the order of summation.
func TestRecursionIsTheEventEngine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawRecursive(t)
		streams := distributions.Streams{Seed: rapid.Uint64().Draw(t, "seed")}
		warm, tasks := rapid.Int64Range(0, 900).Draw(t, "warm"), rapid.Int64Range(1, 2500).Draw(t, "tasks")
		byTime := rapid.Bool().Draw(t, "by time")
		var records [2]sim.Record
		var ends [2]float64
		for i, e := range []sim.Engine{sim.Events, sim.ByRecursion} {
			r, err := sim.Start(m, streams, 2, e)
			if err != nil {
				t.Fatal(err)
			}
			advanceBoth(t, r, warm, math.Inf(1))
			r.Begin()
			if byTime {
				advanceBoth(t, r, math.MaxInt64, r.Now()+float64(tasks)/3)
			} else {
				advanceBoth(t, r, tasks/2, math.Inf(1))
				_ = r.Record() // a look changes nothing
				advanceBoth(t, r, tasks-tasks/2, math.Inf(1))
			}
			if err := r.End(); err != nil {
				t.Fatal(err)
			}
			ends[i] = r.Now()
			for r.Pending() > 0 {
				advanceBoth(t, r, 1000, math.Inf(1))
			}
			records[i] = r.Record()
		}
		if ends[0] != ends[1] {
			t.Fatalf("the window ends at %v and %v", ends[0], ends[1])
		}
		// With a delay of 0 a task is emitted and offered at one instant: where
		// the window ends just before it, only events have emitted it.
		switch emitted := records[0].Flow.Offered - records[1].Flow.Offered; {
		case emitted == 1 && m.Network != nil && m.Network.Mean() == 0:
			forgetNetwork(&records[1], &records[0])
		case emitted != 0:
			t.Fatalf("flows %+v and %+v", records[0].Flow, records[1].Flow)
		}
		sameRecord(t, records[0], records[1])
	})
}

// forgetNetwork makes the most tasks on the network those of the other record,
// if it has one more than none.
func forgetNetwork(a, b *sim.Record) {
	for i := range a.Classes {
		if b.Classes[i].InNetwork.Max == 1 && a.Classes[i].InNetwork.Max == 0 {
			a.Classes[i].InNetwork.Max = 1
		}
	}
	if b.Total.InNetwork.Max == 1 && a.Total.InNetwork.Max == 0 {
		a.Total.InNetwork.Max = 1
	}
}

func advanceBoth(t *rapid.T, r sim.Run, n int64, horizon float64) {
	if err := r.Advance(n, horizon); err != nil {
		t.Fatal(err)
	}
}

func sameRecord(t *rapid.T, a, b sim.Record) {
	if a.Seconds != b.Seconds || len(a.Classes) != len(b.Classes) {
		t.Fatalf("windows %v %v, classes %d %d", a.Seconds, b.Seconds, len(a.Classes), len(b.Classes))
	}
	sameClass(t, a.Total, b.Total)
	for i := range a.Classes {
		sameClass(t, a.Classes[i], b.Classes[i])
	}
	if !near(a.Busy.Area, b.Busy.Area) || a.Busy.Max != b.Busy.Max {
		t.Fatalf("busy %v and %v", a.Busy, b.Busy)
	}
	for _, p := range []float64{0.3, 0.9, 0.99} {
		if i, j := a.QueueLaw.Quantile(p), b.QueueLaw.Quantile(p); i != j && !onEdge(a, p, i, j) {
			t.Fatalf("queue length at %g: %d and %d", p, i, j)
		}
	}
	if f := b.Flow; f.Offered != f.Completed+f.InFlight || f.InFlight < 0 {
		t.Fatalf("flow %+v", f)
	}
}

func sameClass(t *rapid.T, x, y sim.Measures) {
	if x.Offered != y.Offered || x.Completed != y.Completed || x.Wait.Count() != y.Wait.Count() ||
		x.Wait.Positive() != y.Wait.Positive() || x.Wait.Max() != y.Wait.Max() || x.Latency.Max() != y.Latency.Max() {
		t.Fatalf("offered %d %d, completed %d %d, served %d %d, waited %d %d, longest wait %v %v",
			x.Offered, y.Offered, x.Completed, y.Completed, x.Wait.Count(), y.Wait.Count(), x.Wait.Positive(), y.Wait.Positive(), x.Wait.Max(), y.Wait.Max())
	}
	for _, p := range []float64{0.1, 0.5, 0.9, 0.99, 1} {
		if x.Wait.Quantile(p) != y.Wait.Quantile(p) || x.Latency.Quantile(p) != y.Latency.Quantile(p) || x.Service.Quantile(p) != y.Service.Quantile(p) {
			t.Fatalf("quantile %g of the wait %v %v, the latency %v %v", p, x.Wait.Quantile(p), y.Wait.Quantile(p), x.Latency.Quantile(p), y.Latency.Quantile(p))
		}
	}
	for name, v := range map[string][2]float64{
		"wait": {x.Wait.Sum(), y.Wait.Sum()}, "sd": {x.Wait.SD(), y.Wait.SD()}, "latency": {x.Latency.Sum(), y.Latency.Sum()},
		"∫Q dt": {x.Waiting.Area, y.Waiting.Area}, "∫N dt": {x.InSystem.Area, y.InSystem.Area},
		"Σ WS": {x.WaitService, y.WaitService}, "Σ WT": {x.WaitGap, y.WaitGap},
		"∫net dt": {x.InNetwork.Area, y.InNetwork.Area},
	} {
		if !near(v[0], v[1]) {
			t.Fatalf("%s is %v and %v", name, v[0], v[1])
		}
	}
	if x.Waiting.Max != y.Waiting.Max || x.InSystem.Max != y.InSystem.Max || x.InNetwork.Max != y.InNetwork.Max {
		t.Fatalf("maxima: queue %d %d, system %d %d, network %d %d", x.Waiting.Max, y.Waiting.Max,
			x.InSystem.Max, y.InSystem.Max, x.InNetwork.Max, y.InNetwork.Max)
	}
}

// onEdge says whether a quantile sits where the law steps, so that rounding
// decides.
func onEdge(r sim.Record, p float64, i, j int) bool {
	return r.QueueLaw.Quantile(p*(1-1e-9)) == min(i, j) && r.QueueLaw.Quantile(p*(1+1e-9)) == max(i, j)
}

// TestWaitsToTheLastBit holds the waits of single tasks against each other, in
// the order of arrival.
func TestWaitsToTheLastBit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawRecursive(t)
		const n = 1500
		var seen recorder
		streams := distributions.Streams{Seed: rapid.Uint64().Draw(t, "seed")}
		events, err := sim.New(m, streams, 0, &seen)
		if err != nil {
			t.Fatal(err)
		}
		events.Close(n)
		advanceBoth(t, events, math.MaxInt64, math.Inf(1))
		byTask := make(map[int64]float64)
		var order []int64
		for _, tr := range seen {
			switch tr.Kind {
			case monitor.Queued:
				order = append(order, tr.Task)
				byTask[tr.Task] = tr.Time
			case monitor.Started:
				byTask[tr.Task] = tr.Time - byTask[tr.Task]
			}
		}
		recursion, err := sim.NewRecursion(m, streams, 0)
		if err != nil {
			t.Fatal(err)
		}
		var waits []float64
		recursion.Close(n)
		recursion.Begin()
		for !recursion.Ended() {
			advanceBoth(t, recursion, 1, math.Inf(1))
			waits = append(waits, recursion.LastWait())
			if len(waits) > n {
				t.Fatal("it does not end")
			}
		}
		for i, id := range order {
			if waits[i] != byTask[id] {
				t.Fatalf("task %d waits %v by recursion, %v by events", id, waits[i], byTask[id])
			}
		}
		if recursion.Now() != events.Now() {
			t.Fatalf("it ends at %v by recursion, at %v by events", recursion.Now(), events.Now())
		}
	})
}

func TestRecursive(t *testing.T) {
	constant := must[distributions.Deterministic](t)(distributions.NewDeterministic(1))
	for name, c := range map[string]struct {
		change func(*sim.Model)
		want   bool
	}{
		"plain":            {func(*sim.Model) {}, true},
		"constant network": {func(m *sim.Model) { m.Network = constant }, true},
		"random network":   {func(m *sim.Model) { m.Network = exponential(t, 1) }, false},
		"response":         {func(m *sim.Model) { m.Response = constant }, false},
		"limit":            {func(m *sim.Model) { m.Limited = true }, false},
		"infinite":         {func(m *sim.Model) { m.Infinite = true }, false},
		"classes":          {func(m *sim.Model) { m.Classes = []string{"a", "b"} }, true},
		"priorities": {func(m *sim.Model) {
			*m = *twoClasses(t, 1)
			m.Policies.Discipline = sim.Priority
		}, false},
	} {
		m := one(poisson(t, 1), exponential(t, 2), 1)
		c.change(m)
		if got := sim.Recursive(m); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

// TestLongQueue: ten million tasks wait, 8 bytes each or so.
func TestLongQueue(t *testing.T) {
	m := one(arrivals.Deterministic{Interval: 1}, must[distributions.Deterministic](t)(distributions.NewDeterministic(1000)), 1)
	r := must[*sim.Recursion](t)(sim.NewRecursion(m, distributions.Streams{}, 0))
	r.Begin()
	if err := r.Advance(10_000_000, math.Inf(1)); err != nil {
		t.Fatal(err)
	}
	rec := r.Record()
	// 10,000,000 have arrived from 1 on, 10,000 have been served or are.
	if want := 10_000_000 - 10_000; rec.Total.Waiting.Max != want {
		t.Errorf("at most %d waited, want %d", rec.Total.Waiting.Max, want)
	}
}

// TestLongQueueOfClasses: with two classes no more than with one. To look through
// the queue for each task would take the best part of an hour.
func TestLongQueueOfClasses(t *testing.T) {
	service := must[distributions.Deterministic](t)(distributions.NewDeterministic(1000))
	m := one(arrivals.Deterministic{Interval: 1}, service, 1)
	m.Classes = append(m.Classes, "other")
	m.Streams = append(m.Streams, sim.Stream{Name: "1", Class: 1, Process: arrivals.Deterministic{Interval: 1}, Service: service})
	r := must[sim.Run](t)(sim.Start(m, distributions.Streams{}, 0, sim.ByRecursion))
	r.Begin()
	if err := r.Advance(2_000_000, math.Inf(1)); err != nil {
		t.Fatal(err)
	}
	// A million of each have arrived from 1 on, of which, in turn, 500 have been
	// served; the last of these, of the other class, still is.
	for i, class := range r.Record().Classes {
		if want := 1_000_000 - 500; class.Waiting.Max != want || class.InSystem.Max != want+i {
			t.Errorf("class %d: at most %d waited and %d were there, want %d and %d", i, class.Waiting.Max, class.InSystem.Max, want, want+i)
		}
	}
}

// TestAutoIsTheFaster: few servers go by recursion, many where they are in use.
func TestAutoIsTheFaster(t *testing.T) {
	for _, c := range []struct {
		servers int
		load    float64
		classes int
		want    bool
	}{
		{16, 0.01, 1, true}, {16, 0.02, 2, true}, {17, 1, 1, false}, {17, 9, 1, true}, {17, 16, 2, false},
		{10000, 9000, 1, false}, {10000, 9800, 1, true},
	} {
		m := one(poisson(t, c.load), exponential(t, 1), c.servers)
		if c.classes == 2 {
			m.Classes = append(m.Classes, "other")
		}
		if got := byRecursion(t, m); got != c.want {
			t.Errorf("%d servers under load %g, %d classes: recursion is %t", c.servers, c.load, c.classes, got)
		}
	}
	constant := one(arrivals.Deterministic{Interval: 1}, must[distributions.Deterministic](t)(distributions.NewDeterministic(99.5)), 100)
	if byRecursion(t, constant) {
		t.Error("a recursion over many servers where nothing varies")
	}
}

func byRecursion(t *testing.T, m *sim.Model) bool {
	_, is := must[sim.Run](t)(sim.Start(m, distributions.Streams{}, 0, sim.Auto)).(*sim.Recursion)
	return is
}

// TestRecursionAllocatesNothing per task.
func TestRecursionAllocatesNothing(t *testing.T) {
	for _, c := range []int{1, 4, 8, 16, 50} {
		for _, m := range []*sim.Model{one(poisson(t, 0.8*float64(c)), exponential(t, 1), c), twoClasses(t, c)} {
			r := must[*sim.Recursion](t)(sim.NewRecursion(m, distributions.Streams{}, 0))
			r.Begin()
			if err := r.Advance(200_000, math.Inf(1)); err != nil {
				t.Fatal(err)
			}
			if n := testing.AllocsPerRun(10, func() { _ = r.Advance(20_000, math.Inf(1)) }); n > 2 {
				t.Errorf("%d classes, c = %d: %g allocations for 20000 tasks", len(m.Classes), c, n)
			}
		}
	}
}
