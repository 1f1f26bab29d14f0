package promhook_test

import (
	"flag"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"spillway/sim/monitor"
	promhook "spillway/sim/monitor/prometheus"
	"spillway/sim/monitor/saturation"
)

var update = flag.Bool("update", false, "write the golden file")

func newExporter(t testing.TB, o promhook.Options) *promhook.Exporter {
	t.Helper()
	e, err := promhook.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// story is two tasks of one server: the first is served at once, the second
// waits; a third is refused, tries again and gives up; a fourth is lost. All times
// are exact in binary.
func story() []monitor.Transition {
	return []monitor.Transition{
		{Time: 0, Kind: monitor.Emitted, Task: 0, Server: -1, Servers: 1},
		{Time: 0.125, Kind: monitor.Offered, Task: 0, Server: -1, Servers: 1},
		{Time: 0.125, Kind: monitor.Queued, Task: 0, Server: -1, Servers: 1},
		{Time: 0.125, Kind: monitor.Started, Task: 0, Busy: 1, Servers: 1},
		{Time: 0.25, Kind: monitor.Emitted, Task: 1, Class: 1, Server: -1, Busy: 1, Servers: 1},
		{Time: 0.25, Kind: monitor.Offered, Task: 1, Class: 1, Server: -1, Busy: 1, Servers: 1},
		{Time: 0.25, Kind: monitor.Queued, Task: 1, Class: 1, Server: -1, Waiting: 1, Busy: 1, Servers: 1},
		{Time: 0.375, Kind: monitor.Offered, Task: 2, Server: -1, Waiting: 1, Busy: 1, Servers: 1},
		{Time: 0.375, Kind: monitor.Shed, Task: 2, Server: -1, Waiting: 1, Busy: 1, Servers: 1},
		{Time: 0.375, Kind: monitor.Retried, Task: 2, Server: -1, Waiting: 1, Busy: 1, Servers: 1},
		{Time: 0.625, Kind: monitor.Finished, Task: 0, Waiting: 1, Servers: 1},
		{Time: 0.625, Kind: monitor.Started, Task: 1, Class: 1, Busy: 1, Servers: 1},
		{Time: 0.75, Kind: monitor.Answered, Task: 0, Busy: 1, Servers: 1},
		{Time: 0.875, Kind: monitor.Offered, Task: 2, Server: -1, Busy: 1, Servers: 1},
		{Time: 0.875, Kind: monitor.Queued, Task: 2, Server: -1, Waiting: 1, Busy: 1, Servers: 1},
		{Time: 1, Kind: monitor.Abandoned, Task: 2, Server: -1, Busy: 1, Servers: 1},
		{Time: 1.125, Kind: monitor.Finished, Task: 1, Class: 1, Servers: 2},
		{Time: 1.25, Kind: monitor.Answered, Task: 1, Class: 1, Servers: 2},
		{Time: 1.375, Kind: monitor.Emitted, Task: 3, Class: 9, Server: -1, Servers: 2},
		{Time: 1.375, Kind: monitor.Offered, Task: 3, Class: 9, Server: -1, Servers: 2},
		{Time: 1.375, Kind: monitor.Started, Task: 3, Class: 9, Busy: 1, Servers: 2},
		{Time: 2.375, Kind: monitor.Lost, Task: 3, Class: 9, Servers: 2},
		{Time: 2.375, Kind: monitor.Offered, Task: 4, Server: -1, Servers: 2},
		{Time: 2.375, Kind: monitor.Started, Task: 4, Busy: 1, Servers: 2},
		{Time: 2.5, Kind: monitor.TimedOut, Task: 4, Busy: 1, Servers: 2},
		{Time: 2.625, Kind: monitor.Queued, Task: 5, Server: -1, Waiting: 3, Busy: 1, Servers: 2},
	}
}

// told is an exporter that has been told the story, with a detector.
func told(t *testing.T) *promhook.Exporter {
	t.Helper()
	o := promhook.DefaultOptions("web", "batch")
	o.Buckets = []float64{0.125, 0.5, 1}
	var err error
	if o.Detector, err = saturation.New(saturation.DefaultConfig(1)); err != nil {
		t.Fatal(err)
	}
	e := newExporter(t, o)
	for _, x := range story() {
		e.Observe(x)
		o.Detector.Observe(x)
	}
	return e
}

// TestText: what Prometheus is told of the story, character by character.
func TestText(t *testing.T) {
	registry := prometheus.NewRegistry()
	registry.MustRegister(told(t))
	file := filepath.Join("testdata", "story.prom")
	if *update {
		if err := prometheus.WriteToTextfile(file, registry); err != nil {
			t.Fatal(err)
		}
	}
	got := filepath.Join(t.TempDir(), "got.prom")
	if err := prometheus.WriteToTextfile(got, registry); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(read(t, file), read(t, got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestLint: the names and units are such as Prometheus wants them.
func TestLint(t *testing.T) {
	problems, err := testutil.CollectAndLint(told(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
}

// TestSilent: without a detector, without a bound on servers and before anything
// has happened, what is not known is not exported.
func TestSilent(t *testing.T) {
	e := newExporter(t, promhook.DefaultOptions("all"))
	if err := testutil.CollectAndCompare(e, strings.NewReader(""),
		"spillway_saturation_state", "spillway_servers", "spillway_utilization_ratio"); err != nil {
		t.Error(err)
	}
	want := "# HELP spillway_queue_length Tasks that wait for a server.\n# TYPE spillway_queue_length gauge\nspillway_queue_length 0\n"
	if err := testutil.CollectAndCompare(e, strings.NewReader(want), "spillway_queue_length"); err != nil {
		t.Error(err)
	}
}

// TestRetried: the latency of a task that is tried again counts from its emission.
func TestRetried(t *testing.T) {
	e := newExporter(t, promhook.DefaultOptions("all"))
	for i, k := range []monitor.Kind{
		monitor.Emitted, monitor.Offered, monitor.Shed, monitor.Retried,
		monitor.Offered, monitor.Queued, monitor.Abandoned, monitor.Retried,
		monitor.Offered, monitor.Queued, monitor.Started, monitor.Finished, monitor.Answered,
	} {
		e.Observe(monitor.Transition{Time: float64(i), Kind: k, Task: 3})
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(e)
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	sums := map[string]float64{}
	for _, f := range families {
		if h := f.GetMetric()[0].GetHistogram(); h != nil {
			sums[f.GetName()] = h.GetSampleSum()
		}
	}
	if want := map[string]float64{"spillway_latency_seconds": 12, "spillway_wait_seconds": 2}; !cmp.Equal(sums, want) {
		t.Errorf("sums %v, want %v", sums, want)
	}
}

// TestAnything: times that go back or are none and tasks that are unknown do no
// harm.
func TestAnything(t *testing.T) {
	e := newExporter(t, promhook.DefaultOptions("all"))
	for k := range monitor.Kind(255) {
		for _, now := range []float64{3, 1, math.NaN(), math.Inf(1), -1} {
			e.Observe(monitor.Transition{Time: now, Kind: k, Task: int64(k), Class: int(k) - 2, Busy: 1})
		}
	}
	if _, err := testutil.CollectAndLint(e); err != nil {
		t.Error(err)
	}
}

// TestScrape: scrapes go on while tasks are counted; under the race detector,
// this is the proof that both may.
func TestScrape(t *testing.T) {
	e := newExporter(t, promhook.DefaultOptions("all"))
	registry := prometheus.NewRegistry()
	registry.MustRegister(e)
	var group sync.WaitGroup
	for range 2 {
		group.Go(func() {
			for range 20 {
				if _, err := registry.Gather(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for task := range int64(2000) {
		run(e, task)
	}
	group.Wait()
	if n := testutil.CollectAndCount(e, "spillway_tasks_total"); n != 6 {
		t.Errorf("%d outcomes, want 6", n)
	}
	if err := testutil.CollectAndCompare(e, strings.NewReader("# HELP spillway_tasks_emitted_total Tasks that left their source.\n"+
		"# TYPE spillway_tasks_emitted_total counter\nspillway_tasks_emitted_total{class=\"all\"} 2000\n"), "spillway_tasks_emitted_total"); err != nil {
		t.Error(err)
	}
}

// run takes a task from its source to its answer.
func run(o monitor.Observer, task int64) {
	now := float64(task)
	x := monitor.Transition{Time: now, Task: task, Servers: 4, Busy: 3}
	for k := monitor.Emitted; k <= monitor.Answered; k++ {
		if k == monitor.Shed {
			continue
		}
		x.Kind = k
		o.Observe(x)
		x.Time += 0.001 * float64(k) * float64(task%97)
	}
}

func TestOptions(t *testing.T) {
	for name, o := range map[string]promhook.Options{
		"no class":          {},
		"two of a name":     promhook.DefaultOptions("a", "a"),
		"other":             promhook.DefaultOptions("other"),
		"not UTF-8":         promhook.DefaultOptions("\xff"),
		"bucket of NaN":     {Classes: []string{"a"}, Buckets: []float64{math.NaN()}},
		"infinite bucket":   {Classes: []string{"a"}, Buckets: []float64{1, math.Inf(1)}},
		"decreasing bucket": {Classes: []string{"a"}, Buckets: []float64{1, 1}},
	} {
		if _, err := promhook.New(o); err == nil {
			t.Errorf("%s: %+v is accepted", name, o)
		}
	}
}

func TestNoAllocation(t *testing.T) {
	e := newExporter(t, promhook.DefaultOptions("all"))
	task := int64(0)
	step := func() { run(e, task); task++ }
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
	e := newExporter(b, promhook.DefaultOptions("all"))
	b.ReportAllocs()
	task := int64(0)
	for b.Loop() {
		run(e, task)
		task++
	}
}
