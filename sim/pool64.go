package sim

import "math"

// sortedServers is the largest number of servers that is kept as a sorted
// vector, and by events in places; more are kept as a tree.
const sortedServers = 16

// pool64 is c servers, each known by when it is free. The times are kept as
// the bits of the floats: of floats that are not negative the bits order as
// integers, and the minimum of integers is computed without a branch.
type pool64 struct {
	servers int
	sorted  []int64 // ascending, where there are few; 1, 4, 8 or 16 of them, the rest never free
	tree    tree
	idle    float64 // time that servers were idle before a task took them
	most    int     // largest number of busy servers in the window
}

// never is later than any time.
const never = math.MaxInt64

func newPool(servers int) pool64 {
	p := pool64{servers: servers}
	if servers > sortedServers {
		p.tree = newTree(servers)
		return p
	}
	size := 1
	for _, s := range []int{4, 8, 16} {
		if size < servers {
			size = s
		}
	}
	p.sorted = make([]int64, size)
	for i := servers; i < size; i++ {
		p.sorted[i] = never
	}
	return p
}

func key(t float64) int64     { return int64(math.Float64bits(t)) }
func instant(k int64) float64 { return math.Float64frombits(uint64(k)) }

// serve gives each task the server that is free first.
func (p *pool64) serve(offers, services, starts, waits []float64) {
	n := len(offers)
	services, starts, waits = services[:n], starts[:n], waits[:n]
	for p.most < p.servers && n > 0 {
		// Until all servers are busy at once for the first time, the busy ones are
		// counted, but only when there may be more of them than ever: a task adds
		// one at the most.
		busy := p.busy(offers[0], 0)
		k := min(max(p.most-busy, 1), n)
		p.serveAll(offers[:k], services[:k], starts[:k], waits[:k])
		p.most = max(p.most, busy+1)
		offers, services, starts, waits = offers[k:], services[k:], starts[k:], waits[k:]
		n -= k
	}
	p.serveAll(offers, services, starts, waits)
}

func (p *pool64) serveAll(offers, services, starts, waits []float64) {
	switch len(p.sorted) {
	case 0:
		p.idle = p.tree.serve(p.idle, offers, services, starts, waits)
	case 1:
		p.idle = serve1((*[1]int64)(p.sorted), p.idle, offers, services, starts, waits)
	case 4:
		p.idle = serve4((*[4]int64)(p.sorted), p.idle, offers, services, starts, waits)
	case 8:
		p.idle = serve8((*[8]int64)(p.sorted), p.idle, offers, services, starts, waits)
	default:
		p.idle = serve16((*[16]int64)(p.sorted), p.idle, offers, services, starts, waits)
	}
}

// free is when a server is free.
func (p *pool64) free(server int) int64 {
	if p.sorted != nil {
		return p.sorted[server]
	}
	return p.tree.free(server)
}

// busy is the number of servers that work at a time at which some tasks wait:
// all of them if any does.
func (p *pool64) busy(now float64, waiting int) int {
	if waiting > 0 {
		return p.servers
	}
	n, t := 0, key(now)
	for i := range p.servers {
		n += int(uint64(t-p.free(i)) >> 63) // 1 where it is free later
	}
	return n
}

// idleTo is the time that all servers together have idled up to now.
func (p *pool64) idleTo(now float64) float64 {
	sum := p.idle
	for i := range p.servers {
		sum += max(0, now-instant(p.free(i)))
	}
	return sum
}

// last is when the last server is free.
func (p *pool64) last() float64 {
	last := int64(0)
	for i := range p.servers {
		last = max(last, p.free(i))
	}
	return instant(last)
}

// finite says that the clock has not run out of numbers: no server is free only
// at infinity, or, of many servers, not all are.
func (p *pool64) finite(lastStart float64) bool {
	if p.sorted != nil {
		return p.last() <= math.MaxFloat64
	}
	return lastStart <= math.MaxFloat64
}

// begin starts a window.
func (p *pool64) begin(now float64, waiting int) { p.most = p.busy(now, waiting) }

// A kernel takes tasks in the order of arrival and returns the idle time of the
// servers, added to what it is given. s, the start, is the later of the arrival
// and the first time at which a server is free; the server that is free first
// is free again at x.

// serve1 computes with negative times: of floats, the minimum is cheaper than
// the maximum, and of one server alone, cheaper than a detour by integers.
func serve1(f *[1]int64, idle float64, offers, services, starts, waits []float64) float64 {
	n := len(offers)
	services, starts, waits = services[:n], starts[:n], waits[:n]
	g := -instant(f[0])
	for i, t := range offers {
		m := min(g, -t)
		starts[i] = -m
		waits[i] = -m - t
		idle += g - m
		g = m - services[i]
	}
	f[0] = key(-g)
	return idle
}

func serve4(f *[4]int64, idle float64, offers, services, starts, waits []float64) float64 {
	n := len(offers)
	services, starts, waits = services[:n], starts[:n], waits[:n]
	f0, f1, f2, f3 := f[0], f[1], f[2], f[3]
	for i, t := range offers {
		s := instant(max(f0, key(t)))
		starts[i] = s
		waits[i] = s - t
		idle += s - instant(f0)
		x := key(s + services[i])
		f0, x = min(f1, x), max(f1, x)
		f1, x = min(f2, x), max(f2, x)
		f2, f3 = min(f3, x), max(f3, x)
	}
	f[0], f[1], f[2], f[3] = f0, f1, f2, f3
	return idle
}

func serve8(f *[8]int64, idle float64, offers, services, starts, waits []float64) float64 {
	n := len(offers)
	services, starts, waits = services[:n], starts[:n], waits[:n]
	f0, f1, f2, f3, f4, f5, f6, f7 := f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7]
	for i, t := range offers {
		s := instant(max(f0, key(t)))
		starts[i] = s
		waits[i] = s - t
		idle += s - instant(f0)
		x := key(s + services[i])
		f0, x = min(f1, x), max(f1, x)
		f1, x = min(f2, x), max(f2, x)
		f2, x = min(f3, x), max(f3, x)
		f3, x = min(f4, x), max(f4, x)
		f4, x = min(f5, x), max(f5, x)
		f5, x = min(f6, x), max(f6, x)
		f6, f7 = min(f7, x), max(f7, x)
	}
	*f = [8]int64{f0, f1, f2, f3, f4, f5, f6, f7}
	return idle
}

func serve16(f *[16]int64, idle float64, offers, services, starts, waits []float64) float64 {
	n := len(offers)
	services, starts, waits = services[:n], starts[:n], waits[:n]
	for i, t := range offers {
		s := instant(max(f[0], key(t)))
		starts[i] = s
		waits[i] = s - t
		idle += s - instant(f[0])
		x := key(s + services[i])
		for k := 1; k < 16; k++ {
			f[k-1], x = min(f[k], x), max(f[k], x)
		}
		f[15] = x
	}
	return idle
}
