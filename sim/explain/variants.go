package explain

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"spillway/distributions"
	"spillway/distributions/arrivals"
	"spillway/sim"
	"spillway/sim/experiment"
)

// binWidths are those of the bins, in seconds.
var binWidths = [...]float64{1, 10, 60, 600}

// mostInBin is how many tasks a bin may have on average: they are held.
const mostInBin = 10_000_000

// variant is a system that differs from the one at hand in one thing or two.
type variant struct {
	name             string // "gaps_shuffled"
	arrivals, demand string // in words
	// change makes a stream of the variant; without one it is the stream as it
	// is. An error says why it cannot be made.
	change func(s *sim.Stream, plan *experiment.Plan) (sim.Stream, bool, error)
}

// same and unlike are what change returns of a stream that stays as it is, and of
// one that does not.
func same(s *sim.Stream) (sim.Stream, bool, error)             { return *s, false, nil }
func unlike(s sim.Stream, err error) (sim.Stream, bool, error) { return s, true, err }

// The words for what stays.
const (
	asTheyAre   = "as they are"
	shuffledToo = "shuffled"
	constantToo = "constant"
)

// variants are all of them, in the order of the table.
func variants() []variant {
	all := []variant{
		{"as_is", asTheyAre, asTheyAre, same2},
		{"demands_shuffled", asTheyAre, shuffledToo, mixDemands},
		{"constant_service", asTheyAre, constantToo, constantService},
	}
	for _, width := range slices.Backward(binWidths[:]) {
		all = append(all, variant{
			fmt.Sprintf("bins_%g", width), fmt.Sprintf("Poisson inside %g s", width), asTheyAre,
			func(s *sim.Stream, plan *experiment.Plan) (sim.Stream, bool, error) { return binStream(s, plan, width) },
		})
	}
	return append(all,
		variant{"gaps_shuffled", "gaps shuffled", shuffledToo, shuffleGaps},
		variant{"poisson", "Poisson", shuffledToo, poissonArrivals},
		variant{"poisson_constant", "Poisson", constantToo, func(s *sim.Stream, plan *experiment.Plan) (sim.Stream, bool, error) {
			p, changed, err := poissonArrivals(s, plan)
			if err != nil {
				return p, changed, err
			}
			q, too, err := constantService(&p, plan)
			return q, changed || too, err
		}},
	)
}

func same2(s *sim.Stream, _ *experiment.Plan) (sim.Stream, bool, error) { return same(s) }

// mixable says that the log tells something of its tasks that can be shuffled.
func (r replay) mixable() bool { return r.rows.services != nil || r.rows.classes != nil }

// mix is the replay with its demands shuffled.
func (r replay) mix() replay {
	r.mixed = r.mixable()
	return r
}

// mixDemands shuffles what a log says of its tasks; what is drawn is independent
// already.
func mixDemands(s *sim.Stream, _ *experiment.Plan) (sim.Stream, bool, error) {
	log, ok := s.Process.(replay)
	if !ok {
		return same(s)
	}
	out := *s
	out.Process = log.mix()
	return out, log.mixable(), nil
}

// constantService gives every task of a stream the mean service time.
func constantService(s *sim.Stream, _ *experiment.Plan) (sim.Stream, bool, error) {
	if _, constant := s.Service.(distributions.Deterministic); constant {
		return same(s)
	}
	out := *s
	d, err := distributions.NewDeterministic(meanService(s))
	out.Service = d
	return unlike(out, err)
}

// meanService is the mean service time of a stream, in seconds.
func meanService(s *sim.Stream) float64 { return s.MeanService() }

// binStream makes arrivals uniform inside bins.
func binStream(s *sim.Stream, plan *experiment.Plan, width float64) (sim.Stream, bool, error) {
	if _, poisson := s.Process.(arrivals.Poisson); s.Population > 0 || poisson && s.Batch == nil {
		return same(s)
	}
	if n := rate(s, plan) * width; n > mostInBin {
		return *s, true, fmt.Errorf("%.3g tasks in a bin of %g s cannot be held", n, width)
	}
	out := *s
	out.Process, out.Batch = binned{tasksOf(s.Process, s.Batch), width}, nil
	return unlike(out, nil)
}

var errOneInstant = errors.New("all tasks arrive at one time")

// shuffleGaps makes the gaps between tasks independent of one another, and of
// the demands.
func shuffleGaps(s *sim.Stream, plan *experiment.Plan) (sim.Stream, bool, error) {
	out := *s
	if log, ok := s.Process.(replay); ok {
		if log.Trace.Rate() == 0 {
			return unlike(out, errOneInstant)
		}
		log = log.mix()
		log.order = gapsShuffled
		out.Process = log
		return unlike(out, nil)
	}
	if s.Population > 0 || s.Batch == nil && independent(s.Process) {
		return same(s)
	}
	law, err := gapLaw(s, plan)
	out.Process, out.Batch = arrivals.Renewal{Gap: law}, nil
	return unlike(out, err)
}

// independent says that the gaps of a process are.
func independent(p arrivals.Process) bool {
	switch p.(type) {
	case arrivals.Poisson, arrivals.Renewal, arrivals.Deterministic:
		return true
	}
	return false
}

// poissonArrivals gives a stream Poisson arrivals of the same rate, with demands
// that are independent of one another.
func poissonArrivals(s *sim.Stream, plan *experiment.Plan) (sim.Stream, bool, error) {
	out := *s
	if log, ok := s.Process.(replay); ok {
		if log.Trace.Rate() == 0 {
			return unlike(out, errOneInstant)
		}
		log = log.mix()
		log.order = poissonGaps
		out.Process = log
		return unlike(out, nil)
	}
	if _, poisson := s.Process.(arrivals.Poisson); s.Population > 0 || poisson && s.Batch == nil {
		return same(s)
	}
	p, err := arrivals.NewPoisson(rate(s, plan))
	out.Process, out.Batch = p, nil
	return unlike(out, err)
}

// of is the model as a variant has it; changed is false where that is the model
// itself.
func (v *variant) of(m *sim.Model, plan *experiment.Plan) (out *sim.Model, changed bool, err error) {
	c := *m
	c.Streams = slices.Clone(m.Streams)
	for i := range c.Streams {
		s, other, err := v.change(&m.Streams[i], plan)
		if err != nil {
			return nil, true, err
		}
		c.Streams[i] = s
		changed = changed || other
	}
	return &c, changed, nil
}

// offered is the work that arrives per second, in servers.
func offered(m *sim.Model, plan *experiment.Plan) (tasks, load float64) {
	for i := range m.Streams {
		s := &m.Streams[i]
		if s.Population > 0 {
			return math.NaN(), math.NaN()
		}
		r := rate(s, plan)
		tasks += r
		load += r * meanService(s)
	}
	return tasks, load
}
