package analytic

import (
	"fmt"
	"math"
	"testing"
)

// idleServers are the free ones of three servers, one more than its index each, in the order
// in which they became idle, and the number of tasks that wait.
type idleServers struct {
	order [3]int8
	queue int16
}

func (x idleServers) count() int {
	n := 0
	for n < 3 && x.order[n] > 0 {
		n++
	}
	return n
}

// TestSecondSpeeds writes M/M/3 with speeds down as a chain that remembers in which order servers
// became idle, for each choice among them: means, and the tails of wait and latency, by
// Simpson's rule over the wait.
func TestSecondSpeeds(t *testing.T) {
	const load = 2.3
	speeds := []float64{1, 0.5, 2}
	for _, choose := range []Choose{Fastest, Slowest, RandomIdle, LongestIdle} {
		k := explore(func(x idleServers, add func(idleServers, float64)) {
			idle := x.count()
			takes(x, choose, speeds, func(at int, p float64) {
				y := x
				copy(y.order[at:], append(append([]int8(nil), x.order[at+1:]...), 0))
				add(y, load*p)
			})
			if idle == 0 && x.queue < 150 {
				add(idleServers{x.order, x.queue + 1}, load)
			}
			for i, v := range speeds {
				if !x.has(int8(i + 1)) {
					y := x
					if x.queue > 0 {
						y.queue--
					} else {
						y.order[idle] = int8(i + 1)
					}
					add(y, v)
				}
			}
		}, idleServers{order: [3]int8{1, 2, 3}})
		p := k.law(t)
		m := familySolve(t, withSpeeds(mmc(load, 1, 3), choose, speeds...), obstacleSpeeds, solveSpeeds).Metrics
		name := fmt.Sprintf("choice %d: ", choose)
		within(t, name+"utilization", m["utilization"]["mean"], k.mean(p, func(x idleServers) float64 { return float64(3-x.count()) / 3 }), 1e-10)
		within(t, name+"queue length", m["queue_length"]["mean"], k.mean(p, func(x idleServers) float64 { return float64(x.queue) }), 1e-9)
		direct, queue := [3]float64{}, make([]float64, 151) // by server; by what is found in the queue
		for i, x := range k.states {
			takes(x, choose, speeds, func(at int, share float64) { direct[x.order[at]-1] += p[i] * share })
			if x.count() == 0 {
				queue[x.queue] += p[i]
			}
		}
		for _, q := range percentiles {
			x := m["latency"][q.name]
			within(t, name+"latency at "+q.name, speedsLatency(speeds, direct, queue, x), q.tail, 1e-8)
			wait := 0.0
			for n, v := range queue {
				wait += v * severalTail(n+1, 3.5*m["wait"][q.name])
			}
			if m["wait"][q.name] > 0 {
				within(t, name+"wait at "+q.name, wait, q.tail, 1e-9)
			}
		}
	}
}

func (x idleServers) has(server int8) bool {
	return x.order[0] == server || x.order[1] == server || x.order[2] == server
}

// takes calls with the places in the order of which one is taken by a task.
func takes(x idleServers, choose Choose, speeds []float64, with func(at int, p float64)) {
	idle, best := x.count(), 0
	if idle == 0 {
		return
	}
	for at := range idle {
		v, b := speeds[x.order[at]-1], speeds[x.order[best]-1]
		switch {
		case choose == RandomIdle:
			with(at, 1/float64(idle))
		case choose == Fastest && v > b || choose == Slowest && v < b:
			best = at
		}
	}
	if choose != RandomIdle {
		with(best, 1) // of LongestIdle the first
	}
}

// speedsLatency is P(T > x): of those that wait n + 1 ends of service, and are then served
// by a server in proportion to its speed.
func speedsLatency(speeds []float64, direct [3]float64, queue []float64, x float64) float64 {
	total, tail := 0.0, 0.0
	for i, v := range speeds {
		total += v
		tail += direct[i] * math.Exp(-v*x)
	}
	for n, p := range queue {
		tail += p * severalTail(n+1, total*x)
	}
	const steps = 800
	for i := range steps + 1 {
		w := x / steps / 3 * float64(2+2*(i%2))
		if i == 0 || i == steps {
			w = x / steps / 3
		}
		s := x * float64(i) / steps
		density, term := 0.0, total*math.Exp(-total*s)
		for n, p := range queue {
			density += p * term
			term *= total * s / float64(n+1)
		}
		for _, v := range speeds {
			tail += w * density * v / total * math.Exp(-v*(x-s))
		}
	}
	return tail
}
