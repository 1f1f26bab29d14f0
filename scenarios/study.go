package scenarios

import (
	"io"

	"spillway/distributions"
	"spillway/distributions/arrivals"
	"spillway/sim"
	"spillway/sim/analytic"
)

// Options are what Load needs besides the file.
type Options struct {
	// Set holds overrides "path=value", the operands of --set, applied in
	// order.
	Set []string
	// Open opens a file that the scenario names, as the scenario spells it;
	// whose caller knows to what a relative name is relative. Nil refuses
	// every file.
	Open func(name string) (io.ReadCloser, error)
}

// Study is a whole scenario: what is to be run, at each point of its sweep.
type Study struct {
	Name        string
	Description string
	// File is the name that Load was given.
	File string
	// Seed is that of every random stream; 1 unless the scenario says
	// otherwise.
	Seed uint64
	// SHA256 is the hash, in hexadecimal, of the scenario's canonical form:
	// overrides and the files that it reads included, comments, layout and
	// the order of keys not.
	SHA256 string
	// Canonical is that form: a scenario in JSON that loads to the same study.
	Canonical []byte
	// Points holds at least one point, in the order of the sweep.
	Points []Point
	// Compare names what the simulation is compared with: "analytic", "real".
	Compare []string
}

// Parameter is one swept value.
type Parameter struct {
	// Path is the swept key as the sweep spells it: "arrivals.rate".
	Path string
	// Value is a float64, an int64, a bool or a string, as YAML reads it; a
	// list or a mapping is the string Text.
	Value any
	// Text is the value as it was written, or as steps were made: "80/s".
	Text string
}

// Point is one system and how to run it: one point of the sweep.
type Point struct {
	// Parameters are the swept values in the order of the sweep; empty
	// without one.
	Parameters []Parameter
	// Streams are superposed; at least one.
	Streams []Stream
	// Network is the law of the delay before the queue, Response of that from
	// the server back to the caller; nil is no delay.
	Network, Response distributions.Distribution
	// Servers is at least 1; not looked at where Infinite is true.
	Servers  int
	Infinite bool
	// Limit is the number of waiting tasks that fit, those in service not
	// counted; only where Limited is true. A task that finds no room is shed.
	Limit   int
	Limited bool
	// Memory is the bytes that a task holds while it is in the system.
	Memory float64
	// Policies are what there is beyond servers and a queue, first come first
	// served.
	Policies analytic.Policies
	// Managed is what the simulator regards beyond servers and a queue, first
	// come first served.
	Managed sim.Policies
	// Network of stations in place of all the above; nil is a single pool.
	Stations *analytic.Network
	// Beyond names the first key that no exact model can regard; empty is none.
	Beyond string
	// Unsimulated are the keys that the simulator has not learnt yet.
	Unsimulated []Unsimulated
	Run         Run
	// Objectives are the bounds of slo, in the order in which they are written.
	Objectives []Objective
	// Real says how the point is run by a real scheduler; nil where that is not
	// asked for.
	Real *RealRun
}

// Unsimulated is a key that the simulator has not learnt yet.
type Unsimulated struct {
	Place string // "burst.yaml:12:3"
	Path  string // "queue.patience"
}

// String is a message.
func (u Unsimulated) String() string { return u.Place + ": " + u.Path + " is not simulated yet" }

// Stream is one stream of arrivals.
type Stream struct {
	// Name tells the stream from every other of its point, and is the same
	// when streams of other classes come or go: it names random streams. It
	// is the class, or class.1, class.2 … where streams share one; that of a
	// trace with Classes is trace.
	Name string
	// Class is the name under which results are given: "default" where the
	// scenario has none.
	Class string
	// Classes are the names of the classes of a trace's tasks, which its source
	// indexes; nil where they are all of Class, which is empty otherwise.
	Classes []string
	// Priority is 0 for the tasks that a discipline of priorities serves first.
	Priority int
	Process  arrivals.Process
	// Batch is the law of how many tasks arrive together; nil is one.
	Batch arrivals.Batch
	// Service is nil where the Process is an *arrivals.Trace that tells the
	// service times.
	Service distributions.Distribution
	// Population is the number of callers of a closed stream, which has no
	// Process; Think is how long they think. Of an open stream it is 0.
	Population int
	Think      distributions.Distribution
}

// Horizon is what ends a replication.
type Horizon int

const (
	// Open replications are as long as the precision asks for.
	Open Horizon = iota
	// ByTasks counts Run.Tasks arrivals after the warm-up.
	ByTasks
	// ByDuration ends Run.Duration seconds after the warm-up.
	ByDuration
	// ByTrace emits until every trace that does not loop has ended, and ends
	// when the last task has left; always with Transient.
	ByTrace
)

// Run is how a point is run.
type Run struct {
	// Horizon says what ends a replication: Open only where Precise is true
	// and Transient is not.
	Horizon  Horizon
	Tasks    int64   // of each replication; only ByTasks
	Duration float64 // seconds, of each replication; only ByDuration
	// Precise runs go on until each of Of has a half-width of at most
	// Precision × its mean: a steady run by longer replications, a transient
	// one by more of them.
	Precise   bool
	Precision float64  // ratio, > 0; only where Precise
	Of        []string // "wait.mean"; only where Precise
	// MaxTasks stops a precise run; all replications are counted.
	MaxTasks int64
	// Confidence is the level of intervals, inside (0, 1).
	Confidence   float64
	Replications int // at least 1; where Precise at least 2
	Warmup       Warmup
	// Transient runs start from empty and count everything; their Warmup is
	// WarmupNone.
	Transient bool
	// Series are the times at which values are wanted, in seconds; empty for none.
	Series []float64
	// Rare is a rare event whose probability is wanted; nil for none.
	Rare *Rare
	// RareTasks stops the search for the precision of its probability.
	RareTasks int64
}

// WarmupMethod is how the beginning of a replication is removed.
type WarmupMethod int

const (
	// WarmupAuto finds the length from the data.
	WarmupAuto WarmupMethod = iota
	// WarmupNone removes nothing.
	WarmupNone
	// WarmupDuration removes Warmup.Duration seconds.
	WarmupDuration
	// WarmupTasks removes Warmup.Tasks arrivals.
	WarmupTasks
)

// Warmup is what is removed from the beginning of each replication.
type Warmup struct {
	Method   WarmupMethod
	Duration float64 // seconds; only WarmupDuration
	Tasks    int64   // only WarmupTasks
}

// Opaque says that only a file knows what arrives: neither load nor stability
// can be told from the scenario.
func (p *Point) Opaque() bool {
	for _, s := range p.Streams {
		if _, trace := s.Process.(*arrivals.Trace); trace || s.Process == nil && p.Policies.Closed == nil {
			return true
		}
	}
	return false
}

// System describes the point to the exact models.
func (p *Point) System() analytic.System {
	streams := make([]analytic.Stream, len(p.Streams))
	for i, s := range p.Streams {
		streams[i] = analytic.Stream{Class: s.Class, Priority: s.Priority, Process: s.Process, Batch: s.Batch, Service: s.Service}
	}
	return analytic.System{
		Streams: streams, Network: p.Network, Response: p.Response,
		Servers: p.Servers, Infinite: p.Infinite,
		Limit: p.Limit, Limited: p.Limited, Memory: p.Memory,
		Policies: p.Policies, Beyond: p.Beyond,
	}
}
