package scenarios

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"spillway/sim/analytic"
)

// TestOverTime: theory is asked for what a run from empty measures.
func TestOverTime(t *testing.T) {
	for run, want := range map[string]*analytic.Transient{
		"":                                      nil,
		"run: {duration: 3s, state: steady}":    nil,
		"run: {state: transient, duration: 3s}": {Span: 3},
		"run: {state: transient, duration: 3s, series: 1s}":  {Times: []float64{1, 2, 3}, Span: 3},
		"run: {state: transient, tasks: 9}":                  {Tasks: 9},
		"run: {state: transient, tasks: 9, series: [1s, 2]}": {Times: []float64{1, 2}, Tasks: 9},
	} {
		p := load(t, smallest+run+"\n").Points[0]
		if d := cmp.Diff(want, p.System().Transient); d != "" {
			t.Errorf("%s: %s", run, d)
		}
	}
}
