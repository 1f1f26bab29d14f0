package analytic

import (
	"math"
	"sort"

	"spillway/distributions"
)

// convolution is the tail of the sum of a time X, known by its tail, and an
// independent time N, known by its density f and its atoms:
//
//	P(X + N > t) = P(N > t) + ∫ P(X > t − n) dF(n),  0 ≤ n ≤ t.
//
// Method and limits: P(X > t) is computed once, as a piecewise polynomial (see
// tailPieces), and f is resolved into panels (see sizeGrid). Between the ends of
// both the integrand is smooth, and Gauss' rule is exact to rounding; that it
// is, is seen where the rule on halved intervals gives the same.
type convolution struct {
	x        *tailPieces
	survival func(t float64) float64 // P(N > t)
	n        sizeLaw
	panels   []sizePanel
	rule     *gaussRule
	halves   bool
}

// delayTolerance is by how much two computations of a tail may differ, over the
// tail.
const delayTolerance = 1e-9

// plus are the quantiles of a time and of independent delays together; nil
// where they are not known closely enough.
func (s summary) plus(delays []distributions.Distribution) *quantiles {
	if s.quantiles == nil {
		return nil
	}
	tail, scale := s.tail, s.mean
	if s.quantiles[0] > 0 { // the mean may be infinite
		scale = s.quantiles[0]
	}
	if q := s.plusByTransform(delays, scale); q != nil || tail == nil && s.sd > 0 {
		return q
	}
	shift := 0.0
	if s.sd == 0 {
		shift, tail, scale = s.mean, mg1Survival(delays[0]), delays[0].Mean()
		if delays = delays[1:]; len(delays) == 0 {
			return quantilesOf(tail, scale, shift)
		}
	}
	if tail == nil {
		return nil
	}
	var coarse func(t float64) float64
	for i, d := range delays {
		fine, rough := convolve(tail, scale, d, len(delays))
		if fine == nil {
			return nil
		}
		tail, coarse, scale = fine, rough, math.Max(scale, typical(d))
		if i > 0 {
			scale = typical(d)
		}
	}
	q := quantilesOf(tail, scale, 0)
	if q == nil {
		return nil
	}
	for i, p := range percentiles {
		if !(math.Abs(tail(q[i])-coarse(q[i])) <= delayTolerance*p.tail) {
			return nil
		}
		q[i] += shift
	}
	return q
}

// plusByTransform inverts the product of the transforms of a time and of delays,
// where all are known. The tail of X + N has the transform
//
//	(1 − E e^-sX)/s · E e^-sN + (1 − E e^-sN)/s.
func (s summary) plusByTransform(delays []distributions.Distribution, scale float64) *quantiles {
	f := s.transform
	for _, d := range delays {
		n, x := newMG1Law(1, d), f
		if x == nil || n.gap == nil || math.IsInf(n.mean, 1) {
			return nil
		}
		f = func(s complex128) complex128 {
			own := complex(n.mean, 0) * (1 - n.gap(s))
			return x(s)*(1-s*own) + own
		}
		scale = math.Max(scale, n.mean)
	}
	if f == nil {
		return nil
	}
	return batchQuantiles(f, 1, scale)
}

// typical is a value of the size of a law's: its mean, or less where that is
// infinite.
func typical(d distributions.Distribution) float64 {
	if m := d.Mean(); !math.IsInf(m, 1) {
		return m
	}
	if quantile, ok := distributions.QuantileOf(d); ok {
		return quantile(0.5)
	}
	return 1
}

// quantilesOf are those of a tail, which may have jumps; nil where they are not
// found.
func quantilesOf(tail func(t float64) float64, scale, shift float64) *quantiles {
	if tail == nil {
		return nil
	}
	q := new(quantiles)
	guess := scale
	for i, p := range percentiles {
		x, err := tailQuantile(tail, p.tail, guess, scale)
		if err != nil {
			x = leastFloat(func(x float64) bool { return tail(x) <= p.tail*(1+tieSlack) })
		}
		if !(tail(x*(1+1e-12)) <= p.tail*(1+1e-9)) {
			return nil
		}
		guess, q[i] = math.Max(x, scale), x+shift
	}
	return q
}

// convolve is the tail of X + N, and the same by half as many points; nil where
// the law of N has no density, or where its mass or the tail of X is not
// resolved.
func convolve(tail func(t float64) float64, scale float64, d distributions.Distribution, parts int) (fine, coarse func(t float64) float64) {
	c := &convolution{survival: mg1Survival(d), rule: newGaussRule()}
	var ok bool
	if c.n, ok = sizeLawOf(d); !ok || c.survival == nil {
		return nil, nil
	}
	if c.n.density != nil {
		c.panels = sizeGrid(c.rule, c.n, 0, typical(d))
	}
	if !(math.Abs(c.mass()-1) <= 1e-10) {
		return nil, nil
	}
	least := percentiles[len(percentiles)-1].tail / float64(2*parts+2)
	reach := beyond(tail, scale, least) + beyond(c.survival, typical(d), least)
	if c.x = newTailPieces(tail, scale, float64(parts)*reach); c.x == nil {
		return nil, nil
	}
	more := *c
	more.halves = true
	return more.tail, c.tail
}

// beyond is a t at which a tail is no more than a level.
func beyond(tail func(t float64) float64, scale, level float64) float64 {
	t := scale
	for tail(t) > level && t < 1e300 {
		t *= 2
	}
	return t
}

// mass is that of N.
func (c *convolution) mass() float64 {
	sum := 0.0
	for _, a := range c.n.atoms {
		sum += a.mass
	}
	for _, p := range c.panels {
		sum += c.rule.sum(p.a, p.b, c.n.density)
	}
	return sum
}

// tail is P(X + N > t).
func (c *convolution) tail(t float64) float64 {
	sum := c.survival(t)
	for _, a := range c.n.atoms {
		if a.x <= t {
			sum += a.mass * c.x.at(t-a.x)
		}
	}
	for _, p := range c.panels {
		if p.a >= t {
			break
		}
		sum += c.panel(p.a, math.Min(p.b, t), t)
	}
	return math.Min(1, sum)
}

// panel is the integral over a part of a panel, between whose ends t − n passes
// ends of the pieces of X.
func (c *convolution) panel(low, high, t float64) float64 {
	sum := 0.0
	i := sort.SearchFloat64s(c.x.ends, t-low) - 1 // the last end below t − low
	for ; i >= 0 && t-c.x.ends[i] < high; i-- {
		if n := t - c.x.ends[i]; n > low {
			sum += c.interval(low, n, t, i)
			low = n
		}
	}
	if high > low {
		sum += c.interval(low, high, t, i)
	}
	return sum
}

// interval is the integral where t − n is in one piece of X.
func (c *convolution) interval(low, high, t float64, piece int) float64 {
	f := func(n float64) float64 { return c.n.density(n) * c.x.in(piece, t-n) }
	if !c.halves {
		return c.rule.sum(low, high, f)
	}
	middle := low + (high-low)/2
	return c.rule.sum(low, middle, f) + c.rule.sum(middle, high, f)
}
