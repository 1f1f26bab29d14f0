package analytic

import (
	"math"
	"slices"
	"strings"

	"spillway/distributions"
)

// maxErlangStages bounds the stages of a gamma law that is seen as an Erlang
// law; wholeShape is how far from whole its shape may be: a coefficient of
// variation of √(1/k), squared in float64, is not k to the last digit.
const (
	maxErlangStages = 1000
	wholeShape      = 1e-15
)

// asExponential is a law as an exponential one, where it is, whatever its name:
// Erlang of one stage, gamma and Weibull of shape 1, hyperexponential of one
// rate, hypoexponential and Coxian of one stage, phase-type of one phase, a
// mixture of one law and a shift by nothing.
func asExponential(d distributions.Distribution) (distributions.Exponential, bool) {
	rate, mean := math.NaN(), math.NaN() // the one that was given
	switch d := d.(type) {
	case distributions.Exponential:
		return d, true
	case distributions.Erlang:
		switch {
		case d.Stages() != 1:
		case d.ByRate():
			rate = d.Rate()
		default:
			mean = d.Mean()
		}
	case distributions.Gamma:
		if d.Shape() == 1 {
			mean = d.Mean()
		}
	case distributions.Weibull:
		if d.Shape() == 1 {
			mean = d.Scale()
		}
	case distributions.Mixture:
		if len(d.Components()) == 1 {
			return asExponential(d.Components()[0])
		}
	case distributions.Shifted:
		if d.Offset() == 0 {
			return asExponential(d.Of())
		}
	default:
		rate, mean = onePhase(d)
	}
	e, err := distributions.NewExponential(rate)
	if mean > 0 {
		e, err = distributions.NewExponentialMean(mean)
	}
	return e, err == nil
}

// onePhase is the rate or the mean, whichever was given, of a law of phases
// that has one; what is not is NaN.
func onePhase(d distributions.Distribution) (rate, mean float64) {
	none := math.NaN()
	switch d := d.(type) {
	case distributions.Hyperexponential:
		rates := d.Rates()
		switch {
		case slices.Min(rates) != slices.Max(rates):
		case strings.Contains(d.String(), "rates"):
			return rates[0], none
		default:
			return none, d.Mean()
		}
	case distributions.Hypoexponential:
		if r := d.Rates(); len(r) == 1 {
			return r[0], none
		}
	case distributions.Coxian:
		if r, on := d.Rates(), d.Continue(); len(r) == 1 || on[0] == 0 {
			return r[0], none
		}
	case distributions.PhaseType:
		if a := d.Alpha(); len(a) == 1 && a[0] == 1 {
			return -d.Matrix()[0][0], none
		}
	}
	return none, none
}

// asErlang is a law as an Erlang one, where it is: a gamma law of a whole shape
// is.
func asErlang(d distributions.Distribution) (distributions.Erlang, bool) {
	switch d := d.(type) {
	case distributions.Erlang:
		return d, true
	case distributions.Gamma:
		if k := math.Round(d.Shape()); k >= 1 && k <= maxErlangStages && math.Abs(d.Shape()-k) <= wholeShape*k {
			e, err := distributions.NewErlangMean(int(k), d.Mean())
			return e, err == nil
		}
	}
	return distributions.Erlang{}, false
}
