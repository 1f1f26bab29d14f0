package promhook

import "spillway/sim/monitor"

// outcome is what became of a task.
type outcome int

const (
	answered outcome = iota
	shed
	abandoned
	timedOut
	lost
	retried
	outcomes // how many there are
)

var outcomeNames = [outcomes]string{"answered", "shed", "abandoned", "timed_out", "lost", "retried"}

// outcomeOf is what a transition makes of its task; false for all that is none.
func outcomeOf(k monitor.Kind) (outcome, bool) {
	switch k {
	case monitor.Answered:
		return answered, true
	case monitor.Shed:
		return shed, true
	case monitor.Abandoned:
		return abandoned, true
	case monitor.TimedOut:
		return timedOut, true
	case monitor.Lost:
		return lost, true
	case monitor.Retried:
		return retried, true
	default:
		return 0, false
	}
}
