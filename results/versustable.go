package results

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// report arranges a comparison: what was compared, a table for each scenario
// at each point, and what follows.
func (v *Versus) report() (*report, error) {
	if err := v.check(); err != nil {
		return nil, err
	}
	names := v.Names()
	// The document of one scenario knows how to say what was simulated.
	b := newBuilder(v.document())
	r := &report{name: strings.Join(names[1:], ", ") + " against " + names[0], notes: b.notes}
	for i := range v.Scenarios {
		r.facts = append(r.facts, fact{[]string{"first", "against"}[min(i, 1)], v.systemFact(i, names[i])})
	}
	for _, f := range facts(b.doc, nil) {
		switch f.key {
		case "simulation":
			r.facts = append(r.facts, f)
		case "precision":
			r.facts = append(r.facts, fact{f.key, f.text + " of the differences, as a share of the value of " + names[0]})
		}
	}
	r.facts = append(r.facts, fact{"made by", clean(strings.Join([]string{"spillway " + v.Program.Version, v.Program.Go, v.Program.Arch}, ", "))})
	if !v.Complete {
		r.alarm = fmt.Sprintf("PARTIAL: interrupted; only what was finished is here (%s)", points(len(v.Points)))
	}
	var conclusions []string
	for i := range v.Points {
		p := &v.Points[i]
		for _, d := range p.Dominance {
			r.parts = append(r.parts, v.match(b, p, d.Scenario, names))
			conclusions = append(conclusions, v.at(p)+clean(d.Text))
		}
	}
	r.legend = v.legend(names)
	r.conclusion = strings.Join(conclusions, ". ") + "."
	if conclusions == nil {
		r.conclusion = "Nothing was compared."
	}
	return r, nil
}

// document has the systems of all points as points, so that their warnings are
// numbered and their simulations described together.
func (v *Versus) document() *Document {
	d := &Document{Program: v.Program, Complete: v.Complete}
	if len(v.Scenarios) > 0 {
		d.Scenario.Seed = v.Scenarios[0].Seed
	}
	names := v.Names()
	for i := range v.Points {
		p := &v.Points[i]
		for k := range p.Systems {
			s := p.Systems[k]
			s.Parameters = append(Parameters{{Path: "scenario", Value: names[k], Text: names[k]}}, s.Parameters...)
			if s.Simulated != nil && k == 0 { // for the head of the table
				simulated := *s.Simulated
				simulated.Precision = p.Precision
				s.Simulated = &simulated
			}
			d.Points = append(d.Points, s)
		}
	}
	return d
}

// at names a point before a conclusion; empty of the only one.
func (v *Versus) at(p *VersusPoint) string {
	if len(p.Parameters) == 0 {
		return ""
	}
	return "At " + clean(p.Parameters.String()) + ", "
}

// systemFact says what a scenario is.
func (v *Versus) systemFact(i int, name string) string {
	var kinds []string
	for k := range v.Points {
		s := v.Points[k].Systems[i]
		kind := clean(s.Kendall)
		if s.OfferedLoad != 0 {
			kind += ", offered load " + brief(float64(s.OfferedLoad))
		}
		if !slices.Contains(kinds, kind) {
			kinds = append(kinds, kind)
		}
	}
	if len(kinds) > 2 {
		kinds = []string{kinds[0], "…", kinds[len(kinds)-1]}
	}
	hash := v.Scenarios[i].SHA256
	if len(hash) > 12 {
		hash = hash[:12]
	}
	return fmt.Sprintf("%s: %s (%s, sha256 %s)", name, strings.Join(kinds, " · "), clean(v.Scenarios[i].File), hash)
}

// legend explains the table.
func (v *Versus) legend(names []string) string {
	if v.Comparisons == 0 {
		return ""
	}
	together := fmt.Sprintf("all %d intervals hold together with %s confidence (Bonferroni)", v.Comparisons, percent(v.Confidence))
	if v.Comparisons == 1 {
		together = "an interval of " + percent(v.Confidence)
	}
	other := "the other"
	if len(names) == 2 {
		other = names[1]
	}
	return "difference: " + other + " − " + names[0] + ", paired by replication under common random numbers; " + together +
		" · better: more throughput and goodput, less of all else, but for service, arrival rate, utilization and in network, where it depends"
}

// nameRoom is the widest that a name of a scenario gets above its column.
const nameRoom = 16

// match is the table of one scenario against the first at one point.
type match struct {
	heading string
	lineup  [][]string // rows of texts, the first the titles
	note    string
}

func (v *Versus) match(b *builder, p *VersusPoint, scenario int, names []string) *match {
	m := &match{}
	var parts []string
	for _, param := range p.Parameters {
		parts = append(parts, clean(param.Path)+" "+clean(param.text()))
	}
	if len(v.Scenarios) > 2 {
		parts = append(parts, names[scenario])
	}
	m.heading = strings.Join(parts, " · ")
	m.lineup = append(m.lineup, []string{"", cut(names[0], nameRoom), cut(names[scenario], nameRoom), "difference", "in %", "verdict"})
	for i := range p.Differences {
		if d := &p.Differences[i]; d.Scenario == scenario {
			m.lineup = append(m.lineup, d.texts(b, p))
		}
	}
	if len(m.lineup) == 1 {
		m.note = "no steady state, so nothing to compare"
		for k, s := range p.Systems {
			if !s.Stable && (k == 0 || k == scenario) {
				m.note = names[k] + ": " + noSteadyState(&s)
			}
		}
	}
	return m
}

// texts are the columns of a difference.
func (d *Difference) texts(b *builder, p *VersusPoint) []string {
	path := locate(d.Metric)
	s := scaleFor(quantityOf(path.metric), []float64{float64(d.First), float64(d.Other)})
	name := d.Metric
	if s.unit != "" {
		name += " (" + s.unit + ")"
	}
	gap := s.value(math.Abs(float64(d.Difference.Value)))
	if d.Difference.Value > 0 {
		gap = "+" + gap
	} else if d.Difference.Value < 0 {
		gap = "−" + gap
	}
	if d.Difference.Interval {
		gap += " " + s.half(float64(d.Difference.HalfWidth))
	}
	relative := unknown
	if d.Relative != nil {
		relative = strings.TrimSuffix(changeText(float64(d.Relative.Value)), " %")
		if d.Relative.Interval {
			relative += " " + changeHalf(float64(d.Relative.HalfWidth))
		}
	}
	return []string{name, s.value(float64(d.First)), s.value(float64(d.Other)), gap, relative, d.words() + d.marks(b, p)}
}

// marks are the footnotes of both values.
func (d *Difference) marks(b *builder, p *VersusPoint) string {
	var marks []string
	for _, system := range []int{0, d.Scenario} {
		for _, metric := range []string{"", d.Metric} {
			text := b.noteMarks(&p.Systems[system], metric)
			if text != "" && !slices.Contains(marks, text) {
				marks = append(marks, text)
			}
		}
	}
	return strings.Join(marks, ",")
}

func (d *Difference) words() string {
	switch d.Verdict {
	case Better:
		return "✓ better"
	case Worse:
		return "✗ worse"
	case Unclear:
		return "? cannot tell"
	}
	return string(d.Verdict)
}

// lines renders the table in at most n places a line.
func (m *match) lines(n int) []string {
	var lines []string
	if m.heading != "" {
		lines = append(lines, wrap(m.heading, n)...)
	}
	if m.note != "" {
		return append(lines, wrap(m.note, n)...)
	}
	widths := make([]int, len(m.lineup[0]))
	for _, row := range m.lineup {
		for i, text := range row {
			widths[i] = max(widths[i], width(text))
		}
	}
	for r, row := range m.lineup {
		var cells []string
		for i, text := range row {
			if i == 0 || i == len(row)-1 {
				cells = append(cells, padRight(text, widths[i]))
			} else {
				cells = append(cells, padLeft(text, widths[i]))
			}
		}
		line := strings.Join(cells, gap)
		lines = append(lines, cut(strings.TrimRight(line, " "), n))
		if r == 0 {
			lines = append(lines, strings.Repeat("─", min(n, width(line))))
		}
	}
	return lines
}

func (m *match) markdown(b *strings.Builder) {
	if m.heading != "" {
		b.WriteString("\n### " + escape(m.heading) + "\n")
	}
	b.WriteByte('\n')
	if m.note != "" {
		b.WriteString(escape(m.note) + "\n")
		return
	}
	for i, row := range m.lineup {
		cells := make([]string, len(row))
		for k, text := range row {
			cells[k] = escape(text)
		}
		if i == 0 {
			cells[0] = " "
		}
		writeRow(b, cells)
		if i == 0 {
			writeRow(b, []string{"---", "---:", "---:", "---:", "---:", "---"})
		}
	}
}
