package distributions

import (
	"math/cmplx"
	"slices"
)

func sorted(xs []float64) []float64 { return slices.Compact(slices.Sorted(slices.Values(xs))) }

// The 15-point Kronrod rule and the 7-point Gauss rule inside it (Piessens et
// al., "QUADPACK", 1983, routine QK15): none of the rules of the package.
var (
	kronrodNodes = [8]float64{
		0.991455371120812639206854697526329, 0.949107912342758524526189684047851,
		0.864864423359769072789712788640926, 0.741531185599394439863864773280788,
		0.586087235467691130294144691693390, 0.405845151377397166906606412076961,
		0.207784955007898467600689403773245, 0,
	}
	kronrodWeights = [8]float64{
		0.022935322010529224963732008058970, 0.063092092629978553290700663189204,
		0.104790010322250183839876322541518, 0.140653259715525918745189590510238,
		0.169004726639267902826583426598550, 0.190350578064785409913256402421014,
		0.204432940075298892414161999234649, 0.209482141084727828012999174891714,
	}
	innerWeights = [4]float64{
		0.129484966168869693270611432679082, 0.279705391489276667901467771423780,
		0.381830050505118944950369775488975, 0.417959183673469387755102040816327,
	}
)

// adaptive integrates f over consecutive points, each piece halved until two
// rules agree to an absolute tolerance or a relative 1e-12.
func adaptive(points []float64, tolerance float64, f func(float64) complex128) complex128 {
	var total complex128
	for i := 1; i < len(points); i++ {
		total += kronrod(points[i-1], points[i], tolerance, f, 40)
	}
	return total
}

func kronrod(a, b, tolerance float64, f func(float64) complex128, depth int) complex128 {
	mid, half := (a+b)/2, (b-a)/2
	var outer, inner complex128
	for i, node := range kronrodNodes {
		v := f(mid)
		if node != 0 {
			v = f(mid-half*node) + f(mid+half*node)
		}
		outer += complex(kronrodWeights[i], 0) * v
		if i%2 == 1 {
			inner += complex(innerWeights[i/2], 0) * v
		}
	}
	outer, inner = outer*complex(half, 0), inner*complex(half, 0)
	if change := cmplx.Abs(outer - inner); depth == 0 || change <= tolerance || change <= 1e-12*cmplx.Abs(outer) {
		return outer
	}
	return kronrod(a, mid, tolerance/2, f, depth-1) + kronrod(mid, b, tolerance/2, f, depth-1)
}
