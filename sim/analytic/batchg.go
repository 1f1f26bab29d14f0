package analytic

import (
	"math"
	"math/cmplx"
)

// obstacleBatchG is what keeps a system from being M^X/G/1.
func obstacleBatchG(p *problem) string {
	if o := obstacleSingle(p); o != "" {
		return o
	}
	for _, s := range p.sys.Streams {
		if tail := mg1Survival(s.Service); tail != nil && tail(0) < 1 {
			return "some services" + ofClass(s) + " take no time"
		}
	}
	return obstacleBatches(p)
}

// solveBatchG solves M^X/G/1.
//
// Assumptions: batches arrive as a Poisson process, their sizes X are
// independent, services B have any law of finite mean; one server, first come
// first served, the tasks of a batch in random order, room for all. Streams may
// differ in batches and services. A delay before the queue is constant.
//
// Stability: ρ = Σ λ E[X] E[B] < 1, the sum over the streams.
//
// Formulas: the first of a batch waits as in M/G/1 with the work of a batch, G,
// for service; before a task there are L others of its batch, P(L = l) =
// P(X > l)/E[X]. With the residual life R of B and Y the sum of L services,
//
//	W           = W1 + Y
//	E[W1]       = Σ λ E[G²]/2(1 − ρ)
//	E[W1²]      = 2 E[W1]² + Σ λ E[G³]/3(1 − ρ)
//	E[e^-sW1]   = (1 − ρ)/D(s),  D(s) = 1 − Σ ρ_i E[e^-sR] E[e^-sY]
//	P(W = 0)    = (1 − ρ)/E[X]
//
// Source: P. J. Burke, "Delays in single-server queues with batch input",
// Operations Research 23(4), 1975; M. L. Chaudhry, J. G. C. Templeton, A First
// Course in Bulk Queues, Wiley 1983.
//
// Method and limits: moments are closed; the standard deviation is left out
// where the third moment of the service or of the batch is not known. Quantiles
// are by inversion of the tail, written without differences, and are left out
// where that does not converge, and for services with atoms, which make the law
// of the wait jump.
func solveBatchG(p *problem) (*Solution, error) {
	q := newBatchWork(p)
	sol := &Solution{
		Model:  "M[X]/G/1",
		Method: "Pollaczek–Khinchine for batches",
		Source: "P. J. Burke, Delays in single-server queues with batch input, Operations Research 23(4), 1975",
		Exact:  true,
	}
	o, err := q.outcome(p, q.streams, p.sys.Streams)
	if err != nil {
		return nil, err
	}
	sol.Metrics = o.metrics(p.sys)
	sol.Note = mg1Notes(mg1Infinite(o), mg1LeftOut(o))
	if len(p.classes) < 2 {
		return sol, nil
	}
	sol.Classes = make(map[string]Metrics, len(p.classes))
	for _, c := range p.classes {
		var of []batchStream
		for _, s := range q.streams {
			if s.class == c.name {
				of = append(of, s)
			}
		}
		o, err := q.outcome(p, of, c.streams)
		if err != nil {
			return nil, err
		}
		sol.Classes[c.name] = o.metrics(p.sys)
	}
	return sol, nil
}

// batchWork is M^X/G/1.
type batchWork struct {
	streams         []batchStream
	load, spare     float64
	first, square   float64 // E[W1], E[W1²]
	smooth, certain bool    // no atoms; all transforms known
}

// batchStream is a stream with the moments of its batches.
type batchStream struct {
	class      string
	rate, load float64
	law        *mg1Law
	sizes      batchLaw // of weights that sum to one; nil where not known
	mean       float64  // E[X]
	two, three float64  // E[X(X−1)], E[X(X−1)(X−2)]
	cube       float64  // E[B³]
}

func newBatchWork(p *problem) *batchWork {
	q := &batchWork{load: p.load.hi, spare: p.spare, smooth: true, certain: true}
	second, third := 0.0, 0.0
	for _, s := range p.sys.Streams {
		b := batchStream{class: s.Class, rate: s.rate().hi, load: s.work().hi, law: newMG1Law(1, s.Service), mean: 1, cube: thirdMoment(s.Service)}
		if s.Batch != nil {
			b.mean = s.Batch.Mean()
			b.two = b.mean*b.mean*(1+s.Batch.SCV()) - b.mean
		}
		b.sizes, _ = batchLawOf(s.Batch, 1)
		b.three = b.sizes.thirdMoment()
		m := b.law.mean
		lambda := b.rate / b.mean
		second += lambda * (b.mean*b.law.square + b.two*m*m)
		third += lambda * (b.mean*b.cube + 3*b.two*b.law.square*m + b.three*m*m*m)
		q.streams = append(q.streams, b)
		for _, k := range b.law.breaks {
			q.smooth = q.smooth && k.mass == 0
		}
		q.certain = q.certain && b.law.gap != nil && b.sizes != nil
	}
	q.first = second / (2 * q.spare)
	q.square = 2*q.first*q.first + third/(3*q.spare)
	return q
}

// thirdMoment is E[X(X−1)(X−2)], NaN of a law that is not known.
func (l batchLaw) thirdMoment() float64 {
	if l == nil {
		return math.NaN()
	}
	sum := 0.0
	for _, p := range l {
		if n := float64(p.size); n > 0 {
			sum += p.weight * n * (n - 1) * (n - 2)
		} else {
			sum += p.weight * 6 * p.q * p.q / (p.gap * p.gap * p.gap)
		}
	}
	return sum
}

// before are the moments of Y, the work of the tasks of the batch before one.
func (b *batchStream) before() (mean, square float64) {
	m := b.law.mean
	count := b.two / (2 * b.mean)                          // E[L]
	pairs := b.three/(3*b.mean) + b.two/(2*b.mean) - count // E[L(L−1)]
	return count * m, count*b.law.square + pairs*m*m
}

// moments of the wait of the tasks of some streams.
func (q *batchWork) moments(of []batchStream, rate float64) (mean, sd float64) {
	square := 0.0
	for _, b := range of {
		m, s := b.before()
		mean += b.rate / rate * (q.first + m)
		square += b.rate / rate * (q.square + 2*q.first*m + s)
	}
	switch {
	case math.IsInf(mean, 1) || math.IsInf(square, 1):
		return mean, math.Inf(1)
	case math.IsNaN(square):
		return mean, square
	}
	return mean, math.Sqrt(math.Max(0, square-mean*mean))
}

func (q *batchWork) outcome(p *problem, of []batchStream, streams mixture) (outcome, error) {
	rate := streams.rate()
	load := offeredLoad(streams).hi
	o := outcome{
		service: streams.summary(), queueP99: math.NaN(), busy: load, utilization: load,
		throughput: rate, offered: rate,
	}
	mean, sd := q.moments(of, rate)
	o.wait = summary{mean: mean, sd: sd}
	o.queueLength = rate * mean
	for _, b := range of {
		o.waitRatio += b.rate / rate * (1 - q.spare/b.mean)
	}
	o.sojourn = q.sojourn(of, rate, o)
	if q.certain && q.smooth {
		tail := func(s complex128) complex128 { return q.tail(of, rate, s, false) }
		o.wait.quantiles = batchQuantiles(tail, o.waitRatio, q.unit(mean))
	}
	return o, q.check(rate, mean, of)
}

// sojourn is wait and service, which are independent within a stream but,
// where streams differ, not over all of them.
func (q *batchWork) sojourn(of []batchStream, rate float64, o outcome) summary {
	t := summary{mean: o.wait.mean + o.service.mean, sd: math.Inf(1)}
	square := 0.0
	for _, b := range of {
		m, s := b.before()
		square += b.rate / rate * (q.square + 2*q.first*m + s + 2*(q.first+m)*b.law.mean + b.law.square)
	}
	if !math.IsInf(square, 1) {
		t.sd = math.Sqrt(math.Max(0, square-t.mean*t.mean)) // NaN stays
	}
	if q.certain && q.smooth {
		tail := func(s complex128) complex128 { return q.tail(of, rate, s, true) }
		t.quantiles, t.transform = batchQuantiles(tail, 1, q.unit(t.mean)), tail
	}
	return t
}

// unit is where to look for quantiles first.
func (q *batchWork) unit(mean float64) float64 {
	if math.IsInf(mean, 1) {
		return q.load / q.streams[0].rate
	}
	return mean
}

// check holds the mean wait to the work in system, which a Poisson arrival
// finds: that in service, and that of the waiting tasks (Little's law).
func (q *batchWork) check(rate, mean float64, of []batchStream) error {
	if len(of) != len(q.streams) || math.IsInf(mean, 1) {
		return nil
	}
	work := 0.0
	for _, b := range q.streams {
		m, _ := b.before()
		work += b.rate*b.law.square/2 + b.load*(q.first+m)
	}
	return agree("the work in system by Little's law and by Pollaczek–Khinchine", work, q.first)
}

// tail is the transform of P(W > t), or of P(W + S > t), of the tasks of some
// streams:
//
//	(D − ε + ε (1 − Y) + [ε Y (1 − B)])/(s D),  D − ε = Σ ρ (1 − R Y).
func (q *batchWork) tail(of []batchStream, rate float64, s complex128, served bool) complex128 {
	over := complex128(0) // D − ε
	for i := range q.streams {
		b := &q.streams[i]
		gap, before := b.transforms(s)
		over += complex(b.load, 0) * (gap + (1-gap)*before)
	}
	spare := complex(q.spare, 0)
	sum := complex128(0)
	for i := range of {
		b := &of[i]
		gap, before := b.transforms(s)
		v := over + spare*before
		if served {
			v += spare * (1 - before) * s * complex(b.law.mean, 0) * (1 - gap)
		}
		sum += complex(b.rate/rate, 0) * v
	}
	return sum / (s * (spare + over))
}

// transforms are 1 − E[e^-sR] and 1 − E[e^-sY].
func (b *batchStream) transforms(s complex128) (gap, before complex128) {
	gap = b.law.gap(s)
	u := s * complex(b.law.mean, 0) * (1 - gap) // 1 − E[e^-sB]
	for _, p := range b.sizes {
		if p.size == 0 {
			qu := complex(p.q, 0) * u
			before += complex(p.weight/p.gap/b.mean, 0) * qu / (complex(p.gap, 0) + qu)
		} else {
			before += complex(p.weight*float64(p.size)/b.mean, 0) * batchGap(p.size, u)
		}
	}
	return gap, before
}

// batchGap is 1 − (1 − (1 − u)^n)/(nu), |1 − u| ≤ 1.
func batchGap(n int, u complex128) complex128 {
	x := float64(n)
	if cmplx.Abs(u)*x > 0.1 {
		return 1 - (1-cmplx.Pow(1-u, complex(x, 0)))/(complex(x, 0)*u)
	}
	term, sum := complex((x-1)/2, 0)*u, complex128(0)
	for j := 1.0; j < 20; j++ {
		sum += term
		term *= -u * complex((x-j-1)/(j+2), 0)
	}
	return sum
}

// batchQuantiles are those of a tail by its transform; nil where it cannot be
// inverted well enough.
func batchQuantiles(f inversion, atZero, unit float64) *quantiles {
	var seen mg1Points
	v := new(quantiles)
	for i, p := range percentiles {
		x, ok := seen.root(func(t float64) (float64, float64) {
			return invertLevel(f, atZero, t, levelTolerance*p.tail, inversionBlocks)
		}, p.tail, unit)
		if !ok {
			return nil
		}
		v[i] = x
		unit = math.Max(unit, x)
	}
	return v
}
