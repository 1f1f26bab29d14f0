package analytic

import (
	"math"
	"strings"
	"testing"

	"spillway/distributions"
)

// mixedClasses are Poisson streams with services of their own, and the stream
// of which each task draws one of these.
func mixedClasses(servers int) (split, whole System) {
	split = System{Servers: servers, Streams: []Stream{
		{Class: "a", Process: poisson(100), Service: exponentialMean(0.01)},
		{Class: "b", Process: poisson(2), Service: exponentialMean(0.5)},
	}}
	whole = System{Servers: servers, Streams: []Stream{{Process: poisson(102), Service: must(distributions.NewHyperexponential(
		[]float64{100. / 102, 2. / 102}, []float64{100, 2}))}}}
	return split, whole
}

// TestClassesOfPhases: the services of Poisson classes in order of arrival are
// draws of one mixture. The values are those of the chain of tasks in the
// system and of how many of each class are served, in TestClassesByChain.
func TestClassesOfPhases(t *testing.T) {
	for _, limit := range []int{-1, 0, 7} {
		split, whole := mixedClasses(3)
		split.Limited, whole.Limited = limit >= 0, limit >= 0
		split.Limit, whole.Limit = max(0, limit), max(0, limit)
		got, want := solve(t, split), solve(t, whole)
		if !got.Exact || !strings.HasPrefix(got.Model, "MAP/PH/c") {
			t.Fatalf("%s, exact %v", got.Model, got.Exact)
		}
		shareMetrics(t, "all", got.Metrics, want.Metrics, 1e-9, 25)
		for name, mean := range map[string]float64{"a": 0.01, "b": 0.5} {
			of := got.Classes[name]
			shareMetrics(t, name, Metrics{"wait": of["wait"]}, Metrics{"wait": want.Metrics["wait"]}, 1e-9, 7)
			within(t, name+" shed", of["shed_ratio"]["mean"], want.Metrics["shed_ratio"]["mean"], 1e-9)
			within(t, name+" service", of["service"]["mean"], mean, 1e-14)
			within(t, name+" latency", of["latency"]["mean"], want.Metrics["wait"]["mean"]+mean, 1e-9)
			within(t, name+" latency sd", of["latency"]["sd"], math.Hypot(want.Metrics["wait"]["sd"], mean), 1e-9)
			within(t, name+" busy", of["utilization"]["mean"], of["throughput"]["mean"]*mean/3, 1e-12)
		}
	}
}

// TestClassesByChain solves the chain of how many of each class are served and
// how many wait, which is not that of phases: those that wait have no class yet.
func TestClassesByChain(t *testing.T) {
	type state struct{ a, b, waiting int16 }
	const limit = 400
	chain := explore(func(s state, add func(state, float64)) {
		begin := func(s state, rate float64) {
			add(state{s.a + 1, s.b, s.waiting}, rate*100/102)
			add(state{s.a, s.b + 1, s.waiting}, rate*2/102)
		}
		switch {
		case s.a+s.b < 3:
			begin(s, 102)
		case s.waiting < limit:
			add(state{s.a, s.b, s.waiting + 1}, 102)
		}
		leave := func(s state, rate float64) {
			switch {
			case rate == 0:
			case s.waiting > 0:
				begin(state{s.a, s.b, s.waiting - 1}, rate)
			default:
				add(s, rate)
			}
		}
		leave(state{s.a - 1, s.b, s.waiting}, 100*float64(s.a))
		leave(state{s.a, s.b - 1, s.waiting}, 2*float64(s.b))
	}, state{})
	p := chain.law(t)
	split, _ := mixedClasses(3)
	split.Limited, split.Limit = true, limit
	m := solve(t, split).Metrics
	queue := chain.mean(p, func(s state) float64 { return float64(s.waiting) })
	waits := chain.mean(p, func(s state) float64 {
		if s.a+s.b == 3 && s.waiting < limit {
			return 1
		}
		return 0
	})
	within(t, "queue", m["queue_length"]["mean"], queue, 1e-9)
	within(t, "P(wait)", m["wait_ratio"]["mean"]*(1-m["shed_ratio"]["mean"]), waits, 1e-9)
	split.Limited = false
	m = solve(t, split).Metrics
	within(t, "wait without a limit", m["wait"]["mean"], 0.088825, 1e-5)
	within(t, "P(wait) without a limit", m["wait_ratio"]["mean"], 0.4690, 1e-4)
}

// TestClassLatencyByTail: the latency of a class is wait and its own service,
// as an integral of the wait's tail, which is that of the system of one stream.
func TestClassLatencyByTail(t *testing.T) {
	split, whole := mixedClasses(3)
	q, o := newMapQueue(describe(whole))
	if o != "" {
		t.Fatal(o)
	}
	q.wide = true
	if err := q.build(); err != nil {
		t.Fatal(err)
	}
	m, err := q.solve(describe(whole))
	if err != nil {
		t.Fatal(err)
	}
	law, err := m.waiting.law(q.service, q.seen(q.arrivals.d1, q.rate))
	if err != nil {
		t.Fatal(err)
	}
	holdClassLatency(t, split, law.waitTail)
	split.Limited, split.Limit, whole.Limited, whole.Limit = true, 7, true, 7
	finite, err := q.solveFinite(describe(whole))
	if err != nil {
		t.Fatal(err)
	}
	weights := q.arrivals.d1.by(finite.scale.dividedBy(q.rate)).hi
	accepted, err := q.newFiniteLaw(finite, weights, solve(t, whole).Metrics["wait_ratio"]["mean"], whole.Streams)
	if err != nil {
		t.Fatal(err)
	}
	holdClassLatency(t, split, func(x float64) float64 { return accepted.tail(accepted.waiting, accepted.rate*x) })
}

// holdClassLatency holds the p99 of the classes' latencies against the tail of the wait.
func holdClassLatency(t *testing.T, split System, waitTail func(x float64) float64) {
	rule := newLegendreRule()
	for name, mean := range map[string]float64{"a": 0.01, "b": 0.5} {
		x := solve(t, split).Classes[name]["latency"]["p99"]
		tail := math.Exp(-x / mean)
		const parts = 64
		for i := range parts {
			tail += rule.integrate(x*float64(i)/parts, x*float64(i+1)/parts, func(s float64) float64 {
				return waitTail(x-s) * math.Exp(-s/mean) / mean
			})
		}
		within(t, name+": P(latency > p99)", tail, 0.01, 1e-8)
	}
}

// TestPoissonApproximation: Poisson streams make one with independent gaps, to
// which Kingman's bound applies: of gap variance 1/9, mean service 2/3 and variance
// 7/6 − 4/9 it is 3·(1/9 + 13/54 + 2·(2/9)²)/(2/3).
func TestPoissonApproximation(t *testing.T) {
	sys := System{Servers: 3, Streams: []Stream{
		{Class: "a", Process: poisson(2), Service: lognormal(0.5, 2)},
		{Class: "b", Process: poisson(1), Service: constant(1)},
	}}
	sol := solve(t, sys)
	if sol.Exact || sol.Model != "GI/G/c" || strings.Contains(sol.Note, "depend on one another") || !strings.Contains(sol.Note, "Kingman's upper bound of the mean wait is 2.02778 s.") {
		t.Errorf("%s: %s", sol.Model, sol.Note)
	}
}
