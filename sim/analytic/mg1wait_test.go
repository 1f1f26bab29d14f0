package analytic

import (
	"errors"
	"math"
	"strings"
	"testing"

	"spillway/distributions"
	"spillway/distributions/arrivals"
)

// mg1Services are laws of mean one that both the inversion and the solution in
// the time domain can be asked about.
func mg1Services() []distributions.Distribution {
	return []distributions.Distribution{
		constant(1),
		exponential(1),
		must(distributions.NewUniform(0.5, 1.5)),
		must(distributions.NewTriangular(0, 1, 2)),
		must(distributions.NewErlang(3, 3)),
		must(distributions.NewGammaMean(1, 0.4)),
		must(distributions.NewHyperexponentialCV(1, 3)),
		must(distributions.NewNormal(1, 0.2)),
		must(distributions.NewPareto(2.5, 0.6)),
		must(distributions.NewLomax(2.5, 1.5)),
		must(distributions.NewShifted(0.5, exponential(2))),
		must(distributions.NewEmpirical([]float64{0.4, 1.6}, nil, false)),
		must(distributions.NewEmpirical([]float64{0, 1, 2}, nil, true)),
		must(distributions.NewMixture([]float64{1, 1}, []distributions.Distribution{constant(0.5), exponentialMean(1.5)})),
	}
}

// TestMG1TwoWays compares tails by inversion and in the time domain, where the
// inversion says that it converged.
func TestMG1TwoWays(t *testing.T) {
	for _, service := range mg1Services() {
		q := newMG1Queue(describe(mg1System(0.7, service)))
		r := newMG1Renewal(q, 14, 9)
		if r == nil {
			t.Errorf("%v: no solution in the time domain", service)
			continue
		}
		compared := 0
		later := inversion(func(s complex128) complex128 { return q.laterTransform(s, q.law) })
		for _, x := range []float64{0.03, 0.45, 0.77, 1.3, 2.15, 3.7, 6.43, 8.9} {
			if v, ok := invertTail(q.waitTransform, q.load, x); ok {
				within(t, service.String()+" wait", v, r.waitTail(x), 1e-8)
				compared++
			}
			if v, ok := invertTail(later, q.load, x); ok {
				within(t, service.String()+" later", v, r.laterTail(x, q.law.tail), 1e-8)
				compared++
			}
		}
		if compared < 2 { // few of them are far enough from a kink of the empirical law
			t.Errorf("%v: only %d values could be compared", service, compared)
		}
	}
}

// TestMG1Markov: with exponential service M/G/1 is M/M/1.
func TestMG1Markov(t *testing.T) {
	for _, load := range []float64{0.001, 0.3, 0.5, 0.8, 0.99, 1 - 1e-6, 1 - 1e-9} {
		sys := mg1System(load*50, exponential(50))
		sys.Network, sys.Memory = constant(0.005), 3
		got, want := solveAsMG1(t, sys), must(solveMMc(describe(sys)))
		shareMetrics(t, Kendall(sys), got.Metrics, want.Metrics, 1e-8, 26)
	}
}

// TestMG1MixedStreams: two exponential streams are one with hyperexponential
// service, but for their own latencies.
func TestMG1MixedStreams(t *testing.T) {
	streams := []Stream{
		{Class: "a", Process: poisson(0.6), Service: exponential(1)},
		{Class: "b", Process: poisson(0.05), Service: exponential(0.2)},
	}
	got := solveAsMG1(t, System{Streams: streams, Servers: 1})
	one := must(distributions.NewHyperexponential([]float64{12. / 13, 1. / 13}, []float64{1, 0.2}))
	want := solveAsMG1(t, mg1System(0.65, one))
	shareMetrics(t, "both", got.Metrics, want.Metrics, 1e-8, 26)
	for name, mean := range map[string]float64{"a": 1, "b": 5} {
		c := got.Classes[name]
		within(t, name+" wait", c["wait"]["mean"], want.Metrics["wait"]["mean"], 1e-12)
		within(t, name+" wait p99", c["wait"]["p99"], want.Metrics["wait"]["p99"], 1e-8)
		within(t, name+" latency", c["latency"]["mean"], want.Metrics["wait"]["mean"]+mean, 1e-12)
	}
	// The tail of all is that of the classes, mixed.
	q := newMG1Queue(describe(System{Streams: streams, Servers: 1}))
	x := want.Metrics["latency"]["p95"]
	tail := 0.0
	for i, weight := range []float64{12. / 13, 1. / 13} {
		law := mixture(streams[i : i+1]).mg1Law()
		v, ok := invertTail(func(s complex128) complex128 { return q.laterTransform(s, law) }, q.load, x)
		if !ok {
			t.Fatal("no inversion")
		}
		tail += weight * (v + q.idle*law.tail(x))
	}
	within(t, "mixed tail", tail, 0.05, 1e-8)
}

// TestMG1Saturation: near saturation the wait of M/D/1 is exponential but for
// terms that are nothing, P(W > t) = (1 − ρ)/(ρe^θ − 1) e^-θt, ρ(e^θ − 1) = θ
// (H. C. Tijms, A First Course in Stochastic Models, Wiley 2003, section 9.2).
func TestMG1Saturation(t *testing.T) {
	const load = 1 - 1e-6
	spare := 1 - load              // exact
	f := func(x float64) float64 { // ρ(e^x − 1)/x − 1, by its series
		return load*(x/2+x*x/6+x*x*x/24) - spare
	}
	theta, _ := brent(f, 0, 1e-3, f(0), f(1e-3))
	c := spare / (load*math.Expm1(theta) - spare)
	m := solveAsMG1(t, mg1System(load, constant(1))).Metrics
	for _, p := range percentiles {
		within(t, "M/D/1 "+p.name, m["wait"][p.name], math.Log(c/p.tail)/theta, 1e-8)
		within(t, "M/D/1 latency "+p.name, m["latency"][p.name], math.Log(c/p.tail)/theta+1, 1e-8)
	}
}

// TestMG1Hyperexponential: the tail of the wait is that of two exponentials,
// whose rates solve θ² − θ(r₁ + r₂ − λ) + r₁r₂(1 − ρ) = 0.
func TestMG1Hyperexponential(t *testing.T) {
	for _, c := range []struct{ p, r1, r2, load float64 }{
		{0.9, 10, 0.5, 0.8}, {0.999, 1e3, 1e-3, 0.9}, {1 - 1e-6, 1, 1e-6, 0.7}, {0.99, 1, 0.01, 0.9999},
	} {
		service := must(distributions.NewHyperexponential([]float64{c.p, 1 - c.p}, []float64{c.r1, c.r2}))
		lambda := c.load / service.Mean()
		b, d := c.r1+c.r2-lambda, c.r1*c.r2*(1-c.load)
		high := (b + math.Sqrt(b*b-4*d)) / 2
		low := d / high
		weight := func(x, y float64) float64 { return (1 - c.load) * (c.r1 - x) * (c.r2 - x) / (x * (y - x)) }
		m := solveAsMG1(t, mg1System(lambda, service)).Metrics
		for _, p := range percentiles {
			x := m["wait"][p.name]
			tail := weight(low, high)*math.Exp(-low*x) + weight(high, low)*math.Exp(-high*x)
			within(t, service.String()+" "+p.name, tail, p.tail, 1e-8)
		}
	}
}

// TestMG1Atoms: a task of M/D/1 that does not wait stays for exactly its
// service, and every latency is a wait and that.
func TestMG1Atoms(t *testing.T) {
	m := solveAsMG1(t, mg1System(0.3, constant(1))).Metrics
	if m["latency"]["p50"] != 1 || m["wait"]["p50"] != 0 {
		t.Errorf("medians %g and %g, want 1 and 0", m["latency"]["p50"], m["wait"]["p50"])
	}
	within(t, "p99", m["latency"]["p99"], 1+m["wait"]["p99"], 1e-9)
	m = solveAsMG1(t, mg1System(0.3, must(distributions.NewEmpirical([]float64{0, 1, 2}, nil, false)))).Metrics
	if m["latency"]["p50"] != 1 {
		t.Errorf("median latency %g, want the atom 1", m["latency"]["p50"])
	}
}

// TestMG1Queue compares the queue's quantile with the embedded chain of M/D/1,
// and its two ways with each other.
func TestMG1Queue(t *testing.T) {
	const load = 0.7
	arrive := func(k int) float64 { return math.Exp(logPoisson(float64(k), load)) }
	pi := []float64{1 - load}
	for n := 0; n < 12; n++ {
		v := pi[n] - arrive(n)*pi[0]
		for k := 1; k <= n; k++ {
			v -= pi[k] * arrive(n+1-k)
		}
		pi = append(pi, v/arrive(0))
	}
	q := newMG1Queue(describe(mg1System(load, constant(1))))
	tail, above := q.queueTail(load, 5), 1-pi[0]-pi[1]
	for n := 0; n < 8; n++ {
		within(t, "P(Q > n) of M/D/1", tail(float64(n)), above, 1e-9)
		above -= pi[n+2]
	}
	q = newMG1Queue(describe(mg1System(0.98, must(distributions.NewErlang(2, 2)))))
	within(t, "P(Q > 150)", q.gammaMean(0.98, 150), q.queueTail(0.98, 150)(150), 1e-8)
}

// TestMG1Infinite: moments that do not exist are infinite, quantiles exist.
func TestMG1Infinite(t *testing.T) {
	for _, c := range []struct {
		alpha    float64
		mean, sd bool // finite
		note     string
	}{{1.5, false, false, "mean wait is infinite"}, {2.5, true, false, "standard deviation"}, {3.5, true, true, ""}} {
		sol := solveAsMG1(t, mg1System(0.5, must(distributions.NewLomaxMean(c.alpha, 1))))
		wait := sol.Metrics["wait"]
		if math.IsInf(wait["mean"], 1) == c.mean || math.IsInf(wait["sd"], 1) == c.sd || !strings.Contains(sol.Note, c.note) {
			t.Errorf("alpha %g: wait %v, note %q", c.alpha, wait, sol.Note)
		}
		if p := wait["p999"]; !(p > 1) || math.IsInf(p, 1) {
			t.Errorf("alpha %g: p999 = %g", c.alpha, p)
		}
	}
	// The tail of the wait is ρ/(1 − ρ) times that of the residual service (Feller).
	wait := solveAsMG1(t, mg1System(0.2, must(distributions.NewLomaxMean(1.5, 1)))).Metrics["wait"]
	within(t, "p999", 0.25*math.Pow(1+wait["p999"]/0.5, -0.5), 0.001, 0.01)
}

// TestMG1Cubes compares third moments with an integral over the tail.
func TestMG1Cubes(t *testing.T) {
	laws := append(mg1Services(), must(distributions.NewBoundedPareto(1.2, 0.1, 9)), must(distributions.NewBoundedPareto(3, 0.1, 9)),
		must(distributions.NewWeibull(0.7, 1)), must(distributions.NewLognormalMean(1, 0.7)), must(distributions.NewCoxian([]float64{2, 1}, []float64{0.4})))
	for _, d := range laws {
		if distributions.TailIndex(d) < 4 {
			continue
		}
		l := newMG1Law(1, d)
		q := newMG1Quadrature(l)
		if q == nil {
			t.Errorf("%v: no quadrature", d)
			continue
		}
		sum := 0.0
		for i, u := range q.nodes {
			sum += 3 * l.mean * q.weights[i] * u * u
		}
		within(t, d.String(), thirdMoment(d), sum, 1e-9)
	}
}

func TestMG1Refuses(t *testing.T) {
	for want, change := range map[string]func(*System){
		"one server":      func(s *System) { s.Servers = 2 },
		"limit":           func(s *System) { s.Limited = true },
		"waited too long": func(s *System) { s.Patience = constant(1) },
		"first come":      func(s *System) { s.Discipline = SJF },
		"batches":         func(s *System) { s.Streams[0].Batch = must(arrivals.NewFixedBatch(2)) },
		"not Poisson":     func(s *System) { s.Streams[0].Process = arrivals.Deterministic{Interval: 1} },
		"infinite":        func(s *System) { s.Streams[0].Service = must(distributions.NewPareto(0.9, 1)) },
	} {
		sys := mg1System(0.5, constant(1))
		change(&sys)
		if o := obstacleMG1(describe(sys)); !strings.Contains(o, want) {
			t.Errorf("obstacle %q, want one with %q", o, want)
		}
	}
}

// TestInversion holds the inversion to functions that are known, and to the
// refusal of one that jumps.
func TestInversion(t *testing.T) {
	one := inversion(func(s complex128) complex128 { return 1 / (1 + s) })
	for _, x := range []float64{1e-6, 0.1, 1, 7} {
		v, ok := invertTail(one, 1, x)
		if !ok {
			t.Errorf("e^-%g was refused", x)
		}
		within(t, "e^-x", v, math.Exp(-x), 1e-9)
	}
	jump := inversion(func(s complex128) complex128 { return -complexExpm1(-s) / s })
	if v, ok := invertTail(jump, 1, 1.001); ok {
		t.Errorf("a jump nearby went unnoticed: %g", v)
	}
	if v, ok := invertTail(func(complex128) complex128 { return complex(math.NaN(), 0) }, 1, 1); ok {
		t.Errorf("NaN was taken for %g", v)
	}
}

// TestMG1TooManyBreaks: what is not found is left out and said.
func TestMG1TooManyBreaks(t *testing.T) {
	values := make([]float64, 300)
	for i := range values {
		values[i] = 0.7 + 0.002137*float64(i) + 1e-4*math.Sin(float64(i))
	}
	sol := solveAsMG1(t, mg1System(0.7, must(distributions.NewEmpirical(values, nil, false))))
	if _, ok := sol.Metrics["wait"]["p50"]; !ok && !strings.Contains(sol.Note, "left out") {
		t.Errorf("no median and no note: %q", sol.Note)
	}
	if _, err := Solve(mg1System(1, constant(1))); !errors.Is(err, ErrUnstable) {
		t.Errorf("ρ = 1: %v", err)
	}
}

func BenchmarkMG1(b *testing.B) {
	for name, service := range map[string]distributions.Distribution{
		"erlang":    must(distributions.NewErlang(4, 4)),
		"lognormal": must(distributions.NewLognormalMean(1, 2)),
		"uniform":   must(distributions.NewUniform(0.5, 1.5)),
	} {
		b.Run("service="+name, func(b *testing.B) {
			for b.Loop() {
				solveAsMG1(b, mg1System(0.8, service))
			}
		})
	}
}
