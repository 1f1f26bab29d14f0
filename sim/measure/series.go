package measure

import "math"

const (
	// firstBatch is the 5 of MSER-5.
	firstBatch = 5
	// maxBatches bounds the memory of a series; when it is full, neighbouring
	// batches are joined.
	maxBatches = 1024
	// tailBatches is how many batches at the end MSER does not consider as a
	// place to truncate: the variance of a few values is often small by chance.
	tailBatches = 10
)

// Series holds the means of consecutive batches of observations, of 5 each at
// first; when there are 1024 of them, pairs are joined, so that it never grows.
// Its zero value is empty.
type Series struct {
	means   []float64
	size    int64 // observations in a batch; 0 stands for firstBatch
	sum     float64
	pending int64
}

// Observe adds one observation.
func (s *Series) Observe(x float64) {
	s.sum += x
	s.pending++
	if s.pending < s.BatchSize() {
		return
	}
	s.means = append(s.means, s.sum/float64(s.pending))
	s.sum, s.pending = 0, 0
	if len(s.means) == maxBatches {
		s.join()
	}
}

// BatchSize is the number of observations behind each mean.
func (s *Series) BatchSize() int64 { return max(s.size, firstBatch) }

// Means are the batch means in order; the caller must not change them.
func (s *Series) Means() []float64 { return s.means }

func (s *Series) join() {
	for i := 0; i < len(s.means)/2; i++ {
		s.means[i] = (s.means[2*i] + s.means[2*i+1]) / 2
	}
	s.means = s.means[:len(s.means)/2]
	s.size = 2 * s.BatchSize()
}

// MSER is the number of means to leave out at the start so that the standard
// error of the mean of the rest is least: the d that minimises
// Σ_{i>d} (Y_i − Ȳ_d)² / (n − d)² (White, "An effective truncation heuristic
// for bias reduction in simulation output", Simulation 69(6), 1997; White,
// Cobb and Spratt, "A comparison of five steady-state truncation heuristics
// for simulation", WSC 2000, on batches of 5). ok is false where the series is
// too short or the minimum lies in its second half: then the run is too short
// to tell.
func MSER(means []float64) (d int, ok bool) {
	n := len(means)
	if n < 4*tailBatches {
		return 0, false
	}
	best := math.Inf(1)
	var count, mean, m2 float64
	for i := n - 1; i >= 0; i-- { // the tail grows to the left, by Welford's update
		count++
		delta := means[i] - mean
		mean += delta / count
		m2 += delta * (means[i] - mean)
		if n-i <= tailBatches {
			continue
		}
		if v := m2 / (count * count); v <= best {
			best, d = v, i
		}
	}
	return d, d <= n/2
}
