package fit

import (
	"math"
	"slices"
	"testing"

	"spillway/distributions"
	"spillway/distributions/arrivals"
)

// sigmas is the limit of all statistical checks, in standard errors: a check
// of correct code fails with probability 6.8e-6, once and for all, since the
// seeds are fixed. The package makes about 50 of them: a change of a stream
// fails one with probability 4e-4.
const sigmas = 4.5

// records is the length of the synthetic logs.
const records = 100_000

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func stream(name string) *distributions.Stream {
	return distributions.Streams{Seed: 20261201}.For(0, name)
}

// draw is a sample of a law.
func draw(d distributions.Distribution, name string, n int) []float64 {
	out := make([]float64, n)
	d.Fill(stream(name), out)
	return out
}

// epochs are the first arrivals of a process.
func epochs(p arrivals.Process, name string, n int) []float64 {
	out := make([]float64, n)
	p.Start(stream(name)).Fill(out)
	return out
}

// near wants two numbers to be equal to a relative (below 1: absolute) error.
func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance*math.Max(1, math.Abs(want))) {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

// relative wants two numbers to be equal to a relative error.
func relative(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance*math.Abs(want)) {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

// value is that of a pointer; NaN, which every check refuses, for nil.
func value(p *float64) float64 {
	if p == nil {
		return math.NaN()
	}
	return *p
}

func sortFloats(xs []float64) { slices.Sort(xs) }
