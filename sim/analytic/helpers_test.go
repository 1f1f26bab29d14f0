package analytic

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"spillway/distributions"
	"spillway/distributions/arrivals"
)

// must is the value of a constructor whose parameters are known to be good.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func exponential(rate float64) distributions.Distribution {
	return must(distributions.NewExponential(rate))
}

func exponentialMean(mean float64) distributions.Distribution {
	return must(distributions.NewExponentialMean(mean))
}

func constant(v float64) distributions.Distribution { return must(distributions.NewDeterministic(v)) }

func poisson(rate float64) arrivals.Process { return must(arrivals.NewPoisson(rate)) }

// mmc is M/M/c.
func mmc(lambda, mu float64, c int) System {
	return System{Streams: []Stream{{Process: poisson(lambda), Service: exponential(mu)}}, Servers: c}
}

// mmcLimit is M/M/c/(c + limit).
func mmcLimit(lambda, mu float64, c, limit int) System {
	sys := mmc(lambda, mu, c)
	sys.Limit, sys.Limited = limit, true
	return sys
}

func solve(t testing.TB, sys System) *Solution {
	t.Helper()
	sol, err := Solve(sys)
	if err != nil {
		t.Fatalf("Solve(%s), load %g: %v", Kendall(sys), OfferedLoad(sys), err)
	}
	return sol
}

func within(t testing.TB, what string, got, want, relative float64) {
	t.Helper()
	if !(math.Abs(got-want) <= relative*math.Abs(want)) {
		t.Errorf("%s = %.17g, want %.17g (relative error %.2g, allowed %.2g)", what, got, want, math.Abs(got-want)/math.Abs(want), relative)
	}
}

func readJSON(t testing.TB, name string, v any) {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, v); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// shareMetrics holds all values that both have against each other; there must be
// at least so many.
func shareMetrics(t testing.TB, what string, got, want Metrics, relative float64, least int) {
	t.Helper()
	shared := 0
	for metric, values := range want {
		for statistic, v := range values {
			if g, ok := got[metric][statistic]; ok {
				within(t, what+": "+metric+"."+statistic, g, v, relative)
				shared++
			}
		}
	}
	if shared < least {
		t.Errorf("%s: %d values in common, want %d", what, shared, least)
	}
}
