package analytic

import (
	"fmt"
	"math"

	"spillway/distributions"
	"spillway/distributions/arrivals"
)

// mapArrivals are streams as one Markovian arrival process, in 32 digits: d0
// are the rates between phases without an arrival, d1 with one, and marks[k]
// the part of d1 that is of class k.
type mapArrivals struct {
	d0, d1 *wideMatrix
	marks  []*wideMatrix
}

// mapAtoms are atoms at zero that are taken for rounding.
const mapAtoms = 1e-12

// arrivalMAP is the superposition of all streams of the classes, whose phases
// are those of the single streams side by side; the string says what keeps
// them from being one.
func arrivalMAP(classes []class) (*mapArrivals, string) {
	var all *mapArrivals
	for k, c := range classes {
		for _, s := range c.streams {
			one, obstacle := streamMAP(s)
			if obstacle != "" {
				return nil, obstacle
			}
			one.marks = make([]*wideMatrix, len(classes))
			one.marks[k] = one.d1
			if all = all.with(one); all.d0.rows > mapPhaseLimit {
				return nil, fmt.Sprintf("the superposed arrivals have more than %d phases", mapPhaseLimit)
			}
		}
	}
	return all, ""
}

// streamMAP is one stream.
func streamMAP(s Stream) (*mapArrivals, string) {
	if isPoisson(s.Process) {
		rate := processRate(s.Process)
		m := &mapArrivals{d0: newWide(1, 1, true), d1: newWide(1, 1, true)}
		m.d1.set(0, 0, rate)
		m.d0.balance(m.d1)
		return m, ""
	}
	switch p := s.Process.(type) {
	case arrivals.MAP:
		return markedMAP(p), ""
	case interface{ AsMAP() (arrivals.MAP, bool) }:
		if m, ok := p.AsMAP(); ok && m.Phases() <= mapPhaseLimit {
			return markedMAP(m), ""
		}
	case arrivals.Renewal:
		gap, obstacle := newPhases(p.Gap)
		if obstacle != "" {
			return nil, "the gaps between arrivals" + ofClass(s) + " are " + obstacle
		}
		m := &mapArrivals{d0: gap.matrix(), d1: gap.exit.times(gap.alpha)}
		m.d0.balance(m.d1)
		return m, ""
	}
	return nil, "the arrivals" + ofClass(s) + " have no finite number of phases, or too many"
}

func markedMAP(p arrivals.MAP) *mapArrivals {
	m := &mapArrivals{d0: wideOf(p.D0(), true), d1: wideOf(p.D1(), true)}
	m.d0.balance(m.d1)
	return m
}

// with is the superposition of two, of which m may be nil for none.
func (m *mapArrivals) with(o *mapArrivals) *mapArrivals {
	if m == nil {
		return o
	}
	left, right := wideIdentity(m.d0.rows, true), wideIdentity(o.d0.rows, true)
	sum := &mapArrivals{d0: kronSum(m.d0, o.d0), d1: kronSum(m.d1, o.d1), marks: make([]*wideMatrix, len(m.marks))}
	for k := range sum.marks {
		switch a, b := m.marks[k], o.marks[k]; {
		case a != nil && b != nil:
			sum.marks[k] = kronSum(a, b)
		case a != nil:
			sum.marks[k] = a.kron(right)
		case b != nil:
			sum.marks[k] = left.kron(b)
		}
	}
	sum.d0.balance(sum.d1)
	return sum
}

// kronSum is a⊗I + I⊗b.
func kronSum(a, b *wideMatrix) *wideMatrix {
	return a.kron(wideIdentity(b.rows, b.wide())).plus(1, wideIdentity(a.rows, a.wide()).kron(b))
}

// narrow drops the low halves.
func (m *wideMatrix) narrow() *wideMatrix {
	return &wideMatrix{rows: m.rows, cols: m.cols, hi: m.hi}
}

// phaseLaw is a law of phase type, in 32 digits: alpha is a row, exit a column, and
// jump[i][j], j ≠ i, are the rates between phases.
type phaseLaw struct{ alpha, jump, exit *wideMatrix }

// newPhases is a law as one of phase type; the string says what else it is.
func newPhases(d distributions.Distribution) (*phaseLaw, string) {
	if e, ok := asExponential(d); ok {
		l := &phaseLaw{wideOnes(1, true), newWide(1, 1, true), newWide(1, 1, true)}
		l.exit.set(0, 0, exponentialRate(e))
		return l, ""
	}
	if e, ok := asErlang(d); ok {
		d = e
	}
	p, ok := distributions.AsPhaseType(d)
	if !ok {
		return nil, lawName(d) + ", which has no finite number of phases"
	}
	alpha, matrix := p.Alpha(), p.Matrix()
	n := len(alpha)
	if n > mapPhaseLimit {
		return nil, fmt.Sprintf("of %d phases, more than %d", n, mapPhaseLimit)
	}
	l := &phaseLaw{wideOf([][]float64{alpha}, true), wideOf(matrix, true), newWide(n, 1, true)}
	total := l.alpha.total()
	if math.Abs(total.hi-1) > mapAtoms {
		return nil, fmt.Sprintf("zero with a probability of %.3g", 1-total.hi)
	}
	l.alpha = l.alpha.by(pair{hi: 1}.dividedBy(total))
	for i := range n {
		var sum pair
		for j := range n {
			sum = sum.plus(l.jump.at(i, j))
		}
		// a difference this small is rounding of the rates in the row
		if -sum.hi > 1e-14*-matrix[i][i] {
			l.exit.set(i, 0, pair{-sum.hi, -sum.lo})
		}
		l.jump.set(i, i, pair{})
	}
	return l, ""
}

// exponentialRate keeps the digits of a rate that was given as a mean.
func exponentialRate(e distributions.Exponential) pair {
	if e.ByRate() {
		return pair{hi: e.Rate()}
	}
	return pair{hi: 1}.over(e.Mean())
}

// phases is the number of phases.
func (l *phaseLaw) phases() int { return l.alpha.cols }

// matrix is that of the rates before absorption.
func (l *phaseLaw) matrix() *wideMatrix {
	m := l.jump.clone()
	m.balance(l.exit)
	return m
}

// occupancies are, for each number n of busy servers up to c, the ways in which
// they can be spread over the phases of service: lists of how many are in
// which phase.
type occupancies struct {
	lists [][][]int
	index []map[string]int
}

// newOccupancies lists them all for n up to c.
func newOccupancies(phases, c int) *occupancies {
	o := &occupancies{make([][][]int, c+1), make([]map[string]int, c+1)}
	for n := range c + 1 {
		o.index[n] = map[string]int{}
		spread(make([]int, phases), 0, n, func(list []int) {
			o.index[n][occupancyKey(list)] = len(o.lists[n])
			o.lists[n] = append(o.lists[n], append([]int(nil), list...))
		})
	}
	return o
}

// spread calls found for each way to spread n over the elements from at on.
func spread(list []int, at, n int, found func([]int)) {
	if at == len(list)-1 {
		list[at] = n
		found(list)
		return
	}
	for i := n; i >= 0; i-- {
		list[at] = i
		spread(list, at+1, n-i, found)
	}
}

func occupancyKey(list []int) string {
	b := make([]byte, 0, 4*len(list))
	for _, v := range list {
		b = append(b, byte(v), byte(v>>8), byte(v>>16), byte(v>>24))
	}
	return string(b)
}

// moved is the position of the list with one less in from and one more in to;
// −1 is neither.
func (o *occupancies) moved(list []int, n, from, to int) int {
	next := append([]int(nil), list...)
	if from >= 0 {
		next[from]--
		n--
	}
	if to >= 0 {
		next[to]++
		n++
	}
	return o.index[n][occupancyKey(next)]
}

// countOccupancies is how many lists there are for n servers, or limit+1 where they
// are more than limit.
func countOccupancies(phases, n, limit int) int {
	count := 1.0
	for i := 1; i < phases; i++ {
		count *= float64(n+i) / float64(i)
		if count > float64(limit) {
			return limit + 1
		}
	}
	return int(math.Round(count))
}
