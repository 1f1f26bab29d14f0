package sim

import (
	"fmt"
	"math"

	"spillway/distributions"
	"spillway/sim/measure"
	"spillway/sim/monitor"
	"spillway/sim/policy"
)

// Replication is a Run by events. Its memory grows with the largest number of
// tasks in the system at once, not with the number of tasks.
type Replication struct {
	// What the model says, resolved once.
	servers  int  // MaxServers where there is no bound
	limit    int  // math.MaxInt where there is no bound
	several  bool // classes, of which each is measured
	network  bool
	constant bool // the network delay is: tasks arrive in the order of emission
	response variates

	// The state.
	now float64
	sources
	outbound ring[task]  // in the network, when delays are constant
	offer    float64     // when the first of outbound reaches admission; +Inf when it is empty
	arriving pool[task]  // in the network, when delays are random
	replying pool[reply] // on the way back
	events   EventList   // random arrivals, and answers
	done     completions
	serving  pool[task] // the place is the server
	queue    ring[task]
	lanes    []ring[task] // in place of it where there are priorities, the first to be served first
	laneOf   []int32      // of each class
	throttle *policy.TokenBucket

	// What is measured.
	counting bool  // tasks that arrive now are counted
	draining bool  // run ends when pending is zero
	pending  int64 // counted tasks that are waiting or in service
	offered  int64
	refused  int64
	opened   float64 // when the window began
	tasks    occupancy
	transit  measure.Gauge // in the network, both ways
	sums     []*collector  // by class
	sealed   *windowTotals // set by End
	warmup   *measure.Series
	observer monitor.Observer
}

// reply is an answer on its way to the caller.
type reply struct {
	mark
	server int32
}

// New is a replication of the model at time zero, empty. Its random numbers
// are those of the replication's number. The observer is told of every
// transition; nil is nobody, and costs nothing. The model is one that is not
// NeedsManaging.
func New(m *Model, streams distributions.Streams, replication int, observer monitor.Observer) (*Replication, error) {
	if err := m.Validate(); err != nil {
		return nil, err
	}
	r := &Replication{
		servers: m.Servers, limit: math.MaxInt, several: len(m.Classes) > 1,
		network: m.Network != nil, offer: math.Inf(1), observer: observer,
	}
	if m.Infinite {
		r.servers = MaxServers
	}
	if m.Limited {
		r.limit = m.Limit
	}
	r.done = newCompletions(r.servers)
	_, r.constant = m.Network.(distributions.Deterministic)
	if err := r.policies(m); err != nil {
		return nil, err
	}
	if m.Response != nil {
		r.response = newVariates(m.Response, streams.For(replication, "response"))
	}
	scale := m.timeScale()
	for range m.Classes {
		r.sums = append(r.sums, newCollector(scale))
	}
	return r, r.sources.start(m, streams, replication)
}

// policies makes what there is beyond first come, first served.
func (r *Replication) policies(m *Model) error {
	if lanes := len(m.priorities()); m.Policies.Discipline == Priority && lanes > 1 {
		r.lanes = make([]ring[task], lanes)
		r.laneOf = make([]int32, len(m.Classes))
		for i := range m.Streams {
			r.laneOf[m.Streams[i].Class] = int32(m.lane(&m.Streams[i]))
		}
	}
	if len(m.Policies.Admission) == 0 {
		return nil
	}
	limit := m.Policies.Admission[0].Throttle
	bucket, err := policy.NewTokenBucket(limit.Rate, limit.Burst)
	r.throttle = &bucket
	return err
}

// isPlain says whether there is nothing but a throttle, a queue and servers.
func (r *Replication) isPlain() bool {
	return !r.several && !r.network && r.response.law == nil && r.lanes == nil && r.warmup == nil && r.observer == nil
}

// Now is the simulated time in seconds.
func (r *Replication) Now() float64 { return r.now }

// Offered is the number of tasks that have reached admission so far.
func (r *Replication) Offered() int64 { return r.offered }

// Standing is how many tasks wait and how many are in service now.
func (r *Replication) Standing() (waiting, busy int) { return r.tasks.waiting, r.tasks.busy }

// Close ends the sources after n tasks in all.
func (r *Replication) Close(n int64) { r.end(n) }

// Watch adds the number in system that each task finds on arrival to a series,
// from now to Begin: the material of which the end of the warm-up is found.
func (r *Replication) Watch(s *measure.Series) { r.warmup = s }

// Advance is that of Run.
func (r *Replication) Advance(n int64, horizon float64) error {
	return r.run(stopAt(r.offered, n), horizon)
}

// Ended says that the sources have ended and nothing is left.
func (r *Replication) Ended() bool {
	return math.IsInf(r.emission, 1) && math.IsInf(r.offer, 1) && math.IsInf(r.done.next, 1) && r.events.Len() == 0
}

// Pending is the number of counted tasks that are waiting or in service.
func (r *Replication) Pending() int64 { return r.pending }

// Begin starts the window of measurement now: tasks that arrive from here on
// are counted, integrals start at zero.
func (r *Replication) Begin() {
	r.counting, r.warmup = true, nil
	r.opened = r.now
	r.tasks.begin(r.now)
	r.transit.Begin(r.now)
	for _, c := range r.sums {
		c.begin(r.now)
	}
}

// End closes the window now; Advance goes on until the counted tasks have left.
// First come, first served, those that come later cannot matter to them, and
// are not emitted any more. With priorities they can: see Managed.End.
func (r *Replication) End() error {
	r.counting, r.draining = false, true
	t := r.windowTotals()
	r.sealed = &t
	if len(r.lanes) == 0 {
		r.Close(r.emitted())
		return nil
	}
	window := int64(0)
	for _, c := range r.sums {
		window += c.offered
	}
	r.Close(r.emitted() + max(leastGrace, window))
	return nil
}

// check guards the clock: a time that overflows would end the run in silence.
func (r *Replication) check(t float64, what string) error {
	if t >= r.now && t <= math.MaxFloat64 {
		return nil
	}
	return impossible(what, t, r.now)
}

// impossible is the error of an event at a time t that cannot be.
func impossible(what string, t, now float64) error {
	return fmt.Errorf("%w: %s at %g s, after %g s", ErrTime, what, t, now)
}
