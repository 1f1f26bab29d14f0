package scenarios

import (
	"testing"

	"spillway/sim/experiment"
)

// TestMetricsAreKnown: what run.of may name is what the experiment can be
// precise in.
func TestMetricsAreKnown(t *testing.T) {
	names := metrics()
	for _, name := range names {
		if !experiment.KnownMetric(name) {
			t.Errorf("%s is accepted, and unknown to the experiment", name)
		}
	}
}
