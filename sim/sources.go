package sim

import (
	"fmt"
	"math"

	"spillway/distributions"
)

// sources are the streams of a model as they unroll, superposed.
type sources struct {
	feeds    []feed
	first    int     // the feed that emits next
	emission float64 // when it does; +Inf when nothing is emitted any more
	emitted  int64
	last     int64 // number of tasks after which the sources end
}

func newSources(m *Model, streams distributions.Streams, replication int) (sources, error) {
	s := sources{last: math.MaxInt64}
	for _, stream := range m.Streams {
		f := newFeed(m, stream, streams, replication)
		if err := f.advance(); err != nil {
			return s, err
		}
		s.feeds = append(s.feeds, f)
	}
	s.choose()
	return s, nil
}

// choose finds the feed that emits next; the first of those that tie.
func (s *sources) choose() {
	s.first = 0
	for i := range s.feeds {
		if s.feeds[i].epoch < s.feeds[s.first].epoch {
			s.first = i
		}
	}
	s.emission = s.feeds[s.first].epoch
	if s.emitted >= s.last {
		s.emission = math.Inf(1)
	}
}

// step moves on after a task of feed f was taken.
func (s *sources) step(f *feed) error {
	s.emitted++
	if err := f.advance(); err != nil {
		return err
	}
	if len(s.feeds) > 1 || s.emitted >= s.last {
		s.choose()
	} else {
		s.emission = f.epoch
	}
	return nil
}

// end lets the sources end after n tasks in all.
func (s *sources) end(n int64) {
	s.last = n
	if s.emitted >= n {
		s.emission = math.Inf(1)
	}
}

// block takes the next tasks, at most as many as fit: when each is emitted and
// how long its service takes. It returns none where the sources have ended.
func (s *sources) block(epochs, services []float64) (int, error) {
	if len(s.feeds) == 1 && s.feeds[0].batch == nil {
		return s.blockOfOne(epochs, services)
	}
	n := 0
	for ; n < len(epochs) && !math.IsInf(s.emission, 1); n++ {
		f := &s.feeds[s.first]
		epochs[n], services[n] = s.emission, f.service.next()
		if err := s.step(f); err != nil {
			return n, err
		}
	}
	return n, nil
}

// blockOfOne is block for a single stream without batches: what is left of the
// stream's own block.
func (s *sources) blockOfOne(epochs, services []float64) (int, error) {
	if math.IsInf(s.emission, 1) {
		return 0, nil
	}
	f := &s.feeds[0]
	most := int(min(int64(len(epochs)), s.last-s.emitted))
	n := copy(epochs[:most], f.epochs[f.at-1:f.n])
	f.service.fill(services[:n])
	f.at += n - 1
	s.emitted += int64(n - 1)
	return n, s.step(f)
}

// checkServices refuses service times that cannot be: the recursion adds them
// to times without looking at each.
func checkServices(services []float64) error {
	const largest, minusZero = 0x7fef_ffff_ffff_ffff, 1 << 63 // as bits
	for _, x := range services {
		if b := math.Float64bits(x); b > largest && b != minusZero {
			return fmt.Errorf("%w: a service of %g s", ErrTime, x)
		}
	}
	return nil
}
