package distributions

import "math"

// Triangular is the law on [min, max] whose density rises linearly to mode and
// falls linearly after it. Its mean is (min + mode + max)/3; variance and
// inverse as in Law, "Simulation Modeling and Analysis", 5th ed., sections
// 6.2.2 and 8.3.15.
type Triangular struct {
	min, mode, max float64
	left           float64 // P(X ≤ mode)
}

// NewTriangular is the triangular law of three finite numbers of seconds,
// 0 ≤ min ≤ mode ≤ max and min < max.
func NewTriangular(min, mode, max float64) (Triangular, error) {
	err := first(checkNonNegative("min", min), checkNonNegative("mode", mode), checkPositive("max", max))
	if err != nil {
		return Triangular{}, err
	}
	if !(max > min) {
		return Triangular{}, wrongNumber("max", max, "more than min, which is "+number(min))
	}
	if !(mode >= min && mode <= max) {
		return Triangular{}, wrongNumber("mode", mode, "from min to max, which are "+number(min)+" and "+number(max))
	}
	return Triangular{min, mode, max, (mode - min) / (max - min)}, nil
}

// Min is the lower end of the support.
func (d Triangular) Min() float64 { return d.min }

// Mode is where the density is greatest.
func (d Triangular) Mode() float64 { return d.mode }

// Max is the upper end of the support.
func (d Triangular) Max() float64 { return d.max }

// Mean is (min + mode + max)/3.
func (d Triangular) Mean() float64 { return d.min/3 + d.mode/3 + d.max/3 }

// SCV is ((max−min)² − (mode−min)(max−mode))/18 over the squared mean.
func (d Triangular) SCV() float64 {
	m := d.Mean()
	w, a, b := (d.max-d.min)/m, (d.mode-d.min)/m, (d.max-d.mode)/m
	return (w*w - a*b) / 18
}

// String is the law by its parameters.
func (d Triangular) String() string {
	return describe("triangular", "min", d.min, "mode", d.mode, "max", d.max)
}

// Sample draws one variate by inversion.
func (d Triangular) Sample(s *Stream) float64 { return d.inverse(s.Float64()) }

// Fill draws len(dst) variates.
func (d Triangular) Fill(s *Stream, dst []float64) {
	for i := range dst {
		dst[i] = d.inverse(s.Float64())
	}
}

func (d Triangular) inverse(p float64) float64 {
	if p <= d.left {
		return d.min + float64(math.Sqrt(p*(d.max-d.min))*math.Sqrt(d.mode-d.min))
	}
	return d.max - float64(math.Sqrt((1-p)*(d.max-d.min))*math.Sqrt(d.max-d.mode))
}

// CDF is (x−min)²/((max−min)(mode−min)) up to mode and
// 1 − (max−x)²/((max−min)(max−mode)) from there.
func (d Triangular) CDF(x float64) float64 {
	switch {
	case x <= d.min:
		return 0
	case x >= d.mode:
		return 1 - d.survival(x)
	}
	return (x - d.min) / (d.max - d.min) * ((x - d.min) / (d.mode - d.min))
}

func (d Triangular) survival(x float64) float64 {
	switch {
	case x >= d.max:
		return 0
	case x < d.mode:
		return 1 - d.CDF(x)
	}
	return (d.max - x) / (d.max - d.min) * ((d.max - x) / (d.max - d.mode))
}

// Quantile is the inverse of the two branches of the CDF.
func (d Triangular) Quantile(p float64) float64 {
	checkP(p)
	return d.inverse(p)
}

// LaplaceTransform is that of the two branches, each a beta law.
func (d Triangular) LaplaceTransform(s complex128) complex128 {
	rise := decay(s, d.min) * risingTransform(s*complex(d.mode-d.min, 0))
	fall := decay(s, d.mode) * fallingTransform(s*complex(d.max-d.mode, 0))
	return complex(d.left, 0)*rise + complex((d.max-d.mode)/(d.max-d.min), 0)*fall
}
