package analytic

import (
	"errors"
	"math"
)

// obstacleSetup is what keeps a system from being M/G/1 whose server switches
// off without work.
func obstacleSetup(p *problem) string {
	sys := p.sys
	if sys.Setup == nil {
		return "servers need no time to start"
	}
	sys.Setup = nil
	return obstacleOneServer(sys)
}

// solveSetup solves M/G/1 with a server that switches off when it has no work,
// and takes a time D to start when the next task comes.
//
// Assumptions: Poisson arrivals of rate λ, any service S and any setup D, one
// server, one queue without limit, first come first served.
//
// Stability: ρ = λE[S] < 1.
//
// Formulas: every task waits, and with W₀ the wait in M/G/1
//
//	E[W] = E[W₀] + (2E[D] + λE[D²])/(2(1 + λE[D])),  T = W + S.
//
// Where D is exponential of rate θ the second term is a time of the same law,
// independent of W₀; with exponential service of rate µ
//
//	T = T₀ + D,  T₀ exponential of rate µ − λ.
//
// Source: P. D. Welch, "On a generalized M/G/1 queuing process in which the
// first customer of each busy period receives exceptional service", Operations
// Research 12(5), 1964; M. Harchol-Balter, Performance Modeling and Design of
// Computer Systems, Cambridge University Press 2013, section 27.3.
//
// Method and limits: the tail of the sum of two exponentials is written with
// expm1, so that µ − λ = θ is no special case. Quantiles are given for
// exponential service and setup, standard deviations too.
func solveSetup(p *problem) (*Solution, error) {
	m := mixture(p.sys.Streams)
	service, rate := m.summary(), p.rate.hi
	setup := p.sys.Setup.Mean()
	plain := rate * (service.mean*service.mean + service.sd*service.sd) / (2 * p.spare)
	extra := (2*setup + rate*meanSquareOf(p.sys.Setup)) / (2 * (1 + rate*setup))
	o := outcome{
		wait:        summary{mean: plain + extra, sd: math.NaN()},
		service:     service,
		sojourn:     summary{mean: plain + extra + service.mean, sd: math.NaN()},
		queueLength: rate * (plain + extra),
		queueP99:    math.NaN(),
		busy:        p.load.hi,
		utilization: p.load.hi,
		throughput:  rate,
		offered:     rate,
		waitRatio:   1,
	}
	sol := &Solution{
		Model:  "M/G/1 with setup",
		Method: "decomposition: M/G/1 and an independent time of setup",
		Source: "P. D. Welch, On a generalized M/G/1 queuing process in which the first customer of each busy period receives exceptional service, Operations Research 12(5), 1964",
		Exact:  true,
		Note:   "Quantiles are left out: service or setup is not exponential.",
	}
	_, markov := asExponential(m[0].Service)
	if _, ok := asExponential(p.sys.Setup); ok && markov && m.same() {
		sol.Model, sol.Note = "M/M/1 with setup", ""
		if err := setupTimes(&o, p, setup); err != nil {
			return nil, err
		}
	}
	sol.Metrics = o.metrics(p.sys)
	sol.Classes = p.classMetrics(func(c class) outcome {
		part := o.share(c.share)
		if !m.same() {
			part.service = mixture(c.streams).summary()
			part.busy = offeredLoad(c.streams).hi
			part.utilization = part.busy
			part.sojourn = summary{mean: o.wait.mean + part.service.mean, sd: math.NaN()}
		}
		return part
	})
	return sol, nil
}

// setupTimes are the laws of wait and sojourn of M/M/1 with an exponential
// setup.
func setupTimes(o *outcome, p *problem, setup float64) error {
	plain := p.meanService / p.spare // mean of T₀
	load := p.load.hi
	waitSD := math.Hypot(math.Sqrt(load*(2-load))*plain, setup)
	sojournTail := func(x float64) float64 { return sumOfTwoTail(1/plain, 1/setup, x) }
	waitTail := func(x float64) float64 { return p.spare*math.Exp(-x/setup) + load*sojournTail(x) }
	wait, err := timeSummary(o.wait.mean, waitSD, waitTail)
	sojourn, other := timeSummary(o.sojourn.mean, math.Hypot(plain, setup), sojournTail)
	o.wait, o.sojourn = wait, sojourn
	return errors.Join(err, other, agree("latency by moments and by its law", sojourn.mean, plain+setup))
}

// timeSummary is tailSummary of a tail in seconds.
func timeSummary(mean, sd float64, tail func(float64) float64) (summary, error) {
	return tailSummary(mean, sd, mean, func(x float64) float64 { return tail(x * mean) })
}

// sumOfTwoTail is P(X + Y > x) of independent exponentials of rates a and b.
func sumOfTwoTail(a, b, x float64) float64 {
	slow, gap := math.Min(a, b), math.Abs(a-b)
	return math.Exp(-math.Max(a, b)*x) + math.Max(a, b)*x*math.Exp(-slow*x)*meanDecay(gap*x)
}
