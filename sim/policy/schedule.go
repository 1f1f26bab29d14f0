package policy

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Step is a number of servers from an instant of the period on.
type Step struct {
	At    float64 // seconds from the beginning of the period, at least 0, less than the period
	Count int     // at least 0
}

// Schedule is a number of servers over time that repeats itself. Before its first
// step, the number is that of the last one, from the period before.
type Schedule struct {
	period float64
	steps  []Step // those that change the number
	first  int    // number where nothing changes it
}

// NewSchedule is a schedule of a period (seconds, positive) and of one step or
// more, in the order of time, no two at one instant.
func NewSchedule(period float64, steps []Step) (*Schedule, error) {
	errs := []error{checkPositive("period", period)}
	if len(steps) == 0 {
		errs = append(errs, wrong("steps", "empty", "one step or more"))
	}
	for i, s := range steps {
		if !(s.At >= 0 && s.At < period) {
			errs = append(errs, wrong(fmt.Sprintf("steps[%d].At", i), s.At, "at least 0, less than the period"))
		}
		if i > 0 && !(s.At > steps[i-1].At) {
			errs = append(errs, wrong(fmt.Sprintf("steps[%d].At", i), s.At, fmt.Sprintf("later than the step before, at %v", steps[i-1].At)))
		}
		errs = append(errs, checkLeast(fmt.Sprintf("steps[%d].Count", i), s.Count, 0))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	last := steps[len(steps)-1].Count
	s := &Schedule{period: period, first: last}
	for _, x := range steps {
		if x.Count != last {
			s.steps = append(s.steps, x)
			last = x.Count
		}
	}
	return s, nil
}

// At is the number of servers at t, seconds from the start, at least 0; at the
// instant of a step, that of the step.
func (s *Schedule) At(t float64) int {
	n := len(s.steps)
	if n == 0 {
		return s.first
	}
	_, i := s.after(t)
	return s.steps[(i+n-1)%n].Count
}

// Mean is the number of servers on average over a period.
func (s *Schedule) Mean() float64 {
	n := len(s.steps)
	if n == 0 {
		return float64(s.first)
	}
	sum := 0.0
	for i, x := range s.steps {
		end := s.period + s.steps[0].At
		if i+1 < n {
			end = s.steps[i+1].At
		}
		sum += float64(x.Count) * (end - x.At)
	}
	return sum / s.period
}

// Period is after how many seconds the schedule repeats itself.
func (s *Schedule) Period() float64 { return s.period }

// Next is the first instant after t at which the number changes; +Inf where it
// never does.
func (s *Schedule) Next(t float64) float64 {
	if len(s.steps) == 0 {
		return math.Inf(1)
	}
	period, i := s.after(t)
	return s.instant(period, s.steps[i])
}

// instant is when a step comes in a period. At and Next compare with nothing
// else, so that the number is the new one at every instant that Next names.
func (s *Schedule) instant(period float64, x Step) float64 {
	return float64(period*s.period) + x.At
}

// after is the first step after t, and its period: that of t, or one beside it
// by rounding or because its last step is past. So late that periods are no more
// told apart, it is the first step at +Inf.
func (s *Schedule) after(t float64) (period float64, i int) {
	period = max(0, math.Floor(t/s.period)-1)
	for range 4 {
		i, _ = slices.BinarySearchFunc(s.steps, t, func(x Step, t float64) int {
			if s.instant(period, x) > t {
				return 1
			}
			return -1
		})
		if i < len(s.steps) {
			return period, i
		}
		period++
	}
	return math.Inf(1), 0
}
