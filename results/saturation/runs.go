package main

import (
	"math"

	"golang.org/x/sync/errgroup"

	"spillway/distributions"
	"spillway/sim"
	"spillway/sim/monitor"
	"spillway/sim/monitor/saturation"
)

// alarm is the first alarm of a judge in a run.
type alarm struct {
	raised bool
	time   float64 // seconds from the start; the horizon when it was not raised
	load   float64 // offered over the detector's window before it
}

// outcome is what one run came to.
type outcome struct {
	alarms []alarm // of each judge
	peak   float64 // largest load offered over five minutes
}

// panel is all judges and the truth, watching one run.
type panel struct {
	judges       []judge
	alarms       []alarm
	lately, five offered
}

// judges are their names, in the order of the panel.
var judgeNames = []string{"detector", "ρ ≥ 0.85 for a minute", "queue twice its start"}

func newPanel(w workload) (*panel, error) {
	config := saturation.DefaultConfig(servers)
	detector, err := saturation.New(config)
	if err != nil {
		return nil, err
	}
	p := &panel{
		judges: []judge{sequential{detector}, &utilization{}, &doubled{}},
		lately: newOffered(int(config.Window), w.service), five: newOffered(300, w.service),
	}
	for range p.judges {
		p.alarms = append(p.alarms, alarm{time: w.horizon})
	}
	return p, nil
}

func (p *panel) Observe(t monitor.Transition) {
	p.lately.Observe(t)
	p.five.Observe(t)
	for i, j := range p.judges {
		if p.alarms[i].raised {
			continue
		}
		if j.Observe(t); j.saturated() {
			p.alarms[i] = alarm{true, t.Time, p.lately.load()}
		}
	}
}

// watch runs a workload at a load, once for each replication.
func watch(w workload, load float64, streams distributions.Streams, replications, workers int) ([]outcome, error) {
	outcomes := make([]outcome, replications)
	var group errgroup.Group
	group.SetLimit(workers)
	for i := range outcomes {
		group.Go(func() error {
			p, err := newPanel(w)
			if err != nil {
				return err
			}
			err = w.run(load, p, streams, i)
			outcomes[i] = outcome{p.alarms, p.five.peak}
			return err
		})
	}
	return outcomes, group.Wait()
}

// run lets an observer watch one run.
func (w workload) run(load float64, o monitor.Observer, streams distributions.Streams, replication int) error {
	process, err := w.process(load * servers / w.service)
	if err != nil {
		return err
	}
	service, err := distributions.NewExponential(1 / w.service)
	if err != nil {
		return err
	}
	model := &sim.Model{
		Classes: []string{"all"}, Servers: servers,
		Streams: []sim.Stream{{Name: "all", Process: process, Service: service}},
	}
	run, err := sim.New(model, streams, replication, o)
	if err != nil {
		return err
	}
	return run.Advance(math.MaxInt64, w.horizon)
}
