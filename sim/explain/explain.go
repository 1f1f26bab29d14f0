package explain

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"spillway/distributions/arrivals"
	"spillway/results"
	"spillway/sim"
	"spillway/sim/experiment"
)

// DefaultReplications is how many there are where a plan has one: a log is
// shuffled so often.
const DefaultReplications = 32

// Case is one point as it is and as it would be otherwise.
type Case struct {
	model    *sim.Model
	plan     experiment.Plan
	variants []made
	systems  experiment.Contest
}

// made is a variant and the system that is simulated for it.
type made struct {
	variant
	system  int // index into the contest; 0 is the point as it is
	missing string
}

// Cases makes what there is to simulate. Points that replay one log share what is
// held of it. An error is a *TooLongError, or of the log.
func Cases(points []experiment.Point) ([]*Case, error) {
	logs := newLibrary(MaxRows)
	cases := make([]*Case, len(points))
	for i := range points {
		m, err := held(points[i].Model, logs)
		if err != nil {
			return nil, err
		}
		cases[i] = newCase(m, points[i].Plan)
	}
	return cases, nil
}

// held is a model whose logs are held in memory.
func held(m *sim.Model, logs library) (*sim.Model, error) {
	c := *m
	c.Streams = slices.Clone(m.Streams)
	for i := range c.Streams {
		if trace, ok := c.Streams[i].Process.(*arrivals.Trace); ok {
			rows, err := logs.read(trace)
			if err != nil {
				return nil, err
			}
			c.Streams[i].Process = replay{Trace: trace, rows: rows}
		}
	}
	return &c, nil
}

func newCase(m *sim.Model, plan experiment.Plan) *Case {
	plan.Series, plan.Within = nil, nil
	if plan.Replications < 2 {
		plan.Replications = DefaultReplications
	}
	c := &Case{model: m, plan: plan}
	mixable := slices.ContainsFunc(m.Streams, func(s sim.Stream) bool {
		log, ok := s.Process.(replay)
		return ok && log.mixable()
	})
	for _, v := range variants() {
		if v.demand == shuffledToo && !mixable { // they are independent already
			v.demand = asTheyAre
		}
		if v.name != "demands_shuffled" || mixable {
			c.add(v)
		}
	}
	if len(c.systems) == 1 {
		c.systems = append(c.systems, c.systems[0]) // a contest takes two
	}
	return c
}

// add makes a variant, and a system to simulate where none is the same.
func (c *Case) add(v variant) {
	if len(c.systems) > 0 && c.model.Infinite {
		return // nobody waits
	}
	m, changed, err := v.of(c.model, &c.plan)
	switch {
	case err != nil:
		c.variants = append(c.variants, made{variant: v, missing: reason(err)})
	case !changed && len(c.systems) > 0:
		c.variants = append(c.variants, made{variant: v})
	default:
		c.variants = append(c.variants, made{variant: v, system: len(c.systems)})
		c.systems = append(c.systems, experiment.Point{Model: m, Plan: c.plan})
	}
}

func reason(err error) string { return fmt.Sprintf("cannot be made: %v", err) }

// precisely says that every system runs for itself, as long as its own precision
// takes: those with short waits are soon done. Other runs have one length, and
// are paired.
func (c *Case) precisely() bool {
	return c.plan.Precise && c.plan.State == experiment.Steady
}

// Systems is how many systems are simulated.
func Systems(cases []*Case) int {
	n := 0
	for _, c := range cases {
		n += len(c.systems)
	}
	return n
}

// Simulate simulates the cases, and returns their outcomes in order: what it did
// not come to, when ctx ended, is not complete, and the error is the context's.
func Simulate(ctx context.Context, cases []*Case, o experiment.Options) ([]experiment.ContestOutcome, error) {
	out := make([]experiment.ContestOutcome, len(cases))
	var contests []experiment.Contest
	var points []experiment.Point
	var paired, alone []int // case of each contest, and of each point
	for i, c := range cases {
		if c.precisely() {
			points = append(points, c.systems...)
			alone = append(alone, slices.Repeat([]int{i}, len(c.systems))...)
			continue
		}
		contests, paired = append(contests, c.systems), append(paired, i)
	}
	if err := simulateAlone(ctx, points, alone, out, o); err != nil {
		return out, located(err, alone)
	}
	done := o.Done
	if done != nil {
		o.Done = func(k int) {
			for range contests[k] {
				done(k)
			}
		}
	}
	outcomes, err := experiment.Compare(ctx, contests, o)
	for k := range outcomes {
		out[paired[k]] = outcomes[k]
	}
	return out, located(err, paired)
}

// simulateAlone runs the points of cases, and collects what each case has.
func simulateAlone(ctx context.Context, points []experiment.Point, of []int, out []experiment.ContestOutcome, o experiment.Options) error {
	outcomes, err := experiment.Run(ctx, points, o)
	for k := range outcomes {
		whole := &out[of[k]]
		whole.Complete = outcomes[k].Complete && (whole.Outcomes == nil || whole.Complete)
		whole.Outcomes = append(whole.Outcomes, outcomes[k])
	}
	return err
}

// located is an error with the case in the place of the point that was
// simulated.
func located(err error, of []int) error {
	var at *experiment.PointError
	if errors.As(err, &at) {
		return &experiment.PointError{Point: of[at.Point], Err: at.Err}
	}
	return err
}

// deterministic says that every replication of a model is the same: its times
// are all recorded or constant.
func deterministic(m *sim.Model) bool {
	if m.NeedsManaging() || !constant(m.Network) || !constant(m.Response) {
		return false
	}
	for i := range m.Streams {
		s := &m.Streams[i]
		log, ok := s.Process.(replay)
		if _, clock := s.Process.(arrivals.Deterministic); !ok && !clock || s.Batch != nil || log.order != recorded || log.mixed {
			return false
		}
		if s.Service != nil && !constant(s.Service) {
			return false
		}
	}
	return true
}

// Answer puts what the simulation of the contest says into a point, whose
// parameters, Kendall's name and stability are known.
func (c *Case) Answer(p *results.ExplainedPoint, o *experiment.ContestOutcome) {
	first := o.Outcomes[0].Simulated
	p.Deterministic = deterministic(c.model)
	p.Tasks, p.Replications, p.State, p.Warmup = first.Tasks, first.Replications, first.State, &first.Warmup
	p.Precision, p.Paired = first.Precision, !c.precisely()
	if p.Paired {
		p.Precision = o.Precision
	}
	if _, load := offered(c.model, &c.plan); load > 0 && !math.IsInf(load, 1) {
		p.OfferedLoad = results.Number(load)
	}
	if latency, ok := estimate(first, "latency", "mean"); ok {
		p.Latency = &latency
		p.Parts = c.parts(first, float64(latency.Value))
	}
	for i := range c.variants {
		p.Variants = append(p.Variants, c.read(&c.variants[i], o))
	}
	wait, _ := estimate(first, "wait", "mean")
	p.Formulas = c.formulas(float64(wait.Value))
	p.Causes = causes(p.Variants)
	p.Warnings = c.warnings(o)
}
