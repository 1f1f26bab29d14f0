package results

import (
	"math"
	"strings"
)

// aligned is a grid whose numbers are padded so that their decimal points stand
// below one another, which Markdown has no use for.
type aligned struct{ grid }

func (a *aligned) markdown(b *strings.Builder) {
	g := a.grid
	g.rows = make([][]string, len(a.rows))
	for i, row := range a.rows {
		for _, text := range row {
			g.rows[i] = append(g.rows[i], strings.Join(strings.Fields(text), " "))
		}
	}
	g.markdown(b)
}

// remark is a sentence in the place of a table.
type remark string

func (r remark) lines(n int) []string        { return wrap(string(r), n) }
func (r remark) markdown(b *strings.Builder) { b.WriteString("\n" + escape(string(r)) + "\n") }

// numbers is a column of values in one unit, each with three digits, so that large
// and small ones can be read beside one another; decimal points stand below one
// another.
type numbers struct {
	factor float64 // of the unit
	most   int     // decimals
	cells  []*Estimate
}

// mostDecimals are those of a time: what is below is nothing beside the rest.
const mostDecimals = 5

func (c *numbers) texts() []string {
	values, halves := make([]string, len(c.cells)), make([]string, len(c.cells))
	wholes, fractions, widest := 0, 0, 0
	for i, e := range c.cells {
		if e == nil {
			continue
		}
		values[i], halves[i] = c.text(e)
		before, after := atPoint(values[i])
		wholes, fractions, widest = max(wholes, width(before)), max(fractions, width(after)), max(widest, width(halves[i]))
	}
	out := make([]string, len(c.cells))
	for i, e := range c.cells {
		if e == nil {
			out[i] = padLeft(unknown, wholes)
			continue
		}
		before, after := atPoint(values[i])
		out[i] = padLeft(before, wholes) + padRight(after, fractions)
		if widest > 0 {
			out[i] += " " + padRight(halves[i], widest)
		}
	}
	return out
}

// text is a value and its half-width, with as many decimals.
func (c *numbers) text(e *Estimate) (value, half string) {
	x := float64(e.Value) / c.factor
	digits := digitsAfter(x)
	if h := float64(e.HalfWidth) / c.factor; e.Interval && h > 0 && !math.IsInf(h, 0) {
		digits = min(digits, digitsAfter(h)) // what an interval leaves open is not shown
		if x != 0 {
			digits = max(digits, digitsAfter(x)-2)
		} else {
			digits = max(0, digitsAfter(h)-1)
		}
	}
	s := scale{factor: 1, decimals: min(digits, c.most), powers: math.Abs(x) >= 1e7}
	if s.powers {
		s.decimals = 3
	}
	if e.Interval {
		half = s.half(float64(e.HalfWidth) / c.factor)
	}
	text := s.value(x)
	if strings.HasPrefix(text, "-") {
		text = "−" + text[1:]
	}
	return text, half
}

// tables are those of a point.
func (p *ExplainedPoint) tables(at string) []part {
	heading := func(text string) string {
		if at == "" {
			return text
		}
		return at + " · " + text
	}
	if !p.Stable && p.Latency == nil {
		return []part{remark(strings.TrimPrefix(at+" · ", " · ") + "no steady state, so nothing to explain")}
	}
	var out []part
	if len(p.Parts) > 0 {
		out = append(out, p.latencyTable(heading("where the latency comes from")))
	}
	if len(p.Variants) > 1 {
		out = append(out, p.waitTable(heading("the wait, and what it would be")))
		out = append(out, p.missing()...)
	}
	if len(p.Causes) > 0 {
		out = append(out, p.causeTable(heading("what the wait is due to: each cause on top of those above")))
	}
	return out
}

// missing says why variants and formulas have no value.
func (p *ExplainedPoint) missing() []part {
	var texts []string
	for i := range p.Variants {
		if v := &p.Variants[i]; v.Note != "" {
			texts = append(texts, v.Arrivals+": "+clean(v.Note))
		}
	}
	for i := range p.Formulas {
		if f := &p.Formulas[i]; f.Note != "" {
			texts = append(texts, f.Text+": "+clean(f.Note))
		}
	}
	if texts == nil {
		return nil
	}
	return []part{remark(strings.Join(texts, "; "))}
}

// lay puts columns of numbers beside columns of words.
func lay(heading string, words [][]string, titles []string, columns ...[]string) *aligned {
	a := &aligned{grid{title: heading, rows: [][]string{titles}}}
	for i := range titles {
		a.right = append(a.right, i >= len(titles)-len(columns))
	}
	for i, row := range words {
		for _, c := range columns {
			row = append(row, c[i])
		}
		a.rows = append(a.rows, row)
	}
	return a
}

// shares are a column of shares in per cent.
func shares(cells []*Estimate) []string {
	c := numbers{factor: 0.01, most: 2, cells: cells}
	return c.texts()
}

func unitFor(e *Estimate) scale { return scaleFor(duration, []float64{float64(e.Value)}) }

func (p *ExplainedPoint) latencyTable(heading string) *aligned {
	unit := unitFor(p.Latency)
	var words [][]string
	var means, parts []*Estimate
	for i := range p.Parts {
		part := &p.Parts[i]
		words = append(words, []string{strings.ReplaceAll(part.Name, "_", " ")})
		share := BareEstimate(float64(part.Share), "")
		means, parts = append(means, &part.Mean), append(parts, &share)
	}
	whole := BareEstimate(1, "")
	words, means, parts = append(words, []string{"latency"}), append(means, p.Latency), append(parts, &whole)
	c := numbers{unit.factor, mostDecimals, means}
	return lay(heading, words, []string{"", "mean (" + unit.unit + ")", "share (%)"}, c.texts(), shares(parts))
}

func (p *ExplainedPoint) waitTable(heading string) *aligned {
	unit := scale{unit: "s", factor: 1}
	if is := p.variant("as_is"); is != nil {
		unit = unitFor(is.Mean)
	}
	var words [][]string
	var means, p99s, parts, shed []*Estimate
	refuses := false
	for i := range p.Variants {
		v := &p.Variants[i]
		if v.Same && strings.HasPrefix(v.Name, "bins_") {
			continue // of Poisson arrivals; once is enough
		}
		words = append(words, []string{v.Arrivals, v.demandsOrNote()})
		means, p99s, parts, shed = append(means, v.Mean), append(p99s, v.P99), append(parts, v.Share), append(shed, v.Shed)
		refuses = refuses || v.Shed != nil
	}
	for i := range p.Formulas {
		f := &p.Formulas[i]
		words = append(words, []string{f.Text, f.moments()})
		means, p99s, parts, shed = append(means, bareOf(f.Mean)), append(p99s, bareOf(f.P99)), append(parts, bareOf(f.Share)), append(shed, nil)
	}
	a, b := numbers{unit.factor, mostDecimals, means}, numbers{unit.factor, mostDecimals, p99s}
	titles := []string{"arrivals", "demands", "mean (" + unit.unit + ")", "p99 (" + unit.unit + ")", "share (%)"}
	columns := [][]string{a.texts(), b.texts(), shares(parts)}
	if refuses {
		titles, columns = append(titles, "shed (%)"), append(columns, shares(shed))
	}
	return lay(heading, words, titles, columns...)
}

func bareOf(n *Number) *Estimate {
	if n == nil {
		return nil
	}
	e := BareEstimate(float64(*n), "")
	return &e
}

func (v *Variant) demandsOrNote() string {
	switch {
	case v.Note != "":
		return "see below"
	case v.Same:
		return "the same system"
	}
	return v.Demands
}

// moments are what went into a formula.
func (f *Formula) moments() string {
	switch {
	case f.Note != "":
		return "see below"
	case f.GapSCV != nil && f.ServiceSCV != nil:
		return "a² " + threeDigits(float64(*f.GapSCV)) + ", s² " + threeDigits(float64(*f.ServiceSCV))
	}
	return ""
}

// causeWords are the causes for people.
func causeWords(name string) string {
	switch name {
	case "load":
		return "load alone: Poisson arrivals, constant service"
	case "service_variability":
		return "service times that vary"
	case "gap_variability":
		return "gaps that vary otherwise than Poisson"
	case "arrival_order":
		return "arrivals that come in bursts: the order of the gaps"
	case "demand_order":
		return "demands that depend on one another, or on the arrivals"
	}
	return name
}

func (p *ExplainedPoint) causeTable(heading string) *aligned {
	whole := *p.variant("as_is").Mean
	unit := unitFor(&whole)
	var words [][]string
	var means, parts []*Estimate
	for i := range p.Causes {
		c := &p.Causes[i]
		share := BareEstimate(float64(c.Share), "")
		words, means, parts = append(words, []string{causeWords(c.Name)}), append(means, &c.Wait), append(parts, &share)
	}
	all := BareEstimate(1, "")
	words, means, parts = append(words, []string{"the wait as it is"}), append(means, &whole), append(parts, &all)
	c := numbers{unit.factor, mostDecimals, means}
	return lay(heading, words, []string{"", "adds (" + unit.unit + ")", "share (%)"}, c.texts(), shares(parts))
}
