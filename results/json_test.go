package results

import (
	"bytes"
	"encoding/json"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"
)

// carried compares what JSON carries: not how an estimate was made, and of one
// without an interval the value alone.
func carried() cmp.Option {
	return cmp.Options{
		cmp.Comparer(func(a, b Estimate) bool {
			return a.carried() == b.carried()
		}),
		cmpopts.IgnoreFields(Parameter{}, "Text"),
		cmpopts.EquateEmpty(),
	}
}

func (e Estimate) carried() Estimate {
	if !e.Interval {
		return Estimate{Value: e.Value}
	}
	e.Method, e.Slack = "", 0
	return e
}

func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		docs := rapid.SliceOfN(randomDocument(), 1, 3).Draw(t, "docs")
		var first, second bytes.Buffer
		if err := WriteJSON(&first, docs); err != nil {
			t.Fatal(err)
		}
		back, err := ReadJSON(bytes.NewReader(first.Bytes()))
		if err != nil {
			t.Fatalf("%v\n%s", err, first.Bytes())
		}
		if err := WriteJSON(&second, back); err != nil {
			t.Fatal(err)
		}
		if first.String() != second.String() {
			t.Fatal("not the same bytes")
		}
		if diff := cmp.Diff(docs, back, carried()); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestParametersJSON(t *testing.T) {
	ps := Parameters{
		{Path: "servers", Value: int64(2), Text: "2"}, {Path: "arrivals.rate", Value: "50/s", Text: "50/s"},
		{Path: "load", Value: 1.0, Text: "1.0"}, {Path: "loop", Value: true, Text: "true"},
		{Path: "service", Value: map[string]any{"a": 1}, Text: "{a: <1>}"},
	}
	got, err := json.Marshal(ps)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"servers":2,"arrivals.rate":"50/s","load":1.0,"loop":true,"service":"{a: \u003c1\u003e}"}`
	if string(got) != want {
		t.Errorf("%s, want %s", got, want)
	}
	for _, bad := range []string{`[]`, `{"a": null}`, `{"a": {}}`, `{"a": [1]}`, `3`, `{"a": 1`} {
		if err := json.Unmarshal([]byte(bad), &ps); err == nil {
			t.Errorf("%s was read", bad)
		}
	}
}

func TestEstimateJSON(t *testing.T) {
	got, err := json.Marshal([]Estimate{NewEstimate(1, 0, 2, 0.95, "mean"), BareEstimate(2, "max")})
	if err != nil {
		t.Fatal(err)
	}
	if want := `[{"value":1,"low":1,"high":1,"half_width":0},{"value":2}]`; string(got) != want {
		t.Errorf("%s, want %s", got, want)
	}
	for _, bad := range []string{`{}`, `{"value": null}`, `{"value": "NaN"}`, `{"value": 1, "low": 0}`, `{"low": 0, "high": 1, "half_width": 1}`} {
		if err := json.Unmarshal([]byte(bad), new(Estimate)); err == nil {
			t.Errorf("%s was read", bad)
		}
	}
}

func TestNewEstimate(t *testing.T) {
	// 1, 2, 3: mean 2, standard error 1/√3, t2 = 4.30265.
	e := meanEstimate([]float64{1, 2, 3}, 0.95)
	if !near(float64(e.HalfWidth), 4.302652729749/math.Sqrt(3), 1e-12) || e.Value != 2 || e.Low >= e.High || e.N != 3 {
		t.Errorf("%+v", e)
	}
	if e := meanEstimate([]float64{5}, 0.95); e.Interval || e.Value != 5 {
		t.Errorf("one value: %+v", e)
	}
}

func TestNaNIsRefused(t *testing.T) {
	writers := map[string]func(io.Writer, []Document) error{
		"json":     WriteJSON,
		"csv":      WriteCSV,
		"table":    func(w io.Writer, d []Document) error { return WriteTable(w, d, Options{}) },
		"markdown": func(w io.Writer, d []Document) error { return WriteMarkdown(w, d, Options{}) },
		"compare":  func(w io.Writer, d []Document) error { return WriteComparison(w, d, Options{}) },
		"compare in markdown": func(w io.Writer, d []Document) error {
			return WriteComparisonMarkdown(w, d, Options{})
		},
	}
	mutants := []func(*Point){
		func(p *Point) { p.OfferedLoad = Number(math.NaN()) },
		func(p *Point) { p.Analytic.Metrics["wait"]["mean"] = Number(math.NaN()) },
		func(p *Point) { p.Simulated.Metrics["wait"]["mean"] = BareEstimate(math.NaN(), "mean") },
		func(p *Point) { p.Simulated.Metrics["wait"]["mean"] = NewEstimate(1, math.NaN(), 8, 0.95, "mean") },
	}
	for name, write := range writers {
		for i, mutate := range mutants {
			d := distributed()
			mutate(&d.Points[3])
			var b bytes.Buffer
			if err := write(&b, []Document{d}); err == nil || b.Len() > 0 {
				t.Errorf("%s, mutant %d: error %v, %d bytes", name, i, err, b.Len())
			}
		}
	}
}

func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("results.json", value); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("results.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func validate(t *testing.T, s *jsonschema.Schema, text string) error {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(value)
}

func TestSchema(t *testing.T) {
	s := compiled(t)
	for _, f := range fixtures() {
		text := render(t, func(w io.Writer) error { return WriteJSON(w, f.docs) })
		if err := validate(t, s, string(text)); err != nil {
			t.Errorf("%s: %v", f.name, err)
		}
	}
	timed := onePoint()
	timed.Timing = &Timing{WallSeconds: 1.5, CPUSeconds: 2.75, Tasks: 3584000}
	valid := string(render(t, func(w io.Writer) error { return WriteJSON(w, []Document{timed}) }))
	if err := validate(t, s, valid); err != nil {
		t.Errorf("with timing: %v", err)
	}
	for _, mutant := range [][2]string{
		{`spillway/results/v1`, `spillway/results/v2`},
		{`"utilization": {`, `"utilisation": {`},
		{`"p999": {`, `"p9999": {`},
		{`"half_width"`, `"halfwidth"`},
		{`"verdict": "agrees"`, `"verdict": "maybe"`},
		{`"complete": true`, `"complete": "yes"`},
		{`"seed": 1`, `"seed": -1`},
		{`"replications": 32,`, ``},
		{`"value": 0.873`, `"value": "NaN"`},
		{`"value": 0.873`, `"value": null`},
		{`"value": 0.873`, `"value": 0.873, "low": 0.1`},
		{`"metric": "wait.p999"`, `"metric": "wait.median"`},
		{`"in_flight"`, `"inflight"`},
		{`"state": "steady"`, `"state": "settled"`},
		{`"stable": true,`, ``},
		{`"warmup": {`, `"warm_up": {`},
		{`"timing": {`, `"timings": {`},
		{`"wall_seconds": 1.5`, `"wall_seconds": -1.5`},
		{`"cpu_seconds": 2.75,`, ``},
		{`"tasks": 3584000`, `"tasks": 3584000.5`},
	} {
		text := strings.Replace(valid, mutant[0], mutant[1], 1)
		if text == valid {
			t.Errorf("%s is not in the document", mutant[0])
		} else if err := validate(t, s, text); err == nil {
			t.Errorf("%s in place of %s is valid", mutant[1], mutant[0])
		}
	}
}

func TestSchemaKnowsTheCatalogue(t *testing.T) {
	s := compiled(t)
	for _, m := range catalogue() {
		for _, stat := range m.stats {
			d := newDocument("x", "", Point{
				Simulated: simulated(Metrics{m.name: {stat: BareEstimate(1, "")}}),
				Analytic:  &Analytic{Metrics: map[string]map[string]Number{m.name: {stat: Number(math.Inf(1))}}},
				Warnings:  []Warning{{Code: "c", Metric: "classes.a b." + m.name + "." + stat}},
			})
			text := render(t, func(w io.Writer) error { return WriteJSON(w, []Document{d}) })
			if err := validate(t, s, string(text)); err != nil {
				t.Errorf("%s.%s: %v", m.name, stat, err)
			}
		}
	}
}
