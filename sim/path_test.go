package sim_test

import (
	"math"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"spillway/distributions"
	"spillway/distributions/arrivals"
	"spillway/sim"
	"spillway/sim/measure"
	"spillway/sim/monitor"
)

// draws are the interarrival and service times that a station sees, drawn
// again from the same streams.
func draws(t testing.TB, m *sim.Model, n int) (epochs, services []float64) {
	t.Helper()
	streams := distributions.Streams{Seed: 1}
	epochs, services = make([]float64, n), make([]float64, n)
	s := m.Streams[0]
	s.Process.Start(streams.For(0, s.Name+"/arrivals")).Fill(epochs)
	s.Service.Fill(streams.For(0, s.Name+"/service"), services)
	return epochs, services
}

// stationWaits are the waits of the first n tasks in the order of arrival.
func stationWaits(t testing.TB, m *sim.Model, n int) []float64 {
	t.Helper()
	var seen recorder
	r := start(t, m, &seen)
	r.Close(int64(n))
	exhaust(t, r)
	waits := make([]float64, n)
	for _, tr := range seen {
		switch tr.Kind {
		case monitor.Queued:
			waits[tr.Task] -= tr.Time
		case monitor.Started:
			waits[tr.Task] += tr.Time
		}
	}
	return waits
}

func laws(t testing.TB) map[string]distributions.Distribution {
	return map[string]distributions.Distribution{
		"exponential": exponential(t, 1.25),
		"uniform":     must[distributions.Uniform](t)(distributions.NewUniform(0, 1.6)),
		"erlang":      must[distributions.Erlang](t)(distributions.NewErlangMean(3, 0.8)),
		"bursty":      must[distributions.Hyperexponential](t)(distributions.NewHyperexponentialCV(0.8, 3)),
		"constant":    must[distributions.Deterministic](t)(distributions.NewDeterministic(0.8)),
	}
}

// TestLindley holds a single server against Lindley's recursion
// W' = max(0, W + S − A) over the same draws, task by task. The tolerance is
// rounding: the station subtracts epochs, which at 1e5 s are known to 1e-11.
func TestLindley(t *testing.T) {
	const n = 100_000
	for name, law := range laws(t) {
		m := one(poisson(t, 1), law, 1)
		epochs, services := draws(t, m, n)
		w, last := 0.0, 0.0
		for i, got := range stationWaits(t, m, n) {
			if i > 0 {
				w = math.Max(0, w+services[i-1]-(epochs[i]-last))
			}
			last = epochs[i]
			if math.Abs(got-w) > 1e-8 {
				t.Fatalf("%s: task %d waits %v, by Lindley %v", name, i, got, w)
			}
		}
	}
}

// TestKieferWolfowitz holds c servers against the recursion of Kiefer and
// Wolfowitz: a task takes the server that is free first. It is computed in
// absolute times, as the station does, so that the waits must be equal to the
// last bit.
func TestKieferWolfowitz(t *testing.T) {
	const n = 20_000
	for name, law := range laws(t) {
		for _, c := range []int{1, 2, 3, 8, 50} {
			m := one(arrivals.Renewal{Gap: must[distributions.Gamma](t)(distributions.NewGammaMean(0.9/float64(c), 1.7))}, law, c)
			epochs, services := draws(t, m, n)
			free := make([]float64, c)
			for i, got := range stationWaits(t, m, n) {
				k := slices.Index(free, slices.Min(free))
				began := math.Max(free[k], epochs[i])
				free[k] = began + services[i]
				if want := began - epochs[i]; got != want {
					t.Fatalf("%s/%d: task %d waits %v, by recursion %v", name, c, i, got, want)
				}
			}
		}
	}
}

// TestScaling: all times in another unit, a power of two times longer, is the
// same run to the last bit.
func TestScaling(t *testing.T) {
	const factor = 1 << 20
	measure := func(unit float64) sim.Record {
		m := one(poisson(t, 3/unit), exponential(t, 1/unit), 4)
		r := start(t, m, nil)
		r.Begin()
		advance(t, r, 50_000, math.Inf(1))
		r.End()
		return r.Record()
	}
	a, b := measure(1), measure(factor)
	if a.Total.Wait.Sum()*factor != b.Total.Wait.Sum() || a.Total.Waiting.Area*factor != b.Total.Waiting.Area ||
		a.Total.Wait.Positive() != b.Total.Wait.Positive() || a.Total.Latency.Quantile(0.99)*factor != b.Total.Latency.Quantile(0.99) {
		t.Errorf("waits %v and %v, areas %v and %v", a.Total.Wait.Sum()*factor, b.Total.Wait.Sum(),
			a.Total.Waiting.Area*factor, b.Total.Waiting.Area)
	}
}

// TestMoreServersWaitLess: with service times attached to tasks, one server
// more never makes a task wait longer (for each epoch the vector of workloads
// is dominated; Jacobs and Schach, "Stochastic order relationships between
// GI/G/k systems", Ann. Math. Stat. 43(5), 1972).
func TestMoreServersWaitLess(t *testing.T) {
	law := laws(t)["bursty"]
	var last []float64
	for c := 1; c <= 6; c++ {
		waits := stationWaits(t, one(poisson(t, 2), law, c), 20_000)
		for i := range last {
			if waits[i] > last[i]+1e-9 {
				t.Fatalf("task %d waits %v with %d servers, %v with one less", i, waits[i], c, last[i])
			}
		}
		last = waits
	}
}

// TestObserverChangesNothing: the same run with and without somebody watching,
// to the last bit. Without one, many of the models drawn are run by the kernel for
// what is plain.
func TestObserverChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawModel(t)
		if rapid.Bool().Draw(t, "plain") {
			m.Streams, m.Classes, m.Network, m.Response = m.Streams[:1], m.Classes[:1], nil, nil
			m.Streams[0].Class = 0
		}
		if rapid.Bool().Draw(t, "throttled") {
			m.Policies.Admission = []sim.Admission{{Throttle: &sim.Throttle{Rate: 0.7, Burst: 3}}}
		}
		streams := distributions.Streams{Seed: rapid.Uint64().Draw(t, "seed")}
		horizon := rapid.SampledFrom([]float64{0, 77.7, 100, 150, math.Inf(1)}).Draw(t, "horizon")
		run := func(o monitor.Observer) sim.Record {
			r, err := sim.New(m, streams, 0, o)
			if err != nil {
				t.Fatal(err)
			}
			advanceBoth(t, r, 100, math.Inf(1))
			r.Begin()
			advanceBoth(t, r, 500, horizon)
			advanceBoth(t, r, 500, math.Inf(1))
			if err := r.End(); err != nil {
				t.Fatal(err)
			}
			advanceBoth(t, r, 1000, math.Inf(1))
			return r.Record()
		}
		if alone, watched := run(nil), run(new(recorder)); !reflect.DeepEqual(alone, watched) {
			t.Fatalf("%+v\nwatched: %+v", alone, watched)
		}
	})
}

// TestUnrelatedStreamChangesNothing: a stream added beside another leaves the
// arrivals and service times of the first as they were.
func TestUnrelatedStreamChangesNothing(t *testing.T) {
	arrivalsOf := func(m *sim.Model) []float64 {
		var seen recorder
		r := start(t, m, &seen)
		advance(t, r, math.MaxInt64, 1000)
		var at []float64
		for _, tr := range seen {
			if tr.Kind == monitor.Emitted && tr.Class == 0 {
				at = append(at, tr.Time)
			}
		}
		return at
	}
	m := one(poisson(t, 1), exponential(t, 3), 2)
	alone := arrivalsOf(m)
	m.Classes = append(m.Classes, "other")
	m.Streams = append(m.Streams, sim.Stream{Name: "other", Class: 1, Process: poisson(t, 2), Service: exponential(t, 3)})
	if both := arrivalsOf(m); !slices.Equal(alone, both) {
		t.Errorf("%d arrivals alone, %d beside another stream, or at other times", len(alone), len(both))
	}
}

// TestWatch: the series of the warm-up is the number in system found on
// arrival.
func TestWatch(t *testing.T) {
	var s measure.Series
	r := start(t, one(epochs{1, 2, 3, 4, 5, 6}, given(2.5), 1), nil)
	r.Watch(&s)
	advance(t, r, 100, math.Inf(1))
	// They find 0, 1, 2, 2, 3 (and the sixth, 3): service ends at 3.5, 6, ...
	if got := s.Means(); len(got) != 1 || got[0] != (0+1+2+2+3)/5.0 {
		t.Errorf("means %v, want one of 1.6", got)
	}
}
