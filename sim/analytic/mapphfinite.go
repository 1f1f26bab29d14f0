package analytic

import (
	"fmt"
	"math"
)

// solveMAPPHK solves MAP/PH/c/K, and with it MMPP/M/c/K and MAP/PH/c/c.
//
// Assumptions: those of MAP/PH/c, and room for L = K − c waiting tasks; a task
// that finds none is refused and does not return.
//
// Stability: always.
//
// Formulas: with x(n) the probabilities of the phases of level n and D1 the
// rates of arrivals (of a class, where there are several),
//
//	shed_ratio = x(K)·D1·1/λ
//
// which is what arrivals see, not the share of time. An accepted task that
// finds c + n tasks, n < L, waits for n + 1 departures; its wait is a path
// through the phases of the servers, counted down at departures (rates done).
// The chain is watched at a Poisson process of rate q, at least as fast as any
// phase; with a(i) the probability that the task still waits after i events,
//
//	P(W > t) = Σ_i e^{−qt} (qt)^i/i! a(i)
//
// and likewise for wait and service, with the phases of the task's own service
// added behind. All terms are positive. The moments, by n as columns over the
// phases of the servers, are
//
//	E[W](n) = (−stay)⁻¹ (1 + done·E[W](n−1)),   E[W²](n) = (−stay)⁻¹ (2 E[W](n) + done·E[W²](n−1))
//
// Source: M. F. Neuts, Matrix-Geometric Solutions in Stochastic Models, Johns
// Hopkins University Press 1981, chapter 1; A. Jensen, "Markoff chains as an
// aid in the study of Markoff processes", Skandinavisk Aktuarietidskrift 36,
// 1953.
//
// Method and limits: block elimination of the levels from the top, in 32 digits
// up to wideLimit phases, and up to wideRetry where phases change ten thousand times
// faster than tasks come or go. Checked are the busy servers, the mass, and Lq
// against throughput × wait, which come from different sums. The work is
// bounded by mapWorkLimit, that for the law of the wait by lawWorkLimit: beyond
// it quantiles are left out.
func solveMAPPHK(p *problem) (*Solution, error) {
	return solveMAP(p, func(q *mapQueue) (*Solution, error) { return q.finiteSolution(p) })
}

// finiteSolution is the solved chain of a queue with a limit.
func (q *mapQueue) finiteSolution(p *problem) (*Solution, error) {
	m, err := q.solveFinite(p)
	if err != nil {
		return nil, err
	}
	all, err := m.outcome(q.arrivals.d1, q.rate, p.sys.Streams)
	if err != nil {
		return nil, err
	}
	all.queueP99 = m.queueQuantile()
	if err := m.check(all); err != nil {
		return nil, err
	}
	sol := &Solution{
		Model:   q.model() + "/K",
		Method:  "finite quasi-birth-death process: block elimination; wait by uniformisation",
		Source:  "M. F. Neuts, Matrix-Geometric Solutions in Stochastic Models (Johns Hopkins University Press 1981), chapter 1",
		Exact:   true,
		Note:    p.mapNotes(all, finiteLawNote),
		Metrics: all.metrics(p.sys),
	}
	if p.sys.Limit == 0 {
		sol.Model = q.model() + "/c"
	}
	return sol, m.classes(p, sol)
}

// finiteLawNote says why there are no quantiles.
const finiteLawNote = "Quantiles of wait and latency are left out: the chain is too large, or its rates differ too much, to follow the law."

// lawWorkLimit bounds the multiplications for the law of the wait, lawStepLimit
// the events.
const (
	lawWorkLimit = 200_000_000
	lawStepLimit = 2_000_000
)

// finiteSolution is a solved MAP/PH/c/K.
type finiteSolution struct {
	q      *mapQueue
	limit  int
	x      []*wideMatrix // by level, not normalised
	scale  pair
	length float64
	busy   float64
}

func (q *mapQueue) solveFinite(p *problem) (*finiteSolution, error) {
	m := &finiteSolution{q: q, limit: p.sys.Limit}
	top := q.at(q.c)
	var err error
	// arrivals of the top level change the phase alone
	if m.x, err = q.weights(q.c+m.limit, top.local.plus(1, top.up).scaled(-1)); err != nil {
		return nil, err
	}
	var mass, length, busy pair
	for n, x := range m.x {
		w := x.total()
		mass = mass.plus(w)
		length = length.plus(w.times(float64(max(0, n-q.c))))
		busy = busy.plus(w.times(float64(min(n, q.c))))
	}
	m.scale = pair{hi: 1}.dividedBy(mass)
	m.length, m.busy = length.product(m.scale).hi, busy.product(m.scale).hi
	return m, nil
}

// outcome is that of the tasks of one mark, of some streams.
func (m *finiteSolution) outcome(mark *wideMatrix, rate pair, of mixture) (outcome, error) {
	q := m.q
	weights := mark.times(wideOnes(mark.cols, q.wide)).by(m.scale.dividedBy(rate)).hi
	shed, accepted, queued := m.share(q.c+m.limit, weights), 0.0, 0.0
	for n := range q.c + m.limit {
		w := m.share(n, weights)
		accepted += w
		if n >= q.c {
			queued += w
		}
	}
	if err := agree("the share of the arrivals that is accepted or refused and one", accepted+shed, 1); err != nil {
		return outcome{}, err
	}
	service := of.summary()
	o := outcome{
		service: service, queueLength: math.NaN(), queueP99: math.NaN(),
		throughput: rate.hi * accepted, offered: rate.hi,
		waitRatio: queued / accepted, shedRatio: shed,
	}
	o.busy = o.throughput * service.mean
	o.utilization = math.Min(1, o.busy/float64(q.c))
	law, err := q.newFiniteLaw(m, weights, o.waitRatio, of)
	if err != nil {
		return outcome{}, err
	}
	o.wait, o.sojourn, err = law.summaries(service)
	o.queueLength = o.throughput * o.wait.mean
	return o, err
}

// share is the part of the arrivals that finds level n; weights are by phase of
// the arrivals.
func (m *finiteSolution) share(n int, weights []float64) float64 {
	x, sum := m.x[n].hi, 0.0
	size := len(x) / len(weights)
	for i, w := range weights {
		for _, v := range x[i*size : (i+1)*size] {
			sum += v * w
		}
	}
	return sum
}

// queueQuantile is the smallest n with P(Q ≤ n) ≥ 0.99.
func (m *finiteSolution) queueQuantile() float64 {
	var above pair
	n := m.limit
	for ; n > 0; n-- {
		above = above.plus(m.x[m.q.c+n].total())
		if above.product(m.scale).hi > queueTail*(1+tieSlack) {
			break
		}
	}
	return float64(n)
}

// check holds servers and Little's law against the outcome, whose queue length
// is throughput × wait.
func (m *finiteSolution) check(o outcome) error {
	if err := agree("busy servers and throughput × service", m.busy, o.busy); err != nil {
		return err
	}
	if m.length == 0 && o.queueLength == 0 {
		return nil
	}
	return agree("queue length and throughput × wait (Little's law)", m.length, o.queueLength)
}

// classes fills in those of the solution.
func (m *finiteSolution) classes(p *problem, sol *Solution) error {
	if len(p.classes) < 2 {
		return nil
	}
	sol.Classes = map[string]Metrics{}
	for k, c := range p.classes {
		o, err := m.outcome(m.q.arrivals.marks[k], mixtureRate(c.streams), c.streams)
		if err != nil {
			return err
		}
		sol.Classes[c.name] = o.metrics(p.sys)
	}
	return nil
}

// obstacleMAPPHK is what keeps a system from being MAP/PH/c/K.
func obstacleMAPPHK(p *problem) string {
	if p.sys.Infinite || !p.sys.Limited {
		return "the queue has no limit"
	}
	if o := obstaclePolicies(p.sys.Policies); o != "" {
		return o
	}
	if o := obstacleMAP(p); o != "" {
		return o
	}
	q, _ := newMapQueue(p)
	if q.work(p.sys.Limit) > mapWorkLimit {
		phases := q.arrivals.d0.rows * countOccupancies(q.service.phases(), q.c, mapPhaseLimit)
		return fmt.Sprintf("a limit of %d waiting tasks is too many for a chain of %d %s a level", p.sys.Limit, phases, plural(phases, "phase"))
	}
	return ""
}
