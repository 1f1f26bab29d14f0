package eventlog_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"spillway/sim/monitor"
	"spillway/sim/monitor/eventlog"
	"spillway/sim/monitor/saturation"
)

// story is one server, a task that is served, one that waits and is lost in
// service, one that is refused, and one that is being served in the end.
var story = []monitor.Transition{
	{Time: 0.5, Kind: monitor.Emitted, Task: 0, Server: -1, Servers: 1},
	{Time: 0.5, Kind: monitor.Offered, Task: 0, Server: -1, Servers: 1},
	{Time: 0.5, Kind: monitor.Queued, Task: 0, Server: -1, Servers: 1},
	{Time: 0.5, Kind: monitor.Started, Task: 0, Server: 0, Busy: 1, Servers: 1},
	{Time: 0.75, Kind: monitor.Offered, Task: 1, Class: 1, Server: -1, Busy: 1, Servers: 1},
	{Time: 0.75, Kind: monitor.Queued, Task: 1, Class: 1, Server: -1, Waiting: 1, Busy: 1, Servers: 1},
	{Time: 1, Kind: monitor.Offered, Task: 2, Server: -1, Waiting: 1, Busy: 1, Servers: 1},
	{Time: 1, Kind: monitor.Shed, Task: 2, Server: -1, Waiting: 1, Busy: 1, Servers: 1},
	{Time: 1.5, Kind: monitor.Finished, Task: 0, Server: 0, Waiting: 1, Servers: 1},
	{Time: 1.5, Kind: monitor.Started, Task: 1, Class: 1, Server: 0, Busy: 1, Servers: 1},
	{Time: 1.75, Kind: monitor.Lost, Task: 1, Class: 1, Server: -1, Servers: 1},
	{Time: 2, Kind: monitor.Offered, Task: 3, Class: 7, Server: -1, Servers: 1},
	{Time: 2, Kind: monitor.Started, Task: 3, Class: 7, Server: 0, Busy: 1, Servers: 1},
	{Time: 2.25, Kind: monitor.Emitted, Task: 4, Server: -1, Busy: 1, Servers: 1},
}

func TestLines(t *testing.T) {
	var out bytes.Buffer
	l := eventlog.NewLines(&out)
	for _, x := range story {
		l.Observe(x)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	if len(lines) != len(story) {
		t.Fatalf("%d lines of %d transitions", len(lines), len(story))
	}
	if want := `{"time":0.75,"kind":"queued","task":1,"class":1,"server":-1,"waiting":1,"busy":1,"servers":1}`; lines[5] != want {
		t.Errorf("wrote %s\nwant  %s", lines[5], want)
	}
}

// event is what the test looks at of an event of a trace.
type event struct {
	Phase    string         `json:"ph"`
	Lane     int            `json:"tid"`
	Time     float64        `json:"ts"`
	Duration float64        `json:"dur,omitempty"`
	Name     string         `json:"name"`
	Category string         `json:"cat,omitempty"`
	ID       int            `json:"id,omitempty"`
	Args     map[string]any `json:"args,omitempty"`
}

func traceOf(t *testing.T, transitions []monitor.Transition) []event {
	t.Helper()
	var out bytes.Buffer
	trace := eventlog.NewTrace(&out, "web", `"batch"`)
	for _, x := range transitions {
		trace.Observe(x)
	}
	if err := trace.Close(); err != nil {
		t.Fatal(err)
	}
	var events []event
	if err := json.Unmarshal(out.Bytes(), &events); err != nil {
		t.Fatalf("%v in\n%s", err, &out)
	}
	return events
}

func TestTrace(t *testing.T) {
	named := func(lane int, name string) event {
		return event{Phase: "M", Lane: lane, Name: "thread_name", Args: map[string]any{"name": name}}
	}
	count := func(at float64, name string, n float64) event {
		return event{Phase: "C", Time: at, Name: name, Args: map[string]any{"tasks": n}}
	}
	mark := func(at float64, name string, task float64) event {
		return event{Phase: "i", Time: at, Name: name, Args: map[string]any{"task": task, "servers": 1.}}
	}
	want := []event{
		named(0, "arrivals"),
		{Phase: "X", Time: 5e5, Name: "task 0", Category: "web"},
		{Phase: "s", Time: 5e5, Name: "wait", Category: "wait"},
		named(1, "server 0"),
		{Phase: "f", Lane: 1, Time: 5e5, Name: "wait", Category: "wait"},
		count(5e5, "busy", 1),
		{Phase: "X", Time: 7.5e5, Name: "task 1", Category: `"batch"`},
		{Phase: "s", Time: 7.5e5, Name: "wait", Category: "wait", ID: 1},
		count(7.5e5, "waiting", 1),
		{Phase: "X", Time: 1e6, Name: "task 2", Category: "web"},
		{Phase: "s", Time: 1e6, Name: "wait", Category: "wait", ID: 2},
		mark(1e6, "shed", 2),
		{Phase: "X", Lane: 1, Time: 5e5, Duration: 1e6, Name: "task 0", Category: "web"},
		count(1.5e6, "busy", 0),
		{Phase: "f", Lane: 1, Time: 1.5e6, Name: "wait", Category: "wait", ID: 1},
		count(1.5e6, "waiting", 0),
		count(1.5e6, "busy", 1),
		{Phase: "X", Lane: 1, Time: 1.5e6, Duration: 2.5e5, Name: "task 1", Category: `"batch"`},
		mark(1.75e6, "lost", 1),
		count(1.75e6, "busy", 0),
		{Phase: "X", Time: 2e6, Name: "task 3", Category: "7"},
		{Phase: "s", Time: 2e6, Name: "wait", Category: "wait", ID: 3},
		{Phase: "f", Lane: 1, Time: 2e6, Name: "wait", Category: "wait", ID: 3},
		count(2e6, "busy", 1),
		// What goes on in the end ends with the trace.
		{Phase: "X", Lane: 1, Time: 2e6, Duration: 2.5e5, Name: "task 3", Category: "7"},
	}
	if diff := cmp.Diff(want, traceOf(t, story)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for n := range story {
		traceOf(t, story[:n]) // valid however early it ends
	}
}

// TestAnything: whatever is observed, what is written is JSON.
func TestAnything(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var lines, trace bytes.Buffer
		l, tr := eventlog.NewLines(&lines), eventlog.NewTrace(&trace, rapid.String().Draw(rt, "class"))
		for range rapid.IntRange(0, 20).Draw(rt, "transitions") {
			x := monitor.Transition{
				Time: rapid.OneOf(rapid.Float64(), rapid.SampledFrom([]float64{math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64})).Draw(rt, "time"),
				Kind: monitor.Kind(rapid.Byte().Draw(rt, "kind")), Task: rapid.Int64().Draw(rt, "task"), Class: rapid.Int().Draw(rt, "class"),
				Server: rapid.IntRange(-3, 5).Draw(rt, "server"), Waiting: rapid.Int().Draw(rt, "waiting"), Busy: rapid.Int().Draw(rt, "busy"),
			}
			l.Observe(x)
			tr.Observe(x)
		}
		if err := errors.Join(l.Close(), tr.Close()); err != nil {
			rt.Fatal(err)
		}
		for line := range strings.Lines(lines.String()) {
			if !json.Valid([]byte(line)) {
				rt.Fatalf("line %s", line)
			}
		}
		if !json.Valid(trace.Bytes()) {
			rt.Fatalf("trace %s", &trace)
		}
	})
}

// full is a disk with room for some bytes.
type full struct{ room int }

var errFull = errors.New("no room")

func (f *full) Write(p []byte) (int, error) {
	n := min(f.room, len(p))
	f.room -= n
	if n < len(p) {
		return n, errFull
	}
	return n, nil
}

// TestFull: an error of writing is kept and told at the end.
func TestFull(t *testing.T) {
	for _, n := range []int{1, 10000} {
		l, tr := eventlog.NewLines(&full{10}), eventlog.NewTrace(&full{10})
		for range n {
			for _, x := range story {
				l.Observe(x)
				tr.Observe(x)
			}
		}
		if err := l.Close(); !errors.Is(err, errFull) {
			t.Errorf("lines of %d stories to a full disk: %v", n, err)
		}
		if err := tr.Close(); !errors.Is(err, errFull) {
			t.Errorf("trace of %d stories to a full disk: %v", n, err)
		}
	}
}

func TestNoAllocation(t *testing.T) {
	l, tr := eventlog.NewLines(io.Discard), eventlog.NewTrace(io.Discard, "web")
	step := func() {
		for _, x := range story {
			l.Observe(x)
			tr.Observe(x)
		}
	}
	step()
	if n := testing.AllocsPerRun(100, step); n != 0 {
		t.Errorf("%g allocations a story", n)
	}
}

// textLogger writes records without their time of day.
func textLogger(out io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(out, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
}

// TestLogRate: what comes often is logged at once, then once in an interval, and
// nothing is lost at the end.
func TestLogRate(t *testing.T) {
	var out bytes.Buffer
	l := eventlog.NewLog(textLogger(&out), 10, nil)
	for i := range 25 {
		l.Observe(monitor.Transition{Time: float64(i), Kind: monitor.Shed, Servers: 2})
	}
	l.Observe(monitor.Transition{Time: 26, Kind: monitor.Scaled, Servers: 3})
	l.Observe(monitor.Transition{Time: 27, Kind: monitor.Finished, Servers: 3})
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	want := `level=WARN msg="tasks shed" count=1 at=0 servers=2
level=WARN msg="tasks shed" count=10 at=10 servers=2
level=WARN msg="tasks shed" count=10 at=20 servers=2
level=INFO msg="servers changed" count=1 at=26 servers=3
level=WARN msg="tasks shed" count=4 at=27 servers=2
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestLogStates: each change of the detector's state is a record of its level.
func TestLogStates(t *testing.T) {
	var out bytes.Buffer
	d, err := saturation.New(saturation.DefaultConfig(1))
	if err != nil {
		t.Fatal(err)
	}
	l := eventlog.NewLog(textLogger(&out), 10, d)
	for i := range 500 {
		x := monitor.Transition{Time: float64(i), Kind: monitor.Answered, Busy: 1, Servers: 1}
		if i > 200 && i < 400 {
			x.Kind = monitor.Shed
		}
		d.Observe(x)
		l.Observe(x)
	}
	var states []string
	for line := range strings.Lines(out.String()) {
		if level, rest, ok := strings.Cut(line, " msg=saturation state="); ok {
			state, _, _ := strings.Cut(rest, " ")
			states = append(states, level+" "+state)
		}
	}
	want := []string{"level=INFO ok", "level=WARN warning", "level=ERROR saturated"}
	if diff := cmp.Diff(want, states); diff != "" {
		t.Errorf("(-want +got):\n%s\nof\n%s", diff, &out)
	}
}
