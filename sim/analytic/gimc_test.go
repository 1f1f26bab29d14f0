package analytic

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"spillway/distributions"
	"spillway/distributions/arrivals"
)

// gimcColumns are the metrics of a case, in the order of its values; cases
// without quantiles of the latency end before them.
func gimcColumns() []string {
	return strings.Fields(`utilization.mean throughput.mean queue_length.mean in_system.mean wait.mean latency.mean wait_ratio.mean
	wait.p50 wait.p90 wait.p95 wait.p99 wait.p999 latency.p50 latency.p90 latency.p95 latency.p99 latency.p999`)
}

type gimcTruth struct {
	id     string
	sys    System
	values []float64
}

func gimcRenewal(d distributions.Distribution) arrivals.Process { return arrivals.Renewal{Gap: d} }

// gimcSingle is a system of one stream.
func gimcSingle(p arrivals.Process, service distributions.Distribution, servers int) System {
	return System{Streams: []Stream{{Process: p, Service: service}}, Servers: servers}
}

// gimcSolveBy solves with one family, whose obstacle must be none.
func gimcSolveBy(t testing.TB, f family, sys System) *Solution {
	t.Helper()
	p := describe(sys)
	if o := f.obstacle(p); o != "" {
		t.Fatalf("%s: obstacle: %s", Kendall(sys), o)
	}
	sol, err := f.solve(p)
	if err == nil {
		err = sol.check()
	}
	if err != nil {
		t.Fatalf("%s, load %g: %v", Kendall(sys), OfferedLoad(sys), err)
	}
	return sol
}

func gimcFamily() family { return family{obstacleGIMc, solveGIMc} }
func mdcFamily() family  { return family{obstacleMDc, solveMDc} }

// gimcCompareTruth holds a solution to cases of the pack, all of whose values
// are given to eight digits or more.
func gimcCompareTruth(t *testing.T, f family, cases []gimcTruth) {
	t.Helper()
	for _, c := range cases {
		sol := gimcSolveBy(t, f, c.sys)
		if !sol.Exact {
			t.Errorf("%s: not exact", c.id)
		}
		for i, want := range c.values {
			path := gimcColumns()[i]
			metric, statistic, _ := strings.Cut(path, ".")
			got, ok := sol.Metrics[metric][statistic]
			if !ok {
				t.Errorf("%s: %s is missing", c.id, path)
			}
			within(t, c.id+" "+path, got, want, 1e-8)
		}
	}
}

// TestGIMcTruth: values that were computed elsewhere, there
// by the root σ in extended precision and Takács's sum.
func TestGIMcTruth(t *testing.T) {
	gimcCompareTruth(t, gimcFamily(), []gimcTruth{
		{"gimc/D-M-1-r0.9", gimcSingle(gimcRenewal(constant(0.1111111111111111)), exponential(10.0), 1), []float64{
			0.9, 9.0, 3.7607934799348453, 4.660793479934845, 0.41786594221498274, 0.5178659422149827, 0.8068998328558035,
			0.24784620664322377, 1.081319287602424, 1.4402766053567588, 2.273749686315959, 3.4661800850294946,
			0.35895731775433487, 1.1924303987135352, 1.55138771646787, 2.3848607974270704, 3.5772911961406053,
		}},
		{"gimc/D-M-4-r0.95", gimcSingle(gimcRenewal(constant(0.002631578947368421)), exponential(100.0), 4), []float64{
			0.9500000000000001, 380.0, 7.956402443178572, 11.756402443178573, 0.0209379011662594, 0.0309379011662594, 0.8233192281316303,
			0.012683395269522247, 0.05361314741468707, 0.07124063219136373, 0.11217038433652855, 0.17072762125837004,
			0.0237545677077044, 0.06619746035148275, 0.08390453009150407, 0.12487203050199029, 0.18343259480403457,
		}},
		{"gimc/E3-M-1-r0.8", gimcSingle(gimcRenewal(must(distributions.NewErlang(3, 24.0))), exponential(10.0), 1), []float64{
			0.8, 8.0, 1.9675382787455782, 2.7675382787455782, 0.24594228484319727, 0.3459422848431973, 0.7109344408552823,
			0.12176203945448913, 0.6785346681952075, 0.9183235875707352, 1.4750962163114536, 2.2716577644276996,
			0.23978891937552768, 0.796561548116246, 1.0363504674917736, 1.593123096232492, 2.3896846443487383,
		}},
		{"gimc/H2-M-1-scv5-r0.7", gimcSingle(gimcRenewal(must(distributions.NewHyperexponential([]float64{0.908248290463863, 0.09175170953613698}, []float64{12.715476066494084, 1.2845239335059178}))), exponential(10.0), 1), []float64{
			0.7000000000000001, 7.0, 4.616624790355401, 5.316624790355402, 0.6595178271936288, 0.7595178271936288, 0.86833752096446,
			0.4192328700907762, 1.641629656345774, 2.1680872968500533, 3.390484083105051, 5.139338509864328,
			0.5264576405042796, 1.7488544267592772, 2.275312067263557, 3.4977088535185543, 5.246563280277832,
		}},
		{"gimc/Weib0.5-M-1-r0.8", gimcSingle(gimcRenewal(must(distributions.NewWeibull(0.5, 0.0625))), exponential(10.0), 1), []float64{
			0.8, 8.0, 9.748380033149848, 10.548380033149849, 1.218547504143731, 1.3185475041437311, 0.9241589706205235,
			0.8099520926513084, 2.9320724351655882, 3.8460199200971683, 5.968140262611448, 9.004208090057308,
			0.9139474849315801, 3.03606782744586, 3.95001531237744, 6.07213565489172, 9.10820348233758,
		}},
		{"gimc/Gam0.4-M-2-r0.85", gimcSingle(gimcRenewal(must(distributions.NewGamma(0.4, 0.14705882352941174))), exponential(10.0), 2), []float64{
			0.85, 17.0, 8.338800104076926, 10.038800104076925, 0.4905176531809956, 0.5905176531809956, 0.8606217522317074,
			0.3095136022327218, 1.2268244948525353, 1.6218887927692687, 2.5391996853890824, 3.8515748759256287,
			0.41871251435618434, 1.3367800424988758, 1.731844715568753, 2.6491556231962248, 3.961530813740564,
		}},
		{"gimc/E2-M-100-r0.97", gimcSingle(gimcRenewal(must(distributions.NewErlang(2, 194.0))), exponential(1.0), 100), []float64{
			0.97, 97.0, 15.344116537550656, 112.34411653755066, 0.15818676842835727, 1.1581867684283573, 0.6306093170795252,
			0.058216291521235225, 0.4619397625493768, 0.63581399746522, 1.0395374684933616, 1.6171351744373463,
			0.8717322596714929, 2.4940574303723997, 3.1872933341769567, 4.796743948634189, 7.099329146222184,
		}},
	})
}

// gimcStationary is the stationary law of a stochastic matrix, by elimination
// without subtractions (Grassmann, Taksar and Heyman).
func gimcStationary(p [][]float64) []float64 {
	n := len(p)
	for k := n - 1; k > 0; k-- {
		leave := 0.0
		for j := range k {
			leave += p[k][j]
		}
		for i := range k {
			p[i][k] /= leave
			for j := range k {
				p[i][j] += p[i][k] * p[k][j]
			}
		}
	}
	x, sum := make([]float64, n), 1.0
	x[0] = 1
	for k := 1; k < n; k++ {
		for i := range k {
			x[k] += x[i] * p[i][k]
		}
		sum += x[k]
	}
	for k := range x {
		x[k] /= sum
	}
	return x
}

// gimcChain is the law of the number found by an arrival of GI/M/c with µ = 1
// and gaps of finitely many values, up to size − 1: the chain embedded at
// arrivals, pure death between them by the exponential of its generator.
func gimcChain(c, size int, gaps, weights []float64) []float64 {
	p := make([][]float64, size)
	for i := range p {
		p[i] = make([]float64, size)
	}
	for k, gap := range gaps {
		death := mat.NewDense(size+1, size+1, nil)
		for n := 1; n <= size; n++ {
			rate := math.Min(float64(n), float64(c)) * gap
			death.Set(n, n, -rate)
			death.Set(n, n-1, rate)
		}
		var m mat.Dense
		m.Exp(death)
		for n := range size {
			for to := range size {
				p[n][to] += weights[k] * math.Max(0, m.At(n+1, to))
			}
			p[n][size-1] += weights[k] * math.Max(0, m.At(n+1, size)) // truncation
		}
	}
	return gimcStationary(p)
}

// TestGIMcChain compares with the embedded chain: P(wait), the mean wait and
// the p99 of the queue length by p_n = λπ_{n−1}/(cµ).
func TestGIMcChain(t *testing.T) {
	tests := []struct {
		c             int
		gaps, weights []float64
	}{
		{1, []float64{1.25}, []float64{1}},
		{3, []float64{0.4}, []float64{1}},
		{10, []float64{0.11}, []float64{1}},
		{10, []float64{0.3}, []float64{1}},
		{4, []float64{0, 0.3, 1.5}, []float64{0.4, 0.4, 0.2}},
		{30, []float64{0.02, 0.15}, []float64{0.8, 0.2}},
		{12, []float64{0.125}, []float64{1}}, // one of the 1 − j/c is close to σ
	}
	for _, test := range tests {
		law := must(distributions.NewEmpirical(test.gaps, test.weights, false))
		sol := gimcSolveBy(t, gimcFamily(), gimcSingle(gimcRenewal(law), exponential(1), test.c))
		pi := gimcChain(test.c, 250, test.gaps, test.weights)
		ratio, queue := 0.0, 0.0
		for n := len(pi) - 1; n >= test.c; n-- {
			ratio += pi[n]
			queue += pi[n] * float64(n-test.c+1) / float64(test.c)
		}
		name := fmt.Sprintf("c=%d gaps %v", test.c, test.gaps)
		within(t, name+" wait_ratio", sol.Metrics["wait_ratio"]["mean"], ratio, 1e-9)
		within(t, name+" wait", sol.Metrics["wait"]["mean"], queue, 1e-9)
		p99, above := test.c, 0.0
		for n := len(pi) - 1; n >= test.c; n-- { // P(N > n) = ρ Σ_{m≥n} π_m
			if above += pi[n] / (law.Mean() * float64(test.c)); above > queueTail {
				p99 = n + 1
				break
			}
		}
		if got := sol.Metrics["queue_length"]["p99"]; got != float64(p99-test.c) {
			t.Errorf("%s: queue_length.p99 = %g, want %d", name, got, p99-test.c)
		}
	}
}

// TestGIMcReference: σ by bisection and Takács's sum as he wrote it, in 60
// digits (30 for lognormal gaps), by mpmath 1.3; gaps of mean 1. Of infinite
// variance and near saturation δ is of the order of ε², and has half the
// digits of the float64 nearest to ρ.
func TestGIMcReference(t *testing.T) {
	pareto := must(distributions.NewParetoMean(1.5, 1))
	for _, test := range []struct {
		law                     distributions.Distribution
		c                       int
		rho, delta, ratio, slip float64
	}{
		{constant(1), 1000, 0.97, 0.059393914658601515, 0.11315591574523447, 1e-13},
		{constant(1), 50, 0.3, 0.95911774390378604, 6.380459683957076e-29, 2e-13},
		{pareto, 20, 1 - 1e-6, 2.1485911219641707e-12, 0.99999999998300875, 2e-10},
		{pareto, 20, 0.6, 0.29893257822374245, 0.09915799718635973, 2e-13},
		{must(distributions.NewLognormalMean(1, 2)), 5, 0.9, 0.046975355612085562, 0.86849939315279791, 1e-13},
	} {
		p := describe(gimcSingle(gimcRenewal(test.law), exponentialMean(test.rho*float64(test.c)), test.c))
		q := must(newGimcQueue(p, must(newGimcGap(test.law))))
		name := fmt.Sprintf("%s c=%d ρ=%g", test.law, test.c, test.rho)
		within(t, name+" 1 − σ", q.spare, test.delta, test.slip)
		within(t, name+" wait_ratio", q.delay, test.ratio, 2*test.slip)
	}
}

// TestGIMcIsMMc: exponential gaps, and laws that are exponential in disguise,
// give M/M/c, up to a thousand servers and from light load to saturation.
func TestGIMcIsMMc(t *testing.T) {
	disguises := func(mean float64) []distributions.Distribution {
		return []distributions.Distribution{
			exponentialMean(mean),
			must(distributions.NewGamma(1, mean)),
			must(distributions.NewWeibull(1, mean)),
			must(distributions.NewHyperexponential([]float64{0.3, 0.7}, []float64{1 / mean, 1 / mean})),
			must(distributions.NewCoxian([]float64{3 / mean, 1 / mean}, []float64{2. / 3})),
			must(distributions.NewMixture([]float64{1, 1}, []distributions.Distribution{exponentialMean(mean), exponentialMean(mean)})),
		}
	}
	for _, c := range []int{1, 2, 10, 100, 1000} {
		for _, spare := range []float64{0.9, 0.3, 0.05, 1e-3, 1e-6, 1e-9} {
			mu := 1 / float64(c) / (1 - spare)
			want := gimcSolveBy(t, family{obstacleMMc, solveMMc}, mmc(1, mu, c)).Metrics
			for i, law := range disguises(1) {
				sys := gimcSingle(gimcRenewal(law), exponential(mu), c)
				got := gimcSolveBy(t, gimcFamily(), sys).Metrics
				// the mean of a law in disguise is rounded, and 1 − ρ with it
				tolerance := 1e-11 + 1e-15/spare
				for metric, values := range want {
					for statistic, v := range values {
						if v > 1e-250 && !(metric == "queue_length" && statistic == "p99" && spare < 1e-3) {
							within(t, fmt.Sprintf("law %d c=%d 1−ρ=%g %s.%s", i, c, spare, metric, statistic), got[metric][statistic], v, tolerance)
						}
					}
				}
			}
		}
	}
}

// TestGIMcSaturation: with Erlang gaps of two stages the equation of the root
// is ρy²/4 + (ρ − 1/4)y − ε = 0, and with constant gaps the root is
// 2ε + 4ε²/3 + O(ε³): it keeps its digits up to ρ = 1 − 1e-12.
func TestGIMcSaturation(t *testing.T) {
	erlang, fixed := must(distributions.NewErlang(2, 2)), constant(1)
	for _, spare := range []float64{0.5, 1e-2, 1e-4, 1e-6, 1e-9, 1e-12} {
		rho := 1 - spare
		b := rho - 0.25
		want := 2 * spare / (b + math.Sqrt(b*b+rho*spare))
		gap := must(newGimcGap(erlang))
		within(t, fmt.Sprintf("E2 1−ρ=%g", spare), must(gap.root(rho, spare)), want, 1e-12)
		if spare <= 1e-4 {
			gap = must(newGimcGap(fixed))
			within(t, fmt.Sprintf("D 1−ρ=%g", spare), must(gap.root(rho, spare)), 2*spare+4*spare*spare/3, 1e-11+10*spare*spare)
		}
	}
}

// gimcLaws are laws of mean near one of every kind.
func gimcLaws() []distributions.Distribution {
	return []distributions.Distribution{
		constant(1),
		must(distributions.NewUniform(0.2, 1.8)),
		must(distributions.NewTriangular(0, 0.5, 2.5)),
		must(distributions.NewErlangMean(5, 1)),
		must(distributions.NewGammaMean(1, 0.1)),
		must(distributions.NewGammaMean(1, 10)),
		must(distributions.NewHyperexponentialCV(1, 10)),
		must(distributions.NewHypoexponential([]float64{1e6, 1.5, 3})),
		must(distributions.NewCoxian([]float64{3, 1e-3}, []float64{1e-3})),
		must(distributions.NewPhaseType([]float64{0.3, 0.7}, [][]float64{{-2, 1}, {0.5, -1}})),
		must(distributions.NewLognormalMean(1, 0.1)),
		must(distributions.NewLognormalMean(1, 10)),
		must(distributions.NewWeibullMean(0.3, 1)),
		must(distributions.NewWeibullMean(3, 1)),
		must(distributions.NewParetoMean(3.5, 1)),
		must(distributions.NewLomaxMean(50, 1)),
		must(distributions.NewBoundedPareto(1.2, 0.1, 1e4)),
		must(distributions.NewBoundedPareto(8, 0.8, 1e4)),
		must(distributions.NewNormal(1, 0.3)),
		must(distributions.NewNormal(-5, 1)),
		must(distributions.NewEmpirical([]float64{0, 1, 5}, nil, false)),
		must(distributions.NewEmpirical([]float64{0, 1, 5, 9}, nil, true)),
		must(distributions.NewShifted(0.5, must(distributions.NewWeibullMean(0.5, 1)))),
		must(distributions.NewMixture([]float64{1, 2}, []distributions.Distribution{constant(1), must(distributions.NewLognormalMean(1, 2))})),
	}
}

// TestGIMcRemainder: R agrees with the transform where that has digits, and
// with half the second moment where s is small; two evaluations of ψ meet
// where one takes over from the other.
func TestGIMcRemainder(t *testing.T) {
	heavy := []distributions.Distribution{must(distributions.NewParetoMean(1.5, 1)), must(distributions.NewLomaxMean(1.1, 1))}
	for _, law := range append(gimcLaws(), heavy...) {
		g, err := newGimcGap(law)
		if err != nil || g.remainder == nil {
			t.Errorf("%s: no remainder: %v", law, err)
			continue
		}
		for _, y := range []float64{0.05, 0.2, 0.49, 0.9} {
			direct := real(g.laplace(complex(y/g.mean, 0))) - 1 + y
			if got := g.remainder(y / g.mean); !(math.Abs(got-direct) < 3e-15) {
				t.Errorf("%s: R at y=%g is %.16g, by the transform %.16g", law, y, got, direct)
			}
		}
		if scv := law.SCV(); !math.IsInf(scv, 1) {
			y := 1e-12 // the next term is a third moment times y
			within(t, law.String()+" R/y²", g.remainder(y/g.mean)/(y*y), (1+scv)/2, 1e-8)
		}
	}
}

// TestGIMcCorners: every kind of law, light load to saturation, one to a
// thousand servers; SCV 0 to 1000. In heavy traffic the wait is exponential of
// mean (a² + 1)/(2cµε), to the first order in ε.
func TestGIMcCorners(t *testing.T) {
	for _, law := range gimcLaws() {
		for _, c := range []int{1, 10, 1000} {
			for _, spare := range []float64{0.95, 0.2, 1e-6} {
				sys := gimcSingle(gimcRenewal(law), exponentialMean(law.Mean()*float64(c)*(1-spare)), c)
				sol := gimcSolveBy(t, gimcFamily(), sys)
				limit := (law.SCV() + 1) / 2 * law.Mean() / spare
				if wait := sol.Metrics["wait"]["mean"]; spare == 1e-6 && math.Abs(wait/limit-1) > 0.01 {
					t.Errorf("%s c=%d: mean wait %g, in the limit %g", law, c, wait, limit)
				}
			}
		}
	}
	// of infinite variance: Pareto 1.5 has the root where R is
	sol := gimcSolveBy(t, gimcFamily(), gimcSingle(gimcRenewal(must(distributions.NewParetoMean(1.5, 1))), exponentialMean(0.9), 1))
	if w := sol.Metrics["wait_ratio"]["mean"]; !(w > 0.9 && w < 1) {
		t.Errorf("Pareto gaps: wait ratio %g", w)
	}
}

// TestGIMcRootChecked: a remainder or a root that is wrong does not pass.
func TestGIMcRootChecked(t *testing.T) {
	p := describe(gimcSingle(gimcRenewal(constant(1)), exponentialMean(0.9), 1))
	q := must(newGimcQueue(p, must(newGimcGap(constant(1)))))
	for name, spoil := range map[string]func(){
		"root":       func() { q.root *= 1 + 1e-7 },
		"wait ratio": func() { q.delay *= 1 + 1e-7 },
		"NaN":        func() { q.delay = math.NaN() },
	} {
		kept := *q
		if spoil(); q.check() == nil {
			t.Errorf("a wrong %s passes", name)
		}
		*q = kept
	}
	gap := must(newGimcGap(constant(1)))
	gap.remainder = nil
	if _, err := gap.root(1-1e-9, 1e-9); err == nil {
		t.Error("a root of no digits is given")
	}
}

func TestGIMcNetwork(t *testing.T) {
	sys := gimcSingle(gimcRenewal(constant(1)), exponentialMean(1.6), 2)
	plain := gimcSolveBy(t, gimcFamily(), sys).Metrics
	sys.Network, sys.Response = constant(3), constant(0.5)
	got := gimcSolveBy(t, gimcFamily(), sys).Metrics
	within(t, "latency.p99", got["latency"]["p99"], plain["latency"]["p99"]+3.5, 1e-12)
	within(t, "in_network", got["in_network"]["mean"], 3.5, 1e-12)
}

func TestGIMcRefused(t *testing.T) {
	base := func() System { return gimcSingle(gimcRenewal(constant(1)), exponentialMean(1.6), 2) }
	gimcRefused(t, gimcFamily(), base, map[string]func(*System){
		"limit":    func(s *System) { s.Limited = true },
		"infinite": func(s *System) { s.Infinite = true },
		"servers":  func(s *System) { s.Servers = gimcMaxServers + 1 },
		"service":  func(s *System) { s.Streams[0].Service = constant(1) },
		"streams":  func(s *System) { s.Streams = append(s.Streams, s.Streams[0]) },
		"batch":    func(s *System) { s.Streams[0].Batch = must(arrivals.NewFixedBatch(2)) },
		"network":  func(s *System) { s.Network = exponential(1) },
		"mean":     func(s *System) { s.Streams[0].Process = gimcRenewal(must(distributions.NewPareto(0.9, 1))) },
	})
}

// gimcRefused checks that a family takes the base system and none of the variants,
// nor any with a policy.
func gimcRefused(t *testing.T, f family, base func() System, variants map[string]func(*System)) {
	t.Helper()
	if o := f.obstacle(describe(base())); o != "" {
		t.Fatalf("the base is refused: %s", o)
	}
	for name, change := range map[string]func(*System){
		"beyond":     func(s *System) { s.Beyond = "a breaker" },
		"discipline": func(s *System) { s.Discipline = LIFO },
		"patience":   func(s *System) { s.Patience = constant(1) },
		"retry":      func(s *System) { s.Retry = constant(1) },
		"dispatch":   func(s *System) { s.Dispatch = RoundRobin },
		"speeds":     func(s *System) { s.Speeds = []float64{1, 2} },
		"failures":   func(s *System) { s.Failures = &Failures{constant(1), constant(1), Resume, false} },
		"setup":      func(s *System) { s.Setup = constant(1) },
		"throttle":   func(s *System) { s.Throttle = &Throttle{1, 1, true} },
		"transient":  func(s *System) { s.Transient = &Transient{} },
	} {
		variants[name] = change
	}
	for name, change := range variants {
		sys := base()
		if change(&sys); f.obstacle(describe(sys)) == "" {
			t.Errorf("%s is not refused", name)
		}
	}
}

// TestGIMcFailsLoudly: a transform that is not a number gives no answer.
func TestGIMcFailsLoudly(t *testing.T) {
	gap := &gimcGap{mean: 1, laplace: func(complex128) complex128 { return complex(math.NaN(), 0) }}
	if _, err := newGimcDifference(gap, 1); err == nil {
		t.Error("the divided differences are given")
	}
	if (&gimcQueue{gap: gap}).check() == nil {
		t.Error("the root is given")
	}
}

func BenchmarkGIMc(b *testing.B) {
	for name, law := range map[string]distributions.Distribution{
		"D": constant(1), "lognormal": must(distributions.NewLognormalMean(1, 2)),
	} {
		for _, c := range []int{1, 64, 1000} {
			b.Run(fmt.Sprintf("law=%s/servers=%d", name, c), func(b *testing.B) {
				p := describe(gimcSingle(gimcRenewal(law), exponentialMean(0.95*float64(c)), c))
				for b.Loop() {
					if _, err := solveGIMc(p); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
