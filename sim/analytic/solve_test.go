package analytic

import (
	"errors"
	"math"
	"strings"
	"testing"

	"spillway/distributions"
	"spillway/distributions/arrivals"
)

func lognormal(mean, cv float64) distributions.Distribution {
	return must(distributions.NewLognormalMean(mean, cv))
}

func TestUnstable(t *testing.T) {
	for _, c := range []struct {
		sys  System
		text string
	}{
		{mmc(1.25, 1, 1), "offered load 1.25 erlangs on 1 server:"},
		{mmc(2, 1, 2), "offered load 2 erlangs on 2 servers:"},
		{mmc(0.3, 0.1, 3), "offered load 3 erlangs on 3 servers:"}, // 1 − 6e-17 in binary
		{mmc(3, 1, 3), "offered load 3 erlangs"},
		{System{Streams: []Stream{{Process: poisson(1), Service: lognormal(2, 1)}}, Servers: 1}, "offered load 2 erlangs on 1 server"},
		{System{Streams: []Stream{{Process: poisson(1), Service: must(distributions.NewPareto(0.5, 1))}}, Servers: 9}, "offered load +Inf erlangs on 9 servers"},
	} {
		sol, err := Solve(c.sys)
		if !errors.Is(err, ErrUnstable) || sol != nil || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s: %v, %v; want no solution and %q", Kendall(c.sys), sol, err, c.text)
		}
		if Stable(c.sys) {
			t.Errorf("%s with %g erlangs is called stable", Kendall(c.sys), OfferedLoad(c.sys))
		}
	}
}

func TestStable(t *testing.T) {
	for _, sys := range []System{
		mmc(1-1e-9, 1, 1), mmc(1e6*(1-1e-9), 1, 1_000_000), mmcLimit(50, 1, 1, 0),
		{Streams: mmc(50, 1, 1).Streams, Infinite: true},
	} {
		if !Stable(sys) {
			t.Errorf("%s with %g erlangs is called unstable", Kendall(sys), OfferedLoad(sys))
		}
		if _, err := Solve(sys); err != nil {
			t.Error(err)
		}
	}
}

func TestNoModel(t *testing.T) {
	batch := must(arrivals.NewFixedBatch(2))
	with := func(change func(*System)) System {
		sys := mmc(1, 2, 4)
		change(&sys)
		return sys
	}
	for _, c := range []struct {
		sys  System
		text string
	}{
		{with(func(s *System) {
			s.Limited = true
			s.Streams[0].Process = arrivals.Renewal{Gap: lognormal(1, 1)}
		}), "the gaps between arrivals are lognormal"},
		{with(func(s *System) {
			s.Limited, s.Limit = true, 3
			s.Streams[0].Service = lognormal(1, 2)
		}), "service is lognormal; with c = 4 servers and a limited queue no exact model is known yet"},
		{with(func(s *System) { s.Beyond = "client" }), "no model covers client"},
		{with(func(s *System) { s.Discipline = SRPT }), "server"},
		{with(func(s *System) { s.Discipline, s.Patience = SRPT, exponential(1) }), "first come, first served"},
		{with(func(s *System) { s.Dispatch, s.Patience = RoundRobin, exponential(1) }), "waited too long"},
		{with(func(s *System) {
			s.Streams[0].Batch = batch
			s.Network = exponential(1)
		}), "the delay in the network is random"},
		{mmc(1, 1, 2_000_000_000), "more than 1000000000 servers"},
		{mmcLimit(1, 1, 2, 2_000_000_000), "more than 1000000000 places"},
	} {
		sol, err := Solve(c.sys)
		if !errors.Is(err, ErrNoModel) || sol != nil || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s: %v, %v; want no solution and %q", Kendall(c.sys), sol, err, c.text)
		}
	}
}

// TestApproximate: what has no exact model has an approximation that says so.
func TestApproximate(t *testing.T) {
	sys := mmc(1, 2, 4)
	sys.Streams = append(sys.Streams, Stream{Class: "batch", Process: poisson(0.1), Service: lognormal(1, 2)})
	if sol := solve(t, sys); sol.Exact || sol.Note == "" {
		t.Errorf("%+v", sol)
	}
}

func TestNotASystem(t *testing.T) {
	good := mmc(1, 2, 1)
	for what, change := range map[string]func(*System){
		"no streams":     func(s *System) { s.Streams = nil },
		"no servers":     func(s *System) { s.Servers = 0 },
		"negative limit": func(s *System) { s.Limited, s.Limit = true, -1 },
		"NaN memory":     func(s *System) { s.Memory = math.NaN() },
		"no process":     func(s *System) { s.Streams = []Stream{{Service: exponential(1)}} },
		"no service":     func(s *System) { s.Streams = []Stream{{Process: poisson(1)}} },
	} {
		sys := good
		change(&sys)
		if sol, err := Solve(sys); err == nil || errors.Is(err, ErrNoModel) || errors.Is(err, ErrUnstable) {
			t.Errorf("%s: %v, %v; want an error of its own", what, sol, err)
		}
	}
}

func TestKendall(t *testing.T) {
	one := func(p arrivals.Process, d distributions.Distribution) []Stream {
		return []Stream{{Process: p, Service: d}}
	}
	markov := one(poisson(1), exponential(2))
	batches := []Stream{{Process: poisson(1), Service: exponential(9), Batch: must(arrivals.NewFixedBatch(3))}}
	erlang := must(distributions.NewErlang(3, 9))
	h2 := must(distributions.NewHyperexponential([]float64{0.5, 0.5}, []float64{1, 3}))
	mixed := append(one(arrivals.Deterministic{Interval: 1}, exponential(1)), one(poisson(1), exponential(2))...)
	for _, c := range []struct {
		sys  System
		want string
	}{
		{System{Streams: markov, Servers: 2}, "M/M/2"},
		{System{Streams: markov, Servers: 4, Limited: true, Limit: 20}, "M/M/4/24"},
		{System{Streams: markov, Servers: 4, Limited: true}, "M/M/4/4"},
		{System{Streams: one(poisson(1), lognormal(1, 2)), Infinite: true, Limited: true}, "M/LN/∞"},
		{System{Streams: one(arrivals.Deterministic{Interval: 1}, erlang), Servers: 1}, "D/E3/1"},
		{System{Streams: batches, Servers: 4}, "M[X]/M/4"},
		{System{Streams: mixed, Servers: 4}, "G/G/4"},
		{System{Streams: one(arrivals.Renewal{Gap: h2}, constant(1)), Servers: 3}, "H2/D/3"},
		{System{Streams: one(arrivals.Renewal{Gap: exponential(3)}, exponential(4)), Servers: 3}, "M/M/3"},
		{System{Streams: one(arrivals.Renewal{Gap: must(distributions.NewTriangular(0, 1, 2))}, exponential(4)), Servers: 3}, "GI/M/3"},
		{System{Streams: append(one(poisson(3), exponential(4)), markov...), Servers: 1}, "M/G/1"},
		{System{Streams: append(one(poisson(3), exponentialMean(0.5)), markov...), Servers: 1}, "M/M/1"},
		{System{Streams: one(poisson(1), must(distributions.NewErlang(1, 9))), Servers: 1}, "M/M/1"},
	} {
		if got := Kendall(c.sys); got != c.want {
			t.Errorf("Kendall is %s, want %s", got, c.want)
		}
	}
}

// TestSuperposition: streams that add up to one are solved as one, and each
// class has its share.
func TestSuperposition(t *testing.T) {
	for _, limited := range []bool{false, true} {
		whole, split := mmcLimit(3.6, 1, 4, 5), mmcLimit(3.6, 1, 4, 5)
		whole.Limited, split.Limited = limited, limited
		whole.Memory, split.Memory = 1e6, 1e6
		split.Streams = []Stream{
			{Class: "a", Process: poisson(0.9), Service: exponential(1)},
			{Class: "b", Process: arrivals.Renewal{Gap: exponentialMean(0.5)}, Service: exponentialMean(1)},
			{Class: "a", Process: poisson(0.7), Service: must(distributions.NewErlang(1, 1))},
		}
		want, got := solve(t, whole), solve(t, split)
		for metric, values := range want.Metrics {
			total := 0.0
			for statistic, v := range values {
				within(t, metric+"."+statistic, got.Metrics[metric][statistic], v, 1e-12)
				for name, share := range map[string]float64{"a": 1.6 / 3.6, "b": 2 / 3.6} {
					part, ok := got.Classes[name][metric][statistic]
					switch metric + "." + statistic {
					case "queue_length.p99":
						if ok == limited || ok && !(part <= v) {
							t.Errorf("limited %v, class %s: p99 of the queue %g, %v", limited, name, part, ok)
						}
					case "queue_length.mean", "in_system.mean", "utilization.mean", "throughput.mean", "arrival_rate.mean", "memory.mean":
						within(t, name+" "+metric, part, v*share, 1e-12)
						total += part
					default:
						within(t, name+" "+metric+"."+statistic, part, v, 1e-12)
					}
				}
			}
			if total != 0 {
				within(t, "sum of the classes' "+metric, total, values["mean"], 1e-12)
			}
		}
		if want.Classes != nil || len(got.Classes) != 2 {
			t.Errorf("classes: %d and %d, want none and 2", len(want.Classes), len(got.Classes))
		}
	}
}

// TestClassQueueQuantile convolves: of n waiting tasks a binomial number is of
// the class.
func TestClassQueueQuantile(t *testing.T) {
	const rho, share, states = 0.9, 0.3, 2000
	sys := mmc(rho*share*2, 1, 2)
	sys.Streams = append(sys.Streams, Stream{Class: "rest", Process: poisson(rho * (1 - share) * 2), Service: exponential(1)})
	sol := solve(t, sys)
	delay := sol.Metrics["wait_ratio"]["mean"]
	row, law := make([]float64, states+1), make([]float64, states+1)
	row[0] = 1
	law[0] = 1 - delay
	for n := range states {
		weight := delay * (1 - rho) * math.Pow(rho, float64(n))
		for k := n; k >= 0; k-- {
			law[k] += weight * row[k]
			row[k+1] += row[k] * share
			row[k] *= 1 - share
		}
	}
	sum, want := law[0], 0
	for sum < 0.99 {
		want++
		sum += law[want]
	}
	if got := sol.Classes[""]["queue_length"]["p99"]; got != float64(want) {
		t.Errorf("p99 of the class's queue is %g, want %d", got, want)
	}
}

func TestDelays(t *testing.T) {
	bare := mmcLimit(5, 2, 2, 3)
	sys := bare
	sys.Network, sys.Response = constant(0.25), constant(0.5)
	was, now := solve(t, bare).Metrics, solve(t, sys)
	for statistic, v := range was["latency"] {
		shift := 0.75
		if statistic == "sd" {
			shift = 0
		}
		within(t, "latency."+statistic, now.Metrics["latency"][statistic], v+shift, 1e-14)
	}
	served := was["throughput"]["mean"]
	within(t, "in network", now.Metrics["in_network"]["mean"], 5*0.25+served*0.5, 1e-14)
	if _, ok := was["in_network"]; ok || now.Note != "" {
		t.Errorf("no delay, but in_network; or a note on constant delays: %q", now.Note)
	}
	sys.Network = exponential(4)
	random := solve(t, sys)
	within(t, "latency", random.Metrics["latency"]["mean"], was["latency"]["mean"]+0.75, 1e-14)
	within(t, "latency sd", random.Metrics["latency"]["sd"], math.Hypot(was["latency"]["sd"], 0.25), 1e-14)
	if _, ok := random.Metrics["latency"]["p50"]; !ok || random.Note != "" {
		t.Errorf("random delay: latency %v, note %q", random.Metrics["latency"], random.Note)
	}
	sys.Network = must(distributions.NewPareto(1, 1))
	if m := solve(t, sys).Metrics; !math.IsInf(m["latency"]["mean"], 1) || !math.IsInf(m["latency"]["sd"], 1) || !math.IsInf(m["in_network"]["mean"], 1) {
		t.Errorf("infinite mean delay: latency %v, in network %v", m["latency"], m["in_network"])
	}
}

// TestNotes: what a note says to be left out is left out.
func TestNotes(t *testing.T) {
	base := mmc(0.5, 1, 1)
	setup, shaper := base, base
	setup.Setup = exponential(1)
	shaper.Infinite, shaper.Throttle = true, &Throttle{Rate: 1, Burst: 2, Delay: true}
	systems := []System{base, setup, shaper, mmcLimit(2, 1, 2, 3)}
	for d := FIFO; d <= ProcessorSharing; d++ {
		sys := base
		sys.Discipline = d
		systems = append(systems, sys)
	}
	for _, sys := range systems {
		for _, network := range []distributions.Distribution{nil, exponential(3)} {
			sys.Network = network
			sol, err := Solve(sys)
			if err != nil {
				continue // of no model
			}
			m := sol.Metrics
			_, wait := m["wait"]["p50"]
			_, latency := m["latency"]["p50"]
			if wait && latency && strings.Contains(sol.Note, "left out") {
				t.Errorf("%s, network %v: quantiles are there, but %q", Kendall(sys), network, sol.Note)
			}
			if !latency && !strings.Contains(sol.Note, "left out") && !strings.Contains(sol.Note, "a mean alone") {
				t.Errorf("%s, network %v: no quantiles of the latency, and no word of it: %q", Kendall(sys), network, sol.Note)
			}
		}
	}
}
