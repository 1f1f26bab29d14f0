package sim

import (
	"fmt"
	"math"

	"spillway/distributions"
)

// sources are the streams of a model as they unroll, superposed. Tasks are
// drawn in blocks, in the order of their emission.
type sources struct {
	feeds    []feed
	epochs   [blockSize + 1]float64 // when each task of the block is emitted, and +Inf after the last
	services [blockSize]float64
	delays   [blockSize]float64 // of the network, where there is one
	classes  [blockSize]int32
	at, n    int     // the tasks still to be taken
	emission float64 // when the next is; +Inf when nothing is emitted any more
	before   int64   // number of tasks in the blocks before this one
	last     int64   // number of tasks after which the sources end
}

// start begins the streams.
func (s *sources) start(m *Model, streams distributions.Streams, replication int) error {
	s.last = math.MaxInt64
	for _, stream := range m.Streams {
		s.feeds = append(s.feeds, newFeed(m, stream, streams, replication))
	}
	if s.single() {
		for i := range s.classes {
			s.classes[i] = s.feeds[0].class
		}
		return s.refill()
	}
	for i := range s.feeds {
		if err := s.feeds[i].advance(); err != nil {
			return err
		}
	}
	return s.refill()
}

// single says that there is one stream alone, without batches: what it draws
// is the block.
func (s *sources) single() bool { return len(s.feeds) == 1 && s.feeds[0].batch == nil }

// emitted is the number of tasks taken so far.
func (s *sources) emitted() int64 { return s.before + int64(s.at) }

// take moves on by n tasks, which must be in the block.
func (s *sources) take(n int) error {
	s.at += n
	if s.at >= s.n {
		return s.refill()
	}
	s.emission = s.epochs[s.at]
	return nil
}

// gap is the time from a task emitted at t, the last that was taken, to the
// next; 0 where there is none.
func (s *sources) gap(t float64) float64 {
	if s.emission > math.MaxFloat64 {
		return 0
	}
	return s.emission - t
}

// ready is how many tasks are in the block.
func (s *sources) ready() int { return s.n - s.at }

// end lets the sources end after n tasks in all; of several, the least holds.
func (s *sources) end(n int64) {
	s.last = min(s.last, max(n, s.emitted()))
	s.cut()
}

// cut takes out of the block what comes after the last task.
func (s *sources) cut() {
	s.n = int(min(int64(s.n), s.last-s.before))
	s.epochs[s.n] = math.Inf(1)
	s.emission = s.epochs[s.at]
}

// refill draws the next block.
func (s *sources) refill() (err error) {
	s.before += int64(s.at)
	s.at, s.n = 0, 0
	if s.before >= s.last {
		s.cut()
		return nil
	}
	if s.single() {
		s.n, err = s.drawSingle()
	} else {
		s.n, err = s.drawEach()
	}
	if err != nil {
		return err
	}
	if err := s.check(s.services[:s.n], "service"); err != nil {
		return err
	}
	if s.feeds[0].delay.law != nil {
		if err := s.check(s.delays[:s.n], "network delay"); err != nil {
			return err
		}
	}
	s.cut()
	return nil
}

func (s *sources) drawSingle() (int, error) {
	f := &s.feeds[0]
	n, err := f.fill(s.epochs[:blockSize], f.wanted(s.services[:], s.classes[:]))
	if f.service.law != nil {
		f.service.fill(s.services[:n])
	}
	if f.delay.law != nil {
		f.delay.fill(s.delays[:n])
	}
	return n, err
}

// drawEach takes the tasks one by one from the stream that emits next, the
// first of those that tie.
func (s *sources) drawEach() (int, error) {
	for n := range blockSize {
		f := &s.feeds[0]
		for i := range s.feeds {
			if s.feeds[i].epoch < f.epoch {
				f = &s.feeds[i]
			}
		}
		if math.IsInf(f.epoch, 1) {
			return n, nil
		}
		s.epochs[n] = f.epoch
		s.services[n], s.classes[n] = f.draw()
		if f.delay.law != nil {
			s.delays[n] = f.delay.next()
		}
		if err := f.advance(); err != nil {
			return n, err
		}
	}
	return blockSize, nil
}

// check refuses times that cannot be, and takes the sign off zeros, whose bits
// would not order as they do.
func (s *sources) check(times []float64, what string) error {
	const largest, minusZero = 0x7fef_ffff_ffff_ffff, 1 << 63 // as bits
	for i, x := range times {
		if b := math.Float64bits(x); b > largest {
			if b != minusZero {
				return fmt.Errorf("%w: a %s of %g s", ErrTime, what, x)
			}
			times[i] = 0
		}
	}
	return nil
}
