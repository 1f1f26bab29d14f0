package sim

import (
	"math"

	"spillway/sim/monitor"
)

// run lets events happen in their order until the next arrival would be
// number stop (from zero), until time passes horizon, until nothing is left,
// or, when draining, until no counted task is left.
func (r *Replication) run(stop int64, horizon float64) error {
	for !(r.draining && r.pending == 0) {
		next := r.events.Time()
		var err error
		switch {
		case next <= r.offer && next <= r.emission:
			if next > math.MaxFloat64 {
				return nil // nothing is left
			}
			e := r.events.First()
			if e.Kind() == Arrival && r.pause(next, stop, horizon) {
				return nil
			}
			if next > horizon {
				r.now = horizon
				return nil
			}
			r.now = next
			err = r.happen(e)
		case r.offer <= r.emission:
			if r.pause(r.offer, stop, horizon) {
				return nil
			}
			r.now = r.offer
			err = r.arrive(r.land())
		default:
			if r.network && r.emission < horizon || !r.network && !r.pause(r.emission, stop, horizon) {
				r.now = r.emission
				err = r.emit()
				break
			}
			if r.network {
				r.now = horizon
			}
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// pause says whether the run stops before an arrival at t, and sets the clock
// if so.
func (r *Replication) pause(t float64, stop int64, horizon float64) bool {
	if r.offered < stop && t < horizon {
		return false
	}
	r.now = min(t, horizon)
	return true
}

// happen takes the first event of the list and carries it out.
func (r *Replication) happen(e Event) error {
	if e.Kind() == Completion {
		return r.complete(e.Index)
	}
	r.events.Take()
	switch e.Kind() {
	case Arrival:
		return r.arrive(r.arriving.take(e.Index))
	case Answer:
		a := r.replying.take(e.Index)
		r.travel(int(a.class), -1)
		if r.observer != nil {
			r.tell(monitor.Answered, a.id, a.class, int(a.server))
		}
	}
	return nil
}

// emit takes the next task from its source and sends it on its way.
func (r *Replication) emit() error {
	f := &r.feeds[r.first]
	x := task{service: f.service.next(), id: r.emitted, class: f.class}
	if r.network {
		x.delay = f.delay.next()
	}
	if err := r.step(f); err != nil {
		return err
	}
	if !r.network {
		if r.observer != nil {
			r.tell(monitor.Emitted, x.id, x.class, -1)
		}
		return r.arrive(x)
	}
	r.travel(int(x.class), 1)
	if r.observer != nil {
		r.tell(monitor.Emitted, x.id, x.class, -1)
	}
	return r.send(x)
}

// send puts a task on the network.
func (r *Replication) send(x task) error {
	at := r.now + x.delay
	if err := r.check(at, "a task arrives"); err != nil {
		return err
	}
	if !r.constant {
		return r.events.Schedule(at, Arrival, r.arriving.put(x))
	}
	if r.outbound.len() == 0 {
		r.offer = at
	}
	r.outbound.push(passage{at, x})
	return nil
}

// land takes the first task off the network of constant delay.
func (r *Replication) land() task {
	x := r.outbound.pop().task
	r.offer = math.Inf(1)
	if r.outbound.len() > 0 {
		r.offer = r.outbound.front().at
	}
	return x
}

// arrive offers a task to admission.
func (r *Replication) arrive(x task) error {
	r.offered++
	x.queued = r.now
	if r.network {
		r.travel(int(x.class), -1)
	}
	if r.observer != nil {
		r.tell(monitor.Offered, x.id, x.class, -1)
	}
	if r.warmup != nil {
		r.warmup.Observe(float64(r.tasks.waiting + r.tasks.busy))
	}
	if r.counting {
		x.counted = true
		r.sums[x.class].offered++
	}
	if r.tasks.busy < r.servers {
		return r.serve(x)
	}
	if r.tasks.waiting >= r.limit {
		r.shed(x)
		return nil
	}
	r.tasks.elapse(r.now)
	r.queue.push(x)
	r.tasks.waiting++
	r.enter(&x)
	if r.classes > 1 {
		r.sums[x.class].waiting.Add(r.now, 1)
	}
	if r.observer != nil {
		r.tell(monitor.Queued, x.id, x.class, -1)
	}
	return nil
}

// serve gives a task that has just arrived an idle server.
func (r *Replication) serve(x task) error {
	r.tasks.elapse(r.now)
	server := r.serving.place()
	r.enter(&x)
	if r.observer != nil {
		r.tell(monitor.Queued, x.id, x.class, -1)
	}
	r.tasks.busy++
	r.tasks.rise()
	return r.events.Schedule(r.begin(&x, server), Completion, server)
}

// enter notes a task that stays.
func (r *Replication) enter(x *task) {
	if x.counted {
		r.pending++
	}
	r.tasks.rise()
	if r.classes > 1 {
		r.sums[x.class].inSystem.Add(r.now, 1)
	}
}

// shed refuses a task.
func (r *Replication) shed(x task) {
	c := r.sums[x.class]
	r.refused++
	if x.counted {
		c.shed++
	}
	if r.observer != nil {
		r.tell(monitor.Shed, x.id, x.class, -1)
	}
}

// begin begins the service of a task and tells when it ends.
func (r *Replication) begin(x *task, server int32) float64 {
	r.serving.items[server] = running{*x, r.now - x.queued}
	if r.observer != nil {
		r.tell(monitor.Started, x.id, x.class, int(server))
	}
	if !(x.service >= 0) {
		return math.NaN() // which the event list refuses
	}
	return r.now + x.service
}

// complete ends a service, the first event of the list; the server takes the
// next task that waits. An answer that is scheduled meanwhile comes after it.
func (r *Replication) complete(server int32) error {
	x := &r.serving.items[server]
	r.tasks.elapse(r.now)
	r.tasks.busy--
	response := 0.0
	if r.response.law != nil {
		response = r.response.next()
	}
	c := r.sums[x.class]
	c.completed++
	if x.counted {
		r.pending--
		c.record(x.wait, x.service, x.delay+x.wait+x.service+response)
	}
	if r.classes > 1 {
		c.inSystem.Add(r.now, -1)
	}
	if r.observer != nil {
		r.tell(monitor.Finished, x.id, x.class, int(server))
	}
	if r.response.law != nil || r.observer != nil {
		if err := r.answer(x, server, response); err != nil {
			return err
		}
	}
	if r.tasks.waiting == 0 {
		r.serving.release(server)
		r.events.Take()
		return nil
	}
	next := r.queue.front()
	r.tasks.waiting--
	r.tasks.busy++
	if r.classes > 1 {
		r.sums[next.class].waiting.Add(r.now, -1)
	}
	done := r.begin(next, server)
	r.queue.drop()
	return r.events.Replace(done, Completion, server)
}

// answer sends the answer back to the caller.
func (r *Replication) answer(x *running, server int32, response float64) error {
	if r.response.law == nil {
		if r.observer != nil {
			r.tell(monitor.Answered, x.id, x.class, int(server))
		}
		return nil
	}
	at := r.now + response
	if err := r.check(at, "an answer arrives"); err != nil {
		return err
	}
	r.travel(int(x.class), 1)
	return r.events.Schedule(at, Answer, r.replying.put(reply{x.id, x.class, server}))
}

// travel notes a task that enters or leaves the network.
func (r *Replication) travel(class, delta int) {
	r.transit.Add(r.now, delta)
	if r.classes > 1 {
		r.sums[class].inNetwork.Add(r.now, delta)
	}
}

// tell informs the observer. Callers look first whether there is one: that
// costs them nothing, a call would.
func (r *Replication) tell(k monitor.Kind, id int64, class int32, server int) {
	r.observer.Observe(monitor.Transition{Time: r.now, Kind: k, Task: id, Class: int(class),
		Server: server, Waiting: r.tasks.waiting, Busy: r.tasks.busy})
}
