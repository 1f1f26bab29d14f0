package scenarios

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"spillway/distributions/arrivals"
)

const smallest = `
version: 1
arrivals: {process: poisson, rate: 80/s}
service: {distribution: exponential, rate: 100/s}
servers: 1
`

func load(t *testing.T, content string, sets ...string) *Study {
	t.Helper()
	study, err := Load("test.yaml", []byte(content), Options{Set: sets, Open: OpenShipped})
	if err != nil {
		t.Fatalf("%s\nwith %q: %v", content, sets, err)
	}
	return study
}

func refusal(t *testing.T, content string, sets ...string) Errors {
	t.Helper()
	_, err := Load("test.yaml", []byte(content), Options{Set: sets})
	var all Errors
	if !errors.As(err, &all) {
		t.Fatalf("%s\nwith %q: error %v, want Errors", content, sets, err)
	}
	return all
}

func TestDefaults(t *testing.T) {
	study := load(t, smallest)
	if study.Name != "test" || study.Seed != 1 || study.File != "test.yaml" || len(study.Points) != 1 {
		t.Errorf("study %+v", study)
	}
	p := study.Points[0]
	want := Run{
		Horizon: Open, Precise: true, Precision: 0.01, Of: []string{"latency.mean", "in_system.mean"},
		MaxTasks: 1e10, Confidence: 0.95, Replications: 32, Warmup: Warmup{Method: WarmupAuto},
	}
	if diff := cmp.Diff(want, p.Run); diff != "" {
		t.Errorf("run (-want +got):\n%s", diff)
	}
	if p.Network != nil || p.Response != nil || p.Limited || p.Infinite || p.Memory != 0 || p.Servers != 1 || len(p.Parameters) != 0 {
		t.Errorf("point %+v", p)
	}
	s := p.Streams[0]
	if s.Class != "default" || s.Name != "default" || s.Batch != nil || s.Process.Rate() != 80 || s.Service.Mean() != 0.01 {
		t.Errorf("stream %+v", s)
	}
}

// The defaults that the schema tells are those that the builder takes.
func TestDefaultsAsDeclared(t *testing.T) {
	var given strings.Builder
	var add func(m *mapping, indent string)
	add = func(m *mapping, indent string) {
		for _, f := range m.fields {
			if inner, ok := f.spec.(*mapping); ok {
				if f.name == "real" || f.name == "client" || slices.ContainsFunc(inner.fields, func(f field) bool { return f.required }) {
					continue // present, it is more than its defaults
				}
				given.WriteString(indent + f.name + ":\n")
				add(inner, indent+"  ")
			} else if f.preset != "" {
				given.WriteString(indent + f.name + ": " + f.preset + "\n")
			}
		}
	}
	add(format(), "")
	bare := load(t, smallest)
	explicit := load(t, smallest+given.String())
	if diff := cmp.Diff(bare.Points, explicit.Points, cmp.Exporter(func(reflect.Type) bool { return true })); diff != "" {
		t.Errorf("with every default written out (-bare +explicit):\n%s\n%s", diff, given.String())
	}
	if bare.Seed != explicit.Seed || !cmp.Equal(bare.Compare, explicit.Compare) {
		t.Errorf("seed %d and %d, compare %v and %v", bare.Seed, explicit.Seed, bare.Compare, explicit.Compare)
	}
}

func TestSeedKeepsAllBits(t *testing.T) {
	study := load(t, smallest+"seed: 18446744073709551615\n")
	if study.Seed != 1<<64-1 {
		t.Errorf("seed %d", study.Seed)
	}
}

func TestRun(t *testing.T) {
	for _, c := range []struct {
		run  string
		want func(*Run)
	}{
		{"{tasks: 1_000_000}", func(r *Run) { fixed(r); r.Horizon, r.Tasks = ByTasks, 1e6 }},
		{"{duration: 1h}", func(r *Run) { fixed(r); r.Horizon, r.Duration = ByDuration, 3600 }},
		{"{precision: 5%, of: [wait.mean], max_tasks: 1e9}", func(r *Run) { r.Precision, r.Of, r.MaxTasks = 0.05, []string{"wait.mean"}, 1e9 }},
		{"{warmup: 10s}", func(r *Run) { r.Warmup = Warmup{Method: WarmupDuration, Duration: 10} }},
		{"{warmup: {tasks: 1000}}", func(r *Run) { r.Warmup = Warmup{Method: WarmupTasks, Tasks: 1000} }},
		{"{warmup: none, confidence: 99%, replications: 8}", func(r *Run) { r.Warmup.Method, r.Confidence, r.Replications = WarmupNone, 0.99, 8 }},
		{"{state: transient, duration: 20, replications: 1}", func(r *Run) {
			fixed(r)
			r.Horizon, r.Duration, r.Replications, r.Transient, r.Warmup.Method = ByDuration, 20, 1, true, WarmupNone
		}},
		{"{state: transient, tasks: 100, precision: 2%}", func(r *Run) {
			r.Horizon, r.Tasks, r.Precision, r.Transient, r.Warmup.Method = ByTasks, 100, 0.02, true, WarmupNone
		}},
	} {
		want := defaultRun()
		c.want(&want)
		got := load(t, smallest+"run: "+c.run+"\n").Points[0].Run
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.run, diff)
		}
	}
}

func fixed(r *Run) { r.Precise, r.Precision, r.Of, r.MaxTasks = false, 0, nil, 0 }

func TestSystem(t *testing.T) {
	study := load(t, `
version: 1
name: two
arrivals:
  - {process: poisson, rate: 3/s, class: web}
  - {process: deterministic, interval: 250ms, class: web, batch: 3}
  - {process: renewal, interarrival: {distribution: uniform, min: 0, max: 2s}, class: batch, service: 20ms, batch: {geometric: {mean: 3}}}
  - {process: deterministic, rate: 2/s, batch: {values: [1, 5], weights: [9, 1]}}
network: {delay: 5ms, response: 0s}
service: {distribution: lognormal, mean: 10ms, cv: 2}
memory: 0.5MB
servers: {count: 4}
queue: {discipline: fifo, limit: 0, overflow: shed}
dispatch: central
compare: [analytic]
`)
	p := study.Points[0]
	s := p.System()
	if s.Servers != 4 || !s.Limited || s.Limit != 0 || s.Memory != 5e5 || s.Network.Mean() != 0.005 || s.Response != nil {
		t.Errorf("system %+v", s)
	}
	var names, classes []string
	rates := 0.0
	for i, stream := range p.Streams {
		names = append(names, stream.Name)
		classes = append(classes, stream.Class)
		size := 1.0
		if b := s.Streams[i].Batch; b != nil {
			size = b.Mean()
		}
		rates += stream.Process.Rate() * size
	}
	if diff := cmp.Diff([]string{"web.1", "web.2", "batch", "default"}, names); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"web", "web", "batch", "default"}, classes); diff != "" {
		t.Error(diff)
	}
	if want := 3 + 4*3 + 1*3 + 2*1.4; rates < want-1e-12 || rates > want+1e-12 {
		t.Errorf("tasks per second %v, want %v", rates, want)
	}
	if s.Streams[2].Service.Mean() != 0.02 || s.Streams[3].Service.Mean() != p.Streams[0].Service.Mean() {
		t.Error("a stream has the wrong service")
	}
	if d, ok := s.Streams[1].Process.(arrivals.Deterministic); !ok || d.Interval != 0.25 {
		t.Errorf("process %+v", s.Streams[1].Process)
	}
	if inf := load(t, smallest, "servers=infinite").Points[0].System(); !inf.Infinite {
		t.Error("servers: infinite is finite")
	}
}

func TestFilesAreRefusedWithoutOpen(t *testing.T) {
	errs := refusal(t, smallest, "service={distribution: empirical, file: a.csv, column: t}")
	if len(errs) != 1 || !strings.Contains(errs[0].Error(), "files cannot be read here") {
		t.Errorf("%v", errs)
	}
}

// A file of the scenario belongs to its hash.
func TestHashCoversFiles(t *testing.T) {
	load := func(directory string) string {
		study, err := Load("t.yaml", []byte(smallest), Options{
			Set:  []string{"service={distribution: empirical, file: times.csv, column: seconds}"},
			Open: openIn(directory),
		})
		if err != nil {
			t.Fatal(err)
		}
		return study.SHA256
	}
	if load("testdata/invalid") == load("testdata/valid") {
		t.Error("two files of one name have one hash")
	}
}

func TestShipped(t *testing.T) {
	points := map[string]int{
		"batches": 4, "bounded-queue": 3, "distributed": 12, "high-load": 4, "infinite-servers": 1,
		"bursts": 4, "loss": 4, "mmc": 1, "saturation": 4, "two-classes": 1, "variability": 8,
		"burst-ladder": 5, "heavy-tails": 4, "long-memory": 2, "flash-crowd": 1, "day": 3,
		"recorded-code": 4, "recorded-chat": 4, "recorded-web": 3, "retry-storm": 1, "retry-storm-healed": 1,
		"burst-nothing": 1, "burst-expand": 1, "burst-autoscale": 1, "burst-throttle": 1, "burst-backpressure": 1, "burst-shed": 1, "burst-codel": 1,
	}
	for _, e := range List() {
		content, ok := Shipped(e.Name)
		if !ok || e.Description == "" {
			t.Errorf("%s: shipped %t, description %q", e.Name, ok, e.Description)
		}
		study := load(t, string(content))
		if study.Name != e.Name || len(study.Points) != points[e.Name] {
			t.Errorf("%s: name %q, %d points", e.Name, study.Name, len(study.Points))
		}
		delete(points, e.Name)
	}
	if len(points) > 0 {
		t.Errorf("not shipped: %v", points)
	}
	if _, ok := Shipped("nothing"); ok {
		t.Error("a scenario of no name is shipped")
	}
}

func TestValid(t *testing.T) {
	for name, content := range corpus(t, "valid/*.yaml") {
		if _, err := Load(name, content, Options{Set: setsOf(content), Open: openIn("testdata/valid")}); err != nil {
			t.Error(err)
		}
	}
}

// Errors of every part of a file are told together, in order, each once.
func TestAllErrorsAtOnce(t *testing.T) {
	errs := refusal(t, `
version: 1
arrivals: {process: poisson, rate: -1}
service: {distribution: hyperexponential, probabilities: [0.5, 0.4], means: [1ms, 2ms]}
servers: 0
sevice: 1
run: {tasks: 5, duration: 5s, confidence: 2}
sweep: {memory: [1, 2, 3], queue.limit: [1, -1]}
`, "network.delay=-1s", "seed=x")
	last := &Error{}
	for _, e := range errs {
		if e.set < last.set || e.set == last.set && (e.Line < last.Line || e.Line == last.Line && e.Column < last.Column) {
			t.Errorf("%v comes after %v", e, last)
		}
		if e.Error() == last.Error() {
			t.Errorf("twice: %v", e)
		}
		last = e
	}
	var paths []string
	for _, e := range errs {
		paths = append(paths, e.Path)
	}
	want := []string{"arrivals.rate", "service.probabilities", "servers", "sevice", "run", "run.confidence", "queue.limit", "network.delay", "seed"}
	if diff := cmp.Diff(want, paths); diff != "" {
		t.Errorf("(-want +got):\n%s\n%v", diff, errs)
	}
}
