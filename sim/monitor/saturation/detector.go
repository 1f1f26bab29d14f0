package saturation

import (
	"fmt"
	"math"
	"sync/atomic"

	"spillway/sim/monitor"
)

// State is the detector's opinion.
type State int32

// The states, in the order of concern.
const (
	Undecided State = iota - 1 // has seen less than its window
	OK
	Warning   // falling behind, not long or not clearly enough
	Saturated // the work offered over the last minutes was above capacity
)

func (s State) String() string {
	switch s {
	case Undecided:
		return "undecided"
	case OK:
		return "ok"
	case Warning:
		return "warning"
	case Saturated:
		return "saturated"
	}
	return fmt.Sprintf("State(%d)", int32(s))
}

// Report is a state with its reasons.
type Report struct {
	State State
	Since float64 // time of the last change of state; 0 before the first
	Load  float64 // offered work as a share of capacity, over the last window
	// Deficit is by how many seconds of work of the whole pool it has fallen
	// behind since it last kept up, Limit the deficit that is too large.
	Deficit, Limit float64
}

// Detector watches a pool of servers. It is a monitor.Observer; a pool without
// transitions is sampled with Add. One goroutine at a time feeds it; any may ask
// for its State.
type Detector struct {
	config Config
	block  float64 // length of a block, seconds

	// The state, and the task that was refused by the last transition.
	now           float64
	waiting       int
	busy, servers float64
	refused       int64

	// The block that is going on.
	end        float64
	work, room float64 // server-seconds: worked, and there to be worked
	arrived    float64 // tasks: growth of the queue, and refused

	// Of the past, forgotten slowly: their ratio is the mean service time.
	served, finished float64

	spread  spread
	deficit test // on work above capacity
	surplus test // on work below capacity, while saturated
	limit   float64
	since   float64
	state   atomic.Int32
}

var _ monitor.Observer = (*Detector)(nil)

// New is a detector at time zero, which has seen nothing.
func New(c Config) (*Detector, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	d := &Detector{config: c, block: c.Window / perWindow, servers: float64(c.Servers), refused: none}
	d.end = d.block
	d.state.Store(int32(Undecided))
	return d, nil
}

// State is the opinion as of the last transition; any goroutine may ask.
func (d *Detector) State() State { return State(d.state.Load()) }

// Report is the state with its reasons.
func (d *Detector) Report() Report {
	return Report{State: d.State(), Since: d.since, Load: d.spread.mean(), Deficit: d.deficit.sum, Limit: d.limit}
}

// Observe takes the next transition. Its Servers, where there is a bound, is the
// size of the pool from now on.
func (d *Detector) Observe(t monitor.Transition) {
	d.elapse(t.Time)
	d.count(t)
	d.waiting, d.busy = t.Waiting, float64(t.Busy)
	if t.Servers > 0 {
		d.servers = float64(t.Servers)
	}
}

// count counts the work that a transition brings: the growth of the queue, and
// tasks that are refused. What leaves the queue without having been started was
// offered all the same, unless it is going to be offered again.
func (d *Detector) count(t monitor.Transition) {
	grown := t.Waiting - d.waiting
	refused := none
	switch {
	case t.Kind == monitor.Started || t.Kind == monitor.Finished || grown > 0:
		d.arrived += float64(grown)
	case grown < 0:
		refused = t.Task
	case t.Kind == monitor.Shed:
		d.arrived++
		refused = t.Task
	case t.Kind == monitor.Retried && t.Task == d.refused:
		d.arrived--
	}
	if t.Kind == monitor.Finished {
		d.finished++
	}
	d.refused = refused
}

// none is not the number of a task.
const none = int64(-1)

// Sample is what a pool did since the last sample.
type Sample struct {
	BusySeconds float64 // sum of the times that its servers worked
	Finished    int     // tasks that were done
	Refused     int     // tasks that were turned away, or gave up waiting
	Waiting     int     // tasks that wait now
}

// Add takes the place of Observe where there are counters instead of
// transitions. It is called several times a block, a sixteenth of the window,
// else the variability is overestimated and the detector slow. Observe and Add
// do not go together.
func (d *Detector) Add(now float64, s Sample) {
	if now > d.now {
		d.busy = s.BusySeconds / (now - d.now)
	}
	d.elapse(now)
	d.finished += float64(s.Finished)
	d.arrived += float64(s.Waiting - d.waiting + s.Refused)
	d.waiting = s.Waiting
}

// elapse lets time pass to now. A time before the last, or not finite, is the
// last.
func (d *Detector) elapse(now float64) {
	if !(now > d.now && now <= math.MaxFloat64) {
		return
	}
	if now >= d.end {
		d.cross(now)
	}
	d.pass(now)
}

// pass lets time pass within the block.
func (d *Detector) pass(now float64) {
	d.work += d.busy * (now - d.now)
	d.room += d.servers * (now - d.now)
	d.now = now
}

// history is the number of blocks after which even the longest have been
// overwritten.
const history = remember << (levels - 1)

// cross ends all blocks that end by now.
func (d *Detector) cross(now float64) {
	d.close()
	if n := math.Floor((now - d.end) / d.block); n > history {
		d.now = math.Min(d.end+(n-history)*d.block, now) // in silence, one block is like the other
		d.end = d.now
	}
	for d.end += d.block; now >= d.end; d.end += d.block {
		if d.end == d.now {
			d.end = math.Inf(1) // blocks are below the resolution of the clock
			return
		}
		d.close()
	}
}

// close ends the block at its end and judges it.
func (d *Detector) close() {
	d.pass(d.end)
	d.served += d.work
	x := 0.0
	if d.room > 0 {
		x = (d.work + d.meanService()*d.arrived) / d.room
	}
	d.work, d.room, d.arrived = 0, 0, 0
	d.served *= keep
	d.finished *= keep
	d.spread.add(x)
	d.judge(x)
}

// keep is what a block later still counts of the mean service time: that of
// eight windows ago counts 1/e.
const keep = 1 - 1./(8*perWindow)

// meanService is the mean service time in seconds, of the tasks done lately. Of
// no task done, it is the time worked so far.
func (d *Detector) meanService() float64 { return d.served / math.Max(d.finished, 1) }
