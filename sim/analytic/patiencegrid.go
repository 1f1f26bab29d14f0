package analytic

import (
	"fmt"
	"math"
	"slices"
)

// patienceGrid holds the weight v(x) on panels, from its mode both ways to
// where it is nothing:
//
//	v(x) = e^-cx Σ_{k<L} z^k/k!,   z = aF(x)
//
// which is e^(z−cx) without a limit L. Its logarithm ψ is concave, because z
// is, and has the slope
//
//	ψ'(x) = −c(1−ρ) − a(G(x) + B(1 − G(x)))
//
// with B Erlang's loss function of L − 1 servers and z erlangs, 0 without a
// limit. ψ is relative to its maximum, so that nothing overflows and its
// rounding where v matters is that of small numbers.
type patienceGrid struct {
	c, load, spare float64
	limit          int // L, at least 1; negative without
	law            patienceLaw
	rule           *legendreRule

	panels []patiencePanel
	origin float64 // v(0), of which all others are multiples; 0 where it is nothing
}

// patiencePanel is a stretch of the grid.
type patiencePanel struct {
	a, b    float64
	slope   []float64 // expansion of ψ'
	level   float64   // ψ(a)
	x, v, w [legendreNodes]float64
	served  float64 // integral of v(1 − G) over the panel
	beyond  float64 // the same over all panels to the right
	age     float64 // integral of v(1 − G) e^-(b−x), from 0 to b
}

// negligibleLog is the logarithm of a weight that is nothing beside that of the mode.
const negligibleLog = -60

// steepest is how much ψ may vary on a panel.
const steepest = 6

func newPatienceGrid(p *problem, law patienceLaw, rule *legendreRule) (*patienceGrid, error) {
	g := &patienceGrid{c: float64(p.sys.Servers), load: p.load.hi, spare: p.spare, limit: -1, law: law, rule: rule}
	if p.sys.Limited {
		g.limit = p.sys.Limit
	}
	mode := g.mode()
	left, err := g.march(mode, -1)
	if err != nil {
		return nil, err
	}
	right, err := g.march(mode, 1)
	if err != nil {
		return nil, err
	}
	slices.Reverse(left)
	if len(left) == 0 {
		g.origin = 1
	} else if left[0].a == 0 {
		g.origin = math.Exp(left[0].level)
	}
	g.panels = append(left, right...)
	g.weigh()
	return g, nil
}

// slope is ψ'(x).
func (g *patienceGrid) slope(x float64) float64 {
	gone := g.law.left(x)
	if g.limit >= 0 {
		if z := g.load * g.law.kept(x); !outOfReach(g.limit-1, z) {
			gone += g.law.stay(x) / (1 + idleOdds(g.limit-1, z))
		}
	}
	return -g.c*g.spare - g.load*gone
}

// mode is the least x from which on v does not grow.
func (g *patienceGrid) mode() float64 {
	return leastFloat(func(x float64) bool { return g.slope(x) <= 0 })
}

// march makes panels from the mode on, to the right or to the left.
func (g *patienceGrid) march(from float64, direction int) ([]patiencePanel, error) {
	var panels []patiencePanel
	h, level, at := 1/g.c, 0.0, from
	for trials := 0; level > negligibleLog && at < 1e300 && (direction > 0 || at > 0); {
		if trials++; trials > maxPanels {
			return nil, fmt.Errorf("%w: the law of the wait needs more than %d panels", ErrNoModel, maxPanels)
		}
		a, b := at, math.Min(at+h, g.law.nextBreak(at))
		if direction < 0 {
			a, b = math.Max(at-h, g.law.lastBreak(at)), at
		}
		p, ok := g.panel(a, b)
		if !ok {
			h = (b - a) / 2
			continue
		}
		rise := legendreIntegral(p.slope, a, b, b)
		p.level = level
		at, level = b, level+rise
		if direction < 0 {
			at, level = a, p.level-rise
			p.level = level
		}
		panels = append(panels, p)
		h = growth * (b - a)
	}
	return panels, nil
}

// panel is a stretch, if the expansions hold on it.
func (g *patienceGrid) panel(a, b float64) (patiencePanel, bool) {
	p := patiencePanel{a: a, b: b}
	var slopes, gone [legendreNodes]float64
	steep := 0.0
	for i := range p.x {
		p.x[i] = g.rule.node(a, b, i)
		slopes[i], gone[i] = g.slope(p.x[i]), g.law.left(p.x[i])
		steep = math.Max(steep, math.Abs(slopes[i]))
	}
	least := b <= shortest(g.c, g.load)
	if narrow := least || b-a <= 0x1p-49*b; !narrow && steep*(b-a) > steepest {
		return p, false
	}
	p.slope = g.rule.expansion(slopes)
	return p, least || smooth(p.slope, a, b, 1e-13/(b-a)+1e-14*(g.c+g.load), g.slope) &&
		smooth(g.rule.expansion(gone), a, b, 1e-15, g.law.left)
}

// log is ψ(x) on a panel.
func (p *patiencePanel) log(x float64) float64 {
	return p.level + legendreIntegral(p.slope, p.a, p.b, x)
}

// density is v(x)(1 − G(x)), proportional to that of the wait of served tasks.
func (g *patienceGrid) density(p *patiencePanel, x float64) float64 {
	return math.Exp(p.log(x)) * g.law.stay(x)
}

// weigh computes v at all nodes and the running integrals.
func (g *patienceGrid) weigh() {
	age, last := 0.0, 0.0
	for k := range g.panels {
		p := &g.panels[k]
		for i, x := range p.x {
			// not log(x), which where panels are narrow has the rounding of x
			half := (p.b - p.a) / 2
			p.v[i], p.w[i] = math.Exp(p.level+half*legendreIntegralAt(p.slope, g.rule.x[i])), g.rule.w[i]*half
			p.served += p.w[i] * p.v[i] * g.law.stay(x)
		}
		age = age*math.Exp(-(p.b-last)) + g.recent(p, p.b)
		p.age, last = age, p.b
	}
	for k := len(g.panels) - 2; k >= 0; k-- {
		g.panels[k].beyond = g.panels[k+1].beyond + g.panels[k+1].served
	}
}

// recent is the integral of density(x) e^-(t−x) from the beginning of the panel
// to t in it, in stretches in which the exponential varies little.
func (g *patienceGrid) recent(p *patiencePanel, t float64) float64 {
	sum, to := 0.0, t
	for width := 4.0; to > p.a && t-to < 60; width *= 2 {
		from := math.Max(p.a, to-width)
		sum += g.rule.integrate(from, to, func(x float64) float64 { return g.density(p, x) * math.Exp(x-t) })
		to = from
	}
	return sum
}

// sum is the integral of f·v over all x.
func (g *patienceGrid) sum(f func(x float64) float64) float64 {
	total := 0.0
	for k := range g.panels {
		p := &g.panels[k]
		for i, x := range p.x {
			total += p.w[i] * p.v[i] * f(x)
		}
	}
	return total
}

// find is the panel that x is in, nil where it is before or behind all.
func (g *patienceGrid) find(x float64) (p *patiencePanel, before bool) {
	i, _ := slices.BinarySearchFunc(g.panels, x, func(p patiencePanel, x float64) int {
		if p.b <= x {
			return -1
		}
		return 1
	})
	if i == len(g.panels) {
		return nil, false
	}
	if p = &g.panels[i]; x < p.a {
		return nil, true
	}
	return p, false
}

// later is the integral of density from x on.
func (g *patienceGrid) later(x float64) float64 {
	p, before := g.find(x)
	switch {
	case p != nil:
		return p.beyond + g.rule.integrate(x, p.b, func(x float64) float64 { return g.density(p, x) })
	case before:
		return g.panels[0].beyond + g.panels[0].served
	}
	return 0
}

// inService is the integral of density(x) e^-(t−x) up to t.
func (g *patienceGrid) inService(t float64) float64 {
	p, before := g.find(t)
	switch {
	case before:
		return 0
	case p == nil:
		last := g.panels[len(g.panels)-1]
		return last.age * math.Exp(last.b-t)
	case p == &g.panels[0]:
		return g.recent(p, t)
	}
	i, _ := slices.BinarySearchFunc(g.panels, p.a, func(q patiencePanel, a float64) int {
		if q.b < a {
			return -1
		}
		return 1
	})
	return g.panels[i].age*math.Exp(p.a-t) + g.recent(p, t)
}
