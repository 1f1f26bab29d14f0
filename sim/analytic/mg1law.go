package analytic

import "spillway/distributions"

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
