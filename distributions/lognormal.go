package distributions

import (
	"math"
	"math/cmplx"
)

// Lognormal is the law of exp(mu + sigma·Z), Z standard normal. Its mean is
// exp(mu + sigma²/2), its squared coefficient of variation exp(sigma²) − 1.
type Lognormal struct {
	mu, sigma, mean, scv float64
	cv                   float64 // 0 for a law given by mu and sigma
}

// NewLognormal is the lognormal law of a mu, finite (exp(mu) is the median in
// seconds), and a sigma, positive and finite (no unit).
func NewLognormal(mu, sigma float64) (Lognormal, error) {
	if err := first(checkFinite("mu", mu), checkPositive("sigma", sigma)); err != nil {
		return Lognormal{}, err
	}
	mean := math.Exp(mu + sigma*sigma/2)
	if err := checkMean("mu", mu, mean); err != nil {
		return Lognormal{}, err
	}
	return Lognormal{mu: mu, sigma: sigma, mean: mean, scv: math.Expm1(sigma * sigma)}, nil
}

// NewLognormalMean is the lognormal law of a mean (seconds) and a coefficient
// of variation (no unit), both positive and finite: sigma² = log(1 + cv²),
// mu = log(mean) − sigma²/2.
func NewLognormalMean(mean, cv float64) (Lognormal, error) {
	if err := first(checkPositive("mean", mean), checkPositive("cv", cv)); err != nil {
		return Lognormal{}, err
	}
	square := math.Log1p(cv * cv)
	if !isPositive(square) {
		return Lognormal{}, wrongNumber("cv", cv, "a number from 1.5e-154 to 1.3e154")
	}
	return Lognormal{math.Log(mean) - square/2, math.Sqrt(square), mean, cv * cv, cv}, nil
}

// Mu is the mean of the logarithm.
func (d Lognormal) Mu() float64 { return d.mu }

// Sigma is the standard deviation of the logarithm.
func (d Lognormal) Sigma() float64 { return d.sigma }

// Mean is exp(mu + sigma²/2).
func (d Lognormal) Mean() float64 { return d.mean }

// SCV is exp(sigma²) − 1.
func (d Lognormal) SCV() float64 { return d.scv }

// String is the law by the parameters it was given with.
func (d Lognormal) String() string {
	if d.cv > 0 {
		return describe("lognormal", "mean", d.mean, "cv", d.cv)
	}
	return describe("lognormal", "mu", d.mu, "sigma", d.sigma)
}

// Sample draws one variate.
func (d Lognormal) Sample(s *Stream) float64 {
	return math.Exp(d.mu + float64(d.sigma*s.normal()))
}

// Fill draws len(dst) variates.
func (d Lognormal) Fill(s *Stream, dst []float64) {
	for i := range dst {
		dst[i] = math.Exp(d.mu + float64(d.sigma*s.normal()))
	}
}

// CDF is Φ((log x − mu)/sigma).
func (d Lognormal) CDF(x float64) float64 {
	if x <= 0 {
		return 0
	}
	return normalUpper((d.mu - math.Log(x)) / d.sigma)
}

func (d Lognormal) survival(x float64) float64 {
	if x <= 0 {
		return 1
	}
	return normalUpper((math.Log(x) - d.mu) / d.sigma)
}

// Quantile is exp(mu + sigma·Φ⁻¹(p)).
func (d Lognormal) Quantile(p float64) float64 {
	checkP(p)
	return math.Exp(d.mu + d.sigma*normalQuantile(p))
}

// LaplaceTransform has no closed form. It is ∫φ(z)·exp(-s·e^(mu+sigma·z))dz,
// computed by the trapezoidal rule, which for an analytic integrand with these
// tails converges exponentially. For a complex s the path is first moved by
// -iφ/sigma: that turns s towards the real axis by the angle φ, so that the
// second factor decays instead of oscillating, while the first grows by
// exp(φ²/(2sigma²)) at most; φ ≤ 2·sigma keeps that below e².
func (d Lognormal) LaplaceTransform(s complex128) complex128 {
	if s == 0 {
		return 1
	}
	size, angle := cmplx.Polar(s)
	turn := math.Copysign(min(math.Abs(angle), 2*d.sigma), angle)
	q := turned(angle-turn) * complex(-size, 0)
	const reach = 9.0 // exp(-reach²/2) < 3e-18
	step := 0.2 / max(1, d.sigma)
	y := turn / d.sigma
	steps := math.Ceil(reach / step)
	var total complex128
	for k := -steps; k <= steps; k++ {
		z := k * step
		gaussian := complex((y*y-z*z)/2, z*y)
		total += cmplx.Exp(gaussian + scaled(q, math.Exp(d.mu+d.sigma*z)))
	}
	return total * complex(step/math.Sqrt(2*math.Pi), 0)
}

// scaled is q·x where x may be so great that the product is infinite; its real
// part, which is not positive, then stands for an exponential of zero.
func scaled(q complex128, x float64) complex128 {
	if re := real(q) * x; re < -vanished {
		return complex(re, 0)
	}
	return q * complex(x, 0)
}
