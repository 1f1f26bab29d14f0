package analytic

import (
	"math"
	"testing"

	"spillway/distributions"
	"spillway/distributions/arrivals"
)

// stagesTail is P(X > t) of a sum of exponentials of different rates.
func stagesTail(t float64, rates ...float64) float64 {
	sum := 0.0
	for i, a := range rates {
		term := math.Exp(-a * t)
		for j, b := range rates {
			if j != i {
				term *= b / (b - a)
			}
		}
		sum += term
	}
	return sum
}

// reach holds the quantiles of a latency against its tail.
func reach(t *testing.T, what string, latency map[string]float64, relative float64, tail func(t float64) float64) {
	t.Helper()
	for _, p := range percentiles {
		x, ok := latency[p.name]
		if !ok {
			t.Errorf("%s: %s is missing", what, p.name)
			continue
		}
		within(t, what+": the tail at "+p.name, tail(x), p.tail, relative)
	}
}

// TestDelayLawStages has latencies that are sums of exponentials: that of
// M/M/1 has the rate µ − λ, that of GI/M/1 the rate µ(1 − σ).
func TestDelayLawStages(t *testing.T) {
	sys := mmc(0.6, 1, 1)
	sys.Network = exponential(0.7)
	reach(t, "delay before", solve(t, sys).Metrics["latency"], 1e-9, func(x float64) float64 { return stagesTail(x, 0.4, 0.7) })
	sys.Response = exponential(1e-3)
	reach(t, "a long delay back", solve(t, sys).Metrics["latency"], 1e-9, func(x float64) float64 { return stagesTail(x, 0.4, 0.7, 1e-3) })
	sys.Response = exponential(1e4)
	reach(t, "a short delay back", solve(t, sys).Metrics["latency"], 1e-9, func(x float64) float64 { return stagesTail(x, 0.4, 0.7, 1e4) })
	sys.Network = constant(2)
	reach(t, "a constant delay before", solve(t, sys).Metrics["latency"], 1e-9, func(x float64) float64 { return stagesTail(x-2, 0.4, 1e4) })

	regular := System{Servers: 1, Response: exponential(0.2), Network: constant(1),
		Streams: []Stream{{Process: arrivals.Deterministic{Interval: 1.25}, Service: exponential(1)}}}
	sigma := 0.5
	for range 200 {
		sigma = math.Exp(-1.25 * (1 - sigma))
	}
	reach(t, "D/M/1", solve(t, regular).Metrics["latency"], 1e-9, func(x float64) float64 { return stagesTail(x-1, 1-sigma, 0.2) })
}

// TestDelayLawBrute adds laws by Simpson's rule on the tail of M/M/2/5 and by
// sums over atoms.
func TestDelayLawBrute(t *testing.T) {
	sys := mmcLimit(3, 1, 2, 3)
	q := newLossQueue(describe(sys))
	_, sojourn, err := q.times(1, q.queued()/(q.below+q.queued()))
	if err != nil {
		t.Fatal(err)
	}
	sys.Network = must(distributions.NewUniform(0.5, 3))
	reach(t, "a uniform delay", solve(t, sys).Metrics["latency"], 1e-9, func(x float64) float64 {
		const steps = 4000
		top := math.Min(3, x) - 0.5
		sum := 0.0
		for i := 0; i <= steps; i++ {
			w := float64(2 + 2*(i%2))
			if i == 0 || i == steps {
				w = 1
			}
			sum += w * sojourn.tail(x-0.5-top*float64(i)/steps)
		}
		return sum*top/(3*steps)/2.5 + math.Max(0, 3-x)/2.5
	})
	sys.Network = must(distributions.NewEmpirical([]float64{1, 2, 6}, []float64{5, 4, 1}, false))
	reach(t, "three delays", solve(t, sys).Metrics["latency"], 1e-9, func(x float64) float64 {
		sum := 0.0
		for _, a := range [][2]float64{{1, 0.5}, {2, 0.4}, {6, 0.1}} {
			if x < a[0] {
				sum += a[1]
			} else {
				sum += a[1] * sojourn.tail(x-a[0])
			}
		}
		return sum
	})
}

// TestDelayLawTwoWays inverts transforms and integrates over time.
func TestDelayLawTwoWays(t *testing.T) {
	delays := []distributions.Distribution{must(distributions.NewErlangMean(3, 2)), must(distributions.NewGamma(0.5, 1))}
	for _, s := range []distributions.Distribution{must(distributions.NewErlangMean(2, 1)), must(distributions.NewHyperexponentialCV(1, 2)), must(distributions.NewLognormalMean(1, 0.5))} {
		p := describe(System{Servers: 1, Streams: []Stream{{Process: poisson(0.7), Service: s}}})
		q := newMG1Queue(p)
		o, err := q.outcome(p, q.wait(), mixture(p.sys.Streams))
		if err != nil {
			t.Fatal(err)
		}
		byTransform := o.sojourn.plusByTransform(delays, 3)
		o.sojourn.transform = nil
		byTime := o.sojourn.plus(delays)
		if byTransform == nil || byTime == nil {
			t.Errorf("%v: %v and %v", s, byTransform, byTime)
			continue
		}
		for i, p := range percentiles {
			within(t, s.String()+" "+p.name, byTime[i], byTransform[i], 2e-9)
		}
	}
}

// TestDelayLawJumps has laws with atoms: the latency of M/D/1 is the service
// itself with the probability 1 − ρ. Its law is known by Crommelin's formula up
// to the second service.
func TestDelayLawJumps(t *testing.T) {
	sys := System{Servers: 1, Streams: []Stream{{Process: poisson(0.1), Service: constant(1)}},
		Network: must(distributions.NewEmpirical([]float64{1, 3}, []float64{1, 1}, false))}
	m := solve(t, sys).Metrics["latency"]
	// P(T ≤ 2) = ½ P(W = 0) = 0.45, P(T ≤ 2 + x) = ½ P(W ≤ x) = ½ · 0.9 e^0.1x
	if !(m["p50"] > 2.99 && m["p50"] < 4) { // P(T ≤ 2.99) = 0.4968
		t.Errorf("p50 is %v, want it in (2.99, 4)", m["p50"])
	}
	within(t, "p90", m["p90"], 4, 1e-9) // P(T < 4) ≤ 0.5, P(T ≤ 4) = ½ P(W ≤ 2) + 0.45 > 0.9
}

// TestDelayLawSimplifies: where the queue adds nothing, the latency is delay
// and service; where the delay is short, the latency is that without it.
func TestDelayLawSimplifies(t *testing.T) {
	delay := must(distributions.NewLognormalMean(2, 1))
	sys := System{Infinite: true, Streams: []Stream{{Process: poisson(3), Service: constant(1.5)}}, Network: delay}
	m := solve(t, sys).Metrics["latency"]
	for _, p := range percentiles {
		within(t, "constant service, "+p.name, m[p.name], 1.5+delay.Quantile(1-p.tail), 1e-10)
	}
	sys.Response = exponential(1e7)
	m = solve(t, sys).Metrics["latency"]
	for _, p := range percentiles {
		within(t, "constant service, two delays, "+p.name, m[p.name], 1.5+1e-7+delay.Quantile(1-p.tail), 1e-9)
	}
	for name, sys := range map[string]System{
		"M/M/3": mmc(2.5, 1, 3), "M/M/3/8": mmcLimit(3, 1, 3, 5),
		"M/D/3": {Servers: 3, Streams: []Stream{{Process: poisson(2.5), Service: constant(1)}}},
		"M/U/1": {Servers: 1, Streams: []Stream{{Process: poisson(0.5), Service: must(distributions.NewUniform(0, 3))}}},
		"M/G/1": {Servers: 1, Streams: []Stream{{Process: poisson(0.5), Service: must(distributions.NewWeibull(0.5, 0.6))}}},
	} {
		plain := solve(t, sys).Metrics["latency"]
		sys.Network = exponential(1e6)
		delayed := solve(t, sys).Metrics["latency"]
		for _, p := range percentiles {
			within(t, name+" "+p.name, delayed[p.name], plain[p.name], 3e-6)
		}
	}
}

// TestDelayLawRefused: what is not known is left out, and said.
func TestDelayLawRefused(t *testing.T) {
	sys := System{Servers: 1, Streams: []Stream{{Process: poisson(0.5), Service: exponential(1)}}, Network: exponential(1)}
	sys.Discipline = SRPT
	sol := solve(t, sys)
	if _, ok := sol.Metrics["latency"]["p50"]; ok || sol.Note == "" {
		t.Errorf("latency %v, note %q", sol.Metrics["latency"], sol.Note)
	}
	if p := newTailPieces(func(t float64) float64 { return math.NaN() }, 1, 10); p != nil {
		t.Error("a tail that is no number is taken")
	}
	noisy := func(t float64) float64 { return math.Exp(-t) + 1e-7*math.Sin(1e9*t) }
	if p := newTailPieces(noisy, 1, 10); p != nil {
		t.Error("a tail that is not resolved is taken")
	}
}
