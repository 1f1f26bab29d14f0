package analytic

import (
	"math"

	"spillway/distributions"
)

// solveMGInf solves M/G/∞, of which M/M/∞ is the one with exponential service.
//
// Assumptions: Poisson arrivals, a server for every task, services independent
// of any law, which may differ between streams: a task's service is then drawn
// from the mixture of them. Any independent delay before (see delay.go).
//
// Stability: always. Where the mean service is infinite the number in system
// grows for ever; it and the mean latency are given as +Inf, and throughput is
// its limit.
//
// Formulas: the number in system is Poisson of mean λE[S], whatever the law
// (insensitivity), departures are Poisson of rate λ, nobody waits, T = S.
//
// Source: D. Gross, J. F. Shortle, J. M. Thompson, C. M. Harris, Fundamentals
// of Queueing Theory, 4th edition, Wiley 2008, section 5.2; N. M. Mirasol, "The
// output of an M/G/∞ queuing system is Poisson", Operations Research 11(2),
// 1963.
//
// Method and limits: quantiles of one law are its own; those of a mixture are
// found by bisection over the float64 themselves, which jumps of the mixture's
// distribution function do not disturb. They are left out where a law has no
// distribution or no quantile function.
func solveMGInf(p *problem) (*Solution, error) {
	m := mixture(p.sys.Streams)
	sol := &Solution{
		Model:   "M/G/∞",
		Method:  "insensitivity: the number in system is Poisson",
		Source:  "N. M. Mirasol, The output of an M/G/∞ queuing system is Poisson, Operations Research 11(2), 1963",
		Exact:   true,
		Metrics: m.outcome().metrics(p.sys),
	}
	if letterOfServices(p.sys.Streams) == "M" {
		sol.Model = "M/M/∞"
	}
	if m.summary().quantiles == nil {
		sol.Note = "Quantiles of service and latency are left out: the quantile function of a service law is not known."
	}
	if len(p.classes) > 1 {
		sol.Classes = make(map[string]Metrics, len(p.classes))
		for _, c := range p.classes {
			sol.Classes[c.name] = mixture(c.streams).outcome().metrics(p.sys)
		}
	}
	return sol, nil
}

// mixture is the law of the service of a task of any of the streams, in
// proportion to their rates.
type mixture []Stream

// rate is tasks per second.
func (m mixture) rate() float64 {
	var sum pair
	for _, s := range m {
		sum = sum.plus(s.rate())
	}
	return sum.hi
}

func (m mixture) outcome() outcome {
	service := m.summary()
	return outcome{
		wait:        summary{quantiles: new(quantiles)},
		service:     service,
		sojourn:     service,
		busy:        offeredLoad(m).hi,
		utilization: math.NaN(),
		throughput:  m.rate(),
		offered:     m.rate(),
	}
}

// summary gives moments and, where they are known, quantiles.
func (m mixture) summary() summary {
	if m.same() {
		return lawSummary(m[0].Service)
	}
	total := m.rate()
	mean := 0.0
	for _, s := range m {
		mean += s.rate().hi / total * s.Service.Mean()
	}
	sd := math.Inf(1)
	if !math.IsInf(mean, 1) {
		sd = 0
		for _, s := range m {
			spread := math.Hypot(sdOf(s.Service), s.Service.Mean()-mean)
			sd = math.Hypot(sd, math.Sqrt(s.rate().hi/total)*spread)
		}
	}
	return summary{mean: mean, sd: sd, quantiles: m.quantiles(total), tail: m.mg1Law().tail}
}

func (m mixture) same() bool {
	for _, s := range m[1:] {
		if !sameLaw(s.Service, m[0].Service) {
			return false
		}
	}
	return true
}

// lawSummary is the summary of one law.
func lawSummary(d distributions.Distribution) summary {
	if e, ok := asExponential(d); ok {
		return exponentialSummary(e.Mean())
	}
	s := summary{mean: d.Mean(), sd: sdOf(d), tail: mg1Survival(d)}
	if quantile, ok := distributions.QuantileOf(d); ok {
		s.quantiles = new(quantiles)
		for i, p := range percentiles {
			s.quantiles[i] = quantile(1 - p.tail)
		}
	}
	return s
}

// part is one law of a mixture.
type part struct {
	weight        float64
	cdf, quantile func(float64) float64
}

// quantiles are nil where a law has no distribution or quantile function.
func (m mixture) quantiles(total float64) *quantiles {
	parts := make([]part, len(m))
	for i, s := range m {
		var known [2]bool
		parts[i].weight = s.rate().hi / total
		parts[i].cdf, known[0] = distributions.CDFOf(s.Service)
		parts[i].quantile, known[1] = distributions.QuantileOf(s.Service)
		if known != [2]bool{true, true} {
			return nil
		}
	}
	q := new(quantiles)
	for i, p := range percentiles {
		q[i] = mixtureQuantile(parts, 1-p.tail)
	}
	return q
}

// mixtureQuantile is the smallest x with F(x) ≥ p. It lies between the
// smallest and the largest quantile of the parts; the bits of non-negative
// float64 are in the order of their values, so that halving the distance of
// the bits ends at neighbours within 64 steps. A few units of rounding in the
// sum of the parts are forgiven, which keeps the quantile on a jump that
// reaches p exactly.
func mixtureQuantile(parts []part, p float64) float64 {
	low, high := math.Inf(1), 0.0
	for _, c := range parts {
		x := c.quantile(p)
		low, high = math.Min(low, x), math.Max(high, x)
	}
	reached := func(x float64) bool {
		sum := 0.0
		for _, c := range parts {
			sum += c.weight * c.cdf(x)
		}
		return sum >= p-0x1p-51
	}
	a, b := math.Float64bits(math.Abs(low)), math.Float64bits(high)
	if a >= b || reached(low) {
		return low
	}
	for b-a > 1 {
		if middle := a + (b-a)/2; reached(math.Float64frombits(middle)) {
			b = middle
		} else {
			a = middle
		}
	}
	return math.Float64frombits(b)
}
