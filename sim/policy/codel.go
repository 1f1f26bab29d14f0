package policy

import (
	"errors"
	"math"
)

// CoDel drops tasks at the head of a queue whose delay stays above a target:
// controlled delay, RFC 8289, the pseudocode of its sections 5.5 and 5.6, with
// tasks for bytes: the maximum packet is one task.
//
// Whoever serves takes the head off the queue and asks Drops. While the answer
// is true, it drops that task, takes the next head off at the same instant and
// asks again; there is always a next one. A task that finds an idle server is
// asked about too (it waited 0 and nobody is behind it), since it shows that
// there is no standing queue.
type CoDel struct {
	target, interval float64

	above     bool    // the delay was above the target at the last look
	deadline  float64 // if above: from when on it has been so for an interval
	state     codelState
	dropNext  float64 // when the next task is to be dropped
	count     float64 // pace: 1, or that of the last time, and 1 for each drop since it was entered
	lastCount float64 // count when it was last entered
}

type codelState int

const (
	codelIdle     codelState = iota
	codelDropping            // in the drop state
	codelEntered             // it entered by dropping the task before this one: this one is served
	codelNext                // in the drop state, it dropped the task before this one
)

// NewCoDel controls the delay to a target (seconds, positive) over an interval
// (seconds, positive): a delay that has been above the target for an interval
// is a standing queue. The RFC recommends 5 ms and 100 ms.
func NewCoDel(target, interval float64) (CoDel, error) {
	if err := errors.Join(checkPositive("target", target), checkPositive("interval", interval)); err != nil {
		return CoDel{}, err
	}
	return CoDel{target: target, interval: interval}, nil
}

// Drops says whether the task that was taken off the head of the queue at now,
// having waited for sojourn, is dropped; left tasks are still behind it.
func (c *CoDel) Drops(now, sojourn float64, left int) bool {
	ok := c.okToDrop(now, sojourn, left)
	switch c.state {
	case codelIdle:
		return ok && c.enter(now)
	case codelEntered:
		c.state = codelDropping
		return false
	}
	if !ok {
		c.state = codelIdle
		return false
	}
	if c.state == codelNext {
		c.dropNext = c.law(c.dropNext)
	}
	c.state = codelDropping
	if now < c.dropNext {
		return false
	}
	c.count++
	c.state = codelNext
	return true
}

// okToDrop is dodequeue of section 5.6: whether the delay has been above the
// target for an interval. It has not where at most one task is left, which the
// server needs to stay busy.
func (c *CoDel) okToDrop(now, sojourn float64, left int) bool {
	if sojourn < c.target || left <= 1 {
		c.above = false
		return false
	}
	if !c.above {
		c.above, c.deadline = true, now+c.interval
		return false
	}
	return now >= c.deadline
}

// enter begins to drop. Soon after the last time, it goes on at the pace that
// was reached then.
func (c *CoDel) enter(now float64) bool {
	delta := c.count - c.lastCount
	c.count = 1
	if delta > 1 && now-c.dropNext < 16*c.interval {
		c.count = delta
	}
	c.dropNext = c.law(now)
	c.lastCount = c.count
	c.state = codelEntered
	return true
}

// law is the control law: the drop after the one at t.
func (c *CoDel) law(t float64) float64 { return t + c.interval/math.Sqrt(c.count) }
