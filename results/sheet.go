package results

import (
	"slices"
	"strings"
)

// report is a document arranged for people, in words and numbers that the table and
// Markdown share; each of them only decides where things stand.
type report struct {
	name        string
	description string
	alarm       string // what must not be overlooked; empty: nothing
	facts       []fact
	parts       []part
	legend      string
	notes       []footnote
	conclusion  string
}

// part is one or more tables of a report.
type part interface {
	lines(n int) []string // of at most n places
	markdown(b *strings.Builder)
}

// fact is one line of the header: "simulation", "32 replications …".
type fact struct{ key, text string }

// sheet is one table of numbers.
type sheet struct {
	title   string
	params  []string // titles of the labels that are swept parameters
	labels  []string // titles of the labels after them
	columns []column
	rows    []row
}

// column is one metric.
type column struct {
	title    string
	quantity quantity
	scale    scale
}

// row is one way to know the values of a point.
type row struct {
	first  bool // the first row of its point: the one that says which
	params []Parameter
	labels []string
	kind   string // "exact", "simulated"
	cells  []cell
	note   string // in place of numbers
}

// cell is a value as it is shown.
type cell struct {
	known    bool
	value    float64
	interval bool
	half     float64
	mark     string // verdict and footnotes
}

// setScales gives each column its unit and decimals. With shared, all columns have
// one unit.
func (s *sheet) setScales(shared bool) {
	var all []float64
	values := make([][]float64, len(s.columns))
	for _, r := range s.rows {
		for i, c := range r.cells {
			if c.known {
				values[i] = append(values[i], c.value)
				all = append(all, c.value)
			}
		}
	}
	for i := range s.columns {
		s.columns[i].scale = scaleFor(s.columns[i].quantity, values[i])
	}
	if !shared || len(s.columns) == 0 {
		return
	}
	common := scaleFor(s.columns[0].quantity, all)
	for i := range s.columns {
		s.columns[i].scale = common
	}
}

// heading is the title of a column with its unit.
func (c column) heading() string {
	if c.scale.unit == "" {
		return c.title
	}
	return c.title + " (" + c.scale.unit + ")"
}

// empty reports a sheet in which nothing is known.
func (s *sheet) empty() bool {
	for _, r := range s.rows {
		if r.note != "" {
			return false
		}
		for _, c := range r.cells {
			if c.known {
				return false
			}
		}
	}
	return true
}

// verdictMark is the sign of a verdict.
func verdictMark(v Verdict) string {
	switch v {
	case Agrees:
		return "✓"
	case Differs:
		return "✗"
	case CannotTell:
		return "?"
	}
	return ""
}

func (b *builder) newSheet(title string, want []wanted) sheet {
	s := sheet{title: title, params: b.titles}
	for _, w := range want {
		s.columns = append(s.columns, column{title: titleOf(w), quantity: quantityOf(w.metric)})
	}
	return s
}

// titleOf is how people call a value: "queue length", "memory max".
func titleOf(w wanted) string {
	title := strings.ReplaceAll(w.metric, "_", " ")
	if w.stat != "mean" {
		title += " " + w.stat
	}
	return title
}

// add appends the rows of a point.
func (s *sheet) add(params []Parameter, labels []string, rows []row) {
	for i := range rows {
		rows[i].first = i == 0
		rows[i].params = params
		rows[i].labels = labels
		s.rows = append(s.rows, rows[i])
	}
}

// keep drops the columns for which it is false.
func (s *sheet) keep(ok func(i int) bool) {
	var columns []column
	cells := make([][]cell, len(s.rows))
	for i, c := range s.columns {
		if !ok(i) {
			continue
		}
		columns = append(columns, c)
		for r := range s.rows {
			if s.rows[r].cells != nil {
				cells[r] = append(cells[r], s.rows[r].cells[i])
			}
		}
	}
	s.columns = columns
	for r := range s.rows {
		s.rows[r].cells = cells[r]
	}
}

// dropUnknown drops the columns that no row knows.
func (s *sheet) dropUnknown() {
	s.keep(func(i int) bool {
		return slices.ContainsFunc(s.rows, func(r row) bool { return r.cells != nil && r.cells[i].known })
	})
}

// dropZero drops those of the named columns that are zero everywhere.
func (s *sheet) dropZero(titles ...string) {
	s.keep(func(i int) bool {
		return !slices.Contains(titles, s.columns[i].title) ||
			slices.ContainsFunc(s.rows, func(r row) bool { return r.cells != nil && r.cells[i].value != 0 })
	})
}

// withValues returns the rows that know something.
func withValues(rows []row) []row {
	var out []row
	for _, r := range rows {
		if slices.ContainsFunc(r.cells, func(c cell) bool { return c.known }) {
			out = append(out, r)
		}
	}
	return out
}
