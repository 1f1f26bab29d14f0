package policy

// average is the exponential moving average of concurrency-limits
// (ExpAvgMeasurement): of the first warmUp samples their mean, then
// value·(1 − f) + sample·f with f = 2/(window + 1).
type average struct {
	window, warmUp int
	count          int // samples, up to warmUp
	sum, value     float64
}

func (a *average) add(sample float64) float64 {
	if a.count < a.warmUp {
		a.count++
		a.sum += sample
		a.value = a.sum / float64(a.count)
		return a.value
	}
	f := 2 / float64(a.window+1)
	a.value = float64(a.value*(1-f)) + float64(sample*f)
	return a.value
}

// scale multiplies the average.
func (a *average) scale(factor float64) { a.value *= factor }
