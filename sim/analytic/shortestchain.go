package analytic

import "sort"

// shape is lengths of queues above the shortest, ascending; the first is 0.
type shape [shortestServers]int8

// move is a step to a shape of the next level up or down.
type move struct {
	to     uint16
	above  int8  // the queue that changes is so much longer than the shortest
	weight uint8 // among weights
}

// steps are the moves from each shape, one after the other. They are held in few
// bytes, for what takes time is to read them.
type steps struct {
	moves   []move
	ends    []int32
	weights [256]float64 // probabilities, or numbers of servers; a few
	kinds   int
}

// add is a move from the last shape.
func (s *steps) add(to uint16, above int8, weight float64) {
	kind := 0
	for kind < s.kinds && s.weights[kind] != weight {
		kind++
	}
	s.weights[kind], s.kinds = weight, max(s.kinds, kind+1)
	s.moves = append(s.moves, move{to, above, uint8(kind)})
}

// of is the moves from the i-th shape.
func (s *steps) of(i int) []move {
	if i == 0 {
		return s.moves[:s.ends[0]]
	}
	return s.moves[s.ends[i-1]:s.ends[i]]
}

// flow adds to y what the shapes from a place on send along their moves, given their
// law; least is 1 where moves of a shortest queue do not count.
func (s *steps) flow(y, law []float64, from int, scale float64, least int8) {
	start := int32(0)
	if from > 0 {
		start = s.ends[from-1]
	}
	for i, x := range law {
		end := s.ends[from+i]
		if x *= scale; x >= shortestNothing {
			for _, m := range s.moves[start:end] {
				if m.above >= least {
					y[m.to] += x * s.weights[m.weight]
				}
			}
		}
		start = end
	}
}

// shapeSet is the shapes whose sum leaves a remainder of n mod c, in order of
// their sums: those at level n are a beginning of it, which leaves the
// shortest queue of length (n − sum)/c.
type shapeSet struct {
	shapes   []shape
	sums     []int
	up, down steps
	leading  []float64 // number of queues that are shortest
}

// shapeChain is the chain of shapes.
type shapeChain struct {
	c, spread int
	load      float64 // a = λ/µ
	// relaxation is by how much of a correction a law is moved, above one: the
	// more, the more slowly the corrections become small.
	relaxation float64
	sets       []shapeSet
	index      []map[shape]uint16
}

func newShapeChain(c, choices, spread int, load float64) *shapeChain {
	k := &shapeChain{c: c, spread: spread, load: load, relaxation: 1 + 0.6*load/float64(c), sets: make([]shapeSet, c), index: make([]map[shape]uint16, c)}
	for i := range k.index {
		k.index[i] = map[shape]uint16{}
	}
	k.enumerate(shape{}, 1, 0)
	for r := range k.sets {
		s := &k.sets[r]
		sort.SliceStable(s.shapes, func(i, j int) bool { return s.shapes[i].sum() < s.shapes[j].sum() })
		for i, v := range s.shapes {
			s.sums = append(s.sums, v.sum())
			k.index[r][v] = uint16(i)
		}
	}
	chance := drawn(c, choices)
	for r := range k.sets {
		k.connect(r, chance)
	}
	return k
}

// enumerate adds all shapes that begin with v[:i].
func (k *shapeChain) enumerate(v shape, i, least int) {
	if i == k.c {
		r := v.sum() % k.c
		k.sets[r].shapes = append(k.sets[r].shapes, v)
		return
	}
	for d := least; d <= k.spread; d++ {
		v[i] = int8(d)
		k.enumerate(v, i+1, d)
	}
}

func (v shape) sum() int {
	sum := 0
	for _, d := range v {
		sum += int(d)
	}
	return sum
}

// drawn is the probability that the shortest queue drawn is the i-th shortest
// of all: the others drawn are among the c − 1 − i longer ones.
func drawn(c, choices int) []float64 {
	chance := make([]float64, c)
	for i := range chance {
		chance[i] = binomial(c-1-i, choices-1) / binomial(c, choices)
	}
	return chance
}

func binomial(n, k int) float64 {
	b := 1.0
	for i := range k {
		b *= float64(n-i) / float64(i+1)
	}
	return b
}

// connect finds the moves from the shapes of a set. What would exceed the
// spread happens to the shortest queue, or the longest, instead.
func (k *shapeChain) connect(r int, chance []float64) {
	s := &k.sets[r]
	above, below := k.index[(r+1)%k.c], k.index[(r+k.c-1)%k.c]
	for _, v := range s.shapes {
		for first := 0; first < k.c; {
			last, weight := first, chance[first]
			for last+1 < k.c && v[last+1] == v[first] {
				last++
				weight += chance[last]
			}
			if weight > 0 {
				at := last
				if int(v[at]) == k.spread {
					at = k.shortestEnd(v)
				}
				s.up.add(above[k.longer(v, at)], v[at], weight)
			}
			at := first
			if first == 0 && int(v[k.c-1]) == k.spread {
				at = k.longestStart(v)
			}
			s.down.add(below[k.shorter(v, at)], v[first], float64(last-first+1))
			if first == 0 {
				s.leading = append(s.leading, float64(last+1))
			}
			first = last + 1
		}
		s.up.ends = append(s.up.ends, int32(len(s.up.moves)))
		s.down.ends = append(s.down.ends, int32(len(s.down.moves)))
	}
}

func (k *shapeChain) shortestEnd(v shape) int {
	i := 0
	for i+1 < k.c && v[i+1] == 0 {
		i++
	}
	return i
}

func (k *shapeChain) longestStart(v shape) int {
	i := k.c - 1
	for i > 0 && v[i-1] == v[k.c-1] {
		i--
	}
	return i
}

// longer is v after an arrival at the i-th queue, the last of its length.
func (k *shapeChain) longer(v shape, i int) shape {
	v[i]++
	return k.levelled(v)
}

// shorter is v after a departure from the i-th, the first of its length.
func (k *shapeChain) shorter(v shape, i int) shape {
	v[i]--
	return k.levelled(v)
}

func (k *shapeChain) levelled(v shape) shape {
	least := v[0]
	for i := range k.c {
		v[i] -= least
	}
	return v
}

// present is how many shapes of a set there are at level n.
func (k *shapeChain) present(n int) int {
	sums := k.sets[n%k.c].sums
	low, high := 0, len(sums)
	for low < high {
		if m := (low + high) / 2; sums[m] <= n {
			low = m + 1
		} else {
			high = m
		}
	}
	return low
}

// busy is the number of busy servers in a shape at level n.
func (k *shapeChain) busy(s *shapeSet, i, n int) float64 {
	if s.sums[i] == n {
		return float64(k.c) - s.leading[i]
	}
	return float64(k.c)
}
