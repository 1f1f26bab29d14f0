package analytic_test

import (
	"errors"
	"fmt"

	"spillway/distributions"
	"spillway/distributions/arrivals"
	"spillway/sim/analytic"
)

// Two servers at 100 tasks per second each, offered 80, behind a network of
// 5 ms.
func ExampleSolve() {
	process, _ := arrivals.NewPoisson(80)
	service, _ := distributions.NewExponential(100)
	delay, _ := distributions.NewDeterministic(0.005)
	sys := analytic.System{
		Streams: []analytic.Stream{{Process: process, Service: service}},
		Network: delay,
		Servers: 2,
	}
	sol, err := analytic.Solve(sys)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s by %s\n", analytic.Kendall(sys), sol.Method)
	fmt.Printf("latency %.2f ms, p99 %.2f ms\n", 1000*sol.Metrics["latency"]["mean"], 1000*sol.Metrics["latency"]["p99"])
	fmt.Printf("%.1f %% of the tasks wait\n", 100*sol.Metrics["wait_ratio"]["mean"])
	// Output:
	// M/M/2 by Erlang C
	// latency 16.90 ms, p99 56.56 ms
	// 22.9 % of the tasks wait
}

// One server cannot do the work of one and a quarter.
func ExampleSolve_unstable() {
	process, _ := arrivals.NewPoisson(125)
	service, _ := distributions.NewExponential(100)
	_, err := analytic.Solve(analytic.System{
		Streams: []analytic.Stream{{Process: process, Service: service}},
		Servers: 1,
	})
	fmt.Println(errors.Is(err, analytic.ErrUnstable))
	fmt.Println(err)
	// Output:
	// true
	// analytic: no steady state: offered load 1.25 erlangs on 1 server: the queue grows without limit
}
