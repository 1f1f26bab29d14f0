package analytic

import (
	"errors"
	"fmt"
	"math"
	"strings"
)

// solveMAPPH solves MAP/PH/c, and with it MMPP/M/c and PH/PH/c.
//
// Assumptions: a Markovian arrival process (Poisson, modulated Poisson, renewal
// with gaps of phase type, on-off with exponential periods, and superpositions
// of them), service of phase type, one law for all, or, where all arrivals are
// Poisson, one for each stream (see mixture.phases), c servers, one queue
// without limit, first come first served. A random delay before the queue only
// where the arrivals are Poisson.
//
// Stability: ρ = λ E[S]/c < 1.
//
// Formulas: levels are the tasks in the system; the phase is that of the
// arrivals and how the busy servers are spread over the phases of service.
// With up, local, down the rates above level c,
//
//	R = up·(−local − up·G)⁻¹,   x(c+n) = x(c)·R^n,   y = x(c)·(I − R)⁻¹
//	Lq = y·R·(I − R)⁻¹·1,       P(Q > n) = y·R^(n+1)·1
//	wait_ratio = y·D1·1/λ       an arrival sees what is weighted with its rate
//
// The law of the wait is that of mapWait (mapphwait.go): of the age of the task
// that is next in line, a fluid queue.
//
// Source: M. F. Neuts, Matrix-Geometric Solutions in Stochastic Models, Johns
// Hopkins University Press 1981, chapters 1 and 3; G. Latouche, V. Ramaswami,
// Introduction to Matrix Analytic Methods in Stochastic Modeling, SIAM 1999,
// chapters 8 to 10.
//
// Method: logarithmic reduction for G; the c levels of the boundary are
// eliminated from the top; doubling for the fluid. Up to wideLimit phases
// everything up to the tables of the laws is computed in 32 digits, so that
// slow phases and ρ near one cost none of the 15 that are returned; beyond, in
// float64, and up to wideRetry phases in 32 digits where a check fails.
//
// Checks: G and Ψ against their equations; the idle servers against c(1 − ρ);
// P(W > 0), the time with all servers busy and Lq (Little's law), each from the
// chain and from the fluid, which share nothing but the boundary.
//
// Limits: mapPhaseLimit phases a level. Where 1 − ρ is below 4e-9 the rounding
// of the rates alone is more than 1e-6 of the result, and no answer is given.
func solveMAPPH(p *problem) (*Solution, error) {
	return solveMAP(p, func(q *mapQueue) (*Solution, error) { return q.solution(p) })
}

// solveMAP builds the chain and solves it, in 32 digits where it is small, or
// where float64 turn out not to be enough and it is not too large.
func solveMAP(p *problem, solve func(*mapQueue) (*Solution, error)) (*Solution, error) {
	for wide := false; ; wide = true {
		q, obstacle := newMapQueue(p)
		if obstacle != "" {
			return nil, fmt.Errorf("%w: %s", ErrNoModel, obstacle)
		}
		q.wide = wide || q.phases <= wideLimit || p.sys.Limited && q.phases <= wideRetry && q.stiff(p)
		err := q.build()
		var sol *Solution
		if err == nil {
			sol, err = solve(q)
		}
		if q.wide || q.phases > wideRetry || err == nil && hasQuantiles(sol) {
			return sol, digitsLost(err)
		}
	}
}

// digitsLost is what a chain says that does not pass its checks with all the digits
// that there are: that there is no model for it.
func digitsLost(err error) error {
	if err == nil || errors.Is(err, ErrNoModel) {
		return err
	}
	return fmt.Errorf("%w: a chain of phases so near saturation, or with rates so far apart: too many digits are lost: %w", ErrNoModel, err)
}

// hasQuantiles reports whether those of the wait were found.
func hasQuantiles(sol *Solution) bool {
	_, ok := sol.Metrics["wait"]["p99"]
	return ok
}

// mapNotes says what is left out of a solution; tail is said of quantiles that are.
func (p *problem) mapNotes(o outcome, tail string) string {
	note := ""
	if o.wait.quantiles == nil {
		note = tail
	}
	if len(p.classes) > 1 {
		note = strings.TrimLeft(note+" The queue length of a class is given by its mean alone.", " ")
	}
	return note
}

// wideRetry is the most phases for which it is tried again in 32 digits: it
// takes seconds.
const wideRetry = 110

// stiffRatio is the ratio of rates at which the levels of a finite chain in float64
// have lost as many digits as their checks leave to them.
const stiffRatio = 1e4

// stiff reports whether phases change so much faster than tasks come or go that
// float64 lose what is left in the balance of a level. Without a limit the fluid
// shows it.
func (q *mapQueue) stiff(p *problem) bool {
	fast := math.Max(fastest(q.arrivals.d0), fastest(q.service.matrix()))
	return fast > stiffRatio*math.Min(p.rate.hi, 1/p.meanService)
}

// solution is the solved chain of a queue without limit.
func (q *mapQueue) solution(p *problem) (*Solution, error) {
	m, err := q.solve(p)
	if err != nil {
		return nil, err
	}
	all, err := m.outcome(p, q.arrivals.d1, q.rate, p.sys.Streams)
	if err != nil {
		return nil, err
	}
	all.queueP99 = m.queueQuantile()
	if err := m.check(p, all); err != nil {
		return nil, err
	}
	sol := &Solution{
		Model:   q.model(),
		Method:  "quasi-birth-death process: logarithmic reduction; wait from a fluid queue",
		Source:  "G. Latouche, V. Ramaswami, Introduction to Matrix Analytic Methods in Stochastic Modeling (SIAM 1999), chapters 8 to 10",
		Exact:   true,
		Note:    p.mapNotes(all, mapTailNote),
		Metrics: all.metrics(p.sys),
	}
	return sol, m.classes(p, sol)
}

// mapTailNote says why there are no quantiles.
const mapTailNote = "Quantiles are left out: with this many phases this near to saturation they would lose too many digits."

// model names the system.
func (q *mapQueue) model() string {
	if q.service.phases() == 1 {
		return "MAP/M/c"
	}
	return "MAP/PH/c"
}

// mapSolution is a solved MAP/PH/c.
type mapSolution struct {
	q       *mapQueue
	r       *wideMatrix // R
	queued  *wideMatrix // y: of all levels from c up
	length  pair        // Lq
	idle    pair        // mean number of idle servers
	waiting *mapWait
}

func (q *mapQueue) solve(p *problem) (*mapSolution, error) {
	above := q.above()
	g, err := above.firstPassage()
	if err != nil {
		return nil, err
	}
	leaving := above.leaving(g)
	x, err := q.weights(q.c, leaving)
	if err != nil {
		return nil, err
	}
	m := &mapSolution{q: q}
	if m.r, err = leaving.solveLeft(above.up); err != nil {
		return nil, err
	}
	rest := wideIdentity(m.r.rows, q.wide).plus(-1, m.r)
	if m.queued, err = rest.solveLeft(x[q.c]); err != nil {
		return nil, err
	}
	twice, err := rest.solveLeft(m.queued.times(m.r))
	if err != nil {
		return nil, err
	}
	mass := m.queued.total()
	for n := range q.c {
		w := x[n].total()
		mass = mass.plus(w)
		m.idle = m.idle.plus(w.times(float64(q.c - n)))
	}
	scale := pair{hi: 1}.dividedBy(mass)
	m.idle = m.idle.product(scale)
	m.queued = m.queued.by(scale)
	m.length = twice.total().product(scale)
	enter := x[q.c-1].times(q.levels[q.c-1].up).by(scale)
	m.waiting, err = q.newWait(enter, 1-p.spare)
	return m, err
}

// product is p·q.
func (p pair) product(q pair) pair {
	r := p.times(q.hi)
	return r.plus(pair{hi: p.hi * q.lo})
}

// seen is the weights of states as arrivals of a mark see them, as a column:
// the rates of the mark in each phase, over all their rate.
func (q *mapQueue) seen(mark *wideMatrix, rate pair) *wideMatrix {
	ones := wideOnes(q.serving.stay.rows, q.wide)
	return mark.times(wideOnes(mark.cols, q.wide)).kron(ones).by(pair{hi: 1}.dividedBy(rate))
}

// outcome is that of the tasks of one mark, of some streams.
func (m *mapSolution) outcome(p *problem, mark *wideMatrix, rate pair, of mixture) (outcome, error) {
	seen := m.q.seen(mark, rate)
	own, err := m.q.own(of)
	if err != nil {
		return outcome{}, err
	}
	law, err := m.waiting.law(own, seen)
	if err != nil {
		return outcome{}, err
	}
	service, load := of.summary(), offeredLoad(of).hi
	o := outcome{
		service: service, queueLength: rate.hi * law.mean, queueP99: math.NaN(),
		busy: load, utilization: load / float64(m.q.c),
		throughput: rate.hi, offered: rate.hi,
		waitRatio: m.queued.times(seen).total().hi,
	}
	if err := agree("P(wait > 0) of the chain and of the fluid", o.waitRatio, law.waits); err != nil {
		return outcome{}, err
	}
	o.wait, o.sojourn, err = law.summaries(service)
	return o, err
}

// queueQuantile is the smallest n with P(Q ≤ n) ≥ 0.99. The powers R^(2^k) are
// formed until one is small enough; n then has their sum as its binary digits.
func (m *mapSolution) queueQuantile() float64 {
	above := func(v *wideMatrix) bool { return v.total().hi > queueTail*(1+tieSlack) }
	v := m.queued.times(m.r) // P(Q > 0)
	if !above(v) {
		return 0
	}
	powers := []*wideMatrix{m.r}
	for len(powers) < 60 && above(v.times(powers[len(powers)-1])) {
		last := powers[len(powers)-1]
		powers = append(powers, last.times(last))
	}
	n := 0.0
	for k := len(powers) - 1; k >= 0; k-- {
		if w := v.times(powers[k]); above(w) {
			v, n = w, n+math.Ldexp(1, k)
		}
	}
	return n + 1
}

// check holds the chain against what is known of it beforehand, and against
// the fluid.
func (m *mapSolution) check(p *problem, o outcome) error {
	if noise := 0x1p-48 / p.spare; noise > 1e-6 {
		return fmt.Errorf("analytic: 1 − ρ = %.2g is too small: rounding of the rates alone changes the result by %.2g", p.spare, noise)
	} else if spare := m.idle.hi / float64(m.q.c); math.Abs(spare-p.spare) > math.Max(residualTolerance, noise)*p.spare {
		return fmt.Errorf("analytic: numerical failure: the share of idle servers is %.12g and not %.12g", spare, p.spare)
	}
	if err := agree("the time with all servers busy of the chain and of the fluid", m.queued.total().hi, m.waiting.busy); err != nil {
		return err
	}
	return agree("queue length and arrival rate × wait (Little's law)", m.length.hi, o.queueLength)
}

// classes fills in those of the solution.
func (m *mapSolution) classes(p *problem, sol *Solution) error {
	if len(p.classes) < 2 {
		return nil
	}
	sol.Classes = map[string]Metrics{}
	for k, c := range p.classes {
		o, err := m.outcome(p, m.q.arrivals.marks[k], mixtureRate(c.streams), c.streams)
		if err != nil {
			return err
		}
		sol.Classes[c.name] = o.metrics(p.sys)
	}
	return nil
}

// mixtureRate is the rate of several streams.
func mixtureRate(streams []Stream) pair {
	var sum pair
	for _, s := range streams {
		sum = sum.plus(s.rate())
	}
	return sum
}
