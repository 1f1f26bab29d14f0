package rare

import (
	"fmt"
	"math"

	"spillway/distributions"
	"spillway/sim"
)

// occupancy is a pool as it moves from one arrival or completion to the next:
// the walker of shares of time, and of tasks that find no room. Its clock
// counts seconds, its importance the tasks in the system. A service time is
// drawn when the service begins: tasks that wait are then all alike, and how
// many there are says all about them.
type occupancy struct {
	traffic
	services
	servers int // math.MaxInt where there is no bound
	limit   int // of those waiting; math.MaxInt where there is none
	bar     int // tasks in the system from which on the event lasts
	losses  bool

	now     float64
	ends    instants // of the services that go on
	waiting int
	line    fifo[int32] // the streams of those that wait, where it matters
}

func newOccupancy(m *sim.Model, o *Options, streams distributions.Streams, replication int) (walker, error) {
	t, err := newTraffic(m, streams, replication)
	if err != nil {
		return nil, err
	}
	w := &occupancy{traffic: t, services: newServices(m, streams, replication), servers: m.Servers, limit: math.MaxInt}
	if m.Infinite {
		w.servers = math.MaxInt
	}
	if m.Limited {
		w.limit = m.Limit
	}
	switch o.Event {
	case InSystem:
		w.bar = int(o.AtLeast)
	case QueueLength:
		w.bar = m.Servers + int(o.AtLeast)
	default:
		w.losses, w.bar = true, m.Servers+m.Limit
	}
	return w, nil
}

func (w *occupancy) target() float64 { return float64(w.bar) }

func (w *occupancy) arrivals() int64 { return w.arrived }

func (w *occupancy) clock() float64 { return w.now }

func (w *occupancy) level() float64 { return float64(w.waiting + len(w.ends)) }

func (w *occupancy) assume(of walker) {
	f := of.(*occupancy)
	w.traffic.assume(&f.traffic)
	w.now, w.waiting = f.now, f.waiting
	w.ends = append(w.ends[:0], f.ends...)
	if w.several() {
		w.line.assume(&f.line)
	}
}

func (w *occupancy) step(end float64) (s sojourn, more bool, err error) {
	arrival := w.peek()
	if w.err != nil {
		return s, false, w.err
	}
	t, completes := arrival, len(w.ends) > 0 && w.ends[0] <= arrival
	if completes {
		t = w.ends[0]
	}
	inSystem := w.waiting + len(w.ends)
	s.span = min(t, end) - w.now
	if !w.losses {
		s.base = s.span
		if inSystem >= w.bar {
			s.mass = s.span
		}
	}
	if !(t < end) {
		w.now = end
		return s, false, nil
	}
	w.now = t
	if completes {
		return s, true, w.complete()
	}
	stream, _ := w.take()
	if w.losses {
		s.base = 1
		if inSystem >= w.bar {
			s.mass = 1
		}
	}
	return s, true, w.arrive(stream)
}

// complete ends the service that ends first; the server takes the next task.
func (w *occupancy) complete() error {
	if w.waiting == 0 {
		w.ends.pop()
		return nil
	}
	w.waiting--
	stream := 0
	if w.several() {
		stream = int(w.line.pop())
	}
	at := w.now + w.service(stream)
	w.ends.replace(at)
	return w.check(at)
}

// arrive offers a task of a stream; one that finds no room is gone.
func (w *occupancy) arrive(stream int) error {
	switch {
	case len(w.ends) < w.servers:
		at := w.now + w.service(stream)
		w.ends.push(at)
		return w.check(at)
	case w.waiting < w.limit:
		w.waiting++
		if w.several() {
			w.line.push(int32(stream))
		}
	}
	return nil
}

// check guards the clock.
func (w *occupancy) check(at float64) error {
	if at >= w.now && at <= math.MaxFloat64 {
		return nil
	}
	return fmt.Errorf("%w: a service from %g s to %g s", sim.ErrTime, w.now, at)
}

// services give service times.
type services struct {
	laws    []distributions.Distribution
	streams []*distributions.Stream
}

func newServices(m *sim.Model, streams distributions.Streams, replication int) (s services) {
	for i := range m.Streams {
		s.laws = append(s.laws, m.Streams[i].Service)
		s.streams = append(s.streams, streams.For(replication, m.Streams[i].Name+"/service"))
	}
	return s
}

func (s *services) several() bool { return len(s.laws) > 1 }

func (s *services) service(stream int) float64 { return s.laws[stream].Sample(s.streams[stream]) }
