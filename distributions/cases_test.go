package distributions

import (
	"strings"
	"testing"
)

// must is the value of a constructor that is expected to succeed.
func must[T any](d T, err error) T {
	if err != nil {
		panic(err)
	}
	return d
}

// name is the part of a law's String before its parameters.
func name(d Distribution) string {
	before, _, _ := strings.Cut(d.String(), "(")
	return before
}

// continuous are laws with a density, ordinary and extreme parameters.
func continuous() []Distribution {
	return []Distribution{
		must(NewExponential(80)),
		must(NewExponentialMean(1e-9)),
		must(NewExponentialMean(1e12)),
		must(NewUniform(0, 1)),
		must(NewUniform(5, 5.001)),
		must(NewTriangular(0, 1, 4)),
		must(NewTriangular(1, 1, 2)),
		must(NewTriangular(1, 2, 2)),
		must(NewErlang(1, 3)),
		must(NewErlang(4, 3)),
		must(NewErlangMean(7, 2)),
		must(NewErlangMean(10000, 2)),
		must(NewGamma(0.02, 3)),
		must(NewGamma(0.5, 3)),
		must(NewGamma(1, 3)),
		must(NewGamma(17.3, 0.1)),
		must(NewGammaMean(2, 0.01)),
		must(NewGammaMean(2, 3)),
		must(NewHyperexponential([]float64{0.3, 0.7}, []float64{1, 9})),
		must(NewHyperexponentialMeans([]float64{0.001, 0.999, 0}, []float64{1000, 1, 5})),
		must(NewHyperexponentialCV(1, 1.0001)),
		must(NewHyperexponentialCV(2, 2)),
		must(NewHyperexponentialCV(2, 100)),
		must(NewHypoexponential([]float64{1, 2, 3})),
		must(NewHypoexponential([]float64{1, 1.0000001, 1e5})),
		must(NewCoxian([]float64{4, 2, 1}, []float64{0.5, 0.3})),
		must(NewCoxian([]float64{1000, 1}, []float64{0.01})),
		must(NewPhaseType([]float64{0.6, 0.4, 0}, [][]float64{{-3, 1, 1}, {0.5, -2, 0.5}, {0, 4, -5}})),
		must(NewLognormal(-3, 0.5)),
		must(NewLognormal(0, 0.01)),
		must(NewLognormalMean(0.01, 2)),
		must(NewLognormalMean(1, 50)),
		must(NewWeibull(0.3, 1)),
		must(NewWeibull(1, 2)),
		must(NewWeibull(3.5, 2)),
		must(NewWeibullMean(200, 2)),
		must(NewPareto(1.5, 0.1)),
		must(NewPareto(0.8, 1)),
		must(NewParetoMean(2.5, 3)),
		must(NewPareto(1000, 3)),
		must(NewLomax(1.5, 0.1)),
		must(NewLomax(0.8, 1)),
		must(NewLomaxMean(5, 3)),
		must(NewBoundedPareto(1.1, 0.01, 1000)),
		must(NewBoundedPareto(1, 1, 10)),
		must(NewBoundedPareto(2, 1, 10)),
		must(NewBoundedPareto(0.001, 1, 1.001)),
		must(NewBoundedPareto(100, 1, 1.3)),
		must(NewNormal(10, 2)),
		must(NewNormal(0, 1)),
		must(NewNormal(1, 2)),
		must(NewNormal(-1, 2)),
		must(NewNormal(-1, 0.01)),
		must(NewNormal(1, 1e-6)),
		must(NewEmpirical([]float64{1, 2, 4, 2, 9, 0.5}, nil, true)),
		must(NewEmpirical([]float64{1, 3, 2}, []float64{1, 5, 1e-3}, true)),
		must(NewMixture([]float64{3, 1}, []Distribution{must(NewExponential(10)), must(NewUniform(1, 2))})),
		must(NewShifted(2, must(NewGamma(0.5, 3)))),
		must(NewShifted(0.5, must(NewPareto(3.5, 1)))),
	}
}

// withAtoms are laws some single value of which has positive probability.
func withAtoms() []Distribution {
	return []Distribution{
		must(NewDeterministic(0)),
		must(NewDeterministic(1.5)),
		must(NewPhaseType([]float64{0.5, 0.2}, [][]float64{{-1, 0.5}, {0, -3}})),
		must(NewEmpirical([]float64{3, 1, 2, 2, 0}, nil, false)),
		must(NewEmpirical([]float64{3, 1, 2}, []float64{0.01, 5, 0}, false)),
		must(NewMixture([]float64{0.2, 0.8, 0}, []Distribution{must(NewDeterministic(0)), must(NewExponential(1)), must(NewPareto(1, 1))})),
	}
}

func all() []Distribution { return append(continuous(), withAtoms()...) }

// each runs a check on laws, as subtests.
func each(t *testing.T, ds []Distribution, check func(t *testing.T, d Distribution)) {
	t.Helper()
	for _, d := range ds {
		t.Run(d.String(), func(t *testing.T) { check(t, d) })
	}
}

// stream is a stream of the suite's one seed.
func stream(name string) *Stream { return Streams{Seed: 1}.For(0, name) }

func draw(d Distribution, name string, n int) []float64 {
	xs := make([]float64, n)
	d.Fill(stream(name), xs)
	return xs
}
