package experiment

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync"
	"sync/atomic"

	"spillway/distributions"
	"spillway/results"
	"spillway/sim"
	"spillway/sim/monitor"
)

// stretch is how many tasks a replication simulates between two looks at the
// context: a few milliseconds.
const stretch = 1 << 15

// runner carries one point through.
type runner struct {
	point    *Point
	ctx      context.Context
	cores    chan struct{} // shared by the points: a token is a core
	progress *atomic.Int64
	observer monitor.Observer // of the first replication; nil is nobody

	replications []sim.Run
	warmup       results.Warmup
	ruler        ruler
	counting     bool          // every replication has begun to count
	finished     []*sim.Record // of a transient run: the replications that are through
	series       timeline
	followed     [][]instant // by replication; nil of those that are in series
	complete     bool
	paired       bool // with others: it is the differences that are to be precise
	closed       bool // nothing is simulated any more: what is estimated now is the result
	reached      *results.Precision
	width        float64 // that decides how much longer a precise run has to be
	periodic     bool    // its arrivals are
	worstIsZero  bool    // what is furthest from its precision has the value 0
	warnings     []results.Warning
}

// start begins replication number i.
func (r *runner) start(i int) (sim.Run, error) {
	plan := &r.point.Plan
	engine := plan.Engine
	if len(plan.Series) > 0 {
		engine = sim.Events // by recursion a task is answered as soon as it arrives
	}
	streams := distributions.Streams{Seed: plan.Seed}
	if i == 0 && r.observer != nil {
		return r.heeding(sim.StartObserved(r.point.Model, streams, i, r.observer))
	}
	return r.heeding(sim.Start(r.point.Model, streams, i, engine))
}

// heeding lets a run end with the context that may go through very many events
// between two tasks.
func (r *runner) heeding(run sim.Run, err error) (sim.Run, error) {
	if m, ok := run.(*sim.Managed); ok && err == nil {
		m.Heed(r.ctx.Err)
	}
	return run, err
}

// each does something with every replication from number first on, as many at
// a time as there are cores.
func (r *runner) each(first int, do func(i int, rep sim.Run) error) error {
	errs := make([]error, len(r.replications))
	var wait sync.WaitGroup
	for i := first; i < len(r.replications); i++ {
		if r.ctx.Err() != nil {
			break
		}
		r.cores <- struct{}{}
		wait.Go(func() {
			defer func() { <-r.cores }()
			errs[i] = do(i, r.replications[i])
		})
	}
	wait.Wait()
	if err := r.ctx.Err(); err != nil {
		return err
	}
	for i, err := range errs {
		if err != nil {
			return fmt.Errorf("replication %d: %w", i, err)
		}
	}
	return nil
}

// advance lets a replication go on, in stretches, until it has been offered n
// more tasks, has come to the horizon, or has nothing left to do.
func (r *runner) advance(rep sim.Run, n int64, horizon float64, done func() bool) error {
	for target := rep.Offered() + n; rep.Offered() < target && rep.Now() < horizon && !done(); {
		if err := r.ctx.Err(); err != nil {
			return err
		}
		before := rep.Offered()
		if err := rep.Advance(min(stretch, target-before), horizon); err != nil {
			return err
		}
		if r.progress != nil {
			r.progress.Add(rep.Offered() - before)
		}
	}
	return nil
}

// forever is a number of tasks that no run comes to.
const forever = math.MaxInt64 / 2

// finish closes the window of a replication and lets its counted tasks leave.
func (r *runner) finish(rep sim.Run) error {
	if err := rep.End(); err != nil {
		return err
	}
	return r.advance(rep, forever, math.Inf(1), func() bool { return rep.Pending() == 0 })
}

// addFromEmpty runs more replications from empty, until there are n.
func (r *runner) addFromEmpty(n int) error {
	// Replications begin when a core is free for them.
	first := len(r.replications)
	r.replications = append(r.replications, make([]sim.Run, n-first)...)
	r.finished = append(r.finished, make([]*sim.Record, n-first)...)
	r.followed = append(r.followed, make([][]instant, n-first)...)
	err := r.each(first, r.fromEmpty)
	r.gather(first)
	r.counting = slices.ContainsFunc(r.finished, func(done *sim.Record) bool { return done != nil })
	return err
}

// gather adds what the replications from a number on followed to the series, in
// their order.
func (r *runner) gather(first int) {
	if r.series == nil {
		r.series = make(timeline, len(r.point.Plan.Series))
	}
	for i := first; i < len(r.followed); i++ {
		if r.followed[i] != nil {
			r.series.add(r.followed[i])
			r.followed[i] = nil
		}
	}
}

func (r *runner) fromEmpty(i int, _ sim.Run) error {
	plan := &r.point.Plan
	rep, err := r.start(i)
	if err != nil {
		return err
	}
	rep.Begin()
	horizon := math.Inf(1)
	switch plan.Length {
	case ByDuration:
		horizon = plan.Duration
	case ByTasks:
		rep.Close(plan.Tasks)
	}
	followed, err := r.follow(rep)
	if err != nil {
		return err
	}
	if err := r.advance(rep, forever, horizon, rep.Ended); err != nil {
		return err
	}
	if err := r.finish(rep); err != nil {
		return err
	}
	r.followed[i] = followed
	record := rep.Record() // there may be very many short replications: the rest is not kept
	r.finished[i] = &record
	return nil
}

// startAll begins the replications of a run in steady state.
func (r *runner) startAll() error {
	for i := range r.point.Plan.Replications {
		rep, err := r.start(i)
		if err != nil {
			return err
		}
		r.replications = append(r.replications, rep)
	}
	return nil
}

// finishAll closes all windows.
func (r *runner) finishAll() error {
	return r.each(0, func(_ int, rep sim.Run) error { return r.finish(rep) })
}

// measure goes on for n more tasks or the given seconds.
func (r *runner) measure(n int64, seconds float64) error {
	return r.each(0, func(_ int, rep sim.Run) error {
		return r.advance(rep, n, rep.Now()+seconds, rep.Ended)
	})
}
