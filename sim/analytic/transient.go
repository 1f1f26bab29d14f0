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
	if sys.Network != nil && sys.Network.Mean() > 0 {
		return "a delay in the network shifts what arrives over time"
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
	times := sys.Transient.Times
	for i, t := range times {
		if !(t >= 0) || math.IsInf(t, 1) || i > 0 && t < times[i-1] {
			return "the times are not finite and ascending from zero"
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
// between streams. Nothing is required for stability.
//
// Formulas: P' = P Q(t) with the rates λ(t) of birth and min(n, c)µ of death; with
// infinitely many servers the mean is m' = λ(t) − µm, and the number is Poisson.
//
// Source: D. Gross, J. F. Shortle, J. M. Thompson, C. M. Harris, Fundamentals
// of Queueing Theory, 4th edition, Wiley 2008, section 2.11;
// S. G. Eick, W. A. Massey, W. Whitt, "The physics of the Mt/G/∞ queue",
// Operations Research 41(4), 1993.
//
// Method and limits: see transientChain and transientMean. Errors are
// about 1e-12 of the number in system, or of that at the highest rate where it is lower. With no limit of the queue the states that
// are kept grow with the mass, and what is cut off is below 1e-14 altogether. The work is
// in proportion to the events up to the last time, and a system that needs more
// than maxTransientWork is refused; with a constant rate it ends when the
// distribution does not change any more.
func solveTransient(p *problem) (*Solution, error) {
	sol := &Solution{
		Model:   "M(t)/M/c",
		Method:  "uniformisation",
		Source:  "D. Gross, J. F. Shortle, J. M. Thompson, C. M. Harris, Fundamentals of Queueing Theory, 4th edition (Wiley 2008), section 2.11",
		Exact:   true,
		Metrics: Metrics{},
		Series:  map[string][]float64{},
	}
	varies := slices.ContainsFunc(p.sys.Streams, func(s Stream) bool { return !isPoisson(s.Process) })
	if varies {
		sol.Method = "uniformisation with a power series of the rate"
	}
	if p.sys.Limited {
		sol.Model = "M(t)/M/c/K"
	}
	var series []transientValue
	var err error
	if p.sys.Infinite {
		sol.Model, sol.Method = "M(t)/M/∞", "integral of the mean"
		sol.Source = "S. G. Eick, W. A. Massey, W. Whitt, The physics of the Mt/G/∞ queue, Operations Research 41(4), 1993"
		series, err = transientInfinite(p.sys)
	} else {
		series, err = newTransientChain(p, varies).values(p.sys.Transient.Times)
	}
	if err != nil {
		return nil, err
	}
	if !varies {
		sol.Model = "M" + sol.Model[len("M(t)"):]
	}
	if len(p.classes) > 1 {
		sol.Note = "The series are of all classes together."
	}
	for _, name := range []string{"in_system", "queue_length", "busy"} {
		sol.Series[name] = make([]float64, len(series))
	}
	for i, v := range series {
		sol.Series["in_system"][i] = v.queue + v.busy
		sol.Series["queue_length"][i] = v.queue
		sol.Series["busy"][i] = v.busy
	}
	return sol, nil
}

// transientValue is the state at a time.
type transientValue struct{ queue, busy float64 }

// transientInfinite is the mean of each stream's tasks, added up.
func transientInfinite(sys System) ([]transientValue, error) {
	times := sys.Transient.Times
	values := make([]transientValue, len(times))
	rule := newLegendreRule()
	for _, s := range sys.Streams {
		mean := s.Service.Mean()
		if _, varies := s.Process.(arrivals.NonHomogeneous); !varies {
			for i, t := range times {
				values[i].busy += s.Process.Rate() * mean * -math.Expm1(-t/mean)
			}
			continue
		}
		one := []Stream{s}
		m := transientMean{rate: transientRate(one), peak: transientPeak(one), service: mean, rule: rule}
		if len(times) > 0 {
			m.breaks = transientBreaks(one, times[len(times)-1])
		}
		for i, t := range times {
			if err := m.advance(t); err != nil {
				return nil, err
			}
			values[i].busy += m.value
		}
	}
	return values, nil
}

// transientMean follows m' = λ(t) − m/E[S]: over a step the mean that is left,
// and the integral of λ(u)e^-(t−u)/E[S] by Gauss–Legendre, in steps on which an
// expansion of the integrand converges.
type transientMean struct {
	rate    func(float64) float64
	peak    float64 // its bound
	service float64
	breaks  []float64
	rule    *legendreRule
	now     float64
	value   float64
}

func (m *transientMean) advance(to float64) error {
	h := to - m.now
	for trials := 0; m.now < to; {
		if trials++; trials > 10*maxPanels {
			return fmt.Errorf("analytic: up to the time %g the rate of arrivals needs more than %d steps", to, 10*maxPanels)
		}
		for len(m.breaks) > 0 && m.breaks[0] <= m.now {
			m.breaks = m.breaks[1:]
		}
		end := math.Min(to, m.now+math.Min(h, 4*m.service))
		if len(m.breaks) > 0 {
			end = math.Min(end, m.breaks[0])
		}
		f := func(u float64) float64 { return m.rate(u) * math.Exp((u-end)/m.service) }
		c := m.rule.expand(m.now, end, f)
		left, right := legendreEnds(c)
		near := 2e-14*m.peak + transientNoise(m.rate, m.now, end)
		holds := legendreRest(c) <= near && math.Abs(left-f(m.now)) <= 10*near && math.Abs(right-f(math.Nextafter(end, 0))) <= 10*near
		if !holds && end-m.now > 0x1p-48*end {
			h = (end - m.now) / 2
			continue
		}
		m.value = m.value*math.Exp((m.now-end)/m.service) + c[0]*(end-m.now)
		h, m.now = 4*(end-m.now), end
	}
	return nil
}
