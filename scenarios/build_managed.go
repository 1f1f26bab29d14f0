package scenarios

import (
	"fmt"
	"math"

	"spillway/sim"
	"spillway/sim/policy"
)

var simDisciplines = map[string]sim.Discipline{
	"fifo": sim.FIFO, "lifo": sim.LIFO, "random": sim.Random, "sjf": sim.Shortest, "priority": sim.Priority, "fair": sim.Fair,
}

var lookedAt = map[string]policy.Metric{
	"queue_length": policy.QueueLength, "wait": policy.Wait, "utilization": policy.Utilization, "queue_per_server": policy.QueuePerServer,
}

var algorithms = map[string]policy.Algorithm{
	"aimd": policy.AlgorithmAIMD, "gradient": policy.AlgorithmGradient2, "vegas": policy.AlgorithmVegas,
}

// whole is a count that may be missing.
func (v *value) wholeOr(otherwise int) int {
	if v == nil {
		return otherwise
	}
	return int(v.whole)
}

// numberOr is a number that may be missing.
func (v *value) numberOr(otherwise float64) float64 {
	if v == nil {
		return otherwise
	}
	return v.number
}

// is says whether a key is there with a word.
func (v *value) is(word string) bool { return v != nil && v.text == word }

// managed is what the simulator regards beyond a queue, first come, first
// served.
func (b *builder) managed(p *Point, v *value) {
	if q := v.field("queue"); q != nil && !q.bad {
		b.managedQueue(p, q)
	}
	if c := v.field("client"); c != nil && !c.bad {
		b.client(p, c)
	}
	if a := v.field("admission"); a != nil && !a.bad {
		b.admissions(p, a)
	}
	if s := v.field("servers"); s != nil && s.fields != nil && !s.bad {
		b.scaling(p, s)
	}
}

// admissions are the policies before the queue. There is one head of the queue,
// and one response time to adapt to.
func (b *builder) admissions(p *Point, v *value) {
	seen := map[string]bool{}
	for _, item := range v.items {
		if item.bad {
			continue
		}
		for _, key := range []string{"codel", "adaptive_concurrency"} {
			if item.field(key) == nil {
				continue
			}
			if seen[key] {
				b.fail(item.node.place, item.path, "a second "+key, "one", "")
			}
			seen[key] = true
		}
		p.Managed.Admission = append(p.Managed.Admission, admission(item))
	}
}

func (b *builder) managedQueue(p *Point, q *value) {
	m := &p.Managed
	if d := q.field("discipline"); d != nil {
		m.Discipline = simDisciplines[d.text]
	}
	b.memoryLimit(p, q.field("memory_limit"))
	if o := q.field("overflow"); o != nil && !o.bad {
		m.Overflow = map[string]sim.Overflow{"shed": sim.Shed, "drop_oldest": sim.DropOldest, "block": sim.Block}[o.text]
		if m.Overflow != sim.Shed && !p.Limited {
			b.fail(o.node.place, o.path, o.node.describe(), "a queue with a limit", "add queue.limit, which says when there is no room")
		}
	}
	m.Patience = b.law(q.field("patience"))
	if r := q.field("retry"); r != nil && !r.bad {
		m.Retry = b.retry(r)
	}
}

// memoryLimit is a limit of tasks: all of them hold the same.
func (b *builder) memoryLimit(p *Point, v *value) {
	switch {
	case v == nil || v.bad:
	case p.Memory == 0:
		b.fail(v.node.place, v.path, v.node.describe(), "memory beside it, which says what a task holds", "add memory: 1MB, for example")
	case p.Memory > v.number:
		b.fail(v.node.place, v.path, v.node.describe(), fmt.Sprintf("at least the memory of a task, %g bytes", p.Memory), "")
	default:
		fit := int(min(math.Floor(v.number/p.Memory*(1+1e-12)), math.MaxInt32))
		if !p.Limited || fit < p.Limit {
			p.Limit, p.Limited = fit, true
		}
	}
}

func (b *builder) retry(v *value) *sim.Retry {
	r := &sim.Retry{Probability: v.field("probability").numberOr(1), Budget: v.field("budget").numberOr(0)}
	if l := v.field("limit"); l != nil {
		r.Limit, r.Limited = int(l.whole), true
	}
	delay := v.field("delay")
	if plain := plainDelay(delay); plain != nil {
		r.Delay = b.law(plain)
		if r.Delay != nil && !(r.Delay.Mean() > 0) && !r.Limited {
			b.fail(delay.node.place, delay.path, delay.node.describe(), "a delay with a positive mean", "a task that is refused would try again at once, for ever")
		}
		return r
	}
	f := delay.field("backoff")
	jitter := policy.FullJitter
	if f.field("jitter").is("none") {
		jitter = policy.NoJitter
	}
	backoff, err := policy.NewBackoff(f.field("initial").number, f.field("factor").number, f.field("max").number, jitter)
	if err != nil {
		b.parameter(f, err)
		return nil
	}
	r.Backoff = &backoff
	return r
}

func (b *builder) client(p *Point, v *value) {
	if t := v.field("timeout"); t != nil && !t.bad {
		if law := b.law(t); law != nil {
			p.Managed.Timeout = &sim.Timeout{After: law, Cancel: v.field("on_timeout").is("cancel")}
		}
	}
	if k := v.field("breaker"); k != nil && !k.bad {
		p.Managed.Breaker = &policy.BreakerParameters{
			Errors: k.field("errors").number, Window: k.field("window").number, Minimum: k.field("minimum").wholeOr(20),
			Open: k.field("open").number, Probes: k.field("probes").wholeOr(1),
		}
		if !(p.Managed.Breaker.Errors > 0) {
			e := k.field("errors")
			b.fail(e.node.place, e.path, e.node.describe(), "a share above 0, up to 100%", "")
		}
	}
}

// admission is one policy before the queue.
func admission(v *value) sim.Admission {
	if t := v.field("throttle"); t != nil {
		return sim.Admission{Throttle: &sim.Throttle{
			Rate: t.field("rate").number, Burst: float64(t.field("burst").whole), Delay: t.field("excess").is("delay"),
		}}
	}
	if s := v.field("shed"); s != nil {
		return sim.Admission{Shed: &sim.Shedding{
			When: lookedAt[s.field("when").text], Above: s.field("above").number, Probability: s.field("probability").numberOr(1),
		}}
	}
	if c := v.field("concurrency"); c != nil {
		return sim.Admission{Concurrency: int(c.field("limit").whole)}
	}
	if c := v.field("codel"); c != nil {
		return sim.Admission{CoDel: &sim.CoDel{Target: c.field("target").numberOr(0.005), Interval: c.field("interval").numberOr(0.1)}}
	}
	a := v.field("adaptive_concurrency")
	return sim.Admission{Adaptive: &sim.Adaptive{
		Algorithm: algorithms[a.field("algorithm").text],
		Min:       a.field("min").wholeOr(1), Max: a.field("max").wholeOr(1000),
	}}
}

func (b *builder) scaling(p *Point, v *value) {
	if a := v.field("autoscale"); a != nil && !a.bad {
		b.autoscale(p, a)
	}
	s := v.field("schedule")
	if s == nil || s.bad {
		return
	}
	var steps []policy.Step
	most := 1
	for _, x := range s.field("steps").items {
		steps = append(steps, policy.Step{At: x.field("at").number, Count: int(x.field("count").whole)})
		most = max(most, steps[len(steps)-1].Count)
	}
	schedule, err := policy.NewSchedule(s.field("period").number, steps)
	if err != nil {
		b.parameter(s, err)
		return
	}
	if !(schedule.Mean() > 0) {
		at := s.field("steps")
		b.fail(at.node.place, at.path, "no servers at any time", "a count above 0 in one of the steps", "")
		return
	}
	p.Managed.Schedule = schedule
	p.Servers = most
}

func (b *builder) autoscale(p *Point, v *value) {
	a := &sim.Autoscale{AutoscalerParameters: policy.AutoscalerParameters{
		Min: int(v.field("min").whole), Max: int(v.field("max").whole),
		Metric: lookedAt[v.field("metric").text], Target: v.field("target").number,
		Tolerance: v.field("tolerance").numberOr(0.1), Interval: v.field("interval").number,
		MetricDelay: v.field("metric_delay").numberOr(0),
		UpCooldown:  v.field("up_cooldown").numberOr(0), DownCooldown: v.field("down_cooldown").numberOr(0),
		Step: 1,
	}}
	if step := v.field("step"); step != nil {
		a.Proportional = step.text == "proportional"
		if !a.Proportional {
			a.Step = int(step.whole)
		}
	}
	a.Startup = b.delay(v.field("startup"))
	if _, err := policy.NewAutoscaler(a.AutoscalerParameters); err != nil {
		b.parameter(v, err)
		return
	}
	p.Managed.Autoscale = a
	p.Servers = a.Min
}
