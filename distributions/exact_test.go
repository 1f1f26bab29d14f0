package distributions

import (
	"math"
	"math/cmplx"
	"testing"
)

// near wants got within a relative tolerance of want (absolute where want is
// below 1e-300).
func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if got == want {
		return
	}
	if !(math.Abs(got-want) <= tolerance*max(math.Abs(want), 1e-300)) {
		t.Errorf("%s is %v, want %v: off by %.1e, relative", what, got, want, math.Abs(got/want-1))
	}
}

// probabilities from deep in one tail to deep in the other.
var probabilities = []float64{1e-12, 1e-9, 1e-6, 1e-3, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 1 - 1e-6, 1 - 1e-9, 1 - 1e-12}

// TestQuantileInvertsCDF wants CDF(Quantile(p)) = p, in the upper half in terms
// of 1 − p. The tolerance is what a relative error of 4e-16 in x makes of it,
// by the slope that the law shows there, plus what CDF itself may be off.
func TestQuantileInvertsCDF(t *testing.T) {
	each(t, continuous(), func(t *testing.T, d Distribution) {
		quantile, cdf := d.(Quantiler).Quantile, d.(CDF).CDF
		for _, p := range probabilities {
			x := quantile(p)
			if x < 1e-300 {
				continue // the quantile proper is below the floating-point numbers
			}
			got, want := cdf(x), p
			below, above := cdf(x*(1-4e-16)), cdf(x*(1+4e-16))
			if p > 0.5 {
				got, want = survivalOf(d, x), 1-p
				below, above = survivalOf(d, x*(1+4e-16)), survivalOf(d, x*(1-4e-16))
			}
			if !(math.Abs(got-want) <= 1e-11*want+2*(above-below)) {
				t.Errorf("p = %v: quantile %v gives back %v, want %v", p, x, got, want)
			}
		}
	})
}

// TestQuantileOfAtoms wants the definition itself: the smallest x with
// CDF(x) ≥ p.
func TestQuantileOfAtoms(t *testing.T) {
	each(t, withAtoms(), func(t *testing.T, d Distribution) {
		quantile, cdf := d.(Quantiler).Quantile, d.(CDF).CDF
		for _, p := range append([]float64{0.2, 0.3, 0.6}, probabilities...) {
			x := quantile(p)
			if got := cdf(x); got < p-1e-15 {
				t.Errorf("p = %v: quantile %v has CDF %v only", p, x, got)
			}
			if left := math.Nextafter(x*(1-1e-14), -inf); cdf(left) > p+1e-15 && x > quantile(0) {
				t.Errorf("p = %v: %v below the quantile %v has CDF %v already", p, left, x, cdf(left))
			}
		}
	})
}

func TestCDFAndSurvival(t *testing.T) {
	each(t, all(), func(t *testing.T, d Distribution) {
		cdf := d.(CDF).CDF
		if cdf(-1) != 0 || cdf(-inf) != 0 || cdf(inf) != 1 {
			t.Errorf("CDF of -1, -Inf, +Inf is %v, %v, %v", cdf(-1), cdf(-inf), cdf(inf))
		}
		if s := survivalOf(d, -1); s != 1 {
			t.Errorf("survival of -1 is %v", s)
		}
		if s := survivalOf(d, inf); s != 0 {
			t.Errorf("survival of +Inf is %v", s)
		}
		last := 0.0
		for _, p := range probabilities {
			x := d.(Quantiler).Quantile(p)
			if total := cdf(x) + survivalOf(d, x); math.Abs(total-1) > 1e-12 {
				t.Errorf("CDF + survival at %v is 1 %+.1e", x, total-1)
			}
			if c := cdf(x); c < last-1e-14 {
				t.Errorf("CDF falls to %v at %v", c, x)
			} else {
				last = c
			}
		}
	})
}

func TestQuantileEndsAndMisuse(t *testing.T) {
	each(t, all(), func(t *testing.T, d Distribution) {
		q := d.(Quantiler).Quantile
		if low, high := q(0), q(1); !(low >= 0 && low <= q(0.5) && high >= q(0.5)) {
			t.Errorf("ends of the support %v, %v; median %v", low, high, q(0.5))
		}
		for _, p := range []float64{-1e-9, 1.1, math.NaN(), inf} {
			func() {
				defer func() {
					if recover() == nil {
						t.Errorf("Quantile(%v) does not panic", p)
					}
				}()
				q(p)
			}()
		}
	})
}

// pieces are points between which survival function and density are smooth
// enough for adaptive quadrature: quantiles, and jumps of the density.
func pieces(d Distribution) []float64 {
	q := d.(Quantiler).Quantile
	points := []float64{0, q(0)}
	for _, p := range []float64{1e-9, 1e-4, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999, 1 - 1e-4, 1 - 1e-6, 1 - 1e-9, 1 - 1e-12, 1 - 1e-15} {
		points = append(points, q(p))
	}
	if high := q(1); high < inf {
		points = append(points, high)
	} else if far := q(1 - 1e-15); TailIndex(d) == inf {
		for range 50 { // of a lognormal tail there is still something
			far *= 2
			points = append(points, far)
		}
	}
	switch d := d.(type) {
	case Empirical:
		points = append(points, d.values...)
	case Triangular:
		points = append(points, d.mode)
	case Mixture:
		for _, c := range d.components {
			points = append(points, pieces(c)...)
		}
	}
	points = sorted(points)
	for i := len(points) - 1; i > 0; i-- {
		// What is at the left end of a long piece must not be overlooked.
		for x := 2 * points[i-1]; x > 0 && x < points[i]; x *= 2 {
			points = append(points, x)
		}
	}
	return sorted(points)
}

// TestMomentsAreIntegrals wants the mean and the second moment to be
// ∫P(X > x)dx and 2∫x·P(X > x)dx, by a quadrature that knows nothing of the
// law but its survival function, with a power law beyond the last piece.
func TestMomentsAreIntegrals(t *testing.T) {
	each(t, continuous(), func(t *testing.T, d Distribution) {
		s := func(x float64) float64 { return survivalOf(d, x) }
		if math.IsInf(d.Mean(), 1) {
			if TailIndex(d) > 1 {
				t.Errorf("mean %v with tail index %v", d.Mean(), TailIndex(d))
			}
			return
		}
		m1, m2 := integralMoments(d, s)
		near(t, "mean", d.Mean(), m1, 1e-9)
		if math.IsInf(d.SCV(), 1) {
			if TailIndex(d) > 2 {
				t.Errorf("scv %v with tail index %v", d.SCV(), TailIndex(d))
			}
			return
		}
		// The variance is a difference of integrals: to 1e-9 of the second moment.
		if got, want := 1+d.SCV(), m2/m1/m1; !(math.Abs(got-want) < 2e-9*want) {
			t.Errorf("1 + scv is %v, want %v", got, want)
		}
	})
}

func integralMoments(d Distribution, s func(float64) float64) (m1, m2 float64) {
	points := pieces(d)
	end := points[len(points)-1]
	m1 = real(adaptive(points, 1e-13*d.Mean(), func(x float64) complex128 { return complex(s(x), 0) }))
	m2 = 2 * real(adaptive(points, 1e-13*d.Mean()*d.Mean(), func(x float64) complex128 { return complex(x*s(x), 0) }))
	// Beyond the last piece a tail x^-a has x·S/(a − 1) left, and 2x²·S/(a − 2).
	if a := TailIndex(d); a < inf {
		shift := 0.0
		switch d := d.(type) {
		case Lomax:
			shift = d.scale
		case Shifted:
			shift = -d.offset
		}
		y := end + shift
		m1 += y * s(end) / (a - 1)
		if a > 2 {
			m2 += 2 * s(end) * (y*y/(a-2) - shift*y/(a-1))
		}
	}
	return m1, m2
}

// TestLaplaceTransformIsIntegral wants E[exp(-sX)] = 1 − s∫exp(-sx)·P(X > x)dx
// by the same quadrature, to 1e-10, for real, complex and imaginary s.
func TestLaplaceTransformIsIntegral(t *testing.T) {
	each(t, continuous(), func(t *testing.T, d Distribution) {
		scale := d.(Quantiler).Quantile(0.5)
		if m := d.Mean(); m < inf {
			scale = m
		}
		lt, ok := LaplaceOf(d)
		if !ok {
			t.Fatal("no Laplace transform")
		}
		if v := lt(0); cmplx.Abs(v-1) > 1e-12 {
			t.Errorf("transform at 0 is %v", v)
		}
		for _, z := range []complex128{1e-3, 0.1, 1, 30, 1 + 2i, 0.1 - 3i, 5 + 50i, 0.5i, -3i, 20i} {
			s := z / complex(scale, 0)
			want, truncated, ok := laplaceByIntegral(d, s)
			if !ok {
				continue
			}
			if got := lt(s); !(cmplx.Abs(got-want) <= 1e-10+truncated) {
				t.Errorf("transform at %v / %v is %v, want %v: off by %.1e", z, scale, got, want, cmplx.Abs(got-want))
			}
		}
	})
}

// laplaceByIntegral also gives what is cut off, and false where too many
// oscillations would have to be followed.
func laplaceByIntegral(d Distribution, s complex128) (value complex128, truncated float64, ok bool) {
	var points []float64
	left := 1.0
	for _, x := range pieces(d) {
		if points = append(points, x); len(points) == 1 {
			continue
		}
		left = survivalOf(d, x) * math.Exp(-real(s)*x)
		if left < 1e-12 {
			break
		}
	}
	end := points[len(points)-1]
	if math.Abs(imag(s))*end > 2000 || left > 1e-9 {
		return 0, 0, false
	}
	// Pieces longer than a few periods are cut, so that the adaptive rule
	// cannot mistake an oscillation for nothing.
	var fine []float64
	for i := 1; i < len(points); i++ {
		n := math.Ceil((points[i] - points[i-1]) * cmplx.Abs(s) / 20)
		n = min(max(n, 1), 2000)
		for k := range int(n) {
			fine = append(fine, points[i-1]+(points[i]-points[i-1])*float64(k)/n)
		}
	}
	fine = append(fine, end)
	integral := adaptive(fine, 1e-13, func(x float64) complex128 {
		return s * complex(survivalOf(d, x), 0) * cmplx.Exp(-s*complex(x, 0))
	})
	return 1 - integral, 2 * left, true
}

// TestLaplaceTransformSlope wants -d/ds at 0 to be the mean: Im L(-ih)/h is it
// but for h²·E[X³]/6.
func TestLaplaceTransformSlope(t *testing.T) {
	each(t, all(), func(t *testing.T, d Distribution) {
		if d.Mean() == 0 || TailIndex(d) <= 3 || d.SCV() > 20 {
			t.Skip("nothing to measure, or so skewed that h would have to be lost in rounding")
		}
		h := 1e-4 / d.Mean() / (1 + d.SCV()) / (1 + d.SCV())
		lt, _ := LaplaceOf(d)
		near(t, "slope", imag(lt(complex(0, -h)))/h, d.Mean(), 1e-6)
	})
}

func TestLaplaceTransformBounded(t *testing.T) {
	each(t, all(), func(t *testing.T, d Distribution) {
		lt, _ := LaplaceOf(d)
		for _, size := range []float64{1e-300, 1e-12, 1e-3, 1, 1e3, 1e9, 1e100} {
			for _, s := range []complex128{1, 1i, -1i, 1 + 1i, 1e-3 - 1i} {
				v := lt(s * complex(size, 0))
				if !(cmplx.Abs(v) <= 1+1e-10) {
					t.Errorf("transform at %v·%v is %v", s, size, v)
				}
				if w := lt(cmplx.Conj(s) * complex(size, 0)); !(cmplx.Abs(cmplx.Conj(w)-v) < 1e-10) {
					t.Errorf("transform at the conjugate of %v·%v is %v, not the conjugate of %v", s, size, w, v)
				}
			}
		}
	})
}
