package analytic

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// queueQuantile is the smallest n with P(Q ≤ n) ≥ 0.99.
func (q *patienceQueue) queueQuantile() float64 {
	above := func(n int) bool { return q.longer(n) > queueTail*(1+tieSlack) }
	if q.grid == nil || (q.waiting+q.full)/q.mass <= queueTail || !above(0) {
		return 0
	}
	low, high := 0, 1+int(math.Min(1e15, q.queue/q.mass))
	for (q.limit < 0 || high < q.limit) && above(high) {
		low, high = high, 2*high
	}
	if q.limit >= 0 {
		high = min(high, q.limit)
	}
	for high-low > 1 {
		if middle := low + (high-low)/2; above(middle) {
			low = middle
		} else {
			high = middle
		}
	}
	return float64(high)
}

// longer is P(Q > n): the integral of v times a function of z that rises from
// nothing about n within a few √n, which a panel may be too wide to see.
func (q *patienceQueue) longer(n int) float64 {
	if q.limit >= 0 && n >= q.limit {
		return 0
	}
	z := func(x float64) float64 { return q.load * q.grid.law.kept(x) }
	m := float64(n)
	width := windowWidth(m + 1)
	low, high := m-width, m+width
	if limit := float64(q.limit); q.limit >= 0 && high >= limit { // the rise is cut off by the limit
		high = limit + windowWidth(limit)
	}
	total := 0.0
	for k := range q.grid.panels {
		p := &q.grid.panels[k]
		if z(p.b) <= low {
			continue
		}
		f := func(x float64) float64 { return math.Exp(p.log(x)) * q.longerAt(n, z(x)) }
		from := leastBetween(p.a, p.b, func(x float64) bool { return z(x) >= low })
		to := leastBetween(from, p.b, func(x float64) bool { return z(x) >= high })
		pieces := int(math.Min(100, math.Ceil((z(to)-z(from))/(2*math.Sqrt(m+1)))))
		for i := range pieces {
			h := (to - from) / float64(pieces)
			total += q.grid.rule.integrate(from+h*float64(i), from+h*float64(i+1), f)
		}
		total += q.grid.rule.integrate(to, p.b, f)
	}
	return q.unit * q.c * total / q.mass
}

// leastBetween is about the least x from a to b for which a condition holds,
// all that are large enough; b where there is none.
func leastBetween(a, b float64, holds func(float64) bool) float64 {
	if holds(a) {
		return a
	}
	for range 20 {
		if middle := (a + b) / 2; holds(middle) {
			b = middle
		} else {
			a = middle
		}
	}
	return b
}

// longerAt is Σ_{n<k≤L} z^k/k! over Σ_{k<L} z^k/k!; without a limit that is a
// Poisson probability.
func (q *patienceQueue) longerAt(n int, z float64) float64 {
	width := windowWidth(float64(n) + 1)
	if z < float64(n)-width {
		return 0
	}
	most := q.limit - 1
	if q.limit < 0 || outOfReach(most, z) {
		if z > float64(n)+width {
			return 1
		}
		return mathext.GammaIncReg(float64(n)+1, z)
	}
	top := idleOdds(most, z)
	all := 1 + 1/idleOdds(q.limit, z)
	odds := idleOdds(n, z)
	if math.IsInf(odds, 1) {
		return all - 1
	}
	part := math.Exp(logPoisson(float64(n), z)-logPoisson(float64(most), z)) * (1 + odds) / (1 + top)
	return math.Max(0, all-part)
}

// outOfReach reports whether Erlang's loss function of n servers is nothing at z erlangs.
func outOfReach(n int, z float64) bool { return float64(n) > z+windowWidth(z+1) }
