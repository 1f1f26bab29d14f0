package analytic

import "math"

// mapWait is the wait in MAP/PH/c as a fluid queue.
//
// While all servers are busy, let the height be the age of the task that was
// the last to begin service, since its arrival, and i the phase of the
// arrivals just after that arrival. The height rises with slope 1, i stands
// still, and the servers move among their phases (rates stay). At a departure
// (rates done) the next in line begins, whose age is less by the gap between
// the two arrivals. Let the height fall with slope 1 through that gap, while
// the servers stand still and the arrivals move (D0) until they arrive (D1): a
// fluid queue, that comes down to zero where the next task has not arrived yet
// and does not wait. With Ψ of fluid.returns and, on pairs (i, servers),
//
//	K = I⊗stay + Ψ·(D1⊗I)
//
// and ν the rates at which arrivals make all servers busy, ν·e^{Kx} are the
// rates at which height x is passed upwards, and
//
//	density of W at x > 0  = ν e^{Kx} Ψ (D1⊗I) 1/λ
//	P(all servers busy)    = ν (−K)⁻¹ 1
//
// D1 of a class in the last factor, with its λ, gives the wait of the class.
// The service of a task is independent of its wait; wait and service together
// are a path through K and then through the phases of service. Elements of K
// off the diagonal are not negative, nor are those of e^{Kx}.
//
// Source: B. Sengupta, "Markov processes whose steady state distribution is
// matrix-exponential with an application to the GI/PH/1 queue", Advances in
// Applied Probability 21(1), 1989; Q.-M. He, "Age process, workload process,
// sojourn times, and waiting times in a discrete time SM[K]/PH[K]/1/FCFS
// queue", Queueing Systems 49, 2005; V. Ramaswami, "Matrix analytic methods
// for stochastic fluid flows", Proc. ITC 16, 1999.
type mapWait struct {
	enter *wideMatrix // ν
	k     *wideMatrix // K
	psi   *wideMatrix
	busy  float64 // P(all servers busy)
	load  float64 // ρ
}

func (q *mapQueue) newWait(enter *wideMatrix, load float64) (*mapWait, error) {
	ia, is := wideIdentity(q.arrivals.d0.rows, q.wide), wideIdentity(q.serving.stay.rows, q.wide)
	turnUp := q.arrivals.d1.kron(is)
	rise := ia.kron(q.serving.stay)
	psi, err := fluid{rise, ia.kron(q.serving.done), q.arrivals.d0.kron(is), turnUp}.returns()
	if err != nil {
		return nil, err
	}
	w := &mapWait{enter: enter, psi: psi, k: rise.plus(1, psi.times(turnUp)), load: load}
	times, err := w.after(wideOnes(psi.cols, q.wide))
	if err != nil {
		return nil, err
	}
	w.busy = enter.times(times).total().hi
	return w, nil
}

// after is (−K)⁻¹·v.
func (w *mapWait) after(v *wideMatrix) (*wideMatrix, error) { return w.k.scaled(-1).solve(v) }

// waitLaw is the law of the wait of the tasks of a mark.
type waitLaw struct {
	mean, sd float64
	waits    float64 // P(W > 0)
	tails    *expTable
	stay     []float64 // P(W > x) is the state at x times this
	service  int       // the first phase of the task's own service
}

// law is that of tasks which see states with the weights of a column.
func (w *mapWait) law(service *phaseLaw, seen *wideMatrix) (*waitLaw, error) {
	begin := w.psi.times(seen)
	after := [3]*wideMatrix{}
	v := begin
	for i := range after {
		var err error
		if v, err = w.after(v); err != nil {
			return nil, err
		}
		after[i] = v
	}
	l := &waitLaw{waits: w.enter.times(after[0]).total().hi, mean: w.enter.times(after[1]).total().hi}
	l.sd = math.Sqrt(math.Max(0, 2*w.enter.times(after[2]).total().hi-l.mean*l.mean))
	n, k := w.k.rows, service.phases()
	l.service = n
	// ν is a rate and what follows has none: in units of one rate they mix
	unit := w.k.largest()
	l.stay = after[0].scaled(unit).hi
	rates := newWide(n+k, n+k, w.k.wide())
	start := make([]float64, n+k)
	copy(start, w.enter.scaled(1/unit).hi)
	into, own := begin.times(service.alpha).scaled(unit), service.matrix()
	for i := range n {
		rates.axpy(i*(n+k), n, pair{hi: 1}, w.k, i*n)
		rates.axpy(i*(n+k)+n, k, pair{hi: 1}, into, i*k)
	}
	for i := range k {
		rates.axpy((n+i)*(n+k)+n, k, pair{hi: 1}, own, i*k)
		start[n+i] = service.alpha.hi[i] * math.Max(0, 1-l.waits)
	}
	l.tails = newExpTable(start, rates)
	return l, nil
}

// waitTail is P(W > x).
func (l *waitLaw) waitTail(x float64) float64 {
	if x == 0 {
		return l.waits
	}
	v := l.tails.at(x)
	sum := 0.0
	for i, w := range l.stay {
		sum += v[i] * w
	}
	return sum
}

// sojournTail is P(W + S > x).
func (l *waitLaw) sojournTail(x float64) float64 {
	if x == 0 {
		return 1
	}
	v := l.tails.at(x)
	sum := 0.0
	for i, w := range l.stay {
		sum += v[i] * w
	}
	for _, u := range v[l.service:] {
		sum += u
	}
	return sum
}

// summaries of wait and of wait and service; without quantiles where they
// would not be right.
func (l *waitLaw) summaries(service summary) (wait, sojourn summary, err error) {
	mean, sd := l.mean+service.mean, math.Hypot(l.sd, service.sd)
	if l.tails.loss(20*(mean+sd)) > residualTolerance {
		return summary{mean: l.mean, sd: l.sd}, summary{mean: mean, sd: sd}, nil
	}
	unit := service.mean
	scaled := func(tail func(float64) float64) func(float64) float64 {
		return func(x float64) float64 { return tail(x * unit) }
	}
	if wait, err = tailSummary(l.mean, l.sd, unit, scaled(l.waitTail)); err != nil {
		return wait, sojourn, err
	}
	sojourn, err = tailSummary(mean, sd, unit, scaled(l.sojournTail))
	return wait, sojourn, err
}

// expTable gives start·e^{Qx} for any x. The matrices e^{Qh·2^k} are formed by
// squaring, as they are needed, and x is the sum of such steps and a rest.
// Their elements are not negative, so that each state has about as many right
// digits as the elements of the table.
type expTable struct {
	start []float64
	rates *wideMatrix // Q
	shift float64     // q: Q + qI has no negative elements
	step  float64     // h
	last  *wideMatrix
	steps []*wideMatrix // of e^{Qh·2^k}, rounded
}

// expStep is the norm of Qh: short enough for the series to be short.
const expStep = 0.25

func newExpTable(start []float64, rates *wideMatrix) *expTable {
	t := &expTable{start: start, rates: rates}
	norm := 0.0
	for i := range rates.rows {
		row := 0.0
		for j := range rates.cols {
			row += math.Abs(rates.at(i, j).hi)
		}
		norm = math.Max(norm, row)
		t.shift = math.Max(t.shift, -rates.at(i, i).hi)
	}
	t.step = math.Ldexp(1, int(math.Floor(math.Log2(expStep/norm))))
	return t
}

// loss is the relative error that the squaring up to x brings.
func (t *expTable) loss(x float64) float64 {
	if t.rates.wide() {
		return 0x1p-100 * x / t.step
	}
	return 0x1p-52 * x / t.step
}

// grow makes the next step.
func (t *expTable) grow() {
	if t.last == nil {
		t.last = t.series()
	} else {
		t.last = t.last.times(t.last)
	}
	t.steps = append(t.steps, t.last.narrow())
}

// series is e^{Qh} = e^{−qh} Σ ((Q + qI)h)^n/n!.
func (t *expTable) series() *wideMatrix {
	n, wide := t.rates.rows, t.rates.wide()
	p := t.rates.plus(1, wideIdentity(n, wide).scaled(t.shift)).scaled(t.step)
	sum, term := wideIdentity(n, wide), wideIdentity(n, wide)
	// e^{−qh}, with all digits, by its own series
	damp, part := pair{hi: 1}, pair{hi: 1}
	qh := t.shift * t.step
	for k := 1; k <= 24; k++ {
		term = term.times(p).by(pair{hi: 1}.over(float64(k)))
		sum = sum.plus(1, term)
		part = part.times(-qh).over(float64(k))
		damp = damp.plus(part)
	}
	return sum.by(damp)
}

// at is start·e^{Qx}.
func (t *expTable) at(x float64) []float64 {
	v := t.start
	for k := t.digits(x); k >= 0; k-- {
		if s := math.Ldexp(t.step, k); x >= s {
			x -= s
			v = t.steps[k].after(v)
		}
	}
	return t.rest(v, x)
}

// digits is the last step that is not longer than x, after making it; −1 is
// none.
func (t *expTable) digits(x float64) int {
	k := -1
	for math.Ldexp(t.step, k+1) <= x {
		if k++; k == len(t.steps) {
			t.grow()
		}
	}
	return k
}

// after is v·m for a row v.
func (m *wideMatrix) after(v []float64) []float64 {
	w := newWide(1, m.cols, false)
	for i, f := range v {
		if f != 0 {
			w.axpy(0, m.cols, pair{hi: f}, m, i*m.cols)
		}
	}
	return w.hi
}

// rest is v·e^{Qx} for x below a step, by the series.
func (t *expTable) rest(v []float64, x float64) []float64 {
	rates := t.rates.narrow()
	term := append([]float64(nil), v...)
	sum := append([]float64(nil), v...)
	for k := 1; k <= 16; k++ {
		next := rates.after(term)
		for i := range next {
			term[i] = (next[i] + t.shift*term[i]) * x / float64(k)
			sum[i] += term[i]
		}
	}
	damp := math.Exp(-t.shift * x)
	for i := range sum {
		sum[i] *= damp
	}
	return sum
}
