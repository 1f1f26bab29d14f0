package policy

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// TestScheduleByHand: 2 servers at night, 6 by day, 4 in the evening; a step
// that changes nothing is none.
func TestScheduleByHand(t *testing.T) {
	s := must[*Schedule](t)(NewSchedule(24, []Step{{1, 2}, {8, 6}, {12, 6}, {18, 4}}))
	for _, c := range []struct {
		t    float64
		at   int
		next float64
	}{
		{0, 4, 1}, {0.999, 4, 1}, {1, 2, 8}, {7.999, 2, 8}, {8, 6, 18}, {12, 6, 18}, {17, 6, 18}, {18, 4, 25},
		{24, 4, 25}, {25, 2, 32}, {24*1000 + 8, 6, 24*1000 + 18}, {24*1000 + 23, 4, 24*1001 + 1},
	} {
		if at, next := s.At(c.t), s.Next(c.t); at != c.at || next != c.next {
			t.Errorf("at %v: %d servers until %v, want %d until %v", c.t, at, next, c.at, c.next)
		}
	}
}

func TestScheduleThatNeverChanges(t *testing.T) {
	for _, steps := range [][]Step{{{0, 3}}, {{5, 3}}, {{0, 3}, {5, 3}}} {
		s := must[*Schedule](t)(NewSchedule(10, steps))
		if s.At(0) != 3 || s.At(1e9) != 3 || !math.IsInf(s.Next(0), 1) {
			t.Errorf("%v: %d servers until %v, want 3 for ever", steps, s.At(0), s.Next(0))
		}
	}
}

// TestScheduleEnds: so late that a period is less than a unit in the last
// place, nothing changes any more, and nothing hangs.
func TestScheduleEnds(t *testing.T) {
	s := must[*Schedule](t)(NewSchedule(1e-9, []Step{{0, 1}, {5e-10, 2}}))
	for _, late := range []float64{1e9, 1e300, math.MaxFloat64, math.Inf(1)} {
		if next := s.Next(late); !(next > late) && !math.IsInf(next, 1) {
			t.Errorf("next after %v is %v", late, next)
		}
		if n := s.At(late); n != 1 && n != 2 {
			t.Errorf("%d servers at %v", n, late)
		}
	}
}

// TestScheduleAgreesWithItself: Next goes on and on, each step once, in order;
// at each instant that it names, and from there up to the next, the number is that
// of the step, however periods and steps were rounded.
func TestScheduleAgreesWithItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		period := rapid.Float64Range(0.01, 1e5).Draw(t, "period")
		var steps []Step
		at := 0.0
		for i := range rapid.IntRange(2, 6).Draw(t, "steps") {
			if i > 0 || rapid.Bool().Draw(t, "late") {
				at += period * rapid.Float64Range(0.001, 0.15).Draw(t, "gap")
			}
			steps = append(steps, Step{at, i})
		}
		s := must[*Schedule](t)(NewSchedule(period, steps))
		now := 0.0
		if steps[0].At > 0 && s.At(0) != len(steps)-1 {
			t.Fatalf("%d servers before the first step, want %d", s.At(0), len(steps)-1)
		}
		next := 0 // step
		if steps[0].At == 0 {
			next = 1
		}
		if rapid.Bool().Draw(t, "later") {
			n := rapid.Float64Range(0, 1e9).Draw(t, "periods")
			now = s.Next(n * period)
			next = (s.At(now) + 1) % len(steps)
		}
		for range 20 {
			later := s.Next(now)
			if !(later > now) {
				t.Fatalf("next after %v is %v", now, later)
			}
			before := (next + len(steps) - 1) % len(steps)
			if n := s.At(math.Nextafter(later, 0)); n != before && math.Nextafter(later, 0) > now {
				t.Fatalf("%d servers before %v, want %d", n, later, before)
			}
			if n := s.At(later); n != next {
				t.Fatalf("%d servers at %v, want %d", n, later, next)
			}
			if phase := math.Mod(later, period); math.Abs(phase-steps[next].At) > later*1e-15+period*1e-12 && math.Abs(phase-period) > later*1e-15 {
				t.Fatalf("step %d comes at phase %v of %v, want %v", next, phase, period, steps[next].At)
			}
			now, next = later, (next+1)%len(steps)
		}
	})
}

func TestScheduleRefusesParameters(t *testing.T) {
	_, err := NewSchedule(0, nil)
	refused(t, err, "period", "steps")
	_, err = NewSchedule(10, []Step{{-1, 1}, {10, 1}, {5, -1}, {math.NaN(), 0}})
	refused(t, err, "steps[0].At", "steps[1].At", "steps[2].At is 5; allowed: later", "steps[2].Count", "steps[3].At")
	_, err = NewSchedule(10, []Step{{1, 1}, {1, 2}})
	refused(t, err, "steps[1].At is 1; allowed: later")
}

func TestScheduleAllocatesNothing(t *testing.T) {
	s := must[*Schedule](t)(NewSchedule(1, []Step{{0, 1}, {0.5, 2}}))
	allocates(t, "At and Next", func(now float64) { s.At(now); s.Next(now) })
}

func BenchmarkSchedule(b *testing.B) {
	s := must[*Schedule](b)(NewSchedule(1, []Step{{0, 1}, {0.5, 2}}))
	free(b, func(now float64) { s.At(now); s.Next(now) })
}
