package distributions

import (
	"fmt"
	"math"
	"math/cmplx"
	"slices"
	"testing"
)

// same wants two laws to be one: moments, CDF in both tails, quantiles and
// transform.
func same(t *testing.T, a, b Distribution) {
	t.Helper()
	near(t, fmt.Sprintf("mean of %v (and of %v)", a, b), a.Mean(), b.Mean(), 1e-12)
	near(t, fmt.Sprintf("scv of %v (and of %v)", a, b), a.SCV(), b.SCV(), 1e-11)
	for _, p := range probabilities {
		x, y := a.(Quantiler).Quantile(p), b.(Quantiler).Quantile(p)
		near(t, fmt.Sprintf("quantile %v of %v (and of %v)", p, a, b), x, y, 1e-11)
		near(t, fmt.Sprintf("CDF of %v (and of %v)", a, b), a.(CDF).CDF(x), b.(CDF).CDF(x), 1e-11)
		near(t, fmt.Sprintf("survival of %v (and of %v)", a, b), survivalOf(a, x), survivalOf(b, x), 1e-11)
	}
	scale := b.(Quantiler).Quantile(0.5)
	for _, z := range []complex128{1e-6, 0.3, 2 + 1i, -1i, 10i} {
		s := z / complex(scale, 0)
		x, y := a.(LaplaceTransformer).LaplaceTransform(s), b.(LaplaceTransformer).LaplaceTransform(s)
		if cmplx.Abs(x-y) > 1e-12 {
			t.Errorf("transform at %v is %v of %v but %v of %v", s, x, a, y, b)
		}
	}
}

func TestParametrisationsAgree(t *testing.T) {
	for _, pair := range [][2]Distribution{
		{must(NewExponential(8)), must(NewExponentialMean(0.125))},
		{must(NewErlang(3, 6)), must(NewErlangMean(3, 0.5))},
		{must(NewGamma(4, 0.5)), must(NewGammaMean(2, 0.5))},
		{must(NewHyperexponential([]float64{0.25, 0.75}, []float64{2, 8})), must(NewHyperexponentialMeans([]float64{0.25, 0.75}, []float64{0.5, 0.125}))},
		{must(NewLognormal(math.Log(3)-math.Ln2/2, math.Sqrt(math.Ln2))), must(NewLognormalMean(3, 1))},
		{must(NewWeibull(0.5, 1.5)), must(NewWeibullMean(0.5, 3))}, // Γ(3) = 2
		{must(NewPareto(3, 2)), must(NewParetoMean(3, 3))},
		{must(NewLomax(3, 2)), must(NewLomaxMean(3, 1))},
	} {
		same(t, pair[0], pair[1])
	}
	h := must(NewHyperexponentialCV(3, 2))
	ps, rates := h.Probabilities(), h.Rates()
	near(t, "balance of means", ps[0]/rates[0], ps[1]/rates[1], 1e-14)
	same(t, must(NewHyperexponential(ps, rates)), h)
}

func TestReductionsAgree(t *testing.T) {
	exp2 := must(NewExponential(2))
	offset := must(NewShifted(3, must(NewLomax(2.5, 3))))
	for _, pair := range [][2]Distribution{
		{must(NewErlang(1, 2)), exp2},
		{must(NewGamma(1, 0.5)), exp2},
		{must(NewGamma(5, 0.25)), must(NewErlang(5, 4))},
		{must(NewWeibull(1, 0.5)), exp2},
		{must(NewHyperexponential([]float64{0.4, 0.6}, []float64{2, 2})), exp2},
		{must(NewHypoexponential([]float64{2})), exp2},
		{must(NewHypoexponential([]float64{4, 4, 4, 4, 4})), must(NewErlang(5, 4))},
		{must(NewCoxian([]float64{2, 7}, []float64{0})), exp2},
		{must(NewCoxian([]float64{2, 7, 3}, []float64{1, 1})), must(NewHypoexponential([]float64{2, 7, 3}))},
		// After a stage of rate 9, with probability 7/9·... : the hyperexponential
		// law as a Coxian one (Cumani's canonical form).
		{coxianOfHyper(0.3, 9, 2), must(NewHyperexponential([]float64{0.3, 0.7}, []float64{9, 2}))},
		{must(NewMixture([]float64{2, 5}, []Distribution{exp2, exp2})), exp2},
		{must(NewShifted(0, exp2)), exp2},
		{must(NewPareto(2.5, 3)), offset},
		{must(NewTriangular(0, 0, 2)), must(NewTriangular(0, 1e-300, 2))},
		{must(NewEmpirical([]float64{7, 3}, nil, true)), must(NewUniform(3, 7))},
		{must(NewEmpirical([]float64{1, 1, 2}, nil, false)), must(NewEmpirical([]float64{2, 1}, []float64{1, 2}, false))},
		{must(NewBoundedPareto(3, 2, 1e100)), must(NewPareto(3, 2))},
		{must(NewNormal(50, 1)), must(NewShifted(20, must(NewNormal(30, 1))))},
	} {
		if name(pair[0]) == "pareto" || name(pair[0]) == "normal" || name(pair[0]) == "bounded_pareto" {
			sameTransformAndBody(t, pair[0], pair[1])
			continue
		}
		same(t, pair[0], pair[1])
	}
}

// sameTransformAndBody is same for pairs of which one is an offset plus
// something: deep in the lower tail the sum has no relative precision left.
func sameTransformAndBody(t *testing.T, a, b Distribution) {
	t.Helper()
	near(t, fmt.Sprintf("mean of %v and %v", a, b), a.Mean(), b.Mean(), 1e-12)
	near(t, fmt.Sprintf("scv of %v and %v", a, b), a.SCV(), b.SCV(), 1e-9)
	for _, p := range probabilities[5:] {
		x := a.(Quantiler).Quantile(p)
		near(t, fmt.Sprintf("quantile %v of %v and %v", p, a, b), x, b.(Quantiler).Quantile(p), 1e-11)
		near(t, fmt.Sprintf("survival of %v and %v", a, b), survivalOf(a, x), survivalOf(b, x), 1e-10)
	}
	for _, s := range []complex128{0.001, 0.1 + 0.1i, 1i, -0.03i} {
		x, y := a.(LaplaceTransformer).LaplaceTransform(s), b.(LaplaceTransformer).LaplaceTransform(s)
		if cmplx.Abs(x-y) > 1e-11 {
			t.Errorf("transform at %v is %v of %v but %v of %v", s, x, a, y, b)
		}
	}
}

// coxianOfHyper is the Coxian law equal to the hyperexponential one of two
// rates, fast first: the first stage has the fast rate and is followed by the
// slow one with probability (1−p)·(1 − slow/fast).
func coxianOfHyper(p, fast, slow float64) Distribution {
	return must(NewCoxian([]float64{fast, slow}, []float64{(1 - p) * (1 - slow/fast)}))
}

func TestAsPhaseType(t *testing.T) {
	erlang, hyper := must(NewErlang(3, 4)), must(NewHyperexponential([]float64{0.3, 0.7}, []float64{1, 9}))
	for _, d := range []Distribution{
		must(NewExponential(3)), erlang, hyper,
		must(NewHypoexponential([]float64{1, 2, 3})),
		must(NewCoxian([]float64{4, 2, 1}, []float64{0.5, 0.3})),
		must(NewPhaseType([]float64{0.5, 0.2}, [][]float64{{-1, 0.5}, {0, -3}})),
		must(NewMixture([]float64{1, 3}, []Distribution{erlang, must(NewMixture([]float64{1, 1}, []Distribution{hyper, erlang}))})),
	} {
		p, ok := AsPhaseType(d)
		if !ok {
			t.Errorf("%v is not of phase type", d)
			continue
		}
		same(t, p, d)
		same(t, must(NewPhaseType(p.Alpha(), p.Matrix())), p)
		if s := ks(draw(p, "as phase type", sampleSize), d.(CDF).CDF); !(s < kolmogorov) {
			t.Errorf("variates of the phase-type form of %v: √n·D = %.2f", d, s)
		}
	}
	for _, d := range []Distribution{
		must(NewDeterministic(1)), must(NewErlang(MaxPhases+1, 1)), must(NewUniform(0, 1)),
		must(NewMixture([]float64{1, 1}, []Distribution{erlang, must(NewUniform(0, 1))})),
		must(NewMixture([]float64{1, 1}, []Distribution{must(NewErlang(MaxPhases, 1)), erlang})),
	} {
		if _, ok := AsPhaseType(d); ok {
			t.Errorf("%v is taken for a phase-type law", d)
		}
	}
}

// sampler has nothing but the required methods.
type sampler struct{ Exponential }

func (sampler) CDF()              {}
func (sampler) Quantile()         {}
func (sampler) LaplaceTransform() {}

func TestCompoundLawsClaimWhatTheirPartsHave(t *testing.T) {
	bare := sampler{must(NewExponential(1))}
	full := must(NewExponential(1))
	for _, d := range []Distribution{
		bare, must(NewShifted(1, bare)), must(NewMixture([]float64{1, 1}, []Distribution{full, bare})),
		must(NewShifted(1, must(NewMixture([]float64{1, 1}, []Distribution{full, must(NewShifted(1, bare))})))),
	} {
		_, cdf := CDFOf(d)
		_, quantile := QuantileOf(d)
		_, transform := LaplaceOf(d)
		if cdf || quantile || transform {
			t.Errorf("%v claims a CDF (%v), quantile function (%v) or transform (%v)", d, cdf, quantile, transform)
		}
	}
	d := must(NewShifted(1, must(NewMixture([]float64{1, 1}, []Distribution{full, full}))))
	if f, ok := CDFOf(d); !ok || math.Abs(f(2)-(1-1/math.E)) > 1e-15 {
		t.Error("a mixture of exponential laws has no CDF, or a wrong one")
	}
	if f, ok := QuantileOf(d); !ok || math.Abs(f(0.5)-1-math.Ln2) > 1e-15 {
		t.Error("a mixture of exponential laws has no quantile function, or a wrong one")
	}
}

func TestTailIndex(t *testing.T) {
	pareto, exp := must(NewPareto(1.5, 1)), must(NewExponential(1))
	for _, c := range []struct {
		d    Distribution
		want float64
	}{
		{exp, inf}, {pareto, 1.5}, {must(NewLomax(2.5, 1)), 2.5}, {must(NewBoundedPareto(1, 1, 2)), inf},
		{must(NewMixture([]float64{1, 1, 1}, []Distribution{exp, must(NewLomax(2.5, 1)), pareto})), 1.5},
		{must(NewMixture([]float64{1, 0}, []Distribution{exp, pareto})), inf},
		{must(NewShifted(1, pareto)), 1.5},
	} {
		if got := TailIndex(c.d); got != c.want {
			t.Errorf("tail index of %v is %v, want %v", c.d, got, c.want)
		}
	}
	if pareto.SCV() != inf || must(NewPareto(1, 1)).Mean() != inf || must(NewMixture([]float64{1, 1}, []Distribution{exp, pareto})).SCV() != inf {
		t.Error("an infinite moment is given as finite")
	}
}

// TestGivenParametersAreExact: what was given comes back as it was.
func TestGivenParametersAreExact(t *testing.T) {
	const x = 0.1 // its reciprocal's reciprocal is another number in general
	for what, got := range map[string]float64{
		"rate":             must(NewExponential(x)).Rate(),
		"exponential mean": must(NewExponentialMean(x)).Mean(),
		"erlang mean":      must(NewErlangMean(3, x)).Mean(),
		"gamma mean":       must(NewGammaMean(x, 0.7)).Mean(),
		"hyper mean":       must(NewHyperexponentialCV(x, 1.7)).Mean(),
		"lognormal mean":   must(NewLognormalMean(x, 0.7)).Mean(),
		"weibull mean":     must(NewWeibullMean(0.7, x)).Mean(),
		"pareto mean":      must(NewParetoMean(1.7, x)).Mean(),
		"lomax mean":       must(NewLomaxMean(1.7, x)).Mean(),
	} {
		if got != x {
			t.Errorf("%s is %v, want %v", what, got, x)
		}
	}
}

// TestCallersSlices: constructors neither change nor keep them, and accessors
// give copies.
func TestCallersSlices(t *testing.T) {
	ps, rates := []float64{0.9, 0.1}, []float64{5, 1}
	values, weights := []float64{3, 1, 2}, []float64{1, 0, 2}
	matrix := [][]float64{{-3, 1}, {0, -2}}
	laws := []Distribution{
		must(NewHyperexponential(ps, rates)), must(NewHyperexponentialMeans(ps, rates)), must(NewHypoexponential(rates)),
		must(NewCoxian(rates, ps[1:])), must(NewPhaseType(ps, matrix)), must(NewEmpirical(values, weights, false)),
		must(NewMixture(ps, []Distribution{must(NewExponential(1)), must(NewExponential(2))})),
	}
	if !slices.Equal(values, []float64{3, 1, 2}) || !slices.Equal(weights, []float64{1, 0, 2}) {
		t.Error("NewEmpirical changes its arguments")
	}
	var before []string
	for _, d := range laws {
		before = append(before, fmt.Sprint(d, draw(d, "slices", 10)))
	}
	for _, xs := range [][]float64{ps, rates, values, weights, matrix[0], matrix[1]} {
		for i := range xs {
			xs[i] = 77
		}
	}
	laws[0].(Hyperexponential).Rates()[0] = 77
	laws[2].(Hypoexponential).Rates()[0] = 77
	laws[4].(PhaseType).Matrix()[0][0] = 77
	laws[4].(PhaseType).Alpha()[0] = 77
	laws[5].(Empirical).Values()[0] = 77
	for i, d := range laws {
		if after := fmt.Sprint(d, draw(d, "slices", 10)); after != before[i] {
			t.Errorf("%s became %s", before[i], after)
		}
	}
}

// TestParetoTransformOnImaginaryAxis is for tails so heavy that no quadrature
// of the tests gets there. E(1, i) = -Ci(1) + i(Si(1) − π/2), with Ci(1) and
// Si(1) from Abramowitz and Stegun, table 5.1, and
// n·E(n+1, z) = e^-z − z·E(n, z), 5.1.14, which holds for every n > 0.
func TestParetoTransformOnImaginaryAxis(t *testing.T) {
	const ci1, si1 = 0.3374039229, 0.9460830704
	e1 := complex(-ci1, si1-math.Pi/2)
	want := cmplx.Exp(-1i) - 1i*e1
	if got := must(NewPareto(1, 1)).LaplaceTransform(1i); cmplx.Abs(got-want) > 1e-10 {
		t.Errorf("transform of pareto(1) at i is %v, want %v", got, want)
	}
	for _, a := range []float64{1.05, 1.5, 2, 7.3, 200} {
		for _, z := range []complex128{1e-3i, 0.3i, 2i, -30i, 1 + 1i, 1e-6 - 1i} {
			upper := must(NewPareto(a, 1)).LaplaceTransform(z)
			lower := must(NewPareto(a-1, 1)).LaplaceTransform(z)
			want := cmplx.Exp(-z) - z*lower/complex(a-1, 0)
			// The recurrence itself multiplies the error of lower by |z|/(a−1).
			if cmplx.Abs(upper-want) > 1e-12*(1+cmplx.Abs(z)/(a-1)) {
				t.Errorf("alpha %v at %v: %v, but by recurrence %v", a, z, upper, want)
			}
		}
	}
}

// TestNormalTransform against the closed form for a truncation that does
// nothing, exp(-s·mean + s²·sd²/2), and against the exponential far out.
func TestNormalTransform(t *testing.T) {
	d := must(NewNormal(12, 1))
	for _, s := range []complex128{0.1, 1i, 2 - 3i, 10, 13 + 1i} {
		want := cmplx.Exp(-12*s + s*s/2)
		if got := d.LaplaceTransform(s); cmplx.Abs(got-want) > 1e-13 {
			t.Errorf("transform at %v is %v, want %v", s, got, want)
		}
	}
	far := must(NewNormal(-1e5, 1))
	for _, s := range []complex128{1e5, 1e5i, 1e4 - 3e5i} {
		want := 1 / (1 + s/1e5)
		if got := far.LaplaceTransform(s); cmplx.Abs(got-want) > 1e-9 { // the laws differ by 1/a² = 1e-10
			t.Errorf("transform far out at %v is %v, want %v", s, got, want)
		}
	}
}

// TestStiffChain: a fast stage in front changes neither mean nor tail of the
// slow one by more than its share, and costs no precision.
func TestStiffChain(t *testing.T) {
	d := must(NewHypoexponential([]float64{1, 1e9}))
	for _, p := range probabilities[3:] {
		// P(X > x) = (r·e^-x − e^-rx)/(r − 1), r = 1e9.
		x := d.Quantile(p)
		near(t, fmt.Sprintf("survival at quantile %v", p), survivalOf(d, x), math.Exp(-x)*1e9/(1e9-1), 1e-13)
	}
}
