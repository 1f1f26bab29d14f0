package analytic

import (
	"math"

	"spillway/distributions"
)

// mg1Break is a point where the tail of a service law is not smooth: order 0
// is a jump, 1 a jump of its slope, 2 of its curvature.
type mg1Break struct {
	at    float64
	order int
	mass  float64 // of a jump
}

// mg1Breaks are those of a law moved to the right. Laws that are not named are
// smooth but at zero.
func mg1Breaks(d distributions.Distribution, offset float64) []mg1Break {
	slope := func(at ...float64) (b []mg1Break) {
		for _, x := range at {
			b = append(b, mg1Break{at: x + offset, order: 1})
		}
		return b
	}
	switch d := d.(type) {
	case distributions.Deterministic:
		return []mg1Break{{at: d.Value() + offset, mass: 1}}
	case distributions.Uniform:
		return slope(d.Min(), d.Max())
	case distributions.Triangular:
		if d.Min() == d.Mode() || d.Mode() == d.Max() {
			return slope(d.Min(), d.Max())
		}
		return []mg1Break{{d.Min() + offset, 2, 0}, {d.Mode() + offset, 2, 0}, {d.Max() + offset, 2, 0}}
	case distributions.BoundedPareto:
		return slope(d.Min(), d.Max())
	case distributions.Pareto:
		return slope(d.Minimum())
	case distributions.Shifted:
		return append(mg1Breaks(d.Of(), offset+d.Offset()), slope(d.Offset())...)
	case distributions.Empirical:
		if d.Interpolated() {
			return slope(d.Values()...)
		}
		var b []mg1Break
		for i, x := range d.Values() {
			b = append(b, mg1Break{at: x + offset, mass: d.Probabilities()[i]})
		}
		return b
	case distributions.Mixture:
		var b []mg1Break
		for i, c := range d.Components() {
			for _, k := range mg1Breaks(c, offset) {
				k.mass *= d.Weights()[i]
				b = append(b, k)
			}
		}
		return b
	}
	if offset > 0 {
		return slope(0)
	}
	return nil
}

// mg1Cube is E[B³] of a service law; NaN where it is not known.
func mg1Cube(d distributions.Distribution) float64 {
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
		return mg1FlatCube(d.Min(), d.Max())
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
		return d.Min() * d.Min() * d.Min() * mg1Growth(3-d.Alpha(), w) / mg1Growth(-d.Alpha(), w)
	case distributions.Normal:
		return d.Location()*m*m*(1+scv) + 2*d.SD()*d.SD()*m
	case distributions.Hyperexponential:
		sum := 0.0
		for i, r := range d.Rates() {
			sum += 6 * d.Probabilities()[i] / r / r / r
		}
		return sum
	}
	return mg1CompoundCube(d)
}

// mg1CompoundCube is that of laws made of others.
func mg1CompoundCube(d distributions.Distribution) float64 {
	switch d := d.(type) {
	case distributions.Shifted:
		x, m := d.Offset(), d.Of().Mean()
		return x*x*x + 3*x*x*m + 3*x*m*m*(1+d.Of().SCV()) + mg1Cube(d.Of())
	case distributions.Mixture:
		sum := 0.0
		for i, c := range d.Components() {
			sum += d.Weights()[i] * mg1Cube(c)
		}
		return sum
	case distributions.Empirical:
		sum := 0.0
		x := d.Values()
		for i, p := range d.Probabilities() {
			if d.Interpolated() {
				sum += p * mg1FlatCube(x[i], x[i+1])
			} else {
				sum += p * x[i] * x[i] * x[i]
			}
		}
		return sum
	}
	if p, ok := distributions.AsPhaseType(d); ok {
		return mg1PhaseCube(p)
	}
	return math.NaN()
}

// mg1FlatCube is the third moment of the uniform law.
func mg1FlatCube(a, b float64) float64 { return (a + b) * (a*a + b*b) / 4 }

// mg1Growth is ∫ e^cu du over [0, w].
func mg1Growth(c, w float64) float64 {
	if c == 0 {
		return w
	}
	return math.Expm1(c*w) / c
}
