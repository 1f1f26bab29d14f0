package arrivals_test

import (
	"math"
	"testing"

	"spillway/distributions"
	"spillway/distributions/arrivals"
)

func onOff(t testing.TB, on, off distributions.Distribution, rate float64, sources int) arrivals.OnOff {
	return must[arrivals.OnOff](t)(arrivals.NewOnOff(on, off, rate, sources))
}

func constant(t testing.TB, x float64) distributions.Deterministic {
	return must[distributions.Deterministic](t)(distributions.NewDeterministic(x))
}

func onOffs(t testing.TB) map[string]arrivals.OnOff {
	pareto := must[distributions.Pareto](t)(distributions.NewParetoMean(1.5, 1))
	lomax := must[distributions.Lomax](t)(distributions.NewLomaxMean(1.2, 3))
	lognormal := must[distributions.Lognormal](t)(distributions.NewLognormalMean(1, 3))
	erlang := must[distributions.Erlang](t)(distributions.NewErlangMean(3, 2))
	hyper := must[distributions.Hyperexponential](t)(distributions.NewHyperexponentialCV(1, 2))
	return map[string]arrivals.OnOff{
		"one":        onOff(t, exponential(t, 2), exponential(t, 6), 5, 1),
		"hundred":    onOff(t, exponential(t, 2), exponential(t, 6), 0.1, 100),
		"clockwork":  onOff(t, constant(t, 1), constant(t, 3), 8, 1),
		"heavy":      onOff(t, pareto, lomax, 4, 5),
		"lognormal":  onOff(t, lognormal, constant(t, 2), 4, 3),
		"phase type": onOff(t, erlang, hyper, 4, 1),
	}
}

func TestOnOffByHand(t *testing.T) {
	for name, want := range map[string]float64{
		"one": 1.25, "hundred": 2.5, "clockwork": 2, "heavy": 5, "lognormal": 4, "phase type": 8. / 3,
	} {
		p := onOffs(t)[name]
		if !near(p.Rate(), want, 1e-14) || !p.Stationary() {
			t.Errorf("%s: rate %g, want %g", name, p.Rate(), want)
		}
	}
	p := onOffs(t)["hundred"]
	if p.On().Mean() != 2 || p.Off().Mean() != 6 || p.RateOn() != 0.1 || p.Sources() != 100 || p.Share() != 0.25 {
		t.Errorf("%s", p)
	}
}

// TestAsMAPOfCounts: three exponential sources, by hand.
func TestAsMAPOfCounts(t *testing.T) {
	m, ok := onOff(t, exponential(t, 0.5), exponential(t, 1), 7, 3).AsMAP()
	if !ok || m.Phases() != 4 {
		t.Fatalf("%t, %s", ok, m)
	}
	d0, d1 := m.D0(), m.D1()
	for k := range 4 {
		total := 7*float64(k) + float64(3-k) + 2*float64(k)
		if d1[k][k] != 7*float64(k) || d0[k][k] != -total ||
			k < 3 && d0[k][k+1] != float64(3-k) || k > 0 && d0[k][k-1] != 2*float64(k) {
			t.Errorf("row %d: %v and %v", k, d0[k], d1[k])
		}
	}
	for k, want := range []float64{8. / 27, 12. / 27, 6. / 27, 1. / 27} {
		if !near(m.Stationary()[k], want, 1e-15*4) {
			t.Errorf("stationary law %v", m.Stationary())
		}
	}
	if !near(m.Rate(), 7, 1e-14) {
		t.Errorf("rate %g", m.Rate())
	}
}

// TestAsMAPOfPhases: one source with periods of phase type has the rate and
// the share of time on that the means give, also with periods of length zero
// and with phases that are never visited.
func TestAsMAPOfPhases(t *testing.T) {
	zeros := must[distributions.PhaseType](t)(distributions.NewPhaseType(
		[]float64{0.5, 0, 0.2}, [][]float64{{-3, 0, 1}, {0, -1, 1}, {0.5, 0, -0.75}}))
	oftenZero := must[distributions.PhaseType](t)(distributions.NewPhaseType([]float64{0.25}, [][]float64{{-2}}))
	for _, c := range []struct {
		on, off distributions.Distribution
		phases  int
	}{
		{onOffs(t)["phase type"].On(), onOffs(t)["phase type"].Off(), 5},
		{zeros, exponential(t, 2), 3},
		{exponential(t, 2), zeros, 3},
		{zeros, oftenZero, 3},
		{oftenZero, zeros, 3},
	} {
		p := onOff(t, c.on, c.off, 3, 1)
		m, ok := p.AsMAP()
		if !ok || m.Phases() != c.phases || !near(m.Rate(), p.Rate(), 1e-14) {
			t.Errorf("%s: %t, %s, rate %g, want %g", p, ok, m, m.Rate(), p.Rate())
		}
	}
}

func TestNoMAP(t *testing.T) {
	e, erlang := exponential(t, 1), onOffs(t)["phase type"].On()
	for _, p := range []arrivals.OnOff{
		onOffs(t)["heavy"], onOff(t, e, constant(t, 1), 1, 1), onOff(t, constant(t, 1), e, 1, 1),
		onOff(t, erlang, e, 1, 2), onOff(t, e, e, 1, 1000),
	} {
		if m, ok := p.AsMAP(); ok {
			t.Errorf("%s is %s", p, m)
		}
	}
}

// bare hides what a law knows about itself.
type bare struct{ distributions.Distribution }

// windowZ is the z of the mean count of a process in [from, to) against its
// rate; the standard error is that of the observations.
func windowZ(p arrivals.Process, name string, n int, from, to float64) float64 {
	counts := countsIn(p, stream(name), n, from, to)
	var m, m2 float64
	for _, c := range counts {
		m += c / float64(n)
	}
	for _, c := range counts {
		m2 += (c - m) * (c - m) / float64(n)
	}
	return (m - p.Rate()*(to-from)) / math.Sqrt(m2/float64(n))
}

// TestOnOffIsStationary: the mean count is that of the long run in an early
// and in a later window: 12 checks, each with a false alarm in a million. It
// is for heavy-tailed periods that a start with full ones would show for
// ever. The mutants start with full periods: laws that hide their
// distribution functions.
func TestOnOffIsStationary(t *testing.T) {
	const n = 12_000
	for name, p := range onOffs(t) {
		for _, from := range []float64{0, 2.5} {
			if z := windowZ(p, "stationary "+name, n, from, from+0.5); math.Abs(z) > zLimit {
				t.Errorf("%s from %g: z = %.2f", name, from, z)
			}
		}
		if name == "one" || name == "hundred" {
			continue // for exponential periods a full one is the right start
		}
		full := onOff(t, bare{p.On()}, bare{p.Off()}, p.RateOn(), p.Sources())
		if full.Stationary() {
			t.Errorf("%s: stationary without distribution functions", name)
		}
		if _, ok := full.AsMAP(); ok {
			t.Errorf("%s: a MAP of unknown laws", name)
		}
		worst := 0.0
		for _, from := range []float64{0.5, 2.5} {
			worst = max(worst, math.Abs(windowZ(full, "full "+name, n, from, from+0.5)))
		}
		if worst < zLimit {
			t.Errorf("%s: full periods pass, z = %.2f", name, worst)
		}
	}
}

// TestOnOffVariance: the variance of counts of exponential sources is that of
// the MAP of one, times their number; a source of phase-type periods has the
// counts of its MAP. The mutant's sources toggle at twice the speed.
func TestOnOffVariance(t *testing.T) {
	const n, w = 40_000, 5.
	one, _ := onOff(t, exponential(t, 2), exponential(t, 6), 0.4, 1).AsMAP()
	fast, _ := onOff(t, exponential(t, 1), exponential(t, 3), 0.4, 1).AsMAP()
	p := onOff(t, exponential(t, 2), exponential(t, 6), 0.4, 20)
	counts := countsIn(p, stream("superposed"), n, 0, w)
	zm, zv := momentZ(counts, p.Rate()*w, 20*variance(one, w))
	if math.Abs(zm) > zLimit || math.Abs(zv) > zLimit {
		t.Errorf("z of mean %.2f, of variance %.2f", zm, zv)
	}
	if _, zv := momentZ(counts, p.Rate()*w, 20*variance(fast, w)); math.Abs(zv) < zLimit {
		t.Errorf("fast sources pass, z = %.2f", zv)
	}
	// Sources in a queue of toggles, which hidden laws end up in, are the same.
	p = onOff(t, bare{p.On()}, bare{p.Off()}, p.RateOn(), p.Sources())
	zm, zv = momentZ(countsIn(p, stream("queue"), n, 0, w), p.Rate()*w, 20*variance(one, w))
	if math.Abs(zm) > zLimit || math.Abs(zv) > zLimit {
		t.Errorf("queue: z of mean %.2f, of variance %.2f", zm, zv)
	}
	// The two realisations of one process, with each other.
	p = onOffs(t)["phase type"]
	m, _ := p.AsMAP()
	a := countsIn(p, stream("as sources"), n, 0, w)
	b := countsIn(m, stream("as MAP"), n, 0, w)
	if z := twoSampleZ(a, b); math.Abs(z) > zLimit {
		t.Errorf("means differ, z = %.2f", z)
	}
	if z := twoSampleZ(squares(a, p.Rate()*w), squares(b, p.Rate()*w)); math.Abs(z) > zLimit {
		t.Errorf("variances differ, z = %.2f", z)
	}
	poisson := countsIn(must[arrivals.Poisson](t)(arrivals.NewPoisson(p.Rate())), stream("as Poisson"), n, 0, w)
	if z := twoSampleZ(squares(a, p.Rate()*w), squares(poisson, p.Rate()*w)); math.Abs(z) < zLimit {
		t.Errorf("passes for Poisson, z = %.2f", z)
	}
}

func squares(xs []float64, about float64) []float64 {
	out := make([]float64, len(xs))
	for i, x := range xs {
		out[i] = (x - about) * (x - about)
	}
	return out
}

// twoSampleZ compares the means of two samples of one size.
func twoSampleZ(a, b []float64) float64 {
	n := float64(len(a))
	var ma, mb, v float64
	for i := range a {
		ma += a[i] / n
		mb += b[i] / n
	}
	for i := range a {
		v += ((a[i]-ma)*(a[i]-ma) + (b[i]-mb)*(b[i]-mb)) / n
	}
	return (ma - mb) / math.Sqrt(v/n)
}

// TestClockworkPeriods: with constant periods, arrivals of one source fall in
// stretches of the length of the on period, at one offset of the cycle.
func TestClockworkPeriods(t *testing.T) {
	p := onOff(t, constant(t, 1), constant(t, 3), 1000, 1)
	epochs := epochsOf(t, p.Start(stream("clockwork periods")), 20_000)
	begin := math.Inf(1)
	for i := 1; i < len(epochs); i++ {
		if epochs[i]-epochs[i-1] > 2 {
			begin = epochs[i]
			break
		}
	}
	for _, e := range epochs {
		// The first arrival of a stretch comes late by 1/1000 on average, by
		// more than 0.05 with probability exp(-50).
		if x := math.Mod(e-begin+0.05+400, 4); x > 1.05+1e-6 && x < 4-1e-6 {
			t.Fatalf("an arrival at %g of a cycle", x)
		}
	}
}

// TestOnOffEnds where times leave the floating-point numbers: a source never
// hangs and never gives an infinite epoch.
func TestOnOffEnds(t *testing.T) {
	heavy := must[distributions.Pareto](t)(distributions.NewPareto(1+1e-9, 1))
	long := exponential(t, 1e307)
	for name, p := range map[string]arrivals.OnOff{
		"off for ever": onOff(t, exponential(t, 1), heavy, 1, 1),
		"too long":     onOff(t, long, long, 1e-306, 2),
	} {
		block := make([]float64, 5_000)
		n := p.Start(stream(name)).Fill(block)
		if n == len(block) || n > 0 && !(block[n-1] > 0 && block[n-1] <= math.MaxFloat64) {
			t.Errorf("%s: %d arrivals, the last at %g", name, n, block[max(n-1, 0)])
		}
	}
}

func TestBadOnOff(t *testing.T) {
	e := exponential(t, 1)
	endless := must[distributions.Pareto](t)(distributions.NewPareto(1, 1))
	for _, c := range []struct {
		on, off   distributions.Distribution
		rate      float64
		sources   int
		parameter string
	}{
		{nil, e, 1, 1, "on"}, {e, nil, 1, 1, "off"}, {endless, e, 1, 1, "on"}, {e, constant(t, 0), 1, 1, "off"},
		{e, e, 0, 1, "rate"}, {e, e, math.NaN(), 1, "rate"}, {e, e, math.Inf(1), 1, "rate"}, {e, e, 1e308, 10, "rate"},
		{e, e, 1, 0, "sources"}, {e, e, 1, arrivals.MaxSources + 1, "sources"},
	} {
		_, err := arrivals.NewOnOff(c.on, c.off, c.rate, c.sources)
		failsOn(t, c.parameter, -1, err)
	}
}
