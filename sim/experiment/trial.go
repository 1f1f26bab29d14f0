package experiment

import (
	"math"
)

// trial carries one point through, or several together that are compared with
// the first: these see the same random numbers, and are warmed up and measured
// over the same tasks. The plan is that of the first, whose runner also keeps
// what is known of the precision.
type trial struct{ runners []*runner }

func (t *trial) first() *runner { return t.runners[0] }

func (t *trial) plan() *Plan { return &t.first().point.Plan }

// each does something with every runner.
func (t *trial) each(do func(r *runner) error) error {
	for _, r := range t.runners {
		if err := do(r); err != nil {
			return err
		}
	}
	return nil
}

func (t *trial) run() error {
	var err error
	if t.plan().State == Transient {
		err = t.transient()
	} else {
		err = t.steady()
	}
	for _, r := range t.runners {
		r.complete = err == nil
	}
	return err
}

// transient runs every replication from empty; a precise run adds to their
// number until the intervals are narrow enough.
func (t *trial) transient() error {
	plan := t.plan()
	for _, r := range t.runners {
		r.warmup.Method = "none"
	}
	looks := 0
	for n := plan.Replications; ; {
		if err := t.each(func(r *runner) error { return r.addFromEmpty(n) }); err != nil {
			return err
		}
		if !plan.Precise || t.precise() {
			return nil
		}
		looks++
		if t.hopeless(looks, t.counted()) {
			return nil
		}
		growth := t.first().growth()
		if t.counted()*growth > float64(plan.MaxTasks) {
			t.first().warnMaxTasks()
			return nil
		}
		n = int(math.Ceil(float64(n) * growth))
	}
}

// counted is the number of counted tasks of all replications of all points.
func (t *trial) counted() float64 {
	n := int64(0)
	for _, r := range t.runners {
		n += r.counted()
	}
	return float64(n)
}

// hopeless gives up, and says so, where after a few looks the value that a
// precision is relative to is still zero.
func (t *trial) hopeless(looks int, tasks float64) bool {
	if looks < 3 || !t.first().worstIsZero {
		return false
	}
	t.first().warnNothing(int64(tasks))
	return true
}

// steady removes the warm-up and measures the long run.
func (t *trial) steady() error {
	t.warnPeriod()
	for _, r := range t.runners {
		r.periodic = t.period() > 0
	}
	if err := t.warm(); err != nil {
		return err
	}
	plan := t.plan()
	var err error
	switch plan.Length {
	case ByTasks:
		err = t.each(func(r *runner) error { return r.window(float64(plan.Tasks), false) })
	case ByDuration:
		err = t.each(func(r *runner) error { return r.window(plan.Duration, true) })
	default:
		err = t.measurePrecisely()
	}
	if err != nil {
		return err
	}
	return t.each((*runner).finishAll)
}

// warm starts the replications and takes them through a warm-up that is long
// enough for all points.
func (t *trial) warm() error {
	if err := t.each((*runner).startAll); err != nil {
		return err
	}
	if err := t.each((*runner).warm); err != nil {
		return err
	}
	tasks, latest := int64(0), 0.0
	for _, r := range t.runners {
		tasks = max(tasks, r.warmup.Tasks)
	}
	if err := t.each(func(r *runner) error { return r.warmUpTo(tasks) }); err != nil {
		return err
	}
	for _, r := range t.runners {
		latest = max(latest, r.latest())
	}
	if period := t.period(); period > 0 {
		latest = math.Ceil(latest/period) * period
	}
	if err := t.each(func(r *runner) error { return r.align(latest, t.byTime()) }); err != nil {
		return err
	}
	for _, r := range t.runners {
		r.begin()
	}
	return nil
}

// growth is by how much a run that is not precise enough is made longer: as
// much as its intervals ask for, whose width goes with the square root of the
// length, and a tenth more; but at most to the double, because they are
// estimates themselves, and at least by a quarter, because each look is a
// chance to stop too early. Intervals at the end of such a run cover as often
// as those of one that doubles to the end, which simulates a quarter more.
func (r *runner) growth() float64 {
	short := r.width / r.point.Plan.Precision
	return min(max(1.1*short*short, 1.25), 2)
}

// measurePrecisely makes the replications longer until the intervals are narrow
// enough.
func (t *trial) measurePrecisely() error {
	plan := t.plan()
	n := int64(0)
	for _, r := range t.runners {
		n = max(n, r.point.firstLook(len(t.runners)))
	}
	total, looks := int64(0), 0
	for {
		if err := t.stretch(n); err != nil {
			return err
		}
		total += n
		if t.precise() {
			return nil
		}
		all := float64(total) * float64(plan.Replications) * float64(len(t.runners))
		looks++
		if t.hopeless(looks, all) {
			return nil
		}
		growth := t.first().growth()
		if all*growth > float64(plan.MaxTasks) {
			t.first().warnMaxTasks()
			return nil
		}
		n = int64(float64(total) * (growth - 1))
	}
}
