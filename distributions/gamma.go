package distributions

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// Gamma is the law with density x^(shape−1)·exp(-x/scale) up to a constant,
// x > 0. Its mean is shape·scale, its squared coefficient of variation 1/shape.
type Gamma struct {
	core     gammaCore
	mean, cv float64 // cv is only set, and only used, for a law given by it
	byMean   bool
}

// NewGamma is the gamma law of a shape (no unit) and a scale (seconds), both
// positive and finite.
func NewGamma(shape, scale float64) (Gamma, error) {
	if err := first(checkPositive("shape", shape), checkPositive("scale", scale)); err != nil {
		return Gamma{}, err
	}
	mean := shape * scale
	if err := checkMean("scale", scale, mean); err != nil {
		return Gamma{}, err
	}
	return Gamma{core: newGammaCore(shape, scale), mean: mean}, nil
}

// NewGammaMean is the gamma law of a mean (seconds) and a coefficient of
// variation (no unit), both positive and finite: shape 1/cv², scale mean·cv².
func NewGammaMean(mean, cv float64) (Gamma, error) {
	if err := first(checkPositive("mean", mean), checkPositive("cv", cv)); err != nil {
		return Gamma{}, err
	}
	shape := 1 / cv / cv
	if !isPositive(shape) || !isPositive(mean/shape) {
		return Gamma{}, wrongNumber("cv", cv, "one that gives a positive finite shape 1/cv² and scale mean·cv²")
	}
	return Gamma{newGammaCore(shape, mean/shape), mean, cv, true}, nil
}

// Shape is the shape; 1/cv² for a law given by mean and cv.
func (d Gamma) Shape() float64 { return d.core.shape }

// Scale is the scale, in seconds; mean·cv² for a law given by mean and cv.
func (d Gamma) Scale() float64 { return d.core.scale }

// Mean is shape·scale.
func (d Gamma) Mean() float64 { return d.mean }

// SCV is 1/shape.
func (d Gamma) SCV() float64 {
	if d.byMean {
		return d.cv * d.cv
	}
	return 1 / d.core.shape
}

// String is the law by the parameters it was given with.
func (d Gamma) String() string {
	if d.byMean {
		return describe("gamma", "mean", d.mean, "cv", d.cv)
	}
	return describe("gamma", "shape", d.core.shape, "scale", d.core.scale)
}

// Sample draws one variate.
func (d Gamma) Sample(s *Stream) float64 { return d.core.draw(s) }

// Fill draws len(dst) variates.
func (d Gamma) Fill(s *Stream, dst []float64) {
	for i := range dst {
		dst[i] = d.core.draw(s)
	}
}

// CDF is the regularised lower incomplete gamma function.
func (d Gamma) CDF(x float64) float64 { return d.core.cdf(x) }

func (d Gamma) survival(x float64) float64 { return d.core.survival(x) }

// Quantile inverts the CDF numerically.
func (d Gamma) Quantile(p float64) float64 { return invert(d, p, 0, inf) }

// LaplaceTransform is (1 + s·scale)^-shape.
func (d Gamma) LaplaceTransform(s complex128) complex128 {
	return powerTransform(s*complex(d.core.scale, 0), d.core.shape)
}

// gammaCore is what Gamma and Erlang share.
type gammaCore struct {
	shape, scale float64
	d, c         float64 // constants of the sampling method, for the shape or, below 1, the shape plus 1
}

func newGammaCore(shape, scale float64) gammaCore {
	k := shape
	if k < 1 {
		k++
	}
	d := k - 1.0/3
	return gammaCore{shape, scale, d, 1 / math.Sqrt(9*d)}
}

// draw is the rejection method of Marsaglia and Tsang, "A simple method for
// generating gamma variables", ACM TOMS 26(3), 2000. A shape below 1 is that of
// shape+1 times U^(1/shape) (their section 6), and minus the logarithm of a
// uniform is an exponential. Where the power alone would underflow, the product
// is made of logarithms.
func (g *gammaCore) draw(s *Stream) float64 {
	x := g.d * g.cube(s) * g.scale
	if g.shape >= 1 {
		return x
	}
	e := s.exponential() / g.shape
	if e < 700 {
		return x * math.Exp(-e)
	}
	return math.Exp(math.Log(x) - e)
}

func (g *gammaCore) cube(s *Stream) float64 {
	for {
		x := s.normal()
		v := 1 + float64(g.c*x)
		if v <= 0 {
			continue
		}
		v = v * v * v
		u, x2 := s.Float64(), x*x
		if u < 1-float64(0.0331*x2*x2) || math.Log(u) < float64(0.5*x2)+float64(g.d*(1-v+math.Log(v))) {
			return v
		}
	}
}

func (g *gammaCore) cdf(x float64) float64 {
	switch {
	case x <= 0:
		return 0
	case math.IsInf(x, 1):
		return 1
	}
	return mathext.GammaIncReg(g.shape, x/g.scale)
}

func (g *gammaCore) survival(x float64) float64 {
	switch {
	case x <= 0:
		return 1
	case math.IsInf(x, 1):
		return 0
	}
	return mathext.GammaIncRegComp(g.shape, x/g.scale)
}
