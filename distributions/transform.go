package distributions

import (
	"math"
	"math/cmplx"
)

// decay is exp(-s·x). An s of zero gives 1 even where x is infinite or so
// large that the product would be no number.
func decay(s complex128, x float64) complex128 {
	if s == 0 || x == 0 {
		return 1
	}
	return cmplx.Exp(-s * complex(x, 0))
}

// The transforms of three laws on [0, 1], from which those of piecewise
// constant and piecewise linear densities are put together. Each is a power
// series in -z for |z| < 1, where the closed form cancels, and bounded for
// Re z ≥ 0.

// flatTransform is that of the density 1: (1 − e^-z)/z.
func flatTransform(z complex128) complex128 {
	if cmplx.Abs(z) < 1 {
		return seriesTransform(z, func(k float64) float64 { return 1 / (k + 1) })
	}
	return (1 - cmplx.Exp(-z)) / z
}

// risingTransform is that of the density 2x: 2(1 − e^-z − z·e^-z)/z².
func risingTransform(z complex128) complex128 {
	if cmplx.Abs(z) < 1 {
		return seriesTransform(z, func(k float64) float64 { return 2 / (k + 2) })
	}
	e := cmplx.Exp(-z)
	return 2 * ((1-e)/z - e) / z
}

// fallingTransform is that of the density 2(1 − x): 2(z − 1 + e^-z)/z².
func fallingTransform(z complex128) complex128 {
	if cmplx.Abs(z) < 1 {
		return seriesTransform(z, func(k float64) float64 { return 2 / ((k + 1) * (k + 2)) })
	}
	return 2 * (1 - (1-cmplx.Exp(-z))/z) / z
}

// seriesTransform is Σ moment(k)·(-z)^k/k!, for |z| < 1.
func seriesTransform(z complex128, moment func(k float64) float64) complex128 {
	const terms = 20 // 1/20! < 1e-18
	term, total := complex128(1), complex128(0)
	for k := range terms {
		total += term * complex(moment(float64(k)), 0)
		term *= -z / complex(float64(k+1), 0)
	}
	return total
}

// powerTransform is (1 + z)^-a, for Re z ≥ 0, without loss for small z and
// large a.
func powerTransform(z complex128, a float64) complex128 {
	x, y := real(z), imag(z)
	log := complex(0.5*math.Log1p(x*(2+x)+y*y), math.Atan2(y, 1+x))
	return cmplx.Exp(complex(-a, 0) * log)
}
