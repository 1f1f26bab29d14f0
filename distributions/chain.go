package distributions

import "math"

// chain is a Markov chain in continuous time with transient phases and one
// absorbing state; the law is that of the time to absorption.
type chain struct {
	alpha []float64   // initial probabilities; what they lack of 1 is absorbed at once
	jump  [][]float64 // jump[i][j], j ≠ i: rate from phase i to phase j; jump[i][i] = 0
	leave []float64   // rate from phase i to absorption
	total []float64   // rate out of phase i
}

// series is the chain of stages one after the other; cont are the
// probabilities of going on, nil for certainty.
func series(rates, cont []float64) chain {
	n := len(rates)
	c := chain{make([]float64, n), square(n), make([]float64, n), rates}
	c.alpha[0] = 1
	for i, r := range rates {
		switch {
		case i == n-1:
			c.leave[i] = r
		case cont == nil:
			c.jump[i][i+1] = r
		default:
			c.jump[i][i+1] = r * cont[i]
			c.leave[i] = r * (1 - cont[i])
		}
	}
	return c
}

func square(n int) [][]float64 {
	cells := make([]float64, n*n)
	rows := make([][]float64, n)
	for i := range rows {
		rows[i] = cells[i*n : (i+1)*n : (i+1)*n]
	}
	return rows
}

// atom is the probability of a time of zero.
func (c chain) atom() float64 { return max(0, 1-sum(c.alpha)) }

// CDF is the probability to be absorbed by time x.
func (c chain) CDF(x float64) float64 { return c.cdf(x) }

func (c chain) cdf(x float64) float64 {
	if x < 0 {
		return 0
	}
	_, absorbed := c.after(x)
	return min(absorbed, 1)
}

func (c chain) survival(x float64) float64 {
	if x < 0 {
		return 1
	}
	phases, _ := c.after(x)
	return min(sum(phases), 1)
}

// manySteps is the number of uniformization steps beyond which powers of a
// matrix are used: they take fewer steps, and lose less to rounding.
const manySteps = 500 // exp(-500) is not zero

// after is the probability of each phase, and of absorption, at time x ≥ 0. Both
// are sums of products of non-negative numbers alone, which is why small ones
// are as exact as large ones.
func (c chain) after(x float64) (phases []float64, absorbed float64) {
	phases = append(phases, c.alpha...)
	absorbed = c.atom()
	fastest := 0.0
	for _, r := range c.total {
		fastest = max(fastest, r)
	}
	if math.IsInf(fastest*x, 1) {
		clear(phases)
		return phases, 1
	}
	if fastest*x > manySteps {
		return c.afterPowers(phases, absorbed, fastest, x)
	}
	absorbed = c.uniformize(phases, absorbed, fastest, x)
	return phases, absorbed
}

// uniformize moves the probabilities by a time h (Jensen, "Markoff chains as
// an aid in the study of Markoff processes", Skandinavisk Aktuarietidskrift
// 36, 1953): the chain watched at a Poisson process of the fastest rate.
func (c chain) uniformize(phases []float64, absorbed, fastest, h float64) float64 {
	q := fastest * h
	now := append([]float64(nil), phases...)
	next := make([]float64, len(now))
	gone := absorbed
	weight := math.Exp(-q)
	clear(phases)
	absorbed = 0
	// Beyond the mean by ten standard deviations and the number of phases,
	// what is left out is below 1e-18 of what is counted.
	steps := int(q+10*math.Sqrt(q)) + 40 + len(now)
	for k := 0; k <= steps; k++ {
		for i, v := range now {
			phases[i] += weight * v
		}
		absorbed += weight * gone
		gone += c.step(now, next, fastest)
		now, next = next, now
		weight *= q / float64(k+1)
	}
	return absorbed
}

// step is one jump of the uniformized chain; it returns what is absorbed.
func (c chain) step(now, next []float64, fastest float64) (absorbed float64) {
	clear(next)
	for i, v := range now {
		if v == 0 {
			continue
		}
		absorbed += v * (c.leave[i] / fastest)
		next[i] += v * ((fastest - c.total[i]) / fastest)
		for j, r := range c.jump[i] {
			if r != 0 {
				next[j] += v * (r / fastest)
			}
		}
	}
	return absorbed
}

// afterPowers is after by scaling and squaring of the transition matrix, the
// absorbing state included as its last row and column (Higham, "Functions of
// Matrices", 2008, section 10.3; with uniformization in place of the Padé
// approximant, so that every number stays non-negative).
func (c chain) afterPowers(alpha []float64, atom, fastest, x float64) ([]float64, float64) {
	n := len(alpha)
	halvings := int(math.Ceil(math.Log2(fastest * x)))
	h := math.Ldexp(x, -halvings)
	p, spare := square(n+1), square(n+1)
	p[n][n] = 1
	for i := range n {
		p[i][i] = 1
		p[i][n] = c.uniformize(p[i][:n], 0, fastest, h)
	}
	keepStaying(p)
	for range halvings {
		multiply(spare, p, p)
		p, spare = spare, p
		keepStaying(p)
	}
	phases := make([]float64, n)
	for i, a := range alpha {
		for j := range phases {
			phases[j] += a * p[i][j]
		}
		atom += a * p[i][n]
	}
	return phases, atom
}

// keepStaying makes the probability of staying, where it is the greater part,
// what the others leave of 1. Rounding of a number near 1 would be doubled by
// every squaring; that of the small numbers beside it is not. A phase that is
// slow by itself thus costs no precision however fast another is; a group of
// phases that is fast within itself and slow to leave costs about a relative
// 1e-16 times x times the fastest rate.
func keepStaying(p [][]float64) {
	for i, row := range p {
		others := sum(row[:i]) + sum(row[i+1:])
		if others < 0.5 {
			row[i] = 1 - others
		}
	}
}

// multiply sets dst to a·b.
func multiply(dst, a, b [][]float64) {
	for i := range dst {
		clear(dst[i])
		for k, f := range a[i] {
			if f == 0 {
				continue
			}
			for j, g := range b[k] {
				dst[i][j] += f * g
			}
		}
	}
}

// resolvent solves (s·I − T)·y = b, T the matrix of the transient phases, by
// elimination with pivoting. For Re s ≥ 0 the matrix is not singular, since
// from every phase absorption can be reached.
func (c chain) resolvent(s complex128, b []complex128) []complex128 {
	n := len(b)
	rows := make([][]complex128, n)
	for i := range rows {
		rows[i] = make([]complex128, n+1)
		for j, r := range c.jump[i] {
			rows[i][j] = complex(-r, 0)
		}
		rows[i][i] = s + complex(c.total[i], 0)
		rows[i][n] = b[i]
	}
	return eliminate(rows)
}

// eliminate solves a linear system given as its augmented matrix, which it
// overwrites.
func eliminate(rows [][]complex128) []complex128 {
	n := len(rows)
	size := func(z complex128) float64 { return math.Abs(real(z)) + math.Abs(imag(z)) }
	for k := range n {
		pivot := k
		for i := k + 1; i < n; i++ {
			if size(rows[i][k]) > size(rows[pivot][k]) {
				pivot = i
			}
		}
		rows[k], rows[pivot] = rows[pivot], rows[k]
		for i := k + 1; i < n; i++ {
			f := rows[i][k] / rows[k][k]
			for j := k; f != 0 && j <= n; j++ {
				rows[i][j] -= f * rows[k][j]
			}
		}
	}
	y := make([]complex128, n)
	for i := n - 1; i >= 0; i-- {
		v := rows[i][n]
		for j := i + 1; j < n; j++ {
			v -= rows[i][j] * y[j]
		}
		y[i] = v / rows[i][i]
	}
	return y
}
