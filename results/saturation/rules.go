package main

import (
	"spillway/sim/monitor"
	"spillway/sim/monitor/saturation"
)

// judge says whether the pool is saturated, as of the last transition.
type judge interface {
	monitor.Observer
	saturated() bool
}

// sequential is the detector.
type sequential struct{ *saturation.Detector }

func (s sequential) saturated() bool { return s.State() == saturation.Saturated }

// minute keeps a quantity's mean over the last minute, in steps of a second.
type minute struct {
	steps    [60]float64
	seconds  int     // that have ended
	last     float64 // time
	level    float64
	sum, all float64 // of the second that goes on; of steps
}

// observe lets time pass at the last level and calls each at every second's end.
func (m *minute) observe(now, level float64, each func()) {
	for end := float64(m.seconds + 1); now >= end; end++ {
		m.sum += m.level * (end - m.last)
		step := &m.steps[m.seconds%len(m.steps)]
		m.all += m.sum - *step
		*step, m.sum, m.last = m.sum, 0, end
		m.seconds++
		each()
	}
	m.sum += m.level * (now - m.last)
	m.last, m.level = now, level
}

// mean is that over the last minute; false in the first.
func (m *minute) mean() (float64, bool) {
	return m.all / float64(len(m.steps)), m.seconds >= len(m.steps)
}

// utilization is the fixed rule "ρ ≥ 0.85 over the last minute".
type utilization struct {
	busy minute
	on   bool
}

func (u *utilization) Observe(t monitor.Transition) {
	u.busy.observe(t.Time, float64(t.Busy), func() {
		mean, ok := u.busy.mean()
		u.on = ok && mean >= 0.85*servers
	})
}

func (u *utilization) saturated() bool { return u.on }

// doubled is the fixed rule "the mean queue of the last minute is twice that of
// the first", of which at least one task is taken.
type doubled struct {
	queue minute
	start float64
	on    bool
}

func (d *doubled) Observe(t monitor.Transition) {
	d.queue.observe(t.Time, float64(t.Waiting), func() {
		mean, ok := d.queue.mean()
		switch {
		case ok && d.queue.seconds == len(d.queue.steps):
			d.start = max(mean, 1)
		case ok:
			d.on = mean >= 2*d.start
		}
	})
}

func (d *doubled) saturated() bool { return d.on }

// offered is the work offered over a window that ends now, as a share of
// capacity, by one who knows the mean service time: the truth.
type offered struct {
	service float64
	steps   []int // tasks in each second of the window
	total   int
	second  int
	peak    float64 // largest over whole windows, so far
}

func newOffered(seconds int, service float64) offered {
	return offered{service: service, steps: make([]int, seconds)}
}

func (o *offered) Observe(t monitor.Transition) {
	for ; o.second < int(t.Time); o.second++ {
		if o.second+1 >= len(o.steps) {
			o.peak = max(o.peak, o.load())
		}
		next := &o.steps[(o.second+1)%len(o.steps)]
		o.total -= *next
		*next = 0
	}
	if t.Kind == monitor.Offered {
		o.steps[o.second%len(o.steps)]++
		o.total++
	}
}

func (o *offered) load() float64 {
	return float64(o.total) * o.service / float64(servers*min(o.second+1, len(o.steps)))
}
