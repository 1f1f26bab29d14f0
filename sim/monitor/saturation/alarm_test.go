package saturation_test

import (
	"math"
	"testing"

	"spillway/distributions"
	"spillway/distributions/arrivals"
	"spillway/sim"
	"spillway/sim/monitor/saturation"
)

// TestAlarms runs pools of four servers, twelve of each load: none at a load of
// 0.95 is called saturated, all at 1.05 are. At 0.95 the detector is made for one
// alarm in thirty days; four hours have one with probability 0.6 % for any seeds,
// these have none. At 1.05 the work offered in 20 minutes is 60 s too much, with a
// standard deviation of sqrt(0.05 × 1200) = 8 s; the limit is 5 s or less, twice
// that where bad luck is in its estimate: to be missed, luck has to be beyond five
// standard deviations, 3e-7.
func TestAlarms(t *testing.T) {
	for _, c := range []struct {
		load float64
		want saturation.State
	}{{0.95, saturation.OK}, {1.05, saturation.Saturated}} {
		for seed := range 12 {
			d := newDetector(t, 4)
			process, err := arrivals.NewPoisson(c.load * 40)
			if err != nil {
				t.Fatal(err)
			}
			service, err := distributions.NewExponential(10)
			if err != nil {
				t.Fatal(err)
			}
			model := &sim.Model{Classes: []string{"all"}, Servers: 4,
				Streams: []sim.Stream{{Name: "all", Process: process, Service: service}}}
			run, err := sim.New(model, distributions.Streams{Seed: 31}, seed, d)
			if err != nil {
				t.Fatal(err)
			}
			worst := saturation.Undecided
			for end := 60.; end <= 1200; end += 60 {
				if err := run.Advance(math.MaxInt64, end); err != nil {
					t.Fatal(err)
				}
				worst = max(worst, d.State())
			}
			if worst == saturation.Warning {
				worst = saturation.OK
			}
			if worst != c.want {
				t.Errorf("load %g, seed %d: at worst %s, want %s; %+v", c.load, seed, worst, c.want, d.Report())
			}
		}
	}
}
