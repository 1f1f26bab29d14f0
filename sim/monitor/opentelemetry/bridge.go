// Package otelhook gives what happens in a pool of servers to OpenTelemetry. A
// Bridge is a monitor.Observer that makes its instruments with a meter of the
// caller's; it needs the API of OpenTelemetry alone, not its SDK.
//
// The instruments, all of which have names that begin with spillway. and which become,
// in Prometheus, the metrics of package promhook, name by name:
//
//	queue.length      gauge      {task}    tasks that wait for a server
//	servers           gauge      {server}  servers switched on, where there is a bound
//	servers.busy      gauge      {server}  servers in use
//	utilization       gauge      1         servers.busy / servers, at this moment
//	busy              counter    s         time that servers were in use, added up
//	tasks.emitted     counter    {task}    tasks that left their source, by class
//	tasks             counter    {task}    what became of tasks, by class and outcome
//	latency           histogram  s         from the emission of a task to its answer, by class
//	wait              histogram  s         from the admission of a task to its service, by class
//	saturation.state  gauge                of the detector: 0 ok, 1 warning, 2 saturated, −1 undecided
//
// The outcomes are those of package promhook. Who has a promhook.Exporter already
// may also read its registry with go.opentelemetry.io/contrib/bridges/prometheus.
package otelhook

import (
	"context"
	"errors"
	"sync"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"spillway/sim/monitor"
	"spillway/sim/monitor/internal/tally"
	"spillway/sim/monitor/saturation"
)

// Options say what a bridge gives; they mean what those of package promhook mean.
type Options struct {
	Classes  []string
	Buckets  []float64 // what the histograms are advised to have; a view may overrule it
	Detector *saturation.Detector
}

// DefaultOptions are buckets from 1 ms to 100 s, three a decade, and no detector.
func DefaultOptions(classes ...string) Options {
	return Options{Classes: classes, Buckets: tally.Buckets()}
}

// Bridge counts transitions, and is read when its meter's provider collects. Observe
// is called by one goroutine at a time. Its memory grows with the largest number of
// tasks in the system at once.
type Bridge struct {
	detector     *saturation.Detector
	instruments  instruments
	classes      []class // as the tally has them
	registration metric.Registration

	mu    sync.Mutex
	tally tally.Tally
}

// class is the attributes of a class, made once.
type class struct {
	record   []metric.RecordOption
	emitted  metric.ObserveOption
	outcomes [tally.Outcomes]metric.ObserveOption
}

var _ monitor.Observer = (*Bridge)(nil)

// New is a bridge that has seen nothing; Close it when its pool has ended.
func New(meter metric.Meter, o Options) (*Bridge, error) {
	if errs := tally.Validate("otelhook", o.Classes, o.Buckets); errs != nil {
		return nil, errors.Join(errs...)
	}
	b := &Bridge{detector: o.Detector, tally: tally.New(o.Classes)}
	for _, c := range b.tally.Classes {
		name := attribute.String("class", c.Name)
		set := metric.WithAttributeSet(attribute.NewSet(name))
		x := class{record: []metric.RecordOption{set}, emitted: set}
		for i := range x.outcomes {
			x.outcomes[i] = metric.WithAttributeSet(attribute.NewSet(name, attribute.String("outcome", tally.Outcome(i).String())))
		}
		b.classes = append(b.classes, x)
	}
	observed, err := b.instruments.make(meter, o.Buckets)
	if err != nil {
		return nil, err
	}
	b.registration, err = meter.RegisterCallback(b.read, observed...)
	return b, err
}

// Close takes the bridge from its meter, which reads it no more.
func (b *Bridge) Close() error { return b.registration.Unregister() }

// Observe counts a transition.
func (b *Bridge) Observe(t monitor.Transition) {
	b.mu.Lock()
	m := b.tally.Observe(t)
	b.mu.Unlock()
	switch m.Of {
	case monitor.Started:
		b.instruments.wait.Record(context.Background(), m.Seconds, b.classes[m.Class].record...)
	case monitor.Answered:
		b.instruments.latency.Record(context.Background(), m.Seconds, b.classes[m.Class].record...)
	}
}

// read tells what was all true at one moment.
func (b *Bridge) read(_ context.Context, to metric.Observer) error {
	b.mu.Lock()
	last, busyTime := b.tally.Last, b.tally.BusyTime
	classes := append([]tally.Class(nil), b.tally.Classes...)
	b.mu.Unlock()
	i := &b.instruments
	to.ObserveFloat64(i.queue, float64(last.Waiting))
	to.ObserveFloat64(i.busy, float64(last.Busy))
	if last.Servers > 0 {
		to.ObserveFloat64(i.servers, float64(last.Servers))
		to.ObserveFloat64(i.utilization, float64(last.Busy)/float64(last.Servers))
	}
	to.ObserveFloat64(i.busyTime, busyTime)
	if b.detector != nil {
		to.ObserveFloat64(i.state, float64(b.detector.State()))
	}
	for j := range classes {
		c := &classes[j]
		if j == len(classes)-1 && c.Unused() {
			continue
		}
		to.ObserveFloat64(i.emitted, float64(c.Emitted), b.classes[j].emitted)
		for o, n := range c.Outcomes {
			to.ObserveFloat64(i.tasks, float64(n), b.classes[j].outcomes[o])
		}
	}
	return nil
}
