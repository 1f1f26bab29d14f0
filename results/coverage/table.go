package main

import (
	"bytes"
	"fmt"
	"math"
	"runtime"
	"strings"

	"spillway/sim/experiment"
)

// row is one metric of one case, over the experiments.
type row struct {
	*repeated
	metric       string
	exact        float64
	experiments  int
	hits, warned int
	halves       float64 // sum of half-widths as shares of the exact value
	ratios       float64 // sum of variance ratios; 1 where there were no controls
	tasks        float64
}

func (r *row) add(o experiment.Outcome) {
	metric, statistic, _ := strings.Cut(r.metric, ".")
	e := o.Simulated.Metrics[metric][statistic]
	r.experiments++
	if float64(e.Low) <= r.exact && r.exact <= float64(e.High) {
		r.hits++
	}
	r.halves += float64(e.HalfWidth) / r.exact
	if e.VarianceRatio > 0 {
		r.ratios += e.VarianceRatio
	} else {
		r.ratios++
	}
	r.tasks += float64(o.Simulated.Tasks)
	for _, w := range o.Warnings {
		if w.Code == "too_short" {
			r.warned++
			break
		}
	}
}

// level is the confidence of the intervals; falseAlarm the probability with
// which a count that ought to be in the band is not.
const (
	level      = 0.95
	falseAlarm = 1e-4
)

// band is where a binomial count stays but for the false alarm, of which each
// side has a half.
func band(n int) (low, high int) {
	return fewest(n, level), n - fewest(n, 1-level)
}

// fewest is the least count of n that is not rarer, with all below it, than
// half the false alarm, where each has the probability p.
func fewest(n int, p float64) int {
	sum := 0.0
	for k := 0; ; k++ {
		sum += math.Exp(logChoose(n, k) + float64(k)*math.Log(p) + float64(n-k)*math.Log(1-p))
		if sum > falseAlarm/2 {
			return k
		}
	}
}

func logChoose(n, k int) float64 {
	a, _ := math.Lgamma(float64(n + 1))
	b, _ := math.Lgamma(float64(k + 1))
	c, _ := math.Lgamma(float64(n - k + 1))
	return a - b - c
}

// table is what is written.
type table struct {
	n    int
	rows []row
}

func (r *row) good(low, high int) bool {
	if r.short {
		return r.warned > r.experiments*9/10
	}
	return r.hits >= low && r.hits <= high
}

func (t *table) outside() int {
	low, high := band(t.n)
	n := 0
	for i := range t.rows {
		if !t.rows[i].good(low, high) {
			n++
		}
	}
	return n
}

func (t *table) write(b *bytes.Buffer) {
	low, high := band(t.n)
	fmt.Fprintf(b, "# Do the intervals cover?\n\n")
	fmt.Fprintf(b, "Each row: %d experiments with seeds 1 to %d, each an estimate with an interval of 95 %%, and how many of the intervals hold the exact value. "+
		"If the intervals are what they say, a count is in [%d, %d], but for a probability of 1e-4 (binomial).\n\n", t.n, t.n, low, high)
	fmt.Fprintf(b, "Half-width: the mean, as a share of the exact value. Variance ÷: by how much control variates make the variance smaller, on average (1: not used). "+
		"Tasks: a mean per experiment, all 32 replications together, without the warm-up, which MSER-5 finds.\n\n")
	fmt.Fprintf(b, "| system | run | tasks | metric | exact | half-width | variance ÷ | covered | |\n| --- | --- | ---: | --- | ---: | ---: | ---: | ---: | --- |\n")
	for i := range t.rows {
		r := &t.rows[i]
		n := float64(r.experiments)
		fmt.Fprintf(b, "| %s | %s | %s | %s | %.5g | ±%.2f %% | %.2f | %d | %s |\n", r.name, r.mode, count(r.tasks/n), r.metric, r.exact,
			100*r.halves/n, r.ratios/n, r.hits, r.verdict(low, high))
	}
	fmt.Fprintf(b, "\nMade by `go run ./results/coverage -n %d -o results/coverage/coverage.md` (%s %s).\n", t.n, runtime.Version(), runtime.GOARCH)
}

func (r *row) verdict(low, high int) string {
	switch {
	case r.short:
		return fmt.Sprintf("too short on purpose: warned in %d", r.warned)
	case r.good(low, high):
		return "in the band"
	}
	return "OUTSIDE"
}

func count(n float64) string {
	if n >= 1e6 {
		return fmt.Sprintf("%.2f million", n/1e6)
	}
	return fmt.Sprintf("%.0f 000", math.Round(n/1000))
}
