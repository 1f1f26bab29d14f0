package scheduler_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"spillway/sim/monitor"
	"spillway/sim/scheduler"
)

// TestTies: where everything happens at whole milliseconds, the order at one
// instant is open, but nothing is lost and no server idles while a task waits.
func TestTies(t *testing.T) {
	for seed := range uint64(150) {
		synctest.Test(t, func(t *testing.T) {
			chaos(t, seed, func(d draws) scheduler.Work {
				return scheduler.Sleep(time.Duration(d.IntN(4)) * time.Millisecond)
			}, func(d draws) { time.Sleep(time.Duration(d.IntN(3)) * time.Millisecond) })
		})
	}
}

// TestParallel: the same by the clock, where callers and tasks are truly at once.
func TestParallel(t *testing.T) {
	for seed := range uint64(40) {
		chaos(t, seed, func(d draws) scheduler.Work {
			turns := d.IntN(4)
			return func(ctx context.Context) error {
				for range turns {
					runtime.Gosched()
				}
				return ctx.Err()
			}
		}, func(draws) { runtime.Gosched() })
	}
}

// chaos has several callers offer tasks to the pool of a seed, some of which panic
// or end their goroutine, some of whose callers give up; the last task is offered
// while the pool is closing.
func chaos(t *testing.T, seed uint64, work func(draws) scheduler.Work, pause func(draws)) {
	const callers, tasks = 4, 60
	o := drawScenario(seed).options
	o.Patience = nil // of the scenario's streams, one for each class
	o.Uniforms = scheduler.Uniforms{}
	if o.Autoscale != nil {
		o.Autoscale.Startup = func() time.Duration { return time.Millisecond }
	}
	for i := range o.Admission {
		if b := o.Admission[i].Throttle; b != nil {
			b.Rate *= 1e5 // as fast as the tasks
		}
	}
	l := &ledger{t: t, o: &o, state: map[int64]monitor.Kind{}}
	o.Observer = l
	p := start(t, o)
	var called, told atomic.Int64
	var wg sync.WaitGroup
	for i := range callers {
		wg.Go(func() {
			d := draws{rand.New(rand.NewPCG(seed, uint64(i)))}
			for range tasks {
				pause(d)
				called.Add(call(p, d, work(d), len(o.Classes), func(scheduler.Result) { told.Add(1) }))
			}
		})
	}
	wg.Wait()
	if seed%2 == 0 {
		p.Close()
	} else if err := p.Drain(background); err != nil {
		t.Error(err)
	}
	balanced(t, p.Stats())
	l.balanced(p.Stats())
	if called.Load() != told.Load() {
		t.Errorf("seed %d: %d tasks of Go were taken, %d callers were told of the end", seed, called.Load(), told.Load())
	}
}

// call offers a task one way or the other, and returns how many endings are to
// be told.
func call(p *scheduler.Pool, d draws, work scheduler.Work, classes int, done func(scheduler.Result)) int64 {
	ctx, cancel := background, context.CancelFunc(func() {})
	if d.often() {
		ctx, cancel = context.WithCancel(ctx)
	}
	task := scheduler.Task{Class: d.IntN(classes), Size: d.Float64(), Run: func(ctx context.Context) error {
		switch d := rand.IntN(20); d {
		case 0:
			panic("on purpose")
		case 1:
			runtime.Goexit()
		}
		return work(ctx)
	}}
	if d.IntN(2) == 0 {
		go cancel()
		_ = p.Submit(ctx, task) // any of its errors will do: the ledger counts
		return 0
	}
	err := p.Go(ctx, task, done)
	cancel()
	if err != nil {
		return 0
	}
	return 1
}

// ledger follows the tasks of a pool by its transitions, and notes what cannot be.
type ledger struct {
	t     *testing.T
	o     *scheduler.Options
	last  monitor.Transition
	state map[int64]monitor.Kind
	ended int64
}

var follows = map[monitor.Kind][]monitor.Kind{
	monitor.Emitted: {monitor.Offered},
	monitor.Offered: {monitor.Shed, monitor.Queued, monitor.TimedOut},
	monitor.Queued:  {monitor.Started, monitor.Shed, monitor.Abandoned, monitor.TimedOut},
	monitor.Started: {monitor.Finished, monitor.TimedOut}, monitor.Finished: {monitor.Answered},
}

func (l *ledger) Observe(x monitor.Transition) {
	if x.Time < l.last.Time {
		l.t.Errorf("time goes from %v back to %v", l.last.Time, x.Time)
	}
	if x.Time > l.last.Time && l.last.Waiting > 0 && l.last.Busy < l.last.Servers {
		l.t.Errorf("from %v to %v, %d tasks wait while %d of %d servers are busy", l.last.Time, x.Time, l.last.Waiting, l.last.Busy, l.last.Servers)
	}
	if l.o.Limited && x.Waiting > l.o.Limit {
		l.t.Errorf("%d tasks wait, the limit is %d", x.Waiting, l.o.Limit)
	}
	l.last = x
	if x.Kind == monitor.Scaled {
		return
	}
	was, known := l.state[x.Task]
	if known == (x.Kind == monitor.Emitted) || known && !contains(follows[was], x.Kind) {
		l.t.Errorf("task %d is %v after %v", x.Task, x.Kind, was)
	}
	l.state[x.Task] = x.Kind
	if follows[x.Kind] == nil {
		l.ended++
		delete(l.state, x.Task)
	}
}

func contains(list []monitor.Kind, k monitor.Kind) bool {
	for _, x := range list {
		if x == k {
			return true
		}
	}
	return false
}

// balanced demands that every task came to an end.
func (l *ledger) balanced(s scheduler.Stats) {
	if len(l.state) != 0 || l.ended != s.Offered || l.last.Waiting != 0 || l.last.Busy != 0 {
		l.t.Errorf("%v did not end, %d of %d did; the last transition was %+v", l.state, l.ended, s.Offered, l.last)
	}
}

// TestCallback: a callback may offer the next task.
func TestCallback(t *testing.T) {
	p := start(t, scheduler.Options{Servers: 1})
	ended := make(chan error)
	n := 0
	var next func(r scheduler.Result)
	next = func(r scheduler.Result) {
		if n++; n == 100 || r.Err != nil {
			ended <- r.Err
		} else if err := p.Go(background, scheduler.Task{Run: nothing}, next); err != nil {
			ended <- errors.Join(errors.New("refused"), err)
		}
	}
	next(scheduler.Result{})
	if err := <-ended; err != nil {
		t.Error(err)
	}
	p.Close()
	if s := p.Stats(); s.Completed != 99 {
		t.Errorf("%+v", s)
	}
}
