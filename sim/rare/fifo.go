package rare

// fifo is a queue that is copied again and again.
type fifo[T any] struct {
	items []T
	head  int
}

func (q *fifo[T]) len() int { return len(q.items) - q.head }

func (q *fifo[T]) first() T { return q.items[q.head] }

func (q *fifo[T]) push(x T) {
	if q.head > len(q.items)/2 && q.head > 32 { // the half that has left makes room
		q.items = append(q.items[:0], q.items[q.head:]...)
		q.head = 0
	}
	q.items = append(q.items, x)
}

func (q *fifo[T]) pop() T {
	q.head++
	return q.items[q.head-1]
}

func (q *fifo[T]) assume(of *fifo[T]) {
	q.items = append(q.items[:0], of.items[of.head:]...)
	q.head = 0
}
