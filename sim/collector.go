package sim

import (
	"math"

	"spillway/sim/measure"
)

// collector gathers what happens to the counted tasks of one class, in blocks.
type collector struct {
	n, waited                    uint               // tasks of the block, and those of them that waited
	waits                        [blockSize]float64 // of these
	services, latencies          [blockSize]float64
	wait, service, latency       *measure.Tally
	waitService, waitGap         float64
	offered, shed                int64 // of the counted tasks
	waiting, inSystem, inNetwork measure.Gauge
	completed                    int64 // since time zero, whenever they arrived
	completedBefore              int64 // of these, before the window
}

// Flow is the balance of tasks since the start, warm-up included: Offered is
// the sum of the rest. A task counts as offered from its emission.
type Flow struct {
	Offered, Completed, Shed, Abandoned, TimedOut, Lost, InFlight int64
}

func newCollector(scale float64) *collector {
	return &collector{
		wait:    measure.NewTally(scale),
		service: measure.NewTally(scale),
		latency: measure.NewTally(scale),
	}
}

// record notes a counted task that was served; gap is the time from its arrival
// to the next, 0 where that is not known. When the block is full, it is to be
// flushed.
func (c *collector) record(wait, service, latency, gap float64) (full bool) {
	i := c.n % blockSize
	c.waitService += wait * service
	c.waitGap += wait * gap
	c.services[i], c.latencies[i] = service, latency
	c.n++
	// Without a branch: whether a task waits is as good as random. No wait is minus
	// zero, which would count.
	c.waits[c.waited%blockSize] = wait
	c.waited += uint(-math.Float64bits(wait) >> 63) // 1 where it is above zero
	return c.n == blockSize
}

func (c *collector) flush() {
	c.wait.ObserveZeros(int(c.n - c.waited))
	c.wait.ObserveAll(c.waits[:c.waited])
	c.service.ObserveAll(c.services[:c.n])
	c.latency.ObserveAll(c.latencies[:c.n])
	c.n, c.waited = 0, 0
}

// begin starts the window of measurement.
func (c *collector) begin(now float64) {
	c.waiting.Begin(now)
	c.inSystem.Begin(now)
	c.inNetwork.Begin(now)
	c.completedBefore = c.completed
}
