package analytic

import (
	"errors"
	"math"
	"testing"
)

// retrialSystem is M/M/c with retries of rate theta.
func retrialSystem(lambda, mu, theta float64, c int) System {
	sys := mmcLimit(lambda, mu, c, 0)
	sys.Retry = exponential(theta)
	return sys
}

func retrialSolve(t testing.TB, sys System) *Solution {
	t.Helper()
	p := describe(sys)
	if o := obstacleRetrial(p); o != "" {
		t.Fatal(o)
	}
	sol, err := solveRetrial(p)
	if err != nil {
		t.Fatal(err)
	}
	if err := sol.check(); err != nil {
		t.Fatal(err)
	}
	return sol
}

// TestRetrialTruth is about the systems of the public pack.
func TestRetrialTruth(t *testing.T) {
	for _, c := range []struct {
		name              string
		lambda, mu, theta float64
		servers           int
		values            []qbdValue
	}{
		{"mm1-retrial-r0.7", 7, 10, 5, 1, []qbdValue{{"utilization", "mean", 0.7, 12}, {"throughput", "mean", 7, 12},
			{"in_retry", "mean", 4.9, 12}, {"wait", "mean", 0.7, 12}, {"latency", "mean", 0.8, 12}}},
		{"mm2-retrial-r0.6", 12, 10, 4, 2, []qbdValue{{"utilization", "mean", 0.6, 12}, {"throughput", "mean", 12, 12},
			{"in_retry", "mean", 2.719372617975134, 12}, {"wait", "mean", 0.22661438483126117, 12}, {"latency", "mean", 0.32661438483126115, 12}}},
		{"mm1-retrial-r0.9", 90, 100, 300, 1, []qbdValue{{"utilization", "mean", 0.9, 12}, {"throughput", "mean", 90, 12},
			{"in_retry", "mean", 10.8, 12}, {"wait", "mean", 0.12, 12}, {"latency", "mean", 0.13, 12}}},
	} {
		m := retrialSolve(t, retrialSystem(c.lambda, c.mu, c.theta, c.servers)).Metrics
		for _, v := range c.values {
			within(t, c.name+" "+v.metric, m[v.metric][v.statistic], v.want, 1e-12)
		}
	}
}

// TestRetrialOneServer holds the recursion to the closed form.
func TestRetrialOneServer(t *testing.T) {
	for _, c := range []struct{ rho, theta float64 }{{0.1, 1}, {0.5, 1e-3}, {0.5, 1e3}, {0.9, 0.1}, {0.99, 10}, {0.999, 1}} {
		r := retrial{c: 1, lambda: c.rho, mu: 1, theta: c.theta}
		if err := r.solve(1 - c.rho); err != nil {
			t.Errorf("ρ = %g, θ = %g: %v", c.rho, c.theta, err)
			continue
		}
		want := retrialSolve(t, retrialSystem(c.rho, 1, c.theta, 1)).Metrics
		within(t, "E[N]", r.orbit, want["in_retry"]["mean"], 1e-10)
		within(t, "P(wait)", r.blocked, want["wait_ratio"]["mean"], 1e-11)
	}
}

// TestRetrialChain holds it to a truncated chain, solved by sweeps over all
// states until it stands still.
func TestRetrialChain(t *testing.T) {
	for _, s := range []struct {
		c                 int
		lambda, mu, theta float64
	}{{2, 1, 1, 0.7}, {3, 2, 1, 2}, {5, 3.5, 1, 0.4}} {
		got := retrialSolve(t, retrialSystem(s.lambda, s.mu, s.theta, s.c)).Metrics
		orbit, blocked := retrialChain(s.c, 150, s.lambda, s.mu, s.theta)
		within(t, "E[N]", got["in_retry"]["mean"], orbit, 1e-9)
		within(t, "P(wait)", got["wait_ratio"]["mean"], blocked, 1e-9)
	}
}

// retrialChain iterates the jump probabilities of the whole chain.
func retrialChain(c, top int, lambda, mu, theta float64) (orbit, blocked float64) {
	at := func(n, j int) int { return n*(c+1) + j }
	x := make([]float64, (top+1)*(c+1))
	for i := range x {
		x[i] = 1
	}
	for range 20000 {
		change := 0.0
		for n := range top + 1 {
			for j := range c + 1 {
				in, out := 0.0, lambda+float64(j)*mu
				if j < c {
					out += float64(n) * theta
					in += float64(j+1) * mu * x[at(n, j+1)]
				} else if n == top {
					out -= lambda
				}
				if j > 0 {
					in += lambda * x[at(n, j-1)]
					if n < top {
						in += float64(n+1) * theta * x[at(n+1, j-1)]
					}
				}
				if j == c && n > 0 {
					in += lambda * x[at(n-1, c)]
				}
				change = math.Max(change, math.Abs(in/out/x[at(n, j)]-1))
				x[at(n, j)] = in / out
			}
		}
		if change < 1e-13 {
			break
		}
	}
	mass := 0.0
	for n := range top + 1 {
		for j := range c + 1 {
			mass += x[at(n, j)]
			orbit += float64(n) * x[at(n, j)]
		}
		blocked += x[at(n, c)]
	}
	return orbit / mass, blocked / mass
}

// TestRetrialAtOnce: where tries follow at once, tasks wait as in M/M/c, in
// random order.
func TestRetrialAtOnce(t *testing.T) {
	for _, c := range []int{1, 2, 20, 200} {
		lambda := 0.9 * float64(c)
		got := retrialSolve(t, retrialSystem(lambda, 1, 1e9, c)).Metrics
		want := solve(t, mmc(lambda, 1, c)).Metrics
		within(t, "wait", got["wait"]["mean"], want["wait"]["mean"], 1e-6)
		within(t, "wait ratio", got["wait_ratio"]["mean"], want["wait_ratio"]["mean"], 1e-6)
	}
}

// TestRetrialCorners: slow retries beside fast service, and a load near one.
func TestRetrialCorners(t *testing.T) {
	m := retrialSolve(t, retrialSystem(1.2, 1, 1e-4, 2)).Metrics
	// as θ → 0 the orbit is a fluid: λ + θN = a, where a erlangs offered to 2
	// servers without queue carry 1.2: a = 1.2/(1 − B(2, a))
	a := 1.2
	for range 500 {
		a = 1.2 * (1 + 1/idleOdds(2, a))
	}
	within(t, "slow retries", m["in_retry"]["mean"], (a-1.2)/1e-4, 1e-3)
	one := retrialSolve(t, retrialSystem(1-1e-6, 1, 2, 1)).Metrics
	within(t, "ρ = 1 − 1e-6", one["in_retry"]["mean"], (1-1e-6)*3*(1-1e-6)/(2*1e-6), 1e-9)
	_, err := solveRetrial(describe(retrialSystem(2-2e-6, 1, 2, 2)))
	if !errors.Is(err, ErrNoModel) {
		t.Errorf("two servers at ρ = 1 − 1e-6: %v, want it refused", err)
	}
}

func TestRetrialRefused(t *testing.T) {
	for name, change := range map[string]func(*System){
		"constant retries": func(s *System) { s.Retry = constant(1) },
		"room to wait":     func(s *System) { s.Limit = 1 },
		"no limit":         func(s *System) { s.Limited = false },
		"no retries":       func(s *System) { s.Retry = nil },
		"patience":         func(s *System) { s.Patience = constant(1) },
		"overload":         func(s *System) { s.Streams[0].Process = poisson(2) },
		"constant service": func(s *System) { s.Streams[0].Service = constant(0.1) },
	} {
		sys := retrialSystem(1.2, 1, 1, 2)
		change(&sys)
		if name == "overload" {
			sys.Servers = 1
		}
		if obstacleRetrial(describe(sys)) == "" {
			t.Errorf("%s: accepted", name)
		}
	}
}

func BenchmarkRetrial(b *testing.B) {
	sys := retrialSystem(45, 1, 1, 50)
	for b.Loop() {
		if _, err := solveRetrial(describe(sys)); err != nil {
			b.Fatal(err)
		}
	}
}
