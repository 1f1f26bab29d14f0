package scheduler

// Stats is a look at a pool. Offered is always the sum of Completed, Shed,
// Abandoned, TimedOut and InFlight.
type Stats struct {
	Seconds float64 // since the start; of a closed pool, until its last task had ended

	Offered   int64
	Completed int64 // run to the end, those that failed or panicked included
	Shed      int64 // refused because of the load or because the pool was closed
	Abandoned int64 // out of patience
	TimedOut  int64 // given up when their contexts ended
	InFlight  int64 // not ended yet
	Panics    int64 // of the completed or timed out

	// ObserverPanic is what the observer panicked with; it has not been told of
	// anything since. nil of one that has not.
	ObserverPanic *PanicError

	// Waiting and Busy are the tasks that wait in the queue and that run, Servers
	// how many servers are switched on; 0 where there is no bound.
	Waiting, Busy, Servers int

	// The integrals of these over time from the start. Servers that end a task
	// before they leave are switched on. ServerSeconds are those of the servers
	// that start too.
	WaitingSeconds, BusySeconds, OnSeconds, ServerSeconds float64
}

// Stats looks at the pool.
func (p *Pool) Stats() Stats {
	p.enter()
	defer p.leave()
	p.integrate()
	s := p.stats
	s.Seconds = p.now
	s.InFlight = int64(len(p.jobs) - len(p.free))
	s.Waiting, s.Busy, s.Servers = p.queued, p.busy, p.servers.shown()
	l := &p.servers.levels
	s.WaitingSeconds, s.BusySeconds, s.OnSeconds, s.ServerSeconds = l.waiting, l.busy, l.on, l.cost
	return s
}
