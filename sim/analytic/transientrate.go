package analytic

import (
	"math"
	"slices"

	"spillway/distributions/arrivals"
)

// transientRate is the rate of all streams at a time.
func transientRate(streams []Stream) func(t float64) float64 {
	return func(t float64) float64 {
		sum := 0.0
		for _, s := range streams {
			if p, ok := s.Process.(arrivals.NonHomogeneous); ok {
				sum += p.RateAt(t)
			} else {
				sum += s.Process.Rate()
			}
		}
		return sum
	}
}

// transientPeak is a bound of the rate of all streams.
func transientPeak(streams []Stream) float64 {
	sum := 0.0
	for _, s := range streams {
		if p, ok := s.Process.(arrivals.NonHomogeneous); ok {
			sum += p.MaxRate()
		} else {
			sum += s.Process.Rate()
		}
	}
	return sum
}

// transientNoise is how far a rate may be from that at a time because the time
// is rounded; no expansion can do better. It is the middle one of five places: at
// one of them there may be a jump.
func transientNoise(rate func(float64) float64, from, to float64) float64 {
	var noise [5]float64
	for i := range noise {
		t := from + (to-from)*(0.0817+0.2093*float64(i))
		noise[i] = math.Abs(rate(t*(1+0x1p-50)) - rate(t))
	}
	slices.Sort(noise[:])
	return noise[2]
}

// transientBreaks walks over the times at which a rate may jump or bend, and
// those that bound how long a smooth one may be looked at in one piece. Up to a
// million are known for each stream, later ones have to be cornered.
func transientBreaks(streams []Stream, end float64) []float64 {
	var at []float64
	for _, s := range streams {
		switch p := s.Process.(type) {
		case arrivals.Profile:
			n := 0
			for k := 0; n < 1_000_000 && float64(k)*p.Period() <= end; k++ {
				for _, x := range p.Points() {
					at, n = append(at, float64(k)*p.Period()+x.At), n+1
				}
				if p.Period() == 0 {
					break
				}
			}
		case arrivals.Sinusoid:
			for k := 1; float64(k)*p.Period()/4 < end && k < 1_000_000; k++ {
				at = append(at, float64(k)*p.Period()/4)
			}
		}
	}
	slices.Sort(at)
	return slices.DeleteFunc(slices.Compact(at), func(t float64) bool { return t <= 0 || t >= end })
}

// polynomial gives λ(s) in arrivals per service up to the time end, and the most
// it is; ok is false where no polynomial fits.
func (c *transientChain) polynomial(end float64) (rates []float64, most float64, ok bool) {
	h := end - c.now
	if !c.varies {
		r := c.rate(c.now) * c.unit
		return []float64{r}, r, true
	}
	at := func(s float64) float64 {
		if s == 1 { // the end may be where the rate jumps
			return c.rate(math.Nextafter(end, 0)) * c.unit
		}
		return c.rate(c.now+s*h) * c.unit
	}
	rates = newtonPolynomial(at)
	near := (2e-14*c.peak + transientNoise(c.rate, c.now, end)) * c.unit
	ok = true
	for i := range 33 {
		s := float64(i) / 32
		v := at(s)
		most = math.Max(most, v)
		ok = ok && math.Abs(v-horner(rates, s)) <= near
	}
	if !ok && h <= 0x1p-46*end { // the rate jumps: what is left is nothing
		return []float64{at(0)}, at(0), true
	}
	return rates, most, ok
}

// newtonPolynomial is the polynomial through the values of f at the Chebyshev
// points of [0, 1], by divided differences.
func newtonPolynomial(f func(float64) float64) []float64 {
	var x, d [transientDegree + 1]float64
	for i := range x {
		x[i] = (1 - math.Cos(math.Pi*(float64(i)+0.5)/float64(len(x)))) / 2
		d[i] = f(x[i])
	}
	for j := 1; j < len(x); j++ {
		for i := len(x) - 1; i >= j; i-- {
			d[i] = (d[i] - d[i-1]) / (x[i] - x[i-j])
		}
	}
	p := make([]float64, len(x))
	for j := len(x) - 1; j >= 0; j-- { // p = d[j] + (s − x[j])·p
		for i := len(p) - 1; i > 0; i-- {
			p[i] = p[i-1] - x[j]*p[i]
		}
		p[0] = d[j] - x[j]*p[0]
	}
	return p
}

func horner(p []float64, s float64) float64 {
	sum := 0.0
	for i := len(p) - 1; i >= 0; i-- {
		sum = sum*s + p[i]
	}
	return sum
}
