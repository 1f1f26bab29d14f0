package sim

import (
	"math"

	"spillway/distributions"
	"spillway/sim/internal/agenda"
	"spillway/sim/internal/backlog"
	"spillway/sim/measure"
	"spillway/sim/monitor"
	"spillway/sim/policy"
)

// Managed is a Run by events of a model with any policies. Tasks may leave from
// anywhere, try again, be held, and the number of servers may change: it keeps
// a record of each task that is under way, and an agenda of which events can be
// taken back. Its memory grows with the largest number of tasks under way at
// once, not with the number of tasks.
//
// Of a model without policies it gives every task the wait that a Replication
// gives it, to the last bit.
type Managed struct {
	model *Model

	// The state.
	now      float64
	origins  []origin
	from     int     // the origin that emits next
	emission float64 // when it does; +Inf where none does
	emitted  int64
	last     int64 // number of tasks after which the sources end
	jobs     pool[job]
	orphans  int // of these, work that no caller waits for
	alive    int // jobs that are tasks or their work: all but those that think
	agenda   agenda.Agenda
	waiting  *backlog.Backlog
	doors    *backlog.Backlog // tasks that overflow: block holds at the door
	servers  fleet
	gates    []gate
	controls bool // CoDel does
	codel    policy.CoDel
	adaptive *policy.AdaptiveConcurrency
	breaker  *policy.Breaker
	budgeted bool
	budget   policy.RetryBudget
	limit    int // math.MaxInt where there is no bound
	response variates
	uniforms *distributions.Stream // what admission draws
	picks    *distributions.Stream // what the discipline draws

	// What is measured.
	counting bool
	draining bool
	pending  int64 // counted tasks that are still under way
	spare    int64 // tries that are left until the counted tasks are given up
	stranded int64 // counted tasks that were
	barren   int64 // tries since a task was new or answered
	stuck    bool  // nothing will become of the tasks that are left
	events   uint64
	wanted   func() error // asked now and then whether the run goes on; nil is yes
	offered  int64
	tries    int64
	balance  Flow // InFlight is not kept
	opened   float64
	tasks    occupancy
	transit  measure.Gauge
	orbit    measure.Gauge
	sums     []*managedSums // by class
	sealed   *managedTotals
	warmup   *measure.Series
	observer monitor.Observer
}

// NewManaged is a run of the model at time zero, empty. Its random numbers are
// those of the replication's number. The observer is told of every transition;
// nil is nobody.
func NewManaged(m *Model, streams distributions.Streams, replication int, observer monitor.Observer) (*Managed, error) {
	if err := m.Validate(); err != nil {
		return nil, err
	}
	p := &m.Policies
	r := &Managed{
		model: m, last: math.MaxInt64, spare: math.MaxInt64, limit: math.MaxInt, observer: observer,
		uniforms: streams.For(replication, "admission"), picks: streams.For(replication, "discipline"),
		doors: backlog.New(backlog.FIFO, 0),
	}
	if m.Limited {
		r.limit = m.Limit
	}
	if m.Response != nil {
		r.response = newVariates(m.Response, streams.For(replication, "response"))
	}
	r.waiting = backlog.New(p.Discipline.order(), m.lanes())
	for range m.Classes {
		r.sums = append(r.sums, newManagedSums(m))
	}
	if err := r.furnish(p, streams.For(replication, "adaptive")); err != nil {
		return nil, err
	}
	if err := r.servers.start(m, streams, replication); err != nil {
		return nil, err
	}
	return r, r.open(streams, replication)
}

// furnish makes the policies' own states.
func (r *Managed) furnish(p *Policies, adaptive *distributions.Stream) (err error) {
	for i := range p.Admission {
		if err := r.addGate(&p.Admission[i], adaptive); err != nil {
			return err
		}
	}
	if p.Breaker != nil {
		if r.breaker, err = policy.NewBreaker(*p.Breaker); err != nil {
			return err
		}
	}
	if p.Retry != nil && p.Retry.Budget > 0 {
		r.budgeted = true
		r.budget, err = policy.NewRetryBudget(p.Retry.Budget)
	}
	return err
}

// open starts the streams.
func (r *Managed) open(streams distributions.Streams, replication int) error {
	for i := range r.model.Streams {
		o, err := newOrigin(r.model, i, streams, replication)
		if err != nil {
			return err
		}
		r.origins = append(r.origins, o)
		for range r.model.Streams[i].Population {
			if err := r.think(int32(i)); err != nil {
				return err
			}
		}
	}
	r.nextEmission()
	return nil
}

// Now is the simulated time in seconds.
func (r *Managed) Now() float64 { return r.now }

// Offered is the number of tasks that have reached admission so far, retries
// not counted.
func (r *Managed) Offered() int64 { return r.offered }

// Standing is how many tasks wait and how many are in service now.
func (r *Managed) Standing() (waiting, busy int) { return r.tasks.waiting, r.tasks.busy }

// Servers is how many are switched on now, those that end their last task
// included.
func (r *Managed) Servers() int { return max(r.servers.on, r.tasks.busy) }

// Close ends the sources after n tasks in all.
func (r *Managed) Close(n int64) {
	r.last = min(r.last, max(n, r.emitted))
	r.nextEmission()
}

// Watch adds the number in system that each task finds on arrival to a series,
// from now to Begin.
func (r *Managed) Watch(s *measure.Series) { r.warmup = s }

// Advance is that of Run.
func (r *Managed) Advance(n int64, horizon float64) error {
	return r.run(stopAt(r.offered, n), horizon)
}

// Ended says that the sources have ended and nothing is left.
func (r *Managed) Ended() bool { return r.stuck || r.alive == 0 && r.exhausted() }

// Heed lets the run ask, every so many events, whether it is still wanted: what
// is not nil ends Advance with that error.
func (r *Managed) Heed(wanted func() error) { r.wanted = wanted }

// exhausted says that no task will be emitted any more.
func (r *Managed) exhausted() bool {
	if r.emitted >= r.last {
		return true
	}
	for i := range r.origins {
		o := &r.origins[i]
		if o.callers > 0 || !math.IsInf(o.epoch, 1) {
			return false
		}
	}
	return true
}

// Pending is the number of counted tasks that are still under way.
func (r *Managed) Pending() int64 { return r.pending }

// Begin starts the window of measurement now.
func (r *Managed) Begin() {
	r.counting, r.warmup = true, nil
	r.opened = r.now
	r.elapse()
	r.tasks.begin(r.now)
	r.transit.Begin(r.now)
	r.orbit.Begin(r.now)
	r.servers.begin(r.tasks.busy)
	for i := range r.origins {
		r.origins[i].begin()
	}
	for _, c := range r.sums {
		c.begin(r.now)
	}
}

// leastGrace is how many tasks a run emits at least, after its window, to keep
// the counted ones company until they have left.
const leastGrace = 10_000

// End closes the window now. Tasks that come later may matter to the counted
// ones that are still under way, so sources go on; but not for longer than the
// run itself, since a task may be stuck at the bottom of a stack for ever. Where
// callers try again for ever without success, the counted tasks never leave: after
// four times as many tries as the window had tasks they are given up, and are
// Record.Stranded.
func (r *Managed) End() error {
	t := r.totals()
	r.sealed = &t
	r.counting, r.draining = false, true
	window := int64(0)
	for _, c := range r.sums {
		window += c.offered
	}
	r.Close(r.emitted + max(leastGrace, window))
	r.spare = r.room(window)
	return nil
}

// room is how many tries are allowed until the last tasks have left: four times
// as many as so many tasks took so far.
func (r *Managed) room(tasks int64) int64 {
	perTask := max(1, float64(r.tries)/max(1, float64(r.offered)))
	return int64(4 * perTask * float64(max(leastGrace, tasks)))
}

// tell informs the observer, if there is one, of what happened to a task.
func (r *Managed) tell(k monitor.Kind, x mark, server int32) {
	if r.observer == nil {
		return
	}
	r.observer.Observe(monitor.Transition{Time: r.now, Kind: k, Task: x.id(), Class: int(x.class()),
		Server: int(server), Waiting: r.tasks.waiting, Busy: r.tasks.busy, Servers: r.servers.shown()})
}
