package otelhook_test

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric/noop"
	sdk "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"pgregory.net/rapid"

	"spillway/sim/monitor"
	otelhook "spillway/sim/monitor/opentelemetry"
	promhook "spillway/sim/monitor/prometheus"
	"spillway/sim/monitor/saturation"
)

// values are those of series, by their names and labels as Prometheus has them, with
// what is said of them.
type values map[string]float64

func (v values) put(about, name string, labels map[string]string, x float64) {
	text := about + " " + name
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		text += fmt.Sprintf(" %s=%s", key, labels[key])
	}
	v[text] = x
}

func (v values) histogram(about, name string, labels map[string]string, count uint64, sum float64) {
	v.put(about, name+"_count", labels, float64(count))
	v.put(about, name+"_sum", labels, sum)
}

func (v values) bucket(name string, labels map[string]string, bound float64, n uint64) {
	v.put("", fmt.Sprintf("%s le=%g", name, bound), labels, float64(n))
}

// read is what a reader of OpenTelemetry has, by the names that Prometheus gives it.
func read(t rapid.TB, r sdk.Reader) values {
	t.Helper()
	var all metricdata.ResourceMetrics
	if err := r.Collect(context.Background(), &all); err != nil {
		t.Fatal(err)
	}
	v := values{}
	for _, s := range all.ScopeMetrics {
		for _, m := range s.Metrics {
			name := strings.ReplaceAll(m.Name, ".", "_") + map[string]string{"s": "_seconds", "1": "_ratio"}[m.Unit]
			switch data := m.Data.(type) {
			case metricdata.Gauge[float64]:
				for _, p := range data.DataPoints {
					v.put(m.Description, name, labels(p.Attributes), p.Value)
				}
			case metricdata.Sum[float64]:
				if !data.IsMonotonic || data.Temporality != metricdata.CumulativeTemporality {
					t.Errorf("%s may fall", m.Name)
				}
				for _, p := range data.DataPoints {
					v.put(m.Description, name+"_total", labels(p.Attributes), p.Value)
				}
			case metricdata.Histogram[float64]:
				for _, p := range data.DataPoints {
					v.histogram(m.Description, name, labels(p.Attributes), p.Count, p.Sum)
					below := uint64(0)
					for i, bound := range p.Bounds {
						below += p.BucketCounts[i]
						v.bucket(name, labels(p.Attributes), bound, below)
					}
				}
			default:
				t.Errorf("%s is a %T", m.Name, m.Data)
			}
		}
	}
	return v
}

func labels(set attribute.Set) map[string]string {
	m := map[string]string{}
	for _, a := range set.ToSlice() {
		m[string(a.Key)] = a.Value.AsString()
	}
	return m
}

// gather is what Prometheus has, but for histograms of nothing, which OpenTelemetry
// leaves out.
func gather(t rapid.TB, c prometheus.Collector) values {
	t.Helper()
	registry := prometheus.NewRegistry()
	registry.MustRegister(c)
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	v := values{}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			about, l, h := f.GetHelp(), pairs(m.GetLabel()), m.GetHistogram()
			switch {
			case h == nil:
				v.put(about, f.GetName(), l, m.GetGauge().GetValue()+m.GetCounter().GetValue())
			case h.GetSampleCount() > 0:
				v.histogram(about, f.GetName(), l, h.GetSampleCount(), h.GetSampleSum())
				for _, b := range h.GetBucket() {
					v.bucket(f.GetName(), l, b.GetUpperBound(), b.GetCumulativeCount())
				}
			}
		}
	}
	return v
}

func pairs[P interface {
	GetName() string
	GetValue() string
}](list []P) map[string]string {
	m := map[string]string{}
	for _, p := range list {
		m[p.GetName()] = p.GetValue()
	}
	return m
}

// TestAsPrometheus: whatever happens, OpenTelemetry is given what Prometheus is given,
// under the names that it has there.
func TestAsPrometheus(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		classes := []string{"web", "batch"}
		detector, err := saturation.New(saturation.DefaultConfig(2))
		if err != nil {
			t.Fatal(err)
		}
		to := otelhook.DefaultOptions(classes...)
		to.Detector = detector
		reader := sdk.NewManualReader()
		bridge, err := otelhook.New(sdk.NewMeterProvider(sdk.WithReader(reader)).Meter("test"), to)
		if err != nil {
			t.Fatal(err)
		}
		with := promhook.DefaultOptions(classes...)
		with.Detector = detector
		exporter, err := promhook.New(with)
		if err != nil {
			t.Fatal(err)
		}
		all := monitor.Several{detector, exporter, bridge}
		now := 0.0
		for range rapid.IntRange(0, 60).Draw(t, "transitions") {
			now += rapid.Float64Range(0, 2).Draw(t, "gap")
			all.Observe(monitor.Transition{Time: now, Kind: monitor.Kind(rapid.IntRange(0, 12).Draw(t, "kind")),
				Task: rapid.Int64Range(0, 5).Draw(t, "task"), Class: rapid.IntRange(-1, 2).Draw(t, "class"),
				Waiting: rapid.IntRange(0, 9).Draw(t, "waiting"), Busy: rapid.IntRange(0, 2).Draw(t, "busy"), Servers: rapid.IntRange(0, 2).Draw(t, "servers")})
		}
		// Sums are added up in other orders.
		if diff := cmp.Diff(gather(t, exporter), read(t, reader), cmpopts.EquateApprox(1e-12, 0)); diff != "" {
			t.Fatalf("(-Prometheus +OpenTelemetry):\n%s", diff)
		}
		if err := bridge.Close(); err != nil {
			t.Fatal(err)
		}
		for series := range read(t, reader) {
			if !strings.Contains(series, "latency_seconds") && !strings.Contains(series, "wait_seconds") {
				t.Errorf("%s is read of a bridge that is closed", series)
			}
		}
	})
}

// TestRead: it is read while tasks are counted; under the race detector, this is the
// proof that both may.
func TestRead(t *testing.T) {
	reader := sdk.NewManualReader()
	b := newBridge(t, reader)
	var group sync.WaitGroup
	group.Go(func() {
		for range 20 {
			read(t, reader)
		}
	})
	for task := range int64(2000) {
		run(b, task)
	}
	group.Wait()
	if n := read(t, reader)["Tasks by what became of them. spillway_tasks_total class=all outcome=answered"]; n != 2000 {
		t.Errorf("%g tasks, want 2000", n)
	}
}

func newBridge(t testing.TB, r sdk.Reader) *otelhook.Bridge {
	t.Helper()
	b, err := otelhook.New(sdk.NewMeterProvider(sdk.WithReader(r)).Meter("test"), otelhook.DefaultOptions("all"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// run takes a task from its source to its answer.
func run(o monitor.Observer, task int64) {
	x := monitor.Transition{Time: float64(task), Task: task, Servers: 4, Busy: 3}
	for _, k := range []monitor.Kind{monitor.Emitted, monitor.Offered, monitor.Queued, monitor.Started, monitor.Finished, monitor.Answered} {
		x.Kind = k
		o.Observe(x)
		x.Time += 0.001 * float64(task%97)
	}
}

func TestOptions(t *testing.T) {
	meter := noop.NewMeterProvider().Meter("")
	for _, o := range []otelhook.Options{{}, otelhook.DefaultOptions("a", "a"), {Classes: []string{"a"}, Buckets: []float64{math.NaN()}}} {
		if _, err := otelhook.New(meter, o); err == nil {
			t.Errorf("%+v is accepted", o)
		}
	}
	b, err := otelhook.New(meter, otelhook.DefaultOptions("a"))
	if err != nil {
		t.Fatal(err)
	}
	run(b, 0)
	if err := b.Close(); err != nil {
		t.Error(err)
	}
}

func TestNoAllocation(t *testing.T) {
	b := newBridge(t, sdk.NewManualReader())
	task := int64(0)
	step := func() { run(b, task); task++ }
	for range 1000 {
		step()
	}
	if n := testing.AllocsPerRun(1000, step); n != 0 {
		t.Errorf("%g allocations a task", n)
	}
}

// BenchmarkTask is the cost of a task from its source to its answer, six
// transitions, in nanoseconds.
func BenchmarkTask(b *testing.B) {
	bridge := newBridge(b, sdk.NewManualReader())
	b.ReportAllocs()
	task := int64(0)
	for b.Loop() {
		run(bridge, task)
		task++
	}
}
