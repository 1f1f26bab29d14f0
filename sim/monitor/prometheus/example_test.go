package promhook_test

import (
	"fmt"
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"spillway/sim/monitor"
	"spillway/sim/monitor/attach"
	promhook "spillway/sim/monitor/prometheus"
	"spillway/sim/monitor/saturation"
)

// A scheduler of your own, two workers and a channel, is watched with five lines,
// numbered here; before them comes what shall listen.
func Example() {
	detector, err := saturation.New(saturation.DefaultConfig(2))
	if err != nil {
		panic(err)
	}
	options := promhook.DefaultOptions("all")
	options.Detector = detector
	exporter, err := promhook.New(options)
	if err != nil {
		panic(err)
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(exporter) // which promhttp.HandlerFor(registry, …) serves

	pool := attach.New(2, monitor.Several{detector, exporter}) // 1

	type job struct {
		task attach.Task
		do   func()
	}
	jobs := make(chan job, 100)
	var workers sync.WaitGroup
	for worker := range 2 {
		workers.Go(func() {
			for j := range jobs {
				pool.Start(j.task, worker) // 4
				j.do()
				pool.Finish(j.task, worker) // 5
			}
		})
	}
	for range 50 {
		task := pool.Offer(0) // 2
		pool.Queue(task)      // 3
		jobs <- job{task, func() {}}
	}
	close(jobs)
	workers.Wait()

	families, err := registry.Gather()
	if err != nil {
		panic(err)
	}
	for _, f := range families {
		if f.GetName() == "spillway_wait_seconds" {
			fmt.Println(f.GetMetric()[0].GetHistogram().GetSampleCount(), "tasks have been started")
		}
	}
	// Output: 50 tasks have been started
}
