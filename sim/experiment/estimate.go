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
	limited  bool
	network  bool
	memory   float64
	level    float64                   // confidence
	tally    map[string]*measure.Tally // merged, made when first asked for
}

// newSample takes the records of the replications; class is -1 for all.
func newSample(p *Point, records []sim.Record, class int) *sample {
	s := &sample{
		servers: float64(p.Model.Servers), limited: p.Model.Limited,
		network: p.Model.Network != nil || p.Model.Response != nil,
		memory:  p.Plan.Memory, level: p.Plan.Confidence,
		tally: map[string]*measure.Tally{},
	}
	if p.Model.Infinite {
		s.servers = math.Inf(1)
	}
	for _, rec := range records {
		s.seconds = append(s.seconds, rec.Seconds)
		if class >= 0 {
			s.measures = append(s.measures, rec.Classes[class])
			continue
		}
		s.measures = append(s.measures, rec.Total)
		s.busy = append(s.busy, rec.Busy)
		s.laws = append(s.laws, rec.QueueLaw)
	}
	return s
}

// ratio estimates E[a]/E[b] from pairs, one a replication: the ratio of the
// sums, with the delta method's variance and Student's t (Law, "Simulation
// Modeling and Analysis", 5th ed., section 9.5; Cochran, "Sampling
// Techniques", 3rd ed., section 6.4). With equal b it is the mean and its
// usual interval. ok is false where the b are all zero.
func ratio(a, b []float64, level float64) (e results.Estimate, ok bool) {
	n := len(a)
	var sumA, sumB float64
	for i := range a {
		sumA += a[i]
		sumB += b[i]
	}
	if !(sumB > 0) {
		return e, false
	}
	value := sumA / sumB
	residuals := make([]float64, n)
	for i := range a {
		residuals[i] = a[i] - value*b[i]
	}
	return estimate(value, standardError(residuals, 0)/(sumB/float64(n)), n, level, "ratio"), true
}

// standardError is that of the mean of independent values whose mean is given.
func standardError(xs []float64, mean float64) float64 {
	n := float64(len(xs))
	squares := 0.0
	for _, x := range xs {
		squares += (x - mean) * (x - mean)
	}
	return math.Sqrt(squares / math.Max(n-1, 1) / n)
}

// estimate makes an estimate of a value and its standard error; one that is
// within rounding of zero is zero.
func estimate(value, stdErr float64, n int, level float64, method string) results.Estimate {
	if stdErr < 1e-13*math.Abs(value) {
		stdErr = 0
	}
	if math.IsNaN(stdErr) || math.IsInf(stdErr, 0) {
		return results.BareEstimate(value, method) // squares left the range of a float64
	}
	return results.NewEstimate(value, stdErr, n, level, method)
}

// spread estimates a statistic of the pooled tasks that is no mean: its value
// is that of all replications' tasks together, because the mean of the
// replications' own values is biased; its interval is Student's over the
// replications.
func spread(value float64, each []float64, level float64, method string) results.Estimate {
	mean := 0.0
	for _, x := range each {
		mean += x / float64(len(each))
	}
	return estimate(value, standardError(each, mean), len(each), level, method)
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
	}
	return nil
}

// pooled is the tally of all replications' tasks together.
func (s *sample) pooled(metric string) *measure.Tally {
	if t, ok := s.tally[metric]; ok {
		return t
	}
	t := tallyOf(&s.measures[0], metric).Clone()
	for i := range s.measures[1:] {
		t.Merge(tallyOf(&s.measures[i+1], metric))
	}
	s.tally[metric] = t
	return t
}

// pairs collects numerators and denominators over the replications.
func (s *sample) pairs(f func(i int, m *sim.Measures) (a, b float64)) (a, b []float64) {
	a, b = make([]float64, len(s.measures)), make([]float64, len(s.measures))
	for i := range s.measures {
		a[i], b[i] = f(i, &s.measures[i])
	}
	return a, b
}

func (s *sample) ratio(f func(i int, m *sim.Measures) (a, b float64)) (results.Estimate, bool) {
	a, b := s.pairs(f)
	return ratio(a, b, s.level)
}
