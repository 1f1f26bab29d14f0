package sim

// task is a task between emission and the end of its service. It is four words:
// as many as the compiler keeps in registers, where a larger value would go by
// way of the stack, in pieces of one size that are read back in pieces of
// another, which stalls the processor.
type task struct {
	time    float64 // when it reaches admission; in service, how long it has waited
	delay   float64 // network delay that it had; where there is no network, the time to the next arrival
	service float64 // time that its service takes
	mark
}

// mark is what identifies a task: from the lowest bit up, whether it is counted
// (it arrived in the window of measurement), its class and its number in the
// order of emission.
type mark uint64

const counted mark = 1

// maxClasses is how many classes a mark can tell apart.
const (
	classBits  = 15
	maxClasses = 1 << classBits
)

func newMark(id int64, class int32) mark {
	return mark(id)<<(classBits+1) | mark(class)<<1
}

func (m mark) counted() bool  { return m&counted != 0 }
func (m mark) pending() int64 { return int64(m & counted) } // 1 where counted
func (m mark) class() int32   { return int32(m >> 1 & (maxClasses - 1)) }
func (m mark) id() int64      { return int64(m >> (classBits + 1)) }

// ring is a first-come-first-served queue that grows by doubling and keeps
// its memory. Its zero value is empty.
type ring[T any] struct {
	items []T // length a power of two, or zero
	head  int
	n     int
}

func (r *ring[T]) len() int { return r.n }

func (r *ring[T]) push(x T) {
	if r.n == len(r.items) {
		r.grow()
	}
	r.items[(r.head+r.n)&(len(r.items)-1)] = x
	r.n++
}

// at is the item that i others are before; the ring must have more than i.
func (r *ring[T]) at(i int) T { return r.items[(r.head+i)&(len(r.items)-1)] }

// front is the oldest item; the ring must not be empty.
func (r *ring[T]) front() *T { return &r.items[r.head] }

// drop removes the oldest item; the ring must not be empty.
func (r *ring[T]) drop() { r.skip(1) }

// pop removes the oldest item; the ring must not be empty.
func (r *ring[T]) pop() T {
	x := r.items[r.head]
	r.drop()
	return x
}

// append adds items, oldest first.
func (r *ring[T]) append(xs []T) {
	r.reserve(len(xs))
	at := (r.head + r.n) & (len(r.items) - 1)
	copied := copy(r.items[at:], xs)
	copy(r.items, xs[copied:])
	r.n += len(xs)
}

// copy copies the len(dst) oldest items; the ring must have as many.
func (r *ring[T]) copy(dst []T) {
	copied := copy(dst, r.items[r.head:])
	copy(dst[copied:], r.items)
}

// skip removes the n oldest items; the ring must have as many.
func (r *ring[T]) skip(n int) {
	r.head = (r.head + n) & (len(r.items) - 1)
	r.n -= n
}

// reserve makes room for n more items.
func (r *ring[T]) reserve(n int) {
	for r.n+n > len(r.items) {
		r.grow()
	}
}

func (r *ring[T]) grow() {
	items := make([]T, max(16, 2*len(r.items)))
	copied := copy(items, r.items[r.head:])
	copy(items[copied:], r.items[:r.head])
	r.items, r.head = items, 0
}

// pool hands out places for values that leave in any order. Its zero value is
// empty.
type pool[T any] struct {
	items []T
	free  []int32
}

// place hands out a place, whatever is still in it.
func (p *pool[T]) place() int32 {
	if n := len(p.free); n > 0 {
		i := p.free[n-1]
		p.free = p.free[:n-1]
		return i
	}
	var zero T
	p.items = append(p.items, zero)
	return int32(len(p.items) - 1)
}

// put stores x and returns its place.
func (p *pool[T]) put(x T) int32 {
	i := p.place()
	p.items[i] = x
	return i
}

// take returns what is at a place and frees the place.
func (p *pool[T]) take(i int32) T {
	p.release(i)
	return p.items[i]
}

// release frees a place.
func (p *pool[T]) release(i int32) { p.free = append(p.free, i) }

// used is the number of values that are stored.
func (p *pool[T]) used() int { return len(p.items) - len(p.free) }
