package analytic

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"spillway/distributions"
	"spillway/distributions/arrivals"
)

func qbdMMPP(rates []float64, generator [][]float64) arrivals.Process {
	return must(arrivals.NewMMPP(rates, generator))
}

// qbdSame holds all metrics that both have to each other.
func qbdSame(t *testing.T, name string, got, want Metrics, relative float64) {
	t.Helper()
	compared := 0
	for metric, values := range want {
		for statistic, v := range values {
			if g, ok := got[metric][statistic]; ok {
				compared++
				if math.Abs(g-v) > 1e-14 {
					within(t, name+" "+metric+"."+statistic, g, v, relative)
				}
			}
		}
	}
	if compared < 20 {
		t.Errorf("%s: only %d values to compare", name, compared)
	}
}

// TestMAPPHSimple: what is M/M/c in disguise.
func TestMAPPHSimple(t *testing.T) {
	one := qbdPhases([]float64{1}, [][]float64{{-1}})
	for _, c := range []int{1, 2, 7, 64, 1000} {
		for _, rho := range []float64{0.01, 0.5, 0.95, 0.9999} {
			lambda := rho * float64(c)
			name := fmt.Sprintf("c = %d, ρ = %g", c, rho)
			want := solve(t, mmc(lambda, 1, c)).Metrics
			equal := qbdMMPP([]float64{lambda, lambda}, [][]float64{{-0.3, 0.3}, {2, -2}})
			qbdSame(t, name+" equal rates", qbdSolve(t, qbdSystem(equal, exponential(1), c)).Metrics, want, 1e-10)
			qbdSame(t, name+" one phase", qbdSolve(t, qbdSystem(poisson(lambda), one, c)).Metrics, want, 1e-10)
			gap := arrivals.Renewal{Gap: qbdHyper([]float64{0.4, 0.6}, []float64{lambda, lambda})}
			qbdSame(t, name+" equal gaps", qbdSolve(t, qbdSystem(gap, exponential(1), c)).Metrics, want, 1e-10)
			if c < 10 {
				service := qbdHyper([]float64{0.4, 0.6}, []float64{1, 1})
				qbdSame(t, name+" equal services", qbdSolve(t, qbdSystem(poisson(lambda), service, c)).Metrics, want, 1e-10)
			}
		}
	}
}

// TestMAPPHSaturation: M/M/c and M/E2/1 at ρ = 1 − 1e-6.
func TestMAPPHSaturation(t *testing.T) {
	for _, c := range []int{1, 64} {
		lambda := float64(c) * (1 - 1e-6)
		equal := qbdMMPP([]float64{lambda, lambda}, [][]float64{{-1e-6, 1e-6}, {3, -3}})
		got := qbdSolve(t, qbdSystem(equal, exponential(1), c)).Metrics
		qbdSame(t, fmt.Sprintf("c = %d", c), got, solve(t, mmc(lambda, 1, c)).Metrics, 1e-9)
	}
	got := qbdSolve(t, qbdSystem(poisson(1-1e-6), qbdErlang(2, 2), 1)).Metrics
	within(t, "M/E2/1 wait", got["wait"]["mean"], (1-1e-6)*0.75/1e-6, 1e-9) // λE[S²]/2(1−ρ)
	if _, err := qbdTry(qbdSystem(poisson(1-1e-9), qbdErlang(2, 2), 1)); err == nil {
		t.Error("M/E2/1 at ρ = 1 − 1e-9 is answered")
	}
}

// TestMAPPHVariable: M/H2/1 with a service of SCV 100 against
// Pollaczek–Khinchine, and H2/M/1 against the root of the transform.
func TestMAPPHVariable(t *testing.T) {
	wide := must(distributions.NewHyperexponentialCV(1, 10))
	got := qbdSolve(t, qbdSystem(poisson(0.9), wide, 1)).Metrics
	within(t, "M/H2/1", got["wait"]["mean"], 0.9*101/2/0.1, 1e-11)
	m := qbdSolve(t, qbdSystem(arrivals.Renewal{Gap: wide}, exponential(1.25), 1)).Metrics
	f := func(z float64) float64 {
		return real(wide.LaplaceTransform(complex(1.25*(1-z), 0))) - z
	}
	root, _ := brent(f, 0.1, 1-1e-4, f(0.1), f(1-1e-4))
	within(t, "H2/M/1 σ", m["wait_ratio"]["mean"], root, 1e-11)
	within(t, "H2/M/1 wait", m["wait"]["mean"], root/(1.25*(1-root)), 1e-11)
	within(t, "H2/M/1 wait p999", m["wait"]["p999"], math.Log(root/0.001)/(1.25*(1-root)), 1e-11)
	within(t, "H2/M/1 latency p999", m["latency"]["p999"], math.Log(1/0.001)/(1.25*(1-root)), 1e-11)
	within(t, "H2/M/1 latency sd", m["latency"]["sd"], 1/(1.25*(1-root)), 1e-11)
}

// TestMAPPHSlow: phases that change every ten days, beside a service of a
// second, and rates of arrival six orders apart. As the changes become rarer the
// queue is that of M/M/1 in each phase, as arrivals see it.
func TestMAPPHSlow(t *testing.T) {
	for _, slow := range []float64{1e-6, 1e-9} {
		got := qbdSolve(t, qbdSystem(qbdMMPP([]float64{0.8, 0.8e-6}, [][]float64{{-slow, slow}, {slow, -slow}}), exponential(1), 1)).Metrics
		within(t, "wait", got["wait"]["mean"], 4, 100*slow+2e-6) // ρ/(µ − λ) of the busy phase
		within(t, "wait ratio", got["wait_ratio"]["mean"], 0.8, 100*slow+2e-6)
	}
	// overloaded for about T = a million seconds, then idle as long: a fluid that
	// rises at 0.5 and falls at 1. At the start of a burst it is the wait of M/M/1
	// with a load of 0.5 and a mean service of T/2, which is T/2; inside, T/2 more.
	burst := qbdSolve(t, qbdSystem(qbdMMPP([]float64{1.5, 0}, [][]float64{{-1e-6, 1e-6}, {1e-6, -1e-6}}), exponential(1), 1)).Metrics
	within(t, "burst wait", burst["wait"]["mean"], 1e6, 1e-4)
	fast := qbdSolve(t, qbdSystem(qbdMMPP([]float64{1.6e6, 0}, [][]float64{{-2e6, 2e6}, {1, -1}}), exponential(1), 1)).Metrics
	// bursts so short that they are batches: geometric from 0 with mean 0.8, about
	// one a second. M^X/M/1 with geometric batches of mean 1.8: L = 0.8·1.8/0.2
	within(t, "bursts like batches", fast["in_system"]["mean"], 7.2, 1e-5)
}

// TestMAPPHClasses: Poisson arrivals among bursty ones see time averages, and
// the classes together what all see.
func TestMAPPHClasses(t *testing.T) {
	sys := System{Servers: 2, Streams: []Stream{
		{Class: "bursty", Process: qbdMMPP([]float64{3, 0.2}, [][]float64{{-0.1, 0.1}, {0.2, -0.2}}), Service: exponential(1.5)},
		{Class: "calm", Process: poisson(0.5), Service: exponential(1.5)},
	}}
	sol := qbdSolve(t, sys)
	a, b, all := sol.Classes["bursty"], sol.Classes["calm"], sol.Metrics
	for _, metric := range []string{"queue_length", "throughput", "utilization", "in_system"} {
		within(t, metric, a[metric]["mean"]+b[metric]["mean"], all[metric]["mean"], 1e-11)
	}
	if !(a["wait"]["mean"] > 1.05*b["wait"]["mean"]) {
		t.Errorf("bursty tasks wait %g, calm ones %g", a["wait"]["mean"], b["wait"]["mean"])
	}
	finite := sys
	finite.Limited, finite.Limit = true, 900
	p := describe(finite)
	f := must(solveMAPPHK(p))
	for name, m := range sol.Classes {
		qbdSame(t, name, f.Classes[name], m, 1e-9)
	}
	// a class of two streams is one of their superposition
	parts := sys
	parts.Streams = append([]Stream(nil), sys.Streams...)
	parts.Streams[1].Process = poisson(0.2)
	parts.Streams = append(parts.Streams, Stream{Class: "calm", Process: poisson(0.3), Service: exponential(1.5)})
	for name, m := range qbdSolve(t, parts).Classes {
		qbdSame(t, name+" of parts", m, sol.Classes[name], 1e-12)
	}
	// a superposition of two halves is the whole
	halves := qbdSystem(poisson(1.2), qbdErlang(2, 2), 2)
	halves.Streams = append(halves.Streams, halves.Streams[0])
	halves.Streams[0].Process, halves.Streams[1].Process = poisson(0.5), poisson(0.7)
	qbdSame(t, "halves", qbdSolve(t, halves).Metrics, qbdSolve(t, qbdSystem(poisson(1.2), qbdErlang(2, 2), 2)).Metrics, 1e-12)
}

// TestMAPPHNarrow: with many phases the numbers are float64; a law with phases
// to spare is the same law.
func TestMAPPHNarrow(t *testing.T) {
	bursty := qbdMMPP([]float64{5, 0.5}, [][]float64{{-0.2, 0.2}, {0.1, -0.1}})
	two := qbdHyper([]float64{0.3, 0.7}, []float64{0.5, 2})
	four := qbdHyper([]float64{0.1, 0.2, 0.3, 0.4}, []float64{0.5, 0.5, 2, 2})
	want := qbdSolve(t, qbdSystem(bursty, two, 4))
	got := qbdSolve(t, qbdSystem(bursty, four, 4)) // 2 × 35 phases, beyond wideLimit
	qbdSame(t, "four phases", got.Metrics, want.Metrics, 1e-9)
}

// TestMAPPHRetry: float64 do not solve M/E40/1 near saturation, 32 digits do.
func TestMAPPHRetry(t *testing.T) {
	sys := qbdSystem(poisson(1-1e-6), qbdErlang(40, 40), 1)
	p := describe(sys)
	narrow, _ := newMapQueue(p)
	if err := narrow.build(); err != nil {
		t.Fatal(err)
	}
	if _, err := narrow.solution(p); err == nil {
		t.Error("float64 are enough: the test tests nothing")
	}
	m := qbdSolve(t, sys).Metrics
	within(t, "wait", m["wait"]["mean"], (1-1e-6)*(1+1./40)/2/1e-6, 1e-9)
}

// TestMAPPHOnOff: one on-off source is renewal, with gaps of two phases; two
// of them are their superposition.
func TestMAPPHOnOff(t *testing.T) {
	on, off := exponential(0.5), exponential(0.25)
	ipp := qbdMMPP([]float64{3, 0}, [][]float64{{-0.5, 0.5}, {0.25, -0.25}})
	one := must(arrivals.NewOnOff(on, off, 3, 1))
	qbdSame(t, "one", qbdSolve(t, qbdSystem(one, exponential(2), 1)).Metrics, qbdSolve(t, qbdSystem(ipp, exponential(2), 1)).Metrics, 1e-11)
	two := qbdSystem(ipp, exponential(2), 2)
	two.Streams = append(two.Streams, two.Streams[0])
	both := must(arrivals.NewOnOff(on, off, 3, 2))
	qbdSame(t, "two", qbdSolve(t, qbdSystem(both, exponential(2), 2)).Metrics, qbdSolve(t, two).Metrics, 1e-11)
}

// TestMAPPHDelays: a constant delay shifts latency.
func TestMAPPHDelays(t *testing.T) {
	sys := qbdSystem(qbdMMPP([]float64{2, 0.1}, [][]float64{{-1, 1}, {1, -1}}), exponential(2), 1)
	plain := qbdSolve(t, sys).Metrics
	sys.Network = constant(3)
	got := qbdSolve(t, sys).Metrics
	within(t, "p99", got["latency"]["p99"], plain["latency"]["p99"]+3, 1e-14)
	within(t, "in network", got["in_network"]["mean"], 3*1.05, 1e-14)
}

func TestMAPPHRefused(t *testing.T) {
	bursty := qbdMMPP([]float64{2, 0.1}, [][]float64{{-1, 1}, {1, -1}})
	base := qbdSystem(bursty, exponential(2), 1)
	if o := obstacleMAPPH(describe(base)); o != "" {
		t.Fatal(o)
	}
	for name, change := range map[string]func(*System){
		"infinite":       func(s *System) { s.Infinite = true },
		"overload":       func(s *System) { s.Streams[0].Service = exponential(1.05) },
		"limit":          func(s *System) { s.Limited = true },
		"lifo":           func(s *System) { s.Discipline = LIFO },
		"retries":        func(s *System) { s.Retry = constant(1) },
		"random delay":   func(s *System) { s.Network = exponential(1) },
		"constant work":  func(s *System) { s.Streams[0].Service = constant(0.1) },
		"constant gaps":  func(s *System) { s.Streams[0].Process = arrivals.Deterministic{Interval: 1} },
		"batches":        func(s *System) { s.Streams[0].Batch = must(arrivals.NewFixedBatch(2)) },
		"other services": func(s *System) { s.Streams = append(s.Streams, Stream{Process: bursty, Service: exponential(9)}) },
		"zero service":   func(s *System) { s.Streams[0].Service = qbdPhases([]float64{0.5}, [][]float64{{-2}}) },
		"too many phases": func(s *System) {
			s.Servers, s.Streams[0].Service = 40, qbdErlang(3, 3)
		},
		"too many servers": func(s *System) { s.Servers = 10_000_000 },
		"too many streams": func(s *System) {
			for range 8 {
				s.Streams = append(s.Streams, s.Streams[0])
			}
		},
	} {
		sys := base
		sys.Streams = append([]Stream(nil), base.Streams...)
		change(&sys)
		if obstacleMAPPH(describe(sys)) == "" {
			t.Errorf("%s: accepted", name)
		}
	}
	if _, err := qbdTry(qbdSystem(arrivals.Renewal{Gap: constant(1)}, exponential(2), 1)); !errors.Is(err, ErrNoModel) {
		t.Errorf("constant gaps: %v", err)
	}
}

func BenchmarkMAPPH(b *testing.B) {
	bursty := qbdMMPP([]float64{90, 20}, [][]float64{{-0.5, 0.5}, {0.5, -0.5}})
	for name, sys := range map[string]System{
		"MMPP2-M-64":   qbdSystem(bursty, exponential(1), 64),
		"MMPP2-M-1000": qbdSystem(bursty, exponential(0.06), 1000),
		"E4-C2-2":      qbdSystem(arrivals.Renewal{Gap: qbdErlang(4, 68)}, qbdPhases([]float64{1, 0}, [][]float64{{-20, 4}, {0, -4}}), 2),
		"M-H2-30":      qbdSystem(poisson(27), qbdHyper([]float64{0.5, 0.5}, []float64{0.75, 1.5}), 30),
	} {
		b.Run("model="+name, func(b *testing.B) {
			for b.Loop() {
				if _, err := qbdTry(sys); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
