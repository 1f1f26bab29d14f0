package sim_test

import (
	"fmt"
	"math"

	"spillway/distributions"
	"spillway/distributions/arrivals"
	"spillway/sim"
	"spillway/sim/monitor"
)

// A run of one server that is never idle for long: a task a second, each of
// which takes 0.9 s.
func ExampleStart() {
	service, err := distributions.NewDeterministic(0.9)
	if err != nil {
		panic(err)
	}
	model := &sim.Model{
		Classes: []string{"all"},
		Streams: []sim.Stream{{Name: "all", Process: arrivals.Deterministic{Interval: 1}, Service: service}},
		Servers: 1,
	}
	run, err := sim.Start(model, distributions.Streams{Seed: 1}, 0, sim.Auto)
	if err != nil {
		panic(err)
	}
	run.Begin()
	if err := run.Advance(1000, math.Inf(1)); err != nil {
		panic(err)
	}
	if err := run.End(); err != nil {
		panic(err)
	}
	record := run.Record()
	fmt.Printf("%d tasks in %.0f s, busy %.0f s, mean wait %.2f s\n", record.Total.Offered, record.Seconds,
		record.Busy.Area, record.Total.Wait.Mean())
	// Output: 1000 tasks in 1001 s, busy 900 s, mean wait 0.00 s
}

// printer is an observer that prints what it is told.
type printer struct{}

func (printer) Observe(t monitor.Transition) {
	fmt.Printf("%.1f task %d %s, %d wait\n", t.Time, t.Task, t.Kind, t.Waiting)
}

// Watching a run: two tasks arrive together, one has to wait.
func ExampleNew() {
	service, err := distributions.NewDeterministic(0.5)
	if err != nil {
		panic(err)
	}
	two, err := arrivals.NewFixedBatch(2)
	if err != nil {
		panic(err)
	}
	model := &sim.Model{
		Classes: []string{"all"},
		Streams: []sim.Stream{{Name: "all", Process: arrivals.Deterministic{Interval: 1}, Batch: two, Service: service}},
		Servers: 1,
	}
	run, err := sim.New(model, distributions.Streams{Seed: 1}, 0, printer{})
	if err != nil {
		panic(err)
	}
	run.Close(2)
	if err := run.Advance(2, math.Inf(1)); err != nil {
		panic(err)
	}
	// Output:
	// 1.0 task 0 emitted, 0 wait
	// 1.0 task 0 offered, 0 wait
	// 1.0 task 0 queued, 0 wait
	// 1.0 task 0 started, 0 wait
	// 1.0 task 1 emitted, 0 wait
	// 1.0 task 1 offered, 0 wait
	// 1.0 task 1 queued, 1 wait
	// 1.5 task 0 finished, 1 wait
	// 1.5 task 0 answered, 1 wait
	// 1.5 task 1 started, 0 wait
	// 2.0 task 1 finished, 0 wait
	// 2.0 task 1 answered, 0 wait
}
