package policy

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func half() BreakerParameters {
	return BreakerParameters{Errors: 0.5, Window: 10, Minimum: 4, Open: 5, Probes: 2}
}

// call lets a call through that ends at once.
func call(t *testing.T, b *Breaker, now float64, ok bool) {
	t.Helper()
	period, allowed := b.Allow(now)
	if !allowed {
		t.Fatalf("at %v: a call is failed at once", now)
	}
	b.Done(now, period, ok)
}

func state(t *testing.T, b *Breaker, now float64, want BreakerState) {
	t.Helper()
	if got := b.State(now); got != want {
		t.Fatalf("at %v: state %v, want %v", now, got, want)
	}
}

// TestBreakerByHand goes once around: closed, open, half open, open, half
// open, closed.
func TestBreakerByHand(t *testing.T) {
	p := half()
	p.Window = 1000
	b := must[*Breaker](t)(NewBreaker(p))
	call(t, b, 1, false)
	call(t, b, 2, false)
	call(t, b, 3, false)
	state(t, b, 3, BreakerClosed) // all failed, but only three
	call(t, b, 4, true)           // the fourth: three of four failed
	state(t, b, 4, BreakerOpen)
	if _, allowed := b.Allow(8.999); allowed {
		t.Fatal("an open breaker lets a call through")
	}
	first, one := b.Allow(9)
	second, two := b.Allow(9.5)
	if _, three := b.Allow(9.75); !one || !two || three {
		t.Fatalf("half open, probes let through: %v %v %v, want the first two", one, two, three)
	}
	state(t, b, 9.75, BreakerHalfOpen)
	b.Done(10, first, true)
	if _, more := b.Allow(10); more {
		t.Fatal("a probe that ended makes room for another")
	}
	b.Done(11, second, false)
	state(t, b, 15.999, BreakerOpen) // for 5 s from 11 on
	first, _ = b.Allow(16)
	second, _ = b.Allow(16)
	b.Done(17, second, true)
	state(t, b, 17, BreakerHalfOpen)
	b.Done(18, first, true)
	state(t, b, 18, BreakerClosed)
	for range 3 {
		call(t, b, 18, false)
	}
	state(t, b, 18, BreakerClosed) // the window began empty
	call(t, b, 18, false)
	state(t, b, 18, BreakerOpen)
}

// TestBreakerShare: at the share it opens, below it does not; 7 of 100 are 7 %,
// although 0.07·100 is rounded up.
func TestBreakerShare(t *testing.T) {
	for _, c := range []struct {
		errors       float64
		calls, fails int // the last of so many calls is the last that fails
	}{{0.5, 6, 3}, {0.07, 100, 7}, {1, 4, 4}, {0.29, 100, 29}} {
		p := half()
		p.Errors = c.errors
		b := must[*Breaker](t)(NewBreaker(p))
		for i := range c.calls {
			state(t, b, 1, BreakerClosed)
			call(t, b, 1, i < c.calls-c.fails)
		}
		state(t, b, 1, BreakerOpen)
	}
}

// TestBreakerIgnoresLateAnswers: what began before the opening counts neither
// as a probe nor in the next window.
func TestBreakerIgnoresLateAnswers(t *testing.T) {
	b := must[*Breaker](t)(NewBreaker(half()))
	late, _ := b.Allow(0)
	for range 4 {
		call(t, b, 1, false)
	}
	b.Done(2, late, false)
	state(t, b, 5.99, BreakerOpen)
	first, _ := b.Allow(6)
	b.Done(6.5, late, false) // half open: no probe of it
	state(t, b, 6.5, BreakerHalfOpen)
	b.Done(6.5, late, true)
	second, _ := b.Allow(7)
	b.Done(7, first, true)
	state(t, b, 7, BreakerHalfOpen)
	b.Done(7, second, true)
	state(t, b, 7, BreakerClosed)
	for range 50 {
		b.Done(8, late, false)
	}
	state(t, b, 8, BreakerClosed)
	// A probe whose sibling failed.
	b = must[*Breaker](t)(NewBreaker(half()))
	for range 4 {
		call(t, b, 1, false)
	}
	first, _ = b.Allow(6)
	second, _ = b.Allow(6)
	b.Done(7, first, false)
	b.Done(11, second, false) // ends when it is open; 12 is still its end
	state(t, b, 11.999, BreakerOpen)
	state(t, b, 12, BreakerHalfOpen)
}

// TestBreakerForgets: with 10 buckets of 1 s, what ended at 1.5 is in the window
// until 11.
func TestBreakerForgets(t *testing.T) {
	for _, c := range []struct {
		now  float64
		want BreakerState
	}{{10.99, BreakerOpen}, {11, BreakerClosed}, {1e9, BreakerClosed}} {
		b := must[*Breaker](t)(NewBreaker(half()))
		for range 3 {
			call(t, b, 1.5, false)
		}
		call(t, b, c.now, false)
		state(t, b, c.now, c.want)
	}
}

// TestBreakerWindow: the ring counts what a list of all ends counts, over the
// last ten buckets.
func TestBreakerWindow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := half()
		p.Window = rapid.Float64Range(0.1, 100).Draw(t, "window")
		p.Minimum = math.MaxInt // it only counts
		b := must[*Breaker](t)(NewBreaker(p))
		type end struct {
			bucket float64
			ok     bool
		}
		var ends []end
		now := 0.0
		for range 200 {
			now += rapid.Float64Range(0, 2).Draw(t, "gap") * p.Window / 10
			e := end{math.Floor(now / p.Window * 10), rapid.Bool().Draw(t, "ok")}
			ends = append(ends, e)
			b.Done(now, 0, e.ok)
			var want outcomes
			for _, x := range ends {
				if x.bucket > e.bucket-10 {
					want.calls++
					if !x.ok {
						want.failures++
					}
				}
			}
			if b.total != want {
				t.Fatalf("at %v: %+v in the window, want %+v", now, b.total, want)
			}
		}
	})
}

func TestBreakerRefusesParameters(t *testing.T) {
	_, err := NewBreaker(BreakerParameters{})
	refused(t, err, "Errors", "Window", "Minimum", "Open", "Probes")
	p := half()
	p.Errors, p.Window = 1.01, math.NaN()
	_, err = NewBreaker(p)
	refused(t, err, "Errors", "Window")
}

func TestBreakerAllocatesNothing(t *testing.T) {
	b := must[*Breaker](t)(NewBreaker(half()))
	allocates(t, "Allow and Done", func(now float64) {
		period, _ := b.Allow(now)
		b.Done(now, period, now < 5)
	})
}

func BenchmarkBreaker(b *testing.B) {
	x := must[*Breaker](b)(NewBreaker(half()))
	free(b, func(now float64) {
		period, _ := x.Allow(now)
		x.Done(now, period, true)
	})
}
