package scheduler

// hold lets a job wait for a token. Only the first of those that wait has an
// event: they may leave before, and do not take the token with them.
func (p *Pool) hold(j *job, g *gate) {
	j.place = inThrottle
	g.held.Push(j.index, 0, 0)
	if g.held.Len() == 1 {
		p.due(g)
	}
}

// due plans when the first of those that wait for a token has it.
func (p *Pool) due(g *gate) {
	if g.held.Len() > 0 {
		g.due = g.bucket.Due(p.now)
		p.schedule(g.due, atRelease, p.jobs[g.held.Oldest()])
	}
}

// resume lets a job go on that has its token.
func (p *Pool) resume(j *job) {
	g := &p.gates[j.step]
	g.held.Remove(j.index)
	g.bucket.Take(g.due) // not when the timer rang
	p.due(g)
	j.step++
	p.admit(j)
}

// leaveThrottle takes a job out of those that wait for a token.
func (p *Pool) leaveThrottle(j *job) {
	g := &p.gates[j.step]
	first := g.held.Oldest() == j.index
	p.agenda.Cancel(j.index)
	g.held.Remove(j.index)
	if first {
		p.due(g)
	}
}

// admitted is how many jobs have passed a gate and not left since: in the
// system, at the door, or held by a throttle that comes later.
func (p *Pool) admitted(step int32) int {
	n := p.queued + p.busy + p.doors.Len()
	for i := range p.gates[step+1:] {
		if later := &p.gates[int(step)+1+i]; later.delays {
			n += later.held.Len()
		}
	}
	return n
}
