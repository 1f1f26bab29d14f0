package rare

import (
	"spillway/distributions"
	"spillway/distributions/arrivals"
	"spillway/sim"
)

// failer is a test, or one case of a property.
type failer interface {
	Helper()
	Fatal(args ...any)
}

// must is a value that a test cannot do without.
func must[T any](t failer) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func exponential(t failer, rate float64) distributions.Exponential {
	t.Helper()
	return must[distributions.Exponential](t)(distributions.NewExponential(rate))
}

func poisson(t failer, rate float64) arrivals.Poisson {
	t.Helper()
	return must[arrivals.Poisson](t)(arrivals.NewPoisson(rate))
}

// one is a model of one stream.
func one(p arrivals.Process, service distributions.Distribution, servers int) *sim.Model {
	return &sim.Model{
		Classes: []string{"default"},
		Streams: []sim.Stream{{Name: "0", Process: p, Service: service}},
		Servers: servers,
	}
}

// asked are options of a short run.
func asked(e Event, atLeast float64) Options {
	return Options{Event: e, AtLeast: atLeast, Seed: 1, Confidence: 0.95, Precision: 0.2, Replications: 32, MaxTasks: 1e9}
}
