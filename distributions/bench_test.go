package distributions

import "testing"

// benchmarked are laws whose cost matters, by the name of the sub-benchmark.
func benchmarked() []struct {
	name string
	d    Distribution
} {
	return []struct {
		name string
		d    Distribution
	}{
		{"exponential", must(NewExponential(1))},
		{"uniform", must(NewUniform(0, 1))},
		{"normal", must(NewNormal(10, 1))},
		{"normal/mean=-5", must(NewNormal(-5, 1))},
		{"gamma/shape=0.5", must(NewGamma(0.5, 1))},
		{"gamma/shape=5", must(NewGamma(5, 1))},
		{"erlang/k=4", must(NewErlang(4, 1))},
		{"erlang/k=10", must(NewErlang(10, 1))},
		{"hyperexponential", must(NewHyperexponentialCV(1, 2))},
		{"coxian", must(NewCoxian([]float64{1, 2}, []float64{0.5}))},
		{"phase_type", must(NewPhaseType([]float64{0.6, 0.4}, [][]float64{{-3, 1}, {0.5, -2}}))},
		{"lognormal", must(NewLognormalMean(1, 1))},
		{"weibull", must(NewWeibull(0.5, 1))},
		{"pareto", must(NewPareto(1.5, 1))},
		{"lomax", must(NewLomax(1.5, 1))},
		{"bounded_pareto", must(NewBoundedPareto(1.1, 1, 1000))},
		{"empirical", must(NewEmpirical([]float64{1, 2, 3, 4, 5}, nil, true))},
		{"mixture", must(NewMixture([]float64{1, 1}, []Distribution{must(NewExponential(1)), must(NewUniform(1, 2))}))},
	}
}

func BenchmarkFill(b *testing.B) {
	for _, law := range benchmarked() {
		b.Run("law="+law.name, func(b *testing.B) {
			s, block := stream("bench"), make([]float64, 512)
			b.ReportAllocs()
			for b.Loop() {
				law.d.Fill(s, block)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(block)), "ns/variate")
		})
	}
}

func BenchmarkSample(b *testing.B) {
	s := stream("bench")
	var d Distribution = must(NewExponential(1))
	for b.Loop() {
		d.Sample(s)
	}
}
