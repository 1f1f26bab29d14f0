package analytic

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/mathext"
)

// TestGeometric sums term by term, on both sides of where closed forms cancel.
func TestGeometric(t *testing.T) {
	for _, gap := range []float64{0, 1e-18, 1e-9, 1e-3, 0.3, 0.9, 1 - 1e-9} {
		q := newRatio(1-gap, gap)
		if gap > 0.99 {
			q = newRatio(1e-9, gap)
		}
		for _, n := range []int{0, 1, 2, 3, 17, 1000, 12345} {
			var want [3]float64
			for k := n - 1; k >= 0; k-- {
				p := q.pow(float64(k))
				want[0] += p
				want[1] += float64(k) * p
				want[2] += float64(k) * float64(k) * p
			}
			s0, s1, s2 := q.moments(n)
			name := fmt.Sprintf("1−q=%g n=%d", gap, n)
			within(t, name+" Σ", q.sum(float64(n)), want[0], 1e-13)
			within(t, name+" Σ by doubling", s0, want[0], 1e-13)
			within(t, name+" Σk", s1, want[1], 1e-13)
			within(t, name+" Σk²", s2, want[2], 1e-13)
		}
	}
}

// TestPoissonSums compares window sums with the incomplete gamma functions of
// gonum, and probabilities with their own ratio P(n)/P(n−1) = y/n.
func TestPoissonSums(t *testing.T) {
	unit := recurrence{1, 0, 1}
	for _, y := range []float64{1e-9, 0.3, 5, 80, 700} {
		for _, n := range []float64{1, 4, 90, 650} {
			top, bottom := highest(n, y), lowest(n+1, math.Inf(1), y)
			upTo := descend(logPoisson(top, y), top, 0, y, unit)
			above := ascend(logPoisson(bottom, y), bottom, math.Inf(1), y, unit)
			name := fmt.Sprintf("y=%g n=%g", y, n)
			if want := mathext.GammaIncRegComp(n+1, y); want > 1e-250 {
				within(t, name+" up to n", upTo, want, 1e-11)
			}
			if want := mathext.GammaIncReg(n+1, y); want > 1e-250 {
				within(t, name+" above n", above, want, 1e-11)
			}
		}
	}
	for _, n := range []float64{1, 2, 15, 16, 17, 1000, 1e6} {
		y := n * 1.001
		within(t, fmt.Sprintf("P(%g)/P(%g)", n, n-1), math.Exp(logPoisson(n, y)-logPoisson(n-1, y)), y/n, 1e-13*math.Sqrt(n))
	}
}

// TestOddsWindow: the recursion that starts in the middle is the whole one.
func TestOddsWindow(t *testing.T) {
	for _, c := range []int{1, 30, 31, 500, 100_000} {
		for _, load := range []float64{0.01, 0.5, 0.9, 0.99, 1, 1.01, 2, 1000} {
			a, odds := load*float64(c), 0.0
			for n := 1; n <= c; n++ {
				odds = float64(n) / a * (1 + odds)
			}
			got := idleOdds(c, a)
			if math.IsInf(odds, 1) && math.IsInf(got, 1) {
				continue
			}
			within(t, fmt.Sprintf("odds at c=%d a=%g", c, a), got, odds, 1e-12)
			if err := checkIdleOdds(c, a, got); err != nil {
				t.Error(err)
			}
			if odds < 1e200 && checkIdleOdds(c, a, got*(1+1e-8)+1e-8) == nil {
				t.Errorf("c=%d a=%g: odds that are wrong by 1e-8 pass the check", c, a)
			}
		}
	}
}

// TestPair: products, quotients and sums keep what a float64 drops.
func TestPair(t *testing.T) {
	x := pair{hi: 1}.over(3).times(3)
	if x.hi+x.lo != 1 || math.Abs((x.hi-1)+x.lo) > 1e-31 {
		t.Errorf("1/3·3 = %v", x)
	}
	s := pair{hi: 1}.plus(pair{hi: 1e-20})
	if s.hi != 1 || s.lo != 1e-20 {
		t.Errorf("1 + 1e-20 = %v", s)
	}
	if p := (pair{hi: 1}).times(math.Inf(1)).plus(pair{hi: 2}); !math.IsInf(p.hi, 1) || math.IsNaN(p.lo) {
		t.Errorf("infinity = %v", p)
	}
}

func TestTailQuantile(t *testing.T) {
	for _, q := range []float64{0.5, 0.01, 1e-9} {
		x, err := tailQuantile(func(x float64) float64 { return math.Exp(-x) }, q, 1e-6, 1e-3)
		if err != nil {
			t.Fatal(err)
		}
		within(t, "root", x, -math.Log(q), 1e-14)
	}
	if x, err := tailQuantile(func(float64) float64 { return 0.1 }, 0.1, 1, 1); x != 0 || err != nil {
		t.Errorf("atom: %g, %v", x, err)
	}
	if _, err := tailQuantile(func(float64) float64 { return 0.5 }, 0.1, 1, 1); err == nil {
		t.Error("a tail that never falls has a quantile")
	}
	for _, step := range []float64{0, -1, math.NaN()} {
		if _, err := tailQuantile(func(x float64) float64 { return math.Exp(-x) }, 0.1, 1, step); err == nil {
			t.Errorf("a step of %g is taken", step)
		}
	}
	step := func(x float64) float64 { return map[bool]float64{true: 1, false: 0.01}[x < 7] }
	if _, err := tailQuantile(step, 0.1, 1, 1); err == nil {
		t.Error("a tail that jumps over the value passes for one that reaches it")
	}
}

// TestChecks: what a solver must not return is refused.
func TestChecks(t *testing.T) {
	for what, m := range map[string]Metrics{
		"NaN":      {"wait": {"mean": math.NaN()}},
		"negative": {"wait": {"mean": -1e-300}},
		"order":    {"wait": {"p50": 2, "p99": 1}},
		"ratio":    {"utilization": {"mean": 1.01}},
	} {
		if m.check() == nil {
			t.Errorf("%s passes", what)
		}
	}
	if agree("x", math.NaN(), 1) == nil || agree("x", 1, 1+1e-8) == nil || agree("x", 1, 1+1e-10) != nil {
		t.Error("agree does not tell agreement from disagreement")
	}
}
