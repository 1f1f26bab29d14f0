package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"spillway/results"
)

// labelsTail is what the scenarios below have in common.
const labelsTail = `"service": {"distribution": "exponential", "rate": 10}}`

func scenario(fields string) string { return `{"version": 1, "name": "labels", ` + fields + labelsTail }

const (
	closedScenario = `"arrivals": {"process": "closed", "population": 20, "think": {"distribution": "deterministic", "value": 1}}, "servers": 3, `
	shaperScenario = `"arrivals": {"process": "poisson", "rate": 200}, "servers": "infinite", "admission": [{"throttle": {"rate": 100, "burst": 5, "excess": "delay"}}], `
)

// TestOfferedLoadIsAbsent where no work arrives from outside, or routes decide how
// much does, in every format that has a place for it.
func TestOfferedLoadIsAbsent(t *testing.T) {
	network := `{"version": 1, "name": "labels", "stations": {"a": {"servers": 1, "service": {"distribution": "exponential", "rate": 10}, "arrivals": {"process": "poisson", "rate": 3}}}}`
	compiler := jsonschema.NewCompiler()
	text, err := jsonschema.UnmarshalJSON(bytes.NewReader(results.Schema()))
	if err == nil {
		err = compiler.AddResource("results.json", text)
	}
	if err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("results.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		text, kendall string
		load          any
	}{
		{scenario(closedScenario), "D/M/3//20", nil},
		{network, "network of 1 stations", nil},
		{scenario(`"arrivals": {"process": "poisson", "rate": 5}, "servers": 2, "dispatch": "join_shortest_queue", `), "M/M/1 × 2", 0.5},
	} {
		status, out, errs := call(t, c.text, "analytic", "-", "--format", "json")
		if status != done {
			t.Fatalf("status %d: %s", status, errs)
		}
		var doc struct{ Points []map[string]any }
		if err := json.Unmarshal([]byte(out), &doc); err != nil {
			t.Fatal(err)
		}
		load, has := doc.Points[0]["offered_load"]
		if has != (c.load != nil) || load != c.load || doc.Points[0]["kendall"] != c.kendall {
			t.Errorf("%v: offered load %v, want %v and %s", doc.Points[0]["kendall"], load, c.load, c.kendall)
		}
		var whole any
		if err := json.Unmarshal([]byte(out), &whole); err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(whole); err != nil {
			t.Error(err)
		}
		_, out, _ = call(t, c.text, "analytic", "-", "--format", "csv")
		header, row, _ := strings.Cut(strings.TrimSpace(out), "\n")
		if at := column(header, "offered_load"); at < 0 || (strings.Split(row, ",")[at] == "") != (c.load == nil) {
			t.Errorf("offered load in CSV:\n%s", out)
		}
	}
}

func column(header, name string) int {
	for i, h := range strings.Split(header, ",") {
		if h == name {
			return i
		}
	}
	return -1
}

// TestUnstableSaysTheBottleneck in the command and in a table of a sweep.
func TestUnstableSaysTheBottleneck(t *testing.T) {
	status, _, errs := call(t, scenario(shaperScenario), "analytic", "-")
	if status == done || !strings.Contains(errs, "200 tasks a second for 100 tokens a second") || strings.Contains(errs, "infinite") {
		t.Errorf("status %d: %s", status, errs)
	}
	failures := strings.Replace(scenario(`"arrivals": {"process": "poisson", "rate": 5}, "servers": {"count": 1, "failures": {"up": {"distribution": "exponential", "rate": 0.2}, "repair": {"distribution": "exponential", "rate": 1}}}, "sweep": {"arrivals.rate": [5, 9]}, `),
		"labels", "failing", 1)
	status, out, errs := call(t, failures, "analytic", "-")
	if status != done || !strings.Contains(out, "no steady state: offered load 0.9, more than can be done") {
		t.Errorf("status %d: %s\n%s", status, out, errs)
	}
}
