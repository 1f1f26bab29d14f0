package fit

import (
	"errors"
	"math"

	"gonum.org/v1/gonum/mathext"

	"spillway/distributions"
)

// greatestShape is the largest shape of a gamma law that is looked for: the
// values then differ by a few millionths.
const greatestShape = 1e10

var errNearlyEqual = errors.New("the values are so nearly equal that its shape cannot be computed")

// gammaShape is the maximum likelihood estimate of the shape a, the root of
// log a − ψ(a) = log x̄ − mean of log x, by Newton's method on 1/a from an
// approximation that is within 1.5 % (Minka, "Estimating a gamma
// distribution", 2002; Choi and Wette, Technometrics 11(4), 1969).
func gammaShape(meanLog float64) (float64, error) {
	s := -meanLog
	if !(s > 1/(2*greatestShape)) {
		return 0, errNearlyEqual
	}
	a := (3 - s + math.Sqrt(squared(s-3)+24*s)) / (12 * s)
	for range 30 {
		step := (math.Log(a) - mathext.Digamma(a) - s) / (squared(a) * (1/a - mathext.Zeta(2, a)))
		next := 1 / (1/a + step)
		if math.Abs(next-a) <= 1e-14*a {
			return next, nil
		}
		a = next
	}
	return a, nil
}

// gammaLikelihood is the logarithm of the likelihood of a shape with the scale
// that is best for it, mean/shape.
func (s *sample) gammaLikelihood(shape float64) float64 {
	lgamma, _ := math.Lgamma(shape)
	return s.n * (shape*math.Log(shape) - lgamma - shape + (shape-1)*s.meanLog - math.Log(s.mean))
}

func fitGamma(s *sample) (fitted, error) {
	if err := s.errZeros(); err != nil {
		return fitted{}, err
	}
	shape, err := gammaShape(s.meanLog)
	if err != nil {
		return fitted{}, err
	}
	scale := s.mean / shape
	d, err := distributions.NewGamma(shape, scale)
	return fitted{d, Parameters{{Name: "shape", Value: shape}, {Name: "scale", Value: scale}}, 2, s.gammaLikelihood(shape)}, err
}

// fitErlang: the likelihood of a gamma law with the best scale rises up to its
// best shape and falls from there on, so that the best whole shape is one of
// the two beside it.
func fitErlang(s *sample) (fitted, error) {
	if err := s.errZeros(); err != nil {
		return fitted{}, err
	}
	shape, err := gammaShape(s.meanLog)
	if err != nil {
		return fitted{}, err
	}
	k := max(1, math.Floor(shape))
	if s.gammaLikelihood(k+1) > s.gammaLikelihood(k) {
		k++
	}
	if k == 1 {
		return fitted{}, errors.New("one stage is best, which is the exponential law")
	}
	d, err := distributions.NewErlangMean(int(k), s.mean)
	return fitted{d, Parameters{{Name: "k", Value: k}, {Name: "mean", Value: s.mean}}, 1, s.gammaLikelihood(k)}, err
}

// fitWeibull: the shape k is the root of the increasing function
//
//	Σ xᵏ log x/Σ xᵏ − 1/k − mean of log x,
//
// and scale^k the mean of xᵏ.
func fitWeibull(s *sample) (fitted, error) {
	if err := s.errZeros(); err != nil {
		return fitted{}, err
	}
	logs, top := make([]float64, len(s.sorted)), math.Log(s.sorted[len(s.sorted)-1])
	meanLog, variance := 0.0, 0.0
	for i, x := range s.sorted {
		logs[i] = math.Log(x) - top // not positive: no power overflows
		meanLog += logs[i] / s.n
	}
	for _, l := range logs {
		variance += squared(l-meanLog) / s.n
	}
	shape := weibullShape(logs, meanLog, math.Pi/math.Sqrt(6*variance))
	powers, _, _ := powerSums(logs, shape)
	logScale := math.Log(powers/s.n) / shape // relative to the greatest value
	scale := math.Exp(top + logScale)
	d, err := distributions.NewWeibull(shape, scale)
	likelihood := s.n * (math.Log(shape) - top - logScale + (shape-1)*(meanLog-logScale) - 1)
	return fitted{d, Parameters{{Name: "shape", Value: shape}, {Name: "scale", Value: scale}}, 2, likelihood}, err
}

// weibullShape is by Newton's method from the moment estimate; a step is never
// longer than a factor of two.
func weibullShape(logs []float64, meanLog, k float64) float64 {
	for range 100 {
		p, pl, pll := powerSums(logs, k)
		mean := pl / p
		value := mean - 1/k - meanLog
		slope := pll/p - mean*mean + 1/(k*k)
		next := min(2*k, max(k/2, k-value/slope))
		if math.Abs(next-k) <= 1e-13*k {
			return next
		}
		k = next
	}
	return k
}

// powerSums are Σ xᵏ, Σ xᵏ log x and Σ xᵏ log² x.
func powerSums(logs []float64, k float64) (p, pl, pll float64) {
	for _, l := range logs {
		w := math.Exp(k * l)
		p += w
		pl += w * l
		pll += w * l * l
	}
	return p, pl, pll
}
