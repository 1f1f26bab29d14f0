package sim

import (
	"math"

	"spillway/distributions"
)

// origin is a stream of a managed run: its feed of tasks, whose clock stands
// still while backpressure holds it, and what its callers draw.
type origin struct {
	feed
	stream   *Stream
	priority int // lane of its tasks in the backlog
	callers  int // that think, of a closed stream
	thinking variates
	patience variates
	timeout  variates
	retrying variates
	chances  *distributions.Stream // whether and how callers try again

	offset float64 // time that it has been held in all
	held   int     // its tasks at the door
	since  float64 // when it was held, or the window began while it was
	stood  float64 // time held in the window
}

// newOrigin starts stream number i.
func newOrigin(m *Model, i int, streams distributions.Streams, replication int) (origin, error) {
	s, p := &m.Streams[i], &m.Policies
	o := origin{stream: s, priority: m.lane(s)}
	own := func(law distributions.Distribution, name string) variates {
		if law == nil {
			return variates{}
		}
		return newVariates(law, streams.For(replication, s.Name+"/"+name))
	}
	o.patience = own(p.Patience, "patience")
	if p.Timeout != nil {
		o.timeout = own(p.Timeout.After, "timeout")
	}
	if p.Retry != nil {
		o.retrying = own(p.Retry.Delay, "retry")
		o.chances = streams.For(replication, s.Name+"/chances")
	}
	if s.Population > 0 {
		o.feed = newCallers(m, *s, streams, replication)
		o.thinking = own(s.Think, "think")
		o.epoch = math.Inf(1)
		return o, nil
	}
	o.feed = newFeed(m, *s, streams, replication)
	return o, o.advance()
}

// next is when the origin emits its next task: +Inf where it is held.
func (o *origin) next() float64 {
	if o.held > 0 {
		return math.Inf(1)
	}
	return o.epoch + o.offset
}

// hold stops the source: one more of its tasks stands at the door.
func (o *origin) hold(now float64) {
	if o.held == 0 {
		o.since = now
	}
	o.held++
}

// release lets one of its tasks in, and goes on where that was the last.
func (o *origin) release(now, opened float64) {
	o.held--
	if o.held > 0 {
		return
	}
	o.stood += now - math.Max(o.since, opened)
	o.offset += now - o.since
}

// begin starts a window of measurement.
func (o *origin) begin() { o.stood = 0 }

// heldIn is for how long the source was held in a window that opened at a time,
// up to now.
func (o *origin) heldIn(opened, now float64) float64 {
	if o.held == 0 {
		return o.stood
	}
	return o.stood + now - math.Max(o.since, opened)
}

// sourcesEnd bounds the tries of the tasks that are left, once no more come.
func (r *Managed) sourcesEnd() {
	if !r.draining && r.spare == math.MaxInt64 {
		r.spare = r.room(r.emitted)
	}
}

// nextEmission looks for the origin that emits next, the first of those that
// tie.
func (r *Managed) nextEmission() {
	r.emission = math.Inf(1)
	if r.emitted >= r.last {
		r.sourcesEnd()
		return
	}
	for i := range r.origins {
		t := max(r.origins[i].next(), r.now) // the clock of a source that was held is rounded
		if t < r.emission {
			r.from, r.emission = i, t
		}
	}
	if math.IsInf(r.emission, 1) && r.exhausted() {
		r.sourcesEnd()
	}
}
