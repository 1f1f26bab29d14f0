package analytic

import (
	"fmt"
	"testing"

	"spillway/distributions/arrivals"
)

// bursty is tasks at servers, the phase of arrivals, and of the tasks in service
// how many are in their second phase.
type bursty struct{ n, arrival, second int16 }

// TestSecondMarkov writes MMPP/PH/c down as a chain in which services of two phases are counted:
// number in system, what arrivals find, and the wait by Little's law.
func TestSecondMarkov(t *testing.T) {
	rates, change := []float64{1.9, 0.4}, []float64{0.3, 0.2}
	for _, s := range []phases{hyperPhases(1), erlangPhases(1)} {
		for _, c := range []int16{1, 2, 3} {
			k := explore(func(x bursty, add func(bursty, float64)) {
				add(bursty{x.n, 1 - x.arrival, x.second}, change[x.arrival])
				switch r := rates[x.arrival] * 0.5 * float64(c); {
				case x.n < c:
					s.begin(func(f int8, p float64) { add(bursty{x.n + 1, x.arrival, x.second + int16(f)}, r*p) })
				case x.n < 170:
					add(bursty{x.n + 1, x.arrival, x.second}, r)
				}
				for f, count := range []int16{min(x.n, c) - x.second, x.second} {
					if count == 0 {
						continue
					}
					left := x.second - int16(f)
					s.step(int8(f), func(r float64) { add(bursty{x.n, x.arrival, x.second + 1}, r*float64(count)) }, func(r float64) {
						r *= float64(count)
						if x.n <= c {
							add(bursty{x.n - 1, x.arrival, left}, r)
							return
						}
						s.begin(func(f int8, p float64) { add(bursty{x.n - 1, x.arrival, left + int16(f)}, r*p) })
					})
				}
			}, bursty{})
			p := k.law(t)
			scaled := []float64{rates[0] * 0.5 * float64(c), rates[1] * 0.5 * float64(c)}
			process := qbdMMPP(scaled, [][]float64{{-change[0], change[0]}, {change[1], -change[1]}})
			m := solveWith(t, qbdSystem(process, s.law, int(c)), family{obstacleMAPPH, solveMAPPH}).Metrics
			name := fmt.Sprintf("%s, c = %d: ", s.law, c)
			queue := k.mean(p, func(x bursty) float64 { return float64(max(0, x.n-c)) })
			offered := k.mean(p, func(x bursty) float64 { return scaled[x.arrival] })
			found := k.mean(p, func(x bursty) float64 {
				if x.n < c {
					return 0
				}
				return scaled[x.arrival]
			})
			within(t, name+"in system", m["in_system"]["mean"], k.mean(p, func(x bursty) float64 { return float64(x.n) }), 1e-8)
			within(t, name+"wait", m["wait"]["mean"], queue/offered, 1e-8)
			within(t, name+"wait ratio", m["wait_ratio"]["mean"], found/offered, 1e-9)
		}
	}
}

// TestSecondMarkovTails follows a task through MMPP/E2/1: the work before it is
// counted in stages.
func TestSecondMarkovTails(t *testing.T) {
	rates, change := []float64{1.1, 0.2}, []float64{0.3, 0.2}
	type state struct{ stages, arrival int16 }
	k := explore(func(x state, add func(state, float64)) {
		add(state{x.stages, 1 - x.arrival}, change[x.arrival])
		if x.stages < 400 {
			add(state{x.stages + 2, x.arrival}, rates[x.arrival])
		}
		if x.stages > 0 {
			add(state{x.stages - 1, x.arrival}, 2)
		}
	}, state{})
	p := k.law(t)
	seen, offered := make([]float64, 403), k.mean(p, func(x state) float64 { return rates[x.arrival] })
	for i, x := range k.states {
		seen[x.stages] += p[i] * rates[x.arrival] / offered
	}
	process := qbdMMPP(rates, [][]float64{{-change[0], change[0]}, {change[1], -change[1]}})
	m := solveWith(t, qbdSystem(process, qbdErlang(2, 2), 1), family{obstacleMAPPH, solveMAPPH}).Metrics
	for _, q := range percentiles {
		wait, latency := 0.0, 0.0
		for n, a := range seen {
			wait += a * severalTail(n, 2*m["wait"][q.name])
			latency += a * severalTail(n+2, 2*m["latency"][q.name])
		}
		within(t, "wait at "+q.name, wait, q.tail, 1e-7)
		within(t, "latency at "+q.name, latency, q.tail, 1e-7)
	}
}

// TestSecondRenewal writes E2/M/2 and H2/M/2 down as chains of the phase of the gap.
func TestSecondRenewal(t *testing.T) {
	type state struct{ n, phase int16 }
	for _, gap := range []phases{erlangPhases(0.8), hyperPhases(0.8)} {
		k := explore(func(x state, add func(state, float64)) {
			gap.step(int8(x.phase), func(r float64) { add(state{x.n, 1}, r) }, func(r float64) {
				gap.begin(func(f int8, p float64) { add(state{min(x.n+1, 180), int16(f)}, r*p) })
			})
			add(state{max(0, x.n-1), x.phase}, float64(min(x.n, 2)))
		}, state{})
		p := k.law(t)
		seen := make([]float64, 181)
		for i, x := range k.states {
			gap.step(int8(x.phase), func(float64) {}, func(r float64) { seen[x.n] += p[i] * r * 0.8 })
		}
		m := solveWith(t, qbdSystem(arrivals.Renewal{Gap: gap.law}, exponential(1), 2), family{obstacleGIMc, solveGIMc}).Metrics
		within(t, gap.law.String()+": in system", m["in_system"]["mean"], k.mean(p, func(x state) float64 { return float64(x.n) }), 1e-9)
		within(t, gap.law.String()+": wait ratio", m["wait_ratio"]["mean"], 1-seen[0]-seen[1], 1e-9)
		for _, q := range percentiles {
			wait := 0.0
			for n, a := range seen {
				wait += a * severalTail(n-1, 2*m["wait"][q.name])
			}
			if m["wait"][q.name] > 0 {
				within(t, gap.law.String()+": wait at "+q.name, wait, q.tail, 1e-8)
			}
		}
	}
}
