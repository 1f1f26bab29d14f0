package rare

import (
	"context"
	"fmt"
	"math"
	"runtime"

	"golang.org/x/sync/errgroup"

	"spillway/distributions"
	"spillway/distributions/arrivals"
	"spillway/results"
	"spillway/sim"
)

// Result is what was found.
type Result struct {
	// Probability is zero, without an interval, where the event was never seen.
	Probability Interval
	// Levels is the number of levels of the importance, LevelsAt where they
	// are.
	Levels   int
	LevelsAt []float64
	// Branches is how many histories were run besides the main runs, Tasks the
	// arrivals in all of them and the main runs, warm-up included.
	Branches, Tasks int64
	// Replications is how many independent runs there were.
	Replications int
	// Reached says that the interval is as narrow as was asked for.
	Reached bool
	// Warnings are the caveats.
	Warnings []results.Warning
}

// Estimate finds the probability of an event of a model in steady state. The
// result depends on the model and the options alone, not on how many
// replications run at a time. Errors are ErrRefused, a time that leaves the
// range of numbers (sim.ErrTime), or that of the context.
func Estimate(ctx context.Context, m *sim.Model, o Options) (Result, error) {
	if err := o.Check(m); err != nil {
		return Result{}, err
	}
	s := study{ctx: ctx, model: m, options: &o, streams: distributions.Streams{
		// The family of a number that the seed gives: no stream is one of a
		// plain simulation.
		Seed: distributions.Streams{Seed: o.Seed}.For(0, "rare/"+string(o.Event)).Uint64(),
	}}
	if err := s.prepare(); err != nil {
		return Result{}, err
	}
	if err := s.start(); err != nil {
		return Result{}, err
	}
	reached, err := s.narrow()
	if err != nil {
		return Result{}, err
	}
	return s.result(reached), nil
}

// study is one estimate in the making.
type study struct {
	ctx     context.Context
	model   *sim.Model
	options *Options
	streams distributions.Streams

	ladder ladder
	length float64 // of each replication's first run, and of a quarter of its warm-up
	tasks  float64 // a unit of the clock has
	trials []*trial
}

// walker begins a run of the model. Walkers that only hold states take the
// number of a replication too, and draw nothing from its streams.
func (s *study) walker(replication int) (walker, error) {
	if s.ofTasks() {
		return newWaits(s.model, s.options, s.streams, replication)
	}
	return newOccupancy(s.model, s.options, s.streams, replication)
}

// ofTasks says that the clock counts tasks, and not seconds.
func (s *study) ofTasks() bool { return s.options.Event == Wait || s.options.Event == Latency }

// prepare lets a pilot choose the levels.
func (s *study) prepare() error {
	s.tasks = 1
	if !s.ofTasks() {
		s.tasks = s.rate()
	}
	const number = -1 // a replication that no other use has
	p := pilot{ctx: s.ctx, tasks: s.tasks, whole: s.whole, room: func() (walker, error) { return s.walker(number) }}
	if err := p.run(); err != nil {
		return err
	}
	s.ladder, s.length = p.trial.ladder, s.whole(p.calm/8)
	return nil
}

// rate is tasks per second.
func (s *study) rate() float64 {
	rate := 0.0
	for i := range s.model.Streams {
		rate += taskRate(&s.model.Streams[i])
	}
	return rate
}

// whole makes a length of the clock one of whole tasks, and of whole periods
// where the rate of arrivals has a period; of several the longest.
func (s *study) whole(length float64) float64 {
	period := 0.0
	for i := range s.model.Streams {
		switch p := s.model.Streams[i].Process.(type) {
		case arrivals.Sinusoid:
			period = max(period, p.Period())
		case arrivals.Profile:
			period = max(period, p.Period())
		}
	}
	if s.ofTasks() {
		period *= s.rate()
	}
	if period > 0 {
		length = math.Ceil(length/period) * period
	}
	if s.ofTasks() {
		length = math.Ceil(length)
	}
	return length
}

// start warms the replications up, without levels.
func (s *study) start() error {
	s.trials = make([]*trial, s.options.Replications)
	return s.each(func(i int) error {
		w, err := s.walker(i)
		if err != nil {
			return err
		}
		t := &trial{walker: w, most: never}
		room := func() (walker, error) { return s.walker(i) }
		if err := t.climb(newLadder(), room); err != nil {
			return err
		}
		if err := s.stretch(t, 4*s.length); err != nil {
			return err
		}
		t.mass, t.base = 0, 0
		s.trials[i] = t
		return t.climb(s.ladder, room)
	})
}

// each does something for every replication, several at a time.
func (s *study) each(do func(i int) error) error {
	workers := s.options.Parallel
	if workers < 1 {
		workers = runtime.GOMAXPROCS(0)
	}
	group, ctx := errgroup.WithContext(s.ctx)
	group.SetLimit(workers)
	for i := range s.options.Replications {
		group.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := do(i); err != nil {
				return fmt.Errorf("replication %d: %w", i, err)
			}
			return nil
		})
	}
	return group.Wait()
}
