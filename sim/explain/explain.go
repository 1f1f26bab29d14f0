package explain

import (
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
	logs := library{}
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

// Contest is what to simulate: the point as it is first.
func (c *Case) Contest() experiment.Contest { return c.systems }

// deterministic says that every replication of the point as it is is the same:
// its times are all recorded or constant.
func (c *Case) deterministic() bool {
	m := c.model
	if m.NeedsManaging() || !constant(m.Network) || !constant(m.Response) {
		return false
	}
	for i := range m.Streams {
		s := &m.Streams[i]
		log, ok := s.Process.(replay)
		if _, clock := s.Process.(arrivals.Deterministic); !ok && !clock || s.Batch != nil {
			return false
		}
		if s.Service == nil && log.rows.services != nil || s.Service != nil && constant(s.Service) {
			continue
		}
		return false
	}
	return true
}

// Answer puts what the simulation of the contest says into a point, whose
// parameters, Kendall's name and stability are known.
func (c *Case) Answer(p *results.ExplainedPoint, o experiment.ContestOutcome) {
	first := o.Outcomes[0].Simulated
	p.Deterministic = c.deterministic()
	p.Tasks, p.Replications, p.State, p.Warmup = first.Tasks, first.Replications, first.State, &first.Warmup
	p.Precision = o.Precision
	if _, load := offered(c.model, &c.plan); load > 0 && !math.IsInf(load, 1) {
		p.OfferedLoad = results.Number(load)
	}
	if latency, ok := estimate(first, "latency", "mean"); ok {
		p.Latency = &latency
		p.Parts = c.parts(first, float64(latency.Value))
	}
	for i := range c.variants {
		p.Variants = append(p.Variants, c.variants[i].read(o))
	}
	wait, _ := estimate(first, "wait", "mean")
	p.Formulas = c.formulas(float64(wait.Value))
	p.Causes = causes(p.Variants)
	p.Warnings = c.warnings(o)
}
