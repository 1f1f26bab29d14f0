package analytic

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/integrate/quad"
)

// maxSizePanels bounds the panels that halving makes; a law that needs more is
// then refused by its mass or mean.
const maxSizePanels = 4000

// sizeNodes is the number of Gauss nodes of a panel.
const sizeNodes = 16

// gaussRule is a Gauss–Legendre rule on [-1, 1] that also integrates up to each
// node: below[i][j] is the weight of node j in the integral from -1 to node i.
type gaussRule struct {
	x, w  [sizeNodes]float64
	below [sizeNodes][sizeNodes]float64
}

// newGaussRule integrates the Legendre series of the interpolating polynomial:
// the integral of Pₙ from -1 to x is (Pₙ₊₁ − Pₙ₋₁)/(2n + 1).
func newGaussRule() *gaussRule {
	g := &gaussRule{}
	quad.Legendre{}.FixedLocations(g.x[:], g.w[:], -1, 1)
	var p [sizeNodes][sizeNodes + 1]float64
	for i, x := range g.x {
		p[i][0], p[i][1] = 1, x
		for n := 1; n < sizeNodes; n++ {
			k := float64(n)
			p[i][n+1] = ((2*k+1)*x*p[i][n] - k*p[i][n-1]) / (k + 1)
		}
	}
	for i := range sizeNodes {
		for j := range sizeNodes {
			sum := (g.x[i] + 1) / 2
			for n := 1; n < sizeNodes; n++ {
				sum += p[j][n] / 2 * (p[i][n+1] - p[i][n-1])
			}
			g.below[i][j] = g.w[j] * sum
		}
	}
	return g
}

// sum is the integral over a panel of a function of the node.
func (g *gaussRule) sum(a, b float64, f func(x float64) float64) float64 {
	half, sum := (b-a)/2, 0.0
	for i, x := range g.x {
		sum += g.w[i] * f(a+half*(1+x))
	}
	return half * sum
}

// sizePanel is an interval of sizes.
type sizePanel struct{ a, b float64 }

// sizeGrid are panels on which a density is resolved: from mark to mark, no
// wider than twice the distance from the last end, down to where nothing is
// left at an end and up to where the moment of an order is complete.
func sizeGrid(g *gaussRule, l sizeLaw, order, mean float64) []sizePanel {
	ends := append([]float64{0}, l.ends...)
	marks := slices.Concat(ends, l.marks)
	for _, a := range l.atoms {
		marks = append(marks, a.x)
	}
	slices.Sort(marks)
	marks = slices.Compact(marks)
	slices.Sort(ends)
	f := l.density
	if f == nil {
		f = func(float64) float64 { return 0 }
	}
	moment := func(a, b float64) float64 {
		return g.sum(a, b, func(x float64) float64 { return math.Pow(x/mean, order) * f(x) })
	}
	var panels []sizePanel
	add := func(a, b float64) { panels = g.resolve(panels, f, a, b, mean, 0) }
	origin := 0.0
	for i, a := range marks {
		if slices.Contains(ends, a) {
			origin = a
		}
		switch {
		case i+2 == len(marks) && l.bounded: // 1 − ρ(x) falls to 1 − ρ at the top
			middle := a + (marks[i+1]-a)/2
			for _, s := range graded(g, f, origin, a, middle) {
				add(s.a, s.b)
			}
			for k := 0; k < 48 && middle < marks[i+1]; k++ {
				next := middle + (marks[i+1]-middle)/2
				if k == 47 || next == middle {
					next = marks[i+1]
				}
				add(middle, next)
				middle = next
			}
		case i+1 < len(marks):
			for _, s := range graded(g, f, origin, a, marks[i+1]) {
				add(s.a, s.b)
			}
		case !l.bounded && f != nil:
			base := a - origin
			if base == 0 {
				base = mean
				for _, s := range graded(g, f, origin, a, origin+base) {
					add(s.a, s.b)
				}
			}
			for idle := 0; base < 1e300 && idle < 2; base *= 2 {
				add(origin+base, origin+2*base)
				if math.Abs(moment(origin+base, origin+2*base)) < 1e-18 {
					idle++
				}
			}
		}
	}
	return panels
}

// graded are the panels from a to b, by powers of two from an origin.
func graded(g *gaussRule, f func(float64) float64, origin, a, b float64) []sizePanel {
	var down []sizePanel
	for k := 0; b > a; k++ {
		middle := origin + (b-origin)/2
		if middle <= a || middle >= b || k > 1000 {
			middle = a
		}
		if a == origin && k > 8 && g.sum(a, b, f) < 1e-19 || b-origin < 0x1p-40*origin {
			middle = a
		}
		down = append(down, sizePanel{middle, b})
		b = middle
	}
	slices.Reverse(down)
	return down
}

// resolve halves a panel until two halves give the same integral of the
// density as the whole.
func (g *gaussRule) resolve(panels []sizePanel, f func(float64) float64, a, b, mean float64, depth int) []sizePanel {
	middle := a + (b-a)/2
	whole, halves := g.sum(a, b, f), g.sum(a, middle, f)+g.sum(middle, b, f)
	size := math.Abs(halves)
	if depth > 24 || len(panels) > maxSizePanels || math.Abs(whole-halves) <= 1e-11*size || size*math.Max(1, b/mean) < 1e-17 {
		return append(panels, sizePanel{a, b})
	}
	return g.resolve(g.resolve(panels, f, a, middle, mean, depth+1), f, middle, b, mean, depth+1)
}

// halved are the panels, each in two.
func halved(panels []sizePanel) []sizePanel {
	twice := make([]sizePanel, 0, 2*len(panels))
	for _, s := range panels {
		middle := s.a + (s.b-s.a)/2
		twice = append(twice, sizePanel{s.a, middle}, sizePanel{middle, s.b})
	}
	return twice
}
