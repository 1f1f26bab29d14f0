package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"spillway/results"
	"spillway/scenarios"
	"spillway/sim/analytic"
	"spillway/sim/experiment"
)

// oracle is a system that theory and the simulator both know: the model that
// is expected, and what its scenario has beside the run.
type oracle struct{ name, model, scenario string }

const (
	unit = `servers: 1, service: {distribution: exponential, rate: 1}`
	slow = `arrivals: {process: poisson, rate: 0.6}, servers: 1, `
)

// oracles have a few of each family of exact models that can be simulated.
var oracles = []oracle{
	{"M/M/1", "M/M/c", slow + `service: {distribution: exponential, rate: 1}`},
	{"M/M/3", "M/M/c", `arrivals: {process: poisson, rate: 2.2}, servers: 3, service: {distribution: exponential, rate: 1}`},
	{"constant delays", "M/M/c", `network: {delay: 0.5s, response: 0.25s}, arrivals: {process: poisson, rate: 1.2}, servers: 2, service: {distribution: exponential, rate: 1}`},
	{"random delays", "M/M/c", `network: {delay: {distribution: uniform, min: 0, max: 3}, response: {distribution: erlang, k: 2, mean: 1}}, arrivals: {process: poisson, rate: 1.3}, servers: 2, service: {distribution: exponential, rate: 1}`},
	{"two classes", "M/M/c", `arrivals: [{process: poisson, rate: 0.4, class: a}, {process: poisson, rate: 0.9, class: b}], servers: 2, service: {distribution: exponential, rate: 1}`},
	{"M/M/3/7", "M/M/c/K", `arrivals: {process: poisson, rate: 3.3}, servers: 3, queue: {limit: 4}, service: {distribution: exponential, rate: 1}`},
	{"M/M/4/4", "M/M/c/c", `arrivals: {process: poisson, rate: 3}, servers: 4, queue: {limit: 0}, service: {distribution: exponential, rate: 1}`},
	{"M/M/∞", "M/M/∞", `arrivals: {process: poisson, rate: 5}, servers: infinite, service: {distribution: exponential, rate: 1}`},
	{"M/LN/∞", "M/G/∞", `arrivals: {process: poisson, rate: 3}, servers: infinite, service: {distribution: lognormal, mean: 1, cv: 1}`},
	{"M/U/1", "M/G/1", slow + `service: {distribution: uniform, min: 0.2, max: 1.8}`},
	{"M/LN/1", "M/G/1", slow + `service: {distribution: lognormal, mean: 1, cv: 1}`},
	{"M/E3/1", "M/G/1", slow + `service: {distribution: erlang, k: 3, mean: 1}`},
	{"M/H2/1", "M/G/1", slow + `service: {distribution: hyperexponential, mean: 1, cv: 1.5}`},
	{"M/D/1", "M/D/c", slow + `service: 1s`},
	{"M/G/1 of two classes", "M/G/1", `arrivals: [{process: poisson, rate: 0.3, class: a, service: 1s}, {process: poisson, rate: 0.5, class: b, service: {distribution: gamma, mean: 0.6, cv: 0.5}}], servers: 1`},
	{"M/G/1 behind random delays", "M/G/1", `network: {delay: {distribution: exponential, mean: 2}}, ` + slow + `service: {distribution: weibull, shape: 2, mean: 1}`},
	{"M/D/3", "M/D/c", `arrivals: {process: poisson, rate: 2.4}, servers: 3, service: 1s`},
	{"U/M/2", "U/M/c", `arrivals: {process: renewal, interarrival: {distribution: uniform, min: 0.1, max: 1.2}}, servers: 2, service: {distribution: exponential, rate: 1}`},
	{"LN/M/1", "LN/M/c", `arrivals: {process: renewal, interarrival: {distribution: lognormal, mean: 1.5, cv: 1.2}}, ` + unit},
	{"D/M/2", "D/M/c", `arrivals: {process: deterministic, rate: 1.5}, servers: 2, service: {distribution: exponential, rate: 1}`},
	{"MAP/PH/1", "MAP/PH/c", `arrivals: {process: map, d0: [[-2, 0.2], [0.1, -0.5]], d1: [[1.6, 0.2], [0.1, 0.3]]}, servers: 1, service: {distribution: phase_type, alpha: [0.6, 0.4], matrix: [[-4, 2], [0, -1.4]]}`},
	{"MMPP/M/2", "MAP/M/c", `arrivals: {process: mmpp, rates: [2.5, 0.5], generator: [[-0.5, 0.5], [0.4, -0.4]]}, servers: 2, service: {distribution: exponential, rate: 1}`},
	{"MMPP/M/2/5", "MAP/M/c/K", `arrivals: {process: mmpp, rates: [4, 0.5], generator: [[-0.5, 0.5], [0.4, -0.4]]}, servers: 2, queue: {limit: 3}, service: {distribution: exponential, rate: 1}`},
	{"E2/H2/2", "MAP/PH/c", `arrivals: {process: renewal, interarrival: {distribution: erlang, k: 2, mean: 0.7}}, servers: 2, service: {distribution: hyperexponential, mean: 1, cv: 1.5}`},
	{"on-off/M/1", "MAP/M/c", `arrivals: {process: onoff, "on": {distribution: exponential, mean: 2}, "off": {distribution: exponential, mean: 3}, rate: 1.4}, ` + unit},
	{"M[X]/M/2", "M[X]/M/c", `arrivals: {process: poisson, rate: 0.5, batch: {geometric: {mean: 2.5}}}, servers: 2, service: {distribution: exponential, rate: 1}`},
	{"M[X]/M/1", "M[X]/M/c", `arrivals: {process: poisson, rate: 0.25, batch: {values: [1, 4], weights: [2, 1]}}, ` + unit},
	{"M[X]/U/1", "M[X]/G/1", `arrivals: {process: poisson, rate: 0.2, batch: 3}, servers: 1, service: {distribution: uniform, min: 0.2, max: 1.8}`},
}

const (
	steadyRun = "version: 1, run: {tasks: 40000, replications: 32, warmup: {tasks: 1000}, confidence: 0.95}, "
	// oracleAlarm is the probability that a test of this file fails without a
	// defect, over all of its comparisons together.
	oracleAlarm = 1e-4
)

// TestOracles simulates each system and holds the exact values against it, as
// `compare` does: Student's t with 31 degrees of freedom, Bonferroni's share of
// half of oracleAlarm for each comparison, the histogram's error as slack of
// quantiles; the other half is policyValues's.
//
// That it can fail is seen from the exact values themselves: where the mean
// wait is made 8 % longer, every system that waits must differ.
func TestOracles(t *testing.T) {
	oracles := slices.Concat(oracles, policyOracles)
	docs := make([]results.Document, len(oracles))
	studies := make([]*scenarios.Study, len(oracles))
	for i, o := range oracles {
		studies[i], docs[i] = o.study(t, steadyRun)
		if err := answerExactly(&docs[i], studies[i]); err != nil {
			t.Fatal(err)
		}
		if a := docs[i].Points[0].Analytic; a == nil || !a.Exact || a.Model != o.model {
			t.Errorf("%s: %+v, want the exact model %s", o.name, a, o.model)
		}
	}
	simulateAll(t, docs, studies)
	results.Compare(docs, oracleAlarm/2)
	judged, besides := 0, 0
	for i, o := range oracles {
		for _, a := range docs[i].Points[0].Agreement {
			switch a.Verdict {
			case results.Differs:
				t.Errorf("%s: %s is %v, simulated %v%s", o.name, a.Metric, a.Reference, a.Simulated, distance(a))
			case results.Agrees:
				judged++
			}
		}
	}
	for i, o := range oracles {
		besides += o.policyValues(t, docs[i].Points[0])
	}
	if judged < 10*len(oracles) || besides != policyComparisons {
		t.Errorf("%d values agree, and %d of policies were compared: not what there is", judged, besides)
	}
	for i, o := range oracles {
		detects(t, o, docs[i])
	}
}

// distance is that of the two in standard errors, where there are any.
func distance(a results.Agreement) string {
	if a.Z == nil {
		return ""
	}
	return fmt.Sprintf(", %.1f standard errors away", float64(*a.Z))
}

// detects makes the exact mean wait 8 % longer, which has to be noticed.
func detects(t *testing.T, o oracle, d results.Document) {
	t.Helper()
	wait := d.Points[0].Analytic.Metrics["wait"]
	if wait["mean"] == 0 {
		return
	}
	wait["mean"] *= 1.08
	results.Compare([]results.Document{d}, oracleAlarm/float64(len(oracles)))
	for _, a := range d.Points[0].Agreement {
		if a.Metric == "wait.mean" && a.Verdict != results.Differs {
			t.Errorf("%s: a mean wait that is 8 %% too long passes%s", o.name, distance(a))
		}
	}
}

func (o oracle) study(t *testing.T, run string) (*scenarios.Study, results.Document) {
	t.Helper()
	name := strings.NewReplacer("/", "-", "[", "", "]", "").Replace(o.name)
	s, err := scenarios.Load(name+".yaml", []byte("{name: oracle, "+run+o.scenario+"}"), scenarios.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Points[0].Unsimulated) > 0 {
		t.Fatalf("%s: %v", o.name, s.Points[0].Unsimulated)
	}
	return s, newDocument(s)
}

// simulateAll puts the simulated values beside the exact ones.
func simulateAll(t *testing.T, docs []results.Document, studies []*scenarios.Study) {
	t.Helper()
	points, err := experiments(jobs(docs, studies), 0)
	if err != nil {
		t.Fatal(err)
	}
	outcomes, err := experiment.Run(context.Background(), points, experiment.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i, o := range outcomes {
		docs[i].Points[0].Simulated, docs[i].Points[0].Warnings = o.Simulated, o.Warnings
	}
}

// transients start from empty. What is compared is the mean over [0, 20 s].
var transients = []oracle{
	{"M/M/2 from empty", "M/M/c", `arrivals: {process: poisson, rate: 1.8}, servers: 2, service: {distribution: exponential, rate: 1}`},
	{"overload from empty", "M/M/c", `arrivals: {process: poisson, rate: 2}, servers: 1, service: {distribution: exponential, rate: 1}`},
	{"sinusoid with a limit", "M(t)/M/c/K", `arrivals: {process: sinusoid, rate: 2, amplitude: 0.8, period: 15}, servers: 2, queue: {limit: 5}, service: {distribution: exponential, rate: 1}`},
	{"profile", "M(t)/M/c", `arrivals: {process: profile, points: [{at: 0s, rate: 0.5}, {at: 8s, rate: 3}, {at: 20s, rate: 1}], interpolate: linear, period: 20s}, servers: 2, service: {distribution: exponential, rate: 1}`},
	{"sinusoid, infinitely many", "M(t)/M/∞", `arrivals: {process: sinusoid, rate: 3, amplitude: 0.5, period: 8}, servers: infinite, service: {distribution: exponential, rate: 1}`},
}

// TestTransientOracles compares the time averages of 3000 replications from empty
// with the integral of the exact means over time, by Simpson's rule on 2000 steps. Three values of
// each system are compared, by Student's t, with oracleAlarm for all together.
func TestTransientOracles(t *testing.T) {
	const steps, horizon = 2000, 20.0
	docs := make([]results.Document, len(transients))
	studies := make([]*scenarios.Study, len(transients))
	for i, o := range transients {
		studies[i], docs[i] = o.study(t, "version: 1, run: {state: transient, duration: 20s, replications: 3000}, ")
	}
	simulateAll(t, docs, studies)
	limit := results.Student(1-oracleAlarm/float64(3*len(transients)), 2999)
	for i, o := range transients {
		sys := studies[i].Points[0].System()
		sys.Transient = &analytic.Transient{}
		for k := range steps + 1 {
			sys.Transient.Times = append(sys.Transient.Times, horizon*float64(k)/steps)
		}
		sol, err := analytic.Solve(sys)
		if err != nil {
			t.Fatal(err)
		}
		if !sol.Exact || sol.Model != o.model {
			t.Errorf("%s: %s (exact: %v), want %s", o.name, sol.Model, sol.Exact, o.model)
		}
		servers := 1.0
		if !sys.Infinite {
			servers = float64(sys.Servers)
		}
		for metric, series := range map[string]string{"queue_length": "queue_length", "in_system": "in_system", "utilization": "busy"} {
			e, ok := docs[i].Points[0].Simulated.Metrics[metric]["mean"]
			want := simpson(sol.Series[series], horizon) / horizon
			if metric == "utilization" {
				want /= servers
			}
			if !ok || want == 0 {
				continue
			}
			se := float64(e.HalfWidth) / results.Student(e.Level, e.N-1)
			if z := math.Abs(float64(e.Value)-want) / se; !(z <= limit) {
				t.Errorf("%s: %s is %v on average, simulated %v, %.1f standard errors away", o.name, metric, want, e.Value, z)
			}
			if 0.15*want < limit*se {
				t.Errorf("%s: %s has a standard error of %v: a value that is 15 %% wrong could pass", o.name, metric, se)
			}
		}
	}
}

// simpson is the integral over [0, upTo] of a function given at evenly spaced
// points, an odd number of them.
func simpson(y []float64, upTo float64) float64 {
	sum := y[0] + y[len(y)-1]
	for i := 1; i < len(y)-1; i++ {
		sum += y[i] * float64(2+2*(i%2))
	}
	return sum * upTo / float64(3*(len(y)-1))
}
