package measure

// Gauge integrates a whole number that changes over time. Its zero value
// stands at 0 from time 0.
type Gauge struct {
	value int
	since float64 // when it took this value, or the window began
	area  float64 // integral since the window began
	max   int
}

// Add changes the value at a time not before the last change.
func (g *Gauge) Add(now float64, delta int) {
	g.area += float64(g.value) * (now - g.since)
	g.since = now
	g.value += delta
	g.max = max(g.max, g.value)
}

// Begin starts a new window at now: the integral is zero, the maximum the
// value at this moment.
func (g *Gauge) Begin(now float64) {
	g.area, g.since, g.max = 0, now, g.value
}

// Value is the present value.
func (g *Gauge) Value() int { return g.value }

// Area is the integral from the beginning of the window to now, in value ×
// seconds.
func (g *Gauge) Area(now float64) float64 {
	return g.area + float64(g.value)*(now-g.since)
}

// Max is the largest value of the window.
func (g *Gauge) Max() int { return g.max }

// LengthTimes is how long a length stood at each value. Lengths below
// ExactLengths are kept apart; beyond, buckets are at most 0.39 % wide. Its
// zero value is empty.
type LengthTimes struct {
	exact [ExactLengths]float64 // seconds at each length
	above []float64             // seconds in each bucket from ExactLengths on
	area  float64               // of the lengths in above: ∫ length dt
}

// Spend adds a time at a length.
func (l *LengthTimes) Spend(length int, seconds float64) {
	if length < ExactLengths {
		l.exact[length] += seconds
	} else {
		l.spend(length, seconds)
	}
}

func (l *LengthTimes) spend(length int, seconds float64) {
	b := lengthBucket(length) - ExactLengths
	if b >= len(l.above) {
		l.above = append(l.above, make([]float64, b+16-len(l.above))...)
	}
	l.above[b] += seconds
	l.area += float64(length) * seconds
}

// Exact gives the times of the lengths below ExactLengths, to be added to in
// place.
func (l *LengthTimes) Exact() *[ExactLengths]float64 { return &l.exact }

// Area is the integral of the length over time.
func (l *LengthTimes) Area() float64 {
	sum := l.area
	for n, t := range l.exact {
		sum += float64(n) * t
	}
	return sum
}

// Reset forgets all times.
func (l *LengthTimes) Reset() {
	clear(l.exact[:])
	clear(l.above)
	l.area = 0
}

// Law is what was spent so far.
func (l *LengthTimes) Law() LengthLaw {
	n := ExactLengths
	if len(l.above) == 0 {
		for n > 0 && l.exact[n-1] == 0 {
			n--
		}
	}
	return LengthLaw{append(append([]float64(nil), l.exact[:n]...), l.above...)}
}

// LengthLaw is the time spent at each length. Its zero value is empty.
type LengthLaw struct {
	times []float64
}

// Merge adds the times of o.
func (l *LengthLaw) Merge(o LengthLaw) {
	if len(o.times) > len(l.times) {
		l.times = append(l.times, make([]float64, len(o.times)-len(l.times))...)
	}
	for i, t := range o.times {
		l.times[i] += t
	}
}

// Quantile is the smallest length at or below which the gauge stood for a
// share p of the time; beyond 511, the smallest length of its bucket. It is 0
// of no time at all.
func (l LengthLaw) Quantile(p float64) int {
	total := 0.0
	for _, t := range l.times {
		total += t
	}
	target := p * total * (1 - 1e-15)
	sum, last := 0.0, 0
	for i, t := range l.times {
		if t == 0 {
			continue
		}
		sum += t
		last = i
		if sum >= target {
			break
		}
	}
	return lengthFloor(last)
}
