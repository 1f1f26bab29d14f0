package experiment

import (
	"math"
	"slices"
	"strings"

	"spillway/results"
	"spillway/sim"
)

// quantiles are the statistics that are quantiles, with their probabilities.
var quantiles = []struct {
	name string
	p    float64
}{{"p50", 0.5}, {"p90", 0.9}, {"p95", 0.95}, {"p99", 0.99}, {"p999", 0.999}}

func quantile(statistic string) (float64, bool) {
	for _, q := range quantiles {
		if q.name == statistic {
			return q.p, true
		}
	}
	return 0, false
}

// taskMetrics have one observation a task; levelMetrics are numbers over time;
// rateMetrics are ratios and rates.
var (
	taskMetrics  = []string{"wait", "service", "latency", "throttle_delay"}
	levelMetrics = []string{"queue_length", "in_system", "in_network", "utilization", "memory", "in_retry", "servers"}
	rateMetrics  = append([]string{"throughput", "arrival_rate", "wait_ratio", "shed_ratio"}, policyMetrics...)
)

// KnownMetric says whether a name such as "wait.p99" is a metric and statistic
// that a run can be made precise in.
func KnownMetric(name string) bool {
	metric, statistic, ok := strings.Cut(name, ".")
	if !ok {
		return false
	}
	if name == "queue_length.p99" {
		return true
	}
	_, isQuantile := quantile(statistic)
	for _, m := range taskMetrics {
		if m == metric {
			return statistic == "mean" || statistic == "sd" || isQuantile
		}
	}
	for _, m := range append(append([]string(nil), levelMetrics...), rateMetrics...) {
		if m == metric {
			return statistic == "mean"
		}
	}
	return false
}

// estimate is the estimate of one statistic of one metric; ok is false where
// there is none: of a metric that this system does not have, of tasks that
// there were none of.
func (s *sample) estimate(metric, statistic string) (results.Estimate, bool) {
	switch statistic {
	case "mean":
		return s.mean(metric)
	case "max":
		return s.highest(metric)
	}
	if tallyOf(&s.measures[0], metric) != nil {
		return s.taskEstimate(metric, statistic)
	}
	return s.queueEstimate(metric, statistic)
}

// parts are what the mean of a metric is the ratio of; ok is false where this
// system does not have it.
func (s *sample) parts(metric string) (f parts, ok bool) {
	if tallyOf(&s.measures[0], metric) != nil {
		return func(_ int, m *sim.Measures) (float64, float64) {
			t := tallyOf(m, metric)
			return t.Sum(), float64(t.Count())
		}, true
	}
	over := func(f func(m *sim.Measures) float64) parts {
		return func(i int, m *sim.Measures) (float64, float64) { return f(m), s.seconds[i] }
	}
	share := func(f func(m *sim.Measures) (events, of int64)) parts {
		return func(_ int, m *sim.Measures) (float64, float64) {
			events, of := f(m)
			return float64(events), float64(of)
		}
	}
	switch metric {
	case "queue_length":
		return over(func(m *sim.Measures) float64 { return m.Waiting.Area }), true
	case "in_system":
		return over(func(m *sim.Measures) float64 { return m.InSystem.Area }), true
	case "memory":
		return over(func(m *sim.Measures) float64 { return s.memory * m.InSystem.Area }), s.memory != 0
	case "in_network":
		return over(func(m *sim.Measures) float64 { return m.InNetwork.Area }), s.network
	case "utilization": // of a class: the share of all servers that is busy with it
		return func(i int, m *sim.Measures) (float64, float64) {
			return m.InSystem.Area - m.Waiting.Area, s.serverTime(i)
		}, !math.IsInf(s.servers, 1)
	case "throughput":
		return over(func(m *sim.Measures) float64 { return float64(m.Completed) }), true
	case "arrival_rate":
		return over(func(m *sim.Measures) float64 { return float64(m.Offered) }), true
	case "wait_ratio":
		return share(func(m *sim.Measures) (events, of int64) { return m.Wait.Positive(), m.Wait.Count() }), true
	case "shed_ratio":
		return share(func(m *sim.Measures) (events, of int64) { return m.Shed, m.Offered }), true
	}
	return s.policyParts(metric)
}

// shares are the metrics whose parts are numbers of tasks, of which the first
// are some of the second.
var shares = []string{"wait_ratio", "shed_ratio", "abandoned_ratio", "timed_out_ratio", "lost_ratio"}

// mean is an estimate of a mean of tasks, a number over time, a rate or a
// ratio, with control variates where they help.
func (s *sample) mean(metric string) (results.Estimate, bool) {
	f, ok := s.parts(metric)
	if !ok {
		return results.Estimate{}, false
	}
	a, b := s.pairs(f)
	l, ok := s.ratio(f)
	if !ok {
		return results.Estimate{}, false
	}
	e, ok := s.controlled(metric, l)
	if !ok {
		e = l.estimate(s.level, "ratio")
	}
	return s.makeRoom(metric, e, a, b), true
}

// makeRoom widens an interval where what makes up the metric was rare.
func (s *sample) makeRoom(metric string, e results.Estimate, a, b []float64) results.Estimate {
	switch {
	case slices.Contains(shares, metric):
		if metric == "wait_ratio" && math.IsInf(s.servers, 1) || metric == "shed_ratio" && !s.refuses() {
			return e // it is zero, and cannot be anything else
		}
		k, n := int64(total(a)), int64(total(b))
		return widen(e, 1/float64(n), min(k, n-k))
	case metric == "wait":
		return s.widenWait(e, 1/total(b))
	case tallyOf(&s.measures[0], metric) != nil:
		return e
	case metric == "queue_length":
		return s.widenWait(s.widenByTasks(e), 1/total(b))
	}
	return s.widenByTasks(e)
}

// widenByTasks makes room where hardly any tasks came or went. Without a single
// one the value is known, but not how far it is from the truth.
func (s *sample) widenByTasks(e results.Estimate) results.Estimate {
	var offered, left int64
	for _, m := range s.final() {
		offered += m.Offered
		left += m.Completed + m.Shed + m.Abandoned + m.TimedOut + m.Lost
	}
	n := min(offered, left)
	if n == 0 {
		return results.BareEstimate(float64(e.Value), "no tasks")
	}
	return widen(e, float64(e.Value)/float64(n), n)
}

// highest is the largest value of a number over time.
func (s *sample) highest(metric string) (results.Estimate, bool) {
	if tallyOf(&s.measures[0], metric) != nil {
		all := s.pooled(metric)
		return results.BareEstimate(all.Max(), "max"), all.Count() > 0
	}
	top := math.Inf(-1)
	for i, m := range s.measures {
		x := math.Inf(-1)
		switch metric {
		case "queue_length":
			x = float64(m.Waiting.Max)
		case "in_system":
			x = float64(m.InSystem.Max)
		case "memory":
			if s.memory > 0 {
				x = s.memory * float64(m.InSystem.Max)
			}
		case "in_network":
			if s.network {
				x = float64(m.InNetwork.Max)
			}
		case "utilization":
			if s.busy != nil && !math.IsInf(s.servers, 1) && !s.scales() {
				x = float64(s.busy[i].Max) / s.servers
			}
		default:
			x = s.policyHighest(metric)
		}
		top = math.Max(top, x)
	}
	if math.IsInf(top, -1) {
		return results.Estimate{}, false
	}
	return results.BareEstimate(top, "max"), true
}

// queueEstimate is a quantile over time of the queue's length.
func (s *sample) queueEstimate(metric, statistic string) (results.Estimate, bool) {
	l, ok := s.queueQuantile(metric, statistic)
	if !ok {
		return results.Estimate{}, false
	}
	e := l.estimate(s.level, "quantile")
	e.Slack = l.value * relativeError
	return e, true
}

func (s *sample) queueQuantile(metric, statistic string) (linear, bool) {
	p, ok := quantile(statistic)
	if !ok || metric != "queue_length" || s.laws == nil {
		return linear{}, false
	}
	if s.cumulative {
		return linear{value: float64(s.laws[len(s.laws)-1].Quantile(p))}, true
	}
	var all lengthLaw
	var each []float64
	for _, l := range s.laws {
		all.Merge(l)
		each = append(each, float64(l.Quantile(p)))
	}
	return newSpread(float64(all.Quantile(p)), each), true
}

// metrics is every estimate that there is.
func (s *sample) metrics() results.Metrics {
	out := results.Metrics{}
	put := func(metric, statistic string) {
		// Times near the end of the range of a float64 may have sums beyond it.
		if e, ok := s.estimate(metric, statistic); ok && !math.IsNaN(float64(e.Value)) && !math.IsInf(float64(e.Value), 0) {
			if out[metric] == nil {
				out[metric] = map[string]results.Estimate{}
			}
			out[metric][statistic] = e
		}
	}
	for _, m := range taskMetrics {
		for _, statistic := range []string{"mean", "sd", "max"} {
			put(m, statistic)
		}
		for _, q := range quantiles {
			put(m, q.name)
		}
	}
	for _, m := range levelMetrics {
		put(m, "mean")
		put(m, "max")
	}
	put("queue_length", "p99")
	for _, m := range rateMetrics {
		put(m, "mean")
	}
	return out
}
