package analytic

import (
	"math"
	"math/cmplx"
	"testing"

	"spillway/distributions"
)

// sharedTail is P(T > t) of M/M/1 with processor sharing, µ = 1, by
// uniformisation of the tagged task's chain: with n others it leaves at rate
// 1/(n + 1), the others at n/(n + 1). The chain is cut at 400 others.
func sharedTail(load, t float64) float64 {
	const most = 400
	rate := 1 + load
	p, next := make([]float64, most+1), make([]float64, most+1)
	for n := range p {
		p[n] = (1 - load) * math.Pow(load, float64(n))
	}
	total, weight := 0.0, math.Exp(-rate*t)
	for k := range 600 {
		alive := 0.0
		for _, v := range p {
			alive += v
		}
		total += weight * alive
		weight *= rate * t / float64(k+1)
		clear(next)
		for n, v := range p {
			next[min(n+1, most)] += v * load / rate
			if n > 0 {
				next[n-1] += v * float64(n) / float64(n+1) / rate
			}
		}
		p, next = next, p
	}
	return total
}

// TestSharingTail puts the quantiles into the tail of the tagged chain; those
// of random order with several servers are the same, of delayed tasks.
func TestSharingTail(t *testing.T) {
	for _, load := range []float64{0.1, 0.5, 0.8} {
		sol := solveDiscipline(t, disciplined(ProcessorSharing, load, exponential(1)))
		random := disciplined(RandomOrder, 4*load, exponential(1))
		random.Servers = 4
		wait := solveDiscipline(t, random).Metrics
		for _, p := range percentiles {
			within(t, "processor sharing "+p.name, sharedTail(load, sol.Metrics["latency"][p.name]), p.tail, 1e-10)
			if x := wait["wait"][p.name]; x > 0 {
				within(t, "random order "+p.name, wait["wait_ratio"]["mean"]*sharedTail(load, 4*x), p.tail, 1e-10)
			}
		}
	}
}

// TestSharing: several servers and classes; with one server M/G/1-PS, and with
// very many M/G/∞.
func TestSharing(t *testing.T) {
	sol := solveDiscipline(t, prioritised(ProcessorSharing, 1, []float64{0.5, 0.2}, constant(1), exponential(1)))
	within(t, "latency", sol.Metrics["latency"]["mean"], 1/0.3, 1e-12)
	within(t, "not alone", sol.Classes["p1"]["wait_ratio"]["mean"], 1-0.3*math.Exp(-0.7), 1e-12)
	sys := disciplined(ProcessorSharing, 3.2, constant(1))
	sys.Servers = 4
	within(t, "four servers", solveDiscipline(t, sys).Metrics["in_system"]["mean"], solve(t, mmc(3.2, 1, 4)).Metrics["in_system"]["mean"], 1e-12)
	sys.Servers = 1000
	within(t, "many servers", solveDiscipline(t, sys).Metrics["latency"]["mean"], 1, 1e-12)
}

// TestDisciplineCorners: ρ from 1e-9 to 1 − 1e-9; near saturation the latency
// over its mean tends to the product of two independent exponentials in
// processor sharing (Sengupta and Jagerman, SIAM Journal on Applied Mathematics
// 45(3), 1985), whose tail is ∫₀^∞ exp(−u − x/u) du.
func TestDisciplineCorners(t *testing.T) {
	for _, d := range []Discipline{ProcessorSharing, PreemptiveLIFO, LIFO, RandomOrder} {
		for _, spare := range []float64{1 - 1e-9, 0.5, 1e-3, 1e-6, 1e-9} {
			sol := solveDiscipline(t, disciplined(d, 1-spare, exponential(1)))
			within(t, "latency", sol.Metrics["latency"]["mean"], 1/spare, 1e-7) // the rounding of 1 − spare
		}
	}
	m := solveDiscipline(t, disciplined(ProcessorSharing, 1-1e-9, exponential(1))).Metrics["latency"]
	for _, p := range percentiles {
		sum, x := 0.0, m[p.name]/m["mean"]
		for k := -4000; k < 1000; k++ { // trapezoidal rule in log u
			u := math.Exp(float64(k) / 100)
			sum += u / 100 * math.Exp(-u-x/u)
		}
		within(t, "tail of the limit", sum, p.tail, 1e-7)
	}
}

// TestPreemptiveLIFOTail inverts the transform of the busy period at the
// quantiles of the latency, and at those of the wait of LIFO.
func TestPreemptiveLIFOTail(t *testing.T) {
	for _, load := range []float64{0.2, 0.8} {
		busy := func(s complex128) complex128 {
			b := s + complex(1+load, 0)
			return (b - cmplx.Sqrt(b*b-complex(4*load, 0))) / complex(2*load, 0)
		}
		latency := solveDiscipline(t, disciplined(PreemptiveLIFO, load, exponential(1))).Metrics["latency"]
		lifo := disciplined(LIFO, 3*load, exponential(1))
		lifo.Servers = 3
		wait := solveDiscipline(t, lifo).Metrics
		for _, p := range percentiles {
			within(t, "preemptive "+p.name, eulerTail(busy, latency[p.name]), p.tail, 1e-7)
			if x := wait["wait"][p.name]; x > 0 {
				within(t, "not preemptive "+p.name, wait["wait_ratio"]["mean"]*eulerTail(busy, 3*x), p.tail, 1e-7)
			}
		}
	}
}

// TestOrderMoments: the moments for any law are those of M/M/1 where the law,
// written otherwise, is exponential.
func TestOrderMoments(t *testing.T) {
	same := must(distributions.NewHyperexponential([]float64{0.5, 0.5}, []float64{1, 1}))
	for _, d := range []Discipline{LIFO, RandomOrder, PreemptiveLIFO} {
		got, want := solveDiscipline(t, disciplined(d, 0.7, same)), solveDiscipline(t, disciplined(d, 0.7, exponential(1)))
		sameMetrics(t, "moments", got, want, 1e-11, "queue_length", "wait_ratio", "wait", "latency")
	}
}

func BenchmarkSharing(b *testing.B) {
	for name, d := range map[string]Discipline{"PS": ProcessorSharing, "LIFO-PR": PreemptiveLIFO, "SIRO": RandomOrder} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				solveDiscipline(b, disciplined(d, 0.9, exponential(1)))
			}
		})
	}
}
