package sim_test

import (
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"spillway/distributions"
	"spillway/distributions/arrivals"
	"spillway/sim"
	"spillway/sim/monitor"
)

// row is the life of a task as a person traces it on paper.
type row struct{ arrive, start, leave float64 }

// table brings transitions into the form of a hand-traced table; a task that
// is shed never starts nor leaves: -1.
func table(transitions []monitor.Transition) []row {
	var rows []row
	for _, t := range transitions {
		for int(t.Task) >= len(rows) {
			rows = append(rows, row{-1, -1, -1})
		}
		switch r := &rows[t.Task]; t.Kind {
		case monitor.Offered:
			r.arrive = t.Time
		case monitor.Started:
			r.start = t.Time
		case monitor.Finished:
			r.leave = t.Time
		}
	}
	return rows
}

func TestHandTracedTables(t *testing.T) {
	five := epochs{1, 2, 2.5, 7, 7}
	services := []float64{2, 1, 3, 1, 0.5}
	for _, c := range []struct {
		name    string
		change  func(*sim.Model)
		servers int
		want    []row
	}{
		{"one server", func(*sim.Model) {}, 1, []row{{1, 1, 3}, {2, 3, 4}, {2.5, 4, 7}, {7, 7, 8}, {7, 8, 8.5}}},
		{"two servers", func(*sim.Model) {}, 2, []row{{1, 1, 3}, {2, 2, 3}, {2.5, 3, 6}, {7, 7, 8}, {7, 7, 7.5}}},
		{"room for one", func(m *sim.Model) { m.Limited, m.Limit = true, 1 }, 1,
			[]row{{1, 1, 3}, {2, 3, 4}, {2.5, -1, -1}, {7, 7, 8}, {7, 8, 8.5}}},
		{"no room", func(m *sim.Model) { m.Limited = true }, 1,
			[]row{{1, 1, 3}, {2, -1, -1}, {2.5, -1, -1}, {7, 7, 8}, {7, -1, -1}}},
		{"infinite servers", func(m *sim.Model) { m.Infinite = true }, 0,
			[]row{{1, 1, 3}, {2, 2, 3}, {2.5, 2.5, 5.5}, {7, 7, 8}, {7, 7, 7.5}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := one(five, given(services...), c.servers)
			c.change(m)
			var seen recorder
			exhaust(t, start(t, m, &seen))
			if diff := cmp.Diff(c.want, table(seen), cmp.AllowUnexported(row{})); diff != "" {
				t.Errorf("table (-want +got):\n%s", diff)
			}
		})
	}
}

// TestHandTracedMeasures checks what is measured of the table with one server
// and room for one, by hand: the window is [0, 8.5].
func TestHandTracedMeasures(t *testing.T) {
	m := one(epochs{1, 2, 2.5, 7, 7}, given(2, 1, 3, 1, 0.5), 1)
	m.Limited, m.Limit = true, 1
	rec := exhaust(t, start(t, m, nil))
	// Served: tasks 0, 1, 3, 4 with services 2, 1, 1, 0.5 and waits 0, 1, 0, 1.
	want := map[string]float64{
		"seconds": 8.5, "busy": 4.5, "waiting": 2, "in system": 6.5,
		"wait": 2, "latency": 6.5, "service": 4.5, "waited": 2,
		"offered": 5, "shed": 1, "completed": 4, "max system": 2, "max queue": 1,
	}
	total := rec.Total
	got := map[string]float64{
		"seconds": rec.Seconds, "busy": rec.Busy.Area, "waiting": total.Waiting.Area, "in system": total.InSystem.Area,
		"wait": total.Wait.Sum(), "latency": total.Latency.Sum(), "service": total.Service.Sum(),
		"waited": float64(total.Wait.Positive()), "offered": float64(total.Offered), "shed": float64(total.Shed),
		"completed": float64(total.Completed), "max system": float64(total.InSystem.Max), "max queue": float64(total.Waiting.Max),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("measures (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(sim.Flow{Offered: 5, Completed: 4, Shed: 1}, rec.Flow); diff != "" {
		t.Errorf("flow (-want +got):\n%s", diff)
	}
	// One task waits for 2 s of 8.5 s.
	for p, want := range map[float64]int{0.5: 0, 6.4 / 8.5: 0, 6.6 / 8.5: 1, 1: 1} {
		if got := rec.QueueLaw.Quantile(p); got != want {
			t.Errorf("queue length at %g is %d, want %d", p, got, want)
		}
	}
}

// TestNetwork traces tasks through delays on both sides: constant ones, and
// ones that let a task overtake another.
func TestNetwork(t *testing.T) {
	constant := must[distributions.Deterministic](t)(distributions.NewDeterministic(0.5))
	for _, c := range []struct {
		name    string
		network distributions.Distribution
		want    []row
		transit float64
	}{
		{"constant", constant, []row{{1.5, 1.5, 2.5}, {2.5, 2.5, 3.5}, {3.5, 3.5, 4.5}}, 3 * (0.5 + 0.25)},
		{"overtaking", given(3, 1, 0.5), []row{{4, 5, 6}, {3, 3, 4}, {3.5, 4, 5}}, 4.5 + 3*0.25},
	} {
		t.Run(c.name, func(t *testing.T) {
			// Overtaking: task 1 is served 3..4, task 2, which arrived at 3.5, 4..5, task 0 from 5.
			m := one(epochs{1, 2, 3}, given(1), 1)
			m.Network, m.Response = c.network, must[distributions.Deterministic](t)(distributions.NewDeterministic(0.25))
			var seen recorder
			rec := exhaust(t, start(t, m, &seen))
			if diff := cmp.Diff(c.want, table(seen), cmp.AllowUnexported(row{})); diff != "" {
				t.Errorf("table (-want +got):\n%s", diff)
			}
			latency := 0.0
			for i, r := range c.want {
				latency += r.leave + 0.25 - float64(i+1)
			}
			if got := rec.Total.Latency.Sum(); math.Abs(got-latency) > 1e-12 {
				t.Errorf("latencies sum to %g, want %g", got, latency)
			}
			if got := rec.Total.InNetwork.Area; math.Abs(got-c.transit) > 1e-12 {
				t.Errorf("time in the network %g, want %g", got, c.transit)
			}
		})
	}
}

// TestTies: a server freed at t takes a task arriving at t with no wait, and
// those that arrive together are served in the order of their streams.
func TestTies(t *testing.T) {
	m := one(epochs{1, 2, 3}, given(1), 1)
	rec := exhaust(t, start(t, m, nil))
	if n := rec.Total.Wait.Positive(); n != 0 {
		t.Errorf("%d tasks waited, want none", n)
	}
	m.Limited = true // no room to wait: a task that came before the completion would be shed
	if rec := exhaust(t, start(t, m, nil)); rec.Total.Shed != 0 {
		t.Errorf("%d tasks were shed, want none", rec.Total.Shed)
	}
	m.Limited = false
	m.Classes = append(m.Classes, "second")
	m.Streams = append(m.Streams, sim.Stream{Name: "1", Class: 1, Process: epochs{1, 2}, Service: given(0.25)})
	m.Streams[0].Service = given(0.25)
	var seen recorder
	exhaust(t, start(t, m, &seen))
	want := []row{{1, 1, 1.25}, {1, 1.25, 1.5}, {2, 2, 2.25}, {2, 2.25, 2.5}, {3, 3, 3.25}}
	for _, tr := range seen {
		if tr.Task < 4 && tr.Class != int(tr.Task%2) {
			t.Errorf("task %d is of stream %d", tr.Task, tr.Class)
		}
	}
	if diff := cmp.Diff(want, table(seen), cmp.AllowUnexported(row{})); diff != "" {
		t.Errorf("table (-want +got):\n%s", diff)
	}
}

// TestDD1: evenly spaced arrivals and constant service of the same length never
// wait, and the clock does not drift. An eighth of a second is exact in binary.
func TestDD1(t *testing.T) {
	service := must[distributions.Deterministic](t)(distributions.NewDeterministic(0.125))
	r := start(t, one(arrivals.Deterministic{Interval: 0.125}, service, 1), nil)
	r.Begin()
	advance(t, r, 1_000_000, math.Inf(1))
	if want := 1_000_001 * 0.125; r.Now() != want {
		t.Errorf("clock at %v, want %v", r.Now(), want)
	}
	if err := r.End(); err != nil {
		t.Fatal(err)
	}
	rec := r.Record()
	if rec.Total.Wait.Max() != 0 || rec.Busy.Area != 1_000_000*0.125 {
		t.Errorf("longest wait %g s, busy %g s of %g", rec.Total.Wait.Max(), rec.Busy.Area, rec.Seconds)
	}
}

// TestBatches: tasks of a batch arrive together, as many as the batch is large.
func TestBatches(t *testing.T) {
	m := one(epochs{1, 2}, given(0.5), 1)
	m.Streams[0].Batch = must[arrivals.FixedBatch](t)(arrivals.NewFixedBatch(3))
	var seen recorder
	exhaust(t, start(t, m, &seen))
	want := []row{{1, 1, 1.5}, {1, 1.5, 2}, {1, 2, 2.5}, {2, 2.5, 3}, {2, 3, 3.5}, {2, 3.5, 4}}
	if diff := cmp.Diff(want, table(seen), cmp.AllowUnexported(row{})); diff != "" {
		t.Errorf("table (-want +got):\n%s", diff)
	}
}

func TestWindow(t *testing.T) {
	// Tasks arrive at 1, 2, ... 9 and are served for 0.75.
	m := one(epochs{1, 2, 3, 4, 5, 6, 7, 8, 9}, given(0.75), 1)
	t.Run("by tasks", func(t *testing.T) {
		r := start(t, m, nil)
		advance(t, r, 3, math.Inf(1))
		if r.Now() != 4 || r.Offered() != 3 {
			t.Fatalf("after 3 tasks at %g with %d offered", r.Now(), r.Offered())
		}
		r.Begin()
		advance(t, r, 2, math.Inf(1))
		r.End()
		rec := r.Record()
		if rec.Seconds != 2 || rec.Total.Offered != 2 || rec.Busy.Area != 1.5 || rec.Total.Completed != 2 {
			t.Errorf("window of %g s, %d offered, busy %g s, %d completed", rec.Seconds, rec.Total.Offered, rec.Busy.Area, rec.Total.Completed)
		}
	})
	t.Run("by time", func(t *testing.T) {
		r := start(t, m, nil)
		advance(t, r, math.MaxInt64, 2.5)
		if r.Now() != 2.5 || r.Offered() != 2 {
			t.Fatalf("at %g with %d offered", r.Now(), r.Offered())
		}
		r.Begin()
		advance(t, r, math.MaxInt64, 5) // the task of 5 belongs to what comes after
		r.End()
		for r.Pending() > 0 {
			advance(t, r, 1, math.Inf(1))
		}
		rec := r.Record()
		if rec.Seconds != 2.5 || rec.Total.Offered != 2 || rec.Busy.Area != 0.25+1.5 || rec.Total.Completed != 3 || rec.Total.Wait.Count() != 2 {
			t.Errorf("window of %g s, %d offered, busy %g s, %d completed, %d served", rec.Seconds, rec.Total.Offered,
				rec.Busy.Area, rec.Total.Completed, rec.Total.Wait.Count())
		}
	})
}

// TestCountsWhoWasSlow: a task that arrived in the window counts with its whole
// time although it leaves after the window. The mutant that measures completed
// tasks alone sees a wait of 0.
func TestCountsWhoWasSlow(t *testing.T) {
	m := one(epochs{1, 1.5, 50}, given(30), 1)
	r := start(t, m, nil)
	r.Begin()
	advance(t, r, math.MaxInt64, 2)
	if err := r.End(); err != nil {
		t.Fatal(err)
	}
	for r.Pending() > 0 {
		advance(t, r, 1, math.Inf(1))
	}
	if rec := r.Record(); rec.Total.Wait.Sum() != 29.5 || rec.Total.Latency.Count() != 2 {
		t.Errorf("waits of %d tasks sum to %g, want 2 and 29.5", rec.Total.Latency.Count(), rec.Total.Wait.Sum())
	}
}

func TestClose(t *testing.T) {
	batch := must[arrivals.FixedBatch](t)(arrivals.NewFixedBatch(3))
	m := one(poisson(t, 10), exponential(t, 20), 1)
	m.Streams[0].Batch = batch
	r := start(t, m, nil)
	r.Close(100) // in the middle of a batch
	rec := exhaust(t, r)
	if rec.Flow != (sim.Flow{Offered: 100, Completed: 100}) {
		t.Errorf("flow %+v, want 100 offered and completed", rec.Flow)
	}
}

func TestImpossibleTimes(t *testing.T) {
	for name, m := range map[string]*sim.Model{
		"epochs go back":   one(epochs{2, 1}, given(1), 1),
		"epoch NaN":        one(epochs{1, math.NaN()}, given(1), 1),
		"epoch infinite":   one(epochs{1, math.Inf(1)}, given(1), 1),
		"service infinite": one(epochs{1}, given(math.Inf(1)), 1),
		"service NaN":      one(epochs{1}, given(math.NaN()), 1),
		"service negative": one(epochs{1}, given(-1), 1),
	} {
		r, err := sim.New(m, distributions.Streams{}, 0, nil)
		if err == nil {
			r.Begin()
			err = r.Advance(10, math.Inf(1))
		}
		if !errors.Is(err, sim.ErrTime) {
			t.Errorf("%s: error %v, want one that matches ErrTime", name, err)
		}
	}
}

func TestValidate(t *testing.T) {
	good := func() *sim.Model { return one(epochs{1}, given(1), 1) }
	if err := good().Validate(); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*sim.Model){
		"no streams":     func(m *sim.Model) { m.Streams = nil },
		"no classes":     func(m *sim.Model) { m.Classes = nil },
		"no servers":     func(m *sim.Model) { m.Servers = 0 },
		"negative limit": func(m *sim.Model) { m.Limited, m.Limit = true, -1 },
		"no process":     func(m *sim.Model) { m.Streams[0].Process = nil },
		"no service":     func(m *sim.Model) { m.Streams[0].Service = nil },
		"unknown class":  func(m *sim.Model) { m.Streams[0].Class = 1 },
	} {
		m := good()
		spoil(m)
		if m.Validate() == nil {
			t.Errorf("%s: valid", name)
		}
	}
}

func advance(t testing.TB, r sim.Run, n int64, horizon float64) {
	t.Helper()
	if err := r.Advance(n, horizon); err != nil {
		t.Fatal(err)
	}
}
