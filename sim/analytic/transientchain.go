package analytic

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// transientChain follows the distribution of the number in system, from empty,
// in time units of a mean service.
//
// Over a step of length h the rate is a polynomial λ(s) = Σ λ_j s^j of s from 0
// to 1, Λ is at least all rates out of a state, and q(s) = e^Λhs P has the power
// series
//
//	(k+1) q_(k+1) = h [(Λ + Q(λ_0)) q_k + Σ_{j≥1} λ_j B q_(k−j)]
//
// where B moves the mass of each state one up. With a constant rate this is
// uniformisation, a sum of positive terms. P at the end is e^-Λh Σ q_k. Of the
// states only those between which the mass lies are kept.
type transientChain struct {
	streams []Stream
	servers int
	limit   int                   // of the states; negative for none
	unit    float64               // seconds of a mean service
	rate    func(float64) float64 // in arrivals a second, at a time in seconds
	peak    float64               // its bound
	varies  bool
	breaks  []float64 // in seconds

	now    float64       // in seconds
	sums   transientSums // since the last time that was asked for
	first  int           // the state of mass[0]
	mass   []float64
	lost   float64 // what was cut off
	work   float64
	length float64 // of the step to try, in seconds

	steady bool
	past   []float64 // the distribution, from state 0 on, at the time looked at
	looked float64
}

// maxTransientWork bounds the operations on one state, about ten seconds.
const maxTransientWork = 1e10

// transientStep is Λh, the mean number of uniformised events of a step.
const transientStep = 60

// transientDegree is that of the polynomial of the rate.
const transientDegree = 8

func newTransientChain(p *problem, varies bool) *transientChain {
	sys := p.sys
	c := &transientChain{
		streams: sys.Streams, servers: sys.Servers, limit: -1, unit: p.meanService, rate: transientRate(sys.Streams), peak: transientPeak(sys.Streams), varies: varies, mass: []float64{1}, length: math.Inf(1),
	}
	if sys.Limited {
		c.limit = sys.Servers + sys.Limit
	}
	return c
}

// values are those at the times, and the sums of the windows that end there.
func (c *transientChain) values(times []float64) ([]transientValue, error) {
	values := make([]transientValue, len(times))
	if len(times) > 0 {
		c.breaks = transientBreaks(c.streams, times[len(times)-1])
	}
	for i, t := range times {
		for c.now < t && !c.steady {
			if err := c.step(t); err != nil {
				return nil, err
			}
			c.look()
		}
		if c.now < t {
			c.rest(t)
		}
		values[i] = c.value()
		values[i].sums = c.window()
	}
	total := 0.0
	for _, v := range c.mass {
		total += v
	}
	if err := agree("the mass of all states and one", total, 1); err != nil {
		return nil, err
	}
	if !(c.lost < 1e-14) {
		return nil, errors.New("analytic: numerical failure: too much of the distribution was cut off")
	}
	return values, nil
}

// value is the mean of waiting tasks and of busy servers.
func (c *transientChain) value() (v transientValue) {
	for i, x := range c.mass {
		n := c.first + i
		v.busy += x * float64(min(n, c.servers))
		v.queue += x * float64(max(0, n-c.servers))
	}
	return v
}

// step goes on by one step, at most to the time given.
func (c *transientChain) step(to float64) error {
	for len(c.breaks) > 0 && c.breaks[0] <= c.now {
		c.breaks = c.breaks[1:]
	}
	end := math.Min(to, c.now+c.length)
	if len(c.breaks) > 0 {
		end = math.Min(end, c.breaks[0])
	}
	// deaths are at most those of the states that the step may come to
	deaths := float64(min(c.servers, c.first+len(c.mass)+5*transientStep))
	most := c.rate(c.now) * c.unit
	end = math.Min(end, c.now+transientStep/(most+deaths)*c.unit)
	var rates []float64
	for {
		if !(end > c.now) {
			return fmt.Errorf("analytic: the time %g is too large for its steps", c.now)
		}
		var ok bool
		if rates, most, ok = c.polynomial(end); ok && (most+deaths)*(end-c.now)/c.unit <= 1.5*transientStep {
			break
		}
		end = c.now + (end-c.now)/2
	}
	c.length = 3 * (end - c.now)
	if err := c.advance(rates, most+deaths, (end-c.now)/c.unit); err != nil {
		return err
	}
	c.now = end
	if c.work > maxTransientWork {
		return fmt.Errorf("analytic: up to the time %g there are too many events to follow: %.3g operations and more", to, c.work)
	}
	return nil
}

// transientTerm is one q_k over a window of states, nothing outside a ≤ i < b.
type transientTerm struct {
	v    []float64
	a, b int
}

// advance sums the power series. Terms are scaled by e^-Λh from the first on.
func (c *transientChain) advance(rates []float64, out, h float64) error {
	count := int(out*h+12*math.Sqrt(out*h)) + 60
	low, high := max(0, c.first-count), c.first+len(c.mass)+count
	if c.limit >= 0 {
		high = min(high, c.limit+1)
	}
	width := high - low
	ring := make([]transientTerm, len(rates)+1) // the last of them, newest first, and the next
	for i := range ring {
		ring[i].v = make([]float64, width)
	}
	newest, scale := &ring[0], math.Exp(-out*h)
	newest.a, newest.b = c.first-low, c.first-low+len(c.mass)
	for i, x := range c.mass {
		newest.v[newest.a+i] = x * scale
	}
	sum, births := slices.Clone(newest.v), make([]float64, width+1)
	time, arrivals := transientWeights(out*h, rates, count)
	for j, r := range rates {
		c.sums.offered += h * r / float64(j+1)
	}
	c.gather(newest.v[newest.a:newest.b], low+newest.a, h*time[0], h*arrivals[0])
	for k := range count {
		next := &ring[len(ring)-1]
		c.apply(next, ring[:len(rates)], rates, births, low, out, h/float64(k+1))
		size := 0.0
		for i := next.a; i < next.b; i++ {
			sum[i] += next.v[i]
			size += math.Abs(next.v[i])
		}
		c.gather(next.v[next.a:next.b], low+next.a, h*time[k+1], h*arrivals[k+1])
		last := *next
		copy(ring[1:], ring)
		ring[0] = last
		if float64(k) > out*h && size < 1e-19 {
			return c.keep(sum, low)
		}
	}
	return errors.New("analytic: numerical failure: the power series of a step does not converge")
}

// apply computes the next term. births[i+1] is the flow up from state low + i.
func (c *transientChain) apply(next *transientTerm, terms []transientTerm, rates, births []float64, low int, out, factor float64) {
	clear(next.v)
	clear(births)
	q := terms[0]
	a, b := q.a, q.b
	for j, t := range terms {
		if rates[j] == 0 || t.a >= t.b {
			continue
		}
		a, b = min(a, t.a), max(b, t.b)
		for i := t.a; i < t.b; i++ {
			births[i+1] += rates[j] * t.v[i]
		}
		c.work += float64(t.b - t.a)
	}
	if c.limit >= 0 && low+len(q.v) == c.limit+1 {
		births[len(q.v)] = 0 // the last state takes nobody
	}
	next.a, next.b = max(0, a-1), min(len(q.v), b+1)
	for i := next.a; i < next.b; i++ {
		x := (out-float64(min(low+i, c.servers)))*q.v[i] + births[i] - births[i+1]
		if i+1 < len(q.v) {
			x += float64(min(low+i+1, c.servers)) * q.v[i+1]
		}
		next.v[i] = x * factor
	}
	c.work += float64(next.b - next.a)
	for next.a < next.b && math.Abs(next.v[next.a]) < 1e-40 {
		next.v[next.a] = 0
		next.a++
	}
	for next.a < next.b && math.Abs(next.v[next.b-1]) < 1e-40 {
		next.b--
		next.v[next.b] = 0
	}
}

// transientCut is the mass that is cut off at each end after a step.
const transientCut = 1e-21

// keep takes over the states that hold the mass; sums of rounding errors are
// divided out.
func (c *transientChain) keep(sum []float64, low int) error {
	total := 0.0
	for _, x := range sum {
		total += x
	}
	if !(math.Abs(total-1) < 1e-12) {
		return fmt.Errorf("analytic: numerical failure: the distribution at a time adds up to %.15g", total)
	}
	a, b := 0, len(sum)
	for cut := 0.0; a < b; a++ {
		if cut += math.Abs(sum[a]); cut > transientCut {
			break
		}
		c.lost += math.Abs(sum[a])
	}
	for cut := 0.0; a < b; b-- {
		if cut += math.Abs(sum[b-1]); cut > transientCut {
			break
		}
		c.lost += math.Abs(sum[b-1])
	}
	c.mass, c.first = sum[a:b], low+a
	for i := range c.mass {
		c.mass[i] /= total
	}
	return nil
}

// look compares the distribution with that at half the time. With a constant
// rate the distance to the end falls exponentially, so that where it changes by
// nothing from t to 2t it has nothing left to change after 2t: from empty, it
// is not near the end from the start.
func (c *transientChain) look() {
	if c.varies || c.now < 2*c.looked {
		return
	}
	v := c.value()
	change, end := 0.0, max(len(c.past), c.first+len(c.mass))
	now := make([]float64, end)
	copy(now[c.first:], c.mass)
	for n, x := range now {
		if n < len(c.past) {
			x -= c.past[n]
		}
		change += math.Abs(x) * float64(1+n) / (1 + v.queue + v.busy)
	}
	c.steady = c.looked > 0 && change < 1e-13
	c.past, c.looked = now, c.now
}
