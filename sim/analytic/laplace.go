package analytic

import (
	"math"
	"math/cmplx"
)

// inversion gives values of a function on t > 0 from its Laplace transform
//
//	F(s) = ∫ f(t) e^-st dt,
//
// computed for Re s > 0. It is meant for tails: f bounded by one, decreasing.
//
// Formula: the trapezoidal rule of step h = π/(lt) for the Bromwich integral on
// Re s = A/(2lt),
//
//	f(t) ≈ h/π e^(A/2l) (F(A/2lt)/2 + Σ Re F(A/2lt + ikh) e^(ikπ/l)),  k ≥ 1,
//
// which is f(t) + Σ e^-jA f((2jl + 1)t), j ≥ 1. Blocks of l terms alternate in
// sign; their series is summed by Euler's binomial means.
//
// Source: J. Abate, W. Whitt, "Numerical inversion of Laplace transforms of
// probability distributions", ORSA Journal on Computing 7(1), 1995, section 1;
// l, which keeps the rounding small, from J. Abate, G. L. Choudhury, W. Whitt,
// "An introduction to numerical transform inversion and its application to
// probability models", in W. Grassmann (ed.), Computational Probability,
// Kluwer 2000, section 3.
//
// Method and limits: with A = 24 and l = 3 the aliasing is 4e-11 f(7t), and the
// rounding e^(A/2l) = 55 times that of F. The binomial means converge
// quickly where f is smooth at t and not too near to anything that is not. The
// number of blocks grows until two results agree, each with half as many more
// than the one before; what does not agree is refused, never guessed.
type inversion func(s complex128) complex128

const (
	inversionAlias  = 24.0 // A
	inversionBlock  = 3    // l
	inversionMeans  = 12   // binomial means
	inversionFirst  = 12   // blocks summed before the means are taken, at first
	inversionBlocks = 600  // and at most
)

// at is f(t), t > 0, and by how much two computations of it differed in the
// end: no more than the tolerance, where the series converges within the most
// blocks. Either may be NaN.
func (f inversion) at(t, tolerance float64, most int) (value, difference float64) {
	series := bromwich{f: f, t: t}
	last := math.NaN()
	for n := inversionFirst; n <= most; n += n / 2 {
		value = series.euler(n)
		difference = math.Abs(value - last)
		if difference <= tolerance || math.IsNaN(value) {
			break
		}
		last = value
	}
	return value, difference
}

// bromwich is the series for one t; partial[n] is the sum of its first n + 1
// blocks.
type bromwich struct {
	f       inversion
	t       float64
	partial []float64
}

// euler is the binomial mean of the partial sums n, …, n + inversionMeans.
func (b *bromwich) euler(n int) float64 {
	for len(b.partial) <= n+inversionMeans {
		b.extend()
	}
	sum, weight := 0.0, math.Ldexp(1, -inversionMeans)
	for k := 0; k <= inversionMeans; k++ {
		sum += weight * b.partial[n+k]
		weight *= float64(inversionMeans-k) / float64(k+1)
	}
	return sum
}

// extend adds a block.
func (b *bromwich) extend() {
	first := len(b.partial) * inversionBlock
	scale := math.Exp(inversionAlias/(2*inversionBlock)) / (inversionBlock * b.t)
	sum := 0.0
	for k := first; k < first+inversionBlock; k++ {
		s := complex(inversionAlias/2, math.Pi*float64(k)) / complex(inversionBlock*b.t, 0)
		term := real(b.f(s) * cmplx.Rect(1, math.Pi*float64(k%(2*inversionBlock))/inversionBlock))
		if k == 0 {
			term /= 2
		}
		sum += term
	}
	sum *= scale
	if first > 0 {
		sum += b.partial[len(b.partial)-1]
	}
	b.partial = append(b.partial, sum)
}

// invertTail is a tail P(X > t) for t ≥ 0 from its transform (1 − E[e^-sX])/s;
// atZero is P(X > 0). It is refused where it is not good to 1e-12, a billionth of
// the least of the percentiles.
func invertTail(f inversion, atZero, t float64) (value float64, ok bool) {
	const tolerance = 1e-12
	value, difference := invertLevel(f, atZero, t, tolerance, inversionBlocks)
	return value, difference <= tolerance
}

// invertLevel is the tail and by how much two computations of it differed.
func invertLevel(f inversion, atZero, t, tolerance float64, most int) (value, difference float64) {
	if t == 0 {
		return atZero, 0
	}
	value, difference = f.at(t, tolerance, most)
	return math.Max(0, value), difference
}

// complexExpm1 is e^z − 1 without cancellation for small z.
func complexExpm1(z complex128) complex128 {
	x, y := real(z), imag(z)
	half := math.Sin(y / 2)
	e := math.Expm1(x)
	return complex(e*math.Cos(y)-2*half*half, (1+e)*math.Sin(y))
}
