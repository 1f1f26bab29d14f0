package analytic

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// networkPaths and networkPhases bound the work on a latency's law.
const (
	networkPaths  = 200
	networkPhases = 24
)

// visits is a path through a network, with its probability.
type visits struct {
	stations []int
	chance   float64
}

// latency is the law of the time in the network where tasks cannot overtake;
// why says what keeps it from being known.
//
// The time at M/M/c is that of a service, after, with the probability C of a
// wait, a wait of rate δ = cµ − λ. A path is therefore a chain of exponential
// phases, some of which are passed over, and its tail comes from the exponential
// of the matrix of their rates, which needs no distinct rates.
func (n Network) latency(flow []float64) (s summary, why string, err error) {
	s = unknown()
	paths, why := n.paths()
	if why != "" {
		return s, "Latency has a mean alone: " + why + ".", nil
	}
	laws, chances := make([]*chainOfPhases, len(paths)), make([]float64, len(paths))
	mean, second := 0.0, 0.0
	for i, path := range paths {
		law := &chainOfPhases{}
		m, variance := 0.0, 0.0
		for _, at := range path.stations {
			w, v := law.add(n.Stations[at], flow[at])
			m += w
			variance += v
		}
		if len(law.rates) > networkPhases {
			return s, "Latency has a mean alone: a path is too long.", nil
		}
		if law.stiff() {
			return s, "Latency has a mean alone: the rates of a path are too far apart.", nil
		}
		laws[i], chances[i] = law, path.chance
		mean += path.chance * m
		second += path.chance * (variance + m*m)
	}
	tail := func(x float64) float64 {
		sum := 0.0
		for i, law := range laws {
			sum += chances[i] * law.tail(x)
		}
		return sum
	}
	s, err = timeSummary(mean, math.Sqrt(second-mean*mean), tail)
	return s, "", err
}

// paths are all ways through the network, where no two of them part and meet
// again and stations within them have one server.
func (n Network) paths() (all []visits, why string) {
	errs := [...]string{
		"tasks come back to a station",
		"tasks overtake one another on another way",
		"a path has several servers at a station between its ends",
		"there are too many paths",
		"service at a station is not exponential",
	}
	refused := -1
	var follow func(at []int, chance float64)
	follow = func(at []int, chance float64) {
		last := at[len(at)-1]
		for _, before := range at[:len(at)-1] {
			if before == last {
				refused = 0
			}
		}
		if len(all) >= networkPaths {
			refused = 3
		}
		if _, ok := asExponential(n.Stations[last].Service); !ok {
			refused = 4
		}
		if refused >= 0 {
			return
		}
		if out := n.leave(last); out > 0 {
			all = append(all, visits{append([]int(nil), at...), chance * out})
		}
		for j := range n.Stations {
			if r := n.route(last, j); r > 0 {
				if len(at) > 1 && n.several(last) {
					refused = 2
					return
				}
				follow(append(at, j), chance*r)
			}
		}
	}
	total := n.outside()
	for i, s := range n.Stations {
		if s.Rate > 0 && refused < 0 {
			follow([]int{i}, s.Rate/total)
		}
	}
	if refused < 0 && n.meet() {
		refused = 1
	}
	if refused >= 0 {
		return nil, errs[refused]
	}
	return all, ""
}

// several reports whether tasks overtake one another at a station.
func (n Network) several(i int) bool {
	return n.Stations[i].Infinite || n.Stations[i].Servers > 1
}

// meet reports whether two ways lead from one station to another, in a network
// without circles.
func (n Network) meet() bool {
	for i := range n.Stations {
		seen := make([]bool, len(n.Stations))
		var twice func(i int) bool
		twice = func(i int) bool {
			if seen[i] {
				return true
			}
			seen[i] = true
			for j := range n.Stations {
				if n.route(i, j) > 0 && twice(j) {
					return true
				}
			}
			return false
		}
		if twice(i) {
			return true
		}
	}
	return false
}

// chainOfPhases is a time made of exponential phases in order, each of which
// is gone through with a probability.
type chainOfPhases struct {
	rates, chances []float64
}

// add appends the time at a station, and gives its mean and variance.
func (l *chainOfPhases) add(s Station, flow float64) (mean, variance float64) {
	e, _ := asExponential(s.Service)
	mean, variance = e.Mean(), e.Mean()*e.Mean()
	if !s.Infinite {
		load := pair{hi: flow}.times(e.Mean())
		if e.ByRate() {
			load = pair{hi: flow}.over(e.Rate())
		}
		c, spare := float64(s.Servers), spareShare(load, s.Servers)
		delay := 1 / (1 + spare*idleOdds(s.Servers, load.hi))
		if s.Servers == 1 { // one phase: wait and service together
			l.rates, l.chances = append(l.rates, spare/mean), append(l.chances, 1)
			mean /= spare
			return mean, mean * mean
		}
		wait := mean / (c * spare)
		l.rates, l.chances = append(l.rates, 1/wait), append(l.chances, delay)
		mean += delay * wait
		variance += delay * (2 - delay) * wait * wait
	}
	l.rates, l.chances = append(l.rates, 1/e.Mean()), append(l.chances, 1)
	return mean, variance
}

// networkStiff is how far the rates may be apart: squaring the exponential of
// a matrix loses as many digits.
const networkStiff = 1e5

func (l *chainOfPhases) stiff() bool {
	low, high := math.Inf(1), 0.0
	for _, r := range l.rates {
		low, high = math.Min(low, r), math.Max(high, r)
	}
	return high > networkStiff*low
}

// tail is the probability of being in one of the phases after a time.
func (l *chainOfPhases) tail(x float64) float64 {
	size := len(l.rates)
	m := mat.NewDense(size, size, nil)
	start := make([]float64, size)
	for i := range l.rates {
		rest := 1.0
		for j := i + 1; j < size; j++ {
			m.Set(i, j, l.rates[i]*rest*l.chances[j]*x)
			rest *= 1 - l.chances[j]
		}
		m.Set(i, i, -l.rates[i]*x)
	}
	rest := 1.0
	for j := range start {
		start[j] = rest * l.chances[j]
		rest *= 1 - l.chances[j]
	}
	var e mat.Dense
	e.Exp(m)
	sum := 0.0
	for i, s := range start {
		for j := range size {
			sum += s * e.At(i, j)
		}
	}
	return sum
}
