package analytic

import (
	"testing"

	"spillway/distributions"
	"spillway/distributions/arrivals"
)

// TestLossAnyService: Erlang's loss does not depend on the law of service. The
// value is B = (a³/6)/(1 + a + a²/2 + a³/6) = 4.5/13 for a = 3, by hand.
func TestLossAnyService(t *testing.T) {
	for _, d := range []distributions.Distribution{lognormal(1.5, 3), constant(1.5), must(distributions.NewUniform(0, 3)), must(distributions.NewPareto(2.5, 0.9))} {
		sys := System{Streams: []Stream{{Process: poisson(2), Service: d}}, Servers: 3, Limited: true}
		sol := solve(t, sys)
		m := sol.Metrics
		if !sol.Exact || sol.Model != "M/G/c/c" {
			t.Errorf("%s, exact %v", sol.Model, sol.Exact)
		}
		within(t, "shed", m["shed_ratio"]["mean"], 4.5/13, 1e-12)
		within(t, "busy", m["in_system"]["mean"], 3*8.5/13, 1e-12)
		within(t, "utilization", m["utilization"]["mean"], 8.5/13, 1e-12)
		within(t, "throughput", m["throughput"]["mean"], 2*8.5/13, 1e-12)
		within(t, "latency", m["latency"]["mean"], 1.5, 1e-12)
		shareMetrics(t, "latency", Metrics{"x": m["latency"]}, Metrics{"x": m["service"]}, 1e-12, 6)
	}
}

// TestLossOfClasses: the loads of classes add up, and each loses the same
// share. One server is idle and busy in turn, whatever the laws.
func TestLossOfClasses(t *testing.T) {
	sys := System{Servers: 1, Limited: true, Streams: []Stream{
		{Class: "a", Process: poisson(2), Service: constant(0.25)},
		{Class: "b", Process: poisson(0.5), Service: lognormal(3, 2)},
	}}
	sol := solve(t, sys)
	for name, want := range map[string][2]float64{"a": {2, 0.25}, "b": {0.5, 3}} {
		m := sol.Classes[name]
		// the server is idle for 1/λ and busy for E[S] in turn: 0.4 and 0.8
		within(t, name+" shed", m["shed_ratio"]["mean"], 0.8/1.2, 1e-12)
		within(t, name+" busy", m["in_system"]["mean"], want[0]*want[1]/3, 1e-12)
		within(t, name+" latency", m["latency"]["mean"], want[1], 1e-12)
	}
	within(t, "shed", sol.Metrics["shed_ratio"]["mean"], 0.8/1.2, 1e-12)
	sys.Patience, sys.Discipline = constant(1), SJF
	m := solve(t, sys).Metrics
	within(t, "shed with patience", m["shed_ratio"]["mean"], 0.8/1.2, 1e-12)
	if v, ok := m["abandoned_ratio"]["mean"]; !ok || v != 0 {
		t.Errorf("abandoned %v, %v", v, ok)
	}
}

// TestPlentyOfServers: nobody waits, and L = λE[S], whatever arrives.
func TestPlentyOfServers(t *testing.T) {
	mmpp := must(arrivals.NewMMPP([]float64{1, 9}, [][]float64{{-1, 1}, {3, -3}}))
	for name, c := range map[string]struct {
		stream   Stream
		patience distributions.Distribution
		want     float64 // L
	}{
		"MMPP":          {Stream{Process: mmpp, Service: lognormal(0.5, 2)}, nil, 1.5}, // rate (3·1 + 1·9)/4
		"deterministic": {Stream{Process: arrivals.Deterministic{Interval: 0.2}, Service: constant(0.5)}, nil, 2.5},
		"renewal":       {Stream{Process: arrivals.Renewal{Gap: lognormal(0.25, 3)}, Service: exponential(2)}, nil, 2},
		"batch":         {Stream{Process: poisson(2), Batch: must(arrivals.NewFixedBatch(5)), Service: exponential(2)}, nil, 5},
		"patience":      {Stream{Process: poisson(2), Service: exponential(2)}, constant(0.1), 1},
	} {
		sys := System{Streams: []Stream{c.stream}, Infinite: true}
		sys.Patience, sys.Discipline = c.patience, LIFO
		for _, network := range []distributions.Distribution{nil, must(distributions.NewUniform(1, 3))} {
			sys.Network = network
			sol := solve(t, sys)
			m := sol.Metrics
			if !sol.Exact || m["wait"]["mean"] != 0 || m["wait"]["p999"] != 0 {
				t.Errorf("%s: exact %v, wait %v", name, sol.Exact, m["wait"])
			}
			within(t, name+" in system", m["in_system"]["mean"], c.want, 1e-12)
			delay := 0.0
			if network != nil {
				delay = 2
				within(t, name+" in network", m["in_network"]["mean"], 2*m["throughput"]["mean"], 1e-12)
			}
			within(t, name+" latency", m["latency"]["mean"], 0.5+delay, 1e-12)
			if _, ok := m["latency"]["p99"]; !ok {
				t.Errorf("%s: no quantiles of the latency: %s", name, sol.Note)
			}
		}
	}
}
