package sim

// crowd is how many tasks of a class are in the system, and for how long they are
// in service in all, where it is known on a task's arrival when its service begins
// and ends. Who has begun and who has left is found out only when there may be
// more tasks than ever: the number that is short of the largest so far can come
// unseen. To find out costs no more than there are servers, however long the queue
// is, and once for each task.
type crowd struct {
	ahead ring[span] // of the tasks that had not begun when it was last looked
	ends  []float64  // of the services that were under way then
	most  int        // tasks in the system
	free  int        // tasks that can come before there may be more than ever
	area  float64    // time in service, up to the ends, of all tasks that have begun
}

// span is a service.
type span struct{ start, end float64 }

// begin starts a window at now.
func (c *crowd) begin(now float64) {
	c.look(now)
	c.most, c.free, c.area = c.present(), 0, c.left(now)
}

// pass takes tasks in the order of arrival.
func (c *crowd) pass(offers, starts, services []float64) {
	n := len(offers)
	starts, services = starts[:n], services[:n]
	for i, t := range offers {
		if c.free == 0 {
			c.look(t)
			c.most = max(c.most, c.present()+1)
			c.free = c.most - c.present()
		}
		c.free--
		c.ahead.push(span{starts[i], starts[i] + services[i]})
	}
}

// look finds out who is in service now.
func (c *crowd) look(now float64) {
	for c.ahead.len() > 0 && c.ahead.front().start <= now {
		s := c.ahead.pop()
		c.area += s.end - s.start
		c.ends = append(c.ends, s.end)
	}
	n, t := 0, key(now)
	for _, e := range c.ends {
		c.ends[n] = e
		n += int(uint64(t-key(e)) >> 63) // 1 where it ends later
	}
	c.ends = c.ends[:n]
}

// present is the number of tasks in the system, as it was when it was last looked
// and with those that have come since.
func (c *crowd) present() int { return c.ahead.len() + len(c.ends) }

// left is how long the services that are under way go on, all together.
func (c *crowd) left(now float64) float64 {
	sum := 0.0
	for _, e := range c.ends {
		sum += e - now
	}
	return sum
}

// level is the time in service in the window up to now and the most tasks in the
// system.
func (c *crowd) level(now float64) Level {
	c.look(now)
	return Level{c.area - c.left(now), c.most}
}
