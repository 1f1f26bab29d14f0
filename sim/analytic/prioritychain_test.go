package analytic

import (
	"errors"
	"math"
	"testing"
)

// TestPriorityAgree compares three ways to the same values: M/G/1 with
// exponential service, M/M/1 by the law of the wait, and the chain.
func TestPriorityAgree(t *testing.T) {
	single := family{obstaclePriority, solvePriority}
	multi := family{obstaclePriorityMulti, solvePriorityMulti}
	chain := family{obstaclePriorityChain, solvePriorityChain}
	for _, d := range []Discipline{Priority, PreemptivePriority} {
		for _, rho := range []float64{0.1, 0.8, 0.999} {
			sys := prioritised(d, 1, []float64{0.4 * rho * 3, 0.6 * rho * 3}, exponential(3))
			want := solveWith(t, sys, single)
			sameMetrics(t, "M/M/1", solveWith(t, sys, multi), want, 1e-10, "wait", "latency", "wait_ratio", "queue_length")
			sameMetrics(t, "chain of one server", solveWith(t, sys, chain), want, 1e-10, "wait", "latency", "queue_length")
			for _, c := range []int{2, 3, 5} {
				load := rho * float64(c)
				if load < 1 {
					continue // the chain refuses where hardly anybody waits
				}
				sys := prioritised(d, c, []float64{0.4 * load * 3, 0.6 * load * 3}, exponential(3))
				sameMetrics(t, "chain", solveWith(t, sys, chain), solveWith(t, sys, multi), 1e-9, "wait", "latency", "queue_length")
			}
			unequal := prioritised(d, 1, []float64{0.4 * rho * 3, 0.6 * rho * 0.5}, exponential(3), exponential(0.5))
			sameMetrics(t, "unequal rates", solveWith(t, unequal, chain), solveWith(t, unequal, single), 1e-9, "wait", "latency", "queue_length")
		}
	}
}

// TestPriorityChainIterated solves the balance equations of two servers by
// Gauss–Seidel, cut at 40 tasks of the first priority and 90 of the second.
func TestPriorityChainIterated(t *testing.T) {
	for _, d := range []Discipline{Priority, PreemptivePriority} {
		for _, r := range [][4]float64{{0.6, 0.5, 1, 2}, {0.4, 0.3, 3, 0.7}} { // loads, rates of service
			sys := prioritised(d, 2, []float64{r[0] * r[2], r[1] * r[3]}, exponential(r[2]), exponential(r[3]))
			got := solveWith(t, sys, family{obstaclePriorityChain, solvePriorityChain})
			k := iteratedChain{preemptive: d == PreemptivePriority, a1: r[0] * r[2], a2: r[1] * r[3], mu1: r[2], mu2: r[3]}
			first, second := k.solve()
			within(t, "in system, first", got.Classes["p1"]["in_system"]["mean"], first, 1e-10)
			within(t, "in system, second", got.Classes["p2"]["in_system"]["mean"], second, 1e-10)
		}
	}
}

// iteratedChain is two servers and two priorities, state by state: tasks of the
// first, of the second, and of the first in service.
type iteratedChain struct {
	preemptive         bool
	a1, a2, mu1, mu2   float64
	index              map[[3]int]int
	into               [][]iteratedMove
	out                []float64
	mostOne, mostOther int
}

type iteratedMove struct {
	from int
	rate float64
}

func (k *iteratedChain) states() (all [][3]int) {
	k.index, k.mostOne, k.mostOther = map[[3]int]int{}, 40, 90
	for n1 := 0; n1 <= k.mostOne; n1++ {
		for n2 := 0; n2 <= k.mostOther; n2++ {
			for s1 := 0; s1 <= min(n1, 2); s1++ {
				full := s1+min(n2, 2-s1) == min(n1+n2, 2)
				if full && (!k.preemptive || s1 == min(n1, 2)) {
					k.index[[3]int{n1, n2, s1}] = len(all)
					all = append(all, [3]int{n1, n2, s1})
				}
			}
		}
	}
	return all
}

func (k *iteratedChain) link(from int, rate float64, n1, n2, s1 int) {
	if to, ok := k.index[[3]int{n1, n2, s1}]; ok && rate > 0 {
		k.into[to] = append(k.into[to], iteratedMove{from, rate})
		k.out[from] += rate
	}
}

func (k *iteratedChain) solve() (first, second float64) {
	states := k.states()
	k.into, k.out = make([][]iteratedMove, len(states)), make([]float64, len(states))
	for i, s := range states {
		n1, n2, s1 := s[0], s[1], s[2]
		s2 := min(n2, 2-s1)
		enter, next := s1, s1
		if s1+s2 < 2 || k.preemptive && s1 < 2 {
			enter++
		}
		if n1 > s1 {
			next++
		}
		k.link(i, k.a1, n1+1, n2, enter)
		k.link(i, k.a2, n1, n2+1, s1)
		k.link(i, float64(s1)*k.mu1, n1-1, n2, min(n1-1, next-1))
		k.link(i, float64(s2)*k.mu2, n1, n2-1, next)
	}
	p := make([]float64, len(states))
	for i, s := range states {
		p[i] = math.Pow(0.5, float64(s[0]+s[1]))
	}
	for round := range 1200 {
		sum := 0.0
		for i := range p {
			if round%2 == 1 { // back and forth
				i = len(p) - 1 - i
			}
			in := 0.0
			for _, m := range k.into[i] {
				in += p[m.from] * m.rate
			}
			p[i] = in / k.out[i]
			sum += p[i]
		}
		for i := range p {
			p[i] /= sum
		}
	}
	for i, s := range states {
		first += p[i] * float64(s[0])
		second += p[i] * float64(s[1])
	}
	return first, second
}

// TestPriorityChainCorners: right or refused, by comparison with closed forms.
func TestPriorityChainCorners(t *testing.T) {
	solved := 0
	for _, d := range []Discipline{Priority, PreemptivePriority} {
		for _, mu := range []float64{1e-6, 1e-3, 1, 1e3, 1e6} {
			for _, r := range [][2]float64{{0.3, 0.5}, {0.999, 5e-4}, {1e-6, 0.5}, {0.5, 1e-6}, {1e-9, 1e-9}, {0.3, 0.7 - 1e-6}, {0.5, 0.5 - 1e-9}} {
				sys := prioritised(d, 1, []float64{r[0], r[1] * mu}, exponential(1), exponential(mu))
				got, err := solvePriorityChain(describe(sys))
				if err != nil {
					if !errors.Is(err, ErrNoModel) {
						t.Errorf("%v", err)
					}
					continue
				}
				solved++
				sameMetrics(t, "corner", got, solveWith(t, sys, family{obstaclePriority, solvePriority}), 2e-9, "wait")
			}
		}
	}
	if solved < 30 {
		t.Errorf("only %d of 70 corners are solved", solved)
	}
}
