package rare

import (
	"fmt"
	"math"
	"slices"

	"spillway/distributions"
	"spillway/sim"
)

// waits is a pool as it is found by one arriving task after another: the walker
// of shares of tasks. It keeps when each server will be free (Kiefer and
// Wolfowitz, "On the theory of queues with many servers", Trans. AMS 78, 1955).
// Its clock counts offered tasks, its importance is the wait of the task that
// has just arrived, in seconds, or, while there are idle servers, minus their
// number.
type waits struct {
	traffic
	services
	free    heap[instant] // of each server; empty where there are infinitely many
	limited bool
	limit   int
	tails   []tail // of latency, for each stream; nil for waits
	answers answers
	bar     float64 // the wait or latency from which on the event is

	n      float64 // tasks before the one that has just arrived
	now    float64 // when it arrived
	stream int
	delay  float64       // that it had
	last   begun         // the last service that began
	starts fifo[float64] // when the tasks that wait begin, where there is a limit
}

// begun is a service that is to be drawn anew.
type begun struct {
	begun  bool // there is one
	starts float64
	ends   instant
	stream int
}

// tail is P(S ≥ y) of a service time; nil where it is not known.
type tail func(y float64) float64

func newWaits(m *sim.Model, o *Options, streams distributions.Streams, replication int) (walker, error) {
	t, err := newTraffic(m, streams, replication)
	if err != nil {
		return nil, err
	}
	w := &waits{traffic: t, services: newServices(m, streams, replication), limited: m.Limited, limit: m.Limit, bar: o.AtLeast}
	if !m.Infinite {
		w.free = make(heap[instant], m.Servers)
	}
	if o.Event == Latency {
		for i := range m.Streams {
			w.tails = append(w.tails, tailOf(m.Streams[i].Service))
		}
		w.answers = newAnswers(m, streams, replication)
	}
	return w, w.next()
}

// tailOf is 1 − P(S < y), which subtracts: what is below some 1e-15 is lost but
// for the exponential law.
func tailOf(d distributions.Distribution) tail {
	if e, ok := d.(distributions.Exponential); ok {
		return func(y float64) float64 { return math.Exp(-y / e.Mean()) }
	}
	cdf, ok := distributions.CDFOf(d)
	if !ok {
		return nil
	}
	return func(y float64) float64 { return 1 - cdf(math.Nextafter(y, 0)) }
}

// target is the wait that is enough by itself; where nobody waits, any.
func (w *waits) target() float64 {
	if len(w.free) == 0 {
		return 0
	}
	return w.bar
}

func (w *waits) arrivals() int64 { return w.arrived }

func (w *waits) clock() float64 { return w.n }

func (w *waits) level() float64 {
	if len(w.free) == 0 {
		return 0
	}
	if wait := float64(w.free[0]) - w.now; wait > 0 {
		return wait
	}
	return w.idle()
}

// idle is minus the number of idle servers.
func (w *waits) idle() float64 {
	n := 0
	for _, t := range w.free {
		if float64(t) <= w.now {
			n++
		}
	}
	return float64(-n)
}

// lowest is the level of servers in any order.
func (w *waits) lowest() float64 {
	if wait := float64(slices.Min(w.free)) - w.now; wait > 0 {
		return wait
	}
	return w.idle()
}

func (w *waits) assume(of walker) {
	f := of.(*waits)
	w.traffic.assume(&f.traffic)
	w.n, w.now, w.stream, w.delay = f.n, f.now, f.stream, f.delay
	w.last = f.last
	copy(w.free, f.free)
	if w.limited {
		w.starts.assume(&f.starts)
	}
}

// redraw draws the last service anew, given that the level that has been
// reached is reached: nothing else of it has shown yet. A long service takes a
// history past several levels at once, and would take all that branch off from
// it as far.
func (w *waits) redraw(reached float64) {
	w.traffic.redraw()
	i := slices.Index(w.free, w.last.ends)
	if i < 0 || !w.last.begun {
		return
	}
	kept := w.free[i]
	for range tries {
		w.last.ends = instant(w.last.starts + w.again(reached))
		w.free[i] = w.last.ends
		if w.lowest() >= reached && w.last.ends <= math.MaxFloat64 {
			w.free.order()
			return
		}
	}
	w.last.ends, w.free[i] = kept, kept
}

// again is a service of the stream of the last task; of the law without memory
// one that is long enough to reach a level.
func (w *waits) again(reached float64) float64 {
	service := w.services.draw(w.last.stream)
	if _, ok := w.services.laws[w.last.stream].(distributions.Exponential); ok && reached > 0 {
		service += max(0, w.now+reached-w.last.starts)
	}
	return service
}

func (w *waits) step(end float64) (s sojourn, more bool, err error) {
	if !(w.n < end) {
		return s, false, nil
	}
	s.span = 1
	w.last.begun = false
	start := w.now
	if len(w.free) > 0 {
		start = max(start, float64(w.free[0]))
	}
	if w.admits(start) {
		service := w.services.draw(w.stream)
		s.base, s.mass = 1, w.event(start-w.now, service)
		if err := w.serve(start, service); err != nil {
			return s, false, err
		}
	}
	w.n++
	return s, true, w.next()
}

// next moves to the next arrival.
func (w *waits) next() error {
	at := w.peek()
	if w.err != nil {
		return w.err
	}
	w.now = at
	w.stream, w.delay = w.take()
	return nil
}

// admits says whether a task that would start then finds room.
func (w *waits) admits(start float64) bool {
	if !w.limited || start == w.now {
		return true
	}
	for w.starts.len() > 0 && w.starts.first() <= w.now {
		w.starts.pop()
	}
	return w.starts.len() < w.limit
}

func (w *waits) serve(start, service float64) error {
	at := start + service
	if !(service >= 0 && at <= math.MaxFloat64) {
		return fmt.Errorf("%w: a service of %g s that starts at %g s", sim.ErrTime, service, start)
	}
	if len(w.free) > 0 {
		w.free.replace(instant(at))
		w.last = begun{true, start, instant(at), w.stream}
	}
	if w.limited && start > w.now {
		w.starts.push(start)
	}
	return nil
}

// event is the probability of the event for a task, given its wait: 0 or 1 for
// a wait. For a latency it is that of a service long enough, where the law of
// services tells it: a conditional expectation in place of what it is the
// expectation of.
func (w *waits) event(wait, service float64) float64 {
	if w.tails == nil {
		return indicator(wait >= w.bar)
	}
	needed := w.bar - w.delay - wait - w.answers.next()
	switch {
	case needed <= 0:
		return 1
	case w.tails[w.stream] == nil:
		return indicator(service >= needed)
	}
	return w.tails[w.stream](needed)
}

func indicator(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// answers draw response delays; the zero value is none.
type answers struct {
	law    distributions.Distribution
	stream *distributions.Stream
}

func newAnswers(m *sim.Model, streams distributions.Streams, replication int) answers {
	return answers{m.Response, streams.For(replication, "response")}
}

func (a *answers) next() float64 {
	if a.law == nil {
		return 0
	}
	return a.law.Sample(a.stream)
}
