package fit

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
)

// describeServices fills in what is about the demands; gaps are those between
// the arrivals that they belong to.
func (r *Report) describeServices(demands, gaps []float64) {
	sorted := slices.Sorted(slices.Values(demands))
	n := len(sorted)
	s := &Services{Mean: stat.Mean(demands, nil), Min: sorted[0], Max: sorted[n-1], Zeros: zeros(demands)}
	r.Services = s
	s.Quantiles = quantiles(sorted)
	s.Tail = r.tail(sorted)
	switch {
	case n == 1:
		r.note("services", "The log has one record: one demand has no variability.")
	case equal(sorted, 0):
		s.SCV = known(0)
		r.note("services", "All demands are equal: they are correlated with nothing.")
	default:
		s.SCV = known(scv(demands))
		s.Consecutive = r.correlation("services.consecutive", demands[:n-1], demands[1:])
		s.WithGap = r.correlation("services.with_gap", demands[1:], gaps)
	}
	s.Laws = fitLaws(newSample(sorted, 0))
	r.warnInfinite("services.laws", s.Laws, "no number of servers is enough for such demands; take the next one, or a bounded_pareto law")
}

// quantiles are by nearest rank. A quantile that lies beyond the greatest but
// one of n values, where 1 − p < 1/n, would be their maximum by another name.
func quantiles(sorted []float64) []Quantile {
	var out []Quantile
	for _, p := range []float64{0.5, 0.9, 0.95, 0.99, 0.999} {
		if rest := (1 - p) * float64(len(sorted)); math.Round(rest*1e6)/1e6 >= 1 {
			out = append(out, Quantile{p, stat.Quantile(p, stat.Empirical, sorted, nil)})
		}
	}
	return out
}

// leastPairs is how many pairs a correlation is computed from.
const leastPairs = 3

// correlation of two sequences of one length.
func (r *Report) correlation(about string, xs, ys []float64) *Correlation {
	if len(xs) < leastPairs {
		r.note(about, "The log has fewer than %d pairs: no correlation is given.", leastPairs)
		return nil
	}
	if constant(xs) || constant(ys) {
		r.note(about, "One of the two does not vary: there is no correlation.")
		return nil
	}
	return &Correlation{
		Pearson:  known(stat.Correlation(xs, ys, nil)),
		Spearman: known(stat.Correlation(ranks(xs), ranks(ys), nil)),
		Noise:    noise(len(xs)),
	}
}

func constant(xs []float64) bool { return slices.Min(xs) == slices.Max(xs) }

// ranks are the positions in ascending order, from 1; equal values share the
// mean of theirs.
func ranks(xs []float64) []float64 {
	order := make([]int, len(xs))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int {
		switch {
		case xs[i] < xs[j]:
			return -1
		case xs[i] > xs[j]:
			return 1
		}
		return 0
	})
	out := make([]float64, len(xs))
	for i := 0; i < len(order); {
		j := i
		for j < len(order) && xs[order[j]] == xs[order[i]] {
			j++
		}
		for _, at := range order[i:j] {
			out[at] = float64(i+j+1) / 2
		}
		i = j
	}
	return out
}
