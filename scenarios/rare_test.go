package scenarios

import (
	"strings"
	"testing"

	"spillway/sim/rare"
)

// TestRare: what is asked of rare events arrives at the simulator.
func TestRare(t *testing.T) {
	for text, want := range map[string]rare.Options{
		"{event: in_system, at_least: 200}":                                 {Event: rare.InSystem, AtLeast: 200, MaxTasks: 1e9},
		"{event: queue_length, at_least: 5}, max_tasks: 1e8, precision: 1%": {Event: rare.QueueLength, AtLeast: 5, MaxTasks: 1e8},
		"{event: wait, at_least: 50ms}":                                     {Event: rare.Wait, AtLeast: 0.05, MaxTasks: 1e9},
		"{event: latency, at_least: 2}":                                     {Event: rare.Latency, AtLeast: 2, MaxTasks: 1e9},
		"{event: shed}":                                                     {Event: rare.Shed, MaxTasks: 1e9},
	} {
		p := load(t, smallest+"queue: {limit: 300}\nrun: {rare: "+text+"}\n").Points[0]
		want.Seed, want.Confidence, want.Precision, want.Replications = 7, 0.95, 0.1, 32
		model, got, ok := p.RareEvent(7)
		if !ok || got != want || !model.Limited || model.Limit != 300 {
			t.Errorf("%s: %+v of %+v, want %+v", text, got, model, want)
		}
	}
	if _, _, ok := load(t, smallest).Points[0].RareEvent(1); ok {
		t.Error("a rare event that was not asked for")
	}
}

func TestRareRefused(t *testing.T) {
	for text, want := range map[string]string{
		"{event: in_system, at_least: 2s}":                                "whole number",
		"{event: in_system, at_least: 0}":                                 "whole number",
		"{event: wait, at_least: 0s}":                                     "positive duration",
		"{event: wait}":                                                   "without at_least",
		"{event: shed, at_least: 3}":                                      "no at_least",
		"{event: in_system, at_least: 3}, state: transient, duration: 1s": "transient",
	} {
		err := refusal(t, smallest+"run: {rare: "+text+"}\n")
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want an error with %q", text, err, want)
		}
	}
}
