package analytic

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"spillway/distributions"
)

// mg1PhaseCube is the third moment 6 α(−T)⁻³1 of a phase-type law; NaN where
// the matrix is too ill conditioned.
func mg1PhaseCube(p distributions.PhaseType) float64 {
	alpha, rows := p.Alpha(), p.Matrix()
	n := len(alpha)
	if n > 200 {
		return math.NaN()
	}
	minus := mat.NewDense(n, n, nil)
	v := mat.NewVecDense(n, nil)
	for i, row := range rows {
		v.SetVec(i, 1)
		for j, r := range row {
			minus.Set(i, j, -r)
		}
	}
	var lu mat.LU
	lu.Factorize(minus)
	mean := 0.0
	for k := range 3 {
		if err := lu.SolveVecTo(v, false, v); err != nil {
			return math.NaN()
		}
		if k == 0 {
			mean = mat.Dot(mat.NewVecDense(n, alpha), v)
		}
	}
	if math.Abs(mean/p.Mean()-1) > 1e-11 {
		return math.NaN()
	}
	return 6 * mat.Dot(mat.NewVecDense(n, alpha), v)
}
