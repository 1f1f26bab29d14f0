package results

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// contestFixture compares two scenarios with a first one: gaps are given as
// shares of the first's value.
func contestFixture(names [3]string, gaps ...[2]float64) *Versus {
	v := &Versus{
		Schema: SchemaCompare, Complete: true, Confidence: 0.95,
		Program: Program{Version: "v0.1.0", Go: "go1.26.8", Arch: "amd64"},
	}
	p := VersusPoint{Precision: &Precision{Target: 0.01, Reached: 0.0098, Of: "latency.mean"}}
	for i, name := range names {
		v.Scenarios = append(v.Scenarios, Scenario{Name: name, File: string("abc"[i]) + ".yaml", Seed: 1, SHA256: "0123456789abcdef"})
		a := mmc(80, 100, 1+i, 0)
		p.Systems = append(p.Systems, Point{Kendall: "M/M/" + string("123"[i]), OfferedLoad: 0.8, Stable: true, Simulated: simulated(Metrics{
			"latency": {"mean": NewEstimate(float64(a.Metrics["latency"]["mean"]), 0, 32, 0.95, "ratio")},
		})})
		p.Systems[i].Simulated.Precision = nil
	}
	values := []struct {
		metric string
		first  float64
	}{{"latency.mean", 0.05}, {"latency.p99", 0.2}, {"throughput.mean", 80}, {"utilization.mean", 0.75}, {"queue_length.mean", 3}, {"shed_ratio.mean", 0}}
	for scenario, gap := range gaps {
		for _, x := range values {
			value, stdErr := gap[0]*x.first, gap[1]*x.first
			if x.first == 0 {
				value, stdErr = gap[0]/1000, gap[1]/1000
			}
			d := Difference{
				Scenario: scenario + 1, Metric: x.metric, First: Number(x.first), Other: Number(x.first + value),
				Difference: NewEstimate(value, stdErr, 32, 0.95, "paired"),
			}
			if x.first != 0 {
				relative := NewEstimate(gap[0], gap[1], 32, 0.95, "paired")
				d.Relative = &relative
			}
			p.Differences = append(p.Differences, d)
		}
	}
	v.Points = []VersusPoint{p}
	Settle(v)
	return v
}

func verdicts(v *Versus, scenario int) map[string]Preference {
	out := map[string]Preference{}
	for _, d := range v.Points[0].Differences {
		if d.Scenario == scenario {
			out[d.Metric] = d.Verdict
		}
	}
	return out
}

// TestSettle: less is better but of throughput, utilization is neither, and the
// intervals share their confidence.
func TestSettle(t *testing.T) {
	v := contestFixture([3]string{"one", "two", "three"}, [2]float64{-0.25, 0.01}, [2]float64{0, 0})
	want := map[string]Preference{
		"latency.mean": Better, "latency.p99": Better, "throughput.mean": Worse, "utilization.mean": Lower,
		"queue_length.mean": Better, "shed_ratio.mean": Better,
	}
	for metric, verdict := range verdicts(v, 1) {
		if verdict != want[metric] {
			t.Errorf("%s is %s, want %s", metric, verdict, want[metric])
		}
	}
	for metric, verdict := range verdicts(v, 2) {
		if verdict != Equal {
			t.Errorf("%s of equals is %s", metric, verdict)
		}
	}
	d := v.Points[0].Differences[0]
	// Student's t with 31 degrees of freedom leaves out 0.05/12 beyond 3.098 (two-sided, by the incomplete beta function).
	if half := float64(d.Difference.HalfWidth); v.Comparisons != 12 || math.Abs(half-studentTail(0.05/12, 31)*0.01*0.05) > 1e-12 || half < 3.09*0.0005 || half > 3.11*0.0005 {
		t.Errorf("%d comparisons, half-width %v", v.Comparisons, half)
	}
	if d.Difference.Low != d.Difference.Value-d.Difference.HalfWidth || d.Relative.High != d.Relative.Value+d.Relative.HalfWidth {
		t.Errorf("ends %+v, %+v", d.Difference, d.Relative)
	}
	if a, b := v.Points[0].Dominance[0], v.Points[0].Dominance[1]; a.Verdict != Mixed || a.Better != 4 || a.Worse != 1 || b.Verdict != Equivalent {
		t.Errorf("%+v, %+v", a, b)
	}
}

// TestCannotTell: within the interval, within what histograms resolve, or where
// a value cannot be relied on.
func TestCannotTell(t *testing.T) {
	v := contestFixture([3]string{"one", "two", "three"}, [2]float64{-0.02, 0.01}, [2]float64{0.004, 1e-5})
	for metric, verdict := range verdicts(v, 1) {
		if verdict != Unclear {
			t.Errorf("%s is %s", metric, verdict)
		}
	}
	if got := verdicts(v, 2); got["latency.p99"] != Unclear || got["latency.mean"] != Worse {
		t.Errorf("%v", got)
	}
	if d := v.Points[0].Dominance; d[0].Verdict != Undecided || d[1].Verdict != Mixed {
		t.Errorf("%+v", d)
	}
	v.Points[0].Systems[2].Warnings = []Warning{{Code: "tail_not_reached", Metric: "latency.mean"}}
	Settle(v)
	if got := verdicts(v, 2)["latency.mean"]; got != Unclear {
		t.Errorf("not reached: %s", got)
	}
	v.Points[0].Systems[0].Warnings = []Warning{{Code: "too_short"}}
	Settle(v)
	if d := v.Points[0].Dominance[1]; d.Verdict != Undecided || d.Unclear != 6 {
		t.Errorf("too short: %+v", d)
	}
}

// TestSettleTwice: settling changes nothing that is settled.
func TestSettleTwice(t *testing.T) {
	v := contestFixture([3]string{"one", "two", "three"}, [2]float64{-0.25, 0.01}, [2]float64{0.1, 0.02})
	before := v.Points[0].Differences[1].Difference
	Settle(v)
	if after := v.Points[0].Differences[1].Difference; math.Abs(float64(after.HalfWidth/before.HalfWidth)-1) > 1e-12 {
		t.Errorf("± %v became ± %v", before.HalfWidth, after.HalfWidth)
	}
}

func TestWiden(t *testing.T) {
	relative := NewEstimate(1, 0.1, 32, 0.95, "")
	d := Difference{Difference: NewEstimate(1, 0.1, 32, 0.95, ""), Relative: &relative}
	if d.Widen(0.05); d.Relative == nil || d.Difference.HalfWidth != relative.HalfWidth {
		t.Errorf("a smaller error changed %+v", d)
	}
	if d.Widen(0.2); d.Relative != nil || math.Abs(float64(d.Difference.HalfWidth/relative.HalfWidth)-2) > 1e-12 {
		t.Errorf("a larger error gave %+v", d)
	}
	if d.Widen(math.Inf(1)); d.Difference.Interval {
		t.Error("an infinite error left an interval")
	}
}

func TestNames(t *testing.T) {
	for _, c := range []struct {
		scenarios []Scenario
		want      string
	}{
		{[]Scenario{{Name: "a", File: "x"}, {Name: "b", File: "x"}}, "a b"},
		{[]Scenario{{Name: "a", File: "x"}, {Name: "a", File: "y"}}, "x y"},
		{[]Scenario{{Name: "a", File: "x"}, {Name: "a", File: "x"}}, "a (1) a (2)"},
	} {
		v := Versus{Scenarios: c.scenarios}
		if got := strings.Join(v.Names(), " "); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func TestVersusGolden(t *testing.T) {
	v := contestFixture([3]string{"one", "a scenario with a long name", "three"}, [2]float64{-0.25, 0.01}, [2]float64{0.03, 0.02})
	v.Points[0].Systems[1].Warnings = []Warning{{Code: "tail_not_reached", Metric: "latency.p99", Text: "too short"}}
	unstable := VersusPoint{
		Parameters: Parameters{counted("servers", 1)},
		Systems:    []Point{{Kendall: "M/M/1", OfferedLoad: 1.5}, {Kendall: "M/M/2", OfferedLoad: 1.5, Stable: true}, {Kendall: "M/M/3", OfferedLoad: 1.5, Stable: true}},
	}
	v.Points[0].Parameters = Parameters{counted("servers", 3)}
	v.Points = append(v.Points, unstable)
	Settle(v)
	for i := range v.Points[0].Differences {
		d := &v.Points[0].Differences[i]
		roundEstimate(&d.Difference)
		if d.Relative != nil {
			roundEstimate(d.Relative)
		}
		d.Other = eightDigits(d.Other)
	}
	for i := range v.Points[0].Systems {
		v.Points[0].Systems[i] = rounded(Document{Points: []Point{v.Points[0].Systems[i]}}).Points[0]
	}
	table := render(t, func(w io.Writer) error { return WriteVersus(w, v) })
	narrow(t, table)
	golden(t, "versus.txt", table)
	golden(t, "versus.md", render(t, func(w io.Writer) error { return WriteVersusMarkdown(w, v) }))
	text := render(t, func(w io.Writer) error { return WriteVersusCSV(w, v) })
	golden(t, "versus.csv", text)
	if rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll(); err != nil || len(rows) != 13 {
		t.Errorf("%d rows, %v", len(rows), err)
	}
	text = render(t, func(w io.Writer) error { return WriteVersusJSON(w, v) })
	golden(t, "versus.json", text)
	validates(t, CompareSchema(), text)
	var back Versus
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if again := render(t, func(w io.Writer) error { return WriteVersusJSON(w, &back) }); string(again) != string(text) {
		t.Error("read and written again it is another")
	}
}

func roundEstimate(e *Estimate) {
	e.Value, e.Low, e.High, e.HalfWidth = eightDigits(e.Value), eightDigits(e.Low), eightDigits(e.High), eightDigits(e.HalfWidth)
}

func validates(t *testing.T, schema, text []byte) {
	t.Helper()
	compiler := jsonschema.NewCompiler()
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		t.Fatal(err)
	}
	if err := compiler.AddResource("schema.json", parsed); err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := compiler.MustCompile("schema.json").Validate(value); err != nil {
		t.Error(err)
	}
}

func TestVersusRefusesNaN(t *testing.T) {
	v := contestFixture([3]string{"one", "two", "three"}, [2]float64{-0.25, 0.01})
	v.Points[0].Differences[0].Difference.Value = Number(math.NaN())
	for name, write := range map[string]func(io.Writer, *Versus) error{"table": WriteVersus, "markdown": WriteVersusMarkdown, "csv": WriteVersusCSV, "json": WriteVersusJSON} {
		var b bytes.Buffer
		if err := write(&b, v); err == nil || b.Len() > 0 {
			t.Errorf("%s: %v, %d bytes", name, err, b.Len())
		}
	}
}
