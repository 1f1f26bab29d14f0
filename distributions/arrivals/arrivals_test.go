package arrivals_test

import (
	"errors"
	"math"
	"testing"

	"spillway/distributions"
	"spillway/distributions/arrivals"
)

// zLimit is the |z| that a true hypothesis exceeds with probability 1e-6
// (two-sided normal). There are about ten such checks here: the suite raises a
// false alarm on one change of stream in 100 000.
const zLimit = 4.89

func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func stream(name string) *distributions.Stream { return distributions.Streams{Seed: 1}.For(0, name) }

// epochsOf takes n epochs in blocks of odd sizes, so that block boundaries
// cannot matter unseen.
func epochsOf(t testing.TB, s arrivals.Source, n int) []float64 {
	t.Helper()
	all := make([]float64, n)
	for at, size := 0, 1; at < n; size = size*2 + 1 {
		end := min(at+size, n)
		if got := s.Fill(all[at:end]); got != end-at {
			t.Fatalf("%d epochs of %d", got, end-at)
		}
		at = end
	}
	return all
}

// countZ is the z of the number of arrivals in [0, T] against rate·T, for a
// renewal process of the given SCV of gaps: the variance of the count is
// rate·T·SCV for long T.
func countZ(epochs []float64, rate, scv float64) float64 {
	horizon := epochs[len(epochs)-1] * 0.99
	n := 0
	for _, t := range epochs {
		if t <= horizon {
			n++
		}
	}
	return (float64(n) - rate*horizon) / math.Sqrt(rate*horizon*scv)
}

// TestCounts: the numbers of arrivals have the rate that Rate says. With 4e5
// arrivals a rate wrong by 0.8 % (Poisson) is caught; the mutant is wrong by
// 1 %.
func TestCounts(t *testing.T) {
	for name, c := range map[string]struct {
		process arrivals.Process
		scv     float64
	}{
		"poisson": {must[arrivals.Poisson](t)(arrivals.NewPoisson(7)), 1},
		"bursty":  {arrivals.Renewal{Gap: must[distributions.Gamma](t)(distributions.NewGammaMean(0.25, 2))}, 4},
		"smooth":  {arrivals.Renewal{Gap: must[distributions.Erlang](t)(distributions.NewErlangMean(4, 3))}, 0.25},
	} {
		epochs := epochsOf(t, c.process.Start(stream(name)), 400_000)
		if z := countZ(epochs, c.process.Rate(), c.scv); math.Abs(z) > zLimit {
			t.Errorf("%s: z = %.2f", name, z)
		}
		if z := countZ(epochs, c.process.Rate()*1.01, c.scv); name != "bursty" && math.Abs(z) < zLimit {
			t.Errorf("%s: a rate that is wrong by 1 %% passes with z = %.2f", name, z)
		}
	}
}

// TestPoissonIndexOfDispersion: counts in windows have variance = mean. For n
// windows the estimate has standard error √(2/n) about 1 (mean large).
func TestPoissonIndexOfDispersion(t *testing.T) {
	const windows, mean = 20_000, 10
	epochs := epochsOf(t, must[arrivals.Poisson](t)(arrivals.NewPoisson(mean)).Start(stream("dispersion")), windows*mean*11/10)
	counts := make([]float64, windows)
	for _, e := range epochs {
		if i := int(e); i < windows {
			counts[i]++
		}
	}
	var sum, squares float64
	for _, c := range counts {
		sum += c
		squares += c * c
	}
	m := sum / windows
	index := (squares/windows - m*m) / m
	// Var of the index: (2 + 1/mean)/n for Poisson counts.
	if z := (index - 1) / math.Sqrt((2+1.0/mean)/windows); math.Abs(z) > zLimit {
		t.Errorf("index of dispersion %.4f, z = %.2f", index, z)
	}
}

// TestFullFirstGap: renewal and deterministic streams start with a full gap.
func TestFullFirstGap(t *testing.T) {
	d := must[distributions.Deterministic](t)(distributions.NewDeterministic(2))
	for name, p := range map[string]arrivals.Process{"renewal": arrivals.Renewal{Gap: d}, "deterministic": arrivals.Deterministic{Interval: 2}} {
		got := epochsOf(t, p.Start(stream(name)), 5)
		for i, e := range got {
			if e != 2*float64(i+1) {
				t.Errorf("%s: epochs %v", name, got)
				break
			}
		}
		if p.Rate() != 0.5 {
			t.Errorf("%s: rate %g", name, p.Rate())
		}
	}
}

func TestRateOfInfiniteGaps(t *testing.T) {
	p := arrivals.Renewal{Gap: must[distributions.Pareto](t)(distributions.NewPareto(0.9, 1))}
	if p.Rate() != 0 {
		t.Errorf("rate %g", p.Rate())
	}
}

// TestBatches: sizes have the mean and spread that they say, and at least 1.
// With 2e5 draws a mean wrong by about 1 % of a standard deviation passes, the
// mutant "geometric from 0" is a whole task off.
func TestBatches(t *testing.T) {
	const n = 200_000
	for name, b := range map[string]arrivals.Batch{
		"geometric": must[arrivals.GeometricBatch](t)(arrivals.NewGeometricBatch(3)),
		"large":     must[arrivals.GeometricBatch](t)(arrivals.NewGeometricBatch(1e6)),
		"discrete":  must[arrivals.DiscreteBatch](t)(arrivals.NewDiscreteBatch([]int{1, 5, 9}, []float64{9, 1, 0})),
		"equal":     must[arrivals.DiscreteBatch](t)(arrivals.NewDiscreteBatch([]int{2, 4}, nil)),
	} {
		s := stream(name)
		var sum, squares float64
		for range n {
			k := b.Draw(s)
			if k < 1 || name == "discrete" && k == 9 {
				t.Fatalf("%s: a batch of %d", name, k)
			}
			x := float64(k)/b.Mean() - 1
			sum += x
			squares += x * x
		}
		if z := sum / n / math.Sqrt(b.SCV()/n); math.Abs(z) > zLimit {
			t.Errorf("%s: z of the mean %.2f", name, z)
		}
		// A geometric law has kurtosis below 9 + 1/variance: var of x² ≤ 9 SCV².
		if z := (squares/n - b.SCV()) / (3 * b.SCV() / math.Sqrt(n)); math.Abs(z) > zLimit {
			t.Errorf("%s: SCV %.4f, says %.4f", name, squares/n, b.SCV())
		}
	}
	if k := must[arrivals.FixedBatch](t)(arrivals.NewFixedBatch(4)).Draw(nil); k != 4 {
		t.Errorf("a fixed batch of 4 is %d", k)
	}
	if k := must[arrivals.GeometricBatch](t)(arrivals.NewGeometricBatch(1)).Draw(stream("one")); k != 1 {
		t.Errorf("a geometric batch of mean 1 is %d", k)
	}
}

func TestBadBatches(t *testing.T) {
	fails := func(name, parameter string, err error) {
		t.Helper()
		var p *distributions.ParameterError
		if !errors.As(err, &p) || p.Parameter != parameter {
			t.Errorf("%s: %v, want an error about %s", name, err, parameter)
		}
	}
	_, err := arrivals.NewFixedBatch(0)
	fails("none", "batch", err)
	for _, mean := range []float64{0.99, math.NaN(), math.Inf(1), 1e7} {
		_, err = arrivals.NewGeometricBatch(mean)
		fails("geometric", "mean", err)
	}
	_, err = arrivals.NewDiscreteBatch(nil, nil)
	fails("empty", "values", err)
	_, err = arrivals.NewDiscreteBatch([]int{1, -1}, nil)
	fails("negative", "values", err)
	for _, w := range [][]float64{{1}, {0, 0}, {1, -1}, {1, math.NaN()}, {1, math.Inf(1)}} {
		_, err = arrivals.NewDiscreteBatch([]int{1, 2}, w)
		fails("weights", "weights", err)
	}
	if _, err = arrivals.NewPoisson(-1); err == nil {
		t.Error("a negative rate is accepted")
	}
}
