package analytic

import (
	"fmt"
	"math"
	"testing"

	"spillway/distributions"
	"spillway/distributions/arrivals"
)

// scaledServices are laws of a mean of about u.
func scaledServices(u float64) map[string]distributions.Distribution {
	return map[string]distributions.Distribution{
		"H2": qbdHyper([]float64{0.9, 0.1}, []float64{3 / u, 0.2 / u}), "erlang": qbdErlang(3, 3/u), "constant": constant(u),
		"lognormal": lognormal(u, 3), "lomax": must(distributions.NewLomaxMean(3.5, u)), "weibull": must(distributions.NewWeibull(0.5, u/2)),
		"gamma": must(distributions.NewGammaMean(u, 0.4)), "uniform": must(distributions.NewUniform(0.5*u, 1.5*u)),
		"mixture": must(distributions.NewMixture([]float64{1, 1}, []distributions.Distribution{constant(0.5 * u), exponentialMean(1.5 * u)})),
	}
}

// scaledSystems are systems of every family, in units of time of u seconds.
func scaledSystems(u float64) map[string]System {
	one := func(rate float64, s distributions.Distribution, c int) System {
		return qbdSystem(poisson(rate/u), s, c)
	}
	with := func(sys System, d Discipline) System { sys.Discipline = d; return sys }
	m, services := map[string]System{}, scaledServices(u)
	for name, d := range services {
		m["M/G/1 "+name] = one(0.7/d.Mean()*u, d, 1)
		m["GI/M/4 "+name] = qbdSystem(arrivals.Renewal{Gap: d}, exponential(0.32/d.Mean()), 4)
		m["approximate "+name] = qbdSystem(arrivals.Renewal{Gap: qbdErlang(2, 5/d.Mean())}, d, 4)
		m["processor sharing "+name] = with(one(0.7/d.Mean()*u, d, 1), ProcessorSharing)
		m["batches "+name] = batchSystem(0.35/d.Mean(), must(arrivals.NewGeometricBatch(2)), d, 1)
	}
	for name, d := range map[string]Discipline{"PSJF": PSJF, "SRPT": SRPT, "SJF": SJF, "preemptive LIFO": PreemptiveLIFO} {
		m[name] = with(one(0.7, services["lomax"], 1), d)
	}
	h2, er := services["H2"], services["erlang"]
	bursty := qbdMMPP([]float64{2 / u, 0.1 / u}, [][]float64{{-0.01 / u, 0.01 / u}, {0.02 / u, -0.02 / u}})
	infinite := one(2.5, services["lognormal"], 1)
	infinite.Infinite = true
	m["M/G/∞"] = infinite
	m["M/M/3"], m["M/M/3/8"], m["M/M/3/3"] = mmc(2.5/u, 1/u, 3), mmcLimit(2.5/u, 1/u, 3, 5), mmcLimit(2.5/u, 1/u, 3, 0)
	m["M/D/5"], m["population"] = one(4.5, constant(u), 5), closed(7, 2, 1/u, 3*u)
	m["MAP/PH/2"], m["MMPP/M/2"], m["M/H2/3"] = qbdSystem(bursty, er, 2), qbdSystem(bursty, exponential(1/u), 2), one(1.5, h2, 3)
	m["MAP/PH/2/6"], m["MMPP/M/2/6"] = qbdLimit(m["MAP/PH/2"], 4), qbdLimit(m["MMPP/M/2"], 4)
	m["batches of 2"] = batchSystem(1.2/u, must(arrivals.NewFixedBatch(2)), exponential(1/u), 3)
	for name, d := range map[string]distributions.Distribution{"M": exponentialMean(2 * u), "D": constant(2 * u), "lognormal": lognormal(2*u, 1.5), "uniform": must(distributions.NewUniform(u, 2*u))} {
		m["patience "+name] = withPatience(mmc(3.5/u, 1/u, 3), d)
	}
	for name, d := range map[string]Discipline{"priority": Priority, "preemptive priority": PreemptivePriority} {
		m[name+" 1"] = prioritised(d, 1, []float64{0.3 / u, 0.2 / u}, h2, er)
		m[name+" 2"] = prioritised(d, 2, []float64{0.6 / u, 0.4 / u}, exponential(1/u), exponential(0.5/u))
		m[name+" 3"] = prioritised(d, 3, []float64{0.9 / u, 1.2 / u}, exponential(1/u))
	}
	m["LIFO"], m["random order"] = with(mmc(2.2/u, 1/u, 3), LIFO), with(mmc(2.2/u, 1/u, 3), RandomOrder)
	for name, d := range map[string]Dispatch{"random server": RandomServer, "round robin": RoundRobin, "shortest queue": JoinShortestQueue, "power of two": PowerOf} {
		m[name] = dispatched(mmc(2.5/u, 1/u, 3), d, 2)
	}
	m["speeds"] = withSpeeds(mmc(2.5/u, 1/u, 3), RandomIdle, 2, 1, 0.5)
	m["failures"] = failing(mmc(0.5/u, 1/u, 1), 0.1/u, 0.3/u)
	m["setup"], m["constant setup"] = withSetup(mmc(0.7/u, 1/u, 1), exponentialMean(3*u)), withSetup(one(0.7, er, 1), constant(3*u))
	m["shaper"], m["policer"] = behindBucket(0.9/u, 1/u, 3, true), behindBucket(0.9/u, 1/u, 3, false)
	for _, name := range []string{"shaper", "policer"} {
		m[name].Streams[0].Service = constant(u)
	}
	m["retrial 1"], m["retrial 3"] = retrialSystem(0.7/u, 1/u, 0.5/u, 1), retrialSystem(2.2/u, 1/u, 0.5/u, 3)
	m["transient"] = overTime(poisson(2.2/u), 1/u, 3, -1, u, 5*u, 50*u)
	m["sinusoid"] = overTime(sinusoid(2.2/u, 0.5, 20*u, 0.3), 1/u, 3, 5, u, 5*u, 50*u)
	for _, name := range []string{"M/M/3", "M/G/1 H2"} {
		sys := m[name]
		sys.Network, sys.Response = exponential(1/u), must(distributions.NewUniform(0, 2*u))
		m[name+" with delays"] = sys
	}
	return m
}

// TestCornersScale: in units of a billionth of a second or of a billion seconds the
// numbers are the same. With powers of two rounding is the same too, and
// what is left is that of logarithms.
func TestCornersScale(t *testing.T) {
	base := map[string]*Solution{}
	for name, sys := range scaledSystems(1) {
		base[name] = solve(t, sys)
	}
	for _, u := range []float64{0x1p-30, 0x1p30} {
		for name, sys := range scaledSystems(u) {
			got, err := Solve(sys)
			if err != nil {
				t.Errorf("%s in units of %g s: %v", name, u, err)
				continue
			}
			holdScaled(t, fmt.Sprintf("%s in units of %g s", name, u), u, got, base[name])
		}
	}
}

// holdScaled holds a solution to that in other units of time.
func holdScaled(t *testing.T, name string, u float64, got, want *Solution) {
	t.Helper()
	if got.Model != want.Model || got.Note != want.Note && want.Exact { // a bound is said in seconds
		t.Errorf("%s: %s (%s), want %s (%s)", name, got.Model, got.Note, want.Model, want.Note)
	}
	unit := map[string]float64{"wait": u, "service": u, "latency": u, "throttle_delay": u, "throughput": 1 / u, "arrival_rate": 1 / u}
	scale := func(metric string) float64 {
		if f, ok := unit[metric]; ok {
			return f
		}
		return 1
	}
	parts := map[string][2]Metrics{"": {got.Metrics, want.Metrics}}
	for c := range want.Classes {
		parts[" class "+c] = [2]Metrics{got.Classes[c], want.Classes[c]}
	}
	for part, m := range parts {
		for metric, values := range m[1] {
			f := scale(metric)
			for statistic, v := range values {
				if g, ok := m[0][metric][statistic]; !ok {
					t.Errorf("%s%s: %s.%s is missing", name, part, metric, statistic)
				} else if g != v*f {
					within(t, fmt.Sprintf("%s%s: %s.%s", name, part, metric, statistic), g/f, v, 1e-11)
				}
			}
		}
	}
	for metric, values := range want.Series {
		for i, v := range values {
			within(t, name+": "+metric, got.Series[metric][i]/scale(metric), v, 1e-11)
		}
	}
}

// cornerDying is M/M/c+D (D. Y. Barrer, Queuing with impatient customers and
// ordered service, Operations Research 5(5), 1957): the work in time that a task finds
// has a density in proportion to e^-(cµ−λ)x up to d, and beyond to e^-cµx.
func cornerDying(lambda float64, c int, d float64) cornerValues {
	n := float64(c)
	delta := float(sub(num(n), num(lambda)))
	z := delta * d
	first, second := -math.Expm1(-z)/delta, (1-math.Exp(-z)*(1+z))/delta/delta
	if math.Abs(z) < 1e-2 {
		first = d * (1 - z/2 + z*z/6 - z*z*z/24 + z*z*z*z/120)
		second = d * d * (0.5 - z/3 + z*z/8 - z*z*z/30 + z*z*z*z/144)
	}
	late := math.Exp(-z) / n
	p := 1 / (float(add(num(1), bigOdds(c-1, num(lambda))))/lambda + first + late) // λP(N = c − 1)
	return cornerValues{
		"abandoned_ratio.mean": p * late, "wait.mean": p * second / (1 - p*late), "wait_ratio.mean": p * first / (1 - p*late),
		"utilization.mean": lambda * (1 - p*late) / n,
	}
}

// cornerChain gives means over a birth–death chain of so many states, in
// logarithms.
func cornerChain(states int, birth, death func(n float64) float64, of ...func(n float64) float64) []float64 {
	logs, top := make([]float64, states), 0.0
	for n := 1; n < states; n++ {
		logs[n] = logs[n-1] + math.Log(birth(float64(n-1))/death(float64(n)))
		top = math.Max(top, logs[n])
	}
	sums, mass := make([]float64, len(of)), 0.0
	for n, l := range logs {
		p := math.Exp(l - top)
		mass += p
		for i, f := range of {
			sums[i] += p * f(float64(n))
		}
	}
	for i := range sums {
		sums[i] /= mass
	}
	return sums
}

// TestCornersPatience: one and a thousand servers, ρ from a millionth to 1 − 1e-6
// and beyond, and a patience six orders below and above a service.
func TestCornersPatience(t *testing.T) {
	for _, c := range []int{1, 1000} {
		n := float64(c)
		queue, busy := func(k float64) float64 { return math.Max(0, k-n) }, func(k float64) float64 { return math.Min(k, n) }
		for _, rho := range []float64{1e-6, 1 - 1e-6, 3} {
			lambda := rho * n
			for _, unit := range []float64{1e-6, 1, 1e6} {
				name := fmt.Sprintf("c = %d, ρ = %g, patience %g", c, rho, unit)
				if rho < 1 || (lambda-n)*unit < 500 { // the closed form overflows
					holdCorner(t, name+", constant", withPatience(mmc(lambda, 1, c), constant(unit)), 1e-9, cornerDying(lambda, c, unit))
				}
				if rho > 1 && unit > 1 {
					continue // millions of states
				}
				states := 60 + int(n+12*math.Sqrt(lambda*(1+unit))+math.Max(0, lambda-n)*unit)
				sums := cornerChain(states, func(float64) float64 { return lambda }, func(k float64) float64 { return busy(k) + queue(k)/unit }, queue, busy)
				holdCorner(t, name+", exponential", withPatience(mmc(lambda, 1, c), exponential(1/unit)), 1e-9,
					cornerValues{"queue_length.mean": sums[0], "utilization.mean": sums[1] / n, "abandoned_ratio.mean": sums[0] / unit / lambda})
			}
		}
	}
}

// TestCornersPopulation: a thousand servers, at the edge, empty and overrun.
func TestCornersPopulation(t *testing.T) {
	for _, c := range []struct {
		callers int
		think   float64
	}{{5000, 4}, {5000, 4e-6}, {5000, 4e6}, {200_000, 199}} {
		callers := float64(c.callers)
		sums := cornerChain(c.callers+1, func(n float64) float64 { return (callers - n) / c.think }, func(n float64) float64 { return math.Min(n, 1000) },
			func(n float64) float64 { return math.Max(0, n-1000) }, func(n float64) float64 { return math.Min(n, 1000) })
		v := cornerValues{"throughput.mean": sums[1]}
		if sums[0] > 1e-200 {
			v["queue_length.mean"] = sums[0]
		}
		holdCorner(t, fmt.Sprintf("%d callers, thinking %g", c.callers, c.think), closed(c.callers, 1000, 1, c.think), 1e-9, v)
	}
}
