package distributions

import (
	"math"
	"math/cmplx"
)

// Pareto is the Pareto law of the first kind: P(X > x) = (minimum/x)^alpha for
// x ≥ minimum. Its mean is alpha·minimum/(alpha − 1), infinite for alpha ≤ 1;
// its squared coefficient of variation 1/(alpha·(alpha − 2)), infinite for
// alpha ≤ 2.
type Pareto struct {
	alpha, minimum, mean float64
	byMean               bool
}

// NewPareto is the Pareto law of an alpha (no unit) and a minimum (seconds),
// both positive and finite.
func NewPareto(alpha, minimum float64) (Pareto, error) {
	if err := first(checkPositive("alpha", alpha), checkPositive("minimum", minimum)); err != nil {
		return Pareto{}, err
	}
	mean := inf
	if alpha > 1 {
		mean = minimum * (alpha / (alpha - 1))
		if err := checkMean("minimum", minimum, mean); err != nil {
			return Pareto{}, err
		}
	}
	return Pareto{alpha, minimum, mean, false}, nil
}

// NewParetoMean is the Pareto law of an alpha above 1 (no unit) and a mean
// (seconds, positive and finite): minimum = mean·(alpha − 1)/alpha.
func NewParetoMean(alpha, mean float64) (Pareto, error) {
	if err := first(checkAlphaOfMean(alpha), checkPositive("mean", mean)); err != nil {
		return Pareto{}, err
	}
	minimum := mean * ((alpha - 1) / alpha)
	if err := checkMean("mean", mean, minimum); err != nil {
		return Pareto{}, err
	}
	return Pareto{alpha, minimum, mean, true}, nil
}

func checkAlphaOfMean(alpha float64) error {
	if !(alpha > 1 && alpha <= math.MaxFloat64) {
		return wrongNumber("alpha", alpha, "a finite number above 1, since the mean is infinite up to there")
	}
	return nil
}

// Alpha is the tail's exponent.
func (d Pareto) Alpha() float64 { return d.alpha }

// Minimum is the lower end of the support, in seconds.
func (d Pareto) Minimum() float64 { return d.minimum }

// Mean is alpha·minimum/(alpha − 1); +Inf for alpha ≤ 1.
func (d Pareto) Mean() float64 { return d.mean }

// SCV is 1/(alpha·(alpha − 2)); +Inf for alpha ≤ 2.
func (d Pareto) SCV() float64 {
	if d.alpha <= 2 {
		return inf
	}
	return 1 / d.alpha / (d.alpha - 2)
}

// TailIndex is alpha.
func (d Pareto) TailIndex() float64 { return d.alpha }

// String is the law by the parameters it was given with.
func (d Pareto) String() string {
	if d.byMean {
		return describe("pareto", "alpha", d.alpha, "mean", d.mean)
	}
	return describe("pareto", "alpha", d.alpha, "minimum", d.minimum)
}

// Sample draws one variate: the logarithm of X/minimum is exponential of rate
// alpha.
func (d Pareto) Sample(s *Stream) float64 { return d.minimum * math.Exp(s.exponential()/d.alpha) }

// Fill draws len(dst) variates.
func (d Pareto) Fill(s *Stream, dst []float64) {
	for i := range dst {
		dst[i] = d.minimum * math.Exp(s.exponential()/d.alpha)
	}
}

// CDF is 1 − (minimum/x)^alpha from minimum up.
func (d Pareto) CDF(x float64) float64 {
	if x <= d.minimum {
		return 0
	}
	return -math.Expm1(-d.alpha * logRatio(x, d.minimum))
}

func (d Pareto) survival(x float64) float64 {
	if x <= d.minimum {
		return 1
	}
	return math.Exp(-d.alpha * logRatio(x, d.minimum))
}

// Quantile is minimum·(1 − p)^(-1/alpha).
func (d Pareto) Quantile(p float64) float64 {
	checkP(p)
	return d.minimum * math.Exp(-math.Log1p(-p)/d.alpha)
}

// LaplaceTransform is alpha·E(alpha+1, s·minimum), E the generalised
// exponential integral (Olver et al., "NIST Handbook of Mathematical
// Functions", 8.19).
func (d Pareto) LaplaceTransform(s complex128) complex128 {
	return decay(s, d.minimum) * lomaxTransform(d.alpha, s*complex(d.minimum, 0))
}

// logRatio is log(x/y) without loss for x near y.
func logRatio(x, y float64) float64 {
	if r := (x - y) / y; r < 1 {
		return math.Log1p(r)
	}
	return math.Log(x) - math.Log(y)
}

// lomaxTransform is that of the Lomax law of scale 1, for Re q ≥ 0:
//
//	∫exp(-q·u)·alpha·(1 + u)^(-alpha−1)du = alpha·e^q·E(alpha+1, q)
//
// over u > 0, by the double exponential rule on the ray u = r·e^-iψ whose angle
// is half the argument of q: there q·u and (alpha + 1)·log(1 + u) both decay
// and neither oscillates much.
func lomaxTransform(alpha float64, q complex128) complex128 {
	if q == 0 {
		return 1
	}
	size, angle := cmplx.Polar(q)
	ray := turned(-angle / 2)
	towards := -q * ray
	scale := 1 / max(1, size, alpha)
	end := vanished / (size * math.Cos(angle/2))
	return ray * halfLine(scale, end, 0.1, func(r float64) complex128 {
		return cmplx.Exp(towards*complex(r, 0)) * powerTransform(ray*complex(r, 0), alpha+1) * complex(alpha, 0)
	})
}
