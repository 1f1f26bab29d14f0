// Package policy is what decides: which task is let in, which server it goes
// to, whether a caller tries again, how many servers there are. Every policy is
// a state machine without a clock: time comes in as an argument, in seconds from
// the start, and never goes back. Random policies are handed their uniform
// numbers. A simulation and a real scheduler therefore call the very same values
// and come to the same decisions.
//
// A constructor refuses impossible parameters and names each of them; what it
// returns is ready, in the state of time zero. Nothing is allocated per call, and
// memory does not grow with the number of tasks. A value serves one replication
// and is not safe for concurrent use; the zero values are not usable.
//
// Before a queue, a task that arrives at now asks each policy of admission in
// the order of the scenario, for instance
//
//	view := policy.View{Waiting: waiting, Busy: busy, Servers: servers, HeadWait: now - oldest}
//	if !bucket.Take(now) || shedder.Sheds(view, u) || !limit.Admits(view) {
//		return refused
//	}
//
// where u is drawn only where shedder.Draws. CoDel is asked at the other end, when
// a server takes the head of the queue.
package policy
