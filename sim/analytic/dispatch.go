package analytic

import (
	"errors"
	"fmt"
	"math"

	"spillway/distributions/arrivals"
)

// obstacleRandomServer is what keeps a system from being queues of one server
// each that tasks join at random, which a single queue is with any dispatch.
func obstacleRandomServer(p *problem) string {
	sys := p.sys
	switch {
	case sys.Dispatch == Central:
		return "the servers have one queue"
	case sys.Dispatch != RandomServer && (sys.Dispatch != PowerOf || sys.Choices != 1) && sys.Servers > 1:
		return "tasks do not join a queue at random"
	case sys.Infinite || sys.Limited:
		return "the queues have a limit, or there are none"
	case sys.Speeds != nil:
		return "servers differ in speed"
	case sys.Throttle != nil || sys.Retry != nil || sys.Closed != nil || sys.Transient != nil:
		return "the arrivals at a queue depend on the other queues, or on time"
	case sys.Servers > maxSize:
		return fmt.Sprintf("there are more than %d servers", maxSize)
	}
	one, err := randomShare(sys)
	if err != nil {
		return err.Error()
	}
	return randomObstacle(describe(one))
}

// randomObstacle is what keeps the queue of one server from being of any
// family.
func randomObstacle(one *problem) string {
	for _, f := range families() {
		if f.obstacle(one) == "" {
			return ""
		}
	}
	return obstacle(one)
}

// randomShare is one of the servers with its queue.
func randomShare(sys System) (System, error) {
	one, c := sys, float64(sys.Servers)
	one.Servers, one.Dispatch, one.Choices = 1, Central, 0
	one.Streams = append([]Stream(nil), sys.Streams...)
	for i, s := range one.Streams {
		share, o := shareOf(s, 1/c)
		if o != "" {
			return System{}, errors.New(o)
		}
		one.Streams[i].Process = share
	}
	return one, nil
}

// shareOf is the process of the arrivals of which each is kept with some
// probability; the string says why there is none.
func shareOf(s Stream, kept float64) (arrivals.Process, string) {
	var share arrivals.Process
	var err error
	if isBatch(s.Batch) {
		return nil, "tasks" + ofClass(s) + " arrive in batches, of which each task joins a queue of its own"
	}
	m, modulated := s.Process.(arrivals.MAP)
	if on, ok := s.Process.(arrivals.OnOff); ok && on.Sources() <= mapPhaseLimit {
		m, modulated = on.AsMAP()
	}
	switch {
	case isPoisson(s.Process):
		share, err = arrivals.NewPoisson(s.Process.Rate() * kept)
	case modulated:
		share, err = thinned(m, kept)
	default:
		return nil, "tasks" + ofClass(s) + " join a queue at random, and arrive neither as a Poisson nor as a Markovian process, so that the arrivals at a queue have no model"
	}
	if err != nil {
		return nil, "a rate" + ofClass(s) + " is too small to be shared"
	}
	return share, ""
}

// thinned is a Markovian process of which an arrival is kept with some
// probability, and otherwise changes the phase alone.
func thinned(m arrivals.MAP, kept float64) (arrivals.Process, error) {
	d0, d1 := m.D0(), m.D1()
	for i, row := range d1 {
		for j := range row {
			d0[i][j] += d1[i][j] * (1 - kept)
			d1[i][j] *= kept
		}
	}
	return arrivals.NewMAP(d0, d1)
}

// solveRandomServer solves c queues with a server each, where a task joins one
// at random.
//
// Assumptions: Poisson or Markov-modulated arrivals, one by one; the rest is that
// of the model of one queue, which may be of any family.
//
// Stability: that of the model of one queue at 1/c of the rate.
//
// Formulas: splitting a Poisson stream at random gives Poisson streams, of a
// Markovian one (D0, D1) it gives (D0 + (1 − 1/c)D1, D1/c); times and ratios are
// those of one queue, counts and rates are c times as much. Poisson streams are
// independent, others are not, which matters to no mean. Where the queues are M/M/1 the waiting tasks of all have
// the generating function
//
//	((1 − ρ)(1 + ρ − ρz)/(1 − ρz))^c
//
// which gives the p99 of the queue length.
//
// Source: L. Kleinrock, Queueing Systems, Volume I: Theory, Wiley 1975,
// sections 2.4 and 3.2.
//
// Method and limits: those of the model of one queue. The coefficients of the
// generating function come from the recurrence that its derivative satisfies,
// up to a million of them; beyond, the p99 is left out.
func solveRandomServer(p *problem) (*Solution, error) {
	one, err := randomShare(p.sys)
	if err != nil {
		return nil, err
	}
	sub := describe(one)
	sub.spare = p.spare // more exact than that of the rounded share of the rate
	sub.load = p.load.over(float64(p.sys.Servers))
	sol, err := solveShare(sub)
	if err != nil {
		return nil, err
	}
	if sol.Model = ofOneServer(sol.Model); p.sys.Servers > 1 {
		sol.Model = fmt.Sprintf("%s × %d, random", sol.Model, p.sys.Servers)
		sol.Method += "; arrivals split at random"
	}
	for _, m := range append([]Metrics{sol.Metrics}, classesOf(sol)...) {
		m.replicate(p.sys.Servers)
	}
	if obstacleMMc(sub) == "" {
		if n, ok := randomQueueP99(sub.load.hi, sub.spare, float64(p.sys.Servers)); ok {
			sol.Metrics["queue_length"]["p99"] = n
		}
	}
	return sol, nil
}

// solveShare solves one queue by the first family that it is of.
func solveShare(p *problem) (*Solution, error) {
	for _, f := range families() {
		if f.obstacle(p) == "" {
			return f.solve(p)
		}
	}
	return nil, fmt.Errorf("%w: %s", ErrNoModel, obstacle(p))
}

func classesOf(sol *Solution) []Metrics {
	var all []Metrics
	for _, m := range sol.Classes {
		all = append(all, m)
	}
	return all
}

// replicate makes metrics of one server those of c.
func (m Metrics) replicate(c int) {
	for _, name := range []string{"queue_length", "in_system", "in_network", "in_retry", "throughput", "arrival_rate", "goodput", "memory"} {
		if v, ok := m[name]; ok {
			m[name] = map[string]float64{"mean": v["mean"] * float64(c)}
		}
	}
}

// randomQueueP99 is the p99 of the tasks that wait in c queues. The
// coefficients f of the generating function satisfy
//
//	(1+ρ)(n+1) f(n+1) = (cρ² + ρ(2+ρ)n) f(n) − ρ²(n−1) f(n−1)
//
// of whose two solutions they are the larger. They are summed from the first on
// until 99 % is reached, over a factor that keeps them from underflowing.
func randomQueueP99(load, spare, c float64) (float64, bool) {
	last, f := 0.0, 1.0
	log := c * (math.Log1p(load) + math.Log(spare)) // of the probability of none
	if load > 0.5 {
		log = c * math.Log(spare*(1+load))
	}
	sum := f
	for n := 0.0; n < 1e6; n++ {
		if log < 700 && math.Exp(log)*sum >= 1-queueTail*(1+tieSlack) {
			return n, true
		}
		next := ((c*load*load+load*(2+load)*n)*f - load*load*(n-1)*last) / ((1 + load) * (n + 1))
		last, f = f, next
		if sum += f; sum > 1e200 {
			last, f, sum, log = last/sum, f/sum, 1, log+math.Log(sum)
		}
	}
	return 0, false
}

// obstacleRoundRobin is what keeps a system from being queues of one server
// each that tasks join in turn.
func obstacleRoundRobin(p *problem) string {
	sys := p.sys
	if sys.Dispatch != RoundRobin {
		return "tasks do not join the queues in turn"
	}
	if sys.Infinite || sys.Limited {
		return "the queues have a limit, or there are none"
	}
	sys.Dispatch = Central
	return obstacleMarkovOf(sys, p.sys)
}

// solveRoundRobin solves c queues with a server each, which tasks join in turn.
//
// Assumptions: Poisson arrivals of rate λ, exponential service of rate µ, c
// servers, queues without limit, first come first served.
//
// Stability: ρ = λ/(cµ) < 1.
//
// Formulas: the gaps between arrivals at one queue are Erlang of c stages of
// rate λ. With σ the root in (0, 1) of the transform, of GI/M/1,
//
//	σ = (λ/(λ + µ(1 − σ)))^c
//	P(W > t) = σ e^-µ(1−σ)t,  P(W + S > t) = e^-µ(1−σ)t.
//
// Source: L. Kleinrock, Queueing Systems, Volume I: Theory, Wiley 1975, section
// 6.4.
//
// Method and limits: the root is sought for x = 1 − σ, after division by x, in
// terms of log(1+z)/z − 1, which keep their digits as ρ nears one and x nears
// zero. Relative errors are about 1e-14. The lengths of the queues depend on
// one another; of their sum only the mean is given.
func solveRoundRobin(p *problem) (*Solution, error) {
	c := float64(p.sys.Servers)
	x := roundRobinRoot(c, p.load.hi/c, p.spare)
	unit := p.meanService
	sigma := math.Exp(-c * math.Log1p(x/p.load.hi)) // has its digits where x is near one
	wait := delayQueue{delay: sigma}.wait(unit / x)
	o := outcome{
		wait:        wait,
		service:     exponentialSummary(unit),
		sojourn:     exponentialSummary(unit / x),
		queueLength: p.load.hi * sigma / x,
		queueP99:    math.NaN(),
		busy:        p.load.hi,
		utilization: p.load.hi / c,
		throughput:  p.rate.hi,
		offered:     p.rate.hi,
		waitRatio:   sigma,
	}
	return &Solution{
		Model:   fmt.Sprintf("E%d/M/1 × %d, round robin", p.sys.Servers, p.sys.Servers),
		Method:  "root of the transform of Erlang gaps",
		Source:  "L. Kleinrock, Queueing Systems, Volume I: Theory (Wiley 1975), section 6.4",
		Exact:   true,
		Metrics: o.metrics(p.sys),
		Classes: p.classMetrics(func(k class) outcome { return o.share(k.share) }),
	}, agree("the root and its equation", sigma+x, 1)
}

// roundRobinRoot is x = 1 − σ, at which −log(1−x)/x − c log(1+x/a)/x = 0, a = cρ.
func roundRobinRoot(c, load, spare float64) float64 {
	if c == 1 {
		return spare
	}
	f := func(x float64) float64 {
		return log1pRest(-x) - log1pRest(x/(c*load))/load - spare/load
	}
	low, high := 0.0, 0.5
	for f(high) < 0 {
		low, high = high, (1+high)/2
		if high == 1 {
			return 1 // σ is below the last digit of one
		}
	}
	if low == 0 {
		for low = high / 2; f(low) > 0; low /= 2 {
			high = low
		}
	}
	x, _ := brent(f, low, high, f(low), f(high))
	return x
}

// log1pRest is log(1+z)/z − 1, without cancellation near zero.
func log1pRest(z float64) float64 {
	if math.Abs(z) > 0.1 {
		return math.Log1p(z)/z - 1
	}
	sum, power := 0.0, 1.0
	for k := 2.0; math.Abs(power) > 1e-20; k++ {
		power *= -z
		sum += power / k
	}
	return sum
}
