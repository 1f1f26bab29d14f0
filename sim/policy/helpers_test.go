package policy

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// failer is what a test or a property test fails by.
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

// refused wants an error that names every one of the words.
func refused(t *testing.T, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("accepted; want an error about %q", words)
		return
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("error %q does not mention %q", err, w)
		}
	}
}

// near wants got to be want within a few roundings.
func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if !(math.Abs(got-want) <= 1e-12*math.Max(1, math.Abs(want))) {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

// uniforms gives reproducible uniform numbers on [0, 1).
func uniforms(seed uint64) func() float64 { return rand.New(rand.NewPCG(seed, 7)).Float64 }

// free checks that a call allocates nothing, and measures it.
func free(b *testing.B, call func(now float64)) {
	now := 0.0
	b.ReportAllocs()
	for b.Loop() {
		now += 0.01
		call(now)
	}
}

// allocates wants a call to allocate nothing.
func allocates(t *testing.T, name string, call func(now float64)) {
	t.Helper()
	now := 0.0
	if n := testing.AllocsPerRun(1000, func() { now += 0.01; call(now) }); n != 0 {
		t.Errorf("%s allocates %v times per call, want 0", name, n)
	}
}
