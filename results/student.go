package results

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mathext"
)

// Student returns the two-sided quantile of Student's t distribution: the t with
// P(|T| ≤ t) = level for df degrees of freedom. Level is in (0, 1), 0.95 for
// 95 %; df is at least 1. Anything else is a mistake of the caller and panics.
func Student(level float64, df int) float64 {
	if !(level > 0 && level < 1) {
		panic(fmt.Sprintf("results: level %v is not in (0, 1)", level))
	}
	return studentTail(1-level, df)
}

// studentTail returns the t with P(|T| > t) = alpha.
//
// Two-sided tail: P(|T| > t) = I(df/2, 1/2; df/(df+t²)), the regularised
// incomplete beta function. Source: Abramowitz and Stegun, 26.7.1.
//
// gonum's distuv.StudentsT.Quantile is not used: beyond some 1e-8 its inverse of
// the beta function fails for large df (258 in place of 5.73 for 1e6 degrees at 1e-8).
// The root is sought on logarithmic scales, where the tail is nearly a straight line; that
// needs only the function itself, which keeps its relative accuracy in the tail.
func studentTail(alpha float64, df int) float64 {
	if !(alpha > 0 && alpha < 1) || df < 1 {
		panic(fmt.Sprintf("results: no Student quantile for tail %v and %d degrees of freedom", alpha, df))
	}
	if df == 1 {
		return 1 / math.Tan(math.Pi/2*alpha) // Cauchy
	}
	nu, target := float64(df), math.Log(alpha)
	excess := func(logT float64) float64 {
		t := math.Exp(logT)
		return math.Log(mathext.RegIncBeta(nu/2, 0.5, nu/(nu+t*t))) - target
	}
	// The normal quantile is a lower bound, the Cauchy quantile an upper one.
	low := math.Log(math.Sqrt2*math.Erfcinv(alpha)) - 1e-6
	high := math.Log(1/math.Tan(math.Pi/2*alpha)) + 1e-6
	return math.Exp(decreasingRoot(excess, low, high))
}

// decreasingRoot returns the root of a decreasing function between low and high: false
// position (the Illinois variant), with bisection where that makes no headway.
func decreasingRoot(f func(float64) float64, low, high float64) float64 {
	fLow, fHigh := f(low), f(high)
	for step := 0; high-low > 1e-14*math.Max(1, math.Abs(low)); step++ {
		x := low + (high-low)*fLow/(fLow-fHigh)
		if step%4 == 3 || !(x > low && x < high) {
			x = low + (high-low)/2
		}
		if x <= low || x >= high {
			break // neighbours
		}
		switch fx := f(x); {
		case fx == 0:
			return x
		case fx > 0:
			low, fLow, fHigh = x, fx, fHigh/2
		default:
			high, fHigh, fLow = x, fx, fLow/2
		}
	}
	return low + (high-low)/2
}

// tails remembers quantiles: a command asks for a handful of them thousands of times.
type tails map[tailKey]float64

type tailKey struct {
	alpha float64
	df    int
}

func (t tails) at(alpha float64, df int) float64 {
	key := tailKey{alpha, df}
	q, ok := t[key]
	if !ok {
		q = studentTail(alpha, df)
		t[key] = q
	}
	return q
}
