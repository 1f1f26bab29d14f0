package distributions

import (
	"math"
	"math/cmplx"
)

// halfLine integrates f(r)·dr over r > 0 by the trapezoidal rule in t with
// r = scale·exp(t − e^-t) (Takahasi and Mori, "Double exponential formulas for
// numerical integration", Publ. RIMS 9, 1974, for integrands that decay at
// infinity). The left end is then reached doubly exponentially, and the right
// end by the decay of f, which must be such that f is nothing beyond r = end.
// The error falls as exp(-2π·width/step), width the half-width of the strip
// of t in which the integrand is analytic and bounded: for each use the step is
// at most width/6, hence an error of about 1e-16 of the integral of |f|.
func halfLine(scale, end, step float64, f func(r float64) complex128) complex128 {
	const left = -3.75 // exp(-exp(3.75)) < 1e-18
	var total complex128
	right := math.Log(end/scale) + 1
	for k := 0; ; k++ {
		t := left + step*float64(k)
		if t > right {
			return total * complex(step, 0)
		}
		r := scale * math.Exp(t-math.Exp(-t))
		term := f(r) * complex(r*(1+math.Exp(-t)), 0)
		total += term
		if t > 4 && cmplx.Abs(term) < 1e-19*cmplx.Abs(total) {
			return total * complex(step, 0)
		}
	}
}

// Where exp(-x) is nothing.
const vanished = 745.0

// gaussNodes and gaussWeights are the positive half of the 20-point
// Gauss–Legendre rule on [-1, 1] (Abramowitz and Stegun, table 25.4).
var (
	gaussNodes = [10]float64{
		0.0765265211334973337546404, 0.2277858511416450780804962,
		0.3737060887154195606725482, 0.5108670019508270980043641,
		0.6360536807265150254528367, 0.7463319064601507926143051,
		0.8391169718222188233945291, 0.9122344282513259058677524,
		0.9639719272779137912676661, 0.9931285991850949247861224,
	}
	gaussWeights = [10]float64{
		0.1527533871307258506980843, 0.1491729864726037467878287,
		0.1420961093183820513292983, 0.1316886384491766268984945,
		0.1181945319615184173123774, 0.1019301198172404350367501,
		0.0832767415767047487247581, 0.0626720483341090635695065,
		0.0406014298003869413310400, 0.0176140071391521183118620,
	}
)

// gauss integrates f from a to b in equal panels of 20 points each: exact to
// rounding where f on a panel is nearly a polynomial of degree 39.
func gauss(a, b float64, panels int, f func(x float64) complex128) complex128 {
	var total complex128
	half := (b - a) / float64(2*panels)
	for k := range panels {
		mid := a + half*float64(2*k+1)
		for i, node := range gaussNodes {
			total += complex(gaussWeights[i], 0) * (f(mid-half*node) + f(mid+half*node))
		}
	}
	return total * complex(half, 0)
}

// gaussReal is gauss for a real function, in one panel.
func gaussReal(a, b float64, f func(x float64) float64) float64 {
	return real(gauss(a, b, 1, func(x float64) complex128 { return complex(f(x), 0) }))
}

// turned is the unit number at an angle.
func turned(angle float64) complex128 { return cmplx.Rect(1, angle) }
