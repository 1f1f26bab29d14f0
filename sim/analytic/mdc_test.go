package analytic

import (
	"fmt"
	"math"
	"math/cmplx"
	"testing"

	"spillway/distributions"
	"spillway/distributions/arrivals"
)

// TestMDcTruth: values that were computed elsewhere, there by
// Crommelin's roots and Franx's formula on a balance recursion in extended
// precision.
func TestMDcTruth(t *testing.T) {
	gimcCompareTruth(t, mdcFamily(), []gimcTruth{
		{"mdc/md2-r0.8", gimcSingle(poisson(16.0), constant(0.1), 2), []float64{
			0.8, 16.0, 1.4452542070666798, 3.0452542070666797, 0.09032838794166749, 0.19032838794166748, 0.7018983171733281,
			0.054389892574196026, 0.23972764778413924, 0.32017570621519587, 0.506955118608358, 0.7741741821037087,
		}},
		{"mdc/md4-r0.9", gimcSingle(poisson(360.0), constant(0.01), 4), []float64{
			0.9, 360.0, 3.599877188029205, 7.199877188029205, 0.009999658855636681, 0.01999965885563668, 0.775436586267288,
			0.006211499061043628, 0.025604449424049245, 0.03396986305573566, 0.05339377208970376, 0.08118310307369889,
		}},
		{"mdc/md10-r0.95", gimcSingle(poisson(9.5), constant(1.0), 10), []float64{
			0.95, 9.5, 7.9522884225240364, 17.45228842252404, 0.8370829918446354, 1.8370829918446354, 0.8116405027547712,
			0.5280065628341882, 2.110021068142223, 2.791418623865759, 4.373574738741457, 6.637128403473161,
		}},
		{"mdc/md25-r0.98", gimcSingle(poisson(2450.0), constant(0.01), 25), []float64{
			0.98, 2450.0, 21.879817869949434, 46.379817869949434, 0.00893053790610181, 0.01893053790610181, 0.8739676302568886,
			0.005846449044782841, 0.02183278378138431, 0.02871773479814479, 0.044704095995886796, 0.06757540821039036,
		}},
	})
}

// mdcRootMean is E[Q] by Crommelin's roots: Σ 1/(1 − z_k) over the c − 1 zeros
// of z^c − e^(a(z−1)) inside the unit circle, plus 1/(2ε) − (c + a)/2.
func mdcRootMean(c, spare float64) float64 {
	a := c * (1 - spare)
	sum := complex(0, 0)
	for k := 1.0; k < c; k++ {
		turn := complex(0, 2*math.Pi*k/c)
		// w = log z solves w = (1 − ε)(e^w − 1) + turn
		z := 0.5 * cmplx.Exp(turn)
		for range 20_000 { // a contraction, slow next to one; then Newton's method
			z = cmplx.Exp(turn + complex(1-spare, 0)*(z-1))
			if cmplx.Abs(cmplx.Exp(turn+complex(1-spare, 0)*(z-1))-z) < 1e-3 {
				break
			}
		}
		for range 30 {
			e := cmplx.Exp(turn + complex(1-spare, 0)*(z-1))
			z -= (z - e) / (1 - complex(1-spare, 0)*e)
		}
		sum += 1 / (1 - z)
	}
	return real(sum) + 1/(2*spare) - (c+a)/2
}

// TestMDcRoots compares the mean with Crommelin's roots, and with one server
// with Pollaczek and Khinchine, up to saturation.
func TestMDcRoots(t *testing.T) {
	for _, c := range []int{1, 2, 5, 10, 40} {
		for _, spare := range []float64{0.2, 0.05, 1e-3, 1e-6, 1e-9} {
			n := float64(c)
			l := must(newMdcLaw(c, n*(1-spare), spare))
			within(t, fmt.Sprintf("c=%d 1−ρ=%g", c, spare), l.mean, mdcRootMean(n, spare), 1e-10)
		}
	}
	for _, spare := range []float64{1 - 1e-8, 0.95, 0.5, 0.1, 1e-4, 1e-6, 1e-9, 1e-12} {
		rho := 1 - spare
		l := must(newMdcLaw(1, rho, spare))
		within(t, fmt.Sprintf("M/D/1 1−ρ=%g E[Q]", spare), l.mean, rho*rho/(2*spare), 1e-12)
		// E[W²] = 2 E[W]² + ρ/(3ε), hence the variance E[W]² + ρ/(3ε)
		w := rho / (2 * spare)
		within(t, fmt.Sprintf("M/D/1 1−ρ=%g var W", spare), l.spread/(rho*rho), w*w+rho/(3*spare), 1e-11)
		within(t, fmt.Sprintf("M/D/1 1−ρ=%g P(W > 0)", spare), l.waitTail(0), rho, 1e-12)
	}
}

// TestMDcTwoWays: Spitzer's sums and the factorisation are the same law, on
// both sides of where one takes over from the other.
func TestMDcTwoWays(t *testing.T) {
	for _, c := range []int{1, 2, 5, 25, 100, 1000} {
		for _, exponent := range []float64{0.03, 0.2, 0.5, 1} {
			// c(ρ − 1 − log ρ) = exponent, nearly
			rho := 0.5
			for range 200 {
				rho = math.Exp(rho - 1 - exponent/float64(c))
			}
			light := &mdcLaw{c: float64(c), load: rho * float64(c)}
			heavy := *light
			light.light()
			if err := heavy.heavy(1 - rho); err != nil {
				t.Fatal(err)
			}
			name := fmt.Sprintf("c=%d ρ=%.4g", c, rho)
			within(t, name+" mean", heavy.mean, light.mean, 1e-11)
			within(t, name+" spread", heavy.spread, light.spread, 1e-10)
			for k := 0.0; light.above(k) > 1e-4; k++ {
				within(t, fmt.Sprintf("%s P(Q > %g)", name, k), heavy.above(k), light.above(k), 1e-10)
			}
			for _, x := range []float64{0, 0.3, 1, 1.7, 4} {
				if want := light.waitTail(x); want > 1e-4 {
					within(t, fmt.Sprintf("%s P(W > %g)", name, x), heavy.waitTail(x), want, 1e-10)
				}
			}
		}
	}
}

// TestMDcChain compares with the truncated chain Q' = max(0, Q + A − c).
func TestMDcChain(t *testing.T) {
	const size = 250
	for _, test := range []struct {
		c    int
		load float64
	}{{1, 0.4}, {1, 0.85}, {3, 0.3}, {3, 2.6}, {20, 17}, {60, 50}} {
		p := make([][]float64, size)
		for q := range p {
			p[q] = make([]float64, size)
			for a := 0.0; a < size; a++ {
				to := min(size-1, max(0, q+int(a)-test.c))
				p[q][to] += math.Exp(logPoisson(a, test.load))
			}
		}
		pi := gimcStationary(p)
		l := must(newMdcLaw(test.c, test.load, 1-test.load/float64(test.c)))
		above, p99 := 0.0, 0
		for k := size - 1; k > 0; k-- {
			if above+pi[k] > queueTail && above <= queueTail {
				p99 = k
			}
			if above += pi[k]; above > 1e-6 && k < 120 {
				within(t, fmt.Sprintf("c=%d a=%g P(Q ≥ %d)", test.c, test.load, k), l.above(float64(k-1)), above, 1e-9)
			}
		}
		if got := l.queueQuantile(); got != float64(p99) {
			t.Errorf("c=%d a=%g: p99 of the queue length %g, want %d", test.c, test.load, got, p99)
		}
	}
}

// TestMDcLittle integrates Franx's tail: the mean wait must be E[Q]/λ, the
// second moment E[Q(Q − 1)]/λ².
func TestMDcLittle(t *testing.T) {
	for _, test := range []struct {
		c     int
		spare float64
	}{{1, 0.5}, {1, 0.1}, {4, 0.1}, {30, 0.05}, {30, 0.4}, {500, 0.03}} {
		load := float64(test.c) * (1 - test.spare)
		l := must(newMdcLaw(test.c, load, test.spare))
		first, second := 0.0, 0.0
		for n := 0.0; l.waitTail(n) > 1e-17*l.waitTail(0) && l.waitTail(n) > 1e-16; n++ {
			x, w := gimcPanels(n, n+1, 0.1) // the tail has a kink at whole numbers
			for i := range x {
				tail := l.waitTail(x[i])
				first += w[i] * tail
				second += w[i] * 2 * x[i] * tail
			}
		}
		name := fmt.Sprintf("c=%d 1−ρ=%g", test.c, test.spare)
		within(t, name+" E[W]", first, l.mean/load, 1e-10)
		within(t, name+" E[W²]", second, (l.spread+l.mean*l.mean)/load/load, 1e-9)
	}
}

// TestMDcCorners: nearly empty and nearly full, one to ten thousand servers.
// Where few wait the ratio is P(A ≥ c) nearly; near saturation the wait is
// exponential.
func TestMDcCorners(t *testing.T) {
	for _, c := range []int{1, 100, 10_000} {
		for _, spare := range []float64{1 - 1e-6, 0.9, 0.1, 1e-6, 1e-9} {
			sys := gimcSingle(poisson(float64(c)*(1-spare)), constant(1), c)
			m := gimcSolveBy(t, mdcFamily(), sys).Metrics
			if spare < 1e-5 {
				spare := describe(sys).spare // of the rounded load
				within(t, fmt.Sprintf("c=%d 1−ρ=%g wait", c, spare), m["wait"]["mean"], 1/(2*spare)/float64(c), 0.001)
				within(t, fmt.Sprintf("c=%d 1−ρ=%g wait.p99", c, spare), m["wait"]["p99"], math.Log(100)/(2*spare)/float64(c), 0.001)
			}
		}
	}
}

// TestMDcChecked: a queue length that is wrong by 1e-8 does not pass.
func TestMDcChecked(t *testing.T) {
	for _, load := range []float64{1, 3.9} {
		l := must(newMdcLaw(4, load, 1-load/4))
		l.tail[0] *= 1 + 1e-8
		if l.check() == nil {
			t.Errorf("load %g: a wrong law passes", load)
		}
	}
	l := must(newMdcLaw(4, 3.9, 0.025))
	l.over *= 1 + 1e-7
	if ln := must(l.coefficients(0.025)); len(ln) == 0 {
		t.Error("no coefficients")
	}
	if err := (&mdcLaw{c: 4, load: 3.9}).heavy(0.03); err == nil { // the load says 0.025
		t.Error("a root τ that is none passes")
	}
}

// TestMDcClasses: Poisson streams of one service are one, and a class has its
// part of the counts.
func TestMDcClasses(t *testing.T) {
	half := gimcSolveBy(t, mdcFamily(), gimcSingle(poisson(1), constant(0.5), 1)).Metrics // M/D/1, var W = E[W]² + ρD²/(3ε)
	within(t, "wait.sd", half["wait"]["sd"], math.Sqrt(0.0625+0.25/3), 1e-12)
	within(t, "latency.sd", half["latency"]["sd"], half["wait"]["sd"], 1e-15)
	whole := gimcSolveBy(t, mdcFamily(), gimcSingle(poisson(3), constant(0.5), 2)).Metrics
	sys := System{Servers: 2, Streams: []Stream{
		{Class: "a", Process: poisson(1), Service: constant(0.5)},
		{Class: "b", Process: gimcRenewal(exponential(2)), Service: must(distributions.NewShifted(0.2, constant(0.3)))},
	}}
	sys.Network = exponential(10)
	sol := gimcSolveBy(t, mdcFamily(), sys)
	within(t, "wait.p99 of a", sol.Classes["a"]["wait"]["p99"], whole["wait"]["p99"], 1e-13)
	within(t, "queue of b", sol.Classes["b"]["queue_length"]["mean"], whole["queue_length"]["mean"]*2/3, 1e-13)
	within(t, "latency", sol.Metrics["latency"]["mean"], whole["latency"]["mean"]+0.1, 1e-13)
	if sol.Note == "" {
		t.Error("no note about what is left out")
	}
}

func TestMDcRefused(t *testing.T) {
	base := func() System { return gimcSingle(poisson(3), constant(0.5), 2) }
	gimcRefused(t, mdcFamily(), base, map[string]func(*System){
		"limit":    func(s *System) { s.Limited = true },
		"infinite": func(s *System) { s.Infinite = true },
		"servers":  func(s *System) { s.Servers = mdcMaxServers + 1 },
		"service":  func(s *System) { s.Streams[0].Service = exponential(2) },
		"no work":  func(s *System) { s.Streams[0].Service = constant(0) },
		"services": func(s *System) { s.Streams = append(s.Streams, Stream{Process: poisson(1), Service: constant(0.25)}) },
		"batch":    func(s *System) { s.Streams[0].Batch = must(arrivals.NewFixedBatch(2)) },
		"arrivals": func(s *System) { s.Streams[0].Process = gimcRenewal(constant(1)) },
	})
}

func BenchmarkMDc(b *testing.B) {
	for _, c := range []int{1, 25, 1000} {
		for _, spare := range []float64{0.3, 0.02, 1e-6} {
			b.Run(fmt.Sprintf("servers=%d/spare=%g", c, spare), func(b *testing.B) {
				p := describe(gimcSingle(poisson(float64(c)*(1-spare)), constant(1), c))
				for b.Loop() {
					if _, err := solveMDc(p); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
