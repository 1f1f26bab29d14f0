package load

import (
	"fmt"
	"math"

	"spillway/distributions"
	"spillway/distributions/arrivals"
)

// Stream is one stream of arrivals, as the simulator has it: of the same name and
// seed, both see the same arrivals and services.
type Stream struct {
	Name     string
	Class    int
	Priority int
	Process  arrivals.Process
	// Batch is the law of how many arrive together; nil is one.
	Batch arrivals.Batch
	// Service is the law of the service time, in seconds.
	Service distributions.Distribution
}

// Arrival is a task that is to come.
type Arrival struct {
	At              float64 // seconds from the beginning
	Service         float64 // seconds
	Class, Priority int
}

// Draw is the arrivals of a replication before a time in seconds, and at most so
// many; they are in order, of one instant those of the first stream first.
func Draw(all []Stream, streams distributions.Streams, replication int, until float64, most int) ([]Arrival, error) {
	feeds := make([]*feed, len(all))
	for i := range all {
		feeds[i] = newFeed(&all[i], streams, replication)
		if err := feeds[i].advance(); err != nil {
			return nil, err
		}
	}
	var list []Arrival
	for len(list) < most {
		first := earliest(feeds)
		if first == nil || !(first.epoch < until) {
			break
		}
		a := Arrival{At: first.epoch, Service: first.service(), Class: first.of.Class, Priority: first.of.Priority}
		if !(a.Service >= 0 && a.Service <= math.MaxFloat64) {
			return nil, fmt.Errorf("load: stream %s has a service of %g s", first.of.Name, a.Service)
		}
		list = append(list, a)
		if err := first.advance(); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// earliest is the feed with the next arrival, the first of those that tie; nil
// where none has one.
func earliest(feeds []*feed) *feed {
	var first *feed
	for _, f := range feeds {
		if !math.IsInf(f.epoch, 1) && (first == nil || f.epoch < first.epoch) {
			first = f
		}
	}
	return first
}

// blockSize is how many variates are drawn at a time.
const blockSize = 512

// feed is a stream as it unrolls.
type feed struct {
	of       *Stream
	source   arrivals.Source
	services *distributions.Stream
	batches  *distributions.Stream
	epoch    float64 // of the next arrival; +Inf where there is none
	left     int     // of the batch at epoch
	epochs   []float64
	room     [blockSize]float64
}

func newFeed(s *Stream, streams distributions.Streams, replication int) *feed {
	f := &feed{of: s, source: s.Process.Start(streams.For(replication, s.Name+"/arrivals")),
		services: streams.For(replication, s.Name+"/service")}
	if s.Batch != nil {
		f.batches = streams.For(replication, s.Name+"/batch")
	}
	return f
}

func (f *feed) service() float64 { return f.of.Service.Sample(f.services) }

// advance moves on to the next arrival.
func (f *feed) advance() error {
	if f.left > 1 {
		f.left--
		return nil
	}
	if len(f.epochs) == 0 {
		f.epochs = f.room[:f.source.Fill(f.room[:])]
	}
	if len(f.epochs) == 0 {
		f.epoch = math.Inf(1)
		return nil
	}
	next := f.epochs[0]
	if !(next >= f.epoch && next <= math.MaxFloat64) {
		return fmt.Errorf("load: stream %s has an arrival at %g s, after one at %g s", f.of.Name, next, f.epoch)
	}
	f.epoch, f.epochs = next, f.epochs[1:]
	if f.of.Batch != nil {
		f.left = f.of.Batch.Draw(f.batches)
	}
	return nil
}
