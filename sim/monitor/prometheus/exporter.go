package promhook

import (
	"math"
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"spillway/sim/monitor"
	"spillway/sim/monitor/saturation"
)

// Exporter counts transitions and is scraped. Observe is called by one goroutine
// at a time, Collect by any at any time. Its memory grows with the largest number
// of tasks in the system at once: a task is forgotten with its answer or other
// outcome.
type Exporter struct {
	detector *saturation.Detector
	classes  []classMetrics // the last is of tasks whose class has no name
	descs    descriptions

	mu       sync.Mutex // guards what is below, and the counts of classes
	now      float64
	state    monitor.Transition // the last
	busyTime float64            // server-seconds
	tasks    map[int64]progress
	ended    ended
}

// classMetrics is what is counted of a class.
type classMetrics struct {
	name          string
	emitted       uint64
	tasks         [outcomes]uint64
	latency, wait prometheus.Histogram // safe for any goroutine
}

// progress is when a task that is in the system was emitted and offered.
type progress struct{ emitted, offered float64 }

// ended is the task that the last transition ended, in case it is retried.
type ended struct {
	task int64
	was  progress
}

var (
	_ monitor.Observer     = (*Exporter)(nil)
	_ prometheus.Collector = (*Exporter)(nil)
)

// New is an exporter that has seen nothing. It is not registered anywhere.
func New(o Options) (*Exporter, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	e := &Exporter{detector: o.Detector, descs: newDescriptions(), tasks: map[int64]progress{}, ended: ended{task: none}}
	for _, name := range append(append([]string(nil), o.Classes...), other) {
		e.classes = append(e.classes, classMetrics{name: name,
			latency: newHistogram("spillway_latency_seconds", "Time from the emission of a task to its answer.", name, o.Buckets),
			wait:    newHistogram("spillway_wait_seconds", "Time from the admission of a task to the start of its service.", name, o.Buckets),
		})
	}
	return e, nil
}

// none is not the number of a task.
const none = int64(-1)

// Observe counts a transition.
func (e *Exporter) Observe(t monitor.Transition) {
	e.mu.Lock()
	if t.Time > e.now && t.Time <= math.MaxFloat64 {
		e.busyTime += float64(e.state.Busy) * (t.Time - e.now)
		e.now = t.Time
	}
	e.state = t
	c := e.class(t.Class)
	if o, ok := outcomeOf(t.Kind); ok {
		c.tasks[o]++
	}
	e.follow(t, c)
	e.mu.Unlock()
}

func (e *Exporter) class(i int) *classMetrics {
	if i < 0 || i >= len(e.classes) {
		i = len(e.classes) - 1
	}
	return &e.classes[i]
}

// follow keeps the times of a task and observes what comes of them.
func (e *Exporter) follow(t monitor.Transition, c *classMetrics) {
	was := e.ended
	e.ended.task = none
	switch t.Kind {
	case monitor.Emitted:
		c.emitted++
		e.tasks[t.Task] = progress{e.now, e.now}
	case monitor.Offered:
		p, ok := e.tasks[t.Task]
		if !ok {
			p.emitted = e.now
		}
		if p.offered = e.now; !ok || p.offered != p.emitted {
			e.tasks[t.Task] = p
		}
	case monitor.Started:
		if p, ok := e.tasks[t.Task]; ok {
			c.wait.Observe(e.now - p.offered)
		}
	case monitor.Answered:
		if p, ok := e.tasks[t.Task]; ok {
			c.latency.Observe(e.now - p.emitted)
			delete(e.tasks, t.Task)
		}
	case monitor.Shed, monitor.Abandoned, monitor.TimedOut, monitor.Lost:
		e.end(t.Task)
	case monitor.Retried:
		if t.Task == was.task {
			e.tasks[t.Task] = was.was
		}
	}
}

// end forgets a task, but for the case that it is retried at once.
func (e *Exporter) end(task int64) {
	if p, ok := e.tasks[task]; ok {
		e.ended = ended{task, p}
		delete(e.tasks, task)
	}
}
