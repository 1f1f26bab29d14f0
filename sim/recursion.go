package sim

import (
	"fmt"
	"math"
	"slices"

	"spillway/distributions"
	"spillway/sim/measure"
)

// Recursion is a Run by recursion over the tasks instead of over events: a task
// starts when it has arrived and a server is free, whichever is later (Lindley
// 1952 for one server; Kiefer and Wolfowitz, "On the theory of queues with many
// servers", Trans. AMS 78, 1955, for c). It needs tasks that are served in the
// order of their arrival and an arrival order that is known beforehand; see
// Recursive. From the same streams it gives every task the wait that a
// Replication gives it, to the last bit.
//
// Tasks go through it in blocks: the variates are drawn, the kernel computes
// when each task starts, and then the block is measured.
type Recursion struct {
	sources
	delay   float64 // of the network, constant
	network bool
	pool    pool64

	now      float64
	offered  int64
	counting bool
	warmup   *measure.Series

	// What becomes of the sources' block.
	offers                   []float64 // the epochs themselves where there is no network
	starts, waits, latencies [blockSize]float64

	queued queued

	line    line    // who waits when
	transit transit // who is on the network when

	begin           float64
	idleBefore      float64 // of all servers, up to begin
	completedBefore int64
	accounts        []*account // of each class
	sorter          *sorter    // nil of one class
	sealed          *windowTotals
	emittedAtEnd    int64
}

// Recursive says whether a model can be run by recursion: a queue without limit,
// served in the order of arrival by finitely many servers, a constant network
// delay or none, and no response delay.
func Recursive(m *Model) bool {
	_, constant := m.Network.(distributions.Deterministic)
	return !m.NeedsManaging() && m.Policies.none() && !m.Infinite && !m.Limited && m.Response == nil && (m.Network == nil || constant)
}

// NewRecursion is a run of a model that is Recursive, at time zero, empty.
func NewRecursion(m *Model, streams distributions.Streams, replication int) (*Recursion, error) {
	if err := m.Validate(); err != nil {
		return nil, err
	}
	r := &Recursion{pool: newPool(m.Servers), network: m.Network != nil, line: line{merger: new(merger)}}
	for range m.Classes {
		r.accounts = append(r.accounts, newAccount(m.timeScale(), r.line.merger))
	}
	if len(m.Classes) > 1 {
		r.sorter = &sorter{ends: make([]int32, len(m.Classes))}
	}
	r.offers = r.epochs[:]
	if r.network {
		r.delay, r.offers = m.Network.Mean(), make([]float64, blockSize)
	}
	if err := r.sources.start(m, streams, replication); err != nil {
		return nil, err
	}
	r.travel()
	return r, nil
}

// Now is the simulated time in seconds.
func (r *Recursion) Now() float64 { return r.now }

// Offered is the number of tasks that have reached admission so far.
func (r *Recursion) Offered() int64 { return r.offered }

// Ended says that the sources have ended and nothing is left.
func (r *Recursion) Ended() bool { return math.IsInf(r.emission, 1) && r.now >= r.pool.last() }

// Pending is zero: a task's end is known as soon as it arrives.
func (r *Recursion) Pending() int64 { return 0 }

// Close ends the sources after n tasks in all; it comes before the first
// Advance.
func (r *Recursion) Close(n int64) { r.end(n) }

// Watch adds the wait of each task to a series, from now to Begin.
func (r *Recursion) Watch(s *measure.Series) { r.warmup = s }

// Advance is that of Run.
func (r *Recursion) Advance(n int64, horizon float64) error {
	if r.sealed != nil {
		return nil // the window is closed, and no counted task is left
	}
	stop := stopAt(r.offered, n)
	for {
		ready := r.ready()
		if ready == 0 {
			r.now = min(max(r.now, r.pool.last()), horizon)
			return nil
		}
		m := int(min(int64(ready), stop-r.offered))
		if !(r.offers[r.at+max(m, 1)-1] < horizon) {
			m, _ = slices.BinarySearch(r.offers[r.at:r.at+m], horizon)
		}
		if m == 0 {
			r.now = min(r.offers[r.at], horizon)
			return nil
		}
		if err := r.work(r.at, r.at+m); err != nil {
			return err
		}
		last, class := r.waits[r.at+m-1], r.classes[r.at+m-1]
		if err := r.move(m); err != nil {
			return err
		}
		if r.counting && !r.network {
			r.accounts[class].waitGap += last * r.gap(r.now)
		}
	}
}

// move moves on by n tasks of the block.
func (r *Recursion) move(n int) error {
	if err := r.take(n); err != nil {
		return err
	}
	if r.at == 0 {
		r.travel()
	}
	return nil
}

// travel sends a new block through the network.
func (r *Recursion) travel() {
	if r.network {
		for i, t := range r.epochs[:r.n] {
			r.offers[i] = t + r.delay
		}
	}
}

// work runs the tasks from..to of the block through the pool and measures them.
func (r *Recursion) work(from, to int) error {
	block := tasks{r.epochs[:], r.offers, r.services[:], r.starts[:], r.waits[:]}
	t := block.part(from, to)
	r.pool.serve(t.offers, t.services, t.starts, t.waits)
	if !r.pool.finite(t.starts[len(t.starts)-1]) {
		return fmt.Errorf("%w: a service ends beyond the range of numbers", ErrTime)
	}
	queued := r.queued.gather(t)
	r.line.pass(queued.offers, queued.starts)
	if r.network && r.counting {
		r.transit.pass(t.epochs, t.offers)
	}
	if r.warmup != nil {
		for _, w := range t.waits {
			r.warmup.Observe(w)
		}
	}
	if r.sorter != nil {
		r.workByClass(t, r.classes[from:to])
	} else if r.counting {
		r.accounts[0].observe(r.delay, t, queued.waits, r.latencies[:])
		if !r.network {
			r.accounts[0].pairGaps(t.offers, t.waits)
		}
	}
	r.offered += int64(to - from)
	r.now = t.offers[len(t.offers)-1]
	return nil
}

// workByClass measures tasks of several classes.
func (r *Recursion) workByClass(all tasks, classes []int32) {
	if r.counting && !r.network {
		for i, w := range all.waits[:len(classes)-1] {
			r.accounts[classes[i]].waitGap += w * (all.offers[i+1] - all.offers[i])
		}
	}
	r.sorter.sort(all, classes)
	sorted, from := r.sorter.tasks(), 0
	for _, class := range r.sorter.found {
		a, to := r.accounts[class], int(r.sorter.ends[class])
		t := sorted.part(from, to)
		queued := r.queued.gather(t)
		a.line.pass(queued.offers, queued.starts)
		a.crowd.pass(t.offers, t.starts, t.services)
		a.offered += int64(to - from)
		if r.counting {
			if r.network {
				a.transit.pass(t.epochs, t.offers)
			}
			a.observe(r.delay, t, queued.waits, r.latencies[:])
		}
		from = to
	}
}

// Begin starts the window of measurement now.
func (r *Recursion) Begin() {
	r.counting, r.warmup = true, nil
	r.begin = r.now
	r.line.begin(r.now)
	r.pool.begin(r.now, r.line.waiting())
	r.transit.begin(r.now)
	r.idleBefore = r.pool.idleTo(r.now)
	if r.sorter != nil {
		for _, a := range r.accounts {
			a.begin(r.now)
		}
	}
	r.completedBefore = r.completed()
}

// End closes the window now.
func (r *Recursion) End() error {
	t := r.windowTotals()
	r.sealed = &t
	r.counting = false
	if !r.network {
		r.emittedAtEnd = r.offered
		return nil
	}
	// Tasks that are emitted in the window and arrive after it were in the
	// network in the window.
	for r.emission < r.now {
		under := []*transit{&r.transit}
		if r.sorter != nil {
			under = append(under, &r.accounts[r.classes[r.at]].transit)
		}
		for _, x := range under {
			x.under(r.epochs[r.at], r.offers[r.at], r.now)
		}
		if err := r.move(1); err != nil {
			return err
		}
	}
	r.emittedAtEnd = r.emitted()
	r.sealed.inNetwork = r.transit.level()
	for i := range r.sealed.classes {
		r.sealed.classes[i].inNetwork = r.accounts[i].transit.level()
	}
	return nil
}

// completed is the number of tasks whose service has ended by now.
func (r *Recursion) completed() int64 {
	return r.offered - int64(r.line.waiting()) - int64(r.pool.busy(r.now, r.line.waiting()))
}

func (r *Recursion) windowTotals() windowTotals {
	seconds := r.now - r.begin
	waiting := r.line.level(r.now)
	busy := Level{
		Area: float64(r.pool.servers)*seconds - (r.pool.idleTo(r.now) - r.idleBefore),
		Max:  r.pool.most,
	}
	t := windowTotals{
		seconds: seconds, busy: busy, waiting: waiting, inSystem: Level{waiting.Area + busy.Area, busy.Max + waiting.Max},
		inNetwork: r.transit.level(), law: r.line.law.Law(),
		completed: r.completed() - r.completedBefore,
	}
	if r.sorter != nil {
		for _, a := range r.accounts {
			t.classes = append(t.classes, a.totals(r.now))
		}
	}
	return t
}

// Record is what was measured from Begin to End, or so far. Of one class, its
// tallies are the recursion's own.
func (r *Recursion) Record() Record {
	t := r.sealed
	emitted := r.emittedAtEnd
	if t == nil {
		now := r.windowTotals()
		t, emitted = &now, r.offered
	}
	var all []Measures
	for _, a := range r.accounts {
		all = append(all, Measures{
			Wait: a.wait, Service: a.service, Latency: a.latency, Offered: a.counted,
			WaitService: a.waitService, WaitGap: a.waitGap,
		})
	}
	for i, w := range t.classes {
		all[i].Completed, all[i].Waiting, all[i].InSystem, all[i].InNetwork = w.completed, w.waiting, w.inSystem, w.inNetwork
	}
	rec := Record{Seconds: t.seconds, Total: sum(all), Busy: t.busy, QueueLaw: t.law, Classes: all[:len(t.classes)]}
	rec.Total.Completed = t.completed
	rec.Total.Waiting, rec.Total.InSystem, rec.Total.InNetwork = t.waiting, t.inSystem, t.inNetwork
	completed := t.completed + r.completedBefore
	rec.Flow = Flow{Offered: emitted, Completed: completed, InFlight: emitted - completed}
	return rec
}
