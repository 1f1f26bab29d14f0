package results

import (
	"fmt"
	"strings"
)

// footnote is a warning, once for all points that have it.
type footnote struct {
	number int
	code   string
	metric string
	text   string
	where  string // the points that have it; empty in a document of one point
}

type noteKey struct{ code, metric string }

// footnotes numbers the warnings of a document. A warning that says the same of
// several metrics is one footnote; where several points have the same warning on the
// same metric, the text is that of the first one.
func footnotes(d *Document) ([]footnote, map[noteKey]int) {
	var notes []footnote
	number := map[noteKey]int{}
	where := map[noteKey][]string{}
	for i := range d.Points {
		p := &d.Points[i]
		for _, w := range p.Warnings {
			key := noteKey{w.Code, w.Metric}
			if number[key] == 0 {
				if n := sameText(notes, w); n > 0 {
					number[key] = n
					notes[n-1].metric += ", " + clean(w.Metric)
					continue
				}
				number[key] = len(notes) + 1
				notes = append(notes, footnote{len(notes) + 1, clean(w.Code), clean(w.Metric), clean(w.Text), ""})
			}
			where[key] = append(where[key], clean(p.Parameters.String()))
		}
	}
	for key, n := range number {
		if len(d.Points) > 1 && len(where[key]) > 0 {
			notes[n-1].where = someOf(where[key])
		}
	}
	return notes, number
}

// sameText is the number of the footnote that says of another metric what w says
// of its own; 0 where there is none.
func sameText(notes []footnote, w Warning) int {
	for _, n := range notes {
		if w.Metric != "" && n.metric != "" && n.code == clean(w.Code) && n.text == clean(w.Text) {
			return n.number
		}
	}
	return 0
}

// someOf names the first of a list of points and counts the others.
func someOf(names []string) string {
	switch first := names[0]; len(names) {
	case 1:
		return "at " + first
	case 2:
		return "at " + first + " and 1 more point"
	default:
		return fmt.Sprintf("at %s and %d more points", first, len(names)-1)
	}
}

func (n footnote) String() string {
	head := n.code
	if n.metric != "" {
		head += ", " + n.metric
	}
	if n.where != "" {
		head += " " + n.where
	}
	return head + ": " + n.text
}

// noteMarks are the numbers of a point's footnotes on a metric; "" is the point itself.
func (b *builder) noteMarks(p *Point, metric string) string {
	var marks []string
	for _, w := range p.Warnings {
		if w.Metric == metric {
			marks = append(marks, superscript(b.noteNum[noteKey{w.Code, w.Metric}]))
		}
	}
	return strings.Join(marks, ",")
}

// superscript writes a number above the line.
func superscript(n int) string {
	digits := []rune("⁰¹²³⁴⁵⁶⁷⁸⁹")
	var out []rune
	for _, d := range fmt.Sprint(n) {
		out = append(out, digits[d-'0'])
	}
	return string(out)
}

// plusMinus explains the half-widths.
func (b *builder) plusMinus() string {
	return "± half-width of the " + confidences(b.doc) + " interval, rounded up"
}

// legend explains the marks that the sheets have.
func (b *builder) legend(sheets []sheet) string {
	used := map[string]bool{}
	interval := false
	for _, s := range sheets {
		for _, r := range s.rows {
			for _, c := range r.cells {
				interval = interval || c.interval
				for _, mark := range []string{"✓", "✗", "?"} {
					used[mark] = used[mark] || strings.Contains(c.mark, mark)
				}
			}
		}
	}
	var parts []string
	if interval {
		parts = append(parts, b.plusMinus())
	}
	for _, m := range []struct{ mark, text string }{
		{"✓", "agrees with theory"}, {"✗", "differs"}, {"?", "too uncertain to tell"},
	} {
		if used[m.mark] {
			parts = append(parts, m.mark+" "+m.text)
		}
	}
	return strings.Join(parts, " · ")
}
