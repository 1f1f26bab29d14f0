package analytic

import (
	"math"
	"strings"
)

// mdcMaxServers bounds the servers of M/D/c: the law of the queue is had in
// about c operations times a hundred.
const mdcMaxServers = 100_000

// obstacleMDc is what keeps a system from being M/D/c.
func obstacleMDc(p *problem) string {
	sys := p.sys
	if o := obstacleQueue(sys, mdcMaxServers); o != "" {
		return o
	}
	if o := obstacleArrivals(sys); o != "" {
		return o
	}
	for _, s := range sys.Streams {
		if !isConstant(s.Service) || !(s.Service.Mean() > 0) {
			return "service" + ofClass(s) + " is not a constant above zero"
		}
		if s.Service.Mean() != p.meanService {
			return "the streams have different services"
		}
	}
	return ""
}

// solveMDc solves M/D/c, M/D/1 included.
//
// Assumptions: Poisson arrivals of rate λ, constant service D, c servers, one
// queue without limit, first come first served; any independent delay before
// the queue (see delay.go).
//
// Stability: ρ = λD/c < 1.
//
// Formulas: who is in service at t is gone at t + D, and who arrived since is
// there, so that the waiting tasks Q at epochs D apart make a random walk
// reflected at zero, with A Poisson of mean a = λD:
//
//	Q' = max(0, Q + A − c),    E[z^Q] = exp(−Σ_{n≥1} s_n (1 − z^n))
//	E[Q] = Σ n s_n = λ E[W],   E[Q(Q − 1)] = λ² E[W²]
//	P(W > x) = Σ_{j<mc} π_j P(Q ≥ mc − j) + Σ_{j≥mc} π_j,
//	           (m − 1)D ≤ x < mD,  π Poisson of mean λ(mD − x)
//
// and the latency is W + D. How s_n are had is in mdcwait.go.
//
// Source: C. D. Crommelin, "Delay probability formulae when the holding times
// are constant", Post Office Electrical Engineers Journal 25, 1932; the law
// of the wait G. J. Franx, "A simple solution for the M/D/c waiting time
// distribution", Operations Research Letters 29(5), 2001, here for the tail; its second moment by R. Haji and G. F. Newell, "A relation
// between stationary queue and waiting time distributions", Journal of Applied
// Probability 8(3), 1971.
//
// Method and limits: all sums are of positive terms, in contrast to the
// alternating one of Erlang. Relative errors are about 1e-12, at
// ρ = 1 − 1e-9 and with thousands of servers too. Each solution is held to
// the stationarity of the walk at several states.
func solveMDc(p *problem) (*Solution, error) {
	law, err := newMdcLaw(p.sys.Servers, p.load.hi, p.spare)
	if err != nil {
		return nil, err
	}
	o, err := mdcOutcome(p, law)
	if err != nil {
		return nil, err
	}
	sol := &Solution{
		Model:   "M/D/c",
		Method:  "Franx's formula on the queue length at epochs one service apart",
		Source:  "G. J. Franx, A simple solution for the M/D/c waiting time distribution, Operations Research Letters 29(5), 2001",
		Exact:   true,
		Metrics: o.metrics(p.sys),
		Classes: p.classMetrics(func(c class) outcome { return o.share(c.share) }),
	}
	if len(p.classes) > 1 {
		sol.Note = strings.TrimLeft(sol.Note+" The queue length of a class is given by its mean alone.", " ")
	}
	return sol, nil
}

func mdcOutcome(p *problem, law *mdcLaw) (outcome, error) {
	unit := p.meanService
	mean, sd := law.mean/law.load, math.Sqrt(law.spread)/law.load // of the wait, in services
	wait, err := tailSummary(mean*unit, sd*unit, unit, law.waitTail)
	if err != nil {
		return outcome{}, err
	}
	service := &quantiles{}
	sojourn := *wait.quantiles
	for i := range service {
		service[i] = unit
		sojourn[i] += unit
	}
	o := outcome{
		wait:        wait,
		service:     summary{mean: unit, quantiles: service},
		sojourn:     summary{mean: wait.mean + unit, sd: wait.sd, quantiles: &sojourn, tail: later(wait.tail, unit)},
		queueLength: law.mean,
		queueP99:    law.queueQuantile(),
		busy:        p.load.hi,
		utilization: p.load.hi / float64(p.sys.Servers),
		throughput:  p.rate.hi,
		offered:     p.rate.hi,
		waitRatio:   math.Min(1, law.waitTail(0)),
	}
	return o, agree("queue length and arrival rate × wait (Little's law)", o.queueLength, o.offered*o.wait.mean)
}
