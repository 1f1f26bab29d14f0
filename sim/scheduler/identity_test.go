package scheduler_test

import (
	"context"
	"fmt"
	"math"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"spillway/distributions"
	"spillway/distributions/arrivals"
	"spillway/sim"
	"spillway/sim/monitor"
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
