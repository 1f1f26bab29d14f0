package analytic

import (
	"fmt"
	"math"
	"sort"
)

// obstacleSpeeds is what keeps a system from being M/M/c with servers of
// different speed.
func obstacleSpeeds(p *problem) string {
	sys := p.sys
	switch {
	case sys.Speeds == nil:
		return "all servers have one speed"
	case sys.Infinite || sys.Limited:
		return "the queue has a limit, or there is none"
	case len(sys.Speeds) != sys.Servers:
		return fmt.Sprintf("%d speeds are given for %d %s", len(sys.Speeds), sys.Servers, plural(sys.Servers, "server"))
	case sys.Servers > speedsServers:
		return fmt.Sprintf("more than %d servers differ in speed", speedsServers)
	}
	for _, s := range sys.Speeds {
		if !(s > 0) || math.IsInf(s, 1) {
			return fmt.Sprintf("a server has a speed of %g", s)
		}
	}
	if sys.Choose == Fastest || sys.Choose == Slowest {
		if n := speedsStates(speedGroups(sys.Speeds)); n > speedsChain {
			return fmt.Sprintf("which servers are busy takes %.0f states, more than %d", n, speedsChain)
		}
	}
	sys.Speeds = nil
	return obstacleMarkovOf(sys, p.sys)
}

// speedsServers bounds the servers, speedsChain the states of the chain.
const (
	speedsServers = 500
	speedsChain   = 1024
)

// solveSpeeds solves M/M/c with servers of different speed.
//
// Assumptions: Poisson arrivals of rate λ, exponential amounts of work of mean
// 1/µ, server j works at speed v(j), one queue without limit, first come first
// served; of the idle servers a task takes the fastest, the slowest, one at
// random, or the one idle for longest, and stays there.
//
// Stability: ρ = λ/(µV) < 1, V = Σ v(j).
//
// Formulas: with all servers busy the queue is geometric, as in M/M/c, so that
// with C the probability that all are busy
//
//	Lq = Cρ/(1−ρ),  P(W > t) = C e^-δt,  δ = µV − λ,
//
// and a task that waits is served by j with probability v(j)/V, whatever its
// wait. Random and longest idle: the probability that the idle servers are the
// set I is in proportion to |I|! Π µv(i)/λ, i in I, which satisfies the balance
// of every state; with the longest idle first so is the order of idleness.
// Fastest and slowest: the chain on how many servers of each speed are busy,
// whose queue is left out because it always returns to where it began.
//
// Source: for the queue behind busy servers, and for random choice, H. Gumbel,
// "Waiting lines with heterogeneous servers", Operations Research 8(4), 1960; for
// the order of idleness I. Adan, G. Weiss, "A loss system with skill-based servers
// under assign to longest idle server policy", Probability in the Engineering and
// Informational Sciences 26(3), 2012. Fastest and slowest are of no source: the
// balance equations of the chain itself are solved, of which V. P. Singh,
// "Two-server Markovian queues with balking: heterogeneous vs. homogeneous
// servers", Operations Research 18(1), 1970, has the closed form for two servers.
//
// Method and limits: sums of positive terms, and elimination without
// subtraction (W. K. Grassmann, M. I. Taksar, D. P. Heyman, "Regenerative
// analysis and steady state distributions for Markov chains", Operations
// Research 33(5), 1985), which keeps the relative precision of every
// probability, speeds orders of magnitude apart included. The balance of work of
// each speed is held to the result. At most 500 servers, and 1024 states of the
// chain: ten servers, if no two have the same speed.
func solveSpeeds(p *problem) (*Solution, error) {
	q := newSpeedsQueue(p)
	if p.sys.Choose == Fastest || p.sys.Choose == Slowest {
		q.ordered(p.sys.Choose)
	} else {
		q.unordered()
	}
	o, err := q.outcome(p)
	if err != nil {
		return nil, err
	}
	return &Solution{
		Model:   "M/M/c with servers of different speed",
		Method:  map[Choose]string{Fastest: "chain of the busy servers", Slowest: "chain of the busy servers", RandomIdle: "product form of the idle servers", LongestIdle: "product form of the idle servers"}[p.sys.Choose],
		Source:  speedsSource(p.sys.Choose),
		Exact:   true,
		Metrics: o.metrics(p.sys),
		Classes: p.classMetrics(func(c class) outcome { return o.share(c.share) }),
	}, nil
}

// speedsSource says what is from whom.
func speedsSource(choose Choose) string {
	const gumbel = "H. Gumbel, Waiting lines with heterogeneous servers, Operations Research 8(4), 1960"
	switch choose {
	case RandomIdle:
		return gumbel
	case LongestIdle:
		return gumbel + ", for the queue; the idle servers by I. Adan, G. Weiss, A loss system with skill-based servers under assign to longest idle server policy, " +
			"Probability in the Engineering and Informational Sciences 26(3), 2012"
	}
	return gumbel + ", for the queue; the busy servers by the balance equations of their chain, solved as in W. K. Grassmann, M. I. Taksar, D. P. Heyman, " +
		"Regenerative analysis and steady state distributions for Markov chains, Operations Research 33(5), 1985"
}

// speedGroup is servers of one speed.
type speedGroup struct {
	speed   float64
	servers int
}

// speedGroups are in order, the fastest first.
func speedGroups(speeds []float64) []speedGroup {
	sorted := append([]float64(nil), speeds...)
	sort.Sort(sort.Reverse(sort.Float64Slice(sorted)))
	var g []speedGroup
	for _, s := range sorted {
		if len(g) == 0 || g[len(g)-1].speed != s {
			g = append(g, speedGroup{speed: s})
		}
		g[len(g)-1].servers++
	}
	return g
}

// speedsStates is how many combinations of busy servers there are.
func speedsStates(groups []speedGroup) float64 {
	n := 1.0
	for _, g := range groups {
		n *= float64(g.servers + 1)
	}
	return n
}

// speedsQueue is the system in time units of a mean service at speed 1.
type speedsQueue struct {
	load, total float64 // a = λ/µ, V
	spare       float64 // 1 − ρ
	groups      []speedGroup
	direct      []float64 // by group: share of tasks that go there at once
	busy        []float64 // mean number of busy servers
	delay       float64   // C
}

func newSpeedsQueue(p *problem) *speedsQueue {
	q := &speedsQueue{load: p.load.hi, groups: speedGroups(p.sys.Speeds)}
	var total pair
	for _, s := range p.sys.Speeds {
		total = total.plus(pair{hi: s})
	}
	q.total = total.hi
	q.spare = total.plus(pair{-p.load.hi, -p.load.lo}).hi / total.hi
	q.direct, q.busy = make([]float64, len(q.groups)), make([]float64, len(q.groups))
	return q
}

// unordered solves random and longest idle.
func (q *speedsQueue) unordered() {
	all := q.idleWeights(-1)
	idle := 0.0
	for _, w := range all.w[1:] {
		idle += w
	}
	sum := idle + 1/(q.spare*math.Exp(all.scale))
	q.delay = 1 / (q.spare * math.Exp(all.scale)) / sum
	for i, g := range q.groups {
		without := q.idleWeights(i)
		odds := g.speed / q.load * math.Exp(without.scale-all.scale) / sum
		start, rest := 0.0, 0.0
		for k, w := range without.w {
			start += w
			rest += w * float64(k+1)
		}
		n := float64(g.servers)
		q.direct[i] = n * odds * start
		q.busy[i] = n * (1 - odds*rest)
	}
}

// idleWeights are the weights of k idle servers, all of them or all but one of
// a group, over e^scale.
type idleWeights struct {
	w     []float64
	scale float64
}

// idleWeights adds server by server: k! times the elementary symmetric
// polynomial of degree k.
func (q *speedsQueue) idleWeights(except int) idleWeights {
	s := idleWeights{w: []float64{1}}
	for i, g := range q.groups {
		n := g.servers
		if i == except {
			n--
		}
		for range n {
			s.w = append(s.w, 0)
			largest := 1.0
			for k := len(s.w) - 1; k > 0; k-- {
				s.w[k] += float64(k) * g.speed / q.load * s.w[k-1]
				largest = math.Max(largest, s.w[k])
			}
			if largest > 1e200 {
				for k := range s.w {
					s.w[k] /= largest
				}
				s.scale += math.Log(largest)
			}
		}
	}
	return s
}

// ordered solves fastest and slowest first.
func (q *speedsQueue) ordered(choose Choose) {
	states := int(speedsStates(q.groups))
	counts := make([]int, len(q.groups))
	strides := make([]int, len(q.groups))
	n := 1
	for i, g := range q.groups {
		strides[i] = n
		n *= g.servers + 1
	}
	rates := make([][]float64, states)
	first := make([]int, states) // group that takes an arrival
	for s := range rates {
		rates[s] = make([]float64, states)
		first[s] = -1
		for i, g := range q.groups {
			counts[i] = s / strides[i] % (g.servers + 1)
			if counts[i] > 0 {
				rates[s][s-strides[i]] += float64(counts[i]) * g.speed
			}
			if counts[i] < g.servers && (first[s] < 0 || choose == Slowest) {
				first[s] = i
			}
		}
		if first[s] >= 0 {
			rates[s][s+strides[first[s]]] += q.load
		}
	}
	law := speedsGTH(rates)
	waiting := law[states-1] * (1 - q.spare) / q.spare
	q.delay = law[states-1] / q.spare / (1 + waiting)
	for s, x := range law {
		x /= 1 + waiting
		if first[s] >= 0 {
			q.direct[first[s]] += x
		} else {
			x = q.delay
		}
		for i, g := range q.groups {
			q.busy[i] += x * float64(s/strides[i]%(g.servers+1))
		}
	}
}

// speedsGTH is the stationary law of a chain with the given rates, which it
// overwrites, by elimination of the last state again and again.
func speedsGTH(rates [][]float64) []float64 {
	n := len(rates)
	for k := n - 1; k > 0; k-- {
		out := 0.0
		for _, r := range rates[k][:k] {
			out += r
		}
		for i := range k {
			f := rates[i][k] / out
			rates[i][k] = f
			if f == 0 {
				continue
			}
			row := rates[i][:k]
			for j, r := range rates[k][:k] {
				row[j] += f * r
			}
		}
	}
	law, sum := make([]float64, n), 1.0
	law[0] = 1
	for k := 1; k < n; k++ {
		for i := range k {
			law[k] += law[i] * rates[i][k]
		}
		sum += law[k]
	}
	for k := range law {
		law[k] /= sum
	}
	return law
}
