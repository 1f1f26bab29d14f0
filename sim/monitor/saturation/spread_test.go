package saturation

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestLimit: the limit solves its equation.
func TestLimit(t *testing.T) {
	c := DefaultConfig(1)
	for rate := 1e-6; rate < 1e6; rate *= 10 {
		h := c.limit(rate, 1e12)
		u := 2 * c.Tolerance * h / rate
		length := rate / (2 * c.Tolerance * c.Tolerance) * (math.Expm1(u) - u)
		if math.Abs(length/c.RunLength-1) > 1e-5 {
			t.Errorf("rate %g: a limit of %g s is crossed once in %g s, want %g", rate, h, length, c.RunLength)
		}
		if few := c.limit(rate, 20); !(few > h) {
			t.Errorf("rate %g: a limit of %g s from 20 degrees of freedom, %g s from all", rate, few, h)
		}
	}
	if h := c.limit(0, 10); h != 0 {
		t.Errorf("a limit of %g s without variability", h)
	}
}

// TestVariance: the estimate of 15 differences is right on average, whether the
// load stays or steps up by ten standard deviations. 20,000 estimates, each with a
// standard deviation below 0.6 (seen: 0.5), have a mean with one of 0.0042; a
// bound of 0.02 for the first is 4.7 of them, a false alarm of 3e-6. The step may
// add what two differences less leave, 15 %.
func TestVariance(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	mean := func(step float64) float64 {
		sum := 0.0
		const n = 20000
		for range n {
			var l level
			at := r.IntN(remember)
			for i := range remember {
				x := r.NormFloat64()
				if i >= at {
					x += step
				}
				l.add(x)
			}
			v, ok := l.recent()
			if !ok {
				t.Fatal("undecided with a full memory")
			}
			sum += v
		}
		return sum / n
	}
	if v := mean(0); math.Abs(v-1) > 0.02 {
		t.Errorf("a variance of %.3f, want 1", v)
	}
	if v := mean(10); v < 0.98 || v > 1.3 {
		t.Errorf("a variance of %.3f with a step, want about 1", v)
	}
}

// TestLevels: blocks of the second length are means of two of the first.
func TestLevels(t *testing.T) {
	var s spread
	for i := range 64 {
		s.add(float64(i))
	}
	for i := range s {
		if want := int64(64 >> i); s[i].seen != want {
			t.Errorf("%d blocks of length %d, want %d", s[i].seen, 1<<i, want)
		}
	}
	if x := s[2].load[15]; x != 61.5 {
		t.Errorf("the last block of four has %g, want the mean of 60 to 63", x)
	}
	if m := s.mean(); m != 55.5 {
		t.Errorf("the mean of the last window is %g, want that of 48 to 63", m)
	}
}

// TestRate: what comes in bursts of four blocks counts four times what comes
// singly, about.
func TestRate(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 14))
	var single, bursts spread
	for range 4096 {
		x := r.NormFloat64()
		for range 4 {
			single.add(r.NormFloat64())
			bursts.add(x)
		}
	}
	a, b := single.rate(1), bursts.rate(1)
	if a < 0.8 || a > 2 || b < 3.2 || b > 8 {
		t.Errorf("rates %.2f and %.2f, want about 1 and 4, the largest of some", a, b)
	}
}
