package analytic

import "math"

// lossLaw is the law of wait and latency of an accepted task of M/M/c/K, in
// time units of 1/(cµ).
//
// While a task waits all servers are busy, and departures are a Poisson
// process of rate one. With N(x) of them up to x, a task that found c + k
// tasks still waits at x where N(x) ≤ k, and otherwise began its service at
// departure k + 1, and survives each later departure with probability
// β = 1 − 1/c, that it was another's. Given that a task waits, it found c + k with
// probability r^k/S, S = 1 + r + … + r^(L−1), so that with π the Poisson
// probabilities of mean x
//
//	P(W > x | W > 0)                  = 1/S Σ_{i<L} π(i) (r^i + … + r^(L−1))
//	P(W ≤ x < W + service | W > 0)    = 1/S Σ_{i≥1} π(i) U(i)
//	U(i) = Σ_{k < min(i, L)} r^k β^(i−1−k)
//
// which is the uniformised chain: all terms are positive. U(i) is a geometric
// sum times the larger of r and β to the power i − 1 up to i = L, and falls by
// β at each step from there. Powers are moved into the Poisson probabilities
// (see tilt), which leaves weights that vary slowly and are carried from term
// to term. Where r > 1 everything is divided by r^(L−1).
type lossLaw struct {
	c, places     float64
	wait, idle    float64 // P(W > 0), P(W = 0) of an accepted task
	over          bool
	q             ratio
	series        float64 // S, or S/r^(L−1)
	arrive, leave tilt    // r (1 where r > 1), β
	grow          tilt    // the larger of r and β
	pivot         float64 // the power of grow in U(i) is i − pivot
	inner         ratio   // the smaller of r and β over the larger
	rest          float64 // U(L), or U(L)/r^(L−1)
}

func newLossLaw(q *lossQueue, waitRatio float64) *lossLaw {
	l := &lossLaw{c: q.c, places: q.places, wait: waitRatio, over: q.over, q: q.q, arrive: untilted}
	l.idle = q.below / (q.below + q.queued())
	l.series = q.q.sum(q.places)
	l.leave = tilt{(q.c - 1) / q.c, -1 / q.c, math.Log1p(-1 / q.c)}
	r := tilt{q.load / q.c, q.excess, q.q.log}
	if q.over {
		r.log = -q.q.log
	} else {
		l.arrive = r
	}
	difference := 1/q.c + q.excess // r − β
	if q.excess < -0.5 {
		difference = r.value - l.leave.value
	}
	l.grow, l.pivot = r, 1
	ratioOf := l.leave.value / r.value
	if difference < 0 {
		l.grow, ratioOf = l.leave, r.value/l.leave.value
	}
	if q.over {
		l.pivot = q.places
	}
	l.inner = newRatio(ratioOf, math.Min(1, math.Abs(difference)/l.grow.value))
	l.rest = l.inner.sum(q.places)
	if !q.over {
		l.rest *= math.Exp((q.places - 1) * l.grow.log)
	}
	return l
}

// waitTail is P(W > x).
func (l *lossLaw) waitTail(x float64) float64 {
	if x == 0 {
		return l.wait
	}
	y := l.arrive.value * x
	top := highest(l.places-1, y)
	weight := recurrence{l.q.sum(l.places - top), 1, l.q.value}
	return l.wait * descend(l.arrive.logTerm(top, x, 0), top, 0, y, weight) / l.series
}

// sojournTail is P(W + service > x).
func (l *lossLaw) sojournTail(x float64) float64 {
	if x == 0 {
		return 1
	}
	serving := l.early(x) + l.late(x)
	return l.waitTail(x) + l.idle*math.Exp(-x/l.c) + l.wait*serving/l.series
}

// early is the part of ΣπU with 1 ≤ i ≤ L.
func (l *lossLaw) early(x float64) float64 {
	y := l.grow.value * x
	bottom := lowest(1, l.places, y)
	weight := recurrence{l.inner.sum(bottom), 1, l.inner.value}
	return ascend(l.grow.logTerm(bottom, x, l.pivot), bottom, l.places, y, weight)
}

// late is the part with i > L; there is none with one server, who at that time
// has served the task.
func (l *lossLaw) late(x float64) float64 {
	if l.leave.value == 0 {
		return 0
	}
	y := l.leave.value * x
	bottom := lowest(l.places+1, math.Inf(1), y)
	return l.rest * ascend(l.leave.logTerm(bottom, x, l.places), bottom, math.Inf(1), y, recurrence{1, 0, 1})
}
