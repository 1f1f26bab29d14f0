package fit

import (
	"math"

	"gonum.org/v1/gonum/optimize"
)

// vector is the parameters of an EM algorithm, as logarithms or logits, so
// that any values are allowed; those beyond the law's are zero.
type vector [4]float64

// expectation is the E step of an EM algorithm at some parameters, and what
// follows from it.
type expectation struct {
	likelihood float64 // its logarithm, at the parameters
	gradient   vector  // the derivatives of that
	next       vector  // the parameters of the M step
}

type expect func(vector) expectation

// candidate is a state of the algorithm.
type candidate struct {
	at         vector
	likelihood float64
	converged  bool
}

// flat is the greatest derivative of the log-likelihood at a maximum. By a
// logarithm of a parameter with a standard error of a tenth, it is a
// thousandth of a standard error from the maximum; by one that goes to minus
// infinity, as that of a rate of zero, it is what there is left to gain.
const flat = 0.01

func (e expectation) flat() bool {
	for _, g := range e.gradient {
		if !(math.Abs(g) < flat) {
			return false
		}
	}
	return true
}

// climb is an EM algorithm with the extrapolation SqS3 of Varadhan and Roland
// ("Simple and globally convergent methods for accelerating the convergence of
// any EM algorithm", Scandinavian Journal of Statistics 35(2), 2008). An
// extrapolation that loses likelihood is dropped for the plain step. It makes
// at most so many rounds of three steps.
func climb(from vector, em expect, rounds int) candidate {
	at, e := from, em(from)
	for range rounds {
		if e.flat() {
			return candidate{at, e.likelihood, true}
		}
		second := em(e.next).next
		jump := extrapolate(at, e.next, second)
		after := em(jump)
		if !(after.likelihood >= e.likelihood) {
			jump = second
			after = em(jump)
		}
		if !(after.likelihood >= e.likelihood) { // nothing but rounding is left to gain
			break
		}
		at, e = jump, after
	}
	return candidate{at, e.likelihood, e.flat()}
}

// extrapolate goes from a along the difference r = b − a and its change
// v = (c − b) − r by the step length ‖r‖/‖v‖, at least one (which gives c).
func extrapolate(a, b, c vector) vector {
	var rr, vv float64
	for i := range a {
		r := b[i] - a[i]
		v := c[i] - b[i] - r
		rr += r * r
		vv += v * v
	}
	length := math.Sqrt(rr / vv)
	if !(length > 1) || math.IsInf(length, 0) {
		return c
	}
	var out vector
	for i := range a {
		r := b[i] - a[i]
		v := c[i] - b[i] - r
		out[i] = a[i] + 2*length*r + length*length*v
	}
	return out
}

// polish goes on from where an EM algorithm is, which may be slow when a
// maximum is at the edge of the parameters, by the BFGS method, whose gradient
// is a by-product of the E step. The likelihood does not fall.
func polish(from candidate, em expect, steps int) candidate {
	if from.converged {
		return from
	}
	best, last := from, vector{}
	var e expectation
	visit := func(x []float64) expectation { // asked for the value, then for the gradient
		if v := vector(x); v != last || e.next == (vector{}) {
			last, e = v, em(v)
			if e.likelihood > best.likelihood {
				best = candidate{v, e.likelihood, e.flat()}
			}
		}
		return e
	}
	problem := optimize.Problem{
		Func: func(x []float64) float64 { return -visit(x).likelihood },
		Grad: func(grad, x []float64) {
			for i, g := range visit(x).gradient {
				grad[i] = -g
			}
		},
	}
	settings := &optimize.Settings{GradientThreshold: flat, FuncEvaluations: steps, Converger: optimize.NeverTerminate{}}
	// How it ends does not matter: what is the best has been kept, and whether
	// that is a maximum its gradient says.
	_, _ = optimize.Minimize(problem, from.at[:], settings, &optimize.BFGS{})
	return best
}
