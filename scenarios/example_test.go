package scenarios_test

import (
	"fmt"

	"spillway/scenarios"
)

func ExampleLoad() {
	study, err := scenarios.Load("pool.yaml", []byte(`
version: 1
arrivals: {process: poisson, rate: 80/s}
service: {distribution: exponential, mean: 10ms}
servers: 1
sweep:
  servers: [1, 2]
`), scenarios.Options{Set: []string{"run.precision=5%"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range study.Points {
		fmt.Println(study.Name, p.Servers, "servers,", p.Streams[0].Service, "to", p.Run.Precision)
	}

	// Output:
	// pool 1 servers, exponential(mean=0.01) to 0.05
	// pool 2 servers, exponential(mean=0.01) to 0.05
}

// Everything that is wrong is told at once, each with its place.
func ExampleErrors() {
	_, err := scenarios.Load("pool.yaml", []byte(`
version: 1
arrivals: {process: poisson, rate: 80 / s}
service: {distribution: exponentail, mean: 10ms}
servers: 1
`), scenarios.Options{Set: []string{"queue.limit=2.5"}})
	fmt.Println(err)

	// Output:
	// pool.yaml:3:36: arrivals.rate: found "80 / s", want a positive rate like 80/s, 3/min, 0.5/h or a number per second; did you mean 80/s?
	// pool.yaml:4:25: service.distribution: found "exponentail", want deterministic, exponential, uniform, triangular, erlang, gamma, hyperexponential, hypoexponential, coxian, phase_type, lognormal, weibull, pareto, lomax, bounded_pareto, normal, empirical, mixture or shifted; did you mean "exponential"?
	// --set queue.limit=2.5: queue.limit: found 2.5, want a whole number from 0 to 1000000000 like 4, 1_000 or 1e6
}
