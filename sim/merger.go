package sim

import (
	"math"

	"spillway/sim/measure"
)

// mergeSize is how many tasks are merged at a time: few, so that the queue can
// grow by that many and still be short.
const mergeSize = 128

// merger merges arrivals and starts in order of time and adds up how long the
// queue stood at each length. Whether an arrival or a start comes next is as
// good as random, and a branch on it would be mispredicted every other time: a
// step is either of them, and the difference is computed. Since all times are
// known beforehand, the merge goes from both ends at once: two chains of steps
// that do not wait for each other.
//
// At one instant starts come before arrivals, so that the length never stands
// above what it was.
//
// Times are from index 1 on; what is around them guards the ends.
type merger struct {
	offers [2 * mergeSize]float64
	starts [2 * measure.ExactLengths]float64
}

// run merges the first offers arrivals and the starts up to the last of these,
// from a time since at which length tasks waited. It returns the largest
// length.
func (m *merger) run(times *[measure.ExactLengths]float64, since float64, length, offers, starts int) int {
	const lengths = measure.ExactLengths - 1 // a mask, which spares a look at the bounds
	a, s := &m.offers, &m.starts
	a[0], s[0] = math.Float64frombits(1<<64-1), math.Float64frombits(1<<64-1) // before any time, as a key
	s[starts+1] = math.Inf(1)

	steps := offers + starts
	i, j, n, from := 1, 1, length, since                                  // the next of each, the length and since when
	k, l, o, until := offers, starts, length+offers-starts, a[offers&255] // the same from behind
	most := max(n, o)
	for range steps / 2 {
		t, u := key(a[i&255]), key(s[j&1023])
		arrival := int(uint64(t-u) >> 63) // 1 where t < u
		at := instant(min(t, u))
		times[n&lengths] += at - from
		from = at
		i += arrival
		j += 1 - arrival
		n += 2*arrival - 1
		most = max(most, n)

		t, u = key(a[k&255]), key(s[l&1023])
		start := int(uint64(t-u) >> 63)
		at = instant(max(t, u))
		times[o&lengths] += until - at
		until = at
		k -= 1 - start
		l -= start
		o += 2*start - 1
		most = max(most, o)
	}
	if steps%2 == 1 {
		// One is left, between from and until.
		at := instant(max(key(a[k&255]), key(s[l&1023])))
		times[n&lengths] += at - from
		from = at
		n = o
	}
	times[n&lengths] += until - from
	return most
}
