package experiment

import "math"

// period is after how many seconds the points repeat themselves: a sinusoid, a
// profile, a log in a loop, a schedule of servers. It is 0 where none do, or where
// they have periods of which the longest is no multiple of the others.
func (t *trial) period() float64 {
	var all []float64
	longest := 0.0
	add := func(period float64) {
		if period > 0 {
			all = append(all, period)
			longest = max(longest, period)
		}
	}
	for _, r := range t.runners {
		for _, s := range r.point.Model.Streams {
			if p, ok := s.Process.(interface{ Period() float64 }); ok {
				add(p.Period())
			}
		}
		if s := r.point.Model.Policies.Schedule; s != nil {
			add(s.Period())
		}
	}
	for _, p := range all {
		if n := longest / p; math.Abs(n-math.Round(n)) > 1e-9*n {
			return 0
		}
	}
	return longest
}

// byTime says whether windows are so many seconds long: because the plan says
// so, or because a precise run of periodic arrivals has whole periods.
func (t *trial) byTime() bool {
	return t.plan().Length == ByDuration || t.plan().Length == ByPrecision && t.period() > 0
}

// stretch goes on for about n more tasks: of a periodic process, for as many
// whole periods as have at least that many, and never without an end.
func (t *trial) stretch(n int64) error {
	period := t.period()
	if period == 0 {
		return t.each(func(r *runner) error { return r.window(float64(n), false) })
	}
	least := math.Inf(1)
	for _, r := range t.runners {
		least = min(least, r.point.Model.ArrivalRate())
	}
	seconds := max(1, math.Ceil(float64(n)/least/period)) * period
	return t.each(func(r *runner) error { return r.window(seconds, true) })
}

// warnPeriod says where a window of the length that was asked for is no whole
// number of periods.
func (t *trial) warnPeriod() {
	period, plan := t.period(), t.plan()
	if period == 0 || plan.State == Transient || plan.Length == ByPrecision {
		return
	}
	if n := plan.Duration / period; plan.Length == ByDuration && math.Abs(n-math.Round(n)) < 1e-9*n {
		return
	}
	t.first().warn("broken_period", "", "the arrivals repeat themselves after %g s, and the run is not a whole number of these long: "+
		"its means lean to the part that it has once more; give run.duration as a multiple, or run.precision", period)
}
