package backlog_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"spillway/sim/internal/backlog"
)

type waiting struct {
	task int32
	lane int
	size float64
}

// model is a backlog kept as a plain list, oldest first.
type model struct {
	order backlog.Order
	lanes int
	turn  int
	list  []waiting
}

// next is the place in the list of the task that is served next.
func (m *model) next(u float64, bag []int32) int {
	first := func(ok func(w waiting) bool) int { return slices.IndexFunc(m.list, ok) }
	switch m.order {
	case backlog.LIFO:
		return len(m.list) - 1
	case backlog.Random:
		return first(func(w waiting) bool { return w.task == bag[int(u*float64(len(bag)))] })
	case backlog.Shortest:
		best := 0
		for i, w := range m.list {
			if w.size < m.list[best].size {
				best = i
			}
		}
		return best
	case backlog.Lanes, backlog.InTurn:
		from := 0
		if m.order == backlog.InTurn {
			from = m.turn + 1
		}
		for i := range m.lanes {
			lane := (from + i) % m.lanes
			if at := first(func(w waiting) bool { return w.lane == lane }); at >= 0 {
				m.turn = lane
				return at
			}
		}
	}
	return 0
}

// TestAgainstList pushes, pops and removes at random, and compares every order
// with a plain list.
func TestAgainstList(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		order := backlog.Order(rapid.IntRange(int(backlog.FIFO), int(backlog.InTurn)).Draw(t, "order"))
		m := &model{order: order, lanes: 3, turn: 2}
		b := backlog.New(order, 3)
		var bag []int32 // what a random pick is made from: the last one fills a gap
		take := func(task int32) {
			at := slices.Index(bag, task)
			bag[at] = bag[len(bag)-1]
			bag = bag[:len(bag)-1]
		}
		for range rapid.IntRange(1, 150).Draw(t, "steps") {
			task := int32(rapid.IntRange(0, 9).Draw(t, "task"))
			at := slices.IndexFunc(m.list, func(w waiting) bool { return w.task == task })
			switch action := rapid.IntRange(0, 3).Draw(t, "action"); {
			case action <= 1 && at < 0:
				w := waiting{task, rapid.IntRange(0, 2).Draw(t, "lane"), float64(rapid.IntRange(0, 3).Draw(t, "size"))}
				b.Push(w.task, w.lane, w.size)
				m.list, bag = append(m.list, w), append(bag, task)
			case action == 2 && at >= 0:
				b.Remove(task)
				m.list = slices.Delete(m.list, at, at+1)
				take(task)
			case action == 3 && len(m.list) > 0:
				u := rapid.Float64Range(0, 0.999).Draw(t, "u")
				i := m.next(u, bag)
				want := m.list[i].task
				if got := b.Pop(func() float64 { return u }); got != want {
					t.Fatalf("popped %d, want %d of %+v", got, want, m.list)
				}
				m.list = slices.Delete(m.list, i, i+1)
				take(want)
			}
			if b.Len() != len(m.list) {
				t.Fatalf("%d wait, want %d", b.Len(), len(m.list))
			}
			if len(m.list) > 0 && b.Oldest() != m.list[0].task {
				t.Fatalf("the oldest is %d, want %d", b.Oldest(), m.list[0].task)
			}
		}
	})
}
