package analytic

import (
	"fmt"
	"testing"

	"spillway/distributions"
)

// inPhases is a number of tasks and the phase of the one in service.
type inPhases struct{ n, f int8 }

// presentInPhases is the stationary law of M/G/1 with service of two phases, whatever the
// order of service, cut at 90 tasks.
func presentInPhases(t *testing.T, rate float64, s phases) (*chain[inPhases], []float64) {
	k := explore(func(x inPhases, add func(inPhases, float64)) {
		switch {
		case x.n == 0:
			s.begin(func(f int8, p float64) { add(inPhases{1, f}, rate*p) })
			return
		case x.n < 90:
			add(inPhases{x.n + 1, x.f}, rate)
		}
		s.step(x.f, func(r float64) { add(inPhases{x.n, 1}, r) }, func(r float64) {
			if x.n == 1 {
				add(inPhases{}, r)
				return
			}
			s.begin(func(f int8, p float64) { add(inPhases{x.n - 1, f}, r*p) })
		})
	}, inPhases{})
	return k, k.law(t)
}

// TestSecondOrder follows a task of M/G/1 that waits: last come first served and in
// random order, not preemptive. The chain ends (n = −1) when its service begins; n
// counts the others that wait, or, last come first served, those that came later.
func TestSecondOrder(t *testing.T) {
	const rate = 0.6
	end := inPhases{n: -1}
	for _, s := range []phases{erlangPhases(1), hyperPhases(1)} {
		seen, p := presentInPhases(t, rate, s)
		for _, d := range []Discipline{LIFO, RandomOrder} {
			moves := func(x inPhases, add func(inPhases, float64)) {
				if x == end {
					return
				}
				if x.n < 90 {
					add(inPhases{x.n + 1, x.f}, rate)
				}
				s.step(x.f, func(r float64) { add(inPhases{x.n, 1}, r) }, func(r float64) {
					chosen := 1 / float64(x.n+1)
					if d == LIFO && x.n > 0 {
						chosen = 0
					}
					add(end, r*chosen)
					if x.n > 0 {
						s.begin(func(f int8, p float64) { add(inPhases{x.n - 1, f}, r*p*(1-chosen)) })
					}
				})
			}
			k := explore(moves, end, inPhases{0, 0}, inPhases{0, 1})
			first, second := k.untilEnd(t, func(inPhases) float64 { return 1 })
			mean, square := 0.0, 0.0
			for i, x := range seen.states {
				if x.n == 0 {
					continue
				}
				at := inPhases{x.n - 1, x.f}
				if d == LIFO {
					at.n = 0
				}
				mean += p[i] * first[k.index[at]]
				square += p[i] * second[k.index[at]]
			}
			got := solveWith(t, disciplined(d, rate, s.law), family{obstacleOrder, solveOrder}).Metrics
			name := fmt.Sprintf("discipline %d, %s: wait", d, s.law)
			within(t, name, got["wait"]["mean"], mean, 1e-9)
			within(t, name+", squared", secondMomentOf(got, "wait"), square, 1e-8)
		}
	}
}

// TestSecondPreemptiveLIFO: a task is in the system for the busy period that it begins,
// which is as long first come first served, and waits while there is more
// than one task in it.
func TestSecondPreemptiveLIFO(t *testing.T) {
	const r1, r2 = 0.35, 0.2
	s := [2]phases{erlangPhases(0.7), hyperPhases(1.3)}
	type state struct{ n, class, f int8 } // after the first, services are of either class
	k := explore(func(x state, add func(state, float64)) {
		if x.n == 0 {
			return
		}
		if x.n < 100 {
			add(state{x.n + 1, x.class, x.f}, r1+r2)
		}
		s[x.class].step(x.f, func(r float64) { add(state{x.n, x.class, 1}, r) }, func(r float64) {
			if x.n == 1 {
				add(state{}, r)
				return
			}
			for i, share := range []float64{r1 / (r1 + r2), r2 / (r1 + r2)} {
				s[i].begin(func(f int8, p float64) { add(state{x.n - 1, int8(i), f}, r*share*p) })
			}
		})
	}, state{1, 0, 0}, state{1, 1, 0}, state{1, 1, 1})
	first, second := k.untilEnd(t, func(state) float64 { return 1 })
	got := solveWith(t, prioritised(PreemptiveLIFO, 1, []float64{r1, r2}, s[0].law, s[1].law), family{obstaclePreemptiveLIFO, solvePreemptiveLIFO}).Classes
	for i, name := range []string{"p1", "p2"} {
		mean, square := 0.0, 0.0
		s[i].begin(func(f int8, p float64) {
			mean += p * first[k.index[state{1, int8(i), f}]]
			square += p * second[k.index[state{1, int8(i), f}]]
		})
		within(t, name+", latency", got[name]["latency"]["mean"], mean, 1e-9)
		within(t, name+", latency squared", secondMomentOf(got[name], "latency"), square, 1e-8)
	}
}

// stack is the phases of all tasks, the oldest first; of the youngest is served.
type stack [10]int8

// TestSecondStack is preemptive LIFO with the phase of every task, of which ten fit
// (0 is no task): the number in system and what a task waits, in
// time and by its square, among later ones.
func TestSecondStack(t *testing.T) {
	const rate = 0.12
	s := hyperPhases(1)
	height := func(x stack) int {
		n := 0
		for n < len(x) && x[n] > 0 {
			n++
		}
		return n
	}
	moves := func(x stack, add func(stack, float64)) {
		n := height(x)
		if n < len(x) {
			s.begin(func(f int8, p float64) { y := x; y[n] = f + 1; add(y, rate*p) })
		}
		if n > 0 {
			y := x
			y[n-1] = 0
			add(y, s.rate[x[n-1]-1])
		}
	}
	k := explore(moves, stack{})
	p := k.law(t)
	got := solveWith(t, disciplined(PreemptiveLIFO, rate, s.law), family{obstaclePreemptiveLIFO, solvePreemptiveLIFO}).Metrics
	within(t, "in system", got["in_system"]["mean"], k.mean(p, func(x stack) float64 { return float64(height(x)) }), 1e-7)
	one := explore(func(x stack, add func(stack, float64)) {
		if x != (stack{}) {
			moves(x, add)
		}
	}, stack{1}, stack{2})
	first, second := one.untilEnd(t, func(x stack) float64 { // time under others
		if height(x) > 1 {
			return 1
		}
		return 0
	})
	mean, square := 0.0, 0.0
	s.begin(func(f int8, p float64) {
		mean += p * first[one.index[stack{f + 1}]]
		square += p * second[one.index[stack{f + 1}]]
	})
	within(t, "wait", got["wait"]["mean"], mean, 1e-7)
	within(t, "wait, squared", secondMomentOf(got, "wait"), square, 1e-6)
}

// TestSecondSharing has two exponential classes share servers, and one class whose services
// are of two stages, so that their numbers tell the phases.
func TestSecondSharing(t *testing.T) {
	for _, c := range []int{1, 2} {
		k, p := sharedServers(t, float64(c), [2]float64{0.5, 0.1}, false)
		sys := prioritised(ProcessorSharing, c, []float64{0.5 * float64(c), 0.1 * float64(c)}, exponential(2), exponential(0.4))
		sol := solveWith(t, sys, family{obstacleSharing, solveSharing})
		for i, name := range []string{"p1", "p2"} {
			within(t, fmt.Sprintf("%d servers, %s", c, name), sol.Classes[name]["in_system"]["mean"], k.mean(p, func(x [2]int8) float64 { return float64(x[i]) }), 1e-9)
		}
		k, p = sharedServers(t, float64(c), [2]float64{0.2, 0}, true)
		sys = disciplined(ProcessorSharing, 0.2*float64(c), must(distributions.NewHypoexponential([]float64{2, 0.4})))
		sys.Servers = c
		m := solveWith(t, sys, family{obstacleSharing, solveSharing}).Metrics
		n := k.mean(p, func(x [2]int8) float64 { return float64(x[0]) + float64(x[1]) })
		within(t, fmt.Sprintf("%d servers, stages: in system", c), m["in_system"]["mean"], n, 1e-9)
		within(t, fmt.Sprintf("%d servers, stages: latency", c), m["latency"]["mean"], n/0.2/float64(c), 1e-9)
	}
}

// sharedServers is the number of tasks of two rates of service, or in two stages, that
// share c servers, each at most one; the rates of arrival are for each server.
func sharedServers(t *testing.T, c float64, rates [2]float64, stages bool) (*chain[[2]int8], []float64) {
	mu := [2]float64{2, 0.4}
	k := explore(func(x [2]int8, add func([2]int8, float64)) {
		for i := range rates {
			if x[i] < 70 {
				y := x
				y[i]++
				add(y, rates[i]*c)
			}
			if x[i] == 0 {
				continue
			}
			y := x
			y[i]--
			if stages && i == 0 {
				y[1]++
			}
			add(y, mu[i]*float64(x[i])*min(1, c/(float64(x[0])+float64(x[1]))))
		}
	}, [2]int8{})
	return k, k.law(t)
}
