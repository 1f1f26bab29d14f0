package experiment_test

import (
	"context"
	"errors"
	"math"
	"sync/atomic"
	"testing"

	"spillway/distributions"
	"spillway/distributions/arrivals"
	"spillway/results"
	"spillway/sim/experiment"
)

// TestTransient: from empty, D/D/1 at a load of 2 builds a queue that is known:
// task k (from 0) arrives at k+1, starts at 1+2k, waits k.
func TestTransient(t *testing.T) {
	p := mmc(t, 0.5, 1, 5)
	p.Model.Streams[0].Process = arrivals.Deterministic{Interval: 1}
	p.Model.Streams[0].Service = must[distributions.Deterministic](t)(distributions.NewDeterministic(2))
	p.Plan.State, p.Plan.Replications = experiment.Transient, 1
	out := runOne(t, p)
	s := out.Simulated
	if w := s.Metrics["wait"]; w["mean"].Value != 2 || w["max"].Value != 4 || w["mean"].Interval {
		t.Errorf("waits %+v, want a mean of (0+1+2+3+4)/5", w)
	}
	// The window ends when the last has left, at 11; they spent 2+3+4+5+6 inside.
	if n := s.Metrics["in_system"]["mean"].Value; math.Abs(float64(n)-20.0/11) > 1e-12 {
		t.Errorf("in system %v, want 20/11", n)
	}
	if s.Flow != (results.Flow{Offered: 5, Completed: 5}) || s.Warmup.Method != "none" || s.State != "transient" || !warned(out, "no_interval") {
		t.Errorf("flow %+v warm-up %+v state %s, warnings %+v", s.Flow, s.Warmup, s.State, out.Warnings)
	}
	// By duration: what happens in [0, 4]: tasks 0, 1 and 2 arrive before 4.
	p.Plan.Length, p.Plan.Duration = experiment.ByDuration, 4
	s = runOne(t, p).Simulated
	if s.Tasks != 3 || s.Metrics["wait"]["mean"].Value != 1 || s.Metrics["utilization"]["mean"].Value != 0.75 {
		t.Errorf("%d tasks, wait %v, utilization %v", s.Tasks, s.Metrics["wait"]["mean"].Value, s.Metrics["utilization"]["mean"].Value)
	}
}

// TestTransientPrecision adds replications.
func TestTransientPrecision(t *testing.T) {
	p := mmc(t, 0.5, 1, 100)
	p.Plan.State, p.Plan.Replications = experiment.Transient, 4
	p.Plan.Precise, p.Plan.Precision, p.Plan.Of, p.Plan.MaxTasks = true, 0.05, []string{"latency.mean"}, 1e7
	s := runOne(t, p).Simulated
	if s.Replications <= 8 || float64(s.Precision.Reached) > 0.05 || float64(s.Precision.Reached) < 0.035 || s.Tasks != int64(s.Replications)*100 {
		t.Errorf("%d replications, %d tasks, %+v", s.Replications, s.Tasks, s.Precision)
	}
}

func TestInterrupt(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	p := precisely(mmc(t, 0.9, 1, 1), 1e-6, "wait.mean") // for ever
	var tasks atomic.Int64
	finished, first := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(finished)
		<-first
		for tasks.Load() < 16*100_000 {
		}
		cancel()
	}()
	out, err := experiment.Run(ctx, []experiment.Point{mmc(t, 0.5, 1, 1000), p},
		experiment.Options{Progress: &tasks, Done: func(int) { close(first) }})
	<-finished
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v", err)
	}
	if len(out) != 2 || !out[0].Complete || out[0].Simulated == nil {
		t.Fatal("the finished point is not there")
	}
	if out[1].Complete || out[1].Simulated == nil || out[1].Simulated.Tasks == 0 {
		t.Errorf("the interrupted point is complete, or has nothing to tell: %+v", out[1])
	}
	out, err = experiment.Run(ctx, []experiment.Point{p}, experiment.Options{})
	if !errors.Is(err, context.Canceled) || out[0].Simulated != nil {
		t.Errorf("before it began: %v, %+v", err, out)
	}
}

// TestInterruptedTransient keeps the replications that are through, and those
// alone.
func TestInterruptedTransient(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	p := mmc(t, 0.5, 1, 100_000)
	p.Plan.State, p.Plan.Replications = experiment.Transient, 1000
	var tasks atomic.Int64
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		for tasks.Load() < 10*100_000 {
		}
		cancel()
	}()
	out, err := experiment.Run(ctx, []experiment.Point{p}, experiment.Options{Progress: &tasks})
	<-finished
	s := out[0].Simulated
	if !errors.Is(err, context.Canceled) || s == nil || out[0].Complete {
		t.Fatalf("error %v, outcome %+v", err, out[0])
	}
	if s.Replications < 2 || s.Replications > 500 || s.Tasks != int64(s.Replications)*100_000 {
		t.Errorf("%d replications, %d tasks", s.Replications, s.Tasks)
	}
}

// TestTransientPrecisionOfNothing: nothing arrives before the end.
func TestTransientPrecisionOfNothing(t *testing.T) {
	p := mmc(t, 1e-9, 1, 1)
	p.Plan.State, p.Plan.Replications, p.Plan.Length, p.Plan.Duration = experiment.Transient, 2, experiment.ByDuration, 1e-6
	p.Plan.Precise, p.Plan.Precision, p.Plan.Of, p.Plan.MaxTasks = true, 0.05, []string{"wait.mean"}, 1e7
	if out := runOne(t, p); !warned(out, "no_relative_precision") {
		t.Errorf("warnings %+v", out.Warnings)
	}
}
