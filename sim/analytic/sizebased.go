package analytic

import (
	"errors"
	"math"

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
		Note:   "Quantiles and standard deviations of wait and latency are left out: only means are computed.",
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
	order := 1.0
	if q.lightTails() {
		order = 2
	}
	panels := sizeGrid(q.rule, q.all, order, q.p.load.hi/q.p.rate.hi)
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

// lightTails reports whether E[S²] is complete before densities underflow.
func (q *sizeQueue) lightTails() bool {
	for _, s := range q.streams {
		if distributions.TailIndex(s.Service) < 1+leastTailIndex {
			return false
		}
	}
	return true
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
	if !q.lightTails() {
		return nil // E[S²] is infinite, or not complete in the range of float64
	}
	return agree("the unfinished work and what the waits say of it", t.work, q.second/2/q.p.spare)
}
