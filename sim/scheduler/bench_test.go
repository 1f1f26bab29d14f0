package scheduler_test

import (
	"context"
	"testing"

	"spillway/sim/monitor"
	promhook "spillway/sim/monitor/prometheus"
	"spillway/sim/monitor/saturation"
	"spillway/sim/scheduler"
)

func nothing(context.Context) error { return nil }

// counter is an observer that does next to nothing.
type counter struct{ n int64 }

func (c *counter) Observe(monitor.Transition) { c.n++ }

// BenchmarkGo is empty tasks through the pool, offered by one goroutine that is
// held where the queue is full; with the Prometheus exporter and the detector attached
// too, by which the hook costs what is beyond the plain pool.
func BenchmarkGo(b *testing.B) {
	detector, err := saturation.New(saturation.DefaultConfig(2))
	if err != nil {
		b.Fatal(err)
	}
	exporter, err := promhook.New(promhook.DefaultOptions("all"))
	if err != nil {
		b.Fatal(err)
	}
	for name, o := range map[string]scheduler.Options{
		"plain":      {Servers: 2, Limit: 1000, Limited: true, Overflow: scheduler.Block},
		"shedding":   {Servers: 2, Limit: 1000, Limited: true},
		"observed":   {Servers: 2, Limit: 1000, Limited: true, Overflow: scheduler.Block, Observer: new(counter)},
		"prometheus": {Servers: 2, Limit: 1000, Limited: true, Overflow: scheduler.Block, Observer: exporter},
		"everything": {Servers: 2, Limit: 1000, Limited: true, Overflow: scheduler.Block, Observer: monitor.Several{detector, exporter}},
	} {
		b.Run("pool="+name, func(b *testing.B) {
			p, err := scheduler.New(o)
			if err != nil {
				b.Fatal(err)
			}
			defer p.Close()
			ctx, task, done := context.Background(), scheduler.Task{Run: nothing}, func(scheduler.Result) {}
			b.ReportAllocs()
			for b.Loop() {
				_ = p.Go(ctx, task, done) // a task that is shed is offered
			}
			if err := p.Drain(ctx); err != nil {
				b.Fatal(err)
			}
			s := p.Stats()
			b.ReportMetric(float64(s.Completed)/b.Elapsed().Seconds(), "tasks/s")
		})
	}
}

// BenchmarkSubmit is callers that wait for their empty tasks.
func BenchmarkSubmit(b *testing.B) {
	p, err := scheduler.New(scheduler.Options{Servers: 2})
	if err != nil {
		b.Fatal(err)
	}
	defer p.Close()
	ctx := context.Background()
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := p.Submit(ctx, scheduler.Task{Run: nothing}); err != nil {
				b.Error(err)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "tasks/s")
}

// TestNothingIsAllocated: AllocsPerRun rounds down to whole allocations a task.
func TestNothingIsAllocated(t *testing.T) {
	p := start(t, scheduler.Options{Servers: 1, Observer: new(counter)})
	defer p.Close()
	task := scheduler.Task{Run: nothing}
	if n := testing.AllocsPerRun(1000, func() {
		if err := p.Submit(background, task); err != nil {
			t.Error(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations for each task", n)
	}
}
