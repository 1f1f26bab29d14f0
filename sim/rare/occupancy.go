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
	serving heap[service]
	begins  int // the stream of a task whose service begins now and is still to be drawn; -1 for none
	waiting int
	line    fifo[int32] // the streams of those that wait, where it matters
}

func newOccupancy(m *sim.Model, o *Options, streams distributions.Streams, replication int) (walker, error) {
	t, err := newTraffic(m, streams, replication)
	if err != nil {
		return nil, err
	}
	w := &occupancy{traffic: t, services: newServices(m, streams, replication), servers: m.Servers, limit: math.MaxInt, begins: -1}
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

func (w *occupancy) level() float64 { return float64(w.inSystem()) }

func (w *occupancy) inSystem() int {
	n := w.waiting + len(w.serving)
	if w.begins >= 0 {
		n++
	}
	return n
}

func (w *occupancy) assume(of walker) {
	f := of.(*occupancy)
	w.traffic.assume(&f.traffic)
	w.now, w.waiting, w.begins = f.now, f.waiting, f.begins
	w.serving = append(w.serving[:0], f.serving...)
	if w.several() {
		w.line.assume(&f.line)
	}
}

// tries is how often a service is drawn anew.
const tries = 4

// redraw draws the services that go on anew, given how long they have lasted:
// nothing else of them has shown yet. A draw that is too short is repeated, and
// after some the service stays as it is; either way its law is that of
// services that last longer.
func (w *occupancy) redraw(float64) {
	w.traffic.redraw()
	for i := range w.serving {
		x := &w.serving[i]
		for range tries {
			if end := x.start + w.services.draw(int(x.stream)); end > w.now && end <= math.MaxFloat64 {
				x.end = end
				break
			}
		}
	}
	w.serving.order()
}

func (w *occupancy) step(end float64) (s sojourn, more bool, err error) {
	inSystem := w.inSystem()
	if w.begins >= 0 {
		if err := w.begin(w.begins, false); err != nil {
			return s, false, err
		}
		w.begins = -1
	}
	arrival := w.peek()
	if w.err != nil {
		return s, false, w.err
	}
	t, completes := arrival, len(w.serving) > 0 && w.serving[0].end <= arrival
	if completes {
		t = w.serving[0].end
	}
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
	w.arrive(stream)
	return s, true, nil
}

// complete ends the service that ends first; the server takes the next task.
func (w *occupancy) complete() error {
	if w.waiting == 0 {
		w.serving.pop()
		return nil
	}
	w.waiting--
	stream := 0
	if w.several() {
		stream = int(w.line.pop())
	}
	return w.begin(stream, true)
}

// arrive offers a task of a stream; one that finds no room is gone.
func (w *occupancy) arrive(stream int) {
	switch {
	case len(w.serving) < w.servers:
		w.begins = stream
	case w.waiting < w.limit:
		w.waiting++
		if w.several() {
			w.line.push(int32(stream))
		}
	}
}

// begin begins a service now, on an idle server or on the one whose service
// has just ended.
func (w *occupancy) begin(stream int, replaces bool) error {
	at := w.now + w.services.draw(stream)
	if !(at >= w.now && at <= math.MaxFloat64) {
		return fmt.Errorf("%w: a service from %g s to %g s", sim.ErrTime, w.now, at)
	}
	x := service{at, w.now, int32(stream)}
	if replaces {
		w.serving.replace(x)
	} else {
		w.serving.push(x)
	}
	return nil
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

func (s *services) draw(stream int) float64 { return s.laws[stream].Sample(s.streams[stream]) }
