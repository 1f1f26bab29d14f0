package arrivals

import (
	"fmt"
	"io"
	"iter"
	"slices"

	"spillway/distributions"
)

// Opener opens a log at its beginning: CSV with a header line, plain or gzip,
// which is told from its first bytes.
type Opener func() (io.ReadCloser, error)

// TraceOptions say how a log is read and replayed.
type TraceOptions struct {
	// Name is what messages call the log: "requests.csv". It may be empty.
	Name string
	// Time is the column of the arrivals.
	Time string
	// TimeFormat is how the log writes times.
	TimeFormat TimeFormat
	// Service is a column or a formula over columns, in seconds: a number for
	// each task, finite and at least 0. Empty is none.
	//
	// A formula is arithmetic (+ − * / and parentheses) over numbers and
	// columns: "0.02 + 0.001*output_tokens". The name of a column that is
	// more than letters, digits, _ and dots stands in double quotes or
	// backquotes.
	Service string
	// Class is the column of the class; empty is none: every task is of class
	// 0, which has no name.
	Class string
	// Started and Finished are columns of a scheduler's own log, in the format
	// of Time; empty is none. The service time is from the one to the other,
	// and Finished stands for Service; the recorded wait is from the arrival
	// to Started.
	Started, Finished string
	// Speedup divides the arrivals' times, not the services: > 0, finite; 1
	// is as recorded.
	Speedup float64
	// Loop begins anew at the end, for ever; see Trace.Period.
	Loop bool
	// Limit is how many rows are used, at least 1; only where Limited is true.
	Limit   int64
	Limited bool
}

// Trace replays a recorded log, row by row in the order of the file: ties keep
// it. It holds none of the rows: every Source reads the log anew, in constant
// memory.
//
// A log of plain seconds has its clock as it is, 0 included; that of absolute
// timestamps starts at the first row. Trace is immutable; the zero value is
// not usable.
type Trace struct {
	open    Opener
	options TraceOptions
	layout  layout
	summary Summary
	classes map[string]int32
}

// NewTrace reads the log once, checks every row of it, and finds out what a
// run has to know before it begins. What is wrong is a *TraceError.
func NewTrace(open Opener, options TraceOptions) (*Trace, error) {
	t := &Trace{open: open, options: options}
	if err := t.scan(); err != nil {
		return nil, t.named(err)
	}
	return t.Replayed(options.Speedup, options.Loop)
}

// Replayed is the same log with another Speedup and Loop; it is not read
// again.
func (t *Trace) Replayed(speedup float64, loop bool) (*Trace, error) {
	if !isPositive(speedup) || !isPositive(1/speedup) {
		return nil, t.named(&TraceError{Option: "speedup", Found: number(speedup), Want: wantPositive})
	}
	s := t.summary
	if loop && s.Rate == 0 {
		found := "a trace whose rows have one time"
		if s.Rows == 1 {
			found = "a trace of one row"
		}
		return nil, t.named(&TraceError{Option: "loop", Found: found, Want: "rows at different times, which give a period"})
	}
	copied := *t
	copied.options.Speedup, copied.options.Loop = speedup, loop
	if !isFinite(copied.at(s.Last, 0)) || loop && !isPositive(copied.Period()) {
		return nil, t.named(&TraceError{Option: "speedup", Found: number(speedup), Want: "one that leaves the times of arrivals within the range of numbers"})
	}
	return &copied, nil
}

// check refuses options that no log could make possible.
func (o *TraceOptions) check() error {
	switch {
	case o.Time == "":
		return &TraceError{Option: "time", Found: "nothing", Want: "the name of a column"}
	case o.Finished != "" && o.Started == "":
		return &TraceError{Option: "finished", Found: "nothing under started", Want: "the column of the starts too: the service time is between them"}
	case o.Finished != "" && o.Service != "":
		return &TraceError{Option: "service", Found: "both service and finished", Want: "one of them to tell the service time"}
	case o.Limited && o.Limit < 1:
		return &TraceError{Option: "limit", Found: fmt.Sprint(o.Limit), Want: "at least 1 row"}
	case o.TimeFormat < DetectTime || o.TimeFormat > EpochNanoseconds:
		return &TraceError{Option: "time_format", Found: o.TimeFormat.String(), Want: "one of the formats"}
	}
	return nil
}

// named is an error of this trace; one of a reader becomes a *TraceError.
func (t *Trace) named(err error) error {
	e, ok := err.(*TraceError)
	if !ok {
		e = &TraceError{Option: "file", Found: "a file that cannot be read: " + err.Error(), Err: err}
	}
	e.Trace = t.options.Name
	return e
}

// Options are those of the replay.
func (t *Trace) Options() TraceOptions { return t.options }

// Summary is what the log says of itself.
func (t *Trace) Summary() Summary {
	s := t.summary
	s.Classes, s.Columns = slices.Clone(s.Classes), slices.Clone(s.Columns)
	return s
}

// Classes are the names that the classes of tasks index; nil without a column
// of classes.
func (t *Trace) Classes() []string { return slices.Clone(t.summary.Classes) }

// HasService reports whether the log tells service times.
func (t *Trace) HasService() bool { return t.layout.serves() }

// Rate is arrivals per second while the replay lasts; 0 where all are at one
// time.
func (t *Trace) Rate() float64 { return t.summary.Rate * t.options.Speedup }

// Period is after how many seconds a loop begins anew: the time from the first
// row to the last and one mean gap, so that the rate of the loop is that of the
// log. It is 0 without Loop.
func (t *Trace) Period() float64 {
	if !t.options.Loop {
		return 0
	}
	return t.period() / t.options.Speedup
}

// period is that of a loop, as recorded. The gap between two loops is the mean
// gap, which is far above all rounding while fewer than 1e15 rows are replayed:
// epochs never go back.
func (t *Trace) period() float64 {
	return float64(t.summary.Rows) / t.summary.Rate
}

// at is when the replay has a row of a time, after some loops.
func (t *Trace) at(time, loops float64) float64 {
	if loops > 0 {
		time += float64(loops * t.period())
	}
	return time / t.options.Speedup
}

func (t *Trace) String() string {
	name := t.options.Name
	if name != "" {
		name += ", "
	}
	return fmt.Sprintf("trace(%srows=%d, rate=%g)", name, t.summary.Rows, t.Rate())
}

// Start begins a replay. The stream is not drawn from. The log is opened when
// the first rows are asked for.
func (t *Trace) Start(*distributions.Stream) Source { return t.Replay() }

// Rows are the rows that are used, as recorded, read from the log anew. A
// sequence that meets an error ends with it.
func (t *Trace) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		p := pass{trace: t}
		defer p.close()
		for {
			var row Row
			err := p.next(&row)
			if err == io.EOF || !yield(row, err) || err != nil {
				return
			}
		}
	}
}
