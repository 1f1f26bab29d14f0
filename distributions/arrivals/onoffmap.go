package arrivals

import (
	"math"

	"spillway/distributions"
)

// AsMAP is the same process as a MAP: for exponential periods, whose phase is
// the number of sources that are on, from 0 up; and for one source with
// periods of phase type, whose phases are those of the on period and, after
// them, those of the off period, without such as are never visited. It is
// false for all others, and where more than distributions.MaxPhases phases
// would be needed.
func (p OnOff) AsMAP() (MAP, bool) {
	on, ok := distributions.AsPhaseType(p.on)
	if !ok {
		return MAP{}, false
	}
	off, ok := distributions.AsPhaseType(p.off)
	if !ok {
		return MAP{}, false
	}
	a, b := chainOf(on), chainOf(off)
	switch {
	case a.exponential() && b.exponential() && p.sources < distributions.MaxPhases:
		m, err := p.counting()
		return m, err == nil
	case p.sources == 1 && len(a.alpha)+len(b.alpha) <= distributions.MaxPhases:
		m, err := alternating(a, b, p.rate)
		return m, err == nil
	}
	return MAP{}, false
}

// counting is the process with exponential periods; the number of sources that
// are on is a birth-and-death chain.
func (p OnOff) counting() (MAP, error) {
	n := p.sources
	rates, generator := make([]float64, n+1), square(n+1)
	for k := range rates {
		rates[k] = float64(k) * p.rate
		if k < n {
			generator[k][k+1] = float64(n-k) / p.off.Mean()
			generator[k][k] -= generator[k][k+1]
		}
		if k > 0 {
			generator[k][k-1] = float64(k) / p.on.Mean()
			generator[k][k] -= generator[k][k-1]
		}
	}
	return NewMMPP(rates, generator)
}

// alternating is one source with periods of phase type. A period of length
// zero, where a law has an atom there, is passed over at once.
func alternating(on, off chain, rate float64) (MAP, error) {
	n := len(on.alpha)
	rates, generator := make([]float64, n+len(off.alpha)), square(n+len(off.alpha))
	link(generator, on, off, 0, n)
	link(generator, off, on, n, 0)
	for i := range rates {
		generator[i][i] = 0
		generator[i][i] = -sum(generator[i])
		if i < n {
			rates[i] = rate
		}
	}
	return NewMMPP(rates, generator)
}

// link writes the rates of the phases of one kind of period, which begin at
// row i0, those of the other kind beginning at j0. An end leads to a phase of
// the other kind, or past a period of zero back to one of its own.
func link(generator [][]float64, own, other chain, i0, j0 int) {
	otherZero := other.zero()
	leads := 1 - own.zero()*otherZero
	for i, leave := range own.leave {
		row := generator[i0+i]
		for j, a := range other.alpha {
			row[j0+j] += leave * a / leads
		}
		for j, a := range own.alpha {
			row[i0+j] += own.matrix[i][j] + leave*otherZero*a/leads
		}
	}
}

// chain is a phase-type law without the phases that it never visits.
type chain struct {
	alpha  []float64
	matrix [][]float64
	leave  []float64 // the rates of the end
}

func chainOf(d distributions.PhaseType) chain {
	alpha, matrix := d.Alpha(), d.Matrix()
	visited := make([]bool, len(alpha))
	var order []int
	visit := func(j int) {
		if !visited[j] {
			visited[j] = true
			order = append(order, j)
		}
	}
	for i, a := range alpha {
		if a > 0 {
			visit(i)
		}
	}
	for k := 0; k < len(order); k++ {
		for j, r := range matrix[order[k]] {
			if r > 0 {
				visit(j)
			}
		}
	}
	return restricted(alpha, matrix, order)
}

// restricted is the chain of some phases, which lead to no others.
func restricted(alpha []float64, matrix [][]float64, phases []int) chain {
	n := len(phases)
	c := chain{make([]float64, n), square(n), make([]float64, n)}
	for i, from := range phases {
		c.alpha[i] = alpha[from]
		for j, to := range phases {
			c.matrix[i][j] = matrix[from][to]
		}
		// A difference this small is rounding: NewPhaseType takes it for zero.
		if out := -sum(c.matrix[i]); out > 1e-14*math.Abs(c.matrix[i][i]) {
			c.leave[i] = out
		}
	}
	return c
}

// zero is the probability of a period of length zero, but for rounding.
func (c chain) zero() float64 {
	if p := 1 - sum(c.alpha); p > 1e-14 {
		return p
	}
	return 0
}

// exponential reports whether the law is exponential.
func (c chain) exponential() bool { return len(c.alpha) == 1 && c.alpha[0] == 1 }
