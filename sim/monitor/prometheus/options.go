package promhook

import (
	"errors"

	"spillway/sim/monitor/internal/tally"
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
	// of the transitions separately, and before the exporter:
	// monitor.Several{detector, exporter}.
	Detector *saturation.Detector
}

// DefaultOptions are buckets from 1 ms to 100 s, three a decade, and no detector.
func DefaultOptions(classes ...string) Options {
	return Options{Classes: classes, Buckets: tally.Buckets()}
}

// Validate tells all that is wrong with the options; nil if nothing is.
func (o Options) Validate() error {
	return errors.Join(tally.Validate("promhook", o.Classes, o.Buckets)...)
}
