package arrivals

import (
	"math"
	"testing"

	"spillway/distributions"
)

// law makes a law of valid parameters; an invalid one fails the test below as
// one without a mean.
func law[D distributions.Distribution](d D, _ error) distributions.Distribution { return d }

// TestEquilibrium: the share of rests below five places is the integral of the
// survival function over the mean, by a midpoint rule: binomial z, 5 checks a
// law, each with a false alarm in a million. The places are such that the steps
// of the discrete laws are at ends of panels, where the rule is exact. The
// mutant is a full period.
func TestEquilibrium(t *testing.T) {
	const n, panels = 200_000, 4_000
	exponential := law(distributions.NewExponentialMean(2))
	pareto := law(distributions.NewPareto(1.3, 1))
	weibull := law(distributions.NewWeibullMean(0.4, 3))
	for name, d := range map[string]distributions.Distribution{
		"exponential":      exponential,
		"deterministic":    law(distributions.NewDeterministic(2)),
		"erlang":           law(distributions.NewErlangMean(4, 2)),
		"hyperexponential": law(distributions.NewHyperexponentialCV(1, 3)),
		"coxian":           law(distributions.NewCoxian([]float64{3, 1, 0.2}, []float64{0.5, 0})),
		"phase type":       law(distributions.NewPhaseType([]float64{0, 0.7}, [][]float64{{-1, 0.5}, {3, -4}})),
		"uniform":          law(distributions.NewUniform(1, 4)),
		"triangular":       law(distributions.NewTriangular(0, 1, 5)),
		"gamma":            law(distributions.NewGammaMean(0.5, 2)),
		"gamma, narrow":    law(distributions.NewGammaMean(0.5, 0.01)),
		"lognormal":        law(distributions.NewLognormalMean(1, 5)),
		"weibull":          weibull,
		"pareto":           pareto,
		"lomax":            law(distributions.NewLomax(1.1, 2)),
		"bounded pareto":   law(distributions.NewBoundedPareto(1.1, 1, 1e9)),
		"empirical":        law(distributions.NewEmpirical([]float64{1, 2, 7}, []float64{5, 4, 1}, false)),
		"interpolated":     law(distributions.NewEmpirical([]float64{0, 2, 7}, nil, true)),
		"shifted":          law(distributions.NewShifted(1, weibull)),
		"shifted constant": law(distributions.NewShifted(1, law(distributions.NewDeterministic(0)))),
		"mixture": law(distributions.NewMixture([]float64{3, 2, 1, 1},
			[]distributions.Distribution{pareto, exponential, weibull, law(distributions.NewDeterministic(0))})),
	} {
		r, ok := equilibrium(d)
		if !ok {
			t.Errorf("%s: none", name)
			continue
		}
		cdf, _ := distributions.CDFOf(d)
		s := distributions.Streams{Seed: 1}.For(0, "equilibrium "+name)
		drawn, full := make([]float64, n), make([]float64, n)
		for i := range drawn {
			drawn[i] = r(s)
		}
		d.Fill(s, full)
		caught := false
		for _, place := range []float64{0.02, 0.3, 0.8, 3.2, 20} {
			x := place * d.Mean()
			p := 0.0
			for i := range panels {
				p += (1 - cdf((float64(i)+0.5)/panels*x)) / panels * place
			}
			if z := shareZ(drawn, x, p); math.Abs(z) > 4.89 {
				t.Errorf("%s: z = %.2f below %g, where there is %g", name, z, x, p)
			}
			caught = caught || math.Abs(shareZ(full, x, p)) > 4.89
		}
		if !caught && name != "exponential" {
			t.Errorf("%s: full periods pass", name)
		}
	}
}

// shareZ is the z of the share of numbers below x. Where nearly all or none
// are expected, half a number is the least standard deviation.
func shareZ(xs []float64, x, p float64) float64 {
	n, below := float64(len(xs)), 0.0
	for _, y := range xs {
		if y <= x {
			below++
		}
	}
	return (below - n*p) / math.Sqrt(n*max(p*(1-p), 0.25/n))
}

// TestEquilibriumOfRareGiants: of the time in periods of a bounded Pareto law
// of alpha 1.01 up to 1e300, a part is in periods of probabilities that
// 1 − CDF cannot tell from zero. P(rest > x) = ∫ P(X > y) dy/mean from x on,
// which for x far below the bound is near (x^-0.01 − max^-0.01)/(1.01 −
// max^-0.01) (min = 1, the integral of the law by hand; max^-1.01·max is
// neglected in the first and kept in the last digit only).
func TestEquilibriumOfRareGiants(t *testing.T) {
	const n, alpha, most = 20_000, 1.01, 1e300
	d := law(distributions.NewBoundedPareto(alpha, 1, most))
	r, ok := equilibrium(d)
	if !ok {
		t.Fatal("none")
	}
	s := distributions.Streams{Seed: 1}.For(0, "giants")
	drawn := make([]float64, n)
	for i := range drawn {
		drawn[i] = r(s)
	}
	for _, x := range []float64{1e10, 1e20, 1e100, 1e200} {
		// ∫ (y^-1.01 − most^-1.01) dy from x to most.
		above := (math.Pow(x, 1-alpha)-math.Pow(most, 1-alpha))/(alpha-1) - math.Pow(most, 1-alpha)
		if z := shareZ(drawn, x, 1-above/d.Mean()); math.Abs(z) > 4.89 {
			t.Errorf("z = %.2f below %g", z, x)
		}
	}
}
