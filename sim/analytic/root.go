package analytic

import (
	"errors"
	"math"
)

// tailQuantile is the x ≥ 0 at which a tail P(X > x), continuous and
// decreasing for x > 0, falls to q; 0 where it starts at or below q. The root
// is sought in the logarithm of the tail, which is nearly straight, around a
// first guess, from which steps of growing size, at first the one given, lead
// to a bracket.
func tailQuantile(tail func(x float64) float64, q, guess, step float64) (float64, error) {
	f := func(x float64) float64 { return math.Log(math.Max(tail(x), math.SmallestNonzeroFloat64) / q) }
	low, fLow := 0.0, f(0)
	if fLow <= 0 {
		return 0, nil
	}
	if !(guess >= 0) || !(step > 0) {
		return 0, errors.New("analytic: numerical failure: the moments of a time are not positive")
	}
	high, fHigh := guess, f(guess)
	if below := guess - step; fHigh <= 0 && below > 0 {
		if f := f(below); f > 0 {
			low, fLow = below, f
		} else {
			high, fHigh = below, f
		}
	}
	for ; fHigh > 0; step *= 2 {
		low, fLow = high, fHigh
		if high += step; math.IsInf(high, 1) {
			return 0, errors.New("analytic: numerical failure: a quantile is not bracketed")
		}
		fHigh = f(high)
	}
	x, fx := brent(f, low, high, fLow, fHigh)
	if !(math.Abs(fx) <= residualTolerance) {
		return 0, errors.New("analytic: numerical failure: the root of a quantile was not found")
	}
	return x, nil
}

// brent is the root of f between a and b, where f has opposite signs, to the
// last digits, with the value of f there.
//
// Source: R. P. Brent, Algorithms for Minimization without Derivatives,
// Prentice-Hall 1973, chapter 4, procedure zero.
func brent(f func(float64) float64, a, b, fa, fb float64) (x, fx float64) {
	c, fc := a, fa
	step, last := b-a, b-a
	for range 200 {
		if math.Abs(fc) < math.Abs(fb) {
			a, b, c = b, c, b
			fa, fb, fc = fb, fc, fb
		}
		tol := 0x1p-52 * math.Abs(b)
		half := (c - b) / 2
		if math.Abs(half) <= tol || fb == 0 {
			break
		}
		if p, q := interpolate(a, b, c, fa, fb, fc); math.Abs(last) >= tol && math.Abs(fa) > math.Abs(fb) &&
			2*p < math.Min(3*half*q-math.Abs(tol*q), math.Abs(last*q)) {
			last, step = step, p/q
		} else {
			last, step = half, half
		}
		a, fa = b, fb
		if math.Abs(step) > tol {
			b += step
		} else {
			b += math.Copysign(tol, half)
		}
		if fb = f(b); fb > 0 == (fc > 0) {
			c, fc = a, fa
			step, last = b-a, b-a
		}
	}
	return b, fb
}

// interpolate gives the step p/q from b, p ≥ 0, by the secant or the inverse
// parabola through the three points.
func interpolate(a, b, c, fa, fb, fc float64) (p, q float64) {
	s := fb / fa
	if a == c {
		p, q = (c-b)*s, 1-s
	} else {
		t, r := fa/fc, fb/fc
		p = s * ((c-b)*t*(t-r) - (b-a)*(r-1))
		q = (t - 1) * (r - 1) * (s - 1)
	}
	if p > 0 {
		return p, -q
	}
	return -p, q
}
