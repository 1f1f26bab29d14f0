package analytic

import (
	"math"
	"math/cmplx"
	"testing"

	"spillway/distributions"
)

// contourLaws are of every kind that has a contour, from hardly to very
// variable.
func contourLaws() []distributions.Distribution {
	var all []distributions.Distribution
	for _, cv := range []float64{0.01, 0.2, 1, 3, 10, 100} {
		all = append(all, must(distributions.NewLognormalMean(1, cv)))
	}
	for _, shape := range []float64{0.1, 0.3, 1, 2, 10, 50} {
		all = append(all, must(distributions.NewWeibullMean(shape, 1)))
	}
	for _, alpha := range []float64{1.001, 1.01, 1.05, 1.2, 1.5, 2, 3.5, 10} {
		all = append(all, must(distributions.NewLomaxMean(alpha, 1)))
	}
	return all
}

// TestContourTransform holds 1 − R(s) against the transforms of the laws, which
// are computed another way, from a tenth to ten thousand times 1/m; both are
// right to about 1e-14.
func TestContourTransform(t *testing.T) {
	for _, d := range contourLaws() {
		c := newMG1Contour(d)
		if c == nil {
			t.Errorf("%v has no contour", d)
			continue
		}
		laplace, _ := distributions.LaplaceOf(d)
		for e := -1.0; e < 4; e += 0.5 {
			for angle := -1.5; angle < 1.57; angle += 0.3 {
				z := cmplx.Rect(math.Pow(10, e), angle)
				if off := cmplx.Abs(c.gap(z) - (1 - (1-laplace(z))/z)); !(off < 3e-14) {
					t.Errorf("%v at %v: off by %.2g", d, z, off)
				}
			}
		}
	}
}

// TestContourSmall: near zero 1 − R(s) is s E[B²]/2m − s² E[B³]/6m, whose
// moments are known in closed form.
func TestContourSmall(t *testing.T) {
	for _, d := range contourLaws() {
		second, third := secondMoment(d), thirdMoment(d)
		if math.IsInf(third, 1) {
			continue
		}
		c := newMG1Contour(d)
		s := complex(0, 1e-6*second/third)
		want := s * complex(second/2, 0) * (1 - s*complex(third/second/3, 0))
		if off := cmplx.Abs(c.gap(s)/want - 1); !(off < 1e-9) { // what follows is 1e-12 E[B⁴]E[B²]/E[B³]²/12
			t.Errorf("%v: off by %.2g", d, off)
		}
	}
}

// TestContourHardlyAMean: far out P(W > t) is ρ/ε P(R > t), R the residual
// service, here of the Lomax law of index 0.1.
func TestContourHardlyAMean(t *testing.T) {
	sol := solve(t, System{Servers: 1, Streams: []Stream{{Process: poisson(0.5), Service: must(distributions.NewLomaxMean(1.1, 1))}}})
	for _, p := range percentiles[3:] {
		x := sol.Metrics["wait"][p.name]
		within(t, "the tail at "+p.name, math.Pow(1+x/0.1, -0.1), p.tail, 0.02)
	}
	if newMG1Contour(must(distributions.NewUniform(0, 2))) != nil {
		t.Error("the uniform law has a contour")
	}
}

// TestContourBounded holds the bounded Pareto law against its transform, and, near
// zero, against its moments.
func TestContourBounded(t *testing.T) {
	for _, d := range []distributions.BoundedPareto{
		must(distributions.NewBoundedPareto(1.5, 0.1, 1000)), must(distributions.NewBoundedPareto(1.01, 1, 1e6)),
		must(distributions.NewBoundedPareto(3, 1, 2)), must(distributions.NewBoundedPareto(1.2, 1, 1.001)), must(distributions.NewBoundedPareto(0.8, 1, 100)),
	} {
		gap := newMG1Law(1, d).gap
		for e := 0.0; e < 4; e += 0.5 {
			for angle := 0.0; angle < 1.57; angle += 0.3 {
				z := cmplx.Rect(math.Pow(10, e), angle)
				s := z / complex(d.Mean(), 0)
				if off := cmplx.Abs(gap(s) - (1 - (1-d.LaplaceTransform(s))/z)); !(off < 1e-12) {
					t.Errorf("%v at %v: off by %.2g", d, z, off)
				}
			}
		}
		s := complex(0, 1e-6*secondMoment(d)/thirdMoment(d))
		want := s * complex(secondMoment(d)/2/d.Mean(), 0) * (1 - s*complex(thirdMoment(d)/secondMoment(d)/3, 0))
		if off := cmplx.Abs(gap(s)/want - 1); !(off < 1e-10) {
			t.Errorf("%v near zero: off by %.2g", d, off)
		}
	}
}

// TestContourSaturated: as ρ nears one, the wait becomes exponential with the
// mean that Pollaczek and Khinchine give; the error is of the order of ε times
// E[B³]/E[B²]².
func TestContourSaturated(t *testing.T) {
	const spare = 1e-6
	for _, d := range []distributions.Distribution{must(distributions.NewLognormalMean(1, 3)), must(distributions.NewWeibullMean(0.5, 1)), must(distributions.NewLomaxMean(5, 1))} {
		sol := solve(t, System{Servers: 1, Streams: []Stream{{Process: poisson(1 - spare), Service: d}}})
		mean := sol.Metrics["wait"]["mean"]
		for _, p := range percentiles {
			within(t, d.String()+" "+p.name, sol.Metrics["wait"][p.name], -mean*math.Log(p.tail), 1e-4)
		}
	}
}
