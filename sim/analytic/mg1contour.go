package analytic

import (
	"math"
	"math/cmplx"

	"spillway/distributions"
)

// mg1Contour computes 1 − R(s) of a law whose density is analytic in a sector,
// by the trapezoidal rule on the ray x = e^(t − iψ):
//
//	1 − R(s) = 1/m Σ w_k x_k h(s x_k),  h(z) = 1 − (1 − e^-z)/z.
//
// On the ray e^-sx decays, also where s is imaginary, and the error falls as
// exp(−2π·ψ/step). h is a power series where z is small and 1 − 1/z where it is
// great: for both, sums over the nodes are kept, so that exponentials are taken
// only of the nodes between.
//
// Source of the rule: L. N. Trefethen, J. A. C. Weideman, "The exponentially
// convergent trapezoidal rule", SIAM Review 56(3), 2014, section 5.
type mg1Contour struct {
	mean, angle float64 // m, ψ
	nodes       []mg1Node
	// cut: the nodes end before w·x does, of laws with hardly a mean. Beyond them
	// h is one, and the moment there is what the others lack of m.
	cut bool
}

// mg1Node is a node of the rule.
type mg1Node struct {
	size float64    // |x|
	x, w complex128 // with the density
	// below[j] is Σ w_k x_k (x_k/size)^j (−1)^(j+1)/(j+1)! over the nodes before
	// this one, to be multiplied by (s·size)^j.
	below [mg1ContourTerms]complex128
	// Σ w_k x_k and Σ w_k over this node and those beyond.
	moment, mass complex128
}

const (
	mg1ContourTerms = 16   // of the series of h up to |z| = ½: 1e-17 of it
	mg1ContourSmall = 0.5  // |z|
	mg1ContourGreat = 42.0 // Re z, where e^-z is nothing
	mg1ContourNodes = 4000 // at most
)

// mg1Ray is a density on the ray: x f(x) at x = e^u, the angle ψ, the logarithm
// of a typical value.
type mg1Ray struct {
	density func(u complex128) complex128
	angle   float64
	start   float64
}

// mg1RayOf is that of a law, whose density is analytic up to the angle 2ψ; ok
// is false where it is of no such kind.
func mg1RayOf(d distributions.Distribution) (ray mg1Ray, ok bool) {
	const quarter = math.Pi / 4
	switch d := d.(type) {
	case distributions.Lognormal: // at 2ψ the normal density has grown by e⁸ at most
		mu, sigma := complex(d.Mu(), 0), complex(d.Sigma(), 0)
		return mg1Ray{func(u complex128) complex128 {
			z := (u - mu) / sigma
			return cmplx.Exp(-z*z/2) / (sigma * complex(math.Sqrt(2*math.Pi), 0))
		}, math.Min(quarter, 2*d.Sigma()), d.Mu()}, d.Sigma() > 0
	case distributions.Weibull:
		shape, log := complex(d.Shape(), 0), math.Log(d.Scale())
		return mg1Ray{func(u complex128) complex128 {
			v := shape * (u - complex(log, 0))
			return shape * cmplx.Exp(v-cmplx.Exp(v))
		}, quarter / math.Max(1, d.Shape()), log}, true
	case distributions.Lomax:
		alpha, log := complex(d.Alpha(), 0), math.Log(d.Scale())
		return mg1Ray{func(u complex128) complex128 {
			x := cmplx.Exp(u - complex(log, 0))
			return alpha * x / (1 + x) * cmplx.Exp(-alpha*cmplx.Log(1+x))
		}, quarter, log}, true
	}
	return mg1Ray{}, false
}

// newMG1Contour is nil where a law is of no such kind, and where the rule
// fails its own check: mean and transform must be those that the law knows.
func newMG1Contour(d distributions.Distribution) *mg1Contour {
	ray, ok := mg1RayOf(d)
	laplace, known := distributions.LaplaceOf(d)
	if mean := d.Mean(); !ok || !known || !(mean > 0) || math.IsInf(mean, 1) {
		return nil
	}
	c := &mg1Contour{mean: d.Mean(), angle: ray.angle}
	if !c.fill(ray) || !c.agrees(laplace) {
		return nil
	}
	return c
}

// fill places the nodes from where w·x begins to matter to where it ends.
func (c *mg1Contour) fill(ray mg1Ray) bool {
	step := ray.angle / 7
	node := func(k int) mg1Node {
		u := complex(ray.start+step*float64(k), -ray.angle)
		x := cmplx.Exp(u)
		return mg1Node{size: cmplx.Abs(x), x: x, w: complex(step, 0) * ray.density(u)}
	}
	matters := func(n mg1Node) bool { return cmplx.Abs(n.w)*n.size > 1e-24*c.mean }
	first, last := 0, 0
	for few := 0; few < 3; first-- { // one alone may be a zero
		if few++; matters(node(first - 1)) {
			few = 0
		}
		if first < -mg1ContourNodes {
			return false
		}
	}
	for few := 0; few < 3; last++ {
		if few++; matters(node(last + 1)) {
			few = 0
		}
		if c.cut = last > mg1ContourNodes; c.cut {
			break
		}
	}
	for k := first; k <= last; k++ {
		c.nodes = append(c.nodes, node(k))
	}
	c.sum()
	return true
}

// sum fills the sums over nodes below and beyond.
func (c *mg1Contour) sum() {
	n := c.nodes
	for i := 1; i < len(n); i++ {
		last := &n[i-1]
		turned := last.x / complex(last.size, 0)
		shrink := complex(last.size/n[i].size, 0)
		term, scale, sign := last.w*last.x, shrink, complex(1, 0)
		factorial := complex(1, 0)
		for j := 1; j < mg1ContourTerms; j++ {
			term *= turned
			factorial *= complex(float64(j+1), 0)
			n[i].below[j] = (last.below[j] + sign*term/factorial) * scale
			scale *= shrink
			sign = -sign
		}
	}
	for i := len(n) - 1; i >= 0; i-- {
		if i < len(n)-1 {
			n[i].moment, n[i].mass = n[i+1].moment, n[i+1].mass
		}
		n[i].moment += n[i].w * n[i].x
		n[i].mass += n[i].w
	}
	if !c.cut {
		return
	}
	rest := complex(c.mean, 0) - n[0].moment
	for i := range n {
		n[i].moment += rest
	}
}

// gap is 1 − R(s), Re s > 0; NaN where nodes that were cut off matter.
func (c *mg1Contour) gap(s complex128) complex128 {
	if imag(s) < 0 {
		return cmplx.Conj(c.gap(cmplx.Conj(s)))
	}
	size := cmplx.Abs(s)
	if c.cut && size*c.nodes[len(c.nodes)-1].size < 1e20 {
		return cmplx.NaN()
	}
	i := c.index(mg1ContourSmall / size)
	n := &c.nodes[i]
	z, sum := s*complex(n.size, 0), complex128(0)
	for j := mg1ContourTerms - 1; j > 0; j-- {
		sum = (sum + n.below[j]) * z
	}
	along := math.Cos(cmplx.Phase(s) - c.angle)
	rest := -n.mass
	for k := i; k < len(c.nodes) && size*c.nodes[k].size*along < mg1ContourGreat; k++ {
		rest += c.nodes[k].w * cmplx.Exp(-s*c.nodes[k].x)
	}
	return (sum + n.moment + rest/s) / complex(c.mean, 0)
}

// index is the first node of at least a size, or the last.
func (c *mg1Contour) index(size float64) int {
	first, last := c.nodes[0].size, c.nodes[len(c.nodes)-1].size
	step := math.Log(last/first) / float64(len(c.nodes)-1)
	k := math.Ceil(math.Log(size/first) / step)
	return int(math.Min(math.Max(k, 0), float64(len(c.nodes)-1)))
}

// boundedPareto takes the law for what is left of a Pareto law from its minimum
// when one from its maximum is taken away, where that loses few digits.
func (l *mg1Law) boundedPareto(d distributions.BoundedPareto) {
	l.byTransform(d)
	slow := l.gap
	low, err := distributions.NewPareto(d.Alpha(), d.Min())
	high, other := distributions.NewPareto(d.Alpha(), d.Max())
	if err != nil || other != nil || !(d.Alpha() > 1) || slow == nil {
		return
	}
	from, to := newMG1Law(1, low), newMG1Law(1, high)
	if from.gap == nil || to.gap == nil {
		return
	}
	beyond := math.Exp(-d.Alpha() * math.Log(d.Max()/d.Min()))
	scale := complex(-math.Expm1(-d.Alpha()*math.Log(d.Max()/d.Min()))*l.mean, 0)
	l.gap = func(s complex128) complex128 {
		all := complex(from.mean, 0) * from.gap(s)
		gap := (all - complex(beyond*to.mean, 0)*to.gap(s)) / scale
		if !(cmplx.Abs(all/scale)*1e-15 < 3e-12*cmplx.Abs(gap)) {
			return slow(s)
		}
		return gap
	}
}

// agrees holds mean and transform against those of the law.
func (c *mg1Contour) agrees(laplace func(complex128) complex128) bool {
	if !(cmplx.Abs(c.nodes[0].moment/complex(c.mean, 0)-1) < 1e-13) {
		return false
	}
	for _, size := range []float64{0.2, 3, 40} {
		for _, angle := range []float64{0, 0.8, 1.57} {
			z := cmplx.Rect(size, angle)
			s := z / complex(c.mean, 0)
			if !(cmplx.Abs(c.gap(s)-(1-(1-laplace(s))/z)) < 1e-13+4e-15/size) {
				return false
			}
		}
	}
	return true
}
