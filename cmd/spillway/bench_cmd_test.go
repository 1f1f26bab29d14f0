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

	"github.com/santhosh-tekuri/jsonschema/v6"

	"spillway/results"
)

// quick is a benchmark that takes no time.
var quick = []string{"bench", "--tasks", "4", "--samples", "2", "--sleep", "20us", "--workers", "1,3"}

// benchDocument is what a benchmark in JSON says, which keeps the schema.
func benchDocument(t *testing.T, args ...string) results.Bench {
	t.Helper()
	text := ok(t, append(append(quick[:len(quick):len(quick)], args...), "--format", "json")...)
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	schema, err := jsonschema.UnmarshalJSON(bytes.NewReader(results.BenchSchema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("bench.json", schema); err != nil {
		t.Fatal(err)
	}
	if err := c.MustCompile("bench.json").Validate(value); err != nil {
		t.Error(err)
	}
	var b results.Bench
	if err := json.Unmarshal([]byte(text), &b); err != nil {
		t.Fatal(err)
	}
	return b
}

// TestBench: the queue at 95 % is that of M/M/c, however fast the machine: 18.05 of
// one worker, and of three by Erlang's formula C·19, where C is the share of tasks that wait.
func TestBench(t *testing.T) {
	b := benchDocument(t)
	if len(b.Rows) != 2 || b.Environment.Program != version || b.Settings.Sleep != 20e-6 {
		t.Fatalf("%+v", b)
	}
	for i, want := range []float64{18.05, erlangQueue(3)} {
		r := b.Rows[i]
		if len(r.Throughput.Samples) != 2 || r.Tasks != 4 || r.Workers != []int{1, 3}[i] || r.Open != nil {
			t.Errorf("%+v", r)
		}
		if got := float64(*r.QueueLengthAt95); !near(got, want, 1e-9) {
			t.Errorf("%d workers: a queue of %v, want %v", r.Workers, got, want)
		}
		if !near(float64(r.LatencyFromThroughput*r.Throughput.Mean), 1, 1e-12) || !(r.Latency.Mean >= 20e-6) {
			t.Errorf("%+v", r)
		}
	}
}

// erlangQueue is the mean queue of M/M/c at 95 %, by the sum of Erlang's formula.
func erlangQueue(c int) float64 {
	load, term, sum := 0.95*float64(c), 1.0, 0.0
	for k := range c {
		sum += term
		term *= load / float64(k+1)
	}
	last := term / 0.05
	return last / (sum + last) * 0.95 / 0.05
}

func TestBenchOfAnOpenLoad(t *testing.T) {
	b := benchDocument(t, "--rate", "1200000/min", "--exponential", "--memory", "10KB")
	if *b.Settings.Rate != 20_000 || b.Settings.Memory != 10_000 || !b.Settings.Exponential {
		t.Errorf("%+v", b.Settings)
	}
	// 0.4 servers' worth of work for one worker: M/M/1 has 20 µs / (1 − 0.4).
	r := b.Rows[0]
	if got := float64(*r.Open.Expected); !near(got, 20e-6/0.6, 1e-9) || r.QueueLengthAt95 != nil {
		t.Errorf("%v expected, in %+v", got, r)
	}
	b = benchDocument(t, "--rate", "100000")
	if b.Rows[0].Open.Expected != nil || b.Rows[1].Open.Expected == nil {
		t.Errorf("of 2 servers' worth of work one has no steady state, three have: %+v", b.Rows)
	}
}

func TestBenchFormats(t *testing.T) {
	for format, want := range map[string]string{"table": "workers    throughput", "markdown": "| workers |", "csv": "workers,tasks,throughput.mean"} {
		out := ok(t, append(quick[:len(quick):len(quick)], "--format", format)...)
		if !strings.Contains(out, want) {
			t.Errorf("%s: %q is not in\n%s", format, want, out)
		}
		if format == "csv" {
			if rows, err := csv.NewReader(strings.NewReader(out)).ReadAll(); err != nil || len(rows) != 3 {
				t.Errorf("%d rows, %v", len(rows), err)
			}
		}
	}
}

func TestBenchWritesFiles(t *testing.T) {
	dir := t.TempDir()
	out, profile := filepath.Join(dir, "bench.txt"), filepath.Join(dir, "cpu.pprof")
	if text := ok(t, append(quick[:len(quick):len(quick)], "-o", out, "--cpuprofile", profile)...); text != "" {
		t.Errorf("%q on standard output", text)
	}
	for _, file := range []string{out, profile} {
		if info, err := os.Stat(file); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", file, err)
		}
	}
}

func TestBenchRefuses(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"bench mmc --tasks 3", "does not go with a scenario"},
		{"bench --format xml", "want table, json, csv or markdown"},
		{"bench --tasks 0", "0 tasks, want 1 or more"},
		{"bench --workers 2,0", "0 workers, want 1"},
		{"bench --memory 5XB", `--memory 5XB: found "5XB", want a size`},
		{"bench --rate fast", `--rate fast: found "fast", want a positive rate`},
		{"bench --rate 0", "--rate 0: found 0, want a positive rate"},
		{"bench --sleep 1parsec", `--sleep 1parsec: found "1parsec", want`},
		{"bench --sleep {distribution:exponential,mean:1}", "--sleep"},
		{"bench --sleep 0 --exponential", "want a positive mean"},
	} {
		status, out, errs := call(t, "", strings.Fields(c.args)...)
		if status != invalid || out != "" || !strings.Contains(errs, c.want) {
			t.Errorf("%s: status %d, %q, want %q", c.args, status, errs, c.want)
		}
	}
}

func TestBenchInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var out, errs bytes.Buffer
	status := run(ctx, quick, strings.NewReader(""), &out, &errs)
	if status != interrupted || !strings.Contains(out.String(), "Nothing was measured") {
		t.Errorf("status %d, %q, %q", status, out.String(), errs.String())
	}
}
