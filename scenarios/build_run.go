package scenarios

import (
	"fmt"
	"slices"
	"strings"

	"spillway/sim/analytic"
)

// defaultRun is a run that the scenario says nothing of.
func defaultRun() Run {
	return Run{
		Horizon: Open, Precise: true, Precision: 0.01, Of: []string{"latency.mean", "in_system.mean"},
		MaxTasks: 1e10, Confidence: 0.95, Replications: 32, Warmup: Warmup{Method: WarmupAuto},
	}
}

// run fills in p.Run from v and refuses keys that contradict one another.
func (b *builder) run(p *Point, v *value) {
	defer func() { p.Policies.Transient = overTime(&p.Run) }() // also where a trace alone says how to run
	if v == nil || v.fields == nil {
		return
	}
	r := &p.Run
	if f := v.field("confidence"); f != nil {
		r.Confidence = f.number
	}
	if f := v.field("replications"); f != nil {
		r.Replications = int(f.whole)
	}
	if f := v.field("state"); f != nil {
		r.Transient = f.text == "transient"
	}
	b.rare(p, v)
	b.series(p, v.field("series"), v)
	b.length(r, v)
	b.precision(p, v)
	b.warmup(r, v.field("warmup"))
}

// maxSeries is how many values over time may be asked for.
const maxSeries = 100_000

// series are the times at which values are wanted.
func (b *builder) series(p *Point, v, run *value) {
	if v == nil || v.bad {
		return
	}
	if !p.Run.Transient {
		b.fail(v.node.place, v.path, "values over time of a steady state", "state: transient beside it", "in a steady state they are the same at all times")
		return
	}
	times := v.numbers()
	if v.items == nil {
		duration := run.field("duration")
		if duration == nil || duration.bad {
			b.fail(v.node.place, v.path, "a step without a duration", "run.duration beside it, or a list of times", "")
			return
		}
		n := duration.number / v.number
		if n > maxSeries {
			b.fail(v.node.place, v.path, fmt.Sprintf("%.3g values", n), fmt.Sprintf("at most %d", maxSeries), "")
			return
		}
		for i := 1.0; i <= n*(1+1e-12); i++ {
			times = append(times, i*v.number)
		}
	}
	if !slices.IsSorted(times) {
		b.fail(v.node.place, v.path, "times out of order", "times in their order", "")
		return
	}
	p.Run.Series = times
}

// overTime is what theory is asked where the run starts from empty: what it
// measures, never the long run.
func overTime(r *Run) *analytic.Transient {
	switch {
	case !r.Transient:
		return nil
	case r.Horizon == ByDuration:
		return &analytic.Transient{Times: r.Series, Span: r.Duration}
	}
	return &analytic.Transient{Times: r.Series, Tasks: r.Tasks}
}

// length is what ends a replication.
func (b *builder) length(r *Run, v *value) {
	tasks, duration, precision := v.field("tasks"), v.field("duration"), v.field("precision")
	r.Precise = precision != nil || tasks == nil && duration == nil && !r.Transient
	if precision != nil {
		r.Precision = precision.number
	}
	switch {
	case tasks != nil:
		r.Horizon, r.Tasks = ByTasks, int64(tasks.whole)
	case duration != nil:
		r.Horizon, r.Duration = ByDuration, duration.number
	}
	if state := v.field("state"); state != nil && state.bad {
		return
	}
	switch {
	case tasks != nil && duration != nil:
		b.fail(v.node.place, v.path, "both tasks and duration", "one of them to end a replication", "leave one out")
	case r.Transient && r.Horizon == Open && !v.bad: // else the key may be there, with a slip in it
		b.fail(v.node.place, v.path, "state: transient with neither tasks nor duration", "one of them to end a replication", "add duration: 10s, for example")
	case !r.Transient && precision != nil && r.Horizon != Open:
		other := "tasks"
		if duration != nil {
			other = "duration"
		}
		b.fail(v.node.place, v.path, "both precision and "+other, "one of tasks, duration and precision", "a steady run with a precision finds its own length; leave one out")
	}
}

// precision is what a precise run is asked for.
func (b *builder) precision(p *Point, v *value) {
	r := &p.Run
	of, stop := v.field("of"), v.field("max_tasks")
	if !r.Precise {
		for _, f := range []*value{of, stop} {
			if f != nil {
				key := strings.TrimPrefix(f.path, "run.")
				b.fail(f.node.place, f.path, key+" without a precision", "precision beside it", "leave "+key+" out, or give precision: 1% instead of a length")
			}
		}
		r.Precision, r.Of, r.MaxTasks = 0, nil, 0
		return
	}
	if n := v.field("replications"); n != nil && n.whole == 1 {
		b.fail(n.node.place, n.path, "1 replication for a precision", "at least 2, for an interval", "")
	}
	if of != nil && !of.bad {
		r.Of = nil
		for _, x := range of.items {
			r.Of = append(r.Of, x.text)
			if x.text == "utilization.mean" && p.Infinite {
				b.fail(x.node.place, x.path, x.text, "another metric: infinite servers have no utilization", "")
			}
		}
	}
	if stop == nil || stop.bad {
		return
	}
	r.MaxTasks = int64(stop.whole)
	if need, why := r.leastTasks(p); r.MaxTasks < need {
		b.fail(stop.node.place, stop.path, stop.node.describe(), fmt.Sprintf("at least %d: %s", need, why), "")
	}
}

// leastTasks is what the shortest precise run takes, all replications counted.
func (r *Run) leastTasks(p *Point) (need int64, why string) {
	each := max(10_000, 100*int64(p.Servers))
	why = fmt.Sprintf("%d replications of at least %d tasks", r.Replications, each)
	if r.Transient {
		if r.Horizon == ByDuration {
			return 0, ""
		}
		each = min(r.Tasks, 1e9)
		why = fmt.Sprintf("%d replications of %d tasks", r.Replications, each)
	}
	return int64(r.Replications) * each, why
}

func (b *builder) warmup(r *Run, v *value) {
	if r.Transient {
		r.Warmup = Warmup{Method: WarmupNone}
	}
	if v == nil || v.bad {
		return
	}
	switch {
	case r.Transient && v.text != "none":
		b.fail(v.node.place, v.path, "a warm-up with state: transient", "none: from empty, everything counts", "leave warmup out")
	case v.text == "auto":
		r.Warmup = Warmup{Method: WarmupAuto}
	case v.text == "none":
		r.Warmup = Warmup{Method: WarmupNone}
	case v.fields != nil:
		r.Warmup = Warmup{Method: WarmupTasks, Tasks: int64(v.field("tasks").whole)}
	default:
		r.Warmup = Warmup{Method: WarmupDuration, Duration: v.number}
	}
}
