package analytic

import "math"

// waitOf is the law of K of a class with a rate of tasks, from the flow of its
// tasks over the levels from c on.
func (c *batchChain) waitOf(flow []float64, rate float64) batchWait {
	n := len(flow)
	w := batchWait{decay: c.decay, cinv: 1 / float64(c.servers)}
	w.beta = float64(c.servers-1) / float64(c.servers)
	w.at, w.above, w.left = make([]float64, n), make([]float64, n), make([]float64, n)
	above := flow[n-1] / rate / math.Expm1(c.decay)
	for k := n - 1; k >= 0; k-- {
		w.at[k] = flow[k] / rate
		w.above[k] = above
		above += w.at[k]
	}
	w.at[0] = math.Max(0, 1-w.above[0])
	left := 0.0
	for k := range w.left {
		left = w.beta*left + w.at[k]
		w.left[k] = left
	}
	return w
}

// last is the index from which the law is geometric.
func (w *batchWait) last() int { return len(w.at) - 1 }

// moments are those of W, in units of 1/(cµ): E[K] and E[K(K + 1)].
func (w *batchWait) moments() (mean, square float64) {
	j := float64(w.last())
	gap := -math.Expm1(-w.decay)
	eta := math.Exp(-w.decay)
	rest := w.at[w.last()]
	if w.last() == 0 {
		rest = w.above[0] * gap / eta
	}
	s0, s1, s2 := eta/gap, eta/(gap*gap), eta*(1+eta)/(gap*gap*gap)
	mean = rest * (j*s0 + s1)
	square = rest * (j*(j+1)*s0 + (2*j+1)*s1 + s2)
	for k := w.last(); k > 0; k-- {
		mean += float64(k) * w.at[k]
		square += float64(k) * float64(k+1) * w.at[k]
	}
	return mean, square
}

// tail is P(K > k), for any whole k ≥ 0.
func (w *batchWait) tail(k float64) float64 {
	if k <= float64(w.last()) {
		return w.above[int(k)]
	}
	return w.above[w.last()] * math.Exp(-w.decay*(k-float64(w.last())))
}

// inSystem is the probability that a task is still there after k departures of
// a Poisson process of rate cµ: it waits or, started at departure K, has not
// been the one that left at any later, each of which is its own with
// probability 1/c.
func (w *batchWait) inSystem(k float64) float64 {
	last := float64(w.last())
	if k <= last {
		return w.above[int(k)] + w.left[int(k)]
	}
	d := k - last
	eta, beta := math.Exp(-w.decay), w.beta
	first := w.above[w.last()] * -math.Expm1(-w.decay) // P(K = last + 1)
	large, small := math.Max(eta, beta), math.Min(eta, beta)
	gap := math.Abs(w.cinv + math.Expm1(-w.decay)) // |η − β|
	series := newRatio(small/large, gap/large).sum(d) * math.Pow(large, d-1)
	return w.tail(k) + w.left[w.last()]*math.Pow(beta, d) + first*series
}

// waitTail is P(W > y), y in units of 1/(cµ): more than N(y) departures were
// needed.
func (w *batchWait) waitTail(y float64) float64 {
	if y == 0 {
		return w.above[0]
	}
	if lowest(0, math.Inf(1), y) > float64(w.last()) {
		return w.above[w.last()] * math.Exp(w.decay*float64(w.last())+y*math.Expm1(-w.decay))
	}
	return poissonMean(y, w.tail)
}

// sojournTail is P(W + S > y).
func (w *batchWait) sojournTail(y float64) float64 {
	if y == 0 {
		return 1
	}
	apart := w.cinv + math.Expm1(-w.decay) // η − β
	if lowest(0, math.Inf(1), y) > float64(w.last()) && apart*(y-float64(w.last())) > 60 {
		// Nothing is left of the powers of β.
		power := math.Exp(w.decay*float64(w.last()) + y*math.Expm1(-w.decay))
		return w.above[w.last()] * power * (1 - math.Expm1(-w.decay)/apart)
	}
	return poissonMean(y, w.inSystem)
}

// poissonMean is the mean of f(N), 0 ≤ f ≤ 1, N Poisson of mean y.
func poissonMean(y float64, f func(float64) float64) float64 {
	start := lowest(0, math.Inf(1), y)
	end := highest(math.Inf(1), y)
	term, sum := math.Exp(logPoisson(start, y)), 0.0
	for k := start; k <= end; k++ {
		sum += term * f(k)
		term *= y / (k + 1)
	}
	return sum
}
