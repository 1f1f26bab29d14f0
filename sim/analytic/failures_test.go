package analytic

import (
	"math"
	"testing"

	"spillway/distributions"
)

// TestFailuresTruth holds the expected values of the public pack to their claimed digits.
func TestFailuresTruth(t *testing.T) {
	for _, c := range []familyCase{
		{"brk/mm1-breakdown-A0.9-r", failing(mmc(6, 10, 1), 0.1, 0.9), []expectedValue{
			{"utilization.mean", 0.6, 12},
			{"throughput.mean", 6.0, 12},
			{"in_system.mean", 4.0, 12},
			{"latency.mean", 0.6666666666666666, 12},
		}},
		{"brk/mm1-breakdown-frequent", failing(mmc(70, 100, 1), 20, 180), []expectedValue{
			{"utilization.mean", 0.7, 12},
			{"throughput.mean", 70.0, 12},
			{"in_system.mean", 3.675, 12},
			{"latency.mean", 0.0525, 12},
		}},
	} {
		c.judge(t, obstacleFailures, solveFailures)
	}
}

// TestSetupTruth holds the expected values of the public pack to their claimed digits.
func TestSetupTruth(t *testing.T) {
	for _, c := range []familyCase{
		{"brk/mm1-setup-r0.7", withSetup(mmc(7, 10, 1), exponential(2)), []expectedValue{
			{"utilization.mean", 0.7, 12},
			{"throughput.mean", 7.0, 8},
			{"in_system.mean", 5.833333333333333, 12},
			{"latency.mean", 0.8333333333333334, 12},
			{"latency.p50", 0.6931471805599453, 8},
			{"latency.p90", 1.6306610092582337, 8},
			{"latency.p95", 1.999888587110233, 8},
			{"latency.p99", 2.831860950723147, 8},
			{"latency.p999", 3.997022560644729, 8},
		}},
	} {
		c.judge(t, obstacleSetup, solveSetup)
	}
}

func failing(sys System, fails, repairs float64) System {
	sys.Failures = &Failures{Up: exponential(fails), Repair: exponential(repairs)}
	return sys
}

func withSetup(sys System, setup distributions.Distribution) System {
	sys.Setup = setup
	return sys
}

// oneServerBrute solves a chain of the number in system, below 300, and a second
// state, and gives E N, E N(N−1) and the probability of no one there with the
// state 0.
func oneServerBrute(rates func(n, state int, add func(n, state int, rate float64))) (mean, factorial, empty float64) {
	const limit = 300
	m := make([][]float64, 2*limit)
	for s := range m {
		m[s] = make([]float64, 2*limit)
		rates(s/2, s%2, func(n, state int, rate float64) {
			if to := 2*n + state; to < 2*limit {
				m[s][to] += rate
			}
		})
	}
	law := speedsGTH(m)
	for s, p := range law {
		n := float64(s / 2)
		mean += p * n
		factorial += p * n * (n - 1)
	}
	return mean, factorial, law[0]
}

// TestFailuresBrute compares with the chain of the number in system and the
// server, which is up in state 0: the mean, the second moment of the latency (λ²E[T²] =
// E[N(N−1)], the distributional law of Little) and the share that waits.
func TestFailuresBrute(t *testing.T) {
	for _, busyOnly := range []bool{false, true} {
		for _, c := range []struct{ lambda, fails, repairs float64 }{{0.5, 0.3, 1}, {0.2, 1, 0.7}, {0.7, 0.01, 2}, {0.3, 5, 20}} {
			sys := failing(mmc(c.lambda, 1, 1), c.fails, c.repairs)
			sys.Failures.BusyOnly = busyOnly
			mean, factorial, empty := oneServerBrute(func(n, state int, add func(n, state int, rate float64)) {
				add(n+1, state, c.lambda)
				switch {
				case state == 1:
					add(n, 0, c.repairs)
				default:
					if n > 0 {
						add(n-1, 0, 1)
					}
					if n > 0 || !busyOnly {
						add(n, 1, c.fails)
					}
				}
			})
			m := familySolve(t, sys, obstacleFailures, solveFailures).Metrics
			l := m["latency"]
			within(t, "in system", m["in_system"]["mean"], mean, 1e-10)
			within(t, "E T²", l["sd"]*l["sd"]+l["mean"]*l["mean"], factorial/c.lambda/c.lambda, 1e-9)
			within(t, "wait ratio", m["wait_ratio"]["mean"], 1-empty, 1e-10)
		}
	}
}

// TestFailuresLaw: with hardly any failures, or repairs in no time, latency and
// wait are those of M/M/1; quantiles of the wait, which has other terms, too.
func TestFailuresLaw(t *testing.T) {
	want := solve(t, mmc(0.8, 1, 1)).Metrics
	for _, sys := range []System{failing(mmc(0.8, 1, 1), 1e-11, 1), failing(mmc(0.8, 1, 1), 1, 1e11)} {
		got := familySolve(t, sys, obstacleFailures, solveFailures).Metrics
		for _, metric := range []string{"latency", "wait", "wait_ratio", "in_system", "utilization"} {
			for statistic, v := range want[metric] {
				within(t, metric+"."+statistic, got[metric][statistic], v, 2e-9)
			}
		}
	}
}

// TestFailuresGeneral: laws with the moments of an exponential one have its mean.
func TestFailuresGeneral(t *testing.T) {
	want := familySolve(t, failing(mmc(0.5, 1, 1), 0.2, 2), obstacleFailures, solveFailures).Metrics
	sys := failing(mmc(0.5, 1, 1), 0.2, 2)
	sys.Failures.Repair, sys.Streams[0].Service = lognormal(0.5, 1), lognormal(1, 1)
	got := familySolve(t, sys, obstacleFailures, solveFailures)
	if got.Model != "M/G/1 with failures" {
		t.Errorf("model %q", got.Model)
	}
	for _, metric := range []string{"latency", "wait", "wait_ratio", "in_system", "utilization"} {
		within(t, metric, got.Metrics[metric]["mean"], want[metric]["mean"], 1e-12)
	}
}

// TestFailuresCorners: rates six orders apart, and ρ close to availability.
func TestFailuresCorners(t *testing.T) {
	for _, c := range [][4]float64{
		{5, 10, 1e-6, 1e-5}, {5, 10, 1e6, 1e7}, {8.9999, 10, 0.1, 0.9}, {9 * (1 - 1e-6), 10, 1e-3, 9e-3}, {1e-6, 1, 1, 1}, {0.5, 1, 0.5, 1.0000000001}, {5e-7, 1e-6, 1, 100},
	} {
		familySolve(t, failing(mmc(c[0], c[1], 1), c[2], c[3]), obstacleFailures, solveFailures)
	}
}

// TestSetupBrute compares with the chain of the number in system and the
// server, which is on in state 1, and off or starting in state 0.
func TestSetupBrute(t *testing.T) {
	for _, c := range []struct{ lambda, starts float64 }{{0.5, 0.3}, {0.8, 0.2}, {0.8, 10}, {0.1, 1}} {
		mean, factorial, _ := oneServerBrute(func(n, state int, add func(n, state int, rate float64)) {
			switch {
			case n == 0 && state == 1:
				add(0, 0, 1) // never entered
			case state == 0:
				add(n+1, 0, c.lambda)
				if n > 0 {
					add(n, 1, c.starts)
				}
			case n == 1:
				add(2, 1, c.lambda)
				add(0, 0, 1)
			default:
				add(n+1, 1, c.lambda)
				add(n-1, 1, 1)
			}
		})
		m := familySolve(t, withSetup(mmc(c.lambda, 1, 1), exponential(c.starts)), obstacleSetup, solveSetup).Metrics
		l := m["latency"]
		within(t, "in system", m["in_system"]["mean"], mean, 1e-10)
		within(t, "E T²", l["sd"]*l["sd"]+l["mean"]*l["mean"], factorial/c.lambda/c.lambda, 1e-9)
	}
}

// TestSetupLaw: a setup in no time leaves M/M/1, and one as slow as the queue
// makes the latency Erlang of two stages.
func TestSetupLaw(t *testing.T) {
	want := solve(t, mmc(0.8, 1, 1)).Metrics
	got := familySolve(t, withSetup(mmc(0.8, 1, 1), exponential(1e11)), obstacleSetup, solveSetup).Metrics
	for _, metric := range []string{"latency", "wait", "queue_length", "in_system", "utilization", "service"} {
		for statistic, v := range want[metric] {
			if metric != "queue_length" || statistic == "mean" {
				// A wait of zero becomes a setup.
				if math.Abs(got[metric][statistic]-v) > 1e-9*v+1e-10 {
					t.Errorf("%s.%s = %g, want %g", metric, statistic, got[metric][statistic], v)
				}
			}
		}
	}
	same := familySolve(t, withSetup(mmc(0.5, 1, 1), exponential(0.5)), obstacleSetup, solveSetup).Metrics
	x := 0.5 * same["latency"]["p99"]
	within(t, "tail of Erlang", (1+x)*math.Exp(-x), 0.01, 1e-12)
	general := familySolve(t, withSetup(mmc(0.5, 1, 1), must(distributions.NewGammaMean(2, 1))), obstacleSetup, solveSetup).Metrics
	within(t, "latency by moments", general["latency"]["mean"], same["latency"]["mean"], 1e-12)
}

func TestFailuresRefused(t *testing.T) {
	lose := failing(mmc(0.5, 1, 1), 1, 10)
	lose.Failures.OnFailure = Lose
	up := failing(mmc(0.5, 1, 1), 1, 10)
	up.Failures.Up = constant(1)
	for _, sys := range []System{mmc(0.5, 1, 1), lose, up, failing(mmc(0.5, 1, 2), 1, 10), failing(mmcLimit(0.5, 1, 1, 2), 1, 10), withSetup(failing(mmc(0.5, 1, 1), 1, 10), constant(1))} {
		if obstacleFailures(describe(sys)) == "" {
			t.Errorf("%+v is not refused", sys)
		}
		if obstacleSetup(describe(sys)) == "" {
			t.Errorf("%+v is not refused as setup", sys)
		}
	}
}
