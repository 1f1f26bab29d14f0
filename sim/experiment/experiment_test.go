package experiment_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"sync/atomic"
	"testing"

	"spillway/distributions"
	"spillway/distributions/arrivals"
	"spillway/results"
	"spillway/sim"
	"spillway/sim/analytic"
	"spillway/sim/experiment"
)

func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// mmc is a point of M/M/c with service rate 1, simulated for a fixed length.
func mmc(t testing.TB, rho float64, servers int, tasks int64) experiment.Point {
	t.Helper()
	return experiment.Point{
		Model: &sim.Model{
			Classes: []string{"default"}, Servers: servers,
			Streams: []sim.Stream{{
				Name:    "default",
				Process: must[arrivals.Poisson](t)(arrivals.NewPoisson(rho * float64(servers))),
				Service: must[distributions.Exponential](t)(distributions.NewExponential(1)),
			}},
		},
		Plan: experiment.Plan{
			Seed: 1, Replications: 16, Confidence: 0.95, Length: experiment.ByTasks, Tasks: tasks,
			Warmup: experiment.Warmup{Kind: experiment.WarmupTasks, Tasks: tasks / 4},
		},
	}
}

func precisely(p experiment.Point, precision float64, of ...string) experiment.Point {
	p.Plan.Length, p.Plan.Precise, p.Plan.Precision, p.Plan.Of, p.Plan.MaxTasks = experiment.ByPrecision, true, precision, of, 1e9
	p.Plan.Warmup = experiment.Warmup{}
	return p
}

func runOne(t testing.TB, p experiment.Point) experiment.Outcome {
	t.Helper()
	out, err := experiment.Run(context.Background(), []experiment.Point{p}, experiment.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if out[0].Simulated == nil || !out[0].Complete {
		t.Fatal("no complete result")
	}
	return out[0]
}

func exact(t testing.TB, m *sim.Model) analytic.Metrics {
	t.Helper()
	s := analytic.System{Servers: m.Servers, Infinite: m.Infinite, Limit: m.Limit, Limited: m.Limited, Network: m.Network}
	for _, x := range m.Streams {
		s.Streams = append(s.Streams, analytic.Stream{Class: m.Classes[x.Class], Process: x.Process, Service: x.Service})
	}
	return must[*analytic.Solution](t)(analytic.Solve(s)).Metrics
}

// TestSameBytesAtAnyParallelism also covers the interleaving of points.
func TestSameBytesAtAnyParallelism(t *testing.T) {
	points := []experiment.Point{
		precisely(mmc(t, 0.8, 2, 1), 0.05, "wait.mean"), mmc(t, 0.5, 4, 5000),
		precisely(mmc(t, 0.3, 1, 1), 0.02, "latency.p99"),
	}
	var first []byte
	for _, parallel := range []int{1, 2, 8} {
		out := must[[]experiment.Outcome](t)(experiment.Run(context.Background(), points, experiment.Options{Parallel: parallel}))
		bytes := must[[]byte](t)(json.Marshal(out))
		if first == nil {
			first = bytes
		}
		if string(first) != string(bytes) {
			t.Errorf("other bytes at %d", parallel)
		}
	}
}

func TestSeedMatters(t *testing.T) {
	p := mmc(t, 0.5, 1, 1000)
	a := runOne(t, p).Simulated.Metrics["wait"]["mean"].Value
	p.Plan.Seed = 2
	if b := runOne(t, p).Simulated.Metrics["wait"]["mean"].Value; a == b {
		t.Errorf("seeds 1 and 2 both give %v", a)
	}
}

func TestPrecision(t *testing.T) {
	p := precisely(mmc(t, 0.8, 1, 1), 0.03, "wait.mean", "in_system.mean")
	s := runOne(t, p).Simulated
	for _, m := range []string{"wait", "in_system"} {
		if e := s.Metrics[m]["mean"]; float64(e.HalfWidth) > 0.0301*float64(e.Value) { // the last tasks have left since the look
			t.Errorf("%s is %v ± %v", m, e.Value, e.HalfWidth)
		}
	}
	per := s.Tasks / int64(s.Replications)
	if s.Precision == nil || float64(s.Precision.Reached) > 0.0301 || per < 10_000 || per&(per-1) != 0 && per%10_000 != 0 {
		t.Errorf("precision %+v after %d tasks a replication", s.Precision, per)
	}
}

func TestMaxTasksIsSaid(t *testing.T) {
	p := precisely(mmc(t, 0.8, 1, 1), 0.0001, "wait.mean")
	p.Plan.MaxTasks = 700_000
	out := runOne(t, p)
	if !warned(out, "max_tasks_reached") {
		t.Errorf("warnings %+v", out.Warnings)
	}
	if out.Simulated.Tasks > 700_000 || out.Simulated.Tasks < 16*10_000 {
		t.Errorf("%d tasks", out.Simulated.Tasks)
	}
}

func warned(o experiment.Outcome, code string) bool {
	for _, w := range o.Warnings {
		if w.Code == code {
			return true
		}
	}
	return false
}

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
	if s.Replications <= 4 || s.Replications&(s.Replications-1) != 0 || float64(s.Precision.Reached) > 0.05 || s.Tasks != int64(s.Replications)*100 {
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

func TestWarmup(t *testing.T) {
	p := mmc(t, 0.5, 1, 1000)
	seconds := 100.0
	for _, c := range []struct {
		give   experiment.Warmup
		method string
		tasks  func(n int64) bool
	}{
		{experiment.Warmup{Kind: experiment.WarmupNone}, "none", func(n int64) bool { return n == 0 }},
		{experiment.Warmup{Kind: experiment.WarmupTasks, Tasks: 77}, "fixed", func(n int64) bool { return n == 77 }},
		// 50 arrivals are expected in 100 s at 0.5/s, in each of 16 replications: sd of the mean 1.8, 6 of them 11.
		{experiment.Warmup{Kind: experiment.WarmupSeconds, Seconds: seconds}, "fixed", func(n int64) bool { return n > 38 && n < 62 }},
		{experiment.Warmup{}, "mser5", func(n int64) bool { return n == 10_000 }},
	} {
		p.Plan.Warmup = c.give
		s := runOne(t, p).Simulated
		w := s.Warmup
		if s.Tasks != 16*1000 || s.Flow.Offered < 16*(w.Tasks+1000) {
			t.Errorf("%+v: %d tasks counted, %d offered", c.give, s.Tasks, s.Flow.Offered)
		}
		if w.Method != c.method || !c.tasks(w.Tasks) || (w.Seconds != nil) != (c.give.Kind == experiment.WarmupSeconds) {
			t.Errorf("%+v gives %+v", c.give, w)
		}
	}
}

// TestCountedTasksLeave: the estimates are of all counted tasks, those included
// that were slow: here none has left when the last one arrives.
func TestCountedTasksLeave(t *testing.T) {
	p := mmc(t, 1, 1, 10)
	p.Plan.Warmup.Kind = experiment.WarmupNone
	p.Model.Infinite = true
	p.Model.Streams[0].Service = must[distributions.Deterministic](t)(distributions.NewDeterministic(1000))
	s := runOne(t, p).Simulated
	if e := s.Metrics["latency"]["mean"]; e.Value != 1000 || s.Tasks != 160 {
		t.Errorf("latency %+v of %d tasks", e, s.Tasks)
	}
}

// TestLongWarmup: near saturation the start shows for long; the pilot must be
// lengthened until it no longer does. At ρ = 0.999 the relaxation time is about
// 4e6 tasks, so that a pilot of 10 000 cannot do.
func TestLongWarmup(t *testing.T) {
	p := mmc(t, 0.999, 1, 10)
	p.Plan.Warmup = experiment.Warmup{}
	out := runOne(t, p)
	if w := out.Simulated.Warmup; w.Tasks < 80_000 && !warned(out, "warmup_too_short") {
		t.Errorf("warm-up %+v without a warning", w)
	}
}

func TestClasses(t *testing.T) {
	p := mmc(t, 0.3, 1, 5000)
	p.Model.Classes = []string{"a", "b"}
	second := p.Model.Streams[0]
	second.Name, second.Class = "b", 1
	second.Service = must[distributions.Deterministic](t)(distributions.NewDeterministic(0.5))
	p.Model.Streams = append(p.Model.Streams, second)
	s := runOne(t, p).Simulated
	a, b, all := s.Classes["a"], s.Classes["b"], s.Metrics
	for _, m := range []string{"queue_length", "in_system", "throughput", "utilization"} {
		if sum := a[m]["mean"].Value + b[m]["mean"].Value; math.Abs(float64(sum-all[m]["mean"].Value)) > 1e-9 {
			t.Errorf("%s: %v and %v are not %v", m, a[m]["mean"].Value, b[m]["mean"].Value, all[m]["mean"].Value)
		}
	}
	if v := b["service"]["mean"]; v.Value != 0.5 || v.HalfWidth != 0 {
		t.Errorf("service of b %+v", v)
	}
}

func TestWarnings(t *testing.T) {
	p := mmc(t, 0.5, 1, 2000)
	out := runOne(t, p)
	if !warned(out, "tail_not_reached") || warned(out, "heavy_tail") {
		t.Errorf("2000 tasks: %+v", out.Warnings)
	}
	for _, w := range out.Warnings {
		if w.Metric == "wait.p99" {
			t.Errorf("p99 needs 1000 tasks: %+v", w)
		}
	}
	p.Model.Streams[0].Service = must[distributions.Pareto](t)(distributions.NewParetoMean(2.5, 1))
	if out := runOne(t, p); !warned(out, "heavy_tail") {
		t.Errorf("Pareto service: %+v", out.Warnings)
	}
}

// TestRareEvents: where no task waited, the interval says how little that
// means, and where none can wait there is none.
func TestRareEvents(t *testing.T) {
	p := mmc(t, 0.1, 50, 2000)
	s := runOne(t, p).Simulated
	want := exact(t, p.Model)
	for _, m := range []string{"wait", "wait_ratio", "queue_length"} {
		if e := s.Metrics[m]["mean"]; e.Value != 0 || !(float64(e.High) > want[m]["mean"]) || e.Low != 0 {
			t.Errorf("%s is %v from %v to %v, exactly %v", m, e.Value, e.Low, e.High, want[m]["mean"])
		}
	}
	p.Model.Infinite = true
	if e := runOne(t, p).Simulated.Metrics["wait"]["mean"]; e.Value != 0 || e.HalfWidth != 0 {
		t.Errorf("infinite servers: wait %+v", e)
	}
}

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

func TestRunRefusesBadPlans(t *testing.T) {
	for name, spoil := range map[string]func(*experiment.Point){
		"replications": func(p *experiment.Point) { p.Plan.Replications = 0 },
		"confidence":   func(p *experiment.Point) { p.Plan.Confidence = 1 },
		"tasks":        func(p *experiment.Point) { p.Plan.Tasks = 0 },
		"no end":       func(p *experiment.Point) { p.Plan.Length = experiment.ByPrecision },
		"of":           func(p *experiment.Point) { *p = precisely(*p, 0.1, "latency.max") },
		"duration":     func(p *experiment.Point) { p.Plan.Length, p.Plan.Duration = experiment.ByDuration, math.NaN() },
		"model":        func(p *experiment.Point) { p.Model.Servers = 0 },
	} {
		p := mmc(t, 0.5, 1, 10)
		m := *p.Model
		p.Model = &m
		spoil(&p)
		if _, err := experiment.Run(context.Background(), []experiment.Point{p}, experiment.Options{}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func BenchmarkRun(b *testing.B) {
	p := mmc(b, 0.9, 1, 100_000)
	tasks := 0
	for b.Loop() {
		if _, err := experiment.Run(context.Background(), []experiment.Point{p}, experiment.Options{}); err != nil {
			b.Fatal(err)
		}
		tasks += 16 * 125_000
	}
	b.ReportMetric(b.Elapsed().Seconds()*1e9/float64(tasks), "ns/task")
}
