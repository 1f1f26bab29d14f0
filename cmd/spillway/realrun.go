package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"time"

	"spillway/distributions"
	"spillway/results"
	"spillway/scenarios"
	"spillway/sim"
	"spillway/sim/scheduler"
	"spillway/sim/scheduler/load"
)

// realRepetitions is how often a point is run for real.
const realRepetitions = 5

// realPoint is a point that is run for real.
type realPoint struct {
	out   *results.Point
	how   *scenarios.RealRun
	model *sim.Model
	of    *scenarios.Point
	level float64
	seed  uint64

	observer *onward // nil where nothing observes the runs
	runs     []realRepetition
}

// realRepetition is one run of a point, in the times of the scenario.
type realRepetition struct {
	number   int
	schedule *schedule
	load.Repetition
	invalid string // why it says nothing; empty where it does
}

func (p *realPoint) streams() distributions.Streams { return distributions.Streams{Seed: p.seed} }

// newRealPoint refuses what cannot be run for real before anything is run.
func newRealPoint(out *results.Point, of *scenarios.Point, seed uint64) (*realPoint, error) {
	p := &realPoint{out: out, how: of.Real, of: of, model: of.Experiment(seed).Model, level: of.Run.Confidence, seed: seed}
	if err := p.model.Validate(); err != nil {
		return nil, err
	}
	s, err := p.draw(0)
	if err != nil {
		return nil, err
	}
	if len(s.arrivals) == 0 {
		return nil, fmt.Errorf("no task arrives within real.duration, %g s: want a longer one", p.how.Duration)
	}
	_, err = realOptions(p.model, p.how.TimeScale, p.streams(), 0)
	return p, err
}

// draw is the schedule of a repetition.
func (p *realPoint) draw(repetition int) (*schedule, error) {
	if err := checkReal(p.model, p.how.TimeScale); err != nil {
		return nil, err
	}
	return drawSchedule(p.model, p.streams(), repetition, p.how.Duration/p.how.TimeScale)
}

// runReal runs every point several times: in each round all of them, in a random
// order, so that what a machine does meanwhile falls on none of them alone. Done is
// called after each. What an interrupt cuts short does not count.
func runReal(ctx context.Context, points []*realPoint, done func(tasks int)) error {
	if len(points) == 0 {
		return nil
	}
	order := rand.New(rand.NewPCG(points[0].seed, uint64(len(points))))
	for repetition := range realRepetitions {
		for _, i := range order.Perm(len(points)) {
			if err := points[i].repeat(ctx, repetition); err != nil {
				return err
			}
			runs := points[i].runs
			done(len(runs[len(runs)-1].Tasks))
		}
	}
	return nil
}

// patient is how much longer than its schedule a repetition may take: with a
// heavy tail, or a queue that has grown, it could take for ever.
const patient = 3

// repeat runs a repetition.
func (p *realPoint) repeat(ctx context.Context, number int) error {
	s, err := p.draw(number)
	if err != nil {
		return err
	}
	options, err := realOptions(p.model, p.how.TimeScale, p.streams(), number)
	if err != nil {
		return err
	}
	if p.observer != nil {
		p.observer.next()
		options.Observer = p.observer
	}
	pool, err := scheduler.New(options)
	if err != nil {
		return err
	}
	defer pool.Close()
	plan := load.Plan{Arrivals: s.arrivals, Work: p.work(), TimeScale: p.how.TimeScale, Pacing: load.Hybrid}
	if p.how.Work == scenarios.WorkSpin {
		plan.Pacing = load.Sleep
	}
	runtime.GC() // what came before is not to be cleared away at the cost of this run
	limit := scaled(patient*p.how.Duration+5, 1)
	short, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	tasks, err := load.Run(short, pool, plan)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	r := realRepetition{number: number, schedule: s, Repetition: load.Repetition{Tasks: tasks, Pool: pool.Stats()}}
	r.invalid = load.Measure(tasks, load.DefaultTolerance(s.arrivals, p.how.TimeScale)).Invalid
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		r.invalid = fmt.Sprintf("it had not ended after %s", limit.Round(time.Second))
	case err != nil:
		return err
	}
	r.inScenarioTime(p.how.TimeScale)
	p.runs = append(p.runs, r)
	return nil
}

// work is what a task does.
func (p *realPoint) work() func(time.Duration) scheduler.Work {
	switch p.how.Work {
	case scenarios.WorkSpin:
		return scheduler.Spin
	case scenarios.WorkMemory:
		bytes := int(min(p.of.Memory, math.MaxInt32))
		return func(d time.Duration) scheduler.Work { return scheduler.Memory(bytes, scheduler.Sleep(d)) }
	}
	return scheduler.Sleep
}

// inScenarioTime takes the time scale out of all times, and counts latency from
// the emission, before the network's delay, to the answer, after the response's.
func (r *realRepetition) inScenarioTime(scale float64) {
	for i := range r.Tasks {
		t := &r.Tasks[i]
		for _, x := range []*float64{&t.Intended, &t.Called, &t.Offered, &t.Queued, &t.Started, &t.Begun, &t.Finished} {
			*x /= scale
		}
		t.Intended -= r.schedule.delays[i]
	}
	s := &r.Pool
	for _, x := range []*float64{&s.Seconds, &s.WaitingSeconds, &s.BusySeconds, &s.OnSeconds, &s.ServerSeconds} {
		*x /= scale
	}
}

// valid are the repetitions that say something of the pool; all of them where none
// does.
func (p *realPoint) valid() (list []realRepetition, some bool) {
	list = slices.DeleteFunc(slices.Clone(p.runs), func(r realRepetition) bool { return r.invalid != "" })
	if len(list) == 0 {
		return p.runs, false
	}
	return list, true
}

// answer fills in what the point gave, and simulates its schedules again where
// that is wanted.
func (p *realPoint) answer(ctx context.Context, again bool) error {
	for _, r := range p.runs {
		if r.invalid != "" {
			p.warn("real_invalid", fmt.Sprintf("real repetition %d is not valid: %s", r.number+1, r.invalid))
		}
	}
	if len(p.runs) < realRepetitions {
		p.warn("real_interrupted", fmt.Sprintf("interrupted after %d of %d real repetitions", len(p.runs), realRepetitions))
	}
	list, valid := p.valid()
	if len(list) == 0 {
		return nil
	}
	runs := make([]load.Repetition, len(list))
	for i := range list {
		runs[i] = list[i].Repetition
	}
	p.out.Real = load.Real(runs, p.level)
	if !again {
		return nil
	}
	trios := make([][]results.Trio, len(list))
	for i := range list {
		var err error
		if trios[i], err = p.trios(ctx, &list[i]); err != nil {
			return err
		}
	}
	p.out.Real.ThreeWay = results.NewThreeWay(trios, p.level)
	if t := p.out.Real.ThreeWay; t != nil && !valid {
		t.Verdict = results.CannotTell
	}
	return nil
}

func (p *realPoint) warn(code, text string) {
	p.out.Warnings = append(p.out.Warnings, results.Warning{Code: code, Text: text})
}

// trios are the tasks that were served for real and in both simulations. Of tasks
// that were not served for real the service is the scenario's.
func (p *realPoint) trios(ctx context.Context, r *realRepetition) ([]results.Trio, error) {
	n := len(r.schedule.arrivals)
	planned, measured := make([]float64, n), make([]float64, n)
	for i, a := range r.schedule.arrivals {
		planned[i], measured[i] = a.Service, a.Service
	}
	for i := range r.Tasks {
		if t := &r.Tasks[i]; served(t) {
			measured[i] = t.Finished - t.Started
		}
	}
	nominal, err := replay(ctx, p.model, r.schedule, planned, p.streams(), r.number)
	if err != nil {
		return nil, err
	}
	replayed, err := replay(ctx, p.model, r.schedule, measured, p.streams(), r.number)
	if err != nil {
		return nil, err
	}
	var list []results.Trio
	for i := range r.Tasks {
		t := &r.Tasks[i]
		if !served(t) || math.IsNaN(nominal[i]) || math.IsNaN(replayed[i]) {
			continue
		}
		delays := r.schedule.delays[i]
		list = append(list, results.Trio{
			Delays: delays, Late: t.Offered - t.Intended - delays, Wait: t.Started - t.Offered, Service: measured[i],
			NominalService: planned[i], NominalWait: nominal[i], ReplayedWait: replayed[i],
		})
	}
	return list, nil
}

// served says that a task was run to its end.
func served(t *load.Task) bool { return t.Err == nil && t.Server >= 0 }
