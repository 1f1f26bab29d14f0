package analytic

import (
	"fmt"
	"math"
)

// station describes servers, room and policies in words.
func station(sys System) string {
	room := "a queue"
	if sys.Limited {
		room = "a limited queue"
	}
	if sys.Dispatch != Central {
		room += " at each, " + dispatchWords[sys.Dispatch]
	}
	servers := fmt.Sprintf("c = %d %s", sys.Servers, plural(sys.Servers, "server"))
	if policy := policyWords(sys.Policies); policy != "" {
		return fmt.Sprintf("%s, %s and %s", servers, room, policy)
	}
	return fmt.Sprintf("%s and %s", servers, room)
}

var dispatchWords = map[Dispatch]string{
	RandomServer: "joined at random", RoundRobin: "joined in turn", JoinShortestQueue: "of which the shortest is joined",
	PowerOf: "of which the shortest of some is joined", LeastWork: "of which that with the least work is joined",
	JoinIdleQueue: "of which an idle one is joined",
}

var disciplineWords = map[Discipline]string{
	LIFO: "last come, first served", RandomOrder: "service in random order", SJF: "the shortest job first", Priority: "priorities",
	Fair: "classes served in turn", PreemptiveLIFO: "last come, first served, preemptive", PSJF: "the shortest job first, preemptive",
	SRPT: "the shortest remaining time first", PreemptivePriority: "preemptive priorities", ProcessorSharing: "processor sharing",
}

// policyWords names the first of the policies of servers with a queue, beside
// the dispatch.
func policyWords(q Policies) string {
	switch {
	case q.Patience != nil:
		return "patience"
	case q.Retry != nil:
		return "retries"
	case q.Speeds != nil:
		return "servers of given speeds"
	case q.Failures != nil:
		return "failures"
	case q.Setup != nil:
		return "setup times"
	}
	return disciplineWords[q.Discipline]
}

// missing is what there is no model of. Where a policy stands in the way, the
// model of it may be of something less general than that without it.
func missing(sys System, alone string) string {
	if sys.Dispatch == Central && policyWords(sys.Policies) == "" {
		return " no exact model is known yet"
	}
	return ", the only model here is of " + alone
}

// unstable says why a system has no steady state.
func unstable(sys System) error {
	load := OfferedLoad(sys)
	text := fmt.Sprintf("offered load %.6g %s", load, erlangs(load))
	switch t := sys.Throttle; {
	case sys.Infinite && math.IsInf(load, 1):
		text = "the offered load is infinite: ever more servers are busy"
	case sys.Infinite && t != nil:
		return fmt.Errorf("%w: %.6g tasks a second for %.6g tokens a second: ever more tasks wait at the throttle", ErrUnstable, sys.taskRate(), t.Rate)
	case sys.Retry != nil:
		text += fmt.Sprintf(" on %s: ever more tasks try again", capacityWords(sys))
	default:
		text += fmt.Sprintf(" on %s: the queue grows without limit", capacityWords(sys))
	}
	return fmt.Errorf("%w: %s", ErrUnstable, text)
}

// capacityWords are the servers, and what they can do where that is less or more
// than their number.
func capacityWords(sys System) string {
	servers := fmt.Sprintf("%d %s", sys.Servers, plural(sys.Servers, "server"))
	switch {
	case sys.Speeds != nil:
		return fmt.Sprintf("%s of speed %.6g together", servers, capacity(sys.Speeds))
	case sys.Failures != nil:
		share := sys.Failures.available()
		return fmt.Sprintf("%s, up for %.3g of the time, which is a capacity of %.6g", servers, share, share*float64(sys.Servers))
	}
	return servers
}
