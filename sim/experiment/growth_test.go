package experiment

import (
	"testing"
)

// TestGrowth: as the square of what is lacking and a tenth more, between a
// quarter and the double.
func TestGrowth(t *testing.T) {
	for _, c := range []struct{ reached, want float64 }{
		{0.0101, 1.25}, {0.0105, 1.25}, {0.011, 1.331}, {0.012, 1.584}, {0.0134, 1.97516}, {0.02, 2}, {1, 2},
	} {
		r := runner{point: &Point{Plan: Plan{Precision: 0.01}}, width: c.reached}
		if got := r.growth(); got < c.want*(1-1e-12) || got > c.want*(1+1e-12) {
			t.Errorf("%g of 0.01: %v, want %v", c.reached, got, c.want)
		}
	}
}
