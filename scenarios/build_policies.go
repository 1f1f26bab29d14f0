package scenarios

import (
	"fmt"

	"spillway/sim/analytic"
)

var chooses = map[string]analytic.Choose{
	"fastest": analytic.Fastest, "slowest": analytic.Slowest, "random": analytic.RandomIdle, "longest_idle": analytic.LongestIdle,
}

var consequences = map[string]analytic.OnFailure{
	"resume": analytic.Resume, "restart": analytic.Restart, "lose": analytic.Lose,
}

var disciplines = map[string]analytic.Discipline{
	"fifo": analytic.FIFO, "lifo": analytic.LIFO, "random": analytic.RandomOrder, "sjf": analytic.SJF, "priority": analytic.Priority,
	"fair": analytic.Fair, "preemptive_lifo": analytic.PreemptiveLIFO, "psjf": analytic.PSJF, "srpt": analytic.SRPT,
	"preemptive_priority": analytic.PreemptivePriority, "processor_sharing": analytic.ProcessorSharing,
}

var dispatches = map[string]analytic.Dispatch{
	"central": analytic.Central, "random": analytic.RandomServer, "round_robin": analytic.RoundRobin,
	"join_shortest_queue": analytic.JoinShortestQueue, "least_work": analytic.LeastWork, "join_idle_queue": analytic.JoinIdleQueue,
}

// serversBeyondCount is what a pool has beside the number of its servers.
func (b *builder) serversBeyondCount(p *Point, v *value) {
	for _, key := range []string{"schedule", "autoscale"} {
		b.beyond(p, v.field(key))
	}
	for _, key := range []string{"speeds", "failures", "setup"} {
		b.unknown(p, v.field(key), false)
	}
	if speeds := v.field("speeds"); speeds != nil {
		p.Policies.Speeds = speeds.numbers()
		if n := v.field("count"); n != nil && int(n.whole) != len(p.Policies.Speeds) {
			b.fail(speeds.node.place, speeds.path, fmt.Sprintf("%d speeds", len(p.Policies.Speeds)), fmt.Sprintf("%d, one for each server", n.whole), "")
		}
	}
	if choose := v.field("choose"); choose != nil {
		p.Policies.Choose = chooses[choose.text]
	}
	if f := v.field("failures"); f != nil {
		failures := &analytic.Failures{Up: b.law(f.field("up")), Repair: b.law(f.field("repair"))}
		if x := f.field("on_failure"); x != nil {
			failures.OnFailure = consequences[x.text]
		}
		if x := f.field("clock"); x != nil {
			failures.BusyOnly = x.text == "busy"
		}
		if failures.Up != nil && failures.Repair != nil {
			p.Policies.Failures = failures
		}
	}
	p.Policies.Setup = b.delay(v.field("setup"))
}

// queueBeyondLimit is what a queue has beside its limit.
func (b *builder) queueBeyondLimit(p *Point, v *value) {
	if d := v.field("discipline"); d != nil && d.text != "fifo" && !d.bad {
		p.Policies.Discipline = disciplines[d.text]
		if _, simulated := simDisciplines[d.text]; !simulated {
			b.unknown(p, d, false)
		}
	}
	if o := v.field("overflow"); o != nil && o.text != "shed" {
		b.beyond(p, o)
	}
	if patience := v.field("patience"); patience != nil {
		p.Policies.Patience = b.law(patience)
	}
	if retry := v.field("retry"); retry != nil && !retry.bad {
		if b.retryIsBeyond(retry) {
			b.beyond(p, retry)
		}
		p.Policies.Retry = b.law(plainDelay(retry.field("delay")))
	}
}

// plainDelay is a delay that is a distribution; nil where it is a backoff.
func plainDelay(v *value) *value {
	if v.field("backoff") != nil {
		return nil
	}
	return v
}

// retryIsBeyond says whether theory cannot regard how tasks try again: other
// than always, for ever, after independent delays.
func (b *builder) retryIsBeyond(v *value) bool {
	p := v.field("probability")
	return p != nil && p.number != 1 || v.field("limit") != nil || v.field("budget") != nil || plainDelay(v.field("delay")) == nil
}

func (b *builder) dispatch(p *Point, v *value) {
	if v == nil || v.bad {
		return
	}
	if stealing := v.field("stealing"); stealing != nil && stealing.truth {
		b.unknown(p, stealing, true)
	}
	how := v
	if policy := v.field("policy"); policy != nil {
		how = policy
	}
	if d := how.field("power_of"); d != nil {
		p.Policies.Dispatch, p.Policies.Choices = analytic.PowerOf, int(d.whole)
		if int(d.whole) > p.Servers {
			b.fail(d.node.place, d.path, d.node.describe(), "at most the number of servers", "")
		}
	} else {
		p.Policies.Dispatch = dispatches[how.text]
	}
	if p.Policies.Dispatch != analytic.Central {
		b.unknown(p, v, false)
	}
}

// admission is one throttle before the queue for theory, and nothing else.
func (b *builder) admission(p *Point, v *value) {
	if v == nil || v.bad {
		return
	}
	for i, policy := range v.items {
		throttle := policy.field("throttle")
		if throttle == nil || i > 0 {
			b.beyond(p, policy)
		}
		if throttle == nil || i > 0 {
			continue
		}
		t := &analytic.Throttle{Rate: throttle.field("rate").number, Burst: float64(throttle.field("burst").whole)}
		if x := throttle.field("excess"); x != nil {
			t.Delay = x.text == "delay"
		}
		p.Policies.Throttle = t
	}
}
