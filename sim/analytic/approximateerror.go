package analytic

import (
	"fmt"
	"math"
)

// errorRange is by how much the approximation has been found to be off, as a
// share of the exact value; +Inf where it may be by any factor.
//
// Method: the tests hold it against exact MAP/PH/c, whose laws of gaps and service
// are Erlang, exponential and hyperexponential of balanced means, with squared
// coefficients of variation from 0.2 to 9, and against exact GI/M/c and M/D/c. None of the
// first is a system that is approximated, but they differ from those by the shape
// of a law alone. Those of superposed streams are half as wide again as was found with
// Erlang gaps of five stages, as constant gaps, by simulation, are off by more. Limits: laws of the same two moments and a much heavier tail
// are further off, and what is no sum of 0.5 of both coefficients, or with more
// than eight servers, has not been measured.
type errorRange struct{ mean, p99 float64 }

// errorRanges are by servers, at most 1, 2, 4 and 8, and utilization, at least
// 0.5, 0.7 and 0.9; of superposed streams apart: their gaps depend on one another.
var errorRanges = map[bool][4][3]errorRange{
	false: {
		{{0.2, 0.35}, {0.15, 0.25}, {0.1, 0.1}},
		{{0.35, 0.4}, {0.25, 0.3}, {0.1, 0.1}},
		{{1, 0.6}, {0.4, 0.3}, {0.15, 0.1}},
		{anyError, {0.8, 0.35}, {0.2, 0.1}},
	},
	true: {
		{{1, 0.7}, {0.45, 0.45}, {0.1, 0.15}},
		{anyError, {0.6, 0.45}, {0.15, 0.15}},
		{anyError, {0.9, 0.5}, {0.2, 0.15}},
		{anyError, {1.5, 0.6}, {0.3, 0.15}},
	},
}

var anyError = errorRange{math.Inf(1), math.Inf(1)}

// errors is the range for a system.
func (q *approximation) errors(superposed bool) errorRange {
	if q.c > 8 || q.rho < 0.5 || math.Max(q.gaps, q.service) > 9 || q.gaps+q.service < 0.5 {
		return anyError
	}
	row, column := 0, 0
	for _, c := range []float64{1, 2, 4} {
		if q.c > c {
			row++
		}
	}
	for _, rho := range []float64{0.7, 0.9} {
		if q.rho >= rho {
			column++
		}
	}
	return errorRanges[superposed][row][column]
}

// note says it.
func (e errorRange) note() string {
	if math.IsInf(e.mean, 1) {
		return "How far it is off has not been measured for so many servers, such a load or such variation: where hardly anybody waits, it may be by any factor."
	}
	return fmt.Sprintf("Against exact solutions of phase type with as many servers and as high a utilization, squared coefficients of variation up to 9, "+
		"its mean wait is within %.3g %% and the p99 within %.3g %%; laws of heavier tails may be further off.", 100*e.mean, 100*e.p99)
}
