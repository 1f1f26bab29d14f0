package load

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"spillway/sim/scheduler"
)

// Summary is the statistics of some values, by their order and not by a histogram:
// a quantile is the value of nearest rank. Of no values all are 0.
type Summary struct {
	Count                              int
	Mean, SD                           float64
	P50, P90, P95, P99, P999, Max, Min float64
}

// Summarize sorts the values.
func Summarize(values []float64) Summary {
	n := len(values)
	if n == 0 {
		return Summary{}
	}
	slices.Sort(values)
	s := Summary{Count: n, Min: values[0], Max: values[n-1]}
	for i, x := range values { // Welford 1962
		d := x - s.Mean
		s.Mean += d / float64(i+1)
		s.SD += d * (x - s.Mean)
	}
	s.SD = math.Sqrt(s.SD / float64(max(1, n-1)))
	quantile := func(p float64) float64 {
		rank := math.Ceil(p * float64(n) * (1 - 1e-15))
		return values[max(1, int(rank))-1]
	}
	s.P50, s.P90, s.P95, s.P99, s.P999 = quantile(0.5), quantile(0.9), quantile(0.95), quantile(0.99), quantile(0.999)
	return s
}

// Measured is what a run gave. Times are seconds. Wait, Service, Dispatch and
// Latency are those of the tasks that were run to their ends.
type Measured struct {
	Wait    Summary // from the queue to the server
	Service Summary // that really happened: on the server, timer overshoot included
	// Dispatch is the part of the service before the task's own code ran.
	Dispatch Summary
	Latency  Summary // from the intended time to the end
	Lateness Summary // of the generator, of all tasks

	Offered, Completed, Shed, Abandoned, TimedOut int
	Seconds                                       float64 // from the beginning to the last end
	Throughput                                    float64 // completed tasks per second
	// Invalid says why the run says nothing about the pool; empty where it does.
	Invalid string
}

// ShedRatio is the share of the offered tasks that were refused; 0 of none.
func (m *Measured) ShedRatio() float64 { return float64(m.Shed) / float64(max(1, m.Offered)) }

// Measure sums up the tasks of a run of a plan.
func Measure(tasks []Task, tolerance float64) Measured {
	m := Measured{Offered: len(tasks)}
	var waits, services, dispatches, latencies, lateness []float64
	for i := range tasks {
		t := &tasks[i]
		lateness = append(lateness, max(0, t.Called-t.Intended))
		m.Seconds = max(m.Seconds, t.Finished)
		if !m.completed(t) {
			continue
		}
		waits = append(waits, t.Started-t.Queued)
		services = append(services, t.Finished-t.Started)
		dispatches = append(dispatches, t.Begun-t.Started)
		latencies = append(latencies, t.Finished-t.Intended)
	}
	m.Wait, m.Service, m.Dispatch = Summarize(waits), Summarize(services), Summarize(dispatches)
	m.Latency, m.Lateness = Summarize(latencies), Summarize(lateness)
	m.Completed = len(latencies)
	if m.Seconds > 0 {
		m.Throughput = float64(m.Completed) / m.Seconds
	}
	if late := m.Lateness.P99; late > tolerance {
		m.Invalid = fmt.Sprintf("the generator could not keep its schedule: 1 %% of the tasks were offered at least %.3g ms late, allowed are %.3g ms",
			late*1e3, tolerance*1e3)
	}
	return m
}

// completed counts a task by how it ended, and says whether it was run to its end.
func (m *Measured) completed(t *Task) bool {
	switch {
	case errors.Is(t.Err, scheduler.ErrAbandoned):
		m.Abandoned++
	case errors.Is(t.Err, scheduler.ErrShed), errors.Is(t.Err, scheduler.ErrClosed):
		m.Shed++
	case t.Err != nil && t.Server < 0:
		m.TimedOut++
	default:
		return true
	}
	return false
}
