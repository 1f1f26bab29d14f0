package load

import (
	"math"
	"strconv"

	"spillway/results"
	"spillway/sim/scheduler"
)

// Repetition is one run of a plan: what became of its tasks, and the pool after
// its last.
type Repetition struct {
	Tasks []Task
	Pool  scheduler.Stats
}

// Real is what repetitions of a plan gave, in the metrics of the simulator. A value
// is that of the tasks of all of them together, with the interval at a level (0.95
// for 95 %) of its mean over the repetitions; a maximum has none.
func Real(runs []Repetition, level float64) *results.Real {
	var together []Task
	one := make([]values, len(runs))
	for i := range runs {
		one[i] = runs[i].values()
		together = append(together, runs[i].Tasks...)
	}
	all := (&Repetition{Tasks: together}).values()
	metrics := results.Metrics{}
	for key := range one[0] {
		mean, squares, n := 0.0, 0.0, float64(len(one))
		for i := range one {
			mean += one[i][key] / n
		}
		for i := range one {
			squares += (one[i][key] - mean) * (one[i][key] - mean)
		}
		value := mean
		if x, known := all[key]; known && key.stat != "mean" {
			value = x
		}
		estimate := results.NewEstimate(value, math.Sqrt(squares/max(1, n-1)/n), len(one), level, "repetitions")
		if key.stat == "max" {
			estimate = results.BareEstimate(value, "max")
		}
		if metrics[key.metric] == nil {
			metrics[key.metric] = map[string]results.Estimate{}
		}
		metrics[key.metric][key.stat] = estimate
	}
	return &results.Real{Source: results.Measured, Metrics: metrics, Environment: ThisMachine().words()}
}

// values are statistics by metric.
type values map[struct{ metric, stat string }]float64

func (v values) put(metric, stat string, x float64) {
	v[struct{ metric, stat string }{metric, stat}] = x
}

// values are those of one repetition; without a pool, what the tasks alone tell.
func (r *Repetition) values() values {
	m := Measure(r.Tasks, math.Inf(1))
	v := values{}
	for metric, s := range map[string]Summary{"wait": m.Wait, "service": m.Service, "latency": m.Latency} {
		if s.Count == 0 {
			continue
		}
		for stat, x := range map[string]float64{"mean": s.Mean, "sd": s.SD, "p50": s.P50, "p90": s.P90, "p95": s.P95, "p99": s.P99, "p999": s.P999, "max": s.Max} {
			v.put(metric, stat, x)
		}
	}
	if m.Offered > 0 {
		v.put("shed_ratio", "mean", m.ShedRatio())
		v.put("abandoned_ratio", "mean", float64(m.Abandoned)/float64(m.Offered))
		v.put("timed_out_ratio", "mean", float64(m.TimedOut)/float64(m.Offered))
	}
	if m.Seconds > 0 {
		v.put("throughput", "mean", m.Throughput)
		v.put("arrival_rate", "mean", float64(m.Offered)/m.Seconds)
		v.put("queue_length", "mean", r.Pool.WaitingSeconds/m.Seconds)
	}
	if r.Pool.OnSeconds > 0 && r.Pool.Servers > 0 {
		v.put("utilization", "mean", r.Pool.BusySeconds/r.Pool.OnSeconds)
	}
	return v
}

// words are the environment by name.
func (e Environment) words() map[string]string {
	w := map[string]string{"go": e.Go, "os": e.OS, "arch": e.Arch, "cpus": strconv.Itoa(e.CPUs), "gomaxprocs": strconv.Itoa(e.MaxProcs)}
	if e.CPU != "" {
		w["cpu"] = e.CPU
	}
	return w
}
