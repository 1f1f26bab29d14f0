package analytic

import "math"

// finiteLaw is the law of wait and latency of accepted tasks of MAP/PH/c/K,
// watched at a Poisson process of rate q (see solveMAPPHK).
type finiteLaw struct {
	mean, sd         float64   // of the wait
	rate             float64   // q
	waiting, present []float64 // a(i) and b(i): still waiting, still there, after i events
	short            bool      // there was too much to follow
}

// lawTail is where the probabilities a(i) may end: what is cut off is 1e-15 of
// the smallest tail that is looked at.
const lawTail = 1e-19

// newFiniteLaw follows the accepted tasks of a mark, of which weights are the
// rates by phase of the arrivals.
func (q *mapQueue) newFiniteLaw(m *finiteSolution, weights []float64, waitRatio float64, of mixture) (*finiteLaw, error) {
	states := m.queuedStates(weights, waitRatio)
	service, err := q.own(of)
	if err != nil {
		return nil, err
	}
	own := service.matrix().narrow()
	l := &finiteLaw{rate: math.Max(fastest(q.serving.stay), fastest(own))}
	if err := l.moments(q, states); err != nil {
		return nil, err
	}
	f := &follower{
		states: states, spare: make([]float64, len(states)), size: q.serving.stay.rows,
		stay: sparseOf(q.serving.stay, l.rate, true), done: sparseOf(q.serving.done, l.rate, false),
		own: sparseOf(own, l.rate, true), start: service.alpha.hi, serving: make([]float64, own.rows),
	}
	for i, a := range f.start {
		f.serving[i] = a * (1 - waitRatio)
	}
	l.follow(f)
	return l, l.check()
}

// check holds the mean of the law to that of its moments.
func (l *finiteLaw) check() error {
	if l.short {
		return nil
	}
	sum := 0.0
	for i := len(l.waiting) - 1; i >= 0; i-- {
		sum += l.waiting[i]
	}
	return agree("the mean wait by moments and by events", l.mean, sum/l.rate)
}

// fastest is the greatest rate out of a phase.
func fastest(m *wideMatrix) float64 {
	v := 0.0
	for i := range m.rows {
		v = math.Max(v, -m.at(i, i).hi)
	}
	return v
}

// moments are those of the wait, from the number of tasks ahead.
func (l *finiteLaw) moments(q *mapQueue, states []float64) error {
	size := q.serving.stay.rows
	inverse, err := q.serving.stay.scaled(-1).solve(wideIdentity(size, q.wide))
	if err != nil {
		return err
	}
	ones := wideOnes(size, q.wide)
	next := inverse.times(q.serving.done)
	first, second := newWide(size, 1, q.wide), newWide(size, 1, q.wide)
	var square float64
	for n := 0; n < len(states); n += size {
		first = inverse.times(ones).plus(1, next.times(first))
		second = inverse.times(first).scaled(2).plus(1, next.times(second))
		for j, v := range states[n : n+size] {
			l.mean += v * first.hi[j]
			square += v * second.hi[j]
		}
	}
	l.sd = math.Sqrt(math.Max(0, square-l.mean*l.mean))
	return nil
}

// queuedStates are the probabilities, of an accepted task that finds c + n,
// of n and the phases of the servers, by n.
func (m *finiteSolution) queuedStates(weights []float64, waitRatio float64) []float64 {
	size := m.q.serving.stay.rows
	states := make([]float64, m.limit*size)
	total := 0.0
	for n := range m.limit {
		x := m.x[m.q.c+n].hi
		for i, w := range weights {
			for j := range size {
				v := x[i*size+j] * w
				states[n*size+j] += v
				total += v
			}
		}
	}
	for i := range states {
		if total > 0 {
			states[i] *= waitRatio / total
		}
	}
	return states
}

// follower moves the probabilities of a task's states from event to event.
type follower struct {
	states, spare []float64 // by number ahead, then phase of the servers
	size          int
	serving       []float64 // by phase of its own service
	start         []float64
	stay, done    []sparseRate
	own           []sparseRate
	gone          int // of states, where each event is a departure
}

// plain is true where the servers have one phase, and each event is a
// departure.
func (f *follower) plain() bool { return f.size == 1 && len(f.stay) == 0 }

// sparseRate is a probability of a move at an event.
type sparseRate struct {
	from, to int
	p        float64
}

// sparseOf are the moves of a matrix of rates, whose diagonal, where it is
// that of a generator, is what else there is at an event: nothing.
func sparseOf(m *wideMatrix, rate float64, generator bool) []sparseRate {
	var list []sparseRate
	for i := range m.rows {
		for j := range m.cols {
			v := m.hi[i*m.cols+j]
			if generator && i == j {
				v += rate
			}
			if v != 0 {
				list = append(list, sparseRate{i, j, v / rate})
			}
		}
	}
	return list
}

// follow fills the law until hardly anything is left.
func (l *finiteLaw) follow(f *follower) {
	waits := 0.0
	for _, v := range f.states {
		waits += v
	}
	perStep := 1 + len(f.own)
	if !f.plain() {
		perStep += len(f.states) / f.size * (len(f.stay) + len(f.done))
	}
	for work := 0; ; work += perStep {
		there := waits
		for _, v := range f.serving {
			there += v
		}
		l.waiting, l.present = append(l.waiting, waits), append(l.present, there)
		if there < lawTail {
			return
		}
		if l.short = work > lawWorkLimit || len(l.waiting) > lawStepLimit; l.short {
			return
		}
		waits = f.step(waits)
	}
}

// step is one event; it returns how much still waits.
func (f *follower) step(waits float64) float64 {
	begin := 0.0
	if waits > 0 {
		if f.plain() {
			waits, begin = f.shift()
		} else {
			waits, begin = f.move()
		}
	}
	next := make([]float64, len(f.serving))
	for _, r := range f.own {
		next[r.to] += f.serving[r.from] * r.p
	}
	for i, a := range f.start {
		next[i] += begin * a
	}
	f.serving = next
	return waits
}

// shift is move where each event is a departure.
func (f *follower) shift() (waits, begin float64) {
	if f.gone == 0 { // sums from the far end, once: they lose nothing
		for i := len(f.states) - 2; i >= 0; i-- {
			f.spare[i] = f.states[i+1] + f.spare[i+1]
		}
	}
	f.gone++
	return f.spare[f.gone-1], f.states[f.gone-1]
}

// move is one event of all states.
func (f *follower) move() (waits, begin float64) {
	clear(f.spare)
	for n := 0; n < len(f.states); n += f.size {
		now, next := f.states[n:n+f.size], f.spare[n:n+f.size]
		for _, r := range f.stay {
			next[r.to] += now[r.from] * r.p
		}
		if n == 0 {
			for _, r := range f.done {
				begin += now[r.from] * r.p
			}
			continue
		}
		ahead := f.spare[n-f.size : n]
		for _, r := range f.done {
			ahead[r.to] += now[r.from] * r.p
		}
	}
	f.states, f.spare = f.spare, f.states
	for _, v := range f.states {
		waits += v
	}
	return waits, begin
}

// tail is the sum of Poisson probabilities of mean y times a list.
func (l *finiteLaw) tail(list []float64, y float64) float64 {
	if y == 0 {
		return list[0]
	}
	middle := math.Min(math.Floor(y), float64(len(list)-1))
	top := math.Exp(logPoisson(middle, y))
	sum, term := 0.0, top
	for i := middle; i < float64(len(list)); i++ {
		sum += term * list[int(i)]
		term *= y / (i + 1)
		if term < negligible*top {
			break
		}
	}
	term = top
	for i := middle; i > 0; i-- {
		term *= i / y
		sum += term * list[int(i)-1]
		if term < negligible*top*1e-10 {
			break
		}
	}
	return sum
}

// summaries of wait and of wait and service.
func (l *finiteLaw) summaries(service summary) (wait, sojourn summary, err error) {
	mean, sd := l.mean+service.mean, math.Hypot(l.sd, service.sd)
	switch {
	case l.mean == 0:
		return summary{quantiles: new(quantiles)}, service, nil
	case l.short:
		return summary{mean: l.mean, sd: l.sd}, summary{mean: mean, sd: sd}, nil
	}
	unit := 1 / l.rate
	of := func(list []float64) func(float64) float64 {
		return func(y float64) float64 { return l.tail(list, y) }
	}
	if wait, err = tailSummary(l.mean, l.sd, unit, of(l.waiting)); err != nil {
		return wait, sojourn, err
	}
	sojourn, err = tailSummary(mean, sd, unit, of(l.present))
	return wait, sojourn, err
}
