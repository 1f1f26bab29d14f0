package analytic

import (
	"math"
	"slices"
	"strings"
)

// transientSums are integrals over a window of time, of expected values.
type transientSums struct {
	queue, busy      float64 // of the numbers, in seconds
	served           float64 // tasks that end their service
	offered, refused float64 // tasks
	wait             float64 // that of the tasks admitted, all together, in seconds
}

func (s transientSums) plus(t transientSums) transientSums {
	return transientSums{s.queue + t.queue, s.busy + t.busy, s.served + t.served, s.offered + t.offered, s.refused + t.refused, s.wait + t.wait}
}

// rounded takes what rounding has left below zero, next to a scale, for zero.
func rounded(x, scale float64) float64 {
	if x < 0 && x > -1e-12*scale {
		return 0
	}
	return x
}

// shed is the share of the tasks that come in the window that find no room, NaN
// where none can come.
func (s transientSums) shed() float64 { return rounded(s.refused, s.offered) / s.offered }

// meanWait is that of the tasks that come in the window and are admitted, however
// long after it they start.
func (s transientSums) meanWait(unit float64) float64 {
	return rounded(s.wait, unit*s.offered) / (s.offered - s.refused)
}

// metrics are the means over the whole of a run from empty, as it is measured.
func (s transientSums) metrics(sys System) Metrics {
	span, nan := sys.Transient.Span, math.NaN()
	o := outcome{
		wait: unknown(), service: unknown(), sojourn: unknown(), waitRatio: nan, queueP99: nan, utilization: nan,
		queueLength: rounded(s.queue, s.busy) / span, busy: s.busy / span, throughput: s.served / span, offered: s.offered / span, shedRatio: s.shed(),
	}
	if !sys.Infinite {
		o.utilization = o.busy / float64(sys.Servers)
	}
	if sys.Response != nil && sys.Response.Mean() > 0 {
		o.throughput = nan // of what has been answered
	}
	m := o.metrics(sys)
	delete(m, "latency")
	delete(m, "in_network") // it is of the long run
	return m
}

// transientTimes are all the times at which values are wanted, those of the series
// and the end of the run, as times of the queue: a constant delay before it shifts
// them. end is the place of the end among them, −1 where it is not asked for; at
// is that of each time of the series.
func transientTimes(sys System) (times []float64, at []int, end int) {
	times, end = slices.Clone(sys.Transient.Times), -1
	if span := sys.Transient.Span; span > 0 {
		var found bool
		if end, found = slices.BinarySearch(times, span); !found {
			times = slices.Insert(times, end, span)
		}
	}
	for _, t := range sys.Transient.Times {
		i, _ := slices.BinarySearch(times, t)
		at = append(at, i)
	}
	if sys.Network != nil {
		for i, t := range times {
			times[i] = math.Max(0, t-sys.Network.Mean())
		}
	}
	return times, at, end
}

// transientWeights turn the power series of a step of length one into integrals
// over it: with terms that are scaled by e^-x,
//
//	∫ P = Σ q_k J_k,  ∫ λP = Σ q_k Σ_j λ_j J_(k+j),  J_k = ∫ s^k e^x(1−s) ds
//
// from J_(k−1) = (1 + x J_k)/k downwards: all terms are positive.
func transientWeights(x float64, rates []float64, count int) (time, arrivals []float64) {
	top := count + len(rates)
	j := make([]float64, top+1)
	term := 1 / float64(top+1)
	for i := top + 2; term > 1e-18*j[top]; i++ {
		j[top] += term
		term *= x / float64(i)
	}
	for k := top; k > 0; k-- {
		j[k-1] = (1 + x*j[k]) / float64(k)
	}
	arrivals = make([]float64, count+1)
	for k := range arrivals {
		for i, r := range rates {
			arrivals[k] += r * j[k+i]
		}
	}
	return j, arrivals
}

// gather adds a distribution over states from low on to the sums: time is what it
// counts for in units of a mean service, arrivals in tasks that come.
func (c *transientChain) gather(v []float64, low int, time, arrivals float64) {
	busy, queue, wait, full := 0.0, 0.0, 0.0, 0.0
	for i, x := range v {
		n := low + i
		if n < c.servers {
			busy += x * float64(n)
			continue
		}
		busy += x * float64(c.servers)
		queue += x * float64(n-c.servers)
		if n == c.limit {
			full += x
		} else {
			wait += x * float64(n-c.servers+1)
		}
	}
	s := &c.sums
	s.busy += busy * time * c.unit
	s.queue += queue * time * c.unit
	s.served += busy * time
	s.refused += full * arrivals
	s.wait += wait / float64(c.servers) * c.unit * arrivals
	c.work += float64(len(v))
}

// rest goes on to a time without a change of the distribution, or of the rate.
func (c *transientChain) rest(to float64) {
	time := (to - c.now) / c.unit
	arrivals := c.rate(c.now) * (to - c.now)
	c.gather(c.mass, c.first, time, arrivals)
	c.sums.offered += arrivals
	c.now = to
}

// window takes the sums of the window that ends now, and begins the next.
func (c *transientChain) window() transientSums {
	s := c.sums
	c.sums = transientSums{}
	return s
}

// transientSeries are the values at the times of the series. A ratio of a window in
// which nothing can come does not exist: then the note says that it is left out.
func (sol *Solution) transientSeries(p *problem, values []transientValue, at []int) {
	if len(at) == 0 {
		return
	}
	sol.Series = map[string][]float64{}
	put := func(name string, of func(v transientValue, window transientSums) float64) {
		list, next := make([]float64, len(at)), 0
		for i, k := range at {
			var window transientSums
			for ; next <= k; next++ {
				window = window.plus(values[next].sums)
			}
			if list[i] = of(values[k], window); math.IsNaN(list[i]) {
				sol.addNote("The " + strings.ReplaceAll(name, "_", " ") + " over time is left out: there are windows in which no task can come.")
				return
			}
		}
		sol.Series[name] = list
	}
	put("in_system", func(v transientValue, _ transientSums) float64 { return v.queue + v.busy })
	put("queue_length", func(v transientValue, _ transientSums) float64 { return v.queue })
	put("busy", func(v transientValue, _ transientSums) float64 { return v.busy })
	if p.sys.Infinite {
		return
	}
	put("wait", func(_ transientValue, w transientSums) float64 { return w.meanWait(p.meanService) })
	if p.sys.Limited {
		put("shed_ratio", func(_ transientValue, w transientSums) float64 { return w.shed() })
	}
	if sol.Series["wait"] != nil {
		sol.addNote("The wait over time is that of the tasks that are offered in the window that ends there, and admitted; the latency of those that are answered in it is not computed.")
	}
}

// addNote adds a sentence.
func (sol *Solution) addNote(text string) { sol.Note = strings.TrimSpace(sol.Note + " " + text) }
