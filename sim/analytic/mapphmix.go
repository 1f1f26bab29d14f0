package analytic

import (
	"fmt"

	"spillway/distributions"
)

// phases is the law of the service of a task of any of the streams as one of
// phase type; the string says what keeps it from being one.
//
// Where all streams are Poisson, tasks come to the servers with services that are
// independent draws from one mixture, weighted by rates: which of the streams the next arrival
// is of does not depend on when it comes nor on those before (J. F. C. Kingman,
// Poisson Processes, Oxford University Press 1993, chapter 5, the colouring theorem).
// The queue is that of the mixture, whose phases are those of the laws side by
// side, and the wait is the same for all classes; a task's own service is that
// of its class.
func (m mixture) phases() (*phaseLaw, string) {
	laws, weights := m.laws()
	if len(laws) == 1 {
		return newPhases(laws[0])
	}
	var parts []*phaseLaw
	for _, d := range laws {
		l, obstacle := newPhases(d)
		if obstacle != "" {
			return nil, obstacle
		}
		parts = append(parts, l)
	}
	all := mixPhases(parts, weights)
	if all.phases() > mapPhaseLimit {
		return nil, fmt.Sprintf("of %d phases, more than %d", all.phases(), mapPhaseLimit)
	}
	return all, ""
}

// laws are the different laws of service and their shares of the tasks.
func (m mixture) laws() ([]distributions.Distribution, []pair) {
	if m.same() {
		return []distributions.Distribution{m[0].Service}, nil
	}
	var laws []distributions.Distribution
	var weights []pair
	total := pair{hi: 1}.dividedBy(mixtureRate(m))
	for _, s := range m {
		if s.rate().hi == 0 {
			continue
		}
		i := 0
		for i < len(laws) && !sameLaw(laws[i], s.Service) {
			i++
		}
		if i == len(laws) {
			laws, weights = append(laws, s.Service), append(weights, pair{})
		}
		weights[i] = weights[i].plus(s.rate().product(total))
	}
	return laws, weights
}

// mixPhases is the mixture of laws, the phases of which stand side by side.
func mixPhases(parts []*phaseLaw, weights []pair) *phaseLaw {
	n := 0
	for _, l := range parts {
		n += l.phases()
	}
	all := &phaseLaw{newWide(1, n, true), newWide(n, n, true), newWide(n, 1, true)}
	at := 0
	for k, l := range parts {
		for i := range l.phases() {
			all.alpha.set(0, at+i, l.alpha.at(0, i).product(weights[k]))
			all.exit.set(at+i, 0, l.exit.at(i, 0))
			for j := range l.phases() {
				all.jump.set(at+i, at+j, l.jump.at(i, j))
			}
		}
		at += l.phases()
	}
	return all
}

// own is the law of the service of the tasks of some streams.
func (q *mapQueue) own(of mixture) (*phaseLaw, error) {
	l, obstacle := of.phases()
	if obstacle != "" {
		return nil, fmt.Errorf("%w: service is %s", ErrNoModel, obstacle)
	}
	if !q.wide {
		l = l.narrow()
	}
	return l, nil
}

// narrow drops the low halves.
func (l *phaseLaw) narrow() *phaseLaw {
	return &phaseLaw{l.alpha.narrow(), l.jump.narrow(), l.exit.narrow()}
}
