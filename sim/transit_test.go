package sim

import "testing"

// TestTransit follows tasks on a network by hand. The second window begins with
// two of the first under way, and ends with one under way.
func TestTransit(t *testing.T) {
	var x transit
	x.begin(0)
	x.pass([]float64{0, 1, 2}, []float64{5, 6, 7})
	if got, want := x.level(), (Level{15, 3}); got != want {
		t.Errorf("first window: %v, want %v", got, want)
	}
	x.begin(10)
	x.pass([]float64{8, 9}, []float64{13, 14})
	x.pass([]float64{13, 15}, []float64{18, 20})
	x.under(17, 22, 17.5)
	if got, want := x.level(), (Level{3 + 4 + 5 + 5 + 0.5, 3}); got != want {
		t.Errorf("second window: %v, want %v", got, want)
	}
	// A delay far beyond the window leaves no trace of rounding.
	x.begin(20)
	for e := 20.0; e < 120; e++ {
		x.under(e, e+1e17, 120)
	}
	if got, want := x.level(), (Level{5050, 100}); got != want {
		t.Errorf("third window: %v, want %v", got, want)
	}
	// Who is there for no time has been there.
	x.begin(200)
	x.pass([]float64{201, 202}, []float64{201, 202})
	if got, want := x.level(), (Level{0, 1}); got != want {
		t.Errorf("fourth window: %v, want %v", got, want)
	}
}
