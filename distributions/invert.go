package distributions

import (
	"fmt"
	"math"
)

// survivor is implemented by every law with a CDF here: 1 − CDF(x) without
// the cancellation, for the upper tail.
type survivor interface {
	CDF(x float64) float64
	survival(x float64) float64
}

// checkP panics unless p is a probability.
func checkP(p float64) {
	if !(p >= 0 && p <= 1) {
		panic(fmt.Sprintf("distributions: Quantile(%v): want a number from 0 to 1", p))
	}
}

// invert is the smallest floating-point number x in [low, high], low ≥ 0, with
// P(X ≤ x) ≥ p, as far as the law's two functions are exact. The lower half of
// the law is found by its CDF and the upper by its survival function, so that
// both tails have full relative precision.
//
// Non-negative numbers have the order of their bit patterns: halving the range
// of patterns ends after at most 63 steps, atoms and flat parts included.
func invert(d survivor, p, low, high float64) float64 {
	checkP(p)
	switch p {
	case 0:
		return low
	case 1:
		return high
	}
	reached := func(x float64) bool { return d.CDF(x) >= p }
	if p > 0.5 {
		reached = func(x float64) bool { return d.survival(x) <= 1-p }
	}
	if reached(low) {
		return low
	}
	a, b := math.Float64bits(low), math.Float64bits(math.Min(high, math.MaxFloat64))
	for b-a > 1 {
		mid := a + (b-a)/2
		if reached(math.Float64frombits(mid)) {
			b = mid
		} else {
			a = mid
		}
	}
	return math.Float64frombits(b)
}
