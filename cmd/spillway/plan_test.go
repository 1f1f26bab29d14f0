package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
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

// drawProblem draws a load, a metric and a number of servers, and a bound
// between the values that this number and one less have, more than 2 % from
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
		if math.IsInf(high, 1) {
			high = 5 * low
		}
		low = math.Max(low, high/20) // also of a quantile that is 0
		if low*1.1 > high || high < 1e-4 && limit >= 0 {
			continue
		}
		bound := 1.025 * low * math.Pow(high/low/1.025/1.025, rng.Float64())
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
