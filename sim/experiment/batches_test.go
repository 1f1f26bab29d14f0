package experiment_test

import (
	"context"
	"testing"

	"spillway/sim"
	"spillway/sim/experiment"
)

// TestBatchCoverage repeats one long run 400 times: the intervals of
// overlapping batch means must cover the exact value in 361 to 395 of them
// (binomial, false alarm 1e-4), at whatever engine. Seen to fail with
// stretches that all begin with the window.
func TestBatchCoverage(t *testing.T) {
	var points []experiment.Point
	for seed := range uint64(400) {
		p := mmc(t, 0.6, 1, 10_000+int64(seed%64)) // stretches that come out even, and not
		p.Plan.Seed, p.Plan.Replications, p.Plan.Warmup.Tasks = seed+1, 1, 500
		p.Plan.Engine = []sim.Engine{sim.Events, sim.ByRecursion}[seed%2]
		points = append(points, p)
	}
	want := exact(t, points[0].Model)
	out := must[[]experiment.Outcome](t)(experiment.Run(context.Background(), points, experiment.Options{}))
	for _, name := range [][2]string{{"wait", "mean"}, {"queue_length", "mean"}, {"utilization", "mean"}, {"latency", "p90"}} {
		hits := 0
		for _, o := range out {
			hits += covers(o.Simulated.Metrics[name[0]][name[1]], want[name[0]][name[1]])
		}
		if hits < 361 || hits > 395 {
			t.Errorf("%s: %d of 400 intervals cover", name, hits)
		}
	}
}

// TestOneLongRun: its values are those of the whole window whatever its
// batches, and the result says how its intervals were made.
func TestOneLongRun(t *testing.T) {
	p := mmc(t, 0.6, 1, 10_000)
	p.Plan.Replications = 1
	out := runOne(t, p)
	s := out.Simulated
	if s.Batches == nil || s.Batches.Method != "obm" || s.Batches.Count != 16 || s.Batches.Degrees != 22 || warned(out, "no_interval") {
		t.Errorf("batches %+v, warnings %+v", s.Batches, out.Warnings)
	}
	if e := s.Metrics["wait"]["mean"]; !e.Interval || e.N != 23 || s.Metrics["wait"]["sd"].Interval || s.Metrics["queue_length"]["p99"].Interval {
		t.Errorf("wait %+v", s.Metrics["wait"])
	}
	p.Plan.State, p.Plan.Warmup = experiment.Transient, experiment.Warmup{Kind: experiment.WarmupNone}
	if out := runOne(t, p); out.Simulated.Batches != nil || !warned(out, "no_interval") {
		t.Errorf("transient: %+v", out.Simulated.Batches)
	}
	p.Plan.State, p.Plan.Tasks = experiment.Steady, 50
	if out := runOne(t, p); out.Simulated.Batches != nil || !warned(out, "no_interval") || out.Simulated.Metrics["wait"]["mean"].Interval {
		t.Errorf("50 tasks: %+v", out.Simulated.Batches)
	}
}
