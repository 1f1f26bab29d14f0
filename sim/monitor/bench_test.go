package monitor_test

import (
	"io"
	"log/slog"
	"testing"

	sdk "go.opentelemetry.io/otel/sdk/metric"

	"spillway/sim/monitor"
	"spillway/sim/monitor/attach"
	"spillway/sim/monitor/eventlog"
	otelhook "spillway/sim/monitor/opentelemetry"
	promhook "spillway/sim/monitor/prometheus"
	"spillway/sim/monitor/saturation"
	"spillway/sim/monitor/timeseries"
)

// observers are all that there are, by name, as a pool of two servers has them.
func observers(b *testing.B) map[string]monitor.Observer {
	b.Helper()
	must := func(err error) {
		if err != nil {
			b.Fatal(err)
		}
	}
	detector, err := saturation.New(saturation.DefaultConfig(2))
	must(err)
	sampler, err := timeseries.New(1, 1000)
	must(err)
	exporter, err := promhook.New(promhook.DefaultOptions("all"))
	must(err)
	bridge, err := otelhook.New(sdk.NewMeterProvider(sdk.WithReader(sdk.NewManualReader())).Meter("bench"), otelhook.DefaultOptions("all"))
	must(err)
	return map[string]monitor.Observer{
		"nothing": monitor.Several{}, "saturation": detector, "timeseries": sampler, "prometheus": exporter, "opentelemetry": bridge,
		"lines": eventlog.NewLines(io.Discard), "trace": eventlog.NewTrace(io.Discard, "all"),
		"log": eventlog.NewLog(slog.New(slog.NewTextHandler(io.Discard, nil)), 10, detector),
	}
}

// BenchmarkObserver is the cost of a task from its source to its answer, six
// transitions, to each observer, in nanoseconds; a second has a thousand tasks, one in
// twenty is shed.
func BenchmarkObserver(b *testing.B) {
	for name, o := range observers(b) {
		b.Run("observer="+name, func(b *testing.B) {
			b.ReportAllocs()
			task := int64(0)
			for b.Loop() {
				pass(o, task)
				task++
			}
		})
	}
}

// pass takes a task through a pool of two servers.
func pass(o monitor.Observer, task int64) {
	now := float64(task) * 1e-3
	tell := func(k monitor.Kind, after float64, waiting, busy int) {
		o.Observe(monitor.Transition{Time: now + after, Kind: k, Task: task, Server: int(task % 2), Waiting: waiting, Busy: busy, Servers: 2})
	}
	tell(monitor.Emitted, 0, 0, 1)
	tell(monitor.Offered, 0, 0, 1)
	if task%20 == 0 {
		tell(monitor.Shed, 0, 0, 1)
		return
	}
	tell(monitor.Queued, 0, 1, 1)
	tell(monitor.Started, 0.1e-3, 0, 2)
	tell(monitor.Finished, float64(10+task%80)*1e-5, 0, 1)
	tell(monitor.Answered, float64(10+task%80)*1e-5, 0, 1)
}

// BenchmarkAttach is the cost of a task to a scheduler that tells of it by package
// attach, with nobody listening.
func BenchmarkAttach(b *testing.B) {
	p := attach.New(2, monitor.Several{})
	b.ReportAllocs()
	for b.Loop() {
		task := p.Offer(0)
		p.Queue(task)
		p.Start(task, 0)
		p.Finish(task, 0)
	}
}
