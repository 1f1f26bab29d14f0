package rare

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"spillway/distributions"
	"spillway/distributions/arrivals"
	"spillway/sim"
)

// TestRefused: what splitting cannot answer is refused with the reason.
func TestRefused(t *testing.T) {
	ended := must[arrivals.Profile](t)(arrivals.NewProfile([]arrivals.ProfilePoint{{At: 0, Rate: 1}, {At: 5}}, false, 0))
	cases := map[string]func(m *sim.Model, o *Options){
		"confidence of 1":                func(_ *sim.Model, o *Options) { o.Confidence = 1 },
		"precision of 0":                 func(_ *sim.Model, o *Options) { o.Precision = 0 },
		"1 replications":                 func(_ *sim.Model, o *Options) { o.Replications = 1 },
		"at most 0 tasks":                func(_ *sim.Model, o *Options) { o.MaxTasks = 0 },
		"whole number":                   func(_ *sim.Model, o *Options) { o.AtLeast = 2.5 },
		"positive time":                  func(_ *sim.Model, o *Options) { o.Event, o.AtLeast = Wait, 0 },
		`event "loss"`:                   func(_ *sim.Model, o *Options) { o.Event = "loss" },
		"no task ever waits":             func(m *sim.Model, o *Options) { m.Infinite, o.Event = true, QueueLength },
		"no task ever is":                func(_ *sim.Model, o *Options) { o.Event = Shed },
		"at most 3 ever are":             func(m *sim.Model, o *Options) { m.Limited, m.Limit, o.AtLeast = true, 2, 4 },
		"at most 2 ever are":             func(m *sim.Model, o *Options) { m.Limited, m.Limit, o.Event, o.AtLeast = true, 2, QueueLength, 3 },
		"other policies":                 func(m *sim.Model, _ *Options) { m.Policies.Discipline = sim.LIFO },
		"closed":                         func(m *sim.Model, _ *Options) { m.Streams[0].Population, m.Streams[0].Think = 3, exponential(t, 1) },
		"no arrivals":                    func(m *sim.Model, _ *Options) { m.Streams[0].Process = ended },
		"not below the 1 servers":        func(m *sim.Model, _ *Options) { m.Streams[0].Process = poisson(t, 1) },
		"too large to be copied":         func(m *sim.Model, _ *Options) { m.Servers = 10_000_000 },
		"too large to be copied again":   func(m *sim.Model, _ *Options) { m.Network = exponential(t, 1e-7) },
		"0 servers":                      func(m *sim.Model, _ *Options) { m.Servers = 0 },
		"at least 1e+07, want a whole n": func(_ *sim.Model, o *Options) { o.AtLeast = 1e7 },
	}
	for want, change := range cases {
		m, o := one(poisson(t, 0.5), exponential(t, 1), 1), asked(InSystem, 5)
		change(m, &o)
		if _, err := Estimate(context.Background(), m, o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want a refusal with %q", err, want)
		}
	}
}

// TestRegarded lists what a model can say. Whoever adds to it decides whether
// the walkers regard it or checkModel refuses it, and then adds it here.
func TestRegarded(t *testing.T) {
	for of, want := range map[reflect.Type][]string{
		reflect.TypeFor[sim.Model]():  {"Streams", "Classes", "Network", "Response", "Servers", "Infinite", "Limit", "Limited", "Policies"},
		reflect.TypeFor[sim.Stream](): {"Name", "Class", "Priority", "Process", "Population", "Think", "Batch", "Service", "Classes"},
	} {
		var got []string
		for _, f := range reflect.VisibleFields(of) {
			got = append(got, f.Name)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s has the fields %v, and splitting knows %v", of, got, want)
		}
	}
}

// TestSame: the result depends on the seed alone, not on how many replications
// run at a time.
func TestSame(t *testing.T) {
	m := one(must[arrivals.MAP](t)(arrivals.NewBurstyMMPP(0.5, 5, 0.2, 20)), exponential(t, 1), 1)
	o := asked(Latency, 40)
	o.Parallel = 1
	first := must[Result](t)(Estimate(context.Background(), m, o))
	o.Parallel = 8
	if again := must[Result](t)(Estimate(context.Background(), m, o)); !reflect.DeepEqual(first, again) {
		t.Errorf("with 8 at a time %+v, one at a time %+v", again, first)
	}
	o.Seed = 2
	if other := must[Result](t)(Estimate(context.Background(), m, o)); other.Probability == first.Probability {
		t.Error("another seed gives the same")
	}
}

// TestUnits: what is a million times as fast has the same probabilities, to
// the last bit where the factor is a power of two.
func TestUnits(t *testing.T) {
	for _, e := range []Event{InSystem, Wait} {
		slow := must[Result](t)(Estimate(context.Background(), one(poisson(t, 0.5), exponential(t, 1), 1), asked(e, 16)))
		o := asked(e, 16)
		if e == Wait {
			o.AtLeast /= 1 << 20
		}
		fast := must[Result](t)(Estimate(context.Background(), one(poisson(t, 0.5*(1<<20)), exponential(t, 1<<20), 1), o))
		slow.LevelsAt, fast.LevelsAt = nil, nil
		if !reflect.DeepEqual(slow, fast) {
			t.Errorf("%s: %+v, a million times as fast %+v", e, slow, fast)
		}
	}
}

// TestStops: a stop ends a search without an answer, and says so; so does what
// is never seen. A context that has ended is an error.
func TestStops(t *testing.T) {
	m := one(poisson(t, 0.8), exponential(t, 1), 1)
	o := asked(InSystem, 40)
	o.Precision, o.MaxTasks = 0.001, 1_000_000
	r := must[Result](t)(Estimate(context.Background(), m, o))
	if r.Reached || len(r.Warnings) != 1 || r.Warnings[0].Code != "rare_precision_not_reached" || r.Tasks > 3_000_000 {
		t.Errorf("%+v, want a warning after about a million tasks", r)
	}
	regular := one(arrivals.Deterministic{Interval: 1}, must[distributions.Deterministic](t)(distributions.NewDeterministic(0.5)), 1)
	o = asked(Wait, 1)
	o.MaxTasks = 1_000_000
	r = must[Result](t)(Estimate(context.Background(), regular, o))
	if r.Probability != (Interval{}) || len(r.Warnings) != 1 || r.Warnings[0].Code != "rare_not_seen" {
		t.Errorf("%+v, want a warning that nothing was seen", r)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Estimate(ctx, m, asked(InSystem, 40)); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want that of the context", err)
	}
}
