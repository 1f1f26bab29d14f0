package fit

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
)

// describeArrivals fills in everything about the epochs but the fitted laws
// and models.
func (r *Report) describeArrivals(l *record) {
	a := &r.Arrivals
	a.First, a.Span = l.first, l.span()
	if len(l.gaps) == 0 {
		r.note("arrivals", "The log has one record: it has no rate and no gaps.")
		return
	}
	if step, ok := l.resolution(); ok {
		a.Resolution = known(step)
	}
	a.Gaps = r.describeGaps(l)
	if a.Span == 0 {
		r.note("arrivals", "All records are of one instant: the log has no rate.")
		return
	}
	a.Rate = known(float64(len(l.gaps)) / a.Span)
	a.Dispersion = r.dispersion(l)
	a.Hurst = r.hurst(l)
	a.Peaks = r.peaks(l)
}

// lags are those of the reported autocorrelations.
func lags() []int { return []int{1, 2, 5, 10, 100} }

func (r *Report) describeGaps(l *record) *Gaps {
	g := &Gaps{
		Number: len(l.gaps), Mean: l.span() / float64(len(l.gaps)),
		Min: slices.Min(l.gaps), Max: slices.Max(l.gaps), Zeros: zeros(l.gaps),
	}
	switch {
	case len(l.gaps) < 2:
		r.note("arrivals.gaps", "The log has two records: one gap has no variability.")
	case l.even():
		g.SCV = known(0)
		r.note("arrivals.gaps", "All gaps are equal: they have no autocorrelation.")
	default:
		g.SCV = known(scv(l.gaps))
		for _, lag := range lags() {
			if lag >= len(l.gaps) {
				break
			}
			if c := autocorrelation(l.gaps, lag); known(c) != nil { // squares of tiny gaps may be zero
				g.Autocorrelation = append(g.Autocorrelation, Autocorrelation{lag, c})
			}
		}
		g.Noise = known(noise(len(l.gaps)))
	}
	return g
}

// noise is the half-width of the band that holds 95 % of the correlation
// coefficients of n independent pairs, for large n.
func noise(n int) float64 { return 1.96 / math.Sqrt(float64(n)) }

func zeros(xs []float64) int {
	n := 0
	for _, x := range xs {
		if x == 0 {
			n++
		}
	}
	return n
}

// scv is the squared coefficient of variation, by the unbiased variance; NaN
// where the mean is zero.
func scv(xs []float64) float64 {
	mean, variance := stat.MeanVariance(xs, nil)
	return variance / mean / mean
}

// autocorrelation at a lag is Σ (xᵢ − x̄)(xᵢ₊ₗ − x̄) over Σ (xᵢ − x̄)², the mean
// and the second sum over all i (Box and Jenkins, "Time Series Analysis",
// section 2.1.5). For values that differ and 0 < lag < len(xs).
func autocorrelation(xs []float64, lag int) float64 {
	mean := stat.Mean(xs, nil)
	var products, squares float64
	for i, x := range xs {
		squares += (x - mean) * (x - mean)
		if i+lag < len(xs) {
			products += (x - mean) * (xs[i+lag] - mean)
		}
	}
	return products / squares
}
