package monitor_test

import (
	"testing"

	"spillway/sim/monitor"
)

func TestKindNames(t *testing.T) {
	seen := map[string]bool{}
	for k := monitor.Emitted; k <= monitor.Scaled; k++ {
		if name := k.String(); name == "" || name[0] == 'K' || seen[name] {
			t.Errorf("kind %d is called %q", k, name)
		}
		seen[k.String()] = true
	}
	if name := (monitor.Scaled + 1).String(); name != "Kind(13)" {
		t.Errorf("an unknown kind is called %q", name)
	}
}
