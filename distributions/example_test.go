package distributions_test

import (
	"errors"
	"fmt"

	"spillway/distributions"
)

func ExampleStreams_For() {
	streams := distributions.Streams{Seed: 1}
	service := streams.For(0, "service")
	again := streams.For(0, "service")
	other := streams.For(1, "service") // the next replication
	a, b, c := service.Uint64(), again.Uint64(), other.Uint64()
	fmt.Println(a == b, a == c)
	// Output: true false
}

func ExampleNewExponential() {
	d, err := distributions.NewExponential(80)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(d, d.Mean(), d.SCV())
	// Output: exponential(rate=80) 0.0125 1
}

func ExampleNewLognormalMean() {
	d, err := distributions.NewLognormalMean(0.2, 1.5)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%v: median %.4f s, 99 %% below %.4f s\n", d, d.Quantile(0.5), d.Quantile(0.99))
	// Output: lognormal(mean=0.2, cv=1.5): median 0.1109 s, 99 % below 1.3866 s
}

func ExampleParameterError() {
	_, err := distributions.NewHyperexponential([]float64{0.5, 0.4}, []float64{1, 10})
	var p *distributions.ParameterError
	if errors.As(err, &p) {
		fmt.Printf("%s: found %s, want %s\n", p.Parameter, p.Found, p.Want)
	}
	// Output: probabilities: found a list that sums to 0.9, want elements that sum to 1
}

func ExampleQuantileOf() {
	fast, _ := distributions.NewExponentialMean(0.01)
	slow, _ := distributions.NewPareto(1.5, 1)
	d, err := distributions.NewMixture([]float64{99, 1}, []distributions.Distribution{fast, slow})
	if err != nil {
		fmt.Println(err)
		return
	}
	if quantile, ok := distributions.QuantileOf(d); ok {
		fmt.Printf("median %.4f s, 99.9 %% below %.2f s, tail index %v\n",
			quantile(0.5), quantile(0.999), distributions.TailIndex(d))
	}
	// Output: median 0.0070 s, 99.9 % below 4.64 s, tail index 1.5
}

func ExampleExponential_Fill() {
	d, _ := distributions.NewExponentialMean(2)
	block := make([]float64, 512)
	d.Fill(distributions.Streams{Seed: 1}.For(0, "service"), block)
	total := 0.0
	for _, x := range block {
		total += x
	}
	fmt.Printf("the mean of %d variates is within 0.4 of %v: %v\n",
		len(block), d.Mean(), total/512 > 1.6 && total/512 < 2.4)
	// Output: the mean of 512 variates is within 0.4 of 2: true
}
