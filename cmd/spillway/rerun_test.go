package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"spillway/results"
)

// rerunsSame runs a command into a file, and the file again: the bytes must be
// the same, and so must those of running it a third time.
func rerunsSame(t *testing.T, stdin string, args ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "result.json")
	status, out, stderr := call(t, stdin, append(args, "--format", "json")...)
	if status != done {
		t.Fatalf("%v: %s", args, stderr)
	}
	if err := os.WriteFile(file, []byte(out), 0o600); err != nil {
		t.Fatal(err)
	}
	status, again, stderr := call(t, "", args[0], file, "--format", "json", "--parallel", "1")
	if status != done || again != out {
		t.Errorf("%v: run again gives status %d, %d bytes, want %d; %s", args, status, len(again), len(out), stderr)
	}
	if strings.Contains(stderr, "may differ") {
		t.Errorf("%v: warns of another version: %s", args, stderr)
	}
	return file
}

// TestRerun: a result holds everything to run it again, to the last byte:
// overrides, sweep, engine, several scenarios, comparisons.
func TestRerun(t *testing.T) {
	sweep := "sweep={arrivals.rate: [80/s, 90/s], servers: [1, 2]}"
	for _, args := range []string{
		"run -", "run - --seed 7 --set servers=3 --replications 4", "run - --engine events", "run - mmc --precision 20%",
		"compare -", "compare - mmc --precision 20%",
	} {
		rerunsSame(t, short, strings.Fields(args)...)
	}
	rerunsSame(t, "# a comment, and units\n"+short, "run", "-", "--set", sweep)
	rerunsSame(t, "", "run", "mmc", "--precision", "20%")
}

// TestRerunWithOverrides: they come on top of those of the result.
func TestRerunWithOverrides(t *testing.T) {
	file := rerunsSame(t, short, "run", "-", "--set", "servers=3")
	d := document(t, ok(t, "run", file, "--set", "arrivals.rate=120/s", "--format", "json"))
	if d.Points[0].Kendall != "M/M/3" || d.Points[0].OfferedLoad != 1.2 || len(d.Scenario.Set) != 2 {
		t.Errorf("%s, load %v, %v", d.Points[0].Kendall, d.Points[0].OfferedLoad, d.Scenario.Set)
	}
}

// TestRerunChecks: a result that is not what it was is refused, one of another
// version is run with a warning, and one that carries nothing says so.
func TestRerunChecks(t *testing.T) {
	file := rerunsSame(t, short, "run", "-")
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		old, new string
		status   int
		says     string
	}{
		{"rate: 80/s", "rate: 81/s", invalid, "the result was changed"},
		{`"go": "go`, `"go": "gone`, done, "may differ"},
		{`"text"`, `"texts"`, invalid, "does not carry its scenario"},
		{results.SchemaResults, "spillway/plan/v1", invalid, "cannot be run again"},
		{results.SchemaResults, "other/v1", invalid, "schema"}, // a scenario with an unknown key
	} {
		changed := strings.Replace(string(content), c.old, c.new, 1)
		if changed == string(content) {
			t.Fatalf("no %s", c.old)
		}
		other := filepath.Join(t.TempDir(), "other.json")
		if err := os.WriteFile(other, []byte(changed), 0o600); err != nil {
			t.Fatal(err)
		}
		if status, _, stderr := call(t, "", "run", other); status != c.status || !strings.Contains(stderr, c.says) {
			t.Errorf("%s: status %d, %s", c.new, status, stderr)
		}
	}
	if status, _, stderr := call(t, string(content), "run", "-", "--quiet"); status != done || stderr != "" {
		t.Errorf("from standard input: status %d, %s", status, stderr)
	}
}

// TestRerunReadsFiles: what a scenario reads is part of its hash. The file is
// looked for beside the scenario and then beside the result.
func TestRerunReadsFiles(t *testing.T) {
	dir, elsewhere := t.TempDir(), t.TempDir()
	write := func(dir, name, text string) string {
		t.Helper()
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	times := write(dir, "times.csv", "seconds\n0.01\n0.02\n")
	scenario := write(dir, "a.yaml", strings.Replace(short, "{distribution: exponential, rate: 100/s}", "{distribution: empirical, file: times.csv, column: seconds}", 1))
	result := write(elsewhere, "result.json", ok(t, "run", scenario, "--format", "json"))
	ok(t, "run", result)
	write(dir, "times.csv", "seconds\n0.01\n0.03\n")
	if status, _, stderr := call(t, "", "run", result); status != invalid || !strings.Contains(stderr, "a file that the scenario reads") {
		t.Errorf("another file: status %d, %s", status, stderr)
	}
	if err := os.Remove(times); err != nil {
		t.Fatal(err)
	}
	write(elsewhere, "times.csv", "seconds\n0.01\n0.02\n")
	ok(t, "run", result)
}
