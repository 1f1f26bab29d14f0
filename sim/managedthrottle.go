package sim

// hold lets a task wait for a token. Only the first of those that wait has an
// event: they may leave before, and do not take the token with them.
func (r *Managed) hold(i int32, g *gate) error {
	r.jobs.items[i].place = inThrottle
	g.held.Push(i, 0, 0)
	if g.held.Len() > 1 {
		return nil
	}
	return r.due(g)
}

// due plans when the first of those that wait for a token has it.
func (r *Managed) due(g *gate) error {
	if g.held.Len() == 0 {
		return nil
	}
	return r.schedule(g.bucket.Due(r.now), atRelease, owner(g.held.Oldest(), whereabouts), "a throttle lets a task go")
}

// resume lets a task go on that has its token.
func (r *Managed) resume(i int32) error {
	g := &r.gates[r.jobs.items[i].step]
	g.held.Remove(i)
	g.bucket.Take(r.now)
	if err := r.due(g); err != nil {
		return err
	}
	r.jobs.items[i].step++
	return r.admit(i)
}

// leaveThrottle takes a task out of those that wait for a token.
func (r *Managed) leaveThrottle(i int32) error {
	g := &r.gates[r.jobs.items[i].step]
	first := g.held.Oldest() == i
	g.held.Remove(i)
	if !first {
		return nil
	}
	return r.due(g)
}
