package sim

import "math"

// tasks are some tasks in the order of their arrival.
type tasks struct{ epochs, offers, services, starts, waits []float64 }

// part is tasks from..to of them.
func (t *tasks) part(from, to int) tasks {
	return tasks{t.epochs[from:to], t.offers[from:to], t.services[from:to], t.starts[from:to], t.waits[from:to]}
}

// room is memory for the tasks of a block.
type room struct{ epochs, offers, services, starts, waits [blockSize]float64 }

func (r *room) tasks() tasks {
	return tasks{r.epochs[:], r.offers[:], r.services[:], r.starts[:], r.waits[:]}
}

// queued is memory for the tasks of a block that wait.
type queued struct{ offers, starts, waits [blockSize]float64 }

// gather copies those of some tasks that wait. It is done without a branch:
// whether a task waits is as good as random. No wait is minus zero, which would
// count.
func (q *queued) gather(t tasks) tasks {
	n := uint(0)
	offers, starts := t.offers[:len(t.waits)], t.starts[:len(t.waits)]
	for i, w := range t.waits {
		k := n % blockSize
		q.offers[k], q.starts[k], q.waits[k] = offers[i], starts[i], w
		n += uint(-math.Float64bits(w) >> 63) // 1 where w > 0
	}
	return tasks{offers: q.offers[:n], starts: q.starts[:n], waits: q.waits[:n]}
}

// sorter puts the tasks of a block in the order of their classes.
type sorter struct {
	room
	ends  []int32 // of the classes' tasks in room, by class
	found []int32 // the classes that are in the block
}

// sort copies tasks of some classes into room, those of each class together and
// in the order in which they were.
func (s *sorter) sort(t tasks, classes []int32) {
	for _, k := range s.found {
		s.ends[k] = 0
	}
	s.found = s.found[:0]
	for _, k := range classes {
		if s.ends[k] == 0 {
			s.found = append(s.found, k)
		}
		s.ends[k]++
	}
	at := int32(0)
	for _, k := range s.found {
		s.ends[k], at = at, at+s.ends[k]
	}
	for i, k := range classes {
		to := s.ends[k]
		s.ends[k]++
		s.epochs[to], s.offers[to], s.services[to] = t.epochs[i], t.offers[i], t.services[i]
		s.starts[to], s.waits[to] = t.starts[i], t.waits[i]
	}
}
