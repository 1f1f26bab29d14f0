package analytic

import (
	"fmt"
	"testing"
)

// TestSecondPriorityPhases writes M/G/1 with two priorities down as chains, with services of
// two phases. Within a class tasks leave in order, so that the number of them has
// λ²E[T²] for E[N(N − 1)]; the same of those that wait.
func TestSecondPriorityPhases(t *testing.T) {
	const r1, r2 = 0.3, 0.15
	for _, s := range [][2]phases{{erlangPhases(1), hyperPhases(1.4)}, {hyperPhases(0.8), erlangPhases(1.6)}} {
		for _, d := range []Discipline{Priority, PreemptivePriority} {
			sys := prioritised(d, 1, []float64{r1, r2}, s[0].law, s[1].law)
			got := solveWith(t, sys, family{obstaclePriority, solvePriority}).Classes
			metric := "wait"
			var first, second, firstPairs, secondPairs float64
			if d == Priority {
				first, second, firstPairs, secondPairs = waitingInPriority(t, s, r1, r2)
			} else {
				metric = "latency"
				first, second, firstPairs, secondPairs = presentInPriority(t, s, r1, r2)
			}
			name := fmt.Sprintf("%s, discipline %d: %s of the ", s[0].law, d, metric)
			within(t, name+"first", got["p1"][metric]["mean"], first/r1, 1e-10)
			within(t, name+"second", got["p2"][metric]["mean"], second/r2, 1e-8)
			within(t, name+"first, squared", secondMomentOf(got["p1"], metric), firstPairs/r1/r1, 1e-8)
			within(t, name+"second, squared", secondMomentOf(got["p2"], metric), secondPairs/r2/r2, 1e-8)
		}
	}
}

// The chains of priorities are cut at so many tasks of each class.
const mostFirst, mostSecond = 50, 100

// presentInPriority is the preemptive chain: tasks of both classes, and the phases
// in which the first of each is, or is going to be.
func presentInPriority(t *testing.T, s [2]phases, r1, r2 float64) (first, second, firstPairs, secondPairs float64) {
	type state struct{ n1, n2, f1, f2 int8 }
	k := explore(func(x state, add func(state, float64)) {
		if x.n1 < mostFirst {
			y := x
			y.n1++
			if x.n1 > 0 {
				add(y, r1)
			} else {
				s[0].begin(func(f int8, p float64) { y.f1 = f; add(y, r1*p) })
			}
		}
		if x.n2 < mostSecond {
			y := x
			y.n2++
			if x.n2 > 0 {
				add(y, r2)
			} else {
				s[1].begin(func(f int8, p float64) { y.f2 = f; add(y, r2*p) })
			}
		}
		if x.n1 > 0 {
			s[0].step(x.f1, func(r float64) { y := x; y.f1 = 1; add(y, r) }, func(r float64) {
				y := x
				if y.n1, y.f1 = x.n1-1, 0; y.n1 == 0 {
					add(y, r)
				} else {
					s[0].begin(func(f int8, p float64) { y.f1 = f; add(y, r*p) })
				}
			})
		} else if x.n2 > 0 {
			s[1].step(x.f2, func(r float64) { y := x; y.f2 = 1; add(y, r) }, func(r float64) {
				y := x
				if y.n2, y.f2 = x.n2-1, 0; y.n2 == 0 {
					add(y, r)
				} else {
					s[1].begin(func(f int8, p float64) { y.f2 = f; add(y, r*p) })
				}
			})
		}
	}, state{})
	p := k.law(t)
	return k.mean(p, func(x state) float64 { return float64(x.n1) }), k.mean(p, func(x state) float64 { return float64(x.n2) }),
		k.mean(p, func(x state) float64 { return pairs(x.n1) }), k.mean(p, func(x state) float64 { return pairs(x.n2) })
}

func pairs(n int8) float64 { return float64(n) * (float64(n) - 1) }

// waitingInPriority is the chain without preemption: those that wait of both
// classes, the class in service (−1 is none) and its phase.
func waitingInPriority(t *testing.T, s [2]phases, r1, r2 float64) (first, second, firstPairs, secondPairs float64) {
	type state struct{ q1, q2, class, f int8 }
	idle := state{class: -1}
	k := explore(func(x state, add func(state, float64)) {
		serve := func(y state, class int8, r float64) {
			y.class = class
			s[class].begin(func(f int8, p float64) { y.f = f; add(y, r*p) })
		}
		if x.class < 0 {
			serve(x, 0, r1)
			serve(x, 1, r2)
			return
		}
		if x.q1 < mostFirst {
			y := x
			y.q1++
			add(y, r1)
		}
		if x.q2 < mostSecond {
			y := x
			y.q2++
			add(y, r2)
		}
		s[x.class].step(x.f, func(r float64) { y := x; y.f = 1; add(y, r) }, func(r float64) {
			y := x
			switch {
			case x.q1 > 0:
				y.q1--
				serve(y, 0, r)
			case x.q2 > 0:
				y.q2--
				serve(y, 1, r)
			default:
				add(idle, r)
			}
		})
	}, idle)
	p := k.law(t)
	return k.mean(p, func(x state) float64 { return float64(x.q1) }), k.mean(p, func(x state) float64 { return float64(x.q2) }),
		k.mean(p, func(x state) float64 { return pairs(x.q1) }), k.mean(p, func(x state) float64 { return pairs(x.q2) })
}

// TestSecondPriorityLevels has three priorities of one rate of service and two servers,
// which the formulas of M/M/c answer.
func TestSecondPriorityLevels(t *testing.T) {
	rates := [3]float64{0.3, 0.4, 0.4}
	most := [3]int8{14, 22, 60}
	type state struct {
		n    [3]int8 // waiting, or under preemption in the system
		busy int8    // not preemptive
	}
	for _, d := range []Discipline{Priority, PreemptivePriority} {
		k := explore(func(x state, add func(state, float64)) {
			up := d == PreemptivePriority || x.busy == 2
			for i, r := range rates {
				y := x
				if up && x.n[i] < most[i] {
					y.n[i]++
					add(y, r)
				} else if !up {
					y.busy++
					add(y, r)
				}
			}
			free := x.busy // services that end
			if d == PreemptivePriority {
				free = 2
			}
			for i := range x.n {
				y := x
				served := min(free, x.n[i])
				if d == Priority && served > 0 {
					served = free // the first that waits takes the place
				}
				if served > 0 {
					y.n[i]--
					add(y, float64(served))
					free -= served
				}
			}
			if d == Priority && free > 0 {
				x.busy--
				add(x, float64(free))
			}
		}, state{})
		p := k.law(t)
		sol := solveWith(t, prioritised(d, 2, rates[:], exponential(1)), family{obstaclePriorityMulti, solvePriorityMulti})
		for i, r := range rates {
			c := sol.Classes[fmt.Sprintf("p%d", i+1)]
			name := fmt.Sprintf("discipline %d, priority %d: ", d, i)
			n := k.mean(p, func(x state) float64 { return float64(x.n[i]) })
			if d == PreemptivePriority {
				within(t, name+"latency", c["latency"]["mean"], n/r, 1e-9)
				continue
			}
			within(t, name+"wait", c["wait"]["mean"], n/r, 1e-9)
			within(t, name+"wait, squared", secondMomentOf(c, "wait"), k.mean(p, func(x state) float64 { return pairs(x.n[i]) })/r/r, 1e-8)
		}
	}
}

// TestSecondPriorityThree has three servers and two rates of service.
func TestSecondPriorityThree(t *testing.T) {
	const c = 3
	rates, mu, most := [2]float64{0.9, 0.4}, [2]float64{1, 0.5}, [2]int8{50, 50}
	type state struct{ wait, busy [2]int8 }
	for _, d := range []Discipline{Priority, PreemptivePriority} {
		// settled puts tasks that wait where a server is free, or is to be taken.
		settled := func(x state) state {
			for i := range x.wait {
				for x.wait[i] > 0 && x.busy[0]+x.busy[1] < c {
					x.wait[i], x.busy[i] = x.wait[i]-1, x.busy[i]+1
				}
			}
			for d == PreemptivePriority && x.wait[0] > 0 && x.busy[1] > 0 {
				x.wait, x.busy = [2]int8{x.wait[0] - 1, x.wait[1] + 1}, [2]int8{x.busy[0] + 1, x.busy[1] - 1}
			}
			return x
		}
		k := explore(func(x state, add func(state, float64)) {
			for i := range rates {
				if x.wait[i] < most[i] {
					y := x
					y.wait[i]++
					add(settled(y), rates[i])
				}
				if x.busy[i] > 0 {
					y := x
					y.busy[i]--
					add(settled(y), float64(x.busy[i])*mu[i])
				}
			}
		}, state{})
		p := k.law(t)
		sol := solveWith(t, prioritised(d, c, rates[:], exponential(mu[0]), exponential(mu[1])), family{obstaclePriorityChain, solvePriorityChain})
		for i, name := range []string{"p1", "p2"} {
			n := k.mean(p, func(x state) float64 { return float64(x.wait[i] + x.busy[i]) })
			within(t, fmt.Sprintf("discipline %d: in system, %s", d, name), sol.Classes[name]["in_system"]["mean"], n, 1e-9)
		}
	}
}
