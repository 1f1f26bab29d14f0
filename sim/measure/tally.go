package measure

import "math"

// Tally accumulates one observation a task: count, mean, spread, extremes and
// histogram. Make one with NewTally.
type Tally struct {
	n    int64
	mean float64
	m2   float64 // sum of squared deviations from the mean
	hist *Histogram

	// The extremes, as bits: of floats that are not negative the bits order as
	// integers. Whatever is from low to low + span has been seen to have room
	// in the histogram.
	low, span uint64
}

// NewTally is an empty tally whose histogram resolves values from far below
// scale upward; see NewHistogram.
func NewTally(scale float64) *Tally {
	return &Tally{low: math.MaxUint64, hist: NewHistogram(scale)}
}

// ObserveAll adds a block of observations, each zero or more and finite. Sums
// are formed block by block, which is faster than updating a mean with each
// value and loses less to rounding (Chan, Golub and LeVeque, "Updating
// formulae and a pairwise algorithm for computing sample variances", 1979).
// Deviations are taken from a value near the mean, so that one pass will do.
// A new extreme is rare, so that looking for one is a branch that is predicted.
func (t *Tally) ObserveAll(xs []float64) {
	if len(xs) == 0 {
		return
	}
	near := t.mean
	if t.n == 0 {
		near = xs[0]
	}
	t.hist.expand()
	low, span := t.low, t.span
	floor, counts := t.hist.floor, t.hist.counts
	var sum, squares float64
	for _, x := range xs {
		b := math.Float64bits(x)
		if b-low > span {
			low, span = t.widen(b)
			counts = t.hist.counts
		}
		counts[max(int(b>>shift)-floor, 0)]++
		d := x - near
		sum += d
		squares += d * d
	}
	n := float64(len(xs))
	t.add(int64(len(xs)), near+sum/n, max(0, squares-sum*sum/n))
	t.hist.total += uint64(len(xs))
}

// widen takes in a new extreme.
//
//go:noinline
func (t *Tally) widen(b uint64) (low, span uint64) {
	if t.low == math.MaxUint64 {
		t.low = b
	}
	high := max(t.low+t.span, b)
	t.low = min(t.low, b)
	t.span = high - t.low
	t.hist.makeRoom(b)
	return t.low, t.span
}

// add merges a count, a mean and a sum of squared deviations (Chan, Golub and
// LeVeque 1979, equations 2.1).
func (t *Tally) add(n int64, mean, m2 float64) {
	if n == 0 {
		return
	}
	all := float64(t.n + n)
	d := mean - t.mean
	t.m2 += m2 + d*d*float64(t.n)*float64(n)/all
	t.mean += d * float64(n) / all
	t.n += n
}

// Merge adds the observations of o, which stays as it is.
func (t *Tally) Merge(o *Tally) {
	t.add(o.n, o.mean, o.m2)
	t.hist.Merge(o.hist)
	if o.n > 0 {
		t.widen(o.low)
		t.widen(o.low + o.span)
	}
}

// Compact gives back memory that only further observations would need.
func (t *Tally) Compact() { t.hist.Compact() }

// Clone is an independent copy.
func (t *Tally) Clone() *Tally {
	c := *t
	h := *t.hist
	h.counts = append([]uint64(nil), t.hist.counts...)
	c.hist = &h
	return &c
}

// Count is the number of observations.
func (t *Tally) Count() int64 { return t.n }

// Positive is the number of observations above zero; what is so small that the
// histogram does not resolve it is zero.
func (t *Tally) Positive() int64 { return t.n - int64(t.hist.lowest()) }

// Sum is the sum of the observations.
func (t *Tally) Sum() float64 { return t.mean * float64(t.n) }

// Mean is the mean, 0 of no observations.
func (t *Tally) Mean() float64 { return t.mean }

// SD is the standard deviation (denominator n − 1), 0 of fewer than two.
func (t *Tally) SD() float64 {
	if t.n < 2 {
		return 0
	}
	return math.Sqrt(t.m2 / float64(t.n-1))
}

// Max is the largest observation; -Inf of none.
func (t *Tally) Max() float64 {
	if t.n == 0 {
		return math.Inf(-1)
	}
	return math.Float64frombits(t.low + t.span)
}

// AtMost is how many observations are x or less, to the resolution of the
// histogram.
func (t *Tally) AtMost(x float64) float64 {
	if x >= t.Max() {
		return float64(t.n)
	}
	return t.hist.AtMost(x)
}

// Quantile is the value of nearest rank for p in (0, 1], off by at most
// RelativeError of itself, and never outside what was observed.
func (t *Tally) Quantile(p float64) float64 {
	if t.n == 0 {
		return 0
	}
	return min(max(t.hist.Quantile(p), math.Float64frombits(t.low)), t.Max())
}
