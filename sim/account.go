package sim

import "spillway/sim/measure"

// account is what the recursion measures of the tasks of one class. Where there
// is one class alone, its numbers of tasks over time are those of the whole
// station, which the recursion has already: from offered on all is empty.
type account struct {
	wait, service, latency *measure.Tally
	waitService, waitGap   float64
	counted                int64

	offered int64 // since time zero
	line    line
	crowd   crowd
	transit transit

	completedBefore int64 // of the window
}

func newAccount(scale float64, m *merger) *account {
	return &account{
		wait: measure.NewTally(scale), service: measure.NewTally(scale), latency: measure.NewTally(scale),
		line: line{merger: m},
	}
}

// begin starts a window at now.
func (a *account) begin(now float64) {
	a.line.begin(now)
	a.crowd.begin(now)
	a.transit.begin(now)
	a.completedBefore = a.offered - int64(a.crowd.present())
}

// totals are the numbers of tasks over time, up to now.
func (a *account) totals(now float64) classTotals {
	waiting, inSystem := a.line.level(now), a.crowd.level(now)
	inSystem.Area += waiting.Area
	return classTotals{
		waiting: waiting, inSystem: inSystem, inNetwork: a.transit.level(),
		completed: a.offered - int64(a.crowd.present()) - a.completedBefore,
	}
}

// observe measures tasks that are counted, of which queued are the waits above
// zero.
func (a *account) observe(delay float64, t tasks, queued, latencies []float64) {
	latencies = latencies[:len(t.waits)]
	a.pair(delay, t.services, t.waits, latencies)
	a.wait.ObserveZeros(len(t.waits) - len(queued))
	a.wait.ObserveAll(queued)
	a.service.ObserveAll(t.services)
	a.latency.ObserveAll(latencies)
	a.counted += int64(len(t.waits))
}

// pair makes latencies of waits and services, and adds up their products: in two
// sums, because an addition waits for the one before it.
func (a *account) pair(delay float64, services, waits, latencies []float64) {
	n := len(waits)
	services, latencies = services[:n], latencies[:n]
	even, odd := 0.0, 0.0
	for i := 1; i < n; i += 2 {
		w, s, v, t := waits[i-1], services[i-1], waits[i], services[i]
		latencies[i-1], latencies[i] = delay+w+s, delay+v+t
		even += w * s
		odd += v * t
	}
	if n%2 == 1 {
		w, s := waits[n-1], services[n-1]
		latencies[n-1] = delay + w + s
		even += w * s
	}
	a.waitService += even + odd
}

// pairGaps adds up the products of waits and the gaps that follow, but for the
// last of the tasks.
func (a *account) pairGaps(offers, waits []float64) {
	n := len(waits)
	offers = offers[:n]
	even, odd := 0.0, 0.0
	for i := 2; i < n; i += 2 {
		at := offers[i-1]
		even += waits[i-2] * (at - offers[i-2])
		odd += waits[i-1] * (offers[i] - at)
	}
	if n%2 == 0 {
		even += waits[n-2] * (offers[n-1] - offers[n-2])
	}
	a.waitGap += even + odd
}
