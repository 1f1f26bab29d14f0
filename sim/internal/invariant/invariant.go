// Package invariant checks what must be true of every run of a station that
// serves first come, first served, whatever is random in it.
package invariant

import (
	"fmt"
	"math"

	"spillway/sim"
	"spillway/sim/monitor"
)

// Checker is an Observer that follows every task and notes the first broken
// invariant:
//
//   - time never goes back;
//   - every task goes through its transitions in order, none is lost or doubled;
//   - the waiting and busy numbers are those of the transitions, busy is
//     between 0 and the servers, waiting between 0 and the limit;
//   - no server idles while a task waits;
//   - tasks of the queue start in the order in which they were queued;
//   - a task is shed only when the servers are busy and the queue is full;
//   - a server serves one task at a time.
//
// It also sums up what Little's law equates: the time that each task spends
// waiting and in the system, the unfinished ones included.
type Checker struct {
	Servers int // math.MaxInt for infinite servers
	Limit   int // math.MaxInt for none

	err      error
	now      float64
	stage    map[int64]monitor.Kind
	queued   map[int64]float64
	order    []int64 // of the tasks that wait
	serving  map[int]int64
	inSystem map[int64]float64

	// Counts of transitions by kind.
	Counts [monitor.Answered + 1]int64
	// WaitTime and SystemTime are the sums over tasks that have gone from the
	// queue and from the system.
	WaitTime, SystemTime float64
}

// NewChecker follows a run of the model.
func NewChecker(m *sim.Model) *Checker {
	c := &Checker{Servers: m.Servers, Limit: math.MaxInt, stage: map[int64]monitor.Kind{},
		queued: map[int64]float64{}, serving: map[int]int64{}, inSystem: map[int64]float64{}}
	if m.Infinite {
		c.Servers = math.MaxInt
	}
	if m.Limited {
		c.Limit = m.Limit
	}
	return c
}

// Err is the first broken invariant, nil if there is none.
func (c *Checker) Err() error { return c.err }

func (c *Checker) require(is bool, t monitor.Transition, format string, args ...any) {
	if !is && c.err == nil {
		c.err = fmt.Errorf("%s of task %d at %v: %s", t.Kind, t.Task, t.Time, fmt.Sprintf(format, args...))
	}
}

// before is the transition that each kind follows.
var before = map[monitor.Kind]monitor.Kind{
	monitor.Offered: monitor.Emitted, monitor.Shed: monitor.Offered, monitor.Queued: monitor.Offered,
	monitor.Started: monitor.Queued, monitor.Finished: monitor.Started, monitor.Answered: monitor.Finished,
}

// Observe implements monitor.Observer.
func (c *Checker) Observe(t monitor.Transition) {
	c.require(t.Time >= c.now, t, "time went back from %v", c.now)
	c.now = t.Time
	last, known := c.stage[t.Task]
	if t.Kind == monitor.Emitted {
		c.require(!known, t, "emitted twice")
	} else {
		c.require(known && last == before[t.Kind], t, "follows %s (known: %t)", last, known)
	}
	c.stage[t.Task] = t.Kind
	c.Counts[t.Kind]++
	c.step(t)
	c.require(t.Busy == len(c.serving), t, "%d busy, by the transitions %d", t.Busy, len(c.serving))
	c.require(t.Busy >= 0 && t.Busy <= c.Servers, t, "%d busy of %d", t.Busy, c.Servers)
	c.require(t.Waiting >= 0 && t.Waiting <= c.Limit, t, "%d wait, limit %d", t.Waiting, c.Limit)
	if t.Kind == monitor.Offered || t.Kind == monitor.Emitted {
		c.require(len(c.order) == 0 || t.Busy == c.Servers, t, "%d wait with %d of %d busy", t.Waiting, t.Busy, c.Servers)
	}
}

func (c *Checker) step(t monitor.Transition) {
	switch t.Kind {
	case monitor.Shed:
		c.require(t.Busy == c.Servers && t.Waiting == c.Limit, t, "there was room: %d of %d busy, %d wait", t.Busy, c.Servers, t.Waiting)
		delete(c.stage, t.Task)
	case monitor.Queued:
		c.queued[t.Task], c.inSystem[t.Task] = t.Time, t.Time
		c.order = append(c.order, t.Task)
	case monitor.Started:
		c.require(len(c.order) > 0 && c.order[0] == t.Task, t, "out of turn")
		if len(c.order) > 0 {
			c.order = c.order[1:]
		}
		_, taken := c.serving[t.Server]
		c.require(!taken, t, "server %d already serves", t.Server)
		c.serving[t.Server] = t.Task
		c.WaitTime += t.Time - c.queued[t.Task]
		delete(c.queued, t.Task)
	case monitor.Finished:
		c.require(c.serving[t.Server] == t.Task, t, "server %d serves %d", t.Server, c.serving[t.Server])
		delete(c.serving, t.Server)
		c.SystemTime += t.Time - c.inSystem[t.Task]
		delete(c.inSystem, t.Task)
	case monitor.Answered:
		delete(c.stage, t.Task)
	}
}

// WaitTimeTo is the time that all tasks have waited up to now, those that
// still wait included.
func (c *Checker) WaitTimeTo(now float64) float64 { return c.WaitTime + open(c.queued, now) }

// SystemTimeTo is the same for the time in the system.
func (c *Checker) SystemTimeTo(now float64) float64 { return c.SystemTime + open(c.inSystem, now) }

func open(since map[int64]float64, now float64) float64 {
	sum := 0.0
	for _, t := range since {
		sum += now - t
	}
	return sum
}

// InFlight is the number of tasks emitted and neither finished nor shed.
func (c *Checker) InFlight() int64 {
	return c.Counts[monitor.Emitted] - c.Counts[monitor.Finished] - c.Counts[monitor.Shed]
}
