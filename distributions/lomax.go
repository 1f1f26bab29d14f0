package distributions

import "math"

// Lomax is the Pareto law of the second kind: P(X > x) = (1 + x/scale)^-alpha
// for x ≥ 0. Its mean is scale/(alpha − 1), infinite for alpha ≤ 1; its squared
// coefficient of variation alpha/(alpha − 2), infinite for alpha ≤ 2.
type Lomax struct {
	alpha, scale, mean float64
	byMean             bool
}

// NewLomax is the Lomax law of an alpha (no unit) and a scale (seconds), both
// positive and finite.
func NewLomax(alpha, scale float64) (Lomax, error) {
	if err := first(checkPositive("alpha", alpha), checkPositive("scale", scale)); err != nil {
		return Lomax{}, err
	}
	mean := inf
	if alpha > 1 {
		mean = scale / (alpha - 1)
		if err := checkMean("scale", scale, mean); err != nil {
			return Lomax{}, err
		}
	}
	return Lomax{alpha, scale, mean, false}, nil
}

// NewLomaxMean is the Lomax law of an alpha above 1 (no unit) and a mean
// (seconds, positive and finite): scale = mean·(alpha − 1).
func NewLomaxMean(alpha, mean float64) (Lomax, error) {
	if err := first(checkAlphaOfMean(alpha), checkPositive("mean", mean)); err != nil {
		return Lomax{}, err
	}
	scale := mean * (alpha - 1)
	if err := checkMean("mean", mean, scale); err != nil {
		return Lomax{}, err
	}
	return Lomax{alpha, scale, mean, true}, nil
}

// Alpha is the tail's exponent.
func (d Lomax) Alpha() float64 { return d.alpha }

// Scale is the scale, in seconds.
func (d Lomax) Scale() float64 { return d.scale }

// Mean is scale/(alpha − 1); +Inf for alpha ≤ 1.
func (d Lomax) Mean() float64 { return d.mean }

// SCV is alpha/(alpha − 2); +Inf for alpha ≤ 2.
func (d Lomax) SCV() float64 {
	if d.alpha <= 2 {
		return inf
	}
	return d.alpha / (d.alpha - 2)
}

// TailIndex is alpha.
func (d Lomax) TailIndex() float64 { return d.alpha }

// String is the law by the parameters it was given with.
func (d Lomax) String() string {
	if d.byMean {
		return describe("lomax", "alpha", d.alpha, "mean", d.mean)
	}
	return describe("lomax", "alpha", d.alpha, "scale", d.scale)
}

// Sample draws one variate: log(1 + X/scale) is exponential of rate alpha.
func (d Lomax) Sample(s *Stream) float64 { return d.scale * math.Expm1(s.exponential()/d.alpha) }

// Fill draws len(dst) variates.
func (d Lomax) Fill(s *Stream, dst []float64) {
	for i := range dst {
		dst[i] = d.scale * math.Expm1(s.exponential()/d.alpha)
	}
}

// CDF is 1 − (1 + x/scale)^-alpha.
func (d Lomax) CDF(x float64) float64 {
	if x <= 0 {
		return 0
	}
	return -math.Expm1(-d.alpha * math.Log1p(x/d.scale))
}

func (d Lomax) survival(x float64) float64 {
	if x <= 0 {
		return 1
	}
	return math.Exp(-d.alpha * math.Log1p(x/d.scale))
}

// Quantile is scale·((1 − p)^(-1/alpha) − 1).
func (d Lomax) Quantile(p float64) float64 {
	checkP(p)
	return d.scale * math.Expm1(-math.Log1p(-p)/d.alpha)
}

// LaplaceTransform is alpha·e^q·E(alpha+1, q) with q = s·scale; see Pareto.
func (d Lomax) LaplaceTransform(s complex128) complex128 {
	return lomaxTransform(d.alpha, s*complex(d.scale, 0))
}
