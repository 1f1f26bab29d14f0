package eventlog

import "spillway/sim/monitor"

// event begins an event of a phase, as the format calls its kinds, at a time.
func (t *Trace) event(phase string, seconds float64, lane int, name string) {
	w := &t.w
	if t.begun {
		w.text(",\n")
	} else {
		w.text("[\n")
	}
	t.begun = true
	w.text(`{"ph":"`)
	w.text(phase)
	w.text(`","pid":1,"tid":`)
	w.int(int64(lane))
	w.text(`,"ts":`)
	w.number(seconds*1e6, 3) // microseconds, to the nanosecond
	w.text(`,"name":"`)
	w.text(name)
	w.text(`"`)
}

// end ends the event.
func (t *Trace) end() {
	t.w.text("}")
	t.w.flush()
}

// slice is a task on a lane, from its start to now.
func (t *Trace) slice(lane int, s service) {
	t.event("X", s.start, lane, "task ")
	t.w.line = t.w.line[:len(t.w.line)-1]
	t.w.int(s.task)
	t.w.text(`","dur":`)
	t.w.number((t.now-s.start)*1e6, 3)
	t.w.text(`,"cat":`)
	t.class(s.class)
	t.end()
}

// flow is one end of the arrow from the arrival of a task to its service.
func (t *Trace) flow(phase string, lane int, task int64) {
	t.event(phase, t.now, lane, "wait")
	t.w.text(`,"cat":"wait","bp":"e","id":`)
	t.w.int(task)
	t.end()
}

// mark is a mark on the lane of arrivals.
func (t *Trace) mark(x monitor.Transition) {
	t.name(arrivalLane, "arrivals")
	t.event("i", t.now, arrivalLane, x.Kind.String())
	t.w.text(`,"s":"t","args":{"task":`)
	t.w.int(x.Task)
	t.w.text(`,"servers":`)
	t.w.int(int64(x.Servers))
	t.w.text("}")
	t.end()
}

// count tells the new value of a counter, if it is another, and returns it.
func (t *Trace) count(name string, old, n int) int {
	if n != old {
		t.event("C", t.now, 0, name)
		t.w.text(`,"args":{"tasks":`)
		t.w.int(int64(n))
		t.w.text("}")
		t.end()
	}
	return n
}

// name names a lane that has no name yet.
func (t *Trace) name(lane int, name string) {
	if t.lanes[lane] {
		return
	}
	t.lanes[lane] = true
	t.event("M", 0, lane, "thread_name")
	t.w.text(`,"args":{"name":"`)
	t.w.text(name)
	t.w.text(`"}`)
	t.end()
}

// class writes the name of a class, or its number.
func (t *Trace) class(i int) {
	if i >= 0 && i < len(t.classes) {
		t.w.text(t.classes[i])
		return
	}
	t.w.text(`"`)
	t.w.int(int64(i))
	t.w.text(`"`)
}
