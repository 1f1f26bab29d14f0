package sim

import (
	"fmt"
	"math"
)

// completions is when the services under way end, and on which server. Those
// that end at one instant come in the order in which they began. Of few servers
// it is a sorted list: what is put in moves past those that come before it,
// and which of two comes first is computed, not branched on, since a branch
// would be mispredicted every other time. Of many, it is an event list.
type completions struct {
	next   float64 // when the first ends; +Inf where none is under way
	few    int     // number of servers where the list is sorted, 0 elsewhere
	keys   [sortedServers]int64
	places [sortedServers]int64 // the server of each key
	many   EventList
}

func newCompletions(servers int) completions {
	c := completions{next: math.Inf(1)}
	if servers <= sortedServers {
		c.few = servers
		for i := range c.keys {
			c.keys[i] = idle
		}
	}
	return c
}

// idle is the key of a server without a task: that of +Inf.
const idle = 0x7ff0_0000_0000_0000

// server is the server whose service ends first.
func (c *completions) server() int32 {
	if c.few > 0 {
		return int32(c.places[0])
	}
	return c.many.First().Index
}

// replace takes the first completion out and puts another one in.
func (c *completions) replace(t float64, server int32) error {
	if !(t <= math.MaxFloat64) {
		return c.refuse(t)
	}
	if c.few == 0 {
		err := c.many.Replace(t, Completion, server)
		c.next = c.many.Time()
		return err
	}
	c.insert(key(t), int64(server))
	return nil
}

func (c *completions) insert(k, place int64) {
	keys, places := &c.keys, &c.places
	n, moved := c.few, int64(0)
	for i := 1; i < n; i++ {
		y, z := keys[i&15], places[i&15]
		first := (k - y - moved) >> 63 // all ones where k comes first
		moved |= first & 1             // from there on k was in the list before y
		swap := (place ^ z) & first
		keys[(i-1)&15], places[(i-1)&15] = min(k, y), z^swap
		k, place = max(k, y), place^swap
	}
	keys[(n-1)&15], places[(n-1)&15] = k, place
	c.next = instant(keys[0])
}

// add puts a completion in.
func (c *completions) add(t float64, server int32) error {
	if !(t <= math.MaxFloat64) {
		return c.refuse(t)
	}
	if c.few == 0 {
		err := c.many.Schedule(t, Completion, server)
		c.next = c.many.Time()
		return err
	}
	// Of the sorted list the last is an idle server, which falls out.
	k, place, moved := key(t), int64(server), int64(0)
	for i := range c.keys[:c.few] {
		y, z := c.keys[i], c.places[i]
		first := (k - y - moved) >> 63
		moved |= first & 1
		swap := (place ^ z) & first
		c.keys[i], c.places[i] = min(k, y), z^swap
		k, place = max(k, y), place^swap
	}
	c.next = instant(c.keys[0])
	return nil
}

// drop takes the first completion out.
func (c *completions) drop() {
	if c.few == 0 {
		c.many.Take()
		c.next = c.many.Time()
		return
	}
	c.insert(idle, 0)
}

func (c *completions) refuse(t float64) error {
	return fmt.Errorf("%w: a service ends at %g s", ErrTime, t)
}
