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
// A constant delay shifts the whole law. With a random delay the law of T is a
// convolution, whose quantiles are not given.

// addDelays is the latency, from the time in the queue and in service.
func addDelays(sys System, sojourn summary) summary {
	mean, sd := sojourn.mean, sojourn.sd
	shift := 0.0
	for _, d := range []distributions.Distribution{sys.Network, sys.Response} {
		if d != nil {
			mean += d.Mean()
			sd = math.Hypot(sd, sdOf(d))
			shift += d.Mean()
		}
	}
	if sojourn.quantiles == nil || delaysVary(sys) {
		return summary{mean, sd, nil}
	}
	q := *sojourn.quantiles
	for i := range q {
		q[i] += shift
	}
	return summary{mean, sd, &q}
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

// delayNote says what a random delay leaves out.
func delayNote(sys System) string {
	if !delaysVary(sys) {
		return ""
	}
	return "Latency quantiles are left out: the delay in the network is random, and the convolution with its law is not computed."
}
