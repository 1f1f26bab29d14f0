package sim

import "spillway/sim/measure"

// occupancy is how many tasks wait and how many are in service, and what that
// was over the window: integrals, maxima and the law of the queue's length.
// Integrals are brought up to date once an event, before it changes anything.
type occupancy struct {
	waiting, busy int
	since         float64 // up to when the integrals are
	busyArea      float64 // ∫ busy dt
	maxWaiting    int
	maxBusy       int
	maxSystem     int
	law           measure.LengthTimes
}

// elapse brings the integrals up to now.
func (o *occupancy) elapse(now float64) {
	dt := now - o.since
	o.since = now
	o.busyArea += dt * float64(o.busy)
	o.law.Spend(o.waiting, dt)
}

// begin starts a new window at now.
func (o *occupancy) begin(now float64) {
	o.since, o.busyArea = now, 0
	o.maxWaiting, o.maxBusy, o.maxSystem = o.waiting, o.busy, o.waiting+o.busy
	o.law.Reset()
}

// queue notes a task that waits.
func (o *occupancy) queue() {
	o.waiting++
	o.maxWaiting = max(o.maxWaiting, o.waiting)
	o.maxSystem = max(o.maxSystem, o.waiting+o.busy)
}

// serve notes a task that has a server at once.
func (o *occupancy) serve() {
	o.busy++
	o.maxBusy = max(o.maxBusy, o.busy)
	o.maxSystem = max(o.maxSystem, o.waiting+o.busy)
}
