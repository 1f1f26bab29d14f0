package results

import (
	"maps"
	"slices"
)

// quantity is what a metric measures; it decides the unit that people see.
type quantity int

const (
	duration quantity = iota
	average           // tasks or servers, over time
	ratio
	rate // per second
	size // bytes
)

// metric is one row of the catalogue.
type metric struct {
	name     string
	quantity quantity
	stats    []string // what it can have, in the order of output
	judged   []string // what is compared with theory
}

// The probabilities of the quantile statistics.
func quantileOf(stat string) (p float64, ok bool) {
	switch stat {
	case "p50":
		return 0.5, true
	case "p90":
		return 0.9, true
	case "p95":
		return 0.95, true
	case "p99":
		return 0.99, true
	case "p999":
		return 0.999, true
	}
	return 0, false
}

// catalogue lists every metric in the order of output.
func catalogue() []metric {
	times := []string{"mean", "sd", "p50", "p90", "p95", "p99", "p999", "max"}
	judgedTimes := []string{"mean", "p50", "p90", "p95", "p99", "p999"}
	mean, both := []string{"mean"}, []string{"mean", "max"}
	return []metric{
		{"latency", duration, times, judgedTimes},
		{"wait", duration, times, judgedTimes},
		{"service", duration, times, judgedTimes},
		{"throttle_delay", duration, times, judgedTimes},
		{"queue_length", average, []string{"mean", "p99", "max"}, mean},
		{"in_system", average, both, mean},
		{"in_network", average, both, mean},
		{"in_retry", average, both, mean},
		{"utilization", ratio, both, mean},
		{"throughput", rate, mean, mean},
		{"arrival_rate", rate, mean, mean},
		{"wait_ratio", ratio, mean, mean},
		{"shed_ratio", ratio, mean, mean},
		{"abandoned_ratio", ratio, mean, mean},
		{"timed_out_ratio", ratio, mean, nil},
		{"lost_ratio", ratio, mean, nil},
		{"blocked_ratio", ratio, mean, nil},
		{"goodput", rate, mean, nil},
		{"retry_ratio", ratio, mean, nil},
		{"wasted_ratio", ratio, mean, nil},
		{"server_seconds", average, mean, nil},
		{"scale_changes", rate, mean, nil},
		{"memory", size, both, mean},
		{"servers", average, both, nil},
	}
}

// judgedPairs lists metric and statistic of every value that is compared.
func judgedPairs() [][2]string {
	var pairs [][2]string
	for _, m := range catalogue() {
		for _, s := range m.judged {
			pairs = append(pairs, [2]string{m.name, s})
		}
	}
	return pairs
}

func quantityOf(name string) quantity {
	for _, m := range catalogue() {
		if m.name == name {
			return m.quantity
		}
	}
	return average
}

func metricOrder() []string {
	var names []string
	for _, m := range catalogue() {
		names = append(names, m.name)
	}
	return names
}

func statOrder() []string {
	return []string{"mean", "sd", "p50", "p90", "p95", "p99", "p999", "max"}
}

// sortedKeys keeps maps off the output paths.
func sortedKeys[V any](m map[string]V) []string {
	return slices.Sorted(maps.Keys(m))
}
