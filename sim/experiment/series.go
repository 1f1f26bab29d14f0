package experiment

import (
	"fmt"
	"math"

	"spillway/results"
	"spillway/sim"
)

// The quantities of a series.
const (
	queueAt   = iota // tasks that wait, at the instant
	systemAt         // tasks that wait or are served
	busyAt           // servers that serve
	serversAt        // servers that are switched on, where their number changes
	latencyIn        // mean latency of the tasks answered since the instant before
	shedIn           // share of the tasks refused since the instant before
	quantities
)

// instant is what one replication has at one time of a series: numerators and
// denominators.
type instant [quantities]struct{ a, b float64 }

// timeline follows a series over replications, added in the order of their
// numbers: its memory does not grow with these.
type timeline []pointwise

// pointwise holds the sums, over replications, that the estimates at one time
// are made of.
type pointwise struct {
	n    int
	sums [quantities]struct{ a, b, aa, ab, bb float64 }
}

// add takes in one replication.
func (t timeline) add(each []instant) {
	for i := range t {
		p := &t[i]
		p.n++
		for q := range p.sums {
			s, x := &p.sums[q], each[i][q]
			s.a += x.a
			s.b += x.b
			s.aa += x.a * x.a
			s.ab += x.a * x.b
			s.bb += x.b * x.b
		}
	}
}

// estimate is a ratio with the delta method's interval, as newRatio has it; ok
// is false where there is nothing to relate to.
func (p *pointwise) estimate(q int, level float64) (e results.Estimate, ok bool) {
	s, n := p.sums[q], float64(p.n)
	if !(s.b > 0) {
		return e, false
	}
	value := s.a / s.b
	squares := math.Max(0, s.aa-2*value*s.ab+value*value*s.bb)
	if squares < 1e-13*s.aa {
		squares = 0 // rounding
	}
	stdErr := math.Sqrt(squares/math.Max(n-1, 1)/n) / (s.b / n)
	return results.NewEstimate(value, stdErr, p.n, level, "ratio"), true
}

// series are the results.
func (t timeline) series(times []float64, level float64, refuses, scales bool) *results.Series {
	out := &results.Series{}
	for _, x := range times {
		out.Time = append(out.Time, results.Number(x))
	}
	band := func(q int) *results.Band {
		b := &results.Band{}
		for i := range t {
			e, ok := t[i].estimate(q, level)
			value, low, high := float64(e.Value), float64(e.Low), float64(e.High)
			if !ok {
				value, low, high = math.NaN(), math.NaN(), math.NaN()
			}
			b.Value = append(b.Value, value)
			if t[i].n > 1 {
				b.Low, b.High = append(b.Low, math.Max(0, low)), append(b.High, high)
			}
		}
		return b
	}
	out.QueueLength, out.InSystem, out.Busy, out.Latency = band(queueAt), band(systemAt), band(busyAt), band(latencyIn)
	if scales {
		out.Servers = band(serversAt)
	}
	if refuses {
		out.ShedRatio = band(shedIn)
	}
	return out
}

// standing is implemented by the runs by events: how many tasks wait and how
// many are in service now.
type standing interface {
	Standing() (waiting, busy int)
}

// follow takes a replication from instant to instant of a series. Nothing is
// left in it after the end.
func (r *runner) follow(rep sim.Run) ([]instant, error) {
	times := r.point.Plan.Series
	each := make([]instant, len(times))
	now, ok := rep.(standing)
	if !ok && len(times) > 0 {
		return nil, fmt.Errorf("experiment: a series of a run that does not know what stands where")
	}
	for i, t := range times {
		if r.point.Plan.Length == ByDuration {
			t = math.Min(t, r.point.Plan.Duration) // and not a rounding error after it
		}
		if err := r.advance(rep, forever, t, rep.Ended); err != nil {
			return nil, err
		}
		rec := rep.Record()
		waiting, busy := now.Standing()
		x := &each[i]
		x[queueAt].a, x[systemAt].a, x[busyAt].a = float64(waiting), float64(waiting+busy), float64(busy)
		x[queueAt].b, x[systemAt].b, x[busyAt].b = 1, 1, 1
		if m, ok := rep.(*sim.Managed); ok {
			x[serversAt].a, x[serversAt].b = float64(m.Servers()), 1
		}
		x[latencyIn].a, x[latencyIn].b = rec.Total.Latency.Sum(), float64(rec.Total.Latency.Count())
		x[shedIn].a, x[shedIn].b = float64(rec.Total.Shed), float64(rec.Total.Offered)
	}
	for i := len(each) - 1; i > 0; i-- {
		for _, q := range []int{latencyIn, shedIn} {
			each[i][q].a -= each[i-1][q].a
			each[i][q].b -= each[i-1][q].b
		}
	}
	return each, nil
}
