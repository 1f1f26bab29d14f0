package scheduler_test

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"spillway/sim/scheduler"
)

func TestSleep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		if err := scheduler.Sleep(time.Second)(background); err != nil || time.Since(start) != time.Second {
			t.Errorf("%v after %v", err, time.Since(start))
		}
		ctx, cancel := context.WithTimeout(background, time.Minute)
		defer cancel()
		if err := scheduler.Sleep(time.Second)(ctx); err != nil || time.Since(start) != 2*time.Second {
			t.Errorf("%v after %v", err, time.Since(start))
		}
		if err := scheduler.Sleep(time.Hour)(ctx); err != context.DeadlineExceeded || time.Since(start) != 61*time.Second {
			t.Errorf("%v after %v", err, time.Since(start))
		}
	})
}

func TestSpin(t *testing.T) {
	start := time.Now()
	if err := scheduler.Spin(time.Millisecond)(background); err != nil || time.Since(start) < time.Millisecond {
		t.Errorf("%v after %v", err, time.Since(start))
	}
	ctx, cancel := context.WithCancel(background)
	cancel()
	if err := scheduler.Spin(time.Hour)(ctx); err != context.Canceled {
		t.Error(err)
	}
}

func TestMemory(t *testing.T) {
	failure := errors.New("failed")
	for _, n := range []int{0, 1, 1 << 20} {
		err := scheduler.Memory(n, func(context.Context) error { return failure })(background)
		if err != failure {
			t.Errorf("%v, want that of the work", err)
		}
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if err := scheduler.Memory(1<<20, nil)(background); err != nil {
		t.Error(err)
	}
	runtime.ReadMemStats(&after)
	allocated := after.TotalAlloc - before.TotalAlloc
	if allocated < 1<<20 {
		t.Errorf("%d bytes were allocated, want a MiB", allocated)
	}
}
