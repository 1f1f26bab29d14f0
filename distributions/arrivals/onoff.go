package arrivals

import (
	"fmt"
	"math"

	"spillway/distributions"
)

// MaxSources is the largest number of sources of an OnOff process.
const MaxSources = 1_000_000

// OnOff is the superposition of independent sources that are on and off in
// turn. A source that is on has Poisson arrivals; one that is off has none.
// Periods with a tail index between 1 and 2 make the process long-range
// dependent.
//
// The process is stationary: at time zero a source is on with the long-run
// probability, E[on]/(E[on] + E[off]), and what is left of its period has the
// equilibrium law, of the density P(X > x)/E[X] (Cox, "Renewal Theory", 1962,
// section 5.2). That law is drawn exactly for every law that has a
// distribution function; see Stationary for the others. The zero value is not
// usable.
//
// Source: Willinger, Taqqu, Sherman and Wilson, "Self-similarity through
// high-variability", IEEE/ACM Trans. Networking 5(1), 1997.
type OnOff struct {
	on, off         distributions.Distribution
	rate            float64
	sources         int
	restOn, restOff rest // nil for a full period
}

// NewOnOff takes the laws of the periods, with positive finite means in
// seconds, the rate of one source while it is on, per second, and the number
// of sources, from 1 to MaxSources.
func NewOnOff(on, off distributions.Distribution, rate float64, sources int) (OnOff, error) {
	if err := checkPeriod("on", on); err != nil {
		return OnOff{}, err
	}
	if err := checkPeriod("off", off); err != nil {
		return OnOff{}, err
	}
	if !isPositive(rate) {
		return OnOff{}, wrong("rate", -1, number(rate), wantPositive)
	}
	if sources < 1 || sources > MaxSources {
		return OnOff{}, wrong("sources", -1, fmt.Sprint(sources), fmt.Sprintf("a whole number from 1 to %d", MaxSources))
	}
	p := OnOff{on: on, off: off, rate: rate, sources: sources}
	if !isPositive(p.Rate()) {
		return OnOff{}, wrong("rate", -1, number(rate), "one that gives a positive finite mean rate")
	}
	if r, ok := equilibrium(on); ok {
		p.restOn = r
	}
	if r, ok := equilibrium(off); ok {
		p.restOff = r
	}
	return p, nil
}

func checkPeriod(parameter string, d distributions.Distribution) error {
	if d == nil {
		return wrong(parameter, -1, "nothing", "a distribution")
	}
	if !isPositive(d.Mean()) {
		return wrong(parameter, -1, fmt.Sprintf("%s, of mean %g", d, d.Mean()), "a law with a positive finite mean")
	}
	return nil
}

// On is the law of the periods of arrivals.
func (p OnOff) On() distributions.Distribution { return p.on }

// Off is the law of the silences.
func (p OnOff) Off() distributions.Distribution { return p.off }

// RateOn is the rate of one source while it is on.
func (p OnOff) RateOn() float64 { return p.rate }

// Sources is the number of sources.
func (p OnOff) Sources() int { return p.sources }

// Share is the long-run share of time that a source is on.
func (p OnOff) Share() float64 { return 1 / (1 + p.off.Mean()/p.on.Mean()) }

// Rate is sources·rate·share.
func (p OnOff) Rate() float64 { return float64(p.sources) * p.rate * p.Share() }

// Stationary reports whether the process is stationary from time zero on. It
// is not where a law of periods has no distribution function: a source that
// starts in such a period starts with a full one.
func (p OnOff) Stationary() bool { return p.restOn != nil && p.restOff != nil }

func (p OnOff) String() string {
	return fmt.Sprintf("onoff(on=%s, off=%s, rate=%g, sources=%d)", p.on, p.off, p.rate, p.sources)
}

// Start draws for each source whether it is on, and what is left of that.
func (p OnOff) Start(s *distributions.Stream) Source {
	if c, ok := startCrowd(p, s); ok {
		return c
	}
	return startSwitching(p, s)
}

func startSwitching(p OnOff, s *distributions.Stream) *switching {
	v := &switching{process: p, stream: s, gap: unit(), queue: make([]toggle, p.sources)}
	share := p.Share()
	for i := range v.queue {
		t := &v.queue[i]
		t.on = s.Float64() < share
		law, left := p.off, p.restOff
		if t.on {
			v.on++
			law, left = p.on, p.restOn
		}
		if left == nil {
			left = law.Sample
		}
		t.at = left(s)
	}
	for i := len(v.queue)/2 - 1; i >= 0; i-- {
		v.sink(i)
	}
	return v
}

// toggle is when a source changes, and what it is until then.
type toggle struct {
	at float64
	on bool
}

// switching is a realisation of an OnOff process. The sources that are on are
// together a Poisson process until the next of all sources toggles.
type switching struct {
	process OnOff
	stream  *distributions.Stream
	gap     distributions.Exponential // of mean 1
	queue   []toggle                  // a binary heap, the next toggle first
	on      int                       // sources that are on
	now     float64                   // the last arrival or toggle
}

// Fill ends only where the times leave the floating-point numbers, after
// periods with a very heavy tail.
func (v *switching) Fill(epochs []float64) int {
	for i := range epochs {
		if v.next(); v.now > math.MaxFloat64 {
			return i
		}
		epochs[i] = v.now
	}
	return len(epochs)
}

// next moves to the next arrival. A gap that a toggle cuts short is thrown
// away: exponential gaps have no memory.
func (v *switching) next() {
	for v.now <= math.MaxFloat64 {
		if v.on > 0 {
			rate := v.process.rate * float64(v.on)
			if t := v.now + float64(v.gap.Sample(v.stream)/rate); t <= v.queue[0].at {
				v.now = t
				return
			}
		}
		v.turn()
	}
}

// turn moves to the next toggle and begins a new period there.
func (v *switching) turn() {
	t := &v.queue[0]
	v.now = t.at
	t.on = !t.on
	if t.on {
		v.on++
		t.at += v.process.on.Sample(v.stream)
	} else {
		v.on--
		t.at += v.process.off.Sample(v.stream)
	}
	v.sink(0)
}

// sink restores the order of the heap below i.
func (v *switching) sink(i int) {
	q := v.queue
	moved := q[i]
	for {
		child := 2*i + 1
		if child >= len(q) {
			break
		}
		if child+1 < len(q) && q[child+1].at < q[child].at {
			child++
		}
		if moved.at <= q[child].at {
			break
		}
		q[i], i = q[child], child
	}
	q[i] = moved
}
