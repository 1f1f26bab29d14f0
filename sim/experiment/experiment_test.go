package experiment_test

import (
	"context"
	"encoding/json"
	"math"
	"testing"

	"spillway/distributions"
	"spillway/distributions/arrivals"
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
	p := precisely(mmc(t, 0.8, 1, 1), 0.02, "wait.mean", "in_system.mean")
	s := runOne(t, p).Simulated
	for _, m := range []string{"wait", "in_system"} {
		if e := s.Metrics[m]["mean"]; float64(e.HalfWidth) > 0.0201*float64(e.Value) { // the last tasks have left since the look
			t.Errorf("%s is %v ± %v", m, e.Value, e.HalfWidth)
		}
	}
	per := s.Tasks / int64(s.Replications)
	// 10,000 tasks a replication are not enough.
	if s.Precision == nil || float64(s.Precision.Reached) > 0.0201 || per < 12_500 {
		t.Fatalf("precision %+v after %d tasks a replication", s.Precision, per)
	}
	// Not much more than needed is simulated: a step at most doubles, so that the
	// width that decides, 1.3 times narrower than without control variates at the
	// most, is at least 1/√2 of what was asked for; 0.6 leaves room for its own noise.
	e := s.Metrics["wait"]["mean"]
	if plain := float64(e.HalfWidth/e.Value) * math.Sqrt(e.VarianceRatio); plain > 1.3*0.0201 || plain < 0.6*1.3*0.02 {
		t.Errorf("without control variates it would be ± %v of the value", plain)
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
		// 50 arrivals are expected in 100 s at 0.5/s, in each of 16 replications: sd of the mean 1.8, 6 of them 11. A window of tasks begins 100 tasks later.
		{experiment.Warmup{Kind: experiment.WarmupSeconds, Seconds: seconds}, "fixed", func(n int64) bool { return n > 138 && n < 163 }},
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

// TestTooShort: at a load of 0.9, a thousand tasks are five times the
// correlation time of the number in system, 100 000 five hundred times.
func TestTooShort(t *testing.T) {
	for tasks, want := range map[int64]bool{1000: true, 100_000: false} {
		p := mmc(t, 0.9, 1, tasks)
		if got := warned(runOne(t, p), "too_short"); got != want {
			t.Errorf("%d tasks: warned %t", tasks, got)
		}
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

func exponential(t testing.TB, rate float64) distributions.Exponential {
	t.Helper()
	return must[distributions.Exponential](t)(distributions.NewExponential(rate))
}
