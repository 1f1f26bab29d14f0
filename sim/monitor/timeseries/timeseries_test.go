package timeseries_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"spillway/sim/monitor"
	"spillway/sim/monitor/timeseries"
)

func newSampler(t rapid.TB, step float64, points int) *timeseries.Sampler {
	t.Helper()
	s, err := timeseries.New(step, points)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestPoints: a queue drawn by hand, and what is left of it when steps are joined.
func TestPoints(t *testing.T) {
	s := newSampler(t, 1, 4)
	if p := s.Points(); len(p) != 0 {
		t.Errorf("points %v before any time has passed", p)
	}
	for _, x := range []monitor.Transition{
		{Time: 0.5, Waiting: 2, Busy: 1}, {Time: 1, Waiting: 4, Busy: 1}, {Time: 1.25, Waiting: 0, Busy: 1}, {Time: 3.5, Waiting: 1, Busy: 0},
	} {
		s.Observe(x)
	}
	want := []timeseries.Point{
		{Time: 1, Waiting: 2, Busy: 1, MeanWaiting: 1, MeanBusy: 0.5, MaxWaiting: 2},
		{Time: 2, Waiting: 0, Busy: 1, MeanWaiting: 1, MeanBusy: 1, MaxWaiting: 4},
		{Time: 3, Waiting: 0, Busy: 1, MeanWaiting: 0, MeanBusy: 1},
		{Time: 3.5, Waiting: 1, Busy: 0, MeanWaiting: 0, MeanBusy: 1, MaxWaiting: 1},
	}
	if diff := cmp.Diff(want, s.Points()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if s.Advance(4); s.Step() != 2 {
		t.Errorf("a step of %g s at the fifth, want 2", s.Step())
	}
	s.Advance(5)
	want = []timeseries.Point{
		{Time: 2, Waiting: 0, Busy: 1, MeanWaiting: 1, MeanBusy: 0.75, MaxWaiting: 4},
		{Time: 4, Waiting: 1, Busy: 0, MeanWaiting: 0.25, MeanBusy: 0.75, MaxWaiting: 1},
		{Time: 5, Waiting: 1, Busy: 0, MeanWaiting: 1, MeanBusy: 0, MaxWaiting: 1},
	}
	if diff := cmp.Diff(want, s.Points()); diff != "" || s.Step() != 2 {
		t.Errorf("step %g, (-want +got):\n%s", s.Step(), diff)
	}
}

// TestBounded: whatever comes, there are no more points than may be, they cover
// all time, and their integrals and maximum are those of the path itself.
func TestBounded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.IntRange(2, 9).Draw(t, "points")
		s := newSampler(t, rapid.SampledFrom([]float64{0.25, 1, 1000}).Draw(t, "step"), limit)
		now, waiting, area, before, most := 0.0, 0, 0.0, 0, 0
		for range rapid.IntRange(1, 40).Draw(t, "transitions") {
			gap := float64(rapid.IntRange(1, 1000).Draw(t, "gap")) / 8
			now += gap
			area += gap * float64(waiting)
			waiting = rapid.IntRange(0, 100).Draw(t, "waiting")
			before, most = most, max(most, waiting) // the last has lasted for no time
			s.Observe(monitor.Transition{Time: now, Waiting: waiting})
		}
		sum, last, highest := 0.0, 0.0, 0
		points := s.Points()
		for _, p := range points {
			sum += p.MeanWaiting * (p.Time - last)
			last, highest = p.Time, max(highest, p.MaxWaiting)
		}
		if len(points) > limit || last != now {
			t.Fatalf("%d points to %g s, want at most %d to %g s", len(points), last, limit, now)
		}
		// Products and quotients of lengths may cost the last digits.
		if math.Abs(sum-area) > 1e-9*(1+area) || highest < before || highest > most {
			t.Fatalf("area %g and maximum %d of %v, want %g and %d", sum, highest, points, area, most)
		}
	})
}

// TestAnything: absurd times do no harm, and a long silence is over at once.
func TestAnything(t *testing.T) {
	s := newSampler(t, 1e-300, 8)
	for _, now := range []float64{math.NaN(), -1, 1, math.Inf(1), 0.5, math.MaxFloat64, 2} {
		s.Observe(monitor.Transition{Time: now, Waiting: 1})
		if n := len(s.Points()); n > 8 {
			t.Fatalf("%d points at %g", n, now)
		}
	}
}

func TestNew(t *testing.T) {
	for _, step := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		if _, err := timeseries.New(step, 10); err == nil {
			t.Errorf("a step of %g is accepted", step)
		}
	}
	if _, err := timeseries.New(1, 1); err == nil {
		t.Error("a single point is accepted")
	}
}

func TestNoAllocation(t *testing.T) {
	s := newSampler(t, 1, 64)
	now := 0.0
	if n := testing.AllocsPerRun(1000, func() {
		now += 0.5
		s.Observe(monitor.Transition{Time: now, Waiting: 1})
	}); n != 0 {
		t.Errorf("%g allocations a transition", n)
	}
}
