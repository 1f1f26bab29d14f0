// Package tally counts what happens in a pool of servers, for exporters of metrics.
package tally

import (
	"fmt"
	"math"
	"unicode/utf8"

	"spillway/sim/monitor"
)

// Tally is what has happened so far. Its memory grows with the largest number of
// tasks in the system at once: a task is forgotten with its answer or other outcome.
type Tally struct {
	Last     monitor.Transition
	BusyTime float64 // server-seconds
	Classes  []Class // the last is of tasks whose class has no name

	now   float64
	tasks map[int64]progress
	ended ended
}

// Class is what is counted of a class.
type Class struct {
	Name     string
	Emitted  uint64
	Outcomes [Outcomes]uint64
}

// Unused says that nothing was counted.
func (c *Class) Unused() bool { return c.Emitted == 0 && c.Outcomes == [Outcomes]uint64{} }

// progress is when a task that is in the system was emitted and offered.
type progress struct{ emitted, offered float64 }

// ended is the task that the last transition ended, in case it is retried.
type ended struct {
	task int64
	was  progress
}

const (
	none  = int64(-1) // not the number of a task
	other = "other"   // the class of tasks whose class has no name
)

// New is a tally of nothing; the classes are such as Validate wants.
func New(classes []string) Tally {
	t := Tally{tasks: map[int64]progress{}, ended: ended{task: none}}
	for _, name := range append(append([]string(nil), classes...), other) {
		t.Classes = append(t.Classes, Class{Name: name})
	}
	return t
}

// Validate tells all that is wrong with the names of classes and the bounds of
// buckets, on behalf of a package.
func Validate(pkg string, classes []string, buckets []float64) []error {
	var errs []error
	if len(classes) == 0 {
		errs = append(errs, fmt.Errorf("%s: no classes, want at least one", pkg))
	}
	seen := map[string]bool{other: true}
	for _, name := range classes {
		if seen[name] || !utf8.ValidString(name) {
			errs = append(errs, fmt.Errorf("%s: a class %q, want names that differ from one another and from %q, in UTF-8", pkg, name, other))
		}
		seen[name] = true
	}
	last := math.Inf(-1)
	for i, b := range buckets {
		if !(b > last && b <= math.MaxFloat64) {
			errs = append(errs, fmt.Errorf("%s: bucket %d is %g, want finite bounds that increase", pkg, i, b))
		}
		last = b
	}
	return errs
}

// Buckets are the usual ones, from 1 ms to 100 s, three a decade.
func Buckets() []float64 {
	return []float64{0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100}
}

// Measure is what a transition says of its task: Of is Started where the task has
// waited for so many seconds, Answered where it has taken so many, and Emitted where
// there is nothing to measure.
type Measure struct {
	Of      monitor.Kind
	Class   int // an index into the tally's
	Seconds float64
}

// Observe counts a transition. A time before the last, or not finite, is the last.
func (t *Tally) Observe(x monitor.Transition) Measure {
	if x.Time > t.now && x.Time <= math.MaxFloat64 {
		t.BusyTime += float64(t.Last.Busy) * (x.Time - t.now)
		t.now = x.Time
	}
	t.Last = x
	class := x.Class
	if class < 0 || class >= len(t.Classes) {
		class = len(t.Classes) - 1
	}
	if o, ok := outcomeOf(x.Kind); ok {
		t.Classes[class].Outcomes[o]++
	}
	m := Measure{Of: monitor.Emitted, Class: class}
	t.follow(x, &m)
	return m
}

// follow keeps the times of a task and measures what comes of them.
func (t *Tally) follow(x monitor.Transition, m *Measure) {
	was := t.ended
	t.ended.task = none
	switch x.Kind {
	case monitor.Emitted:
		t.Classes[m.Class].Emitted++
		t.tasks[x.Task] = progress{t.now, t.now}
	case monitor.Offered:
		p, ok := t.tasks[x.Task]
		if !ok {
			p.emitted = t.now
		}
		if p.offered = t.now; !ok || p.offered != p.emitted {
			t.tasks[x.Task] = p
		}
	case monitor.Started:
		if p, ok := t.tasks[x.Task]; ok {
			m.Of, m.Seconds = x.Kind, t.now-p.offered
		}
	case monitor.Answered:
		if p, ok := t.tasks[x.Task]; ok {
			m.Of, m.Seconds = x.Kind, t.now-p.emitted
			delete(t.tasks, x.Task)
		}
	case monitor.Shed, monitor.Abandoned, monitor.TimedOut, monitor.Lost:
		if p, ok := t.tasks[x.Task]; ok {
			t.ended = ended{x.Task, p} // in case that it is retried at once
			delete(t.tasks, x.Task)
		}
	case monitor.Retried:
		if x.Task == was.task {
			t.tasks[x.Task] = was.was
		}
	}
}
