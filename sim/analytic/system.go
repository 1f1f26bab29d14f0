package analytic

import (
	"errors"

	"spillway/distributions"
	"spillway/distributions/arrivals"
)

// System is what there is to solve: streams of tasks, c servers, one queue.
type System struct {
	// Streams are superposed; at least one.
	Streams []Stream
	// Network is the law of the delay before the queue, Response of that
	// from the server back to the caller; nil is none.
	Network, Response distributions.Distribution
	// Servers is c, at least 1; not looked at where Infinite is true.
	Servers  int
	Infinite bool
	// Limit is the number of waiting tasks that fit, those in service not
	// counted; only where Limited is true. A task that finds no room is refused.
	Limit   int
	Limited bool
	// Memory is the bytes that a task holds while it is in the system.
	Memory float64

	Policies

	// Beyond names what else there is, that no model covers; empty is nothing.
	Beyond string
}

// Policies are what makes a system more than servers and a queue, first come
// first served. The zero value is none of them.
type Policies struct {
	Discipline Discipline
	// Patience is how long a task waits for a server before it leaves; nil is
	// for ever.
	Patience distributions.Distribution
	// Retry is how long a refused task waits until it tries again, for ever;
	// nil is that it leaves.
	Retry distributions.Distribution
	// Dispatch is where tasks wait; Choices is the d of PowerOf.
	Dispatch Dispatch
	Choices  int
	// Speeds are those of the servers, service time is divided by them; nil is
	// 1 for all. Choose is which idle server a task takes.
	Speeds []float64
	Choose Choose
	// Failures of servers; nil is never.
	Failures *Failures
	// Setup is how long a server that was switched off takes to start: servers
	// without work switch off; nil is that they stay on.
	Setup distributions.Distribution
	// Throttle is a token bucket before the queue; nil is none.
	Throttle *Throttle
	// Closed is a population that stands in the place of arrivals, with the
	// service of the first stream, whose process is nil; nil is none.
	Closed *Closed
	// Transient asks for the time from empty on, instead of the long run; nil is
	// the long run.
	Transient *Transient
}

// Discipline is the order in which waiting tasks are served.
type Discipline int

// The disciplines; those from PreemptiveLIFO on interrupt a task in service,
// which goes on later where it stopped.
const (
	FIFO Discipline = iota
	LIFO
	RandomOrder
	SJF      // shortest job first
	Priority // the lowest Stream.Priority first
	Fair     // round-robin over classes
	PreemptiveLIFO
	PSJF // shortest job first, by its size
	SRPT // shortest remaining processing time
	PreemptivePriority
	ProcessorSharing
)

// Dispatch is how tasks come to servers.
type Dispatch int

// The dispatches: one queue for all, or one for each server.
const (
	Central Dispatch = iota
	RandomServer
	RoundRobin
	JoinShortestQueue // the task in service counts; ties at random
	PowerOf           // the shortest of Choices queues drawn at random without replacement
	LeastWork
	JoinIdleQueue
)

// Choose is which idle server takes a task.
type Choose int

// The choices.
const (
	Fastest Choose = iota
	Slowest
	RandomIdle
	LongestIdle
)

// Failures are those of each server, which is up and under repair in turn.
type Failures struct {
	Up, Repair distributions.Distribution
	// OnFailure is what becomes of the task in service.
	OnFailure OnFailure
	// BusyOnly is true where a server ages only while it works.
	BusyOnly bool
}

// OnFailure is what becomes of a task whose server fails.
type OnFailure int

// The consequences.
const (
	Resume OnFailure = iota
	Restart
	Lose
)

// Throttle is a token bucket that starts full.
type Throttle struct {
	Rate  float64 // tokens per second
	Burst float64 // its size, at least 1
	Delay bool    // what finds no token waits for one; otherwise it is shed
}

// Closed is a number of callers, each of which thinks, calls and waits for the
// answer.
type Closed struct {
	Population int
	Think      distributions.Distribution
}

// Transient asks for values at given times from empty on, or for the means over a
// run from empty. One of Times and Span must be given.
type Transient struct {
	Times []float64 // seconds, ascending, none negative
	Span  float64   // length of the run, in seconds; 0 for none
	// Tasks is after how many arrivals no more come; 0 is never.
	Tasks int64
}

// Stream is one stream of arrivals.
type Stream struct {
	// Class is the name under which results are given; streams may share one.
	Class string
	// Priority is looked at by the disciplines of that name: 0 comes first.
	Priority int
	Process  arrivals.Process
	// Batch is the law of how many tasks arrive together; nil is one.
	Batch   arrivals.Batch
	Service distributions.Distribution
}

// Metrics holds values by metric and statistic: Metrics["wait"]["p99"]. What
// cannot be had is absent; what is infinite is +Inf; NaN never occurs.
type Metrics map[string]map[string]float64

// Solution is a solved system.
type Solution struct {
	Model  string // "M/M/c"
	Method string // "Erlang C"
	Source string // author, title, section
	Exact  bool
	// Note says in a sentence what is left out and why; may be empty.
	Note    string
	Metrics Metrics
	// Classes repeats the metrics for each class, where there are several;
	// Stations for each station of a network.
	Classes, Stations map[string]Metrics
	// Series are values over time of a transient solution, by metric: queue_length,
	// in_system, busy at that time; wait and shed_ratio of the tasks that come in the
	// window between the time before and that one. Its Metrics are those over Span.
	Series map[string][]float64
}

// ErrUnstable is matched by the error of a system that has no steady state:
// the offered load is at least the servers and nothing is refused.
var ErrUnstable = errors.New("analytic: no steady state")

// ErrNoModel is matched by the error of a system for which no model is known.
var ErrNoModel = errors.New("analytic: no model is known")
