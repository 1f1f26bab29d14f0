package sim

// plain is run for what isPlain, as long as nothing else than arrivals and
// completions happens, and does the same, with two ideas. What is looked at for
// other models is not looked at here. And an arrival and a completion are as
// likely as each other, so that the branch between them is mispredicted every
// other time: when the next of them is, and what both have in common, is computed
// before it, without a branch, while the processor waits for its outcome.
func (r *Replication) plain(stop int64, horizon float64) error {
	for r.offered < stop {
		completion, arrival := key(r.done.next), key(r.emission)
		t := instant(min(completion, arrival))
		if !(t < horizon) {
			return nil
		}
		r.now = t
		r.tasks.elapse(t)
		var err error
		if completion <= arrival {
			err = r.finish(r.done.server())
		} else {
			err = r.come()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// come is emit and arrive in one.
func (r *Replication) come() error {
	i := uint(r.at) % blockSize
	x := task{time: r.now, service: r.services[i], mark: newMark(r.emitted(), 0)}
	if err := r.take(1); err != nil {
		return err
	}
	x.delay = r.gap(r.now)
	r.offered++
	if r.counting {
		x.mark |= counted
		r.sums[0].offered++
	}
	if r.throttle != nil && !r.throttle.Take(r.now) {
		r.shed(x)
		return nil
	}
	if r.tasks.busy < r.servers {
		r.tasks.serve()
		r.pending += x.pending()
		server := r.serving.place()
		return r.done.add(r.begin(x, server), server)
	}
	if r.tasks.waiting >= r.limit {
		r.shed(x)
		return nil
	}
	r.tasks.queue()
	r.pending += x.pending()
	r.queue.push(x)
	return nil
}

// finish is complete.
func (r *Replication) finish(server int32) error {
	x, c := &r.serving.items[server], r.sums[0]
	c.completed++
	if x.counted() {
		r.pending--
		if c.record(x.time, x.service, x.time+x.service, x.delay) {
			c.flush()
		}
	}
	if r.tasks.waiting == 0 {
		r.tasks.busy--
		r.serving.release(server)
		r.done.drop()
		return nil
	}
	r.tasks.waiting--
	return r.done.replace(r.begin(r.queue.pop(), server), server)
}
