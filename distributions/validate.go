package distributions

import (
	"fmt"
	"math"
	"strconv"
)

var inf = math.Inf(1)

const (
	smallest     = 0x1p-1022 // smallest normal number: its reciprocal is still finite
	sumTolerance = 1e-9      // how far probabilities may be from a sum of 1
)

// Wants that occur more than once.
const (
	wantPositive    = "a positive finite number, at least 2.3e-308"
	wantNonNegative = "a finite number that is not negative"
	wantFinite      = "a finite number"
	wantProbability = "a number from 0 to 1"
)

func wrong(parameter string, index int, found, want string) error {
	return &ParameterError{Parameter: parameter, Index: index, Found: found, Want: want}
}

func number(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

func wrongNumber(parameter string, x float64, want string) error {
	return wrong(parameter, -1, number(x), want)
}

// first is the first error of several checks; nil if all passed.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// The checks are written so that a NaN fails them.

func isPositive(x float64) bool    { return x >= smallest && x <= math.MaxFloat64 }
func isNonNegative(x float64) bool { return x >= 0 && x <= math.MaxFloat64 }
func isFinite(x float64) bool      { return x >= -math.MaxFloat64 && x <= math.MaxFloat64 }

func checkPositive(parameter string, x float64) error {
	if !isPositive(x) {
		return wrongNumber(parameter, x, wantPositive)
	}
	return nil
}

func checkNonNegative(parameter string, x float64) error {
	if !isNonNegative(x) {
		return wrongNumber(parameter, x, wantNonNegative)
	}
	return nil
}

func checkFinite(parameter string, x float64) error {
	if !isFinite(x) {
		return wrongNumber(parameter, x, wantFinite)
	}
	return nil
}

// checkMean refuses parameters, each possible by itself, that together give a
// mean outside the floating-point numbers.
func checkMean(parameter string, x, mean float64) error {
	if !isPositive(mean) {
		return wrongNumber(parameter, x, "one that gives a positive finite mean, which this one does not")
	}
	return nil
}

func checkLength(parameter string, n, want int) error {
	if n != want {
		return wrong(parameter, -1, elements(n), elements(want))
	}
	return nil
}

func elements(n int) string {
	switch n {
	case 0:
		return "an empty list"
	case 1:
		return "a list of 1 element"
	}
	return fmt.Sprintf("a list of %d elements", n)
}

func checkEach(parameter string, xs []float64, allowed func(float64) bool, want string) error {
	for i, x := range xs {
		if !allowed(x) {
			return wrong(parameter, i, number(x), want)
		}
	}
	return nil
}

// checkPositives wants a non-empty list of positive numbers.
func checkPositives(parameter string, xs []float64) error {
	if len(xs) == 0 {
		return wrong(parameter, -1, elements(0), "at least one element")
	}
	return checkEach(parameter, xs, isPositive, wantPositive)
}

// checkProbabilities wants numbers from 0 to 1 that sum to 1, or, where an
// atom is allowed, to at most 1.
func checkProbabilities(parameter string, ps []float64, atom bool) error {
	if len(ps) == 0 {
		return wrong(parameter, -1, elements(0), "at least one element")
	}
	isProbability := func(p float64) bool { return p >= 0 && p <= 1+sumTolerance }
	if err := checkEach(parameter, ps, isProbability, wantProbability); err != nil {
		return err
	}
	total := sum(ps)
	if atom && total < 1 {
		return nil
	}
	if math.Abs(total-1) > sumTolerance {
		want := "elements that sum to 1"
		if atom {
			want = "elements that sum to at most 1"
		}
		return wrong(parameter, -1, "a list that sums to "+number(total), want)
	}
	return nil
}

// checkWeights wants numbers that are not negative and of which at least one
// is positive; nothing more, since weights are divided by their sum.
func checkWeights(parameter string, ws []float64) error {
	if err := checkEach(parameter, ws, isNonNegative, wantNonNegative); err != nil {
		return err
	}
	if total := sum(ws); !isPositive(total) {
		return wrong(parameter, -1, "a list that sums to "+number(total), "a positive finite sum")
	}
	return nil
}

// sum adds with compensation (Neumaier, "Rundungsfehleranalyse einiger
// Verfahren zur Summation endlicher Summen", ZAMM 54, 1974), so that a million
// weights sum as well as three.
func sum(xs []float64) float64 {
	var total, lost float64
	for _, x := range xs {
		t := total + x
		if math.Abs(total) >= math.Abs(x) {
			lost += (total - t) + x
		} else {
			lost += (x - t) + total
		}
		total = t
	}
	if math.IsInf(total, 0) {
		return total
	}
	return total + lost
}

// normalised is a copy of xs divided by its sum.
func normalised(xs []float64) []float64 {
	total := sum(xs)
	out := make([]float64, len(xs))
	for i, x := range xs {
		out[i] = x / total
	}
	return out
}
