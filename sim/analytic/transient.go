package analytic

import (
	"fmt"
	"math"
	"slices"

	"spillway/distributions/arrivals"
)

// obstacleTransient is what keeps a system from being solved over time: M(t)/M/c,
// M(t)/M/c/K or M(t)/M/∞ from empty.
func obstacleTransient(p *problem) string {
	sys := p.sys
	if sys.Transient == nil {
		return "the long run is asked for"
	}
	sys.Policies.Transient = nil
	if o := obstaclePolicies(sys.Policies); o != "" {
		return o
	}
	if sys.Network != nil && !isConstant(sys.Network) {
		return "a random delay in the network changes over time what arrives"
	}
	for _, s := range sys.Streams {
		_, varies := s.Process.(arrivals.NonHomogeneous)
		_, exponential := asExponential(s.Service)
		switch {
		case !varies && !isPoisson(s.Process):
			return "the arrivals" + ofClass(s) + " are not Poisson"
		case isBatch(s.Batch):
			return "tasks" + ofClass(s) + " arrive in batches"
		case !exponential || !(s.Service.Mean() > 0):
			return fmt.Sprintf("service%s is %s, not exponential", ofClass(s), lawName(s.Service))
		}
	}
	if !sys.Infinite && !mixture(sys.Streams).same() {
		return "the streams have different mean services"
	}
	return obstacleTimes(p.sys)
}

// obstacleTimes looks at the numbers.
func obstacleTimes(sys System) string {
	times, span := sys.Transient.Times, sys.Transient.Span
	if len(times) == 0 && span == 0 {
		return "neither times nor a length of the run are given: one that ends with a number of tasks ends at a time of chance"
	}
	for i, t := range times {
		if !(t >= 0) || math.IsInf(t, 1) || i > 0 && t < times[i-1] {
			return "the times are not finite and ascending from zero"
		}
	}
	if !(span >= 0) || math.IsInf(span, 1) {
		return "the length of the run is not finite and positive"
	}
	if n := float64(sys.Transient.Tasks); n > 0 {
		last := math.Max(span, slices.Max(append([]float64{0}, times...)))
		most := transientPeak(sys.Streams) * last // Chernoff's bound of the chance of as many
		if n <= most || n-most-n*math.Log(n/most) > math.Log(1e-12) {
			return fmt.Sprintf("no more tasks come after %d, which may be before the last time", sys.Transient.Tasks)
		}
	}
	if !sys.Infinite && (sys.Servers > maxSize || sys.Limited && sys.Limit > maxSize) {
		return fmt.Sprintf("there are more than %d servers or places", maxSize)
	}
	return ""
}

// solveTransient solves M(t)/M/c, M(t)/M/c/K and M(t)/M/∞ over time, from empty.
//
// Assumptions: Poisson arrivals of a rate λ(t), constant or not, exponential
// service of rate µ; with infinitely many servers the rates of service may differ
// between streams.
//
// Stability: nothing is required.
//
// Formulas: P' = P Q(t) with the rates λ(t) of birth and min(n, c)µ of death; with
// infinitely many servers the mean is m' = λ(t) − µm, and the number is Poisson.
// An arrival finds the state as it is at that time. Over a window the share of
// tasks that find no room is ∫λP_K/∫λ, and the mean wait of the others, however
// long after the window it ends,
//
//	∫λ Σ_(c≤n<K) P_n (n−c+1)/(cµ) / ∫λ(1 − P_K).
//
// Over the whole of a run, [0, Span], the numbers in the queue, in service and of
// tasks that come, are refused and are served are integrals likewise. The wait of
// the tasks that have been served by its end, and the latency of those answered in
// a window, are not computed. A constant delay before the queue shifts the time.
//
// Source: D. Gross, J. F. Shortle, J. M. Thompson, C. M. Harris, Fundamentals
// of Queueing Theory, 4th edition, Wiley 2008, section 2.11;
// S. G. Eick, W. A. Massey, W. Whitt, "The physics of the Mt/G/∞ queue",
// Operations Research 41(4), 1993.
//
// Method and limits: see transientChain, transientWeights and transientMean. Errors
// are about 1e-12 of the number in system, or of that at the highest rate where it
// is lower, and losses below 1e-20 have no digits. With no limit of the queue the
// states that are kept grow with the mass, and what is cut off is below 1e-14
// altogether. The work is in proportion to the events up to the last time, and a
// system that needs more than maxTransientWork is refused; with a constant rate it
// ends when the distribution does not change any more.
func solveTransient(p *problem) (*Solution, error) {
	sol := &Solution{
		Model:   "M(t)/M/c",
		Method:  "uniformisation",
		Source:  "D. Gross, J. F. Shortle, J. M. Thompson, C. M. Harris, Fundamentals of Queueing Theory, 4th edition (Wiley 2008), section 2.11",
		Exact:   true,
		Metrics: Metrics{},
	}
	varies := slices.ContainsFunc(p.sys.Streams, func(s Stream) bool { return !isPoisson(s.Process) })
	if varies {
		sol.Method = "uniformisation with a power series of the rate"
	}
	if p.sys.Limited {
		sol.Model = "M(t)/M/c/K"
	}
	times, at, end := transientTimes(p.sys)
	var values []transientValue
	var err error
	if p.sys.Infinite {
		sol.Model, sol.Method = "M(t)/M/∞", "integral of the mean"
		sol.Source = "S. G. Eick, W. A. Massey, W. Whitt, The physics of the Mt/G/∞ queue, Operations Research 41(4), 1993"
		values, err = transientInfinite(p.sys.Streams, times)
	} else {
		values, err = newTransientChain(p, varies).values(times)
	}
	if err != nil {
		return nil, err
	}
	if !varies {
		sol.Model = "M" + sol.Model[len("M(t)"):]
	}
	if len(p.classes) > 1 {
		sol.addNote("All values are of all classes together.")
	}
	if end >= 0 {
		var whole transientSums
		for _, v := range values[:end+1] {
			whole = whole.plus(v.sums)
		}
		sol.Metrics = whole.metrics(p.sys)
		sol.addNote("Metrics are means over the run. Those of tasks that have been served by its end, as wait and latency, are not computed.")
	}
	sol.transientSeries(p, values, at)
	return sol, nil
}

// transientValue is the state at a time, and what there was since the time before.
type transientValue struct {
	queue, busy float64
	sums        transientSums
}
