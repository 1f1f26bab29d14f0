package arrivals_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"spillway/distributions"
	"spillway/distributions/arrivals"
)

// near reports whether two numbers agree to a relative tolerance.
func near(got, want, tolerance float64) bool {
	return math.Abs(got-want) <= tolerance*math.Abs(want)
}

func mapOf(t testing.TB) func(arrivals.MAP, error) arrivals.MAP { return must[arrivals.MAP](t) }

// The processes that tests share. The Erlang one is a renewal process, the
// crossing one has arrivals on changes of phase in both directions.
func maps(t testing.TB) map[string]arrivals.MAP {
	return map[string]arrivals.MAP{
		"mild":     mapOf(t)(arrivals.NewMMPP([]float64{9, 4}, [][]float64{{-0.5, 0.5}, {0.75, -0.75}})),
		"ipp":      mapOf(t)(arrivals.NewMMPP([]float64{64, 0}, [][]float64{{-1.684, 1.684}, {1.684, -1.684}})),
		"bursty":   mapOf(t)(arrivals.NewBurstyMMPP(5, 20, 0.1, 2)),
		"erlang":   mapOf(t)(arrivals.NewMAP([][]float64{{-2, 2}, {0, -2}}, [][]float64{{0, 0}, {2, 0}})),
		"crossing": mapOf(t)(arrivals.NewMAP([][]float64{{-6, 1}, {0.5, -2}}, [][]float64{{3, 2}, {1, 0.5}})),
	}
}

// TestMAPByHand: stationary laws and rates that can be worked out on paper.
func TestMAPByHand(t *testing.T) {
	cycle := [][]float64{{-1, 1, 0}, {0, -2, 2}, {4, 0, -4}}
	all := maps(t)
	for _, c := range []struct {
		name       string
		process    arrivals.MAP
		stationary []float64
		rate       float64
	}{
		{"mild", all["mild"], []float64{0.6, 0.4}, 7},
		{"ipp", all["ipp"], []float64{0.5, 0.5}, 32},
		{"bursty", all["bursty"], []float64{0.9, 0.1}, 5},
		{"erlang", all["erlang"], []float64{0.5, 0.5}, 1},
		// Changes at 1 + 2 = 3 and 0.5 + 1 = 1.5; arrivals at 5 and 1.5.
		{"crossing", all["crossing"], []float64{1. / 3, 2. / 3}, 5./3 + 1},
		{"cycle", mapOf(t)(arrivals.NewMMPP([]float64{7, 14, 0}, cycle)), []float64{4. / 7, 2. / 7, 1. / 7}, 8},
		{"poisson", mapOf(t)(arrivals.NewMMPP([]float64{3}, [][]float64{{0}})), []float64{1}, 3},
	} {
		got := c.process.Stationary()
		for i, want := range c.stationary {
			if !near(got[i], want, 1e-15*4) {
				t.Errorf("%s: stationary law %v, want %v", c.name, got, c.stationary)
				break
			}
		}
		if !near(c.process.Rate(), c.rate, 1e-15*4) || c.process.Phases() != len(c.stationary) {
			t.Errorf("%s: rate %v, %d phases", c.name, c.process.Rate(), c.process.Phases())
		}
	}
}

// TestBurstyMMPP: the shorthand's parameters come back out of the matrices.
func TestBurstyMMPP(t *testing.T) {
	for _, c := range [][4]float64{{5, 20, 0.1, 2}, {100, 1.5, 0.9, 1e-3}, {1e-3, 1e6, 1e-6, 1e5}} {
		m := mapOf(t)(arrivals.NewBurstyMMPP(c[0], c[1], c[2], c[3]))
		d0, d1, share := m.D0(), m.D1(), m.Stationary()[1]
		got := [4]float64{m.Rate(), d1[1][1] / d1[0][0], share, 1 / d0[1][0]}
		for i := range c {
			if !near(got[i], c[i], 1e-14) {
				t.Errorf("%v came out as %v", c, got)
				break
			}
		}
	}
}

// TestMatrices: D0 and D1 are copies of what was given, with rows that sum to
// zero, also where those that were given did so only nearly.
func TestMatrices(t *testing.T) {
	d0 := [][]float64{{-3.0000000001, 1}, {0.5, -1}}
	d1 := [][]float64{{2, 0}, {0, 0.5}}
	m := mapOf(t)(arrivals.NewMAP(d0, d1))
	d1[0][0], d0[0][1] = 9, 9
	m.D0()[0][1], m.D1()[0][0], m.Stationary()[0] = 9, 9, 9
	want := "[[-3 1] [0.5 -1]] [[2 0] [0 0.5]]"
	if got := fmt.Sprint(m.D0(), " ", m.D1()); got != want {
		t.Errorf("matrices %s, want %s", got, want)
	}
	for name, m := range maps(t) {
		d0, d1 := m.D0(), m.D1()
		for i := range d0 {
			total := 0.0
			for j := range d0 {
				total += d0[i][j] + d1[i][j]
			}
			if math.Abs(total) > 4e-16*math.Abs(d0[i][i]) {
				t.Errorf("%s: row %d sums to %g", name, i, total)
			}
		}
	}
}

func TestStrings(t *testing.T) {
	e := must[distributions.Exponential](t)(distributions.NewExponential(2))
	long := make([]arrivals.ProfilePoint, 10)
	for i := range long {
		long[i] = arrivals.ProfilePoint{At: float64(i), Rate: 1}
	}
	for want, p := range map[string]arrivals.Process{
		"mmpp(rates=[9, 4], generator=[[-0.5, 0.5], [0.75, -0.75]])":                                                      maps(t)["mild"],
		"mmpp(rate=5, burst_ratio=20, burst_share=0.1, burst_length=2)":                                                   maps(t)["bursty"],
		"map(d0=[[-2, 2], [0, -2]], d1=[[0, 0], [2, 0]])":                                                                 maps(t)["erlang"],
		"sinusoid(rate=2, amplitude=0.5, period=10, phase=1)":                                                             must[arrivals.Sinusoid](t)(arrivals.NewSinusoid(2, 0.5, 10, 1)),
		"profile(points=[2 at 0, 0 at 5], interpolate=linear, period=8)":                                                  must[arrivals.Profile](t)(arrivals.NewProfile([]arrivals.ProfilePoint{{0, 2}, {5, 0}}, true, 8)),
		"onoff(on=exponential(rate=2), off=exponential(rate=2), rate=3, sources=4)":                                       must[arrivals.OnOff](t)(arrivals.NewOnOff(e, e, 3, 4)),
		"profile(points=[1 at 0, 1 at 1, 1 at 2, 1 at 3, 1 at 4, 1 at 5, 1 at 6, 1 at 7, … 10 in all], interpolate=step)": must[arrivals.Profile](t)(arrivals.NewProfile(long, false, 0)),
	} {
		if p.String() != want {
			t.Errorf("%s, want %s", p, want)
		}
	}
}

// byTrees is the stationary law by the Markov chain tree theorem (Leighton and
// Rivest, "Estimating a probability using finite memory", IEEE Trans. Inf.
// Theory 32(6), 1986): the weight of a phase is the sum over the trees that
// lead to it of the products of their rates. Sums of products of positive
// numbers only, like the elimination, but nothing else in common with it.
func byTrees(q [][]float64) []float64 {
	n := len(q)
	weights, total := make([]float64, n), 0.0
	to := make([]int, n)
	for code := range int(math.Pow(float64(n), float64(n))) {
		for i := range to {
			to[i] = code % n
			code /= n
		}
		for root := range n {
			if to[root] != root {
				continue
			}
			product := 1.0
			for i := range n {
				at := i
				for steps := 0; at != root && steps < n; steps++ {
					at = to[at]
				}
				if at != root {
					product = 0
				} else if i != root {
					product *= q[i][to[i]]
				}
			}
			weights[root] += product
			total += product
		}
	}
	for i := range weights {
		weights[i] /= total
	}
	return weights
}

// TestStationaryFarApart: every element of the law has its digits, the small
// ones too, with rates of twenty orders of magnitude.
func TestStationaryFarApart(t *testing.T) {
	s := stream("far apart")
	for range 50 {
		q := make([][]float64, 4)
		for i := range q {
			q[i] = make([]float64, 4)
			for j := range q {
				if j != i {
					q[i][j] = math.Pow(10, 20*s.Float64()-10)
					q[i][i] -= q[i][j]
				}
			}
		}
		got := mapOf(t)(arrivals.NewMMPP([]float64{1, 2, 3, 4}, q)).Stationary()
		for i, want := range byTrees(q) {
			if !near(got[i], want, 1e-14) {
				t.Fatalf("%v: element %d is %g, want %g", q, i, got[i], want)
			}
		}
	}
}

// TestManyPhases: 999 sources that are rarely off have the binomial law, whose
// smallest element is no longer a floating-point number and comes out as 0.
func TestManyPhases(t *testing.T) {
	const n, on, off = 998, 1., 1e-3
	p := must[arrivals.OnOff](t)(arrivals.NewOnOff(exponential(t, on), exponential(t, off), 1, n))
	m, ok := p.AsMAP()
	if !ok {
		t.Fatal("no MAP")
	}
	choose, _ := math.Lgamma(n + 1)
	for k, got := range m.Stationary() {
		a, _ := math.Lgamma(float64(k + 1))
		b, _ := math.Lgamma(float64(n - k + 1))
		log := choose - a - b + float64(n-k)*math.Log(off) - n*math.Log1p(off)
		// Logarithms of numbers of thousands lose four digits.
		if want := math.Exp(log); !(near(got, want, 1e-11) || want < 1e-290) {
			t.Fatalf("element %d is %g, want %g", k, got, want)
		}
	}
}

func exponential(t testing.TB, mean float64) distributions.Exponential {
	return must[distributions.Exponential](t)(distributions.NewExponentialMean(mean))
}

func failsOn(t *testing.T, parameter string, index int, err error) {
	t.Helper()
	var p *distributions.ParameterError
	if !errors.As(err, &p) || p.Parameter != parameter || p.Index != index {
		t.Errorf("%v, want an error about %s, element %d", err, parameter, index)
	}
}

func TestBadMAPs(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	type matrix = [][]float64
	good := matrix{{-2, 1}, {1, -2}}
	one := matrix{{1, 0}, {0, 1}}
	for _, c := range []struct {
		d0, d1    matrix
		parameter string
		index     int
	}{
		{matrix{}, matrix{}, "d0", -1},
		{matrix{{-1, 1}}, matrix{{1}}, "d0", 0},
		{good, matrix{{1, 0}}, "d1", -1},
		{good, matrix{{1, 0}, {0}}, "d1", 1},
		{matrix{{-2, nan}, {1, -2}}, one, "d0", 0},
		{matrix{{-inf, 1}, {1, -2}}, one, "d0", 0},
		{matrix{{0, -1}, {1, -2}}, one, "d0", 0},
		{good, matrix{{1, 0}, {0, inf}}, "d1", 1},
		{matrix{{-2, 2}, {2, -1}}, matrix{{1, -1}, {-1, 0}}, "d1", 0},
		{good, matrix{{1, 0}, {0, 1.00001}}, "d0", 1},
		{matrix{{1, 1}, {1, -2}}, one, "d0", 0},
		{matrix{{-1, 0}, {0, -1}}, one, "d0", 1},
		{matrix{{-2, 1}, {0, -1}}, one, "d0", 1},
		{matrix{{-1, 1}, {1, -1}}, matrix{{0, 0}, {0, 0}}, "d1", -1},
	} {
		_, err := arrivals.NewMAP(c.d0, c.d1)
		failsOn(t, c.parameter, c.index, err)
	}
	q := matrix{{-1, 1}, {1, -1}}
	for _, c := range []struct {
		rates     []float64
		generator matrix
		parameter string
		index     int
	}{
		{nil, nil, "rates", -1},
		{[]float64{1}, q, "generator", -1},
		{[]float64{1, -1}, q, "rates", 1},
		{[]float64{1, nan}, q, "rates", 1},
		{[]float64{0, 0}, q, "rates", -1},
		{[]float64{1, 1}, matrix{{-1, 1}, {1, -2}}, "generator", 1},
		{[]float64{1, 1}, matrix{{-1, 1}, {0, 0}}, "generator", 1},
	} {
		_, err := arrivals.NewMMPP(c.rates, c.generator)
		failsOn(t, c.parameter, c.index, err)
	}
	for parameter, c := range map[string][4]float64{
		"rate": {0, 2, 0.5, 1}, "burst_ratio": {1, inf, 0.5, 1}, "burst_share": {1, 2, 1, 1}, "burst_length": {1, 2, 0.5, nan},
	} {
		_, err := arrivals.NewBurstyMMPP(c[0], c[1], c[2], c[3])
		failsOn(t, parameter, -1, err)
	}
}

// variance is that of the number of arrivals of a stationary MAP of two phases
// in a time t: with r the sum of the two rates of change of phase and
// c = π·D1·D1·1 − λ²,
//
//	λt + 2ct/r − 2c(1 − exp(-rt))/r²
//
// (Fischer and Meier-Hellstern, "The Markov-modulated Poisson process (MMPP)
// cookbook", Performance Evaluation 18, 1993, section 3, with the deviation
// matrix (I − 1π)/r of a chain of two phases).
func variance(m arrivals.MAP, t float64) float64 {
	d0, d1, pi, lambda := m.D0(), m.D1(), m.Stationary(), m.Rate()
	r := d0[0][1] + d1[0][1] + d0[1][0] + d1[1][0]
	c := -lambda * lambda
	for i := range pi {
		for j := range pi {
			c += pi[i] * d1[i][j] * (d1[j][0] + d1[j][1])
		}
	}
	return lambda*t + 2*c*t/r + 2*c*math.Expm1(-r*t)/r/r
}

// TestVarianceFormula: an Erlang renewal process has, in the limit, the index
// of dispersion of its gaps' SCV, an interrupted Poisson process 1 + 2·rate·
// share-off/r (worked out by hand), and short windows that of Poisson.
func TestVarianceFormula(t *testing.T) {
	for _, c := range []struct {
		name    string
		t, want float64
	}{{"erlang", 1e9, 0.5}, {"ipp", 1e9, 1 + 2*64*0.5/(2*1.684)}, {"ipp", 1e-9, 1}, {"crossing", 1e-9, 1}} {
		m := maps(t)[c.name]
		if got := variance(m, c.t) / m.Rate() / c.t; !near(got, c.want, 1e-6) {
			t.Errorf("%s in %g s: %g, want %g", c.name, c.t, got, c.want)
		}
	}
}

// countsIn starts a process afresh n times and counts the arrivals of each in
// [from, to).
func countsIn(p arrivals.Process, s *distributions.Stream, n int, from, to float64) []float64 {
	counts := make([]float64, n)
	var block [8]float64
	for i := range counts {
		source := p.Start(s)
		for done := false; !done; {
			for _, e := range block[:source.Fill(block[:])] {
				if e >= from && e < to {
					counts[i]++
				}
				done = e >= to
			}
		}
	}
	return counts
}

// momentZ are the z of mean and variance of independent observations. The
// standard error of the variance is taken from the fourth moment of the
// observations.
func momentZ(xs []float64, mean, variance float64) (zMean, zVariance float64) {
	n := float64(len(xs))
	var m, m2, m4 float64
	for _, x := range xs {
		m += x / n
	}
	for _, x := range xs {
		y := (x - m) * (x - m)
		m2 += y / n
		m4 += y * y / n
	}
	return (m - mean) / math.Sqrt(variance/n), (m2 - variance) / math.Sqrt((m4-m2*m2)/n)
}

// TestMAPCounts: counts from time zero on have the mean and the variance of the
// stationary process, in a short and a long window: 20 checks, each with a
// false alarm in a million. The mutants: a rate that is wrong by a fiftieth of
// its standard deviation (n = 40 000: z about 4 ± 1 more than it takes at
// twice that, which is what is tried), and the variance of a Poisson process.
func TestMAPCounts(t *testing.T) {
	const n = 40_000
	for name, m := range maps(t) {
		for _, w := range []float64{1, 6} {
			counts := countsIn(m, stream(fmt.Sprint(name, w)), n, 0, w)
			mean, v := m.Rate()*w, variance(m, w)
			zm, zv := momentZ(counts, mean, v)
			if math.Abs(zm) > zLimit || math.Abs(zv) > zLimit {
				t.Errorf("%s in %g s: z of mean %.2f, of variance %.2f", name, w, zm, zv)
			}
			if zm, _ := momentZ(counts, mean+math.Sqrt(v)/20, v); math.Abs(zm) < zLimit {
				t.Errorf("%s in %g s: a wrong rate passes, z = %.2f", name, w, zm)
			}
			if _, zv := momentZ(counts, mean, mean); math.Abs(zv) < zLimit {
				t.Errorf("%s in %g s: passes for Poisson, z = %.2f", name, w, zv)
			}
		}
	}
}

// TestMAPStartsStationary: what the first second sees is what any second sees.
// A chain that is slow shows it best: the mutant is the mean of one that
// starts in the phase 0, all counts of which are near 20, not 10.
func TestMAPStartsStationary(t *testing.T) {
	m := mapOf(t)(arrivals.NewMMPP([]float64{20, 0}, [][]float64{{-1e-3, 1e-3}, {1e-3, -1e-3}}))
	counts := countsIn(m, stream("slow chain"), 5_000, 0, 1)
	v := variance(m, 1)
	if zm, zv := momentZ(counts, 10, v); math.Abs(zm) > zLimit || math.Abs(zv) > zLimit {
		t.Errorf("z of mean %.2f, of variance %.2f", zm, zv)
	}
	if zm, _ := momentZ(counts, 20, v); math.Abs(zm) < zLimit {
		t.Errorf("a start in phase 0 passes, z = %.2f", zm)
	}
}

// TestMAPIsRenewal: with d1 = t·p the process is a renewal process with
// phase-type gaps, here hyperexponential ones of three phases: every phase has
// three ways out. Gaps are independent from the second on; mean, SCV and the
// correlation of neighbours (z = √n·correlation) are checked. The mutant's
// second matrix keeps the phase more often, which correlates gaps.
func TestMAPIsRenewal(t *testing.T) {
	const n = 300_000
	p, mu := []float64{0.5, 0.3, 0.2}, []float64{8, 2, 0.5}
	build := func(keep float64) arrivals.MAP {
		d0, d1 := make([][]float64, 3), make([][]float64, 3)
		for i := range d0 {
			d0[i], d1[i] = make([]float64, 3), make([]float64, 3)
			d0[i][i] = -mu[i]
			for j := range d1[i] {
				d1[i][j] = (1 - keep) * mu[i] * p[j]
			}
			d1[i][i] += keep * mu[i]
		}
		return mapOf(t)(arrivals.NewMAP(d0, d1))
	}
	gap := must[distributions.Hyperexponential](t)(distributions.NewHyperexponential(p, mu))
	for _, keep := range []float64{0, 0.05} {
		m := build(keep)
		if !near(m.Rate(), 1/gap.Mean(), 1e-14) {
			t.Errorf("rate %g, want %g", m.Rate(), 1/gap.Mean())
		}
		epochs := epochsOf(t, m.Start(stream("renewal map")), n+1)
		gaps := make([]float64, n)
		neighbours := 0.0
		for i := range gaps {
			gaps[i] = epochs[i+1] - epochs[i]
			if i > 0 {
				neighbours += (gaps[i] - gap.Mean()) * (gaps[i-1] - gap.Mean())
			}
		}
		v := gap.SCV() * gap.Mean() * gap.Mean()
		zm, zv := momentZ(gaps, gap.Mean(), v)
		z := neighbours / v / math.Sqrt(n)
		if keep > 0 {
			if math.Abs(z) < zLimit {
				t.Errorf("correlated gaps pass, z = %.2f", z)
			}
		} else if math.Abs(zm) > zLimit || math.Abs(zv) > zLimit || math.Abs(z) > zLimit {
			t.Errorf("z of mean %.2f, of variance %.2f, of neighbours %.2f", zm, zv, z)
		}
	}
}

// processes are all those of this file and its neighbours.
func processes(t testing.TB) map[string]arrivals.Process {
	all := map[string]arrivals.Process{
		"one phase": mapOf(t)(arrivals.NewMMPP([]float64{3}, [][]float64{{0}})),
	}
	for name, m := range maps(t) {
		all[name] = m
	}
	for name, p := range timeVarying(t) {
		all[name] = p
	}
	for name, p := range onOffs(t) {
		all[name] = p
	}
	return all
}

// TestBlocksDoNotMatter: the same stream gives the same epochs whatever the
// sizes of the blocks that are asked for, they never decrease, and no time is
// lost between blocks.
func TestBlocksDoNotMatter(t *testing.T) {
	for name, p := range processes(t) {
		whole := make([]float64, 5_000)
		if got := p.Start(stream(name)).Fill(whole); got != len(whole) {
			t.Fatalf("%s: %d epochs", name, got)
		}
		if parts := epochsOf(t, p.Start(stream(name)), len(whole)); !slices.Equal(parts, whole) {
			t.Errorf("%s: epochs depend on blocks", name)
		}
		if !slices.IsSorted(whole) || !(whole[0] > 0) {
			t.Errorf("%s: epochs go back", name)
		}
	}
}

// TestNothingIsAllocated once a source has started.
func TestNothingIsAllocated(t *testing.T) {
	block := make([]float64, 1_000)
	for name, p := range processes(t) {
		s := p.Start(stream(name))
		if n := testing.AllocsPerRun(10, func() { s.Fill(block) }); n != 0 {
			t.Errorf("%s: %g allocations for a block", name, n)
		}
	}
}

func BenchmarkFill(b *testing.B) {
	block := make([]float64, 256)
	for name, p := range processes(b) {
		b.Run(name, func(b *testing.B) {
			s := p.Start(stream(name))
			for b.Loop() {
				s.Fill(block)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(block)), "ns/arrival")
		})
	}
}
