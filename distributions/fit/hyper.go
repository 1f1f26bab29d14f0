package fit

import (
	"errors"
	"math"

	"spillway/distributions"
)

// twoPhases is a hyperexponential law of two phases.
type twoPhases struct {
	first float64    // probability of phase 0
	rates [2]float64 // per mean value
}

func (h twoPhases) vector() vector {
	return vector{math.Log(h.first) - math.Log1p(-h.first), math.Log(h.rates[0]), math.Log(h.rates[1])}
}

// phasesOf keeps the rates below a greatest one, without which the likelihood
// of a sample with zeros has no bound, and all parameters in a range in which
// nothing overflows.
func phasesOf(v vector, greatest float64) twoPhases {
	const far = 30 // e^30 is 1e13
	logit := min(far, max(-far, v[0]))
	rate := func(u float64) float64 { return min(greatest, math.Exp(min(far, max(-far, u)))) }
	return twoPhases{1 / (1 + math.Exp(-logit)), [2]float64{rate(v[1]), rate(v[2])}}
}

// shortFirst is the same law, the phase of the shorter times in front.
func (h twoPhases) shortFirst() twoPhases {
	if h.rates[0] < h.rates[1] {
		return twoPhases{1 - h.first, [2]float64{h.rates[1], h.rates[0]}}
	}
	return h
}

// weighted is a sample, values over their mean, of which each may stand for
// several.
type weighted struct {
	values  []float64
	weights []float64 // nil: one each
	scale   float64   // factor of the values
}

// phaseSums are what the M step needs: how many values came from a phase and
// their sum, by expectation.
type phaseSums struct {
	number, sum [2]float64
}

// expect is the E step of the mixture (Dempster, Laird and Rubin, JRSS B
// 39(1), 1977, section 4.3), and the logarithm of the likelihood. The density
// is slow·exp(-r·x)·(1 + odds·exp(-gap·x)), r being the lower rate, so that a
// value costs one exponential.
func (h twoPhases) expect(w weighted) (phaseSums, float64) {
	slow, fast := 0, 1
	p := [2]float64{h.first, 1 - h.first}
	if h.rates[0] > h.rates[1] {
		slow, fast = 1, 0
	}
	gap := h.rates[fast] - h.rates[slow]
	odds := p[fast] * h.rates[fast] / (p[slow] * h.rates[slow])
	var n, sum, nFast, sumFast float64
	var logs logSum
	for i, x := range w.values {
		x *= w.scale
		weight := 1.0
		if w.weights != nil {
			weight = w.weights[i]
		}
		e := odds * math.Exp(-gap*x)
		if weight == 1 {
			logs.add(1 + e)
		} else {
			logs.total += weight * math.Log1p(e)
		}
		share := weight * (e / (1 + e))
		n += weight
		sum += weight * x
		nFast += share
		sumFast += share * x
	}
	var s phaseSums
	s.number[fast], s.sum[fast] = nFast, sumFast
	s.number[slow], s.sum[slow] = n-nFast, sum-sumFast
	return s, n*math.Log(p[slow]*h.rates[slow]) - h.rates[slow]*sum + logs.value()
}

// em is the EM algorithm on a sample.
func (w weighted) em(greatest float64) expect {
	return func(v vector) expectation {
		h := phasesOf(v, greatest)
		s, likelihood := h.expect(w)
		out := expectation{likelihood: likelihood, next: v}
		n := s.number[0] + s.number[1]
		out.gradient[0] = s.number[0] - n*h.first
		if odds := s.number[0] / s.number[1]; odds > 0 && odds <= math.MaxFloat64 {
			out.next[0] = math.Log(odds)
		}
		for i, sum := range s.sum {
			out.improve(1+i, s.number[i], h.rates[i], sum)
			if h.rates[i] == greatest && out.gradient[1+i] > 0 {
				out.gradient[1+i] = 0 // it may go no further
			}
		}
		return out
	}
}

// fitHyperexponential starts from several laws on a sample of a few thousand
// averages, and goes on with the best of them on all values.
func fitHyperexponential(s *sample) (fitted, error) {
	const roughRounds, rounds, steps = 20, 10, 200
	greatest := s.mean / s.least // a phase's mean is at least the smallest positive value
	small := s.averages()
	best := candidate{likelihood: math.Inf(-1)}
	for _, start := range small.starts() {
		if c := climb(start.vector(), small.em(greatest), roughRounds); c.likelihood > best.likelihood {
			best = c
		}
	}
	all := weighted{values: s.sorted, scale: 1 / s.mean}.em(greatest)
	end := polish(climb(best.at, all, rounds), all, steps)
	if !(end.likelihood > -s.n+0.01) { // what the exponential law has
		return fitted{}, errors.New("two phases are not more likely than one")
	}
	if !end.converged {
		return fitted{}, errors.New("its likelihood has no maximum that could be found")
	}
	h := phasesOf(end.at, greatest).shortFirst()
	ps := []float64{h.first, 1 - h.first}
	rates := []float64{h.rates[0] / s.mean, h.rates[1] / s.mean}
	d, err := distributions.NewHyperexponential(ps, rates)
	return fitted{d, Parameters{{Name: "probabilities", List: ps}, {Name: "rates", List: rates}}, 3,
		end.likelihood - s.n*math.Log(s.mean)}, err
}

// averages are up to 4096 averages of neighbours in the ordered sample.
func (s *sample) averages() weighted {
	const most = 4096
	size := (len(s.sorted) + most - 1) / most
	var w weighted
	w.scale = 1
	for i := 0; i < len(s.sorted); i += size {
		group, total := s.sorted[i:min(i+size, len(s.sorted))], 0.0
		for _, x := range group {
			total += x / s.mean
		}
		w.values = append(w.values, total/float64(len(group)))
		w.weights = append(w.weights, float64(len(group)))
	}
	return w
}

// starts are laws whose phases have the means of the values below and above a
// quantile.
func (w weighted) starts() []twoPhases {
	var out []twoPhases
	for _, share := range []float64{0.05, 0.5, 0.9, 0.99} {
		cut := int(share * float64(len(w.values)))
		low, high := meanOf(w.values[:cut]), meanOf(w.values[cut:])
		if low > 0 && high > low {
			out = append(out, twoPhases{share, [2]float64{1 / low, 1 / high}})
		}
	}
	return append(out, twoPhases{0.9, [2]float64{2, 0.2}})
}

func meanOf(xs []float64) float64 {
	total := 0.0
	for _, x := range xs {
		total += x
	}
	return total / float64(len(xs))
}

// logSum adds logarithms of positive numbers by multiplying the numbers, and
// takes a logarithm only when the product is far from 1.
type logSum struct {
	product float64
	total   float64
}

func (l *logSum) add(x float64) {
	if l.product == 0 {
		l.product = 1
	}
	l.product *= x
	if l.product > 1e150 || l.product < 1e-150 {
		l.total += math.Log(l.product)
		l.product = 1
	}
}

func (l *logSum) value() float64 {
	if l.product == 0 {
		return l.total
	}
	return l.total + math.Log(l.product)
}
