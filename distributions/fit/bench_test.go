package fit

import (
	"fmt"
	"testing"

	"spillway/distributions"
	"spillway/distributions/arrivals"
)

// BenchmarkAnalyse is everything, on bursty arrivals with lognormal demands.
func BenchmarkAnalyse(b *testing.B) {
	p := must(arrivals.NewMMPP([]float64{2, 20}, [][]float64{{-0.5, 0.5}, {2, -2}}))
	for _, n := range []int{10_000, 100_000, 1_000_000} {
		xs := epochs(p, "bench", n)
		demands := draw(must(distributions.NewLognormal(-3, 1.2)), "bench", n)
		b.Run(fmt.Sprintf("records=%d", n), func(b *testing.B) {
			for b.Loop() {
				must(Analyse(xs, demands, DefaultOptions()))
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/record")
		})
	}
}

// BenchmarkModulated is the fit of the Markov-modulated process alone: what it
// has to find, and gaps of other kinds, for which the maximum is at the edge.
func BenchmarkModulated(b *testing.B) {
	for _, c := range []struct {
		name string
		p    arrivals.Process
	}{
		{"mmpp", must(arrivals.NewMMPP([]float64{2, 20}, [][]float64{{-0.5, 0.5}, {2, -2}}))},
		{"weibull", arrivals.Renewal{Gap: must(distributions.NewWeibull(0.6, 0.05))}},
		{"poisson", must(arrivals.NewPoisson(1))},
	} {
		gaps := newRecord(epochs(c.p, "bench", records)).gaps
		gaps = scaled(gaps, 1/meanOf(gaps))
		laws := fitLaws(newSample(sortedCopy(gaps), 0))
		b.Run("gaps="+c.name, func(b *testing.B) {
			for b.Loop() {
				fitModulated(gaps, laws)
			}
		})
	}
}

// BenchmarkExpect is one step of the EM algorithm.
func BenchmarkExpect(b *testing.B) {
	m := modulated{[2]float64{0.5, 4}, [2]float64{0.1, 0.5}}
	gaps := draw(exponential(1), "bench", records)
	w := newForward(len(gaps))
	for b.Loop() {
		m.expect(w, m.atArrival(), gaps)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*records), "ns/gap")
}

// BenchmarkLaws is the fit of all service laws.
func BenchmarkLaws(b *testing.B) {
	for _, k := range truths() {
		s := newSample(sortedCopy(draw(k.law, "bench", records)), 0)
		b.Run("law="+k.name, func(b *testing.B) {
			for b.Loop() {
				fitLaws(s)
			}
		})
	}
}
