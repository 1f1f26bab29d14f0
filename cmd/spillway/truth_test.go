package main

import (
	"encoding/json"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"
)

// truthCase is a scenario with values that were computed by two independent
// methods elsewhere; digits is to how many they agree.
type truthCase struct {
	ID, Family string
	Scenario   json.RawMessage
	Expected   map[string]float64
	Digits     map[string]int
}

// TestTruth asks `spillway analytic` for every case: the answer must be exact,
// and each value right to 10^-min(digits, 8), or to 1e-11 of the mean latency
// where times are nearly zero.
func TestTruth(t *testing.T) {
	text, err := os.ReadFile("testdata/truth.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []truthCase
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	values := 0
	for _, c := range cases {
		t.Run(c.ID, func(t *testing.T) { values += c.judge(t) })
	}
	if len(cases) != 101 || values < 700 {
		t.Errorf("%d values of %d cases", values, len(cases))
	}
}

func (c truthCase) judge(t *testing.T) int {
	status, out, errs := call(t, string(c.Scenario), "analytic", "-", "--format", "json")
	if status != done {
		t.Fatalf("status %d: %s", status, errs)
	}
	var doc struct {
		Points []struct{ Analytic map[string]any }
	}
	if err := json.Unmarshal([]byte(out), &doc); err != nil {
		t.Fatal(err)
	}
	block := doc.Points[0].Analytic
	if block["exact"] != true {
		t.Errorf("not exact: %v", block["method"])
	}
	for path, want := range c.Expected {
		got, ok := lookUp(block, path)
		tolerance := math.Pow(10, -math.Min(float64(c.Digits[path]), 8)) * math.Abs(want)
		tolerance = math.Max(tolerance, 1e-11*c.scale(path))
		switch {
		case !ok && want != 0:
			t.Errorf("%s is missing, want %v", path, want)
		case ok && !(math.Abs(got-want) <= tolerance) && got != want:
			t.Errorf("%s = %.15g, want %.15g (off by %.2g)", path, got, want, math.Abs(got-want)/math.Abs(want))
		}
	}
	return len(c.Expected)
}

// scale is what counts as nothing beside a value.
func (c truthCase) scale(path string) float64 {
	for _, metric := range []string{"wait.", "latency.", "throttle_delay.", "service."} {
		if strings.Contains(path, metric) {
			return math.Max(c.Expected["latency.mean"], math.Max(c.Expected["wait.mean"], c.Expected["throttle_delay.mean"]))
		}
	}
	return 1
}

// lookUp finds a value by its path: metric.statistic, classes.name.metric.statistic
// or series.metric@time.
func lookUp(block map[string]any, path string) (float64, bool) {
	if rest, ok := strings.CutPrefix(path, "series."); ok {
		metric, at, _ := strings.Cut(rest, "@")
		return lookUpSeries(block["series"], metric, at)
	}
	parts := strings.Split(path, ".")
	var node any = block["metrics"]
	if parts[0] == "classes" || parts[0] == "stations" {
		node = block
	}
	for _, p := range parts {
		m, ok := node.(map[string]any)
		if !ok {
			return 0, false
		}
		node = m[p]
	}
	if node == "inf" {
		return math.Inf(1), true
	}
	x, ok := node.(float64)
	return x, ok
}

func lookUpSeries(series any, metric, at string) (float64, bool) {
	m, _ := series.(map[string]any)
	times, _ := m["time"].([]any)
	values, _ := m[metric].([]any)
	want, err := strconv.ParseFloat(at, 64)
	for i, t := range times {
		if x, ok := t.(float64); ok && err == nil && math.Abs(x-want) <= 1e-9*want && i < len(values) {
			v, ok := values[i].(float64)
			return v, ok
		}
	}
	return 0, false
}
