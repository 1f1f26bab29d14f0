package results

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"strings"
)

// WriteExplanation writes an explanation for people to read.
func WriteExplanation(w io.Writer, e *Explanation) error {
	r, err := e.report()
	return writeReport(w, r, err)
}

// WriteExplanationMarkdown writes what WriteExplanation writes, as Markdown.
func WriteExplanationMarkdown(w io.Writer, e *Explanation) error {
	r, err := e.report()
	return writeReportMarkdown(w, r, err)
}

// WriteExplanationCSV writes one row a value: the swept parameters, what kind it
// is (latency, wait or cause), its name, arrivals and demands in words, then the mean with its
// interval, p99 with its interval, and the share, with its interval, of the whole.
func WriteExplanationCSV(w io.Writer, e *Explanation) error {
	if err := e.check(); err != nil {
		return err
	}
	var header []string
	if len(e.Points) > 0 {
		for _, p := range e.Points[0].Parameters {
			header = append(header, "parameters."+p.Path)
		}
	}
	header = append(header, "kind", "name", "arrivals", "demands", "mean", "mean.low", "mean.high",
		"p99", "p99.low", "p99.high", "share", "share.low", "share.high", "note")
	records := [][]string{header}
	for i := range e.Points {
		records = append(records, e.Points[i].records()...)
	}
	var b bytes.Buffer
	if err := csv.NewWriter(&b).WriteAll(records); err != nil {
		return err
	}
	_, err := w.Write(b.Bytes())
	return err
}

// records are the rows of a point.
func (p *ExplainedPoint) records() [][]string {
	var out [][]string
	add := func(kind, name, arrivals, demands string, mean, p99, share *Estimate, note string) {
		var row []string
		for _, param := range p.Parameters {
			row = append(row, param.exact())
		}
		row = append(row, kind, name, arrivals, demands)
		for _, e := range []*Estimate{mean, p99, share} {
			row = append(row, ends(e)...)
		}
		out = append(out, append(row, note))
	}
	bare := func(n *Number) *Estimate {
		if n == nil {
			return nil
		}
		e := BareEstimate(float64(*n), "")
		return &e
	}
	if p.Latency != nil {
		add("latency", "total", "", "", p.Latency, nil, nil, "")
	}
	for i := range p.Parts {
		part := &p.Parts[i]
		add("latency", part.Name, "", "", &part.Mean, nil, bare(&part.Share), "")
	}
	for i := range p.Variants {
		v := &p.Variants[i]
		add("wait", v.Name, v.Arrivals, v.Demands, v.Mean, v.P99, v.Share, v.Note)
	}
	for i := range p.Formulas {
		f := &p.Formulas[i]
		add("wait", f.Name, "", "", bare(f.Mean), bare(f.P99), bare(f.Share), f.Note)
	}
	for i := range p.Causes {
		c := &p.Causes[i]
		add("cause", c.Name, "", "", &c.Wait, nil, bare(&c.Share), "")
	}
	return out
}

// report arranges an explanation.
func (e *Explanation) report() (*report, error) {
	if err := e.check(); err != nil {
		return nil, err
	}
	d := e.document()
	b := newBuilder(d)
	r := &report{name: clean(e.Scenario.Name), description: clean(e.Scenario.Description), facts: e.facts(d), notes: b.notes}
	if !e.Complete {
		r.alarm = fmt.Sprintf("PARTIAL: interrupted; only what was finished is here (%s)", points(len(e.Points)))
	}
	var conclusion []string
	for i := range e.Points {
		p := &e.Points[i]
		at := ""
		if len(p.Parameters) > 0 {
			at = clean(p.Parameters.String())
		}
		r.parts = append(r.parts, p.tables(at)...)
		said := strings.Join(p.Sentences, " ")
		if at != "" && said != "" {
			said = "At " + at + ": " + said
		}
		if said != "" {
			conclusion = append(conclusion, said)
		}
	}
	r.conclusion = strings.Join(conclusion, " ")
	if r.conclusion == "" {
		r.conclusion = "Nothing was explained."
	}
	r.legend = e.legend()
	return r, nil
}

// document has what is known of each point where a document has it, so that facts
// and warnings are said alike.
func (e *Explanation) document() *Document {
	d := &Document{Scenario: e.Scenario, Program: e.Program, Complete: e.Complete}
	for i := range e.Points {
		p := &e.Points[i]
		out := Point{Parameters: p.Parameters, Kendall: p.Kendall, OfferedLoad: p.OfferedLoad, Stable: p.Stable, Warnings: p.Warnings}
		if p.Warmup != nil {
			out.Simulated = &Simulated{Tasks: p.Tasks, Replications: p.Replications, State: p.State, Confidence: e.Confidence,
				Warmup: *p.Warmup, Precision: p.Precision}
		}
		d.Points = append(d.Points, out)
	}
	return d
}

func (e *Explanation) facts(d *Document) []fact {
	var out []fact
	for _, f := range facts(d, nil) {
		switch f.key {
		case "system":
			loads := distinct(d, func(p *Point) string {
				if p.OfferedLoad == 0 {
					return ""
				}
				return "offered load " + brief(float64(p.OfferedLoad))
			})
			if loads != "" {
				f.text += ", " + loads
			}
		case "simulation":
			f.text = "as it is: " + f.text + "; " + e.pairing()
		}
		out = append(out, f)
	}
	return out
}

// pairing says how the variants were run.
func (e *Explanation) pairing() string {
	for i := range e.Points {
		if e.Points[i].Paired {
			return "as many of each variant, with the same random numbers for what is the same"
		}
	}
	return "each variant as long as its precision takes"
}

// legend explains the tables.
func (e *Explanation) legend() string {
	fixed, any, moments := false, false, false
	for i := range e.Points {
		fixed = fixed || e.Points[i].Deterministic
		any = any || e.Points[i].Warmup != nil
		for _, f := range e.Points[i].Formulas {
			moments = moments || f.GapSCV != nil
		}
	}
	if !any {
		return ""
	}
	text := fmt.Sprintf("wait: mean and p99, with intervals of %s, each · share: of the mean wait as it is", percent(e.Confidence))
	if moments {
		text += " · a², s²: squared coefficients of variation of gaps and service"
	}
	if fixed {
		text += " · ±0: nothing in it is random"
	}
	return text
}
