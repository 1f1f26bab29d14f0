package sim

import (
	"fmt"

	"spillway/distributions"
	"spillway/sim/internal/backlog"
	"spillway/sim/policy"
)

// Policies are what a pool does beyond first come, first served. The zero value
// is nothing.
type Policies struct {
	Discipline Discipline
	Overflow   Overflow
	// Patience is how long a task waits in the queue before it leaves, in
	// seconds; nil is for ever.
	Patience distributions.Distribution
	// Retry says who tries again; nil is nobody.
	Retry *Retry
	// Timeout is the caller's; nil is none.
	Timeout *Timeout
	// Breaker is the callers' circuit breaker, one for all; nil is none.
	Breaker *policy.BreakerParameters
	// Admission are applied in this order, before the queue.
	Admission []Admission
	// Autoscale changes the number of servers; nil leaves it. Model.Servers is
	// how many there are at first.
	Autoscale *Autoscale
	// Schedule is the number of servers over time; nil is Model.Servers.
	Schedule *policy.Schedule
}

// Discipline is which of the waiting tasks is served next.
type Discipline int

// The disciplines; none is preemptive.
const (
	FIFO     Discipline = iota // first come, first served
	LIFO                       // last come, first served
	Random                     // any, with equal probability
	Shortest                   // the shortest service, known beforehand
	Priority                   // the lowest Stream.Priority; first come, first served within it
	Fair                       // one of each class in turn
)

// Overflow is what becomes of a task that finds no room in the queue.
type Overflow int

// The ways to overflow.
const (
	Shed       Overflow = iota // it is refused
	DropOldest                 // the task that has waited longest is refused, and it gets the room
	Block                      // it stands at the door, and its source is held, until there is room
)

// Retry is what a caller does whose task was shed, abandoned or timed out.
type Retry struct {
	// Probability that the caller tries again, in [0, 1].
	Probability float64
	// Delay is from the refusal to the next offer, in seconds; nil where
	// Backoff says it.
	Delay   distributions.Distribution
	Backoff *policy.Backoff
	// Limit is how often a task tries again; only where Limited is true.
	Limit   int
	Limited bool
	// Budget is the share of the first tries that retries may be; 0 is no
	// budget.
	Budget float64
}

// Timeout is how long a caller waits for its answer, from the offer on.
type Timeout struct {
	After distributions.Distribution // seconds
	// Cancel takes the task out of the queue or off its server. Otherwise its
	// work goes on, for nobody.
	Cancel bool
}

// Admission is one policy before the queue: the field that is not nil.
type Admission struct {
	Throttle    *Throttle
	Shed        *Shedding
	Concurrency int // tasks in the system; 0 is another policy
	CoDel       *CoDel
	Adaptive    *Adaptive
}

// Throttle is a token bucket.
type Throttle struct {
	Rate  float64 // tokens per second
	Burst float64 // tokens that it holds, full at first; a task takes one
	// Delay lets the excess wait for tokens, in order. Otherwise it is shed.
	Delay bool
}

// Shedding refuses a task with a probability while what it looks at is above a
// bound.
type Shedding struct {
	When        policy.Metric
	Above       float64 // tasks, seconds or a ratio
	Probability float64 // in [0, 1]
}

// CoDel is controlled delay (RFC 8289), at the head of the queue.
type CoDel struct {
	Target, Interval float64 // seconds
}

// Adaptive is a limit of the tasks in the system that follows their response
// times.
type Adaptive struct {
	Algorithm policy.Algorithm
	Min, Max  int // of the limit
}

// Autoscale says how the number of servers follows the load. Utilization is
// that of the servers switched on, wait the mean of the tasks that begin their
// service.
type Autoscale struct {
	policy.AutoscalerParameters
	// Startup is from the decision for a server until it serves, in seconds;
	// nil is at once.
	Startup distributions.Distribution
}

// order is the discipline's order in a backlog.
func (d Discipline) order() backlog.Order {
	return map[Discipline]backlog.Order{
		LIFO: backlog.LIFO, Random: backlog.Random, Shortest: backlog.Shortest,
		Priority: backlog.Lanes, Fair: backlog.InTurn,
	}[d]
}

// holds says whether a throttle, or backpressure, may hold a task.
func (p *Policies) holds() bool {
	for i := range p.Admission {
		if t := p.Admission[i].Throttle; t != nil && t.Delay {
			return true
		}
	}
	return p.Overflow == Block
}

// NeedsManaging says that a model asks for more than a Replication does: a
// queue, first come, first served or by priorities of classes, a limit that
// sheds, and a throttle that does.
func (m *Model) NeedsManaging() bool {
	lane := map[int]int{}
	for i := range m.Streams {
		s := &m.Streams[i]
		if m.Policies.Discipline == Priority && s.Classes != nil && len(m.Streams) > 1 {
			return true // classes may have tasks of several priorities
		}
		if at, ok := lane[s.Class]; s.Population > 0 || ok && at != s.Priority && m.Policies.Discipline == Priority {
			return true
		}
		lane[s.Class] = s.Priority
	}
	return !m.Policies.simple()
}

// none says that there are no policies.
func (p *Policies) none() bool {
	return p.simple() && len(p.Admission) == 0 && p.Discipline == FIFO
}

// simple says that the policies are none, or such as a Replication regards
// without losing time.
func (p *Policies) simple() bool {
	plain := p.Overflow == Shed && p.Patience == nil && p.Retry == nil && p.Timeout == nil &&
		p.Breaker == nil && p.Autoscale == nil && p.Schedule == nil
	throttled := len(p.Admission) == 0 || len(p.Admission) == 1 && p.Admission[0].Throttle != nil && !p.Admission[0].Throttle.Delay
	return plain && throttled && (p.Discipline == FIFO || p.Discipline == Priority)
}

// validate tells what is impossible about the policies of a model.
func (p *Policies) validate(m *Model) error {
	switch {
	case p.Overflow == Block && !m.Limited:
		return fmt.Errorf("sim: sources are held by a queue without a limit")
	case p.Overflow == DropOldest && !m.Limited:
		return fmt.Errorf("sim: the oldest task is dropped by a queue without a limit")
	case (p.Autoscale != nil || p.Schedule != nil) && m.Infinite:
		return fmt.Errorf("sim: infinitely many servers are scaled")
	case p.Autoscale != nil && p.Schedule != nil:
		return fmt.Errorf("sim: servers both by schedule and by autoscaling")
	}
	return p.Retry.validate()
}

func (r *Retry) validate() error {
	switch {
	case r == nil:
		return nil
	case !(r.Probability >= 0 && r.Probability <= 1):
		return fmt.Errorf("sim: a retry with probability %g", r.Probability)
	case r.Delay == nil && r.Backoff == nil:
		return fmt.Errorf("sim: a retry without a delay")
	case r.Delay != nil && !(r.Delay.Mean() > 0) && !r.Limited:
		return fmt.Errorf("sim: a task that is refused tries again at once, for ever: want a delay with a positive mean, or a limit")
	}
	return nil
}
