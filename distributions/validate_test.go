package distributions

import (
	"errors"
	"math"
	"testing"
)

// refused is a call of a constructor that must fail, and on what.
type refused struct {
	parameter string
	index     int
	err       error
}

// no turns the results of a constructor into a row.
func no[T any](parameter string, index int) func(T, error) refused {
	return func(_ T, err error) refused { return refused{parameter, index, err} }
}

func TestParametersRefused(t *testing.T) {
	nan, list := math.NaN(), []float64{1, 2}
	exp := Distribution(must(NewExponential(1)))
	var rows []refused
	for _, bad := range []float64{nan, inf, -inf, -1, 0, 5e-324} {
		rows = append(rows, badPositives(bad)...)
	}
	for _, bad := range []float64{nan, inf, -inf, -1} {
		rows = append(rows,
			no[Deterministic]("value", -1)(NewDeterministic(bad)),
			no[Uniform]("min", -1)(NewUniform(bad, 1)),
			no[Triangular]("min", -1)(NewTriangular(bad, 1, 2)),
			no[Triangular]("mode", -1)(NewTriangular(0, bad, 2)),
			no[Empirical]("values", 1)(NewEmpirical([]float64{1, bad}, nil, false)),
			no[Empirical]("weights", 1)(NewEmpirical(list, []float64{1, bad}, true)),
			no[Mixture]("weight", 0)(NewMixture([]float64{bad, 1}, []Distribution{exp, exp})),
			no[Shifted]("offset", -1)(NewShifted(bad, exp)),
			no[Hyperexponential]("probabilities", 1)(NewHyperexponential([]float64{1, bad}, list)),
			no[Coxian]("continue", 0)(NewCoxian(list, []float64{bad})),
			no[PhaseType]("alpha", 0)(NewPhaseType([]float64{bad}, [][]float64{{-1}})),
		)
	}
	for _, bad := range []float64{nan, inf, -inf} {
		rows = append(rows,
			no[Lognormal]("mu", -1)(NewLognormal(bad, 1)),
			no[Normal]("mean", -1)(NewNormal(bad, 1)),
			no[PhaseType]("matrix", 0)(NewPhaseType([]float64{1}, [][]float64{{bad}})),
		)
	}
	rows = append(rows, badCombinations(exp)...)
	rows = append(rows, badMatrices()...)
	for i, row := range rows {
		var e *ParameterError
		if !errors.As(row.err, &e) {
			t.Errorf("row %d: error %v, want a *ParameterError on %s", i, row.err, row.parameter)
			continue
		}
		if e.Parameter != row.parameter || e.Index != row.index || e.Found == "" || e.Want == "" {
			t.Errorf("row %d: error %q on %s[%d], want it on %s[%d]", i, e, e.Parameter, e.Index, row.parameter, row.index)
		}
	}
}

func badPositives(bad float64) []refused {
	return []refused{
		no[Exponential]("rate", -1)(NewExponential(bad)),
		no[Exponential]("mean", -1)(NewExponentialMean(bad)),
		no[Uniform]("max", -1)(NewUniform(0, bad)),
		no[Triangular]("max", -1)(NewTriangular(0, 0, bad)),
		no[Erlang]("rate", -1)(NewErlang(2, bad)),
		no[Erlang]("mean", -1)(NewErlangMean(2, bad)),
		no[Gamma]("shape", -1)(NewGamma(bad, 1)),
		no[Gamma]("scale", -1)(NewGamma(1, bad)),
		no[Gamma]("mean", -1)(NewGammaMean(bad, 1)),
		no[Gamma]("cv", -1)(NewGammaMean(1, bad)),
		no[Hyperexponential]("rates", 1)(NewHyperexponential([]float64{0.5, 0.5}, []float64{1, bad})),
		no[Hyperexponential]("means", 0)(NewHyperexponentialMeans([]float64{0.5, 0.5}, []float64{bad, 1})),
		no[Hyperexponential]("mean", -1)(NewHyperexponentialCV(bad, 2)),
		no[Hyperexponential]("cv", -1)(NewHyperexponentialCV(1, bad)),
		no[Hypoexponential]("rates", 2)(NewHypoexponential([]float64{1, 2, bad})),
		no[Coxian]("rates", 0)(NewCoxian([]float64{bad}, nil)),
		no[Lognormal]("sigma", -1)(NewLognormal(0, bad)),
		no[Lognormal]("mean", -1)(NewLognormalMean(bad, 1)),
		no[Lognormal]("cv", -1)(NewLognormalMean(1, bad)),
		no[Weibull]("shape", -1)(NewWeibull(bad, 1)),
		no[Weibull]("scale", -1)(NewWeibull(1, bad)),
		no[Weibull]("mean", -1)(NewWeibullMean(1, bad)),
		no[Pareto]("alpha", -1)(NewPareto(bad, 1)),
		no[Pareto]("minimum", -1)(NewPareto(1, bad)),
		no[Pareto]("alpha", -1)(NewParetoMean(bad, 1)),
		no[Pareto]("mean", -1)(NewParetoMean(2, bad)),
		no[Lomax]("alpha", -1)(NewLomax(bad, 1)),
		no[Lomax]("scale", -1)(NewLomax(1, bad)),
		no[Lomax]("mean", -1)(NewLomaxMean(2, bad)),
		no[BoundedPareto]("alpha", -1)(NewBoundedPareto(bad, 1, 2)),
		no[BoundedPareto]("min", -1)(NewBoundedPareto(1, bad, 2)),
		no[BoundedPareto]("max", -1)(NewBoundedPareto(1, 1, bad)),
		no[Normal]("sd", -1)(NewNormal(1, bad)),
	}
}

func badCombinations(exp Distribution) []refused {
	two, one := []float64{1, 2}, []float64{1}
	return []refused{
		no[Uniform]("max", -1)(NewUniform(2, 2)),
		no[Uniform]("max", -1)(NewUniform(2, 1)),
		no[Triangular]("max", -1)(NewTriangular(2, 2, 2)),
		no[Triangular]("mode", -1)(NewTriangular(1, 0.5, 2)),
		no[Triangular]("mode", -1)(NewTriangular(1, 2.5, 2)),
		no[Erlang]("k", -1)(NewErlang(0, 1)),
		no[Erlang]("k", -1)(NewErlangMean(-3, 1)),
		no[Erlang]("rate", -1)(NewErlang(1000, 1e-306)),
		no[Gamma]("scale", -1)(NewGamma(1e200, 1e200)),
		no[Gamma]("cv", -1)(NewGammaMean(1, 1e-200)),
		no[Hyperexponential]("probabilities", -1)(NewHyperexponential(nil, nil)),
		no[Hyperexponential]("probabilities", -1)(NewHyperexponential([]float64{0.5, 0.4}, two)),
		no[Hyperexponential]("probabilities", -1)(NewHyperexponential([]float64{0.5, 0.5 + 2e-9}, two)),
		no[Hyperexponential]("rates", -1)(NewHyperexponential([]float64{0.5, 0.5}, one)),
		no[Hyperexponential]("means", -1)(NewHyperexponentialMeans([]float64{0.5, 0.5}, nil)),
		no[Hyperexponential]("cv", -1)(NewHyperexponentialCV(1, 1)),
		no[Hypoexponential]("rates", -1)(NewHypoexponential(nil)),
		no[Coxian]("rates", -1)(NewCoxian(nil, nil)),
		no[Coxian]("continue", -1)(NewCoxian(two, two)),
		no[Coxian]("continue", 0)(NewCoxian(two, []float64{1.5})),
		no[Lognormal]("mu", -1)(NewLognormal(800, 1)),
		no[Lognormal]("cv", -1)(NewLognormalMean(1, 1e160)),
		no[Weibull]("shape", -1)(NewWeibull(0.001, 1)),
		no[Pareto]("alpha", -1)(NewParetoMean(1, 1)),
		no[Lomax]("alpha", -1)(NewLomaxMean(1, 1)),
		no[BoundedPareto]("max", -1)(NewBoundedPareto(1, 2, 2)),
		no[Normal]("sd", -1)(NewNormal(-1, 1e-9)),
		no[Empirical]("values", -1)(NewEmpirical(nil, nil, false)),
		no[Empirical]("values", -1)(NewEmpirical([]float64{3, 3}, nil, true)),
		no[Empirical]("weights", -1)(NewEmpirical(two, one, false)),
		no[Empirical]("weights", -1)(NewEmpirical(two, []float64{}, false)),
		no[Empirical]("weights", -1)(NewEmpirical(two, []float64{0, 0}, false)),
		no[Mixture]("components", -1)(NewMixture(nil, nil)),
		no[Mixture]("components", 1)(NewMixture(two, []Distribution{exp, nil})),
		no[Mixture]("weight", -1)(NewMixture(one, []Distribution{exp, exp})),
		no[Mixture]("weight", -1)(NewMixture([]float64{0, 0}, []Distribution{exp, exp})),
		no[Shifted]("of", -1)(NewShifted(1, nil)),
	}
}

func badMatrices() []refused {
	half, one := []float64{0.5, 0.5}, []float64{1}
	return []refused{
		no[PhaseType]("alpha", -1)(NewPhaseType(nil, nil)),
		no[PhaseType]("alpha", -1)(NewPhaseType([]float64{0}, [][]float64{{-1}})),
		no[PhaseType]("alpha", -1)(NewPhaseType([]float64{0.6, 0.6}, [][]float64{{-1, 0}, {0, -1}})),
		no[PhaseType]("matrix", -1)(NewPhaseType(half, [][]float64{{-1, 0}})),
		no[PhaseType]("matrix", 1)(NewPhaseType(half, [][]float64{{-1, 0}, {-1}})),
		no[PhaseType]("matrix", 0)(NewPhaseType(one, [][]float64{{0}})),
		no[PhaseType]("matrix", 0)(NewPhaseType(one, [][]float64{{1}})),
		no[PhaseType]("matrix", 1)(NewPhaseType(half, [][]float64{{-1, 0}, {-0.5, -1}})),
		no[PhaseType]("matrix", 0)(NewPhaseType(half, [][]float64{{-1, 1.1}, {0, -1}})),
		no[PhaseType]("matrix", 0)(NewPhaseType(half, [][]float64{{-1, 1}, {1, -1}})), // never absorbed
		no[PhaseType]("matrix", 1)(NewPhaseType([]float64{0.5, 0.3, 0.2}, [][]float64{{-1, 0, 0}, {0, -1, 1}, {0, 1, -1}})),
	}
}

func TestErrorText(t *testing.T) {
	_, err := NewHypoexponential([]float64{1, -2})
	const want = "distributions: rates[1] is -2, want a positive finite number, at least 2.3e-308"
	if err.Error() != want {
		t.Errorf("got %q, want %q", err, want)
	}
}

func TestStrings(t *testing.T) {
	for want, d := range map[string]Distribution{
		"exponential(rate=80)":                        must(NewExponential(80)),
		"exponential(mean=0.0125)":                    must(NewExponentialMean(0.0125)),
		"erlang(k=4, mean=2)":                         must(NewErlangMean(4, 2)),
		"gamma(mean=2, cv=3)":                         must(NewGammaMean(2, 3)),
		"hyperexponential(mean=1, cv=2)":              must(NewHyperexponentialCV(1, 2)),
		"phase_type(alpha=[1], matrix=[[-2]])":        must(NewPhaseType([]float64{1}, [][]float64{{-2}})),
		"normal(mean=1, sd=2, truncated at 0)":        must(NewNormal(1, 2)),
		"empirical(3 values from 1 to 3)":             must(NewEmpirical([]float64{3, 1, 2}, nil, false)),
		"shifted(offset=1, of=uniform(min=0, max=1))": must(NewShifted(1, must(NewUniform(0, 1)))),
		"mixture(0.25 of deterministic(value=1), 0.75 of exponential(rate=2))": must(NewMixture([]float64{1, 3},
			[]Distribution{must(NewDeterministic(1)), must(NewExponential(2))})),
		"hypoexponential(rates=[1, 1, 1, 1, 1, 1, 1, 1, … 9 in all])": must(NewHypoexponential([]float64{1, 1, 1, 1, 1, 1, 1, 1, 1})),
	} {
		if got := d.String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
