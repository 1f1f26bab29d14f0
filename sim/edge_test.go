package sim_test

import (
	"errors"
	"math"
	"testing"

	"spillway/distributions"
	"spillway/sim"
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
