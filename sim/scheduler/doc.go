// Package scheduler is a pool of workers for a program of yours, with the overload
// policies that the simulator has: a bounded queue with a discipline, shedding,
// backpressure, throttling, limits of concurrency, controlled delay, patience,
// priorities, autoscaling. It calls the same policy values as the simulator, does
// the same in the same order, and tells an observer the same transitions: what you
// simulate is what you run.
//
//	pool, err := scheduler.New(scheduler.Options{Servers: 4, Limit: 100, Limited: true})
//	…
//	err = pool.Submit(ctx, scheduler.Task{Run: func(ctx context.Context) error { … }})
//	if errors.Is(err, scheduler.ErrShed) {
//		… // the pool is overloaded
//	}
//	…
//	err = pool.Drain(ctx)
//
// Submit waits for the end of its task; Go does not, and calls back. Closing a pool
// ends every goroutine that it started.
//
// Time is counted in seconds from New. What happens at one instant happens in the
// order in which the pool's lock is taken, and what was due before (a task that
// loses its patience, a token that a throttle waits for) happens first, though a
// timer may be late.
//
// Subpackages: load offers tasks at given times, whatever the pool does, and
// measures; bench measures the pool itself.
package scheduler
