package experiment

import (
	"math"
	"slices"

	"spillway/results"
)

// controls are control variates: sums over the window of each replication
// whose expectation is known to be zero. What an estimate owes to their having
// come out otherwise is taken off it, and so is the variance that goes with
// that (Lavenberg and Welch, "A perspective on the use of control variables to
// increase the efficiency of Monte Carlo simulations", Management Science
// 27(3), 1981).
type controls struct {
	names []string
	// centred are the controls less their means over the replications, and
	// made orthogonal to those before; means are what the means become.
	centred [][]float64
	means   []float64
}

// leastControlled is the least number of replications that controls are used
// with: with fewer the regression would cost more than it gives.
const leastControlled = 10

// worthwhile is the least variance ratio for which controls are used.
const worthwhile = 1.1

// controlledMetrics are those whose means controls are tried on. Those that
// the controls determine (utilization, throughput, the mean service) are left
// out: they would no longer be what was simulated.
var controlledMetrics = []string{"wait", "latency", "queue_length", "in_system", "memory", "wait_ratio", "shed_ratio"}

// newControls makes orthogonal controls of sums of expectation zero (the
// modified Gram–Schmidt process); nil of none, and of too few replications.
func newControls(sums []knownSum) *controls {
	if len(sums) == 0 || len(sums[0].values) < leastControlled {
		return nil
	}
	c := &controls{}
	for _, x := range sums {
		c.add(x)
	}
	if len(c.names) == 0 {
		return nil
	}
	return c
}

// add takes in one more control, unless it is constant or follows from those
// before: what is left of it then is rounding.
func (c *controls) add(x knownSum) {
	n := float64(len(x.values))
	mean := total(x.values) / n
	centred := make([]float64, len(x.values))
	for i, v := range x.values {
		centred[i] = v - mean
	}
	for k, other := range c.centred {
		along := dot(centred, other) / dot(other, other)
		for i := range centred {
			centred[i] -= along * other[i]
		}
		mean -= along * c.means[k]
	}
	const rounding = 1e-9
	if left := math.Sqrt(dot(centred, centred) / n); !(left > rounding*x.scale) || math.IsInf(left, 0) {
		return
	}
	c.names, c.centred, c.means = append(c.names, x.name), append(c.centred, centred), append(c.means, mean)
}

// regression is what is left of an estimator beside controls.
type regression struct {
	linear // of pseudo-values
	stdErr float64
	ratio  float64 // of the variances: without controls over with them; 0 where there is none
}

// regress takes off an estimator what the controls explain: the value is where
// the regression line is at the expectation of the controls, zero. Its interval
// is that of the jackknife, whose pseudo-values follow from the residuals eᵢ and
// the leverages hᵢ of the regression without doing it again:
//
//	value + (R − 1)·aᵢeᵢ/(1 − hᵢ),  hᵢ = 1/R + Σ cᵢₖ²/Sₖ,  aᵢ = 1/R − Σ x̄ₖcᵢₖ/Sₖ
//
// for orthogonal controls c of mean x̄ and sum of squares S; Student's t has
// R − 1 − q degrees of freedom. The jackknife holds where the estimator does not
// depend on the controls in a straight line, or varies more where these are
// large, as waits do (Efron and Stein 1981; Lavenberg, Moeller and Welch,
// "Statistical results on control variables", Operations Research 30(1), 1982,
// where its intervals cover as those of normal theory do).
func (c *controls) regress(l linear) regression {
	n := len(l.influence)
	intercept := l.value
	residuals := append([]float64(nil), l.influence...)
	leverage, weight := make([]float64, n), make([]float64, n)
	for k, x := range c.centred {
		squares := dot(x, x)
		beta := dot(x, l.influence) / squares
		intercept -= beta * c.means[k]
		for i := range x {
			residuals[i] -= beta * x[i]
			leverage[i] += x[i] * x[i] / squares
			weight[i] -= c.means[k] * x[i] / squares
		}
	}
	if !(dot(residuals, residuals) > 1e-12*dot(l.influence, l.influence)) {
		return regression{} // a constant, or one that the controls determine
	}
	pseudo := make([]float64, n)
	for i, e := range residuals {
		free := 1 - 1/float64(n) - leverage[i]
		if !(free > 1e-6) {
			return regression{} // one replication alone decides on a coefficient
		}
		pseudo[i] = intercept + float64(n-1)*(1/float64(n)+weight[i])*e/free
	}
	r := regression{linear: newSpread(total(pseudo)/float64(n), pseudo)}
	r.stdErr = r.standardError()
	plain := l.standardError()
	r.ratio = plain * plain / (r.stdErr * r.stdErr)
	if math.IsInf(r.ratio, 0) || math.IsNaN(r.ratio) {
		return regression{}
	}
	return r
}

// controlled is an estimate beside controls; ok is false where they are not
// used. Of a class they are used where they are for all tasks, so that numbers
// of tasks still add up.
func (s *sample) controlled(metric string, l linear) (e results.Estimate, ok bool) {
	if !s.usesControls(metric) {
		return e, false
	}
	r := s.controls.regress(l)
	if r.ratio == 0 {
		return e, false
	}
	return results.NewControlled(r.value, r.stdErr, len(l.influence), len(s.controls.names), r.ratio, s.level), true
}

// usesControls decides whether controls are used for a metric.
//
// An interval that looks narrow by chance and is chosen for it covers less than
// it says; so the decision is not made on the data of the interval. It is made
// on how the two halves of each replication differ, which depends on the
// controls as their sum does, and is independent of it (of normal halves: the
// covariance of y₁/n₁ − y₂/n₂ and y₁ + y₂ is zero).
func (s *sample) usesControls(metric string) bool {
	if s.whole != nil {
		return s.whole.usesControls(metric)
	}
	if s.controls == nil || s.half == nil || !slices.Contains(controlledMetrics, metric) || s.rare(metric) {
		return false
	}
	f, ok := s.parts(metric)
	if !ok || s.half.a[metric] == nil {
		return false
	}
	a, b := s.pairs(f)
	l, ok := newRatio(a, b)
	if !ok {
		return false
	}
	first := total(s.half.b[metric]) / total(b)
	if !(first > 0 && first < 1) {
		return false
	}
	gap := contrast(first, l.influence, func(i int) float64 {
		return (s.half.a[metric][i] - l.value*s.half.b[metric][i]) * float64(len(b)) / total(b)
	})
	var sums []knownSum
	for k, x := range s.sums {
		if k >= len(s.half.sums) || s.half.sums[k].name != x.name {
			return false
		}
		halves := s.half.sums[k].values
		sums = append(sums, knownSum{x.name, contrast(first, x.values, func(i int) float64 { return halves[i] }), x.scale})
	}
	c := newControls(sums)
	return c != nil && c.regress(newSpread(0, gap)).ratio >= worthwhile
}

// contrast is by how much the first part of each replication, a share of it,
// is above the second, where all is the sum of the two.
func contrast(share float64, all []float64, first func(i int) float64) []float64 {
	gap := make([]float64, len(all))
	for i := range gap {
		gap[i] = first(i)/share - (all[i]-first(i))/(1-share)
	}
	return gap
}

// rare says that what makes up a metric happened too rarely for a regression to
// mean anything.
func (s *sample) rare(metric string) bool {
	k := int64(math.MaxInt64)
	switch {
	case metric == "wait" || metric == "queue_length":
		k = 0
		all := s.final()
		for i := range all {
			k += all[i].Wait.Positive()
		}
	case slices.Contains(shares, metric):
		if f, ok := s.parts(metric); ok {
			a, b := s.pairs(f)
			k = int64(min(total(a), total(b)-total(a)))
		}
	}
	return k < fewEvents
}

func dot(a, b []float64) float64 {
	sum := 0.0
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}
