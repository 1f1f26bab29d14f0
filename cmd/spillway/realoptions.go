package main

import (
	"fmt"
	"slices"
	"time"

	"spillway/distributions"
	"spillway/distributions/arrivals"
	"spillway/sim"
	"spillway/sim/policy"
	"spillway/sim/scheduler"
	"spillway/sim/scheduler/load"
)

// unreal says which key a real pool does not have, and why.
type unreal struct{ key, why string }

func (u *unreal) Error() string { return u.key + " cannot be run for real: " + u.why }

// realOptions are the pool of a model, every time of it longer by a scale. What
// depends on chance draws from the streams of a repetition.
func realOptions(m *sim.Model, scale float64, streams distributions.Streams, repetition int) (scheduler.Options, error) {
	if err := checkReal(m, scale); err != nil {
		return scheduler.Options{}, err
	}
	p := &m.Policies
	o := scheduler.Options{
		Servers: m.Servers, Infinite: m.Infinite, Limit: m.Limit, Limited: m.Limited, Classes: m.Classes,
		LowestPriority: len(priorities(m)) - 1, Schedule: p.Schedule,
		Discipline: realDisciplines[p.Discipline], Overflow: realOverflows[p.Overflow],
	}
	drawn := func(law distributions.Distribution, name string) func() time.Duration {
		s := streams.For(repetition, "real/"+name)
		return func() time.Duration { return scaled(law.Sample(s), scale) }
	}
	if p.Patience != nil {
		patience := drawn(p.Patience, "patience")
		o.Patience = func(int) time.Duration { return patience() }
	}
	for i := range p.Admission {
		o.Admission = append(o.Admission, realAdmission(&p.Admission[i], scale))
	}
	if a := p.Autoscale; a != nil {
		o.Autoscale = realAutoscale(a, scale)
		if a.Startup != nil {
			o.Autoscale.Startup = drawn(a.Startup, "startup")
		}
	}
	for _, u := range []struct {
		to   *func() float64
		name string
	}{{&o.Uniforms.Admission, "admission"}, {&o.Uniforms.Discipline, "discipline"}, {&o.Uniforms.Adaptive, "adaptive"}} {
		*u.to = streams.For(repetition, "real/"+u.name).Float64
	}
	return o, nil
}

var realDisciplines = map[sim.Discipline]scheduler.Discipline{
	sim.FIFO: scheduler.FIFO, sim.LIFO: scheduler.LIFO, sim.Random: scheduler.Random,
	sim.Shortest: scheduler.Shortest, sim.Priority: scheduler.Priority, sim.Fair: scheduler.Fair,
}

var realOverflows = map[sim.Overflow]scheduler.Overflow{
	sim.Shed: scheduler.Shed, sim.DropOldest: scheduler.DropOldest, sim.Block: scheduler.Block,
}

// checkReal refuses what a real pool, or the generator, does not have.
func checkReal(m *sim.Model, scale float64) error {
	p := &m.Policies
	refuse := func(is bool, key, why string) error {
		if is {
			return &unreal{key, why}
		}
		return nil
	}
	for _, err := range []error{
		refuse(p.Timeout != nil, "client.timeout", "the generator's callers wait for as long as it takes"),
		refuse(p.Retry != nil, "queue.retry", "the generator offers every task once"),
		refuse(p.Breaker != nil, "client.breaker", "the generator has no circuit breaker"),
		refuse(p.Overflow == sim.Block, "queue.overflow: block", "it holds the generator, and a schedule that is held is no longer the one that is simulated"),
		refuse(p.Schedule != nil && scale != 1, "servers.schedule", "with a time_scale other than 1 its times would have to be scaled"),
		refuse(adapts(p) && scale != 1, "adaptive_concurrency", "its published parameters are times that no time_scale changes"),
	} {
		if err != nil {
			return err
		}
	}
	for i := range m.Streams {
		s := &m.Streams[i]
		if s.Population > 0 {
			return &unreal{"arrivals: process: closed", "the generator offers tasks at given times, whatever becomes of those before"}
		}
		if _, log := s.Process.(*arrivals.Trace); log && (s.Service == nil || s.Classes != nil) {
			return &unreal{"arrivals: process: trace", "of a log the generator takes the times of arrival alone: leave out its columns of service times and classes, and give a service"}
		}
	}
	return nil
}

func adapts(p *sim.Policies) bool {
	return slices.ContainsFunc(p.Admission, func(a sim.Admission) bool { return a.Adaptive != nil })
}

// realAdmission is a policy before the queue, its times longer by a scale.
func realAdmission(a *sim.Admission, scale float64) (out scheduler.Admission) {
	switch {
	case a.Throttle != nil:
		out.Throttle = &scheduler.Throttle{Rate: a.Throttle.Rate / scale, Burst: a.Throttle.Burst, Delay: a.Throttle.Delay}
	case a.Shed != nil:
		out.Shed = &scheduler.Shedding{When: a.Shed.When, Above: a.Shed.Above, Probability: a.Shed.Probability}
		if a.Shed.When == policy.Wait {
			out.Shed.Above *= scale
		}
	case a.CoDel != nil:
		out.CoDel = &scheduler.CoDel{Target: scaled(a.CoDel.Target, scale), Interval: scaled(a.CoDel.Interval, scale)}
	case a.Adaptive != nil:
		out.Adaptive = &scheduler.Adaptive{Algorithm: a.Adaptive.Algorithm, Min: a.Adaptive.Min, Max: a.Adaptive.Max}
	default:
		out.Concurrency = a.Concurrency
	}
	return out
}

// realAutoscale is how the servers follow the load, but for how long they take to
// start.
func realAutoscale(a *sim.Autoscale, scale float64) *scheduler.Autoscale {
	p := a.AutoscalerParameters
	for _, t := range []*float64{&p.Interval, &p.MetricDelay, &p.UpCooldown, &p.DownCooldown} {
		*t *= scale
	}
	if p.Metric == policy.Wait {
		p.Target *= scale
	}
	return &scheduler.Autoscale{AutoscalerParameters: p}
}

// scaled is a time in seconds, longer by a scale; the longest there is where it is
// longer than that.
func scaled(seconds, scale float64) time.Duration {
	const longest = time.Duration(1<<63 - 1)
	if x := seconds*scale*1e9 + 0.5; x < float64(longest) {
		return time.Duration(x)
	}
	return longest
}

// priorities are those of the streams, each once, the first to be served first.
func priorities(m *sim.Model) []int {
	var all []int
	for i := range m.Streams {
		all = append(all, m.Streams[i].Priority)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// schedule is what a repetition offers.
type schedule struct {
	arrivals []load.Arrival
	stream   []int     // of each arrival: an index into the model's streams
	delays   []float64 // of the network and of the response, of each arrival, in seconds
}

// mostReal is how many tasks a repetition may have.
const mostReal = 1_000_000

// drawSchedule draws the tasks that are emitted within some seconds, by the times
// at which they reach the pool: in the order of the streams where these tie.
func drawSchedule(m *sim.Model, streams distributions.Streams, repetition int, until float64) (*schedule, error) {
	type arrival struct {
		load.Arrival
		stream int
		delay  float64
	}
	var all []arrival
	levels := priorities(m)
	for i := range m.Streams {
		s := &m.Streams[i]
		list, err := load.Draw([]load.Stream{{
			Name: s.Name, Class: s.Class, Priority: slices.Index(levels, s.Priority), Process: s.Process, Batch: s.Batch, Service: s.Service,
		}}, streams, repetition, until, mostReal+1)
		if err != nil {
			return nil, err
		}
		network := streams.For(repetition, s.Name+"/network")
		for _, a := range list {
			x := arrival{Arrival: a, stream: i}
			if m.Network != nil {
				x.delay = m.Network.Sample(network)
				x.At += x.delay
			}
			all = append(all, x)
		}
	}
	if len(all) > mostReal {
		return nil, fmt.Errorf("more than %d tasks in a repetition: want a shorter real.duration, or a larger real.time_scale", mostReal)
	}
	slices.SortStableFunc(all, func(a, b arrival) int {
		switch {
		case a.At < b.At:
			return -1
		case a.At > b.At:
			return 1
		}
		return 0
	})
	out := &schedule{}
	responses := streams.For(repetition, "real/response")
	for _, x := range all {
		if m.Response != nil {
			x.delay += m.Response.Sample(responses)
		}
		out.arrivals, out.stream, out.delays = append(out.arrivals, x.Arrival), append(out.stream, x.stream), append(out.delays, x.delay)
	}
	return out, nil
}
