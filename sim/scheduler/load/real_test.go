package load_test

import (
	"testing"
	"testing/synctest"

	"spillway/results"
	"spillway/sim/scheduler"
	"spillway/sim/scheduler/load"
)

// TestReal: one server; tasks of 2 s at 0 and 1 s, and tasks of 3 s at 0 and 1 s.
func TestReal(t *testing.T) {
	var runs []load.Repetition
	for _, service := range []float64{2, 3} {
		synctest.Test(t, func(t *testing.T) {
			p := must(scheduler.New(scheduler.Options{Servers: 1}))
			plan := load.Plan{Work: scheduler.Sleep, TimeScale: 1, Pacing: load.Sleep,
				Arrivals: []load.Arrival{{At: 0, Service: service}, {At: 1, Service: service}}}
			tasks := must(load.Run(background, p, plan))
			p.Close()
			runs = append(runs, load.Repetition{Tasks: tasks, Pool: p.Stats()})
		})
	}
	r := load.Real(runs, 0.95)
	if r.Source != results.Measured || r.Environment["go"] == "" {
		t.Errorf("%+v", r)
	}
	for _, c := range []struct {
		metric, stat string
		want, error  float64
		interval     bool
	}{
		// Of two values that differ by d the standard error of the mean is d/2,
		// and Student's t with one degree of freedom is 12.706.
		{metric: "service", stat: "mean", want: 2.5, error: 0.5, interval: true},
		{metric: "wait", stat: "mean", want: 0.75, error: 0.25, interval: true},
		{metric: "latency", stat: "p50", want: 3, error: 0.5, interval: true}, // of 2, 3, 3, 5
		{metric: "latency", stat: "max", want: 5},
		{metric: "throughput", stat: "mean", want: (2.0/4 + 2.0/6) / 2, error: (2.0/4 - 2.0/6) / 2, interval: true},
		{metric: "queue_length", stat: "mean", want: (1.0/4 + 2.0/6) / 2, error: (2.0/6 - 1.0/4) / 2, interval: true},
		{metric: "shed_ratio", stat: "mean", want: 0, interval: true},
	} {
		e := r.Metrics[c.metric][c.stat]
		half := results.Student(0.95, 1) * c.error
		if !near(float64(e.Value), c.want) || e.Interval != c.interval || !near(float64(e.HalfWidth), half) {
			t.Errorf("%s.%s is %+v, want %v ± %v", c.metric, c.stat, e, c.want, half)
		}
	}
	// Idle for the lead of 5 ms.
	if u := float64(r.Metrics["utilization"]["mean"].Value); !near(u, (4/4.005+6/6.005)/2) {
		t.Errorf("utilization %v", u)
	}
}

func near(a, b float64) bool { return a-b <= 1e-7 && b-a <= 1e-7 }
