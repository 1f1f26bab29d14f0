package experiment_test

import (
	"context"
	"fmt"

	"spillway/distributions"
	"spillway/distributions/arrivals"
	"spillway/sim"
	"spillway/sim/experiment"
)

// M/M/1 at a load of a half, until the mean wait is known to 2 %; theory says
// that it is 1 second.
func ExampleRun() {
	gaps, err := arrivals.NewPoisson(0.5)
	if err != nil {
		panic(err)
	}
	service, err := distributions.NewExponential(1)
	if err != nil {
		panic(err)
	}
	model := &sim.Model{
		Classes: []string{"all"}, Servers: 1,
		Streams: []sim.Stream{{Name: "all", Process: gaps, Service: service}},
	}
	plan := experiment.Plan{
		Seed: 1, Replications: 32, Confidence: 0.95,
		Precise: true, Precision: 0.02, Of: []string{"wait.mean"}, MaxTasks: 1e9,
	}
	outcomes, err := experiment.Run(context.Background(), []experiment.Point{{Model: model, Plan: plan}}, experiment.Options{})
	if err != nil {
		panic(err)
	}
	wait := outcomes[0].Simulated.Metrics["wait"]["mean"]
	fmt.Printf("%.1f, and 1 is inside: %t\n", wait.Value, wait.Low < 1 && 1 < wait.High)
	// Output: 1.0, and 1 is inside: true
}
