package analytic

import (
	"math"
	"slices"
)

// wait is the law of the wait.
func (q *mg1Queue) wait() summary {
	mean, sd := q.moments()
	w := summary{mean: mean, sd: sd}
	if q.law.gap == nil && q.law.tail == nil {
		return w
	}
	w.quantiles = q.quantiles(nil, q.waitTransform, (*mg1Renewal).waitTail, nil)
	return w
}

// waitTransform is that of P(W > t): ρ (1 − R)/s (1 − ρR).
func (q *mg1Queue) waitTransform(s complex128) complex128 {
	gap := q.law.gap(s)
	load := complex(q.load, 0)
	return load * gap / (s * (complex(q.idle, 0) + load*gap))
}

// sojourn is the law of wait and service of a task of some streams, whose
// outcome is known but for that.
func (q *mg1Queue) sojourn(o outcome, of mixture) summary {
	t := summary{mean: o.wait.mean + o.service.mean, sd: math.Hypot(o.wait.sd, o.service.sd)}
	law := of.mg1Law()
	if o.wait.quantiles == nil || law.tail == nil {
		return t
	}
	transform := func(s complex128) complex128 { return q.laterTransform(s, law) }
	renewal := func(r *mg1Renewal, t float64) float64 { return r.laterTail(t, law.tail) }
	t.quantiles = q.quantiles(law.tail, transform, renewal, of.mg1Atoms())
	if law.gap != nil {
		t.transform = func(s complex128) complex128 {
			return transform(s) + complex(q.idle*law.mean, 0)*(1-law.gap(s))
		}
	}
	t.tail = func(t float64) float64 {
		v := math.NaN()
		if len(q.law.breaks) > 0 {
			if r := q.inTime(1, t); r != nil {
				v = renewal(r, t)
			}
		} else if f, ok := invertTail(transform, q.load, t); ok {
			v = f
		}
		return v + q.idle*law.tail(t)
	}
	return t
}

// laterTransform is that of P(W > 0, W + S > t) for a service S of one of the
// laws: with m its mean and R' its residual life,
//
//	ρ ((1 − R)/s + (1 − ρ) m R R')/(1 − ρR).
//
// What is left, W = 0, is (1 − ρ) P(S > t), which may have jumps.
func (q *mg1Queue) laterTransform(s complex128, law *mg1Law) complex128 {
	gap := q.law.gap(s)
	own := complex128(1)
	if law.mean > 0 {
		own = 1 - law.gap(s)
	}
	load := complex(q.load, 0)
	return load * (gap/s + complex(q.idle*law.mean, 0)*(1-gap)*own) / (complex(q.idle, 0) + load*gap)
}

// quantiles are those of a law with the tail
//
//	(1 − ρ) P(S > t) + f(t),  or f(t) where there is no service,
//
// f given by its transform and by a solution in the time domain; atoms are the
// jumps of S. It is nil where one of them cannot be had.
func (q *mg1Queue) quantiles(service func(float64) float64, transform inversion,
	renewal func(*mg1Renewal, float64) float64, atoms []float64) *quantiles {
	slices.Sort(atoms)
	l := mg1Tail{q: q, service: service, transform: transform, renewal: renewal, atoms: atoms}
	l.unit = q.law.mean
	if mean, _ := q.moments(); !math.IsInf(mean, 1) {
		l.unit = math.Max(l.unit, mean)
	}
	v := new(quantiles)
	for i, p := range percentiles {
		x, ok := l.quantile(p.tail)
		if !ok {
			return nil
		}
		v[i] = x
		l.unit = math.Max(l.unit, x)
	}
	return v
}

// mg1Tail is a tail that is computed in one of two ways. seen are the values
// found so far, of each way.
type mg1Tail struct {
	q         *mg1Queue
	service   func(float64) float64
	transform inversion
	renewal   func(*mg1Renewal, float64) float64
	atoms     []float64
	unit      float64 // where to look first
	seen      [3]mg1Points
}

// quantile tries the inversion, and for laws with kinks, near which two results of
// it may be nearer to each other than to the truth, the time domain where they do
// not agree ten times better than they have to.
func (l *mg1Tail) quantile(tail float64) (x float64, ok bool) {
	if len(l.q.law.breaks) == 0 || l.q.law.tail == nil {
		return l.inverted(tail, 1, inversionBlocks)
	}
	const most = inversionBlocks / 5 // there is another way
	if x, ok = l.inverted(tail, 10, most); ok {
		return x, ok
	}
	if x, ok = l.inTime(tail); ok {
		return x, ok
	}
	return l.inverted(tail, 1, most)
}

// inverted is a quantile by inversion, two results of which agree so many times
// better than they have to.
func (l *mg1Tail) inverted(tail, better float64, most int) (x float64, ok bool) {
	if l.q.law.gap == nil {
		return 0, false
	}
	return l.root(tail, &l.seen[2], func(t float64) (float64, float64) {
		v, difference := invertLevel(l.transform, l.q.load, t, levelTolerance*tail/better, most)
		return v, better * difference
	})
}

// inTime is a quantile in the time domain, by two grids that must agree.
func (l *mg1Tail) inTime(tail float64) (x float64, ok bool) {
	var xs [2]float64
	for i := range xs {
		xs[i], ok = l.root(tail, &l.seen[i], func(t float64) (float64, float64) {
			r := l.q.inTime(i, t)
			if r == nil {
				return 0, math.NaN()
			}
			return l.renewal(r, t), 0
		})
		if !ok {
			return 0, false
		}
	}
	return xs[1], math.Abs(xs[0]-xs[1]) <= 1e-9*xs[1]
}

// inTime is one of the two solutions in the time domain, that reaches to t at
// least; nil where there is none.
func (q *mg1Queue) inTime(i int, t float64) *mg1Renewal {
	if r := q.renewals[i]; r != nil && r.panels[len(r.panels)-1].b >= t {
		return r
	}
	if t > q.tooFar {
		return nil
	}
	upTo := 1.5 * t
	if r := q.renewals[i]; r != nil {
		upTo = math.Max(upTo, 3*r.panels[len(r.panels)-1].b)
	}
	r := newMG1Renewal(q, 12+4*i, upTo)
	if r == nil {
		q.tooFar = math.Min(q.tooFar, t)
	}
	q.renewals[i] = r
	return r
}

// root is the quantile of the tail with f as its continuous part, and by how
// much two computations of that differ.
func (l *mg1Tail) root(tail float64, seen *mg1Points, f func(float64) (float64, float64)) (x float64, ok bool) {
	of := func(t float64) (v, difference float64) {
		v, difference = f(t)
		if l.service != nil {
			v += l.q.idle * l.service(t)
		}
		return v, difference
	}
	for _, a := range l.atoms {
		after, difference := of(a)
		if after-100*difference > tail {
			continue
		}
		if !(difference <= levelTolerance*tail) {
			return 0, false
		}
		jump := 0.0
		if a > 0 {
			jump = l.q.idle * (l.service(math.Nextafter(a, 0)) - l.service(a))
		}
		if after <= tail && (a == 0 || after+jump > tail) {
			return a, true
		}
	}
	return seen.root(of, tail, l.unit)
}
