package analytic

import (
	"fmt"
	"math"

	"spillway/distributions/arrivals"
)

// transientInfinite is the mean of each stream's tasks, added up.
func transientInfinite(streams []Stream, times []float64) ([]transientValue, error) {
	values := make([]transientValue, len(times))
	rule := newLegendreRule()
	for _, s := range streams {
		mean := s.Service.Mean()
		if _, varies := s.Process.(arrivals.NonHomogeneous); !varies {
			last := 0.0
			for i, t := range times {
				values[i].busy += s.Process.Rate() * mean * -math.Expm1(-t/mean)
				values[i].add(s.Process.Rate()*constantArea(last, t, mean), mean, s.Process.Rate()*(t-last))
				last = t
			}
			continue
		}
		one := []Stream{s}
		m := transientMean{rate: transientRate(one), peak: transientPeak(one), service: mean, rule: rule}
		if len(times) > 0 {
			m.breaks = transientBreaks(one, times[len(times)-1])
		}
		for i, t := range times {
			m.area, m.offered = 0, 0
			if err := m.advance(t); err != nil {
				return nil, err
			}
			values[i].busy += m.value
			values[i].add(m.area, mean, m.offered)
		}
	}
	return values, nil
}

// add adds a stream's server time and tasks to the sums.
func (v *transientValue) add(busy, service, offered float64) {
	v.sums.busy += busy
	v.sums.served += busy / service
	v.sums.offered += offered
}

// constantArea is the integral of E[S](1 − e^-t/E[S]) over a window, as a sum of
// positive terms.
func constantArea(from, to, mean float64) float64 {
	x := (to - from) / mean
	bend := x + math.Expm1(-x) // x²/2 − x³/6 + …
	if x < 0.5 {
		bend = 0
		term := x * x / 2
		for k := 3.0; k < 20; k++ {
			bend += term
			term *= -x / k
		}
	}
	return mean * mean * (math.Exp(-from/mean)*bend + x*-math.Expm1(-from/mean))
}

// transientMean follows m' = λ(t) − m/E[S]: over a step the mean that is left,
// and the integral of λ(u)e^-(t−u)/E[S] by Gauss–Legendre, in steps on which an
// expansion of the integrand converges.
type transientMean struct {
	rate    func(float64) float64
	peak    float64 // its bound
	service float64
	breaks  []float64
	rule    *legendreRule
	now     float64
	value   float64

	area, offered float64 // ∫m and ∫λ
}

func (m *transientMean) advance(to float64) error {
	h := to - m.now
	for trials := 0; m.now < to; {
		if trials++; trials > 10*maxPanels {
			return fmt.Errorf("analytic: up to the time %g the rate of arrivals needs more than %d steps", to, 10*maxPanels)
		}
		for len(m.breaks) > 0 && m.breaks[0] <= m.now {
			m.breaks = m.breaks[1:]
		}
		end := math.Min(to, m.now+math.Min(h, 4*m.service))
		if len(m.breaks) > 0 {
			end = math.Min(end, m.breaks[0])
		}
		f := func(u float64) float64 { return m.rate(u) * math.Exp((u-end)/m.service) }
		c := m.rule.expand(m.now, end, f)
		left, right := legendreEnds(c)
		near := 2e-14*m.peak + transientNoise(m.rate, m.now, end)
		holds := legendreRest(c) <= near && math.Abs(left-f(m.now)) <= 10*near && math.Abs(right-f(math.Nextafter(end, 0))) <= 10*near
		if !holds && end-m.now > 0x1p-48*end {
			h = (end - m.now) / 2
			continue
		}
		// what comes at u has been here for E[S](1 − e^-(end−u)/E[S]) at the end, on average
		m.area += m.value*m.service*-math.Expm1((m.now-end)/m.service) +
			m.rule.integrate(m.now, end, func(u float64) float64 { return m.rate(u) * m.service * -math.Expm1((u-end)/m.service) })
		m.offered += m.rule.integrate(m.now, end, m.rate)
		m.value = m.value*math.Exp((m.now-end)/m.service) + c[0]*(end-m.now)
		h, m.now = 4*(end-m.now), end
	}
	return nil
}
