package sim

import (
	"math"

	"spillway/sim/monitor"
)

// The kinds of events of a managed run, in their order at one instant.
const (
	atCompletion uint8 = iota // a task leaves its server
	atAnswer                  // an answer reaches its caller
	atReady                   // a server has started
	atTimeout                 // a caller gives up
	atPatience                // a task leaves the queue
	atScale                   // the number of servers is looked at
	atRelease                 // a throttle lets a task go
	atArrival                 // a task reaches admission: off the network, again, or after thinking
)

// A job has three events at most, each of an owner of its own.
const (
	whereabouts = iota // when it gets from where it is to where it goes
	patienceEnd
	timeoutEnd
	ownersPerJob
)

func owner(job int32, which int32) int32 { return job*ownersPerJob + which }

// run lets events happen in their order; see Run.Advance.
func (r *Managed) run(stop int64, horizon float64) error {
	for !r.drained() && !r.Ended() {
		if err := r.heed(); err != nil {
			return err
		}
		next, control := r.agenda.Time(), r.servers.agenda.Time()
		var err error
		switch {
		case min(next, control, r.emission) > math.MaxFloat64:
			r.giveUpAll() // servers are gone for good
			return nil
		case control <= r.emission && (control < next || control == next && r.servers.agenda.Kind() <= r.agenda.Kind()):
			if r.beyond(control, horizon) {
				return nil
			}
			r.now = control
			err = r.scale()
		case next <= r.emission:
			if r.agenda.Kind() == atArrival && r.isOffer() && r.halts(next, stop, horizon) || r.beyond(next, horizon) {
				return nil
			}
			r.now = next
			err = r.happen()
		default:
			if r.model.Network == nil && r.halts(r.emission, stop, horizon) {
				return nil
			}
			if !(r.emission < horizon) {
				r.now = horizon
				return nil
			}
			r.now = r.emission
			err = r.emit()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// heedEvery is how many events there are between two looks at whether the run
// is still wanted.
const heedEvery = 1 << 16

// heed asks, now and then, whether the run is still wanted: it may be long
// between two tasks.
func (r *Managed) heed() error {
	if r.events++; r.events%heedEvery != 0 || r.wanted == nil {
		return nil
	}
	return r.wanted()
}

// giveUpAll gives up every task that is under way: nothing will ever become of
// them.
func (r *Managed) giveUpAll() {
	r.stranded, r.pending, r.stuck = r.stranded+r.pending, 0, true
}

// barrenTries says whether nothing has come of a great many tries: no task was
// new or answered. The run is then taken to be stuck: callers try again for ever,
// and never with success.
func (r *Managed) barrenTries() bool {
	return r.barren > 1_000_000+20*int64(r.alive-r.orphans)
}

// drained says that the window is closed and no counted task is left, or that
// those that are have been given up.
func (r *Managed) drained() bool {
	if r.draining && r.spare <= 0 {
		r.stranded, r.pending = r.stranded+r.pending, 0
	}
	if r.barrenTries() || !r.draining && r.spare <= 0 {
		r.giveUpAll()
	}
	return r.draining && r.pending == 0
}

// isOffer says whether the next event of the agenda is a task that reaches
// admission for the first time.
func (r *Managed) isOffer() bool {
	j := &r.jobs.items[r.agenda.Owner()/ownersPerJob]
	return j.place == onNetwork || j.place == thinking && r.model.Network == nil
}

// halts says whether the run stops before a first offer at t, and sets the clock
// if so.
func (r *Managed) halts(t float64, stop int64, horizon float64) bool {
	if r.offered < stop && t < horizon {
		return false
	}
	r.now = min(t, horizon)
	return true
}

// beyond says whether an event at t is past the horizon, and sets the clock if
// so.
func (r *Managed) beyond(t, horizon float64) bool {
	if t <= horizon {
		return false
	}
	r.now = horizon
	return true
}

// happen carries out the next event of the agenda.
func (r *Managed) happen() error {
	_, kind, who := r.agenda.Take()
	i := who / ownersPerJob
	switch kind {
	case atCompletion:
		return r.complete(i)
	case atAnswer:
		return r.answered(i)
	case atTimeout:
		return r.giveUp(i)
	case atPatience:
		return r.abandon(i)
	case atRelease:
		return r.resume(i)
	}
	switch j := &r.jobs.items[i]; j.place {
	case onNetwork:
		r.travel(j.class(), -1)
		return r.offer(i)
	case inOrbit:
		r.orbits(j.class(), -1)
		return r.offer(i)
	default: // it has thought
		o := &r.origins[j.stream]
		o.callers--
		r.jobs.items[i].place = nowhere
		r.jobs.release(i)
		if r.emitted >= r.last {
			return nil
		}
		return r.send(o, int32(j.stream))
	}
}

// emit takes the next task from its source.
func (r *Managed) emit() error {
	o := &r.origins[r.from]
	if err := r.send(o, int32(r.from)); err != nil {
		return err
	}
	if err := o.advance(); err != nil {
		return err
	}
	r.nextEmission()
	return nil
}

// send makes a task of a stream and sends it on its way.
func (r *Managed) send(o *origin, stream int32) error {
	i := r.jobs.place()
	j := &r.jobs.items[i]
	service, class := o.draw()
	*j = job{emitted: r.now, service: service, mark: newMark(r.emitted, class), stream: stream, server: -1}
	r.emitted++
	r.alive++
	if r.model.Network == nil {
		r.tell(monitor.Emitted, j.mark, -1)
		return r.offer(i)
	}
	j.delay = o.delay.next()
	j.place = onNetwork
	r.travel(j.class(), 1)
	r.tell(monitor.Emitted, j.mark, -1)
	return r.schedule(r.now+j.delay, atArrival, owner(i, whereabouts), "a task arrives")
}

// think lets a caller of a closed stream think.
func (r *Managed) think(stream int32) error {
	o := &r.origins[stream]
	i := r.jobs.place()
	r.jobs.items[i] = job{stream: stream, place: thinking, server: -1}
	o.callers++
	return r.schedule(r.now+o.thinking.next(), atArrival, owner(i, whereabouts), "a caller has thought")
}

// schedule puts an event of a job on the agenda.
func (r *Managed) schedule(t float64, kind uint8, owner int32, what string) error {
	if err := r.possible(t, what); err != nil {
		return err
	}
	return r.agenda.Schedule(t, kind, owner)
}
