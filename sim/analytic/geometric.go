package analytic

import (
	"math"
	"math/bits"
)

// ratio is the q of a geometric series, 0 ≤ q ≤ 1, with 1 − q and log q to
// full relative precision at both ends. A series that grows is summed from
// its other end, with 1/q.
type ratio struct{ value, gap, log float64 }

func newRatio(value, gap float64) ratio {
	if value < 0.5 {
		return ratio{value, gap, math.Log(value)}
	}
	return ratio{value, gap, math.Log1p(-gap)}
}

// pow is q^n.
func (q ratio) pow(n float64) float64 {
	if n == 0 {
		return 1
	}
	return math.Exp(n * q.log)
}

// sum is 1 + q + … + q^(n−1).
func (q ratio) sum(n float64) float64 {
	switch {
	case n == 0:
		return 0
	case q.gap == 0:
		return n
	}
	return -math.Expm1(n*q.log) / q.gap
}

// moments are the sums of q^k, k·q^k and k²·q^k over k = 0 … n−1. Closed forms
// cancel where q is near one; doubling the range, S(2m) from S(m), adds
// positive terms alone and takes log₂ n steps.
func (q ratio) moments(n int) (s0, s1, s2 float64) {
	m := 0.0
	for b := bits.Len(uint(n)) - 1; b >= 0; b-- {
		p := q.pow(m)
		s2 += p * (s2 + 2*m*s1 + m*m*s0)
		s1 += p * (s1 + m*s0)
		s0 += p * s0
		m *= 2
		if n>>b&1 == 1 {
			p = q.pow(m)
			s2 += m * m * p
			s1 += m * p
			s0 += p
			m++
		}
	}
	return s0, s1, s2
}
