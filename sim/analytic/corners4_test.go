package analytic

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"spillway/distributions"
)

// TestCornersPriority: a thousand servers at ρ = 1 − 1e-6 by the formulas of
// Kella and Yechiali and, where tasks are interrupted, M/M/c of the classes up to
// one, both in 768 bits; and one server with services of SCV 100 by Cobham's.
func TestCornersPriority(t *testing.T) {
	rates := []float64{300, 600, 99.999}
	total := add(add(num(rates[0]), num(rates[1])), num(rates[2]))
	all := newBigDelay(1, 1, 1000)
	all.lambda, all.delay = total, quo(num(1), add(num(1), mul(sub(num(1), quo(total, num(1000))), bigOdds(1000, total))))
	polite, urgent := solve(t, prioritised(Priority, 1000, rates, exponential(1))), solve(t, prioritised(PreemptivePriority, 1000, rates, exponential(1)))
	sum, before := num(0), num(0)
	for i, r := range rates {
		left := sub(num(1000), sum)
		sum = add(sum, num(r))
		want := quo(mul(all.delay, num(1000)), mul(left, sub(num(1000), sum)))
		name := fmt.Sprintf("p%d", i+1)
		within(t, name, polite.Classes[name]["wait"]["mean"], float(want), 1e-11)
		spare := sub(num(1), quo(sum, num(1000)))
		delay := quo(num(1), add(num(1), mul(spare, bigOdds(1000, sum))))
		in := add(sum, quo(mul(delay, quo(sum, num(1000))), spare))
		within(t, "interrupting "+name, urgent.Classes[name]["in_system"]["mean"], float(sub(in, before)), 1e-11)
		before = in
	}
	s := cornerHyper()
	second, low := secondMoment(s)/2, 0.499999
	spare := 0.5 - low
	polite, urgent = solve(t, prioritised(Priority, 1, []float64{0.5, low}, s)), solve(t, prioritised(PreemptivePriority, 1, []float64{0.5, low}, s))
	within(t, "first", polite.Classes["p1"]["wait"]["mean"], (0.5+low)*second/0.5, 1e-9)
	within(t, "second", polite.Classes["p2"]["wait"]["mean"], (0.5+low)*second/0.5/spare, 1e-9)
	within(t, "interrupting first", urgent.Classes["p1"]["latency"]["mean"], 0.5*second/0.5+1, 1e-9)
	within(t, "interrupting second", urgent.Classes["p2"]["latency"]["mean"], (0.5+low)*second/0.5/spare+1/0.5, 1e-9)
}

// TestCornersPriorityRefused: services six orders apart on several servers are
// refused, or right where that is known: who may interrupt is alone.
func TestCornersPriorityRefused(t *testing.T) {
	answered := 0
	for _, d := range []Discipline{Priority, PreemptivePriority} {
		for _, mu := range [][2]float64{{1e3, 1e-3}, {1e-3, 1e3}} {
			for _, rho := range []float64{1e-3, 0.5, 1 - 1e-6} {
				first := rho * mu[0]
				sol, err := Solve(prioritised(d, 2, []float64{first, rho * mu[1]}, exponential(mu[0]), exponential(mu[1])))
				switch {
				case err != nil && !strings.Contains(err.Error(), "digits"):
					t.Errorf("µ = %v, ρ = %g: %v", mu, rho, err)
				case err == nil && d == PreemptivePriority:
					answered++
					want := solve(t, mmc(first, mu[0], 2)).Metrics["wait"]["mean"]
					within(t, fmt.Sprintf("µ = %v, ρ = %g", mu, rho), sol.Classes["p1"]["wait"]["mean"], want, 1e-8)
				}
			}
		}
	}
	if answered == 0 {
		t.Error("all are refused")
	}
}

// TestCornersSizes: shortest first at both ends, of laws with a squared
// coefficient of variation of up to 101. Values by mpmath with 30 digits, from the
// integrals of Schrage and Miller with partial moments in closed form, on
// panels in x (exponential) or log x. Sharing is insensitive.
func TestCornersSizes(t *testing.T) {
	lomax, heavy := must(distributions.NewLomaxMean(2.02, 1)), lognormal(1, 10)
	for _, c := range []struct {
		name            string
		service         distributions.Distribution
		rho             float64
		srpt, psjf, sjf float64
	}{
		{"exponential", exponential(1), 1e-6, 1.0000005000003889, 1.0000006250004907, 1.0000010000005000},
		{"exponential", exponential(1), 0.999999, 60801.141184466856, 60806.615726089214, 60802.08038332567},
		{"lognormal", heavy, 0.9, 2.771508230487864, 3.040797011374023, 57.04882954254236},
		{"lognormal", heavy, 0.999999, 282.9782689924271, 286.6449785627796, 352.2409334020222},
		{"Lomax", lomax, 0.9, 2.895542875580246, 3.218765407487371, 89.64521536608321},
		{"Lomax", lomax, 0.999999, 50.92600167018103, 54.06253278085239, 429.0486812269303},
	} {
		name := fmt.Sprintf("%s at %g", c.name, c.rho)
		for d, want := range map[Discipline]float64{SRPT: c.srpt, PSJF: c.psjf, SJF: c.sjf, ProcessorSharing: 1 / (1 - c.rho), PreemptiveLIFO: 1 / (1 - c.rho)} {
			holdCorner(t, fmt.Sprintf("%s, discipline %d", name, d), disciplined(d, c.rho, c.service), 1e-9, cornerValues{"latency.mean": want})
		}
	}
}

// TestCornersBusyPeriod: far out a latency with preemptive LIFO is a busy period of
// M/M/1, a mixture of exponentials of rates x = 1 + ρ − 2√ρ cos φ:
// P > t = 2/π ∫ sin²φ e^-xt/x dφ over 0 < φ < π, here by the plain midpoint rule.
func TestCornersBusyPeriod(t *testing.T) {
	for _, rho := range []float64{1e-3, 0.8, 0.999} {
		x := must(solveFar(disciplined(PreemptiveLIFO, rho, exponential(1)))).Metrics["latency"]["p999"]
		const points = 400_000
		sum := 0.0
		for k := range points {
			phi := math.Pi * (float64(k) + 0.5) / points
			half := math.Sin(phi / 2)
			rate := (1-math.Sqrt(rho))*(1-math.Sqrt(rho)) + 4*math.Sqrt(rho)*half*half
			sum += 2 * math.Sin(phi) * math.Sin(phi) / rate * math.Exp(-rate*x) / points
		}
		within(t, fmt.Sprintf("tail at ρ = %g", rho), sum, 1e-9, 1e-7)
	}
}

// TestCornersRetrial: one server by its closed form. With several, retries six orders
// quicker than a service are M/M/c, and six orders slower are offered like a
// Poisson stream of a erlangs with a(1 − B(c, a)) = λ/µ.
func TestCornersRetrial(t *testing.T) {
	for _, theta := range []float64{1e-6, 1, 1e6} {
		for _, rho := range []float64{1e-6, 0.5, 0.999999} {
			want := rho * rho * (1 + theta) / (1 - rho) / theta
			holdCorner(t, fmt.Sprintf("θ = %g, ρ = %g", theta, rho), retrialSystem(rho, 1, theta, 1), 1e-9, cornerValues{"in_retry.mean": want})
		}
	}
	for _, c := range []int{2, 10} {
		for _, rho := range []float64{1e-6, 0.5} {
			offered := rho * float64(c)
			a := offered
			for range 200 {
				a = offered + offered/idleOdds(c, a) // offered/(1 − B)
			}
			queue := solve(t, mmc(offered, 1, c)).Metrics["queue_length"]["mean"]
			name := fmt.Sprintf("c = %d, ρ = %g", c, rho)
			holdCorner(t, name+", quick", retrialSystem(offered, 1, 1e6, c), 1e-5, cornerValues{"in_retry.mean": queue})
			holdCorner(t, name+", slow", retrialSystem(offered, 1, 1e-6, c), 1e-5, cornerValues{"in_retry.mean": offered / idleOdds(c, a) / 1e-6})
		}
	}
	if _, err := Solve(retrialSystem(2*0.999999, 1, 1e-6, 2)); err == nil || !strings.Contains(err.Error(), "too large to follow") {
		t.Errorf("slow retries near saturation: %v", err)
	}
}

// TestCornersFailures: up and repair times six orders apart, near the availability,
// by the formula of H. White and L. S. Christie (Operations Research 6(1), 1958);
// setups of a millionth to a million services of SCV up to 100.
func TestCornersFailures(t *testing.T) {
	for _, c := range []struct{ fails, repairs, mu, share float64 }{
		{1e-6, 1e-6, 1, 0.999999}, {1e6, 1e6, 1, 0.999999}, {1e3, 1e-3, 1, 0.5}, {1e-3, 1e3, 1, 0.999999}, {1e-6, 1, 1, 1e-6},
	} {
		lambda := c.share * c.repairs / (c.fails + c.repairs) * c.mu
		both := add(num(c.fails), num(c.repairs))
		above := mul(num(lambda), add(mul(both, both), mul(num(c.fails), num(c.mu))))
		below := mul(both, sub(mul(num(c.mu), num(c.repairs)), mul(num(lambda), both)))
		holdCorner(t, fmt.Sprintf("%v", c), failing(mmc(lambda, c.mu, 1), c.fails, c.repairs), 1e-9, cornerValues{"in_system.mean": float(quo(above, below))})
	}
	for _, mean := range []float64{1e-6, 1, 1e6} {
		for _, rho := range []float64{1e-6, 0.999999} {
			for _, setup := range []distributions.Distribution{exponentialMean(mean), constant(mean), lognormal(mean, 10)} {
				want := rho*101/2/(1-rho) + (2*mean+rho*secondMoment(setup))/2/(1+rho*mean)
				holdCorner(t, fmt.Sprintf("setup %v, ρ = %g", setup, rho), withSetup(mg1System(rho, lognormal(1, 10)), setup), 1e-9, cornerValues{"wait.mean": want})
			}
		}
	}
}

// TestCornersNetworks: stations with rates six orders apart, one of them near
// saturation, one that a task leaves once in a million visits.
func TestCornersNetworks(t *testing.T) {
	row := solveNetwork(t, tandem(0.999999, 1, 1e6, 1.5))
	within(t, "row", row.Metrics["latency"]["mean"], 1/1e-6+1/(1e6-0.999999)+1/(1.5-0.999999), 1e-9)
	if _, ok := row.Metrics["latency"]["p50"]; ok == strings.Contains(row.Note, "too far apart") {
		t.Errorf("the median is given, or its absence is not said: %q", row.Note)
	}
	const leave = 0x1p-20
	again := tandem(0.5*leave, 1)
	again.Routes[0][0] = 1 - leave
	within(t, "many visits", solveNetwork(t, again).Metrics["in_system"]["mean"], 1, 1e-9)
}

// TestCornersSpeeds: two servers six orders apart, by elimination on the four states
// without a queue; behind them the law is geometric.
func TestCornersSpeeds(t *testing.T) {
	for _, v := range [][2]float64{{1, 1e-6}, {1e6, 1}, {1e3, 1e-3}} {
		for _, share := range []float64{1e-6, 0.5, 1 - 1e-6} {
			lambda, spare := share*(v[0]+v[1]), 1-share
			for choose, p := range map[Choose]float64{Fastest: 1, Slowest: 0, RandomIdle: 0.5} {
				x := speedsGTH([][]float64{{0, lambda * p, lambda * (1 - p), 0}, {v[0], 0, 0, lambda}, {v[1], 0, 0, lambda}, {0, v[1], v[0], 0}})
				mass := x[0] + x[1] + x[2] + x[3]/spare
				holdCorner(t, fmt.Sprintf("speeds %v, ρ = %g, choice %d", v, share, choose), withSpeeds(mmc(lambda, 1, 2), choose, v[0], v[1]), 1e-9,
					cornerValues{"queue_length.mean": x[3] * share / spare / spare / mass, "wait_ratio.mean": x[3] / spare / mass})
			}
		}
	}
}

// TestCornersDispatch: a thousand queues in turn are GI/M/1 with gaps of a thousand
// stages, and a bucket of one token is M/D/1, far out too.
func TestCornersDispatch(t *testing.T) {
	for _, spare := range []float64{0.5, 1e-6} {
		one := gimcSolveBy(t, gimcFamily(), gimcSingle(gimcRenewal(qbdErlang(1000, 1000*(1-spare))), exponential(1), 1)).Metrics
		holdCorner(t, fmt.Sprintf("1 − ρ = %g", spare), dispatched(mmc(1000*(1-spare), 1, 1000), RoundRobin, 0), 1e-9,
			cornerValues{"wait.mean": one["wait"]["mean"], "wait.p999": one["wait"]["p999"], "latency.p999": one["latency"]["p999"]})
		held := must(solveFar(mg1System(1-spare, constant(1)))).Metrics["wait"]
		holdCorner(t, fmt.Sprintf("bucket, 1 − ρ = %g", spare), behindBucket(1-spare, 1, 1, true), 1e-9,
			cornerValues{"throttle_delay.mean": held["mean"], "throttle_delay.far": held["p999"]})
	}
}
