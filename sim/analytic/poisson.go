package analytic

import "math"

// The laws of waits are sums of Poisson probabilities times slowly varying
// weights. They are summed over the window of terms that matter, all of them
// positive, from one accurate probability and the ratio of neighbours.

// negligible is the size of a term, relative to the sum so far, from which on
// a decreasing series is cut.
const negligible = 1e-19

// windowWidth is how far from the mean y Poisson probabilities matter: ten
// standard deviations (e^-50), and thirty more for the skewness of small y. Of
// tiny y it is the few terms above e^-50, so that the outermost one, where sums
// start, does not underflow.
func windowWidth(y float64) float64 {
	if y < 0.01 {
		return 1 + 50/-math.Log(y)
	}
	return 10*math.Sqrt(y) + 30
}

// stirlingError is log n! − log(√(2πn) (n/e)^n) for a whole n ≥ 1.
func stirlingError(n float64) float64 {
	if n < 16 {
		lg, _ := math.Lgamma(n + 1)
		return lg - (n+0.5)*math.Log(n) + n - 0.5*math.Log(2*math.Pi)
	}
	s := 1 / (n * n)
	return (1./12 - s*(1./360-s*(1./1260-s*(1./1680-s/1188)))) / n
}

// deviance is x log(x/m) + m − x, without cancellation where x is near m.
func deviance(x, m float64) float64 {
	if math.Abs(x-m) >= 0.1*(x+m) {
		return x*math.Log(x/m) + m - x
	}
	v := (x - m) / (x + m)
	sum, power := (x-m)*v, 2*x*v
	for k := 3.0; ; k += 2 {
		power *= v * v
		next := sum + power/k
		if next == sum {
			return sum
		}
		sum = next
	}
}

// logPoisson is the logarithm of the Poisson probability of n for mean y.
//
// Source: C. Loader, "Fast and Accurate Computation of Binomial
// Probabilities", 2000, section 3. Its error is that of the exponent's size,
// not of the terms n log y and log n!, of which a million would leave ten
// digits.
func logPoisson(n, y float64) float64 {
	if n == 0 {
		return -y
	}
	return -stirlingError(n) - deviance(n, y) - 0.5*math.Log(2*math.Pi*n)
}

// recurrence is a weight w with w' = add + factor·w from term to term.
type recurrence struct{ start, add, factor float64 }

// descend sums w(i)·t(i) over i = top, top−1, …, bottom, where t(i) are
// proportional to Poisson probabilities of mean y and log t(top) is given.
func descend(logTop, top, bottom, y float64, w recurrence) float64 {
	term, weight, sum := math.Exp(logTop), w.start, 0.0
	for i := top; ; i-- {
		sum += term * weight
		if i <= bottom || i < y && term*weight <= negligible*sum {
			return sum
		}
		term *= i / y
		weight = w.add + w.factor*weight
	}
}

// ascend is descend in the other direction, from bottom up to top, which may
// be +Inf.
func ascend(logBottom, bottom, top, y float64, w recurrence) float64 {
	term, weight, sum := math.Exp(logBottom), w.start, 0.0
	for i := bottom; ; i++ {
		sum += term * weight
		if i >= top || i > y && term*weight <= negligible*sum {
			return sum
		}
		term *= y / (i + 1)
		weight = w.add + w.factor*weight
	}
}

// highest is where to start a descending sum over 0 ≤ i ≤ top.
func highest(top, y float64) float64 {
	return math.Min(top, math.Floor(y+windowWidth(y)))
}

// lowest is where to start an ascending one over bottom ≤ i ≤ top. Where y is
// above top the terms below it fall by top/y or more at each step.
func lowest(bottom, top, y float64) float64 {
	m := math.Min(y, top)
	width := windowWidth(m)
	if y > top {
		width = math.Min(width, 1+50/math.Log(y/top))
	}
	return math.Max(bottom, math.Ceil(m-width))
}

// tilt is a factor ρ^i beside Poisson probabilities; ρ may be above one.
type tilt struct{ value, minusOne, log float64 }

var untilted = tilt{value: 1}

// logTerm is log(P(n; x)·ρ^(n−pivot)), P Poisson of mean x. It is also
// P(n; ρx)·exp(x(ρ−1))·ρ^−pivot; the form with the smaller terms loses less.
func (t tilt) logTerm(n, x, pivot float64) float64 {
	plain, power := logPoisson(n, x), (n-pivot)*t.log
	tilted, shift, anchor := logPoisson(n, t.value*x), x*t.minusOne, -pivot*t.log
	if math.Abs(plain)+math.Abs(power) < math.Abs(tilted)+math.Abs(shift)+math.Abs(anchor) {
		return plain + power
	}
	return tilted + shift + anchor
}
