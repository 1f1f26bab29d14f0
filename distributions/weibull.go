package distributions

import (
	"math"
	"math/cmplx"
)

// Weibull is the law with P(X > x) = exp(-(x/scale)^shape), x ≥ 0: scale times
// an exponential variate to the power 1/shape. Its mean is
// scale·Γ(1 + 1/shape), its squared coefficient of variation
// Γ(1 + 2/shape)/Γ(1 + 1/shape)² − 1.
type Weibull struct {
	shape, scale, mean float64
	byMean             bool
}

// NewWeibull is the Weibull law of a shape (no unit) and a scale (seconds),
// both positive and finite.
func NewWeibull(shape, scale float64) (Weibull, error) {
	if err := first(checkPositive("shape", shape), checkPositive("scale", scale)); err != nil {
		return Weibull{}, err
	}
	mean := scale * math.Gamma(1+1/shape)
	if err := checkMean("shape", shape, mean); err != nil {
		return Weibull{}, err
	}
	return Weibull{shape, scale, mean, false}, nil
}

// NewWeibullMean is the Weibull law of a shape (no unit) and a mean (seconds),
// both positive and finite: scale = mean/Γ(1 + 1/shape).
func NewWeibullMean(shape, mean float64) (Weibull, error) {
	if err := first(checkPositive("shape", shape), checkPositive("mean", mean)); err != nil {
		return Weibull{}, err
	}
	scale := mean / math.Gamma(1+1/shape)
	if !isPositive(scale) {
		return Weibull{}, wrongNumber("shape", shape, "one that gives a positive finite scale, which this one does not")
	}
	return Weibull{shape, scale, mean, true}, nil
}

// Shape is the shape.
func (d Weibull) Shape() float64 { return d.shape }

// Scale is the scale, in seconds.
func (d Weibull) Scale() float64 { return d.scale }

// Mean is scale·Γ(1 + 1/shape).
func (d Weibull) Mean() float64 { return d.mean }

// zetaTerms are ζ(k)·(2^k − 2)/k for k = 2, 3, ...; values of ζ from Abramowitz
// and Stegun, table 23.3.
var zetaTerms = [...]float64{
	1.6449340668482264 * 2 / 2, 1.2020569031595943 * 6 / 3, 1.0823232337111382 * 14 / 4,
	1.0369277551433699 * 30 / 5, 1.0173430619844491 * 62 / 6, 1.0083492773819228 * 126 / 7,
	1.0040773561979443 * 254 / 8, 1.0020083928260822 * 510 / 9, 1.0009945751278181 * 1022 / 10,
}

// SCV is Γ(1 + 2/shape)/Γ(1 + 1/shape)² − 1. For a great shape, where that
// cancels, the logarithm of the ratio is Σ ζ(k)·(2^k − 2)·(-1/shape)^k/k, k ≥ 2
// (Abramowitz and Stegun, 6.1.33).
func (d Weibull) SCV() float64 {
	e := 1 / d.shape
	if e > 0.01 {
		g1, _ := math.Lgamma(1 + e)
		g2, _ := math.Lgamma(1 + 2*e)
		return math.Expm1(g2 - 2*g1)
	}
	log, power := 0.0, e*e
	for _, c := range zetaTerms {
		log += c * power
		power *= -e
	}
	return math.Expm1(log)
}

// String is the law by the parameters it was given with.
func (d Weibull) String() string {
	if d.byMean {
		return describe("weibull", "shape", d.shape, "mean", d.mean)
	}
	return describe("weibull", "shape", d.shape, "scale", d.scale)
}

// Sample draws one variate.
func (d Weibull) Sample(s *Stream) float64 { return d.power(s.exponential()) }

// Fill draws len(dst) variates.
func (d Weibull) Fill(s *Stream, dst []float64) {
	for i := range dst {
		dst[i] = d.power(s.exponential())
	}
}

// power is scale·e^(1/shape), by exp and log, which are faster than Pow.
func (d *Weibull) power(e float64) float64 {
	return d.scale * math.Exp(math.Log(e)/d.shape)
}

// CDF is 1 − exp(-(x/scale)^shape).
func (d Weibull) CDF(x float64) float64 {
	if x <= 0 {
		return 0
	}
	return -math.Expm1(-math.Pow(x/d.scale, d.shape))
}

func (d Weibull) survival(x float64) float64 {
	if x <= 0 {
		return 1
	}
	return math.Exp(-math.Pow(x/d.scale, d.shape))
}

// Quantile is scale·(-log(1 − p))^(1/shape).
func (d Weibull) Quantile(p float64) float64 {
	checkP(p)
	return d.scale * math.Pow(-math.Log1p(-p), 1/d.shape)
}

// LaplaceTransform has no closed form. It is ∫exp(-v − q·v^(1/shape))dv over
// v > 0 with q = s·scale, computed by the double exponential rule on the ray
// v = r·e^-iψ. The angle is such that both terms of the exponent get the same
// argument, less than a right angle: then both decay.
func (d Weibull) LaplaceTransform(s complex128) complex128 {
	if s == 0 {
		return 1
	}
	size, angle := cmplx.Polar(s * complex(d.scale, 0))
	psi := angle * d.shape / (1 + d.shape)
	ray, q := turned(-psi), turned(psi)*complex(-size, 0)
	width := (math.Pi/2 - math.Abs(psi)) * min(1, d.shape)
	scale := min(1, max(1e-30, math.Pow(size, -d.shape)))
	return ray * halfLine(scale, vanished/real(turned(psi)), min(0.2, width/7), func(r float64) complex128 {
		return cmplx.Exp(-ray*complex(r, 0) + scaled(q, math.Pow(r, 1/d.shape)))
	})
}
