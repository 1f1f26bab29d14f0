package saturation

import (
	"errors"
	"fmt"
	"math"
)

// Config says what a detector watches for.
type Config struct {
	// Servers is the number of servers until a transition tells another, 1 or
	// more.
	Servers int
	// Window is what "the last minutes" means, in seconds: positive, finite. A
	// pool is not called saturated before it has fallen behind for that long. It
	// should hold a hundred service times or more.
	Window float64
	// Tolerance is the margin below capacity at which false alarms are counted:
	// a load of 1 − Tolerance is in order. Positive, below 1. A smaller one makes
	// the detector slower: limits go as its inverse.
	Tolerance float64
	// RunLength is the mean time to a false alarm at a load of 1 − Tolerance, in
	// seconds: at least a window, finite.
	RunLength float64
}

// DefaultConfig is a window of two minutes, and a load of 0.95 that is called
// saturated once in thirty days.
func DefaultConfig(servers int) Config {
	return Config{Servers: servers, Window: 120, Tolerance: 0.05, RunLength: 30 * 24 * 3600}
}

// Validate tells all that is wrong with the configuration; nil if nothing is.
func (c Config) Validate() error {
	var errs []error
	if c.Servers < 1 {
		errs = append(errs, fmt.Errorf("saturation: %d servers, want 1 or more", c.Servers))
	}
	if !(c.Window > 0 && c.Window <= math.MaxFloat64) {
		errs = append(errs, fmt.Errorf("saturation: a window of %g s, want a positive finite one", c.Window))
	}
	if !(c.Tolerance > 0 && c.Tolerance < 1) {
		errs = append(errs, fmt.Errorf("saturation: a tolerance of %g, want one above 0 and below 1", c.Tolerance))
	}
	if !(c.RunLength >= c.Window && c.RunLength <= math.MaxFloat64) {
		errs = append(errs, fmt.Errorf("saturation: a run length of %g s, want a finite one of at least the window, %g s", c.RunLength, c.Window))
	}
	return errors.Join(errs...)
}

// limit is the deficit in seconds that a load of 1 − Tolerance crosses once in
// RunLength on average, if the variance of the offered work, in seconds of the
// whole pool squared, grows by rate a second. It is h with
//
//	(rate / 2δ²) × (exp(u) − 1 − u) = RunLength,  u = 2δh / rate,  δ = Tolerance:
//
// the mean time f(0) in which Brownian motion with drift −δ, reflected at zero,
// comes from zero to h, which solves rate/2 f″ − δ f′ = −1, f′(0) = 0, f(h) = 0
// (Reynolds, "Approximations to the average run length in cumulative sum control
// charts", Technometrics 17, 1975).
//
// The rate is an estimate with some degrees of freedom, so that the limit is random.
// If the estimate is chi-squared, exp(−u) is kept on average by
// freedom/2 × (exp(2u/freedom) − 1) in the place of u.
func (c Config) limit(rate, freedom float64) float64 {
	if !(rate > 0) {
		return 0
	}
	k := 2 * c.Tolerance * c.Tolerance * c.RunLength / rate
	u := math.Min(math.Sqrt(2*k), math.Log1p(k)+math.Ln2) // both are above the root
	for range 8 {
		if slope := math.Expm1(u); slope > 0 {
			u -= (slope - u - k) / slope
		}
	}
	u = freedom / 2 * math.Expm1(2*u/freedom)
	return u * rate / (2 * c.Tolerance)
}
