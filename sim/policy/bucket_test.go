package policy

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

// TestTokenBucketByHand: 2 tokens per second, room for 3.
func TestTokenBucketByHand(t *testing.T) {
	b := must[TokenBucket](t)(NewTokenBucket(2, 3))
	for i, step := range []struct {
		now  float64
		want bool
	}{
		{1, true}, {1, true}, {1, true}, {1, false}, // full, then empty
		{1.25, false}, {1.5, true}, {1.5, false}, // a token each half second
		{2.75, true}, {2.75, true}, {2.75, false}, // 2.5 tokens there
		{3, true},                                   // the half that was left, and another
		{9, true}, {9, true}, {9, true}, {9, false}, // what overflowed is lost
	} {
		if got := b.Take(step.now); got != step.want {
			t.Fatalf("step %d, at %v: taken %v, want %v", i, step.now, got, step.want)
		}
	}
}

// TestTokenBucketReserveByHand: 2 tokens per second, room for 2.
func TestTokenBucketReserveByHand(t *testing.T) {
	b := must[TokenBucket](t)(NewTokenBucket(2, 2))
	for i, step := range []struct{ now, want float64 }{
		{1, 1}, {1, 1}, {1, 1.5}, {1.25, 2}, {1.25, 2.5}, {4, 4}, {4, 4}, {4, 4.5},
	} {
		if got := b.Reserve(step.now); got != step.want {
			t.Fatalf("step %d, at %v: token at %v, want %v", i, step.now, got, step.want)
		}
	}
	if b.Take(4.25) || b.Take(4.75) {
		t.Error("a token taken that was reserved")
	}
	if !b.Take(5) {
		t.Error("the token after the reserved ones is not there at 5")
	}
}

// exactBucket is the bucket in whole numbers: time in ticks, tokens in ticks of
// inflow; a token is `token` of them.
type exactBucket struct{ last, tokens, token, burst int64 }

func (b *exactBucket) fill(now int64) {
	b.tokens = min(b.burst, b.tokens+now-b.last)
	b.last = now
}

func (b *exactBucket) take(now int64) bool {
	b.fill(now)
	if b.tokens < b.token {
		return false
	}
	b.tokens -= b.token
	return true
}

func (b *exactBucket) reserve(now int64) int64 {
	b.fill(now)
	b.tokens -= b.token
	return now + max(0, -b.tokens)
}

// TestTokenBucketAgainstIntegers: where time and rate are dyadic, nothing is
// rounded, and decisions and instants are those of whole numbers.
func TestTokenBucketAgainstIntegers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shift := rapid.IntRange(0, 6).Draw(t, "shift") // 2^shift ticks a token
		burst := rapid.Int64Range(1<<shift, 20<<shift).Draw(t, "burst")
		token := int64(1) << shift
		exact := exactBucket{tokens: burst, token: token, burst: burst}
		const tick = 1.0 / 64
		b := must[TokenBucket](t)(NewTokenBucket(1/(tick*float64(token)), float64(burst)/float64(token)))
		now := int64(0)
		for range 200 {
			now += rapid.Int64Range(0, 3*token).Draw(t, "gap")
			at := float64(now) * tick
			if rapid.Bool().Draw(t, "reserve") {
				if got, want := b.Reserve(at), float64(exact.reserve(now))*tick; got != want {
					t.Fatalf("at %v: token at %v, want %v", at, got, want)
				}
			} else if got, want := b.Take(at), exact.take(now); got != want {
				t.Fatalf("at %v: taken %v, want %v", at, got, want)
			}
		}
	})
}

// TestTokenBucketDoesNotDrift: the token of task n of a saturated bucket is at
// (n − burst)/rate, to a few units in the last place, however large n is.
func TestTokenBucketDoesNotDrift(t *testing.T) {
	const rate, burst, first = 0.7, 5, 0.1
	check := func(b *TokenBucket, n int64) {
		got := b.Reserve(first)
		want := new(big.Float).SetPrec(200).Quo(big.NewFloat(float64(n-burst)), big.NewFloat(rate))
		want.Add(want, big.NewFloat(first))
		exact, _ := want.Float64()
		if math.Abs(got-exact) > exact*0x1p-51 {
			t.Fatalf("token of task %d at %v, want %v", n, got, exact)
		}
	}
	b := must[TokenBucket](t)(NewTokenBucket(rate, burst))
	for n := int64(1); n <= 1e6; n++ {
		if n <= burst {
			b.Reserve(first)
		} else {
			check(&b, n)
		}
	}
	b.taken = 1e9 - 1
	check(&b, 1e9)
}

// TestTokenBucketAtItsOwnRate: tasks that come exactly as fast as tokens all
// pass, however their instants were rounded; of those that come 1.0001 times as
// fast, as many as tokens flow in.
func TestTokenBucketAtItsOwnRate(t *testing.T) {
	for _, rate := range []float64{10, 3, 0.7, 1e6 / 3} {
		b := must[TokenBucket](t)(NewTokenBucket(rate, 1))
		for i := range 1_000_000 {
			if !b.Take(float64(i) / rate) {
				t.Fatalf("rate %v: task %d is refused", rate, i)
			}
		}
		fast, taken := must[TokenBucket](t)(NewTokenBucket(rate, 2)), 0
		for i := range 1_000_000 {
			if fast.Take(float64(i) / (rate * 1.0001)) {
				taken++
			}
		}
		// 2 that are there at 0, and 999 999/1.0001 = 999 899.01 that flow in.
		if taken != 999_901 {
			t.Errorf("rate %v: %d tasks passed, want 999 901", rate, taken)
		}
	}
}

func TestTokenBucketRefusesParameters(t *testing.T) {
	for _, rate := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		_, err := NewTokenBucket(rate, 1)
		refused(t, err, "rate")
	}
	for _, burst := range []float64{0, 0.5, -1, math.NaN(), math.Inf(1)} {
		_, err := NewTokenBucket(1, burst)
		refused(t, err, "burst")
	}
	_, err := NewTokenBucket(0, 0)
	refused(t, err, "rate", "burst")
}

func TestTokenBucketAllocatesNothing(t *testing.T) {
	b := must[TokenBucket](t)(NewTokenBucket(50, 10))
	allocates(t, "Take", func(now float64) { b.Take(now) })
	allocates(t, "Reserve", func(now float64) { b.Reserve(now) })
}

func BenchmarkTokenBucket(b *testing.B) {
	x := must[TokenBucket](b)(NewTokenBucket(50, 10))
	b.Run("call=take", func(b *testing.B) { free(b, func(now float64) { x.Take(now) }) })
	x = must[TokenBucket](b)(NewTokenBucket(50, 10))
	b.Run("call=reserve", func(b *testing.B) { free(b, func(now float64) { x.Reserve(now) }) })
}
