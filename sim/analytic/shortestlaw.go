package analytic

import (
	"errors"
	"fmt"
	"math"
)

// The chain is cut where the longest queue is above the shortest by spread, and
// where the number in system is at top; both grow until what lies beyond is
// below shortestBeyond.
const (
	shortestBeyond  = 1e-13
	shortestSpread  = 60
	shortestTop     = 480
	shortestSettled = 5e-15
)

// solveLevels finds the chain, as large as it has to be, and its laws.
func solveLevels(c, choices int, load, spare float64) (*shapeChain, *levels, error) {
	k := newShapeChain(c, choices, 14, load)
	l := k.newLevels(12 * c)
	for tolerance := 1e-6; ; {
		if err := k.settle(l, tolerance); err != nil {
			return nil, nil, err
		}
		l.weigh(load, spare)
		spread, top := k.spreadNeeded(l, tolerance), k.topNeeded(l, tolerance)
		switch {
		case spread > k.spread && k.spread >= shortestSpread:
			return nil, nil, fmt.Errorf("%w: the chain of the queue lengths is too large, a queue may be longer than another by more than %d", ErrNoModel, shortestSpread)
		case top > l.top() && l.top() >= shortestTop:
			return nil, nil, fmt.Errorf("%w: the chain of the queue lengths is too large, more than %d tasks matter", ErrNoModel, shortestTop)
		case spread > k.spread || top > l.top():
			if top > l.top() {
				k.extend(l, min(top, shortestTop))
			}
			if spread > k.spread {
				wider := newShapeChain(c, choices, min(spread, shortestSpread), load)
				k, l = wider, k.transplant(l, wider)
			}
		case tolerance == shortestSettled:
			return k, l, nil
		default:
			tolerance = math.Max(tolerance/1000, shortestSettled)
		}
	}
}

// spreadNeeded is the spread beyond which there is hardly anything, as it is seen from
// where probabilities are a thousand times the tolerance of the laws: they fall
// geometrically.
func (k *shapeChain) spreadNeeded(l *levels, tolerance float64) int {
	mass := k.spreadMass(l)
	switch {
	case tolerance > shortestSettled:
		return needed(mass, 1000*tolerance, shortestBeyond)
	case mass[k.spread] > 30*tolerance:
		return k.spread + 4
	}
	return k.spread
}

// topNeeded is the level from which on laws are the same as c levels lower, or have
// hardly any probability, as it is seen from lower levels.
func (k *shapeChain) topNeeded(l *levels, tolerance float64) int {
	top := l.top()
	switch {
	case tolerance > shortestSettled: // to be foreseen
	case k.change(l, top)*l.beyond > 30*tolerance:
		return top + 4*k.c
	default:
		return top
	}
	var change []float64
	for n := 2*k.c + top%k.c; n <= top; n += k.c {
		change = append(change, k.change(l, n)*l.beyond*(l.weight[n]/l.weight[top]))
	}
	return top + k.c*(needed(change, 1000*tolerance, shortestBeyond)-len(change)+1)
}

// needed is where values that fall geometrically in the end are below a bound, seen
// from the last that are reliable; those at the very end feel the cut, and with two
// queues even and odd ones differ. It is more than last where the bound is not
// reached up to there, and no more than last where that cannot be seen yet.
func needed(values []float64, reliable, bound float64) int {
	last := len(values) - 1
	at := last - 2
	for at > 3 && values[at] < reliable {
		at--
	}
	if at <= 3 || !(values[at] < values[at-2]) {
		return last
	}
	from := max(values[at], values[at-1])
	steps := 2 * math.Log(bound/from) / math.Log(values[at]/values[at-2])
	return min(at+int(math.Ceil(steps)), 2*last)
}

// weigh computes the probability of each level from the cuts between them.
func (l *levels) weigh(load, spare float64) {
	top := l.top()
	l.weight = append(l.weight[:0], 1)
	sum := 1.0
	for n := 1; n <= top; n++ {
		w := l.weight[n-1] * load / l.busy[n]
		l.weight = append(l.weight, w)
		sum += w
	}
	l.ratio = newRatio(1-spare, spare)
	l.beyond = l.weight[top] * (l.ratio.value / spare)
	sum += l.beyond
	for n := range l.weight {
		l.weight[n] /= sum
	}
	l.beyond /= sum
}

// spreadMass is the probability of the shapes of each spread.
func (k *shapeChain) spreadMass(l *levels) []float64 {
	mass, above := make([]float64, k.spread+1), l.beyond/l.weight[l.top()]
	for n, w := range l.weight {
		if n == l.top() {
			w *= 1 + above
		}
		s := &k.sets[n%k.c]
		for i := range k.present(n) {
			mass[s.shapes[i][k.c-1]] += w * l.law[n][i]
		}
	}
	return mass
}

// change is how far the law at a level is from that c levels lower, which it
// is taken to be the same as above the top.
func (k *shapeChain) change(l *levels, n int) float64 {
	d := float64(k.c) - l.busy[n]
	for i, x := range l.law[n] {
		d += math.Abs(x - l.law[n-k.c][i])
	}
	return d
}

// extend adds levels, with the laws c levels lower.
func (k *shapeChain) extend(l *levels, top int) {
	l.law, l.busy = l.law[:l.top()+1], l.busy[:l.top()+1]
	for n := len(l.law); n <= top+1; n++ {
		l.law = append(l.law, append([]float64(nil), l.law[n-k.c]...))
		l.busy = append(l.busy, float64(k.c))
	}
}

// transplant carries the laws to a chain with more shapes.
func (k *shapeChain) transplant(l *levels, to *shapeChain) *levels {
	m := to.newLevels(l.top())
	for n := range m.law {
		law := m.law[n]
		clear(law)
		for i, v := range k.sets[n%k.c].shapes {
			law[to.index[n%k.c][v]] = l.law[n][i]
		}
		m.busy[n] = l.busy[n]
	}
	return m
}

// shortestLaw is the solved system, in time units of a mean service.
type shortestLaw struct {
	load, queue float64
	queueP99    float64
	joins       []float64 // A(n), the share of arrivals that join n tasks or more
	last        int       // from here on A falls by r at each step
	r           ratio     // ρ^c
}

func newShortestLaw(p *problem) (*shortestLaw, error) {
	c, choices := p.sys.Servers, p.sys.Servers
	if p.sys.Dispatch == PowerOf {
		choices = min(choices, p.sys.Choices)
	}
	k, l, err := solveLevels(c, choices, p.load.hi, p.spare)
	if err != nil {
		return nil, err
	}
	s := &shortestLaw{load: p.load.hi, last: l.top()/c + k.spread + 2}
	step := float64(c) * l.ratio.log
	s.r = ratio{math.Exp(step), -math.Expm1(step), step}
	s.join(k, l)
	s.queue, s.queueP99 = k.queueLength(l)
	return s, agree("the shares of arrivals and one", s.joins[0], 1)
}

// join computes A. The last c levels stand for all above them, which have the
// same shapes on longer queues.
func (s *shortestLaw) join(k *shapeChain, l *levels) {
	share, repeated := make([]float64, s.last+1), make([]float64, s.last+1)
	for n, w := range l.weight {
		into := share
		if n > l.top()-k.c {
			into = repeated
		}
		set := &k.sets[n%k.c]
		for i := range k.present(n) {
			shortest := (n - set.sums[i]) / k.c
			for _, m := range set.up.of(i) {
				into[shortest+int(m.above)] += w * l.law[n][i] * set.up.weights[m.weight]
			}
		}
	}
	carried := 0.0
	for n := range share {
		carried = repeated[n] + s.r.value*carried
		share[n] += carried
	}
	share[s.last] /= s.r.gap
	for n := s.last - 1; n >= 0; n-- {
		share[n] += share[n+1]
	}
	s.joins = share
}

// queueLength is the mean number of waiting tasks over time, and its p99.
func (k *shapeChain) queueLength(l *levels) (mean, p99 float64) {
	top := l.top()
	chance := make([]float64, top+1)
	for n, w := range l.weight {
		set := &k.sets[n%k.c]
		for i := range k.present(n) {
			waiting := n - int(k.busy(set, i, n))
			chance[waiting] += w * l.law[n][i]
			mean += w * l.law[n][i] * float64(waiting)
		}
	}
	mean += l.beyond * (float64(top-k.c) + 1/l.ratio.gap)
	full := top - k.c // above it are only the levels above the top
	above := l.beyond
	if above > queueTail {
		steps := math.Ceil(math.Log(queueTail/above)/l.ratio.log - tieSlack)
		return mean, float64(full) + steps
	}
	for n := full; n > 0; n-- {
		if above+chance[n] > queueTail*(1+tieSlack) {
			return mean, float64(n)
		}
		above += chance[n]
	}
	return mean, 0
}

// tail is E A(N(x) + skip), N(x) Poisson of mean x: of the wait with skip 1,
// of the sojourn with skip 0.
func (s *shortestLaw) tail(x float64, skip int) float64 {
	if x == 0 {
		return s.joins[skip]
	}
	pivot := s.last - skip
	sum := 0.0
	for j := 0; j <= pivot; j++ {
		sum += math.Exp(logPoisson(float64(j), x)) * s.joins[j+skip]
	}
	far := s.joins[s.last]
	if far < underflow {
		return sum
	}
	t := tilt{s.r.value, -s.r.gap, s.r.log}
	bottom := lowest(float64(pivot+1), math.Inf(1), s.r.value*x)
	return sum + far*ascend(t.logTerm(bottom, x, float64(pivot)), bottom, math.Inf(1), s.r.value*x, recurrence{1, 0, 1})
}

// moments are the mean and the variance of the number of tasks that an arrival
// finds in the queue that it joins.
func (s *shortestLaw) moments() (mean, variance float64) {
	second := 0.0
	for n := 1; n < s.last; n++ {
		mean += s.joins[n]
		second += (2*float64(n) - 1) * s.joins[n]
	}
	far := s.joins[s.last] / s.r.gap
	mean += far
	second += far * (2*float64(s.last) - 1 + 2*s.r.value/s.r.gap)
	return mean, second - mean*mean
}

func (s *shortestLaw) outcome(p *problem) (outcome, error) {
	unit := p.meanService
	found, variance := s.moments()
	o := outcome{
		service:     exponentialSummary(unit),
		queueLength: s.queue,
		queueP99:    s.queueP99,
		busy:        s.load,
		utilization: s.load / float64(p.sys.Servers),
		throughput:  p.rate.hi,
		offered:     p.rate.hi,
		waitRatio:   s.joins[1],
	}
	var err, other error
	o.wait, err = tailSummary(found*unit, math.Sqrt(variance+found)*unit, unit, func(x float64) float64 { return s.tail(x, 1) })
	o.sojourn, other = tailSummary((found+1)*unit, math.Sqrt(variance+found+1)*unit, unit, func(x float64) float64 { return s.tail(x, 0) })
	if err := errors.Join(err, other); err != nil {
		return outcome{}, err
	}
	return o, agree("queue length and arrival rate × wait (Little's law)", o.queueLength, o.offered*o.wait.mean)
}
