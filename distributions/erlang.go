package distributions

import "math"

// Erlang is the law of the sum of k independent exponential stages of one
// rate. Its mean is k/rate, its squared coefficient of variation 1/k.
type Erlang struct {
	k          int
	rate, mean float64
	byRate     bool
	core       gammaCore
}

// NewErlang is the Erlang law of k ≥ 1 stages, each of a rate per second,
// positive and finite.
func NewErlang(k int, rate float64) (Erlang, error) {
	if err := first(checkStages(k), checkPositive("rate", rate)); err != nil {
		return Erlang{}, err
	}
	mean := float64(k) / rate
	if err := checkMean("rate", rate, mean); err != nil {
		return Erlang{}, err
	}
	return Erlang{k, rate, mean, true, newGammaCore(float64(k), 1/rate)}, nil
}

// NewErlangMean is the Erlang law of k ≥ 1 stages and a mean of their sum, in
// seconds, positive and finite.
func NewErlangMean(k int, mean float64) (Erlang, error) {
	if err := first(checkStages(k), checkPositive("mean", mean)); err != nil {
		return Erlang{}, err
	}
	rate := float64(k) / mean
	if !isPositive(rate) {
		return Erlang{}, wrongNumber("mean", mean, "one that gives a finite rate k/mean")
	}
	return Erlang{k, rate, mean, false, newGammaCore(float64(k), mean/float64(k))}, nil
}

func checkStages(k int) error {
	if k < 1 {
		return wrongNumber("k", float64(k), "a whole number of at least 1")
	}
	return nil
}

// Stages is k, the number of stages.
func (d Erlang) Stages() int { return d.k }

// Rate is the rate of each stage, per second.
func (d Erlang) Rate() float64 { return d.rate }

// Mean is k/rate, in seconds.
func (d Erlang) Mean() float64 { return d.mean }

// ByRate reports whether the law was given by the rate of its stages.
func (d Erlang) ByRate() bool { return d.byRate }

// SCV is 1/k.
func (d Erlang) SCV() float64 { return 1 / float64(d.k) }

// String is the law by the parameters it was given with.
func (d Erlang) String() string {
	if d.byRate {
		return describe("erlang", "k", d.k, "rate", d.rate)
	}
	return describe("erlang", "k", d.k, "mean", d.mean)
}

// addedStages is the greatest number of stages that are drawn one by one;
// from there on the gamma method is faster.
const addedStages = 6

// Sample draws one variate: a sum of exponentials for few stages, the method
// of Gamma for many.
func (d Erlang) Sample(s *Stream) float64 { return d.draw(s) }

// Fill draws len(dst) variates.
func (d Erlang) Fill(s *Stream, dst []float64) {
	for i := range dst {
		dst[i] = d.draw(s)
	}
}

func (d *Erlang) draw(s *Stream) float64 {
	if d.k > addedStages {
		return d.core.draw(s)
	}
	x := s.exponential()
	for range d.k - 1 {
		x += s.exponential()
	}
	return x * d.core.scale
}

// CDF is the regularised lower incomplete gamma function.
func (d Erlang) CDF(x float64) float64 { return d.core.cdf(x) }

func (d Erlang) survival(x float64) float64 { return d.core.survival(x) }

// Quantile inverts the CDF numerically; for one stage it is that of the
// exponential law.
func (d Erlang) Quantile(p float64) float64 {
	if d.k == 1 {
		checkP(p)
		return -math.Log1p(-p) * d.mean
	}
	return invert(d, p, 0, inf)
}

// LaplaceTransform is (1 + s/rate)^-k.
func (d Erlang) LaplaceTransform(s complex128) complex128 {
	return powerTransform(s*complex(d.core.scale, 0), float64(d.k))
}
