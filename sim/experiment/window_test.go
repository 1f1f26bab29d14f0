package experiment_test

import (
	"math"
	"testing"

	"spillway/results"
	"spillway/sim/experiment"
)

// TestWindowEdges: however a short window is made, it has as many arrivals as
// the rate says: the edge is not chosen by an arrival on one side alone. With
// 1000 replications of about 8 tasks the standard error is 1.1 %; Student's t
// with 999 degrees of freedom exceeds 4.9 with probability 1e-6. An arrival too
// many, which is 12 %, is eleven standard errors off.
func TestWindowEdges(t *testing.T) {
	base := mmc(t, 0.4, 2, 8)
	base.Plan.Replications, base.Plan.Duration = 1000, 10
	for _, length := range []experiment.Length{experiment.ByTasks, experiment.ByDuration} {
		for _, w := range []experiment.Warmup{
			{Kind: experiment.WarmupTasks, Tasks: 50}, {Kind: experiment.WarmupSeconds, Seconds: 50},
		} {
			p := base
			p.Plan.Length, p.Plan.Warmup = length, w
			s := runOne(t, p).Simulated
			for name, want := range map[string]float64{"arrival_rate": 0.8, "utilization": 0.4} {
				e := s.Metrics[name]["mean"]
				if z := math.Abs(float64(e.Value)-want) / (float64(e.HalfWidth) / results.Student(e.Level, e.N-1)); z > 4.9 {
					t.Errorf("length %d after warm-up %+v: %s is %v, %.1f standard errors off", length, w, name, e.Value, z)
				}
			}
		}
	}
}

// TestNoTasks: where nothing happened nothing is known, and it is not said to
// be zero without error.
func TestNoTasks(t *testing.T) {
	p := mmc(t, 0.5, 1, 1)
	p.Plan.Length, p.Plan.Duration, p.Plan.Warmup.Kind = experiment.ByDuration, 1e-9, experiment.WarmupNone
	s := runOne(t, p).Simulated
	for _, m := range []string{"throughput", "arrival_rate", "utilization", "in_system", "queue_length"} {
		if e := s.Metrics[m]["mean"]; e.Interval {
			t.Errorf("%s is %v ± %v without a task", m, e.Value, e.HalfWidth)
		}
	}
}

// TestPrecisionOfNothing: a metric that is zero has no relative precision; the
// run says so and ends.
func TestPrecisionOfNothing(t *testing.T) {
	p := precisely(mmc(t, 0.01, 30, 1), 0.01, "wait.mean")
	out := runOne(t, p)
	if !warned(out, "no_relative_precision") || out.Simulated.Tasks > 16*100_000 {
		t.Errorf("%d tasks, warnings %+v", out.Simulated.Tasks, out.Warnings)
	}
}

// TestLargePool: a short run of a large pool is short: neither the pilot nor
// the end waits for as many tasks as there are servers.
func TestLargePool(t *testing.T) {
	p := mmc(t, 0.5, 1_000_000, 100)
	p.Plan.Warmup, p.Plan.Replications = experiment.Warmup{}, 2
	s := runOne(t, p).Simulated
	if s.Flow.Offered > 1_000_000 || s.Tasks != 200 {
		t.Errorf("%d tasks offered, %d counted", s.Flow.Offered, s.Tasks)
	}
}
