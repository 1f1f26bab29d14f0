package analytic

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/integrate/quad"

	"spillway/distributions"
)

// patienceLaw is the law of patience in time units of a mean service.
type patienceLaw struct {
	left   func(x float64) float64 // G(x), the share that has left at x
	stay   func(x float64) float64 // 1 − G(x)
	kept   func(x float64) float64 // F(x), the integral of 1 − G from 0 to x
	breaks []float64               // where G may jump or bend, ascending
}

// newPatienceLaw is the law of patience where a mean service takes unit. The
// integral F of exponential, constant and phase-type patience is known; that of
// another law is tabulated. What is below least is too short to matter.
func newPatienceLaw(d distributions.Distribution, unit, least float64, r *legendreRule) (patienceLaw, error) {
	if e, ok := asExponential(d); ok {
		rate := unit / e.Mean()
		if e.ByRate() {
			rate = unit * e.Rate()
		}
		return exponentialPatience(rate).scaled(nil), nil
	}
	if isConstant(d) {
		return constantPatience(d.Mean() / unit), nil
	}
	if phases, ok := phasePatience(d, unit); ok {
		return phases, nil
	}
	cdf, ok := distributions.CDFOf(d)
	if !ok {
		return patienceLaw{}, fmt.Errorf("analytic: the distribution function of patience %s is not known", lawName(d))
	}
	l := patienceLaw{left: func(x float64) float64 { return cdf(x * unit) }}
	l.stay = func(x float64) float64 { return 1 - cdf(x*unit) }
	l = l.scaled(patienceBreaks(d, unit))
	t := patienceTable{rule: r, least: least}
	if err := t.fill(l, d.Mean()/unit); err != nil {
		return l, err
	}
	l.kept = t.at
	return l, nil
}

func exponentialPatience(rate float64) patienceLaw {
	return patienceLaw{
		left: func(x float64) float64 { return -math.Expm1(-rate * x) },
		stay: func(x float64) float64 { return math.Exp(-rate * x) },
		kept: func(x float64) float64 { return x * meanDecay(rate*x) },
	}
}

func constantPatience(value float64) patienceLaw {
	left := func(x float64) float64 {
		if x < value {
			return 0
		}
		return 1
	}
	return patienceLaw{
		left:   left,
		stay:   func(x float64) float64 { return 1 - left(x) },
		kept:   func(x float64) float64 { return math.Min(x, value) },
		breaks: []float64{value},
	}
}

// maxPatienceBreaks is how many values of an empirical law are taken for places
// where G jumps; more are left to the subdivision.
const maxPatienceBreaks = 5000

// patienceBreaks are the ends of the support and the values of an empirical
// law. Other jumps are cornered by subdivision.
func patienceBreaks(d distributions.Distribution, unit float64) []float64 {
	var at []float64
	if quantile, ok := distributions.QuantileOf(d); ok {
		at = append(at, quantile(0), quantile(1))
	}
	if e, ok := d.(distributions.Empirical); ok {
		if v := e.Values(); len(v) <= maxPatienceBreaks {
			at = append(at, v...)
		}
	}
	for i := range at {
		at[i] /= unit
	}
	return at
}

// scaled is the law with breaks at those given and at quantiles across its
// range: without them a panel might begin where G rises and be so wide that no
// node sees it rise.
func (l patienceLaw) scaled(breaks []float64) patienceLaw {
	for _, p := range []float64{1e-12, 1e-9, 1e-6, 1e-3, 0.1, 0.5, 0.9, 0.99, 0.999, 1 - 1e-6, 1 - 1e-9, 1 - 1e-12} {
		breaks = append(breaks, leastFloat(func(x float64) bool { return l.left(x) >= p }))
	}
	breaks = slices.DeleteFunc(breaks, func(x float64) bool { return !(x > 0 && x < 1e300) })
	slices.Sort(breaks)
	l.breaks = slices.Compact(breaks)
	return l
}

// leastFloat is the least x of those for which a condition holds, all that are
// large enough, by halving the distance of the bits; about 1e300 where there is none.
func leastFloat(holds func(x float64) bool) float64 {
	if holds(0) {
		return 0
	}
	low, high := uint64(0), math.Float64bits(1e300)
	for high-low > 1 {
		if middle := low + (high-low)/2; holds(math.Float64frombits(middle)) {
			high = middle
		} else {
			low = middle
		}
	}
	return math.Float64frombits(high)
}

// growth is how much wider a panel may be than the one before.
const growth = 3

// nextBreak is the first break above x, +Inf where there is none.
func (l patienceLaw) nextBreak(x float64) float64 {
	i, found := slices.BinarySearch(l.breaks, x)
	if found {
		i++
	}
	if i < len(l.breaks) {
		return l.breaks[i]
	}
	return math.Inf(1)
}

// lastBreak is the last break below x, 0 where there is none.
func (l patienceLaw) lastBreak(x float64) float64 {
	if i, _ := slices.BinarySearch(l.breaks, x); i > 0 {
		return l.breaks[i-1]
	}
	return 0
}

// smooth reports whether an expansion on a panel may stand for a function: its
// last terms are nothing beside the others, and it holds at the ends too, where
// between the last node and the end a jump would not be seen.
func smooth(coefficients []float64, a, b, absolute float64, f func(float64) float64) bool {
	if b-a <= 0x1p-49*b {
		return true // too narrow to matter
	}
	size := absolute
	for _, v := range coefficients {
		size = math.Max(size, absolute+1e-12*math.Abs(v))
	}
	left, right := legendreEnds(coefficients)
	return legendreRest(coefficients) <= size && math.Abs(left-f(a)) <= 100*size && math.Abs(right-f(math.Nextafter(b, 0))) <= 100*size
}

// legendreEnds are the values of an expansion at the ends of its panel.
func legendreEnds(c []float64) (left, right float64) {
	for n, v := range c {
		right += v
		left += v * float64(1-n%2*2)
	}
	return left, right
}

// maxPanels bounds the subdivision; a law that needs more is refused.
const maxPanels = 100_000

// patienceTable is F on panels, by the integral of an expansion of 1 − G.
type patienceTable struct {
	rule   *legendreRule
	least  float64
	ends   []float64 // the first is 0
	before []float64 // F where a panel begins, and, last, where all end
	panels [][]float64
}

// fill makes panels up to where nobody is left.
func (t *patienceTable) fill(l patienceLaw, mean float64) error {
	a, h, total := 0.0, 1.0, 0.0
	if mean > 0 && !math.IsInf(mean, 1) {
		h = mean / 4
	}
	t.ends, t.before = []float64{0}, []float64{0}
	for trials := 0; l.stay(a) > 0 && a < 1e250; {
		if trials++; trials > maxPanels {
			return fmt.Errorf("%w: the distribution function of patience needs more than %d panels", ErrNoModel, maxPanels)
		}
		b := math.Min(a+h, l.nextBreak(a))
		c := t.rule.expand(a, b, l.stay)
		if b > t.least && !smooth(c, a, b, 1e-15, l.stay) {
			h = (b - a) / 2
			continue
		}
		total += (b - a) * c[0]
		t.ends, t.before, t.panels = append(t.ends, b), append(t.before, total), append(t.panels, c)
		a, h = b, growth*(b-a)
	}
	return nil
}

// at is F(x).
func (t *patienceTable) at(x float64) float64 {
	i, found := slices.BinarySearch(t.ends, x)
	if found || i >= len(t.ends) {
		return t.before[min(i, len(t.before)-1)]
	}
	a, b := t.ends[i-1], t.ends[i]
	return t.before[i-1] + legendreIntegral(t.panels[i-1], a, b, x)
}

// legendreNodes is the number of points of a panel.
const legendreNodes = 20

// legendreRule is the Gauss–Legendre rule on [−1, 1], exact for polynomials up
// to degree 39, with the Legendre polynomials at its nodes.
type legendreRule struct {
	x, w  [legendreNodes]float64
	basis [legendreNodes][legendreNodes]float64 // by degree, then node
}

func newLegendreRule() *legendreRule {
	r := &legendreRule{}
	quad.Legendre{}.FixedLocations(r.x[:], r.w[:], -1, 1)
	for i, x := range r.x {
		last, p := 0.0, 1.0
		for n := range legendreNodes {
			r.basis[n][i] = p
			k := float64(n)
			last, p = p, ((2*k+1)*x*p-k*last)/(k+1)
		}
	}
	return r
}

// node is the place of a node in a panel.
func (r *legendreRule) node(a, b float64, i int) float64 { return (a + b + (b-a)*r.x[i]) / 2 }

// expand gives the coefficients of a function on a panel in Legendre
// polynomials.
func (r *legendreRule) expand(a, b float64, f func(float64) float64) []float64 {
	var v [legendreNodes]float64
	for i := range v {
		v[i] = f(r.node(a, b, i))
	}
	return r.expansion(v)
}

func (r *legendreRule) expansion(v [legendreNodes]float64) []float64 {
	c := make([]float64, legendreNodes)
	for n := range c {
		for i := range v {
			c[n] += r.w[i] * r.basis[n][i] * v[i]
		}
		c[n] *= float64(2*n+1) / 2
	}
	return c
}

// integrate is the integral over a panel in one step.
func (r *legendreRule) integrate(a, b float64, f func(float64) float64) float64 {
	sum := 0.0
	for i := range r.x {
		sum += r.w[i] * f(r.node(a, b, i))
	}
	return sum * (b - a) / 2
}

// legendreRest is the size of the last terms of an expansion, of even and odd
// degree.
func legendreRest(c []float64) float64 {
	sum := 0.0
	for _, v := range c[legendreNodes-4:] {
		sum += math.Abs(v)
	}
	return sum
}

// legendreIntegral is the integral from a to x of an expansion on [a, b].
func legendreIntegral(c []float64, a, b, x float64) float64 {
	return legendreIntegralAt(c, (2*x-a-b)/(b-a)) * (b - a) / 2
}

// legendreIntegralAt is the integral from −1 to y of an expansion on [−1, 1].
// That of the polynomial of degree n > 0 is (P(n+1) − P(n−1))/(2n+1).
func legendreIntegralAt(c []float64, y float64) float64 {
	sum := c[0] * (1 + y)
	last, p := 1.0, y
	for n := 1; n < len(c); n++ {
		k := float64(n)
		next := ((2*k+1)*y*p - k*last) / (k + 1)
		sum += c[n] * (next - last) / (2*k + 1)
		last, p = p, next
	}
	return sum
}
