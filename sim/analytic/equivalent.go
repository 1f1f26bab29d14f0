package analytic

import "strings"

// Systems that are others in disguise.
//
// With one server there is nothing to choose: its queue is the only one, whatever
// the dispatch. And where all servers are equally fast and serve first come, first
// served, the least work is where a server becomes free first: a task that joins
// it begins when it would begin in one queue for all, of any arrivals and any
// services, task by task. So it is as long as nothing else looks at the queues: no
// limit, no impatience, no failures and no servers that switch off.
//
// Source: J. Kiefer, J. Wolfowitz, "On the theory of queues with many servers",
// Transactions of the American Mathematical Society 78(1), 1955, whose vector of
// workloads it is; M. Harchol-Balter, M. E. Crovella, C. D. Murta, "On choosing a
// task assignment policy for a distributed server system", Journal of Parallel
// and Distributed Computing 59(2), 1999, for the equivalence.

// undisguised is the system that one is, with one queue where the dispatch makes
// no difference.
func undisguised(sys System) System {
	if sys.Infinite || sys.Dispatch == Central {
		return sys
	}
	if sys.Servers == 1 || obstacleLeastWork(sys) == "" {
		sys.Dispatch, sys.Choices = Central, 0
	}
	return sys
}

// obstacleLeastWork is what keeps servers with a queue each from being as if they
// had one, where tasks join the least work.
func obstacleLeastWork(sys System) string {
	const join = "tasks join the queue with the least work, and "
	switch {
	case sys.Dispatch != LeastWork:
		return "tasks do not join the queue with the least work"
	case sys.Limited || sys.Infinite:
		return join + "the queues have a limit, or there are none"
	case !equalSpeeds(sys.Speeds):
		return join + "servers differ in speed"
	}
	sys.Dispatch, sys.Speeds, sys.Throttle, sys.Closed, sys.Transient = Central, nil, nil, nil, nil
	if o := obstaclePolicies(sys.Policies); o != "" {
		return join + o
	}
	return ""
}

func equalSpeeds(speeds []float64) bool {
	for _, s := range speeds {
		if s != speeds[0] {
			return false
		}
	}
	return true
}

// disguise says in a solution of what it is one too.
func (s *Solution) disguise(sys System) {
	switch {
	case sys.Infinite || sys.Dispatch == Central:
	case sys.Servers == 1:
		s.Model = ofOneServer(s.Model)
	default:
		s.Method += "; joining the least work is waiting in one queue"
		s.Source += "; M. Harchol-Balter, M. E. Crovella, C. D. Murta, On choosing a task assignment policy for a distributed server system, " +
			"Journal of Parallel and Distributed Computing 59(2), 1999, for the least work"
	}
}

// ofOneServer is the name of a model for c servers, of one.
func ofOneServer(model string) string { return strings.ReplaceAll(model, "/c", "/1") }
