package experiment

import (
	"math"

	"spillway/results"
	"spillway/sim"
	"spillway/sim/measure"
)

// One long run has no replications to vary. What varies is its batches: the
// window in stretches, of which each is nearly independent of those that are
// not its neighbours. The batches overlap, which uses each stretch in as many
// as there are, and makes the estimate of the variance half as variable again
// as that of batches side by side (Meketon and Schmeiser, "Overlapping batch
// means: something for nothing?", WSC 1984).
const (
	// batchCount is how many batches there are side by side: few, so that they
	// are long (Schmeiser, "Batch size effects in the analysis of simulation
	// output", Operations Research 30(3), 1982).
	batchCount = 16
	// leastStretches is the least number of stretches that batches are made
	// of; there are fewer than twice as many. Batches then overlap at every
	// fourth part or more of their length.
	leastStretches = 4 * batchCount
)

// batched says whether a run is one long run in steady state.
func (p *Plan) batched() bool {
	return p.State == Steady && p.Replications == 1 && !p.Precise
}

// cloneRecord is a record whose tallies stay as they are when the run goes on.
func cloneRecord(r sim.Record) sim.Record {
	clone := func(m sim.Measures) sim.Measures {
		for _, t := range []**measure.Tally{&m.Wait, &m.Service, &m.Latency, &m.Held} {
			if *t != nil {
				*t = (*t).Clone()
			}
		}
		return m
	}
	r.Total = clone(r.Total)
	classes := r.Classes
	r.Classes = nil
	for _, m := range classes {
		r.Classes = append(r.Classes, clone(m))
	}
	return r
}

// batches are the records of a run at the ends of its stretches, each from the
// start of the window, the last of them the whole of it; nil of a run too short
// for them.
func (r *runner) batches(whole sim.Record) []sim.Record {
	if !r.point.Plan.batched() {
		return nil
	}
	var records []sim.Record
	for _, m := range r.ruler.marks {
		if m.record != nil && m.at < r.ruler.at {
			records = append(records, *m.record)
		}
	}
	if len(records) < leastStretches-1 {
		return nil
	}
	return append(records, whole)
}

// batchSample is a sample of one long run: its records are those of batches.
func batchSample(p *Point, records []sim.Record) *sample {
	s := newSample(p, records, nil, false)
	s.sums, s.controls, s.cumulative = nil, nil, true
	return s
}

// differenced makes stretches of sums from the start.
func differenced(sums []float64) {
	for i := len(sums) - 1; i > 0; i-- {
		sums[i] -= sums[i-1]
	}
}

// overlapError is the standard error of the mean of successive influences that
// sum to zero, and its degrees of freedom: with m of them in batches of k,
//
//	k/((m − k + 1)(m − k)) Σⱼ (mean of batch j)²,
//
// which has some 1.5·(m/k − 1) degrees of freedom (Meketon and Schmeiser 1984).
func overlapError(influence []float64) (stdErr float64, degrees int) {
	m := len(influence)
	k := m / batchCount
	sum, squares := 0.0, 0.0
	for i, x := range influence {
		sum += x
		if i >= k {
			sum -= influence[i-k]
		}
		if i >= k-1 {
			squares += sum / float64(k) * (sum / float64(k))
		}
	}
	variance := float64(k) / (float64(m-k+1) * float64(m-k)) * squares
	return math.Sqrt(variance), int(1.5 * (float64(m)/float64(k) - 1))
}

// describeBatches says in the results how the intervals were made.
func describeBatches(records []sim.Record) *results.Batches {
	m := len(records)
	_, degrees := overlapError(make([]float64, m))
	return &results.Batches{Method: "obm", Count: m / (m / batchCount), Degrees: degrees}
}
