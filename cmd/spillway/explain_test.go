package main

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"spillway/results"
)

// shared are the files that the tests of explain and fit share with results.
const shared = "../../results/testdata/"

// scenarioFile writes a scenario beside the log that it replays.
func scenarioFile(t *testing.T, text string) string {
	t.Helper()
	dir := t.TempDir()
	log, err := os.ReadFile(shared + "explain-trace.csv")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "explained.yaml")
	for name, content := range map[string][]byte{"explain-trace.csv": log, "explained.yaml": []byte(text)} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return file
}

const ofTrace = `version: 1
name: explained
arrivals: {process: trace, file: explain-trace.csv, time: arrival_s, service: service_s, class: kind}
network: {delay: 20ms}
servers: 2
`

func explanation(t *testing.T, args ...string) results.Explanation {
	t.Helper()
	text := ok(t, append([]string{"explain", "--format", "json"}, args...)...)
	validateAgainst(t, results.ExplainSchema(), text)
	var e results.Explanation
	if err := json.Unmarshal([]byte(text), &e); err != nil {
		t.Fatal(err)
	}
	return e
}

// byName are the variants of the only point.
func byName(e results.Explanation) map[string]results.Variant {
	out := map[string]results.Variant{}
	for _, v := range e.Points[0].Variants {
		out[v.Name] = v
	}
	return out
}

// sums holds the identities that every explanation has: the parts sum to the
// latency, their shares and those of the causes to 1, the causes to the wait.
func sums(t *testing.T, e results.Explanation) {
	t.Helper()
	p := &e.Points[0]
	latency, parts, causes, shares := 0.0, 0.0, 0.0, 0.0
	for _, x := range p.Parts {
		latency += float64(x.Mean.Value)
		parts += float64(x.Share)
	}
	for _, x := range p.Causes {
		causes += float64(x.Wait.Value)
		shares += float64(x.Share)
	}
	wait := float64(p.Variants[0].Mean.Value)
	for what, gap := range map[string]float64{
		"parts": latency/float64(p.Latency.Value) - 1, "their shares": parts - 1, "causes": causes/wait - 1, "shares of causes": shares - 1,
	} {
		if !(math.Abs(gap) < 1e-9) {
			t.Errorf("%s do not sum up: off by %g", what, gap)
		}
	}
}

// TestExplainTrace: a log, in all formats; the same bytes at any parallelism.
func TestExplainTrace(t *testing.T) {
	file := scenarioFile(t, ofTrace)
	table := ok(t, "explain", file, "--parallel", "1")
	golden(t, shared+"explain-trace.txt", strings.ReplaceAll(table, filepath.Dir(file)+"/", ""))
	if ok(t, "explain", file, "--parallel", "2") != table {
		t.Error("other bytes at --parallel 2")
	}
	golden(t, shared+"explain-rows.csv", ok(t, "explain", file, "--format", "csv", "--replications", "2", "--set", "arrivals.limit=20"))
	if text := ok(t, "explain", file, "--format", "markdown"); !strings.Contains(text, "| as they are | shuffled |") {
		t.Error(text)
	}
	e := explanation(t, file)
	sums(t, e)
	ran := document(t, ok(t, "run", file, "--format", "json")).Points[0].Simulated
	is := byName(e)["as_is"]
	if want := ran.Metrics["wait"]["mean"].Value; math.Abs(float64(is.Mean.Value/want)-1) > 1e-12 || is.Mean.HalfWidth != 0 || !e.Points[0].Deterministic {
		t.Errorf("the wait as it is is %+v, run has %v", is.Mean, want)
	}
}

// TestExplainPoisson: for M/M/2 all variants of the arrivals are the same
// system. Seven intervals, of 8 replications, are held to t = 11 (7 degrees of
// freedom: 1e-5 each).
func TestExplainPoisson(t *testing.T) {
	const text = "version: 1\nname: mm2\narrivals: {process: poisson, rate: 1.2}\nservice: {distribution: exponential, rate: 1}\nservers: 2\n" +
		"run: {tasks: 20000, replications: 8}\n"
	e := explanation(t, scenarioFile(t, text))
	sums(t, e)
	variants := byName(e)
	for _, name := range []string{"bins_600", "bins_60", "bins_10", "bins_1", "gaps_shuffled", "poisson"} {
		if v := variants[name]; !v.Same || v.Share.Value != 1 || v.Mean.Value != variants["as_is"].Mean.Value {
			t.Errorf("%s: %+v", name, v)
		}
	}
	// M/M/2 waits ρ²/(1 − ρ²) mean services; M/D/2 about half of it.
	want := 0.36 / 0.64
	is := variants["as_is"].Mean
	if gap := math.Abs(float64(is.Value) - want); gap > float64(is.HalfWidth)/2.365*11 {
		t.Errorf("waits %+v, want %g", is, want)
	}
	if f := e.Points[0].Formulas; math.Abs(float64(*f[0].Mean)-want) > 1e-9 || math.Abs(float64(*f[1].Mean)-want) > 1e-9 {
		t.Errorf("formulas say %g and %g, want %g", *f[0].Mean, *f[1].Mean, want)
	}
	if share := variants["constant_service"].Share; share.Low > 0.55 || share.High < 0.5 {
		t.Errorf("constant service: %+v", share)
	}
	if s := e.Points[0].Sentences[1]; s != "The arrivals are Poisson: no part of the wait is the price of bursts." {
		t.Error(s)
	}
}

// TestExplainRenewal: an interrupted Poisson process is a renewal process, so that
// its gaps may be shuffled, and in bins of a microsecond it is what it was; Poisson
// arrivals wait as M/M/1 does. Three intervals, of 8 replications, are held to t = 11.
func TestExplainRenewal(t *testing.T) {
	const text = "version: 1\nname: ipp\narrivals: {process: mmpp, rates: [0, 1.5], generator: [[-1, 1], [1, -1]]}\nservice: {distribution: exponential, rate: 1.5}\nservers: 1\n" +
		"run: {tasks: 20000, replications: 8}\n"
	variants := byName(explanation(t, scenarioFile(t, text)))
	gaps := variants["gaps_shuffled"].Share
	if gap := math.Abs(float64(gaps.Value) - 1); gap > float64(gaps.HalfWidth)/2.365*11 || gaps.HalfWidth > 0.1 {
		t.Errorf("gaps shuffled: %+v", gaps)
	}
	poisson := variants["poisson"].Mean // ρ/(1 − ρ) mean services of 2/3 s
	if gap := math.Abs(float64(poisson.Value) - 2.0/3); gap > float64(poisson.HalfWidth)/2.365*11 || poisson.HalfWidth > 0.05 {
		t.Errorf("Poisson: %+v", poisson)
	}
	// Wider bins leave less of the bursts.
	for _, pair := range [][2]string{{"bins_600", "bins_10"}, {"bins_10", "bins_1"}, {"bins_1", "as_is"}} {
		if !(variants[pair[0]].Mean.Value < variants[pair[1]].Mean.Value) {
			t.Errorf("%v: %v and %v", pair, variants[pair[0]].Mean, variants[pair[1]].Mean)
		}
	}
}

func TestExplainStatuses(t *testing.T) {
	for _, c := range []struct {
		args   []string
		text   string
		status int
		says   string
	}{
		{nil, "", invalid, "no scenario given"},
		{[]string{"--set", "servers=1", "--set", "service=1s"}, "version: 1\nname: x\narrivals: {process: poisson, rate: 2}\nservice: 1s\nservers: 1\n", invalid, "queue grows without limit"},
		{nil, "version: 1\nname: x\narrivals: {process: poisson, rate: 2}\nservice: 1s\nservers: infinite\nrun: {tasks: 100, replications: 2}\n", done, ""},
		{nil, "version: 1\nname: x\narrivals: {process: closed, population: 3, think: 1s}\nservice: {distribution: exponential, rate: 1}\nservers: 1\nrun: {tasks: 1000, replications: 2}\n", done, ""},
		{[]string{"--format", "yaml"}, ofTrace, invalid, "want table, json, csv or markdown"},
	} {
		args := append([]string{"explain"}, c.args...)
		if c.text != "" {
			args = append(args, scenarioFile(t, c.text))
		}
		if status, out, errs := call(t, "", args...); status != c.status || !strings.Contains(errs, c.says) {
			t.Errorf("%v: status %d, want %d: %s%s", args, status, c.status, errs, out)
		}
	}
}
