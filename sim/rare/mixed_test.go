package rare

import (
	"context"
	"math"
	"testing"

	"spillway/distributions"
	"spillway/distributions/arrivals"
	"spillway/sim"
)

// TestMixed holds splitting against the same walkers without levels, which
// TestPaths holds against a simulation by events, where there is no formula:
// streams of bursts and of batches with laws of their own, a network that lets
// tasks overtake, a limit. The events have probabilities of about 1e-3, so that
// some 200 000 tasks show them too. |z| < 4.89 is a false alarm of 1e-6 for each of
// the events, if the estimates are normal.
func TestMixed(t *testing.T) {
	m := mixed(t)
	for _, e := range []struct {
		event   Event
		atLeast float64
	}{{InSystem, 16}, {Wait, 4}, {Latency, 8}, {Shed, 0}} {
		o := asked(e.event, e.atLeast)
		split := must[Result](t)(Estimate(context.Background(), m, o))
		s := study{ctx: context.Background(), model: m, options: &o, streams: distributions.Streams{Seed: 99}, ladder: newLadder(), length: 20_000 / 32.0}
		if err := s.start(); err != nil {
			t.Fatal(err)
		}
		if err := s.goOn(12 * s.length); err != nil {
			t.Fatal(err)
		}
		plain := s.estimate()
		spread := func(v Interval) float64 { return math.Log(v.High/v.Value) / 2.0395 } // Student's quantile of 31
		z := math.Log(split.Probability.Value/plain.Value) / math.Hypot(spread(split.Probability), spread(plain))
		if !(math.Abs(z) < 4.89) || split.Levels == 0 {
			t.Errorf("%s ≥ %g: %.4g with %d levels, %.4g without: z = %.2f", e.event, e.atLeast, split.Probability.Value, split.Levels, plain.Value, z)
		}
	}
}

func mixed(t *testing.T) *sim.Model {
	bursts := must[arrivals.MAP](t)(arrivals.NewBurstyMMPP(0.6, 4, 0.2, 10))
	return &sim.Model{
		Classes: []string{"a"}, Servers: 2, Limited: true, Limit: 18, Network: exponential(t, 1), Response: exponential(t, 2),
		Streams: []sim.Stream{
			{Name: "a", Process: bursts, Service: must[distributions.Erlang](t)(distributions.NewErlangMean(2, 1))},
			{Name: "b", Process: poisson(t, 0.3), Service: must[distributions.Hyperexponential](t)(distributions.NewHyperexponentialCV(0.8, 1.5)),
				Batch: must[arrivals.GeometricBatch](t)(arrivals.NewGeometricBatch(2))},
		},
	}
}
