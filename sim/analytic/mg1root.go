package analytic

import "math"

// mg1Points are values of the logarithm of a tail, by ascending t. They are
// kept from one quantile to the next, because each costs an inversion.
type mg1Points []mg1Point

type mg1Point struct{ t, log float64 }

// root is the t at which a tail, continuous from there on, falls to q: by the
// secant through the two points around it, with a point that stays for long
// given half its weight (the Illinois rule), and, beyond all points, by the
// line through the last two. It fails where the tail says that it is not known
// well enough.
func (p *mg1Points) root(tail func(float64) (float64, bool), q, unit float64) (x float64, ok bool) {
	at := func(t float64) (float64, bool) {
		v, ok := tail(t)
		log := math.Log(math.Max(v, math.SmallestNonzeroFloat64) / q)
		p.insert(mg1Point{t, log + math.Log(q)})
		return log, ok
	}
	if start, ok := at(0); !ok || start <= 0 {
		return 0, ok
	}
	low, high := p.bracket(q)
	for step := unit; math.IsInf(high.t, 1); step *= 2 {
		f, ok := at(p.beyond(low, math.Log(q), step))
		if !ok || step > 1e300*unit {
			return 0, false
		}
		if math.Abs(f) <= 1e-13 {
			return (*p)[len(*p)-1].t, true
		}
		low, high = p.bracket(q)
	}
	return illinois(at, low, high, math.Log(q))
}

// illinois finds the root between two points, above and below the level.
func illinois(at func(float64) (float64, bool), low, high mg1Point, level float64) (x float64, ok bool) {
	a, b, fa, fb := low.t, high.t, low.log-level, high.log-level
	side := 0
	for range 100 {
		x = a + (b-a)*fa/(fa-fb)
		if !(x > a && x < b) {
			x = a + (b-a)/2
		}
		f, ok := at(x)
		if !ok {
			return 0, false
		}
		if math.Abs(f) <= 1e-12 || b-a <= 1e-14*b {
			return x, math.Abs(f) <= residualTolerance
		}
		if f > 0 {
			a, fa = x, f
			if side == 1 {
				fb /= 2
			}
			side = 1
		} else {
			b, fb = x, f
			if side == -1 {
				fa /= 2
			}
			side = -1
		}
	}
	return 0, false
}

// insert keeps the order.
func (p *mg1Points) insert(x mg1Point) {
	i := len(*p)
	for i > 0 && (*p)[i-1].t >= x.t {
		i--
	}
	if i < len(*p) && (*p)[i].t == x.t {
		return
	}
	*p = append(*p, mg1Point{})
	copy((*p)[i+1:], (*p)[i:])
	(*p)[i] = x
}

// bracket is the last point above a level and the next, at +Inf where there is
// none.
func (p mg1Points) bracket(q float64) (low, high mg1Point) {
	level := math.Log(q)
	for _, x := range p {
		if x.log <= level {
			return low, x
		}
		low = x
	}
	return low, mg1Point{t: math.Inf(1)}
}

// beyond is where the line through the last two points reaches a level, with a
// margin that makes a bracket of it, or a step if the line is no guide.
func (p mg1Points) beyond(low mg1Point, level, step float64) float64 {
	if n := len(p); n > 2 {
		before := p[n-2]
		slope := (before.log - low.log) / (low.t - before.t)
		if jump := (low.log - level) / slope; jump > 0 && jump < 4*(low.t+step) {
			return low.t + 1.001*jump
		}
	}
	return low.t + math.Max(step, low.t/2)
}
