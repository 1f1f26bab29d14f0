// Package backlog holds the tasks that wait for a server, in the order of a
// discipline that is not preemptive. A task is known by a small number, its
// place in the caller's own table.
package backlog

// Order is which of the waiting tasks is served next.
type Order int

// The orders.
const (
	FIFO     Order = iota // the one that has waited longest
	LIFO                  // the one that has waited least
	Random                // any, with equal probability
	Shortest              // the one whose service is shortest; of equals, the one that came first
	Lanes                 // of the first lane that is not empty, the one that came first: priorities
	InTurn                // one of each lane in turn: fair to classes
)

// Backlog is the tasks that wait. They can leave from anywhere in it. Nothing
// is allocated but when it grows beyond its largest size so far.
type Backlog struct {
	order Order
	n     int
	age   chain // all of them, oldest first
	lanes []chain
	lane  []int32 // of each task
	turn  int     // lane that was served last
	bag   bag
	heap  heap
}

// New is an empty backlog; lanes is how many there are, of Lanes and InTurn.
func New(order Order, lanes int) *Backlog {
	b := &Backlog{order: order, age: newChain(), turn: lanes - 1}
	for range lanes {
		b.lanes = append(b.lanes, newChain())
	}
	return b
}

// Len is how many tasks wait.
func (b *Backlog) Len() int { return b.n }

// Push adds a task that is not in the backlog; lane is from 0 up and matters
// for Lanes and InTurn, size for Shortest.
func (b *Backlog) Push(task int32, lane int, size float64) {
	b.n++
	b.age.push(task)
	switch b.order {
	case Random:
		b.bag.push(task)
	case Shortest:
		b.heap.push(task, size)
	case Lanes, InTurn:
		for int(task) >= len(b.lane) {
			b.lane = append(b.lane, 0)
		}
		b.lane[task] = int32(lane)
		b.lanes[lane].push(task)
	}
}

// Oldest is the task that has waited longest; the backlog must not be empty.
func (b *Backlog) Oldest() int32 { return b.age.first }

// Pop removes the task that is served next and returns it; the backlog must not
// be empty. uniform gives a number in [0, 1), and is called for Random alone.
func (b *Backlog) Pop(uniform func() float64) int32 {
	task := b.next(uniform)
	b.Remove(task)
	return task
}

func (b *Backlog) next(uniform func() float64) int32 {
	switch b.order {
	case LIFO:
		return b.age.last
	case Random:
		return b.bag.items[int(uniform()*float64(len(b.bag.items)))]
	case Shortest:
		return b.heap.items[0].task
	case Lanes:
		return b.firstFrom(0)
	case InTurn:
		return b.firstFrom(b.turn + 1)
	}
	return b.age.first
}

// firstFrom is the oldest task of the first lane from a given one on that has
// any, round and round.
func (b *Backlog) firstFrom(lane int) int32 {
	for i := range b.lanes {
		at := (lane + i) % len(b.lanes)
		if c := &b.lanes[at]; c.first >= 0 {
			b.turn = at
			return c.first
		}
	}
	return -1
}

// Remove takes a task out that is in the backlog.
func (b *Backlog) Remove(task int32) {
	b.n--
	b.age.remove(task)
	switch b.order {
	case Random:
		b.bag.remove(task)
	case Shortest:
		b.heap.remove(task)
	case Lanes, InTurn:
		b.lanes[b.lane[task]].remove(task)
	}
}
