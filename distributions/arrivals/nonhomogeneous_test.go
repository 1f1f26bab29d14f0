package arrivals_test

import (
	"math"
	"slices"
	"testing"

	"spillway/distributions/arrivals"
)

type points = []arrivals.ProfilePoint

func sinusoid(t testing.TB, rate, amplitude, period, phase float64) arrivals.Sinusoid {
	return must[arrivals.Sinusoid](t)(arrivals.NewSinusoid(rate, amplitude, period, phase))
}

func profile(t testing.TB, p points, linear bool, period float64) arrivals.Profile {
	return must[arrivals.Profile](t)(arrivals.NewProfile(p, linear, period))
}

// day has a night without arrivals.
var day = points{{0, 2}, {6, 0}, {10, 12}, {12.5, 12}, {20, 5}}

func timeVarying(t testing.TB) map[string]arrivals.NonHomogeneous {
	return map[string]arrivals.NonHomogeneous{
		"sine":       sinusoid(t, 40, 0.6, 10, 0),
		"full sine":  sinusoid(t, 3, 1, 7, 2),
		"flat sine":  sinusoid(t, 3, 0, 7, 2),
		"steps":      profile(t, day, false, 24),
		"lines":      profile(t, day, true, 24),
		"sawtooth":   profile(t, points{{0, 0}, {5, 10}}, true, 5),
		"ramp":       profile(t, points{{0, 1}, {3, 9}}, true, 0),
		"steps once": profile(t, points{{0, 8}, {3, 0}, {4, 2}}, false, 0),
		"constant":   profile(t, points{{0, 4}}, false, 0),
	}
}

// TestRateAt: rates by hand, at ends of pieces and far from the start.
func TestRateAt(t *testing.T) {
	all := timeVarying(t)
	for _, c := range []struct {
		name    string
		t, want float64
	}{
		{"sine", 0, 40}, {"sine", 2.5, 64}, {"sine", 7.5, 16}, {"sine", 1e6 + 2.5, 64}, {"sine", 5. / 6, 52},
		{"full sine", 0, 3 + 3*math.Sin(2)}, {"flat sine", 4, 3},
		{"steps", 0, 2}, {"steps", 5.999, 2}, {"steps", 6, 0}, {"steps", 9, 0}, {"steps", 23, 5}, {"steps", 24, 2}, {"steps", 24e3 + 12, 12},
		{"lines", 0, 2}, {"lines", 3, 1}, {"lines", 6, 0}, {"lines", 8, 6}, {"lines", 11, 12}, {"lines", 22, 3.5}, {"lines", 24e3 + 8, 6},
		{"sawtooth", 0, 0}, {"sawtooth", 2, 4}, {"sawtooth", 5, 0}, {"sawtooth", 9.5, 9},
		{"ramp", 1.5, 5}, {"ramp", 3, 9}, {"ramp", 1e9, 9},
		{"steps once", 3.5, 0}, {"steps once", 4, 2}, {"steps once", 1e9, 2}, {"constant", 5, 4},
	} {
		if got := all[c.name].RateAt(c.t); math.Abs(got-c.want) > 1e-7 {
			t.Errorf("%s at %g: %g, want %g", c.name, c.t, got, c.want)
		}
	}
	for name, want := range map[string][2]float64{ // mean and greatest rate
		"sine": {40, 64}, "full sine": {3, 6}, "flat sine": {3, 3},
		"steps":    {(2*6 + 12*10 + 5*4) / 24., 12},
		"lines":    {(6 + 24 + 30 + 8.5*7.5 + 14) / 24., 12},
		"sawtooth": {5, 10}, "ramp": {9, 9}, "steps once": {2, 8}, "constant": {4, 4},
	} {
		if p := all[name]; !near(p.Rate(), want[0], 1e-14) || p.MaxRate() != want[1] {
			t.Errorf("%s: mean rate %g and greatest %g, want %v", name, p.Rate(), p.MaxRate(), want)
		}
	}
}

// TestExpected: the integral of the rate, against a midpoint rule. Its panels
// are 1/4000 of the time; a step of height at most 12 inside one is off by at
// most 12·t/8000.
func TestExpected(t *testing.T) {
	const panels = 4000
	for name, p := range timeVarying(t) {
		for _, end := range []float64{0, 0.7, 3, 6, 11, 24, 31, 60} {
			sum := 0.0
			for i := range panels {
				sum += p.RateAt((float64(i) + 0.5) / panels * end)
			}
			sum *= end / panels
			tolerance := 1e-4 * (1 + sum)
			if name == "steps" || name == "steps once" || name == "sawtooth" {
				tolerance += 4 * 12 * end / panels / 2
			}
			if got := p.Expected(end); math.Abs(got-sum) > tolerance {
				t.Errorf("%s: %g until %g, want %g", name, got, end, sum)
			}
		}
	}
	// Whole periods by hand.
	for name, want := range map[string]float64{"sine": 40 * 240, "lines": 137.75 * 10, "steps": 1520, "ramp": 15 + 9*237} {
		if got := timeVarying(t)[name].Expected(240); !near(got, want, 1e-13) {
			t.Errorf("%s: %g until 240, want %g", name, got, want)
		}
	}
}

// TestInversionIsExact: the expected arrivals up to the arrivals of a profile
// are the sums of unit exponentials that the same stream gives.
func TestInversionIsExact(t *testing.T) {
	const n = 10_000
	unit := exponential(t, 1)
	for name, p := range timeVarying(t) {
		if _, ok := p.(arrivals.Profile); !ok {
			continue
		}
		want := make([]float64, n)
		unit.FillSums(stream(name), 0, want)
		for i, e := range epochsOf(t, p.Start(stream(name)), n) {
			// A last digit of the epoch is that much of the integral.
			if got := p.Expected(e); math.Abs(got-want[i]) > 1e-12*(want[i]+p.MaxRate()*e) {
				t.Fatalf("%s: arrival %d at %g is at %g of the integral, want %g", name, i, e, got, want[i])
			}
		}
	}
}

// rescaled are the √n·D of Kolmogorov and Smirnov of the gaps between arrivals,
// measured by the integral of a rate, from the exponential law, and the z of
// their mean and of the product of neighbours.
func rescaled(epochs []float64, expected func(t float64) float64) (ks, zMean, zNeighbours float64) {
	n := float64(len(epochs))
	gaps := make([]float64, len(epochs))
	last := 0.0
	for i, e := range epochs {
		at := expected(e)
		gaps[i], last = at-last, at
		zMean += (gaps[i] - 1) / math.Sqrt(n)
		if i > 0 {
			zNeighbours += (gaps[i] - 1) * (gaps[i-1] - 1) / math.Sqrt(n)
		}
	}
	slices.Sort(gaps)
	for i, g := range gaps {
		f := -math.Expm1(-g)
		ks = max(ks, f-float64(i)/n, float64(i+1)/n-f)
	}
	return ks * math.Sqrt(n), zMean, zNeighbours
}

// ksLimit is the √n·D that a true hypothesis exceeds with probability 1e-6.
const ksLimit = 2.693

// TestTimeRescaling: the integral of the rate makes the arrivals a Poisson
// process of rate 1 (27 checks, each with a false alarm in a million). The
// mutants: the integral of a wave that is late by a tenth of a period, and
// that of a rate 2 % higher.
func TestTimeRescaling(t *testing.T) {
	const n = 100_000
	for name, p := range timeVarying(t) {
		epochs := epochsOf(t, p.Start(stream("rescaled "+name)), n)
		if ks, zm, zn := rescaled(epochs, p.Expected); ks > ksLimit || math.Abs(zm) > zLimit || math.Abs(zn) > zLimit {
			t.Errorf("%s: KS %.2f, z of mean %.2f, of neighbours %.2f", name, ks, zm, zn)
		}
		if _, zm, _ := rescaled(epochs, func(t float64) float64 { return 1.02 * p.Expected(t) }); math.Abs(zm) < zLimit {
			t.Errorf("%s: a rate that is wrong by 2 %% passes, z = %.2f", name, zm)
		}
		if name != "sine" {
			continue
		}
		late := sinusoid(t, 40, 0.6, 10, 2*math.Pi/10)
		if ks, _, zn := rescaled(epochs, late.Expected); ks < ksLimit && math.Abs(zn) < zLimit {
			t.Errorf("a wave that is late passes, KS %.2f, z of neighbours %.2f", ks, zn)
		}
	}
}

// TestSlots: counts in sixteen slots of the period have the means and, being
// Poisson, the variances of the integral of the rate. 32 checks for each
// process; the mutant is a constant rate.
func TestSlots(t *testing.T) {
	const slots, periods = 16, 4_000
	for name, period := range map[string]float64{"sine": 10, "full sine": 7, "steps": 24, "lines": 24} {
		p := timeVarying(t)[name]
		epochs := epochsOf(t, p.Start(stream("slots "+name)), int(p.Rate()*period*periods*1.02))
		counts := make([][]float64, slots)
		for i := range counts {
			counts[i] = make([]float64, periods)
		}
		for _, e := range epochs {
			k := math.Floor(e / period)
			if i := int((e - k*period) / period * slots); k < periods {
				counts[min(i, slots-1)][int(k)]++
			}
		}
		caught := false
		for i := range counts {
			from := float64(i) / slots * period
			mean := p.Expected(from+period/slots) - p.Expected(from)
			if mean < 1e-9 {
				if slices.Max(counts[i]) > 0 {
					t.Errorf("%s: arrivals in slot %d", name, i)
				}
				continue
			}
			zm, zv := momentZ(counts[i], mean, mean)
			if math.Abs(zm) > zLimit || math.Abs(zv) > zLimit {
				t.Errorf("%s: slot %d: z of mean %.2f, of variance %.2f", name, i, zm, zv)
			}
			zm, _ = momentZ(counts[i], p.Rate()*period/slots, mean)
			caught = caught || math.Abs(zm) > zLimit
		}
		if !caught {
			t.Errorf("%s: passes for a constant rate", name)
		}
	}
}

// TestProfileEnds: a last rate of zero ends the process; what came before is
// Poisson.
func TestProfileEnds(t *testing.T) {
	const n = 20_000
	for _, linear := range []bool{false, true} {
		p := profile(t, points{{0, 3}, {2, 1}, {5, 0}}, linear, 0)
		want := 3*2 + 1*3.
		if linear {
			want = 4 + 1.5
		}
		if p.Rate() != 0 || !near(p.Expected(5), want, 1e-15) || !near(p.Expected(50), want, 1e-15) {
			t.Errorf("rate %g, %g arrivals until 5, %g until 50", p.Rate(), p.Expected(5), p.Expected(50))
		}
		s := stream("ends")
		counts := make([]float64, n)
		block := make([]float64, 7)
		for i := range counts {
			source := p.Start(s)
			for {
				k := source.Fill(block)
				counts[i] += float64(k)
				if k > 0 && block[k-1] > 5 {
					t.Fatalf("an arrival at %g", block[k-1])
				}
				if k < len(block) {
					break
				}
			}
			if k := source.Fill(block); k != 0 {
				t.Fatalf("%d arrivals after the end", k)
			}
		}
		if zm, zv := momentZ(counts, want, want); math.Abs(zm) > zLimit || math.Abs(zv) > zLimit {
			t.Errorf("z of mean %.2f, of variance %.2f", zm, zv)
		}
	}
}

// TestSparseProfile: periods without arrivals are passed over together, and none
// is lost.
func TestSparseProfile(t *testing.T) {
	p := profile(t, points{{0, 0}, {1, 2e-9}, {2, 0}}, false, 4)
	const n = 10_000
	epochs := epochsOf(t, p.Start(stream("sparse")), n)
	for _, e := range epochs {
		// An epoch of 1e12 has a last digit of 1e-4.
		if x := math.Mod(e, 4); !(x > 1-2e-3 && x < 2+2e-3) {
			t.Fatalf("an arrival at %g of the period", x)
		}
	}
	want := make([]float64, n)
	exponential(t, 1).FillSums(stream("sparse"), 0, want)
	for i, e := range epochs { // a period more or less is 2e-9
		if got := p.Expected(e); math.Abs(got-want[i]) > 1e-10+1e-14*want[i] {
			t.Fatalf("arrival %d at %g of the integral, want %g", i, got, want[i])
		}
	}
}

// TestScales: times and rates of other units give the same process, to the bit
// for powers of 2, also where squares of rates are out of range.
func TestScales(t *testing.T) {
	base := epochsOf(t, profile(t, day, true, 24).Start(stream("scales")), 500)
	for _, k := range []int{-3, 600, -600} {
		scaled := slices.Clone(day)
		for i := range scaled {
			scaled[i].At = math.Ldexp(scaled[i].At, -k)
			scaled[i].Rate = math.Ldexp(scaled[i].Rate, k)
		}
		got := epochsOf(t, profile(t, scaled, true, math.Ldexp(24, -k)).Start(stream("scales")), 500)
		for i := range got {
			if math.Ldexp(got[i], k) != base[i] {
				t.Fatalf("times 2^%d: arrival %d at %g, want %g", -k, i, math.Ldexp(got[i], k), base[i])
			}
		}
	}
}

func TestProfileIsImmutable(t *testing.T) {
	given := slices.Clone(day)
	p := profile(t, given, true, 24)
	given[0].Rate, p.Points()[0].Rate = 99, 99
	if !slices.Equal(p.Points(), day) || !p.Linear() || p.Period() != 24 || p.RateAt(0) != 2 {
		t.Errorf("%s", p)
	}
	s := sinusoid(t, 3, 0.5, 7, 2)
	if s.Amplitude() != 0.5 || s.Period() != 7 || s.Phase() != 2 {
		t.Errorf("%s", s)
	}
}

func TestBadTimeVarying(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		rate, amplitude, period, phase float64
		parameter                      string
	}{
		{0, 0.5, 1, 0, "rate"}, {inf, 0.5, 1, 0, "rate"}, {math.MaxFloat64, 0.5, 1, 0, "rate"},
		{1, -0.1, 1, 0, "amplitude"}, {1, 1.1, 1, 0, "amplitude"}, {1, nan, 1, 0, "amplitude"},
		{1, 0.5, 0, 0, "period"}, {1, 0.5, inf, 0, "period"}, {1, 0.5, 1, inf, "phase"}, {1, 0.5, 1, nan, "phase"},
	} {
		_, err := arrivals.NewSinusoid(c.rate, c.amplitude, c.period, c.phase)
		failsOn(t, c.parameter, -1, err)
	}
	for _, c := range []struct {
		points    points
		linear    bool
		period    float64
		parameter string
		index     int
	}{
		{nil, false, 0, "points", -1},
		{points{{1, 1}}, false, 0, "points", 0},
		{points{{nan, 1}}, false, 0, "points", 0},
		{points{{0, -1}}, false, 0, "points", 0},
		{points{{0, 1}, {1, inf}}, false, 0, "points", 1},
		{points{{0, 1}, {inf, 1}}, false, 0, "points", 1},
		{points{{0, 1}, {1, 1}, {1, 2}}, false, 0, "points", 2},
		{points{{0, 0}, {1, 0}}, true, 2, "points", -1},
		{points{{0, 0}, {2, 1}}, false, 2, "period", -1},
		{points{{0, 0}, {2, 1}}, true, 1.9, "period", -1},
		{points{{0, 1}}, true, inf, "period", -1},
		{points{{0, 1}}, true, -1, "period", -1},
		{points{{0, 1}}, true, nan, "period", -1},
		{points{{0, 1e300}}, true, 1e300, "points", -1},
	} {
		_, err := arrivals.NewProfile(c.points, c.linear, c.period)
		failsOn(t, c.parameter, c.index, err)
	}
}
