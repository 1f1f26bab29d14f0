package scheduler

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"spillway/sim/internal/backlog"
	"spillway/sim/monitor"
	"spillway/sim/policy"
)

// Options describe a pool. All that is beyond Servers may be left out: then tasks
// of one class wait, first come, first served, in a queue without a limit.
// Functions are called while the pool is locked: they must not call the pool, nor
// panic.
type Options struct {
	// Servers is how many tasks run at once, at least 1; at first, where
	// Autoscale or Schedule changes it. It is not looked at where Infinite is
	// true, and where there is a Schedule.
	Servers  int
	Infinite bool
	// Limit is how many tasks may wait, those that run not counted; only where
	// Limited is true.
	Limit   int
	Limited bool
	// Classes are the names of the classes that Task.Class counts from 0; nil is
	// a single class.
	Classes []string
	// LowestPriority is the largest Task.Priority that there is; 0 comes first.
	LowestPriority int

	Discipline Discipline
	Overflow   Overflow
	// Patience is how long a task of a class waits in the queue before it leaves,
	// asked when it is queued; math.MaxInt64 is for ever. nil is for ever.
	Patience func(class int) time.Duration
	// Admission are applied in this order, before the queue.
	Admission []Admission
	// Autoscale changes the number of servers by the load, Schedule by the time;
	// nil leaves it.
	Autoscale *Autoscale
	Schedule  *policy.Schedule

	// Observer is told of every transition, in their order, while the pool is
	// locked: a slow one slows the pool down, and it must not call the pool.
	// Several are told by monitor.Several{detector, exporter}. One that panics is
	// not told of anything any more; see Stats.ObserverPanic. nil is nobody.
	Observer monitor.Observer
	// Uniforms are the random numbers that policies draw.
	Uniforms Uniforms
}

// Uniforms give numbers that are uniform on [0, 1), by what they are for; nil are
// those of math/rand/v2.
type Uniforms struct {
	Admission, Discipline, Adaptive func() float64
}

// Discipline is which of the waiting tasks is served next.
type Discipline int

// The disciplines; none is preemptive.
const (
	FIFO     Discipline = iota // first come, first served
	LIFO                       // last come, first served
	Random                     // any, with equal probability
	Shortest                   // the smallest Task.Size
	Priority                   // the lowest Task.Priority; first come, first served within it
	Fair                       // one of each class in turn
)

// Overflow is what becomes of a task that finds no room in the queue.
type Overflow int

// The ways to overflow.
const (
	Shed       Overflow = iota // it is refused
	DropOldest                 // the task that has waited longest is refused, and it gets the room
	Block                      // Submit and Go wait until there is room
)

// Admission is one policy before the queue: the field that is not nil, or
// Concurrency.
type Admission struct {
	Throttle    *Throttle
	Shed        *Shedding
	Concurrency int // tasks that wait or run; 0 is another policy
	CoDel       *CoDel
	Adaptive    *Adaptive
}

// Throttle is a token bucket; see policy.TokenBucket.
type Throttle struct {
	Rate  float64 // tokens per second
	Burst float64 // tokens that it holds, full at first; a task takes one
	// Delay lets the excess wait for tokens, in order. Otherwise it is shed.
	Delay bool
}

// Shedding refuses a task with a probability while what it looks at is above a
// bound; see policy.Shedder.
type Shedding struct {
	When        policy.Metric
	Above       float64 // tasks, seconds or a ratio
	Probability float64 // in [0, 1]
}

// CoDel is controlled delay at the head of the queue; see policy.CoDel.
type CoDel struct {
	Target, Interval time.Duration
}

// Adaptive is a limit of the tasks that wait or run, which follows their response
// times; see policy.AdaptiveConcurrency.
type Adaptive struct {
	Algorithm policy.Algorithm
	Min, Max  int // of the limit
}

// Autoscale says how the number of servers follows the load; see
// policy.Autoscaler.
type Autoscale struct {
	policy.AutoscalerParameters
	// Startup is from the decision for a server until it serves, asked at the
	// decision; nil is at once.
	Startup func() time.Duration
}

// maxServers is the number of servers that stands for infinitely many.
const maxServers = 1<<31 - 1

// check tells everything that is wrong about the options but for the parameters
// of policies, whose constructors do.
func (o *Options) check() error {
	var errs []error
	wrong := func(is bool, format string, args ...any) {
		if is {
			errs = append(errs, fmt.Errorf("scheduler: "+format, args...))
		}
	}
	wrong(!o.Infinite && o.Schedule == nil && (o.Servers < 1 || o.Servers > maxServers), "%d servers, want 1 to %d", o.Servers, maxServers)
	wrong(o.Limited && o.Limit < 0, "a limit of %d waiting tasks, want 0 or more", o.Limit)
	wrong(o.LowestPriority < 0, "lowest priority %d, want 0 or more", o.LowestPriority)
	wrong(o.Discipline < FIFO || o.Discipline > Fair, "discipline %d, want FIFO to Fair", o.Discipline)
	wrong(o.Overflow < Shed || o.Overflow > Block, "overflow %d, want Shed, DropOldest or Block", o.Overflow)
	wrong(o.Overflow != Shed && !o.Limited, "a queue without a limit does not overflow: want Limited, or the overflow Shed")
	wrong(o.Infinite && (o.Autoscale != nil || o.Schedule != nil), "infinitely many servers are not scaled")
	wrong(o.Autoscale != nil && o.Schedule != nil, "servers both by schedule and by autoscaling, want one of them")
	for i := range o.Admission {
		n := o.Admission[i].fields()
		wrong(n != 1, "admission %d sets %d fields, want one", i, n)
		wrong(o.Admission[i].Concurrency < 0, "admission %d: a concurrency of %d, want 1 or more", i, o.Admission[i].Concurrency)
	}
	return errors.Join(errs...)
}

// fields is how many policies an admission names.
func (a *Admission) fields() int {
	n := 0
	for _, set := range []bool{a.Throttle != nil, a.Shed != nil, a.Concurrency != 0, a.CoDel != nil, a.Adaptive != nil} {
		if set {
			n++
		}
	}
	return n
}

// order is the discipline's order in a backlog.
func (d Discipline) order() backlog.Order {
	return map[Discipline]backlog.Order{
		LIFO: backlog.LIFO, Random: backlog.Random, Shortest: backlog.Shortest,
		Priority: backlog.Lanes, Fair: backlog.InTurn,
	}[d]
}

// lanes is how many lanes the queue has.
func (o *Options) lanes() int {
	if o.Discipline == Fair {
		return o.classes()
	}
	return o.LowestPriority + 1
}

func (o *Options) classes() int { return max(1, len(o.Classes)) }

// orRandom is a source of uniform numbers that may be missing.
func orRandom(u func() float64) func() float64 {
	if u == nil {
		return rand.Float64
	}
	return u
}
