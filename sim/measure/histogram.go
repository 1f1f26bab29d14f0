package measure

import (
	"fmt"
	"math"
	"math/bits"
)

const (
	// subBits is the number of bits of a value's mantissa that select its
	// bucket: 2^8 buckets an octave, so that a bucket is at most 2^-8 =
	// 0.39 % wide.
	subBits = 8
	shift   = 52 - subBits

	// floorOctaves is how far below the scale a histogram resolves: 2^-44 of
	// it, 6e-14, is nothing.
	floorOctaves = 44
	// firstOctaves is how far above the floor it starts out; it grows from
	// there as needed.
	firstOctaves = 50
)

// RelativeError bounds the error of a histogram's quantile relative to its
// value: the width of a bucket.
const RelativeError = 1.0 / (1 << subBits)

// Histogram counts non-negative values in buckets of equal relative width,
// found from the bits of the value itself: the exponent and the first bits of
// the mantissa of a float64 are, as an integer, a piecewise linear logarithm.
// Counts merge exactly and in any order. Make one with NewHistogram.
type Histogram struct {
	floor  int // bucket number, as the bits have it, that counts[0] stands for
	counts []uint64
	skip   int    // number of the bucket that counts begins with; not 0 only when compact
	zeros  uint64 // count of the lowest bucket where counts does not begin with it
	total  uint64
}

// NewHistogram resolves values from 2^-44 of the scale upward; what is below
// counts as zero. The scale is positive and finite, in the unit of the values:
// a mean service time serves. Only histograms of one scale merge.
func NewHistogram(scale float64) *Histogram {
	if !(scale > 0) || math.IsInf(scale, 1) {
		panic(fmt.Sprintf("measure: histogram of scale %g", scale))
	}
	floor := math.Max(scale*math.Pow(2, -floorOctaves), math.SmallestNonzeroFloat64)
	return &Histogram{
		floor:  int(math.Float64bits(floor)>>shift) - 1,
		counts: make([]uint64, firstOctaves<<subBits),
	}
}

// ObserveAll counts every value; each is zero or more and finite.
func (h *Histogram) ObserveAll(xs []float64) {
	h.expand()
	floor, counts := h.floor, h.counts
	for _, x := range xs {
		// Zero has the bits of the smallest bucket, so that it needs no branch.
		i := max(int(math.Float64bits(x)>>shift)-floor, 0)
		if i >= len(counts) {
			counts = h.grow(i)
		}
		counts[i]++
	}
	h.total += uint64(len(xs))
}

func (h *Histogram) grow(i int) []uint64 {
	n := len(h.counts)
	for n <= i {
		n += n/4 + 1
	}
	h.counts = append(h.counts, make([]uint64, n-len(h.counts))...)
	return h.counts
}

// makeRoom sees to it that the value of some bits has a bucket.
func (h *Histogram) makeRoom(bits uint64) {
	if i := int(bits>>shift) - h.floor; i >= len(h.counts) {
		h.grow(i)
	}
}

// lowest is the count of the lowest bucket: zero, and what counts as zero.
func (h *Histogram) lowest() uint64 {
	if h.skip > 0 {
		return h.zeros
	}
	return h.counts[0]
}

// Compact cuts off the empty buckets at both ends: for a histogram that has seen
// all that it will see, and is kept.
func (h *Histogram) Compact() {
	h.expand()
	h.zeros, h.counts[0] = h.counts[0], 0
	first, last := 1, len(h.counts)
	for last > first && h.counts[last-1] == 0 {
		last--
	}
	for first < last && h.counts[first] == 0 {
		first++
	}
	h.counts, h.skip = append([]uint64(nil), h.counts[first:last]...), first
}

// expand undoes Compact at the lower end.
func (h *Histogram) expand() {
	if h.skip > 0 {
		h.counts = append(make([]uint64, h.skip, h.skip+len(h.counts)), h.counts...)
		h.counts[0], h.skip, h.zeros = h.zeros, 0, 0
	}
}

// Merge adds the counts of o, which stays as it is.
func (h *Histogram) Merge(o *Histogram) {
	if h.floor != o.floor {
		panic("measure: histograms of different scales do not merge")
	}
	h.expand()
	h.counts[0] += o.zeros
	if n := o.skip + len(o.counts); n > len(h.counts) {
		h.grow(n - 1)
	}
	for i, c := range o.counts {
		h.counts[i+o.skip] += c
	}
	h.total += o.total
}

// Count is the number of values.
func (h *Histogram) Count() uint64 { return h.total }

// Quantile is the value of rank ceil(p·n) (nearest rank, zeros included),
// interpolated inside its bucket; it is off by at most RelativeError of
// itself. For p in (0, 1]; of no values at all it is 0.
func (h *Histogram) Quantile(p float64) float64 {
	rank := rank(p, h.total)
	below := h.zeros
	if below >= rank {
		return 0
	}
	for i, c := range h.counts {
		if below+c >= rank && c > 0 {
			return h.within(i+h.skip, (float64(rank-below)-0.5)/float64(c))
		}
		below += c
	}
	return 0
}

// AtMost is how many values are x or less, by interpolation inside the bucket
// of x.
func (h *Histogram) AtMost(x float64) float64 {
	bucket := max(int(math.Float64bits(x)>>shift)-h.floor, 0)
	i := bucket - h.skip
	below := h.zeros
	if i < 0 {
		return float64(below)
	}
	for _, c := range h.counts[:min(i, len(h.counts))] {
		below += c
	}
	if i >= len(h.counts) {
		return float64(below)
	}
	share := 1.0
	if bucket > 0 {
		low, high := h.within(bucket, 0), h.within(bucket, 1)
		share = (x - low) / (high - low)
	}
	return float64(below) + share*float64(h.counts[i])
}

// rank is ceil(p·n), kept from jumping up where p·n is a whole number but for
// rounding.
func rank(p float64, n uint64) uint64 {
	x := p * float64(n)
	r := math.Ceil(x - x*1e-15)
	return uint64(math.Max(1, math.Min(r, float64(n))))
}

// within is the value at a share of the way through a bucket.
func (h *Histogram) within(i int, share float64) float64 {
	if i == 0 {
		return 0
	}
	low := math.Float64frombits(uint64(i+h.floor) << shift)
	high := math.Float64frombits(uint64(i+h.floor+1) << shift)
	return low + share*(high-low)
}

// ExactLengths is the number of lengths, from 0 on, that have a bucket each.
const ExactLengths = 2 << subBits

// lengthBucket maps a length to a bucket: itself below ExactLengths,
// buckets of equal relative width from there.
func lengthBucket(n int) int {
	if n < ExactLengths {
		return n
	}
	octave := bits.Len(uint(n)) - (subBits + 1) // at least 1
	return octave<<subBits + n>>octave
}

// lengthFloor is the smallest length in a bucket.
func lengthFloor(bucket int) int {
	if bucket < ExactLengths {
		return bucket
	}
	octave := bucket>>subBits - 1
	return (bucket - octave<<subBits) << octave
}
