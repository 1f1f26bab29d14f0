package sim

import "spillway/sim/monitor"

// serve begins the service of a task on an idle server; the integrals are up to
// date.
func (r *Managed) serve(i int32) error {
	j := &r.jobs.items[i]
	r.tasks.serve()
	j.place, j.started, j.server = inService, r.now, r.servers.take()
	r.servers.begun(j.started - j.queued)
	r.tell(monitor.Started, j.mark, j.server)
	return r.schedule(r.now+j.service, atCompletion, owner(i, whereabouts), "a service ends")
}

// complete ends a service, and gives the server to the next task.
func (r *Managed) complete(i int32) error {
	j := &r.jobs.items[i]
	r.vacate(j)
	c := r.sums[j.class()]
	c.completed++
	if j.orphan {
		c.waste(r.now, j.started, r.opened)
		r.tell(monitor.Finished, j.mark, j.server)
		r.discard(i)
		return r.next()
	}
	r.tell(monitor.Finished, j.mark, j.server)
	r.barren = 0
	if j.inflight > 0 {
		r.adaptive.Sample(r.now-j.queued, int(j.inflight), false)
		j.inflight = 0
	}
	if r.response.law == nil {
		if err := r.answered(i); err != nil {
			return err
		}
		return r.next()
	}
	j.place, j.reply = onReturn, r.response.next()
	r.travel(j.class(), 1)
	if err := r.schedule(r.now+j.reply, atAnswer, owner(i, whereabouts), "an answer arrives"); err != nil {
		return err
	}
	return r.next()
}

// vacate takes a task off its server.
func (r *Managed) vacate(j *job) {
	r.elapse()
	r.tasks.busy--
	r.count(j.class(), -1, 0)
	r.servers.leave(j.server)
}

// next gives idle servers to the tasks that wait.
func (r *Managed) next() error {
	for r.tasks.busy < r.servers.on && r.tasks.waiting > 0 {
		i := r.waiting.Pop(r.picks.Float64)
		j := &r.jobs.items[i]
		if r.controls && r.codel.Drops(r.now, r.now-j.queued, r.tasks.waiting-1) {
			r.left(i)
			if err := r.refused(i, monitor.Shed); err != nil {
				return err
			}
			continue
		}
		r.elapse()
		r.tasks.waiting--
		r.count(j.class(), 0, -1)
		r.agenda.Cancel(owner(i, patienceEnd))
		if err := r.serve(i); err != nil {
			return err
		}
	}
	return r.letIn()
}

// answered brings the answer to the caller: the good end of a task.
func (r *Managed) answered(i int32) error {
	j := &r.jobs.items[i]
	if j.place == onReturn {
		r.travel(j.class(), -1)
	}
	r.agenda.Cancel(owner(i, timeoutEnd))
	r.balance.Completed++
	c := r.sums[j.class()]
	c.good++
	if j.counted() {
		r.pending--
		c.record(j)
	}
	if r.breaker != nil {
		r.breaker.Done(r.now, j.period, true)
	}
	r.tell(monitor.Answered, j.mark, j.server)
	return r.release(i)
}

// release ends a task: of a closed stream, its caller thinks again.
func (r *Managed) release(i int32) error {
	stream := r.jobs.items[i].stream
	r.discard(i)
	if r.origins[stream].stream.Population > 0 {
		return r.think(stream)
	}
	return nil
}

// discard forgets a job.
func (r *Managed) discard(i int32) {
	r.alive--
	if r.jobs.items[i].orphan {
		r.orphans--
	}
	r.jobs.items[i].place = nowhere
	r.jobs.release(i)
}
