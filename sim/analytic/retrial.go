package analytic

import (
	"fmt"
	"math"

	"spillway/distributions"
)

// retrialWorkLimit bounds levels × servers.
const retrialWorkLimit = 4_000_000

// solveRetrial solves the classical retrial queue M/M/c.
//
// Assumptions: Poisson arrivals of rate λ, exponential service of rate µ, c
// servers and no queue; a task that finds all servers busy tries again after
// an exponential time of rate θ, for ever, each independently of the others.
// The wait is the time from the first refusal to the last try; the network
// delay is passed once.
//
// Stability: ρ = λ/(cµ) < 1, whatever θ is.
//
// Formulas: for c = 1
//
//	E[N] = ρ(λ + ρθ)/((1 − ρ)θ),   P(wait > 0) = ρ
//
// with N the tasks that wait to try again. For c ≥ 2, with τ(n, j) the mean time
// with j busy servers that is spent at n before n − 1 is reached, from the
// moment at which n is reached from n − 1 (all servers are busy then),
//
//	x(n, j) = λ x(n−1, c) τ(n, j)
//
// and x(0, ·) is stationary for the chain that is watched while n = 0. A busy
// system that goes up to n + 1 comes back to n with k busy servers with
// probability (n+1)θ τ(n+1, k−1), which closes the recursion from n + 1 to n.
//
// Source: G. I. Falin, J. G. C. Templeton, Retrial Queues, Chapman & Hall 1997,
// sections 1.2 and 2.2; the recursion is that of L. Bright, P. G. Taylor,
// "Calculating the equilibrium distribution in level dependent
// quasi-birth-and-death processes", Stochastic Models 11(3), 1995.
//
// Method and limits: the recursion starts at a level from where it is assumed
// that n − 1 is reached when a server becomes idle; the level is doubled until
// the mass above no longer counts (1e-13 of E[N]). All terms are positive. The
// idle servers are held to c(1 − ρ). Levels ×
// servers are bounded by retrialWorkLimit: where ρ is too near one, or θ too
// far below λ, there is no answer for c ≥ 2. The law of the wait is left out.
func solveRetrial(p *problem) (*Solution, error) {
	retry, _ := asExponential(p.sys.Retry)
	theta := exponentialRate(retry).hi
	mu := 1 / p.meanService
	orbit, blocked := 0.0, p.load.hi
	switch {
	case p.sys.Servers == 1:
		orbit = p.load.hi * (p.rate.hi + p.load.hi*theta) / (p.spare * theta)
	case idleOdds(p.sys.Servers, p.load.hi) > 1/underflow:
		blocked = 0 // nobody ever finds all servers busy
	default:
		r := retrial{c: p.sys.Servers, lambda: p.rate.hi, mu: mu, theta: theta}
		if err := r.solve(p.spare); err != nil {
			return nil, err
		}
		orbit, blocked = r.orbit, r.blocked
	}
	wait := orbit / p.rate.hi
	o := outcome{
		wait: summary{mean: wait, sd: math.NaN()}, service: exponentialSummary(p.meanService),
		sojourn:     summary{mean: wait + p.meanService, sd: math.NaN()},
		queueP99:    0,
		busy:        p.load.hi,
		utilization: p.load.hi / float64(p.sys.Servers),
		throughput:  p.rate.hi, offered: p.rate.hi,
		waitRatio: blocked, shedRatio: 0,
	}
	sol := &Solution{
		Model:  "M/M/c retrial",
		Method: "level-dependent quasi-birth-death process",
		Source: "G. I. Falin, J. G. C. Templeton, Retrial Queues (Chapman & Hall 1997), section 2.2",
		Exact:  true,
		Note:   "Standard deviations and quantiles of wait and latency are left out: the law of the time until a try succeeds is not computed.",
	}
	if p.sys.Servers == 1 {
		sol.Model, sol.Method = "M/M/1 retrial", "closed form"
		sol.Source = "G. I. Falin, J. G. C. Templeton, Retrial Queues (Chapman & Hall 1997), section 1.2"
	}
	metrics := func(o outcome, share float64) Metrics {
		m := o.metrics(p.sys)
		m["in_retry"] = map[string]float64{"mean": orbit * share}
		m["retry_ratio"] = map[string]float64{"mean": wait * theta}
		return m
	}
	sol.Metrics = metrics(o, 1)
	if len(p.classes) > 1 {
		sol.Classes = map[string]Metrics{}
		for _, c := range p.classes {
			sol.Classes[c.name] = metrics(o.share(c.share), c.share)
		}
	}
	return sol, nil
}

// retrial is M/M/c with retries.
type retrial struct {
	c                 int
	lambda, mu, theta float64

	orbit, blocked float64 // E[N], P(all servers busy)
	idle           float64 // mean number of idle servers
}

// retrialLevel is what is kept of a level: sums of τ(n, ·).
type retrialLevel struct{ mass, full, idle float64 }

// retrialWork is memory that the levels share.
type retrialWork struct{ back, t, sources []float64 }

// solve doubles the number of levels until it no longer matters.
func (r *retrial) solve(spare float64) error {
	previous, most := math.Inf(1), retrialWorkLimit/r.c
	for levels := 64; ; levels *= 2 {
		// far up the levels fall by ρ, so that 30/(1 − ρ) of them count
		if levels > most || 30/spare > float64(most) {
			return fmt.Errorf("%w: the number of tasks that wait to try again is too large to follow: more than %d levels of %d servers", ErrNoModel, most, r.c)
		}
		above := r.truncated(levels)
		if above < 1e-13 && math.Abs(r.orbit-previous) <= 1e-12*r.orbit {
			break
		}
		previous = r.orbit
	}
	return agree("idle servers and c(1 − ρ)", r.idle, float64(r.c)*spare)
}

// truncated solves with a number of levels; it returns the share of E[N] in the
// last sixteenth of them.
func (r *retrial) truncated(levels int) (above float64) {
	kept := make([]retrialLevel, levels+1)
	w := retrialWork{make([]float64, r.c+1), make([]float64, r.c+1), make([]float64, r.c)}
	w.back[r.c] = 1
	for n := levels; n > 0; n-- {
		kept[n] = r.level(n, w)
	}
	zero := r.level(0, w)
	mass, first, last := zero.mass, 0.0, 0.0
	full, idle, x := zero.full, zero.idle, zero.full
	for n := 1; n <= levels; n++ {
		k, f := kept[n], r.lambda*x
		mass += f * k.mass
		full += f * k.full
		idle += f * k.idle
		first += f * k.mass * float64(n)
		if n > levels-levels/16 {
			last += f * k.mass * float64(n)
		}
		if x = f * k.full; mass > 0x1p500 {
			for _, v := range []*float64{&mass, &full, &idle, &first, &last, &x} {
				*v *= 0x1p-500
			}
		}
	}
	r.orbit, r.blocked, r.idle = first/mass, full/mass, idle/mass
	return last / first
}

// level finds τ(n, ·), and with it turns back, the law of the busy servers when
// level n is reached from above, into that of level n − 1. Level 0, which is
// never left downwards, is normalised to one at c.
//
// The balance at j < c, (λ + jµ + nθ) τ(j) = λ τ(j−1) + (j+1)µ τ(j+1) + λ back(j) τ(c),
// is eliminated upwards with excess q(j) = nθ + jµ q(j−1)/(λ + q(j−1)) of the
// pivot over λ, in which nothing is subtracted.
func (r *retrial) level(n int, w retrialWork) retrialLevel {
	back, t, sources := w.back, w.t, w.sources
	c, out := r.c, float64(n)*r.theta
	q, source := out, r.lambda*back[0] // with τ(c) = 1
	pivots := t                        // each is used before its place is taken
	for j := range c {
		if j > 0 {
			q = out + float64(j)*r.mu*(q/(r.lambda+q))
			source = r.lambda*back[j] + r.lambda*sources[j-1]/pivots[j-1]
		}
		pivots[j], sources[j] = r.lambda+q, source
	}
	t[c] = 1
	for j := c - 1; j >= 0; j-- {
		t[j] = (float64(j+1)*r.mu*t[j+1] + sources[j]) / pivots[j]
	}
	below, idle := 0.0, 0.0
	for j, v := range t[:c] {
		below += v
		idle += v * float64(c-j)
	}
	if n == 0 {
		return retrialLevel{below + 1, 1, idle}
	}
	for j := range c {
		back[j+1] = t[j] / below
	}
	back[0] = 0
	f := 1 / (out * below)
	return retrialLevel{(below + 1) * f, f, idle * f}
}

// obstacleRetrial is what keeps a system from being the retrial queue M/M/c.
func obstacleRetrial(p *problem) string {
	sys := p.sys
	switch {
	case sys.Infinite || !sys.Limited || sys.Limit > 0:
		return "refused tasks try again where there is room to wait"
	case sys.Retry == nil:
		return "refused tasks do not try again"
	case !retrialDelay(sys.Retry):
		return "the time until a refused task tries again is not exponential"
	case sys.Servers > retrialWorkLimit/64 && sys.Servers > 1:
		return fmt.Sprintf("refused tasks try again, and there are more than %d servers", retrialWorkLimit/64)
	case !(p.spare > saturationSlack):
		return "the offered load is at least the servers, and refused tasks try again for ever"
	}
	sys.Retry = nil
	return obstacleMarkovOf(sys, p.sys)
}

func retrialDelay(d distributions.Distribution) bool {
	_, ok := asExponential(d)
	return ok
}
