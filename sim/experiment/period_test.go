package experiment_test

import (
	"io"
	"strings"
	"testing"

	"spillway/distributions/arrivals"
	"spillway/sim/experiment"
)

// looped is a log of five tasks, replayed for ever: every period of it is the
// same, and every replication.
func looped(t *testing.T) experiment.Point {
	t.Helper()
	log := "t,s\n0,0.5\n1,2\n1.5,0.1\n1.6,0.1\n4,0.5\n"
	open := func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(log)), nil }
	trace := must[*arrivals.Trace](t)(arrivals.NewTrace(open, arrivals.TraceOptions{Time: "t", Service: "s", Speedup: 1, Loop: true}))
	p := mmc(t, 0.5, 1, 1000)
	p.Model.Streams[0].Process, p.Model.Streams[0].Service = trace, nil
	return p
}

// TestWholePeriods: a precise run of periodic arrivals begins with a period and
// has whole ones, so that what repeats itself is known without error: the mean
// wait is that of one period, by hand (0, 0, 1.5, 1.5 and 0).
func TestWholePeriods(t *testing.T) {
	p := looped(t)
	p.Plan.Length, p.Plan.Precise, p.Plan.Precision, p.Plan.Of, p.Plan.MaxTasks = experiment.ByPrecision, true, 0.01, []string{"wait.mean"}, 1e8
	p.Plan.Replications = 4
	out := runOne(t, p)
	if n := out.Simulated.Tasks; n == 0 || n%(5*4) != 0 {
		t.Errorf("%d tasks in 4 replications, want whole periods of 5", n)
	}
	wait := out.Simulated.Metrics["wait"]["mean"]
	if d := float64(wait.Value) - 0.6; d > 1e-9 || d < -1e-9 || wait.HalfWidth > 1e-9 {
		t.Errorf("mean wait %v ± %v, want 0.6", wait.Value, wait.HalfWidth)
	}
	if warned(out, "too_short") || warned(out, "broken_period") {
		t.Errorf("warnings %+v", out.Warnings)
	}
}

func TestBrokenPeriod(t *testing.T) {
	p := looped(t)
	p.Plan.Length = experiment.ByDuration
	for duration, want := range map[float64]bool{5 * 1000: false, 5*1000 + 1: true} {
		p.Plan.Duration = duration
		if got := warned(runOne(t, p), "broken_period"); got != want {
			t.Errorf("%g s of a period of 5 s: warned %t", duration, got)
		}
	}
}
