package fit

import "math"

// visits are the expectations, given the gaps, of what happens in each state.
type visits struct {
	time     [2]float64 // time in it
	arrivals [2]float64 // arrivals in it, the first one not counted
	changes  [2]float64 // changes from it to the other
	first    [2]float64 // probability of being in it at the first arrival
}

// expect is the E step of Rydén ("An EM algorithm for estimation in
// Markov-modulated Poisson processes", Computational Statistics & Data
// Analysis 21, 1996), and the logarithm of the likelihood; w is the memory
// that it needs. The integrals over a gap of the probability of being in i at
// one instant and in j right after it are, in the coordinates of the
// eigenvectors, of four kinds with closed forms, so that four sums over the
// gaps are enough; the coordinates of states come in at the end.
func (m modulated) expect(w *forward, start [2]float64, gaps []float64) (visits, float64) {
	e := m.spectrum()
	likelihood := w.run(&e, start, gaps)
	if math.IsInf(likelihood, -1) {
		return visits{}, likelihood
	}
	within, at, first := w.backward(&e, gaps)
	var v visits
	for i := range 2 {
		for a := range 2 {
			for b := range 2 {
				v.first[i] += first[a][b] * e.left[a][i] * e.right[b][i]
				v.arrivals[i] += at[a][b] * e.left[a][i] * e.right[b][i]
				v.time[i] += within[a][b] * e.left[a][i] * e.right[b][i]
				v.changes[i] += within[a][b] * e.left[a][i] * e.right[b][1-i] * m.changes[i]
			}
		}
	}
	return v, likelihood
}

// backward is the pass from the last gap to the first. The probability of the
// gaps to come is a column vector in the coordinates of the right eigenvectors,
// scaled so that its product with the forward vector is 1. The results are
// sums over the gaps of products of the two: integrated over the gap, and at
// the arrival that ends it; and the product at the first arrival.
func (w *forward) backward(e *spectrum, gaps []float64) (within, at, first [2][2]float64) {
	g := e.jump
	last := len(gaps)
	norm := e.ones[0] + w.ratio[last]*e.ones[1]
	z0, z1 := e.ones[0]/norm, e.ones[1]/norm
	for k := last - 1; k >= 0; k-- {
		y, decay, before, after := gaps[k], w.decay[k], w.ratio[k], w.ratio[k+1]
		at[0][0] += z0
		at[0][1] += z1
		at[1][0] += after * z0
		at[1][1] += after * z1
		inverse := 1 / w.scale[k]
		next0 := (g[0][0]*z0 + g[0][1]*z1) * inverse
		next1 := (g[1][0]*z0 + g[1][1]*z1) * inverse
		mixed := mixedIntegral(e.drop, y, decay)
		within[0][0] += next0 * y
		within[0][1] += next1 * mixed
		within[1][0] += before * next0 * mixed
		within[1][1] += before * next1 * y * decay
		z0, z1 = next0, next1*decay
	}
	first = [2][2]float64{{z0, z1}, {w.ratio[0] * z0, w.ratio[0] * z1}}
	return within, at, first
}

// mixedIntegral is (1 − exp(-drop·y))/drop, without loss where that cancels.
func mixedIntegral(drop, y, decay float64) float64 {
	if decay > 0.99 {
		return -math.Expm1(-drop*y) / drop
	}
	return (1 - decay) / drop
}

// vector is the parameters as logarithms.
func (m modulated) vector() vector {
	return vector{math.Log(m.rates[0]), math.Log(m.rates[1]), math.Log(m.changes[0]), math.Log(m.changes[1])}
}

// modulatedOf keeps the rates, per mean gap, in a range in which nothing
// overflows.
func modulatedOf(v vector) modulated {
	const far = 25 // e^25 is 7e10
	at := func(i int) float64 { return math.Exp(min(far, max(-far, v[i]))) }
	return modulated{[2]float64{at(0), at(1)}, [2]float64{at(2), at(3)}}
}

// em is the EM algorithm on gaps whose mean is 1. The state at the first
// arrival has the law of all arrivals, φᵢ ∝ λᵢ·q of the other state, which
// moves with the parameters: its logarithm adds what is known of that state
// less φ to the arrivals in it and to the changes into it. With φ of the last
// step that is no longer an exact M step, but it has the maximum of the
// likelihood for its fixed point. The gradient is Fisher's identity: for the
// logarithm of a rate, how many events there were less how many the rate gives
// in the time.
func em(gaps []float64) expect {
	w := newForward(len(gaps))
	return func(v vector) expectation {
		m := modulatedOf(v)
		start := m.atArrival()
		visits, likelihood := m.expect(w, start, gaps)
		out := expectation{likelihood: likelihood, next: v}
		for i := range 2 {
			other, news := 1-i, visits.first[i]-start[i]
			out.improve(i, visits.arrivals[i]+news, m.rates[i], visits.time[i])
			out.improve(2+other, visits.changes[other]+news, m.changes[other], visits.time[other])
		}
		return out
	}
}

// improve sets the gradient and the next value of the logarithm of a rate.
func (e *expectation) improve(i int, events, rate, time float64) {
	e.gradient[i] = events - rate*time
	if better := events / time; better > 0 && better <= math.MaxFloat64 {
		e.next[i] = math.Log(better)
	}
}
