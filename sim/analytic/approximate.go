package analytic

import (
	"fmt"
	"math"
	"strings"
)

// obstacleApproximate is what keeps a system from being approximated as
// G/G/c.
func obstacleApproximate(p *problem) string {
	sys := p.sys
	if o := obstacleQueue(sys, maxSize); o != "" {
		return o
	}
	varies := sys.Network != nil && !isConstant(sys.Network)
	for _, s := range sys.Streams {
		if o := obstacleTwoMoments(s); o != "" {
			return o
		}
		if varies && !isPoisson(s.Process) {
			return "a random delay before the queue makes the gaps between arrivals depend on one another"
		}
	}
	return ""
}

// obstacleTwoMoments is what a stream lacks to be known by two moments of its
// gaps and two of its service.
func obstacleTwoMoments(s Stream) string {
	if isBatch(s.Batch) {
		return "tasks" + ofClass(s) + " arrive in batches"
	}
	gap, ok := gimcGapLaw(s.Process)
	switch {
	case !ok:
		return "the gaps between arrivals" + ofClass(s) + " are not independent of one law"
	case !(gap.Mean() > 0) || math.IsInf(gap.Mean(), 1):
		return "the mean gap between arrivals" + ofClass(s) + " is not positive and finite"
	case math.IsInf(gap.SCV(), 1):
		return "the variance of the gaps between arrivals" + ofClass(s) + " is infinite, and approximations are by means and variances"
	case !(s.Service.Mean() > 0):
		return "service" + ofClass(s) + " takes no time"
	case math.IsInf(s.Service.Mean(), 1) || math.IsInf(s.Service.SCV(), 1):
		return "the variance of the service" + ofClass(s) + " is infinite, and approximations are by means and variances"
	}
	return ""
}

// solveApproximate approximates G/G/c by two moments of gaps and service.
//
// Assumptions: streams with independent gaps of any law of finite variance,
// superposed; a constant delay before
// the queue, or any with Poisson arrivals; service of any law of finite variance, which may differ between
// streams; c servers, one queue without limit, first come first served.
//
// Stability: ρ < 1.
//
// Formulas, with C Erlang's delay probability for the same load, a², s² the
// squared coefficients of variation of gaps and service, ε = 1 − ρ:
//
//	E[W]     ≈ C/(cµε) · (a² + s²)/2 · g
//	g        = exp(−2ε(1 − a²)²/(3ρ(a² + s²))),   a² ≤ 1
//	         = exp(−ε(a² − 1)/(a² + 4s²)),        a² > 1
//	P(W > 0) ≈ C (1 + (a² − 1) ε h), at most 1
//	h        = (1 + a² + ρs²)/(1 + ρ(s² − 1) + ρ²(4a² + s²)),   a² ≤ 1
//	         = 4ρ/(a² + ρ²(4a² + s²)),                          a² > 1
//	P(W > t) ≈ P(W > 0) e^-ηt,   η = P(W > 0)/E[W]
//
// and latency by convolution with the law of service. Of n > 1 streams, not all Poisson, with
// shares p_i of the rate,
//
//	a² ≈ w Σ p_i a_i² + 1 − w,   w = 1/(1 + 4ε²(1/Σp_i² − 1)).
//
// Kingman's upper bound, given in the note for independent gaps, is
// E[W] ≤ λ(A + S/c + (c − 1)/(cµ)²)/(2ε), A and S the variances of gap
// and service. With one server it is reached in heavy traffic; with more it is
// loose.
//
// Source: the mean by A. O. Allen, Probability, Statistics, and Queueing Theory,
// 2nd edition, Academic Press 1990, chapter 5 (Allen–Cunneen), with g and h
// by W. Kraemer and M. Langenbach-Belz, "Approximate formulae for the delay in
// the queueing system GI/G/1", 8th International Teletraffic Congress, 1976; h,
// and a² of several streams, as in W. Whitt, "The queueing network analyzer",
// Bell System Technical Journal 62(9), 1983, sections 4.3 and 5.1; h is of
// one server there, and taken as the same factor of C for c. The bound by
// J. F. C. Kingman, "Inequalities in the theory of queues", Journal of the Royal
// Statistical Society B 32(1), 1970.
//
// Method and limits: closed form. Exact for M/M/c, and in the mean for M/G/1; in heavy traffic, ρ → 1,
// all becomes exact. How far it is off depends on c and ρ: the note says so, see
// errorRange. Means of queue length and latency follow from that of the wait;
// utilization, throughput and service are exact.
func solveApproximate(p *problem) (*Solution, error) {
	q := newApproximation(p)
	m := mixture(p.sys.Streams)
	o, err := q.outcome(p, m, 1)
	if err != nil {
		return nil, err
	}
	sol := &Solution{
		Model:   "GI/G/c",
		Method:  "Allen–Cunneen approximation with the correction of Kraemer and Langenbach-Belz",
		Source:  "A. O. Allen, Probability, Statistics, and Queueing Theory, 2nd edition (Academic Press 1990), chapter 5; W. Kraemer, M. Langenbach-Belz, 8th International Teletraffic Congress, 1976",
		Note:    q.note(p),
		Metrics: o.metrics(p.sys),
	}
	if superposed(p.sys.Streams) {
		sol.Model = "G/G/c"
	}
	if len(p.classes) > 1 {
		sol.Classes = make(map[string]Metrics, len(p.classes))
		for _, c := range p.classes {
			part, err := q.outcome(p, c.streams, c.share)
			if err != nil {
				return nil, err
			}
			sol.Classes[c.name] = part.metrics(p.sys)
		}
	}
	return sol, nil
}

// approximation is a wait with an atom at zero and an exponential tail, in
// seconds.
type approximation struct {
	delayQueue
	rho           float64
	gaps, service float64 // a², s²
	wait          float64 // E[W]
}

func newApproximation(p *problem) *approximation {
	q := &approximation{delayQueue: newDelayQueue(p)}
	q.rho = q.load / q.c
	service := mixture(p.sys.Streams).summary()
	q.service = service.sd / service.mean * (service.sd / service.mean)
	q.gaps = approximateGaps(p, q.spare)
	q.wait = q.delay * service.mean / (q.c * q.spare) * (q.gaps + q.service) / 2 * q.correction()
	q.delay = math.Min(1, q.delay*q.delayFactor())
	if !(q.wait > 0) { // constant gaps and constant service
		q.wait, q.delay = 0, 0
	}
	return q
}

// approximateGaps is a² of all the streams together.
func approximateGaps(p *problem, spare float64) float64 {
	if len(p.sys.Streams) == 1 {
		gap, _ := gimcGapLaw(p.sys.Streams[0].Process)
		return gap.SCV()
	}
	sum, squares := 0.0, 0.0
	for _, s := range p.sys.Streams {
		gap, _ := gimcGapLaw(s.Process)
		share := s.rate().hi / p.rate.hi
		sum += share * gap.SCV()
		squares += share * share
	}
	w := 1 / (1 + 4*spare*spare*(1/squares-1))
	return w*sum + 1 - w
}

// correction is g.
func (q *approximation) correction() float64 {
	a, s := q.gaps, q.service
	switch {
	case a+s == 0:
		return 0
	case a > 1:
		return math.Exp(-q.spare * (a - 1) / (a + 4*s))
	}
	return math.Exp(-2 * q.spare * (1 - a) * (1 - a) / (3 * q.rho * (a + s)))
}

// delayFactor is 1 + (a² − 1) ε h, which for a² = s² = 0 is zero.
func (q *approximation) delayFactor() float64 {
	a, s := q.gaps, q.service
	h := 4 * q.rho / (a + q.rho*q.rho*(4*a+s))
	if a <= 1 {
		h = (1 + a + q.rho*s) / (q.spare + q.rho*s + q.rho*q.rho*(4*a+s))
	}
	return math.Max(0, 1+(a-1)*q.spare*h)
}

// outcome is that of the streams that have a share of the tasks.
func (q *approximation) outcome(p *problem, m mixture, share float64) (outcome, error) {
	service := m.summary()
	load := offeredLoad(m).hi
	o := outcome{
		wait:        summary{quantiles: new(quantiles)},
		service:     service,
		queueLength: p.rate.hi * share * q.wait,
		queueP99:    math.NaN(),
		busy:        load,
		utilization: load / q.c,
		throughput:  p.rate.hi * share,
		offered:     p.rate.hi * share,
		waitRatio:   q.delay,
	}
	if q.wait > 0 {
		o.wait = q.delayQueue.wait(q.wait / q.delay)
	}
	o.sojourn = summary{mean: o.wait.mean + service.mean, sd: math.Hypot(o.wait.sd, service.sd), quantiles: q.sojourn(m, o.wait, service)}
	return o, agree("queue length and arrival rate × wait (Little's law)", o.queueLength, o.offered*o.wait.mean)
}

// note says what kind of numbers these are.
func (q *approximation) note(p *problem) string {
	notes := []string{"An approximation from means and variances. " + q.errors(superposed(p.sys.Streams)).note()}
	if superposed(p.sys.Streams) {
		notes = append(notes, fmt.Sprintf("The streams together are taken for one with independent gaps of a squared coefficient of variation of %.4g, weighted by rates; their real gaps depend on one another.", q.gaps))
	} else {
		notes = append(notes, fmt.Sprintf("Kingman's upper bound of the mean wait is %.6g s.", q.kingman(p)))
	}
	return strings.Join(notes, " ")
}

// kingman is the upper bound of the mean wait.
func (q *approximation) kingman(p *problem) float64 {
	rate, s := p.rate.hi, mixture(p.sys.Streams).summary()
	gap := math.Sqrt(q.gaps) / rate
	return rate * (gap*gap + s.sd*s.sd/q.c + (q.c-1)*(s.mean/q.c)*(s.mean/q.c)) / (2 * q.spare)
}

// superposed reports whether there are several streams the gaps of which,
// together, depend on one another: Poisson streams make one Poisson stream.
func superposed(streams []Stream) bool {
	poisson := true
	for _, s := range streams {
		poisson = poisson && isPoisson(s.Process)
	}
	return len(streams) > 1 && !poisson
}
