package main

import (
	"encoding/json"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"spillway/distributions/arrivals"
	"spillway/distributions/fit"
	"spillway/results"
	"spillway/sim/explain"
)

// TestFitTrace: the report, and the scenario that it writes: it is valid, and
// running it gives the wait that the report has for the model.
func TestFitTrace(t *testing.T) {
	file := filepath.Join(t.TempDir(), "fitted.yaml")
	digits := regexp.MustCompile(`(\.\d{5})\d{6,}`) // the last are not the same on every machine
	golden(t, shared+"fit-trace.txt", digits.ReplaceAllString(ok(t, "fit", shared+"explain-trace.csv", "--scenario", file), "$1…"))
	text := ok(t, "fit", shared+"explain-trace.csv", "--format", "json")
	validateAgainst(t, results.FitSchema(), text)
	var f results.Fit
	if err := json.Unmarshal([]byte(text), &f); err != nil {
		t.Fatal(err)
	}
	written, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(f.Scenario, string(written)); diff != "" {
		t.Error(diff)
	}
	ran := document(t, ok(t, "run", file, "--format", "json")).Points[0].Simulated.Metrics["wait"]["mean"].Value
	model := f.Distances[len(f.Distances)-1]
	if model.Name != "model" || math.Abs(float64(ran/model.Mean.Value)-1) > 1e-12 {
		t.Errorf("the scenario waits %v, the report says %+v", ran, model)
	}
	if replay := f.Distances[0]; replay.Name != "replay" || *replay.MeanRatio != 1 || replay.Mean.Interval {
		t.Errorf("%+v", replay)
	}
	if text := ok(t, "fit", shared+"explain-trace.csv", "--format", "markdown"); !strings.Contains(text, "```yaml\n# Fitted to explain-trace.csv") {
		t.Error(text)
	}
}

// TestFitAnalysis: what results has of an analysis is all that there is.
func TestFitAnalysis(t *testing.T) {
	open := func() (io.ReadCloser, error) { return os.Open(shared + "explain-trace.csv") }
	trace, err := arrivals.NewTrace(open, arrivals.TraceOptions{Time: "arrival_s", Service: "service_s", Speedup: 1})
	if err != nil {
		t.Fatal(err)
	}
	study, err := explain.NewStudy(trace, 0, fit.DefaultOptions())
	if err != nil {
		t.Fatal(err)
	}
	same := func(v any) (out any) {
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, &out); err != nil {
			t.Fatal(err)
		}
		return out
	}
	text, err := json.Marshal(study.Parts[0].Report)
	if err != nil {
		t.Fatal(err)
	}
	var analysis results.FitAnalysis
	if err := json.Unmarshal(text, &analysis); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(same(study.Parts[0].Report), same(analysis)); diff != "" {
		t.Error(diff)
	}
}

// TestFitReplay: the replay is that of a scenario with the same servers.
func TestFitReplay(t *testing.T) {
	var f results.Fit
	if err := json.Unmarshal([]byte(ok(t, "fit", shared+"explain-trace.csv", "--format", "json", "--servers", "2")), &f); err != nil {
		t.Fatal(err)
	}
	ran := document(t, ok(t, "run", scenarioFile(t, ofTrace), "--format", "json")).Points[0].Simulated.Metrics["wait"]["mean"].Value
	if got := f.Distances[0].Mean.Value; math.Abs(float64(got/ran)-1) > 1e-12 || f.Servers != 2 {
		t.Errorf("%v, want %v, on %d servers", got, ran, f.Servers)
	}
}

// TestFitClasses: each class has its stream, and the scenario runs.
func TestFitClasses(t *testing.T) {
	file := filepath.Join(t.TempDir(), "fitted.yaml")
	text := ok(t, "fit", shared+"explain-trace.csv", "--class", "kind", "--format", "json", "--scenario", file)
	validateAgainst(t, results.FitSchema(), text)
	var f results.Fit
	if err := json.Unmarshal([]byte(text), &f); err != nil {
		t.Fatal(err)
	}
	if len(f.Parts) != 2 || f.Parts[0].Class != "batch" || f.Parts[0].Analysis.Records+f.Parts[1].Analysis.Records != 400 {
		t.Errorf("%d parts", len(f.Parts))
	}
	if d := document(t, ok(t, "run", file, "--format", "json")); len(d.Points[0].Simulated.Classes) != 2 {
		t.Error("the scenario lacks the classes")
	}
}

// TestFitLogs: what is guessed, and what is wrong.
func TestFitLogs(t *testing.T) {
	dir := t.TempDir()
	log := func(text string) string {
		file := filepath.Join(dir, "log.csv")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	const plain = "t,x\n0,1\n1,2\n3,1\n4,2\n"
	for _, c := range []struct {
		text, args string
		status     int
		says       string // on standard output where it is done
	}{
		{"", "", invalid, "found an empty file"},
		{"time\n", "", invalid, "found no rows"},
		{plain, "", invalid, `say --time with one of "t", "x"`},
		{plain, "--time y", invalid, `found "y"`},
		{plain, "--time t --service z", invalid, "service"},
		{plain, "--time t --service x-2", invalid, "service time of -1 s"},
		{plain, "--time t --format csv", invalid, "want table, json or markdown"},
		{plain, "--time t --limit 0", invalid, "want 1 or more"},
		{plain, "--time t --time-format hours", invalid, "--time-format hours"},
		{"time\n1\n", "", done, "no rate"},
		{"time\n1\n", "--scenario " + filepath.Join(dir, "x.yaml"), invalid, "no model could be fitted"},
		{"Time,service_time\n1,2\n1,3\n", "", done, "No model could be fitted"},
		{"Timestamp,note\n0,a\n2,b\n4,c\n", "", done, "no column of service times"},
		{"arrival,started,finished\n0,0,1\n1,1,3\n2,3,4\n", "", done, "the start is in column started"},
		{plain, "--time t --service x --limit 3", done, "3 rows"},
		{plain, "--time t --service 0*x", done, "No model could be fitted"},
	} {
		args := append([]string{"fit", log(c.text)}, strings.Fields(c.args)...)
		status, out, errs := call(t, "", args...)
		said := errs
		if status == done {
			said = strings.Join(strings.Fields(out), " ")
		}
		if status != c.status || !strings.Contains(said, c.says) {
			t.Errorf("%q %s: status %d, want %d and %q:\n%s%s", c.text, c.args, status, c.status, c.says, errs, out)
		}
	}
	if status, _, errs := call(t, "", "fit", filepath.Join(dir, "nosuch.csv")); status != invalid || !strings.Contains(errs, "no file") {
		t.Errorf("status %d: %s", status, errs)
	}
}
