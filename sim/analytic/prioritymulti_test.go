package analytic

import (
	"math"
	"math/cmplx"
	"testing"

	"spillway/distributions"
	"spillway/distributions/arrivals"
)

// sameMetrics compares what both solutions have, for all and for each class, and
// is an error where they have nothing in common.
func sameMetrics(t *testing.T, name string, got, want *Solution, tolerance float64, metrics ...string) {
	t.Helper()
	compare := func(what string, g, w Metrics) {
		for _, m := range metrics {
			common := 0
			for statistic, v := range w[m] {
				if x, ok := g[m][statistic]; ok {
					within(t, name+what+" "+m+"."+statistic, x, v, tolerance)
					common++
				}
			}
			if common == 0 {
				t.Errorf("%s%s: nothing of %s to compare", name, what, m)
			}
		}
	}
	compare("", got.Metrics, want.Metrics)
	for c := range want.Classes {
		compare(" "+c, got.Classes[c], want.Classes[c])
	}
}

// ofAll is a solution without its classes.
func ofAll(sol *Solution) *Solution { return &Solution{Metrics: sol.Metrics} }

func solveWith(t *testing.T, sys System, f family) *Solution {
	t.Helper()
	p := describe(sys)
	if o := f.obstacle(p); o != "" {
		t.Fatalf("%s: %s", Kendall(sys), o)
	}
	sol, err := f.solve(p)
	if err != nil {
		t.Fatalf("%s: %v", Kendall(sys), err)
	}
	return sol
}

// eulerTail inverts the transform of a tail, (1 − f(s))/s, by the Euler method
// of J. Abate, W. Whitt, "Numerical inversion of Laplace transforms of
// probability distributions", ORSA Journal on Computing 7(1), 1995, with error
// e^-A, A = 24.
func eulerTail(f func(s complex128) complex128, t float64) float64 {
	const a, plain, extra = 24.0, 40, 14
	term := func(k int) float64 {
		s := complex(a/(2*t), math.Pi*float64(k)/t)
		v := real((1 - f(s)) / s)
		if k%2 == 1 {
			return -v
		}
		return v
	}
	sum := term(0) / 2
	for k := 1; k <= plain; k++ {
		sum += term(k)
	}
	total, binomial := 0.0, math.Pow(2, -extra)
	for k := 0; k <= extra; k++ {
		total += binomial * sum
		sum += term(plain + k + 1)
		binomial *= float64(extra-k) / float64(k+1)
	}
	return total * math.Exp(a/2) / t
}

// delayTransform is E[e^-sW | W > 0] of M/M/c with m = cµ: the root of
// z² + (m − Λ' − s)z − sm = 0 that is 0 at s = 0.
func delayTransform(s complex128, high, upTo, m float64) complex128 {
	b := complex(m-high, 0) - s
	root := cmplx.Sqrt(b*b + 4*s*complex(m, 0))
	if real(root) < 0 {
		root = -root
	}
	d := complex(m-upTo, 0)
	return d / (d + (root-b)/2)
}

// TestPriorityTails inverts the transform of the wait of the second class of
// M/M/3 at its quantiles, with a pole beside the cut for the first two shares.
// The latency of the second class of M/M/1, preemptive, has the same law.
func TestPriorityTails(t *testing.T) {
	for _, share := range []float64{0.1, 0.5, 0.95} {
		for d, c := range map[Discipline]float64{Priority: 3, PreemptivePriority: 1} {
			load := 0.8 * c
			sol := solveWith(t, prioritised(d, int(c), []float64{load * share, load * (1 - share)}, exponential(1)), family{obstaclePriorityMulti, solvePriorityMulti})
			metric, delay := "latency", 1.0
			if d == Priority {
				metric, delay = "wait", sol.Metrics["wait_ratio"]["mean"]
			}
			for _, p := range percentiles {
				x, ok := sol.Classes["p2"][metric][p.name]
				if !ok {
					t.Errorf("no %s of %s", p.name, metric)
				}
				if x > 0 {
					got := delay * eulerTail(func(s complex128) complex128 { return delayTransform(s, load*share, load, c) }, x)
					within(t, metric+" of the second class at "+p.name, got, p.tail, 1e-7)
				}
			}
		}
	}
}

// TestPriorityLevels: classes of one priority are served as one, whatever their
// names; levels may have any numbers; one level is first come, first served.
func TestPriorityLevels(t *testing.T) {
	for _, d := range []Discipline{Priority, PreemptivePriority} {
		for _, c := range []int{1, 4} {
			load := float64(c)
			three := prioritised(d, c, []float64{0.2 * load, 0.1 * load, 0.5 * load}, exponential(1))
			three.Streams[0].Priority, three.Streams[1].Priority, three.Streams[2].Priority = 7, 7, 1000
			two := prioritised(d, c, []float64{0.3 * load, 0.5 * load}, exponential(1))
			got, want := solveDiscipline(t, three), solveDiscipline(t, two)
			sameMetrics(t, "all", ofAll(got), ofAll(want), 1e-11, "wait", "latency", "queue_length")
			for class, of := range map[string]string{"p1": "p1", "p2": "p1", "p3": "p2"} {
				within(t, class, got.Classes[class]["wait"]["mean"], want.Classes[of]["wait"]["mean"], 1e-11)
			}
			three.Streams[2].Priority = 7
			plain := solve(t, mmc(0.8*load, 1, c))
			sameMetrics(t, "one level", ofAll(solveDiscipline(t, three)), plain, 1e-10, "wait", "latency", "queue_length", "wait_ratio")
		}
	}
}

// TestErlangSlope compares with differences where they keep enough digits, and
// with a level that is a billionth of the load.
func TestErlangSlope(t *testing.T) {
	lq := func(c int, a float64) float64 {
		d := delayQueue{c: float64(c), load: a, spare: 1 - a/float64(c)}
		return a / d.c / d.spare / (1 + d.spare*idleOdds(c, a))
	}
	for _, c := range []int{1, 2, 10, 100} {
		for _, r := range [][2]float64{{0.3, 0.6}, {0.5, 0.9}, {0.89, 0.9}} {
			a1, a2 := r[0]*float64(c), r[1]*float64(c)
			got := erlangSlope(c, a1, a2, a2-a1, 1-r[0], 1-r[1])
			within(t, "slope", got, (lq(c, a2)-lq(c, a1))/(a2-a1), 1e-11)
		}
		a, gap := 0.8*float64(c), 0.8e-9*float64(c)
		tiny := erlangSlope(c, a, a+gap, gap, 0.2, 0.2-0.8e-9)
		h := 1e-4 * float64(c) // the error of the five points is of order h⁴
		derivative := (8*(lq(c, a+h)-lq(c, a-h)) - (lq(c, a+2*h) - lq(c, a-2*h))) / (12 * h)
		within(t, "derivative", tiny, derivative, 3e-8)
	}
	within(t, "a first level that never waits", erlangSlope(2000, 10, 1900, 1890, 0.995, 0.05), lq(2000, 1900)/1890, 1e-11)
}

// TestPriorityHeavy: a heavy tail in the last level spoils every wait without
// preemption, and with it only that level's.
func TestPriorityHeavy(t *testing.T) {
	heavy := must(distributions.NewParetoMean(1.5, 1))
	sys := prioritised(Priority, 1, []float64{0.3, 0.3}, exponential(1), heavy)
	if w := solveDiscipline(t, sys).Classes["p1"]["wait"]["mean"]; !math.IsInf(w, 1) {
		t.Errorf("non-preemptive: wait %g", w)
	}
	sys.Discipline = PreemptivePriority
	sol := solveDiscipline(t, sys)
	within(t, "preemptive", sol.Classes["p1"]["wait"]["mean"], 0.3/0.7, 1e-12)
	if w := sol.Classes["p2"]["wait"]["mean"]; !math.IsInf(w, 1) {
		t.Errorf("preemptive, last level: wait %g", w)
	}
}

// TestDisciplineRefused: what the families do not cover is refused, by each.
func TestDisciplineRefused(t *testing.T) {
	base := prioritised(Priority, 2, []float64{0.5, 0.5}, exponential(1))
	for name, change := range map[string]func(*System){
		"limit":     func(s *System) { s.Limited = true },
		"infinite":  func(s *System) { s.Infinite = true },
		"patience":  func(s *System) { s.Patience = exponential(1) },
		"retry":     func(s *System) { s.Retry = exponential(1) },
		"dispatch":  func(s *System) { s.Dispatch = RoundRobin },
		"speeds":    func(s *System) { s.Speeds = []float64{1, 2} },
		"failures":  func(s *System) { s.Failures = &Failures{Up: exponential(1), Repair: exponential(1)} },
		"setup":     func(s *System) { s.Setup = exponential(1) },
		"throttle":  func(s *System) { s.Throttle = &Throttle{Rate: 1, Burst: 1} },
		"closed":    func(s *System) { s.Closed = &Closed{Population: 3, Think: exponential(1)} },
		"transient": func(s *System) { s.Transient = &Transient{} },
		"fifo":      func(s *System) { s.Discipline = FIFO },
		"fair":      func(s *System) { s.Discipline = Fair },
		"arrivals":  func(s *System) { s.Streams[0].Process = arrivals.Deterministic{Interval: 1} },
		"batch":     func(s *System) { s.Streams[0].Batch = must(arrivals.NewFixedBatch(2)) },
	} {
		for _, d := range []Discipline{Priority, PreemptivePriority, ProcessorSharing, PreemptiveLIFO, LIFO, RandomOrder, SJF, PSJF, SRPT} {
			for _, c := range []int{1, 2} {
				sys := base
				sys.Streams = append([]Stream(nil), base.Streams...)
				sys.Discipline, sys.Servers = d, c
				change(&sys)
				p := describe(sys)
				for i, f := range disciplineFamilies() {
					if f.obstacle(p) == "" {
						t.Errorf("%s: discipline %d, c = %d is accepted by family %d", name, d, c, i)
					}
				}
			}
		}
	}
	mixed := prioritised(Priority, 2, []float64{0.3, 0.3, 0.3}, exponential(1), exponential(2), exponential(3))
	many := prioritised(Priority, 13, []float64{0.3, 0.3}, exponential(1), exponential(2))
	general := prioritised(Priority, 2, []float64{0.3, 0.3}, constant(1))
	for _, sys := range []System{mixed, many, general} {
		p := describe(sys)
		for i, f := range disciplineFamilies() {
			if f.obstacle(p) == "" {
				t.Errorf("%s with %d streams is accepted by family %d", Kendall(sys), len(sys.Streams), i)
			}
		}
	}
}

func BenchmarkPriority(b *testing.B) {
	for name, sys := range map[string]System{
		"M/G/1":        prioritised(Priority, 1, []float64{3, 2, 0.8}, exponential(10), exponential(5), constant(0.2)),
		"M/M/64":       prioritised(Priority, 64, []float64{30, 20}, exponential(1)),
		"M/M/64-PR":    prioritised(PreemptivePriority, 64, []float64{30, 20}, exponential(1)),
		"M/M/2 chain":  prioritised(Priority, 2, []float64{5, 6.6}, exponential(10), exponential(6)),
		"M/M/12 chain": prioritised(Priority, 12, []float64{30, 40}, exponential(10), exponential(6)),
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				solveDiscipline(b, sys)
			}
		})
	}
}
