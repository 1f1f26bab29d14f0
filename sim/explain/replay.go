package explain

import (
	"math/bits"

	"spillway/distributions"
	"spillway/distributions/arrivals"
)

// order is when the tasks of a log come.
type order int

const (
	recorded     order = iota // when they came
	gapsShuffled              // the same gaps, in another order
	poissonGaps               // exponential gaps of the same mean
)

// replay is a log replayed from memory: what of it is not kept is drawn anew in
// every realisation, and in every loop.
type replay struct {
	*arrivals.Trace
	rows  *rows
	order order
	mixed bool // service times and classes, together, in another order
}

// Start begins a realisation. What it draws is keyed by the stream, so that two
// replays shuffle alike what both of them shuffle.
func (r replay) Start(s *distributions.Stream) arrivals.Source {
	keys := derived(s)
	summary := r.Summary()
	return &rowSource{
		replay: r, demandStream: keys.For(0, "demands"), gapStream: keys.For(0, "gaps"),
		speedup: r.Options().Speedup, loop: r.Options().Loop,
		period: float64(summary.Rows) / summary.Rate, rate: summary.Rate, at: -1,
	}
}

// derived are streams that depend on the state of a stream, which they leave as
// it is.
func derived(s *distributions.Stream) distributions.Streams {
	c := *s
	return distributions.Streams{Seed: c.Uint64()}
}

// rowSource is a realisation of a replay.
type rowSource struct {
	replay
	demandStream, gapStream *distributions.Stream
	speedup                 float64
	loop                    bool
	period, rate            float64 // of the log as recorded
	at                      int     // the row to come; −1 before the first
	loops                   float64
	now                     float64 // time of the row before, as recorded, of this loop
	started                 bool
	demands, gaps           []uint32 // orders; nil of what keeps its own
}

// Fill writes epochs alone.
func (v *rowSource) Fill(epochs []float64) int {
	n, _ := v.FillTasks(epochs, nil, nil) // no error: all is in memory
	return n
}

// FillTasks writes the tasks as arrivals.Tasks says.
func (v *rowSource) FillTasks(epochs, services []float64, classes []int32) (int, error) {
	for i := range epochs {
		if !v.turn() {
			return i, nil
		}
		epochs[i] = v.epoch()
		task := v.at
		if v.demands != nil {
			task = int(v.demands[v.at])
		}
		if services != nil && v.rows.services != nil {
			services[i] = v.rows.services[task]
		}
		if classes != nil && v.rows.classes != nil {
			classes[i] = v.rows.classes[task]
		}
		v.at++
	}
	return len(epochs), nil
}

// turn begins a pass over the rows where one is due; false at the end.
func (v *rowSource) turn() bool {
	switch {
	case v.at < 0:
		v.at = 0
	case v.at < len(v.rows.times):
		return true
	case !v.loop:
		return false
	default:
		v.at = 0
		v.loops++
	}
	if v.mixed {
		v.demands = shuffled(v.demands, len(v.rows.times), v.demandStream)
	}
	if v.order == gapsShuffled {
		v.gaps = shuffled(v.gaps, len(v.rows.times)-1, v.gapStream)
	}
	return true
}

// epoch is when the row at hand comes. Of a log as recorded it is what
// arrivals.Trace gives, to the last bit.
func (v *rowSource) epoch() float64 {
	times := v.rows.times
	switch {
	case v.order == poissonGaps:
		if v.started {
			v.now += exponential(v.gapStream, v.rate)
		} else {
			v.now, v.started = times[0], true
		}
		return v.now / v.speedup
	case v.order == recorded || v.at == 0:
		v.now = times[v.at]
	default:
		k := v.gaps[v.at-1]
		v.now += times[k+1] - times[k]
	}
	t := v.now
	if v.loops > 0 {
		t += float64(v.loops * v.period)
	}
	return t / v.speedup
}

func exponential(s *distributions.Stream, rate float64) float64 {
	d, err := distributions.NewExponential(rate)
	if err != nil {
		return 0 // a log of one instant, of which no variant is made
	}
	return d.Sample(s)
}

// shuffled is the numbers below n in a random order, all orders being equally
// probable (Fisher and Yates; Knuth, "The Art of Computer Programming", vol. 2,
// section 3.4.2, algorithm P).
func shuffled(into []uint32, n int, s *distributions.Stream) []uint32 {
	if into == nil {
		into = make([]uint32, n)
		for i := range into {
			into[i] = uint32(i)
		}
	}
	for k := len(into); k > 1; k-- {
		j := below(k, s)
		into[k-1], into[j] = into[j], into[k-1]
	}
	return into
}

// below is a number from 0 to n − 1. The product of a 64-bit number and n favours
// some of them by a share of n·2^-64 at the most.
func below(n int, s *distributions.Stream) int {
	high, _ := bits.Mul64(s.Uint64(), uint64(n))
	return int(high)
}
