package experiment

import (
	"math"

	"spillway/results"
	"spillway/sim"
	"spillway/sim/measure"
)

// sample is what the replications of a point measured, in the order of their
// numbers, for all tasks or for one class.
type sample struct {
	measures []sim.Measures
	seconds  []float64
	busy     []sim.Level // of all classes together; nil for one class
	laws     []measure.LengthLaw
	servers  float64 // +Inf for infinite servers
	model    *sim.Model
	records  []sim.Record // nil for one class
	network  bool
	memory   float64
	level    float64                   // confidence
	tally    map[string]*measure.Tally // merged, made when first asked for
	sums     []knownSum
	controls *controls // made of sums
	half     *mark
	// cumulative measures are those of one run up to the ends of its batches:
	// the last are of all of it.
	cumulative bool
	whole      *sample // of all tasks, where this one is of a class; nil otherwise
}

// newSample takes the records of the replications, for all tasks; look is true
// while they go on. half is a mark in the middle of their windows, nil of none.
func newSample(p *Point, records []sim.Record, half *mark, look bool) *sample {
	s := emptySample(p)
	for _, rec := range records {
		s.seconds = append(s.seconds, rec.Seconds)
		s.measures = append(s.measures, rec.Total)
		s.busy = append(s.busy, rec.Busy)
		s.laws = append(s.laws, rec.QueueLaw)
	}
	s.records = records
	s.half, s.sums = half, knownSums(p, records, look)
	s.controls = newControls(s.sums)
	return s
}

// class is the sample of one class.
func (s *sample) class(p *Point, records []sim.Record, class int) *sample {
	c := emptySample(p)
	c.seconds, c.controls, c.whole, c.cumulative = s.seconds, s.controls, s, s.cumulative
	for _, rec := range records {
		c.measures = append(c.measures, rec.Classes[class])
	}
	return c
}

func emptySample(p *Point) *sample {
	s := &sample{
		servers: float64(p.Model.Servers), model: p.Model,
		network: p.Model.Network != nil || p.Model.Response != nil,
		memory:  p.Plan.Memory, level: p.Plan.Confidence,
		tally: map[string]*measure.Tally{},
	}
	if p.Model.Infinite {
		s.servers = math.Inf(1)
	}
	return s
}

// fewEvents is how many events make the variance over replications a fair
// guide: with less, most replications saw none and their spread says little.
const fewEvents = 100

// widen makes room for events too rare for their spread to be known: with k of
// them, the standard error of a sum of k of size e is taken as at least e·√(k + 4), the
// Poisson spread with the four pseudo-events of Agresti and Coull ("Approximate is better than
// exact for interval estimation of binomial proportions", American
// Statistician 52(2), 1998). e is the size of one event in the unit of the
// estimate, k how many there were.
func widen(est results.Estimate, e float64, k int64) results.Estimate {
	if !est.Interval || k >= fewEvents {
		return est
	}
	wide := results.NewEstimate(float64(est.Value), e*math.Sqrt(float64(k)+4), est.N, est.Level, est.Method)
	if wide.HalfWidth <= est.HalfWidth {
		return est
	}
	wide.Low = max(0, wide.Low)
	return wide
}

// tallyOf is a tally of the tasks by its metric's name, in one replication.
func tallyOf(m *sim.Measures, metric string) *measure.Tally {
	switch metric {
	case "wait":
		return m.Wait
	case "service":
		return m.Service
	case "latency":
		return m.Latency
	case "throttle_delay":
		return m.Held // nil where nothing holds tasks
	}
	return nil
}

// pooled is the tally of all replications' tasks together.
func (s *sample) pooled(metric string) *measure.Tally {
	if t, ok := s.tally[metric]; ok {
		return t
	}
	all := s.final()
	t := tallyOf(&all[0], metric).Clone()
	for i := range all[1:] {
		t.Merge(tallyOf(&all[i+1], metric))
	}
	s.tally[metric] = t
	return t
}

// final are the measures that make up the whole.
func (s *sample) final() []sim.Measures {
	if s.cumulative {
		return s.measures[len(s.measures)-1:]
	}
	return s.measures
}

// ratio is the estimator of the ratio of parts; ok is false where there is
// nothing to relate to.
func (s *sample) ratio(f parts) (l linear, ok bool) {
	l, ok = newRatio(s.pairs(f))
	l.serial = s.cumulative
	return l, ok
}

// parts are the numerator and the denominator of a mean in one replication.
type parts func(i int, m *sim.Measures) (a, b float64)

// pairs collects parts over the replications.
func (s *sample) pairs(f parts) (a, b []float64) {
	a, b = make([]float64, len(s.measures)), make([]float64, len(s.measures))
	for i := range s.measures {
		a[i], b[i] = f(i, &s.measures[i])
	}
	if s.cumulative {
		differenced(a)
		differenced(b)
	}
	return a, b
}
