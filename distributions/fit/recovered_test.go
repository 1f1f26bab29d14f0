package fit

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"spillway/distributions/arrivals"
)

// informationErrors are standard errors of the logarithms of the parameters:
// the inverse of minus the second derivatives of the log-likelihood at m.
func informationErrors(m modulated, gaps []float64) []float64 {
	const d, h = 4, 1e-3
	at := m.vector()
	f := func(i, j int, a, b float64) float64 {
		v := at
		v[i] += a
		v[j] += b
		return modulatedOf(v).likelihood(gaps)
	}
	information := mat.NewSymDense(d, nil)
	for i := range d {
		for j := i; j < d; j++ {
			second := (f(i, j, h, h) - f(i, j, h, -h) - f(i, j, -h, h) + f(i, j, -h, -h)) / (4 * h * h)
			information.SetSym(i, j, -second)
		}
	}
	var covariance mat.Dense
	if err := covariance.Inverse(information); err != nil {
		panic(err)
	}
	out := make([]float64, d)
	for i := range out {
		out[i] = math.Sqrt(covariance.At(i, i))
	}
	return out
}

// TestModulatedRecovered: bursts of about ten and about a thousand arrivals,
// with ratios of 10 and 3. Errors are those of the observed information at the
// truth.
func TestModulatedRecovered(t *testing.T) {
	for name, m := range map[string]modulated{
		"short": {[2]float64{2, 20}, [2]float64{0.5, 2}},
		"long":  {[2]float64{10, 30}, [2]float64{0.02, 0.03}},
	} {
		t.Run(name, func(t *testing.T) {
			p := must(arrivals.NewMMPP(m.rates[:], [][]float64{{-m.changes[0], m.changes[0]}, {m.changes[1], -m.changes[1]}}))
			xs := epochs(p, "mmpp/"+name, records)
			r := must(Analyse(xs, nil, DefaultOptions()))
			best := r.Arrivals.Models[0]
			if best.Name != "mmpp" || len(r.Notes) > 0 {
				t.Fatalf("best is %s (notes %v), want mmpp", best.Name, r.Notes)
			}
			gaps := newRecord(xs).gaps
			errs := informationErrors(m, gaps)
			got := modelOf(best).vector()
			for i, want := range m.vector() {
				t.Logf("%.5g for %.5g, standard error %.2g", math.Exp(got[i]), math.Exp(want), errs[i]*math.Exp(want))
				if !(math.Abs(got[i]-want) < sigmas*errs[i]) {
					t.Errorf("logarithm of parameter %d is %v, want %v ± %.1f·%v", i, got[i], want, sigmas, errs[i])
				}
			}
			checkMaximum(t, best, m, gaps)
			for _, other := range r.Arrivals.Models[1:] {
				t.Logf("%s: ΔAIC %.1f", other.Name, *other.AIC-*best.AIC)
			}
		})
	}
}

// modelOf reads a process back from the report.
func modelOf(m Model) modulated {
	rates, generator := m.Parameters[0].List, m.Parameters[1].Matrix
	return modulated{[2]float64{rates[0], rates[1]}, [2]float64{generator[0][1], generator[1][0]}}
}

// checkMaximum wants the likelihood at the estimate to be that of the report,
// at least that of the truth, by no more than chance gives (half a chi-square
// of 4 degrees of freedom exceeds 16 with probability 1.3e-6), and flat: the
// derivative by a logarithm times its standard error is a distance from the
// maximum in standard errors.
func checkMaximum(t *testing.T, best Model, m modulated, gaps []float64) {
	found := modelOf(best)
	relative(t, "log-likelihood", *best.LogLikelihood, found.likelihood(gaps), 1e-12)
	if gain := *best.LogLikelihood - m.likelihood(gaps); !(gain >= 0 && gain < 16) {
		t.Errorf("the likelihood is %v above that of the truth, want 0 to 16", gain)
	}
	errs := informationErrors(found, gaps)
	at := found.vector()
	for i, err := range errs {
		const h = 1e-4
		up, down := at, at
		up[i] += h
		down[i] -= h
		slope := (modulatedOf(up).likelihood(gaps) - modulatedOf(down).likelihood(gaps)) / (2 * h)
		if off := slope * err; !(math.Abs(off) < 0.02) {
			t.Errorf("parameter %d is %v standard errors from the maximum", i, off)
		}
	}
}

// TestStatesInOrder: a process found with its states the other way round is
// written with the lower rate first, and is the same.
func TestStatesInOrder(t *testing.T) {
	m := modulated{[2]float64{20, 2}, [2]float64{3, 0.5}}
	model, reason := m.model(nil, []float64{1, 2})
	if reason != "" {
		t.Fatal(reason)
	}
	if want := (modulated{[2]float64{2, 20}, [2]float64{0.5, 3}}); modelOf(model) != want {
		t.Errorf("%+v, want %+v", modelOf(model), want)
	}
	near(t, "burst ratio", value(model.Bursts.Ratio), 10, 1e-15)
	near(t, "burst share", model.Bursts.Share, 1.0/7, 1e-15)
	near(t, "burst length", model.Bursts.Length, 1.0/3, 1e-15)
	near(t, "rate", value(model.Rate), m.rate(), 1e-15)
}

// TestInterruptedIsRenewal: without arrivals outside bursts the process is a
// renewal process with hyperexponential gaps, one parameter less for AIC. The
// two likelihoods are equal at the edge of the rate zero.
func TestInterruptedIsRenewal(t *testing.T) {
	gap := truths()[3].law // hyperexponential
	r := must(Analyse(epochs(arrivals.Renewal{Gap: gap}, "interrupted", records/4), nil, DefaultOptions()))
	best, second := r.Arrivals.Models[0], r.Arrivals.Models[1]
	if best.Name != "renewal" || best.Parameters[0].Law.Name != "hyperexponential" || second.Name != "mmpp" {
		t.Fatalf("best are %s and %s, want renewal of hyperexponential and mmpp", best.YAML(), second.YAML())
	}
	// Half a chi-square of one degree of freedom exceeds 12 with probability 1e-6.
	if gain := *second.LogLikelihood - *best.LogLikelihood; !(gain > -0.02 && gain < 12) {
		t.Errorf("the Markov-modulated process gains %v", gain)
	}
	relative(t, "rate", value(second.Rate), value(r.Arrivals.Rate), 0.001)
}

// TestPoissonIsNotBursty: the likelihood ratio of the process to a Poisson
// process has no chi-square law, since time scales cannot be told apart; as
// the greatest of some 20 scales, it exceeds 2 × 15 + 6 (of AIC) with
// probability below 20·P(χ²₁ > 30) = 1e-6.
func TestPoissonIsNotBursty(t *testing.T) {
	xs := epochs(must(arrivals.NewPoisson(40)), "poisson", records)
	r := must(Analyse(xs, nil, DefaultOptions()))
	a := r.Arrivals
	near(t, "rate", value(a.Rate)/40, 1, sigmas/math.Sqrt(records))
	near(t, "scv", value(a.Gaps.SCV), 1, sigmas*math.Sqrt(8.0/records)) // of the variance over the squared mean: 9 − 1 = 8
	for _, m := range a.Models {
		t.Logf("%s %v", m.Name, *m.AIC)
		if m.Name == "poisson" {
			relative(t, "log-likelihood", *m.LogLikelihood, *find(t, a.Laws, "exponential").LogLikelihood, 1e-12)
		}
		if m.Name == "poisson" && *m.AIC-*a.Models[0].AIC > 24 {
			t.Errorf("AIC prefers %s by %v", a.Models[0].Name, *m.AIC-*a.Models[0].AIC)
		}
	}
	for _, c := range a.Gaps.Autocorrelation {
		near(t, "autocorrelation", c.Value, 0, sigmas/math.Sqrt(records))
	}
	for _, d := range a.Dispersion {
		near(t, "index of dispersion", d.Index, 1, sigmas*d.StandardError*(1+4/math.Sqrt(float64(d.Windows))))
	}
}

// TestRenewalChosen: independent gaps of a heavy tail are not taken for bursts.
func TestRenewalChosen(t *testing.T) {
	gap := truths()[5].law // Weibull
	r := must(Analyse(epochs(arrivals.Renewal{Gap: gap}, "renewal", records/4), nil, DefaultOptions()))
	if best := r.Arrivals.Models[0]; best.Name != "renewal" || best.Parameters[0].Law.Name != "weibull" {
		t.Errorf("best is %s, want renewal of weibull", best.YAML())
	}
}
