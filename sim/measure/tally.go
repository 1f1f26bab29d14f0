package measure

import "math"

// Tally accumulates one observation a task: count, mean, spread, extremes and
// histogram. Make one with NewTally.
type Tally struct {
	n    int64
	mean float64
	m2   float64 // sum of squared deviations from the mean
	hist histogram

	// The smallest positive observation and the largest, as bits: of floats
	// that are not negative the bits order as integers. low is one less, so
	// that zero, whose bits less one are the largest integer, is not below it.
	low, high uint64
}

// NewTally is an empty tally whose histogram resolves values from far below
// scale upward: 2^-44 of it. The scale is positive and finite, in the unit of
// the values: a mean service time serves. Only tallies of one scale merge.
func NewTally(scale float64) *Tally {
	return &Tally{low: math.MaxUint64, hist: newHistogram(scale)}
}

// ObserveAll adds a block of observations, each zero or more and finite. Sums
// are formed block by block, which is faster than updating a mean with each
// value and loses less to rounding (Chan, Golub and LeVeque, "Updating
// formulae and a pairwise algorithm for computing sample variances", 1979).
// Deviations are taken from a value near the mean, so that one pass will do.
func (t *Tally) ObserveAll(xs []float64) {
	for len(xs) > 0 {
		n := t.observe(xs)
		xs = xs[n:]
		t.widen(xs)
	}
}

// ObserveZeros adds n observations of zero.
func (t *Tally) ObserveZeros(n int) {
	t.add(int64(n), 0, 0)
	t.hist.counts[0] += uint64(n)
	t.hist.total += uint64(n)
}

// observe adds the observations up to the first that is a new extreme, and
// returns how many. An extreme is rare, so that looking for it is a branch that
// is predicted; and it ends the loop, so that nothing is saved for a call.
func (t *Tally) observe(xs []float64) int {
	near := t.mean
	if t.n == 0 {
		near = xs[0]
	}
	inner, base := t.hist.inner(t.low+1, t.high)
	var sum, squares float64
	n := len(xs)
	for i, x := range xs {
		b := math.Float64bits(x)
		if bucket := b>>shift - base; bucket < uint64(len(inner)) {
			inner[bucket]++
		} else if !t.outer(b) {
			n = i
			break
		}
		d := x - near
		sum += d
		squares += d * d
	}
	if n > 0 {
		k := float64(n)
		t.add(int64(n), near+sum/k, max(0, squares-sum*sum/k))
		t.hist.total += uint64(n)
	}
	return n
}

// outer counts the value of some bits that is outside of the inner buckets; it
// says no if it is a new extreme.
func (t *Tally) outer(b uint64) bool {
	if b > t.high || b-1 < t.low {
		return false
	}
	t.hist.counts[t.hist.index(b)]++
	return true
}

// widen takes in the extremes of what is to be observed.
func (t *Tally) widen(xs []float64) {
	if len(xs) == 0 {
		return
	}
	low, high := t.low, t.high
	for _, x := range xs {
		b := math.Float64bits(x)
		low, high = min(low, b-1), max(high, b)
	}
	t.low, t.high = low, high
	t.hist.makeRoom(high)
	if low < high {
		t.hist.makeRoom(low + 1)
	}
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
	t.low, t.high = min(t.low, o.low), max(t.high, o.high)
	t.hist.merge(&o.hist)
}

// Clone is an independent copy.
func (t *Tally) Clone() *Tally {
	c := *t
	c.hist = t.hist.clone()
	return &c
}

// Count is the number of observations.
func (t *Tally) Count() int64 { return t.n }

// Positive is the number of observations above zero; what is so small that the
// histogram does not resolve it is zero.
func (t *Tally) Positive() int64 { return t.n - int64(t.hist.counts[0]) }

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
	return math.Float64frombits(t.high)
}

// AtMost is how many observations are x or less, to the resolution of the
// histogram.
func (t *Tally) AtMost(x float64) float64 {
	if x >= t.Max() {
		return float64(t.n)
	}
	return t.hist.atMost(x)
}

// Quantile is the value of nearest rank for p in (0, 1], off by at most
// RelativeError of itself, and never outside what was observed.
func (t *Tally) Quantile(p float64) float64 {
	if t.n == 0 {
		return 0
	}
	q := t.hist.quantile(p)
	if t.hist.counts[0] == 0 {
		q = max(q, math.Float64frombits(t.low+1))
	}
	return min(q, t.Max())
}
