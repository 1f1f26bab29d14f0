package scheduler_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"spillway/sim/monitor"
	"spillway/sim/policy"
	"spillway/sim/scheduler"
)

// fragile is an observer that panics at one of its transitions.
type fragile struct{ left, told int }

func (f *fragile) Observe(monitor.Transition) {
	f.told++
	if f.left--; f.left == 0 {
		panic("on purpose")
	}
}

// TestObserverPanics: at whichever transition of tasks that are served, shed, give
// up or time out, the pool goes on without it, and no task is lost.
func TestObserverPanics(t *testing.T) {
	for n := 1; ; n++ {
		f := &fragile{left: n}
		o := scheduler.Options{Servers: 1, Limit: 1, Limited: true, Observer: f,
			Patience:  func(int) time.Duration { return 3 * time.Second },
			Autoscale: &scheduler.Autoscale{AutoscalerParameters: policy.AutoscalerParameters{Min: 1, Max: 2, Metric: policy.Utilization, Target: 0.9, Interval: 10, Step: 1}}}
		in(t, o, func(t *testing.T, p *scheduler.Pool) {
			var wg sync.WaitGroup
			for range 4 { // the second is out of patience, the third and the fourth are refused
				wg.Go(func() { _ = p.Submit(background, sleep(12*time.Second)) })
				synctest.Wait()
			}
			wg.Wait()
			ctx, cancel := context.WithTimeout(background, time.Second)
			defer cancel()
			if err := p.Submit(ctx, sleep(time.Hour)); !errors.Is(err, context.DeadlineExceeded) {
				t.Error(err)
			}
			p.Close()
			s := p.Stats()
			if s.Completed != 1 || s.Abandoned != 1 || s.Shed != 2 || s.TimedOut != 1 {
				t.Errorf("transition %d: %+v", n, s)
			}
			if (s.ObserverPanic == nil) != (f.left > 0) || f.left <= 0 && (f.told != n || s.ObserverPanic.Value != "on purpose") {
				t.Errorf("transition %d: told %d, then %v", n, f.told, s.ObserverPanic)
			}
		})
		if f.left > 0 || t.Failed() {
			if n < 20 {
				t.Errorf("%d transitions", n-1)
			}
			return
		}
	}
}

// TestCallbacksExit: a callback may end its goroutine, as testing.T.FailNow does,
// whoever calls it; the others are called all the same, and the pool closes.
func TestCallbacksExit(t *testing.T) {
	o := scheduler.Options{Servers: 2, Patience: func(int) time.Duration { return 2 * time.Second }}
	in(t, o, func(t *testing.T, p *scheduler.Pool) {
		var e ends
		exit := func(r scheduler.Result) {
			e.add(r)
			runtime.Goexit()
		}
		exits := scheduler.Task{Run: func(context.Context) error { runtime.Goexit(); return nil }}
		for _, task := range []scheduler.Task{exits, sleep(time.Second), sleep(time.Minute), sleep(time.Minute), sleep(0), sleep(0), sleep(0)} {
			if err := p.Go(background, task, exit); err != nil {
				t.Error(err)
			}
		}
		time.Sleep(10 * time.Second) // the last three are out of patience, told of by the timer
		for range 3 {
			if err := p.Go(background, sleep(0), exit); err != nil {
				t.Error(err)
			}
		}
		var closing sync.WaitGroup
		closing.Go(p.Close) // tells of these, and is ended
		closing.Wait()
		p.Close()
		if len(e.all) != 10 {
			t.Errorf("%d of 10 tasks were told of", len(e.all))
		}
	})
}

// TestFlood: a hundred thousand callers at once, most of whom wait at the door, and
// what becomes of them when the tasks end, are shed, or when the pool is closed or
// the context cancelled: as many are told of each as were counted.
func TestFlood(t *testing.T) {
	const servers, room, fewer = 2, 10, floods / 10
	for name, c := range map[string]struct {
		n        int
		overflow scheduler.Overflow
		end      func(f *flood)
		want     map[error]int
	}{
		"served":    {floods, scheduler.Block, func(f *flood) {}, map[error]int{nil: floods}},
		"shed":      {fewer, scheduler.Shed, func(f *flood) {}, map[error]int{nil: servers + room, scheduler.ErrShed: fewer - servers - room}},
		"closed":    {fewer, scheduler.Block, (*flood).close, map[error]int{nil: servers, scheduler.ErrClosed: fewer - servers}},
		"cancelled": {floods, scheduler.Block, (*flood).cancelAll, map[error]int{context.Canceled: floods}},
	} {
		l := &ledger{t: t, state: map[int64]monitor.Kind{}}
		o := scheduler.Options{Servers: servers, Limit: room, Limited: true, Overflow: c.overflow, Observer: l}
		l.o = &o
		f := &flood{pool: start(t, o), gate: make(chan bool), got: map[error]int{}}
		f.ctx, f.cancel = context.WithCancel(background)
		f.start(c.n)
		c.end(f)
		close(f.gate)
		f.wg.Wait()
		f.pool.Close()
		balanced(t, f.pool.Stats())
		l.balanced(f.pool.Stats())
		f.cancel()
		for err, want := range c.want {
			if f.got[err] != want || len(f.got) != len(c.want) {
				t.Errorf("%s: %v, want %v", name, f.got, c.want)
				break
			}
		}
	}
}

// flood is many callers of a pool, whose tasks run until the gate is open.
type flood struct {
	pool   *scheduler.Pool
	ctx    context.Context
	cancel context.CancelFunc
	gate   chan bool
	wg     sync.WaitGroup
	mu     sync.Mutex
	got    map[error]int
}

// start lets all callers in at once, and returns when all have offered.
func (f *flood) start(n int) {
	at := make(chan bool)
	for range n {
		f.wg.Go(func() {
			<-at
			err := f.pool.Submit(f.ctx, scheduler.Task{Run: func(ctx context.Context) error {
				select {
				case <-f.gate:
				case <-ctx.Done():
				}
				return ctx.Err()
			}})
			f.mu.Lock()
			f.got[err]++
			f.mu.Unlock()
		})
	}
	close(at)
	for f.pool.Stats().Offered < int64(n) {
		time.Sleep(time.Millisecond)
	}
}

// close closes the pool, and returns when all that waited have been refused.
func (f *flood) close() {
	f.wg.Go(f.pool.Close)
	for f.pool.Stats().InFlight > int64(f.pool.Stats().Busy) {
		time.Sleep(time.Millisecond)
	}
}

// cancelAll returns when nobody waits any more.
func (f *flood) cancelAll() {
	f.cancel()
	f.wg.Wait()
}

// TestClosing: several goroutines close and drain the pool while others offer tasks;
// each call returns, and what is offered later is refused.
func TestClosing(t *testing.T) {
	for seed := range uint64(50) {
		p := start(t, scheduler.Options{Servers: 2, Limit: 2, Limited: true, Overflow: scheduler.Overflow(seed % 3)})
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				d := draws{rand.New(rand.NewPCG(seed, uint64(i)))}
				for range d.IntN(40) {
					if err := p.Submit(background, scheduler.Task{Run: nothing}); err != nil && err != scheduler.ErrClosed && err != scheduler.ErrShed {
						t.Error(err)
					}
				}
				ctx, cancel := context.WithCancel(background)
				go cancel()
				switch d.IntN(3) {
				case 0:
					p.Close()
				case 1:
					if err := p.Drain(background); err != nil {
						t.Error(err)
					}
				default:
					_ = p.Drain(ctx) // may be too late
				}
				if err := p.Submit(background, scheduler.Task{Run: nothing}); err != scheduler.ErrClosed {
					t.Errorf("%v after the pool was closed", err)
				}
				cancel()
			})
		}
		wg.Wait()
		p.Wait()
		p.Close()
		before := p.Stats()
		balanced(t, before)
		over, cancel := context.WithCancel(background)
		cancel()
		if err := p.Submit(over, scheduler.Task{Run: nothing}); err != context.Canceled {
			t.Errorf("%v of a context that has ended", err)
		}
		if err := p.Drain(over); err != nil || p.Stats() != before {
			t.Errorf("%v; a closed pool has changed from %+v to %+v", err, before, p.Stats())
		}
	}
}

// TestScalesThereAndBack: under load to the largest number of servers, without to the
// smallest, again and again; nothing is lost, and no server idles while a task waits.
func TestScalesThereAndBack(t *testing.T) {
	for _, startup := range []func() time.Duration{nil, func() time.Duration { return 1500 * time.Millisecond }} {
		l := &ledger{t: t, state: map[int64]monitor.Kind{}}
		o := scheduler.Options{Servers: 1, Observer: l, Autoscale: &scheduler.Autoscale{Startup: startup,
			AutoscalerParameters: policy.AutoscalerParameters{Min: 1, Max: 8, Metric: policy.Utilization, Target: 0.7, Interval: 1, Step: 3}}}
		l.o = &o
		in(t, o, func(t *testing.T, p *scheduler.Pool) {
			for round := range 3 {
				var wg sync.WaitGroup
				for i := range 400 {
					wg.Go(func() {
						if err := p.Submit(background, sleep(time.Duration(200+i)*time.Millisecond)); err != nil {
							t.Error(err)
						}
					})
				}
				time.Sleep(15 * time.Second)
				if s := p.Stats(); s.Servers != 8 || s.Busy != 8 {
					t.Errorf("round %d: %d servers, %d busy under load, want 8", round, s.Servers, s.Busy)
				}
				wg.Wait()
				time.Sleep(15 * time.Second)
				if s := p.Stats(); s.Servers != 1 || s.Busy != 0 {
					t.Errorf("round %d: %d servers, %d busy without load, want 1 and 0", round, s.Servers, s.Busy)
				}
			}
			p.Close()
			if l.balanced(p.Stats()); p.Stats().Completed != 1200 {
				t.Errorf("%+v", p.Stats())
			}
		})
	}
}
