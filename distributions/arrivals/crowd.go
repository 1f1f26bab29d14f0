package arrivals

import (
	"math"

	"spillway/distributions"
)

// crowd is a realisation of an OnOff process with exponential periods: the
// number of sources that are on is a Markov chain, so that it does not matter
// which source toggles next, and there is no order to keep.
type crowd struct {
	stream  *distributions.Stream
	gap     distributions.Exponential // of mean 1
	rate    float64                   // of a source that is on
	end     float64                   // the rate at which a source that is on goes off
	begin   float64                   // and one that is off goes on
	on, off float64                   // sources
	now     float64                   // the last arrival or toggle
	toggle  float64                   // the next toggle
}

// startCrowd is false where a law of periods is not exponential.
func startCrowd(p OnOff, s *distributions.Stream) (*crowd, bool) {
	on, isOn := p.on.(distributions.Exponential)
	off, isOff := p.off.(distributions.Exponential)
	if !isOn || !isOff {
		return nil, false
	}
	c := &crowd{stream: s, gap: unit(), rate: p.rate, end: 1 / on.Mean(), begin: 1 / off.Mean()}
	share := p.Share()
	for range p.sources {
		if s.Float64() < share {
			c.on++
		} else {
			c.off++
		}
	}
	c.wait()
	return c, true
}

// wait draws the next toggle.
func (c *crowd) wait() {
	c.toggle = c.now + float64(c.gap.Sample(c.stream)/(float64(c.on*c.end)+float64(c.off*c.begin)))
}

// Fill ends only where the times leave the floating-point numbers.
func (c *crowd) Fill(epochs []float64) int {
	for i := range epochs {
		if c.next(); c.now > math.MaxFloat64 {
			return i
		}
		epochs[i] = c.now
	}
	return len(epochs)
}

// next moves to the next arrival, as switching.next does.
func (c *crowd) next() {
	for c.now <= math.MaxFloat64 {
		if c.on > 0 {
			if t := c.now + float64(c.gap.Sample(c.stream)/(c.on*c.rate)); t <= c.toggle {
				c.now = t
				return
			}
		}
		c.now = c.toggle
		ends := float64(c.on * c.end)
		switch begins := float64(c.off * c.begin); {
		case begins == 0 || ends > 0 && c.stream.Float64()*(ends+begins) < ends:
			c.on, c.off = c.on-1, c.off+1
		default:
			c.on, c.off = c.on+1, c.off-1
		}
		c.wait()
	}
}
