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
	service variates
	delay   variates // of the network; its law is nil without one
	batch   arrivals.Batch
	batches *distributions.Stream

	// Where tasks are taken one by one.
	epoch  float64 // when the next task is emitted; +Inf when there is none
	left   int     // tasks still to come of the batch emitted at epoch
	epochs []float64
	at, n  int
	last   float64 // the last epoch drawn
}

func newFeed(m *Model, s Stream, streams distributions.Streams, replication int) feed {
	f := feed{
		class:   int32(s.Class),
		name:    s.Name,
		source:  s.Process.Start(streams.For(replication, s.Name+"/arrivals")),
		batch:   s.Batch,
		service: newVariates(s.Service, streams.For(replication, s.Name+"/service")),
	}
	if s.Batch != nil {
		f.batches = streams.For(replication, s.Name+"/batch")
	}
	if m.Network != nil {
		f.delay = newVariates(m.Network, streams.For(replication, s.Name+"/network"))
	}
	return f
}

// fill draws the next block of epochs and checks that time goes on.
func (f *feed) fill(epochs []float64) (int, error) {
	n, last := f.source.Fill(epochs), f.last
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
		}
		n, err := f.fill(f.epochs)
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
