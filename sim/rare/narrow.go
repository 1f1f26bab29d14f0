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

// margin is how many times as long as its interval asks for a run is made.
const margin = 1.4

// narrow lets the replications go on until the interval is as narrow as was
// asked for, or there are as many tasks as may be. A first run tells how long
// the second has to be and is then forgotten: whether it came out too low, and
// its spread with it, must not decide how much it counts for. For the same
// reason the second is long enough, most times, to be the last.
func (s *study) narrow() (reached bool, err error) {
	if err := s.goOn(s.length); err != nil {
		return false, err
	}
	run, next := 0.0, s.length*s.wanted()
	for _, t := range s.trials {
		t.mass, t.base = 0, 0
	}
	for {
		spent := s.arrivals()
		affordable := float64(s.options.MaxTasks-spent) / float64(spent) * (run + s.length)
		if run > 0 && !(affordable > run/4) {
			return false, nil
		}
		next = s.whole(max(s.length, min(next, affordable)))
		if err := s.goOn(next); err != nil {
			return false, err
		}
		run += next
		v := s.estimate()
		if v.precision() <= s.options.Precision && !s.uneven() {
			return true, nil
		}
		next = run * max(0.5, s.wanted()-1)
	}
}

func (s *study) goOn(length float64) error {
	return s.each(func(i int) error { return s.stretch(s.trials[i], length) })
}

// wanted is how many times as long as so far the run should be, from 1 to 16.
func (s *study) wanted() float64 {
	missing := s.estimate().precision() / s.options.Precision
	return min(16, max(1, margin*missing*missing))
}

// uneven says that one replication found so large a part of all that was found
// that an interval cannot be believed.
func (s *study) uneven() bool {
	all, most := 0.0, 0.0
	for _, t := range s.trials {
		all, most = all+t.mass, max(most, t.mass)
	}
	const times = 4
	return len(s.trials) > times && most > times*all/float64(len(s.trials))
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
	r.Warnings = append(r.Warnings, results.Warning{Code: code, Text: fmt.Sprintf(format, args...)})
}

// never is a number of arrivals that no run comes to.
const never = math.MaxInt64
