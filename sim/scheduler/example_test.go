package scheduler_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"spillway/sim/scheduler"
)

// One worker, room for one more task: what comes beyond is shed.
func Example() {
	pool, err := scheduler.New(scheduler.Options{Servers: 1, Limit: 1, Limited: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	served := func(r scheduler.Result) { fmt.Println("task", r.Task, "ended:", r.Err) }
	for range 3 {
		err := pool.Go(ctx, scheduler.Task{Run: scheduler.Sleep(50 * time.Millisecond)}, served)
		if errors.Is(err, scheduler.ErrShed) {
			fmt.Println("overloaded")
		}
	}
	if err := pool.Drain(ctx); err != nil {
		fmt.Println(err)
	}
	s := pool.Stats()
	fmt.Println(s.Completed, "completed,", s.Shed, "shed")
	// Output:
	// overloaded
	// task 0 ended: <nil>
	// task 1 ended: <nil>
	// 2 completed, 1 shed
}
