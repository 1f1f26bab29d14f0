package analytic

import (
	"errors"
	"math"
	"testing"

	"spillway/distributions"
)

func TestMMInf(t *testing.T) {
	sys := mmc(200, 10, 0)
	sys.Infinite, sys.Memory = true, 1000
	sol := solve(t, sys)
	m := sol.Metrics
	if sol.Model != "M/M/∞" {
		t.Errorf("model %s", sol.Model)
	}
	within(t, "in system", m["in_system"]["mean"], 20, 1e-15)
	within(t, "memory", m["memory"]["mean"], 20_000, 1e-15)
	for _, p := range percentiles {
		within(t, "latency "+p.name, m["latency"][p.name], -math.Log(p.tail)/10, 1e-14)
		if v, ok := m["wait"][p.name]; v != 0 || !ok {
			t.Errorf("wait %s = %g, %v", p.name, v, ok)
		}
	}
	if _, ok := m["utilization"]; ok {
		t.Error("infinitely many servers have a utilization")
	}
	if v, ok := m["shed_ratio"]["mean"]; v != 0 || !ok {
		t.Errorf("shed ratio = %g, %v", v, ok)
	}
}

// TestMMInfIsLimit: M/M/c with servers to spare.
func TestMMInfIsLimit(t *testing.T) {
	sys := mmc(20, 1, 400)
	many := solve(t, sys).Metrics
	sys.Infinite = true
	for metric, values := range solve(t, sys).Metrics {
		for statistic, v := range values {
			if got := many[metric][statistic]; math.Abs(got-v) > 1e-13*v+1e-100 {
				t.Errorf("%s.%s = %g with 400 servers, %g with infinitely many", metric, statistic, got, v)
			}
		}
	}
}

// TestMixture: two exponentials in proportion to their rates have the tail
// Σ w e^-µx; the quantiles are put back into it.
func TestMixture(t *testing.T) {
	sys := System{Infinite: true, Streams: []Stream{
		{Class: "short", Process: poisson(3), Service: exponential(10)},
		{Class: "long", Process: poisson(1), Service: exponential(0.5)},
	}}
	sol := solve(t, sys)
	m := sol.Metrics
	within(t, "in system", m["in_system"]["mean"], 3./10+1/0.5, 1e-15)
	within(t, "service", m["service"]["mean"], 0.75*0.1+0.25*2, 1e-15)
	second := 0.75*2*0.01 + 0.25*2*4
	within(t, "service sd", m["service"]["sd"], math.Sqrt(second-0.575*0.575), 1e-14)
	for _, p := range percentiles {
		x := m["latency"][p.name]
		within(t, "tail at "+p.name, 0.75*math.Exp(-10*x)+0.25*math.Exp(-0.5*x), p.tail, 1e-12)
	}
	within(t, "short tasks", sol.Classes["short"]["in_system"]["mean"], 0.3, 1e-15)
	within(t, "long tasks' p99", sol.Classes["long"]["latency"]["p99"], math.Log(100)/0.5, 1e-14)
}

// TestMixtureJumps: constants make steps, and a share that ends exactly on a
// percentile takes the lower one.
func TestMixtureJumps(t *testing.T) {
	sys := System{Infinite: true, Streams: []Stream{
		{Process: poisson(0.3), Service: constant(1)}, {Process: poisson(0.2), Service: constant(2)},
		{Process: poisson(0.4), Service: constant(3)}, {Process: poisson(0.1), Service: constant(4)},
	}}
	m := solve(t, sys).Metrics
	for name, want := range map[string]float64{"p50": 2, "p90": 3, "p95": 4, "p99": 4, "p999": 4} {
		if got := m["service"][name]; got != want {
			t.Errorf("service.%s = %g, want %g", name, got, want)
		}
	}
}

// TestMixtureRounding: nine tenths, added up, are a shade below 0.9.
func TestMixtureRounding(t *testing.T) {
	sys := System{Infinite: true}
	for i := range 10 {
		sys.Streams = append(sys.Streams, Stream{Process: poisson(0.1), Service: constant(float64(i + 1))})
	}
	if got := solve(t, sys).Metrics["service"]["p90"]; got != 9 {
		t.Errorf("service.p90 = %g, want 9", got)
	}
}

func TestHeavyTails(t *testing.T) {
	sys := System{Infinite: true, Streams: []Stream{{Process: poisson(2), Service: must(distributions.NewPareto(1.5, 1))}}}
	m := solve(t, sys).Metrics
	within(t, "in system", m["in_system"]["mean"], 6, 1e-14)
	if !math.IsInf(m["latency"]["sd"], 1) {
		t.Errorf("latency sd = %g, want +Inf", m["latency"]["sd"])
	}
	within(t, "latency p99", m["latency"]["p99"], math.Pow(100, 1/1.5), 1e-12)
	sys.Streams[0].Service = must(distributions.NewPareto(0.9, 1))
	if _, err := Solve(sys); !errors.Is(err, ErrUnstable) || Stable(sys) {
		t.Errorf("infinite mean: error %v, stable %t", err, Stable(sys))
	}
}

// noQuantile is a law that knows its moments alone.
type noQuantile struct{ distributions.Distribution }

func TestQuantilesUnknown(t *testing.T) {
	sys := System{Infinite: true, Streams: []Stream{
		{Process: poisson(1), Service: noQuantile{exponential(1)}}, {Process: poisson(1), Service: exponential(2)},
	}}
	sol := solve(t, sys)
	if _, ok := sol.Metrics["latency"]["p50"]; ok || sol.Note == "" {
		t.Errorf("latency %v, note %q: want no quantiles and a note", sol.Metrics["latency"], sol.Note)
	}
	within(t, "latency", sol.Metrics["latency"]["mean"], 0.75, 1e-15)
}
