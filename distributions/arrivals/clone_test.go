package arrivals_test

import (
	"math"
	"slices"
	"testing"

	"spillway/distributions"
	"spillway/distributions/arrivals"
)

// split are one process for each kind of source that can be cloned.
func split(t *testing.T) map[string]arrivals.Process {
	t.Helper()
	sound := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	poisson, err := arrivals.NewPoisson(3)
	sound(err)
	gap, err := distributions.NewErlang(2, 4)
	sound(err)
	bursty, err := arrivals.NewBurstyMMPP(3, 10, 0.2, 2)
	sound(err)
	short, err := distributions.NewExponentialMean(0.5)
	sound(err)
	long, err := distributions.NewPareto(1.5, 0.3)
	sound(err)
	crowd, err := arrivals.NewOnOff(short, short, 2, 3)
	sound(err)
	switching, err := arrivals.NewOnOff(long, short, 2, 3)
	sound(err)
	wave, err := arrivals.NewSinusoid(3, 0.9, 5, 1)
	sound(err)
	profile, err := arrivals.NewProfile([]arrivals.ProfilePoint{{At: 0, Rate: 1}, {At: 2, Rate: 5}, {At: 3, Rate: 0}}, true, 4)
	sound(err)
	return map[string]arrivals.Process{
		"poisson": poisson, "deterministic": arrivals.Deterministic{Interval: 0.3}, "renewal": arrivals.Renewal{Gap: gap},
		"mmpp": bursty, "crowd": crowd, "switching": switching, "sinusoid": wave, "profile": profile,
	}
}

// draw are the next n epochs, taken one at a time.
func draw(t *testing.T, s arrivals.Source, n int) []float64 {
	t.Helper()
	epochs := make([]float64, n)
	for i := range epochs {
		if s.Fill(epochs[i:i+1]) != 1 {
			t.Fatal("the source ended")
		}
	}
	return epochs
}

// TestClone: a clone with a copy of the stream goes on as the source does; so
// does a source that assumes the state, from wherever it was; neither moves
// the source. With other numbers the epochs differ and do not go back.
func TestClone(t *testing.T) {
	const before, after = 137, 300
	for name, p := range split(t) {
		stream := distributions.Streams{Seed: 1}.For(0, name)
		source := p.Start(stream)
		last := draw(t, source, before)[before-1]

		same := *stream
		clone := source.(arrivals.Cloner).Clone(&same)
		other := source.(arrivals.Cloner).Clone(distributions.Streams{Seed: 2}.For(0, name))
		var shared distributions.Stream
		assumed := p.Start(distributions.Streams{Seed: 3}.For(0, name)).(arrivals.Cloner).Clone(&shared)
		shared.Seed(7)
		draw(t, assumed, 500)
		assumed.(arrivals.Cloner).Assume(source)
		shared = *stream

		want := draw(t, source, after)
		if got := draw(t, clone, after); !slices.Equal(got, want) {
			t.Errorf("%s: a clone with the same numbers goes on with %v…, the source with %v…", name, got[:3], want[:3])
		}
		if got := draw(t, assumed, after); !slices.Equal(got, want) {
			t.Errorf("%s: a source that assumed the state goes on with %v…, the source with %v…", name, got[:3], want[:3])
		}
		got := draw(t, other, after)
		if got[0] < last || !slices.IsSorted(got) {
			t.Errorf("%s: a clone goes on with %v… after %v", name, got[:3], last)
		}
		if name != "deterministic" && got[after-1] == want[after-1] {
			t.Errorf("%s: a clone with other numbers ends at the same %v", name, want[after-1])
		}
	}
}

// TestRedraw: a source that draws its end of phase, or its next change, anew
// before every epoch has the same law. Counted are the arrivals of clones of a
// source that has just begun, in three seconds, with and without it: the means of
// 20 000 counts, and those of their squares, differ by less than 4.89 standard
// errors, of a false alarm of 1e-6 each.
func TestRedraw(t *testing.T) {
	for _, name := range []string{"mmpp", "crowd"} {
		p := split(t)[name]
		var sums, squares [2][2]float64 // with and without; of counts and of their squares
		const n = 20_000
		for i := range n {
			for with := range 2 {
				x := count(p.Start(distributions.Streams{Seed: 5}.For(2*i+with, name)), with == 1)
				for power, y := range [2]float64{x, x * x} {
					sums[with][power] += y / n
					squares[with][power] += y * y / n
				}
			}
		}
		for power := range 2 {
			variance := 0.0
			for with := range 2 {
				variance += squares[with][power] - sums[with][power]*sums[with][power]
			}
			if z := (sums[1][power] - sums[0][power]) / math.Sqrt(variance/n); !(math.Abs(z) < 4.89) {
				t.Errorf("%s: the mean of counts to the power %d is %v, redrawn %v: z = %.1f", name, power+1, sums[0][power], sums[1][power], z)
			}
		}
	}
}

// count is the number of arrivals in three seconds.
func count(s arrivals.Source, redrawn bool) (n float64) {
	var epoch [1]float64
	for {
		if redrawn {
			s.(arrivals.Redrawer).Redraw()
		}
		if s.Fill(epoch[:]); epoch[0] > 3 {
			return n
		}
		n++
	}
}
