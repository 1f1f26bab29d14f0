package promhook

import (
	"github.com/prometheus/client_golang/prometheus"

	"spillway/sim/monitor/internal/tally"
)

// descriptions are those of the metrics that are made when they are scraped.
type descriptions struct {
	queue, servers, busy, utilization, busyTime, emitted, tasks, state *prometheus.Desc
}

func newDescriptions() descriptions {
	describe := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("spillway_"+name, help, labels, nil)
	}
	return descriptions{
		queue:       describe("queue_length", "Tasks that wait for a server."),
		servers:     describe("servers", "Servers that are switched on."),
		busy:        describe("servers_busy", "Servers in use."),
		utilization: describe("utilization_ratio", "Share of the servers in use, at this moment."),
		busyTime:    describe("busy_seconds_total", "Time that servers were in use, added up over servers."),
		emitted:     describe("tasks_emitted_total", "Tasks that left their source.", "class"),
		tasks:       describe("tasks_total", "Tasks by what became of them.", "outcome", "class"),
		state:       describe("saturation_state", "Opinion of the saturation detector: 0 ok, 1 warning, 2 saturated, -1 undecided."),
	}
}

const (
	bucketFactor = 1.1 // of neighbouring buckets of native histograms, at most
	maxBuckets   = 160 // of a native histogram: the resolution is lowered before there are more
)

func newHistogram(name, help, class string, buckets []float64) prometheus.Histogram {
	return prometheus.NewHistogram(prometheus.HistogramOpts{
		Name: name, Help: help, ConstLabels: prometheus.Labels{"class": class}, Buckets: buckets,
		NativeHistogramBucketFactor: bucketFactor, NativeHistogramMaxBucketNumber: maxBuckets,
	})
}

// Describe is that of prometheus.Collector.
func (e *Exporter) Describe(to chan<- *prometheus.Desc) {
	d := e.descs
	for _, desc := range []*prometheus.Desc{d.queue, d.servers, d.busy, d.utilization, d.busyTime, d.emitted, d.tasks} {
		to <- desc
	}
	if e.detector != nil {
		to <- d.state
	}
	for _, h := range e.times {
		h.latency.Describe(to)
		h.wait.Describe(to)
	}
}

// Collect is that of prometheus.Collector. What it sends was all true at one
// moment, but for the histograms, which may be a transition ahead or behind.
func (e *Exporter) Collect(to chan<- prometheus.Metric) {
	e.mu.Lock()
	last, busyTime := e.tally.Last, e.tally.BusyTime
	classes := append([]tally.Class(nil), e.tally.Classes...)
	e.mu.Unlock()

	gauge := func(d *prometheus.Desc, x float64) { to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, x) }
	count := func(d *prometheus.Desc, x float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, x, labels...)
	}
	gauge(e.descs.queue, float64(last.Waiting))
	gauge(e.descs.busy, float64(last.Busy))
	if last.Servers > 0 {
		gauge(e.descs.servers, float64(last.Servers))
		gauge(e.descs.utilization, float64(last.Busy)/float64(last.Servers))
	}
	count(e.descs.busyTime, busyTime)
	if e.detector != nil {
		gauge(e.descs.state, float64(e.detector.State()))
	}
	for i, c := range classes {
		if i == len(classes)-1 && c.Unused() {
			continue
		}
		count(e.descs.emitted, float64(c.Emitted), c.Name)
		for o, n := range c.Outcomes {
			count(e.descs.tasks, float64(n), tally.Outcome(o).String(), c.Name)
		}
		e.times[i].latency.Collect(to)
		e.times[i].wait.Collect(to)
	}
}
