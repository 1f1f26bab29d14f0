package distributions

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// normalUpper is Q(z) = P(Z > z) of the standard normal law.
func normalUpper(z float64) float64 { return math.Erfc(z/math.Sqrt2) / 2 }

// normalQuantile is the inverse of 1 − Q, for 0 ≤ p ≤ 1. A step of Newton's
// method in the tail that p is in makes it exact to rounding.
func normalQuantile(p float64) float64 {
	switch {
	case p == 0:
		return -inf
	case p == 1:
		return inf
	case p > 0.5:
		return -normalQuantile(1 - p)
	}
	z := mathext.NormalQuantile(p)
	density := math.Exp(-z*z/2) / math.Sqrt(2*math.Pi)
	if density < smallest {
		return z
	}
	return z - (normalUpper(-z)-p)/density
}

// millsRatios are rₙ = Iₙ/Iₙ₋₁ for n = 1, 2, a ≥ 2, with
// Iₙ = ∫yⁿ/n!·exp(-a·y − y²/2)dy over y > 0. From Iₙ₋₁ = a·Iₙ + (n+1)·Iₙ₊₁
// follows rₙ = 1/(a + (n+1)·rₙ₊₁), evaluated backwards (Abramowitz and Stegun,
// 7.2.5 and 26.2.14). Mills' ratio itself is 1/(a + r₁).
func millsRatios(a float64) (r1, r2 float64) {
	const terms = 120 // from a = 2 up all are then exact to rounding
	r := 1 / a
	for n := terms; n >= 2; n-- {
		r = 1 / (a + float64(n+1)*r)
	}
	return 1 / (a + 2*r), r
}
