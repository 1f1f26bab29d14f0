package fit

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/dsp/fourier"
	"gonum.org/v1/gonum/stat/distuv"

	"spillway/distributions/arrivals"
)

func TestAggregatedVarianceOfAPowerLaw(t *testing.T) {
	var scales []Dispersion
	for _, w := range []float64{1, 2, 5, 10} {
		scales = append(scales, Dispersion{Window: w, Index: 3 * math.Pow(w, 0.6)}) // 2H − 1 = 0.6
	}
	h, why := aggregatedVariance(scales)
	if why != "" || h.From != 1 || h.To != 10 {
		t.Fatalf("%+v %s", h, why)
	}
	near(t, "H", h.Value, 0.8, 1e-14)
	if _, why := aggregatedVariance(scales[:3]); why == "" {
		t.Error("three scales are enough")
	}
	scales[1].Index = 0
	if _, why := aggregatedVariance(scales); why == "" {
		t.Error("counts that do not vary are enough")
	}
}

func TestDetailsByHand(t *testing.T) {
	// Two vanishing moments: nothing of constants and of linear trends. (The
	// approximations of a ramp are a ramp again.)
	for _, series := range [][]float64{equalTo(7, 64), ramp(64, 3)} {
		for j, o := range details(series) {
			if o.energy != 0 {
				t.Errorf("octave %d of a line has the energy %v", j+1, o.energy)
			}
		}
	}
	// 1, −1, 1, … : the filter's elements add up to ±√2 in all, and the
	// approximations vanish.
	alternating := make([]float64, 64)
	for i := range alternating {
		alternating[i] = 1 - 2*float64(i%2)
	}
	os := details(alternating)
	near(t, "octave 1", os[0].energy, 2, 1e-14)
	near(t, "octave 2", os[1].energy, 0, 0)
	if os[0].n != 31 || os[1].n != 14 || os[2].n != 6 {
		t.Errorf("octaves %+v, want 31, 14, 6 details", os[:3])
	}
}

// fractionalNoise is fractional Gaussian noise of variance 1, by the circulant
// embedding of Davies and Harte ("Tests for Hurst effect", Biometrika 74(1),
// 1987), which is exact.
func fractionalNoise(h float64, n int, name string) []float64 {
	row := make([]complex128, 2*n)
	for k := range row {
		row[k] = complex(noiseCovariance(h, min(k, 2*n-k)), 0)
	}
	fft := fourier.NewCmplxFFT(len(row))
	values := fft.Coefficients(nil, row)
	normal := distuv.Normal{Sigma: 1, Src: stream(name)}
	for k, l := range values {
		size := math.Sqrt(math.Max(0, real(l)) / float64(len(row)))
		values[k] = complex(size*normal.Rand(), size*normal.Rand())
	}
	out := make([]float64, n)
	for i, z := range fft.Coefficients(nil, values)[:n] {
		out[i] = real(z)
	}
	return out
}

func noiseCovariance(h float64, lag int) float64 {
	k := float64(lag)
	return (math.Pow(k+1, 2*h) - 2*math.Pow(k, 2*h) + math.Pow(math.Abs(k-1), 2*h)) / 2
}

// TestWaveletHurst of counts of 100 + 20·noise, whose standard deviation rounding
// does not change. The bias from octave 3 on was computed from the covariances
// and the filters: 0.0045 for H = 0.7, 0.0055 for 0.9, 0.0056 for 0.95.
func TestWaveletHurst(t *testing.T) {
	for _, h := range []float64{0.5, 0.7, 0.9} {
		series := fractionalNoise(h, 1<<15, "fractional")
		for i, x := range series {
			series[i] = math.Round(100 + 20*x + 0.001*float64(i)) // a linear trend that is as large as the noise
		}
		got, why := waveletHurst(series, 0.5)
		if why != "" {
			t.Fatal(why)
		}
		t.Logf("H %v: %v ± %v, p %v, from %v to %v s", h, got.Value, *got.StandardError, *got.PValue, got.From, got.To)
		near(t, "H", got.Value, h, sigmas**got.StandardError+0.006)
		if got.To != 0.5*2048 || got.From != 0.5*8 { // 2^15 has 8 details at octave 11, and 6 at 12
			t.Errorf("scales from %v to %v s, want 4 to 1024", got.From, got.To)
		}
	}
}

// TestFitLineByHand: three octaves of two details each. The logarithm to base 2
// of such a mean square has the variance ζ(2, 1)/ln²2 = π²/6/ln²2, so that the
// slope over 3 equally weighted points has half of that.
func TestFitLineByHand(t *testing.T) {
	l := fitLine([]octave{{2, 1}, {2, 4}, {2, 16}}, 3)
	near(t, "slope", l.slope, 2, 1e-14)
	near(t, "standard error", l.err, math.Pi/math.Sqrt(12)/math.Ln2, 1e-13)
	near(t, "p-value", l.p, 1, 1e-12)
	// Off the line by a, −2a, a with a = 1/6: Σ squares 6a² over the variance is
	// chi-square of one degree of freedom, p = erfc(√(Σ/2)).
	l = fitLine([]octave{{2, 2}, {2, 2}, {2, 4}}, 1)
	chi := 6.0 / 36 * 6 * squared(math.Ln2/math.Pi)
	near(t, "p-value off the line", l.p, math.Erfc(math.Sqrt(chi/2)), 1e-12)
}

// TestWaveletStandardError: 200 estimates from independent noise differ from
// 1/2 as their standard errors say. The sum of squares is chi-square of 200
// degrees of freedom, a standard deviation of 20; the choice of the first
// octave makes it a little more.
func TestWaveletStandardError(t *testing.T) {
	normal := distuv.Normal{Mu: 50, Sigma: 5, Src: stream("wavelet error")}
	sum := 0.0
	for range 200 {
		series := make([]float64, 1<<11)
		for i := range series {
			series[i] = normal.Rand()
		}
		h, why := waveletHurst(series, 1)
		if why != "" {
			t.Fatal(why)
		}
		sum += squared((h.Value - 0.5) / *h.StandardError)
	}
	near(t, "mean square of the errors", sum/200, 1, sigmas*0.1+0.1)
}

// TestHurstOfPoisson: both methods find 1/2. The aggregated variance has no
// standard error of its own: its points have those of Dispersion, the last
// that of a quarter; 0.2 is more than 4.5 of the slope's.
func TestHurstOfPoisson(t *testing.T) {
	r := &Report{}
	r.describeArrivals(newRecord(epochs(must(arrivals.NewPoisson(5)), "hurst", records)))
	if len(r.Arrivals.Hurst) != 2 {
		t.Fatalf("%d estimates (%v), want 2", len(r.Arrivals.Hurst), r.Notes)
	}
	near(t, "aggregated variance", r.Arrivals.Hurst[0].Value, 0.5, 0.2)
	w := r.Arrivals.Hurst[1]
	near(t, "wavelet", w.Value, 0.5, sigmas**w.StandardError)
	if !(*w.StandardError < 0.02) {
		t.Errorf("standard error %v", *w.StandardError)
	}
}

// TestHurstRefused: too short a log, and one without variation.
func TestHurstRefused(t *testing.T) {
	if _, why := waveletHurst(ramp(100, 1), 1); why == "" {
		t.Error("100 windows are enough")
	}
	if _, why := waveletHurst(equalTo(5, 5000), 1); why == "" {
		t.Error("constant counts are enough")
	}
}
