package analytic

import (
	"math"
	"sort"
)

// tailPieces is a tail on [0, last end] by polynomials through Gauss points,
// between ends that are chosen such that they are right to tailPieceError of the
// tail, or to a hundredth of that where it is less than 0.01.
type tailPieces struct {
	ends   []float64 // the first is 0
	values [][]float64
	rule   mg1Rule
	tail   func(t float64) float64
}

const (
	tailPieceError = 1e-10
	tailPiecePoint = 14  // Gauss points of a piece
	tailPieceDepth = 46  // halvings of a piece, at a jump
	tailPiecesMost = 500 // pieces
)

// newTailPieces is nil where the tail is not resolved, or is no number. At a
// jump the pieces get so narrow that it does not matter.
func newTailPieces(tail func(t float64) float64, scale, upTo float64) *tailPieces {
	p := &tailPieces{ends: []float64{0}, rule: newMG1Rule(tailPiecePoint), tail: tail}
	for low, high := 0.0, scale*0x1p-8; low < upTo; low, high = high, 2*high {
		high = math.Min(high, upTo)
		if !p.refine(low, high, 0) {
			return nil
		}
	}
	return p
}

// refine adds the pieces of an interval.
func (p *tailPieces) refine(low, high float64, depth int) bool {
	values, ok := p.piece(low, high)
	middle := low + (high-low)/2
	switch {
	case values == nil || len(p.ends) > tailPiecesMost:
		return false
	case ok || depth == tailPieceDepth || middle == low || middle == high:
		p.ends, p.values = append(p.ends, high), append(p.values, values)
		return true
	}
	return p.refine(low, middle, depth+1) && p.refine(middle, high, depth+1)
}

// piece are the values of a piece, nil where one is no number, and whether the
// polynomial is right at other points, the ends among them.
func (p *tailPieces) piece(low, high float64) (values []float64, ok bool) {
	values = make([]float64, len(p.rule.x))
	for i, x := range p.rule.x {
		if values[i] = p.tail(low + x*(high-low)); math.IsNaN(values[i]) {
			return nil, false
		}
	}
	for _, x := range [...]float64{0, 0.13, 0.5, 0.79, 1} {
		v := p.tail(low + x*(high-low))
		if !(math.Abs(p.rule.value(values, x)-v) <= tailPieceError*math.Max(v, 0.01)) {
			return values, false
		}
	}
	return values, true
}

// at is the tail at t, nothing beyond the last end.
func (p *tailPieces) at(t float64) float64 {
	i := sort.SearchFloat64s(p.ends, t)
	if t == 0 || i == len(p.ends) || p.ends[i] == t {
		return p.tail(t)
	}
	return p.in(i-1, t)
}

// in is the tail at t, which is in a piece.
func (p *tailPieces) in(piece int, t float64) float64 {
	if piece = max(piece, 0); piece >= len(p.values) {
		return p.tail(t)
	}
	low, high := p.ends[piece], p.ends[piece+1]
	return p.rule.value(p.values[piece], (t-low)/(high-low))
}
