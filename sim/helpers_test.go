package sim_test

import (
	"math"
	"testing"

	"spillway/distributions"
	"spillway/distributions/arrivals"
	"spillway/sim"
	"spillway/sim/monitor"
)

// epochs is a process that arrives at given times.
type epochs []float64

func (e epochs) Rate() float64                               { return 1 }
func (e epochs) Start(*distributions.Stream) arrivals.Source { return &epochSource{e} }

func (e epochs) String() string { return "given" }

type epochSource struct{ left epochs }

func (s *epochSource) Fill(dst []float64) int {
	n := copy(dst, s.left)
	s.left = s.left[n:]
	return n
}

// times is a law that gives given values one after the other, and then the
// last one again. It is for one replication: it remembers where it is.
type times struct {
	values []float64
	at     *int
}

func given(values ...float64) times { return times{values, new(int)} }

func (l times) Sample(*distributions.Stream) float64 {
	i := min(*l.at, len(l.values)-1)
	*l.at++
	return l.values[i]
}

func (l times) Fill(s *distributions.Stream, dst []float64) {
	for i := range dst {
		dst[i] = l.Sample(s)
	}
}

func (l times) Mean() float64  { return 1 }
func (l times) SCV() float64   { return 1 }
func (l times) String() string { return "given" }

// recorder keeps every transition.
type recorder []monitor.Transition

func (r *recorder) Observe(t monitor.Transition) { *r = append(*r, t) }

// must is a value that a test cannot do without.
func must[T any](t testing.TB) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func exponential(t testing.TB, rate float64) distributions.Exponential {
	t.Helper()
	return must[distributions.Exponential](t)(distributions.NewExponential(rate))
}

func poisson(t testing.TB, rate float64) arrivals.Poisson {
	t.Helper()
	return must[arrivals.Poisson](t)(arrivals.NewPoisson(rate))
}

// one is a model of one stream and class.
func one(p arrivals.Process, service distributions.Distribution, servers int) *sim.Model {
	return &sim.Model{
		Classes: []string{"default"},
		Streams: []sim.Stream{{Name: "0", Process: p, Service: service}},
		Servers: servers,
	}
}

func start(t testing.TB, m *sim.Model, o monitor.Observer) *sim.Replication {
	t.Helper()
	return must[*sim.Replication](t)(sim.New(m, distributions.Streams{Seed: 1}, 0, o))
}

// exhaust runs to the end of the sources from an open window.
func exhaust(t testing.TB, r *sim.Replication) sim.Record {
	t.Helper()
	r.Begin()
	if err := r.Advance(math.MaxInt64, math.Inf(1)); err != nil {
		t.Fatal(err)
	}
	if !r.Ended() {
		t.Fatal("the replication did not end")
	}
	if err := r.End(); err != nil {
		t.Fatal(err)
	}
	return r.Record()
}
