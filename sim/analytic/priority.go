package analytic

import (
	"fmt"
	"math"
	"sort"

	"spillway/distributions"
)

// obstaclePriority is what keeps a system from being M/G/1 with priorities.
func obstaclePriority(p *problem) string {
	if o := obstacleDiscipline(p, Priority, PreemptivePriority); o != "" {
		return o
	}
	if p.sys.Servers != 1 {
		return "there is more than one server"
	}
	return ""
}

// obstacleDiscipline is what keeps a system from being c servers with an
// unlimited queue, single Poisson arrivals and one of some disciplines.
func obstacleDiscipline(p *problem, handled ...Discipline) string {
	sys := p.sys
	for _, d := range handled {
		if sys.Discipline == d {
			sys.Discipline = FIFO // nothing more to object to
			switch {
			case sys.Infinite || sys.Limited:
				return "the queue has a limit, or there is none"
			case sys.Servers > maxSize:
				return fmt.Sprintf("there are more than %d servers", maxSize)
			}
			if o := obstacleArrivals(sys); o != "" {
				return o
			}
			for _, s := range sys.Streams {
				if s.rate().hi == 0 {
					return "a stream" + ofClass(s) + " has no arrivals"
				}
			}
			return ""
		}
	}
	return "the discipline is another"
}

// solvePriority solves M/G/1 with priorities, non-preemptive and
// preemptive-resume.
//
// Assumptions: Poisson streams, each with its own law of service and a
// priority; one server; among tasks of one priority first come, first served.
// A preempted task goes on later where it stopped.
//
// Stability: ρ < 1.
//
// Formulas, for level k, 0 the most urgent: σ is the load of levels up to k
// and σ' that of levels before k; m₂, m₃ are Σ λE[S²], Σ λE[S³] over levels up
// to k, m₂' and m₂* those before k and of all. V is the work that a task finds
// and must let pass, X that and, under preemption, its own; each second of X
// takes 1/(1 − σ') seconds because of the more urgent tasks that come later, which
// is a compound Poisson sum of busy periods with E[B²]Λ' = m₂'/(1 − σ')³:
//
//	E[V]  = m₂*/(2(1 − σ))                       of all levels, non-preemptive
//	E[V]  = m₂/(2(1 − σ))                        preemptive
//	E[V²] = (m₃/3 + m₂ E[V])/(1 − σ)             with m₃* for m₃ where not preemptive
//	E[W]  = E[V]/(1 − σ')                        non-preemptive
//	E[W²] = E[V²]/(1 − σ')² + E[V] m₂'/(1 − σ')³
//	E[T]  = (E[V] + E[S])/(1 − σ')               preemptive
//	var T = (var V + var S)/(1 − σ')² + (E[V] + E[S]) m₂'/(1 − σ')³
//	var W = (var V + σ'² var S)/(1 − σ')² + (E[V] + E[S]) m₂'/(1 − σ')³
//
// Under preemption W = T − S is all the time that the task is not in service.
// P(W > 0) is ρ without preemption, by PASTA, and with it
// 1 − (1 − σ)E[e^-Λ'S]: nothing found, and nobody more urgent comes in S.
//
// Source: A. Cobham, "Priority assignment in waiting line problems", Operations
// Research 2(1), 1954; L. Kleinrock, Queueing Systems, Volume II: Computer
// Applications, Wiley 1976, chapter 3; R. W. Conway, W. L. Maxwell,
// L. W. Miller, Theory of Scheduling, Addison-Wesley 1967, chapter 8, for the
// transforms from which the second moments are.
//
// Method and limits: closed form. All 1 − σ keep their digits near saturation.
// Where E[S²] is infinite in a level that counts, waits are +Inf. A standard
// deviation needs E[S³] and is left out where that is not computed; quantiles
// are left out. The means are held against Kleinrock's conservation law.
func solvePriority(p *problem) (*Solution, error) {
	q := newPriorityQueue(p)
	turn := q.nonPreemptive
	method := "Cobham's formula"
	if p.sys.Discipline == PreemptivePriority {
		turn, method = q.preemptive, "preemptive-resume priority formula"
	}
	sol := &Solution{
		Model:  "M/G/1 with priorities",
		Method: method,
		Source: "L. Kleinrock, Queueing Systems, Volume II: Computer Applications (Wiley 1976), chapter 3",
		Exact:  true,
		Note:   "Quantiles of wait and latency are left out: the laws are known by transforms only.",
	}
	if err := q.conserved(turn); err != nil {
		return nil, err
	}
	return sol, p.fill(sol, turn, math.NaN())
}

// priorityLevel is what counts for the streams of one priority.
type priorityLevel struct {
	rate                          float64 // of the level alone
	spare, above                  float64 // 1 − σ, 1 − σ'
	upTo                          float64 // σ
	highRate, highLoad            float64 // Λ', σ'
	second, third                 float64 // m₂, m₃ of levels up to this one
	highSecond                    float64 // m₂'
	allSecond, allThird, allSpare float64
}

// priorityQueue is the levels, by priority.
type priorityQueue struct {
	p      *problem
	order  []int // ascending
	levels map[int]*priorityLevel
}

func newPriorityQueue(p *problem) *priorityQueue {
	q := &priorityQueue{p: p, levels: map[int]*priorityLevel{}}
	byPriority := map[int][]Stream{}
	for _, s := range p.sys.Streams {
		if byPriority[s.Priority] == nil {
			q.order = append(q.order, s.Priority)
		}
		byPriority[s.Priority] = append(byPriority[s.Priority], s)
	}
	sort.Ints(q.order)
	var load, rate pair
	above, second, third := 1.0, 0.0, 0.0
	for _, k := range q.order {
		l := &priorityLevel{above: above, highRate: rate.hi, highLoad: load.hi / float64(p.sys.Servers), highSecond: second}
		for _, s := range byPriority[k] {
			load, rate = load.plus(s.work()), rate.plus(s.rate())
			l.rate += s.rate().hi
			second += s.rate().hi * secondMoment(s.Service)
			third += s.rate().hi * thirdMoment(s.Service)
		}
		l.spare, l.upTo = spareShare(load, p.sys.Servers), load.hi/float64(p.sys.Servers)
		l.second, l.third = second, third
		above = l.spare
		q.levels[k] = l
	}
	for _, l := range q.levels {
		l.allSecond, l.allThird, l.allSpare = second, third, p.spare
	}
	return q
}

func (q *priorityQueue) nonPreemptive(s Stream) turn {
	l := q.levels[s.Priority]
	mean := l.allSecond / 2 / l.spare
	square := (l.allThird/3 + times(l.second, mean)) / l.spare
	wait := summary{mean: mean / l.above}
	wait.sd = rootOfVariance(square/(l.above*l.above)+times(l.highSecond, mean)/(l.above*l.above*l.above), wait.mean)
	return turn{wait: wait, sojourn: plusService(wait, s), waitRatio: 1 - l.allSpare}
}

func (q *priorityQueue) preemptive(s Stream) turn {
	l := q.levels[s.Priority]
	mean := l.second / 2 / l.spare
	spread := rootOfVariance((l.third/3+times(l.second, mean))/l.spare, mean) // sd of V
	service, extra := sdOf(s.Service), 0.0
	if l.highSecond > 0 {
		extra = math.Sqrt((mean+s.Service.Mean())*l.highSecond/l.above) / l.above
	}
	return turn{
		wait: summary{
			mean: (mean + times(l.highLoad, s.Service.Mean())) / l.above,
			sd:   math.Hypot(math.Hypot(spread, times(l.highLoad, service))/l.above, extra),
		},
		sojourn: summary{
			mean: (mean + s.Service.Mean()) / l.above,
			sd:   math.Hypot(math.Hypot(spread, service)/l.above, extra),
		},
		waitRatio: interrupted(s.Service, l.highRate, l.spare),
	}
}

// interrupted is the share of tasks that find work to let pass, or that
// arrivals of a rate interrupt: 1 − (1 − σ)E[e^-ΛS]; NaN where the transform is
// not known.
func interrupted(service distributions.Distribution, rate, spare float64) float64 {
	if rate == 0 {
		return 1 - spare
	}
	laplace, ok := distributions.LaplaceOf(service)
	if !ok {
		return math.NaN()
	}
	return 1 - spare*real(laplace(complex(rate, 0)))
}

// conserved holds Kleinrock's conservation law, Σ ρᵢE[Wᵢ] = ρ m₂*/(2(1 − ρ)),
// against the non-preemptive waits; and against the preemptive latencies that
// of the last level, whose tasks leave when all the work is done.
func (q *priorityQueue) conserved(of func(Stream) turn) error {
	sum, last := 0.0, q.levels[q.order[len(q.order)-1]]
	if math.IsInf(last.allSecond, 1) {
		return nil // both sides are infinite
	}
	if q.p.sys.Discipline == PreemptivePriority {
		// work ahead of level k, from E[T] by its definition: the mean unfinished
		// work is Σλ E[S (T − its own part)], which for FIFO levels is m₂*/(2(1−ρ))
		for _, s := range q.p.sys.Streams {
			l := q.levels[s.Priority]
			t := of(s)
			// E[∫ remaining work dt]: S in full until the task starts, after
			// E[V]/(1−σ'), then falling through its completion time
			start := t.sojourn.mean - s.Service.Mean()/l.above
			sum += s.rate().hi * (s.Service.Mean()*start + secondMoment(s.Service)/2/l.above)
		}
	} else {
		for _, s := range q.p.sys.Streams {
			sum += s.rate().hi * (s.Service.Mean()*of(s).wait.mean + secondMoment(s.Service)/2)
		}
	}
	return agree("the unfinished work and what the waits say of it (conservation law)", last.allSecond/2/q.p.spare, sum)
}

// turn is what a task of a stream goes through.
type turn struct {
	wait, sojourn         summary
	waitTail, sojournTail func(t float64) float64 // nil where not known
	waitRatio             float64
}

// plusService is the time in the system of tasks that wait and are then served
// without interruption.
func plusService(wait summary, s Stream) summary {
	return summary{mean: wait.mean + s.Service.Mean(), sd: math.Hypot(wait.sd, sdOf(s.Service))}
}

// fill writes the metrics of all tasks and of each class, given what the tasks
// of a stream go through; queueP99 is that of all, NaN where it is not known.
func (p *problem) fill(sol *Solution, of func(Stream) turn, queueP99 float64) error {
	all, err := p.together(p.sys.Streams, of)
	if err != nil {
		return err
	}
	all.queueP99 = queueP99
	sol.Metrics = all.metrics(p.sys)
	if len(p.classes) < 2 {
		return nil
	}
	sol.Classes = make(map[string]Metrics, len(p.classes))
	for _, c := range p.classes {
		o, err := p.together(c.streams, of)
		if err != nil {
			return err
		}
		sol.Classes[c.name] = o.metrics(p.sys)
	}
	return nil
}

// together is the outcome of some of the streams.
func (p *problem) together(streams []Stream, of func(Stream) turn) (outcome, error) {
	m := mixture(streams)
	total := m.rate()
	weights, turns := make([]float64, len(streams)), make([]turn, len(streams))
	ratio := 0.0
	for i, s := range streams {
		weights[i], turns[i] = s.rate().hi/total, of(s)
		ratio += weights[i] * turns[i].waitRatio
	}
	o := outcome{
		service:    m.summary(),
		busy:       offeredLoad(streams).hi,
		throughput: total,
		offered:    total,
		waitRatio:  ratio,
		queueP99:   math.NaN(),
	}
	o.utilization = o.busy / float64(p.sys.Servers)
	var err error
	o.wait, err = mixTimes(weights, turns, p.meanService, func(t turn) (summary, func(float64) float64) { return t.wait, t.waitTail })
	if err != nil {
		return o, err
	}
	o.sojourn, err = mixTimes(weights, turns, p.meanService, func(t turn) (summary, func(float64) float64) { return t.sojourn, t.sojournTail })
	o.queueLength = total * o.wait.mean
	return o, err
}

// mixTimes is a time of a task that is one of several with given
// probabilities; its quantiles are there where all the tails are.
func mixTimes(weights []float64, turns []turn, unit float64, part func(turn) (summary, func(float64) float64)) (summary, error) {
	mean, sd, known := 0.0, 0.0, true
	for i, w := range weights {
		s, tail := part(turns[i])
		mean += w * s.mean
		known = known && tail != nil
	}
	for i, w := range weights {
		s, _ := part(turns[i])
		gap := s.mean - mean
		if math.IsInf(mean, 1) {
			gap = math.Inf(1)
		}
		sd = math.Hypot(sd, math.Sqrt(w)*math.Hypot(s.sd, gap))
	}
	if !known {
		return summary{mean: mean, sd: sd}, nil
	}
	return tailSummary(mean, sd, unit, func(x float64) float64 {
		sum := 0.0
		for i, w := range weights {
			_, tail := part(turns[i])
			sum += w * tail(x*unit)
		}
		return sum
	})
}

// rootOfVariance is the standard deviation, from the second moment; NaN where
// that is not known.
func rootOfVariance(square, mean float64) float64 {
	if math.IsInf(mean, 1) || math.IsInf(square, 1) {
		return math.Inf(1)
	}
	return math.Sqrt(math.Max(0, square-mean*mean))
}

// times is x·y, where nothing times infinity is nothing.
func times(x, y float64) float64 {
	if x == 0 || y == 0 {
		return 0
	}
	return x * y
}
