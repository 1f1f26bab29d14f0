package scenarios

import (
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"spillway/distributions/arrivals"
)

const traced = `version: 1
arrivals: {process: trace, file: log.csv, time: at, service: 0.5*work}
servers: 2
`

const tracedLog = "at,work,user,begun,done\n0,1,ann,0,2\n1,3,bob,2,3\n2,2,ann,3,3\n"

// opener gives texts as files, and counts how often each is opened.
type opener map[string]int

func (o opener) open(name string) (io.ReadCloser, error) {
	o[name]++
	return io.NopCloser(strings.NewReader(tracedLog)), nil
}

func loadTraced(t *testing.T, content string, sets ...string) (*Study, opener) {
	t.Helper()
	o := opener{}
	study, err := Load("test.yaml", []byte(content), Options{Set: sets, Open: o.open})
	if err != nil {
		t.Fatalf("%s\nwith %q: %v", content, sets, err)
	}
	return study, o
}

// A trace is replayed from its file; without a loop it is one transient run.
func TestTrace(t *testing.T) {
	study, opened := loadTraced(t, traced)
	p := study.Points[0]
	want := Run{Horizon: ByTrace, Confidence: 0.95, Replications: 1, Warmup: Warmup{Method: WarmupNone}, Transient: true}
	if diff := cmp.Diff(want, p.Run); diff != "" {
		t.Errorf("run (-want +got):\n%s", diff)
	}
	s := p.Streams[0]
	trace, ok := s.Process.(*arrivals.Trace)
	if !ok || s.Service != nil || s.Class != "default" || s.Classes != nil || s.Name != "default" || opened["log.csv"] != 1 {
		t.Fatalf("stream %+v, opened %d times", s, opened["log.csv"])
	}
	epochs, services := make([]float64, 5), make([]float64, 5)
	n, err := trace.Replay().FillTasks(epochs, services, nil)
	if err != nil || !slices.Equal(epochs[:n], []float64{0, 1, 2}) || !slices.Equal(services[:n], []float64{0.5, 1.5, 1}) || opened["log.csv"] != 2 {
		t.Errorf("epochs %v, services %v, error %v, opened %d times", epochs[:n], services[:n], err, opened["log.csv"])
	}
	recorded, _ := loadTraced(t, strings.Replace(traced, "service: 0.5*work", "started: begun, finished: done", 1))
	if m := recorded.Points[0].Streams[0].Process.(*arrivals.Trace).Summary(); m.Service.Max != 2 || m.Wait.Max != 1 {
		t.Errorf("a scheduler's own log: %+v", m)
	}
	again, _ := loadTraced(t, string(study.Canonical))
	if again.SHA256 != study.SHA256 {
		t.Errorf("the canonical form %s has another hash", study.Canonical)
	}
	if !p.Opaque() || p.Beyond != "arrivals" || p.Unsimulated != nil {
		t.Errorf("opaque %t, beyond %q, unsimulated %v", p.Opaque(), p.Beyond, p.Unsimulated)
	}
}

func TestTraceRun(t *testing.T) {
	whole := Run{Horizon: ByTrace, Confidence: 0.95, Replications: 1, Warmup: Warmup{Method: WarmupNone}, Transient: true}
	for set, want := range map[string]Run{
		"run={state: transient}":                 whole,
		"run={confidence: 99%, replications: 8}": {Horizon: ByTrace, Confidence: 0.99, Replications: 8, Warmup: whole.Warmup, Transient: true},
		"run={tasks: 100}":                       {Horizon: ByTasks, Tasks: 100, Confidence: 0.95, Replications: 1, Warmup: whole.Warmup, Transient: true},
		"run={duration: 1h, warmup: none}":       {Horizon: ByDuration, Duration: 3600, Confidence: 0.95, Replications: 1, Warmup: whole.Warmup, Transient: true},
		"arrivals.loop=false":                    whole,
		"arrivals.loop=true":                     defaultRun(),
	} {
		study, _ := loadTraced(t, traced, set)
		if diff := cmp.Diff(want, study.Points[0].Run); diff != "" {
			t.Errorf("%s (-want +got):\n%s", set, diff)
		}
	}
	study, _ := loadTraced(t, "version: 1\narrivals:\n  - {process: trace, file: a.csv, time: at}\n  - {process: trace, file: a.csv, time: at, loop: true}\n"+
		"  - {process: poisson, rate: 1/s}\nservice: 1s\nservers: 1\n")
	if p := study.Points[0]; p.Run.Horizon != ByTrace || len(p.Streams) != 3 || p.Streams[1].Process.(*arrivals.Trace).Period() != 3 {
		t.Errorf("point %+v", p)
	}
}

// The keys of a trace arrive at it.
func TestTraceKeys(t *testing.T) {
	study, _ := loadTraced(t, `version: 1
arrivals:
  - {process: trace, file: log.csv, time: at, started: begun, finished: done, class: user, time_format: seconds, speedup: 2, loop: true, limit: 2, priority: 3}
  - {process: trace, file: log.csv, time: at, service: {distribution: exponential, mean: 3}}
  - {process: trace, file: log.csv, time: at, service: 0.25}
  - {process: trace, file: log.csv, time: at, class: user}
service: 7s
servers: 2
`)
	s := study.Points[0].Streams
	want := arrivals.TraceOptions{Name: "log.csv", Time: "at", Started: "begun", Finished: "done", Class: "user",
		TimeFormat: arrivals.Seconds, Speedup: 2, Loop: true, Limited: true, Limit: 2}
	if diff := cmp.Diff(want, s[0].Process.(*arrivals.Trace).Options()); diff != "" {
		t.Errorf("options (-want +got):\n%s", diff)
	}
	if !slices.Equal(s[0].Classes, []string{"ann", "bob"}) || s[0].Class != "" || s[0].Name != "trace.1" || s[0].Service != nil || s[0].Priority != 3 {
		t.Errorf("stream %+v", s[0])
	}
	if s[1].Service.Mean() != 3 || s[1].Class != "default" || s[1].Name != "default.1" || s[1].Process.(*arrivals.Trace).HasService() {
		t.Errorf("stream %+v", s[1])
	}
	if m := s[2].Process.(*arrivals.Trace).Summary().Service; s[2].Service != nil || m.Mean != 0.25 || m.SCV != 0 {
		t.Errorf("service %+v", m)
	}
	if s[3].Service.Mean() != 7 || s[3].Name != "trace.2" {
		t.Errorf("stream %+v", s[3])
	}
}

// The points of a sweep share one reading of a log.
func TestTraceSweep(t *testing.T) {
	study, opened := loadTraced(t, traced+"sweep: {arrivals.speedup: [1, 2, 4], arrivals.loop: [false, true]}\n")
	var rates []float64
	for _, p := range study.Points {
		rates = append(rates, p.Streams[0].Process.Rate())
	}
	if !slices.Equal(rates, []float64{1, 1, 2, 2, 4, 4}) || opened["log.csv"] != 1 {
		t.Errorf("rates %v, opened %d times", rates, opened["log.csv"])
	}
}

// The rows that are used belong to the hash, those beyond the limit do not.
func TestTraceHash(t *testing.T) {
	hash := func(text, limit string) string {
		study, err := Load("test.yaml", []byte(traced), Options{Set: []string{"arrivals.limit=" + limit},
			Open: func(string) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }})
		if err != nil {
			t.Fatal(err)
		}
		return study.SHA256
	}
	other := strings.Replace(tracedLog, "2,2,ann", "2,9,ann", 1)
	if hash(tracedLog, "3") == hash(other, "3") {
		t.Error("two logs have one hash")
	}
	if hash(tracedLog, "2") != hash(other, "2") {
		t.Error("rows that are not used change the hash")
	}
}
