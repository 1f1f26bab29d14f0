package scheduler_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"spillway/sim/policy"
	"spillway/sim/scheduler"
)

// TestMain demands that no goroutine is left by any test.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func start(t testing.TB, o scheduler.Options) *scheduler.Pool {
	t.Helper()
	p, err := scheduler.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// in runs a test in virtual time with a pool, which is closed in the end.
func in(t *testing.T, o scheduler.Options, test func(t *testing.T, p *scheduler.Pool)) {
	synctest.Test(t, func(t *testing.T) {
		p := start(t, o)
		test(t, p)
		p.Close()
		balanced(t, p.Stats())
	})
}

// balanced demands that every task came to an end, and to one.
func balanced(t testing.TB, s scheduler.Stats) {
	t.Helper()
	if s.Offered != s.Completed+s.Shed+s.Abandoned+s.TimedOut || s.InFlight != 0 || s.Waiting != 0 || s.Busy != 0 {
		t.Errorf("%+v does not balance", s)
	}
}

func sleep(d time.Duration) scheduler.Task { return scheduler.Task{Run: scheduler.Sleep(d)} }

var background = context.Background()

// ends gathers results, from any goroutine.
type ends struct {
	mu  sync.Mutex
	all []scheduler.Result
}

func (e *ends) add(r scheduler.Result) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.all = append(e.all, r)
}

// TestTimes: one server, tasks of 3 s offered at 0 and 1 s.
func TestTimes(t *testing.T) {
	in(t, scheduler.Options{Servers: 1}, func(t *testing.T, p *scheduler.Pool) {
		var e ends
		failure := errors.New("failed")
		for _, err := range []error{nil, failure} {
			run := func(ctx context.Context) error {
				time.Sleep(3 * time.Second)
				return err
			}
			if err := p.Go(background, scheduler.Task{Run: run}, e.add); err != nil {
				t.Error(err)
			}
			time.Sleep(time.Second)
		}
		if err := p.Drain(background); err != nil {
			t.Error(err)
		}
		want := []scheduler.Result{
			{Task: 0, Finished: 3},
			{Task: 1, Offered: 1, Queued: 1, Started: 3, Begun: 3, Finished: 6, Err: failure},
		}
		for i, r := range e.all {
			if r != want[i] {
				t.Errorf("%+v, want %+v", r, want[i])
			}
		}
		s := p.Stats()
		if s.Seconds != 6 || s.BusySeconds != 6 || s.WaitingSeconds != 2 || s.OnSeconds != 6 || s.Completed != 2 {
			t.Errorf("%+v", s)
		}
	})
}

func TestSubmitTellsTheError(t *testing.T) {
	in(t, scheduler.Options{Servers: 1, Limit: 1, Limited: true, Patience: func(int) time.Duration { return time.Second }},
		func(t *testing.T, p *scheduler.Pool) {
			failure := errors.New("failed")
			if err := p.Submit(background, scheduler.Task{Run: func(context.Context) error { return failure }}); err != failure {
				t.Errorf("%v, want that of the task", err)
			}
			var wg sync.WaitGroup
			for _, want := range []error{nil, scheduler.ErrAbandoned, scheduler.ErrShed} {
				wg.Go(func() {
					if err := p.Submit(background, sleep(5*time.Second)); err != want {
						t.Errorf("%v, want %v", err, want)
					}
				})
				synctest.Wait()
			}
			wg.Wait()
			if s := p.Stats(); s.Seconds != 5 || s.Shed != 1 || s.Abandoned != 1 {
				t.Errorf("%+v", s)
			}
		})
}

func TestContexts(t *testing.T) {
	in(t, scheduler.Options{Servers: 1, Limit: 1, Limited: true, Overflow: scheduler.Block}, func(t *testing.T, p *scheduler.Pool) {
		ctx, cancel := context.WithTimeout(background, 2*time.Second)
		defer cancel()
		var wg sync.WaitGroup
		var e ends
		for range 4 { // one runs, one waits, two stand at the door
			wg.Go(func() {
				if err := p.Submit(ctx, sleep(time.Minute)); err != context.DeadlineExceeded {
					t.Errorf("%v, want the deadline", err)
				}
			})
			synctest.Wait()
		}
		sooner, cancelSooner := context.WithTimeout(background, time.Second)
		defer cancelSooner()
		if err := p.Go(sooner, sleep(time.Minute), e.add); err != context.DeadlineExceeded || len(e.all) > 0 {
			t.Errorf("%v, %v; want the deadline, and no result", err, e.all)
		}
		wg.Wait()
		if err := p.Submit(ctx, sleep(0)); err != context.DeadlineExceeded {
			t.Errorf("%v of a context that has ended", err)
		}
		if s := p.Stats(); s.Seconds != 2 || s.TimedOut != 5 || s.Offered != 5 {
			t.Errorf("%+v", s)
		}
	})
}

// TestBlock: one server, no room; the third caller is held until the first two
// have been served.
func TestBlock(t *testing.T) {
	in(t, scheduler.Options{Servers: 1, Limited: true, Overflow: scheduler.Block}, func(t *testing.T, p *scheduler.Pool) {
		for i := range 3 {
			if err := p.Go(background, sleep(time.Second), nil); err != nil {
				t.Error(err)
			}
			if got := time.Since(p.Start()); got != time.Duration(i)*time.Second {
				t.Errorf("task %d was let in after %v", i, got)
			}
		}
	})
}

func TestPanicsAreContained(t *testing.T) {
	in(t, scheduler.Options{Servers: 1}, func(t *testing.T, p *scheduler.Pool) {
		failure := errors.New("failed")
		err := p.Submit(background, scheduler.Task{Run: func(context.Context) error { panic(failure) }})
		var panicked *scheduler.PanicError
		if !errors.As(err, &panicked) || !errors.Is(err, failure) || !strings.Contains(err.Error(), "pool_test.go") {
			t.Errorf("%v, want the panic with its stack", err)
		}
		err = p.Submit(background, scheduler.Task{Run: func(context.Context) error { runtime.Goexit(); return nil }})
		if err != scheduler.ErrExited {
			t.Errorf("%v, want %v", err, scheduler.ErrExited)
		}
		if err := p.Submit(background, sleep(time.Second)); err != nil {
			t.Error(err)
		}
		if s := p.Stats(); s.Panics != 1 || s.Completed != 3 {
			t.Errorf("%+v", s)
		}
	})
}

// TestDrain: what was offered before ends, what comes after is refused.
func TestDrain(t *testing.T) {
	in(t, scheduler.Options{Servers: 1}, func(t *testing.T, p *scheduler.Pool) {
		var e ends
		for range 3 {
			if err := p.Go(background, sleep(time.Second), e.add); err != nil {
				t.Error(err)
			}
		}
		late, cancel := context.WithTimeout(background, 1500*time.Millisecond)
		defer cancel()
		var drained error
		var wg sync.WaitGroup
		wg.Go(func() { drained = p.Drain(late) })
		synctest.Wait()
		if err := p.Submit(background, sleep(0)); err != scheduler.ErrClosed {
			t.Errorf("%v, want %v", err, scheduler.ErrClosed)
		}
		wg.Wait()
		if drained != context.DeadlineExceeded {
			t.Errorf("%v, want the deadline", drained)
		}
		p.Close()
		p.Close()
		var errs []error
		for _, r := range e.all {
			errs = append(errs, r.Err)
		}
		if len(errs) != 3 || errs[0] != nil || errs[1] != scheduler.ErrClosed || errs[2] != nil {
			t.Errorf("the tasks ended with %v", errs) // the last waited, the second ran on
		}
		if s := p.Stats(); s.Seconds != 2 || s.Completed != 2 || s.Shed != 1 {
			t.Errorf("%+v", s)
		}
	})
}

// TestCloseEndsWaiting: also at the door and in a throttle.
func TestCloseEndsWaiting(t *testing.T) {
	in(t, scheduler.Options{Servers: 1, Limited: true, Overflow: scheduler.Block,
		Admission: []scheduler.Admission{{Throttle: &scheduler.Throttle{Rate: 0.001, Burst: 2, Delay: true}}}},
		func(t *testing.T, p *scheduler.Pool) {
			var wg sync.WaitGroup
			for _, want := range []error{nil, scheduler.ErrClosed, scheduler.ErrClosed} {
				wg.Go(func() {
					if err := p.Submit(background, sleep(time.Second)); err != want {
						t.Errorf("%v, want %v", err, want)
					}
				})
				synctest.Wait()
			}
			p.Close()
			wg.Wait()
			if s := p.Stats(); s.Seconds != 1 {
				t.Errorf("%+v", s)
			}
		})
}

// TestIdleAutoscaledPoolEnds: a pool whose autoscaler would look for ever closes.
func TestIdleAutoscaledPoolEnds(t *testing.T) {
	a := &scheduler.Autoscale{AutoscalerParameters: policy.AutoscalerParameters{Min: 1, Max: 4, Target: 0.7, Interval: 1, Step: 1}}
	in(t, scheduler.Options{Servers: 4, Autoscale: a}, func(t *testing.T, p *scheduler.Pool) {
		time.Sleep(10 * time.Second)
		if s := p.Stats(); s.Servers != 1 {
			t.Errorf("%d servers without work, want 1", s.Servers)
		}
	})
}
