package experiment

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"spillway/results"
	"spillway/sim"
	"spillway/sim/monitor"
)

// Point is one system to simulate.
type Point struct {
	Model *sim.Model
	Plan  Plan
}

// Outcome is what the simulation of a point gave.
type Outcome struct {
	// Simulated is nil where the point was interrupted before it had anything
	// to tell.
	Simulated *results.Simulated
	Warnings  []results.Warning
	// Complete is false where the point was interrupted: what it has is of a
	// shorter run than was asked for.
	Complete bool
}

// PointError says at which point a run failed.
type PointError struct {
	Point int // index of the point
	Err   error
}

func (e *PointError) Error() string { return fmt.Sprintf("point %d: %v", e.Point+1, e.Err) }

// Unwrap is the error at the point.
func (e *PointError) Unwrap() error { return e.Err }

// Options are those of the machine, not of the result: the outcome is the same
// whatever they are.
type Options struct {
	// Parallel is how many replications run at a time; 0 or less stands for
	// the number of processors.
	Parallel int
	// Progress counts the tasks that were simulated; nil is not counted.
	Progress *atomic.Int64
	// Done is called with the index of each finished point, from several
	// goroutines; nil is not called.
	Done func(point int)
	// Observer is told of every transition of the first replication of the
	// first point, which then runs by events; nil is nobody.
	Observer monitor.Observer
}

// Run simulates the points, each with its own replications, and returns their
// outcomes in order. When ctx ends it returns what there is together with the
// context's error. Results depend on the points alone: replications are
// combined in the order of their numbers, never of their completion.
func Run(ctx context.Context, points []Point, o Options) ([]Outcome, error) {
	for i := range points {
		if err := errors.Join(points[i].Model.Validate(), points[i].Plan.Validate()); err != nil {
			return nil, &PointError{i, err}
		}
	}
	outcomes := make([]Outcome, len(points))
	err := o.all(ctx, len(points), func(i int, base runner) error {
		r := base
		r.point = &points[i]
		if i == 0 {
			r.observer = o.Observer
		}
		err := (&trial{[]*runner{&r}}).run()
		outcomes[i] = r.outcome()
		return err
	})
	if err != nil {
		return nil, err
	}
	return outcomes, ctx.Err()
}

// all carries n points through, whatever a point is. What all have in common is
// in the runner that do is given.
func (o Options) all(ctx context.Context, n int, do func(i int, base runner) error) error {
	workers := o.Parallel
	if workers < 1 {
		workers = runtime.GOMAXPROCS(0)
	}
	base := runner{ctx: ctx, cores: make(chan struct{}, workers), progress: o.Progress}
	var group errgroup.Group
	// One point more than there are cores: while one waits for its last
	// replication, the others keep the cores busy.
	group.SetLimit(workers + 1)
	for i := range n {
		group.Go(func() error {
			err := do(i, base)
			if err != nil && ctx.Err() == nil {
				return &PointError{i, err}
			}
			if err == nil && o.Done != nil {
				o.Done(i)
			}
			return nil
		})
	}
	return group.Wait()
}
