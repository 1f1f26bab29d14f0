package rare

import (
	"fmt"
	"math"

	"spillway/distributions"
	"spillway/distributions/arrivals"
	"spillway/sim"
)

// traffic is the tasks as they come to admission, one at a time. What can be
// drawn later is: after an arrival nothing of the next is known but what the
// source itself remembers, so that histories that part at an arrival have as
// little in common as they can.
type traffic struct {
	feeds  []feed
	delay  float64        // of a constant network; 0 where there is none
	random bool           // the network's delay is: tasks may overtake one another
	way    heap[traveler] // then the tasks that are on it

	next    int        // the feed that is next
	one     [1]float64 // room for an epoch
	arrived int64      // arrivals so far; not part of the state
	err     error      // a time that cannot be
}

// feed is one stream of tasks.
type feed struct {
	name    string
	source  arrivals.Cloner
	forgets arrivals.Redrawer // the source, where it is one
	batch   arrivals.Batch    // nil is one task
	batches *distributions.Stream
	law     distributions.Distribution // of a random network delay
	delays  *distributions.Stream

	drawn bool    // epoch and left are known
	epoch float64 // when the next task is emitted; if it is not drawn, when the last was
	left  int     // tasks still to be emitted then
}

// newTraffic starts the streams of a model at time zero. Random numbers are
// those that a plain simulation has for the same streams and replication.
func newTraffic(m *sim.Model, streams distributions.Streams, replication int) (traffic, error) {
	var t traffic
	if m.Network != nil {
		if _, constant := m.Network.(distributions.Deterministic); constant {
			t.delay = m.Network.Mean()
		} else {
			t.random = true
		}
	}
	for i := range m.Streams {
		s := &m.Streams[i]
		source, ok := s.Process.Start(streams.For(replication, s.Name+"/arrivals")).(arrivals.Cloner)
		if !ok {
			return t, refused("the arrivals of stream %s, %s, cannot be cloned", s.Name, s.Process)
		}
		f := feed{name: s.Name, source: source, batch: s.Batch}
		f.forgets, _ = source.(arrivals.Redrawer)
		if s.Batch != nil {
			f.batches = streams.For(replication, s.Name+"/batch")
		}
		if t.random {
			f.law, f.delays = m.Network, streams.For(replication, s.Name+"/network")
		}
		t.feeds = append(t.feeds, f)
	}
	return t, nil
}

// assume takes over another state.
func (t *traffic) assume(of *traffic) {
	for i := range t.feeds {
		f, g := &t.feeds[i], &of.feeds[i]
		f.source.Assume(g.source)
		f.drawn, f.epoch, f.left = g.drawn, g.epoch, g.left
	}
	t.way = append(t.way[:0], of.way...)
}

// redraw draws anew what has no memory.
func (t *traffic) redraw() {
	for i := range t.feeds {
		if f := &t.feeds[i]; f.forgets != nil {
			f.forgets.Redraw()
		}
	}
}

// peek is when the next task arrives; NaN after an error.
func (t *traffic) peek() float64 {
	at := t.emission()
	if !t.random {
		return at
	}
	for len(t.way) == 0 || at < t.way[0].arrives {
		f := &t.feeds[t.next]
		delay := f.law.Sample(f.delays)
		if !(at+delay >= at && at+delay <= math.MaxFloat64) {
			t.fail(f, at+delay)
			return math.NaN()
		}
		t.way.push(traveler{at + delay, delay, int32(t.next)})
		f.emit()
		at = t.emission()
	}
	return t.way[0].arrives
}

// take is the task that peek told of: its stream and the delay that it had.
func (t *traffic) take() (stream int, delay float64) {
	t.arrived++
	if t.random {
		x := t.way.pop()
		return int(x.stream), x.delay
	}
	t.feeds[t.next].emit()
	return t.next, t.delay
}

// emission is when the next task is emitted, by the feed that is next then:
// the first of those that tie.
func (t *traffic) emission() float64 {
	at := math.Inf(1)
	for i := range t.feeds {
		f := &t.feeds[i]
		if !f.drawn {
			t.draw(f)
		}
		if f.epoch < at {
			t.next, at = i, f.epoch
		}
	}
	if t.err != nil {
		return math.NaN()
	}
	return at
}

// draw finds out when a feed emits next, and how many tasks.
func (t *traffic) draw(f *feed) {
	n := f.source.Fill(t.one[:])
	if n == 0 || !(t.one[0] >= f.epoch && t.one[0] <= math.MaxFloat64) {
		t.fail(f, t.one[0])
		return
	}
	f.epoch, f.drawn, f.left = t.one[0], true, 1
	if f.batch != nil {
		f.left = f.batch.Draw(f.batches)
	}
}

func (t *traffic) fail(f *feed, at float64) {
	if t.err == nil {
		t.err = fmt.Errorf("%w: stream %s goes on from %g s to %g s, or ends", sim.ErrTime, f.name, f.epoch, at)
	}
}

// emit takes a task out of its batch.
func (f *feed) emit() {
	f.left--
	f.drawn = f.left > 0
}
