package main

import (
	"math"
	"testing"

	"spillway/results"
)

// policyOracles are systems with a policy that theory and the simulator both know.
var policyOracles = []oracle{
	{"M/M/2+M", "M/M/c+M", `arrivals: {process: poisson, rate: 2.4}, servers: 2, queue: {patience: {distribution: exponential, mean: 1}}, service: {distribution: exponential, rate: 1}`},
	{"M/M/1+D", "M/M/c+D", `arrivals: {process: poisson, rate: 0.9}, queue: {patience: 1.5s}, ` + unit},
	{"M/M/2/5+U", "M/M/c/K+GI", `arrivals: {process: poisson, rate: 2.2}, servers: 2, queue: {limit: 3, patience: {distribution: uniform, min: 0.2, max: 2}}, service: {distribution: exponential, rate: 1}`},
	{"priorities, M/G/1", "M/G/1 with priorities", `arrivals: [{process: poisson, rate: 0.3, class: a, priority: 0, service: {distribution: lognormal, mean: 0.8, cv: 0.7}}, {process: poisson, rate: 0.3, class: b, priority: 1, service: 1.2s}], servers: 1, queue: {discipline: priority}`},
	{"priorities, M/M/3", "M/M/c with priorities", `arrivals: [{process: poisson, rate: 0.6, class: a, priority: 0}, {process: poisson, rate: 0.6, class: b, priority: 1}, {process: poisson, rate: 0.6, class: c, priority: 2}], servers: 3, queue: {discipline: priority}, service: {distribution: exponential, rate: 1}`},
	{"priorities, two rates", "M/M/c with two priorities and two rates of service", `arrivals: [{process: poisson, rate: 0.6, class: a, priority: 0, service: {distribution: exponential, rate: 1}}, {process: poisson, rate: 0.4, class: b, priority: 1, service: {distribution: exponential, rate: 0.7}}], servers: 2, queue: {discipline: priority}`},
	{"SJF, M/G/1", "M/G/1, shortest job first", slow + `queue: {discipline: sjf}, service: {distribution: gamma, mean: 1, cv: 0.8}`},
	{"LIFO, M/G/1", "M/G/1, last come, first served", slow + `queue: {discipline: lifo}, service: {distribution: uniform, min: 0.2, max: 1.8}`},
	{"LIFO, M/M/2", "M/M/c, last come, first served", `arrivals: {process: poisson, rate: 1.2}, servers: 2, queue: {discipline: lifo}, service: {distribution: exponential, rate: 1}`},
	{"random order, M/G/1", "M/G/1, random order", slow + `queue: {discipline: random}, service: {distribution: erlang, k: 3, mean: 1}`},
	{"random order, M/M/2", "M/M/c, random order", `arrivals: {process: poisson, rate: 1.2}, servers: 2, queue: {discipline: random}, service: {distribution: exponential, rate: 1}`},
	{"8 callers", "M/M/c//N", `arrivals: {process: closed, population: 8, think: {distribution: uniform, min: 1, max: 3}}, servers: 2, service: {distribution: exponential, rate: 1}`},
	{"retries, one server", "M/M/1 retrial", slow + `queue: {limit: 0, retry: {delay: {distribution: exponential, rate: 1.5}}}, service: {distribution: exponential, rate: 1}`},
	{"retries, two servers", "M/M/c retrial", `arrivals: {process: poisson, rate: 1.1}, servers: 2, queue: {limit: 0, retry: {delay: {distribution: exponential, rate: 0.8}}}, service: {distribution: exponential, rate: 1}`},
	{"tokens, shed", "M/G/∞ behind a token bucket", `arrivals: {process: poisson, rate: 1.1}, admission: [{throttle: {rate: 1, burst: 3, excess: shed}}], servers: infinite, service: {distribution: exponential, rate: 1}`},
	{"tokens, delayed", "M/G/∞ behind a token bucket", `arrivals: {process: poisson, rate: 0.7}, admission: [{throttle: {rate: 1, burst: 2, excess: delay}}], servers: infinite, service: {distribution: exponential, rate: 1}`},
}

// policyComparisons is how many values policyValues compares, which `compare` does
// not: they have the other half of oracleAlarm.
const policyComparisons = 6

// policyValues compares what only policies have, by Student's t, and asks that a value that
// is 8 % too high would be noticed. It returns how many there are.
func (o oracle) policyValues(t *testing.T, p results.Point) (compared int) {
	t.Helper()
	for _, metric := range []string{"abandoned_ratio", "in_retry", "throttle_delay"} {
		want, known := p.Analytic.Metrics[metric]["mean"]
		e, simulated := p.Simulated.Metrics[metric]["mean"]
		if !known || !simulated {
			continue
		}
		compared++
		se := float64(e.HalfWidth) / results.Student(e.Level, e.N-1)
		limit := results.Student(1-oracleAlarm/2/policyComparisons, e.N-1) * se
		if gap := math.Abs(float64(e.Value - want)); !(gap <= limit) {
			t.Errorf("%s: %s is %v, simulated %v, %.1f standard errors away", o.name, metric, want, e.Value, gap/se)
		}
		if !(0.08*float64(want) > 2*limit) {
			t.Errorf("%s: %s has a standard error of %v: a value 8 %% too high could pass", o.name, metric, se)
		}
	}
	return compared
}
