package main

import (
	"fmt"
	"slices"

	"spillway/distributions"
	"spillway/distributions/arrivals"
	"spillway/sim/monitor"
	"spillway/sim/monitor/saturation"
)

const (
	before  = 0.7  // the load before and after
	begins  = 1800 // when the load changes, seconds
	watched = 3600 // how long is watched from then on
)

// episode is a load that lasts for some time.
type episode struct{ load, length float64 }

// episodes are a minute and two of which the queue is worked off afterwards, ten
// minutes, and an hour.
func episodes() []episode {
	return []episode{{1.5, 30}, {1.5, 60}, {1.5, 600}, {1.1, 600}, {1.05, watched}, {1.1, watched}, {1.5, watched}}
}

// during is Poisson arrivals whose rate is that of the episode while it lasts.
func (e episode) during(service float64) workload {
	w := poisson(service, begins+watched)
	w.process = func(rate float64) (arrivals.Process, error) {
		within, err := arrivals.NewPoisson(rate / before * e.load)
		if err != nil {
			return nil, err
		}
		outside, err := arrivals.NewPoisson(rate)
		return change{[]arrivals.Process{outside, within, outside}, []float64{begins, begins + e.length}}, err
	}
	return w
}

// change is one process after another, each begun anew.
type change struct {
	parts []arrivals.Process
	until []float64 // ends of all but the last
}

func (c change) Rate() float64  { return c.parts[0].Rate() }
func (c change) String() string { return fmt.Sprint("change", c.parts) }

func (c change) Start(s *distributions.Stream) arrivals.Source {
	return &changing{change: c, stream: s, source: c.parts[0].Start(s)}
}

type changing struct {
	change
	stream *distributions.Stream
	source arrivals.Source
	part   int
	start  float64
}

func (c *changing) Fill(epochs []float64) int {
	for i := range epochs {
		for {
			if c.source.Fill(epochs[i:i+1]) == 0 {
				return i
			}
			epochs[i] += c.start
			if c.part == len(c.until) || epochs[i] < c.until[c.part] {
				break
			}
			c.start = c.until[c.part]
			c.part++
			c.source = c.parts[c.part].Start(c.stream)
		}
	}
	return len(epochs)
}

// diary notes when the detector comes to think the pool saturated and when it
// comes to think it is not.
type diary struct {
	*saturation.Detector
	begin, end []float64
}

func (d *diary) Observe(t monitor.Transition) {
	was := d.State() == saturation.Saturated
	d.Detector.Observe(t)
	switch is := d.State() == saturation.Saturated; {
	case is && !was:
		d.begin = append(d.begin, t.Time)
	case was && !is:
		d.end = append(d.end, t.Time)
	}
}

// changeRow is a row of the table on changes of the load.
func changeRow(e episode, service float64, streams distributions.Streams, replications int) (string, error) {
	w := e.during(service)
	early, found := 0, 0
	var delays, reliefs []float64
	for i := range replications {
		detector, err := saturation.New(saturation.DefaultConfig(servers))
		if err != nil {
			return "", err
		}
		d := &diary{Detector: detector}
		if err := w.run(before, d, streams, i); err != nil {
			return "", err
		}
		at, _ := slices.BinarySearch(d.begin, begins)
		early += at
		if at < len(d.begin) {
			found++
			delays = append(delays, d.begin[at]-begins)
		}
		if n := len(d.end); n > 0 && d.end[n-1] > begins+e.length {
			reliefs = append(reliefs, d.end[n-1]-begins-e.length)
		}
	}
	return fmt.Sprintf("| %g for %g s | %g s | %d | %d / %d | %s | %s |\n", e.load, e.length, service, early, found, replications,
		seconds(delays), seconds(reliefs)), nil
}
