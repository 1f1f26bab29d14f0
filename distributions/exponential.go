package distributions

import "math"

// Exponential is the law with P(X > x) = exp(-rate·x), x ≥ 0. Its mean is
// 1/rate, its squared coefficient of variation 1.
type Exponential struct {
	rate, mean float64
	byRate     bool
}

// NewExponential is the exponential law of a rate, per second, positive and
// finite.
func NewExponential(rate float64) (Exponential, error) {
	if err := checkPositive("rate", rate); err != nil {
		return Exponential{}, err
	}
	return Exponential{rate, 1 / rate, true}, nil
}

// NewExponentialMean is the exponential law of a mean, in seconds, positive
// and finite.
func NewExponentialMean(mean float64) (Exponential, error) {
	if err := checkPositive("mean", mean); err != nil {
		return Exponential{}, err
	}
	return Exponential{1 / mean, mean, false}, nil
}

// Rate is the rate, per second: the number given to NewExponential, or one
// over the mean given to NewExponentialMean.
func (d Exponential) Rate() float64 { return d.rate }

// Mean is the expectation in seconds: the number given to NewExponentialMean,
// or one over the rate given to NewExponential.
func (d Exponential) Mean() float64 { return d.mean }

// ByRate reports whether the law was given by its rate.
func (d Exponential) ByRate() bool { return d.byRate }

// SCV is 1.
func (d Exponential) SCV() float64 { return 1 }

// String is the law by the parameter it was given with.
func (d Exponential) String() string {
	if d.byRate {
		return describe("exponential", "rate", d.rate)
	}
	return describe("exponential", "mean", d.mean)
}

// Sample draws one variate by the ziggurat method.
func (d Exponential) Sample(s *Stream) float64 { return s.exponential() * d.mean }

// Fill draws len(dst) variates. The state of the generator stays in registers.
func (d Exponential) Fill(s *Stream, dst []float64) {
	s0, s1, s2, s3 := s.s0, s.s1, s.s2, s.s3
	for j := range dst {
		var b uint64
		b, s0, s1, s2, s3 = next(s0, s1, s2, s3)
		i, m := b&(layers-1), b>>11
		if m < zigExp.inside[i] {
			dst[j] = float64(int64(m)) * zigExp.width[i] * d.mean
			continue
		}
		*s = Stream{s0, s1, s2, s3}
		dst[j] = s.exponentialEdge(i, m) * d.mean
		s0, s1, s2, s3 = s.s0, s.s1, s.s2, s.s3
	}
	*s = Stream{s0, s1, s2, s3}
}

// FillSums draws len(dst) variates and writes the sums of the first, the first
// two and so on, each added to from: epochs of a Poisson process. It returns
// the last. The variates are those of Fill.
func (d Exponential) FillSums(s *Stream, from float64, dst []float64) float64 {
	s0, s1, s2, s3 := s.s0, s.s1, s.s2, s.s3
	for j := range dst {
		var b uint64
		b, s0, s1, s2, s3 = next(s0, s1, s2, s3)
		i, m := b&(layers-1), b>>11
		if m < zigExp.inside[i] {
			from += float64(float64(int64(m)) * zigExp.width[i] * d.mean)
			dst[j] = from
			continue
		}
		*s = Stream{s0, s1, s2, s3}
		from += float64(s.exponentialEdge(i, m) * d.mean)
		dst[j] = from
		s0, s1, s2, s3 = s.s0, s.s1, s.s2, s.s3
	}
	*s = Stream{s0, s1, s2, s3}
	return from
}

// CDF is 1 − exp(-rate·x).
func (d Exponential) CDF(x float64) float64 {
	if x <= 0 {
		return 0
	}
	return -math.Expm1(-x * d.rate)
}

func (d Exponential) survival(x float64) float64 {
	if x <= 0 {
		return 1
	}
	return math.Exp(-x * d.rate)
}

// Quantile is -log(1 − p)·mean.
func (d Exponential) Quantile(p float64) float64 {
	checkP(p)
	return -math.Log1p(-p) * d.mean
}

// LaplaceTransform is 1/(1 + s·mean).
func (d Exponential) LaplaceTransform(s complex128) complex128 {
	return 1 / (1 + s*complex(d.mean, 0))
}
