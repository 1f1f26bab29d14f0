package analytic

import (
	"math"
	"sort"

	"gonum.org/v1/gonum/integrate/quad"
	"gonum.org/v1/gonum/mat"
)

// mg1Renewal is the density w of the wait of M/G/1 as piecewise polynomials,
// for service laws with jumps and kinks, near which transforms are hard to
// invert. It is the solution of
//
//	w(t) = λ(1 − ρ) P(B > t) + λ ∫ w(v) P(B > t − v) dv,  0 < v < t,
//
// which says that upcrossings and downcrossings of the work t balance.
//
// Source: P. H. Brill, M. J. M. Posner, "Level crossings in point processes
// applied to queues: single-server case", Operations Research 25(4), 1977.
//
// Method and limits: collocation at Gauss points, panel after panel. Panels
// begin and end at the sums of the breaks of the law, where w is not smooth,
// until the sums are so many that w is smooth there for all purposes; beyond
// they grow with t. Integrals are split at the breaks. Two solutions with
// different numbers of points are compared by the caller.
type mg1Renewal struct {
	rate, load, idle float64
	tail             func(float64) float64
	scale            float64
	splits           []float64 // of the integrals, in the argument of tail
	ends             []float64 // where panels must end, ascending
	rule             mg1Rule
	panels           []mg1Panel
}

// mg1Panel is w at the Gauss points of [a, b]; before is the integral of w up
// to a.
type mg1Panel struct {
	a, b, before float64
	w            []float64
}

// mg1Rule is a Gauss–Legendre rule on [0, 1] with the barycentric weights of
// its points.
type mg1Rule struct{ x, w, bary []float64 }

func newMG1Rule(n int) mg1Rule {
	r := mg1Rule{make([]float64, n), make([]float64, n), make([]float64, n)}
	quad.Legendre{}.FixedLocations(r.x, r.w, 0, 1)
	for i := range r.bary {
		r.bary[i] = 1
		for j := range r.x {
			if j != i {
				r.bary[i] /= 4 * (r.x[i] - r.x[j])
			}
		}
	}
	return r
}

// basis are the values at x of the polynomials that are one at one point.
func (r mg1Rule) basis(x float64, to []float64) {
	sum := 0.0
	for j, xj := range r.x {
		if x == xj {
			clear(to)
			to[j] = 1
			return
		}
		to[j] = r.bary[j] / (x - xj)
		sum += to[j]
	}
	for j := range to {
		to[j] /= sum
	}
}

func (r mg1Rule) value(w []float64, x float64) float64 {
	num, den := 0.0, 0.0
	for j, xj := range r.x {
		if x == xj {
			return w[j]
		}
		q := r.bary[j] / (x - xj)
		num += q * w[j]
		den += q
	}
	return num / den
}

const (
	mg1MaxPanels = 600
	mg1MaxEnds   = 2000
	mg1MaxOrder  = 12      // of a break that ends a panel
	mg1Finest    = 0x1p-10 // the first panel, over the mean service
)

// newMG1Renewal is nil where the breaks are too many up to the given time.
func newMG1Renewal(q *mg1Queue, points int, upTo float64) *mg1Renewal {
	r := &mg1Renewal{rate: q.rate, load: q.load, idle: q.idle, tail: q.law.tail, scale: q.law.mean, rule: newMG1Rule(points)}
	r.splits = mg1Grid(q.law.breaks, r.scale*mg1Finest, 1.5*upTo+r.scale)[1:]
	if r.ends = mg1Sums(q.law.breaks, 1.5*upTo+r.scale); r.ends == nil { // the last panel ends beyond
		return nil
	}
	for len(r.panels) == 0 || r.panels[len(r.panels)-1].b < upTo {
		if len(r.panels) == mg1MaxPanels || !r.extend() {
			return nil
		}
	}
	return r
}

// mg1Sums are the points up to a time where w is not smooth: a sum of breaks
// b of orders o is of order Σ(o + 1) − 1. It is nil where they are too many.
func mg1Sums(breaks []mg1Break, upTo float64) []float64 {
	order := map[float64]int{0: 0}
	sums := []float64{0}
	for i := 0; i < len(sums); i++ {
		x := sums[i]
		for _, b := range breaks {
			y, o := x+b.at, order[x]+b.order+1
			if b.at == 0 || y > upTo || o > mg1MaxOrder {
				continue
			}
			if old, seen := order[y]; !seen || o < old {
				order[y] = o
				sums = append(sums, y)
			}
			if len(sums) > mg1MaxEnds {
				return nil
			}
		}
	}
	return mg1Distinct(sums)
}

// mg1Distinct sorts the sums and drops those that only rounding tells apart.
func mg1Distinct(sums []float64) []float64 {
	sort.Float64s(sums)
	kept := sums[:1]
	for _, x := range sums {
		if x > kept[len(kept)-1]*(1+1e-12) {
			kept = append(kept, x)
		}
	}
	return kept
}

// extend adds a panel.
func (r *mg1Renewal) extend() bool {
	a, before, width := 0.0, 0.0, r.scale*mg1Finest
	if n := len(r.panels); n > 0 {
		last := r.panels[n-1]
		a, before, width = last.b, last.before, math.Min(math.Max(last.b, r.scale)/3, 2*(last.b-last.a))
		for j, w := range r.rule.w {
			before += w * last.w[j] * (last.b - last.a)
		}
	}
	b := a + width
	i := sort.SearchFloat64s(r.ends, a)
	for i < len(r.ends) && r.ends[i] <= a {
		i++
	}
	if i < len(r.ends) && r.ends[i] < b+width/4 {
		b = r.ends[i]
	}
	p := mg1Panel{a: a, b: b, before: before, w: make([]float64, len(r.rule.x))}
	ok := r.collocate(&p)
	r.panels = append(r.panels, p)
	return ok
}

// collocate solves for w at the points of a panel.
func (r *mg1Renewal) collocate(p *mg1Panel) bool {
	n, width := len(p.w), p.b-p.a
	m, rhs := mat.NewDense(n, n, nil), mat.NewVecDense(n, nil)
	basis := make([]float64, n)
	for i, x := range r.rule.x {
		t := p.a + x*width
		rhs.SetVec(i, r.rate*(r.idle*r.tail(t)+r.convolve(t, r.tail)))
		m.Set(i, i, 1)
		r.pieces(p.a, t, t, func(low, high float64) {
			for k, y := range r.rule.x {
				v := low + y*(high-low)
				r.rule.basis((v-p.a)/width, basis)
				f := r.rate * r.rule.w[k] * (high - low) * r.tail(t-v)
				for j, l := range basis {
					m.Set(i, j, m.At(i, j)-f*l)
				}
			}
		})
	}
	var w mat.VecDense
	if err := w.SolveVec(m, rhs); err != nil {
		return false
	}
	copy(p.w, w.RawVector().Data)
	return true
}

// pieces calls f for the parts of [low, high] between which t − v passes a
// split.
func (r *mg1Renewal) pieces(low, high, t float64, f func(low, high float64)) {
	i := sort.SearchFloat64s(r.splits, t-low) - 1 // the last split below t − low
	for ; i >= 0 && t-r.splits[i] < high; i-- {
		if v := t - r.splits[i]; v > low {
			f(low, v)
			low = v
		}
	}
	if high > low {
		f(low, high)
	}
}

// convolve is ∫ w(v) tail(t − v) dv over the panels so far, up to t.
func (r *mg1Renewal) convolve(t float64, tail func(float64) float64) float64 {
	sum := 0.0
	for _, p := range r.panels {
		if p.a >= t {
			break
		}
		width := p.b - p.a
		r.pieces(p.a, math.Min(p.b, t), t, func(low, high float64) {
			whole := low == p.a && high == p.b
			for k, y := range r.rule.x {
				v := low + y*(high-low)
				w := p.w[k]
				if !whole {
					w = r.rule.value(p.w, (v-p.a)/width)
				}
				sum += r.rule.w[k] * (high - low) * w * tail(t-v)
			}
		})
	}
	return sum
}

// waitTail is P(W > t).
func (r *mg1Renewal) waitTail(t float64) float64 {
	i := sort.Search(len(r.panels), func(i int) bool { return r.panels[i].b >= t })
	if t == 0 || i == len(r.panels) {
		return r.load
	}
	p := r.panels[i]
	sum, width := p.before, p.b-p.a
	for k, y := range r.rule.x {
		sum += r.rule.w[k] * (t - p.a) * r.rule.value(p.w, y*(t-p.a)/width)
	}
	return r.load - sum
}

// laterTail is P(W > 0, W + S > t) for a service S with the tail given, all of
// whose breaks are among those of the queue.
func (r *mg1Renewal) laterTail(t float64, tail func(float64) float64) float64 {
	return r.waitTail(t) + r.convolve(t, tail)
}
