package results

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// grid is a table of texts; the first row has the titles. The first column
// stands left, those of which right is true stand right.
type grid struct {
	title string
	rows  [][]string
	right []bool
}

func (g *grid) lines(n int) []string {
	widths := make([]int, len(g.rows[0]))
	for _, row := range g.rows {
		for i, text := range row {
			widths[i] = max(widths[i], width(text))
		}
	}
	var lines []string
	if g.title != "" {
		lines = append(lines, wrap(g.title, n)...)
	}
	for r, row := range g.rows {
		cells := make([]string, len(row))
		for i, text := range row {
			if g.right[i] {
				cells[i] = padLeft(text, widths[i])
			} else {
				cells[i] = padRight(text, widths[i])
			}
		}
		line := cut(strings.TrimRight(strings.Join(cells, gap), " "), n)
		lines = append(lines, line)
		if r == 0 {
			whole := len(gap) * (len(widths) - 1)
			for _, w := range widths {
				whole += w
			}
			lines = append(lines, strings.Repeat("─", min(n, whole)))
		}
	}
	return lines
}

func (g *grid) markdown(b *strings.Builder) {
	if g.title != "" {
		b.WriteString("\n### " + escape(g.title) + "\n")
	}
	b.WriteByte('\n')
	for i, row := range g.rows {
		cells := make([]string, len(row))
		for k, text := range row {
			if cells[k] = escape(text); text == "" {
				cells[k] = " "
			}
		}
		writeRow(b, cells)
		if i > 0 {
			continue
		}
		for k := range cells {
			if cells[k] = "---"; g.right[k] {
				cells[k] = "---:"
			}
		}
		writeRow(b, cells)
	}
}

// narrowed leaves out columns that are empty in all rows but the first.
func (g *grid) narrowed() *grid {
	out := &grid{title: g.title, rows: make([][]string, len(g.rows))}
	for i := range g.rows[0] {
		if !slices.ContainsFunc(g.rows[1:], func(row []string) bool { return row[i] != "" }) {
			continue
		}
		out.right = append(out.right, g.right[i])
		for r, row := range g.rows {
			out.rows[r] = append(out.rows[r], row[i])
		}
	}
	return out
}

// sloPart is the table of the objectives; nil without one.
func (b *builder) sloPart() part {
	g := &grid{title: "slo"}
	head := slices.Clone(b.titles)
	for range head {
		g.right = append(g.right, true)
	}
	g.rows = append(g.rows, append(head, "metric", "bound", "value", "verdict"))
	g.right = append(g.right, false, true, true, false)
	for i := range b.doc.Points {
		p := &b.doc.Points[i]
		for k, j := range p.SLO {
			var row []string
			for _, param := range b.params(p) {
				text := ""
				if k == 0 {
					text = cut(param.Text, labelRoom)
				}
				row = append(row, text)
			}
			g.rows = append(g.rows, append(row, clean(j.Metric), j.boundText(), j.valueText(), j.Verdict.sign()))
		}
	}
	if len(g.rows) == 1 {
		return nil
	}
	return g
}

// sign is a verdict on an objective with its mark.
func (v Verdict) sign() string {
	switch v {
	case Met:
		return "✓ met"
	case Missed:
		return "✗ missed"
	}
	return "? cannot tell"
}

// quantity is what the metric of an objective measures.
func (j *Judgement) quantity() quantity {
	if strings.HasPrefix(j.Metric, "latency.within.") {
		return ratio
	}
	return quantityOf(locate(j.Metric).metric)
}

// boundText is a bound for people: "≤ 50 ms".
func (j *Judgement) boundText() string {
	sign := "≤ "
	if j.Kind == "min" {
		sign = "≥ "
	}
	return sign + amount(j.quantity(), float64(j.Bound))
}

// valueText is the value with the interval that the verdict was found by.
func (j *Judgement) valueText() string {
	if j.Value == nil {
		return unknown
	}
	text := amount(j.quantity(), float64(*j.Value))
	if j.Low != nil && j.High != nil && *j.Low != *j.High {
		text += " (" + amount(j.quantity(), float64(*j.Low)) + " to " + amount(j.quantity(), float64(*j.High)) + ")"
	}
	return text
}

// amount is a number with its unit, short: "50 ms", "0.1 %", "70 /s".
func amount(q quantity, x float64) string {
	if math.IsInf(x, 0) {
		return scale{}.value(x)
	}
	if q == ratio {
		return strconv.FormatFloat(100*x, 'g', 5, 64) + " %"
	}
	units := unitsOf(q)
	i := len(units) - 1
	for i > 0 && math.Abs(x) < units[i].from {
		i--
	}
	if x == 0 {
		return strings.TrimSpace("0 " + usualUnit(q))
	}
	return strings.TrimSpace(plain(x/units[i].factor) + " " + units[i].unit)
}

// plain is a number with at most four digits, but all of those before the
// point.
func plain(x float64) string {
	if a := math.Abs(x); a >= 1e4 && a < 1e9 {
		return strconv.FormatFloat(x, 'f', 0, 64)
	}
	return strconv.FormatFloat(x, 'g', 4, 64)
}
