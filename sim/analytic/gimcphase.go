package analytic

import (
	"math"

	"spillway/distributions"
)

// gimcMaxPhases bounds the phases of a law of gaps, each value of whose
// transform costs their number cubed.
const gimcMaxPhases = 100

// gimcPhaseType is R of a phase-type law; nil where it is not one, or has too
// many phases. With v = (−T)⁻¹1 the mean times to go, R = s² α(sI − T)⁻¹v.
func gimcPhaseType(law distributions.Distribution) func(float64) float64 {
	ph, ok := distributions.AsPhaseType(law)
	if !ok || len(ph.Alpha()) > gimcMaxPhases {
		return nil
	}
	alpha, rates := ph.Alpha(), ph.Matrix()
	exit := make([]float64, len(alpha))
	ones := make([]float64, len(alpha))
	for i, row := range rates {
		sum := 0.0
		for _, r := range row {
			sum -= r
		}
		exit[i], ones[i] = math.Max(0, sum), 1
	}
	toGo := gimcKilled(rates, exit, 0, ones)
	return func(s float64) float64 {
		sum := 0.0
		for i, x := range gimcKilled(rates, exit, s, toGo) {
			sum += alpha[i] * x
		}
		return s * s * sum
	}
}

// gimcKilled solves (sI − T)x = b for b ≥ 0, where T has the rates beside its
// diagonal and rows that sum to −exit. States are eliminated from the last to
// the first; the diagonal is the sum of what leaves a state and is never
// subtracted from, so that rates of any size keep their digits.
//
// Source: W. K. Grassmann, M. I. Taksar, D. P. Heyman, "Regenerative analysis
// and steady state distributions for Markov chains", Operations Research 33(5),
// 1985.
func gimcKilled(rates [][]float64, exit []float64, s float64, b []float64) []float64 {
	n := len(exit)
	a := make([][]float64, n)
	kill, x := make([]float64, n), make([]float64, n)
	for i, row := range rates {
		a[i] = append([]float64(nil), row...)
		kill[i], x[i] = exit[i]+s, b[i]
	}
	for k := n - 1; k >= 0; k-- {
		leave := kill[k]
		for j := range k {
			leave += a[k][j]
		}
		a[k][k] = leave
		for i := range k {
			f := a[i][k] / leave
			if f == 0 {
				continue
			}
			for j := range k {
				if j != i {
					a[i][j] += f * a[k][j]
				}
			}
			kill[i] += f * kill[k]
			x[i] += f * x[k]
		}
	}
	for k := range n {
		for j := range k {
			x[k] += a[k][j] * x[j]
		}
		x[k] /= a[k][k]
	}
	return x
}
