package sim

import "math/bits"

// tree is a winner tree (Knuth, "The Art of Computer Programming" 3, section
// 5.4.1) over the times when servers are free: a node holds the earlier of its
// two children, and which leaf it comes from. Only the path from a changed leaf
// to the root is played again, without a branch on the times.
type tree struct {
	nodes   []node // 2·size of them, the root at 1, leaves from size on
	size    int    // a power of two
	servers int
}

type node struct {
	key  int64
	leaf int // that the key comes from
}

func newTree(servers int) tree {
	size := 1 << bits.Len(uint(servers-1))
	t := tree{nodes: make([]node, 2*size), size: size, servers: servers}
	for i := range size {
		t.nodes[size+i].leaf = size + i
		if i >= servers {
			t.nodes[size+i].key = never
		}
	}
	for i := size - 1; i >= 1; i-- {
		t.nodes[i] = t.nodes[2*i]
	}
	return t
}

// free is when a server is free.
func (t *tree) free(server int) int64 { return t.nodes[t.size+server].key }

// serve is a kernel, as those of few servers.
func (t *tree) serve(idle float64, offers, services, starts, waits []float64) float64 {
	n := len(offers)
	services, starts, waits = services[:n], starts[:n], waits[:n]
	nodes := t.nodes
	for i, at := range offers {
		first := nodes[1].key
		s := instant(max(first, key(at)))
		starts[i] = s
		waits[i] = s - at
		idle += s - instant(first)
		leaf := nodes[1].leaf
		best, child := key(s+services[i]), leaf
		nodes[child].key = best
		for child > 1 {
			rival := &nodes[child^1]
			r, whose := rival.key, rival.leaf
			if r < best {
				leaf = whose
			}
			best = min(best, r)
			child >>= 1
			nodes[child] = node{best, leaf}
		}
	}
	return idle
}
