package analytic

import "math"

// solveMMc solves M/M/c.
//
// Assumptions: Poisson arrivals of rate λ, exponential service of rate µ, c
// servers, one queue without limit, first come first served; any independent
// delay before the queue (see delay.go).
//
// Stability: ρ = λ/(cµ) < 1.
//
// Formulas, with A the idle odds of idleOdds(c, λ/µ) and ε = 1 − ρ:
//
//	C = P(wait > 0)   = 1/(1 + εA)                  Erlang's delay formula
//	Lq                = C ρ/ε
//	P(Q ≥ n)          = C ρ^n,                      n ≥ 1
//	P(W > t)          = C e^-δt,                    δ = cµε
//	P(W + S > t)      = e^-µt + C µ (e^-δt − e^-µt)/(µ − δ)
//
// Source: L. Kleinrock, Queueing Systems, Volume I: Theory, Wiley 1975,
// section 3.5; the law of the wait in D. Gross, J. F. Shortle, J. M. Thompson,
// C. M. Harris, Fundamentals of Queueing Theory, 4th edition, Wiley 2008,
// section 2.3.
//
// Method and limits: C is the usual B/(1 − ρ(1 − B)) without the differences.
// ε comes from the parameters as they were given, in double-double, and keeps
// its digits up to ρ = 1 − 1e-15. The fraction in the tail of W + S is written
// with expm1, so that cµ − λ = µ is no special case. Relative errors are about
// 1e-14, and up to 4e-12 where c is a million (see idleOdds).
func solveMMc(p *problem) (*Solution, error) {
	q := newDelayQueue(p)
	o, err := q.outcome(p)
	if err != nil {
		return nil, err
	}
	sol := &Solution{
		Model:   "M/M/c",
		Method:  "Erlang C",
		Source:  "L. Kleinrock, Queueing Systems, Volume I: Theory (Wiley 1975), section 3.5",
		Exact:   true,
		Metrics: o.metrics(p.sys),
	}
	sol.Classes = p.classMetrics(func(c class) outcome {
		part := o.share(c.share)
		part.queueP99 = q.queueQuantile(c.share)
		return part
	})
	return sol, nil
}

// delayQueue is M/M/c in time units of a mean service.
type delayQueue struct {
	c     float64
	load  float64 // a = λ/µ
	spare float64 // ε = 1 − ρ
	odds  float64 // A
	delay float64 // C
}

func newDelayQueue(p *problem) delayQueue {
	q := delayQueue{c: float64(p.sys.Servers), load: p.load.hi, spare: p.spare}
	q.odds = idleOdds(p.sys.Servers, q.load)
	q.delay = 1 / (1 + q.spare*q.odds)
	return q
}

func (q delayQueue) outcome(p *problem) (outcome, error) {
	if err := checkIdleOdds(p.sys.Servers, q.load, q.odds); err != nil {
		return outcome{}, err
	}
	unit := p.meanService
	decay := q.c * q.spare // δ/µ
	o := outcome{
		wait:        q.wait(unit / decay),
		service:     exponentialSummary(unit),
		queueLength: q.delay * (q.load / q.c) / q.spare,
		queueP99:    q.queueQuantile(1),
		busy:        q.load,
		utilization: q.load / q.c,
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

// wait is the law with an atom 1 − C at zero and an exponential tail; unit is
// 1/δ.
func (q delayQueue) wait(unit float64) summary {
	v := new(quantiles)
	for i, p := range percentiles {
		if q.delay > p.tail {
			v[i] = unit * math.Log1p((q.delay-p.tail)/p.tail)
		}
	}
	return summary{mean: q.delay * unit, sd: math.Sqrt(q.delay*(2-q.delay)) * unit, quantiles: v}
}

// sojournTail is P(W + S > x/µ).
func (q delayQueue) sojournTail(x float64) float64 {
	decay := q.c * q.spare
	slow, gap := math.Min(1, decay), math.Abs(1-decay)
	return math.Exp(-x) + q.delay*x*math.Exp(-slow*x)*meanDecay(gap*x)
}

// meanDecay is (1 − e^-z)/z.
func meanDecay(z float64) float64 {
	if z == 0 {
		return 1
	}
	return -math.Expm1(-z) / z
}

// queueQuantile is the smallest n with P(Q ≤ n) ≥ 0.99 for the waiting tasks
// of a class that has a share of the arrivals. Each waiting task is of the
// class with that probability, independently, and thinning a geometric law of
// ratio ρ by s gives one of ratio ρs/(ε + ρs) with the same mass C at and
// above zero.
func (q delayQueue) queueQuantile(share float64) float64 {
	part := q.load / q.c * share
	r := newRatio(part/(q.spare+part), q.spare/(q.spare+part))
	above := func(n float64) bool { return q.delay*r.pow(n+1) > queueTail*(1+tieSlack) }
	n := math.Max(0, math.Ceil(math.Log(queueTail/q.delay)/r.log)-2)
	for above(n) {
		n++
	}
	return n
}
