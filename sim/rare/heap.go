package rare

// keyed is an element of a heap.
type keyed interface{ key() float64 }

// heap is a binary heap: the element of the least key is the first.
type heap[T keyed] []T

func (h *heap[T]) push(x T) {
	q := append(*h, x)
	i := len(q) - 1
	for i > 0 {
		up := (i - 1) / 2
		if q[up].key() <= x.key() {
			break
		}
		q[i], i = q[up], up
	}
	q[i] = x
	*h = q
}

// pop takes the first out.
func (h *heap[T]) pop() T {
	q := *h
	first, last := q[0], q[len(q)-1]
	*h = q[:len(q)-1]
	if len(*h) > 0 {
		h.sink(0, last)
	}
	return first
}

// replace puts x in the place of the first.
func (h *heap[T]) replace(x T) { h.sink(0, x) }

// sink puts x where it belongs, at i or below.
func (h *heap[T]) sink(i int, x T) {
	q := *h
	for {
		child := 2*i + 1
		if child >= len(q) {
			break
		}
		if child+1 < len(q) && q[child+1].key() < q[child].key() {
			child++
		}
		if x.key() <= q[child].key() {
			break
		}
		q[i], i = q[child], child
	}
	q[i] = x
}

// order makes a heap of elements in any order.
func (h *heap[T]) order() {
	for i := len(*h)/2 - 1; i >= 0; i-- {
		h.sink(i, (*h)[i])
	}
}

// instant is a time.
type instant float64

func (t instant) key() float64 { return float64(t) }

// service is one that goes on.
type service struct {
	end, start float64
	stream     int32
}

func (s service) key() float64 { return s.end }

// traveler is a task on the network.
type traveler struct {
	arrives, delay float64
	stream         int32
}

func (x traveler) key() float64 { return x.arrives }
