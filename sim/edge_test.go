package sim_test

import (
	"errors"
	"math"
	"slices"
	"testing"

	"spillway/distributions"
	"spillway/sim"
	"spillway/sim/monitor"
)

// TestMinusZero: a time of −0 is a zero, whatever its bits are.
func TestMinusZero(t *testing.T) {
	minus := math.Copysign(0, -1)
	for _, servers := range []int{1, 3, 20} {
		for _, e := range []sim.Engine{sim.Events, sim.ByRecursion} {
			m := one(epochs{minus, minus, minus, 0, 1, 2, 3, 4, 5}, given(1, minus, 2.5, 1, 1, 1, 1, 1, 1), servers)
			r := must[sim.Run](t)(sim.Start(m, distributions.Streams{}, 0, e))
			r.Begin()
			if err := r.Advance(math.MaxInt64, math.Inf(1)); err != nil {
				t.Fatal(err)
			}
			rec := r.Record()
			if got := rec.Total.Service.Max(); got != 2.5 {
				t.Errorf("c = %d, engine %d: longest service %v, want 2.5", servers, e, got)
			}
			if most := min(servers, 3); rec.Busy.Max != most {
				t.Errorf("c = %d, engine %d: at most %d servers were busy, want %d", servers, e, rec.Busy.Max, most)
			}
		}
	}
}

// TestCloseTwice: the least number holds.
func TestCloseTwice(t *testing.T) {
	for _, e := range []sim.Engine{sim.Events, sim.ByRecursion} {
		r := must[sim.Run](t)(sim.Start(one(poisson(t, 1), exponential(t, 2), 1), distributions.Streams{}, 0, e))
		r.Close(2)
		r.Close(1000)
		if err := r.Advance(1000, math.Inf(1)); err != nil || r.Offered() != 2 || !r.Ended() {
			t.Errorf("engine %d: %v, %d tasks, ended %t", e, err, r.Offered(), r.Ended())
		}
	}
}

// TestImpossibleServices is of both engines.
func TestImpossibleServices(t *testing.T) {
	for _, servers := range []int{1, 3, 20} {
		for _, e := range []sim.Engine{sim.Events, sim.ByRecursion} {
			for _, service := range []float64{-1, math.NaN(), math.Inf(1)} {
				_, err := sim.Start(one(poisson(t, 1), given(1, service), servers), distributions.Streams{}, 0, e)
				if !errors.Is(err, sim.ErrTime) {
					t.Errorf("c = %d, engine %d, a service of %g: %v", servers, e, service, err)
				}
			}
			if servers == 20 {
				continue // a single one that never ends is one server less
			}
			r := must[sim.Run](t)(sim.Start(one(epochs{1, 1, 1, 1, 1, 1}, given(1e308), servers), distributions.Streams{}, 0, e))
			if err := r.Advance(math.MaxInt64, math.Inf(1)); !errors.Is(err, sim.ErrTime) {
				t.Errorf("c = %d, engine %d: services of 1e308 s give %v", servers, e, err)
			}
		}
	}
}

// TestNothingAfterEnd: once the window is closed, the recursion has nothing
// left to do.
func TestNothingAfterEnd(t *testing.T) {
	r := must[*sim.Recursion](t)(sim.NewRecursion(one(poisson(t, 1), exponential(t, 2), 1), distributions.Streams{}, 0))
	r.Begin()
	if err := errors.Join(r.Advance(100, math.Inf(1)), r.End(), r.Advance(math.MaxInt64, math.Inf(1))); err != nil || r.Offered() != 100 {
		t.Errorf("%v, %d tasks", err, r.Offered())
	}
}

// TestOrderAtOneInstant: of what happens at one time, completions come first,
// then answers, then tasks off the network, then emissions. The delays are
// random to the engines, so that all of it goes through their event lists.
func TestOrderAtOneInstant(t *testing.T) {
	for name, start := range map[string]func(m *sim.Model, o monitor.Observer) (sim.Run, error){
		"replication": func(m *sim.Model, o monitor.Observer) (sim.Run, error) {
			return sim.New(m, distributions.Streams{}, 0, o)
		},
		"managed": func(m *sim.Model, o monitor.Observer) (sim.Run, error) {
			return sim.NewManaged(m, distributions.Streams{}, 0, o)
		},
	} {
		m := one(epochs{0, 1, 2, 3}, given(1), 1)
		m.Network, m.Response = given(1), given(1)
		var seen recorder
		r := must[sim.Run](t)(start(m, &seen))
		if err := r.Advance(math.MaxInt64, 3); err != nil {
			t.Fatal(err)
		}
		if err := r.Advance(math.MaxInt64, 3.5); err != nil { // what arrives at 3 belongs to what comes after 3
			t.Fatal(err)
		}
		type step struct {
			kind monitor.Kind
			task int64
		}
		var got []step
		for _, x := range seen {
			if x.Time == 3 {
				got = append(got, step{x.Kind, x.Task})
			}
		}
		want := []step{
			{monitor.Finished, 1}, {monitor.Answered, 0},
			{monitor.Offered, 2}, {monitor.Queued, 2}, {monitor.Started, 2}, {monitor.Emitted, 3},
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: at 3 come %v, want %v", name, got, want)
		}
		for _, x := range seen {
			if x.Kind == monitor.Started && x.Time != float64(x.Task+1) {
				t.Errorf("%s: task %d waits until %v", name, x.Task, x.Time)
			}
		}
	}
}

// TestHorizon: a task that would be emitted, or offered, at the horizon belongs
// to what comes after it; a service that ends there has ended.
func TestHorizon(t *testing.T) {
	for _, delay := range []float64{0, 0.5} {
		m := one(epochs{1, 2, 2.5, 3}, given(1), 1)
		if delay > 0 {
			m.Network = must[distributions.Deterministic](t)(distributions.NewDeterministic(delay))
		}
		runs := map[string]sim.Run{
			"replication": must[*sim.Replication](t)(sim.New(m, distributions.Streams{}, 0, nil)),
			"managed":     must[*sim.Managed](t)(sim.NewManaged(m, distributions.Streams{}, 0, nil)),
			"recursion":   must[*sim.Recursion](t)(sim.NewRecursion(m, distributions.Streams{}, 0)),
		}
		for name, r := range runs {
			m.Streams[0].Service = given(1)
			if err := r.Advance(math.MaxInt64, 2); err != nil {
				t.Fatal(err)
			}
			// The task that would be emitted at 2 is not; on the network, a
			// recursion cannot tell.
			if emitted := r.Record().Flow.Offered; name != "recursion" && emitted != 1 {
				t.Errorf("delay %g, %s: %d tasks are emitted before 2, want 1", delay, name, emitted)
			}
			r.Begin() // of what happens at 2, only the end of the service is over
			if err := r.Advance(math.MaxInt64, 2.5); err != nil {
				t.Fatal(err)
			}
			want, completed := int64(1), int64(0)
			if delay > 0 {
				want, completed = 0, 1 // the first task arrives at 1.5, the second at 2.5
			}
			rec := r.Record()
			if rec.Total.Offered != want || rec.Total.Completed != completed || r.Now() != 2.5 {
				t.Errorf("delay %g, %s: %d offered and %d completed from 2 to %v, want %d and %d", delay, name, rec.Total.Offered, rec.Total.Completed, r.Now(), want, completed)
			}
		}
	}
}
