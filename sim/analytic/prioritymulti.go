package analytic

import (
	"math"

	"gonum.org/v1/gonum/integrate/quad"
)

// obstaclePriorityMulti is what keeps a system from being M/M/c with
// priorities and one rate of service for all.
func obstaclePriorityMulti(p *problem) string {
	if o := obstacleDiscipline(p, Priority, PreemptivePriority); o != "" {
		return o
	}
	sys := p.sys
	sys.Discipline = FIFO
	if p.sys.Discipline == PreemptivePriority && p.sys.Servers > maxDifference {
		return "there are too many servers for a difference of loads"
	}
	return obstacleMarkovOf(sys, p.sys)
}

// maxDifference bounds the servers of the recursion for differences of loads,
// which takes a step for each.
const maxDifference = 10_000_000

// solvePriorityMulti solves M/M/c with priorities, non-preemptive and
// preemptive-resume, where all have the same rate of service µ.
//
// Assumptions: Poisson streams, exponential service of one rate for all, c
// servers; among tasks of one priority first come, first served. A preempted
// task goes on later where it stopped.
//
// Stability: ρ = λ/(cµ) < 1.
//
// Formulas. Non-preemptive, with C Erlang's delay formula for all, m = cµ, Λ
// and Λ' the arrival rates of levels up to k and before k, δ = m − Λ, the wait
// of level k is nothing with probability 1 − C and otherwise V prolonged by the
// busy periods of later, more urgent tasks, V exponential of rate δ:
//
//	E[W | W > 0]        = m/(δ(m − Λ'))
//	E[e^-sW | W > 0]    = δ/(δ + z(s)),    z = s + Λ'z/(m + z)
//
// Preemptive: tasks of levels up to k see nothing of the others and are M/M/c,
// so that the number in system of level k is the difference of two of them. With
// one server the latency has the law of W | W > 0 above, with µ for m; with
// more, it is known for level 0 alone, which is M/M/c.
//
// Source: O. Kella, U. Yechiali, "Waiting times in the non-preemptive priority
// M/M/c queue", Stochastic Models 1(2), 1985; the preemptive case in D. Gross,
// J. F. Shortle, J. M. Thompson, C. M. Harris, Fundamentals of Queueing
// Theory, 4th edition, Wiley 2008, section 3.4.
//
// Method and limits: the transform has a cut on the negative axis, and a pole
// where Λ² > mΛ', so that the law is a mixture of exponentials with positive
// weights (see delayCycle); quantiles are found in its tail. The difference of
// two M/M/c is carried through the recursion of Erlang's formula as a
// difference, in c steps, and keeps its digits however small a level is.
func solvePriorityMulti(p *problem) (*Solution, error) {
	q := newPriorityQueue(p)
	m := &priorityMulti{q: q, all: newDelayQueue(p), unit: p.meanService}
	sol := &Solution{
		Model: "M/M/c with priorities",
		Exact: true,
	}
	turnOf := m.nonPreemptive
	sol.Method, sol.Source = "Kella and Yechiali", "O. Kella, U. Yechiali, Waiting times in the non-preemptive priority M/M/c queue, Stochastic Models 1(2), 1985"
	if p.sys.Discipline == PreemptivePriority {
		turnOf = m.preemptive
		sol.Method = "M/M/c of the levels up to each"
		sol.Source = "D. Gross, J. F. Shortle, J. M. Thompson, C. M. Harris, Fundamentals of Queueing Theory (4th edition, Wiley 2008), section 3.4"
		if len(q.order) > 1 {
			sol.Note = "Of tasks that can be interrupted, quantiles are known only for the latency with one server."
		}
	}
	turns := map[int]turn{}
	for _, k := range q.order {
		t, err := turnOf(q.levels[k], k == q.order[0])
		if err != nil {
			return nil, err
		}
		turns[k] = t
	}
	if err := p.fill(sol, func(s Stream) turn { return turns[s.Priority] }, m.all.queueQuantile(1)); err != nil {
		return nil, err
	}
	return sol, agree("queue length of all levels and of M/M/c", sol.Metrics["queue_length"]["mean"], m.all.delay*(m.all.load/m.all.c)/m.all.spare)
}

// priorityMulti is M/M/c with priorities, and the M/M/c of all levels.
type priorityMulti struct {
	q    *priorityQueue
	all  delayQueue
	unit float64 // 1/µ
}

func (m *priorityMulti) nonPreemptive(l *priorityLevel, _ bool) (turn, error) {
	law, err := delayCycle(l)
	if err != nil {
		return turn{}, err
	}
	unit := m.unit / m.all.c
	c := m.all.delay
	wait := summary{
		mean: c * unit * law.mean,
		sd:   unit * rootOfVariance(c*law.square, c*law.mean),
	}
	t := turn{wait: wait, waitRatio: c}
	t.sojourn = summary{mean: wait.mean + m.unit, sd: math.Hypot(wait.sd, m.unit)}
	t.waitTail = func(x float64) float64 { return c * law.tail(x/unit) }
	t.sojournTail = func(x float64) float64 {
		return (1-c)*math.Exp(-x/m.unit) + c*law.tailWith(x/unit, 1/m.all.c)
	}
	return t, nil
}

func (m *priorityMulti) preemptive(l *priorityLevel, first bool) (turn, error) {
	if first {
		return m.urgent(l)
	}
	if m.all.c == 1 {
		return m.preemptiveSingle(l)
	}
	// the number in system of levels up to this one less that before it, over λ
	c := m.all.c
	before, upTo := l.highLoad*c, l.upTo*c
	rate := l.rate * m.unit
	waiting := erlangSlope(m.q.p.sys.Servers, before, upTo, rate, l.above, l.spare)
	mean := m.unit * waiting
	return turn{
		wait:      summary{mean: mean, sd: math.NaN()},
		sojourn:   summary{mean: mean + m.unit, sd: math.NaN()},
		waitRatio: math.NaN(),
	}, nil
}

// urgent is level 0, which is M/M/c.
func (m *priorityMulti) urgent(l *priorityLevel) (turn, error) {
	d := delayQueue{c: m.all.c, load: l.upTo * m.all.c, spare: l.spare}
	d.odds = idleOdds(m.q.p.sys.Servers, d.load)
	d.delay = 1 / (1 + d.spare*d.odds)
	if err := checkIdleOdds(m.q.p.sys.Servers, d.load, d.odds); err != nil {
		return turn{}, err
	}
	decay := d.c * d.spare / m.unit
	wait := d.wait(1 / decay)
	return turn{
		wait:        summary{mean: wait.mean, sd: wait.sd},
		sojourn:     summary{mean: wait.mean + m.unit, sd: math.Hypot(wait.sd, m.unit)},
		waitTail:    func(x float64) float64 { return d.delay * math.Exp(-decay*x) },
		sojournTail: func(x float64) float64 { return d.sojournTail(x / m.unit) },
		waitRatio:   d.delay,
	}, nil
}

func (m *priorityMulti) preemptiveSingle(l *priorityLevel) (turn, error) {
	law, err := delayCycle(l)
	if err != nil {
		return turn{}, err
	}
	s := Stream{Priority: m.priorityOf(l), Service: m.q.p.sys.Streams[0].Service}
	t := m.q.preemptive(s)
	if err := agree("latency of a level by its moments and by its law", t.sojourn.mean, m.unit*law.mean); err != nil {
		return turn{}, err
	}
	t.sojournTail = func(x float64) float64 { return law.tail(x / m.unit) }
	return t, nil
}

func (m *priorityMulti) priorityOf(l *priorityLevel) int {
	for k, other := range m.q.levels {
		if other == l {
			return k
		}
	}
	return 0
}

// erlangSlope is (Lq(a₂) − Lq(a₁))/(a₂ − a₁) of M/M/c at two loads a₁ < a₂,
// whose difference and 1 − ρ are given with all their digits. With A the idle
// odds, Lq = R/ε, R = ρ/(1 + εA), the difference D = A(a₁) − A(a₂) > 0 follows
//
//	D(n) = (n/a₂)D(n−1) + n(1/a₁ − 1/a₂)(1 + A₁(n−1))
//
// and everything else is a sum of positive terms.
func erlangSlope(servers int, a1, a2, gap, spare1, spare2 float64) float64 {
	c := float64(servers)
	odds1, odds2, slope := 0.0, 0.0, 0.0 // slope is D/(a₂ − a₁)
	for n := 1.0; n <= c; n++ {
		slope = n / a2 * slope
		slope += n / a1 / a2 * (1 + odds1)
		odds1, odds2 = n/a1*(1+odds1), n/a2*(1+odds2)
		if odds2 > 1/underflow {
			return 0 // nobody waits
		}
		if odds1 > 1/underflow {
			// nobody waits before: Lq(a₁) is nothing
			odds2 = idleOdds(servers, a2)
			return a2 / c / (1 + spare2*odds2) / spare2 / gap
		}
	}
	// Lq = a/(c ε (1 + εA)) = a/(cg), g = ε + ε²A. The difference is
	// (a₂g₁ − a₁g₂)/(c g₁g₂), and a₂g₁ − a₁g₂ = (a₂ − a₁)g₁ + a₁(g₁ − g₂)
	g1, g2 := spare1*(1+spare1*odds1), spare2*(1+spare2*odds2)
	fall := 1/c + spare1*spare1*slope + (spare1+spare2)/c*odds2 // (g₁ − g₂)/(a₂ − a₁)
	return (g1 + a1*fall) / (c * g1 * g2)
}

// delayCycle is the law of W | W > 0 in units of 1/m, r² = σ':
//
//	P(W > t) = P e^-pt + (2(1−σ)r²/π) ∫₀^π sin²θ e^-ut /(|re^iθ − σ|² u) dθ
//	u = (1 − r)² + 4r sin²(θ/2),    p = (1 − σ)(σ − σ')/σ
//	P = σ(1 − σ'/σ²)/(σ − σ')    where σ > r, otherwise 0
//
// by the change of variable 1 + z = re^iθ on the cut of the transform.
func delayCycle(l *priorityLevel) (*exponentials, error) {
	e := &exponentials{}
	if l.highLoad == 0 {
		e.add(1, l.spare)
	} else {
		own := l.rate * l.upTo / (l.rate + l.highRate) // σ − σ'
		r := math.Sqrt(l.highLoad)
		// σ − r = (σ² − σ')/(σ + r), σ² − σ' = (σ − σ') − σ(1 − σ)
		distance := (own - l.upTo*l.spare) / (l.upTo + r)
		if distance > 0 {
			e.add(distance*(l.upTo+r)/(l.upTo*own), l.spare*own/l.upTo)
		}
		bottom := l.above / (1 + r) // 1 − r
		scale := math.Min(bottom/math.Sqrt(r), math.Abs(distance)/math.Sqrt(r*l.upTo))
		dyadicGauss(math.Pi, scale, func(theta, w float64) {
			half, sine := math.Sin(theta/2), math.Sin(theta)
			u := bottom*bottom + 4*r*half*half
			at := distance*distance + 4*r*l.upTo*half*half
			e.add(w*2*l.spare*l.highLoad/math.Pi*sine*sine/(at*u), u)
		})
	}
	e.mean = 1 / (l.spare * l.above)
	e.square = 2/(l.spare*l.spare*l.above*l.above) + 2*l.highLoad/(l.spare*l.above*l.above*l.above)
	return e, e.check()
}

// exponentials is a mixture of exponential laws.
type exponentials struct {
	weights, rates []float64
	mean, square   float64
}

func (e *exponentials) add(weight, rate float64) {
	if weight > 0 {
		e.weights, e.rates = append(e.weights, weight), append(e.rates, rate)
	}
}

// check compares mass and moments with what they are.
func (e *exponentials) check() error {
	mass, mean, square := 0.0, 0.0, 0.0
	for i, w := range e.weights {
		mass += w
		mean += w / e.rates[i]
		square += 2 * w / e.rates[i] / e.rates[i]
	}
	if err := agree("the mass of a law and one", mass, 1); err != nil {
		return err
	}
	if err := agree("the mean of a law by its moments and by its density", mean, e.mean); err != nil {
		return err
	}
	return agree("the second moment of a law by its moments and by its density", square, e.square)
}

// tail is P(X > x).
func (e *exponentials) tail(x float64) float64 {
	sum := 0.0
	for i, w := range e.weights {
		sum += w * math.Exp(-e.rates[i]*x)
	}
	return sum
}

// tailWith is P(X + S > x), S exponential of a rate.
func (e *exponentials) tailWith(x, rate float64) float64 {
	sum := 0.0
	for i, w := range e.weights {
		u := e.rates[i]
		sum += w * rate * x * math.Exp(-math.Min(u, rate)*x) * meanDecay(math.Abs(u-rate)*x)
	}
	return math.Exp(-rate*x) + sum
}

// dyadicGauss gives the nodes and weights of an integral from 0 to end, of 20
// each in panels that halve towards 0 until they are well below a scale.
func dyadicGauss(end, scale float64, node func(x, weight float64)) {
	x, w := make([]float64, 20), make([]float64, 20)
	quad.Legendre{}.FixedLocations(x, w, -1, 1)
	for last := false; !last; end /= 2 {
		start := end / 2
		if last = end < scale/8 || end < 1e-100; last {
			start = 0
		}
		for i := range x {
			node(start+(end-start)/2*(1+x[i]), w[i]*(end-start)/2)
		}
	}
}
