package policy

import "errors"

// Gradient2Parameters are those of Gradient2Limit in concurrency-limits.
type Gradient2Parameters struct {
	InitialLimit             int     // at time zero, MinLimit to MaxConcurrency
	MinLimit, MaxConcurrency int     // bounds, 1 ≤ MinLimit ≤ MaxConcurrency
	Smoothing                float64 // share of each new estimate, above 0, up to 1
	QueueSize                int     // by how much the limit may grow while the response times are low, at least 0
	LongWindow               int     // samples in the average of the response time, at least 1
	RTTTolerance             float64 // by what factor a response time may exceed the average, at least 1
}

// DefaultGradient2 are the published defaults.
func DefaultGradient2() Gradient2Parameters {
	return Gradient2Parameters{
		InitialLimit: 20, MinLimit: 20, MaxConcurrency: 200, Smoothing: 0.2, QueueSize: 4, LongWindow: 600, RTTTolerance: 1.5,
	}
}

// Gradient2 is a limit of concurrency that follows the ratio of the long-term
// average of the response time to the present one, kept within 0.5 and 1:
//
//	limit ← (1 − Smoothing)·limit + Smoothing·(limit·ratio + QueueSize)
//
// Whether a task was dropped does not matter to it.
type Gradient2 struct {
	p     Gradient2Parameters
	limit float64 // the estimate; the limit is its whole part
	long  average // response time
}

// gradientWarmUp is how many samples the long average begins with.
const gradientWarmUp = 10

// NewGradient2 is the limit at time zero.
func NewGradient2(p Gradient2Parameters) (Gradient2, error) {
	errs := []error{
		checkLimits(p.InitialLimit, p.MinLimit, p.MaxConcurrency), checkShare("Smoothing", p.Smoothing),
		checkLeast("QueueSize", p.QueueSize, 0), checkLeast("LongWindow", p.LongWindow, 1),
	}
	if !(p.RTTTolerance >= 1) {
		errs = append(errs, wrong("RTTTolerance", p.RTTTolerance, "at least 1"))
	}
	if err := errors.Join(errs...); err != nil {
		return Gradient2{}, err
	}
	return Gradient2{p, float64(p.InitialLimit), average{window: p.LongWindow, warmUp: gradientWarmUp}}, nil
}

// Limit is how many tasks may be in the system.
func (g *Gradient2) Limit() int { return int(g.limit) }

// Sample adjusts the limit by a task that left: its response time and how many
// tasks were in the system when it came, itself included. A response time of 0
// has no ratio and tells nothing.
func (g *Gradient2) Sample(rtt float64, inflight int) {
	if !(rtt > 0) {
		return
	}
	long := g.long.add(rtt)
	if long/rtt > 2 { // after an overload, the average is far too long
		g.long.scale(0.95)
	}
	if float64(inflight) < g.limit/2 { // the limit is not what holds the load back
		return
	}
	ratio := max(0.5, min(1, g.p.RTTTolerance*long/rtt))
	estimate := float64(g.limit*ratio) + float64(g.p.QueueSize)
	estimate = float64(g.limit*(1-g.p.Smoothing)) + float64(estimate*g.p.Smoothing)
	g.limit = max(float64(g.p.MinLimit), min(float64(g.p.MaxConcurrency), estimate))
}
