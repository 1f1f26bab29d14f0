package sim

import (
	"fmt"
	"math"
)

// completions is when the services under way end, and on which server. Those
// that end at one instant come in the order in which they began. Of few servers
// each has a place, and the order of the places is one word: to put a service in
// is to count those that end no later, and to make a gap in the word behind them.
// There is no branch in it on the times, which would be mispredicted every other
// time. Of one server, next says it all; of many, it is an event list.
type completions struct {
	next    float64              // when the first ends; +Inf where none is under way
	few     int                  // number of servers where they have places, 0 elsewhere
	ends    [sortedServers]int64 // of the service in each place
	servers [sortedServers]int32 // in each place
	order   uint64               // of the places, the first to end in the lowest four bits, the idle ones last
	many    EventList
}

func newCompletions(servers int) completions {
	c := completions{next: math.Inf(1)}
	if servers <= sortedServers {
		c.few = servers
		for i := range c.ends {
			c.ends[i] = idle
		}
		for i := range servers {
			c.order |= uint64(i) << (placeBits * i)
		}
	}
	return c
}

const (
	placeBits = 4 // sixteen places
	placeMask = 1<<placeBits - 1

	// idle is the end of what is not under way: the key of +Inf.
	idle = 0x7ff0_0000_0000_0000
)

// server is the server whose service ends first.
func (c *completions) server() int32 {
	if c.few > 0 {
		return c.servers[c.order&placeMask]
	}
	return c.many.First().Index
}

// replace takes the first completion out and puts another one in.
func (c *completions) replace(t float64, server int32) error {
	if !(t <= math.MaxFloat64) {
		return c.refuse(t)
	}
	switch c.few {
	case 0:
		err := c.many.Replace(t, Completion, server)
		c.next = c.many.Time()
		return err
	case 1:
		c.next, c.servers[0] = t, server
		return nil
	}
	place, others := c.order&placeMask, c.order>>placeBits
	c.servers[place] = server
	c.put(key(t), c.ends[others&placeMask], place, others)
	return nil
}

// put puts an end into a place that is not in the order; first is the earliest
// end of those that are.
func (c *completions) put(end, first int64, place, order uint64) {
	c.next = instant(min(end, first))
	c.ends[place&placeMask] = end
	later := end + 1
	var a, b int64 // minus the number of places, itself included, that end no later
	for i := 0; i < c.few; i += 4 {
		e := (*[4]int64)(c.ends[i&placeMask:])
		a += (e[0]-later)>>63 + (e[1]-later)>>63
		b += (e[2]-later)>>63 + (e[3]-later)>>63
	}
	at := uint(-1-a-b) * placeBits % 64
	behind := order >> at << at
	c.order = behind<<placeBits | place<<at | (order ^ behind)
}

// add puts a completion in.
func (c *completions) add(t float64, server int32) error {
	if !(t <= math.MaxFloat64) {
		return c.refuse(t)
	}
	switch c.few {
	case 0:
		err := c.many.Schedule(t, Completion, server)
		c.next = c.many.Time()
		return err
	case 1:
		c.next, c.servers[0] = t, server
		return nil
	}
	last := c.last()
	place := c.order >> last & placeMask
	c.servers[place] = server
	c.put(key(t), key(c.next), place, c.order&^(placeMask<<last))
	return nil
}

// last is where the last place is in the order.
func (c *completions) last() uint { return uint(c.few-1) * placeBits % 64 }

// drop takes the first completion out.
func (c *completions) drop() {
	switch c.few {
	case 0:
		c.many.Take()
		c.next = c.many.Time()
		return
	case 1:
		c.next = math.Inf(1)
		return
	}
	place := c.order & placeMask
	c.ends[place] = idle
	c.order = c.order>>placeBits | place<<c.last()
	c.next = instant(c.ends[c.order&placeMask])
}

func (c *completions) refuse(t float64) error {
	return fmt.Errorf("%w: a service ends at %g s", ErrTime, t)
}
