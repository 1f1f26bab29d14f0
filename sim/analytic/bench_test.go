package analytic

import (
	"fmt"
	"testing"
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
}
