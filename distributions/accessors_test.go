package distributions

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestAccessors gives every parameter another value, so that two that were
// exchanged would be seen.
func TestAccessors(t *testing.T) {
	exp, erlang := must(NewExponential(4)), must(NewErlang(3, 6))
	gamma, hyper := must(NewGamma(2, 5)), must(NewHyperexponential([]float64{0.25, 0.75}, []float64{2, 8}))
	cox, pt := must(NewCoxian([]float64{2, 7}, []float64{0.5})), must(NewPhaseType([]float64{0.25, 0.5}, [][]float64{{-3, 1}, {0, -2}}))
	pareto, lomax, bounded := must(NewPareto(3, 7)), must(NewLomax(3, 7)), must(NewBoundedPareto(1.5, 2, 9))
	tri, uni := must(NewTriangular(1, 2, 4)), must(NewUniform(1, 4))
	logn, weib, norm := must(NewLognormal(-1, 2)), must(NewWeibull(2, 5)), must(NewNormal(-1, 3))
	empirical := must(NewEmpirical([]float64{3, 1, 2, 1}, []float64{1, 1, 0, 2}, false))
	line := must(NewEmpirical([]float64{3, 1, 2}, []float64{1, 1, 3}, true))
	mix, shift := must(NewMixture([]float64{1, 0, 3}, []Distribution{exp, uni, tri})), must(NewShifted(2, uni))
	for _, c := range []struct {
		what      string
		got, want any
	}{
		{"deterministic", must(NewDeterministic(3)).Value(), 3.0},
		{"exponential", []any{exp.Rate(), exp.Mean(), exp.ByRate(), must(NewExponentialMean(4)).ByRate()}, []any{4.0, 0.25, true, false}},
		{"erlang", []any{erlang.Stages(), erlang.Rate(), erlang.ByRate(), must(NewErlangMean(3, 6)).Rate(), must(NewErlangMean(3, 6)).ByRate()}, []any{3, 6.0, true, 0.5, false}},
		{"uniform", []float64{uni.Min(), uni.Max()}, []float64{1, 4}},
		{"triangular", []float64{tri.Min(), tri.Mode(), tri.Max()}, []float64{1, 2, 4}},
		{"gamma", []float64{gamma.Shape(), gamma.Scale()}, []float64{2, 5}},
		{"hyperexponential", [][]float64{hyper.Probabilities(), hyper.Rates()}, [][]float64{{0.25, 0.75}, {2, 8}}},
		{"hypoexponential", must(NewHypoexponential([]float64{2, 8})).Rates(), []float64{2, 8}},
		{"coxian", [][]float64{cox.Rates(), cox.Continue()}, [][]float64{{2, 7}, {0.5}}},
		{"phase_type alpha", pt.Alpha(), []float64{0.25, 0.5}},
		{"phase_type matrix", pt.Matrix(), [][]float64{{-3, 1}, {0, -2}}},
		{"lognormal", []float64{logn.Mu(), logn.Sigma()}, []float64{-1, 2}},
		{"weibull", []float64{weib.Shape(), weib.Scale()}, []float64{2, 5}},
		{"pareto", []float64{pareto.Alpha(), pareto.Minimum()}, []float64{3, 7}},
		{"lomax", []float64{lomax.Alpha(), lomax.Scale()}, []float64{3, 7}},
		{"bounded_pareto", []float64{bounded.Alpha(), bounded.Min(), bounded.Max()}, []float64{1.5, 2, 9}},
		{"normal", []float64{norm.Location(), norm.SD()}, []float64{-1, 3}},
		{"empirical", [][]float64{empirical.Values(), empirical.Probabilities()}, [][]float64{{1, 3}, {0.75, 0.25}}},
		{"empirical line", [][]float64{line.Values(), line.Probabilities()}, [][]float64{{1, 2, 3}, {0.5, 0.5}}},
		{"interpolated", []bool{empirical.Interpolated(), line.Interpolated()}, []bool{false, true}},
		{"mixture weights", mix.Weights(), []float64{0.25, 0.75}},
		{"mixture components", []string{mix.Components()[0].String(), mix.Components()[1].String()}, []string{exp.String(), tri.String()}},
		{"shifted", []any{shift.Offset(), shift.Of().String()}, []any{2.0, uni.String()}},
	} {
		if diff := cmp.Diff(c.want, c.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.what, diff)
		}
	}
}

// TestMomentsOfDiscreteLaws by hand: 0, 1, 2, 2, 3 have mean 8/5 and mean
// square 18/5; half exponential of mean 1, half zero has mean 1/2 and mean
// square 1.
func TestMomentsOfDiscreteLaws(t *testing.T) {
	e := must(NewEmpirical([]float64{3, 1, 2, 2, 0}, nil, false))
	near(t, "mean", e.Mean(), 1.6, 1e-15)
	near(t, "scv", e.SCV(), (3.6-2.56)/2.56, 1e-14)
	half := must(NewPhaseType([]float64{0.5}, [][]float64{{-1}}))
	near(t, "mean", half.Mean(), 0.5, 1e-15)
	near(t, "scv", half.SCV(), 3, 1e-14)
	m := must(NewMixture([]float64{1, 1}, []Distribution{must(NewDeterministic(0)), must(NewExponential(1))}))
	near(t, "mean", m.Mean(), 0.5, 1e-15)
	near(t, "scv", m.SCV(), 3, 1e-14)
	near(t, "atom", half.CDF(0), 0.5, 1e-15)
	near(t, "atom", m.CDF(0), 0.5, 1e-15)
}
