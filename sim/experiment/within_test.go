package experiment

import (
	"context"
	"math"
	"testing"

	"spillway/distributions"
	"spillway/distributions/arrivals"
	"spillway/results"
	"spillway/sim"
)

// TestWithinExact: the latency of M/M/1 is exponential with rate µ − λ. Each of
// the shares is within 4.89 standard errors, and what the histogram is inexact
// by, of the exact one; that fails by chance once in 1e6 for normal errors, and
// once in 3e4 for Student's with 31 degrees: 1e-4 over the three. At 10,000
// tasks × 32 it catches a share that is off by a hundredth.
func TestWithinExact(t *testing.T) {
	process, _ := arrivals.NewPoisson(80)
	service, _ := distributions.NewExponential(100)
	model := &sim.Model{Classes: []string{"default"}, Servers: 1,
		Streams: []sim.Stream{{Name: "default", Process: process, Service: service}}}
	times := []float64{0.01, 0.05, 0.2}
	s := simulatedWithin(t, model, 32, times)
	for _, x := range times {
		e, ok := s.Within[x]
		exact := 1 - math.Exp(-20*x)
		stdErr := float64(e.HalfWidth) / results.Student(e.Level, e.N-1)
		if !ok || !e.Interval || math.Abs(float64(e.Value)-exact) > 4.89*stdErr+e.Slack {
			t.Errorf("within %v s: %v ± %v (slack %v), exactly %v", x, e.Value, e.HalfWidth, e.Slack, exact)
		}
		if e.Slack > 0.004 {
			t.Errorf("within %v s: a slack of %v", x, e.Slack)
		}
	}
}

// TestWithinWithoutChance: D/D/1, where every task takes 10 ms.
func TestWithinWithoutChance(t *testing.T) {
	process := arrivals.Deterministic{Interval: 0.02}
	service, _ := distributions.NewDeterministic(0.01)
	model := &sim.Model{Classes: []string{"default"}, Servers: 1,
		Streams: []sim.Stream{{Name: "default", Process: process, Service: service}}}
	s := simulatedWithin(t, model, 4, []float64{0.009, 0.0101, 1})
	if got := []float64{float64(s.Within[0.009].Value), float64(s.Within[0.0101].Value), float64(s.Within[1].Value)}; got[0] != 0 || got[1] != 1 || got[2] != 1 {
		t.Errorf("shares %v", got)
	}
	// Nothing was late, but not so often that nothing can be.
	if e := s.Within[1]; !(e.HalfWidth > 0 && e.HalfWidth < 1e-3) {
		t.Errorf("± %v of %d tasks", e.HalfWidth, s.Tasks)
	}
	if s := simulatedWithin(t, model, 4, nil); s.Within != nil {
		t.Errorf("nobody asked for %v", s.Within)
	}
}

func simulatedWithin(t *testing.T, model *sim.Model, replications int, times []float64) *results.Simulated {
	t.Helper()
	plan := Plan{Seed: 1, Replications: replications, Confidence: 0.95, Length: ByTasks, Tasks: 10_000, Within: times}
	outcomes, err := Run(context.Background(), []Point{{model, plan}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return outcomes[0].Simulated
}
