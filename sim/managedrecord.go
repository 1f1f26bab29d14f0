package sim

import "spillway/sim/measure"

// managedSums is what a managed run gathers of one class.
type managedSums struct {
	*collector
	holds [blockSize]float64
	held  *measure.Tally // nil where nothing holds tasks
	// Of the counted tasks.
	tries, abandoned, timedOut, lost int64
	// Of all answers, since time zero, and before the window.
	good, goodBefore int64
	wasted           float64 // seconds in the window of service for nobody
	inRetry          measure.Gauge
}

func newManagedSums(m *Model) *managedSums {
	c := &managedSums{collector: newCollector(m.timeScale())}
	if m.Policies.holds() {
		c.held = measure.NewTally(m.timeScale())
	}
	return c
}

// begin starts a window of measurement.
func (c *managedSums) begin(now float64) {
	c.collector.begin(now)
	c.inRetry.Begin(now)
	c.goodBefore, c.wasted = c.good, 0
}

// record notes a counted task that was answered.
func (c *managedSums) record(j *job) {
	c.holds[c.n%blockSize] = j.held()
	if c.collector.record(j.wait(), j.service, j.delay+j.held()+j.wait()+j.service+j.reply, 0) {
		c.flush()
	}
}

func (c *managedSums) flush() {
	if c.held != nil {
		c.held.ObserveAll(c.holds[:c.n])
	}
	c.collector.flush()
}

// waste notes a service for nobody, from began to now: what of it is in the
// window that opened at a time.
func (c *managedSums) waste(now, began, opened float64) {
	c.wasted += max(0, now-max(began, opened))
}

// managedTotals is what depends on the end of the window.
type managedTotals struct {
	windowTotals
	extra   []classExtra
	orbit   Level
	blocked float64
	on      Level
	cost    float64
	scale   int64
}

// classExtra is what a managed run measures of a class beside what every run
// does.
type classExtra struct {
	good    int64
	wasted  float64
	inRetry Level
	blocked float64 // share of the window that its sources were held
}

func (r *Managed) totals() managedTotals {
	r.elapse()
	wasted := r.wastedNow()
	o := &r.tasks
	waiting := o.law.Area()
	t := managedTotals{windowTotals: windowTotals{
		seconds:   r.now - r.opened,
		busy:      Level{o.busyArea, o.maxBusy},
		waiting:   Level{waiting, o.maxWaiting},
		inSystem:  Level{waiting + o.busyArea, o.maxSystem},
		inNetwork: level(&r.transit, r.now),
		law:       o.law.Law(),
	}}
	for i, c := range r.sums {
		completed := c.completed - c.completedBefore
		t.completed += completed
		t.classes = append(t.classes, classTotals{
			waiting: level(&c.waiting, r.now), inSystem: level(&c.inSystem, r.now),
			inNetwork: level(&c.inNetwork, r.now), completed: completed,
		})
		t.extra = append(t.extra, classExtra{
			good: c.good - c.goodBefore, wasted: c.wasted + wasted[i],
			inRetry: level(&c.inRetry, r.now), blocked: r.blocked(int32(i)),
		})
	}
	t.orbit, t.blocked = level(&r.orbit, r.now), r.blocked(-1)
	if f := &r.servers; f.scales {
		t.on = Level{f.levels.on - f.before.on, f.most}
		t.cost = f.levels.cost - f.before.cost
		t.scale = f.levels.changes - f.before.changes
	}
	return t
}

// wastedNow is how long services that are under way have gone on for nobody, in
// the window, by class.
func (r *Managed) wastedNow() []float64 {
	wasted := make([]float64, len(r.sums))
	if r.model.Policies.Timeout == nil {
		return wasted
	}
	for i := range r.jobs.items {
		if j := &r.jobs.items[i]; j.orphan && j.place == inService {
			wasted[j.class()] += max(0, r.now-max(j.started, r.opened))
		}
	}
	return wasted
}

// blocked is the time in the window that the sources of a class were held, on
// average over them; of all, where class is negative.
func (r *Managed) blocked(class int32) float64 {
	sum, n := 0.0, 0.0
	for i := range r.origins {
		o := &r.origins[i]
		if class < 0 || o.class == class {
			sum += o.heldIn(r.opened, r.now)
			n++
		}
	}
	if n == 0 {
		return 0
	}
	return sum / n
}

// Record is what was measured from Begin to End, or so far.
func (r *Managed) Record() Record {
	t := r.sealed
	if t == nil {
		now := r.totals()
		t = &now
	}
	rec := Record{Seconds: t.seconds, Busy: t.busy, QueueLaw: t.law, Servers: t.on, ServerSeconds: t.cost, Scalings: t.scale, Stranded: r.stranded}
	var all []Measures
	for i, c := range r.sums {
		c.flush()
		w, x := t.classes[i], t.extra[i]
		all = append(all, Measures{
			Wait: c.wait, Service: c.service, Latency: c.latency, Held: c.held,
			Offered: c.offered, Shed: c.shed, Abandoned: c.abandoned, TimedOut: c.timedOut, Lost: c.lost,
			Tries: c.tries, Completed: w.completed, Good: x.good, Wasted: x.wasted, Blocked: x.blocked,
			Waiting: w.waiting, InSystem: w.inSystem, InNetwork: w.inNetwork, InRetry: x.inRetry,
		})
	}
	rec.Flow = r.balance
	rec.Flow.Offered, rec.Flow.InFlight = r.emitted, r.underWay()
	rec.Total = sum(all)
	rec.Total.Completed, rec.Total.Good = t.completed, 0
	rec.Total.Wasted = 0
	for _, x := range t.extra {
		rec.Total.Good += x.good
		rec.Total.Wasted += x.wasted
	}
	rec.Total.Waiting, rec.Total.InSystem, rec.Total.InNetwork = t.waiting, t.inSystem, t.inNetwork
	rec.Total.InRetry, rec.Total.Blocked = t.orbit, t.blocked
	if len(all) > 1 {
		rec.Classes = all
	}
	return rec
}

// underWay counts the tasks whose end is still to come, where they are.
func (r *Managed) underWay() int64 {
	n := int64(0)
	for i := range r.jobs.items {
		if j := &r.jobs.items[i]; j.place.underWay() && !j.orphan {
			n++
		}
	}
	return n
}
