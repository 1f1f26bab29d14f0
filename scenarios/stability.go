package scenarios

import (
	"math"

	"spillway/sim"
	"spillway/sim/analytic"
)

// saturated is how near to its capacity a load counts as equal to it.
const saturated = 1 - 1e-9

// Stable says whether the point has a steady state: what arrives and is not
// refused for good is less than what the servers can do, or something keeps the
// queue from growing for ever. It looks at the open streams; callers of closed ones
// are never more than they are.
func (p *Point) Stable() bool {
	if !p.policed() {
		return analytic.Stable(p.System())
	}
	m := &p.Managed
	load, rate := p.openLoad()
	again := m.Retry != nil && m.Retry.Probability == 1 && !m.Retry.Limited && m.Retry.Budget == 0
	cancelled := m.Timeout != nil && m.Timeout.Cancel
	bounded := p.Limited || m.Patience != nil || cancelled
	admitted := load
	for _, a := range m.Admission {
		switch {
		case a.Throttle != nil && a.Throttle.Delay && !cancelled && rate >= a.Throttle.Rate*saturated:
			return false // more and more wait for their tokens
		case a.Throttle != nil && rate > a.Throttle.Rate:
			admitted *= a.Throttle.Rate / rate
			rate = a.Throttle.Rate
		case a.Shed != nil: // as long as there are too many
			admitted *= 1 - a.Shed.Probability
		case a.Throttle == nil:
			bounded = true // concurrency, fixed or adaptive, or controlled delay
		}
	}
	switch {
	case m.Overflow == sim.Block:
		return p.capacity() > 0
	case again: // whoever is refused comes back
		return load < p.capacity()*saturated
	}
	return bounded || admitted < p.capacity()*saturated
}

// policed says that the point has what the exact models' rule does not know.
func (p *Point) policed() bool {
	m := &p.Managed
	closed := 0
	for _, s := range p.Streams {
		if s.Population > 0 {
			closed++
		}
	}
	return len(m.Admission) > 0 && !p.Infinite || m.Timeout != nil || m.Retry != nil || m.Breaker != nil || m.Overflow == sim.Block ||
		m.Autoscale != nil || m.Schedule != nil || closed > 0 && closed < len(p.Streams) || p.Opaque()
}

// openLoad is the work, in servers, and the tasks a second that open streams
// bring.
func (p *Point) openLoad() (load, rate float64) {
	for _, s := range p.model().Streams {
		if s.Population > 0 {
			continue
		}
		r := s.Process.Rate()
		if s.Batch != nil {
			r *= s.Batch.Mean()
		}
		rate += r
		load += r * s.MeanService()
	}
	return load, rate
}

// capacity is how many servers there can be, on average over time.
func (p *Point) capacity() float64 {
	switch m := &p.Managed; {
	case p.Infinite:
		return math.Inf(1)
	case m.Autoscale != nil:
		return float64(m.Autoscale.Max)
	case m.Schedule != nil:
		return m.Schedule.Mean()
	}
	return float64(p.Servers)
}
