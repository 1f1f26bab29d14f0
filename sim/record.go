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
	// Servers is how many were switched on, those that end their last task
	// included, ServerSeconds the integral of these and of those that start, and
	// Scalings how often their number changed. All are zero where it cannot.
	Servers       Level
	ServerSeconds float64
	Scalings      int64
	// Stranded is the number of counted tasks that had not come to an end when
	// the run did.
	Stranded int64
}

// Measures are those of the tasks of one class, or of all.
type Measures struct {
	// Wait, Service and Latency are of the counted tasks that were served.
	Wait, Service, Latency *measure.Tally
	// WaitService is the sum, over these, of wait × service, WaitGap that of wait
	// × the time from the arrival to the next one, in seconds². A wait has nothing
	// to do with either where tasks are served in the order of their arrival.
	// Where there is a network, or anything that NeedsManaging, WaitGap is 0.
	WaitService, WaitGap float64
	// Offered is the number of tasks that arrived in the window, Shed how many
	// of them were refused.
	Offered, Shed int64
	// Abandoned, TimedOut and Lost are those that in the end left the queue,
	// ran out of their caller's time, or went down with a server. Tries is how
	// often the tasks were offered; 0 where none can try again.
	Abandoned, TimedOut, Lost, Tries int64
	// Held is how long a throttle, or backpressure, held the counted tasks; nil
	// where nothing can.
	Held *measure.Tally
	// Completed is the number of services that ended in the window.
	Completed int64
	// Good is the number of answers in time in the window, Wasted the seconds
	// of service in it for callers that had given up. Of a run in which nobody
	// can, Good is zero too.
	Good   int64
	Wasted float64
	// InRetry is the number of tasks that wait to try again.
	InRetry Level
	// Blocked is the time in the window that backpressure held the sources, on
	// average over them.
	Blocked float64
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
			WaitService: c.waitService, WaitGap: c.waitGap,
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
	if total.Held != nil {
		total.Held = total.Held.Clone()
	}
	for _, m := range classes[1:] {
		total.Wait.Merge(m.Wait)
		total.Service.Merge(m.Service)
		total.Latency.Merge(m.Latency)
		total.WaitService += m.WaitService
		total.WaitGap += m.WaitGap
		total.Offered += m.Offered
		total.Shed += m.Shed
		total.Abandoned += m.Abandoned
		total.TimedOut += m.TimedOut
		total.Lost += m.Lost
		total.Tries += m.Tries
		if m.Held != nil {
			total.Held.Merge(m.Held)
		}
	}
	return total
}

// inFlight counts the tasks that are on their way to admission, waiting or in
// service where they are: it does not follow from the other numbers of the
// flow, and so checks them.
func (r *Replication) inFlight() int64 {
	return int64(r.outbound.len() + r.arriving.used() + r.serving.used() + r.tasks.waiting)
}
