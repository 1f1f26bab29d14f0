package analytic

import (
	"fmt"
	"math"
	"strings"
)

// percentiles are the quantiles that are given, by the probability above
// them: 1 − 0.999 would not be 0.001.
var percentiles = [...]struct {
	name string
	tail float64
}{{"p50", 0.5}, {"p90", 0.1}, {"p95", 0.05}, {"p99", 0.01}, {"p999", 0.001}}

// queueTail is the share of time that the p99 of a queue length leaves above.
const queueTail = 0.01

// tieSlack is the relative excess of a tail over queueTail that is taken for
// rounding: with C = ρ = 0.1 the tail is 0.01 and not a shade above.
const tieSlack = 1e-12

// quantiles are values at the percentiles.
type quantiles [len(percentiles)]float64

// summary is what is given of the law of a time; quantiles is nil where they
// are not known, mean and sd are NaN where they are not. tail is P(X > t), t in
// seconds, where it is known with about the digits of the quantiles, or nil;
// transform is that of the tail, or nil.
type summary struct {
	mean, sd  float64
	quantiles *quantiles
	tail      func(t float64) float64
	transform inversion
}

// put writes the summary under a metric's name.
func (s summary) put(m Metrics, name string) {
	v := map[string]float64{}
	for statistic, value := range map[string]float64{"mean": s.mean, "sd": s.sd} {
		if !math.IsNaN(value) {
			v[statistic] = value
		}
	}
	if s.quantiles != nil {
		for i, p := range percentiles {
			v[p.name] = s.quantiles[i]
		}
	}
	if len(v) > 0 {
		m[name] = v
	}
}

// unknown is the summary of a law of which nothing is known.
func unknown() summary { return summary{mean: math.NaN(), sd: math.NaN()} }

// exponentialSummary is the summary of the exponential law.
func exponentialSummary(mean float64) summary {
	q := new(quantiles)
	for i, p := range percentiles {
		q[i] = -math.Log(p.tail) * mean
	}
	return summary{mean: mean, sd: mean, quantiles: q, tail: func(t float64) float64 { return math.Exp(-t / mean) }}
}

// tailSummary finds the quantiles of a tail; unit is the scale of its argument.
func tailSummary(mean, sd, unit float64, tail func(float64) float64) (summary, error) {
	q := new(quantiles)
	guess := mean / unit
	for i, p := range percentiles {
		x, err := tailQuantile(tail, p.tail, guess, sd/unit)
		if err != nil {
			return summary{}, err
		}
		q[i] = x * unit
		guess = math.Max(x, guess)
	}
	return summary{mean: mean, sd: sd, quantiles: q, tail: func(t float64) float64 { return tail(t / unit) }}, nil
}

// outcome is a solved queue, before delays are added and metrics are named. What
// is not known of it, or has no meaning, is NaN.
type outcome struct {
	wait, service, sojourn summary // sojourn is wait and service together
	queueLength            float64
	queueP99               float64
	busy                   float64 // mean number of busy servers
	utilization            float64
	throughput, offered    float64
	waitRatio, shedRatio   float64
}

// metrics names the values of an outcome.
func (o outcome) metrics(sys System) Metrics {
	m := Metrics{}
	for name, mean := range map[string]float64{
		"queue_length": o.queueLength, "in_system": o.queueLength + o.busy,
		"throughput": o.throughput, "arrival_rate": o.offered,
		"wait_ratio": o.waitRatio, "shed_ratio": o.shedRatio, "utilization": o.utilization,
	} {
		if !math.IsNaN(mean) {
			m[name] = map[string]float64{"mean": mean}
		}
	}
	if !math.IsNaN(o.queueP99) && !math.IsNaN(o.queueLength) {
		m["queue_length"]["p99"] = o.queueP99
	}
	if sys.Memory > 0 && m["in_system"] != nil {
		m["memory"] = map[string]float64{"mean": sys.Memory * m["in_system"]["mean"]}
	}
	o.wait.put(m, "wait")
	o.service.put(m, "service")
	addDelays(sys, o.sojourn).put(m, "latency")
	if n, ok := inNetwork(sys, o); ok {
		m["in_network"] = map[string]float64{"mean": n}
	}
	return m
}

// share is the outcome of a class with a part of the tasks, where all classes
// have the same law of service: an arrival of any class sees the same state
// (PASTA), so that times and ratios are the same and counts are in proportion.
func (o outcome) share(part float64) outcome {
	o.queueLength *= part
	o.busy *= part
	o.utilization *= part
	o.throughput *= part
	o.offered *= part
	o.queueP99 = math.NaN()
	return o
}

// check holds what must be true of any solution against it: no NaN, quantiles
// in order, ratios that are ratios.
func (m Metrics) check() error {
	for name, values := range m {
		for statistic, v := range values {
			if math.IsNaN(v) || v < 0 {
				return fmt.Errorf("analytic: numerical failure: %s.%s came out as %g", name, statistic, v)
			}
		}
		last := 0.0
		for _, p := range percentiles {
			if v, ok := values[p.name]; ok && name != "queue_length" {
				if v < last {
					return fmt.Errorf("analytic: numerical failure: the quantiles of %s are not in order at %s", name, p.name)
				}
				last = v
			}
		}
	}
	for name, values := range m {
		if v := values["mean"]; v > 1 && (name == "utilization" || strings.HasSuffix(name, "_ratio") && name != "retry_ratio") {
			return fmt.Errorf("analytic: numerical failure: %s came out as %g, above 1", name, v)
		}
	}
	return nil
}
