package scenarios

// Work is what a task of a real run does while it is served.
type Work string

// The kinds of work.
const (
	WorkSleep  Work = "sleep"
	WorkSpin   Work = "spin"   // computes
	WorkMemory Work = "memory" // holds Point.Memory bytes, and sleeps
)

// RealRun says how a point is run by a real scheduler.
type RealRun struct {
	Work Work
	// TimeScale is how many times slower than the scenario it runs, positive.
	TimeScale float64
	// Duration is for how long tasks are offered in each repetition, in seconds of
	// the machine, positive.
	Duration float64
}

// real is how the point is run for real, where it is to be.
func (b *builder) real(p *Point, compare, v *value) {
	if !asksForReal(compare) {
		return
	}
	r := &RealRun{Work: WorkSleep, TimeScale: v.field("time_scale").numberOr(1), Duration: v.field("duration").numberOr(10)}
	work := v.field("work")
	if work != nil && !work.bad {
		r.Work = Work(work.text)
	}
	if r.Work == WorkMemory && !(p.Memory > 0) {
		b.missing(work.node.place, work.path, "the work memory without a memory", "memory: what a task holds, at the top: memory: 0.5MB", "")
	}
	p.Real = r
}

func asksForReal(compare *value) bool {
	if compare == nil || compare.bad {
		return false
	}
	for _, x := range compare.items {
		if x.text == "real" {
			return true
		}
	}
	return false
}
