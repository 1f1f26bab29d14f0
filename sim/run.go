package sim

import (
	"math"
	"slices"

	"spillway/distributions"
	"spillway/distributions/arrivals"
	"spillway/sim/measure"
	"spillway/sim/monitor"
)

// Run is one run of a model from empty at time zero, whatever computes it. It
// is used by one goroutine.
type Run interface {
	// Now is the simulated time in seconds.
	Now() float64
	// Offered is the number of tasks that have reached admission so far.
	Offered() int64
	// Advance goes on until n more tasks have been offered, and then to the
	// moment just before the next is, or to the time horizon (+Inf is none),
	// whichever comes first. What happens at the horizon itself has happened,
	// but for arrivals: these belong to what comes after. It stops earlier when
	// nothing is left (see Ended) and, after End, when no counted task is left
	// (see Pending).
	Advance(n int64, horizon float64) error
	// Ended says that the sources have ended and nothing is left.
	Ended() bool
	// Close ends the sources after n tasks in all. It comes before the first
	// Advance; of several, the least holds. Tasks are drawn in blocks: one that
	// cannot be is an error even if it were to come a little after the last.
	Close(n int64)
	// Watch adds to a series, for each task that arrives from now to Begin,
	// the number in system that it finds or the time that it waits: the
	// material of which the end of the warm-up is found.
	Watch(s *measure.Series)
	// Begin starts the window of measurement now: tasks that arrive from here
	// on are counted, integrals start at zero.
	Begin()
	// End closes the window now: time averages end here, tasks that arrive
	// from here on are not counted. Advance then goes on until the counted
	// tasks have left, so that none is missing because it took long.
	End() error
	// Pending is the number of counted tasks that are waiting or in service.
	Pending() int64
	// Record is what was measured from Begin to End, or so far. Its tallies
	// may go on changing when the run does.
	Record() Record
}

// stopAt is the number of offered tasks at which a run stops that goes on for n
// more; any n will do, however large.
func stopAt(offered, n int64) int64 {
	if n > math.MaxInt64-offered {
		return math.MaxInt64
	}
	return offered + n
}

// Engine is what computes a run.
type Engine int

const (
	// Auto is the recursion where it can be and is likely to be the faster, events
	// elsewhere.
	Auto Engine = iota
	// Events are event lists: they run every model.
	Events
	// ByRecursion is the recursion over tasks: see Recursive.
	ByRecursion
)

// Start is a run of the model at time zero, empty. Its random numbers are those
// of the replication's number, whatever the engine. ByRecursion is for a model
// that is Recursive.
func Start(m *Model, streams distributions.Streams, replication int, e Engine) (Run, error) {
	if e == ByRecursion || e == Auto && Recursive(m) && fills(m) {
		return NewRecursion(m, streams, replication)
	}
	return StartObserved(m, streams, replication, nil)
}

// StartObserved is Start by events; the observer is told of every transition.
func StartObserved(m *Model, streams distributions.Streams, replication int, o monitor.Observer) (Run, error) {
	if m.NeedsManaging() {
		return NewManaged(m, streams, replication, o)
	}
	return New(m, streams, replication, o)
}

// fills says whether all servers are likely to be busy at once before long. As
// long as they are not, the recursion over many servers looks through them all
// when more may be busy than ever, which an event list need not; and again for
// each class. Where nothing varies that is for each task.
func fills(m *Model) bool {
	if m.Servers <= sortedServers {
		return true
	}
	if len(m.Classes) > 1 || !slices.ContainsFunc(m.Streams, varies) {
		return false
	}
	load := m.offeredLoad()
	return load+3*math.Sqrt(load) >= float64(m.Servers)
}

// varies says whether the times of a stream do.
func varies(s Stream) bool {
	_, constant := s.Process.(arrivals.Deterministic)
	return !constant || s.Service == nil || s.Service.SCV() > 0
}
