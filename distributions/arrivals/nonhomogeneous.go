package arrivals

import (
	"math"

	"spillway/distributions"
)

// NonHomogeneous is a Poisson process whose rate is a given function of time:
// numbers of arrivals in disjoint intervals are independent, and that in an
// interval is Poisson with the integral of the rate as its mean. Sinusoid and
// Profile are such.
type NonHomogeneous interface {
	Process

	// RateAt is the rate at the time t ≥ 0, seconds from the start, in
	// arrivals per second.
	RateAt(t float64) float64

	// MaxRate is the greatest rate there ever is.
	MaxRate() float64

	// Expected is the mean number of arrivals in [0, t]: the integral of the
	// rate.
	Expected(t float64) float64
}

var (
	_ NonHomogeneous = Sinusoid{}
	_ NonHomogeneous = Profile{}
)

// thinning is a realisation by thinning: of the arrivals of a Poisson process
// of the greatest rate, one at t stays with probability rateAt(t)/most.
// Exact, whatever the shape of the rate.
//
// Source: Lewis and Shedler, "Simulation of nonhomogeneous Poisson processes by
// thinning", Naval Research Logistics Quarterly 26(3), 1979, theorem 1.
type thinning struct {
	gap         distributions.Exponential // of the greatest rate
	most, least float64                   // below the least rate there is no need to look
	rateAt      func(t float64) float64
	stream      *distributions.Stream
	now         float64
}

func (p *thinning) Fill(epochs []float64) int {
	for i := range epochs {
		for {
			p.now += float64(p.gap.Sample(p.stream))
			if y := p.stream.Float64() * p.most; y < p.least || y < p.rateAt(p.now) {
				break
			}
		}
		epochs[i] = p.now
	}
	return len(epochs)
}

// unit is the exponential law of mean 1.
func unit() distributions.Exponential {
	d, _ := distributions.NewExponential(1)
	return d
}

// turn is the place of t in a cycle, from 0 to 1, and the number of cycles
// that are over.
func turn(t, period float64) (place, over float64) {
	x := t / period
	over = math.Floor(x)
	return x - over, over
}
