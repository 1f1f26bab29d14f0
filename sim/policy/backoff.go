package policy

import (
	"errors"
	"math"
)

// Jitter is how a delay is spread, so that callers that failed together do not
// come back together.
type Jitter int

const (
	FullJitter Jitter = iota // uniform between 0 and the delay
	NoJitter                 // the delay itself
)

// Backoff is a delay that grows with each retry: min(Max, Initial·Factor^(n−1))
// before retry n, spread by the jitter. Source: M. Brooker, "Exponential Backoff
// And Jitter", AWS Architecture Blog, 2015.
type Backoff struct {
	initial, factor, max float64
	jitter               Jitter
}

// NewBackoff is a backoff of an initial and a largest delay (seconds, positive;
// where the largest is less, it is the delay throughout) and a factor of at
// least 1.
func NewBackoff(initial, factor, largest float64, jitter Jitter) (Backoff, error) {
	errs := []error{checkPositive("initial", initial), checkPositive("max", largest)}
	if !(factor >= 1 && factor <= math.MaxFloat64) {
		errs = append(errs, wrong("factor", factor, "at least 1, and finite"))
	}
	if jitter != FullJitter && jitter != NoJitter {
		errs = append(errs, wrong("jitter", int(jitter), "FullJitter or NoJitter"))
	}
	if err := errors.Join(errs...); err != nil {
		return Backoff{}, err
	}
	return Backoff{initial, factor, largest, jitter}, nil
}

// Draws says whether Delay looks at its uniform number.
func (b *Backoff) Draws() bool { return b.jitter == FullJitter }

// Delay is the delay before a retry, counted from 1, in seconds; u is uniform on
// [0, 1), of any value where nothing Draws.
func (b *Backoff) Delay(attempt int, u float64) float64 {
	delay := min(b.max, b.initial*math.Pow(b.factor, float64(attempt-1)))
	if b.jitter == NoJitter {
		return delay
	}
	return u * delay
}
