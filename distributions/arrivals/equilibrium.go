package arrivals

import (
	"math"

	"spillway/distributions"
)

// A rest draws what is left of a period at a moment that is nothing to the
// process: a variate of the equilibrium law, whose density at x is
// P(X > x)/mean.
type rest func(s *distributions.Stream) float64

// equilibrium is the rest of a law with a positive finite mean; false where
// the law has no distribution function.
//
//   - Phase-type laws are phase-type again, with the stationary law of the
//     phases of the renewal process as their start (Neuts, "Matrix-Geometric
//     Solutions in Stochastic Models", 1981, section 2.3).
//   - Pareto and Lomax laws give such laws with an exponent less by one; the
//     Pareto law does so with probability 1/alpha and is else uniform below
//     its minimum.
//   - The rest of a mixture is a mixture of rests; that of a shifted law is
//     uniform below the offset, or beyond it as that of the law.
//   - Every other law is drawn by rejection.
func equilibrium(d distributions.Distribution) (rest, bool) {
	if e, ok := d.(distributions.Exponential); ok {
		return e.Sample, true
	}
	if p, ok := distributions.AsPhaseType(d); ok {
		if r, ok := phaseTypeRest(p); ok {
			return r, true
		}
	}
	switch d := d.(type) {
	case distributions.Deterministic:
		return uniformTo(d.Value()), true
	case distributions.Pareto:
		return paretoRest(d)
	case distributions.Lomax:
		r, err := distributions.NewLomax(d.Alpha()-1, d.Scale())
		return r.Sample, err == nil
	case distributions.Shifted:
		return shiftedRest(d)
	case distributions.Mixture:
		return mixtureRest(d)
	}
	survival, ok := survivalOf(d)
	if !ok {
		return nil, false
	}
	return rejection(survival, d.Mean()), true
}

func uniformTo(x float64) rest {
	return func(s *distributions.Stream) float64 { return x * s.Float64() }
}

func phaseTypeRest(d distributions.PhaseType) (rest, bool) {
	c := chainOf(d)
	restart := square(len(c.alpha))
	for i := range restart {
		for j, a := range c.alpha {
			restart[i][j] = c.leave[i] * a
		}
	}
	e, err := distributions.NewPhaseType(stationary(c.matrix, restart), c.matrix)
	return e.Sample, err == nil
}

func paretoRest(d distributions.Pareto) (rest, bool) {
	tail, err := distributions.NewPareto(d.Alpha()-1, d.Minimum())
	return oneOf([]float64{d.Alpha() - 1, 1}, []rest{uniformTo(d.Minimum()), tail.Sample}), err == nil
}

func shiftedRest(d distributions.Shifted) (rest, bool) {
	early, late := uniformTo(d.Offset()), rest(nil)
	if d.Of().Mean() > 0 {
		of, ok := equilibrium(d.Of())
		if !ok {
			return nil, false
		}
		late = func(s *distributions.Stream) float64 { return d.Offset() + of(s) }
	}
	return oneOf([]float64{d.Offset(), d.Of().Mean()}, []rest{early, late}), true
}

// mixtureRest weighs by probability and mean: a longer period is more often
// found.
func mixtureRest(d distributions.Mixture) (rest, bool) {
	weights, rests := d.Weights(), make([]rest, len(d.Weights()))
	for i, c := range d.Components() {
		if weights[i] *= c.Mean(); weights[i] == 0 {
			continue
		}
		var ok bool
		if rests[i], ok = equilibrium(c); !ok {
			return nil, false
		}
	}
	return oneOf(weights, rests), true
}

// oneOf draws one of several with probabilities in proportion to weights.
func oneOf(weights []float64, of []rest) rest {
	var list []outcome
	for i, w := range weights {
		if w > 0 {
			list = append(list, outcome{w, i, false})
		}
	}
	list = cumulated(list)
	return func(s *distributions.Stream) float64 { return of[choose(list, s).phase](s) }
}

// survivalOf is P(X > x) of a law that has a distribution function.
func survivalOf(d distributions.Distribution) (func(x float64) float64, bool) {
	if b, ok := d.(distributions.BoundedPareto); ok {
		return boundedParetoSurvival(b), true
	}
	cdf, ok := distributions.CDFOf(d)
	return func(x float64) float64 { return 1 - cdf(x) }, ok
}

// boundedParetoSurvival does not subtract from 1: with an alpha near 1 and
// wide bounds much of the time is in periods of a probability below 1e-16.
func boundedParetoSurvival(d distributions.BoundedPareto) func(x float64) float64 {
	least, most := math.Log(d.Min()), math.Log(d.Max())
	all := math.Expm1(-d.Alpha() * (most - least))
	return func(x float64) float64 {
		switch l := math.Log(x); {
		case l <= least:
			return 1
		case l >= most:
			return 0
		default:
			return math.Exp(-d.Alpha()*(l-least)) * math.Expm1(-d.Alpha()*(most-l)) / all
		}
	}
}

// rejection draws from the density survival(x)/mean. It lies under a staircase:
// each step begins at twice the place of the one before and has the height of
// the survival function there, which never increases. A step is at most twice
// the area under the step before, so that at least about every other point of
// the staircase is under the density. What is beyond the place where the
// survival function comes out as 0 is lost: where it is 1 − CDF, periods of a
// probability below 1e-16.
func rejection(survival func(x float64) float64, mean float64) rest {
	type step struct{ from, width, height float64 }
	var steps []step
	var list []outcome
	for from, to := 0.0, mean/64; !math.IsInf(to, 1); from, to = to, 2*to {
		s := step{from, to - from, survival(from)}
		if from == 0 {
			s.height = 1
		}
		if !(s.height > 0) {
			break
		}
		list = append(list, outcome{s.height * (s.width / mean), len(steps), false})
		steps = append(steps, s)
	}
	list = cumulated(list)
	return func(s *distributions.Stream) float64 {
		for {
			g := &steps[choose(list, s).phase]
			x := g.from + float64(g.width*s.Float64())
			if s.Float64()*g.height < survival(x) {
				return x
			}
		}
	}
}
