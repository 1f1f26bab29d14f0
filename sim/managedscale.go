package sim

import (
	"math"

	"spillway/sim/monitor"
	"spillway/sim/policy"
)

// scale carries out the next event of the fleet.
func (r *Managed) scale() error {
	f := &r.servers
	_, _, who := f.agenda.Take()
	r.elapse()
	switch who {
	case ownsSchedule:
		r.resize(f.schedule.At(r.now))
		if err := f.plan(f.schedule.Next(r.now), ownsSchedule); err != nil {
			return err
		}
	case ownsScaler:
		if err := r.look(); err != nil {
			return err
		}
	default: // a server has started
		f.forget(who)
		r.resize(f.on + 1)
	}
	return r.next()
}

// resize sets the number of servers that take tasks.
func (r *Managed) resize(on int) {
	f := &r.servers
	if on == f.on {
		return
	}
	f.levels.changes += int64(max(on-f.on, f.on-on))
	f.on = on
	f.most = max(f.most, on)
	if r.observer != nil {
		r.observer.Observe(monitor.Transition{Time: r.now, Kind: monitor.Scaled, Task: -1, Server: -1,
			Waiting: r.tasks.waiting, Busy: r.tasks.busy, Servers: on})
	}
}

// look lets the autoscaler look at the pool, and does what it says.
func (r *Managed) look() error {
	f := &r.servers
	active := f.on + len(f.starting)
	want := f.scaler.Look(f.reading(r.now), active)
	if err := f.plan(f.scaler.Next(), ownsScaler); err != nil {
		return err
	}
	for n := want - active; n > 0; n-- {
		if f.startup.law == nil {
			r.resize(f.on + 1)
		} else if err := r.startServer(); err != nil {
			return err
		}
	}
	// What starts is given up before what serves.
	for n := active - want; n > 0; n-- {
		if k := len(f.starting); k > 0 {
			last := f.starting[k-1]
			f.agenda.Cancel(last)
			f.forget(last)
		} else {
			r.resize(f.on - 1)
		}
	}
	return nil
}

// startServer starts a server that serves after its startup time.
func (r *Managed) startServer() error {
	f := &r.servers
	owner := ownsServers + f.owners.place()
	f.starting = append(f.starting, owner)
	t := r.now + f.startup.next()
	if err := r.possible(t, "a server has started"); err != nil {
		return err
	}
	return f.agenda.Schedule(t, atReady, owner)
}

// forget removes a server from those that start.
func (f *fleet) forget(owner int32) {
	for i, s := range f.starting {
		if s == owner {
			f.starting = append(f.starting[:i], f.starting[i+1:]...)
			break
		}
	}
	f.owners.release(owner - ownsServers)
}

// reading is the autoscaler's metric, added up since time zero.
func (f *fleet) reading(now float64) policy.Reading {
	switch l := &f.levels; f.metric {
	case policy.QueueLength:
		return policy.Reading{Sum: l.waiting, Weight: now}
	case policy.QueuePerServer:
		return policy.Reading{Sum: l.waiting, Weight: l.on}
	case policy.Wait:
		return policy.Reading{Sum: f.waits, Weight: float64(f.starts)}
	default:
		return policy.Reading{Sum: l.busy, Weight: l.on}
	}
}

// possible guards the clock: an event in the past, at infinity or at no time at
// all would end the run in silence.
func (r *Managed) possible(t float64, what string) error {
	if t >= r.now && t <= math.MaxFloat64 {
		return nil
	}
	return impossible(what, t, r.now)
}
