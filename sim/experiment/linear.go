package experiment

import (
	"math"

	"spillway/results"
)

// linear is an estimator near its value: a mean over independent replications
// of what each of them adds to it. Everything that is estimated here is of
// this kind, to the first order; whatever depends on several estimators, such
// as their difference or ratio, then is again, and has an interval that
// regards how they vary together (Asmussen and Glynn, "Stochastic Simulation",
// 2007, section III.3: the delta method).
type linear struct {
	value float64
	// influence is what each replication adds: value + its mean is the
	// estimate of that replication alone, to the first order. It sums to zero.
	influence []float64
	// serial influences are of successive stretches of one run.
	serial bool
}

// newRatio estimates E[a]/E[b] from pairs, one a replication: the ratio of the
// sums, with the delta method's variance (Law, "Simulation Modeling and
// Analysis", 5th ed., section 9.5; Cochran, "Sampling Techniques", 3rd ed.,
// section 6.4). With equal b it is the mean. ok is false where the b are all
// zero.
func newRatio(a, b []float64) (l linear, ok bool) {
	sumB := total(b)
	if !(sumB > 0) {
		return l, false
	}
	l = linear{value: total(a) / sumB, influence: make([]float64, len(a))}
	mean := sumB / float64(len(b))
	for i := range a {
		l.influence[i] = (a[i] - l.value*b[i]) / mean
	}
	return l, true
}

// newSpread is a statistic of the pooled tasks that is no mean: its value is
// that of all replications' tasks together, because the mean of the
// replications' own values is biased; it varies as theirs do.
func newSpread(value float64, each []float64) linear {
	mean := total(each) / float64(len(each))
	l := linear{value: value, influence: make([]float64, len(each))}
	for i, x := range each {
		l.influence[i] = x - mean
	}
	return l
}

// plus is l + factor × o.
func (l linear) plus(factor float64, o linear) linear {
	sum := linear{l.value + factor*o.value, make([]float64, len(l.influence)), l.serial}
	for i := range sum.influence {
		sum.influence[i] = l.influence[i] + factor*o.influence[i]
	}
	return sum
}

// over is l / o; o is not zero.
func (l linear) over(o linear) linear {
	r := l.plus(-l.value/o.value, o)
	for i := range r.influence {
		r.influence[i] /= o.value
	}
	r.value = l.value / o.value
	return r
}

// standardError is that of the value.
func (l linear) standardError() float64 { return standardError(l.influence) }

// estimate has Student's interval.
func (l linear) estimate(level float64, method string) results.Estimate {
	if l.serial {
		stdErr, degrees := overlapError(l.influence)
		return estimate(l.value, stdErr, degrees+1, level, method)
	}
	return estimate(l.value, l.standardError(), len(l.influence), level, method)
}

// standardError is that of a mean of independent values that sum to zero.
func standardError(xs []float64) float64 {
	n := float64(len(xs))
	squares := 0.0
	for _, x := range xs {
		squares += x * x
	}
	return math.Sqrt(squares / math.Max(n-1, 1) / n)
}

// estimate makes an estimate of a value and its standard error; one that is
// within rounding of zero is zero.
func estimate(value, stdErr float64, n int, level float64, method string) results.Estimate {
	if stdErr < 1e-13*math.Abs(value) {
		stdErr = 0
	}
	if math.IsNaN(stdErr) || math.IsInf(stdErr, 0) {
		return results.BareEstimate(value, method) // squares left the range of a float64
	}
	return results.NewEstimate(value, stdErr, n, level, method)
}

func total(xs []float64) float64 {
	sum := 0.0
	for _, x := range xs {
		sum += x
	}
	return sum
}
