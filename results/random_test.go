package results

import (
	"bytes"
	"encoding/csv"
	"io"
	"math"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// magnitude is zero, infinite, or anything from 1e-12 to 1e12.
func magnitude() *rapid.Generator[float64] {
	return rapid.Custom(func(t *rapid.T) float64 {
		switch rapid.IntRange(0, 9).Draw(t, "kind") {
		case 0:
			return 0
		case 1:
			return math.Inf(1)
		}
		return math.Pow(10, rapid.Float64Range(-12, 12).Draw(t, "exponent"))
	})
}

func randomEstimate() *rapid.Generator[Estimate] {
	return rapid.Custom(func(t *rapid.T) Estimate {
		value := magnitude().Draw(t, "value")
		if rapid.Bool().Draw(t, "bare") || math.IsInf(value, 0) {
			return BareEstimate(value, "max")
		}
		if rapid.Bool().Draw(t, "controlled") {
			return NewControlled(value, magnitude().Draw(t, "error"), 32, 2, rapid.Float64Range(0.5, 100).Draw(t, "ratio"), 0.95)
		}
		return NewEstimate(value, magnitude().Draw(t, "error"), 32, 0.95, "mean")
	})
}

// randomMetrics leaves out some of the catalogue.
func randomMetrics(t *rapid.T) (Metrics, map[string]map[string]Number) {
	m, exact := Metrics{}, map[string]map[string]Number{}
	for _, c := range catalogue() {
		if !rapid.Bool().Draw(t, c.name) {
			continue
		}
		m[c.name], exact[c.name] = map[string]Estimate{}, map[string]Number{}
		for _, stat := range c.stats {
			e := randomEstimate().Draw(t, stat)
			if stat == "max" {
				e = BareEstimate(float64(e.Value), "max")
			}
			m[c.name][stat] = e
			exact[c.name][stat] = Number(magnitude().Draw(t, "exact"))
		}
	}
	return m, exact
}

func name() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.StringN(1, 60, -1),
		rapid.StringMatching(`[a-z]{1,12}(\.[a-z]{1,8}){0,3}`),
		rapid.Just(strings.Repeat("very-", 30)),
		rapid.Just("数据中心的名字 e\u0301e\u0301 ✓|*_"),
	)
}

func randomDocument() *rapid.Generator[Document] {
	return rapid.Custom(func(t *rapid.T) Document {
		d := newDocument(name().Draw(t, "name"), name().Draw(t, "description"))
		d.Complete = rapid.Bool().Draw(t, "complete")
		paths := rapid.SliceOfNDistinct(name(), 0, 4, rapid.ID[string]).Draw(t, "paths")
		for range rapid.IntRange(1, 12).Draw(t, "points") {
			d.Points = append(d.Points, randomPoint(t, paths))
		}
		if rapid.Bool().Draw(t, "timed") {
			d.Timing = &Timing{WallSeconds: rapid.Float64Range(0, 1e6).Draw(t, "wall"), Tasks: rapid.Int64Min(0).Draw(t, "tasks")}
		}
		Compare([]Document{d}, FalseAlarm)
		return d
	})
}

func randomPoint(t *rapid.T, paths []string) Point {
	p := Point{
		Kendall:     rapid.SampledFrom([]string{"M/M/1", "M/G/2/10", "M/M/∞", "Σ/G/1"}).Draw(t, "kendall"),
		OfferedLoad: Number(magnitude().Draw(t, "load")),
		Stable:      rapid.Bool().Draw(t, "stable"),
	}
	for _, path := range paths {
		p.Parameters = append(p.Parameters, randomParameter(t, path))
	}
	m, exact := randomMetrics(t)
	if rapid.Bool().Draw(t, "simulated") {
		p.Simulated = simulated(m)
		p.Simulated.ControlVariates = []string{"service", "arrivals"}
		if rapid.Bool().Draw(t, "classes") {
			p.Simulated.Classes = map[string]Metrics{name().Draw(t, "class"): m}
		}
		p.Warnings = []Warning{{Code: "c", Metric: "wait.mean", Text: name().Draw(t, "warning")}, {Code: "d", Text: "t"}}
	}
	for range rapid.IntRange(0, 2).Draw(t, "objectives") {
		p.SLO = append(p.SLO, randomJudgement(t))
	}
	if rapid.Bool().Draw(t, "analytic") {
		p.Analytic = &Analytic{Model: name().Draw(t, "model"), Exact: rapid.Bool().Draw(t, "is exact"), Metrics: exact}
	}
	return p
}

func randomParameter(t *rapid.T, path string) Parameter {
	p := Parameter{Path: path}
	switch rapid.IntRange(0, 3).Draw(t, "type") {
	case 0:
		p.Value = rapid.Int64().Draw(t, "int")
	case 1:
		p.Value = rapid.Float64().Draw(t, "float")
	case 2:
		p.Value = rapid.Bool().Draw(t, "bool")
	default:
		p.Value = name().Draw(t, "text")
	}
	p.Text = p.exact()
	return p
}

func TestRandomDocuments(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		docs := rapid.SliceOfN(randomDocument(), 1, 2).Draw(t, "docs")
		for i := range docs {
			docs[i].Program.Version = name().Draw(t, "version")
		}
		var table, markdown, comparison, both bytes.Buffer
		if err := WriteTable(&table, docs, Options{Fixed: []Parameters{{randomParameter(t, "fixed")}}}); err != nil {
			t.Fatal(err)
		}
		narrow(t, table.Bytes())
		if err := WriteMarkdown(&markdown, docs, Options{}); err != nil {
			t.Fatal(err)
		}
		if err := WriteComparison(&comparison, docs, Options{}); err != nil {
			t.Fatal(err)
		}
		narrow(t, comparison.Bytes())
		if err := WriteComparisonMarkdown(&both, docs, Options{}); err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{table.String(), markdown.String(), comparison.String(), both.String()} {
			if strings.Contains(text, "NaN") {
				t.Fatalf("a NaN was printed:\n%s", text)
			}
		}
	})
}

func TestCSVReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		docs := []Document{randomDocument().Draw(t, "doc")}
		var b bytes.Buffer
		if err := WriteCSV(&b, docs); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(&b).ReadAll()
		if err != nil || len(rows) != len(docs[0].Points)+1 {
			t.Fatalf("%d rows, %v", len(rows), err)
		}
		for i, p := range docs[0].Points {
			if p.Simulated == nil {
				continue
			}
			for metric, stats := range p.Simulated.Metrics {
				for stat, e := range stats {
					same(t, rows, i, metric+"."+stat, float64(e.Value))
				}
			}
		}
	})
}

func same(t *rapid.T, rows [][]string, point int, column string, want float64) {
	for i, title := range rows[0] {
		if title != column {
			continue
		}
		if got, err := strconv.ParseFloat(rows[point+1][i], 64); err != nil || got != want {
			t.Fatalf("%s: %v (%v), want %v", column, got, err, want)
		}
		return
	}
	t.Fatalf("no column %s in %v", column, rows[0])
}

func TestHundredsOfPoints(t *testing.T) {
	d := distributed()
	for i := range 300 {
		p := d.Points[i%12]
		p.Parameters = Parameters{counted("servers", int64(i))}
		d.Points = append(d.Points, p)
	}
	narrow(t, render(t, func(w io.Writer) error { return WriteTable(w, []Document{d}, Options{}) }))
	narrow(t, render(t, func(w io.Writer) error { return WriteComparison(w, []Document{d}, Options{}) }))
}
