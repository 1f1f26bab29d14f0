package experiment

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestOverlapError holds the running sum against the formula as it is written.
func TestOverlapError(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, m := range []int{64, 65, 100, 127} {
		x := make([]float64, m)
		mean := 0.0
		for i := range x {
			x[i] = r.NormFloat64()
			mean += x[i] / float64(m)
		}
		for i := range x {
			x[i] -= mean
		}
		k := m / batchCount
		sum := 0.0
		for j := 0; j+k <= m; j++ {
			batch := 0.0
			for _, y := range x[j : j+k] {
				batch += y / float64(k)
			}
			sum += batch * batch
		}
		want := math.Sqrt(float64(k) / float64((m-k+1)*(m-k)) * sum)
		if got, _ := overlapError(x); math.Abs(got/want-1) > 1e-12 {
			t.Errorf("%d: %v, want %v", m, got, want)
		}
	}
}

// TestRuler: marks are equally far apart however the window is lengthened, and
// as many as wanted or nearly twice that.
func TestRuler(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 1000 {
		u := ruler{least: 8, step: float64(1 + r.IntN(1000))}
		end := u.step * 8
		for range 1 + r.IntN(8) {
			for u.at < end {
				if u.next(end) {
					u.set(mark{})
				}
			}
			end += math.Floor(end * (0.25 + 0.75*r.Float64()))
		}
		if n := len(u.marks); n < 8 || n >= 16 {
			t.Fatalf("%d marks", n)
		}
		for i, m := range u.marks {
			if m.at != float64(i+1)*u.step {
				t.Fatalf("mark %d at %v, step %v", i, m.at, u.step)
			}
		}
		if half := u.half(); math.Abs(half.at-u.at/2) > u.step {
			t.Fatalf("half of %v at %v", u.at, half.at)
		}
	}
}

// TestDependence: of an autoregressive series the correlation of neighbours is
// the coefficient, but for 3.9 standard errors, which are below 1/√5000.
func TestDependence(t *testing.T) {
	const n = 500
	r := rand.New(rand.NewPCG(7, 8))
	for _, want := range []float64{0, 0.5, 0.9} {
		x := make([]float64, n)
		sum := make([]float64, n)
		for i := range x {
			x[i] = r.NormFloat64()
		}
		var u ruler
		for j := range 12 {
			for i := range x {
				if j > 0 {
					x[i] = want*x[i] + math.Sqrt(1-want*want)*r.NormFloat64()
				}
				sum[i] += 10 + x[i]
			}
			a := append([]float64(nil), sum...)
			b := make([]float64, n)
			for i := range b {
				b[i] = float64(j + 1)
			}
			u.at = float64(j + 1)
			u.marks = append(u.marks, mark{at: u.at, a: map[string][]float64{"in_system": a}, b: map[string][]float64{"in_system": b}})
		}
		got, pairs := u.dependence("in_system")
		if math.Abs(got-want) > 3.9/math.Sqrt(5000) || pairs != 11*n {
			t.Errorf("%v of %d pairs, want %v", got, pairs, want)
		}
	}
}
