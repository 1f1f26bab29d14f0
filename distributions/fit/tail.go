package fit

import "math"

// leastTail is how many values a tail index is estimated from.
const leastTail = 100

// tail is the tail index of values in ascending order, nil with a note where
// there is none.
func (r *Report) tail(sorted []float64) *Tail {
	const about = "services.tail"
	n := float64(len(sorted))
	if len(sorted) < leastTail {
		r.note(about, "There is no tail index: it takes at least %d demands.", leastTail)
		return nil
	}
	main, ok := hill(sorted, int(math.Round(math.Cbrt(n*n))))
	if !ok {
		r.note(about, "There is no tail index: the greatest demands are equal, or too many are zero.")
		return nil
	}
	t := &Tail{TailEstimate: main}
	for _, share := range []float64{0.01, 0.05, 0.1} {
		if e, ok := hill(sorted, int(share*n)); ok && e.K >= 10 {
			t.Others = append(t.Others, e)
		}
	}
	if t.bends() {
		r.note(about, "The tail is no power law: the estimates from more and from fewer of the greatest demands differ by more than four standard errors.")
	}
	return t
}

// hill is Hill's estimator ("A simple general approach to inference about the
// tail of a distribution", Annals of Statistics 3(5), 1975): k over the sum of
// log(x/threshold) over the k greatest values, the threshold being the
// greatest below them. False where the threshold is not positive or all are
// equal to it.
func hill(sorted []float64, k int) (TailEstimate, bool) {
	if k < 1 || k >= len(sorted) {
		return TailEstimate{}, false
	}
	n := len(sorted)
	threshold := sorted[n-k-1]
	if !(threshold > 0) {
		return TailEstimate{}, false
	}
	total := 0.0
	for _, x := range sorted[n-k:] {
		total += math.Log(x / threshold)
	}
	index := float64(k) / total
	if math.IsInf(index, 0) || math.IsNaN(index) {
		return TailEstimate{}, false
	}
	return TailEstimate{index, index / math.Sqrt(float64(k)), k, threshold}, true
}

// bends reports whether two of the estimates differ by more than four standard
// errors. The k greatest are part of the greater sample, so that the variance
// of the difference of their reciprocals is, for a power law, the difference
// of the variances.
func (t *Tail) bends() bool {
	all := append([]TailEstimate{t.TailEstimate}, t.Others...)
	for _, a := range all {
		for _, b := range all {
			if a.K >= b.K {
				continue
			}
			scale := 1 / b.Index // of log(x/threshold), from the greater sample
			err := scale * math.Sqrt(1/float64(a.K)-1/float64(b.K))
			if math.Abs(1/a.Index-1/b.Index) > 4*err {
				return true
			}
		}
	}
	return false
}
