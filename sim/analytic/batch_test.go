package analytic

import (
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"spillway/distributions"
	"spillway/distributions/arrivals"
)

func batchSystem(rate float64, batch arrivals.Batch, service distributions.Distribution, servers int) System {
	return System{Streams: []Stream{{Process: poisson(rate), Batch: batch, Service: service}}, Servers: servers}
}

func solveAsBatch(t testing.TB, sys System) *Solution {
	t.Helper()
	return solveMG1As(t, sys, obstacleBatch, solveBatch)
}

func TestBatchTruth(t *testing.T) {
	for _, c := range []struct {
		id     string
		sys    System
		values []mg1Truth
	}{
		{"batch/fixed3-c1-r0.75", batchSystem(2.5, must(arrivals.NewFixedBatch(3)), exponential(10.0), 1), []mg1Truth{
			{"utilization.mean", 0.75, 12},
			{"throughput.mean", 7.5, 12},
			{"queue_length.mean", 5.25, 12},
			{"in_system.mean", 6.0, 12},
			{"wait.mean", 0.7, 12},
			{"latency.mean", 0.8, 12},
			{"wait_ratio.mean", 0.9166666666666666, 12},
			{"wait.p50", 0.4624745216798823, 9},
			{"wait.p90", 1.6897825402610065, 9},
			{"wait.p95", 2.2184055877996856, 9},
			{"wait.p99", 3.4458302936268113, 9},
			{"wait.p999", 5.201878047053747, 9},
		}},
		{"batch/geo-mean4-c1-r0.8", batchSystem(2.0, must(arrivals.NewGeometricBatch(4.0)), exponential(10.0), 1), []mg1Truth{
			{"utilization.mean", 0.8, 12},
			{"throughput.mean", 8.0, 12},
			{"queue_length.mean", 15.2, 12},
			{"in_system.mean", 16.0, 12},
			{"wait.mean", 1.9, 12},
			{"latency.mean", 2.0, 12},
			{"wait_ratio.mean", 0.95, 12},
			{"wait.p50", 1.2837077723447894, 8},
			{"wait.p90", 4.5025835972129915, 8},
			{"wait.p95", 5.88887795833288, 8},
			{"wait.p99", 9.10775378320108, 8},
			{"wait.p999", 13.71292396918917, 8},
		}},
		{"batch/fixed10-c4-r0.9", batchSystem(3.6, must(arrivals.NewFixedBatch(10)), exponential(10.0), 4), []mg1Truth{
			{"utilization.mean", 0.9, 12},
			{"throughput.mean", 36.0, 12},
			{"queue_length.mean", 46.35762711864407, 12},
			{"in_system.mean", 49.95762711864407, 12},
			{"wait.mean", 1.2877118644067798, 12},
			{"latency.mean", 1.3877118644067796, 12},
			{"wait_ratio.mean", 0.96, 12},
			{"wait.p50", 0.8766862343020886, 7},
			{"wait.p90", 3.026999816201085, 7},
			{"wait.p95", 3.9530894572004867, 7},
			{"wait.p99", 6.1034030130211505, 7},
			{"wait.p999", 9.179806209841214, 7},
		}},
		{"batch/fixed2-c2-r0.98", batchSystem(98.0, must(arrivals.NewFixedBatch(2)), exponential(100.0), 2), []mg1Truth{
			{"utilization.mean", 0.98, 12},
			{"throughput.mean", 196.0, 12},
			{"queue_length.mean", 71.86885906040268, 12},
			{"in_system.mean", 73.82885906040268, 12},
			{"wait.mean", 0.3666778523489933, 12},
			{"latency.mean", 0.37667785234899326, 12},
			{"wait_ratio.mean", 0.98, 12},
			{"wait.p50", 0.25179026456165643, 8},
			{"wait.p90", 0.8539762275058537, 8},
			{"wait.p95", 1.1133236053467717, 8},
			{"wait.p99", 1.7155095682909693, 8},
			{"wait.p999", 2.5770429090760834, 8},
		}},
	} {
		holdMG1Truth(t, c.id, solveAsBatch(t, c.sys), c.values)
	}
}

// TestBatchOfOne: with batches of one M^X/M/c is M/M/c.
func TestBatchOfOne(t *testing.T) {
	for _, c := range []struct {
		rate float64
		c    int
	}{{0.5, 1}, {0.999, 1}, {3.6, 4}, {4, 5}, {95, 100}, {0.3, 10}, {1, 2}, {1.999998, 2}, {990, 1000}} {
		sys := batchSystem(c.rate, nil, exponential(1), c.c)
		want, err := solveMMc(describe(sys))
		if err != nil {
			t.Fatal(err)
		}
		got, err := solveBatch(describe(sys))
		if err != nil {
			t.Errorf("λ=%g c=%d: %v", c.rate, c.c, err)
			continue
		}
		shareMetrics(t, Kendall(sys), got.Metrics, want.Metrics, 2e-10, 26)
	}
}

// TestBatchGeneral: with exponential service M^X/G/1 is M^X/M/1, by inversion
// and by levels.
func TestBatchGeneral(t *testing.T) {
	for _, b := range []arrivals.Batch{must(arrivals.NewFixedBatch(3)), must(arrivals.NewFixedBatch(40)),
		must(arrivals.NewGeometricBatch(7.5)), must(arrivals.NewDiscreteBatch([]int{1, 5}, []float64{9, 1}))} {
		for _, load := range []float64{0.05, 0.5, 0.9, 0.9999} {
			sys := batchSystem(load/b.Mean(), b, exponential(1), 1)
			want := solveAsBatch(t, sys)
			got := solveMG1As(t, sys, obstacleBatchG, solveBatchG)
			shareMetrics(t, b.String(), got.Metrics, want.Metrics, 1e-8, 26)
		}
	}
}

// batchByElimination is the law of the number in system of M^X/M/c, cut far
// above what it reaches, from the balance equations.
func batchByElimination(sizes map[int]float64, servers, levels int) []float64 {
	// Balance of level n with all that leave and enter it, sum 1 in place of the last.
	a, rhs := mat.NewDense(levels, levels, nil), mat.NewVecDense(levels, nil)
	for n := range levels {
		for size, rate := range sizes {
			if n+size < levels {
				a.Set(n, n, a.At(n, n)-rate)
				a.Set(n+size, n, a.At(n+size, n)+rate)
			}
		}
		if n > 0 {
			mu := math.Min(float64(n), float64(servers))
			a.Set(n, n, a.At(n, n)-mu)
			a.Set(n-1, n, a.At(n-1, n)+mu)
		}
	}
	for n := range levels {
		a.Set(levels-1, n, 1)
	}
	rhs.SetVec(levels-1, 1)
	var pi mat.VecDense
	if err := pi.SolveVec(a, rhs); err != nil {
		panic(err)
	}
	return pi.RawVector().Data
}

// TestBatchClasses: two classes that differ in their batches, against the
// balance equations and what an arrival sees of the levels.
func TestBatchClasses(t *testing.T) {
	const servers = 3
	sys := System{Servers: servers, Streams: []Stream{
		{Class: "one", Process: poisson(0.8), Service: exponential(1)},
		{Class: "five", Process: poisson(0.25), Batch: must(arrivals.NewFixedBatch(5)), Service: exponential(1)},
	}}
	sol := solveAsBatch(t, sys)
	pi := batchByElimination(map[int]float64{1: 0.8, 5: 0.25}, servers, 400)
	queue := 0.0
	for n, p := range pi {
		queue += p * math.Max(0, float64(n-servers))
	}
	within(t, "queue", sol.Metrics["queue_length"]["mean"], queue, 1e-9)
	for name, size := range map[string]int{"one": 1, "five": 5} {
		mean, wait, late := 0.0, 0.0, 0.0
		p95 := sol.Classes[name]["wait"]["p95"]
		for n, p := range pi {
			for j := 1; j <= size; j++ {
				if k := n + j - servers; k > 0 {
					p := p / float64(size)
					wait += p
					mean += p * float64(k) / servers
					for i := range k { // fewer than k departures up to there
						late += p * math.Exp(logPoisson(float64(i), servers*p95))
					}
				}
			}
		}
		c := sol.Classes[name]
		within(t, name+" wait", c["wait"]["mean"], mean, 1e-9)
		within(t, name+" ratio", c["wait_ratio"]["mean"], wait, 1e-9)
		within(t, name+" P(W > p95)", late, 0.05, 1e-8)
	}
	q := 0
	for above := 1.0; ; q++ {
		above = 0
		for n := servers + q + 1; n < len(pi); n++ {
			above += pi[n]
		}
		if above <= 0.01 {
			break
		}
	}
	if got := sol.Metrics["queue_length"]["p99"]; got != float64(q) {
		t.Errorf("queue p99 = %g, want %d", got, q)
	}
}

// TestBatchSizes: a law of two sizes is two streams.
func TestBatchSizes(t *testing.T) {
	one := solveAsBatch(t, batchSystem(1, must(arrivals.NewDiscreteBatch([]int{1, 5}, []float64{9, 1})), exponential(0.5), 4))
	sys := System{Servers: 4, Streams: []Stream{
		{Process: poisson(0.9), Service: exponential(0.5)},
		{Process: poisson(0.1), Batch: must(arrivals.NewFixedBatch(5)), Service: exponential(0.5)},
	}}
	shareMetrics(t, "two sizes", solveAsBatch(t, sys).Metrics, one.Metrics, 1e-11, 26)
}

// TestBatchCorners: each solve checks itself against two formulas.
func TestBatchCorners(t *testing.T) {
	for _, c := range []struct {
		b       arrivals.Batch
		servers int
		load    float64
	}{
		{must(arrivals.NewFixedBatch(3)), 4, 1 - 1e-6},
		{must(arrivals.NewFixedBatch(1000)), 1, 0.9},
		{must(arrivals.NewFixedBatch(1000)), 10, 1 - 1e-6},
		{must(arrivals.NewGeometricBatch(500)), 20, 1 - 1e-6},
		{must(arrivals.NewGeometricBatch(1.0001)), 1000, 0.99},
		{must(arrivals.NewFixedBatch(7)), 1000, 0.95},
		{must(arrivals.NewFixedBatch(2)), 2, 1e-6},
		{must(arrivals.NewFixedBatch(2)), 300, 0.01},
		{must(arrivals.NewDiscreteBatch([]int{1, 5}, []float64{9, 1})), 64, 1 - 1e-4},
	} {
		m := solveAsBatch(t, batchSystem(c.load*float64(c.servers)/c.b.Mean(), c.b, exponential(1), c.servers)).Metrics
		if c.load < 1-1e-5 || c.servers == 20 {
			continue
		}
		// Near saturation the wait is exponential: p999 = mean log 1000.
		within(t, c.b.String()+" p999", m["wait"]["p999"], m["wait"]["mean"]*math.Log(1000), 1e-2)
	}
	// Geometric batches at one server: W + S is exponential (of rate µ(1 − ρ)(1 − q)).
	m := solveAsBatch(t, batchSystem((1-1e-6)/500, must(arrivals.NewGeometricBatch(500)), exponential(1), 1)).Metrics["latency"]
	within(t, "latency", m["mean"], 500/1e-6, 1e-8)
	for _, p := range percentiles {
		within(t, "latency "+p.name, m[p.name], m["mean"]*-math.Log(p.tail), 1e-9)
	}
}

// TestBatchGeneralMoments: M^X/D/1 with its first of a batch by hand, and sizes
// that are not told.
func TestBatchGeneralMoments(t *testing.T) {
	sys := batchSystem(0.2, must(arrivals.NewFixedBatch(3)), constant(1), 1)
	sol := solveMG1As(t, sys, obstacleBatchG, solveBatchG)
	// M/D/1 with service 3: 0.2·9/(2·0.4) = 2.25, and on average one task before.
	within(t, "wait", sol.Metrics["wait"]["mean"], 3.25, 1e-12)
	// var W1 = 2.25² + 0.2·27/(3·0.4), of the place in the batch 2/3.
	within(t, "sd", sol.Metrics["wait"]["sd"], math.Sqrt(2.25*2.25+4.5+2./3), 1e-12)
	if _, ok := sol.Metrics["wait"]["p50"]; ok || !strings.Contains(sol.Note, "left out") {
		t.Errorf("quantiles of a law that jumps, note %q", sol.Note)
	}
	hidden := struct{ arrivals.Batch }{must(arrivals.NewDiscreteBatch([]int{1, 5}, nil))}
	sol = solveMG1As(t, batchSystem(0.2, hidden, exponential(1), 1), obstacleBatchG, solveBatchG)
	within(t, "wait of hidden sizes", sol.Metrics["wait"]["mean"], 0.2*(3*2+10)/(2*0.4)+10./6, 1e-12)
	if _, ok := sol.Metrics["wait"]["sd"]; ok {
		t.Error("a standard deviation without the third moment of the batch")
	}
}

// TestBatchStreams: with several services M^X/G/1 without batches is M/G/1.
func TestBatchStreams(t *testing.T) {
	sys := System{Servers: 1, Streams: []Stream{
		{Class: "a", Process: poisson(0.5), Service: exponential(1)},
		{Class: "b", Process: poisson(0.1), Service: must(distributions.NewErlang(2, 1))},
	}}
	got := must(solveBatchG(describe(sys)))
	want := solveAsMG1(t, sys)
	shareMetrics(t, "all", got.Metrics, want.Metrics, 1e-8, 26)
	for name := range want.Classes {
		shareMetrics(t, name, got.Classes[name], want.Classes[name], 1e-8, 26)
	}
}

func TestBatchRefuses(t *testing.T) {
	for want, change := range map[string]func(*System){
		"limit":           func(s *System) { s.Limited = true },
		"one by one":      func(s *System) { s.Streams[0].Batch = nil },
		"network":         func(s *System) { s.Network = exponential(1) },
		"not exponential": func(s *System) { s.Streams[0].Service = constant(1) },
		"fail":            func(s *System) { s.Failures = &Failures{} },
		"not known": func(s *System) {
			s.Streams[0].Batch = struct{ arrivals.Batch }{must(arrivals.NewDiscreteBatch([]int{1, 5}, []float64{9, 1}))}
		},
		"more than": func(s *System) { s.Streams[0].Batch = must(arrivals.NewFixedBatch(50000)) },
	} {
		sys := batchSystem(0.1, must(arrivals.NewFixedBatch(2)), exponential(1), 2)
		change(&sys)
		if o := obstacleBatch(describe(sys)); !strings.Contains(o, want) {
			t.Errorf("obstacle %q, want one with %q", o, want)
		}
	}
}

func BenchmarkBatch(b *testing.B) {
	sys := batchSystem(3.6, must(arrivals.NewFixedBatch(10)), exponential(10), 4)
	for b.Loop() {
		solveAsBatch(b, sys)
	}
}
