package analytic

import (
	"errors"
	"math"
)

// batchChain is the number in system of M^X/M/c. Times are in units of 1/(cµ).
type batchChain struct {
	servers  int
	load     float64   // ρ
	spare    float64   // 1 − ρ
	low      []float64 // P(N = n), n < c
	decay    float64   // δ: probabilities fall by η = e^-δ in the end
	classes  []batchWait
	all      batchWait
	mass     float64 // Σ P(N = n) over n ≥ c
	lawOfAll batchLaw
}

// batchWait is the law of K for the tasks of a class: at[k] = P(K = k), k ≥ 1,
// up to the last; from there on it falls by η. at[0] is P(K ≤ 0).
type batchWait struct {
	at, above []float64 // above[k] = P(K > k)
	left      []float64 // a waits-and-service term, see sojournTail
	decay     float64
	beta      float64 // 1 − 1/c
	cinv      float64
}

// batchFeed is a part of the flow of a class over a level: a window of the last
// size levels, or all of them discounted by q.
type batchFeed struct {
	part   batchPart
	class  int
	suffix []float64 // sums of the window of the last full block
	base   int       // where the block that is being filled begins
	prefix float64   // the sum of that block so far
}

// window is the sum at level n of the levels that a batch crosses n from, π
// being known below n. Two stacks hold it without any subtraction.
func (f *batchFeed) window(pi func(int) float64, n int) float64 {
	if f.part.size == 0 {
		return f.prefix
	}
	if n-f.base == f.part.size {
		sum := 0.0
		for j := f.part.size - 1; j >= 0; j-- {
			sum += pi(f.base + j)
			f.suffix[j] = sum
		}
		f.base, f.prefix = n, 0
	}
	return f.suffix[n-f.base] + f.prefix
}

// push takes in the probability of the next level.
func (f *batchFeed) push(p float64) {
	if f.part.size == 0 {
		f.prefix *= f.part.q
	}
	f.prefix += p
}

func (f *batchFeed) scale(x float64) {
	f.prefix *= x
	for j := range f.suffix {
		f.suffix[j] *= x
	}
}

const (
	batchLevels  = 4_000_000 // of the recursion, above c
	batchSettled = 1e-13     // the difference of two ratios that are one
	batchNothing = 1e-24     // a probability, over that of a queue, that ends the recursion
)

// batchRecursion is the state while levels are computed, not yet normalised.
type batchRecursion struct {
	feeds []batchFeed
	pi    []float64
	flow  [][]float64 // of each class, over the levels from c on
}

func newBatchChain(p *problem) (*batchChain, error) {
	c := &batchChain{servers: p.sys.Servers, load: p.load.hi / float64(p.sys.Servers), spare: p.spare}
	r := &batchRecursion{flow: make([][]float64, len(p.classes))}
	for i, class := range p.classes {
		law, _ := mixture(class.streams).batches()
		c.lawOfAll = append(c.lawOfAll, law...)
		for _, part := range law {
			r.feeds = append(r.feeds, batchFeed{part: part, class: i, suffix: make([]float64, part.size)})
		}
	}
	first, second := c.lawOfAll.sums()
	c.decay = c.root(first, second)
	mu := first / p.load.hi // the rate of a service, from the load
	if err := r.run(c, mu); err != nil {
		return nil, err
	}
	c.normalise(r, mu)
	total := 0.0
	for i, class := range p.classes {
		c.classes = append(c.classes, c.waitOf(r.flow[i], class.share*first))
		total += class.share
	}
	all := make([]float64, len(r.flow[0]))
	for _, f := range r.flow {
		for j, v := range f {
			all[j] += v
		}
	}
	c.all = c.waitOf(all, total*first)
	return c, nil
}

// root is δ: Σ P(X ≥ k) (e^kδ − 1) = E[X] (1 − ρ)/ρ. The left side is convex.
func (c *batchChain) root(first, second float64) float64 {
	want := first * c.spare / c.load
	f := func(d float64) float64 { return math.Min(c.lawOfAll.growth(d), 1e300*want) - want }
	high := want / second
	for high > 0 && f(high) > want*1e6 { // near where a geometric law diverges
		if f(high/2) < 0 {
			break
		}
		high /= 2
	}
	x, _ := brent(f, 0, high, -want, f(high))
	return x
}

// run computes the levels up to where the law is geometric or nothing is left.
func (r *batchRecursion) run(c *batchChain, mu float64) error {
	r.pi = append(r.pi, 1)
	r.push(1)
	queued, settled, eta := 0.0, 0, math.Exp(-c.decay)
	for n := 1; n-c.servers < batchLevels; n++ {
		flow := make([]float64, len(r.flow))
		total := 0.0
		for i := range r.feeds {
			f := &r.feeds[i]
			v := f.part.weight * f.window(func(k int) float64 { return r.pi[k] }, n)
			flow[f.class] += v
			total += v
		}
		pi := total / (mu * math.Min(float64(n), float64(c.servers)))
		if math.Abs(pi-eta*r.pi[n-1]) <= batchSettled*pi {
			settled++
		} else {
			settled = 0
		}
		r.pi = append(r.pi, pi)
		r.push(pi)
		if n >= c.servers {
			queued += pi
			for i, v := range flow {
				r.flow[i] = append(r.flow[i], v)
			}
			if settled > c.lawOfAll.largest()+16 && n > c.servers && r.steady(eta) || pi < batchNothing*queued {
				return nil
			}
		}
		if pi > 1e200 {
			queued *= 1e-200
			r.scale(1e-200)
		}
	}
	return errors.New("analytic: numerical failure: the law of the number in system does not become geometric soon enough")
}

// steady reports whether the flows of all classes fall by the ratio.
func (r *batchRecursion) steady(eta float64) bool {
	for _, f := range r.flow {
		n := len(f)
		if !(math.Abs(f[n-1]-eta*f[n-2]) <= 2*batchSettled*f[n-1]) {
			return false
		}
	}
	return true
}

func (r *batchRecursion) push(p float64) {
	for i := range r.feeds {
		r.feeds[i].push(p)
	}
}

func (r *batchRecursion) scale(x float64) {
	for i := range r.pi {
		r.pi[i] *= x
	}
	for i := range r.feeds {
		r.feeds[i].scale(x)
	}
	for _, f := range r.flow {
		for j := range f {
			f[j] *= x
		}
	}
}

// normalise divides by the sum, the geometric rest included.
func (c *batchChain) normalise(r *batchRecursion, mu float64) {
	last := len(r.pi) - 1
	mass := r.pi[last] / -math.Expm1(-c.decay)
	for n := last - 1; n >= c.servers; n-- {
		mass += r.pi[n]
	}
	sum := mass
	for n := c.servers - 1; n >= 0; n-- {
		sum += r.pi[n]
	}
	r.scale(1 / sum)
	c.low, c.mass = r.pi[:c.servers], mass/sum
}

// check holds the mean number of idle servers and the mean queue to formulas
// that the recursion did not use.
func (c *batchChain) check(p *problem, queue float64) error {
	idle, v, slope := 0.0, 0.0, 0.0
	for i, pi := range c.low {
		idle += float64(c.servers-i) * pi
		a := float64(c.servers - i)
		for _, b := range c.lawOfAll {
			over := float64(b.size) - a
			switch {
			case b.size == 0:
				f := pi * b.weight * math.Pow(b.q, a-1)
				v += f / b.gap
				slope += f * b.q / (b.gap * b.gap)
			case over >= 0:
				v += pi * b.weight * (over + 1)
				slope += pi * b.weight * over * (over + 1) / 2
			}
		}
	}
	first, second := c.lawOfAll.sums()
	room := first * c.spare / c.load // cµ − λE[X]
	if err := agree("the mean number of idle servers and c(1 − ρ)", idle, float64(c.servers)*c.spare); err != nil {
		return err
	}
	return agree("the mean queue by levels and by its generating function", queue, slope/room+v*second/(room*room))
}

// outcome is that of some streams, whose tasks wait by the law w.
func (c *batchChain) outcome(p *problem, w batchWait, of mixture) (outcome, error) {
	rate, unit := of.rate(), p.meanService/float64(c.servers)
	mean, square := w.moments()
	o := outcome{
		service:     exponentialSummary(p.meanService),
		queueLength: rate * mean * unit,
		queueP99:    math.NaN(),
		busy:        offeredLoad(of).hi,
		utilization: offeredLoad(of).hi / float64(c.servers),
		throughput:  rate,
		offered:     rate,
		waitRatio:   w.above[0],
	}
	var err error
	sd := math.Sqrt(math.Max(0, square-mean*mean)) * unit
	if o.wait, err = batchSummary(mean*unit, sd, unit, w.waitTail); err != nil {
		return o, err
	}
	o.sojourn, err = batchSummary(mean*unit+p.meanService, math.Hypot(sd, p.meanService), unit, w.sojournTail)
	return o, err
}

// batchSummary finds the quantiles of a tail; unit is the scale of its argument.
func batchSummary(mean, sd, unit float64, tail func(float64) float64) (summary, error) {
	var seen mg1Points
	s := summary{mean: mean, sd: sd, quantiles: new(quantiles), tail: func(t float64) float64 { return tail(t / unit) }}
	for i, p := range percentiles {
		x, ok := seen.root(func(t float64) (float64, float64) { return tail(t), 0 }, p.tail, mean/unit)
		if !ok {
			return s, errors.New("analytic: numerical failure: a quantile was not found")
		}
		s.quantiles[i] = x * unit
	}
	return s, nil
}

// queueQuantile is the smallest n with P(Q ≤ n) ≥ 0.99; P(Q > n) is ρ P(K > n).
func (c *batchChain) queueQuantile() float64 {
	n := 0.0
	w := &c.all
	limit := queueTail * (1 + tieSlack)
	for int(n) < len(w.above) && c.load*w.above[int(n)] > limit {
		n++
	}
	if int(n) < len(w.above) {
		return n
	}
	n = math.Max(n, float64(len(w.above)-3)+math.Floor(math.Log(c.load*w.above[len(w.above)-1]/limit)/c.decay))
	for c.load*w.tail(n) > limit {
		n++
	}
	return n
}
