package tally

import "spillway/sim/monitor"

// Outcome is what became of a task.
type Outcome int

// The outcomes.
const (
	Answered Outcome = iota
	Shed
	Abandoned
	TimedOut
	Lost
	Retried  // one of the three before Lost was not the end
	Outcomes // how many there are
)

// String is the name of the outcome, as a label.
func (o Outcome) String() string {
	return [Outcomes]string{"answered", "shed", "abandoned", "timed_out", "lost", "retried"}[o]
}

// outcomeOf is what a transition makes of its task; false for all that is none.
func outcomeOf(k monitor.Kind) (Outcome, bool) {
	switch k {
	case monitor.Answered:
		return Answered, true
	case monitor.Shed:
		return Shed, true
	case monitor.Abandoned:
		return Abandoned, true
	case monitor.TimedOut:
		return TimedOut, true
	case monitor.Lost:
		return Lost, true
	case monitor.Retried:
		return Retried, true
	default:
		return 0, false
	}
}
