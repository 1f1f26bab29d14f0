// Package timeseries keeps the course of a run in bounded memory: how many tasks
// wait and how many are in service, step by step.
package timeseries

import (
	"fmt"
	"math"

	"spillway/sim/monitor"
)

// Point is what is known of one step.
type Point struct {
	Time float64 // end of the step, or of what has passed of it; seconds
	// Waiting and Busy are the tasks waiting and in service at Time, before what
	// happens at Time itself; their sum are the tasks in the system.
	Waiting, Busy int
	// MeanWaiting and MeanBusy are the averages over the step.
	MeanWaiting, MeanBusy float64
	MaxWaiting            int // largest number of tasks waiting in the step
}

// Sampler keeps a point for each step from time zero. When there are more steps
// than it may keep points, it joins steps in pairs, which doubles the step. It is
// a monitor.Observer for one goroutine.
type Sampler struct {
	step          float64
	limit         int    // cells
	cells         []cell // of the steps so far, the last goes on
	now           float64
	waiting, busy int
}

// cell is what is summed up in a step.
type cell struct {
	waiting, busy         float64 // integrals, task-seconds
	lastWaiting, lastBusy int
	most                  int
}

var _ monitor.Observer = (*Sampler)(nil)

// New keeps at most so many points, two or more, of steps in seconds, positive and
// finite.
func New(step float64, points int) (*Sampler, error) {
	if !(step > 0 && step <= math.MaxFloat64) {
		return nil, fmt.Errorf("timeseries: a step of %g s, want a positive finite one", step)
	}
	if points < 2 {
		return nil, fmt.Errorf("timeseries: %d points, want two or more", points)
	}
	return &Sampler{step: step, limit: points, cells: make([]cell, 1, points)}, nil
}

// Step is the length of a step in seconds, as it is now.
func (s *Sampler) Step() float64 { return s.step }

// Observe takes the next transition. A time before the last, or not finite, is the
// last.
func (s *Sampler) Observe(t monitor.Transition) {
	s.Advance(t.Time)
	s.waiting, s.busy = t.Waiting, t.Busy
	c := &s.cells[len(s.cells)-1]
	c.lastWaiting, c.lastBusy, c.most = t.Waiting, t.Busy, max(c.most, t.Waiting)
}

// Advance lets time pass to now without a transition.
func (s *Sampler) Advance(now float64) {
	if !(now > s.now && now <= math.MaxFloat64) {
		return
	}
	for now >= float64(s.limit)*s.step {
		s.join()
	}
	for end := s.end(); now >= end; end = s.end() {
		s.pass(end)
		s.cells = append(s.cells, cell{})
		s.pass(end)
	}
	s.pass(now)
}

// end is when the step ends that goes on.
func (s *Sampler) end() float64 { return float64(len(s.cells)) * s.step }

// pass lets time pass within a step.
func (s *Sampler) pass(now float64) {
	c := &s.cells[len(s.cells)-1]
	c.waiting += float64(s.waiting) * (now - s.now)
	c.busy += float64(s.busy) * (now - s.now)
	c.lastWaiting, c.lastBusy, c.most = s.waiting, s.busy, max(c.most, s.waiting)
	s.now = now
}

// join joins steps in pairs.
func (s *Sampler) join() {
	n := len(s.cells)
	for i := range (n + 1) / 2 {
		c := s.cells[2*i]
		if 2*i+1 < n {
			d := s.cells[2*i+1]
			c = cell{c.waiting + d.waiting, c.busy + d.busy, d.lastWaiting, d.lastBusy, max(c.most, d.most)}
		}
		s.cells[i] = c
	}
	s.cells = s.cells[:(n+1)/2]
	s.step *= 2
}

// Points are the points so far, the last of the step that goes on; none before any
// time has passed.
func (s *Sampler) Points() []Point {
	points := make([]Point, 0, len(s.cells))
	for i, c := range s.cells {
		start := float64(i) * s.step
		end := min(start+s.step, s.now)
		if length := end - start; length > 0 {
			points = append(points, Point{end, c.lastWaiting, c.lastBusy, c.waiting / length, c.busy / length, c.most})
		}
	}
	return points
}
