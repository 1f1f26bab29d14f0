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
)

// RelativeError bounds the error of a histogram's quantile relative to its
// value: the width of a bucket.
const RelativeError = 1.0 / (1 << subBits)

// histogram counts non-negative values in buckets of equal relative width,
// found from the bits of the value itself: the exponent and the first bits of
// the mantissa of a float64 are, as an integer, a piecewise linear logarithm,
// here called the number of the bucket. Counts merge exactly and in any order.
// It has room for the buckets between the smallest and the largest value that
// it was told of (makeRoom), and little more.
type histogram struct {
	floor  int      // number of the lowest bucket; what is below counts as zero
	base   int      // counts[i] is of bucket base + i, but counts[0] is of zero
	counts []uint64 // at least one
	total  uint64
}

// newHistogram resolves values from 2^-44 of the scale upward; what is below
// counts as zero. The scale is positive and finite, in the unit of the values:
// a mean service time serves. Only histograms of one scale merge.
func newHistogram(scale float64) histogram {
	if !(scale > 0) || math.IsInf(scale, 1) {
		panic(fmt.Sprintf("measure: histogram of scale %g", scale))
	}
	floor := math.Max(scale*math.Pow(2, -floorOctaves), math.SmallestNonzeroFloat64)
	number := max(int(math.Float64bits(floor)>>shift), 1)
	return histogram{floor: number, base: max(int(math.Float64bits(scale)>>shift)-1, number-1), counts: make([]uint64, 1)}
}

// index is the place in counts of the value of some bits; zero has those of
// the smallest value, so that it needs no branch.
func (h *histogram) index(bits uint64) int { return max(int(bits>>shift)-h.base, 0) }

// inner are the counts of the buckets between those of two values, of some bits,
// that have room, and the number of the first.
func (h *histogram) inner(low, high uint64) (counts []uint64, base uint64) {
	from := h.index(low) + 1
	return h.counts[from:max(h.index(high), from)], uint64(h.base + from)
}

// makeRoom sees to it that the value of some bits has a bucket, and that every
// larger one that has room already keeps it.
func (h *histogram) makeRoom(bits uint64) {
	const octave = 1 << subBits
	number := max(int(bits>>shift), h.floor)
	if top := h.base + len(h.counts); number >= top {
		more := max(number+1-top, len(h.counts)/4, octave/2)
		h.counts = append(h.counts, make([]uint64, more)...)
	}
	if number <= h.base {
		more := min(max(h.base+1-number, len(h.counts)/4, octave/2), h.base+1-h.floor)
		wider := make([]uint64, more+len(h.counts))
		copy(wider[more+1:], h.counts[1:])
		wider[0] = h.counts[0]
		h.base, h.counts = h.base-more, wider
	}
}

// merge adds the counts of o, which stays as it is.
func (h *histogram) merge(o *histogram) {
	if h.floor != o.floor {
		panic("measure: histograms of different scales do not merge")
	}
	h.total += o.total
	h.counts[0] += o.counts[0]
	if len(o.counts) == 1 {
		return
	}
	h.makeRoom(uint64(o.base+1) << shift)
	h.makeRoom(uint64(o.base+len(o.counts)-1) << shift)
	to := h.counts[o.base+1-h.base:]
	for i, c := range o.counts[1:] {
		to[i] += c
	}
}

// clone is an independent copy.
func (h *histogram) clone() histogram {
	c := *h
	c.counts = append([]uint64(nil), h.counts...)
	return c
}

// quantile is the value of rank ceil(p·n) (nearest rank, zeros included),
// interpolated inside its bucket; it is off by at most RelativeError of
// itself. For p in (0, 1]; of no values at all it is 0.
func (h *histogram) quantile(p float64) float64 {
	rank := rank(p, h.total)
	below := uint64(0)
	for i, c := range h.counts {
		if below+c >= rank && c > 0 {
			return h.within(i, (float64(rank-below)-0.5)/float64(c))
		}
		below += c
	}
	return 0
}

// atMost is how many values are x or less, by interpolation inside the bucket
// of x.
func (h *histogram) atMost(x float64) float64 {
	i := h.index(math.Float64bits(x))
	below := uint64(0)
	for _, c := range h.counts[:min(i, len(h.counts))] {
		below += c
	}
	if i >= len(h.counts) {
		return float64(below)
	}
	share := 1.0
	if i > 0 {
		low, high := h.within(i, 0), h.within(i, 1)
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
func (h *histogram) within(i int, share float64) float64 {
	if i == 0 {
		return 0
	}
	low := math.Float64frombits(uint64(i+h.base) << shift)
	high := math.Float64frombits(uint64(i+h.base+1) << shift)
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
