package rare

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"sync/atomic"

	"spillway/distributions/arrivals"
	"spillway/sim"
)

// Event is what is rare.
type Event string

// The events: shares of time, of the served tasks, and of the offered tasks.
const (
	InSystem    Event = "in_system"    // at least so many tasks waiting and in service: of time
	QueueLength Event = "queue_length" // at least so many tasks waiting: of time
	Wait        Event = "wait"         // a wait of at least so many seconds: of served tasks
	Latency     Event = "latency"      // a latency of at least so many seconds: of served tasks
	Shed        Event = "shed"         // no room in the queue: of offered tasks
)

// Options say what is asked for and how well.
type Options struct {
	Event Event
	// AtLeast is a whole number of tasks from 1, or a positive time in seconds;
	// not looked at for Shed.
	AtLeast float64
	// Seed is that of the random streams. They are others than those of a plain
	// simulation with the same seed.
	Seed uint64
	// Confidence is the level of the interval, in (0, 1).
	Confidence float64
	// Precision is the largest half-width, as a share of the estimate; positive.
	Precision float64
	// Replications is how many independent runs there are, at least 2.
	Replications int
	// MaxTasks ends the search for more precision; it counts the arrivals of
	// all replications and of all repeated histories, not those of the pilot.
	MaxTasks int64
	// Parallel is how many replications run at a time; 0 or less stands for the
	// number of processors. The result does not depend on it.
	Parallel int
	// Progress counts the arrivals that were simulated; nil is not counted.
	Progress *atomic.Int64
}

// ErrRefused is the error of a model, or an event of it, that splitting cannot
// answer.
var ErrRefused = errors.New("rare event")

func refused(format string, args ...any) error {
	return fmt.Errorf("%w: %w", ErrRefused, fmt.Errorf(format, args...))
}

// Check tells why the options do not fit the model, or the model cannot be
// split; nil where nothing does.
func (o *Options) Check(m *sim.Model) error {
	switch {
	case !(o.Confidence > 0 && o.Confidence < 1):
		return refused("a confidence of %g, want one between 0 and 1", o.Confidence)
	case !(o.Precision > 0):
		return refused("a precision of %g, want a positive one", o.Precision)
	case o.Replications < 2:
		return refused("%d replications, want at least 2 for an interval", o.Replications)
	case o.MaxTasks < 1:
		return refused("at most %d tasks, want at least 1", o.MaxTasks)
	}
	if err := m.Validate(); err != nil {
		return err
	}
	if err := checkModel(m); err != nil {
		return err
	}
	return o.checkEvent(m)
}

// checkEvent refuses what never happens, or always does.
func (o *Options) checkEvent(m *sim.Model) error {
	switch o.Event {
	case InSystem, QueueLength:
		if !(o.AtLeast >= 1 && o.AtLeast == math.Floor(o.AtLeast) && o.AtLeast <= mostTasks) {
			return refused("%s of at least %g, want a whole number from 1 to %g", o.Event, o.AtLeast, float64(mostTasks))
		}
	case Wait, Latency:
		if !(o.AtLeast > 0 && o.AtLeast <= math.MaxFloat64) {
			return refused("a %s of at least %g s, want a positive time", o.Event, o.AtLeast)
		}
	case Shed:
	default:
		return refused("event %q, want in_system, queue_length, wait, latency or shed", string(o.Event))
	}
	most := math.Inf(1)
	if m.Limited {
		most = float64(m.Limit)
	}
	switch {
	case m.Infinite && o.Event != InSystem && o.Event != Latency:
		return refused("%s with infinitely many servers: no task ever waits", o.Event)
	case o.Event == Shed && !m.Limited:
		return refused("shed by a queue without a limit: no task ever is")
	case o.Event == QueueLength && o.AtLeast > most:
		return refused("%g tasks waiting, at most %g ever are", o.AtLeast, most)
	case o.Event == InSystem && !m.Infinite && o.AtLeast > most+float64(m.Servers):
		return refused("%g tasks in the system, at most %g ever are", o.AtLeast, most+float64(m.Servers))
	}
	return nil
}

// mostTasks is the largest state that is worth copying again and again.
const mostTasks = 1_000_000

// checkModel refuses what the walkers do not regard.
func checkModel(m *sim.Model) error {
	// Whatever policies there are: the zero value alone is first come, first
	// served with a limit that sheds.
	if !reflect.ValueOf(m.Policies).IsZero() {
		return refused("it is known for a queue, first come, first served, with or without a limit that sheds: not with other policies")
	}
	load, rate := 0.0, 0.0
	for i := range m.Streams {
		s := &m.Streams[i]
		if s.Population > 0 {
			return refused("stream %s is closed: its callers wait for their answers", s.Name)
		}
		if _, ok := s.Process.(*arrivals.Trace); ok || s.Service == nil {
			return refused("stream %s replays a log, which has one future only", s.Name)
		}
		if !(taskRate(s) > 0) {
			return refused("stream %s has no arrivals in the long run", s.Name)
		}
		rate += taskRate(s)
		load += taskRate(s) * s.Service.Mean()
	}
	if held := size(m, rate, load); held > mostTasks {
		return refused("a state of some %.3g tasks or servers is too large to be copied again and again", held)
	}
	if !m.Infinite && !m.Limited && load >= float64(m.Servers) {
		return refused("the offered load of %.4g is not below the %d servers: there is no steady state", load, m.Servers)
	}
	return nil
}

// size is about how many tasks and servers a state has.
func size(m *sim.Model, rate, load float64) float64 {
	held := 0.0
	switch {
	case !m.Infinite:
		held = float64(m.Servers)
	default:
		held = load
	}
	if m.Network != nil {
		held += rate * m.Network.Mean()
	}
	return held
}

// taskRate is tasks per second.
func taskRate(s *sim.Stream) float64 {
	if s.Batch != nil {
		return s.Process.Rate() * s.Batch.Mean()
	}
	return s.Process.Rate()
}
