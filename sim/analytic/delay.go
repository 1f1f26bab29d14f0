package analytic

import (
	"math"

	"spillway/distributions"
)

// Delays before the queue and after the server.
//
// Network delays of tasks are independent of each other and of everything
// else. A Poisson stream whose points are displaced independently is a Poisson
// stream of the same rate, and the displacements are independent of the points
// where they end (J. F. C. Kingman, Poisson Processes, Oxford University Press
// 1993, chapter 5, the displacement and marking theorems). In steady state the
// queue is therefore offered the stream that was emitted, a task's delay is
// independent of its wait, and
//
//	T = D + W + S + R,  E[T] = E[D] + Wq + E[S] + E[R],
//	var T = var D + var (W + S) + var R.
//
// The delay back, R, does not change what arrives, and is independent of all
// that whatever the arrivals are. A constant delay shifts the whole law. With
// random delays the law of T is a convolution: see convolution.

// addDelays is the latency, from the time in the queue and in service.
func addDelays(sys System, sojourn summary) summary {
	mean, sd, shift := sojourn.mean, sojourn.sd, 0.0
	var random []distributions.Distribution
	for _, d := range []distributions.Distribution{sys.Network, sys.Response} {
		if d == nil {
			continue
		}
		mean += d.Mean()
		if isConstant(d) {
			shift += d.Mean()
			continue
		}
		sd = math.Hypot(sd, sdOf(d))
		random = append(random, d)
	}
	t := summary{mean: mean, sd: sd, quantiles: sojourn.quantiles}
	if len(random) > 0 {
		t.quantiles = sojourn.plus(random)
	}
	if t.quantiles != nil {
		q := *t.quantiles
		for i := range q {
			q[i] += shift
		}
		t.quantiles = &q
	}
	return t
}

// later is the tail of a time that is longer by a constant.
func later(tail func(t float64) float64, by float64) func(t float64) float64 {
	if tail == nil {
		return nil
	}
	return func(t float64) float64 {
		if t < by {
			return 1
		}
		return tail(t - by)
	}
}

// inNetwork is the mean number of tasks on their way, there and back: by
// Little's law, those emitted for the delay there and those served for the
// delay back.
func inNetwork(sys System, o outcome) (n float64, ok bool) {
	if sys.Network != nil && sys.Network.Mean() > 0 {
		n, ok = n+o.offered*sys.Network.Mean(), true
	}
	if sys.Response != nil && sys.Response.Mean() > 0 {
		n, ok = n+o.throughput*sys.Response.Mean(), true
	}
	return n, ok
}

// delaysVary reports whether a delay is random.
func delaysVary(sys System) bool {
	return sys.Network != nil && !isConstant(sys.Network) || sys.Response != nil && !isConstant(sys.Response)
}

// noteDelays says what a random delay leaves out.
func (s *Solution) noteDelays(sys System) {
	latency := s.Metrics["latency"]
	if _, known := latency["p50"]; known || latency == nil || !delaysVary(sys) {
		return
	}
	s.Note = mg1Notes(s.Note, "Latency quantiles are left out: the delay in the network is random, and its convolution with the time in the queue and in service is not known closely enough.")
}
