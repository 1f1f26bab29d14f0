package otelhook

import (
	"errors"

	"go.opentelemetry.io/otel/metric"
)

// instruments are what a meter makes for a bridge.
type instruments struct {
	queue, servers, busy, utilization, state metric.Float64ObservableGauge
	emitted, tasks, busyTime                 metric.Float64ObservableCounter
	latency, wait                            metric.Float64Histogram
}

// make makes them all, and returns those that are observed when they are read.
func (i *instruments) make(meter metric.Meter, buckets []float64) ([]metric.Observable, error) {
	var observed []metric.Observable
	var errs []error
	gauge := func(to *metric.Float64ObservableGauge, name, unit, about string) {
		var err error
		*to, err = meter.Float64ObservableGauge("spillway."+name, metric.WithUnit(unit), metric.WithDescription(about))
		observed, errs = append(observed, *to), append(errs, err)
	}
	count := func(to *metric.Float64ObservableCounter, name, unit, about string) {
		var err error
		*to, err = meter.Float64ObservableCounter("spillway."+name, metric.WithUnit(unit), metric.WithDescription(about))
		observed, errs = append(observed, *to), append(errs, err)
	}
	histogram := func(to *metric.Float64Histogram, name, about string) {
		var err error
		*to, err = meter.Float64Histogram("spillway."+name, metric.WithUnit("s"), metric.WithDescription(about),
			metric.WithExplicitBucketBoundaries(buckets...))
		errs = append(errs, err)
	}
	gauge(&i.queue, "queue.length", "{task}", "Tasks that wait for a server.")
	gauge(&i.servers, "servers", "{server}", "Servers that are switched on.")
	gauge(&i.busy, "servers.busy", "{server}", "Servers in use.")
	gauge(&i.utilization, "utilization", "1", "Share of the servers in use, at this moment.")
	gauge(&i.state, "saturation.state", "", "Opinion of the saturation detector: 0 ok, 1 warning, 2 saturated, -1 undecided.")
	count(&i.busyTime, "busy", "s", "Time that servers were in use, added up over servers.")
	count(&i.emitted, "tasks.emitted", "{task}", "Tasks that left their source.")
	count(&i.tasks, "tasks", "{task}", "Tasks by what became of them.")
	histogram(&i.latency, "latency", "Time from the emission of a task to its answer.")
	histogram(&i.wait, "wait", "Time from the admission of a task to the start of its service.")
	return observed, errors.Join(errs...)
}
