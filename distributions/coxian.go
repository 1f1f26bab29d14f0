package distributions

import "slices"

// Coxian is the law of the time in a series of exponential stages that can be
// left early: after stage i the next one follows with probability continue[i],
// otherwise the time is over (Cox, "A use of complex probabilities in the
// theory of stochastic processes", Proc. Cambridge Phil. Soc. 51, 1955; the
// form with real probabilities and rates).
type Coxian struct {
	rates, means, cont []float64
	mean, scv          float64
}

// NewCoxian is the Coxian law of n ≥ 1 rates, per second, positive and finite,
// and n−1 probabilities of going on after each stage but the last.
func NewCoxian(rates, cont []float64) (Coxian, error) {
	isProbability := func(p float64) bool { return p >= 0 && p <= 1 }
	if err := checkPositives("rates", rates); err != nil {
		return Coxian{}, err
	}
	err := first(checkLength("continue", len(cont), len(rates)-1),
		checkEach("continue", cont, isProbability, wantProbability))
	if err != nil {
		return Coxian{}, err
	}
	d := Coxian{rates: slices.Clone(rates), means: reciprocals(rates), cont: slices.Clone(cont)}
	d.mean, d.scv = d.moments()
	if err := checkMean("rates", rates[0], d.mean); err != nil {
		return Coxian{}, err
	}
	return d, nil
}

// moments go backwards: what is left at stage i is its own time and, with
// probability cont[i], what is left at the stage after it.
func (d *Coxian) moments() (mean, scv float64) {
	var m, v float64 // mean and variance of what is left after stage i
	for i := len(d.means) - 1; i >= 0; i-- {
		if i < len(d.cont) {
			c := d.cont[i]
			v = c*v + c*(1-c)*m*m
			m *= c
		}
		m += d.means[i]
		v += d.means[i] * d.means[i]
	}
	return m, v / m / m
}

// Rates are the rates of the stages, per second, a copy.
func (d Coxian) Rates() []float64 { return slices.Clone(d.rates) }

// Continue are the probabilities of going on after each stage but the last, a
// copy.
func (d Coxian) Continue() []float64 { return slices.Clone(d.cont) }

// Mean is the sum over the stages of the probability to reach one over its rate.
func (d Coxian) Mean() float64 { return d.mean }

// SCV is the squared coefficient of variation.
func (d Coxian) SCV() float64 { return d.scv }

// String is the law by its parameters.
func (d Coxian) String() string { return describe("coxian", "rates", d.rates, "continue", d.cont) }

// Sample draws one variate, stage by stage.
func (d Coxian) Sample(s *Stream) float64 { return d.draw(s) }

// Fill draws len(dst) variates.
func (d Coxian) Fill(s *Stream, dst []float64) {
	for i := range dst {
		dst[i] = d.draw(s)
	}
}

func (d *Coxian) draw(s *Stream) float64 {
	x := 0.0
	for i, m := range d.means {
		x += float64(s.exponential() * m)
		if i == len(d.cont) || s.Float64() >= d.cont[i] {
			break
		}
	}
	return x
}

// CDF is that of the stages as a Markov chain.
func (d Coxian) CDF(x float64) float64 { return d.chain().cdf(x) }

func (d Coxian) survival(x float64) float64 { return d.chain().survival(x) }

// Quantile inverts the CDF numerically.
func (d Coxian) Quantile(p float64) float64 { return invert(d.chain(), p, 0, inf) }

func (d Coxian) chain() chain { return series(d.rates, d.cont) }

// LaplaceTransform is that of each stage times, with the probability of going
// on, that of the rest.
func (d Coxian) LaplaceTransform(s complex128) complex128 {
	rest := complex128(1)
	for i := len(d.means) - 1; i >= 0; i-- {
		if i < len(d.cont) {
			rest = complex(1-d.cont[i], 0) + complex(d.cont[i], 0)*rest
		}
		rest /= 1 + s*complex(d.means[i], 0)
	}
	return rest
}
