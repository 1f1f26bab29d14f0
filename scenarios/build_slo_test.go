package scenarios

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestObjectives(t *testing.T) {
	p := load(t, smallest+`slo:
  latency.p99: 50ms
  wait: 0.01
  shed_ratio: 0.1%
  throughput: {min: 70/s}
  arrival_rate: 6000/min
  memory.max: 64MB
  queue_length.p99: 20
  utilization: {min: 50%}
  latency.within: {200ms: 99.5%, 1s: 0.999}
  classes.default.latency.mean: 20ms
`).Points[0]
	want := []Objective{
		{Metric: "latency.p99", Bound: 0.05}, {Metric: "wait.mean", Bound: 0.01}, {Metric: "shed_ratio.mean", Bound: 0.001},
		{Metric: "throughput.mean", Bound: 70, Least: true}, {Metric: "arrival_rate.mean", Bound: 100}, {Metric: "memory.max", Bound: 64e6},
		{Metric: "queue_length.p99", Bound: 20}, {Metric: "utilization.mean", Bound: 0.5, Least: true},
		{Metric: "latency.within.200ms", Bound: 0.995, Least: true, Within: 0.2},
		{Metric: "latency.within.1s", Bound: 0.999, Least: true, Within: 1},
		{Metric: "classes.default.latency.mean", Bound: 0.02},
	}
	if diff := cmp.Diff(want, p.Objectives); diff != "" {
		t.Error(diff)
	}
	if p.Experiment(1).Plan.Within == nil {
		t.Error("the experiment is not asked for the shares within times")
	}
	if p := load(t, smallest).Points[0]; p.Objectives != nil || p.Experiment(1).Plan.Within != nil {
		t.Errorf("objectives of nothing: %v", p.Objectives)
	}
}

// The whole of slo can be given on the command line, and can be swept.
func TestObjectivesFromOutside(t *testing.T) {
	s := load(t, smallest+"slo: {wait: 1s}\n", "slo={latency.p99: 50ms, throughput: {min: 70/s}}")
	if got := s.Points[0].Objectives; len(got) != 2 || got[0].Metric != "latency.p99" || got[1].Bound != 70 {
		t.Errorf("%v", got)
	}
	s = load(t, smallest+"sweep: {slo: [{wait: 1s}, {wait: 2s}]}\n")
	if len(s.Points) != 2 || s.Points[1].Objectives[0].Bound != 2 {
		t.Errorf("%v", s.Points)
	}
}
