package distributions

import (
	"math"
	"slices"
)

// PhaseType is the law of the time to absorption of a Markov chain that starts
// in phase i with probability alpha[i] and moves by a matrix T of rates:
// T[i][j] ≥ 0 from i to j, T[i][i] < 0 minus the rate out of i; what a row
// lacks of a sum of zero is the rate of absorption. Alpha may sum to less than
// 1: the rest is the probability of a time of zero. The CDF is
// 1 − alpha·exp(T·x)·1, the moments k!·alpha·(−T)^-k·1 (Neuts, "Matrix-
// Geometric Solutions in Stochastic Models", 1981, chapter 2).
type PhaseType struct {
	chain     chain
	matrix    [][]float64
	start     alias   // over the phases and, last, absorption
	next      []alias // the same, from each phase
	hold      []float64
	mean, scv float64
}

// NewPhaseType is the phase-type law of initial probabilities and a square
// matrix of rates per second. Each diagonal element is negative, the others
// are not, no row has a positive sum, and absorption can be reached from every
// phase: otherwise the matrix is singular.
func NewPhaseType(alpha []float64, matrix [][]float64) (PhaseType, error) {
	err := first(checkProbabilities("alpha", alpha, true), checkLength("matrix", len(matrix), len(alpha)))
	if err != nil {
		return PhaseType{}, err
	}
	if !isPositive(sum(alpha)) {
		return PhaseType{}, wrong("alpha", -1, "a list that sums to 0", "a positive sum")
	}
	c := chain{slices.Clone(alpha), square(len(alpha)), make([]float64, len(alpha)), make([]float64, len(alpha))}
	if total := sum(alpha); total > 1 || total > 1-sumTolerance {
		c.alpha = normalised(alpha)
	}
	for i, row := range matrix {
		if err := c.setRow(i, row); err != nil {
			return PhaseType{}, err
		}
	}
	if i := c.trapped(); i >= 0 {
		return PhaseType{}, wrong("matrix", i, "a row from whose phase absorption cannot be reached",
			"a matrix that is not singular")
	}
	return newPhaseType(c, "matrix")
}

// setRow checks a row of the matrix and splits it.
func (c chain) setRow(i int, row []float64) error {
	n := len(c.alpha)
	if len(row) != n {
		return wrong("matrix", i, elements(len(row)), elements(n))
	}
	for j, r := range row {
		switch {
		case j == i && !isPositive(-r):
			return wrong("matrix", i, number(r)+" on the diagonal", "a negative finite number on the diagonal")
		case j != i && !isNonNegative(r):
			return wrong("matrix", i, number(r)+" off the diagonal", wantNonNegative+" off the diagonal")
		case j != i:
			c.jump[i][j] = r
		}
	}
	out := sum(c.jump[i])
	c.total[i], c.leave[i] = -row[i], -row[i]-out
	if c.leave[i] < -sumTolerance*c.total[i] {
		return wrong("matrix", i, "a row that sums to "+number(-c.leave[i]), "a sum that is not positive")
	}
	// A difference this small is rounding in the user's numbers.
	if math.Abs(c.leave[i]) <= 1e-14*c.total[i] || c.leave[i] < 0 {
		c.leave[i], c.total[i] = 0, out
	}
	return nil
}

// trapped is a phase from which absorption cannot be reached; -1 if none is.
func (c chain) trapped() int {
	ends := make([]bool, len(c.leave))
	for changed := true; changed; {
		changed = false
		for i := range ends {
			if ends[i] {
				continue
			}
			for j, r := range c.jump[i] {
				ends[i] = ends[i] || r > 0 && ends[j]
			}
			ends[i] = ends[i] || c.leave[i] > 0
			changed = changed || ends[i]
		}
	}
	return slices.Index(ends, false)
}

func newPhaseType(c chain, parameter string) (PhaseType, error) {
	n := len(c.alpha)
	d := PhaseType{chain: c, matrix: square(n), next: make([]alias, n), hold: reciprocals(c.total)}
	d.start = newAlias(append(slices.Clone(c.alpha), c.atom()))
	for i, jump := range c.jump {
		copy(d.matrix[i], jump)
		d.matrix[i][i] = -c.total[i]
		d.next[i] = newAlias(append(slices.Clone(jump), c.leave[i]))
	}
	d.mean, d.scv = c.moments()
	if !isPositive(d.mean) || math.IsNaN(d.scv) {
		return PhaseType{}, wrong(parameter, -1, "one that gives a mean of "+number(d.mean), "a positive finite mean")
	}
	return d, nil
}

// moments solves for the mean time from each phase and half its second moment.
func (c chain) moments() (mean, scv float64) {
	y := make([]complex128, len(c.alpha))
	for i := range y {
		y[i] = 1
	}
	y = c.resolvent(0, y)
	z := c.resolvent(0, y)
	var half float64
	for i, a := range c.alpha {
		mean += a * real(y[i])
		half += a * real(z[i])
	}
	return mean, max(0, 2*half/mean/mean-1)
}

// Alpha are the initial probabilities, a copy.
func (d PhaseType) Alpha() []float64 { return slices.Clone(d.chain.alpha) }

// Matrix is the matrix of rates, a copy.
func (d PhaseType) Matrix() [][]float64 {
	rows := make([][]float64, len(d.matrix))
	for i, row := range d.matrix {
		rows[i] = slices.Clone(row)
	}
	return rows
}

// Mean is alpha·(−T)⁻¹·1.
func (d PhaseType) Mean() float64 { return d.mean }

// SCV is 2·alpha·(−T)⁻²·1 over the squared mean, minus 1.
func (d PhaseType) SCV() float64 { return d.scv }

// String is the law by its parameters.
func (d PhaseType) String() string {
	return describe("phase_type", "alpha", d.chain.alpha, "matrix", d.matrix)
}

// Sample draws one variate by following the chain.
func (d PhaseType) Sample(s *Stream) float64 { return d.draw(s) }

// Fill draws len(dst) variates.
func (d PhaseType) Fill(s *Stream, dst []float64) {
	for i := range dst {
		dst[i] = d.draw(s)
	}
}

func (d *PhaseType) draw(s *Stream) float64 {
	x := 0.0
	for i := d.start.pick(s.Uint64()); i < len(d.hold); i = d.next[i].pick(s.Uint64()) {
		x += float64(s.exponential() * d.hold[i])
	}
	return x
}

// CDF is 1 − alpha·exp(T·x)·1.
func (d PhaseType) CDF(x float64) float64 { return d.chain.cdf(x) }

func (d PhaseType) survival(x float64) float64 { return d.chain.survival(x) }

// Quantile inverts the CDF numerically.
func (d PhaseType) Quantile(p float64) float64 { return invert(d.chain, p, 0, inf) }

// LaplaceTransform is the atom at zero plus alpha·(s·I − T)⁻¹·t, t the rates
// of absorption.
func (d PhaseType) LaplaceTransform(s complex128) complex128 {
	c := d.chain
	leave := make([]complex128, len(c.leave))
	for i, r := range c.leave {
		leave[i] = complex(r, 0)
	}
	total := complex(c.atom(), 0)
	for i, y := range c.resolvent(s, leave) {
		total += complex(c.alpha[i], 0) * y
	}
	return total
}
