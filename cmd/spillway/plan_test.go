package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"spillway/distributions"
	"spillway/distributions/arrivals"
	"spillway/results"
	"spillway/sim/analytic"
)

// problem is one of sizing M/M/c or M/M/c/K, with its answer.
type problem struct {
	scenario string
	metric   string
	bound    float64
	servers  int // that keep it; one less does not
}

// erlangValue is the exact value of a metric of M/M/c, infinite where there is
// no steady state.
func erlangValue(t testing.TB, lambda, mu float64, servers, limit int, metric string) float64 {
	t.Helper()
	process, err := arrivals.NewPoisson(lambda)
	if err != nil {
		t.Fatal(err)
	}
	service, err := distributions.NewExponential(mu)
	if err != nil {
		t.Fatal(err)
	}
	system := analytic.System{Streams: []analytic.Stream{{Class: "default", Process: process, Service: service}}, Servers: servers,
		Limit: limit, Limited: limit >= 0}
	if !analytic.Stable(system) {
		return math.Inf(1)
	}
	s, err := analytic.Solve(system)
	if err != nil {
		t.Fatal(err)
	}
	name, stat, _ := strings.Cut(metric, ".")
	return s.Metrics[name][stat]
}

// margin is how far a bound is from both values, as a ratio.
const margin = 1.02

// drawProblem draws a load, a metric and a number of servers, and a bound
// between the values that this number and one less have, at least margin from
// either. It draws again where there is no room between them.
func drawProblem(t testing.TB, rng *rand.Rand) problem {
	for {
		load := math.Exp(rng.Float64()*math.Log(60)) / 2 // 0.5 to 30
		mu := math.Exp(rng.Float64()*math.Log(1e4)) / 10 // 0.1/s to 1000/s
		metric := []string{"wait.p99", "wait.mean", "shed_ratio.mean"}[rng.IntN(3)]
		limit, queue := -1, ""
		if metric == "shed_ratio.mean" {
			limit = rng.IntN(10)
			queue = fmt.Sprintf("queue: {limit: %d}\n", limit)
		}
		servers := int(load) + 1 + rng.IntN(2+int(load/4))
		low, high := erlangValue(t, load*mu, mu, servers, limit, metric), math.Inf(1)
		if servers > 1 {
			high = erlangValue(t, load*mu, mu, servers-1, limit, metric)
		} else if limit >= 0 {
			continue // one server is the least there is
		}
		busy, busier := load/float64(servers), load/float64(servers-1)
		if limit < 0 && (busy > 0.98 || busier > 0.98 && busier < 1) {
			continue // it may take 1000 million tasks to tell
		}
		if math.IsInf(high, 1) {
			high = 5 * low
		}
		low = math.Max(low, high/20) // also of a quantile that is 0
		if low*1.05 > high || high < 1e-4 && limit >= 0 {
			continue
		}
		bound := margin * low * math.Pow(high/low/margin/margin, rng.Float64())
		return problem{
			scenario: fmt.Sprintf("version: 1\narrivals: {process: poisson, rate: %v}\nservice: {distribution: exponential, rate: %v}\nservers: 1\n%s", load*mu, mu, queue),
			metric:   metric, bound: bound, servers: servers,
		}
	}
}

// planned runs a plan in this process, from a start that need not be theory's.
func planned(t testing.TB, scenario string, start *float64, vary string, set ...string) *results.Plan {
	t.Helper()
	v, err := parseVary(vary, "1%", false)
	if err != nil {
		t.Fatal(err)
	}
	pl := &planner{program: &program{ctx: context.Background(), stdin: strings.NewReader(scenario), stdout: io.Discard, stderr: io.Discard},
		flags: &flags{engine: "auto", quiet: true}, name: "-", set: set, vary: v, start: start}
	if err := pl.read(); err != nil {
		t.Fatal(err)
	}
	plan, err := pl.run()
	if err != nil {
		t.Fatal(err)
	}
	plan.Conclude()
	return plan
}

// TestPlanFindsErlang: by simulation, in 50 random problems none of which is
// within 2 % of its bound, the number of servers that Erlang's formulas give;
// every second one from a start that is wrong. All verdicts of a plan together
// are wrong with a probability of at most 1e-4: a false alarm of the test has at
// most 5e-3.
func TestPlanFindsErlang(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 50))
	for i := range 50 {
		p := drawProblem(t, rng)
		var start *float64
		if i%2 == 1 {
			wrong := float64(1 + rng.IntN(3*p.servers))
			start = &wrong
		}
		plan := planned(t, p.scenario, start, "servers", "run.confidence=99.99%", fmt.Sprintf("slo={%s: %v}", p.metric, p.bound))
		a := plan.Answer
		if a.Value == nil || float64(*a.Value) != float64(p.servers) || a.Outcome == results.Open {
			t.Errorf("problem %d: %s\n%+v", i, a.Text, p)
		}
		if testing.Verbose() {
			var tasks int64
			for _, q := range plan.Points {
				tasks += q.Tasks
			}
			t.Logf("%s: %d points, %d tasks", a.Text, len(plan.Points), tasks)
		}
	}
}

const mmc4 = "version: 1\narrivals: {process: poisson, rate: 320/s}\nservice: {distribution: exponential, rate: 100/s}\nservers: 4\n"

// TestPlanOnTheBound: where the exact value is the bound itself, it cannot be
// told; one server more keeps it, and one less does not. A verdict in its place
// has a probability of at most 5 %, with this seed it does not occur.
func TestPlanOnTheBound(t *testing.T) {
	for _, metric := range []string{"wait.mean", "wait.p99"} {
		exact := erlangValue(t, 320, 100, 4, -1, metric)
		plan := planned(t, mmc4, nil, "servers", fmt.Sprintf("slo={%s: %v}", metric, exact), "run.max_tasks=2e6")
		a := plan.Answer
		if a.Outcome != results.Open || a.Value == nil || *a.Value != 5 || a.Beyond == nil || *a.Beyond != 3 || len(a.Unclear) != 1 || a.Unclear[0] != 4 ||
			!strings.Contains(a.Text, "of 4 it cannot be told in 2,000,000 tasks") {
			t.Errorf("%s: %+v", metric, a)
		}
	}
}

// TestPlanOfATrace: bursts of 8 tasks that take a second each, every 16 s. With
// c servers the last of a burst waits ⌊7/c⌋ s, and one in eight tasks is the
// last: for p99 ≤ 1 s it takes 4. M/M/c of the same load, ½, needs 3: with 2,
// P(W > 1 s) = 0.1·exp(−1.5), with 3 it is 0.015·exp(−2.5) = 0.12 %.
func TestPlanOfATrace(t *testing.T) {
	var rows strings.Builder
	rows.WriteString("at,seconds\n")
	for burst := range 20 {
		for range 8 {
			fmt.Fprintf(&rows, "%d,1\n", 16*burst)
		}
	}
	dir := t.TempDir()
	scenario := filepath.Join(dir, "trace.yaml")
	write := func(name, text string) {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(filepath.Join(dir, "log.csv"), rows.String())
	write(scenario, "version: 1\narrivals: {process: trace, file: log.csv, time: at, service: seconds}\nservers: 2\n")
	status, out, errs := call(t, "", "plan", scenario, "--slo", "wait.p99=1s", "--quiet")
	want := "4 servers keep wait.p99 ≤ 1 s; 3 do not. Erlang's formula would say 3: for Poisson arrivals of the same rate, and"
	if status != done || !strings.Contains(strings.Join(strings.Fields(out), " "), want) || errs != "" {
		t.Errorf("status %d\n%s%s", status, out, errs)
	}
	if strings.Contains(out, "no_interval") || !strings.Contains(out, "of one replication, whose values decide") {
		t.Errorf("what decides:\n%s", out)
	}
}

// TestPlanVaries: other keys, in the direction that the ends of their range
// show, and ranges in which all or nothing keeps. A plan has a wrong verdict
// with a probability of at most 5 %; with this seed none has.
func TestPlanVaries(t *testing.T) {
	limited := mmc4 + "queue: {limit: 5}\n"
	// The bounds are half-way between the exact values of 9 places and of 10.
	between := func(metric string) string {
		return fmt.Sprintf("slo={%s: %v}", metric, (erlangValue(t, 320, 100, 4, 9, metric)+erlangValue(t, 320, 100, 4, 10, metric))/2)
	}
	for _, c := range []struct {
		name, scenario, vary string
		set                  []string
		outcome              results.Outcome
		goal                 string
		least, most          float64 // of the answer
		text                 string
	}{
		{"rate", mmc4, "arrivals.rate=100/s..390/s", []string{"slo={wait.mean: 5ms}"}, results.Found, "largest", 296, 302, "/s does not (searched to 1 %)"},
		{"limit, latency", limited, "queue.limit=0..40", []string{between("wait.mean")}, results.Found, "largest", 9, 9, "; 10 does not."},
		{"limit, loss", limited, "queue.limit=0..40", []string{between("shed_ratio.mean")}, results.Found, "least", 10, 10, "; 9 does not."},
		{"limit, both", limited, "queue.limit=0..40", []string{"slo={wait.mean: 3.9ms, shed_ratio: 5%}"}, results.None, "", 0, 0,
			"No value that was tried of queue.limit from 0 to 40 keeps wait.mean ≤ 3.9 ms and shed_ratio ≤ 5 %"},
		{"all", mmc4, "servers=6..50", []string{"slo={wait.mean: 5ms}"}, results.All, "least", 6, 6, "6 servers keep wait.mean ≤ 5 ms: the least in the range from 6 to 50."},
		{"none", mmc4, "servers=1..3", []string{"slo={wait.mean: 5ms}"}, results.None, "least", 0, 0, "No number of servers from 1 to 3 keeps wait.mean ≤ 5 ms: with 3, wait.mean is ∞."},
		{"a mapping of servers", strings.Replace(mmc4, "servers: 4", "servers: {count: 4}", 1), "servers", []string{"slo={wait.mean: 5ms}"},
			results.Found, "least", 5, 5, "5 servers keep wait.mean ≤ 5 ms; 4 do not."},
		{"from empty", mmc4 + "run: {state: transient, duration: 5s}\n", "servers", []string{"slo={wait.mean: 5ms}"}, results.Found, "least", 5, 5, "5 servers keep"},
		{"a share and a rate", mmc4, "servers", []string{"slo={latency.within: {50ms: 98.5%}, throughput: {min: 300/s}}"}, results.Found, "least", 5, 5, "latency.within.50ms ≥ 98.5 % and throughput ≥ 300 /s"},
	} {
		plan := planned(t, c.scenario, nil, c.vary, c.set...)
		a := plan.Answer
		value := 0.0
		if a.Value != nil {
			value = float64(*a.Value)
		}
		if a.Outcome != c.outcome || plan.Vary.Goal != c.goal || value < c.least || value > c.most || !strings.Contains(a.Text, c.text) {
			t.Errorf("%s: %s\n%+v %+v", c.name, a.Text, a, plan.Vary)
		}
	}
}

// TestPlanFormats: every format says the same, and JSON is as its schema has it.
func TestPlanFormats(t *testing.T) {
	args := []string{"plan", "mmc", "--slo", "latency.p99=60ms", "--quiet", "--format"}
	text := ok(t, append(args, "json")...)
	validateAgainst(t, results.PlanSchema(), text)
	if again := ok(t, append(args, "json", "--parallel", "3")...); again != text {
		t.Error("other bytes with --parallel 3")
	}
	for format, want := range map[string]string{
		"table":    "5 servers keep latency.p99 ≤ 60 ms; 4 do not.",
		"markdown": "| servers | metric | value | exact | verdict | tasks |",
		"csv":      "servers,metric,kind,bound,value,value.low,value.high,exact,verdict,tasks,replications,all",
	} {
		if out := ok(t, append(args, format)...); !strings.Contains(out, want) {
			t.Errorf("%s:\n%s", format, out)
		}
	}
}

func TestPlanRefuses(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"plan mmc", "nothing to keep: want --slo METRIC=BOUND"},
		{"plan mmc --slo latency.p99", "--slo latency.p99: want METRIC=BOUND"},
		{"plan mmc --slo latency.p98=1s", `found the metric "latency.p98"`},
		{"plan mmc --slo wait.max=1s", "no run shows what the largest value is"},
		{"plan mmc --slo wait=1s --vary servers=5", "want KEY=LOW..HIGH"},
		{"plan mmc --slo wait=1s --vary arrivals.rate", "want the range too"},
		{"plan mmc --slo wait=1s --vary servers=0..5", "from 1 on"},
		{"plan mmc --slo wait=1s --vary servers=1.5..5", "whole numbers of servers"},
		{"plan mmc --slo wait=1s --vary servers=9..5", "the lower end first"},
		{"plan mmc --slo wait=1s --vary arrivals.rate=1/s..2/min", `the units "/s" and "/min" differ`},
		{"plan mmc --slo wait=1s --vary arrivals.rate=1/s..fast", "want two numbers"},
		{"plan mmc --slo wait=1s --vary arivals.rate=1/s..2/s", "arivals"},
		{"plan mmc --slo wait=1s --tolerance 2", "--tolerance 2: want a share"},
		{"plan mmc --slo wait=1s --precision 1%", "--precision: every value is simulated until"},
		{"plan mmc --slo wait=1s --confidence 2", "run.confidence"},
		{"plan bounded-queue --slo wait=1s", "a sweep of 3 points"},
		{"plan mmc mmc --slo wait=1s", "want at most 1"},
		{"plan mmc --slo wait=1s --set servers={autoscale:{min:1,max:9,metric:utilization,target:0.7,interval:1s,startup:1s}}", "servers"},
	} {
		args := strings.Split(c.args, " ")
		if status, _, errs := call(t, "", args...); status != invalid || !strings.Contains(errs, c.want) {
			t.Errorf("%s: status %d, want %q: %s", c.args, status, c.want, errs)
		}
	}
	if status, out, errs := call(t, "", "plan", "mmc", "--slo", "latency.p99=50ms", "--vary", "servers=1..4", "--quiet"); status != disagrees ||
		!strings.Contains(out, "No number of servers from 1 to 4 keeps") || !strings.Contains(errs, "No number of servers") {
		t.Errorf("nothing keeps: status %d: %s%s", status, out, errs)
	}
}

// TestPlanIsInterrupted: what was tried is printed.
func TestPlanIsInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var out, errs strings.Builder
	status := run(ctx, []string{"plan", "mmc", "--slo", "wait=1s"}, strings.NewReader(""), &out, &errs)
	if status != interrupted || !strings.Contains(out.String(), "PARTIAL") {
		t.Errorf("status %d: %s%s", status, out.String(), errs.String())
	}
}
