package scheduler

import (
	"math"

	"spillway/sim/internal/agenda"
	"spillway/sim/monitor"
	"spillway/sim/policy"
)

// fleet is the servers: how many there are, which numbers they have, and what
// makes them more or fewer. One that is removed while it serves ends its task
// first: as long as more are busy than are on, the difference drains.
type fleet struct {
	on      int // that take tasks
	free    []int32
	numbers int32 // handed out so far
	bounded bool

	agenda   agenda.Agenda
	schedule *policy.Schedule
	scaler   *policy.Autoscaler
	options  *Autoscale
	starting []int32 // owners of the events of servers that start, oldest first
	owners   []int32 // of those, free
	made     int32   // owners

	starts int64   // tasks that got a server
	waits  float64 // how long they had waited, in all
	since  float64
	levels levels
}

// levels are integrals over time from the start.
type levels struct {
	busy, waiting float64
	on            float64 // servers switched on, those that drain included
	cost          float64 // these, and those that start
}

// Owners of the fleet's agenda.
const (
	ownsSchedule int32 = iota
	ownsScaler
	ownsServers // and on: servers that start
)

// begin is the fleet at time zero.
func (f *fleet) begin(o *Options) (err error) {
	f.on, f.bounded = o.Servers, !o.Infinite
	if o.Infinite {
		f.on = maxServers
	}
	if o.Schedule != nil {
		f.schedule = o.Schedule
		f.on = f.schedule.At(0)
		f.plan(f.schedule.Next(0), ownsSchedule)
	}
	if o.Autoscale != nil {
		f.options = o.Autoscale
		if f.scaler, err = policy.NewAutoscaler(o.Autoscale.AutoscalerParameters); err != nil {
			return err
		}
		f.plan(f.scaler.Next(), ownsScaler)
	}
	return nil
}

// plan puts an event on the fleet's agenda; one at infinity never happens.
func (f *fleet) plan(t float64, owner int32) {
	if t <= math.MaxFloat64 {
		must(f.agenda.Schedule(t, atScale, owner))
	}
}

// shown is the number of servers to be told; 0 where there is no bound.
func (f *fleet) shown() int {
	if !f.bounded {
		return 0
	}
	return f.on
}

// take gives a task a server's number, leave returns it.
func (f *fleet) take() int32 {
	if n := len(f.free); n > 0 {
		s := f.free[n-1]
		f.free = f.free[:n-1]
		return s
	}
	f.numbers++
	return f.numbers - 1
}

func (f *fleet) leave(server int32) { f.free = append(f.free, server) }

// begun notes a task that gets a server.
func (f *fleet) begun(wait float64) {
	f.starts++
	f.waits += wait
}

// integrate brings the integrals up to now, before something changes.
func (p *Pool) integrate() {
	f := &p.servers
	dt := p.now - f.since
	f.since = p.now
	on := max(f.on, p.busy)
	f.levels.busy += dt * float64(p.busy)
	f.levels.waiting += dt * float64(p.queued)
	f.levels.on += dt * float64(on)
	f.levels.cost += dt * float64(on+len(f.starting))
}

// scale carries out the next event of the fleet.
func (p *Pool) scale() {
	f := &p.servers
	_, _, owner := f.agenda.Take()
	p.integrate()
	switch owner {
	case ownsSchedule:
		p.resize(f.schedule.At(p.now))
		f.plan(f.schedule.Next(p.now), ownsSchedule)
	case ownsScaler:
		p.look()
	default: // a server has started
		f.forget(owner)
		p.resize(f.on + 1)
	}
	p.refill()
}

// resize sets the number of servers that take tasks.
func (p *Pool) resize(on int) {
	if on == p.servers.on {
		return
	}
	p.servers.on = on
	if p.options.Observer != nil {
		p.observe(monitor.Transition{Time: p.now, Kind: monitor.Scaled, Task: -1, Server: -1,
			Waiting: p.queued, Busy: p.busy, Servers: on})
	}
}

// look lets the autoscaler look at the pool, and does what it says.
func (p *Pool) look() {
	f := &p.servers
	active := f.on + len(f.starting)
	want := f.scaler.Look(f.reading(p.now), active)
	f.plan(f.scaler.Next(), ownsScaler)
	for n := want - active; n > 0; n-- {
		if f.options.Startup == nil {
			p.resize(f.on + 1)
		} else {
			p.startServer()
		}
	}
	// What starts is given up before what serves.
	for n := active - want; n > 0; n-- {
		if k := len(f.starting); k > 0 {
			last := f.starting[k-1]
			f.agenda.Cancel(last)
			f.forget(last)
		} else {
			p.resize(f.on - 1)
		}
	}
}

// startServer starts a server that serves after its startup time.
func (p *Pool) startServer() {
	f := &p.servers
	var owner int32
	if n := len(f.owners); n > 0 {
		owner = f.owners[n-1]
		f.owners = f.owners[:n-1]
	} else {
		owner = ownsServers + f.made
		f.made++
	}
	f.starting = append(f.starting, owner)
	must(f.agenda.Schedule(p.now+seconds(max(0, f.options.Startup())), atReady, owner))
}

// forget removes a server from those that start.
func (f *fleet) forget(owner int32) {
	for i, s := range f.starting {
		if s == owner {
			f.starting = append(f.starting[:i], f.starting[i+1:]...)
			break
		}
	}
	f.owners = append(f.owners, owner)
}

// reading is the autoscaler's metric, added up since time zero.
func (f *fleet) reading(now float64) policy.Reading {
	switch l := &f.levels; f.options.Metric {
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
