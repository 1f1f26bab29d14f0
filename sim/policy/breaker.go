package policy

import (
	"errors"
	"math"
)

// BreakerParameters say when a circuit breaker opens, and for how long.
type BreakerParameters struct {
	Errors  float64 // share of failed calls from which on it opens, above 0, up to 1
	Window  float64 // over which time the share is taken, seconds, positive
	Minimum int     // calls that must have ended in the window before it may open, at least 1
	Open    float64 // how long it stays open, seconds, positive
	Probes  int     // calls that then try whether the pool is well, at least 1
}

// BreakerState is what a circuit breaker does with calls.
type BreakerState int

const (
	BreakerClosed   BreakerState = iota // lets every call through
	BreakerOpen                         // fails every call at once
	BreakerHalfOpen                     // lets its probes through and fails the others
)

// Breaker is a caller's circuit breaker. Closed, it counts the calls that ended
// in the last Window, each at the instant it ended; when a call ends and at least
// Minimum have, a share of failures of at least Errors opens it. Open, it fails
// calls at once; after Open seconds it is half open and lets Probes calls through.
// When all of them have ended well it closes, with an empty window; the first that
// fails opens it again, for Open seconds from then on.
//
// A call belongs to the state that let it through: what ends in a later one does
// not count, neither in the window nor as a probe.
//
// The window is a ring of 10 buckets, as in Hystrix: it reaches back between 0.9
// and 1 times Window, to a multiple of Window/10.
type Breaker struct {
	p       BreakerParameters
	state   BreakerState
	period  Period  // number of the present state
	until   float64 // if open: when it is half open
	probes  int     // if half open: calls let through
	well    int     // if half open: of them, those that ended well
	latest  float64 // number of the present bucket since time zero, a whole number
	place   int     // of the present bucket in the ring
	buckets [breakerBuckets]outcomes
	total   outcomes
}

type outcomes struct{ calls, failures int }

const breakerBuckets = 10

// Period tells the states of a breaker apart: it grows with every change. A call
// keeps the one that it began in.
type Period uint32

// NewBreaker is a closed breaker without calls.
func NewBreaker(p BreakerParameters) (*Breaker, error) {
	if err := errors.Join(
		checkShare("Errors", p.Errors), checkPositive("Window", p.Window), checkLeast("Minimum", p.Minimum, 1),
		checkPositive("Open", p.Open), checkLeast("Probes", p.Probes, 1),
	); err != nil {
		return nil, err
	}
	return &Breaker{p: p}, nil
}

// Allow says whether a call at now is let through, and in which period. Every
// call that is must come to a Done.
func (b *Breaker) Allow(now float64) (Period, bool) {
	switch b.State(now) {
	case BreakerClosed:
		return b.period, true
	case BreakerOpen:
		return b.period, false
	}
	if b.probes == b.p.Probes {
		return b.period, false
	}
	b.probes++
	return b.period, true
}

// Done is for the end of a call of a period: ok where it was answered.
func (b *Breaker) Done(now float64, period Period, ok bool) {
	state := b.State(now)
	switch {
	case period != b.period:
	case state == BreakerClosed:
		b.count(now, ok)
	case !ok:
		b.open(now)
	default:
		b.well++
		if b.well == b.p.Probes {
			b.enter(BreakerClosed)
			b.buckets, b.total = [breakerBuckets]outcomes{}, outcomes{}
		}
	}
}

// State is the state at now.
func (b *Breaker) State(now float64) BreakerState {
	if b.state == BreakerOpen && now >= b.until {
		b.enter(BreakerHalfOpen)
		b.probes, b.well = 0, 0
	}
	return b.state
}

func (b *Breaker) enter(s BreakerState) {
	b.state = s
	b.period++
}

func (b *Breaker) open(now float64) {
	b.enter(BreakerOpen)
	b.until = now + b.p.Open
}

// count counts the end of a call and opens the breaker if it is time.
func (b *Breaker) count(now float64, ok bool) {
	b.slide(now)
	bucket := &b.buckets[b.place]
	bucket.calls++
	b.total.calls++
	if !ok {
		bucket.failures++
		b.total.failures++
	}
	if b.total.calls >= b.p.Minimum && float64(b.total.failures) >= b.p.Errors*float64(b.total.calls)*(1-whole) {
		b.open(now)
	}
}

// slide forgets the buckets that have left the window at now.
func (b *Breaker) slide(now float64) {
	present := math.Floor(now / b.p.Window * breakerBuckets)
	if !(present-b.latest < breakerBuckets) {
		b.buckets, b.total, b.latest = [breakerBuckets]outcomes{}, outcomes{}, present
	}
	for b.latest < present {
		b.latest++
		b.place = (b.place + 1) % breakerBuckets
		old := &b.buckets[b.place]
		b.total.calls -= old.calls
		b.total.failures -= old.failures
		*old = outcomes{}
	}
}
