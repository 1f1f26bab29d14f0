package scheduler

import (
	"math"
	"time"
)

// The kinds of events of the agendas, in their order at one instant; those of the
// simulator, as far as there are such.
const (
	atReady    uint8 = iota // a server has started
	atPatience              // a task leaves the queue
	atScale                 // the number of servers is looked at
	atRelease               // a throttle lets a task go
)

// elapsed is the time since the start, in whole nanoseconds as clocks have it.
func (p *Pool) elapsed() time.Duration { return time.Since(p.start) }

// seconds is a time of the clock in seconds, the float64 next to it.
func seconds(d time.Duration) float64 { return float64(d) / 1e9 }

// instant is the time of the clock nearest to t seconds.
func instant(t float64) time.Duration {
	if !(t < math.MaxInt64/1e9) {
		return math.MaxInt64
	}
	return time.Duration(math.Round(t * 1e9))
}

// elapse moves the clock of the pool on, and lets happen what is due. The clock of
// a pool that is closed and empty stands still.
func (p *Pool) elapse() {
	if p.over() {
		return
	}
	clock := p.elapsed()
	p.now = max(p.now, seconds(clock))
	for instant(p.next()) <= clock && !p.over() {
		p.happen()
	}
}

// next is when the next event of the agendas is due.
func (p *Pool) next() float64 { return min(p.agenda.Time(), p.servers.agenda.Time()) }

// happen carries out the next event of the agendas. It happens now, however late,
// but never before it is due: the clock knows whole nanoseconds only.
func (p *Pool) happen() {
	p.now = max(p.now, p.next())
	own, fleet := p.agenda.Time(), p.servers.agenda.Time()
	if fleet < own || fleet == own && p.servers.agenda.Kind() <= p.agenda.Kind() {
		p.scale()
		return
	}
	_, kind, owner := p.agenda.Take()
	j := p.jobs[owner]
	if kind == atPatience {
		p.abandon(j)
		return
	}
	p.resume(j)
}

// schedule puts the event of a job on the agenda; what is at infinity never
// happens.
func (p *Pool) schedule(t float64, kind uint8, j *job) {
	if t <= math.MaxFloat64 {
		must(p.agenda.Schedule(max(t, p.now), kind, j.index))
	}
}

// must holds of what cannot fail: an event at a time that is neither past nor
// infinite.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

// rearm sees to it that the alarm rings when the next event is due, or before.
func (p *Pool) rearm() {
	next := p.next()
	if next >= p.armed || p.over() {
		return
	}
	p.armed = next
	p.alarm.Reset(max(0, instant(next)-p.elapsed()))
}

// ring is called by the alarm.
func (p *Pool) ring() {
	p.mu.Lock()
	p.armed = math.Inf(1)
	p.elapse()
	p.leave()
}
