package distributions

import (
	"math"
	"math/cmplx"
)

// BoundedPareto is the Pareto law of the first kind given that it is at most
// max: P(X > x) = (x^-alpha − max^-alpha)/(min^-alpha − max^-alpha) on
// [min, max]. log(X/min) is an exponential variate of rate alpha given that it
// is at most w = log(max/min); all is computed from that.
type BoundedPareto struct {
	alpha, min, max float64
	w               float64 // log(max/min)
	below           float64 // P(uncut law ≤ max)
	mean, scv       float64
}

// NewBoundedPareto is the bounded Pareto law of an alpha (no unit), positive
// and finite, between two finite numbers of seconds, 0 < min < max.
func NewBoundedPareto(alpha, min, max float64) (BoundedPareto, error) {
	err := first(checkPositive("alpha", alpha), checkPositive("min", min), checkPositive("max", max))
	if err != nil {
		return BoundedPareto{}, err
	}
	if !(max > min) {
		return BoundedPareto{}, wrongNumber("max", max, "more than min, which is "+number(min))
	}
	w := logRatio(max, min)
	d := BoundedPareto{alpha: alpha, min: min, max: max, w: w, below: -math.Expm1(-alpha * w)}
	d.mean, d.scv = d.moments()
	return d, nil
}

// Alpha is the exponent.
func (d BoundedPareto) Alpha() float64 { return d.alpha }

// Min is the lower end of the support.
func (d BoundedPareto) Min() float64 { return d.min }

// Max is the upper end of the support.
func (d BoundedPareto) Max() float64 { return d.max }

// moments are the mean and the squared coefficient of variation. The moment of
// order k is min^k·G(k − alpha)/G(-alpha) with G(c) = ∫exp(c·u)du over
// [0, w], which has no exception at k = alpha.
func (d *BoundedPareto) moments() (mean, scv float64) {
	g0, g1, g2 := logGrowth(-d.alpha, d.w), logGrowth(1-d.alpha, d.w), logGrowth(2-d.alpha, d.w)
	mean = min(max(d.min*math.Exp(g1-g0), d.min), d.max)
	if d.w > 0.5 || d.alpha*d.w > 20 {
		return mean, math.Expm1(g2 + g0 - 2*g1)
	}
	// On a narrow support that cancels, and an integral does not.
	over := mean/d.min - 1
	variance := gaussReal(0, d.w, func(u float64) float64 {
		y := math.Expm1(u) - over
		return y * y * math.Exp(-d.alpha*u-g0)
	})
	return mean, variance / (1 + over) / (1 + over)
}

// logGrowth is log ∫exp(c·u)du over [0, w].
func logGrowth(c, w float64) float64 {
	x := c * w
	switch {
	case x == 0:
		return math.Log(w)
	case x > 30:
		return x - math.Log(c) + math.Log1p(-math.Exp(-x))
	}
	return math.Log(math.Expm1(x) / c)
}

// Mean is the expectation, finite for every alpha.
func (d BoundedPareto) Mean() float64 { return d.mean }

// SCV is the squared coefficient of variation, finite for every alpha.
func (d BoundedPareto) SCV() float64 { return d.scv }

// String is the law by its parameters.
func (d BoundedPareto) String() string {
	return describe("bounded_pareto", "alpha", d.alpha, "min", d.min, "max", d.max)
}

// Sample draws one variate by inversion.
func (d BoundedPareto) Sample(s *Stream) float64 { return d.inverse(s.Float64()) }

// Fill draws len(dst) variates.
func (d BoundedPareto) Fill(s *Stream, dst []float64) {
	for i := range dst {
		dst[i] = d.inverse(s.Float64())
	}
}

func (d *BoundedPareto) inverse(p float64) float64 {
	return min(d.min*math.Exp(-math.Log1p(-p*d.below)/d.alpha), d.max)
}

// CDF is (1 − (min/x)^alpha)/(1 − (min/max)^alpha) on the support.
func (d BoundedPareto) CDF(x float64) float64 {
	switch {
	case x <= d.min:
		return 0
	case x >= d.max:
		return 1
	}
	return -math.Expm1(-d.alpha*logRatio(x, d.min)) / d.below
}

func (d BoundedPareto) survival(x float64) float64 {
	switch {
	case x <= d.min:
		return 1
	case x >= d.max:
		return 0
	}
	return -math.Exp(-d.alpha*logRatio(x, d.min)) * math.Expm1(-d.alpha*logRatio(d.max, x)) / d.below
}

// Quantile is min·(1 − p·(1 − (min/max)^alpha))^(-1/alpha).
func (d BoundedPareto) Quantile(p float64) float64 {
	checkP(p)
	switch p {
	case 0:
		return d.min
	case 1:
		return d.max
	}
	if p <= 0.5 {
		return d.inverse(p)
	}
	// From the upper end: the survival function over its value at max.
	left := (1 - p) * d.below * math.Exp(d.alpha*d.w)
	if math.IsInf(left, 1) {
		return d.inverse(p)
	}
	return max(d.max*math.Exp(-math.Log1p(left)/d.alpha), d.min)
}

// LaplaceTransform is the difference of two Pareto transforms; on a support so
// narrow that the difference would cancel, an integral over it.
func (d BoundedPareto) LaplaceTransform(s complex128) complex128 {
	if s == 0 {
		return 1
	}
	panels := math.Ceil((cmplx.Abs(s)*(d.max-d.min)+d.alpha*d.w)/8) + 1
	if d.below < 0.01 && panels < 1e5 {
		g := logGrowth(-d.alpha, d.w)
		return gauss(0, d.w, int(panels), func(u float64) complex128 {
			return cmplx.Exp(complex(-d.alpha*u-g, 0) - s*complex(d.min*math.Exp(u), 0))
		})
	}
	at := func(x float64) complex128 { return decay(s, x) * lomaxTransform(d.alpha, s*complex(x, 0)) }
	return (at(d.min) - complex(1-d.below, 0)*at(d.max)) / complex(d.below, 0)
}
