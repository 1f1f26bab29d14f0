package scenarios

import "testing"

// TestStable: a load of 1.5 servers on one, or of 0.8 where it says so, and what
// keeps the queue from growing for ever, or does not.
func TestStable(t *testing.T) {
	const overload = "version: 1\narrivals: {process: poisson, rate: 1.5/s}\nservice: {distribution: exponential, rate: 1/s}\nservers: 1\n"
	for change, want := range map[string]bool{
		"":                                       false,
		"admission: [{concurrency: {limit: 5}}]": true,
		"admission: [{throttle: {rate: 0.9/s, burst: 2}}]":                                true,
		"admission: [{throttle: {rate: 1.2/s, burst: 2}}]":                                false,
		"admission: [{throttle: {rate: 0.9/s, burst: 2, excess: delay}}]":                 false,
		"admission: [{shed: {when: queue_length, above: 5}}]":                             true,
		"admission: [{shed: {when: queue_length, above: 5, probability: 0.2}}]":           false,
		"admission: [{codel: {}}]":                                                        true,
		"client: {timeout: 3s, on_timeout: cancel}":                                       true,
		"client: {timeout: 3s}":                                                           false,
		"queue: {patience: 2s}":                                                           true,
		"queue: {patience: 2s, retry: {delay: 1s}}":                                       false,
		"queue: {limit: 5}":                                                               true,
		"queue: {limit: 5, overflow: block}":                                              true,
		"queue: {limit: 5, retry: {delay: 1s}}":                                           false,
		"queue: {limit: 5, retry: {delay: 1s, limit: 3}}":                                 true,
		"queue: {limit: 5, retry: {delay: 1s, probability: 0.5}}":                         true,
		"queue: {limit: 5, retry: {delay: {backoff: {initial: 1s, factor: 2, max: 8s}}}}": false,
	} {
		if got := load(t, overload+change+"\n").Points[0].Stable(); got != want {
			t.Errorf("%s: stable %t", change, got)
		}
	}
	for set, want := range map[string]bool{
		"servers={autoscale: {min: 1, max: 4, metric: utilization, target: 0.7, interval: 1s}}": true,
		"servers={autoscale: {min: 1, max: 1, metric: utilization, target: 0.7, interval: 1s}}": false,
		"servers={schedule: {period: 60s, steps: [{at: 0s, count: 0}, {at: 50s, count: 6}]}}":   false,
		"servers={schedule: {period: 60s, steps: [{at: 0s, count: 0}, {at: 40s, count: 6}]}}":   true,
	} {
		if got := load(t, overload, set).Points[0].Stable(); got != want {
			t.Errorf("%s: stable %t", set, got)
		}
	}
	both := "version: 1\nservice: {distribution: exponential, rate: 1/s}\nservers: 1\narrivals:\n  - {process: closed, population: 3, think: 1s, class: a}\n  - {process: poisson, rate: 2/s, class: b}\n"
	if load(t, both).Points[0].Stable() {
		t.Error("callers that wait make a second, open stream stable")
	}
}
