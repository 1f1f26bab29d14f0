package arrivals

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"slices"
)

// MaxTraceClasses is the number of classes that a trace may have: more are not
// classes but identifiers.
const MaxTraceClasses = 1000

// Row is a row of a log as it was recorded: neither Speedup nor Loop has
// touched it.
type Row struct {
	Line    int64   // of the log, from 1; the header has the first
	Time    float64 // of its arrival, seconds on the trace's clock
	Service float64 // seconds, at least 0; 0 where the log has no service times
	Wait    float64 // from its arrival to its start, seconds, at least 0; 0 where the log has no starts
	Class   int32   // into Summary.Classes
}

// layout is what of a row is read, and how.
type layout struct {
	header                         []string
	time, class, started, finished int // columns; -1 for none
	formula                        *formula
	format                         TimeFormat
}

func newLayout(o *TraceOptions, header []string) (layout, error) {
	l := layout{header: header, format: o.TimeFormat}
	for _, c := range []struct {
		option, name string
		at           *int
	}{{"time", o.Time, &l.time}, {"class", o.Class, &l.class}, {"started", o.Started, &l.started}, {"finished", o.Finished, &l.finished}} {
		*c.at = -1
		if c.name == "" {
			continue
		}
		if *c.at = slices.Index(header, c.name); *c.at < 0 {
			return l, &TraceError{Option: c.option, Found: quotedText(c.name), Want: "a column of the log: " + listed(header), Unknown: c.name, Columns: header}
		}
		if err := l.once(c.option, *c.at); err != nil {
			return l, err
		}
	}
	if o.Service == "" {
		return l, nil
	}
	var err error
	if l.formula, err = parseFormula(o.Service, header); err != nil {
		return l, err
	}
	for _, at := range l.formula.columns {
		if err := l.once("service", at); err != nil {
			return l, err
		}
	}
	return l, nil
}

// once refuses a column that shares its name with another.
func (l *layout) once(option string, at int) error {
	if name := l.header[at]; slices.Contains(l.header[at+1:], name) {
		return &TraceError{Option: option, Found: "two columns named " + quotedText(name), Want: "names that tell the columns apart"}
	}
	return nil
}

func (l *layout) serves() bool { return l.formula != nil || l.finished >= 0 }

// rowReader reads the rows of a log, checking each.
type rowReader struct {
	layout
	*records
	classes map[string]int32
	names   []string // of classes; grows where learn is set
	learn   bool

	rows          int64
	origin, above instant // where the clock is 0; the arrival of the row above
	values, stack []float64
}

func newRowReader(l layout, r *records) *rowReader {
	v := &rowReader{layout: l, records: r}
	if f := l.formula; f != nil {
		v.values, v.stack = make([]float64, len(f.columns)), make([]float64, f.depth)
	}
	return v
}

// readHeader reads the names of the columns, without the spaces around them.
func readHeader(r *records) ([]string, error) {
	err := r.next()
	if err == io.EOF {
		return nil, &TraceError{Option: "file", Found: "an empty file", Want: "a line with the names of the columns, and rows"}
	}
	if err != nil {
		return nil, err
	}
	var header []string
	for _, name := range r.fields {
		if name = bytes.TrimSpace(name); !isPrintable(name) {
			return nil, &TraceError{Option: "file", Line: r.line, Found: described(name), Want: "the name of a column, in UTF-8"}
		}
		header = append(header, string(name))
	}
	return header, nil
}

// readRow reads the next row into row. The error is io.EOF at the end.
func (r *rowReader) readRow(row *Row) error {
	if err := r.next(); err != nil {
		return err
	}
	if len(r.fields) != len(r.header) {
		return &TraceError{Option: "file", Line: r.line, Found: fmt.Sprintf("a row of %d columns", len(r.fields)), Want: fmt.Sprintf("%d, as in the header", len(r.header))}
	}
	arrival, err := r.arrival()
	if err != nil {
		return err
	}
	r.rows++
	*row = Row{Line: r.line, Time: arrival.since(r.origin)}
	if r.class >= 0 {
		if row.Class, err = r.classOf(r.cell(r.class)); err != nil {
			return err
		}
	}
	if r.started >= 0 {
		if err := r.recorded(row, arrival); err != nil {
			return err
		}
	}
	if r.formula != nil {
		row.Service, err = r.service()
	}
	return err
}

// cell is a field without the blanks around it.
func (r *rowReader) cell(at int) []byte {
	text := r.fields[at]
	for len(text) > 0 && isBlank(text[0]) {
		text = text[1:]
	}
	for n := len(text); n > 0 && isBlank(text[n-1]); n-- {
		text = text[:n-1]
	}
	return text
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// at reports what is wrong with a cell.
func (r *rowReader) at(option string, column int, found, want string) error {
	return &TraceError{Option: option, Line: r.line, Column: r.header[column], Found: found, Want: want}
}

// instant reads a time in the trace's format.
func (r *rowReader) instant(option string, column int) (instant, error) {
	t, ok := r.format.parse(r.cell(column))
	if !ok {
		return t, r.at(option, column, described(r.cell(column)), r.format.want())
	}
	return t, nil
}

// arrival reads the time of the arrival, and the format from the first.
func (r *rowReader) arrival() (instant, error) {
	first := r.rows == 0
	if first && r.format == DetectTime {
		f, ok := detectFormat(r.cell(r.time))
		if !ok {
			return instant{}, r.at("time", r.time, described(r.cell(r.time)), DetectTime.want())
		}
		r.format = f
	}
	t, err := r.instant("time", r.time)
	if err != nil {
		return t, err
	}
	switch {
	case first && r.format.Absolute():
		r.origin = t
	case !first && t.before(r.above):
		found := fmt.Sprintf("%s, %g s before the row above", described(r.cell(r.time)), r.above.since(t))
		return t, r.at("time", r.time, found, "rows in the order of their arrivals")
	}
	r.above = t
	return t, nil
}

// recorded reads when a scheduler started and finished a task.
func (r *rowReader) recorded(row *Row, arrival instant) error {
	started, err := r.instant("started", r.started)
	if err != nil {
		return err
	}
	if started.before(arrival) {
		found := fmt.Sprintf("%s, %g s before the arrival", described(r.cell(r.started)), arrival.since(started))
		return r.at("started", r.started, found, "a start that is not before the arrival")
	}
	row.Wait = started.since(arrival)
	if r.finished < 0 {
		return nil
	}
	finished, err := r.instant("finished", r.finished)
	if err != nil {
		return err
	}
	if finished.before(started) {
		found := fmt.Sprintf("%s, %g s before the start", described(r.cell(r.finished)), started.since(finished))
		return r.at("finished", r.finished, found, "an end that is not before the start")
	}
	row.Service = finished.since(started)
	return nil
}

// service works out the formula.
func (r *rowReader) service() (float64, error) {
	for i, column := range r.formula.columns {
		x, ok := parseFinite(r.cell(column))
		if !ok {
			return 0, r.at("service", column, described(r.cell(column)), "a finite number")
		}
		r.values[i] = x
	}
	x := r.formula.value(r.values, r.stack)
	if !(x >= 0 && x <= math.MaxFloat64) {
		return 0, &TraceError{Option: "service", Line: r.line, Found: fmt.Sprintf("a service time of %g s", x), Want: "one that is finite and at least 0"}
	}
	return x + 0, nil // of which the sign goes: −0 is 0
}

// classOf is the number of a class.
func (r *rowReader) classOf(name []byte) (int32, error) {
	if k, ok := r.classes[string(name)]; ok {
		return k, nil
	}
	switch {
	case len(name) == 0 || len(name) > 100 || !isPrintable(name):
		return 0, r.at("class", r.class, described(name), "the name of a class: 1 to 100 bytes that can be printed")
	case !r.learn:
		return 0, r.at("class", r.class, described(name)+", which was not there when the trace was checked", "a file that stays as it is")
	case len(r.names) == MaxTraceClasses:
		return 0, r.at("class", r.class, fmt.Sprintf("more than %d classes", MaxTraceClasses), "a column of few names")
	}
	k := int32(len(r.names))
	r.classes[string(name)] = k
	r.names = append(r.names, string(name))
	return k, nil
}
