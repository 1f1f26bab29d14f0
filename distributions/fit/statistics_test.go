package fit

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func ramp(n int, step float64) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = float64(i) * step
	}
	return out
}

// cumulated are epochs with the given gaps.
func cumulated(gaps []float64) []float64 {
	out := []float64{0}
	for _, g := range gaps {
		out = append(out, out[len(out)-1]+g)
	}
	return out
}

func TestAutocorrelationOfAlternatingValues(t *testing.T) {
	// Mean 2, deviations ±1: Σ products at lag l is (−1)^l·(n − l), Σ squares n.
	xs := make([]float64, 20)
	for i := range xs {
		xs[i] = 1 + 2*float64(i%2)
	}
	for _, lag := range []int{1, 2, 5, 19} {
		want := math.Pow(-1, float64(lag)) * float64(20-lag) / 20
		near(t, "autocorrelation", autocorrelation(xs, lag), want, 1e-15)
	}
	// 1, 2, 6: mean 3, deviations −2, −1, 3.
	near(t, "lag 1", autocorrelation([]float64{1, 2, 6}, 1), (2.0-3.0)/14, 1e-15)
	near(t, "lag 2", autocorrelation([]float64{1, 2, 6}, 2), -6.0/14, 1e-15)
	near(t, "scv", scv([]float64{1, 2, 6}), 7.0/9, 1e-15) // variance 14/2
}

func TestDispersionOfEvenArrivals(t *testing.T) {
	for _, step := range []float64{1, 0.1, 1e-3, 1.0 / 3} {
		for _, first := range []float64{0, 1.7e9} { // an absolute time, which rounds to 2.4e-7 s
			xs := ramp(3001, step)
			for i := range xs {
				xs[i] += first
			}
			r := must(Analyse(xs, nil, DefaultOptions()))
			if len(r.Arrivals.Dispersion) < 3 {
				t.Fatalf("step %v: %d scales", step, len(r.Arrivals.Dispersion))
			}
			for _, d := range r.Arrivals.Dispersion {
				// 3 does not divide windows, so that counts differ by 1: at
				// most a variance of 1/4.
				if limit := 0.25 * step / d.Window * 1.1; step == 1.0/3 && d.Index <= limit {
					continue
				}
				if d.Index != 0 {
					t.Errorf("step %v, from %v: index %v at %v s, want 0", step, first, d.Index, d.Window)
				}
			}
		}
	}
}

func TestDispersionByHand(t *testing.T) {
	// Windows of 10 s with 1 and 3 arrivals in turn, 100 of them, the last
	// arrival opens another: mean 2, variance 100/99, index 50/99.
	var xs []float64
	for k := range 100 {
		for j := range 1 + 2*(k%2) {
			xs = append(xs, float64(10*k+j))
		}
	}
	l := newRecord(append(xs, 1000))
	c := l.count(10)
	near(t, "index", c.index(), 50.0/99, 1e-15)
	want := counts{windows: 100, total: 200, most: 3, busiest: 1, typical: 2, squares: 100}
	if c != want {
		t.Errorf("counts %+v, want %+v", c, want)
	}
	// 333 whole windows of 3 s end at 999 s: all but the last arrival are in them.
	if c := l.count(3); c.windows != 333 || c.total != 200 {
		t.Errorf("%d windows with %d arrivals, want 333 with 200", c.windows, c.total)
	}
	// One burst of 99 in 30 windows: mean 99/30, Σ squares 99².
	burst := append(make([]float64, 99), 30)
	c = newRecord(burst).count(1)
	near(t, "index of one burst", c.index(), (99*99-99*99/30.0)/29/(99/30.0), 1e-14)
}

func TestScales(t *testing.T) {
	for _, row := range []struct {
		low, high float64
		want      []float64
	}{
		{1, 10, []float64{1, 2, 5, 10}},
		{0.0011, 0.05, []float64{0.002, 0.005, 0.01, 0.02, 0.05}},
		{3, 4, nil},
		{30, 20, nil},
		{1e-9, 3e-9, []float64{1e-9, 2e-9}},
	} {
		if diff := cmp.Diff(row.want, scales(row.low, row.high)); diff != "" {
			t.Errorf("from %v to %v (-want +got):\n%s", row.low, row.high, diff)
		}
	}
}

func TestDispersionScales(t *testing.T) {
	r := must(Analyse(ramp(3001, 0.1), nil, DefaultOptions())) // 300 s: from 1 to 10 s
	var windows []float64
	var numbers []int
	for _, d := range r.Arrivals.Dispersion {
		windows, numbers = append(windows, d.Window), append(numbers, d.Windows)
	}
	if diff := cmp.Diff([]float64{1, 2, 5, 10}, windows) + cmp.Diff([]int{300, 150, 60, 30}, numbers); diff != "" {
		t.Errorf("scales (-want +got):\n%s", diff)
	}
}

func TestPeaks(t *testing.T) {
	// One arrival a second for 120 s, and 5 more at 70.5 s.
	var xs []float64
	for k := range 121 {
		xs = append(xs, float64(k))
		for range 5 {
			if k == 70 {
				xs = append(xs, 70.5)
			}
		}
	}
	r := must(Analyse(xs, nil, DefaultOptions()))
	want := []Peak{
		{1, 120, 6, 70, 6 / (125.0 / 120)},
		{10, 12, 15, 70, 15 / (125.0 / 12)},
		{60, 2, 65, 60, 65 / 62.5},
	}
	if diff := cmp.Diff(want, r.Arrivals.Peaks, cmpopts.EquateApprox(1e-15, 0)); diff != "" {
		t.Errorf("peaks (-want +got):\n%s", diff)
	}
}

// TestHillOnParetoGrid has the quantiles of a Pareto law at i/(n+1):
// x₍ᵢ₎ = (i/(n+1))^(-1/α), i from the greatest, so that the sum of the
// logarithms over the threshold is log((k+1)^k/k!)/α, exactly.
func TestHillOnParetoGrid(t *testing.T) {
	const n, alpha = 5000, 1.7
	xs := make([]float64, n)
	for i := range xs {
		xs[n-1-i] = math.Pow(float64(i+1)/(n+1), -1/alpha)
	}
	for _, k := range []int{1, 50, 292, 4000} {
		e, ok := hill(xs, k)
		factorial, _ := math.Lgamma(float64(k + 1))
		want := float64(k) * alpha / (float64(k)*math.Log(float64(k+1)) - factorial)
		if !ok {
			t.Fatalf("k = %d: refused", k)
		}
		near(t, "tail index", e.Index, want, 1e-11)
		near(t, "standard error", e.StandardError, want/math.Sqrt(float64(k)), 1e-11)
		near(t, "threshold", e.Threshold, math.Pow(float64(k+1)/(n+1), -1/alpha), 1e-13)
	}
	r := &Report{}
	tail := r.tail(xs)
	if tail == nil || tail.K != 292 || len(tail.Others) != 3 || len(r.Notes) != 0 { // 5000^(2/3) = 292.4
		t.Errorf("tail %+v with notes %v, want k = 292, three others and no notes", tail, r.Notes)
	}
	if _, ok := hill(xs, n); ok {
		t.Error("a tail of all values is not refused")
	}
}

func TestTailRefused(t *testing.T) {
	for name, xs := range map[string][]float64{
		"few":   ramp(99, 1),
		"zeros": append(make([]float64, 990), ramp(10, 1)...),
		"equal": append(ramp(100, 0.01), equalTo(5, 900)...),
	} {
		r := &Report{}
		if tail := r.tail(xs); tail != nil || len(r.Notes) != 1 {
			t.Errorf("%s: tail %+v, notes %v", name, tail, r.Notes)
		}
	}
	r := &Report{} // an exponential tail: its index grows with the threshold
	xs := make([]float64, 20000)
	for i := range xs {
		xs[i] = -math.Log1p(-(float64(i) + 0.5) / 20000)
	}
	if tail := r.tail(xs); tail == nil || len(r.Notes) != 1 {
		t.Errorf("no note on an exponential tail: %+v %v", tail, r.Notes)
	}
}

func equalTo(x float64, n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = x
	}
	return out
}

func TestRanks(t *testing.T) {
	got := ranks([]float64{3, 1, 3, 2, 3})
	if diff := cmp.Diff([]float64{4, 1, 4, 2, 4}, got); diff != "" {
		t.Errorf("ranks (-want +got):\n%s", diff)
	}
}

func TestCorrelationByHand(t *testing.T) {
	// Deviations −1, 0, 1 and −7/3, 2/3, 5/3: covariance 4, squares 2 and 26/3.
	// Ranks 1 2 3 and 1 2 3.
	r := &Report{}
	c := r.correlation("x", []float64{1, 2, 3}, []float64{1, 4, 5})
	near(t, "Pearson", value(c.Pearson), 4/math.Sqrt(2*26.0/3), 1e-14)
	near(t, "Spearman", value(c.Spearman), 1, 1e-14)
	// Any falling function has the rank correlation −1.
	xs, ys := ramp(50, 1), make([]float64, 50)
	for i := range ys {
		ys[i] = math.Exp(-xs[i])
	}
	near(t, "Spearman of a falling function", value(r.correlation("x", xs, ys).Spearman), -1, 1e-14)
	// Ranks 1.5 1.5 3 against 1 3 2: deviations −.5 −.5 1 and −1 1 0: zero.
	near(t, "Spearman with a tie", value(r.correlation("x", []float64{1, 1, 2}, []float64{1, 3, 2}).Spearman), 0, 1e-14)
	if c := r.correlation("x", []float64{1, 1, 1}, []float64{1, 2, 3}); c != nil || len(r.Notes) != 1 {
		t.Error("a constant is correlated with something")
	}
	if c := r.correlation("x", []float64{1, 2}, []float64{1, 2}); c != nil || len(r.Notes) != 2 {
		t.Error("two pairs have a correlation")
	}
}

// TestDemandGoesWithGapBefore has demands that are the gap before, so that all
// coefficients with it are 1, and alternate, so that those with the next are −1.
func TestDemandGoesWithGapBefore(t *testing.T) {
	gaps := make([]float64, 40)
	for i := range gaps {
		gaps[i] = 1 + float64(i%2)
	}
	r := must(Analyse(cumulated(gaps), append([]float64{7}, gaps...), DefaultOptions()))
	near(t, "Pearson", value(r.Services.WithGap.Pearson), 1, 1e-14)
	near(t, "Spearman", value(r.Services.WithGap.Spearman), 1, 1e-14)
	near(t, "gap autocorrelation", r.Arrivals.Gaps.Autocorrelation[0].Value, -39.0/40, 1e-14)
	alternating := append([]float64{2}, gaps...) // the first in step with the rest
	r = must(Analyse(cumulated(gaps), alternating, DefaultOptions()))
	near(t, "consecutive Pearson", value(r.Services.Consecutive.Pearson), -1, 1e-14)
	near(t, "consecutive Spearman", value(r.Services.Consecutive.Spearman), -1, 1e-14)
}

func TestQuantilesByNearestRank(t *testing.T) {
	xs := ramp(1000, 1)
	want := []Quantile{{0.5, 499}, {0.9, 899}, {0.95, 949}, {0.99, 989}, {0.999, 998}}
	if diff := cmp.Diff(want, quantiles(xs)); diff != "" {
		t.Errorf("of 1000 (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want[:1], quantiles(xs[:2])); len(quantiles(xs[:2])) != 1 {
		t.Errorf("of 2 (-want +got):\n%s", diff)
	}
}

func TestKolmogorovSmirnovByHand(t *testing.T) {
	// Uniform-looking values of the exponential law of rate 1: F = 0.1, 0.2,
	// 0.2, 0.9 against steps 0, 1/4, 1/2, 3/4, 1: the distance is 3/4 − 0.2.
	var xs []float64
	for _, f := range []float64{0.1, 0.2, 0.2, 0.9} {
		xs = append(xs, -math.Log1p(-f))
	}
	near(t, "distance", newSample(xs, 0).distance(exponential(1)), 0.55, 1e-14)
	// Below the steps: F = 0.7, 0.8 against 0, 1/2, 1: 0.7.
	near(t, "distance", newSample([]float64{-math.Log(0.3), -math.Log(0.2)}, 0).distance(exponential(1)), 0.7, 1e-14)
}
