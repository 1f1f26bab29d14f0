package scheduler

import (
	"context"
	"errors"
	"fmt"

	"spillway/sim/internal/backlog"
	"spillway/sim/monitor"
	"spillway/sim/policy"
)

// gate is one admission policy.
type gate struct {
	throttle    bool
	bucket      policy.TokenBucket
	delays      bool             // the bucket lets the excess wait
	held        *backlog.Backlog // who waits for a token, in order
	due         float64          // when the first of them has it
	sheds       bool
	shedder     policy.Shedder
	concurrency policy.Concurrency
	adaptive    *policy.AdaptiveConcurrency
}

// addGate makes the state of an admission policy. CoDel is none: it acts at the
// head of the queue.
func (p *Pool) addGate(a *Admission) (err error) {
	var g gate
	switch {
	case a.Throttle != nil:
		g.throttle, g.delays, g.held = true, a.Throttle.Delay, backlog.New(backlog.FIFO, 0)
		g.bucket, err = policy.NewTokenBucket(a.Throttle.Rate, a.Throttle.Burst)
	case a.Shed != nil:
		g.sheds = true
		g.shedder, err = policy.NewShedder(a.Shed.When, a.Shed.Above, a.Shed.Probability)
	case a.Adaptive != nil:
		uniform := orRandom(p.options.Uniforms.Adaptive)
		g.adaptive, err = policy.NewAdaptiveConcurrency(a.Adaptive.Algorithm, a.Adaptive.Min, a.Adaptive.Max, uniform)
		p.adaptive = g.adaptive
	case a.CoDel != nil:
		p.controls = true
		p.codel, err = policy.NewCoDel(a.CoDel.Target.Seconds(), a.CoDel.Interval.Seconds())
		return err
	default:
		g.concurrency, err = policy.NewConcurrency(a.Concurrency)
	}
	p.gates = append(p.gates, g)
	return err
}

// offer brings a task to admission. The job is one that the caller is to wait for,
// by the channel that it gave; nil where there is nothing to wait for.
func (p *Pool) offer(ctx context.Context, t Task, done func(Result), wait chan error) (*job, int64, error) {
	if err := p.possible(ctx, &t); err != nil {
		return nil, 0, err
	}
	p.enter()
	defer p.leave()
	if p.closed {
		return nil, 0, ErrClosed
	}
	j := p.hire()
	j.number, j.server, j.step = p.offers, -1, 0
	j.offered, j.queued = p.now, p.now
	j.task, j.ctx, j.done = t, ctx, done
	if done == nil {
		j.reply = wait
	} else {
		j.entry = wait
	}
	p.offers++
	p.stats.Offered++
	p.offering, p.refusal = j, nil
	p.tell(monitor.Emitted, j, -1)
	p.tell(monitor.Offered, j, -1)
	p.admit(j)
	if p.offering == nil {
		return nil, 0, p.refusal
	}
	p.offering = nil
	if done == nil {
		return j, j.number, nil
	}
	if j.place != inService {
		p.watch(ctx, j)
	}
	if j.place == atDoor {
		return j, j.number, nil
	}
	j.entry = nil
	return nil, 0, nil
}

// possible says what is wrong about a task.
func (p *Pool) possible(ctx context.Context, t *Task) error {
	switch {
	case t.Run == nil:
		return errors.New("scheduler: a task without Run")
	case t.Class < 0 || t.Class >= p.options.classes():
		return fmt.Errorf("scheduler: a task of class %d, want 0 to %d", t.Class, p.options.classes()-1)
	case t.Priority < 0 || t.Priority > p.options.LowestPriority:
		return fmt.Errorf("scheduler: a task of priority %d, want 0 to %d", t.Priority, p.options.LowestPriority)
	}
	return ctx.Err()
}

// admit takes a job through the admission policies that it has not passed yet.
func (p *Pool) admit(j *job) {
	for int(j.step) < len(p.gates) {
		g := &p.gates[j.step]
		if g.delays && (g.held.Len() > 0 || !g.bucket.Take(p.now)) {
			p.hold(j, g)
			return
		}
		if !g.delays && !p.passes(g, j) {
			p.refuse(j, monitor.Shed, ErrShed)
			return
		}
		j.step++
	}
	p.take(j)
}

// passes asks a policy that decides at once.
func (p *Pool) passes(g *gate, j *job) bool {
	switch {
	case g.throttle:
		return g.bucket.Take(p.now)
	case g.sheds:
		u := 0.0
		if g.shedder.Draws() {
			u = p.uniforms()
		}
		return !g.shedder.Sheds(p.view(), u)
	case g.adaptive != nil:
		n := p.admitted(j.step)
		if n >= g.adaptive.Limit() {
			return false
		}
		j.inwards = n + 1
		return true
	}
	return p.admitted(j.step) < g.concurrency.Limit()
}

// view is what a policy may look at.
func (p *Pool) view() policy.View {
	v := policy.View{Waiting: p.queued, Busy: p.busy, Servers: p.servers.on}
	if p.queued > 0 {
		v.HeadWait = p.now - p.jobs[p.waiting.Oldest()].queued
	}
	return v
}

// take takes an admitted job to a server, into the queue, or does what the queue
// does when it is full.
func (p *Pool) take(j *job) {
	j.queued = p.now
	if p.busy < p.servers.on {
		if p.controls {
			p.codel.Drops(p.now, 0, 0) // it shows that there is no standing queue
		}
		p.integrate()
		p.tell(monitor.Queued, j, -1)
		p.serve(j)
		return
	}
	switch {
	case p.queued < p.limit:
		p.enqueue(j)
	case p.options.Overflow == Block:
		j.place = atDoor
		p.doors.Push(j.index, 0, 0)
	case p.options.Overflow == DropOldest && p.queued > 0:
		oldest := p.jobs[p.waiting.Oldest()]
		p.leaveQueue(oldest)
		p.refuse(oldest, monitor.Shed, ErrShed)
		p.enqueue(j)
	default:
		p.refuse(j, monitor.Shed, ErrShed)
	}
}

// enqueue puts a job into the queue.
func (p *Pool) enqueue(j *job) {
	p.integrate()
	p.waiting.Push(j.index, p.laneOf(j), j.task.Size)
	p.queued++
	j.place = inQueue
	p.tell(monitor.Queued, j, -1)
	if p.options.Patience != nil {
		if d := p.options.Patience(j.task.Class); d < 1<<63-1 {
			p.schedule(p.now+seconds(max(0, d)), atPatience, j)
		}
	}
}

// laneOf is the lane of a job in the backlog.
func (p *Pool) laneOf(j *job) int {
	if p.options.Discipline == Fair {
		return j.task.Class
	}
	return j.task.Priority
}

// letIn lets jobs in that stand at the door, while there is room.
func (p *Pool) letIn() {
	for p.doors.Len() > 0 && (p.queued < p.limit || p.busy < p.servers.on) {
		j := p.jobs[p.doors.Pop(nil)]
		if j.entry != nil {
			j.entry <- nil
			j.entry = nil
		}
		p.take(j)
	}
}
