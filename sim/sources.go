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
	epochs   [blockSize]float64 // when each task of the block is emitted
	services [blockSize]float64
	delays   [blockSize]float64 // of the network, where there is one
	classes  [blockSize]int32
	at, n    int     // the tasks still to be taken
	emission float64 // when the next is; +Inf when nothing is emitted any more
	emitted  int64   // number of tasks taken
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

// take moves on by n tasks, which must be in the block.
func (s *sources) take(n int) error {
	s.at += n
	s.emitted += int64(n)
	if s.at == s.n {
		if err := s.refill(); err != nil {
			return err
		}
	}
	s.look()
	return nil
}

// ready is how many tasks of the block may be taken.
func (s *sources) ready() int { return int(min(int64(s.n-s.at), s.last-s.emitted)) }

// look finds when the next task is emitted.
func (s *sources) look() {
	s.emission = math.Inf(1)
	if s.at < s.n && s.emitted < s.last {
		s.emission = s.epochs[s.at]
	}
}

// end lets the sources end after n tasks in all.
func (s *sources) end(n int64) {
	s.last = max(n, s.emitted)
	s.look()
}

// refill draws the next block.
func (s *sources) refill() (err error) {
	s.at = 0
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
	s.look()
	return nil
}

func (s *sources) drawSingle() (int, error) {
	f := &s.feeds[0]
	n, err := f.fill(s.epochs[:])
	f.service.fill(s.services[:n])
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
		s.epochs[n], s.services[n], s.classes[n] = f.epoch, f.service.next(), f.class
		if f.delay.law != nil {
			s.delays[n] = f.delay.next()
		}
		if err := f.advance(); err != nil {
			return n, err
		}
	}
	return blockSize, nil
}

// check refuses times that cannot be.
func (s *sources) check(times []float64, what string) error {
	const largest, minusZero = 0x7fef_ffff_ffff_ffff, 1 << 63 // as bits
	for _, x := range times {
		if b := math.Float64bits(x); b > largest && b != minusZero {
			return fmt.Errorf("%w: a %s of %g s", ErrTime, what, x)
		}
	}
	return nil
}
