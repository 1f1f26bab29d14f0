package fit

import (
	"math"
)

// modulated is a Markov-modulated Poisson process of two states: arrivals at
// rates[i] in state i, which is left at the rate changes[i].
type modulated struct {
	rates, changes [2]float64
}

// stationary is the share of time in each state.
func (m modulated) stationary() [2]float64 {
	total := m.changes[0] + m.changes[1]
	return [2]float64{m.changes[1] / total, m.changes[0] / total}
}

// atArrival is the law of the state at an arrival.
func (m modulated) atArrival() [2]float64 {
	pi := m.stationary()
	a, b := pi[0]*m.rates[0], pi[1]*m.rates[1]
	return [2]float64{a / (a + b), b / (a + b)}
}

// rate is arrivals per unit of time in the long run.
func (m modulated) rate() float64 {
	pi := m.stationary()
	return pi[0]*m.rates[0] + pi[1]*m.rates[1]
}

// asymptotic is the index of dispersion for counts of long windows,
//
//	1 + 2·π₀·π₁·(λ₀ − λ₁)²/(λ·(q₀ + q₁))
//
// with λ the mean rate (Fischer and Meier-Hellstern, "The Markov-modulated
// Poisson process cookbook", Performance Evaluation 18, 1993, section 3).
func (m modulated) asymptotic() float64 {
	pi := m.stationary()
	return 1 + 2*pi[0]*pi[1]*squared(m.rates[0]-m.rates[1])/(m.rate()*(m.changes[0]+m.changes[1]))
}

// dispersion is the index of dispersion for counts in windows of a length:
// with r = (q₀ + q₁)·window, the excess over 1 is that of long windows times
// 1 − (1 − exp(-r))/r.
func (m modulated) dispersion(window float64) float64 {
	r := (m.changes[0] + m.changes[1]) * window
	return 1 + (m.asymptotic()-1)*(1+math.Expm1(-r)/r)
}

// per is the process with time measured in another unit, of which there are
// so many in the present one.
func (m modulated) per(unit float64) modulated {
	for i := range m.rates {
		m.rates[i] /= unit
		m.changes[i] /= unit
	}
	return m
}

// spectrum is D0 = Q − Λ of a process by its eigenvalues, which are real and
// negative, and eigenvectors: D0 = Σ valueₐ·rightₐ·leftₐ. Vectors 0 are
// positive.
//
// The eigenvalues are mean ± root. Writing s for the state that is left at the
// lower rate λ + q, f for the other, and u for root plus half the difference
// of these rates, the vectors are right₀ ∝ (u, q_f), left₀ ∝ (u, q_s),
// right₁ ∝ (q_s, -u), left₁ ∝ (q_f, -u) in the order s, f: nothing cancels.
type spectrum struct {
	top         float64 // the eigenvalue 0, next to zero
	drop        float64 // how far the eigenvalue 1 is below it, > 0
	right, left [2][2]float64
	jump        [2][2]float64 // leftₐ·Λ·right_b: what an arrival does to coordinates
	ones        [2]float64    // leftₐ·1
}

func (m modulated) spectrum() spectrum {
	s, f := 0, 1
	leave := [2]float64{m.rates[0] + m.changes[0], m.rates[1] + m.changes[1]}
	if leave[0] > leave[1] {
		s, f = 1, 0
	}
	half := (leave[f] - leave[s]) / 2
	cross := m.changes[0] * m.changes[1]
	root := math.Hypot(half, math.Sqrt(cross))
	u := root + half
	determinant := m.rates[0]*m.rates[1] + m.rates[0]*m.changes[1] + m.rates[1]*m.changes[0]
	e := spectrum{top: -determinant / ((leave[0]+leave[1])/2 + root), drop: 2 * root}
	norm := u*u + cross
	e.right[0][s], e.right[0][f] = u, m.changes[f]
	e.right[1][s], e.right[1][f] = m.changes[s], -u
	e.left[0][s], e.left[0][f] = u/norm, m.changes[s]/norm
	e.left[1][s], e.left[1][f] = m.changes[f]/norm, -u/norm
	for a := range 2 {
		e.ones[a] = e.left[a][0] + e.left[a][1]
		for b := range 2 {
			e.jump[a][b] = e.left[a][0]*m.rates[0]*e.right[b][0] + e.left[a][1]*m.rates[1]*e.right[b][1]
		}
	}
	return e
}

// forward is the pass over the gaps that the likelihood comes from. The law of
// the state just after an arrival, given the gaps so far, is a row vector in
// the coordinates of the eigenvectors, scaled to (1, ρ): the coordinate 0 is
// positive. Over a gap y the coordinates are multiplied by exp(top·y) and
// exp((top − drop)·y); what both have in common goes into the likelihood alone,
// so that nothing underflows, however long the gap.
type forward struct {
	ratio []float64 // ρ before each gap, and after the last
	decay []float64 // exp(-drop·y) of each gap
	scale []float64 // what the coordinate 0 was divided by after each gap
}

func newForward(gaps int) *forward {
	return &forward{make([]float64, gaps+1), make([]float64, gaps), make([]float64, gaps)}
}

// run is the logarithm of the likelihood of gaps that follow an arrival at
// which the state has the law start. −Inf where rounding has eaten a scale.
func (w *forward) run(e *spectrum, start [2]float64, gaps []float64) float64 {
	x0 := start[0]*e.right[0][0] + start[1]*e.right[0][1]
	ratio := (start[0]*e.right[1][0] + start[1]*e.right[1][1]) / x0
	var logs logSum
	logs.add(x0)
	g, total := e.jump, 0.0
	w.ratio[0] = ratio
	for k, y := range gaps {
		decay := math.Exp(-e.drop * y)
		x1 := decay * ratio
		scale := g[0][0] + x1*g[1][0]
		if !(scale > 0) {
			return math.Inf(-1)
		}
		ratio = (g[0][1] + x1*g[1][1]) / scale
		logs.add(scale)
		total += y
		w.decay[k], w.scale[k], w.ratio[k+1] = decay, scale, ratio
	}
	end := e.ones[0] + ratio*e.ones[1]
	if !(end > 0) {
		return math.Inf(-1)
	}
	logs.add(end)
	return e.top*total + logs.value()
}

// likelihood is the logarithm of the likelihood of gaps that follow an arrival
// of the stationary process, in constant memory.
func (m modulated) likelihood(gaps []float64) float64 {
	e := m.spectrum()
	start, g := m.atArrival(), e.jump
	x0 := start[0]*e.right[0][0] + start[1]*e.right[0][1]
	ratio := (start[0]*e.right[1][0] + start[1]*e.right[1][1]) / x0
	var logs logSum
	logs.add(x0)
	total := 0.0
	for _, y := range gaps {
		x1 := math.Exp(-e.drop*y) * ratio
		scale := g[0][0] + x1*g[1][0]
		ratio = (g[0][1] + x1*g[1][1]) / scale
		logs.add(scale)
		total += y
	}
	logs.add(e.ones[0] + ratio*e.ones[1])
	return e.top*total + logs.value()
}
