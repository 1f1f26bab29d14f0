package experiment

import (
	"math"
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
	taskMetrics  = []string{"wait", "service", "latency"}
	levelMetrics = []string{"queue_length", "in_system", "in_network", "utilization", "memory"}
	rateMetrics  = []string{"throughput", "arrival_rate", "wait_ratio", "shed_ratio"}
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
	if tallyOf(&s.measures[0], metric) != nil {
		return s.taskEstimate(metric, statistic)
	}
	switch statistic {
	case "mean":
		return s.mean(metric)
	case "max":
		return s.highest(metric)
	case "p99":
		return s.queueQuantile(metric, 0.99)
	}
	return results.Estimate{}, false
}

// widenByTasks makes room where hardly any tasks came or went. Without a single
// one the value is known, but not how far it is from the truth.
func (s *sample) widenByTasks(e results.Estimate) results.Estimate {
	var offered, completed int64
	for i := range s.measures {
		offered += s.measures[i].Offered
		completed += s.measures[i].Completed
	}
	n := min(offered, completed)
	if n == 0 {
		return results.BareEstimate(float64(e.Value), "no tasks")
	}
	return widen(e, float64(e.Value)/float64(n), n)
}

// mean is an estimate of a number over time, a rate or a ratio.
func (s *sample) mean(metric string) (results.Estimate, bool) {
	over := func(f func(i int, m *sim.Measures) float64) (results.Estimate, bool) {
		e, ok := s.ratio(func(i int, m *sim.Measures) (float64, float64) { return f(i, m), s.seconds[i] })
		return s.widenByTasks(e), ok
	}
	switch metric {
	case "queue_length":
		e, ok := over(func(_ int, m *sim.Measures) float64 { return m.Waiting.Area })
		return s.widenWait(e, 1/total(s.seconds)), ok
	case "in_system":
		return over(func(_ int, m *sim.Measures) float64 { return m.InSystem.Area })
	case "memory":
		if s.memory == 0 {
			return results.Estimate{}, false
		}
		return over(func(_ int, m *sim.Measures) float64 { return s.memory * m.InSystem.Area })
	case "in_network":
		if !s.network {
			return results.Estimate{}, false
		}
		return over(func(_ int, m *sim.Measures) float64 { return m.InNetwork.Area })
	case "utilization":
		if math.IsInf(s.servers, 1) {
			return results.Estimate{}, false
		}
		// Of a class: the share of all servers that is busy with it.
		return over(func(_ int, m *sim.Measures) float64 { return (m.InSystem.Area - m.Waiting.Area) / s.servers })
	case "throughput":
		return over(func(_ int, m *sim.Measures) float64 { return float64(m.Completed) })
	case "arrival_rate":
		return over(func(_ int, m *sim.Measures) float64 { return float64(m.Offered) })
	}
	return s.share(metric)
}

// share is an estimate of a share of tasks.
func (s *sample) share(metric string) (results.Estimate, bool) {
	var events, of func(m *sim.Measures) int64
	possible := true
	switch metric {
	case "wait_ratio":
		events = func(m *sim.Measures) int64 { return m.Wait.Positive() }
		of = func(m *sim.Measures) int64 { return m.Wait.Count() }
		possible = !math.IsInf(s.servers, 1)
	case "shed_ratio":
		events = func(m *sim.Measures) int64 { return m.Shed }
		of = func(m *sim.Measures) int64 { return m.Offered }
		possible = s.limited
	default:
		return results.Estimate{}, false
	}
	e, ok := s.ratio(func(_ int, m *sim.Measures) (float64, float64) { return float64(events(m)), float64(of(m)) })
	if !ok || !possible {
		return e, ok
	}
	var k, n int64
	for i := range s.measures {
		k += events(&s.measures[i])
		n += of(&s.measures[i])
	}
	return widen(e, 1/float64(n), min(k, n-k)), true
}

// highest is the largest value of a number over time.
func (s *sample) highest(metric string) (results.Estimate, bool) {
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
			if s.busy != nil && !math.IsInf(s.servers, 1) {
				x = float64(s.busy[i].Max) / s.servers
			}
		}
		top = math.Max(top, x)
	}
	if math.IsInf(top, -1) {
		return results.Estimate{}, false
	}
	return results.BareEstimate(top, "max"), true
}

// queueQuantile is a quantile over time of the queue's length.
func (s *sample) queueQuantile(metric string, p float64) (results.Estimate, bool) {
	if metric != "queue_length" || s.laws == nil {
		return results.Estimate{}, false
	}
	var all lengthLaw
	var each []float64
	for _, l := range s.laws {
		all.Merge(l)
		each = append(each, float64(l.Quantile(p)))
	}
	value := float64(all.Quantile(p))
	e := spread(value, each, s.level, "quantile")
	e.Slack = value * relativeError
	return e, true
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

func total(xs []float64) float64 {
	sum := 0.0
	for _, x := range xs {
		sum += x
	}
	return sum
}
