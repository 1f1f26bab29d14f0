package sim

import "spillway/sim/monitor"

// refused ends a try that was admitted or asked for it: a refusal, told to the
// breaker, and the end of what a caller waits for. The task is nowhere any more.
func (r *Managed) refused(i int32, why monitor.Kind) error {
	j := &r.jobs.items[i]
	if j.orphan { // nobody is told
		r.tell(monitor.Discarded, j.mark, -1)
		r.discard(i)
		return nil
	}
	if r.breaker != nil {
		r.breaker.Done(r.now, j.period, false)
	}
	if j.inflight > 0 { // it had passed the adaptive limit
		r.adaptive.Sample(r.now-j.offered, int(j.inflight), true)
		j.inflight = 0
	}
	return r.refuse(i, why)
}

// refuse ends a try without an answer: the caller tries again, or this is the
// end of the task.
func (r *Managed) refuse(i int32, why monitor.Kind) error {
	r.agenda.Cancel(owner(i, timeoutEnd))
	j := &r.jobs.items[i]
	r.tell(why, j.mark, j.server)
	if r.triesAgain(j) {
		return r.retry(i)
	}
	r.fail(j, why)
	return r.release(i)
}

// fail notes the end of a task without an answer.
func (r *Managed) fail(j *job, why monitor.Kind) {
	if j.counted() {
		r.pending--
	}
	c := r.sums[j.class()]
	at, total := &c.shed, &r.balance.Shed
	switch why {
	case monitor.Abandoned:
		at, total = &c.abandoned, &r.balance.Abandoned
	case monitor.TimedOut:
		at, total = &c.timedOut, &r.balance.TimedOut
	case monitor.Lost:
		at, total = &c.lost, &r.balance.Lost
	}
	*total++
	if j.counted() {
		*at++
	}
}

// triesAgain decides whether the caller of a task that was refused tries again.
func (r *Managed) triesAgain(j *job) bool {
	p := r.model.Policies.Retry
	switch {
	case p == nil || p.Limited && int(j.tries) > p.Limit:
		return false
	case p.Probability < 1 && !(r.origins[j.stream].chances.Float64() < p.Probability):
		return false
	}
	return !r.budgeted || r.budget.Withdraw()
}

// retry lets the caller of a task wait, to offer it again.
func (r *Managed) retry(i int32) error {
	j := &r.jobs.items[i]
	o := &r.origins[j.stream]
	j.place, j.server = inOrbit, -1
	r.orbits(j.class(), 1)
	r.tell(monitor.Retried, j.mark, -1)
	delay := 0.0
	if b := r.model.Policies.Retry.Backoff; b != nil {
		u := 0.0
		if b.Draws() {
			u = o.chances.Float64()
		}
		delay = b.Delay(int(j.tries), u)
	} else {
		delay = o.retrying.next()
	}
	return r.schedule(r.now+delay, atArrival, owner(i, whereabouts), "a caller tries again")
}

// abandon lets a task leave the queue that has lost its patience.
func (r *Managed) abandon(i int32) error {
	r.leaveQueue(i)
	if err := r.refused(i, monitor.Abandoned); err != nil {
		return err
	}
	return r.letIn()
}

// giveUp ends the time that a caller waits for its answer.
func (r *Managed) giveUp(i int32) error {
	j := &r.jobs.items[i]
	if j.place == onReturn { // the work is done, the answer comes too late
		r.travel(j.class(), -1)
		r.agenda.Cancel(owner(i, whereabouts))
		r.sums[j.class()].waste(j.started+j.service, j.started, r.opened)
		return r.refused(i, monitor.TimedOut)
	}
	if !r.model.Policies.Timeout.Cancel {
		return r.orphanWork(i)
	}
	return r.cancel(i)
}

// cancel takes a task away from where it is when its caller gives up.
func (r *Managed) cancel(i int32) error {
	j := &r.jobs.items[i]
	where := j.place
	r.agenda.Cancel(owner(i, whereabouts))
	switch where {
	case inThrottle:
		if err := r.leaveThrottle(i); err != nil {
			return err
		}
	case inQueue:
		r.leaveQueue(i)
	case atDoor:
		r.doors.Remove(i)
		r.origins[j.stream].release(r.now, r.opened)
		r.nextEmission()
	case inService:
		r.vacate(j)
		r.sums[j.class()].waste(r.now, j.started, r.opened)
	}
	if err := r.refused(i, monitor.TimedOut); err != nil {
		return err
	}
	return r.next()
}

// orphanWork leaves the work of a task to itself when its caller gives up. The
// task goes on as another job, or ends.
func (r *Managed) orphanWork(i int32) error {
	k := r.jobs.place()
	r.alive++
	j := &r.jobs.items[i]
	r.jobs.items[k] = *j
	j.orphan, j.inflight = true, 0
	r.orphans++
	return r.refused(k, monitor.TimedOut)
}
