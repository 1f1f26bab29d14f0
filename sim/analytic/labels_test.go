package analytic

import (
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"spillway/distributions"
	"spillway/distributions/arrivals"
)

func labelled(a arrivals.Process, s distributions.Distribution, c int, change ...func(*System)) System {
	sys := System{Streams: []Stream{{Process: a, Service: s}}, Servers: c}
	for _, f := range change {
		f(&sys)
	}
	return sys
}

func dispatch(d Dispatch) func(*System)     { return func(s *System) { s.Dispatch, s.Choices = d, 2 } }
func discipline(d Discipline) func(*System) { return func(s *System) { s.Discipline = d } }

func places(n int) func(*System) { return func(s *System) { s.Limited, s.Limit = true, n } }

func population20(think distributions.Distribution) func(*System) {
	return func(s *System) { s.Streams[0].Process, s.Closed = nil, &Closed{Population: 20, Think: think} }
}

func infinite(s *System) { s.Infinite = true }

// slowMMPP is of rate 1.
func slowMMPP() arrivals.Process {
	return must(arrivals.NewMMPP([]float64{1.5, 0.5}, [][]float64{{-0.1, 0.1}, {0.1, -0.1}}))
}

func onOff(sources int) arrivals.Process {
	return must(arrivals.NewOnOff(exponential(1), exponential(1), 2, sources))
}

func TestModelNames(t *testing.T) {
	for _, c := range []struct {
		sys  System
		want string
	}{
		{labelled(poisson(1), exponential(1), 3, dispatch(RandomServer)), "M/M/1 × 3, random"},
		{labelled(poisson(1), lognormal(1, 1), 3, dispatch(RandomServer)), "M/G/1 × 3, random"},
		{labelled(poisson(1), exponential(2), 1, dispatch(RandomServer)), "M/M/1"},
		{labelled(poisson(1), exponential(2), 1, dispatch(RoundRobin)), "M/M/1"},
		{labelled(poisson(1), exponential(2), 1, dispatch(JoinShortestQueue)), "M/M/1"},
		{labelled(poisson(1), exponential(2), 1, dispatch(LeastWork)), "M/M/1"},
		{labelled(poisson(1), exponential(2), 1, dispatch(JoinIdleQueue)), "M/M/1"},
		{labelled(poisson(1), exponential(2), 1, dispatch(JoinShortestQueue), places(0)), "M/M/1/1"},
		{labelled(slowMMPP(), exponential(2), 1, dispatch(JoinShortestQueue)), "MAP/M/1"},
		{labelled(poisson(1), exponential(1), 3, dispatch(LeastWork)), "M/M/c"},
	} {
		if sol := solve(t, c.sys); sol.Model != c.want {
			t.Errorf("model %q, want %q", sol.Model, c.want)
		}
	}
}

func TestKendallOfPolicies(t *testing.T) {
	markov := func(change ...func(*System)) System { return labelled(poisson(1), exponential(1), 3, change...) }
	hyper := must(distributions.NewHyperexponential([]float64{1}, []float64{2}))
	gamma := func(shape float64) distributions.Distribution { return must(distributions.NewGamma(shape, 0.5)) }
	for _, c := range []struct {
		sys  System
		want string
	}{
		{markov(dispatch(RandomServer)), "M/M/1 × 3"},
		{markov(dispatch(RoundRobin)), "M/M/1 × 3"},
		{markov(dispatch(JoinShortestQueue)), "M/M/1 × 3"},
		{markov(dispatch(PowerOf)), "M/M/1 × 3"},
		{markov(dispatch(RandomServer), discipline(ProcessorSharing)), "M/M/1-PS × 3"},
		{labelled(poisson(1), exponential(1), 1, dispatch(RoundRobin)), "M/M/1"},
		{markov(population20(exponential(1)), infinite), "M/M/∞//20"},
		{markov(population20(exponential(1))), "M/M/3//20"},
		{markov(population20(constant(1))), "D/M/3//20"},
		{labelled(onOff(1), exponential(2), 1), "MMPP2/M/1"},
		{labelled(onOff(4), exponential(2), 9), "MMPP5/M/9"},
		{labelled(must(arrivals.NewOnOff(constant(1), exponential(1), 2, 1)), exponential(2), 1), "G/M/1"},
		{labelled(arrivals.Deterministic{Interval: 1}, hyper, 1), "D/M/1"},
		{labelled(arrivals.Renewal{Gap: hyper}, gamma(2), 2), "M/E2/2"},
		{labelled(poisson(1), must(distributions.NewGammaMean(1, math.Sqrt(1./3))), 2), "M/E3/2"},
		{labelled(poisson(1), gamma(1.5), 2), "M/Γ/2"},
	} {
		if got := Kendall(c.sys); got != c.want {
			t.Errorf("Kendall is %s, want %s", got, c.want)
		}
	}
}

// TestRecognised: laws of other names that are exponential are solved as such.
func TestRecognised(t *testing.T) {
	for name, d := range map[string]distributions.Distribution{
		"gamma":            must(distributions.NewGamma(1, 0.5)),
		"weibull":          must(distributions.NewWeibull(1, 0.5)),
		"hyperexponential": must(distributions.NewHyperexponentialMeans([]float64{0.3, 0.7}, []float64{0.5, 0.5})),
		"one phase":        must(distributions.NewHyperexponential([]float64{1}, []float64{2})),
		"hypoexponential":  must(distributions.NewHypoexponential([]float64{2})),
		"coxian":           must(distributions.NewCoxian([]float64{2}, nil)),
		"stopped coxian":   must(distributions.NewCoxian([]float64{2, 7}, []float64{0})),
		"phase type":       must(distributions.NewPhaseType([]float64{1}, [][]float64{{-2}})),
		"erlang":           must(distributions.NewErlang(1, 2)),
		"mixture":          must(distributions.NewMixture([]float64{1}, []distributions.Distribution{exponential(2)})),
		"shifted":          must(distributions.NewShifted(0, exponential(2))),
	} {
		if e, ok := asExponential(d); !ok || e.Rate() != 2 || e.Mean() != 0.5 {
			t.Errorf("%s: %v, %v", name, e, ok)
			continue
		}
		got, want := solve(t, labelled(arrivals.Deterministic{Interval: 1}, d, 1)), solve(t, labelled(arrivals.Deterministic{Interval: 1}, exponential(2), 1))
		if !got.Exact || got.Model != want.Model {
			t.Errorf("D/%s/1 is solved as %s, exact %v", name, got.Model, got.Exact)
		}
		shareMetrics(t, name, got.Metrics, want.Metrics, 1e-14, 20)
	}
	for _, d := range []distributions.Distribution{
		must(distributions.NewGamma(1.01, 0.5)), must(distributions.NewWeibull(0.9, 1)), must(distributions.NewErlang(2, 2)), constant(1), lognormal(1, 1),
		must(distributions.NewHyperexponential([]float64{0.5, 0.5}, []float64{2, 3})), must(distributions.NewHypoexponential([]float64{2, 3})),
		must(distributions.NewCoxian([]float64{2, 3}, []float64{0.5})), must(distributions.NewPhaseType([]float64{0.5}, [][]float64{{-2}})),
		must(distributions.NewShifted(1, exponential(1))),
	} {
		if e, ok := asExponential(d); ok {
			t.Errorf("%s is taken for %s", d, e)
		}
	}
	erlang := solve(t, labelled(poisson(1), must(distributions.NewErlangMean(2, 1)), 2))
	gamma := solve(t, labelled(poisson(1), must(distributions.NewGamma(2, 0.5)), 2))
	if !gamma.Exact {
		t.Errorf("M/Γ(2)/2 is solved as %s", gamma.Model)
	}
	shareMetrics(t, "M/Γ(2)/2", gamma.Metrics, erlang.Metrics, 1e-14, 20)
}

// TestRandomMMPP: an MMPP shared at random is at each queue one of half the rates.
func TestRandomMMPP(t *testing.T) {
	half := must(arrivals.NewMMPP([]float64{0.75, 0.25}, [][]float64{{-0.1, 0.1}, {0.1, -0.1}}))
	want := solve(t, labelled(half, exponential(1), 1))
	got := solve(t, labelled(slowMMPP(), exponential(1), 2, dispatch(RandomServer)))
	if !got.Exact || got.Model != "MAP/M/1 × 2, random" {
		t.Errorf("model %s", got.Model)
	}
	shareMetrics(t, "times", Metrics{"wait": got.Metrics["wait"], "latency": got.Metrics["latency"]}, Metrics{"wait": want.Metrics["wait"], "latency": want.Metrics["latency"]}, 1e-10, 14)
	if sol := solve(t, labelled(onOff(2), exponential(2), 2, dispatch(RandomServer))); !sol.Exact || sol.Model != got.Model {
		t.Errorf("on-off sources shared at random: model %s", sol.Model)
	}
	within(t, "queue", got.Metrics["queue_length"]["mean"], 2*want.Metrics["queue_length"]["mean"], 1e-10)
}

// TestLeastWork: one queue for all has the solution, said with its source; and task
// by task the waits are the same, of one path of arrivals and services, whatever
// they are.
func TestLeastWork(t *testing.T) {
	for _, service := range []distributions.Distribution{exponential(1), must(distributions.NewErlang(2, 2)), constant(1), lognormal(1, 1)} {
		for _, speeds := range [][]float64{nil, {1.5, 1.5}} {
			central := labelled(poisson(1.2), service, 2, func(s *System) { s.Speeds = speeds })
			want, err := Solve(central)
			if err != nil {
				continue // servers of given speeds need exponential service
			}
			central.Dispatch = LeastWork
			got := solve(t, central)
			shareMetrics(t, service.String(), got.Metrics, want.Metrics, 0, 20)
			if got.Exact != want.Exact || !strings.HasPrefix(got.Source, want.Source) || !strings.Contains(got.Source, "Harchol-Balter") {
				t.Errorf("exact %v, source %q", got.Exact, got.Source)
			}
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	var free, work [3]float64
	now := 0.0
	for range 10_000 {
		gap, service := r.ExpFloat64()/2.5, math.Exp(r.NormFloat64()-0.5)
		now += gap
		first, least := 0, 0
		for i := range free {
			work[i] = math.Max(0, work[i]-gap)
			if free[i] < free[first] {
				first = i
			}
			if work[i] < work[least] {
				least = i
			}
		}
		begin := math.Max(now, free[first]) // in one queue
		if wait := work[least]; math.Abs(begin-now-wait) > 1e-8 {
			t.Fatalf("waits %g and %g at %g", begin-now, wait, now)
		}
		free[first] = begin + service
		work[least] += service
	}
}

func TestUnstableWords(t *testing.T) {
	shaper := labelled(poisson(200), exponential(100), 1, infinite)
	shaper.Throttle = &Throttle{Rate: 100, Burst: 5, Delay: true}
	endless := labelled(poisson(1), must(distributions.NewPareto(0.5, 1)), 1, infinite)
	retries := mmcLimit(2, 1, 2, 0)
	retries.Retry = exponential(1)
	for _, c := range []struct {
		sys  System
		want string
	}{
		{shaper, "200 tasks a second for 100 tokens a second: ever more tasks wait at the throttle"},
		{endless, "the offered load is infinite: ever more servers are busy"},
		{failing(mmc(0.9, 1, 1), 0.2, 1), "offered load 0.9 erlangs on 1 server, up for 0.833 of the time, which is a capacity of 0.833333: the queue grows without limit"},
		{withSpeeds(mmc(1.4, 1, 2), Fastest, 1, 0.3), "offered load 1.4 erlangs on 2 servers of speed 1.3 together: the queue grows"},
		{retries, "offered load 2 erlangs on 2 servers: ever more tasks try again"},
	} {
		sol, err := Solve(c.sys)
		if !errors.Is(err, ErrUnstable) || sol != nil || !strings.Contains(err.Error(), "steady state: "+c.want) {
			t.Errorf("%v, %v; want %q", sol, err, c.want)
		}
	}
}
