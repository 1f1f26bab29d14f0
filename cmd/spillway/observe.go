package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"spillway/scenarios"
	"spillway/sim/monitor"
	"spillway/sim/monitor/eventlog"
	promhook "spillway/sim/monitor/prometheus"
	"spillway/sim/monitor/saturation"
)

// observers are what --events and --monitor attach to the first replication of
// a scenario's only point, and to its real run.
type observers struct {
	all     monitor.Several
	metrics *metrics // nil without --monitor
	closes  []func() error
}

// observe makes the observers that were asked for; nil where none were.
func (p *program) observe(f *flags, studies []*scenarios.Study) (*observers, error) {
	if f.events == "" && f.monitor == "" {
		return nil, nil
	}
	if len(studies) != 1 || len(studies[0].Points) != 1 {
		return nil, usagef("spillway: --events and --monitor follow one scenario of one point; give one, without its sweep: --set servers=4, for example")
	}
	point := &studies[0].Points[0]
	var o observers
	if f.monitor != "" {
		if err := p.serveMetrics(&o, f, point); err != nil {
			return nil, err
		}
	}
	if f.events != "" {
		if err := o.record(f.events, point); err != nil {
			return nil, errors.Join(err, o.close())
		}
	}
	return &o, nil
}

// close ends what observes; the first error that any of it met is the answer.
func (o *observers) close() error {
	if o == nil {
		return nil
	}
	var errs []error
	for _, f := range o.closes {
		errs = append(errs, f())
	}
	return errors.Join(errs...)
}

// record writes every transition to a file: JSON lines, or what Perfetto opens.
func (o *observers) record(name string, point *scenarios.Point) error {
	file, err := os.Create(name)
	if err != nil {
		return fmt.Errorf("spillway: --events: %w", err)
	}
	var log interface {
		monitor.Observer
		io.Closer
	}
	log = eventlog.NewLines(file)
	if strings.HasSuffix(name, ".trace.json") {
		log = eventlog.NewTrace(file, classNames(point)...)
	}
	o.all = append(o.all, log)
	o.closes = append(o.closes, func() error {
		if err := errors.Join(log.Close(), file.Close()); err != nil {
			return fmt.Errorf("spillway: --events: %w", err)
		}
		return nil
	})
	return nil
}

// metrics are what is scraped, of one exporter at a time.
type metrics struct {
	registry *prometheus.Registry
	point    *scenarios.Point
	exporter *promhook.Exporter
}

// watch lets a new exporter take the place of the one before, and is what has to be
// told for it.
func (m *metrics) watch() (monitor.Several, error) {
	options := promhook.DefaultOptions(classNames(m.point)...)
	var all monitor.Several
	if !m.point.Infinite {
		detector, err := saturation.New(saturation.DefaultConfig(m.point.Servers))
		if err != nil {
			return nil, err
		}
		options.Detector = detector
		all = append(all, detector) // before the exporter, which reads it
	}
	exporter, err := promhook.New(options)
	if err != nil {
		return nil, err
	}
	if m.exporter != nil {
		m.registry.Unregister(m.exporter)
	}
	m.exporter = exporter
	return append(all, exporter), m.registry.Register(exporter)
}

// serveMetrics serves /metrics until the run has ended.
func (p *program) serveMetrics(o *observers, f *flags, point *scenarios.Point) error {
	o.metrics = &metrics{registry: prometheus.NewRegistry(), point: point}
	all, err := o.metrics.watch()
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", f.monitor)
	if err != nil {
		return usagef("spillway: --monitor %s: %v; want an address such as :9090", f.monitor, err)
	}
	mux := http.NewServeMux()
	mux.Handle("/metrics", promhttp.HandlerFor(o.metrics.registry, promhttp.HandlerOpts{}))
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = server.Serve(listener) }() // ends with Shutdown, and then has nothing to say
	if !f.quiet {
		fmt.Fprintf(p.stderr, "metrics at http://%s/metrics\n", listener.Addr())
	}
	o.all = append(o.all, all...)
	o.closes = append(o.closes, func() error {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		return server.Shutdown(ctx)
	})
	return nil
}

// thenReal lets the metrics be those of the real run from now on. The events are of
// the simulation.
func (o *observers) thenReal(points []*realPoint) error {
	if o == nil || o.metrics == nil || len(points) == 0 {
		return nil
	}
	all, err := o.metrics.watch()
	points[0].observer = &onward{to: all}
	return err
}

// onward tells an observer of one real run after the other as of a single one.
type onward struct {
	to             monitor.Observer
	first          time.Time // the beginning
	late           float64   // by how many seconds this run began later
	before, offers int64     // tasks of the runs before, and of all
}

// next says that a run begins.
func (o *onward) next() {
	now := time.Now()
	if o.first.IsZero() {
		o.first = now
	}
	o.late, o.before = now.Sub(o.first).Seconds(), o.offers
}

// Observe is told of the times and tasks of a run.
func (o *onward) Observe(x monitor.Transition) {
	x.Time += o.late
	if x.Task >= 0 {
		x.Task += o.before
		o.offers = max(o.offers, x.Task+1)
	}
	o.to.Observe(x)
}

// classNames are the classes of a point, in the order in which they are
// numbered.
func classNames(p *scenarios.Point) []string { return p.Experiment(0).Model.Classes }
