package experiment

import (
	"fmt"
	"math"
	"strings"

	"spillway/sim"
)

// State is what a run estimates.
type State int

const (
	// Steady is the long run: the warm-up is removed.
	Steady State = iota
	// Transient is what happens from empty: everything counts.
	Transient
)

func (s State) String() string {
	if s == Transient {
		return "transient"
	}
	return "steady"
}

// WarmupKind is how the end of the warm-up is found.
type WarmupKind int

// The ways to end the warm-up.
const (
	WarmupAuto    WarmupKind = iota // MSER-5 on a pilot stretch
	WarmupNone                      // everything counts
	WarmupSeconds                   // after Warmup.Seconds of simulated time
	WarmupTasks                     // after Warmup.Tasks arrivals
)

// Warmup says what is removed at the start of each replication. The zero value
// is WarmupAuto.
type Warmup struct {
	Kind    WarmupKind
	Seconds float64 // finite, zero or more; of WarmupSeconds
	Tasks   int64   // zero or more; of WarmupTasks
}

// Plan says how long to simulate a model and what to make of it.
type Plan struct {
	// Seed is that of the random streams.
	Seed uint64
	// Replications is how many there are, at least 1; at least 2 with a
	// precision. A transient run with a precision adds to them.
	Replications int
	// Confidence is the level of the intervals, in (0, 1): 0.95 for 95 %.
	Confidence float64
	State      State
	Warmup     Warmup
	// Length is how each replication ends: after Tasks arrivals, after
	// Duration seconds, or, in steady state only, by Precision alone.
	Length   Length
	Tasks    int64
	Duration float64
	// Precise runs go on until the half-width of each metric in Of is at most
	// the share Precision of its value.
	Precise   bool
	Precision float64
	Of        []string
	// MaxTasks stops a precise run; it counts all replications.
	MaxTasks int64
	// Engine is what computes the replications; the zero value chooses.
	Engine sim.Engine
	// Series are the times, in seconds and in their order, at which a transient
	// run gives values, up to its Duration if it has one; empty for none. It is
	// run by events.
	Series []float64
	// Plain estimates do without control variates.
	Plain bool
	// Within are times in seconds: the shares of the answered tasks whose
	// latency is at most these are estimated beside the metrics.
	Within []float64
	// Memory is the bytes that a task holds while it is in the system; 0 is
	// nothing, and gives no metric.
	Memory float64
}

// Length is how a replication ends.
type Length int

// The ways to end a replication.
const (
	ByPrecision Length = iota // when the intervals are narrow enough
	ByTasks                   // after a number of arrivals
	ByDuration                // after a stretch of simulated time
	ByEnd                     // when the sources have ended and all tasks have left; transient
)

// Validate tells what is wrong with the plan; nil when nothing is.
func (p *Plan) Validate() error {
	var wrong []string
	bad := func(is bool, format string, args ...any) {
		if is {
			wrong = append(wrong, fmt.Sprintf(format, args...))
		}
	}
	bad(p.Replications < 1, "%d replications", p.Replications)
	bad(p.Precise && p.Replications < 2, "a precision needs at least 2 replications")
	bad(!(p.Confidence > 0 && p.Confidence < 1), "a confidence of %g", p.Confidence)
	bad(p.Length == ByTasks && p.Tasks < 1, "%d tasks", p.Tasks)
	bad(p.Length == ByDuration && !(p.Duration > 0 && p.Duration <= math.MaxFloat64), "a duration of %g s", p.Duration)
	bad(p.Length == ByEnd && p.State != Transient, "a steady state of sources that end")
	bad(p.Precise && !(p.Precision > 0), "a precision of %g", p.Precision)
	bad(p.Length == ByPrecision && (!p.Precise || p.State == Transient), "no end: want tasks, a duration or, in steady state, a precision")
	bad(p.Precise && len(p.Of) == 0, "a precision of nothing")
	bad(p.Precise && p.MaxTasks < 1, "at most %d tasks", p.MaxTasks)
	bad(len(p.Series) > 0 && p.State != Transient, "a series of a steady state")
	bad(len(p.Series) > 0 && p.Engine == sim.ByRecursion, "a series by recursion, which knows only whole tasks")
	for i, t := range p.Series {
		bad(!(t >= 0 && t <= math.MaxFloat64) || i > 0 && t < p.Series[i-1], "a series with time %d at %g s: want times in their order", i+1, t)
		bad(p.Length == ByDuration && t > p.Duration*(1+1e-9), "a series up to %g s, after the end at %g s", t, p.Duration)
	}
	for _, of := range p.Of {
		bad(!KnownMetric(of), "a precision of %s, which is no metric with an interval", of)
	}
	if len(wrong) > 0 {
		return fmt.Errorf("experiment: %s", strings.Join(wrong, "; "))
	}
	return nil
}

// minimumTasks is the least number of tasks of a replication in steady state,
// so that its mean is nearly normal and many times the memory of the system.
func minimumTasks(m *sim.Model) int64 {
	return int64(math.Max(10_000, 100*m.BusyServers()))
}

// firstLook is how many tasks a replication of a precise run has before anybody
// looks at it: the minimum, and more where services vary so much that the rare
// long ones, which decide on the wait and on how well it is known, may be
// missing; but not more than max_tasks leaves.
func (p *Point) firstLook(runners int) int64 {
	least := minimumTasks(p.Model)
	scv := 1.0
	for _, s := range p.Model.Streams {
		if s.Service != nil {
			scv = math.Max(scv, s.Service.SCV())
		}
	}
	wanted := float64(least) * math.Min((1+scv)/2, 10)
	room := float64(p.Plan.MaxTasks) / float64(p.Plan.Replications) / float64(runners)
	return max(least, int64(math.Min(wanted, room)))
}
