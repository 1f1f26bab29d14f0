package analytic

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"
)

// TestMMcBig compares with 768 bits from one to a million servers, from
// ρ = 1e-9 to 1 − 1e-9. Quantiles are put back into the exact tail.
func TestMMcBig(t *testing.T) {
	type corner struct {
		c      int
		lambda float64
		mu     float64
	}
	var corners []corner
	for _, c := range []int{1, 2, 3, 10, 64, 1000} {
		for _, rho := range []float64{1e-9, 0.01, 0.3, 0.5, 0.9, 0.99, 1 - 1e-6, 1 - 1e-9} {
			for _, mu := range []float64{0.1, 1e-9, 3e8} {
				corners = append(corners, corner{c, rho * float64(c) * mu, mu})
			}
		}
	}
	for _, rho := range []float64{0.9, 0.99, 1 - 1e-9} {
		corners = append(corners, corner{20_000, rho * 20_000 * 80, 80})
	}
	if !testing.Short() {
		for _, rho := range []float64{0.97, 0.9999, 1 - 1e-9} {
			corners = append(corners, corner{1_000_000, rho * 1e6 * 80, 80})
		}
	}
	for _, k := range corners {
		name := fmt.Sprintf("c=%d λ=%g µ=%g", k.c, k.lambda, k.mu)
		want := newBigDelay(k.lambda, k.mu, k.c)
		if float(want.delay) < 1e-250 {
			continue // below what is promised
		}
		m := solve(t, mmc(k.lambda, k.mu, k.c)).Metrics
		tolerance := 2e-13
		if k.c > 1000 {
			tolerance = 1e-11
		}
		wait := float(want.wait())
		within(t, name+" wait ratio", m["wait_ratio"]["mean"], float(want.delay), tolerance)
		within(t, name+" wait", m["wait"]["mean"], wait, tolerance)
		within(t, name+" queue length", m["queue_length"]["mean"], wait*k.lambda, tolerance)
		for _, p := range percentiles {
			if x := m["wait"][p.name]; x > 0 {
				within(t, name+" tail at the wait's "+p.name, float(want.waitTail(x)), p.tail, 1e-11)
			} else if float(want.delay) > p.tail*(1+1e-12) {
				t.Errorf("%s: wait %s is 0, but the share that waits is %g", name, p.name, float(want.delay))
			}
			if x := m["latency"][p.name]; want.mu.Cmp(want.spare) != 0 {
				within(t, name+" tail at the latency's "+p.name, float(want.sojournTail(x)), p.tail, 1e-11)
			}
		}
	}
}

// TestMM1 compares with the closed forms of one server: wait and latency are
// exponential of rate µ − λ, the former with an atom 1 − ρ.
func TestMM1(t *testing.T) {
	for _, rho := range []float64{0.001, 0.25, 0.5, 0.75, 0.999} {
		mu := 100.0
		m := solve(t, mmc(rho*mu, mu, 1)).Metrics
		rate := mu - rho*mu
		within(t, "wait", m["wait"]["mean"], rho/rate, 1e-12)
		within(t, "wait sd", m["wait"]["sd"], math.Sqrt(rho*(2-rho))/rate, 1e-12)
		within(t, "latency", m["latency"]["mean"], 1/rate, 1e-12)
		within(t, "latency sd", m["latency"]["sd"], 1/rate, 1e-12)
		within(t, "in system", m["in_system"]["mean"], rho/(1-rho), 1e-12)
		for _, p := range percentiles {
			within(t, "latency "+p.name, m["latency"][p.name], -math.Log(p.tail)/rate, 1e-12)
			within(t, "service "+p.name, m["service"][p.name], -math.Log(p.tail)/mu, 1e-12)
		}
	}
}

// TestQueueQuantile sums the states of M/M/c until 99 % are reached, ties
// included: at c = 1, ρ = 0.1 the queue is empty for exactly 99 % of the time.
func TestQueueQuantile(t *testing.T) {
	if got := solve(t, mmc(1, 10, 1)).Metrics["queue_length"]["p99"]; got != 0 {
		t.Errorf("ρ = 0.1: %g, want 0", got)
	}
	for _, c := range []int{1, 2, 7} {
		for rho := 0.05; rho < 0.99; rho += 0.0173 {
			m := solve(t, mmc(rho*float64(c), 1, c)).Metrics
			sum, n, p := 1-m["wait_ratio"]["mean"]*rho, 0.0, m["wait_ratio"]["mean"]*rho*(1-rho)
			for sum < 0.99 {
				sum += p
				p *= rho
				n++
			}
			if got := m["queue_length"]["p99"]; got != n {
				t.Errorf("c = %d, ρ = %g: p99 of the queue is %g, want %g", c, rho, got, n)
			}
		}
	}
}

// TestLatencyContinuous crosses cµ − λ = µ, where the two exponentials of the
// latency are one, in steps of one unit of rounding: each quantile moves by
// rounding alone, and at the point itself the law is e^-x(1 + Cx).
func TestLatencyContinuous(t *testing.T) {
	const mu = 10.0
	for _, c := range []int{2, 3, 50} {
		centre := mu * float64(c-1)
		at := solve(t, mmc(centre, mu, c))
		delay := at.Metrics["wait_ratio"]["mean"]
		for _, p := range percentiles {
			x := mu * at.Metrics["latency"][p.name]
			within(t, "tail where the rates are equal", math.Exp(-x)*(1+delay*x), p.tail, 1e-13)
		}
		for _, lambda := range []float64{math.Nextafter(centre, 0), math.Nextafter(centre, 1e9), centre * (1 - 1e-12), centre * (1 + 1e-12)} {
			m := solve(t, mmc(lambda, mu, c)).Metrics
			for _, p := range percentiles {
				// the quantile itself moves by up to c times the step
				moved := 2 * float64(c) * math.Abs(lambda/centre-1)
				within(t, fmt.Sprintf("c = %d: latency %s", c, p.name), m["latency"][p.name], at.Metrics["latency"][p.name], moved+1e-14)
			}
		}
	}
}

// TestGivenByMean keeps the digits of 1 − ρ when a mean is given: λ = 1 − 2^-30
// and a mean of 1, and the same where neither µ nor ρ is a float64.
func TestGivenByMean(t *testing.T) {
	mean := 1.0 / 3
	lambda := 3 * (1 - 0x1p-30)
	sys := System{Streams: []Stream{{Process: poisson(lambda), Service: exponentialMean(mean)}}, Servers: 1}
	spare := float(sub(num(1), mul(num(lambda), num(mean))))
	m := solve(t, sys).Metrics
	within(t, "wait", m["wait"]["mean"], lambda*mean*mean/spare, 1e-15*8)
}

// TestMMcProperties: Little's law, ordered quantiles, ratios in range, and more
// servers never make anybody wait longer.
func TestMMcProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := rapid.IntRange(1, 3000).Draw(t, "c")
		mu := math.Pow(10, rapid.Float64Range(-9, 9).Draw(t, "log µ"))
		rho := 1 - math.Pow(10, rapid.Float64Range(-9, -1e-9).Draw(t, "log(1−ρ)"))
		sys := mmc(rho*mu*float64(c), mu, c)
		if !Stable(sys) || rho <= 0 {
			t.Skip()
		}
		sol, err := Solve(sys)
		if err != nil {
			t.Fatal(err)
		}
		checkProperties(t, sys, sol)
		sys.Servers++
		more, err := Solve(sys)
		if err != nil {
			t.Fatal(err)
		}
		for _, statistic := range []string{"mean", "p50", "p90", "p99", "p999"} {
			for _, metric := range []string{"wait", "latency"} {
				if x, y := sol.Metrics[metric][statistic], more.Metrics[metric][statistic]; y > x*(1+1e-11) {
					t.Errorf("one server more takes %s.%s from %g to %g", metric, statistic, x, y)
				}
			}
		}
	})
}

// checkProperties holds a solution to what is true of every queue.
func checkProperties(t *rapid.T, sys System, sol *Solution) {
	m := sol.Metrics
	near := func(what string, x, y float64) {
		if math.Abs(x-y) > 1e-10*math.Abs(y) {
			t.Errorf("%s: %g, want %g", what, x, y)
		}
	}
	near("L = λT", m["in_system"]["mean"], m["throughput"]["mean"]*m["latency"]["mean"])
	near("flow", m["throughput"]["mean"], m["arrival_rate"]["mean"]*(1-m["shed_ratio"]["mean"]))
	near("busy servers", m["in_system"]["mean"], m["queue_length"]["mean"]+m["utilization"]["mean"]*float64(sys.Servers))
	for _, name := range []string{"utilization", "wait_ratio", "shed_ratio"} {
		if v := m[name]["mean"]; !(v >= 0 && v <= 1) {
			t.Errorf("%s = %g", name, v)
		}
	}
	for _, name := range []string{"wait", "latency", "service"} {
		last := 0.0
		for _, p := range percentiles {
			v, ok := m[name][p.name]
			if !ok || !(v >= last) {
				t.Errorf("%s.%s = %g after %g", name, p.name, v, last)
			}
			last = v
		}
	}
}
