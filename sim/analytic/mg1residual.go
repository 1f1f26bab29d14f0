package analytic

import (
	"math"
	"math/cmplx"

	"gonum.org/v1/gonum/integrate/quad"

	"spillway/distributions"
)

// mg1Law is what M/G/1 needs of a service law B: its mean m and, of the
// residual life with the density P(B > u)/m, the transform R. All is computed
// from 1 − R(s), which has no cancellation in it however small s is:
//
//	1 − B(s) = s m R(s).
type mg1Law struct {
	weight float64 // its share of the tasks
	mean   float64
	square float64 // E[B²]
	// gap is 1 − R(s), nil where there is no way to compute it.
	gap func(s complex128) complex128
	// tail is P(B > u), nil where it is not known.
	tail   func(u float64) float64
	breaks []mg1Break
}

func newMG1Law(weight float64, d distributions.Distribution) *mg1Law {
	l := &mg1Law{weight: weight, mean: d.Mean()}
	l.square = l.mean * l.mean * (1 + d.SCV())
	l.breaks = mg1Breaks(d, 0)
	l.tail = mg1Survival(d)
	switch d := d.(type) {
	case distributions.Exponential:
		l.gap = func(s complex128) complex128 { z := s * complex(l.mean, 0); return z / (1 + z) }
	case distributions.Deterministic:
		l.gap = func(s complex128) complex128 { return mg1FlatGap(s * complex(l.mean, 0)) }
	case distributions.Hyperexponential: // its residual life is another
		p, rates := d.Probabilities(), d.Rates()
		l.gap = func(s complex128) (gap complex128) {
			for i, r := range rates {
				gap += complex(p[i]/(r*l.mean), 0) * s / (s + complex(r, 0))
			}
			return gap
		}
	case distributions.Lomax: // its residual life is the Lomax law of index alpha − 1
		if rest, err := distributions.NewLomax(d.Alpha()-1, d.Scale()); err == nil {
			l.gap = func(s complex128) complex128 { return 1 - rest.LaplaceTransform(s) }
		}
	case distributions.Pareto: // the Lomax law, moved
		if of, err := distributions.NewLomax(d.Alpha(), d.Minimum()); err == nil {
			l.gap = mg1ShiftedGap(d.Minimum(), newMG1Law(1, of))
		}
	case distributions.BoundedPareto:
		l.boundedPareto(d)
	case distributions.Shifted:
		l.gap = mg1ShiftedGap(d.Offset(), newMG1Law(1, d.Of()))
	case distributions.Mixture:
		var laws []*mg1Law
		for i, c := range d.Components() {
			laws = append(laws, newMG1Law(d.Weights()[i], c))
		}
		l.gap = mixMG1Laws(laws).gap
	}
	if c := newMG1Contour(d); c != nil {
		l.gap = c.gap
	}
	if l.gap == nil {
		l.byTransform(d)
	}
	return l
}

// mg1Survival is P(B > u), nil where it is not known; of laws with long tails
// it has all digits there.
func mg1Survival(d distributions.Distribution) func(u float64) float64 {
	switch d := d.(type) {
	case distributions.Lognormal:
		return func(u float64) float64 { return math.Erfc((math.Log(u)-d.Mu())/(d.Sigma()*math.Sqrt2)) / 2 }
	case distributions.Weibull:
		return func(u float64) float64 { return math.Exp(-math.Pow(u/d.Scale(), d.Shape())) }
	case distributions.Lomax:
		return func(u float64) float64 { return math.Exp(-d.Alpha() * math.Log1p(u/d.Scale())) }
	case distributions.Pareto:
		return func(u float64) float64 { return math.Exp(-d.Alpha() * math.Log(math.Max(1, u/d.Minimum()))) }
	case distributions.BoundedPareto:
		whole := math.Expm1(-d.Alpha() * math.Log(d.Max()/d.Min()))
		return func(u float64) float64 {
			u = math.Min(math.Max(u, d.Min()), d.Max())
			return math.Exp(-d.Alpha()*math.Log(u/d.Min())) * math.Expm1(-d.Alpha()*math.Log(d.Max()/u)) / whole
		}
	}
	cdf, ok := distributions.CDFOf(d)
	if !ok {
		return nil
	}
	return func(u float64) float64 { return math.Max(0, 1-cdf(u)) }
}

// byTransform computes R as (1 − B(s))/(sm) where that keeps its digits, and
// by a quadrature over the tail of B where s is small. Where there is none, gap
// is NaN, which no inversion takes for a value.
func (l *mg1Law) byTransform(d distributions.Distribution) {
	laplace, ok := distributions.LaplaceOf(d)
	if !ok || !(l.mean > 0) {
		return
	}
	var small *mg1Quadrature
	if l.tail != nil && !math.IsInf(l.square, 1) {
		small = newMG1Quadrature(l)
	}
	const rounding = 2e-16
	l.gap = func(s complex128) complex128 {
		z := s * complex(l.mean, 0)
		gap := 1 - (1-laplace(s))/z
		lost := rounding / cmplx.Abs(z) / cmplx.Abs(gap)
		if lost < 3e-12 {
			return gap
		}
		if small != nil {
			if better, ok := small.gap(s); ok {
				return better
			}
		}
		if lost < 1e-10 {
			return gap
		}
		return cmplx.NaN()
	}
}

// mg1ShiftedGap is that of a law moved by a: P(B > u) is one up to a.
func mg1ShiftedGap(a float64, of *mg1Law) func(complex128) complex128 {
	if of.gap == nil && of.mean > 0 {
		return nil
	}
	mean := a + of.mean
	return func(s complex128) complex128 {
		z := s * complex(a, 0)
		sum := complex(a/mean, 0) * mg1FlatGap(z)
		if of.mean > 0 {
			gap := of.gap(s)
			sum += complex(of.mean/mean, 0) * (gap - (1-gap)*complexExpm1(-z)) // 1 − e^-z R
		}
		return sum
	}
}

// mg1FlatGap is 1 − (1 − e^-z)/z, the 1 − R of a constant.
func mg1FlatGap(z complex128) complex128 {
	if cmplx.Abs(z) > 1 {
		return 1 + complexExpm1(-z)/z
	}
	term, sum := z/2, complex128(0)
	for k := 3.0; k < 25; k++ {
		sum += term
		term *= -z / complex(k, 0)
	}
	return sum
}

// mg1Quadrature computes 1 − R(s) = 1/m ∫ (1 − e^-su) P(B > u) du for small s.
type mg1Quadrature struct {
	law            *mg1Law
	nodes, weights []float64 // weights with the density
	end            float64   // of the nodes
	raw            []float64 // raw[k] = (−1)^(k+1) E[R^k]/k!
}

// newMG1Quadrature is nil where no grid gives the total mass and the mean of
// the residual life that are known.
func newMG1Quadrature(l *mg1Law) *mg1Quadrature {
	q := &mg1Quadrature{law: l, end: l.mean}
	for k := 0; l.tail(q.end)*q.end*q.end > 1e-20*l.square; k++ {
		if q.end *= 1.5; k > 400 {
			return nil
		}
	}
	for cells := 2; cells <= 32; cells *= 2 {
		q.fill(mg1Grid(l.breaks, l.mean*0x1p-40, q.end), cells)
		mass, first := 0.0, 0.0
		for i, u := range q.nodes {
			mass += q.weights[i]
			first += q.weights[i] * u
		}
		if math.Abs(mass-1) < 1e-13 && math.Abs(first/(l.square/(2*l.mean))-1) < 1e-11 {
			q.moments()
			return q
		}
	}
	return nil
}

func (q *mg1Quadrature) fill(grid []float64, cells int) {
	const n = 16
	q.nodes, q.weights = nil, nil
	x, w := make([]float64, n), make([]float64, n)
	for i := 1; i < len(grid); i++ {
		width := (grid[i] - grid[i-1]) / float64(cells)
		for c := range cells {
			low := grid[i-1] + width*float64(c)
			quad.Legendre{}.FixedLocations(x, w, low, low+width)
			for j := range x {
				q.nodes = append(q.nodes, x[j])
				q.weights = append(q.weights, w[j]*q.law.tail(x[j])/q.law.mean)
			}
		}
	}
}

// moments fills raw; the first moment is the known one, which does not lack
// what is beyond the last node.
func (q *mg1Quadrature) moments() {
	q.raw = make([]float64, 24)
	for i, u := range q.nodes {
		term := q.weights[i]
		for k := range q.raw {
			q.raw[k] += term
			term *= -u / float64(k+1)
		}
	}
	for k := range q.raw {
		q.raw[k] = -q.raw[k]
	}
	q.raw[1] = q.law.square / (2 * q.law.mean)
}

// gap is 1 − R(s), and whether the nodes are dense enough for s.
func (q *mg1Quadrature) gap(s complex128) (gap complex128, ok bool) {
	size := cmplx.Abs(s)
	if size*q.end < 1 {
		for k := len(q.raw) - 1; k > 0; k-- {
			gap = (gap + complex(q.raw[k], 0)) * s
		}
		return gap, true
	}
	rough := 0.0 // what is on panels that are too wide for the oscillation
	for i, u := range q.nodes {
		gap -= complex(q.weights[i], 0) * complexExpm1(-s*complex(u, 0))
		if size*u > mg1PanelReach {
			rough += q.weights[i]
		}
	}
	return gap, rough < 1e-12*cmplx.Abs(gap)
}

// mg1PanelReach is the |s|u up to which 16 points on a panel of half a doubling
// integrate e^-su.
const mg1PanelReach = 24

// mg1Grid is 0, points that double from the first up, breaks, and the end.
func mg1Grid(breaks []mg1Break, first, end float64) []float64 {
	grid := []float64{0}
	for u := first; u < end; u *= 2 {
		grid = append(grid, u)
	}
	for _, b := range breaks {
		if b.at > 0 && b.at < end {
			grid = append(grid, b.at)
		}
	}
	return mg1Distinct(append(grid, end))
}

// mixMG1Laws is the law of a service drawn from several, by their weights.
func mixMG1Laws(laws []*mg1Law) *mg1Law {
	m := &mg1Law{weight: 1}
	gaps, tails := true, true
	for _, l := range laws {
		m.mean += l.weight * l.mean
		m.square += l.weight * l.square
		gaps = gaps && (l.gap != nil || l.mean == 0)
		tails = tails && l.tail != nil
		for _, b := range l.breaks {
			b.mass *= l.weight
			m.breaks = append(m.breaks, b)
		}
	}
	if gaps {
		m.gap = func(s complex128) complex128 {
			sum := complex128(0)
			for _, l := range laws {
				if l.mean > 0 {
					sum += complex(l.weight*l.mean/m.mean, 0) * l.gap(s)
				}
			}
			return sum
		}
	}
	if tails {
		m.tail = func(u float64) float64 {
			sum := 0.0
			for _, l := range laws {
				sum += l.weight * l.tail(u)
			}
			return sum
		}
	}
	return m
}
