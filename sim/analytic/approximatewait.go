package analytic

import (
	"math"

	"spillway/distributions"
)

// sojourn gives the quantiles of W + S; nil where the law of service has no
// distribution function.
func (q *approximation) sojourn(m mixture, wait, service summary) *quantiles {
	switch {
	case q.wait == 0:
		return service.quantiles
	case service.sd == 0:
		v := *wait.quantiles
		for i := range v {
			v[i] += service.mean
		}
		return &v
	}
	tail, ok := approximateSurvival(m)
	if !ok {
		return nil
	}
	law := approximateSojourn{delay: q.delay, rate: q.delay / q.wait, service: service.mean, survival: tail}
	v := new(quantiles)
	for i, p := range percentiles {
		f := func(t float64) float64 { return math.Log(math.Max(law.tail(t), math.SmallestNonzeroFloat64) / p.tail) }
		low, high := 0.0, service.mean+q.wait
		fLow, fHigh := f(low), f(high)
		for fHigh > 0 {
			low, fLow = high, fHigh
			high *= 2
			fHigh = f(high)
		}
		x, _ := brent(f, low, high, fLow, fHigh) // where a jump passes p, the place of the jump
		if v[i] = x; i > 0 {
			v[i] = math.Max(x, v[i-1])
		}
	}
	return v
}

// approximateSurvival is the tail of the law of service of any of the streams.
func approximateSurvival(m mixture) (func(float64) float64, bool) {
	total := m.rate()
	var weights []float64
	var cdfs []func(float64) float64
	for _, s := range m {
		cdf, ok := distributions.CDFOf(s.Service)
		if !ok {
			return nil, false
		}
		weights, cdfs = append(weights, s.rate().hi/total), append(cdfs, cdf)
	}
	return func(x float64) float64 {
		sum := 0.0
		for i, cdf := range cdfs {
			sum += weights[i] * (1 - cdf(x))
		}
		return sum
	}, true
}

// approximateSojourn is the law of W + S.
type approximateSojourn struct {
	delay, rate float64 // P(W > 0), η
	service     float64 // E[S]
	survival    func(float64) float64
}

// tail is P(W + S > t), with E exponential of rate η:
//
//	(1 − P(W > 0)) P(S > t) + P(W > 0) (e^-ηt + ∫₀ᵗ η e^-ηu P(S > t − u) du).
//
// The integral is by Gauss's rule, with more points where S is likely to end.
func (l approximateSojourn) tail(t float64) float64 {
	if t <= 0 {
		return 1
	}
	end := t - math.Min(t, 10*l.service)
	integral := 0.0
	for _, piece := range [2][2]float64{{0, end}, {end, t}} {
		if piece[0] == piece[1] {
			continue
		}
		u, w := gimcPanels(piece[0], piece[1], (piece[1]-piece[0])/4)
		for i := range u {
			integral += w[i] * l.rate * math.Exp(-l.rate*u[i]) * l.survival(t-u[i])
		}
	}
	return (1-l.delay)*l.survival(t) + l.delay*(math.Exp(-l.rate*t)+integral)
}
