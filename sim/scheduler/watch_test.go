package scheduler_test

import (
	"context"
	"runtime"
	"sync"
	"testing"

	"spillway/sim/monitor"
	"spillway/sim/scheduler"
)

// TestSlowObserver: it slows the pool down, but nothing hangs and nothing is lost.
func TestSlowObserver(t *testing.T) {
	slow := &slowly{}
	p := start(t, scheduler.Options{Servers: 2, Observer: slow})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 20 {
				if err := p.Submit(background, scheduler.Task{Run: nothing}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	p.Close()
	balanced(t, p.Stats())
	if slow.n != 80*6 { // emitted, offered, queued, started, finished, answered
		t.Errorf("%d transitions, want %d", slow.n, 80*6)
	}
}

type slowly struct{ n int }

func (s *slowly) Observe(monitor.Transition) {
	for range 50 {
		runtime.Gosched()
	}
	s.n++
}

// watched is a context that never ends, and counts who watches it.
type watched struct {
	context.Context
	watchers int
}

func (*watched) Done() <-chan struct{} { return make(chan struct{}) }

// AfterFunc is what context.AfterFunc asks for.
func (w *watched) AfterFunc(func()) (stop func() bool) {
	w.watchers++
	return func() bool {
		w.watchers--
		return true
	}
}

// TestWatchEnds: a context that outlives its tasks does not remember them.
func TestWatchEnds(t *testing.T) {
	in(t, scheduler.Options{Servers: 1}, func(t *testing.T, p *scheduler.Pool) {
		ctx := &watched{Context: background}
		for range 3 {
			if err := p.Go(ctx, scheduler.Task{Run: scheduler.Spin(0)}, nil); err != nil {
				t.Error(err)
			}
		}
		if err := p.Drain(background); err != nil {
			t.Error(err)
		}
		if ctx.watchers != 0 {
			t.Errorf("%d watchers of a context whose tasks have ended", ctx.watchers)
		}
	})
}
