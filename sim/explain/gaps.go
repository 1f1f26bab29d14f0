package explain

import (
	"errors"
	"math"
	"slices"

	"spillway/distributions"
	"spillway/distributions/arrivals"
	"spillway/sim"
	"spillway/sim/experiment"
)

// The stretch of a process of which its gaps are known.
const (
	stretchTasks = 1 << 20 // arrivals that are drawn
	keptGaps     = 1 << 18 // gaps that are kept of them, one at random of each so many
	mostTasks    = 1 << 26 // arrivals that are drawn to cover whole periods
	mostRuns     = 1000    // realisations of a short run
)

var errFewGaps = errors.New("it has too few arrivals")

// span is how long the rate of a process has to be looked at to be known: the
// run from empty, or the period; +Inf of a process that is stationary.
func span(p arrivals.Process, plan *experiment.Plan) float64 {
	varying, ok := p.(arrivals.NonHomogeneous)
	switch {
	case !ok:
		return math.Inf(1)
	case plan.State == experiment.Transient && plan.Length == experiment.ByDuration:
		return plan.Duration
	case plan.State == experiment.Transient && plan.Length == experiment.ByTasks:
		return reached(varying, float64(plan.Tasks))
	}
	if periodic, ok := p.(interface{ Period() float64 }); ok && periodic.Period() > 0 {
		return periodic.Period()
	}
	return math.Inf(1)
}

// reached is when a process is expected to have had n arrivals.
func reached(p arrivals.NonHomogeneous, n float64) float64 {
	low, high := 0.0, 1.0
	for p.Expected(high) < n {
		low, high = high, 2*high
		if high > 1e300 {
			return math.Inf(1) // it ends before
		}
	}
	for range 100 {
		middle := low + (high-low)/2
		if p.Expected(middle) < n {
			low = middle
		} else {
			high = middle
		}
	}
	return high
}

// rate is tasks per second of a stream in its run: the mean over the run where
// the rate varies.
func rate(s *sim.Stream, plan *experiment.Plan) float64 {
	size := 1.0
	if s.Batch != nil {
		size = s.Batch.Mean()
	}
	if until := span(s.Process, plan); !math.IsInf(until, 1) {
		return size * s.Process.(arrivals.NonHomogeneous).Expected(until) / until
	}
	return size * s.Process.Rate()
}

// gapLaw is the law of the gaps between the tasks of a stream: those of a
// simulated stretch, scaled to the mean that is known.
func gapLaw(s *sim.Stream, plan *experiment.Plan) (distributions.Distribution, error) {
	mean := 1 / rate(s, plan)
	if !(mean > 0) || math.IsInf(mean, 1) {
		return nil, errFewGaps
	}
	gaps := stretch(tasksOf(s.Process, s.Batch), span(s.Process, plan), plan.Seed, s.Name)
	total := 0.0
	for _, g := range gaps {
		total += g
	}
	if len(gaps) < 2 || !(total > 0) {
		return nil, errFewGaps
	}
	factor := mean / (total / float64(len(gaps)))
	for i := range gaps {
		gaps[i] *= factor
	}
	return distributions.NewEmpirical(gaps, nil, false)
}

// stretch is gaps of a process, from realisations that each last until a time,
// or from one where that is infinite.
func stretch(p arrivals.Process, until float64, seed uint64, name string) []float64 {
	want := stretchTasks
	if expected := p.Rate() * until; expected > stretchTasks && !math.IsInf(until, 1) {
		want = int(min(expected, mostTasks))
	}
	every := max(1, want/keptGaps)
	streams := distributions.Streams{Seed: seed}
	gaps := make([]float64, 0, keptGaps)
	epochs := make([]float64, block)
	// A fixed step would see one gap of each batch for ever.
	pick := streams.For(0, name+"/pick")
	drawn, next := 0, 0
	for replication := 0; drawn < want && replication < mostRuns; replication++ {
		before := drawn
		source, last := p.Start(streams.For(replication, name+"/stretch")), math.Inf(1)
	realisation:
		for n := block; n == block && drawn < want; {
			n = source.Fill(epochs)
			for _, t := range epochs[:n] {
				if t > until {
					break realisation
				}
				if drawn%every == 0 {
					next = drawn + below(every, pick)
				}
				if drawn == next && t >= last {
					gaps = append(gaps, t-last)
				}
				drawn++
				last = t
			}
		}
		if math.IsInf(until, 1) || drawn == before {
			break
		}
	}
	return gaps
}

// scvOfGaps is the squared coefficient of variation of the gaps between the
// tasks of all streams together; ok is false where it is infinite or unknown.
func scvOfGaps(m *sim.Model, plan *experiment.Plan) (scv float64, ok bool) {
	if len(m.Streams) == 1 && m.Streams[0].Batch == nil {
		switch p := m.Streams[0].Process.(type) {
		case arrivals.Poisson:
			return 1, true
		case arrivals.Deterministic:
			return 0, true
		case arrivals.Renewal:
			return p.Gap.SCV(), !math.IsInf(p.Gap.SCV(), 1)
		}
	}
	epochs := superposed(m, plan)
	if len(epochs) < 3 {
		return 0, false
	}
	n := float64(len(epochs) - 1)
	mean := (epochs[len(epochs)-1] - epochs[0]) / n
	if !(mean > 0) {
		return 0, false
	}
	for i := 1; i < len(epochs); i++ {
		x := (epochs[i]-epochs[i-1])/mean - 1
		scv += x * x / n
	}
	return scv, true
}

// superposed are arrivals of all streams together, as many as are seen of the
// one that is seen for the shortest time.
func superposed(m *sim.Model, plan *experiment.Plan) []float64 {
	streams := distributions.Streams{Seed: plan.Seed}
	end := math.Inf(1)
	var all []float64
	for i := range m.Streams {
		s := &m.Streams[i]
		if s.Population > 0 {
			return nil
		}
		epochs := make([]float64, stretchTasks)
		if log, ok := s.Process.(replay); ok {
			epochs = make([]float64, max(len(log.rows.times), 1))
		}
		epochs = epochs[:tasksOf(s.Process, s.Batch).Start(streams.For(0, s.Name+"/stretch")).Fill(epochs)]
		if len(epochs) == 0 {
			return nil
		}
		if until := span(s.Process, plan); plan.State == experiment.Transient && !math.IsInf(until, 1) {
			end = min(end, until)
		}
		if log, ok := s.Process.(replay); !ok || log.Options().Loop || len(m.Streams) > 1 {
			end = min(end, epochs[len(epochs)-1])
		}
		all = append(all, epochs...)
	}
	slices.Sort(all)
	k, _ := slices.BinarySearchFunc(all, end, func(x, end float64) int {
		if x <= end {
			return -1
		}
		return 1
	})
	return all[:k]
}
