package backlog

// chain is a doubly linked list of tasks.
type chain struct {
	first, last int32 // -1 where it is empty
	links       []link
}

type link struct{ before, after int32 }

func newChain() chain { return chain{first: -1, last: -1} }

func (c *chain) push(task int32) {
	for int(task) >= len(c.links) {
		c.links = append(c.links, link{})
	}
	c.links[task] = link{c.last, -1}
	if c.last >= 0 {
		c.links[c.last].after = task
	} else {
		c.first = task
	}
	c.last = task
}

func (c *chain) remove(task int32) {
	l := c.links[task]
	if l.before >= 0 {
		c.links[l.before].after = l.after
	} else {
		c.first = l.after
	}
	if l.after >= 0 {
		c.links[l.after].before = l.before
	} else {
		c.last = l.before
	}
}

// bag is a set of tasks of which any can be picked.
type bag struct {
	items []int32
	place []int32 // of each task in items
}

func (b *bag) push(task int32) {
	for int(task) >= len(b.place) {
		b.place = append(b.place, 0)
	}
	b.place[task] = int32(len(b.items))
	b.items = append(b.items, task)
}

func (b *bag) remove(task int32) {
	n := len(b.items) - 1
	at, last := b.place[task], b.items[n]
	b.items[at], b.place[last] = last, at
	b.items = b.items[:n]
}

// heap is a binary heap of tasks by size, and of equal sizes by the order in
// which they came.
type heap struct {
	items []sized
	place []int32
	next  uint64
}

type sized struct {
	size  float64
	order uint64
	task  int32
}

func (s sized) before(o sized) bool {
	return s.size < o.size || s.size == o.size && s.order < o.order
}

func (h *heap) push(task int32, size float64) {
	for int(task) >= len(h.place) {
		h.place = append(h.place, 0)
	}
	x := sized{size, h.next, task}
	h.next++
	h.items = append(h.items, x)
	h.up(len(h.items)-1, x)
}

func (h *heap) remove(task int32) {
	i, n := int(h.place[task]), len(h.items)-1
	last := h.items[n]
	h.items = h.items[:n]
	if i == n {
		return
	}
	if i > 0 && last.before(h.items[(i-1)/2]) {
		h.up(i, last)
		return
	}
	h.down(i, last)
}

func (h *heap) put(i int, x sized) { h.items[i], h.place[x.task] = x, int32(i) }

func (h *heap) up(i int, x sized) {
	for i > 0 && x.before(h.items[(i-1)/2]) {
		h.put(i, h.items[(i-1)/2])
		i = (i - 1) / 2
	}
	h.put(i, x)
}

func (h *heap) down(i int, x sized) {
	for {
		child := 2*i + 1
		if child >= len(h.items) {
			break
		}
		if child+1 < len(h.items) && h.items[child+1].before(h.items[child]) {
			child++
		}
		if !h.items[child].before(x) {
			break
		}
		h.put(i, h.items[child])
		i = child
	}
	h.put(i, x)
}
