package sim

import (
	"math"

	"spillway/sim/measure"
)

// line follows the length of a queue from two sorted sequences: when tasks
// arrive and when they start. Merging them gives all that an event list would:
// the law of the length over time, its integral and its maximum. It keeps the
// starts that are still to come: 8 bytes for each task that waits.
type line struct {
	starts ring[float64]
	since  float64 // up to when the law is
	law    measure.LengthTimes
	most   int
	area   float64 // ∫ length dt over the window
}

// pass takes tasks in the order of arrival.
func (l *line) pass(offers, starts []float64) {
	for len(offers) > 0 {
		n := min(len(offers), mergeSize)
		if times := l.law.Exact(l.starts.n + n); times != nil {
			l.merge(times, offers[:n], starts[:n])
		} else {
			l.stepwise(offers[:n], starts[:n])
		}
		offers, starts = offers[n:], starts[n:]
	}
}

// mergeSize is how many tasks are merged at a time: few, so that the queue can
// grow by that many and still be short.
const mergeSize = 128

// stepwise is pass where the queue is long.
func (l *line) stepwise(offers, starts []float64) {
	for i, t := range offers {
		l.to(t)
		if s := starts[i]; s > t {
			l.starts.push(s)
			l.most = max(l.most, l.starts.n)
		}
	}
}

// merge is pass where the queue is short. Which comes next, a start or an
// arrival, is as good as random, so that a branch on it would be mispredicted
// every other time: one step of the loop is either of them, and the
// difference is computed. A task that does not wait is in the queue for no
// time.
func (l *line) merge(times, offers, starts []float64) {
	l.starts.reserve(len(offers) + 1)
	ring, mask := l.starts.items, len(l.starts.items)-1
	head, tail := l.starts.head, l.starts.head+l.starts.n
	since, area, most := l.since, l.area, l.most
	starts = starts[:len(offers)]
	never := math.Inf(1)
	for i := 0; i < len(offers); {
		ring[tail&mask] = never // nobody else starts
		t, s := key(offers[i]), key(ring[head&mask])
		arrival := int(uint64(t-s) >> 63) // 1 where t < s: the arrival is next
		at := instant(min(t, s))
		n := tail - head
		times[n] += at - since
		area += float64(n) * (at - since)
		since = at
		start := starts[i]
		ring[tail&mask] = start
		waits := int(uint64(t-key(start)) >> 63)
		most = max(most, (n+1)*(arrival&waits))
		tail += arrival
		i += arrival
		head += 1 - arrival
	}
	l.since, l.area, l.most = since, area, most
	l.starts.head, l.starts.n = head&mask, tail-head
}

// to brings the law up to now.
func (l *line) to(now float64) {
	for l.starts.n > 0 && *l.starts.front() <= now {
		s := l.starts.pop()
		l.spend(s, l.starts.n+1)
	}
	l.spend(now, l.starts.n)
}

func (l *line) spend(until float64, length int) {
	l.law.Spend(length, until-l.since)
	l.area += float64(length) * (until - l.since)
	l.since = until
}

// waiting is the number of tasks that wait, as of the last time it was brought
// up to.
func (l *line) waiting() int { return l.starts.n }

// begin starts a window at now.
func (l *line) begin(now float64) {
	l.to(now)
	l.law.Reset()
	l.area, l.most = 0, l.starts.n
}

// level is the queue in the window up to now.
func (l *line) level(now float64) Level {
	l.to(now)
	return Level{l.area, l.most}
}

// transit follows the tasks on a network of constant delay.
type transit struct {
	arrivals ring[float64] // of those on their way
	since    float64       // beginning of the window
	area     float64
	most     int
}

// pass takes tasks in the order of emission. Those that were emitted before
// the window began are on their way when it begins.
func (x *transit) pass(epochs, offers []float64) {
	for i, e := range epochs {
		if e >= x.since {
			for x.arrivals.n > 0 && *x.arrivals.front() <= e {
				x.arrivals.pop()
			}
		}
		x.arrivals.push(offers[i])
		x.most = max(x.most, x.arrivals.n)
		x.area += offers[i] - max(e, x.since)
	}
}

func (x *transit) begin(now float64) {
	x.arrivals = ring[float64]{}
	x.since, x.area, x.most = now, 0, 0
}

// level is the network in the window up to now; the tasks seen so far that
// arrive later have counted in full.
func (x *transit) level(now float64) Level {
	over := 0.0
	for i := range x.arrivals.n {
		over += max(0, x.arrivals.at(i)-now)
	}
	return Level{x.area - over, x.most}
}
