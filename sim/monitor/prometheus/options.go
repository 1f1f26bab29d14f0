package promhook

import (
	"errors"
	"fmt"
	"math"
	"unicode/utf8"

	"spillway/sim/monitor/saturation"
)

// Options say what an exporter exports.
type Options struct {
	// Classes are the names of the classes of tasks, in the order of
	// monitor.Transition.Class; at least one, no two equal. They become the
	// label "class"; tasks of other classes have "other".
	Classes []string
	// Buckets are the upper bounds of the buckets of both histograms, in seconds,
	// increasing; none leaves the native histogram alone.
	Buckets []float64
	// Detector is the one whose state is exported; nil is none. It has to be told
	// of the transitions separately.
	Detector *saturation.Detector
}

// DefaultOptions are buckets from 1 ms to 100 s, three a decade, and no detector.
func DefaultOptions(classes ...string) Options {
	return Options{Classes: classes, Buckets: []float64{
		0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100,
	}}
}

// other is the class of tasks whose class has no name.
const other = "other"

// Validate tells all that is wrong with the options; nil if nothing is.
func (o Options) Validate() error {
	var errs []error
	if len(o.Classes) == 0 {
		errs = append(errs, errors.New("promhook: no classes, want at least one"))
	}
	seen := map[string]bool{other: true}
	for _, name := range o.Classes {
		if seen[name] || !utf8.ValidString(name) {
			errs = append(errs, fmt.Errorf("promhook: a class %q, want names that differ from one another and from %q, in UTF-8", name, other))
		}
		seen[name] = true
	}
	last := math.Inf(-1)
	for i, b := range o.Buckets {
		if !(b > last && b <= math.MaxFloat64) {
			errs = append(errs, fmt.Errorf("promhook: bucket %d is %g, want finite bounds that increase", i, b))
		}
		last = b
	}
	return errors.Join(errs...)
}
