// Package monitor is the hook into a running system: one stream of
// transitions, the same for simulated and real runs, and the interface of what
// listens to it. Listeners draw no random numbers and change nothing.
//
// A pool of package scheduler takes an Observer as an option; a scheduler of your
// own tells of its tasks by package attach, in five lines. Several observers are
// told by one, Several. These there are:
//
//	prometheus     metrics for Prometheus
//	opentelemetry  the same for OpenTelemetry
//	saturation     a detector of overload: ok, warning or saturated
//	timeseries     the course of a run in bounded memory
//	eventlog       events as lines of JSON, as a trace for Perfetto, or to log/slog
//
// They cost a microsecond or two a task at most, each; BenchmarkObserver in this
// folder tells them apart.
package monitor

import "fmt"

// Kind says what happened to a task.
type Kind uint8

// The transitions of a task, in the order in which it goes through them.
const (
	Emitted  Kind = iota // left its source
	Offered              // reached admission, after the network delay
	Shed                 // was refused: the end of it, or Retried follows
	Queued               // was admitted
	Started              // went into service
	Finished             // left its server
	Answered             // its answer reached the caller

	// What becomes of a task otherwise.

	Abandoned // ran out of patience and left the queue: the end of it, or Retried follows
	TimedOut  // its caller gave up: the end of it, or Retried follows; its work may go on
	Lost      // went down with its server: the end of it
	Retried   // its caller waits, to offer it again; Offered follows
	Discarded // work that no caller waits for any more left the queue or its server unfinished
	Scaled    // the number of servers changed; Task is -1
)

var kindNames = [...]string{"emitted", "offered", "shed", "queued", "started", "finished", "answered",
	"abandoned", "timed_out", "lost", "retried", "discarded", "scaled"}

func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("Kind(%d)", uint8(k))
}

// Transition is one step of one task.
type Transition struct {
	Time float64 // seconds from the start of the run
	Kind Kind
	Task int64 // number of the task, from 0 in the order of emission
	// Class is the index of the task's class.
	Class int
	// Server is the server's number from 0, for Started, Finished and
	// Answered; -1 otherwise.
	Server int
	// Waiting and Busy are the tasks waiting and in service after the step.
	Waiting, Busy int
	// Servers is how many are switched on; 0 where there is no bound.
	Servers int
}

// Observer is told of every transition, in the order in which they happen, by
// one goroutine at a time. Who tells waits for it: it should be quick, and must not
// end its goroutine.
type Observer interface {
	Observe(Transition)
}
