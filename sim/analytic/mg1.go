package analytic

import (
	"fmt"
	"math"
)

// obstacleMG1 is what keeps a system from being M/G/1, first come first served.
func obstacleMG1(p *problem) string {
	if o := obstacleSingle(p); o != "" {
		return o
	}
	return obstacleArrivals(p.sys)
}

// obstacleSingle is what keeps a system from being one server with room for
// all, with services of finite mean.
func obstacleSingle(p *problem) string {
	switch {
	case p.sys.Infinite || p.sys.Servers != 1:
		return "there is not one server"
	case p.sys.Limited:
		return "the queue has a limit"
	case !(p.load.hi > 0):
		return "there is no load"
	}
	for _, s := range p.sys.Streams {
		if math.IsInf(s.Service.Mean(), 1) {
			return "the mean service" + ofClass(s) + " is infinite"
		}
	}
	return ""
}

// solveMG1 solves M/G/1.
//
// Assumptions: Poisson arrivals of rate λ, services B of any law, independent,
// one server, first come first served, room for all; any independent delay
// before the queue (see delay.go). Services of several streams are drawn from
// the mixture of their laws; all streams have the same law of the wait (PASTA).
//
// Stability: ρ = λ E[B] < 1.
//
// Formulas, with R the residual life of B, E[R] = E[B²]/2E[B], and ε = 1 − ρ:
//
//	P(W > 0)    = ρ
//	E[W]        = ρ E[R]/ε
//	E[W²]       = 2 E[W]² + λ E[B³]/3ε
//	E[e^-sW]    = ε/(1 − ρ E[e^-sR])
//	P(Q ≥ n)    = P(n arrivals during a wait)
//
// A moment of the wait is finite where the next one of the service is; those
// that are not are given as +Inf.
//
// Source: L. Kleinrock, Queueing Systems, Volume I: Theory, Wiley 1975,
// sections 5.6 and 5.7; the last formula is the distributional form of
// Little's law, J. Keilson, L. D. Servi, Operations Research Letters 7(5),
// 1988.
//
// Method and limits: moments are closed. Tails are inverted (see inversion)
// with 1 − E[e^-sR] computed without cancellation (see mg1Law and mg1Contour), and near the
// jumps and kinks that laws such as the constant, the uniform, the bounded
// Pareto or an empirical one have, are solved for in the time domain (see
// mg1Renewal). Quantiles are given where two computations agree to 1e-9 of the
// tail, otherwise they are left out and the note says so.
func solveMG1(p *problem) (*Solution, error) {
	q := newMG1Queue(p)
	sol := &Solution{
		Model:  "M/G/1",
		Method: "Pollaczek–Khinchine",
		Source: "L. Kleinrock, Queueing Systems, Volume I: Theory (Wiley 1975), section 5.7",
		Exact:  true,
	}
	wait := q.wait()
	o, err := q.outcome(p, wait, mixture(p.sys.Streams))
	if err != nil {
		return nil, err
	}
	sol.Metrics = o.metrics(p.sys)
	sol.Note = mg1Notes(mg1Infinite(o), mg1LeftOut(o))
	if len(p.classes) > 1 {
		sol.Classes = make(map[string]Metrics, len(p.classes))
		for _, c := range p.classes {
			of, err := q.outcome(p, wait, c.streams)
			if err != nil {
				return nil, err
			}
			sol.Classes[c.name] = of.metrics(p.sys)
		}
	}
	return sol, nil
}

// mg1Queue is M/G/1 with what its laws are computed from.
type mg1Queue struct {
	rate, load, idle float64 // λ, ρ, ε
	law              *mg1Law
	cube             float64 // E[B³]
	renewals         [2]*mg1Renewal
	tooFar           float64 // what no renewal reaches
}

func newMG1Queue(p *problem) *mg1Queue {
	m := mixture(p.sys.Streams)
	return &mg1Queue{rate: p.rate.hi, load: p.load.hi, idle: p.spare, law: m.mg1Law(), cube: m.cube(), tooFar: math.Inf(1)}
}

// mg1Law is the law of a service of a mixture.
func (m mixture) mg1Law() *mg1Law {
	if m.same() {
		return newMG1Law(1, m[0].Service)
	}
	total := m.rate()
	var laws []*mg1Law
	for _, s := range m {
		if r := s.rate().hi; r > 0 {
			laws = append(laws, newMG1Law(r/total, s.Service))
		}
	}
	return mixMG1Laws(laws)
}

// cube is E[B³] of a mixture; NaN where it is not known.
func (m mixture) cube() float64 {
	if m.same() {
		return thirdMoment(m[0].Service)
	}
	sum := 0.0
	for _, s := range m {
		if r := s.rate().hi; r > 0 {
			sum += r / m.rate() * thirdMoment(s.Service)
		}
	}
	return sum
}

// outcome is that of the tasks of some of the streams.
func (q *mg1Queue) outcome(p *problem, wait summary, of mixture) (outcome, error) {
	rate := of.rate()
	o := outcome{
		wait:        wait,
		service:     of.summary(),
		queueLength: rate * wait.mean,
		busy:        offeredLoad(of).hi,
		utilization: offeredLoad(of).hi,
		throughput:  rate,
		offered:     rate,
		waitRatio:   q.load,
		queueP99:    q.queueQuantile(rate, wait),
	}
	o.sojourn = q.sojourn(o, of)
	if math.IsInf(q.law.square, 1) {
		return o, nil
	}
	residual := q.rate * q.law.square / 2
	return o, agree("the mean wait and the work that an arrival finds",
		o.wait.mean, residual+q.load*o.wait.mean)
}

// moments are mean and sd of the wait.
func (q *mg1Queue) moments() (mean, sd float64) {
	if math.IsInf(q.law.square, 1) {
		return math.Inf(1), math.Inf(1)
	}
	mean = q.rate * q.law.square / (2 * q.idle)
	return mean, math.Sqrt(mean*mean + q.rate*q.cube/(3*q.idle))
}

// mg1Infinite says which moments are infinite.
func mg1Infinite(o outcome) string {
	switch {
	case math.IsInf(o.wait.mean, 1):
		return "The mean wait is infinite, because the second moment of the service is."
	case math.IsInf(o.wait.sd, 1):
		return "The standard deviation of the wait is infinite, because the third moment of the service is."
	}
	return ""
}

// mg1LeftOut says which quantiles are missing.
func mg1LeftOut(o outcome) string {
	missing := ""
	switch {
	case o.wait.quantiles == nil && o.sojourn.quantiles == nil:
		missing = "wait and latency"
	case o.wait.quantiles == nil:
		missing = "wait"
	case o.sojourn.quantiles == nil:
		missing = "latency"
	default:
		return ""
	}
	return fmt.Sprintf("Quantiles of %s are left out: two computations of the tail do not agree closely enough, or the law of the service has no transform.", missing)
}

// mg1Notes puts sentences together.
func mg1Notes(notes ...string) string {
	all := ""
	for _, n := range notes {
		if all != "" && n != "" {
			all += " "
		}
		all += n
	}
	return all
}

// mg1Atoms are the jumps of the law of a mixture's service.
func (m mixture) mg1Atoms() []float64 {
	var at []float64
	for _, s := range m {
		for _, b := range mg1Breaks(s.Service, 0) {
			if b.mass > 0 {
				at = append(at, b.at)
			}
		}
	}
	return at
}
