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

	// Of the tasks that wait alone.
	queued struct{ offers, starts, waits [blockSize]float64 }

	line    line    // who waits when
	transit transit // who is on the network when

	begin           float64
	idleBefore      float64 // of all servers, up to begin
	completedBefore int64
	counted         int64
	wait, service   *measure.Tally
	latency         *measure.Tally
	waitService     float64
	waitGap         float64
	sealed          *windowTotals
	emittedAtEnd    int64
}

// Recursive says whether a model can be run by recursion: one class, a queue
// without limit, finitely many servers, a constant network delay or none, and
// no response delay.
func Recursive(m *Model) bool {
	_, constant := m.Network.(distributions.Deterministic)
	return len(m.Classes) == 1 && !m.NeedsManaging() && m.Policies.none() && !m.Infinite && !m.Limited && m.Response == nil && (m.Network == nil || constant)
}

// NewRecursion is a run of a model that is Recursive, at time zero, empty.
func NewRecursion(m *Model, streams distributions.Streams, replication int) (*Recursion, error) {
	if err := m.Validate(); err != nil {
		return nil, err
	}
	scale := m.timeScale()
	r := &Recursion{
		pool: newPool(m.Servers), network: m.Network != nil,
		wait: measure.NewTally(scale), service: measure.NewTally(scale), latency: measure.NewTally(scale),
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
		last := r.waits[r.at+m-1]
		if err := r.move(m); err != nil {
			return err
		}
		if r.counting && !r.network {
			r.waitGap += last * r.gap(r.now)
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
	offers, services := r.offers[from:to], r.services[from:to]
	starts, waits := r.starts[from:to], r.waits[from:to]
	r.pool.serve(offers, services, starts, waits)
	if !r.pool.finite(starts[len(starts)-1]) {
		return fmt.Errorf("%w: a service ends beyond the range of numbers", ErrTime)
	}
	queued := r.gather(offers, starts, waits)
	r.line.pass(r.queued.offers[:queued], r.queued.starts[:queued])
	if r.network && r.counting {
		r.transit.pass(r.epochs[from:to], offers)
	}
	if r.warmup != nil {
		for _, w := range waits {
			r.warmup.Observe(w)
		}
	}
	if r.counting {
		latencies := r.latencies[from:to]
		r.pair(services, waits, latencies)
		if !r.network {
			r.pairGaps(offers, waits)
		}
		r.wait.ObserveZeros(len(waits) - queued)
		r.wait.ObserveAll(r.queued.waits[:queued])
		r.service.ObserveAll(services)
		r.latency.ObserveAll(latencies)
		r.counted += int64(to - from)
	}
	r.offered += int64(to - from)
	r.now = offers[len(offers)-1]
	return nil
}

// gather copies the tasks that wait, and tells how many they are. It is done
// without a branch: whether a task waits is as good as random.
func (r *Recursion) gather(offers, starts, waits []float64) int {
	n, q := uint(0), &r.queued
	offers, starts = offers[:len(waits)], starts[:len(waits)]
	for i, w := range waits {
		k := n % blockSize
		q.offers[k], q.starts[k], q.waits[k] = offers[i], starts[i], w
		n += uint(-math.Float64bits(w) >> 63) // 1 where w > 0
	}
	return int(n)
}

// pair makes latencies of waits and services, and adds up their products: in two
// sums, because an addition waits for the one before it.
func (r *Recursion) pair(services, waits, latencies []float64) {
	n, delay := len(waits), r.delay
	services, latencies = services[:n], latencies[:n]
	even, odd := 0.0, 0.0
	for i := 1; i < n; i += 2 {
		w, s, v, t := waits[i-1], services[i-1], waits[i], services[i]
		latencies[i-1], latencies[i] = delay+w+s, delay+v+t
		even += w * s
		odd += v * t
	}
	if n%2 == 1 {
		w, s := waits[n-1], services[n-1]
		latencies[n-1] = delay + w + s
		even += w * s
	}
	r.waitService += even + odd
}

// pairGaps adds up the products of waits and the gaps that follow, but for the
// last of the tasks.
func (r *Recursion) pairGaps(offers, waits []float64) {
	n := len(waits)
	offers = offers[:n]
	even, odd := 0.0, 0.0
	for i := 2; i < n; i += 2 {
		at := offers[i-1]
		even += waits[i-2] * (at - offers[i-2])
		odd += waits[i-1] * (offers[i] - at)
	}
	if n%2 == 0 {
		even += waits[n-2] * (offers[n-1] - offers[n-2])
	}
	r.waitGap += even + odd
}

// Begin starts the window of measurement now.
func (r *Recursion) Begin() {
	r.counting, r.warmup = true, nil
	r.begin = r.now
	r.line.begin(r.now)
	r.pool.begin(r.now, r.line.waiting())
	r.transit.begin(r.now)
	r.idleBefore = r.pool.idleTo(r.now)
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
		r.transit.pass(r.epochs[r.at:r.at+1], r.offers[r.at:r.at+1])
		r.transit.stop(r.offers[r.at], r.now)
		if err := r.move(1); err != nil {
			return err
		}
	}
	r.emittedAtEnd = r.emitted()
	r.sealed.inNetwork = r.transit.level()
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
	completed := r.completed() - r.completedBefore
	inSystem := Level{waiting.Area + busy.Area, busy.Max + waiting.Max}
	return windowTotals{
		seconds: seconds, busy: busy, waiting: waiting, inSystem: inSystem,
		inNetwork: r.transit.level(), law: r.line.law.Law(),
		completed: completed,
		classes:   []classTotals{{waiting, inSystem, r.transit.level(), completed}},
	}
}

// Record is what was measured from Begin to End, or so far. Its tallies are the
// recursion's own.
func (r *Recursion) Record() Record {
	t := r.sealed
	emitted := r.emittedAtEnd
	if t == nil {
		now := r.windowTotals()
		t, emitted = &now, r.offered
	}
	m := Measures{
		Wait: r.wait, Service: r.service, Latency: r.latency,
		Offered: r.counted, Completed: t.completed,
		Waiting: t.waiting, InSystem: t.inSystem, InNetwork: t.inNetwork,
		WaitService: r.waitService, WaitGap: r.waitGap,
	}
	completed := t.completed + r.completedBefore
	return Record{
		Seconds: t.seconds, Total: m, Busy: t.busy, QueueLaw: t.law,
		Flow: Flow{Offered: emitted, Completed: completed, InFlight: emitted - completed},
	}
}
