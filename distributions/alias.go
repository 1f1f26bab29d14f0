package distributions

import "math/bits"

// alias draws an index with given probabilities in constant time: Walker,
// "An efficient method for generating discrete random variables with general
// distributions", ACM TOMS 3(3), 1977; tables as in Vose, "A linear algorithm
// for generating random numbers with a given distribution", IEEE TSE 17(9),
// 1991. Each of n equal cells is shared by at most two indices.
type alias struct {
	cells []cell
}

type cell struct {
	cut   uint64 // the cell's own index has this share of it, in 2⁻⁶⁴
	other uint32 // the index that has the rest
}

// newAlias takes probabilities, or weights of any positive finite sum.
func newAlias(weights []float64) alias {
	n := len(weights)
	share := normalised(weights)
	cells := make([]cell, n)
	var small, large []int
	heaviest := 0
	for i := range share {
		if weights[i] > weights[heaviest] {
			heaviest = i
		}
		share[i] *= float64(n)
		cells[i] = cell{^uint64(0), uint32(i)}
		if share[i] < 1 {
			small = append(small, i)
		} else {
			large = append(large, i)
		}
	}
	for len(small) > 0 && len(large) > 0 {
		l, g := small[len(small)-1], large[len(large)-1]
		small = small[:len(small)-1]
		cells[l] = cell{uint64(share[l] * 0x1p64), uint32(g)}
		share[g] -= 1 - share[l]
		if share[g] < 1 {
			large = large[:len(large)-1]
			small = append(small, g)
		}
	}
	// Rounding can use up the large ones a little early. What is small then has
	// a share that is 1 but for rounding, or 0; what it lacks goes to the
	// heaviest, so that an index of weight 0 is never picked.
	for _, l := range small {
		if share[l] < 1 {
			cells[l] = cell{uint64(share[l] * 0x1p64), uint32(heaviest)}
		}
	}
	return alias{cells}
}

// pick maps a uniform 64-bit number to an index: the whole part of n·b/2⁶⁴ is
// the cell, its fraction the place in it. It compiles to a conditional move,
// since which of the two it will be cannot be predicted.
func (a alias) pick(b uint64) int {
	i, place := bits.Mul64(b, uint64(len(a.cells)))
	c := &a.cells[i]
	other := uint64(c.other)
	if place >= c.cut {
		i = other
	}
	return int(i)
}
