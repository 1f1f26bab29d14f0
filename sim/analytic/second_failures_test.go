package analytic

import (
	"fmt"
	"testing"
)

// TestSecondFailures writes M/G/1 with failures down as a chain: tasks, the phase of the
// service, and that of the repair (−1 is up), with services and repairs of two phases.
func TestSecondFailures(t *testing.T) {
	const rate, fails = 0.4, 0.25
	type state struct{ n, f, repair int8 }
	for i, s := range []phases{erlangPhases(1), hyperPhases(1)} {
		repairs := []phases{hyperPhases(0.7), erlangPhases(1.2)}[i]
		for _, busyOnly := range []bool{false, true} {
			k := explore(func(x state, add func(state, float64)) {
				if x.n == 0 {
					s.begin(func(f int8, p float64) { add(state{1, f, x.repair}, rate*p) })
				} else if x.n < 120 {
					add(state{x.n + 1, x.f, x.repair}, rate)
				}
				if x.repair >= 0 {
					repairs.step(x.repair, func(r float64) { add(state{x.n, x.f, 1}, r) }, func(r float64) { add(state{x.n, x.f, -1}, r) })
					return
				}
				if x.n > 0 || !busyOnly {
					repairs.begin(func(f int8, p float64) { add(state{x.n, x.f, f}, fails*p) })
				}
				if x.n == 0 {
					return
				}
				s.step(x.f, func(r float64) { add(state{x.n, 1, -1}, r) }, func(r float64) {
					if x.n == 1 {
						add(state{repair: -1}, r)
						return
					}
					s.begin(func(f int8, p float64) { add(state{x.n - 1, f, -1}, r*p) })
				})
			}, state{repair: -1})
			p := k.law(t)
			sys := failing(mmc(rate, 1, 1), fails, 1)
			sys.Streams[0].Service, sys.Failures.Repair, sys.Failures.BusyOnly = s.law, repairs.law, busyOnly
			m := familySolve(t, sys, obstacleFailures, solveFailures).Metrics
			n := k.mean(p, func(x state) float64 { return float64(x.n) })
			name := fmt.Sprintf("service %s, repair %s, busy only %v: ", s.law, repairs.law, busyOnly)
			within(t, name+"in system", m["in_system"]["mean"], n, 1e-8)
			within(t, name+"latency", m["latency"]["mean"], n/rate, 1e-8)
			within(t, name+"wait ratio", m["wait_ratio"]["mean"], 1-p[k.index[state{repair: -1}]], 1e-9)
		}
	}
}

// oneServer is tasks and whether the server is off: under repair or starting.
type oneServer struct {
	n   int16
	off bool
}

// TestSecondFailuresTails follows a task through M/M/1 with failures, to its begin of service and
// to its end, at the quantiles of wait and latency.
func TestSecondFailuresTails(t *testing.T) {
	const fails, repairs = 0.3, 0.8
	for _, busyOnly := range []bool{false, true} {
		for _, rate := range []float64{0.1, 0.5} {
			down := func(x oneServer, add func(oneServer, float64)) {
				if x.off {
					add(oneServer{x.n, false}, repairs)
					return
				}
				if x.n > 0 || !busyOnly {
					add(oneServer{x.n, true}, fails)
				}
				if x.n > 0 {
					add(oneServer{x.n - 1, false}, 1)
				}
			}
			seen := explore(func(x oneServer, add func(oneServer, float64)) {
				if x.n < 300 {
					add(oneServer{x.n + 1, x.off}, rate)
				}
				down(x, add)
			}, oneServer{})
			p := seen.law(t)
			m := familySolveFailures(t, rate, fails, repairs, busyOnly)
			for metric, ends := range map[string]func(oneServer) bool{
				"latency": func(x oneServer) bool { return x.n == 0 },
				"wait":    func(x oneServer) bool { return x.n == 1 && !x.off },
			} {
				followTask(t, fmt.Sprintf("rate %g, busy only %v: %s", rate, busyOnly, metric), seen, p, down, ends, m[metric])
			}
		}
	}
}

func familySolveFailures(t *testing.T, rate, fails, repairs float64, busyOnly bool) Metrics {
	sys := failing(mmc(rate, 1, 1), fails, repairs)
	sys.Failures.BusyOnly = busyOnly
	return familySolve(t, sys, obstacleFailures, solveFailures).Metrics
}

// followTask puts the quantiles of a time into the tail of the chain of those before a task
// and the task itself, from what it sees to an end.
func followTask(t *testing.T, name string, seen *chain[oneServer], p []float64, down func(oneServer, func(oneServer, float64)), ends func(oneServer) bool, quantiles map[string]float64) {
	t.Helper()
	starts := make([]oneServer, len(seen.states))
	for i, x := range seen.states {
		starts[i] = oneServer{x.n + 1, x.off}
	}
	k := explore(func(x oneServer, add func(oneServer, float64)) {
		if !ends(x) {
			down(x, add)
		}
	}, starts...)
	start := k.spread(func(add func(oneServer, float64)) {
		for i, x := range starts {
			add(x, p[i])
		}
	})
	for _, q := range percentiles {
		if x := quantiles[q.name]; x > 0 {
			within(t, name+" at "+q.name, k.notEnded(start, x), q.tail, 1e-8)
		}
	}
}

// TestSecondSetup writes M/G/1 with setup down as a chain: tasks, the phase of the
// service, and that of the setup (−1 is on).
func TestSecondSetup(t *testing.T) {
	const rate = 0.6
	type state struct{ n, f, setup int8 }
	for i, s := range []phases{erlangPhases(1), hyperPhases(1)} {
		setup := []phases{hyperPhases(3), erlangPhases(2)}[i]
		k := explore(func(x state, add func(state, float64)) {
			if x.n == 0 {
				setup.begin(func(f int8, p float64) { add(state{1, 0, f}, rate*p) })
				return
			}
			if x.n < 110 {
				add(state{x.n + 1, x.f, x.setup}, rate)
			}
			serve := func(n int8, r float64) { s.begin(func(f int8, p float64) { add(state{n, f, -1}, r*p) }) }
			if x.setup >= 0 {
				setup.step(x.setup, func(r float64) { add(state{x.n, 0, 1}, r) }, func(r float64) { serve(x.n, r) })
				return
			}
			s.step(x.f, func(r float64) { add(state{x.n, 1, -1}, r) }, func(r float64) {
				if x.n == 1 {
					add(state{}, r)
					return
				}
				serve(x.n-1, r)
			})
		}, state{})
		p := k.law(t)
		sys := withSetup(mmc(rate, 1, 1), setup.law)
		sys.Streams[0].Service = s.law
		m := familySolve(t, sys, obstacleSetup, solveSetup).Metrics
		name := fmt.Sprintf("service %s, setup %s: ", s.law, setup.law)
		n := k.mean(p, func(x state) float64 { return float64(x.n) })
		within(t, name+"in system", m["in_system"]["mean"], n, 1e-8)
		within(t, name+"wait", m["wait"]["mean"], n/rate-1, 1e-8)
	}
}

// TestSecondSetupTails follows a task through M/M/1 with setup.
func TestSecondSetupTails(t *testing.T) {
	for _, c := range [][2]float64{{0.5, 0.3}, {0.7, 2}} {
		rate, starts := c[0], c[1]
		down := func(x oneServer, add func(oneServer, float64)) {
			switch {
			case x.off && x.n > 0:
				add(oneServer{x.n, false}, starts)
			case x.n > 1:
				add(oneServer{x.n - 1, false}, 1)
			case x.n == 1:
				add(oneServer{0, true}, 1)
			}
		}
		seen := explore(func(x oneServer, add func(oneServer, float64)) {
			if x.n < 300 {
				add(oneServer{x.n + 1, x.off}, rate)
			}
			down(x, add)
		}, oneServer{0, true})
		p := seen.law(t)
		m := familySolve(t, withSetup(mmc(rate, 1, 1), exponential(starts)), obstacleSetup, solveSetup).Metrics
		name := fmt.Sprintf("rate %g, setup rate %g: ", rate, starts)
		followTask(t, name+"latency", seen, p, down, func(x oneServer) bool { return x.n == 0 }, m["latency"])
		followTask(t, name+"wait", seen, p, down, func(x oneServer) bool { return x.n == 1 && !x.off }, m["wait"])
	}
}
