package results

import (
	"bytes"
	_ "embed" // the schema
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
)

//go:embed plan.schema.json
var planSchema string

// PlanSchema returns the JSON Schema (draft 2020-12) of what WritePlanJSON
// writes.
func PlanSchema() []byte { return withDefinitions(planSchema) }

// check refuses a plan with a NaN in it.
func (p *Plan) check() error {
	for i := range p.Points {
		for k := range p.Points[i].Objectives {
			t := &p.Points[i].Objectives[k]
			numbers := append(t.numbers(), p.Points[i].Value)
			if t.Exact != nil {
				numbers = append(numbers, *t.Exact)
			}
			if slices.ContainsFunc(numbers, func(n Number) bool { return n != n }) {
				return errNaN
			}
		}
	}
	return nil
}

// WritePlanJSON writes a plan as WriteJSON does a document.
func WritePlanJSON(w io.Writer, p *Plan) error {
	if err := p.check(); err != nil {
		return err
	}
	whole := *p
	if whole.Points == nil {
		whole.Points = []PlanPoint{} // an empty list, not null
	}
	return encode(w, whole)
}

// WritePlanCSV writes one row for each value that was tried and each objective.
func WritePlanCSV(w io.Writer, p *Plan) error {
	if err := p.check(); err != nil {
		return err
	}
	records := [][]string{{p.Vary.Key, "metric", "kind", "bound", "value", "value.low", "value.high", "exact", "verdict", "tasks", "replications", "all"}}
	text := func(n *Number) string {
		if n == nil {
			return ""
		}
		return exactly(float64(*n))
	}
	for i := range p.Points {
		q := &p.Points[i]
		for k := range q.Objectives {
			t := &q.Objectives[k]
			records = append(records, []string{exactly(float64(q.Value)), t.Metric, t.Kind, exactly(float64(t.Bound)), text(t.Value), text(t.Low), text(t.High),
				text(t.Exact), string(t.Verdict), strconv.FormatInt(q.Tasks, 10), strconv.Itoa(q.Replications), string(q.Verdict)})
		}
	}
	var b bytes.Buffer
	if err := csv.NewWriter(&b).WriteAll(records); err != nil {
		return err
	}
	_, err := w.Write(b.Bytes())
	return err
}

// WritePlan writes a plan for people to read, at most 100 columns wide.
func WritePlan(w io.Writer, p *Plan) error {
	r, err := p.report()
	return writeReport(w, r, err)
}

// WritePlanMarkdown writes what WritePlan writes, as Markdown.
func WritePlanMarkdown(w io.Writer, p *Plan) error {
	r, err := p.report()
	return writeReportMarkdown(w, r, err)
}

// document has what was tried as points, so that its warnings are numbered.
func (p *Plan) document() *Document {
	d := &Document{Scenario: p.Scenario, Program: p.Program, Complete: p.Complete}
	for i := range p.Points {
		q := &p.Points[i]
		text := p.Vary.bare(q.Value)
		d.Points = append(d.Points, Point{
			Parameters: Parameters{{Path: p.Vary.Key, Value: text, Text: text}}, Stable: q.Stable, Warnings: q.Warnings,
		})
	}
	return d
}

// report arranges a plan: what was asked, the evidence, the answer.
func (p *Plan) report() (*report, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	d := p.document()
	b := newBuilder(d)
	r := &report{name: clean(p.Scenario.Name), description: clean(p.Scenario.Description), notes: b.notes, conclusion: clean(p.Answer.Text)}
	goal := p.Vary.Goal
	if goal == "" {
		goal = "least or largest"
	}
	r.facts = append(r.facts,
		fact{"slo", clean(p.objectives())},
		fact{"varied", fmt.Sprintf("%s from %s to %s, the %s that keeps the slo", clean(p.Vary.Key), p.Vary.bare(p.Vary.Low), p.Vary.bare(p.Vary.High), goal)},
		fact{"verdicts", p.certainty()},
		fact{"made by", clean(fmt.Sprintf("%s, seed %d", provenance(d), p.Scenario.Seed))},
	)
	if !p.Complete {
		r.alarm = fmt.Sprintf("PARTIAL: interrupted; only what was tried is here (%s)", points(len(p.Points)))
	}
	if len(p.Points) > 0 {
		r.parts = append(r.parts, p.evidence(b, d))
	}
	return r, nil
}

// certainty says what the verdicts are worth.
func (p *Plan) certainty() string {
	single := func(q PlanPoint) bool { return q.Replications == 1 }
	if slices.ContainsFunc(p.Points, single) {
		return "of one replication, whose values decide"
	}
	return fmt.Sprintf("right with %s confidence, all together; one-sided intervals, Bonferroni over values and looks", percent(p.Confidence))
}

// evidence is the table of what was tried.
func (p *Plan) evidence(b *builder, d *Document) part {
	short := shortNames([]string{p.Vary.Key})
	g := &grid{
		rows:  [][]string{{clean(short[p.Vary.Key]), "metric", "value", "exact", "verdict", "tasks"}},
		right: []bool{true, false, true, true, false, true},
	}
	for i := range p.Points {
		q := &p.Points[i]
		for k := range q.Objectives {
			t := &q.Objectives[k]
			row := []string{"", clean(t.name()), t.valueText(), "", t.Verdict.sign() + b.noteMarks(&d.Points[i], t.Metric), ""}
			if t.Exact != nil {
				row[3] = amount(t.quantity(), float64(*t.Exact))
			}
			if k == 0 {
				row[0], row[5] = p.Vary.bare(q.Value), whole(q.Tasks)
				row[4] += b.noteMarks(&d.Points[i], "")
				if !q.Stable {
					row[5] = "no steady state"
				}
			}
			g.rows = append(g.rows, row)
		}
	}
	return g.narrowed()
}
