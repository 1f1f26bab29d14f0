package rare

import (
	"math"
	"testing"

	"spillway/results"
)

// widened is the interval at another level.
func widened(v Interval, from, to float64, replications int) (low, high float64) {
	by := results.Student(to, replications-1) / results.Student(from, replications-1)
	return v.Value * math.Pow(v.Low/v.Value, by), v.Value * math.Pow(v.High/v.Value, by)
}

// TestInterval computes one by hand: sums 1, 2 and 3 over 1 each have the mean 2
// and the standard error √(1/3), and Student's quantile of 95 % and two degrees
// of freedom is 4.302653. Bases in proportion to the sums leave no spread.
func TestInterval(t *testing.T) {
	v := estimate([]float64{1, 2, 3}, []float64{1, 1, 1}, 0.95)
	reach := 4.30265273 * math.Sqrt(1.0/3) / 2
	if math.Abs(v.Value-2) > 1e-12 || math.Abs(v.Low-2*math.Exp(-reach)) > 1e-7 || math.Abs(v.High-2*math.Exp(reach)) > 1e-7 {
		t.Errorf("%+v, want 2·exp(±%v)", v, reach)
	}
	if math.Abs(v.HalfWidth-(v.High-v.Low)/2) > 1e-12 || math.Abs(v.precision()-v.HalfWidth/2) > 1e-12 {
		t.Errorf("half-width %v and precision %v of %+v", v.HalfWidth, v.precision(), v)
	}
	if v := estimate([]float64{1, 2, 3}, []float64{2, 4, 6}, 0.95); v != (Interval{0.5, 0.5, 0.5, 0}) {
		t.Errorf("%+v, want 0.5 without spread", v)
	}
	if v := estimate([]float64{0, 0}, []float64{1, 1}, 0.95); v != (Interval{}) || !math.IsInf(v.precision(), 1) {
		t.Errorf("%+v of nothing", v)
	}
}
