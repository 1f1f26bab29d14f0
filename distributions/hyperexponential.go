package distributions

import (
	"math"
	"slices"
)

// Hyperexponential is a mixture of exponential laws: with probability p[i] the
// rate is rates[i]. Its squared coefficient of variation is at least 1.
type Hyperexponential struct {
	probabilities, rates, means []float64
	choice                      alias
	mean, scv                   float64
	given                       hyperGiven
}

// hyperGiven tells which parameters a hyperexponential law was given by.
type hyperGiven int

const (
	hyperByRates hyperGiven = iota
	hyperByMeans
	hyperByCV
)

// NewHyperexponential is the hyperexponential law of probabilities, which sum
// to 1, and as many rates per second, positive and finite.
func NewHyperexponential(probabilities, rates []float64) (Hyperexponential, error) {
	err := first(checkProbabilities("probabilities", probabilities, false), checkPositives("rates", rates),
		checkLength("rates", len(rates), len(probabilities)))
	if err != nil {
		return Hyperexponential{}, err
	}
	return newHyper(probabilities, slices.Clone(rates), reciprocals(rates), hyperByRates), nil
}

// NewHyperexponentialMeans is the hyperexponential law of probabilities, which
// sum to 1, and as many means in seconds, positive and finite.
func NewHyperexponentialMeans(probabilities, means []float64) (Hyperexponential, error) {
	err := first(checkProbabilities("probabilities", probabilities, false), checkPositives("means", means),
		checkLength("means", len(means), len(probabilities)))
	if err != nil {
		return Hyperexponential{}, err
	}
	return newHyper(probabilities, reciprocals(means), slices.Clone(means), hyperByMeans), nil
}

// NewHyperexponentialCV is the hyperexponential law of two phases with
// balanced means, p₁/rate₁ = p₂/rate₂, that has a mean, in seconds, and a
// coefficient of variation above 1. With c = cv², p₁ = (1 + √((c−1)/(c+1)))/2
// and rateᵢ = 2pᵢ/mean (Whitt, "Approximating a point process by a renewal
// process, I", Operations Research 30(1), 1982, section 3).
func NewHyperexponentialCV(mean, cv float64) (Hyperexponential, error) {
	if err := checkPositive("mean", mean); err != nil {
		return Hyperexponential{}, err
	}
	if !(cv > 1 && cv < 1e150) {
		return Hyperexponential{}, wrongNumber("cv", cv, "a number above 1 (and below 1e150)")
	}
	c := cv * cv
	r := math.Sqrt((c - 1) / (c + 1))
	ps := []float64{(1 + r) / 2, 1 / ((c + 1) * (1 + r))} // the second is (1 − r)/2 without cancellation
	means := []float64{mean / (2 * ps[0]), mean / (2 * ps[1])}
	if err := checkPositives("mean", means); err != nil {
		return Hyperexponential{}, wrongNumber("mean", mean, "one for which the means of both phases are finite")
	}
	d := newHyper(ps, reciprocals(means), means, hyperByCV)
	d.mean, d.scv = mean, c
	return d, nil
}

func reciprocals(xs []float64) []float64 {
	out := make([]float64, len(xs))
	for i, x := range xs {
		out[i] = 1 / x
	}
	return out
}

func newHyper(probabilities, rates, means []float64, given hyperGiven) Hyperexponential {
	d := Hyperexponential{
		probabilities: normalised(probabilities), rates: rates, means: means,
		choice: newAlias(probabilities), given: given,
	}
	d.mean, d.scv = mixedMoments(d.probabilities, means, func(int) float64 { return 1 })
	return d
}

// Probabilities are the probabilities of the phases, a copy.
func (d Hyperexponential) Probabilities() []float64 { return slices.Clone(d.probabilities) }

// Rates are the rates of the phases, per second, a copy.
func (d Hyperexponential) Rates() []float64 { return slices.Clone(d.rates) }

// Mean is Σ pᵢ/rateᵢ.
func (d Hyperexponential) Mean() float64 { return d.mean }

// SCV is 2·Σ pᵢ/rateᵢ² over the squared mean, minus 1.
func (d Hyperexponential) SCV() float64 { return d.scv }

// String is the law by the parameters it was given with.
func (d Hyperexponential) String() string {
	switch d.given {
	case hyperByMeans:
		return describe("hyperexponential", "probabilities", d.probabilities, "means", d.means)
	case hyperByCV:
		return describe("hyperexponential", "mean", d.mean, "cv", math.Sqrt(d.scv))
	}
	return describe("hyperexponential", "probabilities", d.probabilities, "rates", d.rates)
}

// Sample draws the phase and then its exponential time.
func (d Hyperexponential) Sample(s *Stream) float64 {
	mean := d.means[d.choice.pick(s.Uint64())]
	return s.exponential() * mean
}

// Fill draws len(dst) variates.
func (d Hyperexponential) Fill(s *Stream, dst []float64) {
	choice, means := d.choice, d.means
	for i := range dst {
		mean := means[choice.pick(s.Uint64())]
		dst[i] = s.exponential() * mean
	}
}

// CDF is Σ pᵢ·(1 − exp(-rateᵢ·x)).
func (d Hyperexponential) CDF(x float64) float64 {
	if x <= 0 {
		return 0
	}
	total := 0.0
	for i, p := range d.probabilities {
		total -= p * math.Expm1(-x*d.rates[i])
	}
	return min(total, 1)
}

func (d Hyperexponential) survival(x float64) float64 {
	if x <= 0 {
		return 1
	}
	total := 0.0
	for i, p := range d.probabilities {
		total += p * math.Exp(-x*d.rates[i])
	}
	return min(total, 1)
}

// Quantile inverts the CDF numerically.
func (d Hyperexponential) Quantile(p float64) float64 { return invert(d, p, 0, inf) }

// LaplaceTransform is Σ pᵢ/(1 + s/rateᵢ).
func (d Hyperexponential) LaplaceTransform(s complex128) complex128 {
	var total complex128
	for i, p := range d.probabilities {
		total += complex(p, 0) / (1 + s*complex(d.means[i], 0))
	}
	return total
}
