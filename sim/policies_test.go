package sim_test

import (
	"errors"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"spillway/distributions"
	"spillway/sim"
	"spillway/sim/monitor"
	"spillway/sim/policy"
)

// drawManaged is any model with any policies.
func drawManaged(t *rapid.T) *sim.Model {
	m := drawModel(t)
	maybe := func(label string, do func()) {
		if rapid.IntRange(0, 2).Draw(t, label) == 0 {
			do()
		}
	}
	p := &m.Policies
	for i := range m.Streams {
		s := &m.Streams[i]
		s.Priority = rapid.IntRange(0, 2).Draw(t, "priority")
		maybe("closed", func() {
			s.Population, s.Batch, s.Process = rapid.IntRange(1, 5).Draw(t, "population"), nil, nil
			s.Think = drawLaw(t, "think", 3)
		})
	}
	p.Discipline = sim.Discipline(rapid.IntRange(int(sim.FIFO), int(sim.Fair)).Draw(t, "discipline"))
	if m.Limited {
		p.Overflow = sim.Overflow(rapid.IntRange(int(sim.Shed), int(sim.Block)).Draw(t, "overflow"))
	}
	maybe("patience", func() { p.Patience = drawLaw(t, "patience law", 2) })
	maybe("timeout", func() {
		p.Timeout = &sim.Timeout{After: drawLaw(t, "timeout law", 3), Cancel: rapid.Bool().Draw(t, "cancel")}
	})
	maybe("retry", func() { p.Retry = drawRetry(t) })
	maybe("breaker", func() {
		p.Breaker = &policy.BreakerParameters{Errors: 0.5, Window: 5, Minimum: 3, Open: 4, Probes: rapid.IntRange(1, 3).Draw(t, "probes")}
	})
	for range rapid.IntRange(0, 3).Draw(t, "gates") {
		p.Admission = append(p.Admission, drawGate(t))
	}
	if !m.Infinite {
		maybe("scaling", func() { drawScaling(t, m) })
	}
	return m
}

func drawRetry(t *rapid.T) *sim.Retry {
	r := &sim.Retry{Probability: rapid.SampledFrom([]float64{0.5, 1}).Draw(t, "chance"), Limit: rapid.IntRange(1, 4).Draw(t, "tries"), Limited: rapid.Bool().Draw(t, "limited tries")}
	if rapid.Bool().Draw(t, "backoff") {
		b, err := policy.NewBackoff(0.5, 2, 8, policy.Jitter(rapid.IntRange(0, 1).Draw(t, "jitter")))
		if err != nil {
			t.Fatal(err)
		}
		r.Backoff = &b
	} else {
		r.Delay = drawLaw(t, "retry delay", 2)
	}
	if rapid.Bool().Draw(t, "budgeted") {
		r.Budget = 0.2
	}
	return r
}

func drawGate(t *rapid.T) sim.Admission {
	switch rapid.IntRange(0, 4).Draw(t, "gate") {
	case 0:
		return sim.Admission{Throttle: &sim.Throttle{Rate: 2, Burst: 3, Delay: rapid.Bool().Draw(t, "delays")}}
	case 1:
		return sim.Admission{Shed: &sim.Shedding{When: policy.Metric(rapid.IntRange(0, 2).Draw(t, "when")), Above: 0.8, Probability: 0.5}}
	case 2:
		return sim.Admission{Concurrency: rapid.IntRange(1, 9).Draw(t, "concurrency")}
	case 3:
		return sim.Admission{CoDel: &sim.CoDel{Target: 0.5, Interval: 2}}
	}
	return sim.Admission{Adaptive: &sim.Adaptive{Algorithm: policy.Algorithm(rapid.IntRange(0, 2).Draw(t, "algorithm")), Min: 1, Max: 20}}
}

func drawScaling(t *rapid.T, m *sim.Model) {
	if rapid.Bool().Draw(t, "schedule") {
		s, err := policy.NewSchedule(20, []policy.Step{{At: 0, Count: 1}, {At: 7, Count: 5}, {At: 13.5, Count: 2}})
		if err != nil {
			t.Fatal(err)
		}
		m.Policies.Schedule = s
		return
	}
	m.Policies.Autoscale = &sim.Autoscale{AutoscalerParameters: policy.AutoscalerParameters{
		Min: 1, Max: 8, Metric: policy.Metric(rapid.IntRange(0, 3).Draw(t, "metric")), Target: 0.7, Interval: 3, MetricDelay: 1,
		Proportional: rapid.Bool().Draw(t, "proportional"), Step: 1, DownCooldown: 5,
	}}
	m.Servers = 1
	if rapid.Bool().Draw(t, "startup") {
		m.Policies.Autoscale.Startup = drawLaw(t, "startup law", 2)
	}
}

// ledger follows the tasks of a managed run by its transitions, and notes the
// first thing that cannot be.
type ledger struct {
	t        *rapid.T
	m        *sim.Model
	last     monitor.Transition
	state    map[int64]monitor.Kind
	ended    map[monitor.Kind]int64
	emitted  int64
	waitArea float64
	busyArea float64
}

func (l *ledger) Observe(x monitor.Transition) {
	dt := x.Time - l.last.Time
	if !(dt >= 0) {
		l.t.Fatalf("time goes from %v back to %v", l.last.Time, x.Time)
	}
	l.waitArea += dt * float64(l.last.Waiting)
	l.busyArea += dt * float64(l.last.Busy)
	if dt > 0 && l.last.Waiting > 0 && l.last.Servers > 0 && l.last.Busy < l.last.Servers {
		l.t.Fatalf("from %v to %v, %d tasks wait while %d of %d servers are busy", l.last.Time, x.Time, l.last.Waiting, l.last.Busy, l.last.Servers)
	}
	if l.m.Limited && x.Waiting > l.m.Limit {
		l.t.Fatalf("%d tasks wait, the limit is %d", x.Waiting, l.m.Limit)
	}
	l.last = x
	if x.Kind == monitor.Scaled {
		return
	}
	was, known := l.state[x.Task]
	switch x.Kind {
	case monitor.Emitted:
		if known {
			l.t.Fatalf("task %d is emitted twice", x.Task)
		}
		l.emitted++
	case monitor.Finished, monitor.Discarded, monitor.Queued, monitor.Started:
		if !known {
			return // work that is left of a task that has ended
		}
	case monitor.Retried:
		if !slices.Contains([]monitor.Kind{monitor.Shed, monitor.Abandoned, monitor.TimedOut}, was) {
			l.t.Fatalf("task %d tries again after %v", x.Task, was)
		}
		l.ended[was]--
	default:
		if !known {
			l.t.Fatalf("task %d is %v after its end", x.Task, x.Kind)
		}
	}
	l.state[x.Task] = x.Kind
	switch x.Kind {
	case monitor.Answered:
		delete(l.state, x.Task)
		l.ended[x.Kind]++
	case monitor.Shed, monitor.Abandoned, monitor.TimedOut:
		l.ended[x.Kind]++ // unless Retried follows
	}
}

// balance demands that no task is lost or doubled.
func (l *ledger) balance(f sim.Flow) {
	if f.Offered != f.Completed+f.Shed+f.Abandoned+f.TimedOut+f.Lost+f.InFlight {
		l.t.Fatalf("the flow %+v does not balance", f)
	}
	got := []int64{f.Offered, f.Completed, f.Shed, f.Abandoned, f.TimedOut}
	want := []int64{l.emitted, l.ended[monitor.Answered], l.ended[monitor.Shed], l.ended[monitor.Abandoned], l.ended[monitor.TimedOut]}
	if !slices.Equal(got, want) {
		l.t.Fatalf("flow %v, the transitions say %v", got, want)
	}
}

// TestConservation draws whole models with every policy, and demands that tasks
// and time are conserved, at several looks, and that the same run gives the same
// again.
func TestConservation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawManaged(t)
		streams := distributions.Streams{Seed: rapid.Uint64().Draw(t, "seed")}
		first := conserved(t, m, streams)
		if second := conserved(t, m, streams); second.Flow != first.Flow || second.Seconds != first.Seconds || second.Total.Latency.Sum() != first.Total.Latency.Sum() {
			t.Fatalf("the same run gives %+v and %+v", first.Flow, second.Flow)
		}
	})
}

func conserved(t *rapid.T, m *sim.Model, streams distributions.Streams) sim.Record {
	l := &ledger{t: t, m: m, state: map[int64]monitor.Kind{}, ended: map[monitor.Kind]int64{}}
	r, err := sim.NewManaged(m, streams, 0, l)
	if err != nil {
		t.Fatal(err)
	}
	r.Begin()
	for range 4 {
		before := r.Now()
		if err := r.Advance(150, before+80); err != nil {
			t.Fatal(err)
		}
		rec := r.Record()
		l.balance(rec.Flow)
		dt := r.Now() - l.last.Time
		if !near(rec.Total.Waiting.Area, l.waitArea+dt*float64(l.last.Waiting)) || !near(rec.Busy.Area, l.busyArea+dt*float64(l.last.Busy)) {
			t.Fatalf("∫Q dt = %v and ∫B dt = %v, the transitions say %v and %v", rec.Total.Waiting.Area, rec.Busy.Area,
				l.waitArea+dt*float64(l.last.Waiting), l.busyArea+dt*float64(l.last.Busy))
		}
		if b := rec.Total.Blocked; b < 0 || b > r.Now()+1e-9 {
			t.Fatalf("sources were held for %v s of %v", b, r.Now())
		}
	}
	if err := r.End(); err != nil {
		t.Fatal(err)
	}
	for i := 0; r.Pending() > 0; i++ {
		if i > 1000 {
			t.Fatalf("%d counted tasks do not leave", r.Pending())
		}
		if err := r.Advance(1000, math.Inf(1)); err != nil {
			t.Fatal(err)
		}
	}
	rec := r.Record()
	l.balance(rec.Flow)
	x := rec.Total
	if got := x.Wait.Count() + x.Shed + x.Abandoned + x.TimedOut + x.Lost + rec.Stranded; got != x.Offered {
		t.Fatalf("%d of %d counted tasks came to an end", got, x.Offered)
	}
	for i, x := range rec.Classes {
		if got := x.Wait.Count() + x.Shed + x.Abandoned + x.TimedOut; got != x.Offered && rec.Stranded == 0 {
			t.Fatalf("%d of %d counted tasks of class %d came to an end", got, x.Offered, i)
		}
	}
	return rec
}

// TestStuck: runs of which nothing can come end, and say how many tasks they
// leave: callers that try again for ever and never have the patience for an
// answer, and a pool whose servers are gone for good.
func TestStuck(t *testing.T) {
	impatient := func(m *sim.Model) {
		m.Policies.Timeout = &sim.Timeout{After: constant(t, 0.2)}
		m.Policies.Retry = &sim.Retry{Probability: 1, Delay: constant(t, 1)}
	}
	for name, change := range map[string]func(m *sim.Model){
		"impatient": impatient,
		"at once": func(m *sim.Model) {
			m.Limited = true
			m.Policies.Retry = &sim.Retry{Probability: 1, Delay: constant(t, 1e-20)}
		},
		"closed": func(m *sim.Model) {
			impatient(m)
			m.Streams[0].Process, m.Streams[0].Population, m.Streams[0].Think = nil, 3, constant(t, 1)
		},
		"no servers": func(m *sim.Model) {
			m.Policies.Schedule = must[*policy.Schedule](t)(policy.NewSchedule(1, []policy.Step{{At: 0, Count: 0}}))
		},
	} {
		m := one(epochs{1, 2, 3}, constant(t, 1.5), 1)
		change(m)
		r := must[*sim.Managed](t)(sim.NewManaged(m, distributions.Streams{}, 0, nil))
		r.Begin()
		advance(t, r, math.MaxInt64, math.Inf(1))
		if !r.Ended() {
			t.Errorf("%s: the run has not ended", name)
		}
		if err := r.End(); err != nil {
			t.Fatal(err)
		}
		rec := r.Record()
		if rec.Stranded == 0 || rec.Stranded != rec.Total.Offered-rec.Total.Wait.Count() {
			t.Errorf("%s: %d tasks are stranded, of %d offered and %d answered", name, rec.Stranded, rec.Total.Offered, rec.Total.Wait.Count())
		}
	}
}

// TestHeed: a run ends with the error of who wanted it, however long it is
// between two tasks.
func TestHeed(t *testing.T) {
	m := one(epochs{1, 2}, constant(t, 1e9), 1)
	m.Limited = true
	m.Policies.Retry = &sim.Retry{Probability: 1, Delay: constant(t, 1e-3)}
	r := must[*sim.Managed](t)(sim.NewManaged(m, distributions.Streams{}, 0, nil))
	enough := errors.New("enough")
	r.Heed(func() error { return enough })
	if err := r.Advance(math.MaxInt64, math.Inf(1)); !errors.Is(err, enough) {
		t.Errorf("the run ends with %v", err)
	}
}

// TestAdaptiveLearnsOfRefusals: tasks that pass the limit and find the queue full
// count as dropped, and AIMD lowers its limit to what fits.
func TestAdaptiveLearnsOfRefusals(t *testing.T) {
	m := one(poisson(t, 1500), constant(t, 0.001), 1)
	m.Limited, m.Limit = true, 10
	m.Policies.Admission = []sim.Admission{{Adaptive: &sim.Adaptive{Algorithm: policy.AlgorithmAIMD, Min: 2, Max: 50}}}
	most := 0
	r := must[*sim.Managed](t)(sim.NewManaged(m, distributions.Streams{Seed: 1}, 0, nil))
	advance(t, r, 10_000, math.Inf(1))
	r.Begin()
	advance(t, r, 10_000, math.Inf(1))
	most = r.Record().Total.InSystem.Max
	mean := r.Record().Total.InSystem.Area / r.Record().Seconds
	if most > 11 || mean > 10.8 {
		t.Errorf("in the system %d at the most and %.2f on average", most, mean)
	}
}
