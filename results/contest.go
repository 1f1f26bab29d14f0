package results

import (
	"slices"
	"strings"
)

// contest is the duels of a document, with columns of the same width in all.
type contest struct{ duels []duel }

// duelColumns is the number of columns: value, theory, simulated, gap, z, verdict.
const duelColumns = 6

// duelLine is a line of a table.
type duelLine [duelColumns]string

// lines renders the tables in at most n places a line.
func (c *contest) lines(n int) []string {
	a := c.align(n)
	var lines []string
	for i, d := range c.duels {
		if i > 0 {
			lines = append(lines, "")
		}
		if d.heading != "" {
			lines = append(lines, wrap(d.heading, n)...)
		}
		if d.note != "" {
			lines = append(lines, wrap(d.note, n)...)
			continue
		}
		lines = append(lines, cut(a.text(d.titles()), n), strings.Repeat("─", min(n, a.total())))
		for _, r := range d.rows {
			lines = append(lines, cut(a.text(a.row(r)), n))
		}
		if d.others != "" {
			lines = append(lines, d.others)
		}
	}
	return lines
}

func (d *duel) titles() duelLine {
	return duelLine{"", d.theory, d.simulated, "gap", "z", "verdict"}
}

// alignment is the width of everything that stands below one another.
type alignment struct {
	exact, simulated int // of the numbers, which stand to the right
	columns          [duelColumns]int
}

// align measures all tables. What the numbers leave is for the names.
func (c *contest) align(n int) alignment {
	var a alignment
	for _, d := range c.duels {
		for _, r := range d.rows {
			a.exact, a.simulated = max(a.exact, width(r.exact)), max(a.simulated, width(r.simulated))
		}
	}
	for _, d := range c.duels {
		if len(d.rows) > 0 {
			a.widen(d.titles())
		}
		for _, r := range d.rows {
			a.widen(a.row(r))
		}
	}
	room := n - a.total() + a.columns[0]
	a.columns[0] = min(a.columns[0], max(room, labelRoom))
	return a
}

func (a *alignment) widen(l duelLine) {
	for i, text := range l {
		a.columns[i] = max(a.columns[i], width(text))
	}
}

// total is the width of a line.
func (a *alignment) total() int {
	n := (duelColumns - 1) * len(gap)
	for _, w := range a.columns {
		n += w
	}
	return n
}

// row makes the line of a value, its name in full.
func (a *alignment) row(r duelRow) duelLine {
	return duelLine{
		r.name(),
		quantified(padLeft(r.exact, a.exact), "", r.unit),
		quantified(padLeft(r.simulated, a.simulated), r.half, r.unit),
		r.gap, r.z, r.judgement(),
	}
}

// quantified is a number with its half-width and unit; infinity needs no unit.
func quantified(number, half, unit string) string {
	parts := []string{number}
	if half != "" {
		parts = append(parts, half)
	}
	if unit != "" && !strings.Contains(number, "∞") {
		parts = append(parts, unit)
	}
	return strings.Join(parts, " ")
}

// text joins the columns; gap and z stand to the right.
func (a *alignment) text(l duelLine) string {
	var out []string
	for i, text := range l {
		if i == 0 {
			text = shortened(text, a.columns[0])
		}
		if i == 3 || i == 4 {
			out = append(out, padLeft(text, a.columns[i]))
		} else {
			out = append(out, padRight(text, a.columns[i]))
		}
	}
	return strings.TrimRight(strings.Join(out, gap), " ")
}

// name is the path of the value.
func (r duelRow) name() string {
	name := r.value.metric + "." + r.value.stat
	if r.value.class != "" {
		name = "classes." + clean(r.value.class) + "." + name
	}
	if r.rival != "" {
		name += " (" + r.rival + ")"
	}
	return name
}

// shortened cuts a name to n places in its middle: the end says which statistic it is.
func shortened(name string, n int) string {
	if width(name) <= n {
		return name
	}
	before, stat := cutLast(name)
	before, metric := cutLast(before)
	tail := "." + metric + "." + stat
	if room := n - width(tail); before != "" && room > 0 {
		return cut(before, room) + tail
	}
	return cut(name, n)
}

// judgement is the verdict in words, with footnotes.
func (r duelRow) judgement() string {
	words := "not judged"
	switch r.verdict {
	case Agrees:
		words = "✓ agrees"
	case Differs:
		words = "✗ differs"
	case CannotTell:
		words = "? cannot tell"
	}
	return words + r.foot
}

// markdown writes one table a point.
func (c *contest) markdown(b *strings.Builder) {
	for _, d := range c.duels {
		if d.heading != "" {
			b.WriteString("\n### " + escape(d.heading) + "\n")
		}
		if d.note != "" {
			b.WriteString("\n" + escape(d.note) + "\n")
			continue
		}
		b.WriteByte('\n')
		titles := d.titles()
		titles[0] = " "
		writeRow(b, titles[:])
		writeRow(b, []string{"---", "---:", "---:", "---:", "---:", "---"})
		var plain alignment // no padding
		for _, r := range d.rows {
			line := plain.row(r)
			writeRow(b, slices.Concat([]string{escape(line[0])}, line[1:]))
		}
		if d.others != "" {
			b.WriteString("\n" + d.others + "\n")
		}
	}
}
