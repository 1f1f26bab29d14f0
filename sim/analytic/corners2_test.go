package analytic

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"spillway/distributions"
	"spillway/distributions/arrivals"
)

// TestCornersMG1: services with a squared coefficient of variation of about 100,
// up to ρ = 1 − 1e-6, and a quantile that a billionth is above. The values are
// those of mpmath with 45 digits: Talbot's inversion (J. Abate, P. P. Valkó,
// International Journal for Numerical Methods in Engineering 60(5), 2004) of order 56,
// which order 44 repeats to 18 digits or more; the transform in closed form (gamma,
// Lomax) or by the trapezoidal rule on a ray on which its argument is real.
func TestCornersMG1(t *testing.T) {
	gamma, lomax := must(distributions.NewGamma(0.01, 100)), must(distributions.NewLomaxMean(2.02, 1))
	heavy := lognormal(1, 10)
	for _, c := range []struct {
		name    string
		load    float64
		service distributions.Distribution
		values  cornerValues
	}{
		{"gamma", 0.9, gamma, cornerValues{"wait.mean": 0.9 * 101 / 2 / 0.1, "wait.p50": 288.108274698317802, "wait.p90": 1129.13973157630669,
			"wait.p99": 2332.65733188336095, "wait.p999": 3536.17498020691238}},
		{"Lomax", 0.9, lomax, cornerValues{"wait.mean": 459, "wait.p50": 16.6465835444872334, "wait.p90": 133.64256730532579, "wait.p99": 905.125662620966211,
			"wait.p999": 7814.51994233323663}},
		{"lognormal", 0.9, heavy, cornerValues{"wait.mean": 454.5, "wait.p50": 116.297254962382162, "wait.p90": 1074.42322100654269, "wait.p99": 4740.19067658782345}},
		{"lognormal", 0.5, heavy, cornerValues{"wait.mean": 50.5, "wait.far": 2462224.43972298974}},
		{"Weibull", 0.9, must(distributions.NewWeibull(0.25, 1./24)), cornerValues{"wait.mean": 315, "wait.p50": 149.411906494713312}},
		{"Lomax near saturation", 0.999999, lomax, cornerValues{"wait.mean": 0.999999 * 51e6, "wait.p50": 9416322.44731954206, "wait.p999": 712966747.37724071}},
		{"lognormal near saturation", 0.999999, heavy, cornerValues{"wait.mean": 0.999999 * 50.5e6, "wait.p50": 35002833.4274963534, "wait.p999": 348861477.664479502}},
	} {
		holdCorner(t, fmt.Sprintf("%s at %g", c.name, c.load), mg1System(c.load, c.service), 5e-9, c.values)
	}
}

// TestCornersMG1Far: at a billionth quantiles are right, here of a law with a
// closed form, or left out, which the note says.
func TestCornersMG1Far(t *testing.T) {
	for _, d := range []distributions.Distribution{
		cornerHyper(), lognormal(1, 10), must(distributions.NewWeibull(0.3, 1)), must(distributions.NewGammaMean(1, 10)), must(distributions.NewUniform(0, 2)), qbdErlang(50, 50),
	} {
		residual := residualSurvival(t, d)
		for _, spare := range []float64{1 - 1e-6, 0.5, 1e-6} {
			sys := mg1System((1-spare)/d.Mean(), d)
			sol := solveMG1As(t, sys, obstacleMG1, func(p *problem) (*Solution, error) { return solveFar(p.sys) })
			x, ok := sol.Metrics["wait"]["p999"]
			switch {
			case !ok && sol.Note == "":
				t.Errorf("%v, 1 − ρ = %g: quantiles are left out without a word", d, spare)
			case ok && spare > 0.9: // of the first order in ρ
				within(t, fmt.Sprintf("%v, P(residual > %g)", d, x), residual(x), 1e-9/(1-spare), 1e-3)
			case ok && spare < 0.1:
				within(t, fmt.Sprintf("%v, heavy traffic", d), x, sol.Metrics["wait"]["mean"]*math.Log(1e9), 3e-5)
			}
		}
	}
}

// residualSurvival is P(R > x) by Gauss' rule over the tail, in u with x = e^u.
func residualSurvival(t *testing.T, d distributions.Distribution) func(x float64) float64 {
	t.Helper()
	cdf, ok := distributions.CDFOf(d)
	if !ok {
		t.Fatalf("%v has no distribution function", d)
	}
	return func(x float64) float64 {
		v, w := gimcPanels(math.Log(x), math.Log(x)+30, 0.01)
		sum := 0.0
		for i, u := range v {
			sum += w[i] * math.Exp(u) * (1 - cdf(math.Exp(u)))
		}
		return sum / d.Mean()
	}
}

// TestCornersMDc: at ρ = 1 − 1e-6 and a thousand servers, the wait falls as
// e^-λxt with x/2 − x²/3 + x³/4 − … = ε from x − log(1 + x) = εx.
func TestCornersMDc(t *testing.T) {
	for _, c := range []int{1, 1000} {
		lambda := 0.999999 * float64(c)
		spare := float(sub(num(1), quo(num(lambda), num(float64(c)))))
		x := 2 * spare
		for range 20 {
			x = 2 * (spare + x*x/3 - x*x*x/4)
		}
		sys := qbdSystem(poisson(lambda), constant(1), c)
		near, far := solve(t, sys).Metrics["wait"], must(solveFar(sys)).Metrics["wait"]
		within(t, fmt.Sprintf("c = %d: decay", c), far["p999"]-near["p999"], math.Log(1e6)/(lambda*x), 1e-11)
		within(t, fmt.Sprintf("c = %d: sd", c), near["sd"], 1/(lambda*x), 1e-3)
	}
}

// TestCornersMarkov: M/M/c and M/M/c/K far out, against 768 bits, and batches
// whose wait and service are exponential.
func TestCornersMarkov(t *testing.T) {
	for _, c := range []int{1, 1000} {
		for _, rho := range []float64{1e-6, 0.97, 1 - 1e-6} {
			lambda := rho * float64(c)
			m := must(solveFar(mmc(lambda, 1, c))).Metrics
			d := newBigDelay(lambda, 1, c)
			name := fmt.Sprintf("c = %d, ρ = %g", c, rho)
			if x := m["wait"]["p999"]; x > 0 {
				within(t, name+" wait", float(d.waitTail(x)), 1e-9, 1e-11)
			} else if float(d.delay) > 1e-9 {
				t.Errorf("%s: nobody waits, though %g should", name, float(d.delay))
			}
			within(t, name+" latency", float(d.sojournTail(m["latency"]["p999"])), 1e-9, 1e-10)
			l := newBigLoss(lambda, 1, c, 300)
			m = must(solveFar(mmcLimit(lambda, 1, c, 300))).Metrics
			if x := m["wait"]["p999"]; x > 0 {
				within(t, name+" wait with a limit", float(l.waitTail(x)), 1e-9, 1e-10)
			}
			within(t, name+" latency with a limit", float(l.sojournTail(m["latency"]["p999"])), 1e-9, 1e-10)
		}
	}
	for _, rho := range []float64{1e-6, 0.9, 1 - 1e-6} {
		batches := batchSystem(rho/500, must(arrivals.NewGeometricBatch(500)), exponential(1), 1)
		holdCorner(t, fmt.Sprintf("batches at %g", rho), batches, 1e-8, cornerValues{"latency.mean": 500 / (1 - rho), "latency.far": 500 / (1 - rho) * math.Log(1e9)})
	}
}

// TestCornersStiff: a queue with a limit, more phases than are always computed
// in 32 digits, and arrivals that change phase a million times faster than tasks come: they
// are Poisson but for a millionth, and all digits are there.
func TestCornersStiff(t *testing.T) {
	for _, rho := range []float64{0.3, 1, 3} {
		fast := qbdMMPP([]float64{2 * rho, 2e-6 * rho}, [][]float64{{-1e6, 1e6}, {1e6, -1e6}})
		p := describe(qbdLimit(qbdSystem(fast, qbdErlang(30, 30), 1), 20))
		q, _ := newMapQueue(p)
		q.wide = true
		if err := q.build(); err != nil {
			t.Fatal(err)
		}
		want := must(q.finiteSolution(p)).Metrics
		qbdSame(t, fmt.Sprintf("ρ = %g", rho), must(solveMAPPHK(p)).Metrics, want, 1e-9)
		calm := solve(t, qbdLimit(qbdSystem(poisson(rho*1.000001), qbdErlang(30, 30), 1), 20)).Metrics
		within(t, "shed ratio", want["shed_ratio"]["mean"], calm["shed_ratio"]["mean"], 1e-4)
	}
}

// TestCornersRefused: where the digits do not suffice there is no model, which
// keeps nobody from simulating; what answers instead is called an approximation.
func TestCornersRefused(t *testing.T) {
	near := qbdSystem(poisson(2*(1-5e-11)), cornerHyper(), 2)
	if _, err := qbdTry(near); !errors.Is(err, ErrNoModel) || !strings.Contains(err.Error(), "is too small") {
		t.Errorf("1 − ρ = 5e-11: %v", err)
	}
	if sol := solve(t, near); sol.Exact {
		t.Errorf("1 − ρ = 5e-11: %s is called exact", sol.Model)
	}
	slow := qbdMMPP([]float64{30 * (1 - 1e-11), 0}, [][]float64{{-1e-6, 1e-6}, {1e-6, -1e-6}})
	if _, err := Solve(qbdSystem(slow, cornerHyper(), 15)); !errors.Is(err, ErrNoModel) || !strings.Contains(err.Error(), "too many digits are lost") {
		t.Errorf("slow phases at 1 − ρ = 1e-11: %v", err)
	}
	gap := must(newGimcGap(constant(1)))
	gap.remainder = nil
	if _, err := gap.root(1-1e-9, 1e-9); !errors.Is(err, ErrNoModel) {
		t.Errorf("a transform alone at 1 − ρ = 1e-9: %v", err)
	}
}
