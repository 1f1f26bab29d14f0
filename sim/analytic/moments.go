package analytic

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"spillway/distributions"
)

// secondMoment is E[S²].
func secondMoment(d distributions.Distribution) float64 {
	mean := d.Mean()
	return times(mean*mean, 1+d.SCV())
}

// thirdMoment is E[S³]: in closed form where there is one, otherwise by
// quadrature; +Inf where it is infinite, NaN where it is not known.
func thirdMoment(d distributions.Distribution) float64 {
	m, scv := d.Mean(), d.SCV()
	if distributions.TailIndex(d) <= 3 {
		return math.Inf(1)
	}
	switch d := d.(type) {
	case distributions.Deterministic:
		return m * m * m
	case distributions.Exponential, distributions.Erlang, distributions.Gamma:
		return m * m * m * (1 + scv) * (1 + 2*scv)
	case distributions.Lognormal:
		r := 1 + scv
		return m * m * m * r * r * r
	case distributions.Weibull:
		return d.Scale() * d.Scale() * d.Scale() * math.Gamma(1+3/d.Shape())
	case distributions.Uniform:
		return flatThirdMoment(d.Min(), d.Max())
	case distributions.Triangular:
		a, b, c := d.Min(), d.Mode(), d.Max()
		// The complete homogeneous polynomial of degree three, over 10.
		return (a*a*a + b*b*b + c*c*c + a*a*(b+c) + b*b*(a+c) + c*c*(a+b) + a*b*c) / 10
	case distributions.Pareto:
		a, x := d.Alpha(), d.Minimum()
		return a / (a - 3) * x * x * x
	case distributions.Lomax:
		a, x := d.Alpha(), d.Scale()
		return 6 * x * x * x / ((a - 1) * (a - 2) * (a - 3))
	case distributions.BoundedPareto:
		w := math.Log(d.Max() / d.Min())
		return d.Min() * d.Min() * d.Min() * growthIntegral(3-d.Alpha(), w) / growthIntegral(-d.Alpha(), w)
	case distributions.Normal:
		return d.Location()*m*m*(1+scv) + 2*d.SD()*d.SD()*m
	case distributions.Hyperexponential:
		sum := 0.0
		for i, r := range d.Rates() {
			sum += 6 * d.Probabilities()[i] / r / r / r
		}
		return sum
	}
	return compoundThirdMoment(d)
}

// compoundThirdMoment is that of laws made of others.
func compoundThirdMoment(d distributions.Distribution) float64 {
	switch d := d.(type) {
	case distributions.Shifted:
		x, m := d.Offset(), d.Of().Mean()
		return x*x*x + 3*x*x*m + 3*x*secondMoment(d.Of()) + thirdMoment(d.Of())
	case distributions.Mixture:
		sum := 0.0
		for i, c := range d.Components() {
			sum += times(d.Weights()[i], thirdMoment(c))
		}
		return sum
	case distributions.Empirical:
		sum := 0.0
		x := d.Values()
		for i, p := range d.Probabilities() {
			if d.Interpolated() {
				sum += p * flatThirdMoment(x[i], x[i+1])
			} else {
				sum += p * x[i] * x[i] * x[i]
			}
		}
		return sum
	}
	if p, ok := distributions.AsPhaseType(d); ok {
		return phaseThirdMoment(p)
	}
	return thirdByQuadrature(d)
}

// flatThirdMoment is the third moment of the uniform law.
func flatThirdMoment(a, b float64) float64 { return (a + b) * (a*a + b*b) / 4 }

// growthIntegral is ∫ e^cu du over [0, w].
func growthIntegral(c, w float64) float64 {
	if c == 0 {
		return w
	}
	return math.Expm1(c*w) / c
}

// phaseThirdMoment is the third moment 6 α(−T)⁻³1 of a phase-type law; NaN where
// the matrix is too ill conditioned.
func phaseThirdMoment(p distributions.PhaseType) float64 {
	alpha, rows := p.Alpha(), p.Matrix()
	n := len(alpha)
	if n > 200 {
		return math.NaN()
	}
	minus := mat.NewDense(n, n, nil)
	v := mat.NewVecDense(n, nil)
	for i, row := range rows {
		v.SetVec(i, 1)
		for j, r := range row {
			minus.Set(i, j, -r)
		}
	}
	var lu mat.LU
	lu.Factorize(minus)
	mean := 0.0
	for k := range 3 {
		if err := lu.SolveVecTo(v, false, v); err != nil {
			return math.NaN()
		}
		if k == 0 {
			mean = mat.Dot(mat.NewVecDense(n, alpha), v)
		}
	}
	if math.Abs(mean/p.Mean()-1) > 1e-11 {
		return math.NaN()
	}
	return 6 * mat.Dot(mat.NewVecDense(n, alpha), v)
}

// thirdByQuadrature holds the second moment that it finds on the way against
// that of the law.
func thirdByQuadrature(d distributions.Distribution) float64 {
	l, ok := sizeLawOf(d)
	if !ok {
		return math.NaN()
	}
	g, mean := newGaussRule(), d.Mean()
	second, third := 0.0, 0.0
	for _, a := range l.atoms {
		second += a.mass * a.x * a.x
		third += a.mass * a.x * a.x * a.x
	}
	if l.density != nil {
		for _, s := range sizeGrid(g, l, 3, mean) {
			second += g.sum(s.a, s.b, func(x float64) float64 { return x * x * l.density(x) })
			third += g.sum(s.a, s.b, func(x float64) float64 { return x * x * x * l.density(x) })
		}
	}
	if agree("second moments", second, secondMoment(d)) != nil {
		return math.NaN()
	}
	return third
}
