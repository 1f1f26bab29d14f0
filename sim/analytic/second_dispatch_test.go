package analytic

import (
	"fmt"
	"slices"
	"testing"
)

// lengths are those of four queues at most, ascending.
type lengths [4]int8

// TestSecondShortest writes the chain of sorted lengths down with each queue cut, not the spread:
// number in system, the share that waits, and the tails of wait and latency, which
// are Poisson sums of what arrivals join, at their quantiles.
func TestSecondShortest(t *testing.T) {
	for _, c := range []struct {
		servers, choices int
		most             int8
		load             float64
	}{{2, 2, 60, 1.5}, {3, 2, 30, 2.1}, {3, 3, 28, 1.8}, {4, 2, 16, 2.2}, {4, 4, 16, 2.2}} {
		chance := make([]float64, c.servers) // that the i-th shortest of all is the shortest drawn
		sets := 0.0
		for set := range 1 << c.servers {
			drawn, least := 0, -1
			for i := range c.servers {
				if set>>i&1 == 1 {
					if drawn++; least < 0 {
						least = i
					}
				}
			}
			if drawn == c.choices {
				chance[least]++
				sets++
			}
		}
		change := func(x lengths, i int, by int8) lengths {
			x[i] += by
			slices.Sort(x[:c.servers])
			return x
		}
		k := explore(func(x lengths, add func(lengths, float64)) {
			for i := range c.servers {
				if x[i] < c.most {
					add(change(x, i, 1), c.load*chance[i]/sets)
				}
				if x[i] > 0 {
					add(change(x, i, -1), 1)
				}
			}
		}, lengths{})
		p := k.law(t)
		joins := make([]float64, c.most+1)
		for s, x := range k.states {
			for i := range c.servers {
				joins[x[i]] += p[s] * chance[i] / sets
			}
		}
		m := familySolve(t, dispatched(mmc(c.load, 1, c.servers), PowerOf, c.choices), obstacleShortest, solveShortest).Metrics
		name := fmt.Sprintf("shortest of %d of %d: ", c.choices, c.servers)
		within(t, name+"in system", m["in_system"]["mean"], k.mean(p, func(x lengths) float64 {
			return float64(x[0]) + float64(x[1]) + float64(x[2]) + float64(x[3])
		}), 1e-10)
		within(t, name+"wait ratio", m["wait_ratio"]["mean"], 1-joins[0], 1e-9)
		for _, q := range percentiles {
			wait, latency := 0.0, 0.0
			for n, a := range joins {
				wait += a * severalTail(n, m["wait"][q.name])
				latency += a * severalTail(n+1, m["latency"][q.name])
			}
			within(t, name+"latency at "+q.name, latency, q.tail, 1e-9)
			if m["wait"][q.name] > 0 {
				within(t, name+"wait at "+q.name, wait, q.tail, 1e-9)
			}
		}
	}
}

// TestSecondRoundRobin is one of the queues as a chain: its tasks, and how many others have
// been dispatched since its last.
func TestSecondRoundRobin(t *testing.T) {
	for _, c := range []int16{2, 5} {
		load := 0.8 * float64(c)
		type state struct{ n, turn int16 }
		k := explore(func(x state, add func(state, float64)) {
			switch {
			case x.turn+1 < c:
				add(state{x.n, x.turn + 1}, load)
			case x.n < 300:
				add(state{x.n + 1, 0}, load)
			}
			if x.n > 0 {
				add(state{x.n - 1, x.turn}, 1)
			}
		}, state{})
		p := k.law(t)
		seen := make([]float64, 301)
		for i, x := range k.states {
			if x.turn == c-1 {
				seen[x.n] += p[i] * float64(c) // a turn in c
			}
		}
		m := familySolve(t, dispatched(mmc(load, 1, int(c)), RoundRobin, 0), obstacleRoundRobin, solveRoundRobin).Metrics
		name := fmt.Sprintf("round robin of %d: ", c)
		within(t, name+"in system", m["in_system"]["mean"], float64(c)*k.mean(p, func(x state) float64 { return float64(x.n) }), 1e-9)
		within(t, name+"wait ratio", m["wait_ratio"]["mean"], 1-seen[0], 1e-9)
		for _, q := range percentiles {
			wait, latency := 0.0, 0.0
			for n, a := range seen {
				wait += a * severalTail(n, m["wait"][q.name])
				latency += a * severalTail(n+1, m["latency"][q.name])
			}
			within(t, name+"latency at "+q.name, latency, q.tail, 1e-9)
			within(t, name+"wait at "+q.name, wait, q.tail, 1e-9)
		}
	}
}

// TestSecondRandom: M/G/1 at a third of the rate, by Pollaczek and Khinchine.
func TestSecondRandom(t *testing.T) {
	s := hyperPhases(2)
	sys := dispatched(System{Servers: 3, Streams: []Stream{{Process: poisson(0.9), Service: s.law}}}, RandomServer, 0)
	m := familySolve(t, sys, obstacleRandomServer, solveRandomServer).Metrics
	k, p := presentInPhases(t, 0.3, s)
	n := k.mean(p, func(x inPhases) float64 { return float64(x.n) })
	within(t, "in system", m["in_system"]["mean"], 3*n, 1e-9)
	within(t, "latency", m["latency"]["mean"], n/0.3, 1e-9)
	within(t, "wait", m["wait"]["mean"], n/0.3-2, 1e-9)
	within(t, "throughput", m["throughput"]["mean"], 0.9, 1e-12)
}
