package analytic

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"spillway/distributions"
	"spillway/distributions/arrivals"
)

// cornerValues are values by "metric.statistic"; the statistic far is the
// quantile that a billionth is above.
type cornerValues map[string]float64

// solveFar solves a system with the quantile that a billionth is above in the
// place of p999.
func solveFar(sys System) (*Solution, error) {
	last := len(percentiles) - 1
	usual := percentiles[last].tail
	percentiles[last].tail = 1e-9
	defer func() { percentiles[last].tail = usual }()
	return Solve(sys)
}

// holdCorner holds a system to values.
func holdCorner(t *testing.T, name string, sys System, relative float64, values cornerValues) {
	t.Helper()
	near, err := Solve(sys)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	var far *Solution
	for path, want := range values {
		metric, statistic, _ := strings.Cut(path, ".")
		from := near
		if statistic == "far" {
			if far == nil {
				if far, err = solveFar(sys); err != nil {
					t.Errorf("%s, far out: %v", name, err)
					return
				}
			}
			from, statistic = far, "p999"
		}
		got, ok := from.Metrics[metric][statistic]
		if !ok {
			t.Errorf("%s: %s is missing, and the note says %q", name, path, from.Note)
			continue
		}
		within(t, name+": "+path, got, want, relative)
	}
}

// TestCornersMMPP: two phases with rates of arrivals, of change, or both six
// orders apart, at ρ up to 1 − 1e-6 and with up to a thousand servers. The values
// are those of mpmath with 200 to 2200 digits, by another method: the levels up to
// c by the plain forward recursion, those beyond by the zeros of the determinant
// of the generating function, from which P(W > t) is a sum of two exponentials;
// with a limit by the recursion alone. Half as many digits gave the same.
func TestCornersMMPP(t *testing.T) {
	two := func(a, b, up, down, mu float64, c int) System {
		return qbdSystem(qbdMMPP([]float64{a, b}, [][]float64{{-up, up}, {down, -down}}), exponential(mu), c)
	}
	for _, c := range []struct {
		name   string
		sys    System
		values cornerValues
	}{
		{"MMPP/M/c slow, six orders", two(0.8, 8e-7, 1e-6, 1e-6, 1, 1), cornerValues{
			"wait_ratio.mean": 0.799995200130393805, "wait.mean": 3.9998960051284854, "wait.sd": 4.89887661206435217,
			"queue_length.mean": 1.5999600020097963, "wait.p50": 2.34994114953631081, "wait.p999": 33.4223602119077884,
			"wait.far": 102.498531519746655,
		}},
		{"MMPP/M/c overloaded bursts", two(1.5, 1.5e-6, 1e-6, 1e-6, 1, 1), cornerValues{
			"wait_ratio.mean": 0.999998500011999924, "wait.mean": 1000006.0000030002, "wait.sd": 1000007.5000018752,
			"queue_length.mean": 750005.250006750152, "wait.p50": 693150.879164754099, "wait.p999": 6907805.58716632901,
			"wait.far": 20723419.761501237,
		}},
		{"MMPP/M/c fast switching", two(1200000, 0.2, 2000000, 1, 1, 1), cornerValues{
			"wait_ratio.mean": 0.856249657714897773, "wait.mean": 6.24998235941995753, "wait.sd": 7.22753358406464689,
			"queue_length.mean": 4.99998338754427232, "wait.p50": 3.92341735282875818, "wait.p999": 49.3196820759904435,
			"wait.far": 150.239461951686785,
		}},
		{"MMPP/M/c all", two(1999.997, 0.001, 1, 1, 1, 1000), cornerValues{
			"wait_ratio.mean": 0.999999000000974286, "wait.mean": 500997.500019763663, "wait.sd": 500998.001017026066,
			"queue_length.mean": 500996999.022263661, "wait.p50": 347264.850873530462, "wait.p999": 3460771.08528882686,
			"wait.far": 10382314.2578620074,
		}},
		{"MMPP/M/c all slow", two(1999.997, 0.001, 0.001, 0.001, 1, 1000), cornerValues{
			"wait_ratio.mean": 0.999999998612388262, "wait.mean": 499998999.32643066, "wait.sd": 499999000.020235141,
			"queue_length.mean": 499998499327.431351, "wait.p50": 346572896.453013544, "wait.p999": 3453870731.18176447,
			"wait.far": 10361612194.9329024,
		}},
		{"MMPP/M/c stiff", two(2e6, 2, 1000, 0.001, 1, 10), cornerValues{
			"wait_ratio.mean": 0.623207433209183916, "wait.mean": 166.270412201206635, "wait.sd": 247.140085864767709,
			"queue_length.mean": 665.080983723842825, "wait.p50": 58.7611343079497647, "wait.p999": 1716.85934188360058,
			"wait.far": 5402.92818646914288,
		}},
		{"MMPP/M/c small", two(1.5e-9, 1e-15, 1e-12, 1e-12, 1e-9, 1), cornerValues{
			"wait_ratio.mean": 0.999005621770928517, "wait.mean": 1004988768438.34611, "wait.sd": 1005988604745.36018,
			"queue_length.mean": 753.742078823143799, "wait.p50": 696297678447.881001, "wait.p999": 6948125699286.06359,
			"wait.far": 20846378760552.4018,
		}},
		{"MMPP/M/c/K rare bursts", qbdLimit(two(1e6, 1, 1, 1e-6, 2, 10), 50), cornerValues{
			"shed_ratio.mean": 0.49996027732231862, "wait_ratio.mean": 0.0000726241919085703638, "wait.mean": 0.000117091213770245089,
			"queue_length.mean": 0.000117100399022933897, "utilization.mean": 0.050003922263845873, "wait.far": 4.12996469661146665,
		}},
		{"MMPP/M/c/K slow", qbdLimit(two(1500, 0.0015, 1e-6, 1e-6, 1, 1000), 0), cornerValues{
			"shed_ratio.mean": 0.334650367090192029, "utilization.mean": 0.499012723694580661,
		}},
		{"MMPP/M/c/K c=1000", qbdLimit(two(1999.997, 0.001, 1, 1, 1, 1000), 1000), cornerValues{
			"shed_ratio.mean": 0.200318992558709574, "wait_ratio.mean": 0.749500619354391336, "wait.mean": 0.499501409500104691,
			"queue_length.mean": 399.441390925597922, "utilization.mean": 0.799680207760283013, "wait.p50": 0.499000742802696968,
			"wait.p999": 1.08514870798540849, "wait.far": 1.19244706004423827,
		}},
	} {
		holdCorner(t, c.name, c.sys, 1e-10, c.values)
	}
	fast := two(0.6, 1.2, 1e6, 1e6, 1, 1) // changes so fast that nobody sees them
	holdCorner(t, "fast as Poisson", fast, 1e-6, cornerValues{"wait.mean": 9, "wait.far": math.Log(0.9e9) / 0.1})
}

// cornerHyper has the mean one and a squared coefficient of variation of 99.5.
func cornerHyper() distributions.Distribution {
	return qbdHyper([]float64{0.995, 0.005}, []float64{1.99, 0.01})
}

// TestCornersPhases: services of great variation. The values are those of
// mpmath with 90 digits (60 gave the same): the matrix-geometric solution of the
// chain of the servers' phases, and θ with P(W > t) ~ Ce^-θt from the largest
// eigenvalue z of R, θ = λ(1/z − 1) as arrivals are Poisson. Far out nothing
// else is left of the law: the quantiles are ln(1e6)/θ apart.
func TestCornersPhases(t *testing.T) {
	rare := qbdHyper([]float64{0.999999, 1e-6}, []float64{2, 2e-6}) // six orders apart
	for _, c := range []struct {
		name         string
		lambda       float64
		service      distributions.Distribution
		servers      int
		decay, exact float64 // exact: of the distance of the quantiles
		values       cornerValues
	}{
		{"M/H2/3 at 1 − 1e-6", 2.999997, cornerHyper(), 3, 5.9699941487334648e-8, 1e-9, cornerValues{
			"wait.mean": 16750377.047764959, "wait_ratio.mean": 0.999998315691872101, "queue_length.mean": 50251080.892163734}},
		{"M/H2/10", 9.5, cornerHyper(), 10, 0.00948475815593109483, 1e-2, cornerValues{
			"wait.mean": 76.2196517048004449, "wait_ratio.mean": 0.849245402345953536, "queue_length.mean": 724.086691195604226}},
		{"M/H2/2 of rates six orders apart", 1.999998, rare, 2, 1.19999600003070201e-11, 1e-9, cornerValues{
			"wait.mean": 83333236286.7026161, "wait_ratio.mean": 0.999997999294394142, "queue_length.mean": 166666305906.932654}},
	} {
		sys := qbdSystem(poisson(c.lambda), c.service, c.servers)
		holdCorner(t, c.name, sys, 1e-9, c.values)
		near, far := solve(t, sys).Metrics, must(solveFar(sys)).Metrics
		within(t, c.name+": decay", far["wait"]["p999"]-near["wait"]["p999"], math.Log(1e6)/c.decay, c.exact)
	}
}

// TestCornersRenewals: gaps of great variation, and all that is left of the law far
// out, by two methods that share nothing: the root σ of the transform, and the
// chain of the phases.
func TestCornersRenewals(t *testing.T) {
	for _, gap := range []distributions.Distribution{
		cornerHyper(), qbdErlang(3, 3), qbdHyper([]float64{0.999999, 1e-6}, []float64{2, 2e-6}), qbdPhases([]float64{1, 0}, [][]float64{{-1e3, 1e-3}, {1e-3, -2e-3}}),
	} {
		for _, servers := range []int{1, 1000} {
			for _, rho := range []float64{1e-3, 0.7, 1 - 1e-6} {
				sys := qbdSystem(arrivals.Renewal{Gap: gap}, exponential(1/(rho*float64(servers)*gap.Mean())), servers)
				name := fmt.Sprintf("%v, c = %d, ρ = %g", gap, servers, rho)
				want, err := qbdTry(sys)
				if err != nil {
					t.Errorf("%s: %v", name, err)
					continue
				}
				got := gimcSolveBy(t, gimcFamily(), sys).Metrics
				for _, path := range []string{"wait_ratio.mean", "wait.mean", "wait.sd", "queue_length.mean", "latency.p50", "latency.p999", "wait.p999"} {
					metric, statistic, _ := strings.Cut(path, ".")
					if v := want.Metrics[metric][statistic]; v > 1e-30 {
						within(t, name+": "+path, got[metric][statistic], v, 1e-8)
					}
				}
			}
		}
	}
}

// TestCornersLight: at small loads σ is a small difference of large numbers,
// where it is not φ(µ(1 − σ)), here by steps that shrink by λ.
func TestCornersLight(t *testing.T) {
	for _, gap := range []distributions.Distribution{must(distributions.NewUniform(0, 2)), qbdErlang(2, 2), cornerHyper(), lognormal(1, 3), must(distributions.NewLomaxMean(3.5, 1))} {
		transform, _ := distributions.LaplaceOf(gap)
		for _, rho := range []float64{1e-9, 1e-6, 1e-3} {
			sigma := 0.0
			for range 20 {
				sigma = real(transform(complex((1-sigma)/rho, 0)))
			}
			holdCorner(t, fmt.Sprintf("%v, ρ = %g", gap, rho), qbdSystem(arrivals.Renewal{Gap: gap}, exponential(1/rho), 1), 1e-9, cornerValues{
				"wait_ratio.mean": sigma, "wait.mean": rho * sigma / (1 - sigma), "queue_length.mean": rho * sigma / (1 - sigma), "latency.far": rho / (1 - sigma) * math.Log(1e9)})
		}
	}
}
