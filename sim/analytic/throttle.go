package analytic

import (
	"fmt"
	"math"

	"spillway/distributions"
)

// obstacleThrottle is what keeps a system from being a token bucket before
// plenty of servers.
func obstacleThrottle(p *problem) string {
	sys, t := p.sys, p.sys.Throttle
	switch {
	case t == nil:
		return "no throttle stands before the queue"
	case !sys.Infinite:
		return "behind the throttle are finitely many servers"
	case !(t.Rate > 0) || !(t.Burst >= 1) || math.IsInf(t.Rate, 1) || t.Burst > maxSize:
		return fmt.Sprintf("the throttle has a rate of %g and a burst of %g", t.Rate, t.Burst)
	}
	if p.rate.hi > throttleLoad*t.Rate {
		return fmt.Sprintf("more than %d tasks arrive for each token", throttleLoad)
	}
	sys.Throttle = nil
	return obstacleArrivals(sys)
}

// throttleLoad is the largest ρ that is computed with.
const throttleLoad = 500

// solveThrottle solves a token bucket before infinitely many servers.
//
// Assumptions: Poisson arrivals of rate λ, any service; a bucket of B tokens
// that fills at rate r, starts full and gives one to each task. A task that
// finds less than one waits until there is one, in order (shaper), or is shed
// (policer).
//
// Stability: always for the policer; λ < r for the shaper.
//
// Formulas: what is missing in the bucket, over r, falls at rate one and
// grows by 1/r with each task that passes: it is the workload V of M/D/1 with
// service 1/r. With b = (B − 1)/r, and H(x) the solution of H' = λ(H(x) −
// H(x − 1/r)), H(0) = 1, which for ρ = λ/r < 1 is P(V ≤ x)/(1 − ρ),
//
//	shaper:   throttle delay = (V − b)⁺, seen by arrivals as in time
//	policer:  share shed = (1 − (1 − ρ)H(b))/(1 + ρH(b))
//
// the latter because a workload that no arrival takes above b + 1/r has, up to b,
// a law in proportion to H (level crossings). Services begin at once; the number
// in service is by Little's law.
//
// Source: A. K. Erlang, "The theory of probabilities and telephone
// conversations", Nyt Tidsskrift for Matematik B 20, 1909, and G. J. Franx, "A
// simple solution for the M/D/c waiting time distribution", Operations Research
// Letters 29(5), 2001, for V; P. H. Brill, Level Crossing Methods in
// Stochastic Models, Springer 2008, chapter 3, for the policer; A. W. Berger,
// W. Whitt, "The pros and cons of a job buffer in a token-bucket rate-control
// throttle", IEEE Transactions on Communications 42(2), 1994.
//
// Method and limits: see bucket. Relative errors are about 1e-11, also of
// tiny shares and near ρ = 1. Latency has quantiles where service is constant,
// and behind a policer.
func solveThrottle(p *problem) (*Solution, error) {
	t := p.sys.Throttle
	b, err := newBucket(p.rate.over(t.Rate))
	if err != nil {
		return nil, err
	}
	sol := &Solution{
		Model:  "M/G/∞ behind a token bucket",
		Method: "level crossings of the missing tokens, an M/D/1 workload",
		Source: "A. W. Berger, W. Whitt, The pros and cons of a job buffer in a token-bucket rate-control throttle, IEEE Transactions on Communications 42(2), 1994",
		Exact:  true,
	}
	shed, held := 0.0, summary{quantiles: new(quantiles)}
	if t.Delay {
		if held, err = b.delay(t); err != nil {
			return nil, err
		}
	} else {
		if shed = b.shed(t.Burst - 1); !(shed >= 0 && shed <= 1) {
			return nil, fmt.Errorf("analytic: numerical failure: the share shed came out as %g", shed)
		}
	}
	sol.Metrics = throttled(p.sys.Streams, p.sys, shed, held)
	if len(p.classes) > 1 {
		sol.Classes = map[string]Metrics{}
		for _, c := range p.classes {
			sol.Classes[c.name] = throttled(c.streams, p.sys, shed, held)
		}
	}
	if _, ok := sol.Metrics["latency"]["p99"]; !ok && !delaysVary(p.sys) {
		sol.Note = "Latency quantiles are left out: the convolution of the time at the throttle and the service is not known closely enough."
	}
	return sol, nil
}

// throttled are the metrics of streams of which a share is shed, and the rest
// is held for a time.
func throttled(m mixture, sys System, shed float64, held summary) Metrics {
	o := m.outcome()
	o.shedRatio = shed
	o.throughput *= 1 - shed
	o.busy *= 1 - shed
	o.sojourn = heldAndServed(m, held, o.service)
	metrics := o.metrics(sys)
	if sys.Throttle.Delay {
		held.put(metrics, "throttle_delay")
	}
	return metrics
}

// heldAndServed is the law of the time at the throttle and in service together.
func heldAndServed(m mixture, held, service summary) summary {
	t := summary{mean: held.mean + service.mean, sd: math.Hypot(held.sd, service.sd)}
	switch {
	case held.mean == 0:
		t.quantiles, t.tail = service.quantiles, service.tail
	case service.sd == 0:
		q := *held.quantiles
		for i := range q {
			q[i] += service.mean
		}
		t.quantiles, t.tail = &q, later(held.tail, service.mean)
	case m.same():
		t.quantiles = held.plus([]distributions.Distribution{m[0].Service})
	}
	return t
}

// delay is the law of the time that a shaper holds a task.
func (b *bucket) delay(t *Throttle) (summary, error) {
	from := t.Burst - 1
	tail := func(x float64) float64 { return b.tail(from + x) }
	first, second := b.excess(from)
	sd := math.Sqrt(math.Max(0, 2*second-first*first))
	s, err := tailSummary(first/t.Rate, sd/t.Rate, 1/t.Rate, tail)
	if err != nil || from > 0 {
		return s, err
	}
	rho := 1 - b.spare
	return s, agree("the delay by its law and by Pollaczek and Khinchine", first, rho/(2*b.spare))
}
