package analytic

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"spillway/distributions"
	"spillway/distributions/arrivals"
)

func approximateFamily() family { return family{obstacleApproximate, solveApproximate} }

// TestApproximateMMc: for M/M/c the approximation is exact; latencies to the
// accuracy of the convolution.
func TestApproximateMMc(t *testing.T) {
	for _, c := range []int{1, 3, 50} {
		for _, rho := range []float64{0.1, 0.7, 0.999} {
			sys := mmc(rho*float64(c), 1, c)
			want := gimcSolveBy(t, family{obstacleMMc, solveMMc}, sys).Metrics
			sol := gimcSolveBy(t, approximateFamily(), sys)
			if sol.Exact || sol.Note == "" {
				t.Errorf("an approximation without being called one")
			}
			for _, metric := range []string{"wait", "wait_ratio", "latency", "service", "in_system", "utilization"} {
				for statistic, v := range want[metric] {
					if _, ok := sol.Metrics[metric][statistic]; !ok {
						t.Fatalf("%s.%s is missing", metric, statistic)
					}
					tolerance := 1e-12
					if metric == "latency" {
						tolerance = 1e-4
					}
					within(t, fmt.Sprintf("c=%d ρ=%g %s.%s", c, rho, metric, statistic), sol.Metrics[metric][statistic], v, tolerance)
				}
			}
		}
	}
}

// TestApproximateMG1: Pollaczek and Khinchine give the mean of M/G/1.
func TestApproximateMG1(t *testing.T) {
	for _, law := range gimcLaws() {
		mean, rho := law.Mean(), 0.6
		m := gimcSolveBy(t, approximateFamily(), gimcSingle(poisson(rho/mean), law, 1)).Metrics
		within(t, law.String(), m["wait"]["mean"], rho*mean*(1+law.SCV())/2/(1-rho), 1e-12)
	}
}

// TestApproximateError is the range of error that the note claims.
func TestApproximateError(t *testing.T) {
	gaps := []distributions.Distribution{
		constant(1), must(distributions.NewErlangMean(2, 1)), must(distributions.NewGammaMean(1, math.Sqrt2)),
		must(distributions.NewHyperexponentialCV(1, 2)), must(distributions.NewLognormalMean(1, 2)),
	}
	for _, c := range []int{1, 2, 4} {
		for _, rho := range []float64{0.7, 0.9, 0.99} {
			allowed := 0.15
			if c > 1 && rho < 0.9 {
				allowed = 1. / 3
			}
			mean := rho * float64(c)
			for _, gap := range gaps {
				sys := gimcSingle(gimcRenewal(gap), exponentialMean(mean), c)
				exact, rough := gimcSolveBy(t, gimcFamily(), sys), gimcSolveBy(t, approximateFamily(), sys)
				within(t, fmt.Sprintf("%s c=%d ρ=%g", gap, c, rho), rough.Metrics["wait"]["mean"], exact.Metrics["wait"]["mean"], allowed)
				if c == 1 {
					within(t, fmt.Sprintf("%s ρ=%g wait_ratio", gap, rho), rough.Metrics["wait_ratio"]["mean"], exact.Metrics["wait_ratio"]["mean"], 0.04)
				}
			}
			sys := gimcSingle(poisson(1), constant(mean), c)
			exact, rough := gimcSolveBy(t, mdcFamily(), sys), gimcSolveBy(t, approximateFamily(), sys)
			within(t, fmt.Sprintf("M/D/%d ρ=%g", c, rho), rough.Metrics["wait"]["mean"], exact.Metrics["wait"]["mean"], allowed)
		}
	}
}

// TestApproximateKingman: the bound is one, and with one server close in heavy
// traffic.
func TestApproximateKingman(t *testing.T) {
	for _, gap := range gimcLaws() {
		for _, c := range []int{1, 7} {
			for _, rho := range []float64{0.3, 0.9, 0.9999} {
				sys := gimcSingle(gimcRenewal(gap), exponentialMean(gap.Mean()*rho*float64(c)), c)
				p := describe(sys)
				bound := newApproximation(p).kingman(p)
				exact := gimcSolveBy(t, gimcFamily(), sys).Metrics["wait"]["mean"]
				if !(exact <= bound) || c == 1 && rho > 0.999 && bound > 1.05*exact {
					t.Errorf("%s c=%d ρ=%g: wait %g, bound %g", gap, c, rho, exact, bound)
				}
			}
		}
	}
	note := gimcSolveBy(t, approximateFamily(), gimcSingle(gimcRenewal(constant(1)), must(distributions.NewErlangMean(2, 0.5)), 1)).Note
	if !strings.Contains(note, "Kingman's upper bound of the mean wait is 0.125 s") { // λσ²/(2ε) = 0.125/(2·0.5)
		t.Errorf("the bound is missing: %s", note)
	}
}

// TestApproximateStreams: equal streams are less variable together than one
// of them is bursty; classes have their own service.
func TestApproximateStreams(t *testing.T) {
	bursty := must(distributions.NewHyperexponentialCV(1, 3))
	sys := System{Servers: 2}
	for i := range 8 {
		sys.Streams = append(sys.Streams, Stream{Class: fmt.Sprint("k", i%2), Process: gimcRenewal(bursty), Service: exponentialMean(0.1 + 0.05*float64(i%2))})
	}
	p := describe(sys)
	// w = 1/(1 + 4ε²·7) with ε = 1/2 is 1/8: 9/8 + 7/8
	within(t, "a²", newApproximation(p).gaps, 2, 1e-12)
	sol := gimcSolveBy(t, approximateFamily(), sys)
	a, b := sol.Classes["k0"], sol.Classes["k1"]
	within(t, "wait of a class", a["wait"]["p95"], b["wait"]["p95"], 1e-15)
	within(t, "latency of a class", a["latency"]["mean"], a["wait"]["mean"]+0.1, 1e-12)
	within(t, "load of the classes", a["utilization"]["mean"]+b["utilization"]["mean"], 0.5, 1e-12)
	within(t, "queue of the classes", a["queue_length"]["mean"]+b["queue_length"]["mean"], sol.Metrics["queue_length"]["mean"], 1e-12)
	poissons := System{Servers: 1, Streams: []Stream{{Process: poisson(0.3), Service: constant(1)}, {Process: poisson(0.3), Service: constant(1)}}}
	within(t, "a² of Poisson streams", newApproximation(describe(poissons)).gaps, 1, 1e-15)
}

// TestApproximateCorners: nothing waits in D/D/c, and laws with jumps, atoms
// and no density have quantiles in order.
func TestApproximateCorners(t *testing.T) {
	sol := gimcSolveBy(t, approximateFamily(), gimcSingle(gimcRenewal(constant(1)), constant(1.5), 2))
	if sol.Metrics["wait"]["p999"] != 0 || sol.Metrics["latency"]["p99"] != 1.5 {
		t.Errorf("D/D/2: %v", sol.Metrics)
	}
	for _, service := range gimcLaws() {
		for _, c := range []int{1, 16} {
			for _, rho := range []float64{0.01, 0.3, 1 - 1e-6} {
				mean := service.Mean() / rho / float64(c)
				gimcSolveBy(t, approximateFamily(), gimcSingle(arrivals.Deterministic{Interval: mean}, service, c))
				gimcSolveBy(t, approximateFamily(), gimcSingle(gimcRenewal(must(distributions.NewGammaMean(mean, 10))), service, c))
			}
		}
	}
}

func TestApproximateRefused(t *testing.T) {
	base := func() System { return gimcSingle(gimcRenewal(constant(1)), must(distributions.NewUniform(0.5, 1)), 2) }
	gimcRefused(t, approximateFamily(), base, map[string]func(*System){
		"limit":    func(s *System) { s.Limited = true },
		"infinite": func(s *System) { s.Infinite = true },
		"servers":  func(s *System) { s.Servers = maxSize + 1 },
		"no work":  func(s *System) { s.Streams[0].Service = constant(0) },
		"batch":    func(s *System) { s.Streams[0].Batch = must(arrivals.NewFixedBatch(2)) },
		"network":  func(s *System) { s.Network = exponential(1) },
	})
	for what, change := range map[string]func(*System){
		"service": func(s *System) { s.Streams[0].Service = must(distributions.NewParetoMean(1.5, 1)) },
		"gaps":    func(s *System) { s.Streams[0].Process = gimcRenewal(must(distributions.NewLomaxMean(2, 1))) },
	} {
		sys := base()
		change(&sys)
		if o := obstacleApproximate(describe(sys)); !strings.Contains(o, "variance") || !strings.Contains(o, "infinite") {
			t.Errorf("infinite variance of %s: %q", what, o)
		}
	}
}

func BenchmarkApproximate(b *testing.B) {
	p := describe(gimcSingle(gimcRenewal(must(distributions.NewLognormalMean(1, 2))), must(distributions.NewLognormalMean(45, 2)), 50))
	for b.Loop() {
		if _, err := solveApproximate(p); err != nil {
			b.Fatal(err)
		}
	}
}
