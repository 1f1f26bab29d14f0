package fit_test

import (
	"fmt"

	"spillway/distributions"
	"spillway/distributions/arrivals"
	"spillway/distributions/fit"
)

// A log of 20 000 arrivals in bursts, each asking for 8 ms on average.
func ExampleAnalyse() {
	bursty, err := arrivals.NewBurstyMMPP(40, 5, 0.2, 3)
	if err != nil {
		fmt.Println(err)
		return
	}
	demand, err := distributions.NewExponentialMean(0.008)
	if err != nil {
		fmt.Println(err)
		return
	}
	streams := distributions.Streams{Seed: 1}
	epochs, demands := make([]float64, 20_000), make([]float64, 20_000)
	bursty.Start(streams.For(0, "arrivals")).Fill(epochs)
	demand.Fill(streams.For(0, "service"), demands)

	report, err := fit.Analyse(epochs, demands, fit.DefaultOptions())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("offered load %.2f\n", *report.OfferedLoad)
	best := report.Arrivals.Models[0]
	fmt.Printf("%s: bursts %.1f times as fast take %.0f %% of the time, %.1f s each\n",
		best.Name, *best.Bursts.Ratio, 100*best.Bursts.Share, best.Bursts.Length)
	for _, d := range report.Arrivals.Dispersion[:3] {
		fmt.Printf("index of dispersion over %g s: %.1f\n", d.Window, d.Index)
	}
	// Output:
	// offered load 0.33
	// mmpp: bursts 5.0 times as fast take 21 % of the time, 3.0 s each
	// index of dispersion over 0.5 s: 16.1
	// index of dispersion over 1 s: 29.3
	// index of dispersion over 2 s: 50.0
}

func ExampleLaw_YAML() {
	demands := []float64{1, 1, 2, 2, 2, 4, 4, 4, 4, 16}
	epochs := []float64{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}
	report, err := fit.Analyse(epochs, demands, fit.DefaultOptions())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, law := range report.Services.Laws.Fitted {
		if law.Name == "exponential" {
			fmt.Println("service:", law.YAML())
		}
	}
	fmt.Println("arrivals:", report.Arrivals.Models[0].YAML())
	// Output:
	// service: {distribution: exponential, rate: 0.25}
	// arrivals: {process: deterministic, interval: 1}
}
