package analytic

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"spillway/distributions"
)

// obstacleMMcGI is what keeps a system from being M/M/c+GI, with or without a
// limit of the queue.
func obstacleMMcGI(p *problem) string {
	sys := p.sys
	if sys.Patience == nil {
		return "tasks wait for ever"
	}
	if sys.Infinite {
		return "the number of servers is infinite, and nobody waits"
	}
	if sys.Limited && sys.Limit > maxSize {
		return fmt.Sprintf("the queue has more than %d places", maxSize)
	}
	if _, ok := distributions.CDFOf(sys.Patience); !ok {
		return fmt.Sprintf("the distribution function of patience, %s, is not known", lawName(sys.Patience))
	}
	sys.Patience = nil
	return obstacleMarkovOf(sys, p.sys)
}

// solveMMcGI solves M/M/c+GI, of which M/M/c+D is the one with constant
// patience, also with a limit L of the waiting tasks.
//
// Assumptions: those of M/M/c; each task has a patience of law G, independent of
// everything, and leaves when it has waited so long, but never out of service; a
// task that finds L waiting, those counted who will leave, is refused.
//
// Stability: always, as patience is finite.
//
// Formulas, in time units of a mean service, with F(x) the integral of 1 − G
// from 0 to x, z = aF(x), A the idle odds of idleOdds(c, a), and everything in
// proportion to P(N = c):
//
//	P(N < c)          = A
//	P(N = c + k)      = ∫ c e^-cx z^k/k! dx,             k = 0 … L
//	density of the offered wait, of the accepted that find all servers busy:
//	                    c v(x) = c e^-cx Σ_{k<L} z^k/k!
//	served after x    : c v(x)(1 − G(x));   abandoned : ∫ c v G
//	Lq                = ∫ c v z
//
// An arrival sees these (PASTA), and waits the offered wait if its patience is
// above it. Without a limit the sum is e^z.
//
// Source: S. Zeltyn, A. Mandelbaum, "Call centers with impatient customers:
// many-server asymptotics of the M/M/n+G queue", Queueing Systems 51, 2005,
// section 2 and appendix; F. Baccelli, G. Hebuterne, "On queues with impatient
// customers", Performance '81, 1981. The numbers waiting and the limit are
// those of A. Brandt, M. Brandt, "On the M(n)/M(n)/s queue with impatient
// calls", Performance Evaluation 35, 1999.
//
// Method and limits: ln v is concave; its maximum is found by bisection and the
// integrals are Gauss–Legendre sums of 20 points on panels from there to where
// v has fallen by e^-60, divided until expansions of G and of the slope of ln v
// converge. Jumps of G are panels' ends where they are known, and otherwise
// cornered. Relative errors are about 1e-13 for smooth, exponential and
// constant patience, growing as 1e-16 √(a × patience in services) for loads
// near one server each with very long patience. The survival 1 − G is computed
// from G, but for laws of phase type (see phasePatience): where the waits are at
// patience's own quantile 1 − δ, errors are 1e-16/δ. The flow into service from the wait and from the states must agree.
func solveMMcGI(p *problem) (*Solution, error) {
	_, o, abandoned, err := solvePatience(p)
	if err != nil {
		return nil, err
	}
	model := "M/M/c+GI"
	if isConstant(p.sys.Patience) {
		model = "M/M/c+D"
	}
	sol := &Solution{
		Model:  model,
		Method: "integrals of the offered wait",
		Source: "S. Zeltyn, A. Mandelbaum, Call centers with impatient customers: many-server asymptotics of the M/M/n+G queue, Queueing Systems 51, 2005, section 2",
	}
	return finishPatience(p, sol, o, abandoned), nil
}

// finishPatience fills in what the families with patience have in common.
func finishPatience(p *problem, sol *Solution, o outcome, abandoned float64) *Solution {
	sol.Exact = true
	if p.sys.Limited {
		sol.Model = strings.Replace(sol.Model, "M/M/c", "M/M/c/K", 1)
		sol.Source += "; A. Brandt, M. Brandt, On the M(n)/M(n)/s queue with impatient calls, Performance Evaluation 35, 1999"
	}
	put := func(m Metrics) Metrics {
		m["abandoned_ratio"] = map[string]float64{"mean": abandoned}
		return m
	}
	sol.Metrics = put(o.metrics(p.sys))
	sol.Classes = p.classMetrics(func(c class) outcome { return o.share(c.share) })
	for _, m := range sol.Classes {
		put(m)
	}
	if sol.Classes != nil {
		sol.Note = strings.TrimLeft(sol.Note+" The queue length of a class is given by its mean alone.", " ")
	}
	return sol
}

// patienceQueue is M/M/c+GI with masses in proportion to that of v's maximum.
type patienceQueue struct {
	c, load float64
	limit   int           // negative without
	grid    *patienceGrid // nil without waiting places

	unit      float64 // of one P(N = c), 1/(1+A)
	below     float64 // N < c
	waiting   float64 // accepted that find all servers busy
	served    float64 // of them, those that are served
	abandoned float64 // and those that leave
	full      float64 // N = K
	queue     float64 // Lq times the mass
	mass      float64
	abandons  float64 // of the offered
}

// solvePatience gives the queue, its outcome and the share that leaves.
func solvePatience(p *problem) (*patienceQueue, outcome, float64, error) {
	q, err := newPatienceQueue(p)
	if err != nil {
		return nil, outcome{}, 0, err
	}
	o, err := q.outcome(p)
	if err != nil {
		return nil, outcome{}, 0, err
	}
	return q, o, q.abandons, q.check(p)
}

func newPatienceQueue(p *problem) (*patienceQueue, error) {
	q := &patienceQueue{c: float64(p.sys.Servers), load: p.load.hi, limit: -1}
	if p.sys.Limited {
		q.limit = p.sys.Limit
	}
	odds := idleOdds(p.sys.Servers, q.load)
	if err := checkIdleOdds(p.sys.Servers, q.load, odds); err != nil {
		return nil, err
	}
	q.unit, q.below = 1/(1+odds), 1
	if !math.IsInf(odds, 1) {
		q.below = odds / (1 + odds)
	}
	if q.limit == 0 {
		q.full, q.mass = q.unit, q.below+q.unit
		return q, nil
	}
	rule := newLegendreRule()
	law, err := newPatienceLaw(p.sys.Patience, p.meanService, shortest(q.c, q.load), rule)
	if err != nil {
		return nil, err
	}
	if q.grid, err = newPatienceGrid(p, law, rule); err != nil {
		return nil, err
	}
	q.integrate(law)
	return q, nil
}

// shortest is a wait that is too short to matter: the logarithm of v has a slope of at
// most c + a, so that of the mass of all waits those below have a share of 1e-18, and F
// is wrong by less than it. The laws of patience that rise so steeply at zero that
// no expansion holds there, such as gamma laws of small shape, are cut off there.
func shortest(c, load float64) float64 { return 1e-18 / (c + load) }

// integrate computes the masses.
func (q *patienceQueue) integrate(law patienceLaw) {
	scale := q.unit * q.c
	q.below *= q.grid.origin
	q.waiting = scale * q.grid.sum(func(float64) float64 { return 1 })
	q.served = scale * q.grid.sum(law.stay)
	q.abandoned = scale * q.grid.sum(law.left)
	q.queue = scale * q.grid.sum(func(x float64) float64 { return q.load * law.kept(x) })
	if q.limit > 0 {
		q.full = scale * q.grid.sum(func(x float64) float64 { return 1 / idleOdds(q.limit, q.load*law.kept(x)) })
	}
	q.mass = q.below + q.waiting + q.full
	q.abandons = math.Min(1, q.abandoned/q.mass)
}

func (q *patienceQueue) outcome(p *problem) (outcome, error) {
	done := q.below + q.served
	o := outcome{
		service:     exponentialSummary(p.meanService),
		queueLength: q.queue / q.mass,
		queueP99:    q.queueQuantile(),
		busy:        q.load * (done / q.mass),
		utilization: math.Min(1, q.load/q.c*(done/q.mass)),
		throughput:  p.rate.hi * (done / q.mass),
		offered:     p.rate.hi,
		waitRatio:   q.served / done,
		shedRatio:   q.full / q.mass,
	}
	o.wait, o.sojourn = summary{quantiles: new(quantiles)}, o.service
	if !(q.served > underflow) {
		return o, nil
	}
	wait := func(x float64) float64 { return x * q.grid.law.stay(x) }
	scale := q.unit * q.c / q.served
	mean := scale * q.grid.sum(wait)
	variance := scale * q.grid.sum(func(x float64) float64 { return (x - mean) * (x - mean) * q.grid.law.stay(x) })
	sd := math.Sqrt(o.waitRatio * (variance + q.below/done*mean*mean))
	mean *= o.waitRatio
	unit, waits := p.meanService, o.waitRatio*scale
	var err error
	o.wait, err = patienceSummary(mean*unit, sd*unit, unit, func(x float64) float64 { return waits * q.grid.later(x) })
	if err != nil {
		return o, err
	}
	o.sojourn, err = patienceSummary((mean+1)*unit, math.Hypot(sd, 1)*unit, unit, func(x float64) float64 {
		return q.below/done*math.Exp(-x) + waits*(q.grid.later(x)+q.grid.inService(x))
	})
	return o, err
}

// patienceSummary is tailSummary, with quantiles by halving the distance of the
// bits where neighbouring float64 have tails that differ by more than
// tailQuantile allows: waits may be concentrated in a billionth of themselves.
func patienceSummary(mean, sd, unit float64, tail func(float64) float64) (summary, error) {
	if s, err := tailSummary(mean, sd, unit, tail); err == nil {
		return s, nil
	}
	s := summary{mean: mean, sd: sd, quantiles: new(quantiles), tail: func(t float64) float64 { return tail(t / unit) }}
	for i, p := range percentiles {
		x := leastFloat(func(x float64) bool { return tail(x) <= p.tail })
		if near := 4 * math.Nextafter(x, math.Inf(1)); tail(near) > p.tail {
			return summary{}, errors.New("analytic: numerical failure: the tail of a time is not decreasing")
		}
		s.quantiles[i] = x * unit
	}
	return s, nil
}

// check holds the flow into the servers, of those that are served, against that
// out of them, from the states.
func (q *patienceQueue) check(p *problem) error {
	if q.grid == nil {
		return nil
	}
	// busy servers while N < c are a·P(N < c) − c·P(N = c)
	busy := q.load*q.below - q.c*q.unit*q.grid.origin + q.c*(q.waiting+q.full)
	if err := agree("tasks that are served and busy servers", q.load*(q.below+q.served), busy); err != nil {
		return err
	}
	return agree("the shares of tasks and one", (q.below+q.served+q.full)/q.mass+q.abandons, 1)
}
