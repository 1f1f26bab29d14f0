package scheduler_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"spillway/distributions"
	"spillway/sim"
	"spillway/sim/policy"
	"spillway/sim/scheduler"
)

// draws makes up scenarios.
type draws struct{ *rand.Rand }

// spread is a whole number of nanoseconds, exponential with a mean of seconds.
func (d draws) spread(mean float64) time.Duration {
	return time.Duration(1 + math.Round(d.ExpFloat64()*mean*1e9))
}

func (d draws) list(n int, mean float64) given {
	g := given{at: new(int)}
	for range n {
		g.values = append(g.values, d.spread(mean))
	}
	return g
}

func (d draws) often() bool { return d.IntN(3) == 0 }

// drawScenario makes up the scenario of a seed.
func drawScenario(seed uint64) *scenario {
	d := draws{rand.New(rand.NewPCG(seed, 1))}
	s := &scenario{seed: seed}
	m, o := &s.model, &s.options
	streams := 1 + d.IntN(3)
	o.Servers = 1 + d.IntN(4)
	load := float64(o.Servers) * (0.6 + 0.9*d.Float64()) / float64(streams)
	priorities := d.Perm(streams)
	for i := range streams {
		s.drawStream(d, i, 120/streams, load)
		m.Streams[i].Priority = 3 * priorities[i]
		s.lanes = append(s.lanes, priorities[i])
	}
	o.LowestPriority = streams - 1
	m.Servers = o.Servers
	discipline := d.IntN(6)
	m.Policies.Discipline, o.Discipline = sim.Discipline(discipline), scheduler.Discipline(discipline)
	s.has("discipline ", discipline)
	s.drawQueue(d, streams)
	for range d.IntN(4) {
		s.drawGate(d)
	}
	if d.often() {
		s.drawScaling(d)
	} else if d.IntN(12) == 0 {
		m.Infinite, o.Infinite = true, true
		s.has("infinite")
	}
	return s
}

func (s *scenario) has(feature ...any) { s.features = append(s.features, fmt.Sprint(feature...)) }

func (s *scenario) drawStream(d draws, i, n int, load float64) {
	var at time.Duration
	var list []arrival
	var times epochs
	services := given{at: new(int)}
	for range n {
		at += d.spread(1 / load)
		a := arrival{at, d.spread(1)}
		list = append(list, a)
		times = append(times, at.Seconds())
		services.values = append(services.values, a.service)
	}
	s.tasks = append(s.tasks, list)
	name := fmt.Sprint(i)
	s.model.Classes = append(s.model.Classes, name)
	s.options.Classes = append(s.options.Classes, name)
	s.model.Streams = append(s.model.Streams, sim.Stream{Name: name, Class: i, Process: times, Service: services})
}

// shared is a law that gives each of the simulator's streams the same values, from
// the first on.
type shared struct {
	given
	at map[*distributions.Stream]given
}

func perStream(g given) shared { return shared{g, map[*distributions.Stream]given{}} }

func (l shared) Sample(s *distributions.Stream) float64 {
	if _, known := l.at[s]; !known {
		l.at[s] = given{l.values, new(int)}
	}
	return l.at[s].Sample(s)
}

func (l shared) Fill(s *distributions.Stream, dst []float64) {
	for i := range dst {
		dst[i] = l.Sample(s)
	}
}

func (s *scenario) drawQueue(d draws, streams int) {
	p, o := &s.model.Policies, &s.options
	if d.IntN(2) == 0 {
		s.model.Limited, o.Limited = true, true
		o.Limit = d.IntN(6)
		s.model.Limit = o.Limit
		s.has("limit")
		overflow := d.IntN(3)
		p.Overflow, o.Overflow = sim.Overflow(overflow), scheduler.Overflow(overflow)
		s.features = append(s.features, [][]string{nil, {"drop oldest"}, {"block"}}[overflow]...)
	}
	if d.often() {
		list := d.list(97, 2)
		p.Patience = perStream(list)
		for range streams {
			s.patience = append(s.patience, list.law().(given))
		}
		o.Patience = func(class int) time.Duration { return s.patience[class].next() }
		s.has("patience")
	}
	if d.often() {
		list := d.list(89, 4)
		p.Timeout = &sim.Timeout{After: perStream(list), Cancel: true}
		for range streams {
			s.timeouts = append(s.timeouts, list.law().(given))
		}
		s.has("timeout")
	}
}

func (s *scenario) drawGate(d draws) {
	p, o := &s.model.Policies, &s.options
	add := func(a sim.Admission, b scheduler.Admission, feature ...any) {
		p.Admission, o.Admission = append(p.Admission, a), append(o.Admission, b)
		s.has(feature...)
	}
	switch d.IntN(5) {
	case 0:
		// A source that is held while it does not call cannot be: with Block no
		// throttle delays.
		delay := d.IntN(2) == 0 && o.Overflow != scheduler.Block
		rate, burst := 1+2*d.Float64(), float64(1+d.IntN(4))
		feature := map[bool]string{true: "throttle delay", false: "throttle shed"}[delay]
		add(sim.Admission{Throttle: &sim.Throttle{Rate: rate, Burst: burst, Delay: delay}},
			scheduler.Admission{Throttle: &scheduler.Throttle{Rate: rate, Burst: burst, Delay: delay}}, feature)
	case 1:
		when, above, probability := policy.Metric(d.IntN(4)), 0.9*d.Float64(), []float64{0.5, 1}[d.IntN(2)]
		add(sim.Admission{Shed: &sim.Shedding{When: when, Above: above, Probability: probability}},
			scheduler.Admission{Shed: &scheduler.Shedding{When: when, Above: above, Probability: probability}}, "shedding")
	case 2:
		n := 1 + d.IntN(9)
		add(sim.Admission{Concurrency: n}, scheduler.Admission{Concurrency: n}, "concurrency")
	case 3:
		add(sim.Admission{CoDel: &sim.CoDel{Target: 0.5, Interval: 2}},
			scheduler.Admission{CoDel: &scheduler.CoDel{Target: 500 * time.Millisecond, Interval: 2 * time.Second}}, "codel")
	case 4:
		algorithm := policy.Algorithm(d.IntN(3))
		add(sim.Admission{Adaptive: &sim.Adaptive{Algorithm: algorithm, Min: 1, Max: 20}},
			scheduler.Admission{Adaptive: &scheduler.Adaptive{Algorithm: algorithm, Min: 1, Max: 20}}, "adaptive ", algorithm)
	}
}

func (s *scenario) drawScaling(d draws) {
	p, o := &s.model.Policies, &s.options
	if d.often() {
		schedule, err := policy.NewSchedule(20, []policy.Step{{At: 0, Count: 1}, {At: 7, Count: 5}, {At: 13.5, Count: 2}})
		if err != nil {
			panic(err)
		}
		p.Schedule, o.Schedule = schedule, schedule
		s.has("schedule")
		return
	}
	a := policy.AutoscalerParameters{Min: 1, Max: 8, Metric: policy.Metric(d.IntN(4)), Target: 0.7, Interval: 3, MetricDelay: 1,
		Proportional: d.IntN(2) == 0, Step: 1, DownCooldown: []float64{0, 5}[d.IntN(2)]}
	s.model.Servers, o.Servers = 1, 1
	p.Autoscale, o.Autoscale = &sim.Autoscale{AutoscalerParameters: a}, &scheduler.Autoscale{AutoscalerParameters: a}
	s.has("autoscale ", int(a.Metric))
	if d.IntN(2) == 0 {
		list := d.list(31, []float64{2, 10}[d.IntN(2)])
		s.startup = list.law().(given)
		p.Autoscale.Startup, o.Autoscale.Startup = list.law(), s.startup.next
		s.has("startup")
	}
}
