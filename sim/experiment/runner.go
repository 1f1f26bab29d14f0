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

	replications []sim.Run
	warmup       results.Warmup
	counting     bool          // every replication has begun to count
	finished     []*sim.Record // of a transient run: the replications that are through
	complete     bool
	reached      *results.Precision
	worstIsZero  bool // what is furthest from its precision has the value 0
	warnings     []results.Warning
}

func (r *runner) run() error {
	var err error
	if r.point.Plan.State == Transient {
		err = r.transient()
	} else {
		err = r.steady()
	}
	r.complete = err == nil
	return err
}

// start begins replication number i.
func (r *runner) start(i int) (sim.Run, error) {
	plan := &r.point.Plan
	return sim.Start(r.point.Model, distributions.Streams{Seed: plan.Seed}, i, plan.Engine)
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

// transient runs every replication from empty; a precise run adds to their
// number until the intervals are narrow enough.
func (r *runner) transient() error {
	plan := &r.point.Plan
	r.warmup = results.Warmup{Method: "none"}
	looks := 0
	for first, n := 0, plan.Replications; ; {
		// Replications begin when a core is free for them.
		r.replications = append(r.replications, make([]sim.Run, n-first)...)
		r.finished = append(r.finished, make([]*sim.Record, n-first)...)
		err := r.each(first, r.fromEmpty)
		r.counting = slices.ContainsFunc(r.finished, func(done *sim.Record) bool { return done != nil })
		if err != nil {
			return err
		}
		if !plan.Precise || r.precise() {
			return nil
		}
		if looks++; looks >= 3 && r.worstIsZero {
			r.warnNothing(r.counted())
			return nil
		}
		growth := r.growth()
		if float64(r.counted())*growth > float64(plan.MaxTasks) {
			r.warnMaxTasks()
			return nil
		}
		first, n = n, int(math.Ceil(float64(n)*growth))
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
	if plan.Length == ByDuration {
		horizon = plan.Duration
	} else {
		rep.Close(plan.Tasks)
	}
	if err := r.advance(rep, forever, horizon, rep.Ended); err != nil {
		return err
	}
	if err := r.finish(rep); err != nil {
		return err
	}
	record := rep.Record() // there may be very many short replications: the rest is not kept
	r.finished[i] = &record
	return nil
}

// steady removes the warm-up and measures the long run.
func (r *runner) steady() error {
	plan := &r.point.Plan
	for i := range plan.Replications {
		rep, err := r.start(i)
		if err != nil {
			return err
		}
		r.replications = append(r.replications, rep)
	}
	if err := r.warm(); err != nil {
		return err
	}
	var err error
	switch plan.Length {
	case ByTasks:
		err = r.measure(plan.Tasks, math.Inf(1))
	case ByDuration:
		err = r.measure(forever, plan.Duration)
	default:
		err = r.measurePrecisely()
	}
	if err != nil {
		return err
	}
	return r.each(0, func(_ int, rep sim.Run) error { return r.finish(rep) })
}

// measure counts for n more tasks or the given seconds.
func (r *runner) measure(n int64, seconds float64) error {
	return r.each(0, func(_ int, rep sim.Run) error {
		return r.advance(rep, n, rep.Now()+seconds, rep.Ended)
	})
}

// growth is by how much a run that is not precise enough is made longer: as
// much as its intervals ask for, whose width goes with the square root of the
// length, and a tenth more; but at most to the double, because they are
// estimates themselves, and at least by a quarter, because each look is a
// chance to stop too early. Intervals at the end of such a run cover as often
// as those of one that doubles to the end, which simulates a quarter more.
func (r *runner) growth() float64 {
	short := float64(r.reached.Reached) / r.point.Plan.Precision
	return min(max(1.1*short*short, 1.25), 2)
}

// measurePrecisely makes the replications longer until the intervals are narrow
// enough.
func (r *runner) measurePrecisely() error {
	plan := &r.point.Plan
	total := int64(0)
	looks := 0
	for n := minimumTasks(r.point.Model); ; {
		if err := r.measure(n, math.Inf(1)); err != nil {
			return err
		}
		total += n
		if r.precise() {
			return nil
		}
		if looks++; looks >= 3 && r.worstIsZero {
			r.warnNothing(total * int64(len(r.replications)))
			return nil
		}
		growth := r.growth()
		if float64(total)*growth*float64(len(r.replications)) > float64(plan.MaxTasks) {
			r.warnMaxTasks()
			return nil
		}
		n = int64(float64(total) * (growth - 1))
	}
}
