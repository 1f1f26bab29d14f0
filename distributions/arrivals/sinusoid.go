package arrivals

import (
	"fmt"
	"math"

	"spillway/distributions"
)

// Sinusoid is the Poisson process of the rate
//
//	rate·(1 + amplitude·sin(2πt/period + phase)),
//
// t in seconds from the start: a day and night without a calendar. Arrivals
// are drawn by thinning. The zero value is not usable.
type Sinusoid struct {
	rate, amplitude, period, phase float64
	gap                            distributions.Exponential // of the greatest rate
}

// NewSinusoid takes the mean rate per second, positive; the amplitude as a
// share of it, from 0 to 1; the period in seconds, positive; and the phase at
// time zero in radians. All are finite.
func NewSinusoid(rate, amplitude, period, phase float64) (Sinusoid, error) {
	switch {
	case !isPositive(rate) || !isPositive(2*rate):
		return Sinusoid{}, wrong("rate", -1, number(rate), wantPositive)
	case !(amplitude >= 0 && amplitude <= 1):
		return Sinusoid{}, wrong("amplitude", -1, number(amplitude), "a number from 0 to 1")
	case !isPositive(period):
		return Sinusoid{}, wrong("period", -1, number(period), wantPositive)
	case !isFinite(phase):
		return Sinusoid{}, wrong("phase", -1, number(phase), "a finite number")
	}
	p := Sinusoid{rate: rate, amplitude: amplitude, period: period, phase: phase}
	var err error
	p.gap, err = distributions.NewExponential(p.MaxRate())
	return p, err
}

// Rate is the mean over a period.
func (p Sinusoid) Rate() float64 { return p.rate }

// Amplitude is the swing as a share of the mean rate.
func (p Sinusoid) Amplitude() float64 { return p.amplitude }

// Period is the length of a wave in seconds.
func (p Sinusoid) Period() float64 { return p.period }

// Phase is the angle at time zero in radians.
func (p Sinusoid) Phase() float64 { return p.phase }

// RateAt is the rate at time t.
func (p Sinusoid) RateAt(t float64) float64 {
	place, _ := turn(t, p.period)
	return p.rate * (1 + float64(p.amplitude*math.Sin(float64(2*math.Pi*place)+p.phase)))
}

// MaxRate is rate·(1 + amplitude).
func (p Sinusoid) MaxRate() float64 { return p.rate * (1 + p.amplitude) }

// Expected is the integral of the rate from 0 to t,
//
//	rate·(t + amplitude·period/π·sin(πt/period)·sin(πt/period + phase)).
func (p Sinusoid) Expected(t float64) float64 {
	place, _ := turn(t, p.period)
	half := math.Pi * place // a whole turn more changes both signs
	return p.rate * (t + p.amplitude*p.period/math.Pi*math.Sin(half)*math.Sin(half+p.phase))
}

// Start begins at time zero, in the phase that was given.
func (p Sinusoid) Start(s *distributions.Stream) Source {
	// Rounding must not let the least rate be above the rate itself.
	least := p.rate * (1 - p.amplitude) * (1 - 1e-12)
	return &thinning{gap: p.gap, most: p.MaxRate(), least: least, rateAt: p.RateAt, stream: s}
}

func (p Sinusoid) String() string {
	return fmt.Sprintf("sinusoid(rate=%g, amplitude=%g, period=%g, phase=%g)", p.rate, p.amplitude, p.period, p.phase)
}
