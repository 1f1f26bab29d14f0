package main

import (
	"math"
	"strings"
	"testing"
)

// TestRare: a rare event is a field beside the metrics and a line under the
// table, and runs again to the same bytes. The probability is ρ²⁰ = 0.8²⁰; three
// half-widths of 32 replications are six standard errors, beyond which it is by
// chance once in a million runs.
func TestRare(t *testing.T) {
	file := rerunsSame(t, short, "run", "-", "--set", "run.rare={event: in_system, at_least: 20}", "--set", "run.replications=32", "--set", "servers=1")
	d := document(t, ok(t, "run", file, "--format", "json"))
	r, exact := d.Points[0].Simulated.Rare, math.Pow(0.8, 20)
	if p := r.Probability; !(math.Abs(float64(p.Value)-exact) <= 3*float64(p.HalfWidth)) || !p.Interval || r.Levels == 0 || *r.AtLeast != 20 {
		t.Errorf("%+v, want %g in the interval", r, exact)
	}
	if text := ok(t, "run", file); !strings.Contains(text, "P(in system ≥ 20) = 0.011") {
		t.Errorf("no probability in\n%s", text)
	}
}

// TestRareRefused: before anything is simulated.
func TestRareRefused(t *testing.T) {
	status, out, stderr := call(t, short, "run", "-", "--set", "run.rare={event: in_system, at_least: 30}", "--set", "queue.discipline=lifo")
	if status != invalid || out != "" || !strings.Contains(stderr, "run.rare: it is known for a queue, first come, first served") {
		t.Errorf("status %d, %q, %q", status, out, stderr)
	}
}
