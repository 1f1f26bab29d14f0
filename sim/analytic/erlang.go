package analytic

import (
	"fmt"
	"math"
)

// idleOdds is A = 1/B(c, a) − 1, where B is Erlang's loss function: the
// probability that fewer than c of c servers are busy, over the probability
// that all are, when a erlangs are offered and nobody waits. A, not B, is
// what everything is computed from, because neither A nor B = 1/(1+A) nor
// 1 − B = A/(1+A) then suffers cancellation, at any load. A is +Inf where B
// is below the smallest float64.
//
// Formula: A(0) = 0, A(n) = (n/a)(1 + A(n−1)).
//
// Source: D. L. Jagerman, "Some properties of the Erlang loss function", Bell
// System Technical Journal 53(3), 1974; the recursion of B is in D. Gross,
// J. F. Shortle, J. M. Thompson, C. M. Harris, Fundamentals of Queueing Theory,
// 4th edition, Wiley 2008, section 2.6.
//
// Method and limits: all terms are positive, and an error made while n < a
// shrinks by n/a at every later step. The recursion therefore starts ten
// standard deviations below min(a, c), where the quasi-stationary value
// n/(a−n) is close and its error shrinks by e^-50 on the way; the cost is
// O(√c). The relative error is about 1e-16 times c − a from the rounding of a,
// at worst 4e-12 for a million servers at the edge of underflow.
func idleOdds(c int, a float64) float64 {
	limit := float64(c)
	m := math.Min(a, limit)
	n, odds := math.Floor(m-windowWidth(m)), 0.0
	if n > 0 {
		odds = n / (a - n)
	} else {
		n = 0
	}
	for n < limit && !math.IsInf(odds, 1) {
		n++
		odds = n / a * (1 + odds)
	}
	return odds
}

// checkIdleOdds computes 1 + A a second time, as the sum of Poisson
// probabilities up to c over the one at c, and compares.
func checkIdleOdds(c int, a, odds float64) error {
	if odds > 1/underflow {
		return nil // the probability at c underflows: nothing to compare with
	}
	n := float64(c)
	top := highest(n, a)
	scale := logPoisson(top, a) - logPoisson(n, a)
	sum := descend(scale, top, 0, a, recurrence{start: 1, factor: 1})
	return agree("Erlang B by recursion and by Poisson probabilities", 1+odds, sum)
}

// residualTolerance is the relative disagreement of two computations of one
// value that makes a solver refuse to answer.
const residualTolerance = 1e-9

// underflow is where float64 begin to lose digits, with a margin for the scale
// of rates and times: values below it are held to nothing.
const underflow = 1e-270

// agree is an error unless the two are the same but for rounding.
func agree(what string, x, y float64) error {
	size := math.Max(math.Abs(x), math.Abs(y))
	if math.Abs(x-y) <= residualTolerance*size || size < underflow {
		return nil // both comparisons are false for NaN
	}
	return fmt.Errorf("analytic: numerical failure: %s differ: %g and %g", what, x, y)
}
