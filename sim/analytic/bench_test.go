package analytic

import (
	"fmt"
	"testing"

	"spillway/distributions"
	"spillway/distributions/arrivals"
)

func BenchmarkSolve(b *testing.B) {
	run := func(name string, sys System) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Solve(sys); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	for _, c := range []int{1, 64, 1000, 1_000_000} {
		run(fmt.Sprintf("model=mmc/c=%d", c), mmc(0.95*float64(c), 1, c))
	}
	for _, rho := range []float64{0.95, 1, 1.2} {
		for _, n := range []int{10, 1000, 1_000_000} {
			run(fmt.Sprintf("model=mmck/c=4/limit=%d/rho=%g", n, rho), mmcLimit(rho*4, 1, 4, n))
		}
	}
	run("model=mmck/c=1000000/limit=1000000/rho=1", mmcLimit(1e6, 1, 1_000_000, 1_000_000))
	run("model=mmck/c=1000000/limit=0/rho=1", mmcLimit(1e6, 1, 1_000_000, 0))
	mixed := System{Infinite: true, Streams: []Stream{
		{Class: "a", Process: poisson(1), Service: exponential(2)}, {Class: "b", Process: poisson(1), Service: lognormal(1, 3)},
	}}
	run("model=mginf/classes=2", mixed)
	for name, law := range map[string]distributions.Distribution{
		"erlang": must(distributions.NewErlangMean(3, 1)), "lognormal": lognormal(1, 1), "weibull": must(distributions.NewWeibullMean(0.3, 1)),
		"pareto": must(distributions.NewPareto(1.5, 1./3)), "uniform": must(distributions.NewUniform(0, 2)),
		"bounded_pareto": must(distributions.NewBoundedPareto(1.5, 0.343, 100)),
	} {
		sys := System{Servers: 1, Streams: []Stream{{Process: poisson(0.8), Service: law}}}
		run("model=mg1/service="+name, sys)
		sys.Network = lognormal(1, 1)
		run("model=mg1/delay=lognormal/service="+name, sys)
	}
	delayed := mmc(8*0.95, 1, 8)
	delayed.Network, delayed.Response = lognormal(1, 1), exponential(2)
	run("model=mmc/c=8/delays=2", delayed)
	bursts := must(arrivals.NewMMPP([]float64{90, 20}, [][]float64{{-1, 1}, {1, -1}}))
	run("model=mapph/c=64", System{Servers: 64, Streams: []Stream{{Process: bursts, Service: exponential(1)}}})
	for _, d := range []int{2, 4} {
		sys := mmc(3.6, 1, 4)
		sys.Dispatch, sys.Choices = PowerOf, d
		run(fmt.Sprintf("model=shortest/c=4/choices=%d", d), sys)
	}
}
