package scenarios

import (
	"slices"

	"spillway/sim"
	"spillway/sim/experiment"
)

// Experiment describes the point to the simulator: the model and how to run
// it, with the study's seed.
func (p *Point) Experiment(seed uint64) experiment.Point {
	return experiment.Point{Model: p.model(), Plan: p.plan(seed)}
}

func (p *Point) model() *sim.Model {
	m := &sim.Model{
		Network: p.Network, Response: p.Response,
		Servers: p.Servers, Infinite: p.Infinite,
		Limit: p.Limit, Limited: p.Limited, Policies: p.Managed,
	}
	indexOf := func(name string) int {
		class := slices.Index(m.Classes, name)
		if class < 0 {
			class = len(m.Classes)
			m.Classes = append(m.Classes, name)
		}
		return class
	}
	for _, s := range p.Streams {
		var class int
		var classes []int
		if s.Classes == nil {
			class = indexOf(s.Class)
		}
		for _, name := range s.Classes {
			classes = append(classes, indexOf(name))
		}
		m.Streams = append(m.Streams, sim.Stream{
			Name: s.Name, Class: class, Priority: s.Priority, Process: s.Process, Batch: s.Batch, Service: s.Service,
			Population: s.Population, Think: s.Think, Classes: classes,
		})
	}
	return m
}

func (p *Point) plan(seed uint64) experiment.Plan {
	r := &p.Run
	plan := experiment.Plan{
		Seed: seed, Replications: r.Replications, Confidence: r.Confidence,
		Tasks: r.Tasks, Duration: r.Duration,
		Precise: r.Precise, Precision: r.Precision, Of: r.Of, MaxTasks: r.MaxTasks,
		Memory: p.Memory, Series: r.Series, Within: p.within(),
		Warmup: experiment.Warmup{Seconds: r.Warmup.Duration, Tasks: r.Warmup.Tasks},
	}
	if r.Transient {
		plan.State = experiment.Transient
	}
	switch r.Horizon {
	case ByTasks:
		plan.Length = experiment.ByTasks
	case ByDuration:
		plan.Length = experiment.ByDuration
	case ByTrace:
		plan.Length = experiment.ByEnd
	default:
		plan.Length = experiment.ByPrecision
	}
	switch r.Warmup.Method {
	case WarmupNone:
		plan.Warmup.Kind = experiment.WarmupNone
	case WarmupDuration:
		plan.Warmup.Kind = experiment.WarmupSeconds
	case WarmupTasks:
		plan.Warmup.Kind = experiment.WarmupTasks
	default:
		plan.Warmup.Kind = experiment.WarmupAuto
	}
	return plan
}
