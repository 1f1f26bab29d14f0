package fit

import (
	"fmt"
	"math"
)

// Options are the limits of an analysis; DefaultOptions gives usual ones.
type Options struct {
	// Stretch is the greatest number of gaps that the Markov-modulated process
	// is fitted to, at least MinStretch. Of a longer log a contiguous stretch
	// from its middle is taken, and a note says so. A million take some ten
	// seconds.
	Stretch int
}

// MinStretch is the least Options.Stretch.
const MinStretch = 1000

// DefaultOptions fits the Markov-modulated process to at most a million gaps.
func DefaultOptions() Options { return Options{Stretch: 1_000_000} }

// Validate reports a limit that cannot be used.
func (o Options) Validate() error {
	if o.Stretch < MinStretch {
		return fmt.Errorf("fit: Stretch is %d, want at least %d", o.Stretch, MinStretch)
	}
	return nil
}

// InputError tells which record cannot be analysed and why.
type InputError struct {
	Record int    // position, from 0
	Found  string // "a service demand of -1"
	Want   string // what is allowed
}

func (e *InputError) Error() string {
	return fmt.Sprintf("fit: record %d has %s, want %s", e.Record, e.Found, e.Want)
}

// Analyse describes a log: epochs of arrival in seconds, in ascending order
// (equal ones are allowed), and the service demands in seconds, as many, or
// none for a log without. It keeps neither and changes neither. Whatever they
// are, as long as they are in order and in range, there is a report; only what
// is wrong with the input or the options is an error.
func Analyse(arrivals, services []float64, o Options) (*Report, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	if err := check(arrivals, services); err != nil {
		return nil, err
	}
	r := &Report{Records: len(arrivals)}
	l := newRecord(arrivals)
	r.describeArrivals(l)
	r.fitArrivals(l, o)
	if len(services) > 0 {
		r.describeServices(services, l.gaps)
		if r.Arrivals.Rate != nil {
			r.OfferedLoad = known(*r.Arrivals.Rate * r.Services.Mean)
		}
	}
	return r, nil
}

// note adds a remark on a part of the report.
func (r *Report) note(about, format string, args ...any) {
	r.Notes = append(r.Notes, Note{about, fmt.Sprintf(format, args...)})
}

// greatest is the largest number of seconds that is accepted: its square and
// the sum of many squares are finite.
const greatest = 1e100

func check(arrivals, services []float64) error {
	if len(arrivals) == 0 {
		return fmt.Errorf("fit: the log has no records, want at least one")
	}
	if len(services) != 0 && len(services) != len(arrivals) {
		return fmt.Errorf("fit: the log has %d arrivals and %d service demands, want as many, or no demands", len(arrivals), len(services))
	}
	for i, t := range arrivals {
		if !(math.Abs(t) <= greatest) {
			return &InputError{i, "an arrival at " + number(t), "a number of seconds between -1e100 and 1e100"}
		}
		if i > 0 && t < arrivals[i-1] {
			return &InputError{i, "an arrival at " + number(t) + " after one at " + number(arrivals[i-1]), "ascending times"}
		}
	}
	for i, s := range services {
		if !(s >= 0 && s <= greatest) {
			return &InputError{i, "a service demand of " + number(s), "a number of seconds from 0 to 1e100"}
		}
	}
	return nil
}
