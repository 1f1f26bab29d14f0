// Package agenda is a list of future events that can be taken back: the timers
// of tasks that are served before they run out of patience.
package agenda

import (
	"errors"
	"fmt"
	"math"
)

// Agenda holds future events, ordered by time, then kind, then the order in
// which they were scheduled. Each belongs to an owner, which has at most one at
// a time. It is a binary heap that knows where every owner's event is, so that
// one can be cancelled: memory is that of the events still to come. The zero
// value is empty, at time 0.
type Agenda struct {
	heap  []event
	place []int32 // of each owner's event in the heap, plus one; 0 where it has none
	next  uint64  // scheduling number
	now   float64 // time of the last event that was taken
}

type event struct {
	time  float64
	order uint64 // kind in the top byte, then the scheduling number
	owner int32
}

func (e event) before(o event) bool {
	return e.time < o.time || e.time == o.time && e.order < o.order
}

// ErrTime is matched by the error of an event that cannot be: in the past, at
// infinity or at no time at all (NaN).
var ErrTime = errors.New("sim: impossible event time")

// Len is the number of future events.
func (a *Agenda) Len() int { return len(a.heap) }

// Time is when the next event happens, +Inf if there is none.
func (a *Agenda) Time() float64 {
	if len(a.heap) == 0 {
		return math.Inf(1)
	}
	return a.heap[0].time
}

// Owner is whose the next event is; the agenda must not be empty.
func (a *Agenda) Owner() int32 { return a.heap[0].owner }

// Kind is that of the next event; the agenda must not be empty.
func (a *Agenda) Kind() uint8 { return uint8(a.heap[0].order >> 56) }

// Schedule adds the event of an owner (from 0 up) that has none. A time before
// that of the last event taken, NaN or infinite is refused with an error that
// matches ErrTime.
func (a *Agenda) Schedule(t float64, kind uint8, owner int32) error {
	if !(t >= a.now && t <= math.MaxFloat64) {
		return fmt.Errorf("%w: %g, at %g", ErrTime, t, a.now)
	}
	for int(owner) >= len(a.place) {
		a.place = append(a.place, 0)
	}
	e := event{t, uint64(kind)<<56 | a.next, owner}
	a.next++
	a.heap = append(a.heap, e)
	a.up(len(a.heap)-1, e)
	return nil
}

// Has says whether an owner has an event to come.
func (a *Agenda) Has(owner int32) bool { return int(owner) < len(a.place) && a.place[owner] != 0 }

// Cancel takes an owner's event back, if it has one.
func (a *Agenda) Cancel(owner int32) {
	if a.Has(owner) {
		a.remove(int(a.place[owner]) - 1)
	}
}

// Take removes the next event and returns its time, kind and owner; the agenda
// must not be empty.
func (a *Agenda) Take() (t float64, kind uint8, owner int32) {
	e := a.heap[0]
	a.remove(0)
	a.now = e.time
	return e.time, uint8(e.order >> 56), e.owner
}

// remove takes out what is at place i of the heap.
func (a *Agenda) remove(i int) {
	a.place[a.heap[i].owner] = 0
	n := len(a.heap) - 1
	last := a.heap[n]
	a.heap = a.heap[:n]
	if i == n {
		return
	}
	if i > 0 && last.before(a.heap[(i-1)/2]) {
		a.up(i, last)
		return
	}
	a.down(i, last)
}

func (a *Agenda) put(i int, e event) {
	a.heap[i] = e
	a.place[e.owner] = int32(i) + 1
}

func (a *Agenda) up(i int, e event) {
	for i > 0 {
		parent := (i - 1) / 2
		if !e.before(a.heap[parent]) {
			break
		}
		a.put(i, a.heap[parent])
		i = parent
	}
	a.put(i, e)
}

func (a *Agenda) down(i int, e event) {
	h := a.heap
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
		a.put(i, h[child])
		i = child
	}
	a.put(i, e)
}
