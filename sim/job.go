package sim

import "spillway/sim/policy"

// place is where a job is.
type place uint8

const (
	nowhere   place = iota
	thinking        // a caller that has no task
	onNetwork       // on its way to admission
	inThrottle
	atDoor // held until there is room in the queue
	inQueue
	inService
	onReturn // its answer is on its way
	inOrbit  // its caller waits to try again
)

// underWay says whether a job is a task on its way to an answer: not one whose
// service has ended, whose answer may still be travelling.
func (p place) underWay() bool { return p >= onNetwork }

// job is a task that is under way, or work that is left of one.
type job struct {
	emitted float64 // when its source emitted it
	first   float64 // when it was offered first
	offered float64 // when it was offered last
	queued  float64 // when it was admitted, of this try
	started float64 // when its service began
	service float64 // time that its service takes
	delay   float64 // network delay that it had
	reply   float64 // response delay that it has
	mark
	stream   int32
	server   int32 // -1 where it has none
	tries    int32 // with this one
	step     int32 // admission that it has passed
	inflight int32 // tasks in the system when it was admitted, itself counted
	place    place
	orphan   bool          // its caller has given up: what is left is work for nobody
	period   policy.Period // of the circuit breaker, when it let this try through
}

// wait is the time that a task whose service has begun did not get on: from
// its first offer to its last, and in the queue.
func (j *job) wait() float64 { return j.started - j.queued + (j.offered - j.first) }

// held is the time that a throttle, or backpressure, held this try.
func (j *job) held() float64 { return j.queued - j.offered }
