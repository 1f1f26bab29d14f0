package load

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"spillway/sim/scheduler"
)

// Plan is what a run offers, and how.
type Plan struct {
	Arrivals []Arrival
	// Work makes of a service time what a task runs; scheduler.Sleep, for
	// instance.
	Work func(time.Duration) scheduler.Work
	// TimeScale multiplies all times: above 1 the workload is slower, so that
	// coarse timers matter less. It is positive.
	TimeScale float64
	Pacing    Pacing
	// Tolerance is by how much 99 % of the tasks may be late at most, in
	// seconds, for the run to be valid. Default is a choice.
	Tolerance float64
}

// DefaultTolerance is a tenth of the mean service time, and at least a millisecond,
// which is what timers may need.
func DefaultTolerance(list []Arrival, timeScale float64) float64 {
	sum := 0.0
	for _, a := range list {
		sum += a.Service
	}
	return max(1e-3, 0.1*sum*timeScale/float64(max(1, len(list))))
}

// Task is what became of an arrival. Times are seconds from the beginning of the
// run; what the task did not come to is as late as the last that it came to.
type Task struct {
	Intended float64 // when it was to be offered
	Called   float64 // when the generator offered it
	scheduler.Result
}

// lead is how long before the first arrival the run begins.
const lead = 5 * time.Millisecond

// Run offers the arrivals to a new pool of nobody else's, and returns when all of
// them have ended. With the overflow Block the generator is held, which makes it
// late. When the context ends, so do the offers and the tasks that wait, and what
// was offered before comes with the error of the context.
func Run(ctx context.Context, p *scheduler.Pool, plan Plan) ([]Task, error) {
	if !(plan.TimeScale > 0) || plan.Work == nil {
		return nil, fmt.Errorf("load: a time scale of %g, want a positive one, and work", plan.TimeScale)
	}
	if p.Stats().Offered != 0 {
		return nil, errors.New("load: the pool has been used before")
	}
	r := &run{tasks: make([]Task, len(plan.Arrivals))}
	works := make([]scheduler.Work, len(plan.Arrivals)) // beforehand: nothing is allocated while it runs
	for i, a := range plan.Arrivals {
		works[i] = plan.Work(duration(a.Service * plan.TimeScale))
	}
	r.begin = time.Since(p.Start()).Seconds() + lead.Seconds()
	end := r.note
	offered := 0
	var refusal error
	for i, a := range plan.Arrivals {
		intended := a.At * plan.TimeScale
		plan.Pacing.until(ctx, p.Start().Add(duration(r.begin+intended)))
		if refusal = ctx.Err(); refusal != nil {
			break
		}
		t := &r.tasks[i]
		t.Intended, t.Called = intended, time.Since(p.Start()).Seconds()-r.begin
		r.left.Add(1)
		task := scheduler.Task{Run: works[i], Class: a.Class, Priority: a.Priority, Size: a.Service}
		err := p.Go(ctx, task, end)
		if err != nil {
			r.refused(t, i, &task, err)
			if !errors.Is(err, scheduler.ErrShed) { // the pool has not taken it for a task
				refusal = err
				break
			}
		}
		offered++
	}
	r.left.Wait()
	if refusal == nil {
		refusal = ctx.Err()
	}
	return r.tasks[:offered], refusal
}

// run is what callbacks write to: each to the task of its number.
type run struct {
	tasks []Task
	begin float64 // of the run, in seconds of the pool
	left  sync.WaitGroup
}

func (r *run) note(x scheduler.Result) {
	for _, t := range []*float64{&x.Offered, &x.Queued, &x.Started, &x.Begun, &x.Finished} {
		*t -= r.begin
	}
	r.tasks[x.Task].Result = x
	r.left.Done()
}

// refused is of a task that was refused at once.
func (r *run) refused(t *Task, i int, task *scheduler.Task, err error) {
	at := t.Called
	t.Result = scheduler.Result{Task: int64(i), Class: task.Class, Server: -1, Offered: at, Queued: at, Started: at, Begun: at, Finished: at, Err: err}
	r.left.Done()
}

func duration(seconds float64) time.Duration { return time.Duration(seconds*1e9 + 0.5) }
