package experiment

import (
	"math"

	"spillway/results"
	"spillway/sim"
)

// taskEstimate is an estimate of what is observed once a task, other than its
// mean and its maximum.
func (s *sample) taskEstimate(metric, statistic string) (results.Estimate, bool) {
	if s.pooled(metric).Count() == 0 {
		return results.Estimate{}, false
	}
	p, isQuantile := quantile(statistic)
	switch {
	case statistic == "sd":
		return s.spread(metric).estimate(s.level, "sd"), true
	case isQuantile:
		return s.quantileEstimate(metric, p)
	}
	return results.Estimate{}, false
}

// spread is the standard deviation over the tasks.
func (s *sample) spread(metric string) linear {
	if s.cumulative {
		return linear{value: s.pooled(metric).SD()}
	}
	return newSpread(s.pooled(metric).SD(), s.eachTally(metric, (*tally).SD))
}

// share is the share of the tasks whose time is at most x.
func (s *sample) share(metric string, x float64) (linear, bool) {
	return s.ratio(func(_ int, m *sim.Measures) (float64, float64) {
		t := tallyOf(m, metric)
		return t.AtMost(x), float64(t.Count())
	})
}

// quantileEstimate is a quantile of all tasks together. Its interval is
// Woodruff's: the share of the tasks that are at most the quantile is a ratio
// with an interval, and the quantiles at the ends of that are the ends of this
// one ("Confidence intervals for medians and other position measures", J. Am.
// Stat. Assoc. 47, 1952). It needs no density, and is longer on the side of the
// tail; replications' own quantiles are skewed and vary less than they ought to
// when replications are short.
func (s *sample) quantileEstimate(metric string, p float64) (results.Estimate, bool) {
	all := s.pooled(metric)
	value := all.Quantile(p)
	share, ok := s.share(metric, value)
	if !ok {
		return results.Estimate{}, false
	}
	e := share.estimate(s.level, "quantile")
	if !e.Interval {
		return results.BareEstimate(value, "quantile"), true
	}
	half := float64(e.HalfWidth)
	low, high := value, value
	if half > 0 {
		low, high = all.Quantile(math.Max(p-half, math.SmallestNonzeroFloat64)), all.Quantile(math.Min(p+half, 1))
	}
	e.Value, e.Low, e.High = results.Number(value), results.Number(low), results.Number(high)
	e.HalfWidth, e.Slack = (e.High-e.Low)/2, value*relativeError
	return e, true
}

// eachTally is a statistic of every replication that observed anything.
func (s *sample) eachTally(metric string, f func(*tally) float64) []float64 {
	var each []float64
	for i := range s.measures {
		if t := tallyOf(&s.measures[i], metric); t.Count() > 0 {
			each = append(each, f(t))
		}
	}
	return each
}

// widenWait makes room where hardly a task had to wait. perTask is what one
// second of one task's wait adds to the estimate.
func (s *sample) widenWait(e results.Estimate, perTask float64) results.Estimate {
	if math.IsInf(s.servers, 1) {
		return e // nothing can wait
	}
	var k, served int64
	var waited, service float64
	all := s.final()
	for i := range all {
		m := &all[i]
		k += m.Wait.Positive()
		waited += m.Wait.Sum()
		served += m.Service.Count()
		service += m.Service.Sum()
	}
	size := service / math.Max(1, float64(served)) // nothing waited: as long as a service, say
	if k > 0 {
		size = waited / float64(k)
	}
	return widen(e, size*perTask, k)
}
