package analytic

import (
	"errors"
	"math"
	"slices"

	"spillway/distributions"
)

// maxSizeAtoms bounds the values of discrete laws.
const maxSizeAtoms = 20_000

// obstacleSizeBased is what keeps a system from being M/G/1 with tasks served
// by size.
func obstacleSizeBased(p *problem) string {
	if o := obstacleDiscipline(p, SJF, PSJF, SRPT); o != "" {
		return o
	}
	if p.sys.Servers != 1 {
		return "there is more than one server"
	}
	return obstacleSizeLaws(p)
}

// leastTailIndex is that of laws whose mean is complete before the density
// underflows: the part beyond x is of order x^(1−α), the density x^(−1−α).
const leastTailIndex = 1.15

// obstacleSizeLaws is what keeps laws of service from being integrated over.
func obstacleSizeLaws(p *problem) string {
	atoms := 0
	for _, s := range p.sys.Streams {
		l, ok := sizeLawOf(s.Service)
		if !ok {
			return "the density of " + lawName(s.Service) + " service" + ofClass(s) + " is not known"
		}
		if distributions.TailIndex(s.Service) < leastTailIndex {
			return "the tail of " + lawName(s.Service) + " service" + ofClass(s) + " is too heavy for its mean to be summed"
		}
		atoms += len(l.atoms) + len(l.marks)
	}
	if atoms > maxSizeAtoms {
		return "the laws of service have too many values"
	}
	return ""
}

// solveSizeBased solves M/G/1 with the shortest job first, not preemptive
// (SJF), preemptive by size (PSJF) and by what is left (SRPT).
//
// Assumptions: Poisson streams, each with its own law of service; one server
// that knows sizes; tasks of one size first come, first served. A preempted
// task goes on later where it stopped.
//
// Stability: ρ < 1.
//
// Formulas, for a task of size x of all streams together, with
// ρ(x) = λE[S; S ≤ x], ρ(x−) without the tasks of size x, and
// m(x) = λE[S²; S ≤ x]; where the law of sizes has no atom at x the two are one:
//
//	SJF   E[W] = λE[S²]/(2(1 − ρ(x−))(1 − ρ(x)))
//	PSJF  E[W] = m(x)/(2(1 − ρ(x−))(1 − ρ(x))) + xρ(x−)/(1 − ρ(x−))
//	SRPT  E[W] = (m(x) + λx²P(S > x))/(2(1 − ρ(x−))(1 − ρ(x))) + ∫₀^x ρ(t)/(1 − ρ(t)) dt
//
// and E[T] = E[W] + x; under preemption W is all the time that the task is not
// in service. They are averaged over the sizes of a class. A task of size x does
// not wait with probability
//
//	SJF   1 − ρ
//	PSJF  (1 − ρ(x)) e^(−xλP(S < x))
//	SRPT  (1 − J) e^(−λx + J),    J = ∫₀^x λP(S > t) dt
//
// Source: T. E. Phipps, "Machine repair as a priority waiting-line problem",
// Operations Research 4(1), 1956; L. E. Schrage, L. W. Miller, "The queue M/G/1
// with the shortest remaining processing time discipline", Operations Research
// 14(4), 1966; M. Harchol-Balter, Performance Modeling and Design of Computer
// Systems, Cambridge University Press 2013, chapters 31 to 33. With atoms the
// formulas are those of priorities (Cobham), with a class for each size.
//
// Method and limits: sizes are cut into panels, with marks at the points where
// densities are not smooth, narrower towards their ends and wherever a density is
// not resolved. On each panel a Gauss rule of 16 nodes also gives the integrals
// up to its nodes, from both ends, so that 1 − ρ(x) keeps its digits. All panels
// are halved until the mean wait settles to 1e-11. Mass and mean of the law are
// compared with what they must be, and the unfinished work by the waits with
// λE[S²]/(2(1 − ρ)). Means only; a law whose density is not known, and
// one so heavy that its mean is not reached in the range of float64, are
// refused.
func solveSizeBased(p *problem) (*Solution, error) {
	q := newSizeQueue(p)
	if err := q.solve(); err != nil {
		return nil, err
	}
	sol := &Solution{
		Exact:  true,
		Method: "mean wait of a task of each size, averaged over sizes",
		Note:   withDelayNote(p.sys, "Quantiles and standard deviations of wait and latency are left out: only means are computed."),
	}
	switch p.sys.Discipline {
	case SJF:
		sol.Model, sol.Source = "M/G/1, shortest job first", "T. E. Phipps, Machine repair as a priority waiting-line problem, Operations Research 4(1), 1956"
	case PSJF:
		sol.Model, sol.Source = "M/G/1, preemptive shortest job first", "M. Harchol-Balter, Performance Modeling and Design of Computer Systems (Cambridge University Press 2013), section 32.3"
	default:
		sol.Model, sol.Source = "M/G/1, shortest remaining processing time first", "L. E. Schrage, L. W. Miller, The queue M/G/1 with the shortest remaining processing time discipline, Operations Research 14(4), 1966"
	}
	return sol, p.fill(sol, func(s Stream) turn { return q.turnOf(s) }, math.NaN())
}

// sizeQueue is M/G/1 in which sizes count.
type sizeQueue struct {
	p       *problem
	rule    *gaussRule
	streams []Stream
	laws    []sizeLaw
	all     sizeLaw // marks and atoms of all; the density is of the mixture
	second  float64 // λE[S²]

	waits, free []float64 // of each stream: mean wait, P(W = 0)
}

// sizeTotals are sums over sizes, for the checks and the result.
type sizeTotals struct {
	wait, free, mass, mean []float64
	work                   float64 // the mean unfinished work, by the waits
}

func newSizeQueue(p *problem) *sizeQueue {
	q := &sizeQueue{p: p, rule: newGaussRule(), streams: p.sys.Streams, all: sizeLaw{bounded: true}}
	for _, s := range q.streams {
		l, _ := sizeLawOf(s.Service)
		q.laws = append(q.laws, l)
		q.second += s.rate().hi * secondMoment(s.Service)
		q.all.ends, q.all.marks = append(q.all.ends, l.ends...), append(q.all.marks, l.marks...)
		q.all.atoms = append(q.all.atoms, l.atoms...)
		q.all.bounded = q.all.bounded && l.bounded
	}
	q.all.density = func(x float64) float64 {
		sum := 0.0
		for i := range q.laws {
			if f := q.laws[i].density; f != nil {
				sum += q.streams[i].rate().hi / p.rate.hi * f(x)
			}
		}
		return sum
	}
	return q
}

func (q *sizeQueue) turnOf(s Stream) turn {
	for i, other := range q.streams {
		if other.Class == s.Class && sameLaw(other.Service, s.Service) {
			wait := summary{mean: q.waits[i], sd: math.NaN()}
			return turn{
				wait:      wait,
				sojourn:   summary{mean: wait.mean + s.Service.Mean(), sd: math.NaN()},
				waitRatio: 1 - q.free[i],
			}
		}
	}
	return turn{wait: unknown(), sojourn: unknown(), waitRatio: math.NaN()}
}

// settled is the relative change of a mean wait by halving all panels at which
// it is taken for exact; maxHalvings and mostPanels bound the halvings.
const (
	settled     = 1e-11
	maxHalvings = 7
	mostPanels  = 50_000
)

func (q *sizeQueue) solve() error {
	if q.p.sys.Discipline == SJF && math.IsInf(q.second, 1) {
		for range q.streams {
			q.waits, q.free = append(q.waits, math.Inf(1)), append(q.free, q.p.spare)
		}
		return nil
	}
	panels := sizeGrid(q.rule, q.all, 1, q.p.load.hi/q.p.rate.hi)
	last := q.pass(panels)
	for range maxHalvings {
		if len(panels) > mostPanels {
			break
		}
		panels = halved(panels)
		t := q.pass(panels)
		still := true
		for i := range t.wait {
			still = still && math.Abs(t.wait[i]-last.wait[i]) <= settled*t.wait[i]
		}
		if last = t; still {
			q.waits, q.free = t.wait, t.free
			return q.check(t)
		}
	}
	return errors.New("analytic: numerical failure: the mean wait over sizes does not settle")
}

func (q *sizeQueue) check(t sizeTotals) error {
	for i, s := range q.streams {
		if err := agree("the mass of a law of service and one", t.mass[i], 1); err != nil {
			return err
		}
		if err := agree("the mean of a law of service and its integral", t.mean[i], s.Service.Mean()); err != nil {
			return err
		}
	}
	if math.IsInf(q.second, 1) {
		return nil
	}
	return agree("the unfinished work and what the waits say of it", t.work, q.second/2/q.p.spare)
}

// cut is a panel or an atom, with what lies above it.
type cut struct {
	sizePanel
	atom    bool
	masses  []float64 // of each stream in the atom
	density [][sizeNodes]float64
	xs      [sizeNodes]float64
	above   []float64 // P(S > b) of each stream
	load    float64   // λE[S; S > b]
}

// cuts are panels and atoms in ascending order.
func (q *sizeQueue) cuts(panels []sizePanel) []cut {
	var all []cut
	for _, s := range panels {
		all = append(all, cut{sizePanel: s})
	}
	at := map[float64]int{}
	for i, l := range q.laws {
		for _, a := range l.atoms {
			k, seen := at[a.x]
			if !seen {
				k = len(all)
				at[a.x] = k
				all = append(all, cut{sizePanel: sizePanel{a.x, a.x}, atom: true, masses: make([]float64, len(q.laws))})
			}
			all[k].masses[i] += a.mass
		}
	}
	slices.SortStableFunc(all, func(c, d cut) int {
		switch {
		case c.a != d.a && c.a < d.a, c.a == d.a && c.b < d.b:
			return -1
		case c.a != d.a || c.b != d.b:
			return 1
		}
		return 0
	})
	above, load := make([]float64, len(q.laws)), 0.0
	for k := len(all) - 1; k >= 0; k-- {
		c := &all[k]
		c.above, c.load = slices.Clone(above), load
		if !c.atom {
			q.sample(c)
		}
		for i, s := range q.streams {
			mass, mean := q.content(c, i)
			above[i] += mass
			load += s.rate().hi * mean
		}
	}
	return all
}

// sample puts the densities at the nodes.
func (q *sizeQueue) sample(c *cut) {
	c.density = make([][sizeNodes]float64, len(q.laws))
	for j, x := range q.rule.x {
		c.xs[j] = c.a + (c.b-c.a)/2*(1+x)
		for i, l := range q.laws {
			if l.density != nil {
				c.density[i][j] = l.density(c.xs[j])
			}
		}
	}
}

// content is the probability of a stream's sizes in a cut, and their part of the
// mean.
func (q *sizeQueue) content(c *cut, stream int) (mass, mean float64) {
	if c.atom {
		return c.masses[stream], c.masses[stream] * c.a
	}
	half := (c.b - c.a) / 2
	for j, w := range q.rule.w {
		mass += half * w * c.density[stream][j]
		mean += half * w * c.density[stream][j] * c.xs[j]
	}
	return mass, mean
}

// lower are the sums over the sizes below.
type lower struct {
	rate, load, second float64 // λP, λE[S], λE[S²] of sizes below
	alone              float64 // J
}

// pass goes through the sizes once.
func (q *sizeQueue) pass(panels []sizePanel) sizeTotals {
	n := len(q.laws)
	t := sizeTotals{wait: make([]float64, n), free: make([]float64, n), mass: make([]float64, n), mean: make([]float64, n)}
	var low lower
	cuts := q.cuts(panels)
	for k := range cuts {
		c := &cuts[k]
		for i := range q.laws {
			mass, mean := q.content(c, i)
			t.mass[i] += mass
			t.mean[i] += mean
		}
		if c.atom {
			q.atAtom(&t, c, &low)
		} else {
			q.onPanel(&t, c, &low)
		}
	}
	return t
}

// place is what a task of size x finds: sums over the sizes below, up to and
// above it.
type place struct {
	x              float64
	before, upTo   float64 // 1 − ρ(x−), 1 − ρ(x)
	load           float64 // ρ(x−)
	rate           float64 // λP(S < x)
	second         float64 // m(x)
	above          float64 // λP(S > x)
	alone          float64 // J
	allRate, total float64 // λ, λE[S²]
	spare          float64
}

// wait is E[W] less the integral of SRPT, and the part of it before the
// service begins; free is P(W = 0).
func (v place) wait(d Discipline) (wait, start, free float64) {
	both := 2 * v.before * v.upTo
	switch d {
	case SJF:
		w := v.total / both
		return w, w, v.spare
	case PSJF:
		w := v.second / both
		return w + v.x*v.load/v.before, w, v.upTo * math.Exp(-v.x*v.rate)
	}
	w := (v.second + v.x*v.x*v.above) / both
	return w, w, math.Max(0, 1-v.alone) * math.Exp(v.alone-v.allRate*v.x)
}

// work is the part of the unfinished work that tasks of size x are, less the
// integral of SRPT.
func (v place) work(d Discipline, start float64) float64 {
	switch d {
	case SJF:
		return v.x*start + v.x*v.x/2
	case PSJF:
		return v.x*start + v.x*v.x/2/v.before
	}
	return v.x * start
}

func (q *sizeQueue) atAtom(t *sizeTotals, c *cut, low *lower) {
	rate, above := 0.0, 0.0
	for i, s := range q.streams {
		rate += s.rate().hi * c.masses[i]
		above += s.rate().hi * c.above[i]
	}
	v := place{
		x: c.a, before: q.p.spare + c.load + c.a*rate, upTo: q.p.spare + c.load,
		load: low.load, rate: low.rate, second: low.second + c.a*c.a*rate, above: above, alone: low.alone,
		allRate: q.p.rate.hi, total: q.second, spare: q.p.spare,
	}
	wait, start, free := v.wait(q.p.sys.Discipline)
	for i := range q.laws {
		t.wait[i] += c.masses[i] * wait
		t.free[i] += c.masses[i] * free
	}
	t.work += rate * v.work(q.p.sys.Discipline, start)
	low.rate += rate
	low.load += c.a * rate
	low.second += c.a * c.a * rate
}

func (q *sizeQueue) onPanel(t *sizeTotals, c *cut, low *lower) {
	half, d := (c.b-c.a)/2, q.p.sys.Discipline
	var f [sizeNodes]float64 // λ times the density of all
	base := 0.0              // λP(S > b)
	for i, s := range q.streams {
		base += s.rate().hi * c.above[i]
		for j := range f {
			f[j] += s.rate().hi * c.density[i][j]
		}
	}
	var over [sizeNodes]float64 // λP(S > x)
	var at [sizeNodes]lower
	for i := range f {
		at[i] = *low
		over[i] = base
		for j := range f {
			below, x := half*q.rule.below[i][j]*f[j], c.xs[j]
			at[i].rate += below
			at[i].load += below * x
			at[i].second += below * x * x
			over[i] += half*q.rule.w[j]*f[j] - below
		}
	}
	end := *low
	for i := range f {
		w, x := half*q.rule.w[i], c.xs[i]
		for j := range f {
			at[i].alone += half * q.rule.below[i][j] * over[j]
		}
		rest := c.load
		for j := range f {
			rest += half * (q.rule.w[j] - q.rule.below[i][j]) * f[j] * c.xs[j]
		}
		free := q.p.spare + rest
		v := place{
			x: x, before: free, upTo: free, load: at[i].load, rate: at[i].rate, second: at[i].second, above: over[i],
			alone: at[i].alone, allRate: q.p.rate.hi, total: q.second, spare: q.p.spare,
		}
		wait, start, none := v.wait(d)
		t.work += w * f[i] * v.work(d, start)
		for k := range q.laws {
			t.wait[k] += w * c.density[k][i] * wait
			t.free[k] += w * c.density[k][i] * none
		}
		if d == SRPT {
			t.work += w * over[i] * x / free
			for k := range q.laws {
				t.wait[k] += w * q.survival(c, k, i) * at[i].load / free
			}
		}
		end.rate += w * f[i]
		end.load += w * f[i] * x
		end.second += w * f[i] * x * x
		end.alone += w * over[i]
	}
	*low = end
}

// survival is P(S > x) of a stream at a node.
func (q *sizeQueue) survival(c *cut, stream, node int) float64 {
	half, sum := (c.b-c.a)/2, c.above[stream]
	for j, w := range q.rule.w {
		sum += half * (w - q.rule.below[node][j]) * c.density[stream][j]
	}
	return sum
}
