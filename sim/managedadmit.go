package sim

import (
	"spillway/distributions"
	"spillway/sim/internal/backlog"
	"spillway/sim/monitor"
	"spillway/sim/policy"
)

// gate is one admission policy: the field that is not nil.
type gate struct {
	throttle    bool
	bucket      policy.TokenBucket
	delays      bool             // the bucket lets the excess wait
	held        *backlog.Backlog // who waits for a token, in order
	sheds       bool
	shedder     policy.Shedder
	concurrency int
	adaptive    *policy.AdaptiveConcurrency
}

// addGate makes the state of an admission policy. CoDel is none: it acts at the
// head of the queue.
func (r *Managed) addGate(a *Admission, s *distributions.Stream) (err error) {
	var g gate
	switch {
	case a.Throttle != nil:
		g.throttle, g.delays, g.held = true, a.Throttle.Delay, backlog.New(backlog.FIFO, 0)
		g.bucket, err = policy.NewTokenBucket(a.Throttle.Rate, a.Throttle.Burst)
	case a.Shed != nil:
		g.sheds = true
		g.shedder, err = policy.NewShedder(a.Shed.When, a.Shed.Above, a.Shed.Probability)
	case a.Adaptive != nil:
		g.adaptive, err = policy.NewAdaptiveConcurrency(a.Adaptive.Algorithm, a.Adaptive.Min, a.Adaptive.Max, s.Float64)
		r.adaptive = g.adaptive
	case a.CoDel != nil:
		r.controls = true
		r.codel, err = policy.NewCoDel(a.CoDel.Target, a.CoDel.Interval)
		return err
	default:
		g.concurrency = a.Concurrency
	}
	r.gates = append(r.gates, g)
	return err
}

// offer brings a task to admission, for the first time or again.
func (r *Managed) offer(i int32) error {
	j := &r.jobs.items[i]
	o := &r.origins[j.stream]
	j.offered, j.step, j.inflight = r.now, 0, 0
	j.tries++
	if j.tries == 1 {
		j.first = r.now
		r.offeredFirst(j)
	}
	if j.counted() {
		r.sums[j.class()].tries++
	}
	r.tries++
	r.spare--
	r.barren++
	r.tell(monitor.Offered, j.mark, -1)
	if r.breaker != nil {
		period, allowed := r.breaker.Allow(r.now)
		if !allowed {
			return r.refuse(i, monitor.Shed)
		}
		j.period = period
	}
	if o.timeout.law != nil {
		if err := r.schedule(r.now+o.timeout.next(), atTimeout, owner(i, timeoutEnd), "a caller gives up"); err != nil {
			return err
		}
	}
	return r.admit(i)
}

// offeredFirst notes a task that reaches admission for the first time.
func (r *Managed) offeredFirst(j *job) {
	r.offered++
	r.barren = 0
	if r.warmup != nil {
		r.warmup.Observe(float64(r.tasks.waiting + r.tasks.busy))
	}
	if r.counting {
		j.mark |= counted
		r.pending++
		r.sums[j.class()].offered++
	}
	if r.budgeted {
		r.budget.Deposit()
	}
}

// admit takes a task through the admission policies that it has not passed yet.
func (r *Managed) admit(i int32) error {
	j := &r.jobs.items[i]
	for int(j.step) < len(r.gates) {
		g := &r.gates[j.step]
		if g.delays && (g.held.Len() > 0 || !g.bucket.Take(r.now)) {
			return r.hold(i, g)
		}
		if !g.delays && !r.passes(g, j) {
			return r.refused(i, monitor.Shed)
		}
		j.step++
	}
	return r.enter(i)
}

// admitted is how many tasks have passed a gate and not left since: in the
// system, at the door, or held by a throttle that comes later.
func (r *Managed) admitted(step int32) int {
	n := r.tasks.waiting + r.tasks.busy + r.doors.Len()
	for i := range r.gates[step+1:] {
		if later := &r.gates[int(step)+1+i]; later.delays {
			n += later.held.Len()
		}
	}
	return n
}

// passes asks a policy that decides at once.
func (r *Managed) passes(g *gate, j *job) bool {
	switch {
	case g.throttle:
		return g.bucket.Take(r.now)
	case g.sheds:
		u := 0.0
		if g.shedder.Draws() {
			u = r.uniforms.Float64()
		}
		return !g.shedder.Sheds(r.view(), u)
	case g.adaptive != nil:
		n := r.admitted(j.step)
		if n >= g.adaptive.Limit() {
			return false
		}
		j.inflight = int32(n + 1)
		return true
	}
	return r.admitted(j.step) < g.concurrency
}

// view is what a policy may look at.
func (r *Managed) view() policy.View {
	v := policy.View{Waiting: r.tasks.waiting, Busy: r.tasks.busy, Servers: r.servers.on}
	if r.tasks.waiting > 0 {
		v.HeadWait = r.now - r.jobs.items[r.waiting.Oldest()].queued
	}
	return v
}

// enter takes an admitted task to a server, into the queue, or does what the
// queue does when it is full.
func (r *Managed) enter(i int32) error {
	j := &r.jobs.items[i]
	j.queued = r.now
	if r.tasks.busy < r.servers.on {
		if r.controls {
			r.codel.Drops(r.now, 0, 0) // it shows that there is no standing queue
		}
		r.elapse()
		r.count(j.class(), 1, 0)
		r.tell(monitor.Queued, j.mark, -1)
		return r.serve(i)
	}
	if r.tasks.waiting < r.limit {
		return r.enqueue(i)
	}
	switch {
	case r.model.Policies.Overflow == Block:
		j.place = atDoor
		r.doors.Push(i, 0, 0)
		r.origins[j.stream].hold(r.now)
		r.nextEmission()
		return nil
	case r.model.Policies.Overflow == DropOldest && r.tasks.waiting > 0:
		oldest := r.waiting.Oldest()
		r.leaveQueue(oldest)
		if err := r.refused(oldest, monitor.Shed); err != nil {
			return err
		}
		return r.enqueue(i)
	}
	return r.refused(i, monitor.Shed)
}

// enqueue puts a task into the queue.
func (r *Managed) enqueue(i int32) error {
	j := &r.jobs.items[i]
	o := &r.origins[j.stream]
	r.elapse()
	r.waiting.Push(i, r.laneOf(j), j.service)
	r.tasks.queue()
	r.count(j.class(), 1, 1)
	j.place = inQueue
	r.tell(monitor.Queued, j.mark, -1)
	if o.patience.law == nil {
		return nil
	}
	return r.schedule(r.now+o.patience.next(), atPatience, owner(i, patienceEnd), "a task loses patience")
}

// laneOf is the lane of a job in the backlog.
func (r *Managed) laneOf(j *job) int {
	if r.model.Policies.Discipline == Fair {
		return int(j.class())
	}
	return r.origins[j.stream].priority
}

// leaveQueue takes a task out of the queue that is not served. What becomes of
// it is the caller's business.
func (r *Managed) leaveQueue(i int32) {
	r.waiting.Remove(i)
	r.left(i)
}

// left notes a task that has left the queue for anything but a server.
func (r *Managed) left(i int32) {
	r.elapse()
	r.tasks.waiting--
	r.count(r.jobs.items[i].class(), -1, -1)
	r.agenda.Cancel(owner(i, patienceEnd))
}

// count notes a change of the numbers in the system and in the queue, by class.
func (r *Managed) count(class int32, inSystem, waiting int) {
	if len(r.sums) > 1 {
		c := r.sums[class]
		c.inSystem.Add(r.now, inSystem)
		c.waiting.Add(r.now, waiting)
	}
}

// travel notes a task that enters or leaves the network, orbits one that begins
// or ends to wait for another try.
func (r *Managed) travel(class int32, delta int) {
	r.transit.Add(r.now, delta)
	r.sums[class].inNetwork.Add(r.now, delta)
}

func (r *Managed) orbits(class int32, delta int) {
	r.orbit.Add(r.now, delta)
	r.sums[class].inRetry.Add(r.now, delta)
}

// letIn lets tasks in that stand at the door, while there is room.
func (r *Managed) letIn() error {
	if r.doors.Len() == 0 {
		return nil
	}
	for r.doors.Len() > 0 && (r.tasks.waiting < r.limit || r.tasks.busy < r.servers.on) {
		i := r.doors.Pop(nil)
		r.origins[r.jobs.items[i].stream].release(r.now, r.opened)
		if err := r.enter(i); err != nil {
			return err
		}
	}
	r.nextEmission()
	return nil
}
