package distributions

import "math"

// The ziggurat method of Marsaglia and Tsang ("The ziggurat method for
// generating random variables", Journal of Statistical Software 5(8), 2000)
// with 256 layers. One 64-bit number gives both the layer (its low 8 bits) and
// the position in it (its top 53 or 54 bits); they do not overlap, which is
// the correlation that Doornik ("An improved ziggurat method to generate
// normal random samples", 2005) found in the original.
//
// Layer i ≥ 1 is the rectangle [0, x[i]) × [f(x[i]), f(x[i+1])); layer 0 is
// the rectangle [0, r) × [0, f(r)) together with the tail beyond r = x[1], and
// x[0] is the width that a rectangle of its area and height would have. All
// have the same area v.
const (
	layers = 256

	// Right edge and area of the layers, Marsaglia and Tsang, section 3; the
	// area is that under exp(-x) and under exp(-x²/2), x ≥ 0.
	expEdge  = 7.69711747013104972
	expArea  = 0.0039496598225815571993
	normEdge = 3.6541528853610088
	normArea = 0.00492867323397465524494
)

// ziggurat holds the tables of one density.
type ziggurat struct {
	inside [layers]uint64      // positions below this are under the curve whatever the height
	width  [layers]float64     // x[i] × 2⁻⁵³: from position to variate
	height [layers + 1]float64 // f(x[i])

	// How far the curve is from the chord of its stretch of a layer, at the
	// most, as a share of the layer's height; see under.
	bend    [layers]float64
	edge    [layers + 1]float64 // x[i]
	density func(x float64) float64
}

var (
	zigExp = newZiggurat(expEdge, expArea,
		func(x float64) float64 { return math.Exp(-x) },
		func(y float64) float64 { return -math.Log(y) },
		func(float64) float64 { return 1 })
	zigNorm = newZiggurat(normEdge, normArea,
		func(x float64) float64 { return math.Exp(-0.5 * x * x) },
		func(y float64) float64 { return math.Sqrt(-2 * math.Log(y)) },
		func(x float64) float64 { return math.Max(1, x*x-1) })
)

// newZiggurat makes the tables for a density f, not normalised, whose second
// derivative is at most curvature(x)·f(x) in size between 0 and x.
func newZiggurat(edge, area float64, f, inverse, curvature func(float64) float64) ziggurat {
	var x [layers + 1]float64
	x[0], x[1] = area/f(edge), edge
	for i := 2; i < layers; i++ {
		x[i] = inverse(area/x[i-1] + f(x[i-1]))
	}
	var z ziggurat
	for i := range x {
		z.height[i] = f(x[i])
	}
	for i := range layers {
		z.inside[i] = uint64(x[i+1] / x[i] * 0x1p53)
		z.width[i] = x[i] * 0x1p-53
		// The error of linear interpolation (Abramowitz and Stegun, 25.2.2),
		// with room for rounding.
		dx, dy := x[i]-x[i+1], z.height[i+1]-z.height[i]
		z.bend[i] = dx*dx/8*curvature(x[i])*z.height[i+1]/dy + 1e-9
	}
	z.edge, z.density = x, f
	return z
}

// exponential is a variate of the exponential law of mean 1.
func (s *Stream) exponential() float64 {
	b := s.Uint64()
	i, m := b&(layers-1), b>>11
	if m < zigExp.inside[i] {
		return float64(int64(m)) * zigExp.width[i]
	}
	return s.exponentialEdge(i, m)
}

// exponentialEdge finishes the one variate in about ninety that is not inside
// its layer's rectangle. The tail beyond the edge is the law itself, moved.
//
//go:noinline
func (s *Stream) exponentialEdge(i, m uint64) float64 {
	from := 0.0
	for {
		x := float64(int64(m)) * zigExp.width[i]
		if m < zigExp.inside[i] {
			return from + x
		}
		if i == 0 {
			from += expEdge
		} else if zigExp.under(i, x, s.Float64()) {
			return from + x
		}
		b := s.Uint64()
		i, m = b&(layers-1), b>>11
	}
}

// under reports whether the point (x, y) is under the curve, where y is at
// share u of the height of layer i. Nearly always it is so far from the chord
// of the curve that the curve itself need not be computed.
func (z *ziggurat) under(i uint64, x, u float64) bool {
	chord := (z.edge[i] - x) / (z.edge[i] - z.edge[i+1])
	if d := u - chord; math.Abs(d) > z.bend[i] {
		return d < 0
	}
	return z.height[i]+float64(u*(z.height[i+1]-z.height[i])) < z.density(x)
}

// normal is a variate of the normal law of mean 0 and standard deviation 1.
// The sign is the top bit of the number, the position the 53 bits below it.
func (s *Stream) normal() float64 {
	b := s.Uint64()
	i, m := b&(layers-1), int64(b)>>10
	if uint64(m^m>>63) < zigNorm.inside[i] {
		return float64(m) * zigNorm.width[i]
	}
	return s.normalEdge(i, m)
}

//go:noinline
func (s *Stream) normalEdge(i uint64, m int64) float64 {
	for {
		x := float64(m) * zigNorm.width[i]
		if uint64(m^m>>63) < zigNorm.inside[i] {
			return x
		}
		if i == 0 {
			return math.Copysign(s.normalTail(), x)
		}
		if zigNorm.under(i, math.Abs(x), s.Float64()) {
			return x
		}
		b := s.Uint64()
		i, m = b&(layers-1), int64(b)>>10
	}
}

// normalTail is a normal variate given that it is beyond the edge (Marsaglia,
// "Generating a variable from the tail of the normal distribution",
// Technometrics 6, 1964).
func (s *Stream) normalTail() float64 {
	for {
		x := s.exponential() / normEdge
		if 2*s.exponential() > x*x {
			return normEdge + x
		}
	}
}
