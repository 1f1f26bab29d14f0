package scheduler_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"spillway/distributions"
	"spillway/distributions/arrivals"
	"spillway/sim"
	"spillway/sim/monitor"
	"spillway/sim/policy"
	"spillway/sim/scheduler"
)

// TestIdentity: what you simulate is what you run. Under virtual time the pool
// gives, of any scenario with any policies that both have, exactly the transitions
// of the simulator, at times equal to the nanosecond. Arrivals, services, patience,
// timeouts and startups are whole nanoseconds, drawn over ranges in which no two
// instants are equal.
func TestIdentity(t *testing.T) {
	const scenarios = 600
	seen := map[string]int{}
	for seed := range uint64(scenarios) {
		s := drawScenario(seed)
		want := s.simulate(t)
		var got recorder
		synctest.Test(t, func(t *testing.T) { got = s.schedule(t) })
		s.demandEqual(t, want, got)
		s.note(seen, want)
		if t.Failed() {
			return
		}
	}
	for _, what := range everyFeature() {
		if seen[what] < 5 {
			t.Errorf("%s came up in %d scenarios: it was not tested", what, seen[what])
		}
	}
}

// note notes what a scenario has, and what happened in it.
func (s *scenario) note(seen map[string]int, told recorder) {
	for _, f := range s.features {
		seen[f]++
	}
	kinds := map[monitor.Kind]bool{}
	for _, x := range told {
		kinds[x.Kind] = true
	}
	for k := range kinds {
		seen[k.String()]++
	}
}

func everyFeature() []string {
	all := []string{"limit", "drop oldest", "block", "patience", "timeout", "throttle shed", "throttle delay", "shedding",
		"concurrency", "codel", "adaptive 0", "adaptive 1", "adaptive 2", "autoscale 0", "autoscale 1", "autoscale 2", "autoscale 3",
		"startup", "schedule", "infinite"}
	for d := sim.FIFO; d <= sim.Fair; d++ {
		all = append(all, fmt.Sprint("discipline ", d))
	}
	for _, k := range []monitor.Kind{monitor.Shed, monitor.Abandoned, monitor.TimedOut, monitor.Scaled, monitor.Answered} {
		all = append(all, k.String())
	}
	return all
}

// demandEqual compares transition by transition.
func (s *scenario) demandEqual(t *testing.T, want, got recorder) {
	t.Helper()
	for i := range min(len(want), len(got)) {
		w, g := want[i], got[i]
		w.Time, g.Time = math.Round(w.Time*1e9), math.Round(g.Time*1e9)
		if w != g {
			t.Errorf("seed %d, %v: transition %d of %d is\n%v %+v, the simulator says\n%v %+v", s.seed, s.features, i, len(want), g.Kind, g, w.Kind, w)
			return
		}
	}
	if len(want) != len(got) {
		t.Errorf("seed %d, %v: %d transitions, the simulator has %d", s.seed, s.features, len(got), len(want))
	}
}

// scenario is a pool as both know it, and what comes to it.
type scenario struct {
	seed     uint64
	features []string
	model    sim.Model
	options  scheduler.Options
	tasks    [][]arrival // by stream
	patience []given     // by stream
	timeouts []given
	startup  given
	lanes    []int // of each stream
}

// arrival is when a task comes, and how long it takes.
type arrival struct{ epoch, service time.Duration }

func (s *scenario) streams() distributions.Streams { return distributions.Streams{Seed: s.seed} }

// simulate is what the simulator tells.
func (s *scenario) simulate(t *testing.T) recorder {
	var told recorder
	r, err := sim.NewManaged(&s.model, s.streams(), 0, &told)
	if err != nil {
		t.Fatalf("seed %d: %v", s.seed, err)
	}
	if err := r.Advance(math.MaxInt64, math.Inf(1)); err != nil {
		t.Fatalf("seed %d: %v", s.seed, err)
	}
	if !r.Ended() {
		t.Fatalf("seed %d: the simulation did not end", s.seed)
	}
	return told
}

// schedule is what the pool tells.
func (s *scenario) schedule(t *testing.T) recorder {
	var told recorder
	s.options.Observer = &told
	s.options.Uniforms = scheduler.Uniforms{
		Admission: s.streams().For(0, "admission").Float64, Discipline: s.streams().For(0, "discipline").Float64,
		Adaptive: s.streams().For(0, "adaptive").Float64,
	}
	p, err := scheduler.New(s.options)
	if err != nil {
		t.Fatalf("seed %d: %v", s.seed, err)
	}
	var sources sync.WaitGroup
	for i := range s.tasks {
		sources.Go(func() { s.source(p, i) })
	}
	sources.Wait()
	if err := p.Drain(context.Background()); err != nil {
		t.Error(err)
	}
	return told
}

// source offers the tasks of a stream. Its clock stands still while it is held.
func (s *scenario) source(p *scheduler.Pool, stream int) {
	var held time.Duration
	timeouts := s.timeouts
	for _, a := range s.tasks[stream] {
		time.Sleep(time.Until(p.Start().Add(a.epoch + held)))
		ctx, cancel := context.Background(), context.CancelFunc(func() {})
		if timeouts != nil {
			ctx, cancel = context.WithTimeout(ctx, timeouts[stream].next())
		}
		before := time.Now()
		err := p.Go(ctx, scheduler.Task{Run: sleeper(a.service), Class: stream, Priority: s.lanes[stream], Size: a.service.Seconds()},
			func(scheduler.Result) { cancel() })
		if err != nil {
			cancel()
		}
		held += time.Since(before)
	}
}

// sleeper is a task that sleeps until it is cancelled.
func sleeper(d time.Duration) func(context.Context) error {
	return func(ctx context.Context) error {
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-timer.C:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// recorder keeps every transition.
type recorder []monitor.Transition

func (r *recorder) Observe(t monitor.Transition) { *r = append(*r, t) }

// given gives whole nanoseconds, over and over: as a law to the simulator, as
// durations to the pool.
type given struct {
	values []time.Duration
	at     *int
}

func (g given) next() time.Duration {
	d := g.values[*g.at%len(g.values)]
	*g.at++
	return d
}

// law is a fresh one of the same values.
func (g given) law() distributions.Distribution { return given{g.values, new(int)} }

func (g given) Sample(*distributions.Stream) float64 { return g.next().Seconds() }

func (g given) Fill(s *distributions.Stream, dst []float64) {
	for i := range dst {
		dst[i] = g.Sample(s)
	}
}

func (g given) Mean() float64  { return 1 }
func (g given) SCV() float64   { return 1 }
func (g given) String() string { return "given" }

// epochs is a process that arrives at given times.
type epochs []float64

func (e epochs) Rate() float64                               { return 1 }
func (e epochs) Start(*distributions.Stream) arrivals.Source { return &epochSource{e} }
func (e epochs) String() string                              { return "given" }

type epochSource struct{ left epochs }

func (s *epochSource) Fill(dst []float64) int {
	n := copy(dst, s.left)
	s.left = s.left[n:]
	return n
}

// draws makes up scenarios.
type draws struct{ *rand.Rand }

// spread is a whole number of nanoseconds, exponential with a mean of seconds.
func (d draws) spread(mean float64) time.Duration {
	return time.Duration(1 + math.Round(d.ExpFloat64()*mean*1e9))
}

func (d draws) list(n int, mean float64) given {
	g := given{at: new(int)}
	for range n {
		g.values = append(g.values, d.spread(mean))
	}
	return g
}

func (d draws) often() bool { return d.IntN(3) == 0 }

// drawScenario makes up the scenario of a seed.
func drawScenario(seed uint64) *scenario {
	d := draws{rand.New(rand.NewPCG(seed, 1))}
	s := &scenario{seed: seed}
	m, o := &s.model, &s.options
	streams := 1 + d.IntN(3)
	o.Servers = 1 + d.IntN(4)
	load := float64(o.Servers) * (0.6 + 0.9*d.Float64()) / float64(streams)
	priorities := d.Perm(streams)
	for i := range streams {
		s.drawStream(d, i, 120/streams, load)
		m.Streams[i].Priority = 3 * priorities[i]
		s.lanes = append(s.lanes, priorities[i])
	}
	o.LowestPriority = streams - 1
	m.Servers = o.Servers
	discipline := d.IntN(6)
	m.Policies.Discipline, o.Discipline = sim.Discipline(discipline), scheduler.Discipline(discipline)
	s.has("discipline ", discipline)
	s.drawQueue(d, streams)
	for range d.IntN(4) {
		s.drawGate(d)
	}
	if d.often() {
		s.drawScaling(d)
	} else if d.IntN(12) == 0 {
		m.Infinite, o.Infinite = true, true
		s.has("infinite")
	}
	return s
}

func (s *scenario) has(feature ...any) { s.features = append(s.features, fmt.Sprint(feature...)) }

func (s *scenario) drawStream(d draws, i, n int, load float64) {
	var at time.Duration
	var list []arrival
	var times epochs
	services := given{at: new(int)}
	for range n {
		at += d.spread(1 / load)
		a := arrival{at, d.spread(1)}
		list = append(list, a)
		times = append(times, at.Seconds())
		services.values = append(services.values, a.service)
	}
	s.tasks = append(s.tasks, list)
	name := fmt.Sprint(i)
	s.model.Classes = append(s.model.Classes, name)
	s.options.Classes = append(s.options.Classes, name)
	s.model.Streams = append(s.model.Streams, sim.Stream{Name: name, Class: i, Process: times, Service: services})
}

// shared is a law that gives each of the simulator's streams the same values, from
// the first on.
type shared struct {
	given
	at map[*distributions.Stream]given
}

func perStream(g given) shared { return shared{g, map[*distributions.Stream]given{}} }

func (l shared) Sample(s *distributions.Stream) float64 {
	if _, known := l.at[s]; !known {
		l.at[s] = given{l.values, new(int)}
	}
	return l.at[s].Sample(s)
}

func (l shared) Fill(s *distributions.Stream, dst []float64) {
	for i := range dst {
		dst[i] = l.Sample(s)
	}
}

func (s *scenario) drawQueue(d draws, streams int) {
	p, o := &s.model.Policies, &s.options
	if d.IntN(2) == 0 {
		s.model.Limited, o.Limited = true, true
		o.Limit = d.IntN(6)
		s.model.Limit = o.Limit
		s.has("limit")
		overflow := d.IntN(3)
		p.Overflow, o.Overflow = sim.Overflow(overflow), scheduler.Overflow(overflow)
		s.features = append(s.features, [][]string{nil, {"drop oldest"}, {"block"}}[overflow]...)
	}
	if d.often() {
		list := d.list(97, 2)
		p.Patience = perStream(list)
		for range streams {
			s.patience = append(s.patience, list.law().(given))
		}
		o.Patience = func(class int) time.Duration { return s.patience[class].next() }
		s.has("patience")
	}
	if d.often() {
		list := d.list(89, 4)
		p.Timeout = &sim.Timeout{After: perStream(list), Cancel: true}
		for range streams {
			s.timeouts = append(s.timeouts, list.law().(given))
		}
		s.has("timeout")
	}
}

func (s *scenario) drawGate(d draws) {
	p, o := &s.model.Policies, &s.options
	add := func(a sim.Admission, b scheduler.Admission, feature ...any) {
		p.Admission, o.Admission = append(p.Admission, a), append(o.Admission, b)
		s.has(feature...)
	}
	switch d.IntN(5) {
	case 0:
		// A source that is held while it does not call cannot be: with Block no
		// throttle delays.
		delay := d.IntN(2) == 0 && o.Overflow != scheduler.Block
		rate, burst := 1+2*d.Float64(), float64(1+d.IntN(4))
		feature := map[bool]string{true: "throttle delay", false: "throttle shed"}[delay]
		add(sim.Admission{Throttle: &sim.Throttle{Rate: rate, Burst: burst, Delay: delay}},
			scheduler.Admission{Throttle: &scheduler.Throttle{Rate: rate, Burst: burst, Delay: delay}}, feature)
	case 1:
		when, above, probability := policy.Metric(d.IntN(4)), 0.9*d.Float64(), []float64{0.5, 1}[d.IntN(2)]
		add(sim.Admission{Shed: &sim.Shedding{When: when, Above: above, Probability: probability}},
			scheduler.Admission{Shed: &scheduler.Shedding{When: when, Above: above, Probability: probability}}, "shedding")
	case 2:
		n := 1 + d.IntN(9)
		add(sim.Admission{Concurrency: n}, scheduler.Admission{Concurrency: n}, "concurrency")
	case 3:
		add(sim.Admission{CoDel: &sim.CoDel{Target: 0.5, Interval: 2}},
			scheduler.Admission{CoDel: &scheduler.CoDel{Target: 500 * time.Millisecond, Interval: 2 * time.Second}}, "codel")
	case 4:
		algorithm := policy.Algorithm(d.IntN(3))
		add(sim.Admission{Adaptive: &sim.Adaptive{Algorithm: algorithm, Min: 1, Max: 20}},
			scheduler.Admission{Adaptive: &scheduler.Adaptive{Algorithm: algorithm, Min: 1, Max: 20}}, "adaptive ", algorithm)
	}
}

func (s *scenario) drawScaling(d draws) {
	p, o := &s.model.Policies, &s.options
	if d.often() {
		schedule, err := policy.NewSchedule(20, []policy.Step{{At: 0, Count: 1}, {At: 7, Count: 5}, {At: 13.5, Count: 2}})
		if err != nil {
			panic(err)
		}
		p.Schedule, o.Schedule = schedule, schedule
		s.has("schedule")
		return
	}
	a := policy.AutoscalerParameters{Min: 1, Max: 8, Metric: policy.Metric(d.IntN(4)), Target: 0.7, Interval: 3, MetricDelay: 1,
		Proportional: d.IntN(2) == 0, Step: 1, DownCooldown: 5}
	s.model.Servers, o.Servers = 1, 1
	p.Autoscale, o.Autoscale = &sim.Autoscale{AutoscalerParameters: a}, &scheduler.Autoscale{AutoscalerParameters: a}
	s.has("autoscale ", int(a.Metric))
	if d.IntN(2) == 0 {
		list := d.list(31, 2)
		s.startup = list.law().(given)
		p.Autoscale.Startup, o.Autoscale.Startup = list.law(), s.startup.next
		s.has("startup")
	}
}
