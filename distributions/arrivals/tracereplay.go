package arrivals

import (
	"fmt"
	"io"
	"slices"
)

// Tasks is a source that knows its tasks.
type Tasks interface {
	// FillTasks writes the epochs of the next arrivals, as Source.Fill does,
	// with the service time and the class of each, and returns how many it
	// wrote: fewer than len(epochs) when the source has ended or, beside the
	// error, when that stopped it. A nil services or classes is not wanted;
	// the others are as long as epochs. Services are left as they are where
	// the source has none.
	FillTasks(epochs, services []float64, classes []int32) (int, error)
}

// Replay is a realisation of a Trace. It is a Source and Tasks.
type Replay struct {
	trace *Trace
	pass  pass
	loops float64 // that are over
	err   error   // io.EOF at the end

	// A short loop is read once: its rows are kept, and taken from here once
	// they are all there.
	kept []Row
	at   int
}

// maxKept is the number of rows up to which a loop is kept: a few hundred
// kilobytes, beyond which opening the log anew costs nothing a row.
const maxKept = 1 << 14

var (
	_ Source    = (*Replay)(nil)
	_ Tasks     = (*Replay)(nil)
	_ io.Closer = (*Replay)(nil)
)

// Replay begins a realisation.
func (t *Trace) Replay() *Replay { return &Replay{trace: t, pass: pass{trace: t}} }

// FillTasks reads on in the log. An error is a *TraceError; it comes back from
// every call after it.
func (r *Replay) FillTasks(epochs, services []float64, classes []int32) (int, error) {
	if !r.trace.HasService() {
		services = nil
	}
	var row Row
	for i := range epochs {
		if !r.step(&row) {
			return i, r.Err()
		}
		epochs[i] = r.trace.at(row.Time, r.loops)
		if services != nil {
			services[i] = row.Service
		}
		if classes != nil {
			classes[i] = row.Class
		}
	}
	return len(epochs), nil
}

// step reads the next row, of this loop or the next; false at the end.
func (r *Replay) step(row *Row) bool {
	rows, loop := r.trace.summary.Rows, r.trace.options.Loop
	switch {
	case r.err != nil:
		return false
	case loop && int64(len(r.kept)) == rows: // all are there
		if r.at == len(r.kept) {
			r.at = 0
			r.loops++
		}
		*row = r.kept[r.at]
		r.at++
		return true
	}
	if r.err = r.pass.next(row); r.err == io.EOF && loop {
		r.loops++
		r.err = r.pass.next(row)
	}
	if r.err == nil && loop && rows <= maxKept {
		r.keep(row)
	}
	return r.err == nil
}

// keep keeps a row of the first loop; after its last the log is not needed.
func (r *Replay) keep(row *Row) {
	r.kept = append(r.kept, *row)
	if r.at = len(r.kept); int64(r.at) < r.trace.summary.Rows {
		return
	}
	var more Row
	if r.err = r.pass.next(&more); r.err == io.EOF { // which closes it, and sees that it is the end
		r.err = nil
	}
}

// Fill writes epochs alone. It ends where an error does, which Err tells.
func (r *Replay) Fill(epochs []float64) int {
	n, _ := r.FillTasks(epochs, nil, nil)
	return n
}

// Err is what ended the replay before its time; nil where nothing did.
func (r *Replay) Err() error {
	if r.err == io.EOF {
		return nil
	}
	return r.err
}

// Close closes the log of a replay that is given up before its end; one that
// has ended has closed it. It may be called more than once; what is asked for
// after it is the end.
func (r *Replay) Close() error {
	if r.err == nil {
		r.err = io.EOF
	}
	return r.pass.close()
}

// pass is one reading of a checked log after another: after io.EOF it is at
// the beginning again.
type pass struct {
	trace *Trace
	log   *log       // nil where it is not open
	rows  *rowReader // of log
}

// next reads a row, and sees that the log is still the one that was checked.
func (p *pass) next(row *Row) error {
	if p.log == nil {
		if err := p.open(); err != nil {
			p.close()
			return p.trace.named(err)
		}
	}
	s := &p.trace.summary
	if p.rows.rows == s.Rows && p.trace.options.Limited {
		return p.end(io.EOF)
	}
	err := p.rows.readRow(row)
	switch {
	case err == io.EOF && p.rows.rows == s.Rows:
		return p.end(io.EOF)
	case err == io.EOF:
		return p.end(p.changed(fmt.Sprintf("%d rows", p.rows.rows)))
	case err != nil:
		return p.end(err)
	case p.rows.rows > s.Rows:
		return p.end(p.changed(fmt.Sprintf("more than %d rows", s.Rows)))
	case p.rows.rows == s.Rows && row.Time != s.Last:
		return p.end(p.changed("another last arrival"))
	}
	return nil
}

func (p *pass) open() error {
	var err error
	if p.log, err = openLog(p.trace.open); err != nil {
		return err
	}
	header, err := readHeader(p.log.records)
	if err != nil {
		return err
	}
	if !slices.Equal(header, p.trace.layout.header) {
		return p.changed("other columns")
	}
	p.rows = newRowReader(p.trace.layout, p.log.records)
	p.rows.classes = p.trace.classes
	return nil
}

// end closes the log and is the error that ended it.
func (p *pass) end(err error) error {
	if closed := p.close(); closed != nil && err == io.EOF {
		err = closed
	}
	if err == io.EOF {
		return err
	}
	return p.trace.named(err)
}

func (p *pass) close() error {
	if p.log == nil {
		return nil
	}
	l := p.log
	p.log, p.rows = nil, nil
	return l.Close()
}

func (p *pass) changed(found string) error {
	return &TraceError{Option: "file", Found: found + ", which differ from when the trace was checked", Want: "a file that stays as it is"}
}
