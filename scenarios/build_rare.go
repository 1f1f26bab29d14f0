package scenarios

import (
	"spillway/sim"
	"spillway/sim/rare"
)

// Rare is a rare event.
type Rare struct {
	Event rare.Event
	// AtLeast is tasks or seconds, positive; 0 for rare.Shed, which has none.
	AtLeast float64
}

const (
	// rarePrecision is the half-width that is asked for, as a share of the
	// probability.
	rarePrecision = 0.1
	// rareTasks are enough for most; a scenario with a stop of its own has that.
	rareTasks = 1_000_000_000
)

// rare is what v, which is run, says of a rare event.
func (b *builder) rare(p *Point, run *value) {
	v := run.field("rare")
	if v == nil || v.bad || v.field("event") == nil {
		return
	}
	if p.Run.Transient {
		b.fail(v.node.place, v.path, "a rare event of a transient run", "state: steady: splitting finds long-run shares", "leave rare out, or state")
		return
	}
	p.Run.RareTasks = rareTasks
	if stop := run.field("max_tasks"); stop != nil && !stop.bad {
		p.Run.RareTasks = int64(stop.whole)
	}
	event, least := rare.Event(v.field("event").text), v.field("at_least")
	p.Run.Rare = &Rare{Event: event}
	switch {
	case event == rare.Shed && least != nil:
		b.fail(least.node.place, least.path, least.node.describe(), "no at_least where the event is shed", "leave at_least out")
	case event == rare.Shed:
	case least == nil:
		b.fail(v.node.place, v.path, "an event without at_least", "at_least: from which value on", "")
	default:
		p.Run.Rare.AtLeast = b.rareBound(event, least)
	}
}

// rareBound is a number of tasks, or a time.
func (b *builder) rareBound(event rare.Event, v *value) float64 {
	q := &quantity{unit: duration, min: above(0)}
	if event == rare.InSystem || event == rare.QueueLength {
		q = &quantity{unit: count, min: least(1)}
	}
	x, _, ok := q.read(v.node)
	if !ok || !q.inside(x) {
		b.fail(v.node.place, v.path, v.node.describe(), q.want()+" for "+string(event), "")
	}
	return x
}

// RareEvent is what the point asks of rare events: the model and the options,
// with the study's seed; false where it asks for nothing.
func (p *Point) RareEvent(seed uint64) (*sim.Model, rare.Options, bool) {
	r := &p.Run
	if r.Rare == nil {
		return nil, rare.Options{}, false
	}
	return p.model(), rare.Options{
		Event: r.Rare.Event, AtLeast: r.Rare.AtLeast, Seed: seed, Confidence: r.Confidence, Precision: rarePrecision,
		Replications: r.Replications, MaxTasks: r.RareTasks,
	}, true
}
