package sim

// crowd is how many tasks of a class are in the system, and for how long in all,
// where it is known on a task's arrival when it will leave. Who has left is found
// out only when there may be more than ever: the number that is short of the
// largest so far can come unseen.
type crowd struct {
	ends []float64 // of the tasks that had not left when it was last looked
	most int
	free int     // tasks that can come before there may be more than ever
	area float64 // time in the system of all tasks together, up to their ends
}

// begin starts a window at now.
func (c *crowd) begin(now float64) {
	c.leave(now)
	c.most, c.free, c.area = len(c.ends), 0, c.left(now)
}

// pass takes tasks in the order of arrival.
func (c *crowd) pass(offers, starts, services []float64) {
	n := len(offers)
	starts, services = starts[:n], services[:n]
	spent := 0.0
	for i, t := range offers {
		if c.free == 0 {
			c.leave(t)
			c.most = max(c.most, len(c.ends)+1)
			c.free = c.most - len(c.ends)
		}
		c.free--
		end := starts[i] + services[i]
		c.ends = append(c.ends, end)
		spent += end - t
	}
	c.area += spent
}

// leave takes out the tasks that end by now.
func (c *crowd) leave(now float64) {
	n, t := 0, key(now)
	for _, e := range c.ends {
		c.ends[n] = e
		n += int(uint64(t-key(e)) >> 63) // 1 where it ends later
	}
	c.ends = c.ends[:n]
}

// left is how long all tasks together are still in the system.
func (c *crowd) left(now float64) float64 {
	sum := 0.0
	for _, e := range c.ends {
		sum += e - now
	}
	return sum
}

// level is the number in the system in the window up to now, and how many are
// there now.
func (c *crowd) level(now float64) (l Level, present int) {
	c.leave(now)
	return Level{c.area - c.left(now), c.most}, len(c.ends)
}
