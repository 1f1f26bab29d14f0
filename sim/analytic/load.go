package analytic

import (
	"math"

	"spillway/distributions"
	"spillway/distributions/arrivals"
)

// saturationSlack is how far below one ρ must stay to be told from one. The
// parameters of a scenario are decimal numbers rounded to binary: λ = 0.3,
// µ = 0.1, c = 3 is meant to be ρ = 1, though the three float64 give
// 1 − 6e-17. Each parameter adds at most 2^-53, a computed mean a few times
// that; 2^-50 covers them and is a million times smaller than 1 − ρ = 1e-9.
const saturationSlack = 0x1p-50

// OfferedLoad is the work that arrives per unit of time, in erlangs: the sum
// over the streams of rate × mean batch × mean service. It is +Inf where a mean
// is.
func OfferedLoad(sys System) float64 {
	return offeredLoad(sys.Streams).hi
}

// Stable reports whether the system has a steady state: its offered load is
// below what the servers can do (their number; the sum of their speeds; the
// share of time that they are up), or tasks that find no room are refused for
// good, or those that wait leave, or the callers are so many, or there are
// infinitely many servers and the load is finite. A throttle that delays has to
// let through what arrives. A load within rounding of the number of servers
// counts as equal to it.
func Stable(sys System) bool {
	load := offeredLoad(sys.Streams)
	switch {
	case sys.Closed != nil || sys.Patience != nil:
		return true // never more than the callers; those that wait leave
	case sys.Infinite && sys.Throttle != nil && sys.Throttle.Delay:
		return !math.IsInf(load.hi, 1) && sys.taskRate() < sys.Throttle.Rate
	case sys.Infinite:
		return !math.IsInf(load.hi, 1)
	case sys.Limited && sys.Retry == nil:
		return true
	case sys.Speeds != nil:
		return load.hi < capacity(sys.Speeds)*(1-saturationSlack)
	case sys.Failures != nil:
		return load.hi < float64(sys.Servers)*sys.Failures.available()*(1-saturationSlack)
	}
	return spareShare(load, sys.Servers) > saturationSlack
}

// capacity is that of servers of some speeds, in servers of speed 1.
func capacity(speeds []float64) float64 {
	sum := 0.0
	for _, x := range speeds {
		sum += x
	}
	return sum
}

// available is the share of time that a server is up, or, of one that ages only
// while it works, would be if it worked whenever it is up.
func (f *Failures) available() float64 {
	up, repair := f.Up.Mean(), f.Repair.Mean()
	if math.IsInf(up, 1) {
		return 1
	}
	return up / (up + repair)
}

// taskRate is tasks per second, all streams together.
func (sys System) taskRate() float64 {
	rate := pair{}
	for _, s := range sys.Streams {
		rate = rate.plus(s.rate())
	}
	return rate.hi
}

// spareShare is 1 − ρ, the share of the servers that the load leaves idle,
// with all its digits; negative under overload.
func spareShare(load pair, servers int) float64 {
	c := float64(servers)
	return ((c - load.hi) - load.lo) / c
}

func offeredLoad(streams []Stream) pair {
	var load pair
	for _, s := range streams {
		load = load.plus(s.work())
	}
	return load
}

// work is the offered load of one stream.
func (s Stream) work() pair {
	rate := s.rate()
	if e, ok := asExponential(s.Service); ok && e.ByRate() {
		return rate.over(e.Rate())
	}
	return rate.times(s.Service.Mean())
}

// rate is tasks per second, batches resolved.
func (s Stream) rate() pair {
	rate := processRate(s.Process)
	if s.Batch != nil {
		rate = rate.times(s.Batch.Mean())
	}
	return rate
}

// processRate is arrivals per second, from the parameter that was given:
// one over an interval keeps the digits that rounding it would drop.
func processRate(p arrivals.Process) pair {
	switch p := p.(type) {
	case nil: // a closed population
		return pair{}
	case arrivals.Deterministic:
		return pair{hi: 1}.over(p.Interval)
	case arrivals.Renewal:
		if e, ok := asExponential(p.Gap); ok && e.ByRate() {
			return pair{hi: e.Rate()}
		}
		return pair{hi: 1}.over(p.Gap.Mean())
	}
	return pair{hi: p.Rate()}
}

// isPoisson reports whether a process is Poisson; renewals with exponential
// gaps are.
func isPoisson(p arrivals.Process) bool {
	switch p := p.(type) {
	case arrivals.Poisson:
		return true
	case arrivals.Renewal:
		_, ok := asExponential(p.Gap)
		return ok
	}
	return false
}

// isBatch reports whether more than one task may arrive at once. Sizes are at
// least one, so that a mean of one leaves no other size.
func isBatch(b arrivals.Batch) bool { return b != nil && b.Mean() != 1 }

// sdOf is the standard deviation of a law.
func sdOf(d distributions.Distribution) float64 {
	mean, scv := d.Mean(), d.SCV()
	switch {
	case math.IsInf(mean, 1):
		return math.Inf(1)
	case scv == 0:
		return 0
	}
	return mean * math.Sqrt(scv)
}

// isConstant reports whether a law puts everything on one value.
func isConstant(d distributions.Distribution) bool {
	return d.SCV() == 0 && !math.IsInf(d.Mean(), 1)
}
