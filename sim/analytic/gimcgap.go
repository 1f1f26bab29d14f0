package analytic

import (
	"errors"
	"fmt"
	"math"

	"spillway/distributions"
)

const (
	// gimcSmall is the y below which 1 − φ and ψ are had from the remainder
	// of the transform. Above it ψ is at least 0.2 (Jensen), and nothing
	// cancels.
	gimcSmall = 0.5
	// gimcNear is the relative distance of two arguments from which on a
	// divided difference is one of function values.
	gimcNear = 0.1
)

// gimcGap is the law of the gaps, with mean m and transform φ(s) = φ(y/m).
//
// For small y the transform is 1 − y + R, R = E[e^-sX − 1 + sX] of the order of
// y², and R is what matters near saturation: rounding φ, which is near one,
// would drop it. It is computed by gimcRemainder from the law itself.
type gimcGap struct {
	mean      float64
	laplace   func(complex128) complex128
	remainder func(s float64) float64 // nil where there is none
}

func newGimcGap(law distributions.Distribution) (*gimcGap, error) {
	laplace, ok := distributions.LaplaceOf(law)
	if !ok {
		return nil, errors.New("analytic: the Laplace transform of the gaps is not known")
	}
	g := &gimcGap{mean: law.Mean(), laplace: laplace}
	g.remainder = gimcRemainder(law)
	if g.remainder == nil {
		return g, nil
	}
	const y = 0.4 // R is at least 0.07
	s := y / g.mean
	return g, agree("the transform of the gaps and its remainder", g.remainder(s), real(laplace(complex(s, 0)))-1+y)
}

// transform is φ and 1 − φ.
func (g *gimcGap) transform(y float64) (phi, rest float64) {
	if y < gimcSmall && g.remainder != nil {
		rest = y - g.remainder(y/g.mean)
		return 1 - rest, rest
	}
	phi = real(g.laplace(complex(y/g.mean, 0)))
	return phi, 1 - phi
}

// psi is 1 − (1 − φ)/y.
func (g *gimcGap) psi(y float64) float64 {
	if y < gimcSmall && g.remainder != nil {
		return g.remainder(y/g.mean) / y
	}
	return 1 - (1-real(g.laplace(complex(y/g.mean, 0))))/y
}

// level is ψ or, where the load is light and ψ near one, ψ − 1 = −(1 − φ)/y, the
// differences of which keep their digits.
func (g *gimcGap) level(y float64, light bool) float64 {
	if !light {
		return g.psi(y)
	}
	_, rest := g.transform(y)
	return -rest / y
}

// root is the y > 0 with ψ(y) = ε, sought in the logarithm of y. It is below
// 1/ρ, since 1 − φ is at most one. Where ε is near one, (1 − φ)/y = ρ has more
// digits.
func (g *gimcGap) root(rho, spare float64) (float64, error) {
	f := func(x float64) float64 {
		y := math.Exp(x)
		if spare < 0.5 {
			return math.Log(math.Max(g.psi(y), math.SmallestNonzeroFloat64) / spare)
		}
		_, rest := g.transform(y)
		return -math.Log(rest / y / rho)
	}
	high := -math.Log(rho)
	fHigh := f(high)
	if fHigh <= 0 { // the transform at 1/ρ is nothing
		return 1 / rho, nil
	}
	low, fLow := high, fHigh
	for step := 0.5; fLow > 0; step *= 2 {
		high, fHigh = low, fLow
		if low -= step; low < -700 {
			return 0, g.lost("is not bracketed")
		}
		fLow = f(low)
	}
	x, fx := brent(f, low, high, fLow, fHigh)
	y := math.Exp(x)
	if !(math.Abs(fx) <= residualTolerance) {
		return 0, g.lost("was not found")
	}
	if g.remainder == nil && y < gimcSmall && 1e-15/(y*spare) > 1e-11 {
		return 0, g.lost("has no digits")
	}
	return y, nil
}

// lost is why there is no root: a transform alone has too few digits near
// saturation.
func (g *gimcGap) lost(what string) error {
	if g.remainder == nil {
		return fmt.Errorf("%w: so near saturation the transform of these gaps has too few digits for the root σ of GI/M/c", ErrNoModel)
	}
	return errors.New("analytic: numerical failure: the root σ of GI/M/c " + what)
}

// gimcDifference gives divided differences of ψ between y and points near it.
// ψ is analytic to the right of zero; its Chebyshev interpolant of 20 points
// on y(1 ± 0.15) has an error of 13^-20, 13 the sum of the half-axes of the
// ellipse that reaches zero.
type gimcDifference struct {
	light        bool
	centre, half float64
	coefficients []float64
}

func newGimcDifference(g *gimcGap, y float64) (*gimcDifference, error) {
	const n = 20
	d := &gimcDifference{light: g.psi(y) > 0.5, centre: y, half: 0.15 * y, coefficients: make([]float64, n)}
	for k := range n {
		angle := math.Pi * (float64(k) + 0.5) / n
		v := g.level(y+d.half*math.Cos(angle), d.light)
		if math.IsNaN(v) {
			return nil, errors.New("analytic: numerical failure: the transform of the gaps is not a number")
		}
		for i := range d.coefficients {
			d.coefficients[i] += v * math.Cos(float64(i)*angle) * 2 / n
		}
	}
	return d, nil
}

// at is (ψ(x) − ψ(y))/(x − y). With T the Chebyshev polynomials and [t, 0]
// their divided difference, T_{n+1}[t, 0] = 2(t T_n[t, 0] + T_n(0)) − T_{n−1}[t, 0].
func (d *gimcDifference) at(x float64) float64 {
	t := (x - d.centre) / d.half
	before, now := 0.0, 1.0 // of T_0 and T_1
	value, valueBefore := 0.0, 1.0
	sum := 0.0
	for _, c := range d.coefficients[1:] {
		sum += c * now
		before, now = now, 2*(t*now+value)-before
		valueBefore, value = value, -valueBefore
	}
	return sum / d.half
}
