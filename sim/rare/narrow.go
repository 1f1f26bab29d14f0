package rare

import (
	"fmt"
	"math"

	"spillway/results"
)

// stretch takes a trial on by a length of the clock.
func (s *study) stretch(t *trial, length float64) error {
	before := t.walker.arrivals()
	t.pause = func() error {
		if s.options.Progress != nil {
			s.options.Progress.Add(t.walker.arrivals() - before)
			before = t.walker.arrivals()
		}
		return s.ctx.Err()
	}
	if err := t.run(t.walker.clock() + length); err != nil {
		return err
	}
	return t.pause()
}

// narrow lets the replications go on until the interval is as narrow as was
// asked for, or there are as many tasks as may be. How far it goes on follows
// from how wide the interval is: it looks a few times only, because stopping at
// the first look that pleases makes intervals too narrow.
func (s *study) narrow() (reached bool, err error) {
	run, next := 0.0, s.length
	for {
		err := s.each(func(i int) error { return s.stretch(s.trials[i], next) })
		if err != nil {
			return false, err
		}
		run += next
		precision := s.estimate().precision()
		if precision <= s.options.Precision {
			return true, nil
		}
		missing := precision / s.options.Precision
		more := run * min(7, max(0.5, 1.2*missing*missing-1))
		affordable := float64(s.options.MaxTasks-s.arrivals()) / float64(s.arrivals()) * run
		if next = s.whole(min(more, affordable)); !(affordable > run/4) {
			return false, nil
		}
	}
}

func (s *study) arrivals() (n int64) {
	for _, t := range s.trials {
		n += t.walker.arrivals()
	}
	return n
}

// estimate combines the replications in their order.
func (s *study) estimate() Interval {
	masses, bases := make([]float64, len(s.trials)), make([]float64, len(s.trials))
	for i, t := range s.trials {
		masses[i], bases[i] = t.mass, t.base
	}
	return estimate(masses, bases, s.options.Confidence)
}

func (s *study) result(reached bool) Result {
	r := Result{
		Probability: s.estimate(), Levels: s.ladder.top(), LevelsAt: s.ladder.at[1:],
		Tasks: s.arrivals(), Replications: len(s.trials), Reached: reached,
	}
	for _, t := range s.trials {
		r.Branches += t.branches
	}
	switch {
	case r.Probability.Value == 0:
		r.warn("rare_not_seen", "the event was not seen in %.3g tasks: it is impossible, or nothing tells how near it is", float64(r.Tasks))
	case !reached:
		r.warn("rare_precision_not_reached", "the half-width is %.3g of the probability, not %.3g, after %.3g tasks: give run.max_tasks",
			r.Probability.precision(), s.options.Precision, float64(r.Tasks))
	}
	return r
}

func (r *Result) warn(code, format string, args ...any) {
	r.Warnings = append(r.Warnings, results.Warning{Code: code, Metric: "rare", Text: fmt.Sprintf(format, args...)})
}

// never is a number of arrivals that no run comes to.
const never = math.MaxInt64
