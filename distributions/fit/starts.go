package fit

import "math"

// starts are processes for the EM algorithm to start from, for gaps whose mean
// is 1. They differ in the time scale of the bursts: the algorithm finds the
// best process of the scale that it starts near.
func starts(gaps []float64, h Laws) []modulated {
	var out []modulated
	for _, window := range []float64{5, 20, 80, 320, 1280, 5120} {
		if m, ok := fromWindows(gaps, window); ok {
			out = append(out, m)
		}
	}
	for _, share := range []float64{0.5, 0.1} {
		if m, ok := fromDispersion(gaps, share); ok {
			out = append(out, m)
		}
	}
	for _, law := range h.Fitted {
		if law.Name == "hyperexponential" {
			out = append(out, interrupted(law))
		}
	}
	return out
}

// windowed are the numbers of arrivals in windows.
func windowed(gaps []float64, window float64) []float64 {
	var out []float64
	now, end, n := 0.0, window, 0.0
	for _, y := range gaps {
		now += y
		for now >= end && len(out) < len(gaps) {
			out = append(out, n)
			n = 0
			end += window
		}
		n++
	}
	return out
}

// fromWindows takes the windows with more arrivals than a threshold for
// bursts. The threshold is half way between the mean counts on both of its
// sides, found by iteration.
func fromWindows(gaps []float64, window float64) (modulated, bool) {
	counts := windowed(gaps, window)
	if len(counts) < 10 {
		return modulated{}, false
	}
	var number, mean [2]float64
	threshold := meanOf(counts)
	for range 20 {
		number, mean = split(counts, threshold)
		if number[0] == 0 || number[1] == 0 {
			return modulated{}, false
		}
		next := (mean[0] + mean[1]) / 2
		if next == threshold {
			break
		}
		threshold = next
	}
	changes := 1.0
	for i := 1; i < len(counts); i++ {
		if (counts[i] > threshold) != (counts[i-1] > threshold) {
			changes++
		}
	}
	m := modulated{}
	for i := range m.rates {
		m.rates[i] = max(mean[i], 0.1) / window
		m.changes[i] = changes / 2 / (number[i] * window)
	}
	return m, true
}

// split is how many counts there are up to a threshold and above, and their
// means.
func split(counts []float64, threshold float64) (number, mean [2]float64) {
	for _, c := range counts {
		i := 0
		if c > threshold {
			i = 1
		}
		number[i]++
		mean[i] += c
	}
	return number, [2]float64{mean[0] / number[0], mean[1] / number[1]}
}

// fromDispersion has the index of dispersion of the gaps at the longest time
// scale and at the one where its excess over 1 is half of that, given the
// share of time in bursts: the half is at (q₀ + q₁)·window = 1.594, the root
// of (1 − exp(-r))/r = 1/2.
func fromDispersion(gaps []float64, share float64) (modulated, bool) {
	const half = 1.5936
	var windows, excess []float64
	for w := 1.0; w <= float64(len(gaps))/leastWindows; w *= 2 {
		windows = append(windows, w)
		excess = append(excess, dispersionOf(windowed(gaps, w))-1)
	}
	if len(excess) == 0 || !(excess[len(excess)-1] > 0) {
		return modulated{}, false
	}
	last := len(excess) - 1
	at := 0
	for at < last && excess[at] < excess[last]/2 {
		at++
	}
	total := half / windows[at]
	difference := math.Sqrt(excess[last] * total / (2 * share * (1 - share)))
	return modulated{
		rates:   [2]float64{max(1-share*difference, 0.05), 1 + (1-share)*difference},
		changes: [2]float64{total * share, total * (1 - share)},
	}, true
}

func dispersionOf(counts []float64) float64 {
	mean, squares := meanOf(counts), 0.0
	for _, c := range counts {
		squares += squared(c - mean)
	}
	return squares / mean / float64(len(counts)-1)
}

// interrupted is the process with arrivals in one state alone whose gaps have
// a hyperexponential law of two phases (Kuczura, "The interrupted Poisson
// process as an overflow process", Bell System Technical Journal 52(3), 1973),
// but for a few arrivals in the other state, for the algorithm to begin with.
func interrupted(law Law) modulated {
	p, mu := law.Parameters[0].List, law.Parameters[1].List
	mean := float64(law.Mean)
	a, b := mu[0]*mean, mu[1]*mean
	rate := p[0]*a + p[1]*b
	return modulated{
		rates:   [2]float64{0.01, rate},
		changes: [2]float64{a * b / rate, p[0] * p[1] * squared(a-b) / rate},
	}
}
