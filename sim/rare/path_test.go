package rare

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"spillway/distributions"
	"spillway/distributions/arrivals"
	"spillway/sim"
	"spillway/sim/monitor"
)

// drawnLaw is some law of a time of about the given mean.
func drawnLaw(t *rapid.T, mean float64, label string) distributions.Distribution {
	switch rapid.IntRange(0, 3).Draw(t, label) {
	case 0:
		return exponential(t, 1/mean)
	case 1:
		return must[distributions.Deterministic](t)(distributions.NewDeterministic(mean))
	case 2:
		return must[distributions.Hyperexponential](t)(distributions.NewHyperexponentialCV(mean, 2))
	default:
		return must[distributions.Erlang](t)(distributions.NewErlangMean(3, mean))
	}
}

// drawnProcess is some process of about one arrival a second.
func drawnProcess(t *rapid.T) arrivals.Process {
	switch rapid.IntRange(0, 4).Draw(t, "process") {
	case 0:
		return poisson(t, 1)
	case 1:
		return arrivals.Deterministic{Interval: 1}
	case 2:
		return arrivals.Renewal{Gap: drawnLaw(t, 1, "gap")}
	case 3:
		return must[arrivals.MAP](t)(arrivals.NewBurstyMMPP(1, 8, 0.2, 5))
	default:
		on := exponential(t, 1)
		return must[arrivals.OnOff](t)(arrivals.NewOnOff(on, on, 1, 2))
	}
}

// drawnModel is one that splitting regards, and in which a task has the same
// service time whether it is drawn when it arrives or when its service begins:
// with a limit or a random network delay, it is a constant.
func drawnModel(t *rapid.T) *sim.Model {
	m := &sim.Model{
		Classes: []string{"default"}, Servers: rapid.IntRange(1, 4).Draw(t, "servers"),
		Infinite: rapid.IntRange(0, 4).Draw(t, "infinite") == 0,
		Limited:  rapid.IntRange(0, 2).Draw(t, "limited") == 0, Limit: rapid.IntRange(0, 5).Draw(t, "limit"),
	}
	if rapid.IntRange(0, 2).Draw(t, "network") == 0 {
		m.Network = exponential(t, 0.7)
	}
	for i := range rapid.IntRange(1, 3).Draw(t, "streams") {
		s := sim.Stream{Name: string(rune('a' + i)), Process: drawnProcess(t)}
		if rapid.Bool().Draw(t, "batch") {
			s.Batch = must[arrivals.GeometricBatch](t)(arrivals.NewGeometricBatch(2))
		}
		if m.Limited || m.Network != nil {
			s.Service = must[distributions.Deterministic](t)(distributions.NewDeterministic(0.7 + 0.1*float64(i)))
		} else {
			s.Service = drawnLaw(t, 0.7, "service")
		}
		m.Streams = append(m.Streams, s)
	}
	return m
}

// seen is what a plain simulation did: arrivals and completions in order, and
// the waits of the tasks in the order in which they were offered; of those that
// were shed NaN.
type seen struct {
	times  []float64
	steps  []float64
	waits  []float64
	number map[int64]int
}

func (s *seen) Observe(t monitor.Transition) {
	switch t.Kind {
	case monitor.Offered:
		s.number[t.Task] = len(s.waits)
		s.waits = append(s.waits, math.NaN())
	case monitor.Queued:
		s.waits[s.number[t.Task]] = -t.Time
		s.times, s.steps = append(s.times, t.Time), append(s.steps, 1)
	case monitor.Started:
		s.waits[s.number[t.Task]] += t.Time
	case monitor.Finished:
		s.times, s.steps = append(s.times, t.Time), append(s.steps, -1)
	}
}

func simulated(t *rapid.T, m *sim.Model, streams distributions.Streams, tasks int64) *seen {
	s := &seen{number: map[int64]int{}}
	r := must[*sim.Replication](t)(sim.New(m, streams, 0, s))
	r.Close(tasks)
	if err := r.Advance(math.MaxInt64, math.Inf(1)); err != nil {
		t.Fatal(err)
	}
	return s
}

// emitted tasks are simulated, and so many of them compared: those that come
// later than the last of these might overtake one, and are not simulated.
const emitted, compared = 700, 300

// TestPaths holds both walkers, from the same streams, against a simulation by
// events, step by step and to the last bit.
func TestPaths(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawnModel(t)
		streams := distributions.Streams{Seed: rapid.Uint64().Draw(t, "seed")}
		want := simulated(t, m, streams, emitted)
		checkOccupancy(t, m, streams, want)
		checkWaits(t, m, streams, want)
	})
}

func checkOccupancy(t *rapid.T, m *sim.Model, streams distributions.Streams, want *seen) {
	o := asked(InSystem, 1)
	w := must[walker](t)(newOccupancy(m, &o, streams, 0))
	n := 0
	for w.arrivals() < compared {
		before := w.level()
		if _, _, err := w.step(math.Inf(1)); err != nil {
			t.Fatal(err)
		}
		if w.level() == before {
			continue // a task was shed
		}
		if w.clock() != want.times[n] || w.level()-before != want.steps[n] {
			t.Fatalf("step %d is of %v at %v, simulated %v at %v", n, w.level()-before, w.clock(), want.steps[n], want.times[n])
		}
		n++
	}
}

func checkWaits(t *rapid.T, m *sim.Model, streams distributions.Streams, want *seen) {
	o := asked(Wait, 1)
	w := must[walker](t)(newWaits(m, &o, streams, 0))
	for i := range compared {
		wait := math.Max(0, w.level())
		s, _, err := w.step(math.Inf(1))
		if err != nil {
			t.Fatal(err)
		}
		if s.base == 0 {
			wait = math.NaN()
		}
		// Queued and Started are subtracted by the observer as by the walker.
		if wait != want.waits[i] && !(math.IsNaN(wait) && math.IsNaN(want.waits[i])) {
			t.Fatalf("task %d waits %v, simulated %v", i, wait, want.waits[i])
		}
	}
}

// watched is a process that remembers the streams it was started with.
type watched struct {
	arrivals.Process
	streams *[]*distributions.Stream
}

func (w watched) Start(s *distributions.Stream) arrivals.Source {
	*w.streams = append(*w.streams, s)
	return w.Process.Start(s)
}

// TestAssume: a walker that was somewhere else, assumes the state of another
// and has its random numbers, goes on as the other does.
func TestAssume(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawnModel(t)
		var started []*distributions.Stream
		for i := range m.Streams {
			m.Streams[i].Process = watched{m.Streams[i].Process, &started}
		}
		o, begin := asked(Latency, 3), newWaits
		if rapid.Bool().Draw(t, "occupancy") {
			o, begin = asked(InSystem, 3), newOccupancy
		}
		a := must[walker](t)(begin(m, &o, distributions.Streams{Seed: rapid.Uint64().Draw(t, "seed")}, 0))
		b := must[walker](t)(begin(m, &o, distributions.Streams{Seed: 99}, 0))
		for range rapid.IntRange(0, 300).Draw(t, "before") {
			a.step(math.Inf(1))
		}
		for range rapid.IntRange(0, 300).Draw(t, "elsewhere") {
			b.step(math.Inf(1))
		}
		b.assume(a)
		n := len(m.Streams)
		for i := range n {
			*started[n+i] = *started[i]
		}
		for i, s := range numbers(a) {
			*numbers(b)[i] = *s
		}
		for i := range 200 {
			if a.level() != b.level() || a.clock() != b.clock() {
				t.Fatalf("after %d steps level %v at %v, that of the copy is %v at %v", i, a.level(), a.clock(), b.level(), b.clock())
			}
			x, _, err := a.step(math.Inf(1))
			y, _, _ := b.step(math.Inf(1))
			if x != y || err != nil {
				t.Fatalf("step %d counts %v, that of the copy %v (%v)", i, x, y, err)
			}
		}
	})
}

// numbers are the random numbers of a walker, but for those of its sources.
func numbers(w walker) []*distributions.Stream {
	var tr *traffic
	var all []*distributions.Stream
	switch w := w.(type) {
	case *occupancy:
		tr, all = &w.traffic, append(all, w.streams...)
	case *waits:
		tr, all = &w.traffic, append(all, w.streams...)
	}
	for i := range tr.feeds {
		if f := &tr.feeds[i]; f.batch != nil {
			all = append(all, f.batches)
		}
		if f := &tr.feeds[i]; f.law != nil {
			all = append(all, f.delays)
		}
	}
	return all
}
