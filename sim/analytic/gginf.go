package analytic

import (
	"math"

	"spillway/distributions/arrivals"
)

// obstacleGGInf is what keeps a system from being G/G/∞.
func obstacleGGInf(p *problem) string { return obstacleEnough(p.sys) }

// obstacleEnough is what keeps a system from having a server for every task, at
// once and for as long as its service takes.
func obstacleEnough(sys System) string {
	if !sys.Infinite {
		return "the number of servers is finite"
	}
	q := withoutWait(sys.Policies)
	q.Discipline, q.Retry = FIFO, nil // nobody is interrupted or refused
	if o := obstaclePolicies(q); o != "" {
		return o
	}
	for _, s := range sys.Streams {
		if !goesOn(s.Process) {
			return "the arrivals" + ofClass(s) + " have no long run that is known"
		}
	}
	return ""
}

// goesOn reports whether arrivals go on for ever, with a mean rate.
func goesOn(p arrivals.Process) bool {
	switch p.(type) {
	case arrivals.Poisson, arrivals.Deterministic, arrivals.Renewal, arrivals.MAP, arrivals.OnOff, arrivals.Sinusoid, arrivals.Profile:
		return true
	}
	return false
}

// solveGGInf solves G/G/∞.
//
// Assumptions: arrivals of any kind, single or in batches, that have a mean rate
// λ in the long run; a server for every task; services independent of any law,
// which may differ between streams. Patience, room and the order of service are not
// looked at: nobody waits. Any independent delay before.
//
// Stability: always, as of M/G/∞. Where rates depend on time, the mean number in
// system is that over time.
//
// Formulas: W = 0, T = delays + S, and by Little's law L = λE[S].
//
// Source: J. D. C. Little, "A proof for the queuing formula: L = λW", Operations
// Research 9(3), 1961.
//
// Method and limits: quantiles are those of the service, as of M/G/∞. The law of
// the number in system, which depends on all of the arrivals, is not given.
func solveGGInf(p *problem) (*Solution, error) {
	all := mixture(p.sys.Streams)
	o := all.outcome()
	sol := &Solution{
		Model:   "G/G/∞",
		Method:  "nobody waits; Little's law",
		Source:  "J. D. C. Little, A proof for the queuing formula: L = λW, Operations Research 9(3), 1961",
		Exact:   true,
		Metrics: o.metrics(p.sys),
		Classes: p.classMetrics(func(c class) outcome { return mixture(c.streams).outcome() }),
	}
	noWait(p, sol, all)
	if math.IsInf(o.busy, 1) {
		return sol, nil
	}
	return sol, agree("busy servers and throughput × service (Little's law)", o.busy, o.throughput*o.service.mean)
}
