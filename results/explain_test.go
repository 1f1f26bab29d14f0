package results

import (
	"bytes"
	"encoding/json"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// explained is a point whose waits are given: as it is, Poisson, and with demands
// shuffled, which half of it follows.
func explained(wait, poisson, shuffled float64) *Explanation {
	share := func(x float64) *Estimate {
		e := NewEstimate(x/wait, 0.01*x/wait, 32, 0.95, "paired")
		return &e
	}
	mean := func(x float64) *Estimate {
		e := NewEstimate(x, 0.005*math.Abs(x), 32, 0.95, "ratio")
		return &e
	}
	variant := func(name, arrivals, demands string, x float64) Variant {
		return Variant{Name: name, Arrivals: arrivals, Demands: demands, Mean: mean(x), P99: mean(5 * x), Share: share(x)}
	}
	p := ExplainedPoint{
		Kendall: "G/G", OfferedLoad: 2, Stable: true, Tasks: 3200, Replications: 32, State: "transient", Paired: true,
		Warmup: &Warmup{Method: "none"}, Latency: mean(wait + 1),
		Parts:    []LatencyPart{{"wait", *mean(wait), Number(wait / (wait + 1))}, {"service", *mean(1), Number(1 / (wait + 1))}},
		Variants: []Variant{variant("as_is", "as they are", "as they are", wait), variant("demands_shuffled", "as they are", "shuffled", shuffled)},
		Causes: []Cause{{"load", *mean(poisson), Number(poisson / wait)}, {"arrival_order", *mean(shuffled - poisson), Number((shuffled - poisson) / wait)},
			{"demand_order", *mean(wait - shuffled), Number((wait - shuffled) / wait)}},
	}
	p.Variants = append(p.Variants,
		Variant{Name: "bins_600", Arrivals: "Poisson inside 600 s", Demands: "as they are", Note: "cannot be made: too many"},
		variant("bins_60", "Poisson inside 60 s", "as they are", 0.6*wait), variant("poisson", "Poisson", "shuffled", poisson))
	erlang := Formula{Name: "erlang", Text: "M/M/c (Erlang)"}
	erlang.Set(poisson, wait)
	p.Formulas = []Formula{erlang, {Name: "allen_cunneen", Text: "Allen–Cunneen", Note: "a variance is infinite or unknown"}}
	e := &Explanation{
		Schema: SchemaExplain, Scenario: Scenario{Name: "log", File: "log.yaml", Seed: 1, SHA256: "0123456789abcdef"},
		Program: Program{Version: "v0.1.0", Go: "go1.26.8", Arch: "amd64"}, Complete: true, Confidence: 0.95, Points: []ExplainedPoint{p},
	}
	Tell(e)
	return e
}

func TestExplainGolden(t *testing.T) {
	e := explained(20.5, 0.07, 21)
	table := render(t, func(w io.Writer) error { return WriteExplanation(w, e) })
	narrow(t, table)
	golden(t, "explain.txt", table)
	golden(t, "explain.md", render(t, func(w io.Writer) error { return WriteExplanationMarkdown(w, e) }))
	golden(t, "explain.csv", render(t, func(w io.Writer) error { return WriteExplanationCSV(w, e) }))
	text := render(t, func(w io.Writer) error { return WriteExplanationJSON(w, e) })
	golden(t, "explain.json", text)
	if err := validate(t, compile(t, ExplainSchema()), string(text)); err != nil {
		t.Error(err)
	}
	var back Explanation
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if again := render(t, func(w io.Writer) error { return WriteExplanationJSON(w, &back) }); !bytes.Equal(again, text) {
		t.Error("what is read back is written otherwise")
	}
}

func compile(t *testing.T, schema []byte) *jsonschema.Schema {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", value); err != nil {
		t.Fatal(err)
	}
	return c.MustCompile("schema.json")
}

// TestExplainSchemaRefuses what is no explanation.
func TestExplainSchemaRefuses(t *testing.T) {
	s := compile(t, ExplainSchema())
	text := string(render(t, func(w io.Writer) error { return WriteExplanationJSON(w, explained(2, 1, 2)) }))
	for _, mutant := range [][2]string{
		{`"spillway/explain/v1"`, `"spillway/explain/v2"`}, {`"variant": "poisson"`, `"variant": "fish"`}, {`"part": "wait"`, `"part": "weight"`},
		{`"complete": true`, `"complete": 1`}, {`"share":`, `"sharing":`},
	} {
		if changed := strings.Replace(text, mutant[0], mutant[1], 1); changed == text || validate(t, s, changed) == nil {
			t.Errorf("%s is accepted for %s", mutant[1], mutant[0])
		}
	}
}

// TestTell: the sentences, of bursts that cost, save or cannot be told.
func TestTell(t *testing.T) {
	for name, c := range map[string]struct {
		e    *Explanation
		says []string
	}{
		"bursts": {explained(20.5, 0.07, 20.5), []string{"Of the 20.5 s that a task waits on average, Poisson arrivals of the same rate would cause 0.0700 s: 99.7 % is the price of bursts.",
			"in every 60 s", "Erlang's formula says 0.0700 s, 293 times too little."}},
		"softened":    {explained(20.5, 0.07, 205), []string{"the price of bursts, which the order in which demands come has made smaller.", "it would be 205 s, 10.0 times as long: demands and arrivals are not independent."}},
		"and order":   {explained(20.5, 0.07, 10), []string{"is the price of bursts and of the order in which demands come.", "it would be 10.0 s, 48.8 % of it: demands"}},
		"smooth":      {explained(1, 2, 1), []string{"A task waits 1.00 s on average, and would wait 2.00 s, 2.00 times as long, with Poisson arrivals of the same rate: these arrivals are smoother than Poisson.", "2.00 times too much"}},
		"saved":       {explained(1, 2, 3), []string{"the order of the demands saves more than the bursts cost"}},
		"nobody told": {explained(1, 1.001, 1), []string{"no price of bursts can be told", "within 5 %"}},
	} {
		said := strings.Join(c.e.Points[0].Sentences, " ")
		for _, want := range c.says {
			if !strings.Contains(said, want) {
				t.Errorf("%s: %q lacks %q", name, said, want)
			}
		}
	}
}

func TestExplainNaN(t *testing.T) {
	for _, spoil := range []func(*ExplainedPoint){
		func(p *ExplainedPoint) { p.Latency.Value = Number(math.NaN()) },
		func(p *ExplainedPoint) { p.Causes[0].Share = Number(math.NaN()) },
		func(p *ExplainedPoint) { p.Variants[1].P99.Value = Number(math.NaN()) },
		func(p *ExplainedPoint) { *p.Formulas[0].Mean = Number(math.NaN()) },
	} {
		e := explained(2, 1, 2)
		spoil(&e.Points[0])
		for _, write := range []func(io.Writer, *Explanation) error{WriteExplanation, WriteExplanationCSV, WriteExplanationJSON, WriteExplanationMarkdown} {
			var b bytes.Buffer
			if write(&b, e) == nil || b.Len() > 0 {
				t.Error("a NaN is written")
			}
		}
	}
}

// TestExplainUnstable: a point without a steady state stays.
func TestExplainUnstable(t *testing.T) {
	e := explained(2, 1, 2)
	e.Points = append(e.Points, ExplainedPoint{Kendall: "M/M/1", OfferedLoad: 2})
	for i := range e.Points {
		e.Points[i].Parameters = Parameters{counted("servers", int64(2-i))}
	}
	table := string(render(t, func(w io.Writer) error { return WriteExplanation(w, e) }))
	if !strings.Contains(table, "no steady state, so nothing to explain") || !strings.Contains(table, "At servers=2:") {
		t.Error(table)
	}
	text := string(render(t, func(w io.Writer) error { return WriteExplanationJSON(w, e) }))
	if err := validate(t, compile(t, ExplainSchema()), text); err != nil {
		t.Error(err)
	}
}
