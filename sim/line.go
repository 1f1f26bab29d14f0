package sim

import "spillway/sim/measure"

// line follows the length of a queue from two sorted sequences: when the tasks
// that wait arrive and when they start. Merging them gives all that an event list
// would: the law of the length over time, its integral and its maximum. It keeps
// the starts that are still to come: 8 bytes for each task that waits.
type line struct {
	starts ring[float64]
	since  float64 // up to when the law is
	law    measure.LengthTimes
	most   int
	merger *merger // where it works
}

// pass takes tasks in the order of arrival, each of which starts later than it
// arrives.
func (l *line) pass(offers, starts []float64) {
	for len(offers) > 0 {
		n := min(len(offers), mergeSize)
		if l.starts.n+n < measure.ExactLengths {
			l.merge(offers[:n], starts[:n])
		} else {
			l.stepwise(offers[:n], starts[:n])
		}
		offers, starts = offers[n:], starts[n:]
	}
}

// stepwise is pass where the queue is long.
func (l *line) stepwise(offers, starts []float64) {
	for i, t := range offers {
		l.to(t)
		l.starts.push(starts[i])
		l.most = max(l.most, l.starts.n)
	}
}

// merge is pass where the queue is short.
func (l *line) merge(offers, starts []float64) {
	length := l.starts.n
	l.starts.append(starts)
	last := offers[len(offers)-1]
	begun := l.begunBy(last)
	m := l.merger
	copy(m.offers[1:], offers)
	l.starts.copy(m.starts[1 : 1+begun])
	l.starts.skip(begun)
	most := m.run(l.law.Exact(), l.since, length, len(offers), begun)
	l.since, l.most = last, max(l.most, most)
}

// begunBy is how many of the starts are at or before now, by bisection.
func (l *line) begunBy(now float64) int {
	low, high := 0, l.starts.n
	for low < high {
		if mid := (low + high) / 2; l.starts.at(mid) <= now {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low
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
	l.since = until
}

// waiting is the number of tasks that wait, as of the last time it was brought
// up to.
func (l *line) waiting() int { return l.starts.n }

// begin starts a window at now.
func (l *line) begin(now float64) {
	l.to(now)
	l.law.Reset()
	l.most = l.starts.n
}

// level is the queue in the window up to now.
func (l *line) level(now float64) Level {
	l.to(now)
	return Level{l.law.Area(), l.most}
}
