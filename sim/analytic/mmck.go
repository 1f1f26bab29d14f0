package analytic

import (
	"math"
	"strings"
)

// solveMMcK solves M/M/c/K, of which M/M/c/c, Erlang's loss system, is the one
// without waiting places.
//
// Assumptions: those of M/M/c, and room for L = K − c waiting tasks; a task
// that finds none is refused and does not return.
//
// Stability: always.
//
// Formulas, with A the idle odds of idleOdds(c, λ/µ), B = 1/(1+A) and
// r = λ/(cµ): the probabilities are in the proportions
//
//	P(N < c) : P(N = c + k) = 1 − B : B r^k,    k = 0 … L
//
// and P(N = K) is the share that is refused. An accepted task that finds c + k
// tasks, k < L, waits for k + 1 departures, an Erlang law of rate cµ; its wait
// and latency are mixtures of these (see lossLaw).
//
// Source: D. Gross, J. F. Shortle, J. M. Thompson, C. M. Harris, Fundamentals
// of Queueing Theory, 4th edition, Wiley 2008, sections 2.5 and 2.6.
//
// Method and limits: where r > 1 everything is in proportion to P(N = K)
// instead of P(N = c), with 1/r, so that nothing overflows; sums of geometric
// series are of positive terms alone and do not notice r = 1. Relative errors
// are about 1e-13, for means as for quantiles, and up to 4e-12 where c is a
// million (see idleOdds). The quantiles cost O(√(c + L)) for each trial value.
func solveMMcK(p *problem) (*Solution, error) {
	q := newLossQueue(p)
	o, err := q.outcome(p)
	if err != nil {
		return nil, err
	}
	sol := &Solution{
		Model:   "M/M/c/K",
		Method:  "birth–death balance from Erlang B",
		Source:  "D. Gross, J. F. Shortle, J. M. Thompson, C. M. Harris, Fundamentals of Queueing Theory, 4th edition (Wiley 2008), section 2.5",
		Exact:   true,
		Metrics: o.metrics(p.sys),
		Classes: p.classMetrics(func(c class) outcome { return o.share(c.share) }),
	}
	if len(p.classes) > 1 {
		sol.Note = strings.TrimLeft(sol.Note+" The queue length of a class is given by its mean alone.", " ")
	}
	if q.places == 0 {
		sol.Model, sol.Method = "M/M/c/c", "Erlang B"
		sol.Source = "D. Gross, J. F. Shortle, J. M. Thompson, C. M. Harris, Fundamentals of Queueing Theory, 4th edition (Wiley 2008), section 2.6"
	}
	return sol, nil
}

// lossQueue is M/M/c/K in proportion to one of its states: P(N = c) where
// r ≤ 1, P(N = K) where r > 1.
type lossQueue struct {
	c, load float64
	limit   int
	places  float64 // L
	odds    float64 // A
	over    bool    // r > 1
	q       ratio   // r, or 1/r where r > 1
	excess  float64 // r − 1

	below float64 // mass of N < c, in units of mass
	unit  float64 // mass of the state that the others are in proportion to
	mass  float64 // total
}

func newLossQueue(p *problem) *lossQueue {
	q := &lossQueue{c: float64(p.sys.Servers), load: p.load.hi, limit: p.sys.Limit, places: float64(p.sys.Limit), excess: -p.spare}
	q.odds = idleOdds(p.sys.Servers, q.load)
	q.unit = 1 / (1 + q.odds)
	q.below = 1
	if !math.IsInf(q.odds, 1) {
		q.below = q.odds / (1 + q.odds)
	}
	if q.over = q.excess > 0; q.over {
		q.q = newRatio(q.c/q.load, q.excess*(q.c/q.load))
		q.below *= q.q.pow(q.places)
	} else {
		q.q = newRatio(q.load/q.c, p.spare)
	}
	q.mass = q.below + q.unit*q.q.sum(q.places+1)
	return q
}

// full is P(N = K).
func (q *lossQueue) full() float64 {
	if q.over {
		return q.unit / q.mass
	}
	return q.unit * q.q.pow(q.places) / q.mass
}

// queued is the mass of the states in which an accepted task waits, c ≤ N < K.
func (q *lossQueue) queued() float64 {
	m := q.unit * q.q.sum(q.places)
	if q.over {
		m *= q.q.value
	}
	return m
}

// queueLength is Lq.
func (q *lossQueue) queueLength() float64 {
	s0, s1, _ := q.q.moments(q.limit + 1)
	if q.over {
		return q.unit * (q.places*s0 - s1) / q.mass
	}
	return q.unit * s1 / q.mass
}

// departures gives mean and variance of the number of departures that an
// accepted task waits for, given that it waits.
func (q *lossQueue) departures() (mean, variance float64) {
	s0, s1, s2 := q.q.moments(q.limit)
	k := s1 / s0
	if q.over {
		return q.places - k, s2/s0 - k*k
	}
	return k + 1, s2/s0 - k*k
}

// queueQuantile is the smallest n with P(Q ≤ n) ≥ 0.99.
func (q *lossQueue) queueQuantile() float64 {
	above := func(n float64) bool { // P(Q > n) > 0.01
		m := q.unit * q.q.sum(q.places-n)
		if !q.over {
			m *= q.q.pow(n + 1)
		}
		return m/q.mass > queueTail*(1+tieSlack)
	}
	low, high := 0, q.limit
	for low < high {
		middle := low + (high-low)/2
		if above(float64(middle)) {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return float64(low)
}

func (q *lossQueue) outcome(p *problem) (outcome, error) {
	queued := q.queued()
	accepted := (q.below + queued) / q.mass
	o := outcome{
		service:     exponentialSummary(p.meanService),
		queueLength: q.queueLength(),
		queueP99:    q.queueQuantile(),
		busy:        q.load * accepted,
		// c·accepted·r is at most c; the product may round to above it
		utilization: math.Min(1, q.load/q.c*accepted),
		throughput:  p.rate.hi * accepted,
		offered:     p.rate.hi,
		waitRatio:   queued / (q.below + queued),
		shedRatio:   q.full(),
	}
	o.wait, o.sojourn = summary{quantiles: new(quantiles)}, o.service
	if o.waitRatio > 0 {
		var err error
		if o.wait, o.sojourn, err = q.times(p.meanService, o.waitRatio); err != nil {
			return outcome{}, err
		}
	}
	return o, q.check(p, o)
}

// times gives the laws of wait and of wait and service, where some wait.
func (q *lossQueue) times(service, waitRatio float64) (wait, sojourn summary, err error) {
	law := newLossLaw(q, waitRatio)
	unit := service / q.c // of a departure while all servers are busy
	n, v := q.departures()
	mean := waitRatio * n * unit
	sd := unit * math.Sqrt(waitRatio*(n+v)+waitRatio*law.idle*n*n)
	if wait, err = tailSummary(mean, sd, unit, law.waitTail); err != nil {
		return wait, sojourn, err
	}
	sojourn, err = tailSummary(mean+service, math.Hypot(sd, service), unit, law.sojournTail)
	return wait, sojourn, err
}

// check computes the odds a second time, and holds Little's law and the balance
// of flow in and out against the outcome.
func (q *lossQueue) check(p *problem, o outcome) error {
	if err := checkIdleOdds(p.sys.Servers, q.load, q.odds); err != nil {
		return err
	}
	if err := agree("queue length and throughput × wait (Little's law)", o.queueLength, o.throughput*o.wait.mean); err != nil {
		return err
	}
	if err := agree("the mass of all states and one", (q.below+q.queued())/q.mass+o.shedRatio, 1); err != nil {
		return err
	}
	// busy servers, from the states: those with N < c hold a·P(N < c) − c·P(N = c)
	first := q.unit
	if q.over {
		first *= q.q.pow(q.places)
	}
	idle := (q.load*q.below - q.c*first) / q.mass
	return agree("flow in and out", o.busy, idle+q.c*q.unit*q.q.sum(q.places+1)/q.mass)
}
