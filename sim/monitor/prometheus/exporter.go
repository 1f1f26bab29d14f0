package promhook

import (
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"spillway/sim/monitor"
	"spillway/sim/monitor/internal/tally"
	"spillway/sim/monitor/saturation"
)

// Exporter counts transitions and is scraped. Observe is called by one goroutine
// at a time, Collect by any at any time. Its memory grows with the largest number
// of tasks in the system at once: a task is forgotten with its answer or other
// outcome.
type Exporter struct {
	detector *saturation.Detector
	descs    descriptions
	times    []times // by class, as the tally has them

	mu    sync.Mutex
	tally tally.Tally
}

// times are the histograms of a class, which are safe for any goroutine.
type times struct{ latency, wait prometheus.Histogram }

var (
	_ monitor.Observer     = (*Exporter)(nil)
	_ prometheus.Collector = (*Exporter)(nil)
)

// New is an exporter that has seen nothing. It is not registered anywhere.
func New(o Options) (*Exporter, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	e := &Exporter{detector: o.Detector, descs: newDescriptions(), tally: tally.New(o.Classes)}
	for _, c := range e.tally.Classes {
		e.times = append(e.times, times{
			latency: newHistogram("spillway_latency_seconds", "Time from the emission of a task to its answer.", c.Name, o.Buckets),
			wait:    newHistogram("spillway_wait_seconds", "Time from the admission of a task to the start of its service.", c.Name, o.Buckets),
		})
	}
	return e, nil
}

// Observe counts a transition.
func (e *Exporter) Observe(t monitor.Transition) {
	e.mu.Lock()
	m := e.tally.Observe(t)
	e.mu.Unlock()
	switch m.Of {
	case monitor.Started:
		e.times[m.Class].wait.Observe(m.Seconds)
	case monitor.Answered:
		e.times[m.Class].latency.Observe(m.Seconds)
	}
}
