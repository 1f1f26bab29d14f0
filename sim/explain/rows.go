package explain

import (
	"fmt"

	"spillway/distributions/arrivals"
)

// MaxRows is how many rows of a log are held: 20 bytes each, and as much again
// for each replication that runs.
const MaxRows = 10_000_000

// TooLongError is a log that does not fit.
type TooLongError struct {
	Trace string // its name
	Rows  int64
	Most  int64 // rows that can be held
}

func (e *TooLongError) Error() string {
	return fmt.Sprintf("explain: the trace %s has %d rows, and at most %d can be held in memory to be shuffled: give it a limit, or a part of the log",
		e.Trace, e.Rows, e.Most)
}

// rows are those of a log, as recorded.
type rows struct {
	times    []float64
	services []float64 // nil where the log has none
	classes  []int32   // nil where the log has none
}

// library holds each log once, however many points replay it.
type library struct {
	most int64 // rows of a log
	logs map[arrivals.TraceOptions]*rows
}

func newLibrary(most int64) library { return library{most, map[arrivals.TraceOptions]*rows{}} }

func (l library) read(t *arrivals.Trace) (*rows, error) {
	key := t.Options()
	key.Speedup, key.Loop = 1, false
	if r, ok := l.logs[key]; ok {
		return r, nil
	}
	n := t.Summary().Rows
	if n > l.most {
		return nil, &TooLongError{t.Options().Name, n, l.most}
	}
	r := &rows{times: make([]float64, 0, n)}
	serves, classed := t.HasService(), t.Classes() != nil
	for row, err := range t.Rows() {
		if err != nil {
			return nil, err
		}
		r.times = append(r.times, row.Time)
		if serves {
			r.services = append(r.services, row.Service)
		}
		if classed {
			r.classes = append(r.classes, row.Class)
		}
	}
	l.logs[key] = r
	return r, nil
}
