package analytic

import (
	"fmt"
	"math"

	"spillway/distributions/arrivals"
)

// maxBatchSize bounds the batches of a law that is not geometric.
const maxBatchSize = 20000

// batchLaw is the law of a number of tasks that arrive together, a mixture of
// constants and of geometric laws from one up.
type batchLaw []batchPart

// batchPart is a constant size or, where size is zero, the geometric law of
// ratio q.
type batchPart struct {
	weight float64
	size   int
	q, gap float64 // gap is 1 − q
}

// sizedBatch is what a law of finitely many sizes must tell of itself.
type sizedBatch interface {
	Values() []int
	Probabilities() []float64
}

// batchLawOf is the law of a stream's batches, times a weight, and whether it
// is known.
func batchLawOf(b arrivals.Batch, weight float64) (batchLaw, bool) {
	switch b := b.(type) {
	case nil:
		return batchLaw{{weight: weight, size: 1}}, true
	case arrivals.FixedBatch:
		return batchLaw{{weight: weight, size: int(b.Mean())}}, true
	case arrivals.GeometricBatch:
		return batchLaw{{weight: weight, q: (b.Mean() - 1) / b.Mean(), gap: 1 / b.Mean()}}, true
	case sizedBatch:
		var l batchLaw
		for i, n := range b.Values() {
			if p := b.Probabilities()[i]; p > 0 {
				l = append(l, batchPart{weight: weight * p, size: n})
			}
		}
		return l, true
	}
	return nil, b.Mean() == 1
}

// batches is the law of the batches of some streams, with their rates of
// batches as weights, and whether it is known.
func (m mixture) batches() (law batchLaw, known bool) {
	for _, s := range m {
		l, ok := batchLawOf(s.Batch, processRate(s.Process).hi)
		if !ok {
			return nil, false
		}
		law = append(law, l...)
	}
	return law, true
}

// largest is the largest size, of those that are constant.
func (l batchLaw) largest() int {
	n := 0
	for _, p := range l {
		n = max(n, p.size)
	}
	return n
}

// first and second are Σ P(X ≥ k) and Σ k P(X ≥ k) over k ≥ 1, weights counted.
func (l batchLaw) sums() (first, second float64) {
	for _, p := range l {
		if n := float64(p.size); n > 0 {
			first += p.weight * n
			second += p.weight * n * (n + 1) / 2
		} else {
			first += p.weight / p.gap
			second += p.weight / (p.gap * p.gap)
		}
	}
	return first, second
}

// growth is Σ P(X ≥ k) (e^kδ − 1), +Inf where it diverges.
func (l batchLaw) growth(delta float64) float64 {
	sum, step := 0.0, math.Expm1(delta)
	for _, p := range l {
		n := float64(p.size)
		switch {
		case p.size == 0 && !(p.q*step < p.gap):
			return math.Inf(1)
		case p.size == 0:
			sum += p.weight * step / (p.gap * (p.gap - p.q*step))
		case n*delta > 1:
			sum += p.weight * (math.Expm1(n*delta)/-math.Expm1(-delta) - n)
		default:
			for k := 1.0; k <= n; k++ {
				sum += p.weight * math.Expm1(k*delta)
			}
		}
	}
	return sum
}

// obstacleBatch is what keeps a system from being M^X/M/c.
func obstacleBatch(p *problem) string {
	if o := obstacleBatches(p); o != "" {
		return o
	}
	if p.sys.Servers > 1_000_000 {
		return "there are more than 1000000 servers"
	}
	for _, s := range p.sys.Streams {
		if _, ok := asExponential(s.Service); !ok {
			return fmt.Sprintf("service%s is %s, not exponential", ofClass(s), lawName(s.Service))
		}
	}
	if !mixture(p.sys.Streams).same() {
		return "the streams have different mean services"
	}
	law, known := mixture(p.sys.Streams).batches()
	if !known {
		return "the sizes of batches are not known"
	}
	if n := law.largest(); n > maxBatchSize {
		return fmt.Sprintf("batches of %d are more than %d", n, maxBatchSize)
	}
	return ""
}

// obstacleBatches is what keeps arrivals from being Poisson batches at a queue
// without limit.
func obstacleBatches(p *problem) string {
	switch {
	case p.sys.Infinite || p.sys.Limited:
		return "the queue has a limit, or there is none"
	case !(p.load.hi > 0):
		return "there is no load"
	}
	if o := obstaclePolicies(p.sys.Policies); o != "" {
		return o
	}
	if o := obstacleNetwork(p.sys); o != "" {
		return o
	}
	batches := false
	for _, s := range p.sys.Streams {
		if !isPoisson(s.Process) {
			return "the arrivals" + ofClass(s) + " are not Poisson"
		}
		batches = batches || isBatch(s.Batch)
	}
	if !batches {
		return "tasks arrive one by one"
	}
	return ""
}

// solveBatch solves M^X/M/c.
//
// Assumptions: batches arrive as a Poisson process of rate λ, their sizes X are
// independent; exponential service of rate µ; c servers, one queue without
// limit, first come first served, the tasks of a batch in random order. Streams
// may differ in their batches, which makes their waits differ. A delay before
// the queue is constant.
//
// Stability: ρ = λ E[X]/(cµ) < 1.
//
// Formulas: the number N in system crosses each level upwards as often as
// downwards,
//
//	µ min(n, c) P(N = n) = λ Σ P(N = i) P(X ≥ n − i),  i < n,
//
// where the right side is also the rate of the tasks for which n − c servers
// must become free first, so that W is a sum of K exponential times of rate cµ
// with, for a task of any class,
//
//	P(K = k) = cµ P(N = c + k)/(λ E[X]) = P(N = c + k)/ρ,  k ≥ 1.
//
// With V(z) = Σ z^j Σ P(N = i) P(X ≥ j + c − i) over j ≥ 0 and i < c, the mean
// queue is λ V'(1)/(cµ − λE[X]) + λ² V(1) Σ k P(X ≥ k)/(cµ − λE[X])².
//
// Source: M. V. Cromie, M. L. Chaudhry, W. K. Grassmann, "Further results for
// the queueing system M^X/M/c", Journal of the Operational Research Society
// 30(8), 1979; M. L. Chaudhry, J. G. C. Templeton, A First Course in Bulk Queues,
// Wiley 1983.
//
// Method and limits: all terms of the recursion are positive, sums over windows
// are kept without subtraction. It goes on until probabilities fall by a
// constant ratio, which is the root of λ Σ P(X ≥ k) z^k = cµ and is found
// separately to all digits; from there on the law is geometric. Checked: the
// mean number of idle servers is c(1 − ρ), and the mean queue is the above. The
// laws of times are sums of Poisson probabilities. Errors are about 1e-12.
// Batches are of at most 20000 unless geometric, servers at most a million.
func solveBatch(p *problem) (*Solution, error) {
	chain, err := newBatchChain(p)
	if err != nil {
		return nil, err
	}
	o, err := chain.outcome(p, chain.all, p.sys.Streams)
	if err != nil {
		return nil, err
	}
	o.queueP99 = chain.queueQuantile()
	if err := chain.check(p, o.queueLength); err != nil {
		return nil, err
	}
	sol := &Solution{
		Model:   "M[X]/M/c",
		Method:  "level crossing",
		Source:  "M. V. Cromie, M. L. Chaudhry, W. K. Grassmann, Further results for the queueing system M^X/M/c, Journal of the Operational Research Society 30(8), 1979",
		Exact:   true,
		Metrics: o.metrics(p.sys),
	}
	if len(p.classes) < 2 {
		return sol, nil
	}
	sol.Classes = make(map[string]Metrics, len(p.classes))
	for i, c := range p.classes {
		of, err := chain.outcome(p, chain.classes[i], c.streams)
		if err != nil {
			return nil, err
		}
		of.queueP99 = math.NaN()
		sol.Classes[c.name] = of.metrics(p.sys)
	}
	return sol, nil
}
