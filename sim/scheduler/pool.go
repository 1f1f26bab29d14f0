package scheduler

import (
	"context"
	"math"
	"runtime/debug"
	"sync"
	"time"

	"spillway/sim/internal/agenda"
	"spillway/sim/internal/backlog"
	"spillway/sim/monitor"
	"spillway/sim/policy"
)

// Pool is a pool of workers; make one with New. Its methods may be called by any
// goroutine. It keeps a record of each task that is under way: its memory grows
// with the largest number of those at once, not with the number of tasks.
type Pool struct {
	options Options
	start   time.Time
	replies sync.Pool // of chan error

	mu      sync.Mutex
	now     float64 // when the last thing happened, in seconds from the start
	offers  int64
	jobs    []*job
	free    []*job
	waiting *backlog.Backlog
	doors   *backlog.Backlog // tasks that overflow: Block holds at the door
	queued  int              // tasks that wait in the queue
	busy    int              // tasks that run
	servers fleet
	agenda  agenda.Agenda // patience and throttles
	alarm   *time.Timer
	armed   float64 // when it rings next; +Inf where it does not

	gates    []gate
	controls bool // CoDel does
	codel    policy.CoDel
	adaptive *policy.AdaptiveConcurrency
	limit    int // math.MaxInt where there is no bound
	picks    func() float64
	uniforms func() float64

	crew     crew
	offering *job  // the job whose offer is in progress
	refusal  error // and how that ended, if it did
	endings  []ending
	stats    Stats
	idle     chan struct{} // closed when the pool is closed and nothing is left
	closed   bool
}

// ending is a task of Go that has ended, whose caller has not been told.
type ending struct {
	done   func(Result)
	result Result
}

// New is a pool that runs; it must be closed by Close or Drain. The error names
// everything that is wrong about the options.
func New(o Options) (*Pool, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	p := &Pool{
		options: o, start: time.Now(), limit: math.MaxInt, armed: math.Inf(1), idle: make(chan struct{}),
		waiting: backlog.New(o.Discipline.order(), o.lanes()), doors: backlog.New(backlog.FIFO, 0),
		picks: orRandom(o.Uniforms.Discipline), uniforms: orRandom(o.Uniforms.Admission),
	}
	p.replies.New = func() any { return make(chan error, 1) }
	if o.Limited {
		p.limit = o.Limit
	}
	for i := range o.Admission {
		if err := p.addGate(&o.Admission[i]); err != nil {
			return nil, err
		}
	}
	if err := p.servers.begin(&p.options); err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.alarm = time.AfterFunc(math.MaxInt64, p.ring)
	p.rearm()
	return p, nil
}

// Start is the time from which the pool counts its seconds.
func (p *Pool) Start() time.Time { return p.start }

// Submit offers a task and waits for its end. The error is that of the task, or
// says why it was not run: ErrShed, ErrAbandoned, ErrClosed. When the context ends
// first, a task that still waits is given up, with the error of the context; one
// that runs is waited for, since it may still use what the caller uses.
func (p *Pool) Submit(ctx context.Context, t Task) error {
	reply := p.replies.Get().(chan error)
	defer p.replies.Put(reply)
	j, number, err := p.offer(ctx, t, nil, reply)
	if err != nil || j == nil {
		return err
	}
	return p.await(ctx, j, number, reply)
}

// Go offers a task and does not wait for its end: done is called then, once, by a
// goroutine of the pool or of another caller; it should be short, for a server may
// wait for it, and a panic of it is not contained. Where Go returns an error the
// task was refused, and done is not called. With the overflow Block, Go waits for
// room in the queue.
//
// A context that can end costs some allocations for each task.
func (p *Pool) Go(ctx context.Context, t Task, done func(Result)) error {
	if done == nil {
		done = func(Result) {}
	}
	var entry chan error
	if p.options.Overflow == Block {
		entry = p.replies.Get().(chan error)
		defer p.replies.Put(entry)
	}
	j, number, err := p.offer(ctx, t, done, entry)
	if err != nil || j == nil {
		return err
	}
	return p.await(ctx, j, number, entry)
}

// await waits for what a channel tells of a job, and takes the job out of where it
// waits when the context ends.
func (p *Pool) await(ctx context.Context, j *job, number int64, from chan error) error {
	select {
	case err := <-from:
		return err
	case <-ctx.Done():
		p.giveUp(ctx, j, number)
		return <-from
	}
}

// Drain refuses new tasks, waits until all that were offered have ended, and closes
// the pool. When the context ends first, it closes the pool like Close and returns
// the error of the context, without waiting for what runs.
func (p *Pool) Drain(ctx context.Context) error {
	p.mu.Lock()
	p.closed = true
	p.settle()
	p.mu.Unlock()
	select {
	case <-p.idle: // whatever has become of the context
		return nil
	default:
	}
	select {
	case <-p.idle:
		return nil
	case <-ctx.Done():
		p.refuseWaiting()
		return ctx.Err()
	}
}

// Close refuses new tasks and those that wait, with ErrClosed, and waits for those
// that run; end their contexts to make it short. It may be called more than once,
// but not by a task or a callback, for which it would wait.
func (p *Pool) Close() {
	p.refuseWaiting()
	<-p.idle
}

// Wait waits until the pool is closed and nothing is left of it.
func (p *Pool) Wait() { <-p.idle }

// enter begins anything that happens: it locks the pool, moves its clock on and
// lets happen what is due.
func (p *Pool) enter() {
	p.mu.Lock()
	p.elapse()
}

// leave ends what began with enter, and tells the callers whose tasks have ended
// while they waited.
func (p *Pool) leave() {
	p.rearm()
	p.settle()
	ends := p.endings
	if len(ends) == 0 {
		p.mu.Unlock()
		return
	}
	p.endings = nil
	p.crew.telling++
	p.mu.Unlock()
	p.inform(ends, 0)
}

// inform tells the callers of endings, from one of them on; those after a callback
// that does not return are told all the same.
func (p *Pool) inform(ends []ending, i int) {
	defer func() {
		if i++; i < len(ends) {
			go p.inform(ends, i)
			return
		}
		p.informed(ends)
	}()
	for ; i < len(ends); i++ {
		ends[i].done(ends[i].result)
	}
}

// informed ends what leave began, when all callers have been told.
func (p *Pool) informed(ends []ending) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.crew.telling--
	if p.endings == nil {
		clear(ends)
		p.endings = ends[:0]
	}
	p.settle()
}

// over says that the pool is closed and every task has ended.
func (p *Pool) over() bool { return p.closed && len(p.free) == len(p.jobs) }

// settle ends what is left of a closed pool when its last task has ended.
func (p *Pool) settle() {
	if !p.over() {
		return
	}
	p.alarm.Stop()
	p.crew.dismiss()
	if p.crew.members == 0 && p.crew.telling == 0 {
		select {
		case <-p.idle:
		default:
			close(p.idle)
		}
	}
}

// tell informs the observer, if there is one, of what happened to a job.
func (p *Pool) tell(k monitor.Kind, j *job, server int32) {
	if p.options.Observer != nil {
		p.observe(monitor.Transition{Time: p.now, Kind: k, Task: j.number, Class: j.task.Class,
			Server: int(server), Waiting: p.queued, Busy: p.busy, Servers: p.servers.shown()})
	}
}

// observe tells the observer. One that panics is not told of anything any more:
// what it has counted is wrong from now on, and the pool goes on without it.
func (p *Pool) observe(x monitor.Transition) {
	defer func() {
		if v := recover(); v != nil {
			p.stats.ObserverPanic = &PanicError{v, debug.Stack()}
			p.options.Observer = nil
		}
	}()
	p.options.Observer.Observe(x)
}
