package analytic

import (
	"math"
	"math/cmplx"

	"gonum.org/v1/gonum/mat"
)

// queueQuantile is the smallest n with P(Q ≤ n) ≥ 0.99 for the waiting tasks of
// streams of a rate: they are those that arrive during a wait. NaN where the
// law of the wait is not known.
func (q *mg1Queue) queueQuantile(rate float64, wait summary) float64 {
	if wait.quantiles == nil || !(rate > 0) || q.law.gap == nil {
		return math.NaN()
	}
	n := math.Floor(rate * wait.quantiles[3]) // p99
	if n > mg1LongQueue {
		return math.NaN()
	}
	tail, known := q.queueTail(rate, n), true
	above := func(n float64) bool {
		if n < 0 {
			return true
		}
		v := tail(n)
		known = known && !math.IsNaN(v)
		return v > queueTail*(1+tieSlack)
	}
	low, high := n-1, n
	for step := 1.0; above(high); step *= 2 {
		low, high = high, high+step
	}
	for step := 1.0; !above(low); step *= 2 {
		low, high = math.Max(-1, low-step), low
	}
	for high-low > 1 {
		if m := math.Floor((low + high) / 2); above(m) {
			low = m
		} else {
			high = m
		}
	}
	if !known {
		return math.NaN()
	}
	return high
}

// mg1LongQueue is the length above which a queue's quantile is left out: its
// law is a power, and the next whole number means nothing.
const mg1LongQueue = 1e12

// mg1Circle is the n up to which the law of the queue is found on a circle; for
// service laws with breaks, where the law of the wait is not smooth, it is more.
const mg1Circle, mg1CircleOfBreaks = 200, 2000

// queueTail is P(Q > n) for n near a given one. The generating function of
// P(Q > n) is the transform of P(W > t) at s = λ(1 − z), times λ; for small n
// it is inverted by the trapezoidal rule on a circle (J. Abate, W. Whitt,
// "Numerical inversion of probability generating functions", Operations
// Research Letters 12(4), 1992), of which the aliasing is 1e-13. For great n
// it is the mean of P(W > t) at the (n + 1)-th arrival, a gamma variate.
func (q *mg1Queue) queueTail(rate, near float64) func(n float64) float64 {
	if near > mg1CircleOfBreaks || near > mg1Circle && len(q.law.breaks) == 0 {
		return func(n float64) float64 { return q.gammaMean(rate, n) }
	}
	points := 8 * (int(near) + 20)
	radius := math.Exp(math.Log(1e-13) / float64(points))
	half := make([]complex128, points/2+1)
	for k := range half {
		z := cmplx.Rect(radius, 2*math.Pi*float64(k)/float64(points))
		half[k] = complex(rate, 0) * q.waitTransform(complex(rate, 0)*(1-z))
	}
	return func(n float64) float64 {
		sum := 0.0
		for k, g := range half {
			term := 2 * real(g*cmplx.Rect(1, -2*math.Pi*math.Mod(float64(k)*n, float64(points))/float64(points)))
			if k == 0 || k == points/2 {
				term /= 2
			}
			sum += term
		}
		return sum / float64(points) * math.Pow(radius, -n)
	}
}

// gammaMean is E P(W > T), T a gamma variate of shape n + 1, by a Gauss rule
// for that law: over its width P(W > t) is nearly a line.
//
// Source: G. H. Golub, J. H. Welsch, "Calculation of Gauss quadrature rules",
// Mathematics of Computation 23, 1969.
func (q *mg1Queue) gammaMean(rate, n float64) float64 {
	const points = 8
	jacobi := mat.NewSymDense(points, nil)
	for i := range points {
		jacobi.SetSym(i, i, 2*float64(i)+n+1)
		if i > 0 {
			jacobi.SetSym(i-1, i, math.Sqrt(float64(i)*(float64(i)+n)))
		}
	}
	var eigen mat.EigenSym
	if !eigen.Factorize(jacobi, true) {
		return math.NaN()
	}
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	sum := 0.0
	for i, x := range eigen.Values(nil) {
		tail, difference := invertLevel(q.waitTransform, q.load, x/rate, levelTolerance*queueTail, inversionBlocks)
		if !(difference <= levelTolerance) {
			return math.NaN()
		}
		sum += vectors.At(0, i) * vectors.At(0, i) * tail
	}
	return sum
}
