package sim

import (
	"math"

	"spillway/distributions"
	"spillway/sim/internal/agenda"
	"spillway/sim/policy"
)

// fleet is the servers of a managed run: how many there are, which numbers they
// have, and what makes them more or fewer. Servers are alike. One that is
// removed while it serves ends its task first: as long as more are busy than
// are on, the difference drains.
type fleet struct {
	on      int // that take tasks
	free    []int32
	numbers int32 // handed out so far
	bounded bool

	// Where their number changes.
	scales   bool
	agenda   agenda.Agenda
	schedule *policy.Schedule
	scaler   *policy.Autoscaler
	metric   policy.Metric
	startup  variates
	starting []int32        // owners of the events of servers that start, oldest first
	owners   pool[struct{}] // of those
	starts   int64          // tasks that began service
	waits    float64        // how long they had waited, in all

	// What is measured: integrals from time zero, and what they were when the
	// window opened.
	since  float64
	levels fleetLevels
	before fleetLevels
	most   int // servers switched on at once, in the window
}

// fleetLevels are integrals over time.
type fleetLevels struct {
	busy, waiting float64
	on            float64 // servers switched on, those that drain included
	cost          float64 // these, and those that start
	changes       int64   // changes of the number of servers
}

// Owners of the fleet's own agenda.
const (
	ownsSchedule int32 = iota
	ownsScaler
	ownsServers // and on: servers that start
)

func (f *fleet) start(m *Model, streams distributions.Streams, replication int) error {
	p := &m.Policies
	f.on, f.bounded = m.Servers, !m.Infinite
	if m.Infinite {
		f.on = MaxServers
	}
	f.scales = p.Schedule != nil || p.Autoscale != nil
	if p.Schedule != nil {
		f.schedule = p.Schedule
		f.on = f.schedule.At(0)
		return f.plan(f.schedule.Next(0), ownsSchedule)
	}
	if p.Autoscale == nil {
		return nil
	}
	var err error
	if f.scaler, err = policy.NewAutoscaler(p.Autoscale.AutoscalerParameters); err != nil {
		return err
	}
	if p.Autoscale.Startup != nil {
		f.startup = newVariates(p.Autoscale.Startup, streams.For(replication, "startup"))
	}
	f.metric = p.Autoscale.Metric
	return f.plan(f.scaler.Next(), ownsScaler)
}

// plan puts an event on the fleet's agenda; one at infinity never happens.
func (f *fleet) plan(t float64, owner int32) error {
	if math.IsInf(t, 1) {
		return nil
	}
	return f.agenda.Schedule(t, atScale, owner)
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

// begun notes a task that begins its service.
func (f *fleet) begun(wait float64) {
	f.starts++
	f.waits += wait
}

// elapse brings the integrals up to now, before something changes.
func (f *fleet) elapse(now float64, busy, waiting int) {
	dt := now - f.since
	f.since = now
	on := max(f.on, busy)
	f.levels.busy += dt * float64(busy)
	f.levels.waiting += dt * float64(waiting)
	f.levels.on += dt * float64(on)
	f.levels.cost += dt * float64(on+len(f.starting))
	f.most = max(f.most, on)
}

// begin starts a window of measurement; the integrals are up to date.
func (f *fleet) begin(busy int) {
	f.before = f.levels
	f.most = max(f.on, busy)
}

// elapse brings all integrals up to now, before something changes.
func (r *Managed) elapse() {
	r.tasks.elapse(r.now)
	if r.servers.scales {
		r.servers.elapse(r.now, r.tasks.busy, r.tasks.waiting)
	}
}
