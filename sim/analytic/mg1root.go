package analytic

import "math"

// mg1Points are values of the logarithm of a tail, by ascending t. They are
// kept from one quantile to the next, because each costs an inversion.
type mg1Points []mg1Point

type mg1Point struct{ t, log float64 }

// levelTolerance is how well a tail must be known at a quantile, relative to it.
const levelTolerance = 1e-9

// levelSearch is the search for the t at which a tail falls to q.
type levelSearch struct {
	tail func(t float64) (value, difference float64)
	q    float64
	seen *mg1Points
}

// at is log(tail/q), whether the tail is known there well enough to say that t
// is the quantile, and whether at least the sign is sure.
func (l levelSearch) at(t float64) (log float64, exact, sure bool) {
	v, difference := l.tail(t)
	log = math.Log(math.Max(v, math.SmallestNonzeroFloat64))
	exact = difference <= levelTolerance*l.q
	if exact {
		l.seen.insert(mg1Point{t, log})
	}
	return log - math.Log(l.q), exact, exact || math.Abs(v-l.q) > 100*difference
}

// root is the t at which a tail, continuous from there on, falls to q; the
// tail also says by how much two computations of it differ. Beyond the points
// seen it follows the line through the last two, or steps from the unit on; it
// fails where the tail is not known well enough.
func (p *mg1Points) root(tail func(float64) (float64, float64), q, unit float64) (x float64, ok bool) {
	l := levelSearch{tail, q, p}
	if start, _, sure := l.at(0); !sure || start <= 0 {
		return 0, sure
	}
	low, high := p.bracket(q)
	for step := unit; math.IsInf(high.t, 1); step *= 4 {
		t := p.beyond(low, math.Log(q), step)
		f, exact, sure := l.at(t)
		switch {
		case !sure || step > 1e300*unit:
			return 0, false
		case exact && math.Abs(f) <= 1e-13:
			return t, true
		case f <= 0:
			high = mg1Point{t, f + math.Log(q)}
		default:
			low = mg1Point{t, f + math.Log(q)}
		}
	}
	return l.between(low, high)
}

// between finds the root between two points, above and below the level, by the
// secant, with a point that stays for long given half its weight (the Illinois
// rule).
func (l levelSearch) between(low, high mg1Point) (x float64, ok bool) {
	a, b, fa, fb := low.t, high.t, low.log-math.Log(l.q), high.log-math.Log(l.q)
	side := 0
	for range 100 {
		x = a + (b-a)*fa/(fa-fb)
		if !(x > a && x < b) {
			x = a + (b-a)/2
		}
		f, exact, sure := l.at(x)
		if !sure {
			return 0, false
		}
		if math.Abs(f) <= 1e-12 || b-a <= 1e-14*b {
			return x, exact && math.Abs(f) <= levelTolerance
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
