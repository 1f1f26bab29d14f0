package policy

import "errors"

// TokenBucket is a throttle: tokens flow in continuously, a task takes one, and
// what would overflow is lost. It starts full. In any time t it lets at most
// burst + rate·t tasks through.
//
// The state is when the bucket was last full and the whole number of tokens
// taken since, so that nothing is accumulated that rounding could make drift.
type TokenBucket struct {
	rate, burst float64
	full        float64 // when it was last full
	taken       float64 // tokens taken since then, a whole number
}

// NewTokenBucket is a bucket of a rate (tokens per second, positive) and a
// burst (tokens that it holds, at least 1: with less no task would ever pass).
func NewTokenBucket(rate, burst float64) (TokenBucket, error) {
	err := checkPositive("rate", rate)
	if !(burst >= 1 && burst <= 1<<53) {
		err = errors.Join(err, wrong("burst", burst, "at least 1, up to 2^53"))
	}
	if err != nil {
		return TokenBucket{}, err
	}
	return TokenBucket{rate: rate, burst: burst}, nil
}

// Take takes a token if one is there at now and says whether it was: a throttle
// that sheds what is in excess.
func (b *TokenBucket) Take(now float64) bool {
	b.refill(now)
	if b.missing() > b.filled(now) {
		return false
	}
	b.taken++
	return true
}

// Reserve takes a token for a task that arrives at now, and is the instant,
// not before now, at which it is there: a throttle that delays what is in
// excess. Tasks get their tokens in the order of their calls.
func (b *TokenBucket) Reserve(now float64) float64 {
	b.refill(now)
	missing := b.missing()
	b.taken++
	if missing <= b.filled(now) {
		return now
	}
	return b.full + missing/b.rate
}

// Due is the instant, not before now, at which the next token is there, without
// taking it: a throttle that delays asks for the head of those that it holds, who
// may leave before.
func (b *TokenBucket) Due(now float64) float64 {
	b.refill(now)
	missing := b.missing()
	if missing <= b.filled(now) {
		return now
	}
	return b.full + missing/b.rate
}

// refill notes that the bucket is full, if it is. Not within rounding: what is
// not quite full goes on from when it last was, exactly.
func (b *TokenBucket) refill(now float64) {
	if (now-b.full)*b.rate >= b.taken {
		b.full, b.taken = now, 0
	}
}

// missing is how many tokens must have flowed in since the bucket was full
// until the next task has one.
func (b *TokenBucket) missing() float64 { return b.taken + 1 - b.burst }

// filled is how many tokens have flowed in at now; a token that is due at now
// has, however now was computed.
func (b *TokenBucket) filled(now float64) float64 {
	return float64((now-b.full)*b.rate) + float64(now*b.rate)*instants
}
