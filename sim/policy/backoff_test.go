package policy

import (
	"math"
	"testing"
)

func TestBackoffByHand(t *testing.T) {
	b := must[Backoff](t)(NewBackoff(0.1, 2, 10, NoJitter))
	for attempt, want := range map[int]float64{
		1: 0.1, 2: 0.2, 3: 0.4, 7: 6.4, 8: 10, 9: 10, 2000: 10, math.MaxInt: 10,
	} {
		near(t, "delay", b.Delay(attempt, math.NaN()), want)
	}
	jittered := must[Backoff](t)(NewBackoff(0.1, 2, 10, FullJitter))
	for _, c := range []struct {
		attempt int
		u, want float64
	}{{1, 0, 0}, {1, 0.5, 0.05}, {3, 0.25, 0.1}, {1 << 30, 0.75, 7.5}} {
		near(t, "delay with jitter", jittered.Delay(c.attempt, c.u), c.want)
	}
	if b.Draws() || !jittered.Draws() {
		t.Error("full jitter draws, no jitter does not")
	}
	steady := must[Backoff](t)(NewBackoff(3, 1, 10, NoJitter))
	near(t, "delay of factor 1", steady.Delay(math.MaxInt, 0), 3)
	low := must[Backoff](t)(NewBackoff(3, 2, 1, NoJitter))
	near(t, "delay above the largest", low.Delay(1, 0), 1)
}

func TestBackoffRefusesParameters(t *testing.T) {
	_, err := NewBackoff(0, 0.99, math.Inf(1), NoJitter+1)
	refused(t, err, "initial", "factor", "max", "jitter")
	_, err = NewBackoff(math.NaN(), math.NaN(), math.NaN(), -1)
	refused(t, err, "initial", "factor", "max", "jitter")
}

func TestBackoffAllocatesNothing(t *testing.T) {
	b := must[Backoff](t)(NewBackoff(0.1, 2, 10, FullJitter))
	allocates(t, "Delay", func(float64) { b.Delay(5, 0.5) })
}

func BenchmarkBackoff(b *testing.B) {
	x := must[Backoff](b)(NewBackoff(0.1, 2, 10, FullJitter))
	free(b, func(float64) { x.Delay(5, 0.5) })
}
