package sim

import (
	"fmt"
	"math"
	"slices"

	"spillway/distributions"
	"spillway/distributions/arrivals"
)

// Model is what one replication simulates. It is immutable while it is
// simulated and shared by all replications.
type Model struct {
	// Streams of tasks, superposed; at least one.
	Streams []Stream
	// Classes are the names of the classes that Stream.Class points into; at
	// least one.
	Classes []string
	// Network is the law of the delay before admission, Response of that from
	// the server back to the caller, in seconds; nil is none.
	Network, Response distributions.Distribution
	// Servers is the number of servers, from 1 to MaxServers; not looked at
	// where Infinite is true.
	Servers  int
	Infinite bool
	// Limit is how many tasks may wait, those in service not counted; only
	// where Limited is true. A task that finds no room is shed.
	Limit   int
	Limited bool
	// Policies are what there is beyond that.
	Policies Policies
}

// MaxServers is the largest number of servers.
const MaxServers = math.MaxInt32

// Stream is one stream of arrivals.
type Stream struct {
	// Name keys the stream's random numbers: two scenarios with a stream of
	// one name, and one seed, see the same arrivals and service times.
	Name  string
	Class int // index into Model.Classes
	// Priority is lowest for the tasks that a discipline of priorities serves
	// first.
	Priority int
	// Process says when tasks are emitted; not looked at where there is a
	// Population.
	Process arrivals.Process
	// Population is the number of callers of a closed stream, each of whom
	// thinks, sends a task, and waits for its end; 0 is an open stream. Think is
	// the law of how long they think, in seconds.
	Population int
	Think      distributions.Distribution
	// Batch is the law of how many are emitted together; nil is one.
	Batch arrivals.Batch
	// Service is the law of the service time, in seconds; nil where the Process
	// is a log that tells it.
	Service distributions.Distribution
	// Classes are indices into Model.Classes, one for each class of a log; nil
	// where all tasks are of Class.
	Classes []int
}

// Validate tells what makes the model impossible; nil when nothing does.
func (m *Model) Validate() error {
	switch {
	case len(m.Streams) == 0:
		return fmt.Errorf("sim: no streams")
	case len(m.Classes) == 0:
		return fmt.Errorf("sim: no classes")
	case len(m.Classes) > maxClasses:
		return fmt.Errorf("sim: %d classes, want at most %d", len(m.Classes), maxClasses)
	case !m.Infinite && (m.Servers < 1 || m.Servers > MaxServers):
		return fmt.Errorf("sim: %d servers, want 1 to %d", m.Servers, MaxServers)
	case m.Limited && m.Limit < 0:
		return fmt.Errorf("sim: a limit of %d waiting tasks", m.Limit)
	}
	rate := 0.0
	for i, s := range m.Streams {
		if s.Process == nil && s.Population == 0 || s.Service == nil && !s.tellsService() {
			return fmt.Errorf("sim: stream %d lacks a process or a service law", i)
		}
		if s.Population < 0 || s.Population > 0 && s.Think == nil {
			return fmt.Errorf("sim: stream %d has %d callers, want 0 or more, and how long they think", i, s.Population)
		}
		for _, class := range append([]int{s.Class}, s.Classes...) {
			if class < 0 || class >= len(m.Classes) {
				return fmt.Errorf("sim: stream %d is of class %d of %d", i, class, len(m.Classes))
			}
		}
		rate += s.taskRate()
	}
	if err := m.Policies.validate(m); err != nil {
		return err
	}
	return m.fits(rate)
}

// lane is the place of a stream's priority among those of all streams.
func (m *Model) lane(s *Stream) int {
	return slices.Index(m.priorities(), s.Priority)
}

// priorities are the streams' priorities, each once, the first to be served
// first.
func (m *Model) priorities() []int {
	var all []int
	for i := range m.Streams {
		all = append(all, m.Streams[i].Priority)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// lanes is how many lanes the queue has.
func (m *Model) lanes() int {
	if m.Policies.Discipline == Fair {
		return len(m.Classes)
	}
	return len(m.priorities())
}

// maxAtOnce is how many tasks may be in one place at a time, on average: some
// tens of bytes each have to fit in memory.
const maxAtOnce = 1e8

// fits refuses what cannot be held: by Little's law rate × delay tasks are on
// the network at once, and rate × service with infinitely many servers.
func (m *Model) fits(rate float64) error {
	for _, d := range []distributions.Distribution{m.Network, m.Response} {
		if d != nil && !math.IsInf(d.Mean(), 1) && rate*d.Mean() > maxAtOnce {
			return fmt.Errorf("sim: %.3g tasks a second with a delay of %.3g s are %.3g tasks on the network at once, which do not fit in memory", rate, d.Mean(), rate*d.Mean())
		}
	}
	if load := m.offeredLoad(); m.Infinite && !math.IsInf(load, 1) && load > maxAtOnce {
		return fmt.Errorf("sim: %.3g tasks in service at once do not fit in memory", load)
	}
	return nil
}

// taskRate is tasks per second, batches resolved; of a closed stream, the most
// that there can be.
func (s Stream) taskRate() float64 {
	if s.Population > 0 {
		return float64(s.Population) / (s.Think.Mean() + s.MeanService())
	}
	if s.Batch != nil {
		return s.Process.Rate() * s.Batch.Mean()
	}
	return s.Process.Rate()
}

// recording is a log as a process: an arrivals.Trace, or what replays one.
type recording interface {
	HasService() bool
	Summary() arrivals.Summary
}

// tellsService says that the process is a log with service times.
func (s Stream) tellsService() bool {
	log, ok := s.Process.(recording)
	return ok && log.HasService()
}

// MeanService is the mean service time in seconds; of a log, that of its rows.
func (s Stream) MeanService() float64 {
	if s.Service == nil {
		return s.Process.(recording).Summary().Service.Mean
	}
	return s.Service.Mean()
}

// timeScale is a time typical of the model, from which histograms resolve
// downward: the smallest finite positive mean service time, or mean gap where
// service takes no time.
func (m *Model) timeScale() float64 {
	scale := math.Inf(1)
	for _, s := range m.Streams {
		if mean := s.MeanService(); mean > 0 {
			scale = math.Min(scale, mean)
		}
	}
	for _, s := range m.Streams {
		if rate := s.taskRate(); math.IsInf(scale, 1) && rate > 0 {
			scale = 1 / rate
		}
	}
	if math.IsInf(scale, 1) || scale < math.SmallestNonzeroFloat64*0x1p100 {
		return 1
	}
	return scale
}

// offeredLoad is the work that arrives per second, in servers; it may be
// infinite.
func (m *Model) offeredLoad() float64 {
	load := 0.0
	for _, s := range m.Streams {
		load += s.taskRate() * s.MeanService()
	}
	return load
}

// ArrivalRate is tasks per second of all streams; of closed ones, the most that
// there can be.
func (m *Model) ArrivalRate() float64 {
	rate := 0.0
	for _, s := range m.Streams {
		rate += s.taskRate()
	}
	return rate
}

// BusyServers is how many servers the load keeps busy at the most: all of
// them, or of infinitely many as many as the offered load, a million at the
// most.
func (m *Model) BusyServers() float64 {
	if !m.Infinite {
		return float64(m.Servers)
	}
	return math.Min(math.Ceil(m.offeredLoad()), 1e6)
}
