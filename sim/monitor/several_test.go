package monitor_test

import (
	"slices"
	"testing"

	"spillway/sim/monitor"
)

// noted notes in a common list what it is told.
type noted struct {
	name string
	list *[]string
}

func (n noted) Observe(t monitor.Transition) { *n.list = append(*n.list, n.name+" "+t.Kind.String()) }

func TestSeveral(t *testing.T) {
	var list []string
	all := monitor.Several{noted{"a", &list}, monitor.Several{}, noted{"b", &list}}
	all.Observe(monitor.Transition{Kind: monitor.Offered})
	all.Observe(monitor.Transition{Kind: monitor.Started})
	if want := []string{"a offered", "b offered", "a started", "b started"}; !slices.Equal(list, want) {
		t.Errorf("told %q, want %q", list, want)
	}
}
