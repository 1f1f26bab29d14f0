package distributions

import "slices"

// Hypoexponential is the law of the sum of independent exponential stages of
// given rates, in which Erlang has equal ones. Its squared coefficient of
// variation is at most 1.
type Hypoexponential struct {
	rates, means []float64
	mean, scv    float64
}

// NewHypoexponential is the hypoexponential law of one or more rates, per
// second, positive and finite; they may be equal.
func NewHypoexponential(rates []float64) (Hypoexponential, error) {
	if err := checkPositives("rates", rates); err != nil {
		return Hypoexponential{}, err
	}
	d := Hypoexponential{rates: slices.Clone(rates), means: reciprocals(rates)}
	d.mean = sum(d.means)
	if err := checkMean("rates", rates[0], d.mean); err != nil {
		return Hypoexponential{}, err
	}
	for _, m := range d.means {
		d.scv += m / d.mean * (m / d.mean)
	}
	return d, nil
}

// Rates are the rates of the stages, per second, a copy.
func (d Hypoexponential) Rates() []float64 { return slices.Clone(d.rates) }

// Mean is Σ 1/rateᵢ.
func (d Hypoexponential) Mean() float64 { return d.mean }

// SCV is Σ 1/rateᵢ² over the squared mean.
func (d Hypoexponential) SCV() float64 { return d.scv }

// String is the law by its rates.
func (d Hypoexponential) String() string { return describe("hypoexponential", "rates", d.rates) }

// Sample draws one variate, stage by stage.
func (d Hypoexponential) Sample(s *Stream) float64 { return addStages(d.means, s) }

// Fill draws len(dst) variates.
func (d Hypoexponential) Fill(s *Stream, dst []float64) {
	for i := range dst {
		dst[i] = addStages(d.means, s)
	}
}

func addStages(means []float64, s *Stream) float64 {
	x := 0.0
	for _, m := range means {
		x += float64(s.exponential() * m)
	}
	return x
}

// CDF is that of the stages as a Markov chain. It is not the textbook sum over
// differences of rates, which is no use for rates that are nearly equal.
func (d Hypoexponential) CDF(x float64) float64 { return d.chain().cdf(x) }

func (d Hypoexponential) survival(x float64) float64 { return d.chain().survival(x) }

// Quantile inverts the CDF numerically.
func (d Hypoexponential) Quantile(p float64) float64 { return invert(d.chain(), p, 0, inf) }

func (d Hypoexponential) chain() chain { return series(d.rates, nil) }

// LaplaceTransform is Π 1/(1 + s/rateᵢ).
func (d Hypoexponential) LaplaceTransform(s complex128) complex128 {
	product := complex128(1)
	for _, m := range d.means {
		product /= 1 + s*complex(m, 0)
	}
	return product
}
