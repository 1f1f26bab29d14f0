package sim

import (
	"fmt"
	"math"

	"spillway/sim/internal/agenda"
)

// Kind says what an event is. Events of one instant happen in the order of
// their kinds, and within a kind in the order in which they were scheduled.
type Kind uint8

// The kinds of events, in their order at one instant: completions come before
// arrivals, so that a server freed at t takes a task that arrives at t.
const (
	Completion Kind = iota // a task leaves its server
	Answer                 // an answer reaches the caller
	Arrival                // a task reaches admission after its network delay
)

// Event is something that is going to happen: a small value, no closure.
type Event struct {
	Time  float64
	order uint64 // kind in the top byte, then the scheduling number
	Index int32  // what it is about: a server, a place in a pool
}

// Kind is the event's kind.
func (e Event) Kind() Kind { return Kind(e.order >> 56) }

func (e Event) before(o Event) bool {
	return e.Time < o.Time || e.Time == o.Time && e.order < o.order
}

// ErrTime is matched by the error of an event that cannot be: in the past, at
// infinity or at no time at all (NaN).
var ErrTime = agenda.ErrTime

// EventList holds the future events, ordered by time, then kind, then
// scheduling order. It is a binary heap of values: nothing is allocated but
// when it grows beyond its largest size so far. The zero value is empty, at
// time 0.
type EventList struct {
	heap []Event
	next uint64  // scheduling number
	now  float64 // time of the last event that was taken
}

// Len is the number of future events.
func (l *EventList) Len() int { return len(l.heap) }

// Time is when the next event happens, +Inf if there is none.
func (l *EventList) Time() float64 {
	if len(l.heap) == 0 {
		return math.Inf(1)
	}
	return l.heap[0].Time
}

// Schedule adds an event. A time before that of the last event taken, NaN or
// infinite is refused with an error that matches ErrTime.
func (l *EventList) Schedule(t float64, k Kind, index int32) error {
	if !(t >= l.now && t <= math.MaxFloat64) {
		return fmt.Errorf("%w: %g, at %g", ErrTime, t, l.now)
	}
	e := Event{t, uint64(k)<<56 | l.next, index}
	l.next++
	l.heap = append(l.heap, e)
	l.up(len(l.heap)-1, e)
	return nil
}

// First is the next event; the list must not be empty.
func (l *EventList) First() Event { return l.heap[0] }

// Replace is Take and then Schedule, in one go.
func (l *EventList) Replace(t float64, k Kind, index int32) error {
	l.now = l.heap[0].Time
	if !(t >= l.now && t <= math.MaxFloat64) {
		return fmt.Errorf("%w: %g, at %g", ErrTime, t, l.now)
	}
	l.down(Event{t, uint64(k)<<56 | l.next, index})
	l.next++
	return nil
}

// Take removes the next event and returns it; the list must not be empty.
func (l *EventList) Take() Event {
	first := l.heap[0]
	n := len(l.heap) - 1
	last := l.heap[n]
	l.heap = l.heap[:n]
	if n > 0 {
		l.down(last)
	}
	l.now = first.Time
	return first
}

func (l *EventList) up(i int, e Event) {
	h := l.heap
	for i > 0 {
		parent := (i - 1) / 2
		if !e.before(h[parent]) {
			break
		}
		h[i] = h[parent]
		i = parent
	}
	h[i] = e
}

// down puts e in the place of the root and restores the heap.
func (l *EventList) down(e Event) {
	h := l.heap
	i := 0
	for {
		child := 2*i + 1
		if child >= len(h) {
			break
		}
		if child+1 < len(h) && h[child+1].before(h[child]) {
			child++
		}
		if !h[child].before(e) {
			break
		}
		h[i] = h[child]
		i = child
	}
	h[i] = e
}
