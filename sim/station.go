package sim

import (
	"math"

	"spillway/sim/monitor"
)

// run lets events happen in their order until the next arrival would be
// number stop (from zero), until time passes horizon, until nothing is left,
// or, when draining, until no counted task is left.
func (r *Replication) run(stop int64, horizon float64) error {
	if !r.draining && r.isPlain() {
		if err := r.plain(stop, horizon); err != nil {
			return err
		}
	}
	for !(r.draining && r.pending == 0) {
		completion, emission := key(r.done.next), key(r.emission)
		network := min(key(r.events.Time()), key(r.offer))
		t := instant(min(completion, emission, network))
		if (r.offered >= stop || !(t < horizon)) && r.pauses(t, stop, horizon) {
			return nil
		}
		r.now = t
		r.tasks.elapse(t)
		var err error
		switch {
		case completion <= emission && completion <= network:
			err = r.complete(r.done.server())
		case emission < network:
			err = r.emit()
		case r.events.Time() <= r.offer:
			err = r.happen(r.events.Take())
		default:
			err = r.arrive(r.land())
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// pauses says whether the run stops before what happens at t, and sets the
// clock if so.
func (r *Replication) pauses(t float64, stop int64, horizon float64) bool {
	switch {
	case t > math.MaxFloat64:
		return true // nothing is left
	case t == r.done.next, t == r.events.Time() && r.events.First().Kind() != Arrival:
		if t <= horizon {
			return false
		}
	case t < r.events.Time() && t < r.offer && r.network: // a task is emitted, which arrives later
		if t < horizon {
			return false
		}
	case t < horizon && r.offered < stop:
		return false
	}
	r.now = min(t, horizon)
	return true
}

// happen carries out an event of the list.
func (r *Replication) happen(e Event) error {
	if e.Kind() == Arrival {
		return r.arrive(r.arriving.take(e.Index))
	}
	a := r.replying.take(e.Index)
	r.travel(a.class(), -1)
	if r.observer != nil {
		r.tell(monitor.Answered, a.mark, int(a.server))
	}
	return nil
}

// emit takes the next task from its source and sends it on its way.
func (r *Replication) emit() error {
	i := uint(r.at) % blockSize
	x := task{service: r.services[i], mark: newMark(r.emitted(), r.classes[i])}
	if r.network {
		x.delay = r.delays[i]
	}
	if err := r.take(1); err != nil {
		return err
	}
	if !r.network {
		x.delay = r.gap(r.now)
		if r.observer != nil {
			r.tell(monitor.Emitted, x.mark, -1)
		}
		return r.arrive(x)
	}
	r.travel(x.class(), 1)
	if r.observer != nil {
		r.tell(monitor.Emitted, x.mark, -1)
	}
	return r.send(x)
}

// send puts a task on the network.
func (r *Replication) send(x task) error {
	x.time = r.now + x.delay
	if err := r.check(x.time, "a task arrives"); err != nil {
		return err
	}
	if !r.constant {
		return r.events.Schedule(x.time, Arrival, r.arriving.put(x))
	}
	if r.outbound.len() == 0 {
		r.offer = x.time
	}
	r.outbound.push(x)
	return nil
}

// land takes the first task off the network of constant delay.
func (r *Replication) land() task {
	x := r.outbound.pop()
	r.offer = math.Inf(1)
	if r.outbound.len() > 0 {
		r.offer = r.outbound.front().time
	}
	return x
}

// arrive offers a task to admission.
func (r *Replication) arrive(x task) error {
	r.offered++
	x.time = r.now
	if r.network {
		r.travel(x.class(), -1)
	}
	if r.observer != nil {
		r.tell(monitor.Offered, x.mark, -1)
	}
	if r.warmup != nil {
		r.warmup.Observe(float64(r.tasks.waiting + r.tasks.busy))
	}
	if r.counting {
		x.mark |= counted
		r.sums[x.class()].offered++
	}
	if r.throttle != nil && !r.throttle.Take(r.now) {
		r.shed(x)
		return nil
	}
	if r.tasks.busy < r.servers {
		return r.serve(x)
	}
	if r.tasks.waiting >= r.limit {
		r.shed(x)
		return nil
	}
	if r.lanes == nil {
		r.queue.push(x)
	} else {
		r.lanes[r.laneOf[x.class()]].push(x)
	}
	r.tasks.queue()
	r.pending += x.pending()
	if r.several {
		r.sums[x.class()].inSystem.Add(r.now, 1)
		r.sums[x.class()].waiting.Add(r.now, 1)
	}
	if r.observer != nil {
		r.tell(monitor.Queued, x.mark, -1)
	}
	return nil
}

// serve gives a task that has just arrived an idle server.
func (r *Replication) serve(x task) error {
	server := r.serving.place()
	r.pending += x.pending()
	if r.several {
		r.sums[x.class()].inSystem.Add(r.now, 1)
	}
	if r.observer != nil {
		r.tell(monitor.Queued, x.mark, -1)
	}
	r.tasks.serve()
	if r.observer != nil {
		r.tell(monitor.Started, x.mark, int(server))
	}
	return r.done.add(r.begin(x, server), server)
}

// shed refuses a task.
func (r *Replication) shed(x task) {
	c := r.sums[x.class()]
	r.refused++
	if x.counted() {
		c.shed++
	}
	if r.observer != nil {
		r.tell(monitor.Shed, x.mark, -1)
	}
}

// begin begins the service of a task and tells when it ends.
func (r *Replication) begin(x task, server int32) float64 {
	x.time = r.now - x.time
	r.serving.items[server] = x
	return r.now + x.service
}

// complete ends the service that ends first; the server takes the next task
// that waits.
func (r *Replication) complete(server int32) error {
	x := &r.serving.items[server]
	r.tasks.busy--
	response := 0.0
	if r.response.law != nil {
		response = r.response.next()
	}
	c := r.sums[x.class()]
	c.completed++
	if x.counted() {
		r.pending--
		delay, gap := 0.0, x.delay
		if r.network {
			delay, gap = gap, 0
		}
		if c.record(x.time, x.service, delay+x.time+x.service+response, gap) {
			c.flush()
		}
	}
	if r.several {
		c.inSystem.Add(r.now, -1)
	}
	if r.observer != nil {
		r.tell(monitor.Finished, x.mark, int(server))
	}
	if r.response.law != nil || r.observer != nil {
		if err := r.answer(x.mark, server, response); err != nil {
			return err
		}
	}
	if r.tasks.waiting == 0 {
		r.serving.release(server)
		r.done.drop()
		return nil
	}
	queue := &r.queue
	if r.lanes != nil {
		queue = r.first()
	}
	next := queue.pop()
	r.tasks.waiting--
	r.tasks.busy++
	if r.several {
		r.sums[next.class()].waiting.Add(r.now, -1)
	}
	if r.observer != nil {
		r.tell(monitor.Started, next.mark, int(server))
	}
	return r.done.replace(r.begin(next, server), server)
}

// first is the lane that is served next; there must be a task in one.
func (r *Replication) first() *ring[task] {
	i := 0
	for r.lanes[i].len() == 0 {
		i++
	}
	return &r.lanes[i]
}

// answer sends the answer back to the caller.
func (r *Replication) answer(x mark, server int32, response float64) error {
	if r.response.law == nil {
		if r.observer != nil {
			r.tell(monitor.Answered, x, int(server))
		}
		return nil
	}
	at := r.now + response
	if err := r.check(at, "an answer arrives"); err != nil {
		return err
	}
	r.travel(x.class(), 1)
	return r.events.Schedule(at, Answer, r.replying.put(reply{x, server}))
}

// travel notes a task that enters or leaves the network.
func (r *Replication) travel(class int32, delta int) {
	r.transit.Add(r.now, delta)
	if r.several {
		r.sums[class].inNetwork.Add(r.now, delta)
	}
}

// tell informs the observer. Callers look first whether there is one: that
// costs them nothing, a call would.
func (r *Replication) tell(k monitor.Kind, x mark, server int) {
	r.observer.Observe(monitor.Transition{Time: r.now, Kind: k, Task: x.id(), Class: int(x.class()),
		Server: server, Waiting: r.tasks.waiting, Busy: r.tasks.busy})
}
