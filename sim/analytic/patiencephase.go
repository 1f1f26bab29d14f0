package analytic

import (
	"math"

	"spillway/distributions"
)

// phasePatience is patience of phase type (hypoexponential, Coxian, phase_type
// and mixtures of them), in time units of a mean service, and whether it is that.
//
// Formulas: with α the probabilities of the first phase, T the rates between phases
// and t = −T1 those out of the last, the row
//
//	(α e^Tx,  F(x),  G(x)) = (α, 0, 1 − α1) e^Qx,    Q = | T 1 t |
//	                                                     | 0 0 0 |
//	                                                     | 0 0 0 |
//
// solves F' = α e^Tx 1 and G' = α e^Tx t, and 1 − G is the sum of its first part.
// F is α(−T)⁻¹(1 − e^Tx)1.
//
// Source: M. F. Neuts, Matrix-Geometric Solutions in Stochastic Models, Johns
// Hopkins University Press 1981, section 2.2.
//
// Method and limits: Q has no negative element off the diagonal and everything
// is a sum of positive terms (see expTable), so that G near zero, 1 − G far out
// and F keep about 15 digits each. The distribution function as it is sampled has an
// absolute error of some 1e-16 of its own, which the panels of patienceGrid would
// chase for ever where G or 1 − G is below 1e-3. Laws of one stage, Erlang's and hyperexponential
// ones, which have formulas of their own, are not of this kind.
func phasePatience(d distributions.Distribution, unit float64) (patienceLaw, bool) {
	switch d.(type) {
	case distributions.Hypoexponential, distributions.Coxian, distributions.PhaseType, distributions.Mixture:
	default:
		return patienceLaw{}, false
	}
	law, ok := distributions.AsPhaseType(d)
	if !ok || len(law.Alpha()) > mapPhaseLimit {
		return patienceLaw{}, false
	}
	t := newPhaseTable(law, unit)
	l := patienceLaw{
		left: func(x float64) float64 { t.move(x); return t.left },
		stay: func(x float64) float64 { t.move(x); return t.stay },
		kept: func(x float64) float64 { t.move(x); return t.kept },
	}
	return l.scaled(nil), true
}

// phaseTable gives G, 1 − G and F at the place that it was moved to.
type phaseTable struct {
	steps            *expTable
	phases           int
	place            float64
	left, stay, kept float64
	end, mean        float64 // from end on nobody stays
}

// phaseTableEnd is the share of those who stay that is none.
const phaseTableEnd = 1e-280

func newPhaseTable(law distributions.PhaseType, unit float64) *phaseTable {
	alpha := law.Alpha()
	n := len(alpha)
	q, start := newWide(n+2, n+2, true), make([]float64, n+2)
	copy(start, alpha)
	start[n+1] = 1
	for i, row := range law.Matrix() {
		start[n+1] -= alpha[i]
		var out pair
		for j, r := range row {
			out = out.plus(pair{hi: -r})
			q.set(i, j, pair{hi: r}.times(unit))
		}
		// a difference this small is rounding of the rates in the row
		if out.hi > -1e-14*row[i] {
			q.set(i, n+1, out.times(unit))
		}
		q.set(i, n, pair{hi: 1})
	}
	if start[n+1] < mapAtoms {
		start[n+1] = 0
	}
	t := &phaseTable{steps: newExpTable(start, q), phases: n, place: math.NaN(), end: math.Inf(1), mean: law.Mean() / unit}
	end := t.mean
	for t.move(end); t.stay > phaseTableEnd; t.move(end) {
		end *= 2
	}
	t.end = end
	return t
}

// move computes the values at x.
func (t *phaseTable) move(x float64) {
	if x == t.place {
		return
	}
	t.place = x
	if x >= t.end {
		t.left, t.stay, t.kept = 1, 0, t.mean
		return
	}
	v := t.steps.at(x)
	t.kept, t.left, t.stay = v[t.phases], v[t.phases+1], 0
	for _, u := range v[:t.phases] {
		t.stay += u
	}
}
