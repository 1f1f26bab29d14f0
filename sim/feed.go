package sim

import (
	"fmt"
	"math"

	"spillway/distributions"
	"spillway/distributions/arrivals"
)

// blockSize is how many variates are drawn at a time: enough that an interface
// call costs nothing a variate, few enough to stay in the first-level cache.
const blockSize = 512

// variates hands out the variates of one law, drawn in blocks.
type variates struct {
	at     uint
	block  *[blockSize]float64
	law    distributions.Distribution
	stream *distributions.Stream
}

func newVariates(law distributions.Distribution, stream *distributions.Stream) variates {
	return variates{law: law, stream: stream, at: blockSize}
}

// next is one variate.
func (v *variates) next() float64 {
	if v.at >= blockSize {
		v.refill()
	}
	x := v.block[v.at%blockSize]
	v.at++
	return x
}

func (v *variates) refill() {
	if v.block == nil {
		v.block = new([blockSize]float64)
	}
	v.law.Fill(v.stream, v.block[:])
	v.at = 0
}

// fill is len(dst) variates, for a user that never takes a single one.
func (v *variates) fill(dst []float64) { v.law.Fill(v.stream, dst) }

// feed is one stream of tasks as it unrolls.
type feed struct {
	name    string
	class   int32
	source  arrivals.Source
	log     arrivals.Tasks // in place of source where it knows its tasks
	kinds   []int32        // class of each class of the log; nil where all are of one
	service variates       // its law is nil where the log tells service times
	delay   variates       // of the network; its law is nil without one
	batch   arrivals.Batch
	batches *distributions.Stream

	// Where tasks are taken one by one.
	epoch  float64 // when the next task is emitted; +Inf when there is none
	left   int     // tasks still to come of the batch emitted at epoch
	epochs []float64
	tasks  recorded // of these, where there is a log
	at, n  int
	last   float64 // the last epoch drawn
}

// recorded is what a log says of tasks; nil slices are of what it does not.
type recorded struct {
	services []float64
	classes  []int32
}

// newCallers is the feed of a closed stream, whose tasks come when their callers
// have thought.
func newCallers(m *Model, s Stream, streams distributions.Streams, replication int) feed {
	f := feed{class: int32(s.Class), name: s.Name, service: newVariates(s.Service, streams.For(replication, s.Name+"/service"))}
	if m.Network != nil {
		f.delay = newVariates(m.Network, streams.For(replication, s.Name+"/network"))
	}
	return f
}

// draw is the service time and the class of the task that advance moved to.
func (f *feed) draw() (service float64, class int32) {
	class = f.class
	if f.tasks.classes != nil {
		class = f.tasks.classes[f.at-1]
	}
	if f.tasks.services != nil {
		return f.tasks.services[f.at-1], class
	}
	return f.service.next(), class
}

func newFeed(m *Model, s Stream, streams distributions.Streams, replication int) feed {
	f := feed{
		class:   int32(s.Class),
		name:    s.Name,
		source:  s.Process.Start(streams.For(replication, s.Name+"/arrivals")),
		batch:   s.Batch,
		service: newVariates(s.Service, streams.For(replication, s.Name+"/service")),
	}
	f.log, _ = f.source.(arrivals.Tasks)
	for _, class := range s.Classes {
		f.kinds = append(f.kinds, int32(class))
	}
	if s.Batch != nil {
		f.batches = streams.For(replication, s.Name+"/batch")
	}
	if m.Network != nil {
		f.delay = newVariates(m.Network, streams.For(replication, s.Name+"/network"))
	}
	return f
}

// fill draws the next block of epochs and checks that time goes on. What a log
// says of the tasks goes into tasks.
func (f *feed) fill(epochs []float64, tasks recorded) (int, error) {
	n, err := f.read(epochs, tasks)
	if err != nil {
		return 0, err
	}
	last := f.last
	for i := 0; i < n && epochs[i] == 0; i++ {
		epochs[i] = 0 // of which the sign goes: its bits would not order as it does
	}
	for _, t := range epochs[:n] {
		if !(t >= last) {
			return 0, f.impossible(t, last)
		}
		last = t
	}
	if last > math.MaxFloat64 {
		return 0, f.impossible(last, f.last)
	}
	f.last = last
	return n, nil
}

func (f *feed) read(epochs []float64, tasks recorded) (int, error) {
	if f.log == nil {
		return f.source.Fill(epochs), nil
	}
	n, err := f.log.FillTasks(epochs, tasks.services, tasks.classes)
	for i := range tasks.classes[:min(n, len(tasks.classes))] {
		tasks.classes[i] = f.kinds[tasks.classes[i]]
	}
	return n, err
}

// wanted is room for what the log says of n tasks.
func (f *feed) wanted(services []float64, classes []int32) (r recorded) {
	if f.log == nil {
		return r
	}
	if f.service.law == nil {
		r.services = services
	}
	if f.kinds != nil {
		r.classes = classes
	}
	return r
}

func (f *feed) impossible(t, last float64) error {
	return fmt.Errorf("%w: stream %s emits a task at %g s, after one at %g s", ErrTime, f.name, t, last)
}

// advance moves on to the next task of the stream.
func (f *feed) advance() error {
	if f.left > 1 {
		f.left--
		return nil
	}
	if f.at == f.n {
		if f.epochs == nil {
			f.epochs = make([]float64, blockSize)
			f.tasks = f.wanted(make([]float64, blockSize), make([]int32, blockSize))
		}
		n, err := f.fill(f.epochs, f.tasks)
		if err != nil {
			return err
		}
		f.at, f.n = 0, n
		if n == 0 {
			f.epoch = math.Inf(1)
			return nil
		}
	}
	f.epoch = f.epochs[f.at]
	f.at++
	if f.batch != nil {
		f.left = f.batch.Draw(f.batches)
	}
	return nil
}
