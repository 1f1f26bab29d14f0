package analytic

import (
	"errors"
	"math"

	"spillway/distributions"
)

// obstacleFailures is what keeps a system from being M/G/1 whose server fails.
func obstacleFailures(p *problem) string {
	sys, f := p.sys, p.sys.Failures
	if f == nil {
		return "servers do not fail"
	}
	if _, ok := asExponential(f.Up); !ok {
		return "the time that a server is up is not exponential"
	}
	if f.OnFailure != Resume {
		return "a failure spoils the work done"
	}
	sys.Failures = nil
	return obstacleOneServer(sys)
}

// obstacleOneServer is what keeps a system from being M/G/1, first come first
// served.
func obstacleOneServer(sys System) string {
	if sys.Infinite || sys.Limited {
		return "the queue has a limit, or there is none"
	}
	if sys.Servers != 1 {
		return "there is more than one server"
	}
	return obstacleArrivals(sys)
}

// solveFailures solves M/G/1 with a server that fails.
//
// Assumptions: Poisson arrivals of rate λ, any service S, one server, one queue
// without limit, first come first served; up for exponential times of rate ξ,
// then under repair for any time R; a failure interrupts the service, which
// goes on after the repair. The server ages always, or only while it works.
//
// Stability: ρ = λE[S] < A, the availability A = 1/(1 + ξE[R]).
//
// Formulas: a task holds the server for S and the repairs meanwhile,
//
//	E[C] = E[S](1 + ξE[R]),  E[C²] = E[S²](1 + ξE[R])² + ξE[S]E[R²],
//
// and one that comes to an idle server may find it under repair: with
// probability 1 − A of those, where it ages always, for what is left of R. By
// the decomposition of the queue at times without work
//
//	E[W] = λE[C²]/(2(1 − λE[C])) + (1 − A) E[R²]/(2E[R]),  T = W + C,
//	P(W = 0) = A(1 − λE[C])
//
// with 1 in the place of A where the server ages only while it works. With S
// exponential of rate µ and R of rate θ the transform of T is
//
//	(1 − λE[C]) µ(As + θ)/(s² + (µ − λ + θ + ξ)s + µθ − λ(θ + ξ))
//
// so that T is a mixture of two exponentials, and W of three and zero.
//
// Source: B. Avi-Itzhak, P. Naor, "Some queuing problems with the service
// station subject to breakdown", Operations Research 11(3), 1963; H. White, L.
// S. Christie, "Queuing with preemptive priorities or with breakdown",
// Operations Research 6(1), 1958; S. W. Fuhrmann, R. B. Cooper, "Stochastic
// decompositions in the M/G/1 queue with generalized vacations", Operations
// Research 33(5), 1985.
//
// Method and limits: the two rates of decay and their distances from ξ + θ and
// θ come from products of them, without cancellation, and all weights are
// positive. The mean from the mixture is held to that from the moments.
// Quantiles are given for exponential service and repair.
//
// The wait ends when service begins for the first time. The number waiting is
// left out: whether a task counts whose server is under repair is a matter of
// definition; the number in system and the latency contain it.
func solveFailures(p *problem) (*Solution, error) {
	b := newBreakdown(p)
	m := mixture(p.sys.Streams)
	wait, sojourn, err := b.summaries(p, m)
	if err != nil {
		return nil, err
	}
	of := func(m mixture, sojourn summary, share float64) Metrics {
		o := outcome{
			wait: wait, service: unknown(), sojourn: sojourn,
			queueLength: math.NaN(), busy: math.NaN(), utilization: offeredLoad(m).hi,
			throughput: share * p.rate.hi, offered: share * p.rate.hi, waitRatio: 1 - b.idleUp*b.spare,
		}
		metrics := o.metrics(p.sys)
		putInSystem(metrics, p.sys, share*p.rate.hi*sojourn.mean)
		return metrics
	}
	sol := &Solution{
		Model:   "M/G/1 with failures",
		Method:  "decomposition of M/G/1 with interrupted service",
		Source:  "B. Avi-Itzhak, P. Naor, Some queuing problems with the service station subject to breakdown, Operations Research 11(3), 1963",
		Exact:   true,
		Note:    b.note(p, sojourn),
		Metrics: of(m, sojourn, 1),
	}
	if sojourn.quantiles != nil {
		sol.Model = "M/M/1 with failures"
	}
	if len(p.classes) > 1 {
		sol.Classes = map[string]Metrics{}
		for _, c := range p.classes {
			part := sojourn
			if !m.same() {
				part = summary{mean: wait.mean + mixture(c.streams).summary().mean*b.stretch, sd: math.NaN()}
			}
			sol.Classes[c.name] = of(c.streams, part, c.share)
		}
	}
	return sol, nil
}

// putInSystem adds the number in system, and the memory, to metrics that say
// nothing of waiting and busy.
func putInSystem(m Metrics, sys System, n float64) {
	m["in_system"] = map[string]float64{"mean": n}
	if sys.Memory > 0 {
		m["memory"] = map[string]float64{"mean": n * sys.Memory}
	}
}

// breakdown is the failing server.
type breakdown struct {
	fails           float64 // ξ
	repair, repair2 float64 // E R, E R²
	stretch         float64 // 1/A
	idleUp          float64 // share of the time without work that it is up
	spare           float64 // 1 − λ E C
}

func newBreakdown(p *problem) breakdown {
	f := p.sys.Failures
	up, _ := asExponential(f.Up)
	b := breakdown{fails: up.Rate(), repair: f.Repair.Mean(), repair2: meanSquareOf(f.Repair)}
	b.stretch = 1 + b.fails*b.repair
	b.idleUp = 1 / b.stretch
	if f.BusyOnly {
		b.idleUp = 1
	}
	b.spare = p.spare - p.load.hi*b.fails*b.repair
	return b
}

// note says what is left out.
func (b breakdown) note(p *problem, sojourn summary) string {
	note := "The wait ends when service first begins. The number waiting is left out: whether a task waits while its server is under repair is a matter of definition."
	if sojourn.quantiles == nil {
		return note + " Quantiles are left out: service or repair is not exponential."
	}
	return note
}

// meanSquareOf is E X².
func meanSquareOf(d distributions.Distribution) float64 {
	mean, scv := d.Mean(), d.SCV()
	if mean == 0 {
		return 0
	}
	return mean * mean * (1 + scv)
}

// summaries are the laws of the wait and of the sojourn of all tasks.
func (b breakdown) summaries(p *problem, m mixture) (wait, sojourn summary, err error) {
	service := m.summary()
	rate := p.rate.hi
	service2 := service.mean*service.mean + service.sd*service.sd
	held2 := service2*b.stretch*b.stretch + b.fails*service.mean*b.repair2
	mean := rate * held2 / (2 * b.spare)
	if b.idleUp < 1 {
		mean += (1 - b.idleUp) * b.repair2 / (2 * b.repair)
	}
	wait = summary{mean: mean, sd: math.NaN()}
	sojourn = summary{mean: mean + service.mean*b.stretch, sd: math.NaN()}
	s, ok := asExponential(m[0].Service)
	r, isExponential := asExponential(p.sys.Failures.Repair)
	if !ok || !isExponential || !m.same() {
		return wait, sojourn, nil
	}
	return b.exponential(p, s.Rate(), r.Rate(), wait.mean, sojourn.mean)
}

// exponential is the case of service of rate µ and repair of rate θ.
func (b breakdown) exponential(p *problem, mu, theta, waitMean, mean float64) (wait, sojourn summary, err error) {
	rate, idle, f := p.rate.hi, mu*p.spare, theta+b.fails
	root := math.Hypot(idle-f, 2*math.Sqrt(mu*b.fails))
	fastOver, slowUnder := (root+idle-f)/2, (root+f-idle)/2 // fast − f, f − slow
	if idle > f {
		slowUnder = mu * b.fails / fastOver
	} else {
		fastOver = mu * b.fails / slowUnder
	}
	fast := (idle + f + root) / 2
	slow := mu * theta * b.spare / fast
	over := fastOver + b.fails               // fast − θ
	under := b.fails * (theta + rate) / over // θ − slow
	var t, w decays
	if b.idleUp < 1 {
		a := b.idleUp
		t = decays{{slow * a * fastOver / (theta * root), fast}, {fast * a * slowUnder / (theta * root), slow}}
		w = decays{
			{b.spare * a * rate * fastOver * fastOver / (fast * over * root), fast},
			{b.spare * a * rate * slowUnder * slowUnder / (slow * under * root), slow},
			{b.spare * (1 - a) * theta / (theta + rate), theta},
		}
	} else {
		t = decays{{slow * over / (theta * root), fast}, {fast * under / (theta * root), slow}}
		w = decays{{b.spare * rate * fastOver / (fast * root), fast}, {b.spare * rate * slowUnder / (slow * root), slow}}
	}
	wait, err = w.summary()
	sojourn, other := t.summary()
	return wait, sojourn, errors.Join(err, other,
		agree("latency by exponentials and by moments", sojourn.mean, mean),
		agree("wait by exponentials and by moments", wait.mean, waitMean),
		agree("the share of tasks that wait, by exponentials and by decomposition", w.tail(0), 1-b.idleUp*b.spare))
}

// decays is a tail that is a sum of exponentials with positive weights.
type decays []struct{ weight, rate float64 }

func (d decays) tail(x float64) float64 {
	sum := 0.0
	for _, e := range d {
		sum += e.weight * math.Exp(-e.rate*x)
	}
	return sum
}

func (d decays) summary() (summary, error) {
	mean, second := 0.0, 0.0
	for _, e := range d {
		mean += e.weight / e.rate
		second += 2 * e.weight / e.rate / e.rate
	}
	return tailSummary(mean, math.Sqrt(second-mean*mean), mean, func(x float64) float64 { return d.tail(x * mean) })
}
