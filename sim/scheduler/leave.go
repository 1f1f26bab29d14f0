package scheduler

import (
	"context"

	"spillway/sim/monitor"
)

// leaveQueue takes a job out of the queue that is not served. What becomes of it
// is the caller's business.
func (p *Pool) leaveQueue(j *job) {
	p.waiting.Remove(j.index)
	p.left(j)
}

// left notes a job that has left the queue for anything but a server.
func (p *Pool) left(j *job) {
	p.integrate()
	p.queued--
	p.agenda.Cancel(j.index)
}

// refuse ends a job without an answer. It is nowhere any more.
func (p *Pool) refuse(j *job, why monitor.Kind, err error) {
	if j.inwards > 0 { // it had passed the adaptive limit
		p.adaptive.Sample(p.now-j.offered, j.inwards, true)
	}
	p.tell(why, j, j.server)
	switch why {
	case monitor.Shed:
		p.stats.Shed++
	case monitor.Abandoned:
		p.stats.Abandoned++
	case monitor.TimedOut:
		p.stats.TimedOut++
	}
	p.end(j, err)
}

// abandon lets a job leave the queue that has lost its patience.
func (p *Pool) abandon(j *job) {
	p.leaveQueue(j)
	p.refuse(j, monitor.Abandoned, ErrAbandoned)
	p.letIn()
}

// watch gives a task of Go up when its context ends.
func (p *Pool) watch(ctx context.Context, j *job) {
	if ctx.Done() == nil {
		return
	}
	number := j.number
	j.unwatch = context.AfterFunc(ctx, func() { p.giveUp(ctx, j, number) })
}

// giveUp takes a job out of where it waits when its context ends. One that runs
// has the context itself; one whose number is another has ended before.
func (p *Pool) giveUp(ctx context.Context, j *job, number int64) {
	p.enter()
	defer p.leave()
	if j.number != number || j.place == nowhere || j.place == inService {
		return
	}
	p.removeWaiting(j)
	p.refuse(j, monitor.TimedOut, ctx.Err())
	p.refill()
}

// removeWaiting takes a job out of where it waits.
func (p *Pool) removeWaiting(j *job) {
	switch j.place {
	case inQueue:
		p.leaveQueue(j)
	case atDoor:
		p.doors.Remove(j.index)
	case inThrottle:
		p.leaveThrottle(j)
	}
}

// refuseWaiting closes the pool and ends what waits.
func (p *Pool) refuseWaiting() {
	p.enter()
	defer p.leave()
	p.closed = true
	for _, j := range p.jobs {
		if j.place != nowhere && j.place != inService {
			p.removeWaiting(j)
			p.refuse(j, monitor.Shed, ErrClosed)
		}
	}
}

// end is the end of a job: its caller is told, or will be.
func (p *Pool) end(j *job, err error) {
	switch {
	case j == p.offering:
		p.offering, p.refusal = nil, err
	case j.reply != nil:
		j.reply <- err
	case j.entry != nil:
		j.entry <- err
	case j.done == nil:
	case j.place == inService:
		p.crew.current.last = ending{j.done, j.result(p.now, err)}
	default:
		p.endings = append(p.endings, ending{j.done, j.result(p.now, err)})
	}
	p.release(j)
}

// hire is a job that is free.
func (p *Pool) hire() *job {
	if n := len(p.free); n > 0 {
		j := p.free[n-1]
		p.free = p.free[:n-1]
		return j
	}
	j := &job{index: int32(len(p.jobs))}
	p.jobs = append(p.jobs, j)
	return j
}

// release frees a job, and lets go of what its caller gave.
func (p *Pool) release(j *job) {
	if j.unwatch != nil {
		j.unwatch()
	}
	*j = job{index: j.index, number: -1}
	p.free = append(p.free, j)
}
