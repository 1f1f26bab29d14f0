package arrivals

import (
	"cmp"
	"math"
	"slices"

	"spillway/distributions"
)

// phase is what can happen in one phase. Arrivals that do not change the phase
// are a Poisson process until the phase is left; leaves lists how it is left.
type phase struct {
	counts bool // there are such arrivals
	gap    distributions.Exponential
	stays  bool // the phase is never left
	hold   distributions.Exponential
	leaves []outcome
}

// outcome is one way to leave a phase.
type outcome struct {
	upTo    float64 // the probability of this or an earlier one; the last is above 1
	phase   int
	arrival bool
}

// prepare makes the tables of the phases.
func (m *MAP) prepare() {
	for i, p := range m.stationary {
		m.start = append(m.start, outcome{p, i, false})
	}
	m.start = cumulated(m.start)
	for i := range m.phases {
		p := &m.phases[i]
		if r := m.d1[i][i]; r > 0 {
			p.counts = true
			p.gap, _ = distributions.NewExponential(r) // it has been checked
		}
		for j := range m.phases {
			if j != i {
				p.leaves = append(p.leaves, outcome{m.d0[i][j], j, false}, outcome{m.d1[i][j], j, true})
			}
		}
		p.leaves = slices.DeleteFunc(p.leaves, func(o outcome) bool { return o.upTo == 0 })
		if p.stays = len(p.leaves) == 0; p.stays {
			continue
		}
		total := 0.0
		for _, o := range p.leaves {
			total += o.upTo
		}
		p.hold, _ = distributions.NewExponential(total)
		p.leaves = cumulated(p.leaves)
	}
}

// cumulated turns weights in upTo into cumulated probabilities, the likeliest
// first, since they are searched from the front.
func cumulated(list []outcome) []outcome {
	slices.SortStableFunc(list, func(a, b outcome) int { return cmp.Compare(b.upTo, a.upTo) })
	total, upTo := 0.0, 0.0
	for _, o := range list {
		total += o.upTo
	}
	for i := range list {
		upTo += list[i].upTo / total
		list[i].upTo = upTo
	}
	list[len(list)-1].upTo = 2
	return slices.Clip(list)
}

// choose draws an outcome; the stream is not drawn from where there is but one.
func choose(list []outcome, s *distributions.Stream) *outcome {
	if len(list) == 1 {
		return &list[0]
	}
	u, i := s.Float64(), 0
	for u >= list[i].upTo {
		i++
	}
	return &list[i]
}

// walk is a realisation of a MAP.
type walk struct {
	phases []phase
	stream *distributions.Stream
	at     int     // the phase
	now    float64 // the last arrival, or the entry into the phase if that was later
	leave  float64 // when the phase will be left
}

// enter is called at the time now.
func (w *walk) enter(i int) {
	w.at = i
	if p := &w.phases[i]; p.stays {
		w.leave = math.Inf(1)
	} else {
		w.leave = w.now + float64(p.hold.Sample(w.stream))
	}
}

func (w *walk) Fill(epochs []float64) int {
	for i := range epochs {
		epochs[i] = w.next()
	}
	return len(epochs)
}

// next lets the gap to the next arrival race with the end of the phase. A gap
// that the end cuts short is thrown away: exponential gaps have no memory.
func (w *walk) next() float64 {
	for {
		p := &w.phases[w.at]
		if p.counts {
			if t := w.now + float64(p.gap.Sample(w.stream)); t <= w.leave {
				w.now = t
				return t
			}
		}
		w.now = w.leave
		o := choose(p.leaves, w.stream)
		w.enter(o.phase)
		if o.arrival {
			return w.now
		}
	}
}
