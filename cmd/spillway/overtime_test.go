package main

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"spillway/results"
	"spillway/scenarios"
)

// fromEmpty is a run of 100 ms, far from the steady state at its end.
const fromEmpty = `
version: 1
name: empty
arrivals: {process: poisson, rate: 160/s}
service: {distribution: exponential, rate: 100/s}
servers: 2
run: {state: transient, duration: 100ms, replications: 8}
`

// TestAnalyticOverTime: a run from empty is answered by its own means or not at
// all, and never told to start from empty.
func TestAnalyticOverTime(t *testing.T) {
	for _, x := range []struct {
		set         []string
		queue, busy float64 // by Runge and Kutta's method, in another program
	}{
		{nil, 0.888837, 1.294994},
		{[]string{"arrivals.rate=260/s"}, 3.508480, 1.703570},
	} {
		args := []string{"analytic", "-", "--format", "json"}
		for _, s := range x.set {
			args = append(args, "--set", s)
		}
		status, out, stderr := call(t, fromEmpty, args...)
		if status != done {
			t.Fatalf("%v: status %d, %s", x.set, status, stderr)
		}
		a := document(t, out).Points[0].Analytic
		m := a.Metrics
		if !a.Exact || m["wait"] != nil || m["latency"] != nil || a.Series != nil || a.Note == "" {
			t.Errorf("%v: %+v", x.set, a)
		}
		if q, u := float64(m["queue_length"]["mean"]), float64(m["utilization"]["mean"]); math.Abs(q-x.queue) > 1e-6 || math.Abs(u-x.busy/2) > 1e-6 {
			t.Errorf("%v: queue %v, utilization %v, want %v and %v", x.set, q, u, x.queue, x.busy/2)
		}
	}
	for set, want := range map[string]string{
		"service=5ms": "not exponential",
		"arrivals={process: closed, population: 5, think: 1s}":  "closed",
		"queue={discipline: lifo}":                              "first come, first served",
		"run={state: transient, tasks: 50}":                     "run.duration",
		"run={state: transient, tasks: 50, series: [1s]}":       "no more tasks come",
		"network={delay: {distribution: exponential, mean: 1}}": "random delay",
	} {
		status, out, stderr := call(t, fromEmpty, "analytic", "-", "--set", set)
		if status != invalid || out != "" || !strings.Contains(stderr, want) || !strings.Contains(stderr, "run.state: steady") || strings.Contains(stderr, "run.state: transient") {
			t.Errorf("%s: status %d, %s%s, want %q", set, status, out, stderr, want)
		}
	}
	status, _, stderr := call(t, stations, "analytic", "-", "--set", "run={state: transient, duration: 1s}")
	if status != invalid || !strings.Contains(stderr, "network over time") {
		t.Errorf("stations: status %d, %s", status, stderr)
	}
	if status, _, stderr := call(t, stations, "analytic", "-"); status != done {
		t.Errorf("stations in the long run: status %d, %s", status, stderr)
	}
}

const stations = `
version: 1
name: line
stations:
  a: {service: {distribution: exponential, rate: 10/s}, servers: 1, arrivals: {process: poisson, rate: 5/s}}
  b: {service: {distribution: exponential, rate: 10/s}, servers: 1}
routes: {a: {b: 1}}
`

// TestRunsFromEmpty simulates runs from empty and holds the exact means of the whole
// run and the loss by window against them: Student's t with 3999 degrees of freedom,
// oracleAlarm for all values together. A value that is 15 % wrong would be seen.
func TestRunsFromEmpty(t *testing.T) {
	systems := []oracle{
		{"sinusoid with a limit and a delay", "M(t)/M/c/K", `arrivals: {process: sinusoid, rate: 2, amplitude: 0.8, period: 15}, network: {delay: 3s}, servers: 2, queue: {limit: 2}, service: {distribution: exponential, rate: 1}, `},
		{"overload without a limit", "M/M/c", `arrivals: {process: poisson, rate: 2}, servers: 1, service: {distribution: exponential, rate: 1}, `},
		{"profile, infinitely many", "M(t)/M/∞", `arrivals: {process: profile, points: [{at: 0s, rate: 0.5}, {at: 8s, rate: 3}], period: 12s}, servers: infinite, service: {distribution: exponential, rate: 1}, `},
	}
	docs, studies := make([]results.Document, len(systems)), make([]*scenarios.Study, len(systems))
	for i, o := range systems {
		studies[i], docs[i] = o.study(t, "version: 1, run: {state: transient, duration: 20s, series: [6s, 10s, 20s], replications: 4000}, ")
		if err := solve(&docs[i].Points[0], &studies[i].Points[0]); err != nil {
			t.Fatal(err)
		}
	}
	simulateAll(t, docs, studies)
	const comparisons = 5 + 1 + 3 + 5 + 3 // metrics of each system that are not zero, and windows of the first
	limit, compared := results.Student(1-oracleAlarm/comparisons, 3999), 0
	compare := func(what string, value, half, want float64) {
		se := half / results.Student(0.95, 3999)
		if compared++; !(math.Abs(value-want) <= limit*se) {
			t.Errorf("%s is %v, simulated %v, %.1f standard errors away", what, want, value, math.Abs(value-want)/se)
		}
		if 0.15*want < limit*se {
			t.Errorf("%s has a standard error of %v: too much", what, se)
		}
	}
	for i, o := range systems {
		p := docs[i].Points[0]
		if p.Analytic.Model != o.model {
			t.Errorf("%s: %s", o.name, p.Analytic.Model)
		}
		for metric, want := range p.Analytic.Metrics {
			if want["mean"] > 0 {
				e := p.Simulated.Metrics[metric]["mean"]
				compare(o.name+": "+metric, float64(e.Value), float64(e.HalfWidth), float64(want["mean"]))
			}
		}
		for k, want := range p.Analytic.Series["shed_ratio"] {
			b := p.Simulated.Series.ShedRatio
			compare(fmt.Sprintf("%s: loss, window %d", o.name, k), b.Value[k], (b.High[k]-b.Low[k])/2, float64(want))
		}
	}
	if compared != comparisons {
		t.Errorf("%d comparisons, want %d", compared, comparisons)
	}
}

// TestFailedPoint: a solver that fails leaves the other points of a sweep, and the
// exit status of a failure.
func TestFailedPoint(t *testing.T) {
	const text = `
version: 1
name: extreme
arrivals: {process: poisson, rate: 1/s}
service: {distribution: exponential, rate: 1e302}
servers: 1
sweep: {arrivals.rate: [1e301, 5, 7]}
`
	status, out, stderr := call(t, text, "analytic", "-", "--format", "json")
	if status != failed || strings.Count(stderr, "\n") != 1 || !strings.Contains(stderr, "arrivals=1e301") || strings.Contains(stderr, "analytic:") {
		t.Errorf("status %d, %s", status, stderr)
	}
	p := document(t, out).Points
	if len(p) != 3 || p[0].Analytic != nil || p[1].Analytic == nil || p[2].Analytic == nil || len(p[0].Warnings) != 1 || p[0].Warnings[0].Code != "solver_failed" {
		t.Errorf("points %+v", p)
	}
	if status, out, stderr := call(t, text, "analytic", "-", "--set", "sweep={}", "--set", "arrivals.rate=1e301"); status != failed || out != "" || stderr == "" {
		t.Errorf("alone: status %d, %s, %s", status, out, stderr)
	}
}

// TestAnalyticParallel: the same bytes however many points are solved at a time.
func TestAnalyticParallel(t *testing.T) {
	for _, format := range []string{"json", "table"} {
		var want string
		for _, n := range []string{"1", "2", "7"} {
			status, out, stderr := call(t, fromEmpty, "analytic", "-", "--format", format, "--parallel", n,
				"--set", "sweep={servers: [1, 2, 3, 20], arrivals.rate: [20, 160, 300, 900], queue.limit: [0, 5]}")
			if status != done {
				t.Fatalf("status %d: %s", status, stderr)
			}
			if want == "" {
				want = out
			}
			if out != want {
				t.Errorf("%s with --parallel %s: other bytes", format, n)
			}
		}
	}
	if status, _, stderr := call(t, fromEmpty, "analytic", "-", "--parallel", "0"); status != invalid {
		t.Errorf("--parallel 0: status %d, %s", status, stderr)
	}
}
