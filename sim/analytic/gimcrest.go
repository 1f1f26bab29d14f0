package analytic

import (
	"math"

	"gonum.org/v1/gonum/integrate/quad"

	"spillway/distributions"
)

// gimcRemainder is R(s) = E[e^-sX − 1 + sX] of a law as a function of s > 0,
// for s·E[X] < 1, with all its digits however small it is; nil where it is not
// known. Everything is a sum of positive terms, or has a power series:
//
//	constant v             h(sv),  h(y) = e^-y − 1 + y
//	exponential            y²/(1 + y),  y = s·mean
//	gamma, Erlang          (1 + θs)^-k − 1 + kθs
//	phase-type             s² α(sI − T)⁻¹(−T)⁻¹1
//	Lomax                  q²/(α−1) ∫e^-qu (1+u)^-(α−1) du,  q = s·scale
//	shifted by a           e^-sa R + h(sa) + s·mean·(1 − e^-sa)
//	mixture                Σ weight·R
//
// and for the others E[h(sX)] by a quadrature whose nodes do not depend on s.
func gimcRemainder(law distributions.Distribution) func(s float64) float64 {
	switch d := law.(type) {
	case distributions.Deterministic:
		return func(s float64) float64 { return gimcConstant(s * d.Value()) }
	case distributions.Exponential:
		return func(s float64) float64 { return gimcExponential(s * d.Mean()) }
	case distributions.Erlang:
		k := float64(d.Stages())
		return func(s float64) float64 { return gimcGamma(k, s*d.Mean()/k) }
	case distributions.Gamma:
		return func(s float64) float64 { return gimcGamma(d.Shape(), s*d.Mean()/d.Shape()) }
	case distributions.Hyperexponential:
		return gimcSum(d.Probabilities(), d.Rates(), func(s, rate float64) float64 { return gimcExponential(s / rate) })
	case distributions.Uniform:
		return gimcPiece(d.Min(), d.Max(), gimcFlat)
	case distributions.Triangular:
		return gimcTriangular(d)
	case distributions.Lomax:
		return func(s float64) float64 { return gimcLomax(d.Alpha(), s*d.Scale()) }
	case distributions.Pareto:
		m := d.Minimum()
		return gimcShift(m, m/(d.Alpha()-1), func(s float64) float64 { return gimcLomax(d.Alpha(), s*m) })
	case distributions.Shifted:
		if inner := gimcRemainder(d.Of()); inner != nil {
			return gimcShift(d.Offset(), d.Of().Mean(), inner)
		}
		return nil
	case distributions.Mixture:
		return gimcMixture(d)
	case distributions.Empirical:
		return gimcEmpirical(d)
	case distributions.Lognormal, distributions.Weibull, distributions.Normal, distributions.BoundedPareto:
		x, w := gimcNodes(d)
		return gimcSum(w, x, func(s, x float64) float64 { return gimcConstant(s * x) })
	}
	return gimcPhaseType(law)
}

// gimcConstant is h(y) = e^-y − 1 + y.
func gimcConstant(y float64) float64 {
	if y < 1 {
		return gimcSeries(y, func(float64) float64 { return 1 })
	}
	return math.Expm1(-y) + y
}

// gimcSeries is Σ_{n≥2} moment(n)(−z)^n/n!, for 0 ≤ z < 1 and moments that do
// not grow.
func gimcSeries(z float64, moment func(n float64) float64) float64 {
	term, sum := z*z/2, 0.0
	for n := 2.0; n < 24; n++ {
		sum += term * moment(n)
		term *= -z / (n + 1)
	}
	return sum
}

func gimcExponential(y float64) float64 { return y * y / (1 + y) }

// gimcGamma is (1 + x)^-k − 1 + kx; the binomial series where that cancels.
func gimcGamma(k, x float64) float64 {
	y := k * x
	if x >= 0.1 || y >= 0.1 {
		return math.Expm1(-k*math.Log1p(x)) + y
	}
	term, sum := y*x*(k+1)/2, 0.0
	for n := 2.0; n < 60 && math.Abs(term) > 1e-18*sum; n++ {
		sum += term
		term *= -x * (k + n) / (n + 1)
	}
	return sum
}

// gimcLomax is R of the Lomax law of scale 1 at q, from two steps of the
// recursion of exponential integrals (NIST Handbook of Mathematical Functions,
// 8.19.12): q/(α−1) ∫e^-v (1 + v/q)^-(α−1) dv over v > 0, v = e^t by the
// trapezoidal rule: the integrand is analytic and bounded for |Im t| ≤ π/2.
func gimcLomax(alpha, q float64) float64 {
	if q == 0 {
		return 0
	}
	const step = 0.2
	a, sum := alpha-1, 0.0
	for t := 4.2; ; t -= step { // exp(−e^4.2) < 1e-28
		v := math.Exp(t)
		term := v * math.Exp(-v-a*math.Log1p(v/q))
		sum += term
		if t < 0 && v < q/math.Max(1, a) && term < 1e-19*sum {
			return q / a * sum * step
		}
	}
}

// gimcShift is R of a + X.
func gimcShift(a, mean float64, inner func(float64) float64) func(float64) float64 {
	return func(s float64) float64 {
		return math.Exp(-s*a)*inner(s) + gimcConstant(s*a) - s*mean*math.Expm1(-s*a)
	}
}

// gimcSum is Σ w·f(s, x).
func gimcSum(w, x []float64, f func(s, x float64) float64) func(float64) float64 {
	return func(s float64) float64 {
		sum := 0.0
		for i := range w {
			sum += w[i] * f(s, x[i])
		}
		return sum
	}
}

func gimcMixture(d distributions.Mixture) func(float64) float64 {
	var parts []func(float64) float64
	for _, c := range d.Components() {
		part := gimcRemainder(c)
		if part == nil {
			return nil
		}
		parts = append(parts, part)
	}
	weights := d.Weights()
	return func(s float64) float64 {
		sum := 0.0
		for i, part := range parts {
			sum += weights[i] * part(s)
		}
		return sum
	}
}

func gimcEmpirical(d distributions.Empirical) func(float64) float64 {
	x, w := d.Values(), d.Probabilities()
	if !d.Interpolated() {
		return gimcSum(w, x, func(s, x float64) float64 { return gimcConstant(s * x) })
	}
	parts := make([]func(float64) float64, len(w))
	for i := range parts {
		parts[i] = gimcPiece(x[i], x[i+1], gimcFlat)
	}
	return func(s float64) float64 {
		sum := 0.0
		for i, part := range parts {
			sum += w[i] * part(s)
		}
		return sum
	}
}

// gimcShape is a density on [0, 1], by its moments and its transform for
// arguments of at least one.
type gimcShape struct {
	moment    func(n float64) float64
	transform func(z float64) float64
}

var (
	// gimcFlat is the density 1, gimcRising 2x, gimcFalling 2(1 − x).
	gimcFlat = gimcShape{
		func(n float64) float64 { return 1 / (n + 1) },
		func(z float64) float64 { return -math.Expm1(-z) / z },
	}
	gimcRising = gimcShape{
		func(n float64) float64 { return 2 / (n + 2) },
		func(z float64) float64 { return 2 * (-math.Expm1(-z)/z - math.Exp(-z)) / z },
	}
	gimcFalling = gimcShape{
		func(n float64) float64 { return 2 / ((n + 1) * (n + 2)) },
		func(z float64) float64 { return 2 * (1 + math.Expm1(-z)/z) / z },
	}
)

// gimcPiece is R of a density of that shape from low to high.
func gimcPiece(low, high float64, shape gimcShape) func(float64) float64 {
	width, mean := high-low, shape.moment(1)
	return gimcShift(low, width*mean, func(s float64) float64 {
		z := s * width
		if z < 1 {
			return gimcSeries(z, shape.moment)
		}
		return shape.transform(z) - 1 + z*mean
	})
}

func gimcTriangular(d distributions.Triangular) func(float64) float64 {
	share := (d.Mode() - d.Min()) / (d.Max() - d.Min())
	up, down := gimcPiece(d.Min(), d.Mode(), gimcRising), gimcPiece(d.Mode(), d.Max(), gimcFalling)
	return func(s float64) float64 { return share*up(s) + (1-share)*down(s) }
}

// gimcNodes is a quadrature for a law without a closed transform: E[h(sX)] is
// nearly Σ w·h(sx). By the trapezoidal rule over the whole line for the
// lognormal law (x = e^(µ+σz)) and the Weibull law (x = scale·e^(t/shape)), with
// steps of an eighth or less of the width of the strip in which the
// integrand is analytic; by Gauss's rule of 20 points on panels for the others.
func gimcNodes(law distributions.Distribution) (x, w []float64) {
	switch d := law.(type) {
	case distributions.Lognormal:
		step := 0.2 / math.Max(1, d.Sigma())
		for z := -10.0; z < 10+2*d.Sigma(); z += step {
			x = append(x, math.Exp(d.Mu()+d.Sigma()*z))
			w = append(w, step/math.Sqrt(2*math.Pi)*math.Exp(-z*z/2))
		}
	case distributions.Weibull:
		step := 0.2 * math.Min(1, d.Shape())
		// h rises as x² or slower, and what is below e^-45 is nothing
		for t := 4.2; t*(1+2/d.Shape()) > -45; t -= step {
			x = append(x, d.Scale()*math.Exp(t/d.Shape()))
			w = append(w, step*math.Exp(t-math.Exp(t)))
		}
	case distributions.BoundedPareto:
		end := math.Log(d.Max() / d.Min())
		if d.Alpha() > 3 {
			end = math.Min(end, 45/(d.Alpha()-2))
		}
		x, w = gimcPanels(0, end, math.Min(0.5, 8/d.Alpha()))
		for i, t := range x {
			x[i] = d.Min() * math.Exp(t)
			w[i] *= d.Alpha() * math.Exp(-d.Alpha()*t) / -math.Expm1(-d.Alpha()*math.Log(d.Max()/d.Min()))
		}
	case distributions.Normal:
		low, high := gimcNormalRange(d)
		x, w = gimcPanels(low, high, (high-low)/24)
		mass := 0.0
		for i, v := range x {
			// the exponent at low is taken off: far in the tail all densities are nothing
			w[i] *= math.Exp(-(v - low) * (v + low - 2*d.Location()) / (2 * d.SD() * d.SD()))
			mass += w[i]
		}
		for i := range w {
			w[i] /= mass
		}
	}
	return x, w
}

// gimcNormalRange is where a normal law truncated at zero has its mass, but
// for e^-45.
func gimcNormalRange(d distributions.Normal) (low, high float64) {
	m, reach := d.Location(), math.Sqrt(90)*d.SD()
	if m < 0 {
		return 0, reach * reach / (math.Hypot(m, reach) - m)
	}
	return math.Max(0, m-reach), m + reach
}

// gimcPanels are nodes and weights of Gauss's rule of 20 points on panels of at
// most a length.
func gimcPanels(a, b, length float64) (x, w []float64) {
	const points = 20
	panels := int(math.Ceil((b - a) / length))
	x, w = make([]float64, panels*points), make([]float64, panels*points)
	for k := range panels {
		from, to := k*points, (k+1)*points
		quad.Legendre{}.FixedLocations(x[from:to], w[from:to],
			a+(b-a)*float64(k)/float64(panels), a+(b-a)*float64(k+1)/float64(panels))
	}
	return x, w
}
