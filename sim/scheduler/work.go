package scheduler

import (
	"context"
	"time"
)

// Work is what a task runs.
type Work func(context.Context) error

// Sleep waits for a time, as a task does that waits for another system; it ends
// early, with the error of the context, when that ends. It allocates nothing where
// the context never ends.
func Sleep(d time.Duration) Work {
	return func(ctx context.Context) error {
		if ctx.Done() == nil {
			time.Sleep(d)
			return nil
		}
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-timer.C:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Spin computes for a time by the clock. Where more tasks spin than there are
// cores, each of them gets less done, but none of them takes longer.
func Spin(d time.Duration) Work {
	return func(ctx context.Context) error {
		for start := time.Now(); time.Since(start) < d; {
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		return nil
	}
}

// pageSize is at most that of the machine, so that a write every so many bytes
// touches every page.
const pageSize = 4096

// Memory allocates n bytes, touches every page of them, and holds them during some
// other work; nil is none.
func Memory(n int, during Work) Work {
	return func(ctx context.Context) error {
		held := make([]byte, n)
		for i := 0; i < n; i += pageSize {
			held[i] = 1
		}
		var err error
		if during != nil {
			err = during(ctx)
		}
		if n > 0 && held[n-1] > 1 { // so that it is held until here
			panic("scheduler: memory that was touched has changed")
		}
		return err
	}
}
