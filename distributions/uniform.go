package distributions

// Uniform is the law with constant density on [min, max]. Its mean is
// (min + max)/2, its variance (max − min)²/12.
type Uniform struct {
	min, max float64
}

// NewUniform is the uniform law between two finite numbers of seconds,
// 0 ≤ min < max.
func NewUniform(min, max float64) (Uniform, error) {
	if err := first(checkNonNegative("min", min), checkPositive("max", max)); err != nil {
		return Uniform{}, err
	}
	if !(max > min) {
		return Uniform{}, wrongNumber("max", max, "more than min, which is "+number(min))
	}
	return Uniform{min, max}, nil
}

// Min is the lower end of the support.
func (d Uniform) Min() float64 { return d.min }

// Max is the upper end of the support.
func (d Uniform) Max() float64 { return d.max }

// Mean is the middle of the support.
func (d Uniform) Mean() float64 { return d.min/2 + d.max/2 }

// SCV is (max − min)²/12 over the squared mean.
func (d Uniform) SCV() float64 {
	r := (d.max - d.min) / d.Mean()
	return r * r / 12
}

// String is the law by its parameters.
func (d Uniform) String() string { return describe("uniform", "min", d.min, "max", d.max) }

// Sample draws one variate by inversion. The product is rounded before it is
// added, on machines with a fused multiply-add too.
func (d Uniform) Sample(s *Stream) float64 {
	return d.min + float64((d.max-d.min)*s.Float64())
}

// Fill draws len(dst) variates.
func (d Uniform) Fill(s *Stream, dst []float64) {
	for i := range dst {
		dst[i] = d.min + float64((d.max-d.min)*s.Float64())
	}
}

// CDF is (x − min)/(max − min) on the support.
func (d Uniform) CDF(x float64) float64 {
	return clamp((x - d.min) / (d.max - d.min))
}

func (d Uniform) survival(x float64) float64 {
	return clamp((d.max - x) / (d.max - d.min))
}

// Quantile is min + p·(max − min), from the nearer end.
func (d Uniform) Quantile(p float64) float64 {
	checkP(p)
	if p <= 0.5 {
		return d.min + p*(d.max-d.min)
	}
	return d.max - (1-p)*(d.max-d.min)
}

// LaplaceTransform is e^(-s·min)·(1 − e^-z)/z with z = s·(max − min).
func (d Uniform) LaplaceTransform(s complex128) complex128 {
	return decay(s, d.min) * flatTransform(s*complex(d.max-d.min, 0))
}

// clamp is x, but at least 0 and at most 1. A NaN stays one.
func clamp(x float64) float64 {
	return min(max(x, 0), 1)
}
