package analytic

import (
	"fmt"
	"math"

	"spillway/distributions"
)

// obstaclePopulation is what keeps a system from being M/M/c//N.
func obstaclePopulation(p *problem) string {
	sys := p.sys
	if sys.Closed == nil {
		return "tasks come from outside, not from a closed population"
	}
	closed := *sys.Closed
	sys.Policies.Closed = nil
	if o := obstaclePolicies(sys.Policies); o != "" {
		return o
	}
	s := sys.Streams[0]
	switch _, exponential := asExponential(s.Service); {
	case len(sys.Streams) > 1:
		return "the population has several streams"
	case s.Process != nil:
		return "there are arrivals besides the population"
	case isBatch(s.Batch):
		return "callers call in batches"
	case closed.Population < 1:
		return "the population is empty"
	case closed.Population > maxPopulation:
		return fmt.Sprintf("the population is more than %d", maxPopulation)
	case closed.Think == nil || math.IsInf(closed.Think.Mean(), 1):
		return "the mean time of thinking is infinite"
	case math.IsInf(away(p.sys), 1):
		return "the mean delay in the network is infinite"
	case !(s.Service.Mean() > 0) || math.IsInf(s.Service.Mean(), 1):
		return "the mean service is zero or infinite"
	case !exponential:
		return fmt.Sprintf("service is %s, not exponential", lawName(s.Service))
	case sys.Limited && !sys.Infinite && sys.Limit < closed.Population-min(sys.Servers, closed.Population):
		return "the queue has less room than there are callers"
	}
	return ""
}

// away is the mean time that a caller of a closed population is neither waiting nor
// served: it thinks, or its call or the answer is on its way.
func away(sys System) float64 {
	mean := sys.Closed.Think.Mean()
	for _, d := range []distributions.Distribution{sys.Network, sys.Response} {
		if d != nil {
			mean += d.Mean()
		}
	}
	return mean
}

// maxPopulation bounds the number of callers, which is that of the states.
const maxPopulation = 10_000_000

// solvePopulation solves M/M/c//N, the machine repair model.
//
// Assumptions: N callers; each thinks, for a time of any law of mean E[Z] (the
// result depends on it through its mean alone), calls, waits for one of c
// servers, first come, first served, is served for an exponential time of rate
// µ, and thinks again. There is room for all to wait. Delays of any law on the way
// to the queue and back are as thinking: a caller who is away, for whatever reason,
// is in no one's way, and E[Z] is the sum of the means.
//
// Stability: always.
//
// Formulas: with n calls in the system, in the proportions
//
//	P(n)/P(n−1) = (N − n + 1)/(min(n, c)·µE[Z])
//
// A call that comes finds the system as it is over time with N − 1 callers
// (arrival theorem). One that finds n ≥ c waits for n − c + 1 departures, an
// Erlang law of rate cµ, the uniformised sum of which is as in lossLaw.
//
// Source: D. Gross, J. F. Shortle, J. M. Thompson, C. M. Harris, Fundamentals
// of Queueing Theory, 4th edition, Wiley 2008, section 2.8; the arrival theorem
// in K. C. Sevcik, I. Mitrani, "The distribution of queuing network states at
// input and output instants", Journal of the ACM 28(2), 1981, and insensitivity
// to the law of thinking in F. Baskett, K. M. Chandy, R. R. Muntz, F. G.
// Palacios, Journal of the ACM 22(2), 1975.
//
// The others do not notice how long a call is on its way: when it comes they are as
// they would be without it, over time, so that the delay and the wait are
// independent, and the law of the latency is the convolution.
//
// Method and limits: the probabilities are multiplied up from the most likely
// state both ways, so that nothing overflows, and all sums are of positive terms;
// relative errors are about 1e-12 with 1e5 callers. Little's law ties the system
// of N − 1 callers, which gives the wait, to that of N, which gives the queue.
func solvePopulation(p *problem) (*Solution, error) {
	q := newPopulation(p)
	o, err := q.outcome(p)
	if err != nil {
		return nil, err
	}
	sol := &Solution{
		Model:   "M/M/c//N",
		Method:  "birth–death balance and arrival theorem",
		Source:  "D. Gross, J. F. Shortle, J. M. Thompson, C. M. Harris, Fundamentals of Queueing Theory, 4th edition (Wiley 2008), section 2.8",
		Exact:   true,
		Metrics: o.metrics(p.sys),
	}
	if _, ok := asExponential(p.sys.Closed.Think); !ok {
		sol.Note = "Of the time of thinking only the mean matters."
	}
	return sol, nil
}

// population is M/M/c//N in time units of a mean service.
type population struct {
	callers, servers int
	think            float64
	time, arrival    []float64 // P(n) over time and as an arriving call finds it

	later   []float64 // P(an arrival finds c + i or more)
	waiting []float64 // of those that wait, the mass in service after i departures
}

func newPopulation(p *problem) *population {
	q := &population{callers: p.sys.Closed.Population, servers: p.sys.Servers}
	if p.sys.Infinite || q.servers > q.callers {
		q.servers = q.callers
	}
	q.think = away(p.sys) / p.meanService
	if e, ok := asExponential(p.sys.Streams[0].Service); ok && e.ByRate() {
		q.think = away(p.sys) * e.Rate()
	}
	q.time = populationLaw(q.callers, q.servers, q.think)
	q.arrival = populationLaw(q.callers-1, q.servers, q.think)
	q.later = make([]float64, q.callers-q.servers+1) // the last is 0
	for i := len(q.later) - 2; i >= 0; i-- {
		q.later[i] = q.later[i+1] + q.arrival[q.servers+i]
	}
	q.waiting = make([]float64, len(q.later))
	for i := 1; i < len(q.waiting); i++ {
		q.waiting[i] = q.waiting[i-1]*q.stays() + q.arrival[q.servers+i-1]
	}
	return q
}

// stays is the probability that a departure is not that of a given task in service.
func (q *population) stays() float64 { return float64(q.servers-1) / float64(q.servers) }

// populationLaw is P(0), …, P(n) with n callers. Ratios of neighbours fall, so
// that the most likely state is the last that is not below the one before.
func populationLaw(n, servers int, think float64) []float64 {
	leave := func(k int) float64 { return float64(min(k, servers)) * think } // over E[Z]
	mode, above := 0, n+1
	for above-mode > 1 {
		if k := mode + (above-mode)/2; float64(n-k+1) >= leave(k) {
			mode = k
		} else {
			above = k
		}
	}
	law := make([]float64, n+1)
	law[mode] = 1
	sum := 1.0
	for k := mode + 1; k <= n; k++ {
		law[k] = law[k-1] * float64(n-k+1) / leave(k)
		sum += law[k]
	}
	for k := mode; k > 0; k-- {
		law[k-1] = law[k] * leave(k) / float64(n-k+1)
		sum += law[k-1]
	}
	for k := range law {
		law[k] /= sum
	}
	return law
}

func (q *population) outcome(p *problem) (outcome, error) {
	var busy, queue, thinking float64
	for n, x := range q.time {
		busy += x * float64(min(n, q.servers))
		queue += x * float64(max(0, n-q.servers))
		thinking += x * float64(q.callers-n)
	}
	unit := p.meanService
	o := outcome{
		service:     exponentialSummary(unit),
		queueLength: queue,
		queueP99:    q.queueQuantile(),
		busy:        busy,
		utilization: math.Min(1, busy/float64(p.sys.Servers)),
		throughput:  busy / unit,
		offered:     busy / unit,
		waitRatio:   math.Min(1, q.later[0]),
	}
	if p.sys.Infinite {
		o.utilization = math.NaN()
	}
	if err := agree("calls and answers", thinking, busy*q.think); err != nil {
		return o, err
	}
	var err error
	if o.wait, o.sojourn, err = q.times(unit); err != nil {
		return o, err
	}
	return o, agree("queue length and throughput × wait (Little's law)", o.queueLength, o.throughput*o.wait.mean)
}

// times gives the laws of wait and of wait and service.
func (q *population) times(unit float64) (wait, sojourn summary, err error) {
	if !(q.later[0] > underflow) {
		return summary{quantiles: new(quantiles)}, exponentialSummary(unit), nil
	}
	c := float64(q.servers)
	mean := 0.0
	for i, x := range q.arrival[q.servers:] {
		mean += x * float64(i+1) / c
	}
	variance := (1 - math.Min(1, q.later[0])) * mean * mean
	for i, x := range q.arrival[q.servers:] {
		k := float64(i + 1)
		variance += x * ((k/c-mean)*(k/c-mean) + k/(c*c))
	}
	sd := math.Sqrt(variance)
	if wait, err = tailSummary(mean*unit, sd*unit, unit, q.waitTail); err != nil {
		return wait, sojourn, err
	}
	sojourn, err = tailSummary((mean+1)*unit, math.Hypot(sd, 1)*unit, unit, q.sojournTail)
	return wait, sojourn, err
}

// waitTail is P(W > x): fewer departures up to x than are waited for.
func (q *population) waitTail(x float64) float64 {
	if x == 0 {
		return q.later[0]
	}
	return q.departures(x, false)
}

// sojournTail is P(W + service > x).
func (q *population) sojournTail(x float64) float64 {
	if x == 0 {
		return 1
	}
	idle := 0.0
	for _, v := range q.arrival[:min(q.servers, q.callers)] {
		idle += v
	}
	return idle*math.Exp(-x) + q.departures(x, true)
}

// departures sums, over the number of departures in the time x while all servers
// are busy, the mass of those that found all busy and still wait, or, with
// service, are still in the system.
func (q *population) departures(x float64, service bool) float64 {
	y := float64(q.servers) * x
	last := len(q.later) - 1
	bottom := math.Max(0, math.Floor(y-windowWidth(y)))
	top := math.Ceil(y + windowWidth(y))
	if !service {
		bottom = lowest(0, float64(last), y)
		top = math.Min(top, float64(last))
	}
	sum, gone := 0.0, 0.0
	if service && bottom > float64(last) {
		gone = q.waiting[last] * math.Pow(q.stays(), bottom-1-float64(last))
	}
	term := math.Exp(logPoisson(bottom, y))
	for i := bottom; i <= top; i++ {
		k := int(i)
		if k <= last {
			sum += term * q.later[k]
			gone = q.waiting[k]
		} else {
			gone *= q.stays()
		}
		if service {
			sum += term * gone
		}
		term *= y / (i + 1)
	}
	return sum
}

// queueQuantile is the smallest n with P(Q ≤ n) ≥ 0.99.
func (q *population) queueQuantile() float64 {
	above := 0.0
	for n := q.callers; n > q.servers; n-- {
		if above += q.time[n]; above > queueTail*(1+tieSlack) {
			return float64(n - q.servers)
		}
	}
	return 0
}
