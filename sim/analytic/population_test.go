package analytic

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/mathext"

	"spillway/distributions"
)

// closed is M/M/c//N with a mean time of thinking.
func closed(callers, c int, mu, think float64) System {
	return System{
		Streams: []Stream{{Service: exponential(mu)}}, Servers: c,
		Policies: Policies{Closed: &Closed{Population: callers, Think: exponentialMean(think)}},
	}
}

func solveClosed(t testing.TB, sys System) Metrics {
	t.Helper()
	p := describe(sys)
	if o := obstaclePopulation(p); o != "" {
		t.Fatalf("%s is refused: %s", Kendall(sys), o)
	}
	sol, err := solvePopulation(p)
	if err == nil {
		err = sol.check()
	}
	if err != nil {
		t.Fatalf("%s: %v", Kendall(sys), err)
	}
	return sol.Metrics
}

// TestPopulationStates sums over the states in plain order, and takes the wait
// as a mixture of Erlang laws from incomplete gamma functions, and the latency as
// its convolution with the service by the midpoint rule.
func TestPopulationStates(t *testing.T) {
	for _, x := range []struct {
		callers, c int
		mu, think  float64
	}{{1, 1, 2, 3}, {2, 1, 1, 1}, {10, 3, 1, 1.5}, {40, 4, 10, 1}, {30, 30, 1, 1}, {25, 24, 1, 0.5}, {100, 2, 5, 30}} {
		m := solveClosed(t, closed(x.callers, x.c, x.mu, x.think))
		law := func(n int) (p []float64, sum float64) {
			for k, w := 0, 1.0; k <= n; k++ {
				p, sum = append(p, w), sum+w
				w *= float64(n-k) / x.think / (float64(min(k+1, x.c)) * x.mu)
			}
			return p, sum
		}
		p, sum := law(x.callers)
		var busy, queue float64
		for n, w := range p {
			busy += w / sum * float64(min(n, x.c))
			queue += w / sum * float64(max(0, n-x.c))
		}
		name := fmt.Sprintf("%+v ", x)
		within(t, name+"throughput", m["throughput"]["mean"], busy*x.mu, 1e-12)
		within(t, name+"utilization", m["utilization"]["mean"], busy/float64(x.c), 1e-12)
		within(t, name+"queue", m["queue_length"]["mean"], queue, 1e-12)
		within(t, name+"in system", m["in_system"]["mean"], float64(x.callers)-busy*x.mu*x.think, 1e-12)
		within(t, name+"latency", m["latency"]["mean"], float64(x.callers)/(busy*x.mu)-x.think, 1e-11)
		seen, all := law(x.callers - 1)
		wait := func(t float64) float64 {
			tail := 0.0
			for n := x.c; n < x.callers; n++ {
				tail += seen[n] / all * mathext.GammaIncRegComp(float64(n-x.c+1), math.Max(0, float64(x.c)*x.mu*t))
			}
			return tail
		}
		var first, second float64 // moments of the wait, in departures
		for n := x.c; n < x.callers; n++ {
			k := float64(n - x.c + 1)
			first += seen[n] / all * k
			second += seen[n] / all * k * (k + 1)
		}
		within(t, name+"sd of the wait", m["wait"]["sd"], math.Sqrt(second-first*first)/(float64(x.c)*x.mu), 1e-11)
		within(t, name+"waits", m["wait_ratio"]["mean"], wait(0), 1e-12)
		for _, p := range percentiles {
			if v := m["wait"][p.name]; v > 0 {
				within(t, name+"wait "+p.name, wait(v), p.tail, 1e-9)
			}
			const steps = 500
			v := m["latency"][p.name]
			h, sum := v/steps, math.Exp(-x.mu*v)
			for k := range steps {
				s := h * (float64(k) + 0.5)
				sum += h * wait(v-s) * x.mu * math.Exp(-x.mu*s)
			}
			within(t, name+"latency "+p.name, sum, p.tail, 1e-4)
		}
	}
}

// TestPopulationMeanValue is the mean value analysis of one server, a recursion
// over the callers: the latency is the service times one more than the mean number
// that an arrival finds, that with a caller less.
func TestPopulationMeanValue(t *testing.T) {
	const callers = 100_000
	for _, think := range []float64{1e3, 1e5, 1.0001e5, 1e7} {
		in, latency := 0.0, 0.0
		for n := 1; n <= callers; n++ {
			latency = 1 + in
			in = float64(n) / (think + latency) * latency
		}
		m := solveClosed(t, closed(callers, 1, 1, think))
		within(t, fmt.Sprintf("in system, thinking %g", think), m["in_system"]["mean"], in, 1e-10)
		within(t, fmt.Sprintf("latency, thinking %g", think), m["latency"]["mean"], latency, 1e-10)
	}
}

// TestPopulationCorners relies on the checks of the solver, which tie two
// populations together.
func TestPopulationCorners(t *testing.T) {
	for _, c := range []int{1, 100, 99_999, 100_000, 200_000} {
		for _, think := range []float64{0, 1e-9, 1, 1e3, 1e9} {
			sys := closed(100_000, c, 1, 1)
			sys.Closed = &Closed{Population: 100_000, Think: constant(think)}
			solveClosed(t, sys)
		}
	}
	m := solveClosed(t, closed(7, 2, 1, 3))
	all := closed(7, 2, 1, 3)
	all.Closed = &Closed{Population: 7, Think: constant(3)}
	if got := solveClosed(t, all); got["wait"]["p99"] != m["wait"]["p99"] {
		t.Error("the law of thinking matters beyond its mean")
	}
	infinite := closed(50, 1, 1, 3)
	infinite.Infinite = true
	if m := solveClosed(t, infinite); m["utilization"] != nil || m["wait"]["mean"] != 0 {
		t.Errorf("with infinitely many servers: %v", m)
	}
	within(t, "binomial", solveClosed(t, infinite)["in_system"]["mean"], 50./4, 1e-13)
}

func TestPopulationRefused(t *testing.T) {
	for what, change := range map[string]func(*System){
		"open":          func(s *System) { s.Closed = nil },
		"discipline":    func(s *System) { s.Discipline = LIFO },
		"arrivals":      func(s *System) { s.Streams[0].Process = poisson(1) },
		"streams":       func(s *System) { s.Streams = append(s.Streams, s.Streams[0]) },
		"limit":         func(s *System) { s.Limited, s.Limit = true, 7 },
		"service":       func(s *System) { s.Streams[0].Service = constant(1) },
		"nobody":        func(s *System) { s.Closed = &Closed{Think: constant(1)} },
		"too many":      func(s *System) { s.Closed = &Closed{Population: maxPopulation + 1, Think: constant(1)} },
		"think forever": func(s *System) { s.Closed = &Closed{Population: 10, Think: must(distributions.NewPareto(0.5, 1))} },
	} {
		sys := closed(10, 2, 1, 3)
		change(&sys)
		if obstaclePopulation(describe(sys)) == "" {
			t.Errorf("%s: not refused", what)
		}
	}
	sys := closed(10, 2, 1, 3)
	sys.Limited, sys.Limit = true, 8
	solveClosed(t, sys)
}

func BenchmarkPopulation(b *testing.B) {
	for _, n := range []int{50, 1000, 100_000} {
		b.Run(fmt.Sprintf("N=%d", n), func(b *testing.B) {
			for b.Loop() {
				solveClosed(b, closed(n, 10, 1, float64(n)/9))
			}
		})
	}
}
