package analytic

import (
	"errors"
	"math"

	"gonum.org/v1/gonum/floats"
)

// wideMatrix is a dense matrix, by rows, whose elements are hi + lo, about 32
// digits, where lo is not nil; otherwise they are float64.
//
// Near saturation, and where rates differ by many orders, matrices such as
// I − R are nearly singular: what is asked for is 1 − η with η within 1e-6 of
// one, or a rate of 1e-6 beside one of 1. Thirty-two digits leave more than
// fifteen of it, without a special algorithm for each matrix. They cost ten
// times the time, and are therefore used for chains of up to wideLimit phases.
type wideMatrix struct {
	rows, cols int
	hi, lo     []float64
}

// wideLimit is the most phases of a level that are computed in 32 digits.
const wideLimit = 24

var errSingular = errors.New("analytic: numerical failure: a matrix of rates is singular")

func newWide(rows, cols int, wide bool) *wideMatrix {
	m := &wideMatrix{rows: rows, cols: cols}
	cells := make([]float64, rows*cols*2)
	m.hi = cells[:rows*cols]
	if wide {
		m.lo = cells[rows*cols:]
	}
	return m
}

// wideOf is a matrix of given rows.
func wideOf(rows [][]float64, wide bool) *wideMatrix {
	m := newWide(len(rows), len(rows[0]), wide)
	for i, row := range rows {
		copy(m.hi[i*m.cols:], row)
	}
	return m
}

// wideIdentity is the unit matrix.
func wideIdentity(n int, wide bool) *wideMatrix {
	m := newWide(n, n, wide)
	for i := range n {
		m.hi[i*n+i] = 1
	}
	return m
}

// wideOnes is a column of ones.
func wideOnes(n int, wide bool) *wideMatrix {
	m := newWide(n, 1, wide)
	for i := range m.hi {
		m.hi[i] = 1
	}
	return m
}

func (m *wideMatrix) wide() bool { return m.lo != nil }

func (m *wideMatrix) at(i, j int) pair {
	p := pair{hi: m.hi[i*m.cols+j]}
	if m.lo != nil {
		p.lo = m.lo[i*m.cols+j]
	}
	return p
}

func (m *wideMatrix) set(i, j int, v pair) {
	if m.lo == nil {
		m.hi[i*m.cols+j] = v.hi + v.lo
		return
	}
	m.hi[i*m.cols+j], m.lo[i*m.cols+j] = v.hi, v.lo
}

// addTo adds v to an element.
func (m *wideMatrix) addTo(i, j int, v pair) { m.set(i, j, m.at(i, j).plus(v)) }

func (m *wideMatrix) clone() *wideMatrix {
	n := newWide(m.rows, m.cols, m.wide())
	copy(n.hi, m.hi)
	copy(n.lo, m.lo)
	return n
}

func (m *wideMatrix) transposed() *wideMatrix {
	t := newWide(m.cols, m.rows, m.wide())
	for i := range m.rows {
		for j := range m.cols {
			t.set(j, i, m.at(i, j))
		}
	}
	return t
}

// scaled is f·m; f is a power of two, a sign, or a number for which rounding of
// each half is good enough.
func (m *wideMatrix) scaled(f float64) *wideMatrix {
	n := m.clone()
	for i := range n.hi {
		p := pair{hi: n.hi[i]}
		if n.lo != nil {
			p.lo = n.lo[i]
		}
		p = p.times(f)
		n.hi[i] = p.hi
		if n.lo != nil {
			n.lo[i] = p.lo
		}
	}
	return n
}

// plus is m + f·b, where f is 1 or −1.
func (m *wideMatrix) plus(f float64, b *wideMatrix) *wideMatrix {
	n := m.clone()
	n.axpy(0, len(n.hi), pair{hi: f}, b, 0)
	return n
}

// times is m·b.
func (m *wideMatrix) times(b *wideMatrix) *wideMatrix {
	c := newWide(m.rows, b.cols, m.wide())
	for i := range m.rows {
		for k := range m.cols {
			if f := m.at(i, k); f.hi != 0 {
				c.axpy(i*c.cols, c.cols, f, b, k*b.cols)
			}
		}
	}
	return c
}

// axpy adds f times n elements of b from index from on to those of m from
// index at on.
func (m *wideMatrix) axpy(at, n int, f pair, b *wideMatrix, from int) {
	dst, src := m.hi[at:at+n], b.hi[from:from+n]
	if m.lo == nil {
		floats.AddScaled(dst, f.hi, src)
		return
	}
	low, srcLow := m.lo[at:at+n], b.lo[from:from+n]
	for i, x := range src {
		p := f.hi * x
		e := math.FMA(f.hi, x, -p) + (f.hi*srcLow[i] + f.lo*x)
		s := dst[i] + p
		t := s - dst[i]
		e += (dst[i] - (s - t)) + (p - t) + low[i]
		h := s + e
		dst[i], low[i] = h, e-(h-s)
	}
}

// solve is m⁻¹·b, by Gaussian elimination with partial pivoting.
func (m *wideMatrix) solve(b *wideMatrix) (*wideMatrix, error) {
	a, x, n := m.clone(), b.clone(), m.rows
	for k := range n {
		pivot := k
		for i := k + 1; i < n; i++ {
			if math.Abs(a.hi[i*n+k]) > math.Abs(a.hi[pivot*n+k]) {
				pivot = i
			}
		}
		if v := a.hi[pivot*n+k]; v == 0 || math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, errSingular
		}
		a.swap(k, pivot)
		x.swap(k, pivot)
		for i := k + 1; i < n; i++ {
			if a.hi[i*n+k] == 0 {
				continue
			}
			f := a.at(i, k).dividedBy(a.at(k, k))
			f.hi, f.lo = -f.hi, -f.lo
			a.axpy(i*n+k, n-k, f, a, k*n+k)
			x.axpy(i*x.cols, x.cols, f, x, k*x.cols)
		}
	}
	for k := n - 1; k >= 0; k-- {
		d := a.at(k, k)
		for j := range x.cols {
			x.set(k, j, x.at(k, j).dividedBy(d))
		}
		for i := range k {
			if f := a.at(i, k); f.hi != 0 {
				x.axpy(i*x.cols, x.cols, pair{-f.hi, -f.lo}, x, k*x.cols)
			}
		}
	}
	return x, nil
}

// solveLeft is b·m⁻¹.
func (m *wideMatrix) solveLeft(b *wideMatrix) (*wideMatrix, error) {
	x, err := m.transposed().solve(b.transposed())
	if err != nil {
		return nil, err
	}
	return x.transposed(), nil
}

func (m *wideMatrix) swap(i, j int) {
	if i == j {
		return
	}
	for _, cells := range [][]float64{m.hi, m.lo} {
		if cells == nil {
			continue
		}
		for k := range m.cols {
			a, b := i*m.cols+k, j*m.cols+k
			cells[a], cells[b] = cells[b], cells[a]
		}
	}
}

// largest is the greatest absolute value of an element.
func (m *wideMatrix) largest() float64 {
	v := 0.0
	for _, x := range m.hi {
		v = math.Max(v, math.Abs(x))
	}
	return v
}

// total is the sum of all elements.
func (m *wideMatrix) total() pair {
	var sum pair
	for i := range m.rows {
		for j := range m.cols {
			sum = sum.plus(m.at(i, j))
		}
	}
	return sum
}

// kron is the Kronecker product of m and b.
func (m *wideMatrix) kron(b *wideMatrix) *wideMatrix {
	c := newWide(m.rows*b.rows, m.cols*b.cols, m.wide())
	for i := range m.rows {
		for j := range m.cols {
			f := m.at(i, j)
			if f.hi == 0 {
				continue
			}
			for k := range b.rows {
				c.axpy((i*b.rows+k)*c.cols+j*b.cols, b.cols, f, b, k*b.cols)
			}
		}
	}
	return c
}

// balance sets each diagonal element to minus the sum of the others of its
// row, and of the rows of what else leads out of it.
func (m *wideMatrix) balance(others ...*wideMatrix) {
	for i := range m.rows {
		m.set(i, i, pair{})
		var sum pair
		for j := range m.cols {
			sum = sum.plus(m.at(i, j))
		}
		for _, o := range others {
			for j := range o.cols {
				sum = sum.plus(o.at(i, j))
			}
		}
		m.set(i, i, pair{-sum.hi, -sum.lo})
	}
}

// stationary is the row vector x with x·m = 0 and x·1 = 1, of a generator with
// one recurrent class.
func (m *wideMatrix) stationary() (*wideMatrix, error) {
	a := m.clone()
	for i := range a.rows {
		a.set(i, 0, pair{hi: 1})
	}
	b := newWide(1, a.cols, a.wide())
	b.hi[0] = 1
	return a.solveLeft(b)
}

// dividedBy is p/q.
func (p pair) dividedBy(q pair) pair {
	h := p.hi / q.hi
	if h == 0 || math.IsInf(h, 0) {
		return pair{hi: h}
	}
	r := math.FMA(-h, q.hi, p.hi) + p.lo - h*q.lo
	return renormalized(h, r/q.hi)
}
