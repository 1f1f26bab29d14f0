package policy

import (
	"errors"
	"math"
)

// AutoscalerParameters say how a pool follows its load.
type AutoscalerParameters struct {
	Min, Max     int     // bounds of the servers, 1 ≤ Min ≤ Max
	Metric       Metric  // what it looks at; whoever runs the pool measures it
	Target       float64 // value of the metric that it aims at, positive
	Tolerance    float64 // within this share of the target it does nothing, at least 0
	Interval     float64 // it decides at each multiple of this, seconds, positive
	MetricDelay  float64 // how old the metric is by then, seconds, at least 0, up to 10⁶ intervals
	UpCooldown   float64 // how long after a change it adds no server, seconds, at least 0
	DownCooldown float64 // how long after a change it removes no server, seconds, at least 0
	Proportional bool    // servers × metric / target, rounded up; then Step means nothing
	Step         int     // servers that it adds or removes at a time, at least 1
}

// Autoscaler decides how many servers a pool has.
//
// Whoever runs the pool schedules a call of Look at Next, calls it there, and
// makes the pool as large as it answers; then Next is the instant after. Next is
// either k·Interval, at which it decides, or k·Interval − MetricDelay, at which it
// reads the metric that it will decide by: the mean over the interval before. The
// instants are multiples, not sums, and do not drift. Of an interval that began
// before time zero the metric is the mean since then, and until the first
// interval of which something is known nothing is decided.
//
// The readings on their way wait in a ring of MetricDelay/Interval means.
type Autoscaler struct {
	p       AutoscalerParameters
	means   []float64 // of interval k at k modulo the length
	last    Reading   // the reading before
	sampled float64   // number of the next reading, a whole number
	decided float64   // number of the next decision
	changed float64   // when it last changed the servers
}

// Reading is what a metric has added up to since time zero: Sum/Weight of the
// difference of two readings is the mean between them. Of a metric over time,
// Sum is its integral and Weight the time; of one over tasks, Sum is the sum over
// the tasks and Weight their number. A window of measurement that begins does not
// reset it.
type Reading struct{ Sum, Weight float64 }

// maxDelay bounds the ring of readings.
const maxDelay = 1e6

// NewAutoscaler is an autoscaler at time zero.
func NewAutoscaler(p AutoscalerParameters) (*Autoscaler, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	// A reading and those of the delay after it, and one more for rounding.
	pending := math.Floor(p.MetricDelay/p.Interval) + 2
	a := &Autoscaler{p: p, means: make([]float64, int(pending)), sampled: max(1, pending-2), changed: math.Inf(-1)}
	for a.sampling() <= p.MetricDelay*instants {
		a.sampled++
	}
	a.decided = a.sampled
	return a, nil
}

func (p *AutoscalerParameters) check() error {
	var errs []error
	add := func(err error) { errs = append(errs, err) }
	add(checkLeast("Min", p.Min, 1))
	add(checkLeast("Max", p.Max, max(1, p.Min)))
	add(checkMetric("Metric", p.Metric))
	add(checkPositive("Target", p.Target))
	add(checkNotNegative("Tolerance", p.Tolerance))
	add(checkPositive("Interval", p.Interval))
	if p.Interval > 0 && !(p.MetricDelay >= 0 && p.MetricDelay <= maxDelay*p.Interval) {
		add(wrong("MetricDelay", p.MetricDelay, "0 up to 10⁶ intervals"))
	}
	add(checkNotNegative("UpCooldown", p.UpCooldown))
	add(checkNotNegative("DownCooldown", p.DownCooldown))
	if !p.Proportional {
		add(checkLeast("Step", p.Step, 1))
	}
	return errors.Join(errs...)
}

func (a *Autoscaler) sampling() float64 { return a.sampled*a.p.Interval - a.p.MetricDelay }
func (a *Autoscaler) deciding() float64 { return a.decided * a.p.Interval }

// Next is when Look is to be called.
func (a *Autoscaler) Next() float64 { return min(a.sampling(), a.deciding()) }

// Look is how many servers there are to be, at the instant Next, of a pool in
// which so many are active: those that are on or starting, not those that leave.
// It is active where nothing changes. r is the reading now.
func (a *Autoscaler) Look(r Reading, active int) int {
	now := a.Next()
	if a.sampling() <= now {
		a.means[a.slot(a.sampled)] = (r.Sum - a.last.Sum) / (r.Weight - a.last.Weight)
		a.last = r
		a.sampled++
	}
	if a.deciding() > now {
		return active
	}
	mean := a.means[a.slot(a.decided)]
	a.decided++
	return a.Decide(now, mean, active)
}

func (a *Autoscaler) slot(k float64) int { return int(math.Mod(k, float64(len(a.means)))) }

// Decide is how many servers there are to be at now by a metric; NaN is a metric
// of which nothing is known, by which only the bounds are kept. The answer counts
// as carried out: a change starts the cool-downs.
func (a *Autoscaler) Decide(now, metric float64, active int) int {
	want := min(max(a.aim(metric, active), a.p.Min), a.p.Max)
	since := (now - a.changed) + now*instants
	if want > active && since < a.p.UpCooldown || want < active && since < a.p.DownCooldown {
		return active
	}
	if want != active {
		a.changed = now
	}
	return want
}

// aim is the number of servers without bounds and cool-downs.
func (a *Autoscaler) aim(metric float64, active int) int {
	switch {
	case !(math.Abs(metric-a.p.Target) > a.p.Target*(a.p.Tolerance+whole)):
		return active // of NaN too
	case a.p.Proportional:
		servers := float64(active) * (metric / a.p.Target) * (1 - whole)
		if !(servers < float64(a.p.Max)) {
			return a.p.Max
		}
		return int(math.Ceil(max(servers, 0)))
	case metric > a.p.Target:
		return active + min(a.p.Step, a.p.Max)
	default:
		return active - min(a.p.Step, active)
	}
}
