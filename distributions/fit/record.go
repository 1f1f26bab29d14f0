package fit

import (
	"math"
	"slices"

	"spillway/distributions"
)

// record is the log of the arrivals in a form that all statistics use.
type record struct {
	first  float64
	epochs []float64 // from the first arrival on
	gaps   []float64 // one fewer
	slack  float64   // how far rounding can have moved an epoch, in seconds
}

func newRecord(arrivals []float64) *record {
	l := &record{first: arrivals[0], epochs: make([]float64, len(arrivals)), gaps: make([]float64, len(arrivals)-1)}
	for i, t := range arrivals {
		l.epochs[i] = t - l.first
		if i > 0 {
			l.gaps[i-1] = t - arrivals[i-1]
		}
	}
	end := math.Max(math.Abs(arrivals[0]), math.Abs(arrivals[len(arrivals)-1]))
	l.slack = 4 * (math.Nextafter(end, math.Inf(1)) - end)
	return l
}

func (l *record) span() float64 { return l.epochs[len(l.epochs)-1] }

// even reports whether all gaps are equal but for rounding.
func (l *record) even() bool {
	return len(l.gaps) > 0 && slices.Max(l.gaps)-slices.Min(l.gaps) <= 2*l.slack
}

// clockSteps are the steps of usual clocks, in seconds.
func clockSteps() []float64 {
	return []float64{60, 10, 1, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9}
}

// resolution is the coarsest step that all epochs are multiples of. A step
// must be long against the rounding of the epochs: then a number that is not a
// multiple passes for one with a probability below 1/8, and enough numbers
// never do.
func (l *record) resolution() (float64, bool) {
	const enough = 20
	if len(l.epochs) < enough || l.span() == 0 {
		return 0, false
	}
	for _, step := range clockSteps() {
		if step < 16*l.slack {
			break
		}
		if l.multiples(step) {
			return step, true
		}
	}
	return 0, false
}

func (l *record) multiples(step float64) bool {
	for _, t := range l.epochs {
		ticks := t / step
		if math.Abs(ticks-math.Round(ticks))*step > l.slack {
			return false
		}
	}
	return true
}

// tick is the length of time that arrivals at one instant may be apart: the
// step of the clock, otherwise the shortest positive gap. False where no two
// arrivals are at one instant, or all are.
func (l *record) tick() (float64, bool) {
	shortest, zeros := math.Inf(1), 0
	for _, g := range l.gaps {
		if g == 0 {
			zeros++
		} else {
			shortest = min(shortest, g)
		}
	}
	if zeros == 0 || zeros == len(l.gaps) {
		return 0, false
	}
	if step, ok := l.resolution(); ok {
		return step, true
	}
	return shortest, true
}

// spread gives the arrivals of every instant independent uniform epochs in the
// tick that follows it. A Poisson process whose epochs were cut to ticks
// becomes a Poisson process again, exactly, since its points in a tick are
// independent and uniform given their number; and so does, nearly, any process
// whose rate changes slowly against the tick.
func (l *record) spread(tick float64) []float64 {
	s := distributions.Streams{}.For(0, "fit.ties")
	out := make([]float64, len(l.epochs))
	for i := 0; i < len(out); {
		j := i
		for ; j < len(out) && l.epochs[j] == l.epochs[i]; j++ {
			out[j] = l.epochs[i] + tick*s.Float64()
		}
		slices.Sort(out[i:j])
		i = j
	}
	gaps := make([]float64, len(l.gaps))
	for i := range gaps {
		gaps[i] = max(0, out[i+1]-out[i])
	}
	return gaps
}
