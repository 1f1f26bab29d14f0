package arrivals

import (
	"fmt"
	"math"

	"spillway/distributions"
)

// Process describes how tasks (or batches of tasks) arrive. It is immutable
// and shared by all replications; what moves is the Source that it starts.
type Process interface {
	// Rate is the long-run number of arrivals per second; batches count once.
	Rate() float64

	// Start begins a realisation at time zero that draws from s.
	Start(s *distributions.Stream) Source

	// String is the process as a person would write it: "poisson(rate=80)".
	String() string
}

// Source is one realisation of a process.
type Source interface {
	// Fill writes the epochs of the next arrivals, in seconds from the start,
	// never decreasing, and returns how many it wrote: fewer than len(epochs)
	// when the process has ended. Epochs are absolute, never gaps: gaps lose
	// time at the ends of windows.
	Fill(epochs []float64) int
}

// Poisson is the Poisson process.
type Poisson struct {
	gap distributions.Exponential
}

// NewPoisson is the Poisson process of a rate in arrivals per second, positive
// and finite.
func NewPoisson(rate float64) (Poisson, error) {
	gap, err := distributions.NewExponential(rate)
	return Poisson{gap}, err
}

// Rate is arrivals per second.
func (p Poisson) Rate() float64 { return p.gap.Rate() }

// Start begins with an exponential gap.
func (p Poisson) Start(s *distributions.Stream) Source { return &poisson{gap: p.gap, stream: s} }

func (p Poisson) String() string { return fmt.Sprintf("poisson(rate=%g)", p.Rate()) }

// poisson is a renewal whose gaps are added up as they are drawn.
type poisson struct {
	gap    distributions.Exponential
	stream *distributions.Stream
	last   float64
}

func (p *poisson) Fill(epochs []float64) int {
	p.last = p.gap.FillSums(p.stream, p.last, epochs)
	return len(epochs)
}

// Deterministic has one arrival every Interval; the first after a full one.
type Deterministic struct {
	Interval float64 // seconds, > 0, finite
}

// Rate is arrivals per second.
func (d Deterministic) Rate() float64 { return 1 / d.Interval }

// Start begins with a full interval. The stream is not drawn from.
func (d Deterministic) Start(*distributions.Stream) Source {
	return &clockwork{interval: d.Interval}
}

func (d Deterministic) String() string { return fmt.Sprintf("deterministic(interval=%g)", d.Interval) }

type clockwork struct {
	interval float64
	n        float64
}

// Fill multiplies instead of adding, so that the clock does not drift.
func (c *clockwork) Fill(epochs []float64) int {
	for i := range epochs {
		c.n++
		epochs[i] = c.n * c.interval
	}
	return len(epochs)
}

// Renewal has independent gaps of one law; heavy-tailed gaps go here. It
// starts with a full gap.
type Renewal struct {
	Gap distributions.Distribution // mean > 0
}

// Rate is one over the mean gap; 0 where that is infinite.
func (r Renewal) Rate() float64 {
	m := r.Gap.Mean()
	if math.IsInf(m, 1) {
		return 0
	}
	return 1 / m
}

// Start begins with a full gap.
func (r Renewal) Start(s *distributions.Stream) Source { return startRenewal(r.Gap, s) }

func (r Renewal) String() string { return fmt.Sprintf("renewal(%s)", r.Gap) }

func startRenewal(gap distributions.Distribution, s *distributions.Stream) Source {
	return &renewal{gap: gap, stream: s}
}

type renewal struct {
	gap    distributions.Distribution
	stream *distributions.Stream
	last   float64
}

func (r *renewal) Fill(epochs []float64) int {
	r.gap.Fill(r.stream, epochs)
	t := r.last
	for i, g := range epochs {
		t += g
		epochs[i] = t
	}
	r.last = t
	return len(epochs)
}
