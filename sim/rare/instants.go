package rare

// instants are a binary heap of times: the earliest is the first.
type instants []float64

func (h *instants) push(x float64) {
	q := append(*h, x)
	i := len(q) - 1
	for i > 0 {
		up := (i - 1) / 2
		if q[up] <= x {
			break
		}
		q[i], i = q[up], up
	}
	q[i] = x
	*h = q
}

// pop takes the earliest out.
func (h *instants) pop() {
	q := *h
	last := q[len(q)-1]
	*h = q[:len(q)-1]
	if len(*h) > 0 {
		h.replace(last)
	}
}

// replace puts x in the place of the earliest.
func (h *instants) replace(x float64) {
	q, i := *h, 0
	for {
		child := 2*i + 1
		if child >= len(q) {
			break
		}
		if child+1 < len(q) && q[child+1] < q[child] {
			child++
		}
		if x <= q[child] {
			break
		}
		q[i], i = q[child], child
	}
	q[i] = x
}
