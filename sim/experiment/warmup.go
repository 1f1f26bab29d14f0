package experiment

import (
	"math"

	"spillway/results"
	"spillway/sim"
	"spillway/sim/measure"
)

// warm takes every replication through its warm-up.
func (r *runner) warm() error {
	w := r.point.Plan.Warmup
	switch w.Kind {
	case WarmupNone:
		r.warmup = results.Warmup{Method: "none"}
	case WarmupSeconds:
		r.warmup = results.Warmup{Method: "fixed", Seconds: &w.Seconds}
		if err := r.measure(forever, w.Seconds); err != nil {
			return err
		}
		r.warmup.Tasks = r.offered() / int64(len(r.replications))
	case WarmupTasks:
		r.warmup = results.Warmup{Method: "fixed", Tasks: w.Tasks}
		return r.measure(w.Tasks, math.Inf(1))
	default:
		return r.pilot()
	}
	return nil
}

// warmUpTo goes on until the warm-up has so many tasks, if it has less.
func (r *runner) warmUpTo(tasks int64) error {
	more := tasks - r.warmup.Tasks
	if r.point.Plan.Warmup.Kind != WarmupAuto || more <= 0 {
		return nil
	}
	r.warmup.Tasks = tasks
	return r.measure(more, math.Inf(1))
}

// begin starts the windows.
func (r *runner) begin() {
	for _, rep := range r.replications {
		rep.Begin()
	}
	r.counting = true
}

// latest is a little after the time that the last replication has come to.
func (r *runner) latest() float64 {
	latest := 0.0
	for _, rep := range r.replications {
		latest = max(latest, 1.05*rep.Now())
	}
	return latest
}

// align takes every replication from the end of its warm-up to a moment at
// which its window may begin. A window of so many tasks ends just before an
// arrival and so must begin just before one: n tasks are then n gaps long. A
// window of so many seconds must begin at a time that no arrival chose, or it
// has an arrival too many at its very start: at one time for all replications,
// a little after the last of them is through.
// Of periodic arrivals it begins with a period.
func (r *runner) align(latest float64, byTime bool) error {
	plan := &r.point.Plan
	if chosen := plan.Warmup.Kind == WarmupNone || plan.Warmup.Kind == WarmupSeconds; byTime == chosen {
		return nil
	}
	// The first arrival after a chosen time finds less in the system than a
	// typical one, because nothing has arrived since that time.
	settle := int64(0)
	if plan.Warmup.Kind == WarmupSeconds {
		settle = 100
	}
	horizon := math.Inf(1)
	if byTime {
		horizon = latest
	}
	err := r.each(0, func(_ int, rep sim.Run) error {
		if !byTime {
			return rep.Advance(settle, horizon)
		}
		return r.advance(rep, forever, horizon, rep.Ended)
	})
	if byTime || settle > 0 {
		r.warmup.Tasks = r.offered() / int64(len(r.replications)) // what is removed, on average
	}
	return err
}

// pilot runs a stretch of all replications, averages over them the number in
// system that arrivals find, and asks MSER-5 where the trace of the empty start
// ends. If that is in the second half, the stretch is too short to tell, and
// is doubled. The whole stretch is removed: at least twice what MSER-5 asks
// for. Averaging shows the transient, which is common to the replications,
// above the noise, which is not.
func (r *runner) pilot() error {
	series := make([]measure.Series, len(r.replications))
	for i, rep := range r.replications {
		rep.Watch(&series[i])
	}
	tasks := r.firstPilot()
	most := r.longestPilot(tasks)
	for n := tasks; ; n, tasks = tasks, 2*tasks {
		if err := r.measure(n, math.Inf(1)); err != nil {
			return err
		}
		r.warmup = results.Warmup{Method: "mser5", Tasks: tasks}
		if _, ok := measure.MSER(average(series)); ok {
			return nil
		}
		if 2*tasks > most {
			r.warn("warmup_too_short", "", "the end of the warm-up was not found within %d tasks of each replication: "+
				"the start may still show; give run.warmup, or a longer run", tasks)
			return nil
		}
	}
}

// firstPilot is as long as the shortest run to a precision; less where a pool
// is so large that the run itself is to be much shorter than that.
func (r *runner) firstPilot() int64 {
	tasks := minimumTasks(r.point.Model)
	if plan := &r.point.Plan; plan.Length == ByTasks {
		return min(tasks, max(10_000, plan.Tasks))
	}
	return tasks
}

// longestPilot bounds the warm-up: a quarter of what a precise run may
// simulate, four times the length of one of fixed length.
func (r *runner) longestPilot(first int64) int64 {
	plan := &r.point.Plan
	switch plan.Length {
	case ByPrecision:
		return max(first, plan.MaxTasks/4/int64(len(r.replications)))
	case ByTasks:
		return max(16*first, 4*plan.Tasks)
	default:
		return 256 * first
	}
}

// average is the mean over the replications of their batch means.
func average(series []measure.Series) []float64 {
	mean := make([]float64, len(series[0].Means()))
	for i := range series {
		mean = mean[:min(len(mean), len(series[i].Means()))]
	}
	for i := range mean {
		for j := range series {
			mean[i] += series[j].Means()[i]
		}
		mean[i] /= float64(len(series))
	}
	return mean
}
