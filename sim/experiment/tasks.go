package experiment

import (
	"math"

	"spillway/results"
	"spillway/sim"
)

// taskEstimate is an estimate of what is observed once a task.
func (s *sample) taskEstimate(metric, statistic string) (results.Estimate, bool) {
	if statistic == "mean" {
		return s.taskMean(metric)
	}
	all := s.pooled(metric)
	if all.Count() == 0 {
		return results.Estimate{}, false
	}
	p, isQuantile := quantile(statistic)
	switch {
	case statistic == "sd":
		return spread(all.SD(), s.eachTally(metric, (*tally).SD), s.level, "sd"), true
	case statistic == "max":
		return results.BareEstimate(all.Max(), "max"), true
	case isQuantile:
		return s.quantileEstimate(metric, p)
	}
	return results.Estimate{}, false
}

// taskMean is the mean over all tasks. It needs no pooled histogram, so that a
// run may look at it often.
func (s *sample) taskMean(metric string) (results.Estimate, bool) {
	var tasks int64
	e, ok := s.ratio(func(_ int, m *sim.Measures) (float64, float64) {
		t := tallyOf(m, metric)
		tasks += t.Count()
		return t.Sum(), float64(t.Count())
	})
	if ok && metric == "wait" {
		e = s.widenWait(e, 1/float64(tasks))
	}
	return e, ok
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
	share, ok := s.ratio(func(_ int, m *sim.Measures) (float64, float64) {
		t := tallyOf(m, metric)
		return t.AtMost(value), float64(t.Count())
	})
	if !ok || !share.Interval {
		return results.BareEstimate(value, "quantile"), ok
	}
	e := share
	half := float64(share.HalfWidth)
	low, high := value, value
	if half > 0 {
		low, high = all.Quantile(math.Max(p-half, math.SmallestNonzeroFloat64)), all.Quantile(math.Min(p+half, 1))
	}
	e.Value, e.Low, e.High = results.Number(value), results.Number(low), results.Number(high)
	e.HalfWidth, e.Method, e.Slack = (e.High-e.Low)/2, "quantile", value*relativeError
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
	for i := range s.measures {
		m := &s.measures[i]
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
