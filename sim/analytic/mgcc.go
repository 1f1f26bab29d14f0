package analytic

import (
	"fmt"
	"math"
)

// obstacleMGcc is what keeps a system from being M/G/c/c.
func obstacleMGcc(p *problem) string {
	sys := p.sys
	if sys.Infinite || !sys.Limited || sys.Limit > 0 {
		return "there is room to wait"
	}
	sys.Policies = withoutWait(sys.Policies)
	if o := obstacleArrivals(sys); o != "" {
		return o
	}
	switch {
	case sys.Servers > maxSize:
		return fmt.Sprintf("there are more than %d servers", maxSize)
	case math.IsInf(p.load.hi, 1):
		return "the mean service is infinite: in the long run nobody finds a server"
	case !(p.load.hi > 0):
		return "nothing arrives, or service takes no time"
	}
	return ""
}

// withoutWait drops the policies that regard tasks that wait, which make no
// difference where none does.
func withoutWait(q Policies) Policies {
	q.Patience = nil
	if q.Discipline < PreemptiveLIFO {
		q.Discipline = FIFO
	}
	return q
}

// solveMGcc solves M/G/c/c, Erlang's loss system with any service.
//
// Assumptions: Poisson arrivals, services independent of any law of finite mean, which may differ
// between streams, c servers and no room to wait: a task that finds no idle
// server is refused and does not return. Patience, and the order in which those
// would be served that wait, are not looked at. Any independent delay before
// (see delay.go).
//
// Stability: always.
//
// Formulas: with a = λE[S], the sum of the loads of all streams, the number of
// busy servers has the law of M/M/c/c, whatever the law of service
// (insensitivity),
//
//	P(N = n) in proportion to a^n/n!,   n = 0 … c
//
// and P(N = c), Erlang's B, is the share of each class that is refused (PASTA).
// The accepted do not wait: T = S.
//
// Source: B. A. Sevastyanov, "An ergodic theorem for Markov processes and its
// application to telephone systems with refusals", Theory of Probability and
// its Applications 2(1), 1957; L. Takács, "On Erlang's formula", Annals of
// Mathematical Statistics 40(1), 1969. That tasks of several streams are tasks
// of one whose service is the mixture: see mixture.phases.
//
// Method and limits: those of M/M/c/K without waiting places, and for the
// quantiles of service those of M/G/∞.
func solveMGcc(p *problem) (*Solution, error) {
	q := newLossQueue(p)
	if err := checkIdleOdds(p.sys.Servers, q.load, q.odds); err != nil {
		return nil, err
	}
	all := mixture(p.sys.Streams)
	o := q.lossOutcome(all)
	sol := &Solution{
		Model:   "M/G/c/c",
		Method:  "Erlang B, insensitive to the law of service",
		Source:  "L. Takács, On Erlang's formula, Annals of Mathematical Statistics 40(1), 1969",
		Exact:   true,
		Metrics: o.metrics(p.sys),
		Classes: p.classMetrics(func(c class) outcome { return q.lossOutcome(c.streams) }),
	}
	noWait(p, sol, all)
	return sol, agree("flow in and out", o.busy, q.load*q.below/q.mass)
}

// lossOutcome is that of some of the streams, where there is no room to wait.
func (q *lossQueue) lossOutcome(m mixture) outcome {
	o := m.outcome()
	o.shedRatio = q.full()
	accepted := q.below / q.mass
	o.busy *= accepted
	o.throughput *= accepted
	o.utilization = math.Min(1, o.busy/q.c)
	return o
}

// noWait says in metrics and note what follows from that nobody waits.
func noWait(p *problem, sol *Solution, all mixture) {
	if all.summary().quantiles == nil {
		sol.Note = "Quantiles of service and latency are left out: the quantile function of a service law is not known."
	}
	if p.sys.Patience == nil {
		return
	}
	sol.Metrics["abandoned_ratio"] = map[string]float64{"mean": 0}
	for _, m := range sol.Classes {
		m["abandoned_ratio"] = map[string]float64{"mean": 0}
	}
}
