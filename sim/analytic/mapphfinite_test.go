package analytic

import (
	"fmt"
	"math"
	"testing"

	"spillway/distributions"
	"spillway/distributions/arrivals"
)

// qbdLimit gives a system a limit.
func qbdLimit(sys System, limit int) System {
	sys.Limited, sys.Limit = true, limit
	return sys
}

// qbdSolveLimit solves a system with a limit.
func qbdSolveLimit(t testing.TB, sys System) *Solution {
	t.Helper()
	p := describe(sys)
	if o := obstacleMAPPHK(p); o != "" {
		t.Fatal(o)
	}
	sol, err := solveMAPPHK(p)
	if err != nil {
		t.Fatalf("%s, load %g: %v", Kendall(sys), OfferedLoad(sys), err)
	}
	if err := sol.check(); err != nil {
		t.Fatal(err)
	}
	return sol
}

// TestMAPPHKSimple: what is M/M/c/K in disguise.
func TestMAPPHKSimple(t *testing.T) {
	for _, c := range []int{1, 3, 50} {
		for _, limit := range []int{0, 1, 20, 300} {
			for _, rho := range []float64{0.1, 0.8, 1, 1.7} {
				lambda := rho * float64(c)
				name := fmt.Sprintf("c = %d, limit = %d, ρ = %g", c, limit, rho)
				want := solve(t, mmcLimit(lambda, 1, c, limit)).Metrics
				equal := qbdMMPP([]float64{lambda, lambda}, [][]float64{{-0.3, 0.3}, {2, -2}})
				qbdSame(t, name+" equal rates", qbdSolveLimit(t, qbdLimit(qbdSystem(equal, exponential(1), c), limit)).Metrics, want, 1e-10)
				if c < 10 {
					service := qbdHyper([]float64{0.4, 0.6}, []float64{1, 1})
					qbdSame(t, name+" equal services", qbdSolveLimit(t, qbdLimit(qbdSystem(poisson(lambda), service, c), limit)).Metrics, want, 1e-10)
				}
			}
		}
	}
}

// TestMAPPHKLarge: with room enough it is the queue without limit, whose waits
// come from another method.
func TestMAPPHKLarge(t *testing.T) {
	for _, c := range qbdTruth() {
		sys := qbdSystem(c.process, c.service, c.servers)
		want := qbdSolve(t, sys).Metrics
		limit := int(60 * want["queue_length"]["mean"])
		if limit > 1000 {
			continue // the means of these are held to a limit below
		}
		got := qbdSolveLimit(t, qbdLimit(sys, limit+60)).Metrics
		qbdSame(t, c.name, got, want, 1e-9)
		qbdJudge(t, c.name, got, c.values)
	}
}

// TestMAPPHKLoss: of renewals to servers without queue. The loss of GI/M/c/c is
// known: 1/Σ_k C(c, k) Π_{i≤k} (1 − φ(iµ))/φ(iµ) (L. Takács, Introduction to the
// Theory of Queues, 1962, chapter 4).
func TestMAPPHKLoss(t *testing.T) {
	gap := must(distributions.NewHyperexponential([]float64{0.9, 0.1}, []float64{8, 0.7}))
	for _, c := range []int{1, 2, 5, 12} {
		sum, product, choose := 1.0, 1.0, 1.0
		for i := 1; i <= c; i++ {
			phi := real(gap.LaplaceTransform(complex(0.6*float64(i), 0)))
			product *= (1 - phi) / phi
			choose *= float64(c-i+1) / float64(i)
			sum += choose * product
		}
		m := qbdSolveLimit(t, qbdLimit(qbdSystem(arrivals.Renewal{Gap: gap}, exponential(0.6), c), 0)).Metrics
		within(t, fmt.Sprintf("loss of %d servers", c), m["shed_ratio"]["mean"], 1/sum, 1e-12)
		if m["wait"]["p999"] != 0 || m["wait"]["mean"] != 0 {
			t.Errorf("a wait without a queue: %v", m["wait"])
		}
		if c > 5 {
			continue
		}
		// Erlang's loss formula holds for any service of the same mean
		m = qbdSolveLimit(t, qbdLimit(qbdSystem(poisson(2), qbdPhases([]float64{0.3, 0.7, 0}, [][]float64{{-3, 1, 1}, {0, -2, 1}, {0.5, 0, -1}}), c), 0)).Metrics
		within(t, fmt.Sprintf("Erlang loss of %d servers", c), m["shed_ratio"]["mean"], 1/(1+idleOdds(c, m["utilization"]["mean"]*float64(c)/(1-m["shed_ratio"]["mean"]))), 1e-12)
	}
}

// TestMAPPHKChain holds loss, waits and their law to a chain that is written
// down task by task: MMPP/E2/1/4, in which a mark follows one task.
func TestMAPPHKChain(t *testing.T) {
	rates, change, mu, limit := []float64{3, 0.4}, []float64{0.5, 0.2}, 2.5, 3
	sys := qbdLimit(qbdSystem(qbdMMPP(rates, [][]float64{{-0.5, 0.5}, {0.2, -0.2}}), qbdErlang(2, mu), 1), limit)
	got := qbdSolveLimit(t, sys).Metrics
	// work is the number of stages of Erlang service in the system: every task
	// brings two, and waits for as many stages as there are
	top := 2 * (limit + 1)
	x := make([][2]float64, top+1)
	for i := range x {
		x[i] = [2]float64{1, 1}
	}
	for range 40000 {
		for w := range x {
			for i := range 2 {
				in, out := change[1-i]*x[w][1-i], change[i]
				if w > 0 {
					out += mu
				}
				if w+2 <= top {
					out += rates[i]
				}
				if w < top {
					in += mu * x[w+1][i]
				}
				if w > 1 {
					in += rates[i] * x[w-2][i]
				}
				x[w][i] = in / out
			}
		}
	}
	offered, shed, mean := 0.0, 0.0, 0.0
	for w := range x {
		for i, r := range rates {
			offered += r * x[w][i]
			if w+2 > top {
				shed += r * x[w][i]
			} else {
				mean += r * x[w][i] * float64(w) / mu
			}
		}
	}
	tail := func(y float64, extra int) float64 { // P(wait + extra stages > y)
		sum := 0.0
		for w := range top - 1 {
			v, term := 0.0, math.Exp(-mu*y)
			for k := range w + extra {
				v += term
				term *= mu * y / float64(k+1)
			}
			for i, r := range rates {
				sum += r * x[w][i] * v
			}
		}
		return sum / (offered - shed)
	}
	within(t, "shed ratio", got["shed_ratio"]["mean"], shed/offered, 1e-11)
	within(t, "wait", got["wait"]["mean"], mean/(offered-shed), 1e-11)
	for _, p := range percentiles {
		within(t, "wait "+p.name, tail(got["wait"][p.name], 0), p.tail, 1e-9)
		within(t, "latency "+p.name, tail(got["latency"][p.name], 2), p.tail, 1e-9)
	}
}

// TestMAPPHKCorners: overload, rare bursts and long queues.
func TestMAPPHKCorners(t *testing.T) {
	over := qbdSolveLimit(t, qbdLimit(qbdSystem(qbdMMPP([]float64{1e6, 1e6}, [][]float64{{-1, 1}, {1, -1}}), exponential(1), 100), 1000)).Metrics
	within(t, "overload", over["wait"]["p50"], 10, 1e-2) // 1000 departures at 100 a second
	within(t, "overload", over["shed_ratio"]["mean"], 1-1e-4, 1e-12)
	rare := qbdSolveLimit(t, qbdLimit(qbdSystem(qbdMMPP([]float64{100, 1e-4}, [][]float64{{-1, 1}, {1e-6, -1e-6}}), exponential(10), 1), 50)).Metrics
	if v := rare["shed_ratio"]["mean"]; !(v > 0.1 && v < 0.9) {
		t.Errorf("rare bursts: shed ratio %g", v) // half the tasks come in bursts, of which a fraction is served
	}
	long := qbdSolveLimit(t, qbdLimit(qbdSystem(qbdMMPP([]float64{1.2, 0.8}, [][]float64{{-1, 1}, {1, -1}}), exponential(1), 1), 20000)).Metrics
	within(t, "long queue at ρ = 1", long["queue_length"]["mean"], 10000, 1e-2)
	stiff := qbdSolveLimit(t, qbdLimit(qbdSystem(poisson(1), qbdHyper([]float64{1 - 1e-7, 1e-7}, []float64{2, 1e-6}), 1), 100))
	if _, ok := stiff.Metrics["wait"]["p99"]; ok || stiff.Note != finiteLawNote {
		t.Error("rates six orders apart: the law of the wait is given")
	}
	if m := stiff.Metrics["wait"]; !(m["mean"] > 0 && m["sd"] > m["mean"]) {
		t.Errorf("rates six orders apart: wait %v", m)
	}
}

func TestMAPPHKRefused(t *testing.T) {
	bursty := qbdMMPP([]float64{2, 0.1}, [][]float64{{-1, 1}, {1, -1}})
	base := qbdLimit(qbdSystem(bursty, exponential(2), 1), 10)
	if o := obstacleMAPPHK(describe(base)); o != "" {
		t.Fatal(o)
	}
	for name, change := range map[string]func(*System){
		"no limit":      func(s *System) { s.Limited = false },
		"retries":       func(s *System) { s.Retry = exponential(1) },
		"patience":      func(s *System) { s.Patience = constant(1) },
		"long":          func(s *System) { s.Limit = 1_000_000_000 },
		"random delay":  func(s *System) { s.Network = exponential(1) },
		"constant work": func(s *System) { s.Streams = []Stream{{Process: bursty, Service: constant(0.1)}} },
	} {
		sys := base
		change(&sys)
		if obstacleMAPPHK(describe(sys)) == "" {
			t.Errorf("%s: accepted", name)
		}
	}
}

func BenchmarkMAPPHK(b *testing.B) {
	bursty := qbdMMPP([]float64{90, 20}, [][]float64{{-0.5, 0.5}, {0.5, -0.5}})
	for name, sys := range map[string]System{
		"MMPP2-M-64-limit=100": qbdLimit(qbdSystem(bursty, exponential(1), 64), 100),
		"MMPP2-E2-4-limit=100": qbdLimit(qbdSystem(bursty, qbdErlang(2, 30), 4), 100),
	} {
		b.Run("model="+name, func(b *testing.B) {
			for b.Loop() {
				if _, err := solveMAPPHK(describe(sys)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
