package analytic

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mathext"

	"spillway/distributions"
)

// patienceByHand are P(served without waiting, waiting served, abandons), and
// the mean wait of the served, of M/M/c+GI by the trapezoidal rule in u = ln x of
//
//	v(x) = e^(aF(x)−cx), in proportion to P(N = c),
//
// x in mean services; F and 1 − G are given in closed form. The rule converges
// exponentially, as the integrand falls off both ways.
func patienceByHand(c int, load float64, kept, stay func(x float64) float64) (waits, abandons, wait float64) {
	// P(N < c) over P(N = c) is A = Σ_{n<c} (a^n/n!)/(a^c/c!)
	below, term := 0.0, 1.0
	for n := c; n > 0; n-- {
		term *= float64(n) / load
		below += term
	}
	var served, left, time float64
	const step = 0x1p-7
	for u := -60.0; u < 8; u += step {
		x := math.Exp(u)
		w := step * x * float64(c) * math.Exp(load*kept(x)-float64(c)*x)
		served += w * stay(x)
		left += w * (1 - stay(x))
		time += w * x * stay(x)
	}
	return served / (below + served), left / (below + served + left), time / (below + served)
}

// TestPhasePatience: the same law of patience as hypoexponential, Coxian and
// phase-type law, 1 − G = 3e^−8t − 2e^−12t.
func TestPhasePatience(t *testing.T) {
	const unit = 0.1
	stay := func(x float64) float64 { return 3*math.Exp(-8*unit*x) - 2*math.Exp(-12*unit*x) }
	kept := func(x float64) float64 {
		return -3*math.Expm1(-8*unit*x)/(8*unit) + 2*math.Expm1(-12*unit*x)/(12*unit)
	}
	waits, abandons, wait := patienceByHand(5, 5.5, kept, stay)
	for name, d := range map[string]distributions.Distribution{
		"hypoexponential": must(distributions.NewHypoexponential([]float64{8, 12})),
		"coxian":          must(distributions.NewCoxian([]float64{8, 12}, []float64{1})),
		"phase_type":      must(distributions.NewPhaseType([]float64{1, 0}, [][]float64{{-8, 8}, {0, -12}})),
	} {
		sys := mmc(55, 10, 5)
		sys.Patience = d
		sol := solve(t, sys)
		m := sol.Metrics
		within(t, name+": P(wait)", m["wait_ratio"]["mean"], waits, 1e-12)
		within(t, name+": abandoned", m["abandoned_ratio"]["mean"], abandons, 1e-12)
		within(t, name+": wait", m["wait"]["mean"], wait*unit, 1e-12)
	}
}

// TestMixedPatience: a mixture written as phases is the hyperexponential law,
// whose distribution function is a sum of two exponentials.
func TestMixedPatience(t *testing.T) {
	sys := mmc(80, 10, 5)
	sys.Patience = must(distributions.NewHyperexponential([]float64{0.3, 0.7}, []float64{0.5, 40}))
	want := solve(t, sys).Metrics
	sys.Patience = must(distributions.NewPhaseType([]float64{0.3, 0.7}, [][]float64{{-0.5, 0}, {0, -40}}))
	shareMetrics(t, "phases", solve(t, sys).Metrics, want, 1e-10, 25)
}

// TestSteepPatience: gamma patience of shape 1/64, which rises like x^(1/64).
// F(x) = x(1 − G(x)) + E·P(k + 1, x/θ) by parts.
func TestSteepPatience(t *testing.T) {
	const shape, mean = 1. / 64, 2.0
	sys := mmc(6, 1, 5)
	sys.Patience = must(distributions.NewGammaMean(mean, 8))
	stay := func(x float64) float64 { return mathext.GammaIncRegComp(shape, x*shape/mean) }
	kept := func(x float64) float64 {
		return x*stay(x) + mean*mathext.GammaIncReg(shape+1, x*shape/mean)
	}
	waits, abandons, wait := patienceByHand(5, 6, kept, stay)
	m := solve(t, sys).Metrics
	within(t, "P(wait)", m["wait_ratio"]["mean"], waits, 1e-11)
	within(t, "abandoned", m["abandoned_ratio"]["mean"], abandons, 1e-11)
	within(t, "wait", m["wait"]["mean"], wait, 1e-11)
}
