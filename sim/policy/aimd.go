package policy

import "errors"

// AIMDParameters are those of AIMDLimit in concurrency-limits.
type AIMDParameters struct {
	InitialLimit       int     // at time zero, MinLimit to MaxLimit
	MinLimit, MaxLimit int     // bounds, 1 ≤ MinLimit ≤ MaxLimit
	BackoffRatio       float64 // what is left of the limit after a drop, 0.5 ≤ BackoffRatio < 1
	Timeout            float64 // a longer response time counts as a drop, seconds, positive
}

// DefaultAIMD are the published defaults.
func DefaultAIMD() AIMDParameters {
	return AIMDParameters{InitialLimit: 20, MinLimit: 20, MaxLimit: 200, BackoffRatio: 0.9, Timeout: 5}
}

// AIMD is a limit of concurrency that grows by one with each answer while at
// least half of it is used, and shrinks by a ratio with each drop.
type AIMD struct {
	p     AIMDParameters
	limit int
}

// NewAIMD is the limit at time zero.
func NewAIMD(p AIMDParameters) (AIMD, error) {
	errs := []error{checkLimits(p.InitialLimit, p.MinLimit, p.MaxLimit), checkPositive("Timeout", p.Timeout)}
	if !(p.BackoffRatio >= 0.5 && p.BackoffRatio < 1) {
		errs = append(errs, wrong("BackoffRatio", p.BackoffRatio, "at least 0.5, less than 1"))
	}
	if err := errors.Join(errs...); err != nil {
		return AIMD{}, err
	}
	return AIMD{p, p.InitialLimit}, nil
}

// checkLimits is for the limits of every adaptive limit.
func checkLimits(initial, least, most int) error {
	if err := errors.Join(checkLeast("the least limit", least, 1), checkLeast("the largest limit", most, max(1, least))); err != nil {
		return err
	}
	return checkRange("InitialLimit", float64(initial), float64(least), float64(most))
}

// Limit is how many tasks may be in the system.
func (a *AIMD) Limit() int { return a.limit }

// Sample adjusts the limit by a task that left: its response time, how many
// tasks were in the system when it came, itself included, and whether it was
// dropped.
func (a *AIMD) Sample(rtt float64, inflight int, dropped bool) {
	if dropped || rtt > a.p.Timeout {
		a.limit = int(float64(a.limit) * a.p.BackoffRatio)
	} else if 2*inflight >= a.limit {
		a.limit++
	}
	a.limit = min(max(a.limit, a.p.MinLimit), a.p.MaxLimit)
}
