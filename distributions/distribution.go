package distributions

import "fmt"

// Distribution is the law of a non-negative random time, in seconds unless
// the user of it says otherwise. Values are immutable and safe for concurrent
// use; the state of the randomness is in the Stream.
type Distribution interface {
	// Sample draws one variate.
	Sample(s *Stream) float64

	// Fill draws len(dst) variates. It takes the same numbers from the
	// stream, and gives the same variates, as len(dst) calls of Sample.
	// It is there for the hot loops, which pay for an interface call once a
	// block instead of once a variate.
	Fill(s *Stream, dst []float64)

	// Mean is the expectation; +Inf where it is infinite.
	Mean() float64

	// SCV is the squared coefficient of variation, variance / mean²; 0 for a
	// constant, +Inf where the variance is infinite. A law of mean zero has
	// SCV 0.
	SCV() float64

	// String is the law as a person would write it: "exponential(rate=80)".
	String() string
}

// CDF is implemented by laws whose distribution function is known. Ask CDFOf,
// not a type assertion: a mixture has one only where its parts have.
type CDF interface {
	// CDF is P(X ≤ x) for any real x.
	CDF(x float64) float64
}

// Quantiler is implemented by laws with a quantile function; ask QuantileOf.
type Quantiler interface {
	// Quantile is the smallest x with CDF(x) ≥ p, for 0 ≤ p ≤ 1. Quantile(0)
	// is the lower end of the support, Quantile(1) its upper end, which may be
	// +Inf. It panics for p outside [0, 1] or NaN.
	Quantile(p float64) float64
}

// LaplaceTransformer is implemented by laws whose Laplace–Stieltjes transform
// is computed; ask LaplaceOf.
type LaplaceTransformer interface {
	// LaplaceTransform is E[exp(-sX)], for Re(s) ≥ 0.
	LaplaceTransform(s complex128) complex128
}

// TailIndexer is implemented by laws that may have a heavy tail.
type TailIndexer interface {
	// TailIndex is the supremum of the k for which E[X^k] is finite; +Inf
	// where every moment is. A law that does not implement TailIndexer has
	// all its moments.
	TailIndex() float64
}

// TailIndex is the tail index of any law: that of a TailIndexer, otherwise
// +Inf.
func TailIndex(d Distribution) float64 {
	if t, ok := d.(TailIndexer); ok {
		return t.TailIndex()
	}
	return inf
}

// ParameterError tells which parameter of a law cannot be used and why.
type ParameterError struct {
	Parameter string // the parameter's name in a scenario: "rate", "probabilities"
	Index     int    // position in a list parameter; -1 where it is not about one element
	Found     string // the value that was given
	Want      string // what is allowed: "a positive finite number"
}

func (e *ParameterError) Error() string {
	name := e.Parameter
	if e.Index >= 0 {
		name = fmt.Sprintf("%s[%d]", e.Parameter, e.Index)
	}
	return fmt.Sprintf("distributions: %s is %s, want %s", name, e.Found, e.Want)
}
