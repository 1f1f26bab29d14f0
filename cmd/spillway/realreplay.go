package main

import (
	"context"
	"math"

	"spillway/distributions"
	"spillway/distributions/arrivals"
	"spillway/sim"
	"spillway/sim/monitor"
)

// replayed are the tasks of one stream of a schedule, as a log in memory.
type replayed struct{ times, services []float64 }

// Rate is arrivals per second.
func (r *replayed) Rate() float64 { return r.Summary().Rate }

// String is what it is.
func (r *replayed) String() string { return "replay" }

// HasService says that the service times are told.
func (r *replayed) HasService() bool { return true }

// Summary is what a simulation looks at beforehand.
func (r *replayed) Summary() arrivals.Summary {
	n := len(r.times)
	s := arrivals.Summary{Rows: int64(n)}
	if n == 0 {
		return s
	}
	s.First, s.Last = r.times[0], r.times[n-1]
	if s.Last > s.First {
		s.Rate = float64(n-1) / (s.Last - s.First)
	}
	for _, x := range r.services {
		s.Service.Mean += x / float64(n)
	}
	return s
}

// Start begins a realisation; all are the same.
func (r *replayed) Start(*distributions.Stream) arrivals.Source { return &replaySource{replayed: r} }

type replaySource struct {
	*replayed
	at int
}

// Fill writes epochs alone.
func (r *replaySource) Fill(epochs []float64) int {
	n := copy(epochs, r.times[r.at:])
	r.at += n
	return n
}

// FillTasks writes the tasks as arrivals.Tasks says.
func (r *replaySource) FillTasks(epochs, services []float64, _ []int32) (int, error) {
	if services != nil {
		copy(services, r.services[r.at:])
	}
	return r.Fill(epochs), nil
}

// replay simulates a schedule with given services, and is how long each task waits
// until it has its server; NaN of a task that gets none.
func replay(ctx context.Context, m *sim.Model, of *schedule, services []float64, streams distributions.Streams, repetition int) ([]float64, error) {
	logs := make([]*replayed, len(m.Streams))
	for i := range logs {
		logs[i] = &replayed{}
	}
	for i, a := range of.arrivals {
		log := logs[of.stream[i]]
		log.times, log.services = append(log.times, a.At), append(log.services, services[i])
	}
	again := *m
	again.Network, again.Response, again.Streams = nil, nil, nil // the schedule is of the times at the pool
	for i, s := range m.Streams {
		s.Process, s.Batch, s.Service = logs[i], nil, nil
		again.Streams = append(again.Streams, s)
	}
	w := waits{}
	for range of.arrivals {
		w.emitted, w.until = append(w.emitted, math.NaN()), append(w.until, math.NaN())
	}
	r, err := sim.NewManaged(&again, streams, repetition, &w)
	if err != nil {
		return nil, err
	}
	r.Heed(ctx.Err)
	if err := r.Advance(math.MaxInt64, math.Inf(1)); err != nil {
		return nil, err
	}
	return w.until, nil
}

// waits are how long tasks wait for their servers.
type waits struct{ emitted, until []float64 }

// Observe is told of the transitions of a replay.
func (w *waits) Observe(x monitor.Transition) {
	switch x.Kind {
	case monitor.Emitted:
		w.emitted[x.Task] = x.Time
	case monitor.Started:
		w.until[x.Task] = x.Time - w.emitted[x.Task]
	}
}
