package scenarios

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// texts are the parameters of every point, on a line each.
func texts(study *Study) (all []string) {
	for _, p := range study.Points {
		var line []string
		for _, x := range p.Parameters {
			line = append(line, x.Path+"="+x.Text)
		}
		all = append(all, strings.Join(line, " "))
	}
	return all
}

func TestSweep(t *testing.T) {
	for _, c := range []struct {
		name, sweep string
		want        []string
	}{
		{"the first key varies slowest", "{servers: [1, 2], arrivals.rate: [1/s, 2/s]}", []string{
			"servers=1 arrivals.rate=1/s", "servers=1 arrivals.rate=2/s", "servers=2 arrivals.rate=1/s", "servers=2 arrivals.rate=2/s",
		}},
		{"a list is a union", "[{servers: [1]}, {servers: [2], queue.limit: [0, 3]}]", []string{
			"servers=1", "servers=2 queue.limit=0", "servers=2 queue.limit=3",
		}},
		{"nothing", "{}", []string{""}},
		{"words and mappings", "{servers: [infinite], service: [5ms, {distribution: exponential, mean: 1s}]}", []string{
			"servers=infinite service=5ms", "servers=infinite service={distribution: exponential, mean: 1s}",
		}},
		{"linear steps", "{arrivals.rate: {from: 10/s, to: 90/s, steps: 5}}", []string{
			"arrivals.rate=10/s", "arrivals.rate=30/s", "arrivals.rate=50/s", "arrivals.rate=70/s", "arrivals.rate=90/s",
		}},
		{"steps without dust", "{arrivals.rate: {from: 0.1, to: 0.7, steps: 3}}", []string{
			"arrivals.rate=0.1", "arrivals.rate=0.4", "arrivals.rate=0.7",
		}},
		{"steps downwards", "{network.delay: {from: 5ms, to: 1ms, steps: 3}}", []string{
			"network.delay=5ms", "network.delay=3ms", "network.delay=1ms",
		}},
		{"two units meet in the base unit", "{network.delay: {from: 500ms, to: 1s, steps: 3}}", []string{
			"network.delay=500ms", "network.delay=0.75", "network.delay=1s",
		}},
		{"logarithmic steps", "{arrivals.rate: {from: 1/s, to: 100/s, steps: 3, scale: log}}", []string{
			"arrivals.rate=1/s", "arrivals.rate=10/s", "arrivals.rate=100/s",
		}},
		{"logarithmic counts are rounded, each once", "{servers: {from: 1, to: 8, steps: 6, scale: log}}", []string{
			"servers=1", "servers=2", "servers=3", "servers=5", "servers=8",
		}},
		{"counts deep down", "{queue.limit: {from: 0, to: 1_000, steps: 3}}", []string{
			"queue.limit=0", "queue.limit=500", "queue.limit=1_000",
		}},
		{"a single stream by position", "{arrivals.0.batch: {from: 1, to: 3, steps: 3}}", []string{
			"arrivals.0.batch=1", "arrivals.0.batch=2", "arrivals.0.batch=3",
		}},
	} {
		if diff := cmp.Diff(c.want, texts(load(t, smallest+"sweep: "+c.sweep+"\n"))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// Each point is a system of its own.
func TestSweptValues(t *testing.T) {
	study := load(t, smallest+"sweep: {servers: [1, 3], queue.limit: [0, 5], run.tasks: [10, 20]}\n")
	for i, p := range study.Points {
		if p.Servers != 1+2*(i/4) || !p.Limited || p.Limit != 5*(i/2%2) || p.Run.Tasks != int64(10+10*(i%2)) || p.Run.Precise {
			t.Errorf("point %d: %+v", i, p)
		}
	}
	var kinds []string
	for _, p := range load(t, smallest, "sweep={servers: [2, 1e1, 1_0, infinite]}", "service=1").Points {
		kinds = append(kinds, fmt.Sprintf("%T", p.Parameters[0].Value))
	}
	if diff := cmp.Diff([]string{"int64", "float64", "string", "string"}, kinds); diff != "" {
		t.Error(diff)
	}
}

const twoStreams = `
version: 1
arrivals:
  - {process: poisson, rate: 1/s, class: web}
  - {process: poisson, rate: 2/s, class: batch}
service: {distribution: exponential, rate: 100/s}
servers: 1
`

func TestSet(t *testing.T) {
	for _, c := range []struct {
		name, content string
		sets          []string
		ok            func(Point) bool
	}{
		{"replaces", smallest, []string{"servers=8"}, func(p Point) bool { return p.Servers == 8 }},
		{"the last one counts", smallest, []string{"servers=8", "servers=9"}, func(p Point) bool { return p.Servers == 9 }},
		{"creates", smallest, []string{"queue.limit=5"}, func(p Point) bool { return p.Limit == 5 && p.Limited }},
		{"a list", smallest, []string{"run.of=[wait.mean]"}, func(p Point) bool { return p.Run.Of[0] == "wait.mean" }},
		{"a mapping, then inside", smallest, []string{"service={distribution: gamma, mean: 1, cv: 1}", "service.mean=2"}, func(p Point) bool { return p.Streams[0].Service.Mean() == 2 }},
		{"by position", twoStreams, []string{"arrivals.1.rate=5/s"}, func(p Point) bool { return p.Streams[1].Process.Rate() == 5 }},
		{"by class", twoStreams, []string{"arrivals.batch.rate=5/s"}, func(p Point) bool { return p.Streams[1].Process.Rate() == 5 }},
		{"a single stream by position", smallest, []string{"arrivals.0.rate=5/s"}, func(p Point) bool { return p.Streams[0].Process.Rate() == 5 }},
		{"a single stream by class", smallest, []string{"arrivals.class=web", "arrivals.web.rate=5/s"}, func(p Point) bool { return p.Streams[0].Process.Rate() == 5 }},
		{"no sweep", smallest + "sweep: {servers: [2, 3]}\n", []string{"sweep={}", "servers=7"}, func(p Point) bool { return p.Servers == 7 }},
		{"a swept key", smallest + "sweep: {service.rate: [1/s]}\n", []string{"sweep.service.rate=[7/s]"}, func(p Point) bool { return p.Streams[0].Service.Mean() == 1./7 }},
		{"of a list of sweeps", smallest + "sweep: [{service.rate: [1/s]}]\n", []string{"sweep.0.service.rate=[7/s]"}, func(p Point) bool { return p.Streams[0].Service.Mean() == 1./7 }},
		{"an end of steps", smallest + "sweep: {servers: {from: 1, to: 3, steps: 2}}\n", []string{"sweep.servers.from=2"}, func(p Point) bool { return p.Servers == 2 }},
		{"tasks in place of a precision", smallest + "run: {precision: 1%, of: [wait.mean]}\n", []string{"run.tasks=10"}, func(p Point) bool { return !p.Run.Precise && p.Run.Tasks == 10 && p.Run.Of == nil }},
		{"a precision in place of tasks", smallest + "run: {tasks: 10}\n", []string{"run.precision=5%"}, func(p Point) bool { return p.Run.Precise && p.Run.Horizon == Open }},
		{"of stays with a precision", smallest + "run: {precision: 1%, of: [wait.mean]}\n", []string{"run.precision=5%"}, func(p Point) bool { return p.Run.Of[0] == "wait.mean" }},
		{"a precision beside a transient end", smallest + "run: {state: transient, duration: 1s}\n", []string{"run.precision=5%"}, func(p Point) bool { return p.Run.Precise && p.Run.Horizon == ByDuration }},
		{"a transient end for another", smallest + "run: {state: transient, duration: 1s, precision: 1%}\n", []string{"run.tasks=5"}, func(p Point) bool { return p.Run.Precise && p.Run.Horizon == ByTasks }},
		{"a value with an equals sign and a comment", smallest, []string{"description=a=b # no"}, func(Point) bool { return true }},
	} {
		if p := load(t, c.content, c.sets...).Points[0]; !c.ok(p) {
			t.Errorf("%s: %q gives %+v", c.name, c.sets, p)
		}
	}
}

// An override has the checks of the file, and its own place in messages.
func TestSetIsChecked(t *testing.T) {
	for _, set := range []string{"servers=0", "servers=2.5", "servers=null", "servers=010", "severs=1", "queue.limt=1", "servers.count.x=1", "arrivals.5.rate=1", "service.rate=1s", "=3", "a..b=3", "x"} {
		errs := refusal(t, twoStreams, set)
		if errs[0].File != "--set "+set || errs[0].Line != 0 {
			t.Errorf("--set %s: %v", set, errs)
		}
	}
}

func TestNearMisses(t *testing.T) {
	for _, c := range []struct {
		written string
		names   []string
		want    string
	}{
		{"exponentail", []string{"exponential", "erlang"}, "exponential"},
		{"expo", []string{"erlang", "exponential"}, "exponential"},
		{"Max-Tasks", []string{"max_tasks", "tasks"}, "max_tasks"},
		{"rate", []string{"mean", "k"}, ""},
		{"x", []string{"k"}, ""},
		{"", []string{"k"}, ""},
		{"xyzzy", []string{"servers", "queue"}, ""},
	} {
		if got := near(c.written, c.names); got != c.want {
			t.Errorf("%q near %v: %q, want %q", c.written, c.names, got, c.want)
		}
	}
}

// A stream keeps its name when streams of other classes come and go.
func TestStreamNames(t *testing.T) {
	names := func(classes ...string) (all []string) {
		var streams []Stream
		for _, c := range classes {
			streams = append(streams, Stream{Class: c})
		}
		nameStreams(streams)
		for _, s := range streams {
			all = append(all, s.Name)
		}
		return all
	}
	if diff := cmp.Diff([]string{"a", "b.1", "b.2"}, names("a", "b", "b")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"c", "b.1", "d", "b.2"}, names("c", "b", "d", "b")); diff != "" {
		t.Error(diff)
	}
}
