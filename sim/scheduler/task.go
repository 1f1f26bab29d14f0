package scheduler

import (
	"context"
	"errors"
	"fmt"
)

// Task is what a pool does for a caller.
type Task struct {
	// Run does it; required. Its context is the one that was given to Submit or
	// Go. A panic is contained: the task's error is then a *PanicError.
	Run Work
	// Class is an index into Options.Classes.
	Class int
	// Priority is 0 for the tasks that the discipline Priority serves first, and
	// at most Options.LowestPriority.
	Priority int
	// Size is what the discipline Shortest compares: the time that the task is
	// expected to take, or anything that grows with it.
	Size float64
}

// The errors of a task that was not run to its end. That of a task that was is
// what its Run returned. Where a context ended it is that of the context.
var (
	// ErrShed is of a task that was refused because of the load.
	ErrShed = errors.New("scheduler: shed")
	// ErrAbandoned is of a task that ran out of patience in the queue.
	ErrAbandoned = errors.New("scheduler: out of patience")
	// ErrClosed is of a task that was offered when the pool was draining or
	// closed, or that still waited when it was closed.
	ErrClosed = errors.New("scheduler: closed")
	// ErrExited is of a task that ended its goroutine by runtime.Goexit, as
	// testing.T.FailNow does.
	ErrExited = errors.New("scheduler: the task ended its goroutine")
)

// PanicError is the error of a task, or of an observer, that panicked.
type PanicError struct {
	Value any    // what it panicked with
	Stack []byte // of its goroutine
}

func (e *PanicError) Error() string {
	return fmt.Sprintf("scheduler: a panic: %v\n%s", e.Value, e.Stack)
}

// Unwrap is the value, where the task panicked with an error.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// Result is what became of a task. Times are seconds from the start of the pool;
// what the task did not come to is as late as the last that it came to.
type Result struct {
	Task  int64 // number, from 0 in the order of the offers
	Class int
	// Server is that of a task that was started; -1 otherwise.
	Server int
	// Offered is when it reached the pool, Queued when it was admitted, Started
	// when it got a server, Begun when its Run was called there, and Finished
	// when the server was free again.
	Offered, Queued, Started, Begun, Finished float64
	// Err is nil where the task succeeded.
	Err error
}

// place is where a job is.
type place uint8

const (
	nowhere place = iota
	inThrottle
	atDoor // until there is room in the queue
	inQueue
	inService
)

// job is a task that is under way. It stays where it is in memory, and is used
// again and again.
type job struct {
	index   int32
	place   place
	step    int32 // admission that it has passed
	server  int32 // -1 where it has none
	number  int64
	inwards int // tasks in the system when it was admitted, itself counted

	offered, queued, started, begun float64

	task Task
	ctx  context.Context
	done func(Result) // of Go; nil of Submit
	// reply tells Submit how the task ended, entry tells a Go that is held at the
	// door that it got in, or with which error it did not. They belong to the
	// callers; nil where nobody waits.
	reply, entry chan error
	// unwatch ends the watch over the context of a task of Go; nil where its
	// context never ends.
	unwatch func() bool
}

// result is that of a job that ends at now.
func (j *job) result(now float64, err error) Result {
	r := Result{Task: j.number, Class: j.task.Class, Server: int(j.server), Offered: j.offered,
		Queued: j.queued, Started: j.started, Begun: j.begun, Finished: now, Err: err}
	if j.server < 0 {
		r.Queued = max(r.Queued, r.Offered)
		r.Started, r.Begun = now, now
	}
	return r
}
