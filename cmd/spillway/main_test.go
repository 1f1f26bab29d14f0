package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"spillway/results"
)

var update = flag.Bool("update", false, "write the golden files anew")

// call runs the program in this process.
func call(t testing.TB, stdin string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	status = run(context.Background(), args, strings.NewReader(stdin), &out, &errs)
	return status, out.String(), errs.String()
}

// ok is the standard output of a call that must succeed.
func ok(t testing.TB, args ...string) string {
	t.Helper()
	status, out, errs := call(t, "", args...)
	if status != done {
		t.Fatalf("spillway %s: status %d: %s", strings.Join(args, " "), status, errs)
	}
	return out
}

func document(t testing.TB, text string) results.Document {
	t.Helper()
	docs, err := results.ReadJSON(strings.NewReader(text))
	if err != nil || len(docs) != 1 {
		t.Fatalf("%d documents, %v", len(docs), err)
	}
	return docs[0]
}

// published is a row of the tables that the shipped scenarios reproduce.
type published struct {
	Scenario  string
	Point     map[string]any
	Metric    string
	Scale     float64
	Published string
	Exact     float64
}

// TestPublishedNumbers holds `run distributed`, `high-load` and `saturation`
// against the published tables: every exact value rounds to the published one,
// every simulated latency of `distributed` is known to 1 % and agrees.
func TestPublishedNumbers(t *testing.T) {
	var rows []published
	text, err := os.ReadFile("testdata/published.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &rows); err != nil {
		t.Fatal(err)
	}
	docs := map[string]results.Document{}
	for _, name := range []string{"distributed", "high-load", "saturation"} {
		command := "analytic"
		if name == "distributed" {
			command = "run"
		}
		docs[name] = document(t, ok(t, command, name, "--format", "json"))
	}
	for _, row := range rows {
		p := find(t, docs[row.Scenario], row.Point)
		metric, stat, _ := strings.Cut(row.Metric, ".")
		got := float64(p.Analytic.Metrics[metric][stat]) * row.Scale
		if text := fmt.Sprintf("%.2f", got); text != row.Published || !near(got, row.Exact, 1e-10) {
			t.Errorf("%s %v: %s is %s (%v), published %s (%v)", row.Scenario, row.Point, row.Metric, text, got, row.Published, row.Exact)
		}
	}
	for _, p := range docs["distributed"].Points {
		e := p.Simulated.Metrics["latency"]["mean"]
		if !(float64(e.HalfWidth) <= 0.01*float64(e.Value)) {
			t.Errorf("%v: latency %v ± %v", p.Parameters, e.Value, e.HalfWidth)
		}
		for _, a := range p.Agreement {
			if a.Metric == "latency.mean" && a.Verdict != results.Agrees {
				t.Errorf("%v: latency %v", p.Parameters, a.Verdict)
			}
		}
	}
	if n := len(docs["distributed"].Points); n != 12 {
		t.Errorf("%d points, want 12", n)
	}
}

func near(a, b, relative float64) bool { return a-b <= relative*b && b-a <= relative*b }

func find(t *testing.T, d results.Document, point map[string]any) results.Point {
	t.Helper()
	for _, p := range d.Points {
		if cmp.Equal(values(p), point) {
			return p
		}
	}
	t.Fatalf("no point %v", point)
	return results.Point{}
}

// values are a point's parameters as the published table has them.
func values(p results.Point) map[string]any {
	m := map[string]any{}
	for _, v := range p.Parameters {
		m[v.Path] = strings.TrimSuffix(v.Text, "/s")
	}
	return m
}

// short is a scenario that takes no time.
const short = `
version: 1
arrivals: {process: poisson, rate: 80/s}
network: {delay: 5ms}
service: {distribution: exponential, rate: 100/s}
servers: 2
run: {tasks: 5000, warmup: {tasks: 500}, replications: 8}
`

func TestStatuses(t *testing.T) {
	for _, c := range []struct {
		args   string
		status int
		says   string // on standard error
	}{
		{"run -", done, "tasks simulated"},
		{"compare -", done, "tasks simulated"},
		{"analytic -", done, ""},
		{"validate -", done, ""},
		{"scenarios", done, ""},
		{"scenarios mmc", done, ""},
		{"schema", done, ""},
		{"schema --results", done, ""},
		{"version", done, ""},
		{"--help", done, ""},
		{"", done, ""},
		{"run", invalid, "no scenario given"},
		{"rnu", invalid, `did you mean "run"?`},
		{"report x", invalid, "not supported yet"},
		{"run nosuch.yaml", invalid, "no file"},
		{"run mm", invalid, `did you mean "mmc"?`},
		{"run - -", invalid, "given twice"},
		{"run mmc --nosuch", invalid, "unknown flag"},
		{"run mmc --format xml", invalid, "table, json, csv or markdown"},
		{"run mmc --parallel 0", invalid, "1 or more"},
		{"run mmc --engine warp", invalid, "auto, events or recursion"},
		{"run - --engine recursion", done, "tasks simulated"},
		{"run - --engine events", done, "tasks simulated"},
		{"run - --engine recursion --set queue.limit=3", invalid, "unlimited queue"},
		{"run mmc --study x", invalid, "not supported yet"},
		{"run mmc --set servers=two", invalid, "--set servers=two"},
		{"run mmc --set arrivals.rate=400/s", invalid, "no steady state"},
		{"analytic mmc --set arrivals.rate=400/s", invalid, "no steady state"},
		{"analytic mmc --set client.timeout=1s", invalid, "no model covers client"},
		{"run - --set client.timeout=1s", done, "tasks simulated"},
		{"run mmc --set queue.patience=1s --set queue.discipline=srpt", invalid, "queue.discipline is not simulated yet"},
		{"validate mmc --set queue.patience=1s", done, ""},
		{"compare mmc mmc --precision 30%", done, "tasks simulated"},
		{"schema x", invalid, "no schema"},
		{"scenarios nosuch", invalid, "no shipped scenario"},
		{"run - -o /nosuch/directory/file", failed, "there is no directory /nosuch/directory"},
		{"run - -o -", done, "tasks simulated"},
		{"run - --seed -1", invalid, "--set seed=-1"},
		{`run - --precision 50% --set run.of=["queue_length.p99"]`, done, "tasks simulated"},
		{"report --help", invalid, "not supported yet"},
		{"analytic mmc --real", invalid, "unknown flag"},
		{"analytic mmc --monitor :80", invalid, "unknown flag"},
		{"run mcm", invalid, `did you mean "mmc"?`},
		{"run nosuch mcm", invalid, `did you mean "mmc"?`},
		{"run - --set network.delay=1e308", invalid, "tasks on the network at once"},
		{`run - --set service={"distribution":"pareto","alpha":0.001,"minimum":1} --set queue.limit=3`, invalid, "far too long"},
		{"run .", failed, "is a directory"},
	} {
		status, _, stderr := call(t, short, strings.Fields(c.args)...)
		if status != c.status || !strings.Contains(stderr, c.says) {
			t.Errorf("spillway %s: status %d, want %d; standard error %q, want %q", c.args, status, c.status, stderr, c.says)
		}
		if strings.Contains(stderr, "\n\n") || strings.HasPrefix(stderr, "Error") || strings.Contains(stderr, ": analytic:") {
			t.Errorf("spillway %s says %q", c.args, stderr)
		}
	}
}

// TestFlagsReachTheScenario: each flag that stands for a key changes it.
func TestFlagsReachTheScenario(t *testing.T) {
	status, out, stderr := call(t, short, "run", "-", "--format", "json", "--seed", "7", "--replications", "4", "--set", "servers=3", "--precision", "20%", "--timing")
	if status != done {
		t.Fatal(stderr)
	}
	d := document(t, out)
	s := d.Points[0].Simulated
	if d.Scenario.Seed != 7 || s.Replications != 4 || d.Points[0].Kendall != "M/M/3" || s.Precision == nil || s.Precision.Target != 0.2 || d.Timing == nil {
		t.Errorf("%+v, %+v", d.Scenario, s)
	}
	if _, out, _ := call(t, short, "run", "-", "--quiet"); strings.Contains(out, "CPU") {
		t.Error("times are in the table")
	}
	if _, _, stderr := call(t, short, "run", "-", "--quiet"); stderr != "" {
		t.Errorf("quiet says %q", stderr)
	}
}

func TestSameBytes(t *testing.T) {
	var first string
	for _, parallel := range []string{"1", "2", "8"} {
		_, out, _ := call(t, short, "run", "-", "--format", "json", "--parallel", parallel)
		if first == "" {
			first = out
		}
		if out != first {
			t.Errorf("other bytes at --parallel %s", parallel)
		}
	}
	if _, out, _ := call(t, short, "run", "-", "--format", "json", "--seed", "2"); out == first {
		t.Error("the seed changes nothing")
	}
}

// TestJSONValidates holds every document of the commands against the schema.
func TestJSONValidates(t *testing.T) {
	compiler := jsonschema.NewCompiler()
	schema, err := jsonschema.UnmarshalJSON(bytes.NewReader(results.Schema()))
	if err != nil {
		t.Fatal(err)
	}
	if err := compiler.AddResource("results.json", schema); err != nil {
		t.Fatal(err)
	}
	compiled, err := compiler.Compile("results.json")
	if err != nil {
		t.Fatal(err)
	}
	quick := []string{"--format", "json", "--precision", "30%", "--timing"}
	for _, args := range [][]string{
		append([]string{"compare", "mmc"}, quick...), append([]string{"run", "two-classes"}, quick...),
		append([]string{"run", "loss"}, quick...), append([]string{"run", "infinite-servers"}, quick...),
		append([]string{"run", "batches"}, quick...), append([]string{"run", "mmc", "distributed"}, quick...),
		{"analytic", "distributed", "--format", "json"},
		append([]string{"run", "mmc", "--set", "sweep={servers: [2, 4]}"}, quick...), // one of them unstable
	} {
		var text any
		if err := json.Unmarshal([]byte(ok(t, args...)), &text); err != nil {
			t.Fatal(err)
		}
		if err := compiled.Validate(text); err != nil {
			t.Errorf("spillway %s: %v", strings.Join(args, " "), err)
		}
	}
}

// TestUnstablePointsStay: in a sweep an unstable point is in the results, said
// to be unstable, without values.
func TestUnstablePointsStay(t *testing.T) {
	d := document(t, ok(t, "run", "mmc", "--precision", "30%", "--set", "sweep={servers: [2, 4]}", "--format", "json"))
	if len(d.Points) != 2 || d.Points[0].Stable || d.Points[0].Simulated != nil || d.Points[0].Analytic != nil || !d.Points[1].Stable {
		t.Errorf("points %+v", d.Points)
	}
}

func TestTransientRunsWhatIsUnstable(t *testing.T) {
	d := document(t, ok(t, "run", "mmc", "--set", "servers=1", "--set", "run={state: transient, tasks: 500}", "--format", "json"))
	if p := d.Points[0]; p.Stable || p.Simulated == nil || p.Analytic != nil || p.Simulated.State != "transient" {
		t.Errorf("point %+v", p)
	}
}

func TestOutputFile(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "out.json")
	if err := os.WriteFile(file, []byte("what was there before"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, want, _ := call(t, short, "run", "-", "--format", "json")
	if _, out, _ := call(t, short, "run", "-", "--format", "json", "-o", file); out != "" {
		t.Errorf("standard output has %q", out)
	}
	got, err := os.ReadFile(file)
	if err != nil || string(got) != want {
		t.Errorf("file has %d bytes, want %d; %v", len(got), len(want), err)
	}
	// An invalid scenario leaves the file as it is, and nothing beside it.
	call(t, "servers: many", "run", "-", "-o", file)
	again, _ := os.ReadFile(file)
	entries, _ := os.ReadDir(dir)
	if string(again) != want || len(entries) != 1 {
		t.Errorf("%d files, %d bytes", len(entries), len(again))
	}
}

// TestOutputIsNotReplaced: a link stays a link, a device a device, and a
// directory is refused.
func TestOutputIsNotReplaced(t *testing.T) {
	dir := t.TempDir()
	target, link, pipe := filepath.Join(dir, "target"), filepath.Join(dir, "link"), filepath.Join(dir, "pipe")
	if err := os.WriteFile(target, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	if status, _, stderr := call(t, short, "analytic", "-", "-o", link); status != done {
		t.Fatal(stderr)
	}
	text, _ := os.ReadFile(target)
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 || len(text) == 0 {
		t.Errorf("the link is %v, its target has %d bytes", info, len(text))
	}
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	read := make(chan int)
	go func() {
		text, _ := os.ReadFile(pipe)
		read <- len(text)
	}()
	if status, _, stderr := call(t, short, "analytic", "-", "-o", pipe); status != done {
		t.Fatal(stderr)
	}
	if n := <-read; n != len(text) {
		t.Errorf("%d bytes came through the pipe, want %d", n, len(text))
	}
	if status, _, stderr := call(t, short, "analytic", "-", "-o", dir); status != failed || !strings.Contains(stderr, "is a directory") {
		t.Errorf("a directory: status %d, %s", status, stderr)
	}
}

func TestFormats(t *testing.T) {
	_, out, _ := call(t, short, "run", "-", "--format", "csv")
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil || len(rows) != 2 {
		t.Errorf("%d rows, %v", len(rows), err)
	}
	if _, out, _ := call(t, short, "run", "-", "--format", "markdown"); !strings.Contains(out, "| --") {
		t.Errorf("markdown:\n%s", out)
	}
	for _, line := range strings.Split(ok(t, "run", "mmc", "--precision", "30%"), "\n") {
		if len([]rune(line)) > 100 {
			t.Errorf("%d columns: %s", len([]rune(line)), line)
		}
	}
}

// TestInterrupt cancels in mid-run: what was finished is printed, marked
// partial, status 130.
func TestInterrupt(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 1500*time.Millisecond)
	defer cancel()
	var out, errs bytes.Buffer
	status := run(ctx, []string{"run", "mmc", "--format", "json", "--parallel", "1",
		"--set", "sweep={servers: [5, 4]}", "--set", "run={precision: 0.001%, of: [wait.mean]}"}, nil, &out, &errs)
	if status != interrupted || !strings.Contains(errs.String(), "interrupted") {
		t.Fatalf("status %d, %s", status, errs.String())
	}
	d := document(t, out.String())
	if d.Complete {
		t.Error("said to be complete")
	}
	for _, p := range d.Points {
		if p.Simulated == nil {
			t.Errorf("an unfinished point without values: %v", p.Parameters)
		}
	}
}

// TestInterruptWhileReading: a scenario that never comes can be given up.
func TestInterruptWhileReading(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	r, w := io.Pipe() // nobody writes
	defer w.Close()
	var out, errs bytes.Buffer
	if status := run(ctx, []string{"run", "-"}, r, &out, &errs); status != interrupted {
		t.Errorf("status %d, %s", status, errs.String())
	}
}

// TestGoldens compares whole outputs, exit status and standard error included.
func TestGoldens(t *testing.T) {
	cases, err := filepath.Glob("testdata/*.cmd")
	if err != nil || len(cases) == 0 {
		t.Fatalf("%d cases, %v", len(cases), err)
	}
	for _, name := range cases {
		command, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		args := strings.Fields(string(command))
		status, stdout, stderr := call(t, short, args...)
		got := fmt.Sprintf("$ spillway %s\nstatus %d\n--- standard output\n%s--- standard error\n%s", strings.Join(args, " "), status, stdout, stderr)
		golden(t, strings.TrimSuffix(name, ".cmd")+".golden", got)
	}
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	got = anyVersion(got)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		_ = os.WriteFile(file+".got", []byte(got), fs.FileMode(0o644))
		t.Errorf("%s (-want +got, update with -update):\n%s", file, diff)
	}
}
