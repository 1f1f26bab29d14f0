package explain

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"spillway/distributions"
	"spillway/distributions/arrivals"
	"spillway/sim"
	"spillway/sim/experiment"
)

func must[T any](t rapid.TB) func(T, error) T {
	return func(x T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
}

// TestBinsKeepCounts: each bin has as many tasks as before, and they keep their
// order and what is known of them.
func TestBinsKeepCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		trace := anyLog(t)
		width := rapid.SampledFrom([]float64{0.1, 0.7, 1, 5, 1000}).Draw(t, "width")
		r := replayOf(t, trace)
		const n = 150
		want := read(t, r.Start(stream(1)), n)
		got := read(t, binned{r, width}.Start(stream(1)), n)
		last := math.Inf(-1)
		for i, x := range got {
			if x.service != want[i].service || x.class != want[i].class || x.epoch < last {
				t.Fatalf("task %d is %v after %v, want %v", i, x, last, want[i])
			}
			last = x.epoch
			a, b := x.epoch/width, math.Floor(want[i].epoch/width)
			if !(a >= b*(1-1e-15) && a <= (b+1)*(1+1e-15)) {
				t.Fatalf("task %d is in bin %v, want %v", i, a, b)
			}
		}
		if len(got) != len(want) {
			t.Fatalf("%d tasks, want %d", len(got), len(want))
		}
	})
}

// TestBinsAreUniform inside, one or many in a bin; the process draws what it
// draws without bins. Not sorted sums of too few variates: with the last left
// out the distance is some 20.
func TestBinsAreUniform(t *testing.T) {
	for _, width := range []float64{0.1, 30} {
		p := must[arrivals.Poisson](t)(arrivals.NewPoisson(2))
		epochs := make([]float64, 20_000)
		if n := (binned{p, width}).Start(stream(4)).Fill(epochs); n != len(epochs) {
			t.Fatalf("%d epochs", n)
		}
		plain := make([]float64, len(epochs))
		p.Start(stream(4)).Fill(plain)
		places := make([]float64, len(epochs))
		for i, x := range epochs {
			if math.Floor(x/width) != math.Floor(plain[i]/width) {
				t.Fatalf("epoch %d is %v, was %v", i, x, plain[i])
			}
			places[i] = x/width - math.Floor(x/width)
		}
		if d := ks(places); d > worstKS {
			t.Errorf("bins of %g s: distance %.2f", width, d)
		}
	}
}

func TestUnbatched(t *testing.T) {
	size := must[arrivals.FixedBatch](t)(arrivals.NewFixedBatch(3))
	u := unbatched{arrivals.Deterministic{Interval: 2}, size}
	epochs := make([]float64, 8)
	if n := u.Start(stream(1)).Fill(epochs); n != 8 || !slices.Equal(epochs, []float64{2, 2, 2, 4, 4, 4, 6, 6}) || u.Rate() != 1.5 {
		t.Errorf("%d: %v, rate %g", n, epochs, u.Rate())
	}
}

func openStream(p arrivals.Process) *sim.Stream {
	d, _ := distributions.NewExponential(1)
	return &sim.Stream{Name: "x", Process: p, Service: d}
}

// TestGapLaw: an interrupted Poisson process has hyperexponential gaps with
// c² = 1 + 2λω₁/(ω₁ + ω₂)² (Kuczura 1973), ω₁ out of the busy state and ω₂ into
// it; the mean is exact. The c² of 2^18 gaps of 2^20 has a standard error of some
// 0.7 % here: 4 % is beyond five of them.
func TestGapLaw(t *testing.T) {
	p := must[arrivals.MAP](t)(arrivals.NewMMPP([]float64{0, 8}, [][]float64{{-1, 1}, {2, -2}}))
	law, err := gapLaw(openStream(p), &experiment.Plan{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	want := 1 + 2*8*2/9.0
	if math.Abs(law.Mean()*p.Rate()-1) > 1e-12 || math.Abs(law.SCV()/want-1) > 0.04 {
		t.Errorf("mean %g × rate, c² %g, want 1 and %g", law.Mean()*p.Rate(), law.SCV(), want)
	}
	// Two in a batch: every second gap is 0.
	size := must[arrivals.FixedBatch](t)(arrivals.NewFixedBatch(2))
	s := openStream(arrivals.Deterministic{Interval: 1})
	s.Batch = size
	if law, err = gapLaw(s, &experiment.Plan{}); err != nil || math.Abs(law.Mean()-0.5) > 1e-12 || math.Abs(law.SCV()-1) > 0.02 { // the share of zeros is known to 0.1 %
		t.Errorf("batches: %v, %v", law, err)
	}
}

// TestRateOfARun: over the run where the rate varies, and over a period in the
// long run.
func TestRateOfARun(t *testing.T) {
	crowd := must[arrivals.Profile](t)(arrivals.NewProfile([]arrivals.ProfilePoint{{At: 0, Rate: 1}, {At: 10, Rate: 5}, {At: 20, Rate: 1}}, false, 0))
	day := must[arrivals.Sinusoid](t)(arrivals.NewSinusoid(3, 0.5, 10, 0))
	for name, c := range map[string]struct {
		p    arrivals.Process
		plan experiment.Plan
		want float64
	}{
		"duration": {crowd, experiment.Plan{State: experiment.Transient, Length: experiment.ByDuration, Duration: 20}, 3},
		"tasks":    {crowd, experiment.Plan{State: experiment.Transient, Length: experiment.ByTasks, Tasks: 35}, 35.0 / 15},
		"half":     {day, experiment.Plan{State: experiment.Transient, Length: experiment.ByDuration, Duration: 5}, 3 + 3/math.Pi},
		"period":   {day, experiment.Plan{}, 3},
	} {
		if got := rate(openStream(c.p), &c.plan); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%s: rate %g, want %g", name, got, c.want)
		}
		if law, err := gapLaw(openStream(c.p), &c.plan); err != nil || math.Abs(law.Mean()*c.want-1) > 1e-9 {
			t.Errorf("%s: gaps of %v, %v", name, law, err)
		}
	}
}

// TestSCVOfGaps: exact where a law says it; of a log as recorded; of two
// Poisson streams 1 (the standard error is some 0.2 %, 1.5 % beyond five).
func TestSCVOfGaps(t *testing.T) {
	p := must[arrivals.Poisson](t)(arrivals.NewPoisson(2))
	log := replayOf(t, logOf(t, "0,1,a\n1,1,a\n4,1,a\n", arrivals.TraceOptions{}))
	one := func(p arrivals.Process) *sim.Model { return &sim.Model{Streams: []sim.Stream{*openStream(p)}} }
	two := one(p)
	two.Streams = append(two.Streams, *openStream(p))
	two.Streams[1].Name = "y"
	for name, c := range map[string]struct {
		m         *sim.Model
		want, off float64
	}{
		"poisson": {one(p), 1, 0}, "clock": {one(arrivals.Deterministic{Interval: 1}), 0, 0},
		"log": {one(log), 0.25, 1e-15}, "two": {two, 1, 0.015},
	} {
		if got, ok := scvOfGaps(c.m, &experiment.Plan{Seed: 1}); !ok || math.Abs(got-c.want) > c.off {
			t.Errorf("%s: c² %g, %t", name, got, ok)
		}
	}
}
