package analytic

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/mathext"

	"spillway/distributions"
)

// expectedPatience is a value of the public pack and the digits that it claims.
type expectedPatience struct {
	value  float64
	digits int
}

func withPatience(sys System, d distributions.Distribution) System {
	sys.Patience = d
	return sys
}

func solvePatient(t testing.TB, sys System) *Solution {
	t.Helper()
	p := describe(sys)
	obstacle, solve := obstacleMMcGI, solveMMcGI
	if obstacleMMcM(p) == "" {
		obstacle, solve = obstacleMMcM, solveMMcM
	}
	if o := obstacle(p); o != "" {
		t.Fatalf("%s is refused: %s", Kendall(sys), o)
	}
	sol, err := solve(p)
	if err == nil {
		err = sol.check()
	}
	if err != nil {
		t.Fatalf("%s, load %g, patience %s: %v", Kendall(sys), OfferedLoad(sys), sys.Patience, err)
	}
	return sol
}

var patienceTruth = []struct {
	id   string
	sys  System
	want map[string]expectedPatience
}{
	{"mmcM/erlA-c1-r0.8", withPatience(mmc(8.0, 10.0, 1), exponential(2.0)), map[string]expectedPatience{
		"utilization.mean": {0.65515179015867, 13}, "throughput.mean": {6.5515179015867, 13}, "queue_length.mean": {0.72424104920665, 13}, "in_system.mean": {1.37939283936532, 13}, "abandoned_ratio.mean": {0.1810602623016625, 13}, "wait.mean": {0.08293318043895842, 13},
	}},
	{"mmcM/erlA-c10-r1.0", withPatience(mmc(100.0, 10.0, 10), exponential(5.0)), map[string]expectedPatience{
		"utilization.mean": {0.8960867876736918, 13}, "throughput.mean": {89.60867876736918, 13}, "queue_length.mean": {2.078264246526164, 13}, "in_system.mean": {11.039132123263082, 13}, "abandoned_ratio.mean": {0.10391321232630818, 13}, "wait.mean": {0.019958120717059203, 13},
	}},
	{"mmcM/erlA-c100-r1.1", withPatience(mmc(1100.0, 10.0, 100), exponential(10.0)), map[string]expectedPatience{
		"utilization.mean": {0.990889279507543, 13}, "throughput.mean": {990.889279507543, 13}, "queue_length.mean": {10.9110720492457, 13}, "in_system.mean": {110.0, 13}, "abandoned_ratio.mean": {0.0991915640840518, 13}, "wait.mean": {0.010074957701711164, 13},
	}},
	{"mmcM/erlA-c8-r0.95-patient", withPatience(mmc(76.0, 10.0, 8), exponential(0.05)), map[string]expectedPatience{
		"utilization.mean": {0.9426946914453913, 13}, "throughput.mean": {75.4155753156313, 13}, "queue_length.mean": {11.688493687373892, 13}, "in_system.mean": {19.23005121893702, 13}, "abandoned_ratio.mean": {0.0076897984785354555, 13}, "wait.mean": {0.15366110002408936, 13},
	}},
	{"mmcD/mm1D-r0.9", withPatience(mmc(9.0, 10.0, 1), constant(0.3)), map[string]expectedPatience{
		"utilization.mean": {0.7499607696247569, 13}, "throughput.mean": {7.499607696247568, 13}, "queue_length.mean": {1.1981954027388144, 13}, "in_system.mean": {1.9481561723635712, 13}, "abandoned_ratio.mean": {0.1667102559724924, 13}, "wait.mean": {0.09974891246476611, 8},
	}},
	{"mmcD/mm5D-r0.95", withPatience(mmc(47.5, 10.0, 5), constant(0.1)), map[string]expectedPatience{
		"utilization.mean": {0.8573673855711097, 13}, "throughput.mean": {42.868369278555484, 13}, "queue_length.mean": {1.7239083940716053, 13}, "in_system.mean": {6.010745321927154, 13}, "abandoned_ratio.mean": {0.09750801518830553, 13}, "wait.mean": {0.02940968698237445, 8},
	}},
	{"mmcD/mm2D-r2-overload", withPatience(mmc(40.0, 10.0, 2), constant(0.5)), map[string]expectedPatience{
		"utilization.mean": {0.9999914874407065, 13}, "throughput.mean": {19.99982974881413, 13}, "queue_length.mean": {19.00020713894281, 13}, "in_system.mean": {21.00019011382422, 13}, "abandoned_ratio.mean": {0.5000042562796467, 13}, "wait.mean": {0.4500099314037174, 8},
	}},
}

// TestPatienceTruth holds the solvers to the public pack, at the digits that it
// claims.
func TestPatienceTruth(t *testing.T) {
	for _, c := range patienceTruth {
		m := solvePatient(t, c.sys).Metrics
		for path, want := range c.want {
			metric, statistic, _ := strings.Cut(path, ".")
			within(t, c.id+" "+path, m[metric][statistic], want.value, math.Pow(10, -math.Min(float64(want.digits), 12)))
		}
	}
}

// TestErlangAStates sums over the states: of a task that finds c + k tasks the
// wait V, if it is not cut short, has e^-θV of a beta law of parameters cµ/θ and
// k + 1, and survives with probability e^-θV.
func TestErlangAStates(t *testing.T) {
	for _, c := range []struct {
		lambda, mu, theta float64
		c, limit          int
	}{{8, 10, 2, 1, 400}, {100, 10, 5, 10, 600}, {30, 1, 0.1, 20, 900}, {12, 1, 3, 10, 3}, {50, 1, 0.2, 5, 8}, {0.5, 1, 40, 1, 1}} {
		sys := mmcLimit(c.lambda, c.mu, c.c, c.limit)
		m := solvePatient(t, withPatience(sys, exponential(c.theta))).Metrics
		weights, total := make([]float64, c.c+c.limit+1), 0.0
		for n, w := 0, 1.0; n < len(weights); n++ {
			weights[n] = w
			total += w
			w *= c.lambda / (float64(min(n+1, c.c))*c.mu + float64(max(0, n+1-c.c))*c.theta)
		}
		var idle, queue float64
		for n, w := range weights {
			if n < c.c {
				idle += w
			}
			queue += w * float64(max(0, n-c.c))
		}
		alpha := float64(c.c) * c.mu / c.theta
		later := func(x float64) float64 { // mass of those that are served after x
			sum := 0.0
			for k, w := range weights[c.c : len(weights)-1] {
				n := float64(k + 1)
				sum += w * alpha / (alpha + n) * mathext.RegIncBeta(alpha+1, n, math.Exp(-c.theta*x))
			}
			return sum
		}
		name := fmt.Sprintf("%+v", c)
		served := idle + later(0)
		within(t, name+" queue", m["queue_length"]["mean"], queue/total, 1e-12)
		within(t, name+" shed", m["shed_ratio"]["mean"]+1, weights[len(weights)-1]/total+1, 1e-13)
		within(t, name+" abandoned", m["abandoned_ratio"]["mean"], c.theta*queue/total/c.lambda, 1e-12)
		within(t, name+" wait ratio", m["wait_ratio"]["mean"], later(0)/served, 1e-11)
		within(t, name+" throughput", m["throughput"]["mean"], c.lambda*served/total, 1e-11)
		for _, p := range percentiles {
			if x := m["wait"][p.name]; x > 0 {
				within(t, name+" P(W > "+p.name+")", later(x)/served, p.tail, 1e-9)
			}
		}
	}
}

// TestPatienceLatency convolves the wait with the service by another rule.
func TestPatienceLatency(t *testing.T) {
	for _, sys := range []System{
		withPatience(mmc(8, 10, 1), exponential(2)), withPatience(mmc(40, 10, 2), constant(0.5)), withPatience(mmc(300, 1, 200), constant(3)),
		withPatience(mmcLimit(9, 1, 3, 5), must(distributions.NewUniform(0.2, 2))), withPatience(mmc(1.01, 1, 1), constant(400)),
	} {
		p := describe(sys)
		q, o, _, err := solvePatience(p)
		if err != nil {
			t.Fatal(err)
		}
		scale := o.waitRatio * q.unit * q.c / q.served
		for i, x := range o.sojourn.quantiles {
			x /= p.meanService
			// P(W + S > x) = e^-x + ∫ P(W > x − s) e^-s ds
			const steps = 8000 // e^-40 is nothing
			h, sum := math.Min(x, 40)/steps, 0.0
			for k := range steps {
				s := h * (float64(k) + 0.5)
				sum += h * scale * q.grid.later(x-s) * math.Exp(-s)
			}
			within(t, fmt.Sprintf("%s tail of latency at %g", Kendall(sys), x), math.Exp(-x)+sum, percentiles[i].tail, 1e-5)
		}
	}
}

// TestPatienceChain solves M/M/1/3+H2 as a chain whose states hold, for each
// waiting task, the phase of its patience.
func TestPatienceChain(t *testing.T) {
	const lambda, mu = 1.7, 1.0
	probability, rate := [2]float64{0.3, 0.7}, [2]float64{0.1, 4}
	// states: 0, 1, (1, a), (1, a, b)
	const states = 8
	one, two := func(a int) int { return 2 + a }, func(a, b int) int { return 4 + 2*a + b }
	q := mat.NewDense(states, states, nil)
	move := func(from, to int, r float64) {
		q.Set(from, to, q.At(from, to)+r)
		q.Set(from, from, q.At(from, from)-r)
	}
	move(0, 1, lambda)
	move(1, 0, mu)
	for a := range 2 {
		move(1, one(a), lambda*probability[a])
		move(one(a), 1, mu+rate[a])
		for b := range 2 {
			move(one(a), two(a, b), lambda*probability[b])
			move(two(a, b), one(b), mu+rate[a])
			move(two(a, b), one(a), rate[b])
		}
	}
	for i := range states { // the last equation is that of the mass
		q.Set(i, states-1, 1)
	}
	right := mat.NewVecDense(states, nil)
	right.SetVec(states-1, 1)
	var pi mat.VecDense
	if err := pi.SolveVec(q.T(), right); err != nil {
		t.Fatal(err)
	}
	var full, queue, left float64
	for a := range 2 {
		queue += pi.AtVec(one(a))
		left += rate[a] * pi.AtVec(one(a))
		for b := range 2 {
			x := pi.AtVec(two(a, b))
			full, queue, left = full+x, queue+2*x, left+(rate[a]+rate[b])*x
		}
	}
	h := must(distributions.NewHyperexponential(probability[:], rate[:]))
	sol := solvePatient(t, withPatience(mmcLimit(lambda, mu, 1, 2), h))
	m := sol.Metrics
	if sol.Model != "M/M/c/K+GI" {
		t.Errorf("the model is %s", sol.Model)
	}
	within(t, "shed", m["shed_ratio"]["mean"], full, 1e-12)
	within(t, "queue", m["queue_length"]["mean"], queue, 1e-12)
	within(t, "abandoned", m["abandoned_ratio"]["mean"], left/lambda, 1e-12)
	within(t, "throughput", m["throughput"]["mean"], mu*(1-pi.AtVec(0)), 1e-12)
}

// TestPatienceSimplifies holds the families to each other and to those without
// patience.
func TestPatienceSimplifies(t *testing.T) {
	for _, sys := range []System{mmc(0.9, 1, 1), mmc(95, 1, 100), mmc(30, 1, 10), mmcLimit(30, 1, 10, 7)} {
		weibull := must(distributions.NewWeibull(1, 2))
		shareMetrics(t, "Weibull patience of shape 1", solvePatient(t, withPatience(sys, weibull)).Metrics, solvePatient(t, withPatience(sys, exponential(0.5))).Metrics, 1e-11, 20)
		narrow := must(distributions.NewUniform(1, math.Nextafter(1, 2)))
		shareMetrics(t, "uniform patience of no width", solvePatient(t, withPatience(sys, narrow)).Metrics, solvePatient(t, withPatience(sys, constant(1))).Metrics, 1e-9, 20)
		if !sys.Limited {
			limited := sys
			limited.Limited, limited.Limit = true, 5000
			shareMetrics(t, "a limit out of reach", solvePatient(t, withPatience(limited, exponential(0.5))).Metrics, solvePatient(t, withPatience(sys, exponential(0.5))).Metrics, 1e-11, 20)
		}
		if Stable(sys) {
			shareMetrics(t, "endless patience", solvePatient(t, withPatience(sys, constant(1e6))).Metrics, solve(t, sys).Metrics, 1e-10, 20)
		}
		sys.Limited, sys.Limit = true, 0
		shareMetrics(t, "no room to wait", solvePatient(t, withPatience(sys, constant(1))).Metrics, solve(t, sys).Metrics, 1e-11, 20)
	}
	impatient, loss := solvePatient(t, withPatience(mmc(30, 1, 10), exponential(1e12))), solve(t, mmcLimit(30, 1, 10, 0))
	within(t, "no patience", impatient.Metrics["abandoned_ratio"]["mean"], loss.Metrics["shed_ratio"]["mean"], 1e-10)
}

// TestPatienceJumps corners jumps that are not known beforehand.
func TestPatienceJumps(t *testing.T) {
	values := []float64{0.1, 0.37, 1, 3.3}
	known := must(distributions.NewEmpirical(values, []float64{1, 2, 3, 4}, false))
	hidden := func(x float64) float64 { return known.CDF(x) }
	for _, sys := range []System{mmc(0.9, 1, 1), mmc(120, 1, 100), mmcLimit(8, 1, 5, 4)} {
		want := solvePatient(t, withPatience(sys, known)).Metrics
		shareMetrics(t, "jumps", solvePatient(t, withPatience(sys, onlyCDF{known, hidden})).Metrics, want, 1e-11, 20)
	}
}

// onlyCDF is a law of which nothing but the distribution function is known.
type onlyCDF struct {
	distributions.Distribution
	cdf func(float64) float64
}

func (d onlyCDF) CDF(x float64) float64 { return d.cdf(x) }

// TestPatienceQueueQuantile compares with sums over the states where the queue
// is long, in which a panel of the grid spans many of its states.
func TestPatienceQueueQuantile(t *testing.T) {
	for _, c := range []struct {
		sys  System
		want float64
	}{
		{withPatience(mmc(10, 1, 10), exponential(1e-6)), 8145},
		{withPatience(mmc(999.999, 1, 1000), exponential(1e-6)), 80724},
		{withPatience(mmc(999999, 1, 1_000_000), exponential(1e-3)), 80386},
	} {
		if got := solvePatient(t, c.sys).Metrics["queue_length"]["p99"]; got != c.want {
			t.Errorf("%s: p99 of the queue = %g, want %g", Kendall(c.sys), got, c.want)
		}
	}
}

// TestPatienceCorners relies on the checks of the solvers: flows, mass and, for
// exponential patience, the states.
func TestPatienceCorners(t *testing.T) {
	laws := []distributions.Distribution{
		constant(0), constant(1e-6), constant(1000), exponential(1e-6), exponential(1e6),
		must(distributions.NewUniform(0.5, 2)), must(distributions.NewLognormalMean(1, 0.001)), must(distributions.NewLognormalMean(1, 100)),
		must(distributions.NewParetoMean(1.5, 2)), must(distributions.NewEmpirical([]float64{0, 0.1, 0.5, 1, 3}, nil, false)),
		must(distributions.NewWeibull(0.3, 1)), must(distributions.NewHyperexponential([]float64{0.1, 0.9}, []float64{1e6, 0.01})),
	}
	for _, law := range laws {
		for _, c := range []int{1, 100, 10_000} {
			for _, rho := range []float64{0.5, 1 - 1e-6, 3} {
				m := solvePatient(t, withPatience(mmc(rho*float64(c), 1, c), law)).Metrics
				if got, least := m["abandoned_ratio"]["mean"], 1-1/rho; got < least*(1-1e-12) || got > 1 {
					t.Errorf("c = %d, ρ = %g, patience %s: %g abandon, at least %g have to", c, rho, law, got, least)
				}
			}
		}
	}
}

func TestPatienceClasses(t *testing.T) {
	sys := withPatience(mmc(8, 10, 1), exponential(2))
	sys.Streams = []Stream{
		{Class: "a", Process: poisson(6), Service: exponential(10)}, {Class: "b", Process: poisson(2), Service: exponential(10)},
	}
	sol := solvePatient(t, sys)
	within(t, "throughput of b", sol.Classes["b"]["throughput"]["mean"], 0.25*sol.Metrics["throughput"]["mean"], 1e-14)
	within(t, "abandoned of b", sol.Classes["b"]["abandoned_ratio"]["mean"], sol.Metrics["abandoned_ratio"]["mean"], 1e-14)
}

func TestPatienceRefused(t *testing.T) {
	sys := withPatience(mmc(8, 10, 1), exponential(2))
	for what, change := range map[string]func(*System){
		"no patience":   func(s *System) { s.Patience = nil },
		"infinite":      func(s *System) { s.Infinite = true },
		"discipline":    func(s *System) { s.Discipline = LIFO },
		"retry":         func(s *System) { s.Retry = constant(1) },
		"transient":     func(s *System) { s.Transient = &Transient{} },
		"constant work": func(s *System) { s.Streams = []Stream{{Process: poisson(8), Service: constant(0.1)}} },
		"no CDF":        func(s *System) { s.Patience = noCDF{s.Patience} },
	} {
		other := sys
		change(&other)
		if p := describe(other); obstacleMMcM(p) == "" || obstacleMMcGI(p) == "" {
			t.Errorf("%s: not refused", what)
		}
	}
	if p := describe(withPatience(sys, constant(1))); obstacleMMcM(p) == "" || obstacleMMcGI(p) != "" {
		t.Error("constant patience is not told from exponential patience")
	}
}

// noCDF hides the distribution function of a law.
type noCDF struct{ distributions.Distribution }

func BenchmarkPatience(b *testing.B) {
	for name, sys := range map[string]System{
		"erlangA/c=10": withPatience(mmc(100, 10, 10), exponential(5)), "erlangA/c=1000": withPatience(mmc(1000, 1, 1000), exponential(1)),
		"constant/c=5": withPatience(mmc(47.5, 10, 5), constant(0.1)), "lognormal/c=100": withPatience(mmc(100, 1, 100), must(distributions.NewLognormalMean(1, 2))),
		"limit=50/c=20": withPatience(mmcLimit(25, 1, 20, 50), exponential(0.1)),
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				solvePatient(b, sys)
			}
		})
	}
}
