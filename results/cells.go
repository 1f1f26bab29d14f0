package results

import "strings"

// columnTexts renders the cells of a column so that decimal points, ± and marks
// stand below one another. All have the same width but for blanks at the end.
func (s *sheet) columnTexts(i int) []string {
	scale := s.columns[i].scale
	var wholes, halves int // the widest part before the decimal point; the widest ±
	fractions := 0
	for _, r := range s.rows {
		if r.cells == nil {
			continue
		}
		value, half := r.cells[i].texts(scale)
		before, after := atPoint(value)
		wholes, fractions = max(wholes, width(before)), max(fractions, width(after))
		halves = max(halves, width(half))
	}
	texts := make([]string, len(s.rows))
	for n, r := range s.rows {
		if r.cells == nil {
			continue
		}
		value, half := r.cells[i].texts(scale)
		before, after := atPoint(value)
		text := padLeft(before, wholes) + padRight(after, fractions)
		if halves > 0 {
			text += " " + padRight(half, halves)
		}
		if r.cells[i].mark != "" {
			text += " " + r.cells[i].mark
		}
		texts[n] = strings.TrimRight(text, " ")
	}
	return texts
}

// texts are the value of a cell and its half-width, "" where there is none.
func (c cell) texts(s scale) (value, half string) {
	if !c.known {
		return "–", ""
	}
	if c.interval {
		half = s.half(c.half)
	}
	return s.value(c.value), half
}

// atPoint splits a number before its decimal point.
func atPoint(s string) (before, after string) {
	i := strings.IndexByte(s, '.')
	if i < 0 {
		return s, ""
	}
	return s[:i], s[i:]
}
