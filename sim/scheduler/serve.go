package scheduler

import (
	"runtime/debug"

	"spillway/sim/monitor"
)

// crew is the goroutines that run tasks. Each waits for its next task when it has
// none: to wake one is cheaper than to start one, and allocates nothing.
type crew struct {
	members int
	resting []*worker // the one that has run last is the last
	current *worker   // the worker that has just ended a task, and would take another
	telling int       // other goroutines that tell callers of endings
}

// worker is a goroutine of the crew.
type worker struct {
	wake  chan *job // closed: it is to end
	next  *job      // that it goes on with
	last  ending    // that it is to tell
	ended bool
}

// rest lets a worker wait, or go where there are enough that do.
func (c *crew) rest(w *worker, enough int) {
	if len(c.resting) < enough {
		c.resting = append(c.resting, w)
		return
	}
	close(w.wake)
}

// dismiss ends the workers that rest.
func (c *crew) dismiss() {
	for _, w := range c.resting {
		close(w.wake)
	}
	c.resting = nil
}

// serve gives an idle server to a job; the integrals are up to date.
func (p *Pool) serve(j *job) {
	p.busy++
	j.place, j.started, j.server = inService, p.now, p.servers.take()
	p.servers.begun(j.started - j.queued)
	p.tell(monitor.Started, j, j.server)
	c := &p.crew
	switch n := len(c.resting); {
	case c.current != nil:
		c.current.next = j
		c.current = nil
	case n > 0:
		w := c.resting[n-1]
		c.resting = c.resting[:n-1]
		w.wake <- j
	default:
		c.members++
		w := &worker{wake: make(chan *job, 1), next: j}
		go p.work(w)
	}
}

// work is what a goroutine of the crew does.
func (p *Pool) work(w *worker) {
	defer func() {
		if !w.ended { // a task or a callback ended this goroutine: another goes on as this worker
			go p.work(w)
		}
	}()
	for {
		j := w.next
		if j == nil {
			var ok bool
			if j, ok = <-w.wake; !ok {
				w.ended = true
				p.quit()
				return
			}
		}
		w.next = nil
		j.begun = seconds(p.elapsed())
		p.complete(w, j, p.perform(w, j))
	}
}

// quit ends a worker.
func (p *Pool) quit() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.crew.members--
	p.settle()
}

// perform runs a task and contains what it may do.
func (p *Pool) perform(w *worker, j *job) (err error) {
	returned := false
	defer func() {
		if returned {
			return
		}
		if v := recover(); v != nil {
			err = &PanicError{v, debug.Stack()}
			return
		}
		p.complete(w, j, ErrExited) // the task ends this goroutine
	}()
	err = j.task.Run(j.ctx)
	returned = true
	return err
}

// complete ends the service of a job and gives its server to the next one. The
// worker tells the caller, and goes on with the next job, or rests.
func (p *Pool) complete(w *worker, j *job, err error) {
	p.turn(w, j, err)
	if done := w.last.done; done != nil {
		w.last.done = nil
		done(w.last.result)
	}
}

// turn is what complete does while the pool is locked.
func (p *Pool) turn(w *worker, j *job, err error) {
	p.enter()
	defer p.leave()
	p.crew.current = w
	p.finish(j, err)
	p.refill()
	if p.crew.current != nil {
		p.crew.current = nil
		p.crew.rest(w, p.servers.on)
	}
}

// finish is what becomes of a job whose service has ended. One that failed, and
// whose context has ended, was given up by its caller.
func (p *Pool) finish(j *job, err error) {
	late := err != nil && j.ctx.Err() != nil
	p.integrate()
	p.busy--
	p.servers.leave(j.server)
	if _, panicked := err.(*PanicError); panicked {
		p.stats.Panics++
	}
	if late {
		p.refuse(j, monitor.TimedOut, err)
		return
	}
	p.tell(monitor.Finished, j, j.server)
	if j.inwards > 0 {
		p.adaptive.Sample(p.now-j.queued, j.inwards, false)
	}
	p.stats.Completed++
	p.tell(monitor.Answered, j, j.server)
	p.end(j, err)
}

// refill gives idle servers to the tasks that wait.
func (p *Pool) refill() {
	for p.busy < p.servers.on && p.queued > 0 {
		j := p.jobs[p.waiting.Pop(p.picks)]
		if p.controls && p.codel.Drops(p.now, p.now-j.queued, p.queued-1) {
			p.left(j)
			p.refuse(j, monitor.Shed, ErrShed)
			continue
		}
		p.integrate()
		p.queued--
		p.agenda.Cancel(j.index)
		p.serve(j)
	}
	p.letIn()
}
