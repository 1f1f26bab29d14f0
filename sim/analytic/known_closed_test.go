package analytic

import (
	"math"
	"testing"

	"spillway/distributions"
)

// TestClosedDelays: a delay of two exponential stages there and one back, by
// the chain of how many callers are where; and a constant one of the same mean.
func TestClosedDelays(t *testing.T) {
	const callers, servers, think, stage, back, service = 6, 2, 0.5, 4.0, 8.0, 1.5
	type state struct{ thinking, first, second, called, answered int8 }
	chain := explore(func(s state, add func(state, float64)) {
		if s.thinking > 0 {
			add(state{s.thinking - 1, s.first + 1, s.second, s.called, s.answered}, think*float64(s.thinking))
		}
		if s.first > 0 {
			add(state{s.thinking, s.first - 1, s.second + 1, s.called, s.answered}, stage*float64(s.first))
		}
		if s.second > 0 {
			add(state{s.thinking, s.first, s.second - 1, s.called + 1, s.answered}, stage*float64(s.second))
		}
		if s.called > 0 {
			add(state{s.thinking, s.first, s.second, s.called - 1, s.answered + 1}, service*float64(min(servers, s.called)))
		}
		if s.answered > 0 {
			add(state{s.thinking + 1, s.first, s.second, s.called, s.answered - 1}, back*float64(s.answered))
		}
	}, state{thinking: callers})
	p := chain.law(t)
	queue := chain.mean(p, func(s state) float64 { return float64(max(0, s.called-servers)) })
	busy := chain.mean(p, func(s state) float64 { return float64(min(servers, s.called)) })
	away := chain.mean(p, func(s state) float64 { return float64(s.first + s.second + s.answered) })
	calls := service * busy
	for name, delays := range map[string][2]distributions.Distribution{
		"stages":   {must(distributions.NewErlang(2, stage)), exponential(back)},
		"constant": {constant(2 / stage), constant(1 / back)},
	} {
		sys := System{Streams: []Stream{{Service: exponential(service)}}, Servers: servers, Network: delays[0], Response: delays[1]}
		sys.Closed = &Closed{Population: callers, Think: exponential(think)}
		sol := solve(t, sys)
		m := sol.Metrics
		within(t, name+": queue", m["queue_length"]["mean"], queue, 1e-10)
		within(t, name+": throughput", m["throughput"]["mean"], calls, 1e-10)
		within(t, name+": in network", m["in_network"]["mean"], away, 1e-10)
		// a caller's round is thinking and a call: N = λ(E[Z] + E[T])
		within(t, name+": latency", m["latency"]["mean"], callers/calls-1/think, 1e-10)
		if _, ok := m["latency"]["p99"]; !ok {
			t.Errorf("%s: no quantiles of the latency: %s", name, sol.Note)
		}
	}
}

// TestClosedLatency follows one call of a single caller, who never waits: the
// latency is an exponential delay and an exponential service.
func TestClosedLatency(t *testing.T) {
	sys := System{Streams: []Stream{{Service: exponential(2)}}, Servers: 1, Network: exponential(5)}
	sys.Closed = &Closed{Population: 1, Think: constant(1)}
	x := solve(t, sys).Metrics["latency"]["p99"]
	within(t, "P(latency > p99)", (5*math.Exp(-2*x)-2*math.Exp(-5*x))/3, 0.01, 1e-9)
}
