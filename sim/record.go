package sim

import "spillway/sim/measure"

// Record is what one replication measured in its window.
type Record struct {
	// Seconds is the length of the window.
	Seconds float64
	// Total is for all tasks, Classes by class; of one class, Classes is empty.
	Total   Measures
	Classes []Measures
	// Busy is the number of busy servers.
	Busy Level
	// QueueLaw is how long the queue stood at each length.
	QueueLaw measure.LengthLaw
	// Flow is the balance of the whole run.
	Flow Flow
}

// Measures are those of the tasks of one class, or of all.
type Measures struct {
	// Wait, Service and Latency are of the counted tasks that were served.
	Wait, Service, Latency *measure.Tally
	// Offered is the number of tasks that arrived in the window, Shed how many
	// of them were refused.
	Offered, Shed int64
	// Completed is the number of services that ended in the window.
	Completed int64
	// Waiting, InSystem and InNetwork are numbers of tasks over time.
	Waiting, InSystem, InNetwork Level
}

// Level is a number over the window: its integral, in seconds, and its
// maximum.
type Level struct {
	Area float64
	Max  int
}

// windowTotals is what depends on the end of the window and not on the counted
// tasks that leave later.
type windowTotals struct {
	seconds                            float64
	busy, waiting, inSystem, inNetwork Level
	law                                measure.LengthLaw
	classes                            []classTotals
	completed                          int64
}

type classTotals struct {
	waiting, inSystem, inNetwork Level
	completed                    int64
}

func (r *Replication) windowTotals() windowTotals {
	o := &r.tasks
	o.elapse(r.now)
	waiting := o.law.Area()
	t := windowTotals{
		seconds:   r.now - r.opened,
		busy:      Level{o.busyArea, o.maxBusy},
		waiting:   Level{waiting, o.maxWaiting},
		inSystem:  Level{waiting + o.busyArea, o.maxSystem},
		inNetwork: level(&r.transit, r.now),
		law:       o.law.Law(),
	}
	for _, c := range r.sums {
		t.completed += c.completed - c.completedBefore
		t.classes = append(t.classes, classTotals{
			waiting: level(&c.waiting, r.now), inSystem: level(&c.inSystem, r.now),
			inNetwork: level(&c.inNetwork, r.now), completed: c.completed - c.completedBefore,
		})
	}
	return t
}

func level(g *measure.Gauge, now float64) Level { return Level{g.Area(now), g.Max()} }

// Record is what was measured from Begin to End, or so far. Its tallies are
// the replication's own where there is one class: they go on changing when the
// replication does.
func (r *Replication) Record() Record {
	t := r.sealed
	if t == nil {
		now := r.windowTotals()
		t = &now
	}
	rec := Record{Seconds: t.seconds, Busy: t.busy, QueueLaw: t.law}
	var all []Measures
	for i, c := range r.sums {
		c.flush()
		w := t.classes[i]
		m := Measures{
			Wait: c.wait, Service: c.service, Latency: c.latency,
			Offered: c.offered, Shed: c.shed, Completed: w.completed,
			Waiting: w.waiting, InSystem: w.inSystem, InNetwork: w.inNetwork,
		}
		rec.Flow.Completed += c.completed
		all = append(all, m)
	}
	rec.Flow.Offered, rec.Flow.Shed, rec.Flow.InFlight = r.emitted(), r.refused, r.inFlight()
	rec.Total = sum(all)
	rec.Total.Completed = t.completed
	rec.Total.Waiting, rec.Total.InSystem, rec.Total.InNetwork = t.waiting, t.inSystem, t.inNetwork
	if len(all) > 1 {
		rec.Classes = all
	}
	return rec
}

// sum adds up the measures of classes, but for the numbers over time.
func sum(classes []Measures) Measures {
	total := classes[0]
	if len(classes) == 1 {
		return total
	}
	total.Wait, total.Service, total.Latency = total.Wait.Clone(), total.Service.Clone(), total.Latency.Clone()
	for _, m := range classes[1:] {
		total.Wait.Merge(m.Wait)
		total.Service.Merge(m.Service)
		total.Latency.Merge(m.Latency)
		total.Offered += m.Offered
		total.Shed += m.Shed
	}
	return total
}

// inFlight counts the tasks that are on their way to admission, waiting or in
// service where they are: it does not follow from the other numbers of the
// flow, and so checks them.
func (r *Replication) inFlight() int64 {
	return int64(r.outbound.len() + r.arriving.used() + r.queue.len() + r.serving.used())
}
