package rare

import (
	"math"

	"spillway/results"
)

// Interval is a probability and where it is.
//
// Each of n independent replications gives a weighted sum aᵢ over a base bᵢ,
// and the estimate is m = Σaᵢ/Σbᵢ. The sums of a splitting simulation are
// skewed: now and then one history has very many descendants. The interval is
// therefore that of log m: with s the standard error of m and t the Student
// quantile of n − 1 degrees of freedom it is from m·exp(−t·s/m) to
// m·exp(t·s/m). It is never below zero, and wider above than below.
type Interval struct {
	Value, Low, High float64
	// HalfWidth is half of what is between Low and High.
	HalfWidth float64
}

// estimate is the interval of some sums; all zeros where there is nothing.
func estimate(masses, bases []float64, confidence float64) Interval {
	n := float64(len(masses))
	var a, b, squares float64
	for i := range masses {
		a, b = a+masses[i], b+bases[i]
	}
	if a == 0 {
		return Interval{}
	}
	m := a / b
	for i := range masses {
		d := masses[i] - m*bases[i]
		squares += d * d
	}
	relative := math.Sqrt(squares/(n-1)*n) / a
	reach := results.Student(confidence, len(masses)-1) * relative
	v := Interval{Value: m, Low: m * math.Exp(-reach), High: m * math.Exp(reach)}
	v.HalfWidth = (v.High - v.Low) / 2
	return v
}

// precision is the half-width as a share of the value; infinite where there is
// no value.
func (v Interval) precision() float64 {
	if v.Value == 0 {
		return math.Inf(1)
	}
	return v.HalfWidth / v.Value
}
