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
}

// Stream is one stream of arrivals.
type Stream struct {
	// Class is the name under which results are given; streams may share one.
	Class   string
	Process arrivals.Process
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
	// Classes repeats the metrics for each class, where there are several.
	Classes map[string]Metrics
}

// ErrUnstable is matched by the error of a system that has no steady state:
// the offered load is at least the servers and nothing is refused.
var ErrUnstable = errors.New("analytic: no steady state")

// ErrNoModel is matched by the error of a system for which no model is known.
var ErrNoModel = errors.New("analytic: no model is known")
