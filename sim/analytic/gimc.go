package analytic

import (
	"errors"
	"fmt"
	"math"

	"spillway/distributions"
	"spillway/distributions/arrivals"
)

// gimcMaxServers bounds the servers of GI/M/c: the sum below has a term for
// each.
const gimcMaxServers = 100_000

// obstacleGIMc is what keeps a system from being GI/M/c.
func obstacleGIMc(p *problem) string {
	sys := p.sys
	if o := obstacleQueue(sys, gimcMaxServers); o != "" {
		return o
	}
	if len(sys.Streams) != 1 {
		return "several streams arrive, whose gaps together are not independent"
	}
	s := sys.Streams[0]
	if isBatch(s.Batch) {
		return "tasks arrive in batches"
	}
	law, ok := gimcGapLaw(s.Process)
	if !ok {
		return "the gaps between arrivals are not independent of one law"
	}
	if m := law.Mean(); !(m > 0) || math.IsInf(m, 1) {
		return "the mean gap between arrivals is not positive and finite"
	}
	if _, ok := distributions.LaplaceOf(law); !ok {
		return "the Laplace transform of the gaps is not known"
	}
	if _, ok := asExponential(s.Service); !ok {
		return "service is not exponential"
	}
	if sys.Network != nil && !isConstant(sys.Network) {
		return "a random delay before the queue makes the gaps between arrivals depend on one another"
	}
	return ""
}

// gimcGapLaw is the law of the gaps of a process whose gaps are independent
// and of one law.
func gimcGapLaw(p arrivals.Process) (distributions.Distribution, bool) {
	switch p := p.(type) {
	case arrivals.Poisson:
		gap, err := distributions.NewExponential(p.Rate())
		return gap, err == nil
	case arrivals.Deterministic:
		gap, err := distributions.NewDeterministic(p.Interval)
		return gap, err == nil
	case arrivals.Renewal:
		return p.Gap, p.Gap != nil
	}
	return nil, false
}

// solveGIMc solves GI/M/c, of which GI/M/1 is the one with a single server.
//
// Assumptions: one stream with independent gaps of any one law of finite mean,
// whose variance may be infinite; exponential service of rate µ, c servers, one
// queue without limit, first come first served; a constant delay before the
// queue, any independent one after service.
//
// Stability: ρ = λ/(cµ) < 1.
//
// Formulas, with φ(s) the Laplace–Stieltjes transform of a gap, ε = 1 − ρ, and
// σ the root in (0, 1) of σ = φ(cµ(1 − σ)), δ = 1 − σ:
//
//	P(W > 0) = C     = 1/(1 + δS)
//	S                = Σ_{j=1..c} binom(c, j) Π_{i<j} (1 − φ_i)/φ_i · r_j/φ_j
//	r_j              = (c(1 − φ_j) − j)/(cδ − j),   φ_j = φ(jµ)
//	P(W > t)         = C e^-cµδt
//	P(W + S > t)     = e^-µt + C µ (e^-cµδt − e^-µt)/(µ − cµδ)
//	Lq               = ρ C/δ
//	P(Q ≥ n)         = ρ C σ^(n−1),  n ≥ 1, of time
//
// wait_ratio and the laws of wait and latency are those of tasks; arrivals do
// not see time averages here.
//
// Source: L. Takács, Introduction to the Theory of Queues, Oxford University
// Press 1962, chapter 2 (there for m servers: A = Cδ); L. Kleinrock, Queueing Systems, Volume I: Theory, Wiley 1975, sections
// 6.2 to 6.4.
//
// Method and limits: with m the mean gap and y = s·m let
// ψ(y) = 1 − (1 − φ)/y, which rises from 0 to 1: one minus the transform of the
// residual gap. The root is then where ψ(y) = ε, y = δ/ρ, and
//
//	r_j = y_j/ρ · (ψ(y) − ψ(y_j))/(y − y_j),   y_j = j/(cρ),
//
// a divided difference of an increasing function: every term of S is positive,
// whatever the law, and the sum is stable for any c. ψ is computed without
// cancellation from the law (see gimcGap), so that ρ = 1 − 1e-12 costs no
// digits; where y_j is within a tenth of y the divided difference is that of
// a Chebyshev interpolant. Relative errors are about 1e-13 (1e-12 where c is a
// thousand). A wait ratio below 1e-270 may come out as zero.
func solveGIMc(p *problem) (*Solution, error) {
	law, ok := gimcGapLaw(p.sys.Streams[0].Process)
	if !ok {
		return nil, errors.New("analytic: GI/M/c without gaps of one law")
	}
	gap, err := newGimcGap(law)
	if err != nil {
		return nil, err
	}
	q, err := newGimcQueue(p, gap)
	if err != nil {
		return nil, err
	}
	o, err := q.outcome(p)
	if err != nil {
		return nil, err
	}
	return &Solution{
		Model:   letterOfProcess(p.sys.Streams[0].Process) + "/M/c",
		Method:  "embedded Markov chain, root σ of the transform of the gaps",
		Source:  "L. Takács, Introduction to the Theory of Queues (Oxford University Press 1962), chapter 2",
		Exact:   true,
		Metrics: o.metrics(p.sys),
	}, nil
}

// gimcQueue is GI/M/c. Beyond the atom at zero its wait is that of M/M/c with
// δ in the place of ε, which delayQueue knows.
type gimcQueue struct {
	delayQueue
	gap   *gimcGap
	rho   float64
	root  float64 // y
	sigma float64
}

func newGimcQueue(p *problem, gap *gimcGap) (*gimcQueue, error) {
	q := &gimcQueue{gap: gap}
	q.c, q.load = float64(p.sys.Servers), p.load.hi
	q.rho = q.load / q.c
	var err error
	if q.root, err = gap.root(q.rho, p.spare); err != nil {
		return nil, err
	}
	if q.sigma, q.spare = gap.transform(q.root); q.root < gimcSmall {
		q.spare = q.rho * q.root
		q.sigma = 1 - q.spare
	}
	s, err := q.sum(p.spare)
	if err != nil {
		return nil, err
	}
	q.delay = 1 / (1 + q.spare*s)
	return q, q.check()
}

// sum is S. Terms that rise beyond the largest float64 leave no chance to
// wait.
func (q *gimcQueue) sum(spare float64) (float64, error) {
	near, err := newGimcDifference(q.gap, q.root)
	if err != nil {
		return 0, err
	}
	level := spare
	if near.light {
		level = -q.rho
	}
	total, odds := 0.0, 1.0 // odds is binom(c, j) Π_{i<j}(1 − φ_i)/φ_i
	for j := 1.0; j <= q.c; j++ {
		y := j / q.load
		phi, rest := q.gap.transform(y)
		odds *= (q.c - j + 1) / j
		difference := (q.gap.level(y, near.light) - level) / (y - q.root)
		if math.Abs(y-q.root) < gimcNear*q.root {
			difference = near.at(y)
		}
		term := odds / phi * (y / q.rho) * difference
		total += term
		if math.IsInf(total, 1) || term < negligible*total {
			break
		}
		odds *= rest / phi
	}
	if math.IsNaN(total) || total < 0 {
		return 0, fmt.Errorf("analytic: numerical failure: the sum of Takács came out as %g", total)
	}
	return total, nil
}

// check holds the root against the transform, and with one server the wait
// ratio, which then is σ, against it.
func (q *gimcQueue) check() error {
	direct := real(q.gap.laplace(complex(q.root/q.gap.mean, 0)))
	if !(math.Abs(direct-q.sigma) <= 1e-12+residualTolerance*q.sigma) {
		return fmt.Errorf("analytic: numerical failure: the root σ = %g is not one: the transform there is %g", q.sigma, direct)
	}
	if !(q.delay >= 0 && q.delay <= 1) {
		return fmt.Errorf("analytic: numerical failure: wait_ratio came out as %g", q.delay)
	}
	if q.c == 1 {
		return agree("wait ratio and root σ", q.delay, q.sigma)
	}
	return nil
}

func (q *gimcQueue) outcome(p *problem) (outcome, error) {
	unit := p.meanService
	o := outcome{
		wait:        q.wait(unit / (q.c * q.spare)),
		service:     exponentialSummary(unit),
		queueLength: q.rho * q.delay / q.spare,
		queueP99:    q.queueP99(),
		busy:        q.load,
		utilization: q.rho,
		throughput:  p.rate.hi,
		offered:     p.rate.hi,
		waitRatio:   q.delay,
	}
	var err error
	o.sojourn, err = tailSummary(o.wait.mean+unit, math.Hypot(o.wait.sd, unit), unit, q.sojournTail)
	if err != nil {
		return outcome{}, err
	}
	return o, agree("queue length and arrival rate × wait (Little's law)", o.queueLength, o.offered*o.wait.mean)
}

// queueP99 is the smallest n with P(Q ≤ n) ≥ 0.99 of time.
func (q *gimcQueue) queueP99() float64 {
	start := q.rho * q.delay // P(Q > 0)
	r := newRatio(q.sigma, q.spare)
	above := func(n float64) bool { return start*r.pow(n) > queueTail*(1+tieSlack) }
	if !above(0) {
		return 0
	}
	n := math.Max(1, math.Ceil(math.Log(queueTail/start)/r.log)-2)
	for above(n) {
		n++
	}
	return n
}
