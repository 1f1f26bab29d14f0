//go:build unix

package main

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
)

// kernel is a case of BenchmarkRun in package sim, and the C kernel that does
// the same, if there is one.
type kernel struct {
	what, bench string
	limit       []string // name, servers
	aim         string
}

var kernels = []kernel{
	{"recursion, M/M/1, ρ = 0.8", "^engine=recursion$/^c=1$/^rho=0.8$", []string{"kwsort", "1"}, "≤ 2.6 × C"},
	{"recursion, M/M/8, ρ = 0.95", "^engine=recursion$/^c=8$/^rho=0.95$", []string{"kwint8", "8"}, "≤ 1.7 × C"},
	{"recursion, M/M/256, ρ = 0.95", "^engine=recursion$/^c=256$/^rho=0.95$", nil, "40 M tasks/s"},
	{"recursion, M/M/10000, ρ = 0.95", "^engine=recursion$/^c=10000$/^rho=0.95$", nil, ""},
	{"events, M/M/1, ρ = 0.8", "^engine=events$/^c=1$/^rho=0.8$", []string{"tree", "1"}, "≤ 1.9 × C"},
	{"events, M/M/8, ρ = 0.95", "^engine=events$/^c=8$/^rho=0.95$", []string{"scan", "8"}, "≤ 1.7 × C"},
	{"events, M/M/10000, ρ = 0.95", "^engine=events$/^c=10000$/^rho=0.95$", nil, "< 250 ns"},
	{"events, M/M/1, a limit of 100", "^engine=events$/^with=limit$/^c=1$/^rho=0.8$", []string{"tree", "1"}, "15 ns more"},
	{"events, M/M/1, a throttle", "^engine=events$/^with=throttle$/^c=1$/^rho=0.8$", []string{"tree", "1"}, "15 ns more"},
	{"events, M/M/1, two classes", "^engine=events$/^with=classes$/^c=1$/^rho=0.8$", nil, ""},
	{"recursion, M/M/1, two classes", "^engine=recursion$/^with=classes$/^c=1$/^rho=0.8$", nil, ""},
	{"events, M/M/1, two classes with priorities", "^engine=events$/^with=priorities$/^c=1$/^rho=0.8$", nil, "15 ns more than without"},
	{"events, M/M/1, a constant network delay", "^engine=events$/^with=network$/^c=1$/^rho=0.8$", nil, ""},
	{"recursion, M/M/1, a constant network delay", "^engine=recursion$/^with=network$/^c=1$/^rho=0.8$", nil, ""},
}

// kernelTable runs every kernel, in turn with C.
func (b *bench) kernelTable() error {
	ours, theirs := make([][]float64, len(kernels)), make([][]float64, len(kernels))
	for range b.rounds {
		for i, k := range kernels {
			if k.limit != nil {
				c, err := number(`ns/cust=([0-9.]+)`, b.limit, k.limit[0], k.limit[1], "1e7", "1")
				if err != nil {
					return err
				}
				theirs[i] = append(theirs[i], c)
			}
			ns, err := number(`([0-9.]+) ns/task`, b.kernels, "-test.run", "^$", "-test.cpu", "1",
				"-test.bench", "^BenchmarkRun$/"+k.bench, "-test.benchtime", "10000x")
			if err != nil {
				return err
			}
			ours[i] = append(ours[i], ns)
		}
	}
	b.printf("\n## A task, on one core, in nanoseconds\n\nEverything that a user gets is measured here: means, spreads, maxima, histograms, the law of the queue's length.\n"+
		"C measures the mean wait. Medians of %d interleaved runs of 10 million tasks.\n\n", b.rounds)
	b.printf("| | Spillway | million tasks/s | C | ratio | aim |\n| --- | ---: | ---: | ---: | ---: | --- |\n")
	for i, k := range kernels {
		c, ratio := "", ""
		if theirs[i] != nil {
			ratios := make([]float64, b.rounds)
			for j := range ratios {
				ratios[j] = ours[i][j] / theirs[i][j]
			}
			c, ratio = fmt.Sprintf("%.1f", median(theirs[i])), fmt.Sprintf("%.2f", median(ratios))
		}
		ns := median(ours[i])
		b.printf("| %s | %.1f | %.1f | %s | %s | %s |\n", k.what, ns, 1e3/ns, c, ratio, k.aim)
	}
	return nil
}

// number is the number in the output of a command.
func number(pattern string, command ...string) (float64, error) {
	text, err := output(command...)
	if err != nil {
		return 0, err
	}
	match := regexp.MustCompile(pattern).FindStringSubmatch(text)
	if match == nil {
		return 0, fmt.Errorf("%v printed no number: %s", command, text)
	}
	return strconv.ParseFloat(match[1], 64)
}

func median(xs []float64) float64 {
	sorted := slices.Sorted(slices.Values(xs))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}
