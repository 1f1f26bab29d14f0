package policy

import (
	"errors"
	"math"
)

// VegasParameters are those of VegasLimit in concurrency-limits, where the
// least limit is always 1.
type VegasParameters struct {
	InitialLimit             int     // at time zero, MinLimit to MaxConcurrency
	MinLimit, MaxConcurrency int     // bounds, 1 ≤ MinLimit ≤ MaxConcurrency
	Smoothing                float64 // share of each new limit, above 0, up to 1
	ProbeMultiplier          int     // the base response time is measured anew every 0.5 to 1 times ProbeMultiplier·limit samples, at least 1
	Alpha                    Span    // with a shorter queue, the limit grows by Increase
	Beta                     Span    // with a longer queue, it shrinks by Decrease
	Threshold                Span    // with a queue up to this, it grows by Beta
	Increase, Decrease       Span
}

// Span is a number of tasks that may grow with the limit:
// Fixed + Decades·max(1, ⌊log10 limit⌋).
type Span struct{ Fixed, Decades int }

func (s Span) of(limit float64) int { return s.Fixed + s.Decades*decades(limit) }

// decades is max(1, ⌊log10 limit⌋), of whole numbers, since the logarithm of 1000
// is not quite 3.
func decades(limit float64) int {
	n := 1
	for x := 100.0; x <= limit; x *= 10 {
		n++
	}
	return n
}

// DefaultVegas are the published defaults.
func DefaultVegas() VegasParameters {
	decade := Span{Decades: 1}
	return VegasParameters{
		InitialLimit: 20, MinLimit: 1, MaxConcurrency: 1000, Smoothing: 1, ProbeMultiplier: 30,
		Alpha: Span{Decades: 3}, Beta: Span{Decades: 6}, Threshold: decade, Increase: decade, Decrease: decade,
	}
}

// Vegas is a limit of concurrency that keeps an estimate of the queue between
// Alpha and Beta tasks, after TCP Vegas: of a limit and a response time, the queue
// is ⌈limit·(1 − base/response time)⌉, where base is the least response time since
// it was last measured anew.
type Vegas struct {
	p       VegasParameters
	uniform func() float64
	limit   float64 // the estimate; the limit is its whole part
	base    float64 // response time without a queue, seconds; 0 before the first sample
	samples float64 // since the base was measured anew
	jitter  float64 // 0.5 to 1
}

// NewVegas is the limit at time zero; uniform gives numbers on [0, 1), one now
// and one each time the base is measured anew.
func NewVegas(p VegasParameters, uniform func() float64) (Vegas, error) {
	errs := []error{
		checkLimits(p.InitialLimit, p.MinLimit, p.MaxConcurrency), checkShare("Smoothing", p.Smoothing),
		checkLeast("ProbeMultiplier", p.ProbeMultiplier, 1),
	}
	spans := []Span{p.Alpha, p.Beta, p.Threshold, p.Increase, p.Decrease}
	for i, name := range []string{"Alpha", "Beta", "Threshold", "Increase", "Decrease"} {
		if spans[i].Fixed < 0 || spans[i].Decades < 0 {
			errs = append(errs, wrong(name, spans[i], "numbers of at least 0"))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return Vegas{}, err
	}
	v := Vegas{p: p, uniform: uniform, limit: float64(p.InitialLimit)}
	v.draw()
	return v, nil
}

func (v *Vegas) draw() { v.jitter = 0.5 + v.uniform()/2 }

// Limit is how many tasks may be in the system.
func (v *Vegas) Limit() int { return int(v.limit) }

// alike is by how much response times may differ and still be one: they are
// differences of instants, which are rounded.
const alike = 1e-9

// Sample adjusts the limit by a task that left: its response time, how many
// tasks were in the system when it came, itself included, and whether it was
// dropped. A response time of 0 tells nothing.
func (v *Vegas) Sample(rtt float64, inflight int, dropped bool) {
	if !(rtt > 0) {
		return
	}
	v.samples++
	if v.jitter*float64(v.p.ProbeMultiplier)*v.limit <= v.samples {
		v.draw()
		v.samples, v.base = 0, rtt
		return
	}
	if v.base == 0 || rtt < v.base*(1-alike) {
		v.base = rtt
		return
	}
	estimate, changes := v.aim(rtt, inflight, dropped)
	if !changes {
		return
	}
	estimate = max(float64(v.p.MinLimit), min(float64(v.p.MaxConcurrency), estimate))
	v.limit = float64((1-v.p.Smoothing)*v.limit) + float64(v.p.Smoothing*estimate)
}

// aim is the limit that a sample suggests, and whether it suggests one.
func (v *Vegas) aim(rtt float64, inflight int, dropped bool) (float64, bool) {
	whole := math.Floor(v.limit)
	if dropped {
		return v.limit - float64(v.p.Decrease.of(whole)), true
	}
	if float64(inflight)*2 < v.limit { // the limit is not what holds the load back
		return 0, false
	}
	queue := int(math.Ceil(v.limit*(1-v.base/rtt) - alike))
	beta := v.p.Beta.of(whole)
	switch {
	case queue <= v.p.Threshold.of(whole):
		return v.limit + float64(beta), true
	case queue < v.p.Alpha.of(whole):
		return v.limit + float64(v.p.Increase.of(whole)), true
	case queue > beta:
		return v.limit - float64(v.p.Decrease.of(whole)), true
	}
	return 0, false
}
