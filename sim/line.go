package sim

import "spillway/sim/measure"

// line follows the length of a queue from two sorted sequences: when tasks
// arrive and when they start. Merging them gives all that an event list would:
// the law of the length over time, its integral and its maximum. It keeps the
// starts that are still to come: 8 bytes for each task that waits.
type line struct {
	starts ring[float64]
	since  float64 // up to when the law is
	law    measure.LengthTimes
	most   int
	merger merger
}

// pass takes tasks in the order of arrival.
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
		if s := starts[i]; s > t {
			l.starts.push(s)
			l.most = max(l.most, l.starts.n)
		}
	}
}

// merge is pass where the queue is short.
func (l *line) merge(offers, starts []float64) {
	length := l.starts.n
	l.starts.append(starts)
	last := offers[len(offers)-1]
	begun := l.begunBy(last)
	m := &l.merger
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

// transit follows the tasks on a network of constant delay: a line in which a
// task stands from its emission to its arrival.
type transit struct {
	line
	begun   float64 // when the window did
	before  int     // tasks that were on their way then
	entries [blockSize]float64
}

// pass takes tasks in the order of emission. Those that were emitted before
// the window began are on their way when it begins. One whose delay is nothing
// has been on the network all the same.
func (x *transit) pass(epochs, offers []float64) {
	entries := x.entries[:len(epochs)]
	for i, e := range epochs {
		entries[i] = e
		switch {
		case e < x.begun:
			entries[i] = x.begun
			x.before++
			x.most = max(x.most, x.before)
		case e == offers[i]:
			x.most = max(x.most, 1)
		}
	}
	x.line.pass(entries, offers)
}

func (x *transit) begin(now float64) {
	x.line.begin(now)
	x.begun, x.before = now, 0
}

// level is the network in the window up to now, of the tasks seen so far. It
// is not brought up to now: more tasks may have been emitted by then.
func (x *transit) level(now float64) Level {
	area, since, n := x.law.Area(), x.since, x.starts.n
	for n > 0 {
		s := x.starts.at(x.starts.n - n)
		if s > now {
			break
		}
		area += float64(n) * (s - since)
		since = s
		n--
	}
	return Level{area + float64(n)*(now-since), x.most}
}
