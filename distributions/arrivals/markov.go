package arrivals

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"spillway/distributions"
)

const (
	smallest     = 0x1p-1022 // smallest normal number: its reciprocal is still finite
	sumTolerance = 1e-9      // how far rows of rates may be from a sum of 0, relative to their rates

	wantPositive = "a positive finite number, at least 2.3e-308"
	wantRate     = "zero or a positive finite number, at least 2.3e-308"
)

// The checks are written so that a NaN fails them.

func isPositive(x float64) bool { return x >= smallest && x <= math.MaxFloat64 }
func isRate(x float64) bool     { return x == 0 || isPositive(x) }
func isFinite(x float64) bool   { return math.Abs(x) <= math.MaxFloat64 }

func wrong(parameter string, index int, found, want string) error {
	return &distributions.ParameterError{Parameter: parameter, Index: index, Found: found, Want: want}
}

func number(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

// checkSquare wants n rows of n finite numbers, n > 0.
func checkSquare(parameter string, rows [][]float64, n int) error {
	if n == 0 {
		return wrong(parameter, -1, "an empty list", "at least one row")
	}
	if len(rows) != n {
		return wrong(parameter, -1, fmt.Sprintf("a list of %d rows", len(rows)), fmt.Sprintf("%d rows", n))
	}
	for i, row := range rows {
		if len(row) != n {
			return wrong(parameter, i, fmt.Sprintf("a row of %d", len(row)), fmt.Sprintf("a row of %d", n))
		}
		for _, x := range row {
			if !isFinite(x) {
				return wrong(parameter, i, "a row with "+number(x), "finite numbers")
			}
		}
	}
	return nil
}

// checkRates wants rates off the diagonal of the first matrix and everywhere
// in the second, called d1, which may be nil; and rows that sum to zero.
func checkRates(parameter string, d0, d1 [][]float64) error {
	for i, row := range d0 {
		rates := 0.0
		for j, r := range row {
			if j != i && !isRate(r) {
				return wrong(parameter, i, number(r)+" off the diagonal", wantRate+" off the diagonal")
			}
			if j != i {
				rates += r
			}
		}
		for _, r := range rowOf(d1, i) {
			if !isRate(r) {
				return wrong("d1", i, "a row with "+number(r), wantRate)
			}
			rates += r
		}
		if d := row[i] + rates; !(math.Abs(d) <= sumTolerance*rates) {
			sums := "a row that sums to "
			if d1 != nil {
				sums = "a row that with that of d1 sums to "
			}
			return wrong(parameter, i, sums+number(d), "a sum of zero")
		}
	}
	return nil
}

func rowOf(rows [][]float64, i int) []float64 {
	if rows == nil {
		return nil
	}
	return rows[i]
}

// cutOff is a phase that cannot be reached from phase 0 or does not lead to
// it; -1 if there is none, which makes the chain irreducible.
func cutOff(d0, d1 [][]float64) int {
	for _, forward := range []bool{true, false} {
		seen := make([]bool, len(d0))
		seen[0] = true
		for stack := []int{0}; len(stack) > 0; {
			i := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			for j := range seen {
				from, to := i, j
				if !forward {
					from, to = j, i
				}
				if !seen[j] && (d0[from][to] > 0 || d1[from][to] > 0) {
					seen[j] = true
					stack = append(stack, j)
				}
			}
		}
		if i := slices.Index(seen, false); i >= 0 {
			return i
		}
	}
	return -1
}

// stationary is the law π with π·(d0 + d1) = 0 of an irreducible chain, by the
// elimination of Grassmann, Taksar and Heyman, "Regenerative analysis and
// steady state distributions for Markov chains", Operations Research 33(5),
// 1985. It subtracts nothing and does not look at the diagonal, so that every
// element has nearly all its digits however far the rates are apart. What is
// out of the floating-point numbers becomes NaN.
func stationary(d0, d1 [][]float64) []float64 {
	n := len(d0)
	a := square(n)
	for i := range a {
		for j := range a {
			if j != i {
				a[i][j] = d0[i][j] + d1[i][j]
			}
		}
	}
	for k := n - 1; k > 0; k-- {
		out := sum(a[k][:k])
		for i := range k {
			if a[i][k] == 0 {
				continue
			}
			a[i][k] /= out
			for j, r := range a[k][:k] {
				a[i][j] += float64(a[i][k] * r)
			}
		}
	}
	pi := make([]float64, n)
	pi[0] = 1
	for k := 1; k < n; k++ {
		for i := range k {
			pi[k] += float64(pi[i] * a[i][k])
		}
		if pi[k] > 1e100 { // many phases: keep within the numbers there are
			scale(pi[:k+1], 1/pi[k])
		}
	}
	scale(pi, 1/sum(pi))
	return pi
}

func scale(xs []float64, by float64) {
	for i := range xs {
		xs[i] *= by
	}
}

func sum(xs []float64) float64 {
	total := 0.0
	for _, x := range xs {
		total += x
	}
	return total
}

func square(n int) [][]float64 {
	cells := make([]float64, n*n)
	rows := make([][]float64, n)
	for i := range rows {
		rows[i] = cells[i*n : (i+1)*n : (i+1)*n]
	}
	return rows
}

func clone(rows [][]float64) [][]float64 {
	out := make([][]float64, len(rows))
	for i, row := range rows {
		out[i] = slices.Clone(row)
	}
	return out
}

// matrixText writes a matrix; at most its first eight rows and columns.
func matrixText(rows [][]float64) string {
	return joined(len(rows), func(i int) string { return listText(rows[i]) })
}

func listText(xs []float64) string {
	return joined(len(xs), func(i int) string { return number(xs[i]) })
}

func joined(n int, element func(int) string) string {
	const most = 8
	var parts []string
	for i := range min(n, most) {
		parts = append(parts, element(i))
	}
	if n > most {
		parts = append(parts, fmt.Sprintf("… %d in all", n))
	}
	return "[" + strings.Join(parts, ", ") + "]"
}
