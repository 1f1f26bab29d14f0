package analytic

import "math"

// pair is an unevaluated sum hi + lo of two float64, |lo| at most half a unit
// in the last place of hi: about 32 decimal digits. Rates and loads are held
// so, because 1 − ρ near saturation has only the digits that the rounding of ρ
// left over (Dekker, "A floating-point technique for extending the available
// precision", Numerische Mathematik 18, 1971).
type pair struct{ hi, lo float64 }

// plus is p + q.
func (p pair) plus(q pair) pair {
	s := p.hi + q.hi
	if math.IsInf(s, 0) {
		return pair{hi: s}
	}
	b := s - p.hi
	return renormalized(s, (p.hi-(s-b))+(q.hi-b)+(p.lo+q.lo))
}

// times is p·x.
func (p pair) times(x float64) pair {
	h := p.hi * x
	if math.IsInf(h, 0) {
		return pair{hi: h}
	}
	return renormalized(h, math.FMA(p.hi, x, -h)+p.lo*x)
}

// over is p/x.
func (p pair) over(x float64) pair {
	q := p.hi / x
	if math.IsInf(q, 0) || math.IsInf(x, 0) {
		return pair{hi: q}
	}
	return renormalized(q, (math.FMA(-q, x, p.hi)+p.lo)/x)
}

func renormalized(hi, lo float64) pair {
	s := hi + lo
	return pair{s, lo - (s - hi)}
}
