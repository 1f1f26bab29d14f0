package distributions

import (
	"math"
	"testing"
)

// TestUnder holds the quick decision at the edge of a ziggurat against the
// curve itself.
func TestUnder(t *testing.T) {
	for name, z := range map[string]*ziggurat{"exponential": &zigExp, "normal": &zigNorm} {
		quick := 0
		for i := uint64(1); i < layers; i++ {
			for a := 1; a < 40; a++ {
				for b := 1; b < 400; b++ {
					x := z.edge[i+1] + float64(a)/40*(z.edge[i]-z.edge[i+1])
					u := float64(b) / 400
					y := z.height[i] + u*(z.height[i+1]-z.height[i])
					if f := z.density(x); math.Abs(y-f) > 1e-12 && z.under(i, x, u) != (y < f) {
						t.Fatalf("%s: layer %d, x = %v, u = %v", name, i, x, u)
					}
					if chord := (z.edge[i] - x) / (z.edge[i] - z.edge[i+1]); math.Abs(u-chord) > z.bend[i] {
						quick++
					}
				}
			}
		}
		if quick < 9*254*39*399/10 {
			t.Errorf("%s: only %d decisions were quick", name, quick)
		}
	}
}
