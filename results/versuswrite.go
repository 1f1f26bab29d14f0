package results

import (
	"bytes"
	_ "embed" // the schema
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

//go:embed compare.schema.json
var compareSchema string

// CompareSchema returns the JSON Schema (draft 2020-12) of what
// WriteVersusJSON writes: it describes a point as Schema does.
func CompareSchema() []byte { return withDefinitions(compareSchema) }

// withDefinitions adds to a schema the definitions of Schema that are not of a
// whole document.
func withDefinitions(text string) []byte {
	type object map[string]json.RawMessage
	var whole, other, defs, more object
	read := func(text []byte, into *object) {
		if err := json.Unmarshal(text, into); err != nil {
			panic(err) // a file of this package
		}
	}
	read([]byte(text), &whole)
	read([]byte(schema), &other)
	read(whole["$defs"], &more)
	read(other["$defs"], &defs)
	for name, def := range more {
		defs[name] = def
	}
	delete(defs, "document")
	var err error
	if whole["$defs"], err = json.Marshal(defs); err != nil {
		panic(err)
	}
	var b bytes.Buffer
	if err := encode(&b, whole); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// WriteVersusJSON writes a comparison as WriteJSON does a document.
func WriteVersusJSON(w io.Writer, v *Versus) error {
	if err := v.check(); err != nil {
		return err
	}
	whole := *v
	if whole.Points == nil {
		whole.Points = []VersusPoint{} // an empty list, not null
	}
	return encode(w, whole)
}

// encode writes JSON, indented.
func encode(w io.Writer, value any) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(value); err != nil {
		return err
	}
	_, err := w.Write(b.Bytes())
	return err
}

// check refuses a comparison with a NaN in it.
func (v *Versus) check() error {
	for _, p := range v.Points {
		if err := check(&Document{Points: p.Systems}); err != nil {
			return err
		}
		for _, d := range p.Differences {
			estimates := []Estimate{d.Difference}
			if d.Relative != nil {
				estimates = append(estimates, *d.Relative)
			}
			for _, e := range estimates {
				if math.IsNaN(float64(e.Value + e.HalfWidth)) {
					return errNaN
				}
			}
		}
	}
	return nil
}

// WriteVersusCSV writes one row a difference: the scenario, the first one, the
// swept parameters, the metric, both values, the difference and the relative
// difference with their intervals, the confidence of all intervals together,
// and the verdict.
func WriteVersusCSV(w io.Writer, v *Versus) error {
	if err := v.check(); err != nil {
		return err
	}
	names := v.Names()
	header := []string{"scenario", "first"}
	if len(v.Points) > 0 {
		for _, p := range v.Points[0].Parameters {
			header = append(header, "parameters."+p.Path)
		}
	}
	header = append(header, "metric", "first.value", "scenario.value", "difference", "difference.low", "difference.high",
		"relative", "relative.low", "relative.high", "confidence", "verdict")
	records := [][]string{header}
	for i := range v.Points {
		p := &v.Points[i]
		for k := range p.Differences {
			d := &p.Differences[k]
			row := []string{names[d.Scenario], names[0]}
			for _, param := range p.Parameters {
				row = append(row, param.exact())
			}
			row = append(row, d.Metric, exactly(float64(d.First)), exactly(float64(d.Other)))
			row = append(row, ends(&d.Difference)...)
			row = append(row, ends(d.Relative)...)
			records = append(records, append(row, exactly(v.Confidence), string(d.Verdict)))
		}
	}
	var b bytes.Buffer
	if err := csv.NewWriter(&b).WriteAll(records); err != nil {
		return err
	}
	_, err := w.Write(b.Bytes())
	return err
}

// ends are the value of an estimate and the ends of its interval, empty where
// there is none.
func ends(e *Estimate) []string {
	switch {
	case e == nil:
		return []string{"", "", ""}
	case !e.Interval:
		return []string{exactly(float64(e.Value)), "", ""}
	}
	return []string{exactly(float64(e.Value)), exactly(float64(e.Low)), exactly(float64(e.High))}
}

// changeText is a relative difference in per cent, with its sign.
func changeText(share float64) string {
	text := signed(100*share, 1)
	if share > 0 {
		text = "+" + text
	}
	return text + " %"
}

// changeHalf is the half-width of a relative difference.
func changeHalf(half float64) string {
	if half == 0 || math.IsInf(half, 0) {
		return scale{factor: 1}.half(half)
	}
	return "±" + strconv.FormatFloat(roundUp(100*half, 1), 'f', 1, 64)
}

// WriteVersus writes a comparison for people to read, at most 100 columns wide.
func WriteVersus(w io.Writer, v *Versus) error {
	r, err := v.report()
	return writeReport(w, r, err)
}

// WriteVersusMarkdown writes what WriteVersus writes, as Markdown.
func WriteVersusMarkdown(w io.Writer, v *Versus) error {
	r, err := v.report()
	return writeReportMarkdown(w, r, err)
}

func trimmed(lines []string) string {
	var b strings.Builder
	for _, line := range lines {
		fmt.Fprintln(&b, strings.TrimRight(line, " "))
	}
	return b.String()
}
