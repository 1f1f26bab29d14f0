// Package attach turns what a scheduler of your own does into the transitions that
// the observers of package monitor listen to: it numbers the tasks, reads the
// clock, counts who waits and who works, and lets one goroutine at a time through.
//
//	hook := attach.New(workers, observer)
//	…
//	task := hook.Offer(0) // a task has come
//	hook.Queue(task)      // and waits
//	…
//	hook.Start(task, worker)
//	defer hook.Finish(task, worker)
//
// The example of package promhook is a whole program. A pool of package scheduler
// needs none of this: it takes the observer as an option.
package attach

import (
	"sync"
	"time"

	"spillway/sim/monitor"
)

// Pool is the pool of workers of a scheduler. Its methods may be called by any
// goroutine; each tells the observer and returns when it has been told. A task goes
// through Offer, Queue, Start and Finish; or it ends before: with Shed where it never
// was in the queue, with Drop or Abandon where it was. Each has to end, for observers
// remember those that have not.
//
// Tell of a step before others can see it: Queue before a worker can take the task.
// Who learns only by trying whether there is room tells Queue first, and Drop if
// there was none:
//
//	pool.Queue(task)
//	select {
//	case queue <- job{task, do}:
//	default:
//		pool.Drop(task)
//	}
type Pool struct {
	observer monitor.Observer
	start    time.Time

	mu    sync.Mutex
	tasks int64
	state monitor.Transition
}

// Task is a task of the scheduler.
type Task struct {
	number int64
	class  int
}

// New is a pool of so many workers at rest, 0 where there is no bound. The
// observer's times count from now.
func New(workers int, observer monitor.Observer) *Pool {
	return &Pool{observer: observer, start: time.Now(), state: monitor.Transition{Servers: workers}}
}

// Offer tells that a task of a class, counted from 0, has come.
func (p *Pool) Offer(class int) Task {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := Task{p.tasks, class}
	p.tasks++
	now := time.Since(p.start)
	p.tell(monitor.Emitted, now, t, none)
	p.tell(monitor.Offered, now, t, none)
	return t
}

// none is not the number of a worker.
const none = -1

// Queue tells that a task has been admitted, and waits.
func (p *Pool) Queue(t Task) { p.step(monitor.Queued, t, none, 1, 0) }

// Shed tells that a task has been refused that was not queued.
func (p *Pool) Shed(t Task) { p.step(monitor.Shed, t, none, 0, 0) }

// Drop tells that a task that waits has been refused: there was no room for it, or
// another got its room.
func (p *Pool) Drop(t Task) { p.step(monitor.Shed, t, none, -1, 0) }

// Abandon tells that a task that waits has given up.
func (p *Pool) Abandon(t Task) { p.step(monitor.Abandoned, t, none, -1, 0) }

// Start tells that a worker, counted from 0, begins a task that waits.
func (p *Pool) Start(t Task, worker int) { p.step(monitor.Started, t, worker, -1, 1) }

// Finish tells that the worker has done the task, well or not, and that its answer is
// there. Deferred, it is told of a task that panics too.
func (p *Pool) Finish(t Task, worker int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Since(p.start)
	p.state.Busy--
	p.tell(monitor.Finished, now, t, worker)
	p.tell(monitor.Answered, now, t, worker)
}

// Resize tells that the pool has so many workers from now on.
func (p *Pool) Resize(workers int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.state.Servers = workers
	p.tell(monitor.Scaled, time.Since(p.start), Task{number: none}, none)
}

// step tells of a transition that changes how many wait and work.
func (p *Pool) step(k monitor.Kind, t Task, worker, waiting, busy int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.state.Waiting += waiting
	p.state.Busy += busy
	p.tell(k, time.Since(p.start), t, worker)
}

func (p *Pool) tell(k monitor.Kind, now time.Duration, t Task, worker int) {
	x := p.state
	x.Time, x.Kind, x.Task, x.Class, x.Server = now.Seconds(), k, t.number, t.class, worker
	p.observer.Observe(x)
}
