package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"spillway/sim/monitor"
	"spillway/sim/monitor/attach"
	promhook "spillway/sim/monitor/prometheus"
	"spillway/sim/monitor/saturation"
	"spillway/sim/scheduler"
)

// The targets have two workers and room for three tasks that wait.
const watchedWorkers, watchedRoom = 2, 3

var watchedClasses = []string{"web", "batch"}

// Of the classes, web tasks may lose their patience.
const web, batch = 0, 1

// watched is a scheduler that runs, with an exporter and a detector that is quick to
// judge, and what the program itself knows of its tasks.
type watched struct {
	name, address string
	registry      *prometheus.Registry
	detector      *saturation.Detector

	// submit offers a task, and does not wait for it. A pool gives it up after a time.
	submit func(class int, timeout time.Duration, run func(context.Context) error)
	stats  func() scheduler.Stats // of a pool; nil of another scheduler

	tasks     sync.WaitGroup
	mu        sync.Mutex
	offered   [2]int
	outcomes  [2]map[string]int
	latencies [2][]float64 // of a pool
	started   [2]int
}

// newWatched is one without a scheduler, and what its scheduler is to tell.
func newWatched(t *testing.T, name string) (*watched, monitor.Observer) {
	t.Helper()
	w := &watched{name: name, registry: prometheus.NewRegistry(), outcomes: [2]map[string]int{{}, {}}}
	config := saturation.DefaultConfig(watchedWorkers)
	config.Window, config.RunLength = 0.2, 3600
	var err error
	if w.detector, err = saturation.New(config); err != nil {
		t.Fatal(err)
	}
	options := promhook.DefaultOptions(watchedClasses...)
	options.Detector = w.detector
	exporter, err := promhook.New(options)
	if err != nil {
		t.Fatal(err)
	}
	w.registry.MustRegister(exporter)
	return w, monitor.Several{w.detector, exporter}
}

// watchPool is a pool of this program's own kind.
func watchPool(t *testing.T) *watched {
	t.Helper()
	w, observer := newWatched(t, "pool")
	patience := [...]time.Duration{web: 3 * time.Millisecond, batch: math.MaxInt64}
	pool, err := scheduler.New(scheduler.Options{Servers: watchedWorkers, Limit: watchedRoom, Limited: true, Classes: watchedClasses,
		Patience: func(class int) time.Duration { return patience[class] }, Observer: observer})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	w.stats = pool.Stats
	w.submit = func(class int, timeout time.Duration, run func(context.Context) error) {
		w.offer(class)
		ctx, cancel := context.WithTimeout(context.Background(), timeout)
		err := pool.Go(ctx, scheduler.Task{Class: class, Run: run}, func(r scheduler.Result) {
			cancel()
			w.end(r.Class, &r, r.Err)
		})
		if err != nil {
			cancel()
			w.end(class, nil, err)
		}
	}
	return w
}

// watchAttached is a scheduler of somebody else's, with the hook attached.
func watchAttached(t *testing.T) *watched {
	t.Helper()
	w, observer := newWatched(t, "attached")
	hook := attach.New(watchedWorkers, observer)
	type job struct {
		task  attach.Task
		class int
		run   func(context.Context) error
	}
	jobs := make(chan job, watchedRoom)
	var workers sync.WaitGroup
	for worker := range watchedWorkers {
		workers.Go(func() {
			for j := range jobs {
				hook.Start(j.task, worker)
				err := j.run(context.Background())
				hook.Finish(j.task, worker)
				w.end(j.class, &scheduler.Result{Server: worker}, err)
			}
		})
	}
	t.Cleanup(func() { close(jobs); workers.Wait() })
	w.submit = func(class int, _ time.Duration, run func(context.Context) error) {
		w.offer(class)
		task := hook.Offer(class)
		hook.Queue(task)
		select {
		case jobs <- job{task, class, run}:
		default:
			hook.Drop(task)
			w.end(class, nil, scheduler.ErrShed)
		}
	}
	return w
}

func (w *watched) offer(class int) {
	w.tasks.Add(1)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.offered[class]++
}

// end notes what became of a task; without a result, one that was refused at once.
func (w *watched) end(class int, r *scheduler.Result, err error) {
	defer w.tasks.Done()
	w.mu.Lock()
	defer w.mu.Unlock()
	if r != nil && r.Server >= 0 {
		w.started[class]++
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		w.outcomes[class]["timed_out"]++
	case errors.Is(err, scheduler.ErrShed):
		w.outcomes[class]["shed"]++
	case errors.Is(err, scheduler.ErrAbandoned):
		w.outcomes[class]["abandoned"]++
	default:
		w.outcomes[class]["answered"]++
		if r != nil {
			w.latencies[class] = append(w.latencies[class], r.Finished-r.Offered)
		}
	}
}

// overload offers more than the workers can do until it is stopped, by a goroutine of
// its own.
func (w *watched) overload() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var group sync.WaitGroup
	group.Go(func() {
		for i := 0; ctx.Err() == nil; i++ {
			timeout := time.Minute
			if i%10 < 2 {
				timeout = time.Millisecond
			}
			w.submit(i%2, timeout, func(ctx context.Context) error {
				if w.stats != nil && i%30 == 7 {
					panic("on purpose")
				}
				return scheduler.Sleep(5 * time.Millisecond)(ctx)
			})
			time.Sleep(time.Millisecond / 2)
		}
	})
	return func() {
		cancel()
		group.Wait()
		w.tasks.Wait()
	}
}

// hold fills workers and queue with tasks that go on until they are released.
func (w *watched) hold(t *testing.T) (release func()) {
	t.Helper()
	gate, running := make(chan bool), make(chan bool, watchedWorkers+watchedRoom)
	for i := range watchedWorkers + watchedRoom {
		w.submit(batch, time.Minute, func(context.Context) error {
			running <- true
			<-gate
			return nil
		})
		if i < watchedWorkers {
			<-running
		}
	}
	return func() {
		close(gate)
		w.tasks.Wait()
	}
}

// held are the values while tasks are held. Of queries, the braces get the job.
func (w *watched) held() map[string]float64 {
	return map[string]float64{
		"spillway_queue_length{}": watchedRoom, "spillway_servers_busy{}": watchedWorkers, "spillway_servers{}": watchedWorkers,
		"spillway_utilization_ratio{}": 1, "spillway_saturation_state{}": float64(w.detector.State()),
	}
}

// ended are the values when all tasks have ended.
func (w *watched) ended(t *testing.T) map[string]float64 {
	t.Helper()
	want := map[string]float64{
		"spillway_queue_length{}": 0, "spillway_servers_busy{}": 0, "spillway_servers{}": watchedWorkers,
		"spillway_utilization_ratio{}": 0, "spillway_saturation_state{}": float64(w.detector.State()),
	}
	if w.stats != nil {
		s := w.stats()
		if s.Completed == 0 || s.Shed == 0 || s.Abandoned == 0 || s.TimedOut == 0 || s.Panics == 0 {
			t.Errorf("not everything has happened: %+v", s)
		}
		want["spillway_busy_seconds_total{}"] = s.BusySeconds
		for outcome, n := range map[string]int64{"answered": s.Completed, "shed": s.Shed, "abandoned": s.Abandoned, "timed_out": s.TimedOut} {
			want[fmt.Sprintf(`sum(spillway_tasks_total{outcome=%q})`, outcome)] = float64(n)
		}
	}
	for i, class := range watchedClasses {
		series := func(format string, arguments ...any) string {
			return fmt.Sprintf("spillway_"+format, append(arguments, fmt.Sprintf("class=%q", class))...)
		}
		want[series("tasks_emitted_total{%s}")] = float64(w.offered[i])
		want[series("latency_seconds_count{%s}")] = float64(w.outcomes[i]["answered"])
		want[series("wait_seconds_count{%s}")] = float64(w.started[i])
		for _, outcome := range []string{"answered", "shed", "abandoned", "timed_out", "lost", "retried"} {
			want[series("tasks_total{outcome=%q,%s}", outcome)] = float64(w.outcomes[i][outcome])
		}
		if w.stats != nil {
			sum, soon := 0.0, 0
			for _, x := range w.latencies[i] {
				sum += x
				if x <= 0.01 {
					soon++
				}
			}
			want[series("latency_seconds_sum{%s}")] = sum
			want[series(`latency_seconds_bucket{le="0.01",%s}`)] = float64(soon)
		}
	}
	return want
}

// verifyQuantile wants a quantile of the latencies to be in the bucket of the
// nearest rank.
func (w *watched) verifyQuantile(t *testing.T, server string) {
	t.Helper()
	if w.stats == nil {
		return
	}
	all := slices.Sorted(slices.Values(slices.Concat(w.latencies[:]...)))
	rank := all[int(math.Ceil(0.9*float64(len(all))))-1]
	got := number(t, ask(t, server, `histogram_quantile(0.9, sum by (le) (spillway_latency_seconds_bucket{job="`+w.name+`"}))`))
	buckets := promhook.DefaultOptions().Buckets
	i, _ := slices.BinarySearch(buckets, rank)
	if i > 0 && got < buckets[i-1] || got > buckets[i] {
		t.Errorf("%g s is the 0.9 quantile for Prometheus, the program knows %g s", got, rank)
	}
}
