package analytic

import (
	"testing"

	"spillway/distributions"
	"spillway/distributions/arrivals"
)

func qbdErlang(k int, rate float64) distributions.Distribution {
	return must(distributions.NewErlang(k, rate))
}

func qbdHyper(probabilities, rates []float64) distributions.Distribution {
	return must(distributions.NewHyperexponential(probabilities, rates))
}

func qbdPhases(alpha []float64, matrix [][]float64) distributions.Distribution {
	return must(distributions.NewPhaseType(alpha, matrix))
}

// qbdSystem is A/S/c.
func qbdSystem(a arrivals.Process, s distributions.Distribution, c int) System {
	return System{Streams: []Stream{{Process: a, Service: s}}, Servers: c}
}

// qbdSolve solves a system as MAP/PH/c, with or without a limit.
func qbdSolve(t testing.TB, sys System) *Solution {
	t.Helper()
	sol, err := qbdTry(sys)
	if err != nil {
		t.Fatalf("%s, load %g: %v", Kendall(sys), OfferedLoad(sys), err)
	}
	if err := sol.check(); err != nil {
		t.Fatal(err)
	}
	return sol
}

func qbdTry(sys System) (*Solution, error) {
	p := describe(sys)
	return solveMAPPH(p)
}
