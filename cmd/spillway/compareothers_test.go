package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"spillway/results"
)

// rivals are two scenarios: one fast server, and two of half the speed.
func rivals(t *testing.T) (one, two string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"one.yaml": short,
		"two.yaml": strings.NewReplacer("servers: 2", "servers: 4", "rate: 100/s", "rate: 50/s", "tasks: 5000", "tasks: 7").Replace(short) + "seed: 9\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "one.yaml"), filepath.Join(dir, "two.yaml")
}

// TestCompareScenarios: two slow servers wait less and take longer; seed and
// length are those of the first.
func TestCompareScenarios(t *testing.T) {
	one, two := rivals(t)
	text := ok(t, "compare", one, two, "--format", "json")
	var v results.Versus
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	validateAgainst(t, results.CompareSchema(), text)
	verdicts := map[string]results.Preference{}
	for _, d := range v.Points[0].Differences {
		verdicts[d.Metric] = d.Verdict
	}
	for metric, want := range map[string]results.Preference{
		"wait.mean": results.Better, "latency.mean": results.Worse, "latency.p50": results.Worse, "service.mean": results.Higher, "arrival_rate.mean": results.Equal,
	} {
		if verdicts[metric] != want {
			t.Errorf("%s is %s, want %s", metric, verdicts[metric], want)
		}
	}
	if d := v.Points[0].Dominance[0]; d.Verdict != results.Mixed || !strings.Contains(d.Text, "neither dominates") {
		t.Errorf("%+v", d)
	}
	if s := v.Points[0].Systems[1].Simulated; s.Tasks != 8*5000 {
		t.Errorf("%d tasks", s.Tasks)
	}
	rows, err := csv.NewReader(strings.NewReader(ok(t, "compare", one, two, "--format", "csv"))).ReadAll()
	if err != nil || len(rows) != v.Comparisons+1 {
		t.Errorf("%d rows for %d comparisons, %v", len(rows), v.Comparisons, err)
	}
	for _, format := range []string{"table", "markdown"} {
		if out := ok(t, "compare", one, two, "--format", format); !strings.Contains(out, "cannot tell") || !strings.Contains(out, "neither dominates") {
			t.Errorf("%s:\n%s", format, out)
		}
	}
}

func validateAgainst(t *testing.T, schema []byte, text string) {
	t.Helper()
	compiler := jsonschema.NewCompiler()
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		t.Fatal(err)
	}
	if err := compiler.AddResource("schema.json", parsed); err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := compiler.MustCompile("schema.json").Validate(value); err != nil {
		t.Error(err)
	}
}

func TestCompareSweeps(t *testing.T) {
	one, two := rivals(t)
	out := ok(t, "compare", one, two, two, "--set", "sweep={arrivals.rate: [100/s, 300/s]}")
	if !strings.Contains(out, "no steady state") || strings.Count(out, "At arrivals") != 4 {
		t.Errorf("a point is unstable:\n%s", out)
	}
	for _, c := range []struct{ args, says string }{
		{"compare " + one + " distributed", "have the same sweep, or none"},
		{"compare saturation distributed", "have the same sweep, or none"},
		{"compare " + one + " " + two + " --set arrivals.rate=1000/s", "no steady state"},
		{"compare " + one + " nosuch", "no file"},
		{"compare " + one + " " + two + " --engine recursion --set queue.limit=3", "unlimited queue"},
	} {
		if status, _, stderr := call(t, "", strings.Fields(c.args)...); status != invalid || !strings.Contains(stderr, c.says) {
			t.Errorf("%s: status %d, %s", c.args, status, stderr)
		}
	}
}

// TestCompareInterruptedScenarios keeps nothing of a contest that is not through.
func TestCompareInterruptedScenarios(t *testing.T) {
	one, two := rivals(t)
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	var out, errs bytes.Buffer
	status := run(ctx, []string{"compare", one, two, "--precision", "0.0001%", "--format", "json"}, nil, &out, &errs)
	var v results.Versus
	if err := json.Unmarshal(out.Bytes(), &v); err != nil {
		t.Fatal(err)
	}
	if status != interrupted || v.Complete || len(v.Points) != 0 {
		t.Errorf("status %d, complete %t, %d points", status, v.Complete, len(v.Points))
	}
	out.Reset()
	if status := run(ctx, []string{"compare", one, two, "--precision", "0.0001%"}, nil, &out, &errs); status != interrupted || !strings.Contains(out.String(), "PARTIAL") {
		t.Errorf("status %d:\n%s", status, out.String())
	}
}
