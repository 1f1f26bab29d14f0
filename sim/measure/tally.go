package measure

import "math"

// Tally accumulates one observation a task: count, mean, spread, extremes and
// histogram. Make one with NewTally.
type Tally struct {
	n        int64
	mean     float64
	m2       float64 // sum of squared deviations from the mean
	min, max float64
	positive int64
	hist     *Histogram
}

// NewTally is an empty tally whose histogram resolves values from far below
// scale upward; see NewHistogram.
func NewTally(scale float64) *Tally {
	return &Tally{min: math.Inf(1), max: math.Inf(-1), hist: NewHistogram(scale)}
}

// ObserveAll adds a block of observations, each zero or more and finite. Sums
// are formed block by block, which is faster than updating a mean with each
// value and loses less to rounding (Chan, Golub and LeVeque, "Updating
// formulae and a pairwise algorithm for computing sample variances", 1979).
// Deviations are taken from a value near the mean, so that one pass will do.
func (t *Tally) ObserveAll(xs []float64) {
	if len(xs) == 0 {
		return
	}
	near := t.mean
	if t.n == 0 {
		near = xs[0]
	}
	// The bits of floats that are not negative order as integers, whose minimum
	// and maximum need no branch.
	low, high := int64(math.MaxInt64), int64(0)
	var sum, squares float64
	var zeros uint64
	t.hist.expand()
	floor, counts := t.hist.floor, t.hist.counts
	for _, x := range xs {
		b := int64(math.Float64bits(x))
		i := max(int(b>>shift)-floor, 0)
		if i >= len(counts) {
			counts = t.hist.grow(i)
		}
		counts[i]++
		low, high = min(low, b), max(high, b)
		zeros += uint64(b-1) >> 63 // 1 for the bits of zero
		d := x - near
		sum += d
		squares += d * d
	}
	n := float64(len(xs))
	t.min = min(t.min, math.Float64frombits(uint64(low)))
	t.max = max(t.max, math.Float64frombits(uint64(high)))
	t.positive += int64(len(xs)) - int64(zeros)
	t.add(int64(len(xs)), near+sum/n, max(0, squares-sum*sum/n))
	t.hist.total += uint64(len(xs))
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
	t.min, t.max = min(t.min, o.min), max(t.max, o.max)
	t.positive += o.positive
	t.hist.Merge(o.hist)
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

// Positive is the number of observations above zero.
func (t *Tally) Positive() int64 { return t.positive }

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
func (t *Tally) Max() float64 { return t.max }

// AtMost is how many observations are x or less, to the resolution of the
// histogram.
func (t *Tally) AtMost(x float64) float64 {
	if x >= t.max {
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
	return min(max(t.hist.Quantile(p), t.min), t.max)
}
