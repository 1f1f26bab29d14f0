package main

import (
	"strings"
	"testing"
)

// TestRare: a rare event is a field beside the metrics and a line under the
// table, and runs again to the same bytes. The probability is ρ³⁰ = 0.8³⁰ =
// 0.00124; the interval at 1 − 1e-9 is the test's false alarm.
func TestRare(t *testing.T) {
	file := rerunsSame(t, short, "run", "-", "--set", "run.rare={event: in_system, at_least: 30}", "--set", "run.confidence=0.999999999")
	d := document(t, ok(t, "run", file, "--format", "json"))
	r := d.Points[0].Simulated.Rare
	if p := r.Probability; !(p.Low <= 0.00123794 && p.High >= 0.00123794) || !p.Interval || r.Levels == 0 || *r.AtLeast != 30 {
		t.Errorf("%+v, want 0.00123794 in the interval", r)
	}
	if text := ok(t, "run", file); !strings.Contains(text, "P(in system ≥ 30) = 0.0012") {
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
