package saturation_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"spillway/sim/monitor"
	"spillway/sim/monitor/saturation"
)

// TestScale: in a clock that goes 1024 times as fast the same happens, to the
// last bit.
func TestScale(t *testing.T) {
	const factor = 1024
	rapid.Check(t, func(t *rapid.T) {
		d, e := newDetectorOf(t, 120), newDetectorOf(t, 120*factor)
		now := 0.0
		for range rapid.IntRange(1, 100).Draw(t, "transitions") {
			now += rapid.Float64Range(0, 100).Draw(t, "gap")
			x := monitor.Transition{
				Time: now, Kind: monitor.Kind(rapid.IntRange(0, 12).Draw(t, "kind")),
				Waiting: rapid.IntRange(0, 30).Draw(t, "waiting"), Busy: rapid.IntRange(0, 3).Draw(t, "busy"),
			}
			d.Observe(x)
			x.Time *= factor
			e.Observe(x)
		}
		a, b := d.Report(), e.Report()
		b.Since, b.Deficit, b.Limit = b.Since/factor, b.Deficit/factor, b.Limit/factor
		if a != b {
			t.Fatalf("%+v, scaled %+v", a, b)
		}
	})
}

// TestAnything: no sequence of transitions, however absurd, does harm, and a
// silence of any length is over at once.
func TestAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := newDetectorOf(t, rapid.Float64Range(1e-300, 1e303).Draw(t, "window"))
		for range rapid.IntRange(1, 30).Draw(t, "transitions") {
			d.Observe(monitor.Transition{
				Time:    rapid.OneOf(rapid.Float64(), rapid.SampledFrom([]float64{math.NaN(), math.Inf(1), math.MaxFloat64})).Draw(t, "time"),
				Kind:    monitor.Kind(rapid.Byte().Draw(t, "kind")),
				Waiting: rapid.Int().Draw(t, "waiting"), Busy: rapid.Int().Draw(t, "busy"), Servers: rapid.Int().Draw(t, "servers"),
			})
			if s := d.State(); s < saturation.Undecided || s > saturation.Saturated {
				t.Fatalf("state %d", s)
			}
		}
	})
}

func newDetectorOf(t *rapid.T, window float64) *saturation.Detector {
	c := saturation.DefaultConfig(1)
	c.Window, c.RunLength = window, 21600*window
	d, err := saturation.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestSilence: transitions that change nothing change nothing, however many
// blocks are between them. A silence of a day is cut short.
func TestSilence(t *testing.T) {
	for _, blocks := range []int{1000, 12000} {
		d, e := newDetector(t, 2), newDetector(t, 2)
		for i := range blocks + 1 {
			d.Observe(monitor.Transition{Time: float64(i) * 7.5, Kind: monitor.Answered, Busy: 1})
		}
		e.Observe(monitor.Transition{Kind: monitor.Answered, Busy: 1})
		e.Observe(monitor.Transition{Time: float64(blocks) * 7.5, Kind: monitor.Answered, Busy: 1})
		a, b := d.Report(), e.Report()
		if blocks > 1024 {
			b.Since = a.Since
		}
		if a != b || a.Load != 0.5 {
			t.Errorf("stepwise %+v, at once %+v, want a load of 0.5", a, b)
		}
	}
}

func TestNoAllocation(t *testing.T) {
	d := newDetector(t, 4)
	now := 0.0
	if n := testing.AllocsPerRun(1000, func() {
		now++
		d.Observe(monitor.Transition{Time: now, Kind: monitor.Queued, Waiting: 3, Busy: 4, Servers: 4})
	}); n != 0 {
		t.Errorf("%g allocations a transition", n)
	}
}

// BenchmarkObserve is the cost of a transition at a thousand tasks a block.
func BenchmarkObserve(b *testing.B) {
	d := newDetector(b, 4)
	kinds := []monitor.Kind{monitor.Offered, monitor.Queued, monitor.Started, monitor.Finished}
	now := 0.0
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		now += 0.002
		d.Observe(monitor.Transition{Time: now, Kind: kinds[i%4], Waiting: i % 3, Busy: 4, Servers: 4})
		i++
	}
}
