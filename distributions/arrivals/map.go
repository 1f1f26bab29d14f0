package arrivals

import (
	"fmt"
	"math"
	"slices"

	"spillway/distributions"
)

// MAP is the Markovian arrival process: a Markov chain whose phase moves from
// i to j at the rate d0[i][j] without an arrival (j ≠ i) and at the rate
// d1[i][j] with one (j = i too); d0[i][i] is minus all rates of phase i. Rates
// are per second. Rates of phase i far above others make a burst while it
// lasts. The phase of time zero has the stationary law of the chain, so that
// the process is stationary. Immutable; the zero value is not usable.
//
// Source: Neuts, "A versatile Markovian point process", J. Appl. Prob. 16,
// 1979, in the notation of Lucantoni, Meier-Hellstern and Neuts, "A
// single-server queue with server vacations and a class of non-renewal arrival
// processes", Adv. Appl. Prob. 22, 1990.
type MAP struct {
	d0, d1     [][]float64
	stationary []float64
	rate       float64
	text       string
	start      []outcome // the phase of time zero
	phases     []phase
}

// NewMAP is the process of two square matrices of rates per second. Off the
// diagonal of d0, and in d1, rates are not negative; the rows of d0 + d1 sum
// to zero within a relative 1e-9; from every phase every other can be reached;
// some rate of d1 is positive.
func NewMAP(d0, d1 [][]float64) (MAP, error) {
	if err := checkSquare("d0", d0, len(d0)); err != nil {
		return MAP{}, err
	}
	if err := checkSquare("d1", d1, len(d0)); err != nil {
		return MAP{}, err
	}
	if err := checkRates("d0", d0, d1); err != nil {
		return MAP{}, err
	}
	return newMAP("d0", "d1", d0, d1, fmt.Sprintf("map(d0=%s, d1=%s)", matrixText(d0), matrixText(d1)))
}

// NewMMPP is the Markov-modulated Poisson process: Poisson arrivals at
// rates[i] per second while a Markov chain is in state i. The generator has
// the chain's rates of change, per second, and rows that sum to zero.
func NewMMPP(rates []float64, generator [][]float64) (MAP, error) {
	if len(rates) == 0 {
		return MAP{}, wrong("rates", -1, "an empty list", "at least one rate")
	}
	if err := checkSquare("generator", generator, len(rates)); err != nil {
		return MAP{}, err
	}
	if err := checkRates("generator", generator, nil); err != nil {
		return MAP{}, err
	}
	for i, r := range rates {
		if !isRate(r) {
			return MAP{}, wrong("rates", i, number(r), wantRate)
		}
	}
	d0, d1 := modulated(rates, generator)
	return newMAP("generator", "rates", d0, d1,
		fmt.Sprintf("mmpp(rates=%s, generator=%s)", listText(rates), matrixText(generator)))
}

// NewBurstyMMPP is the Markov-modulated Poisson process of two states, outside
// a burst (phase 0) and inside one (phase 1), whose mean rate is rate. Inside,
// the rate is burstRatio times that outside; bursts take the share burstShare
// of the time, 0 < burstShare < 1, and last burstLength seconds on average.
func NewBurstyMMPP(rate, burstRatio, burstShare, burstLength float64) (MAP, error) {
	for _, p := range []struct {
		name  string
		value float64
	}{{"rate", rate}, {"burst_ratio", burstRatio}, {"burst_length", burstLength}} {
		if !isPositive(p.value) {
			return MAP{}, wrong(p.name, -1, number(p.value), wantPositive)
		}
	}
	if !(burstShare > 0 && burstShare < 1) {
		return MAP{}, wrong("burst_share", -1, number(burstShare), "a number between 0 and 1")
	}
	outside := rate / (1 - burstShare + burstShare*burstRatio)
	end := 1 / burstLength
	begin := burstShare / (1 - burstShare) * end
	rates := []float64{outside, outside * burstRatio}
	generator := [][]float64{{-begin, begin}, {end, -end}}
	for _, r := range append(rates, begin, end) {
		if !isPositive(r) {
			return MAP{}, wrong("burst_ratio", -1, number(burstRatio), "one that gives positive finite rates")
		}
	}
	d0, d1 := modulated(rates, generator)
	return newMAP("burst_ratio", "rate", d0, d1, fmt.Sprintf("mmpp(rate=%g, burst_ratio=%g, burst_share=%g, burst_length=%g)",
		rate, burstRatio, burstShare, burstLength))
}

// modulated is d0 and d1 of a Markov-modulated Poisson process.
func modulated(rates []float64, generator [][]float64) (d0, d1 [][]float64) {
	d0, d1 = clone(generator), square(len(rates))
	for i, r := range rates {
		d0[i][i] -= r
		d1[i][i] = r
	}
	return d0, d1
}

// newMAP takes matrices that have been checked; chain and counted are the
// parameters to blame for a chain that falls apart and for no arrivals. It
// sets the diagonal of d0, so that rows sum to zero as nearly as they can.
func newMAP(chain, counted string, d0, d1 [][]float64, text string) (MAP, error) {
	m := MAP{d0: clone(d0), d1: clone(d1), text: text, phases: make([]phase, len(d0))}
	if i := cutOff(d0, d1); i >= 0 {
		return MAP{}, wrong(chain, i, "a phase that cannot be reached from every other, or that does not lead to every other",
			"a chain that is irreducible")
	}
	for i := range m.d0 {
		m.d0[i][i] = -m.total(i)
		if math.IsInf(m.d0[i][i], 0) {
			return MAP{}, wrong(chain, i, "a row of rates with an infinite sum", "a finite sum")
		}
	}
	m.stationary = stationary(d0, d1)
	for i, p := range m.stationary {
		m.rate += p * sum(m.d1[i])
	}
	switch {
	case math.IsNaN(m.rate) || math.IsInf(m.rate, 0):
		return MAP{}, wrong(chain, -1, "a matrix of rates too many orders apart", "one whose stationary law can be computed")
	case !(m.rate > 0):
		return MAP{}, wrong(counted, -1, "no arrivals at all", "a positive rate of arrivals")
	}
	m.prepare()
	return m, nil
}

// total is the rate of everything that happens in a phase.
func (m *MAP) total(i int) float64 {
	t := sum(m.d1[i])
	for j, r := range m.d0[i] {
		if j != i {
			t += r
		}
	}
	return t
}

// D0 are the rates without an arrival, a copy. Its diagonal is minus the sum
// of the other rates of its rows of D0 and D1.
func (m MAP) D0() [][]float64 { return clone(m.d0) }

// D1 are the rates with an arrival, a copy.
func (m MAP) D1() [][]float64 { return clone(m.d1) }

// Phases is the number of phases.
func (m MAP) Phases() int { return len(m.d0) }

// Stationary is the long-run share of time in each phase, a copy: the law π
// with π·(D0 + D1) = 0.
func (m MAP) Stationary() []float64 { return slices.Clone(m.stationary) }

// Rate is π·D1·1.
func (m MAP) Rate() float64 { return m.rate }

// String is the process by the parameters it was given with.
func (m MAP) String() string { return m.text }

// Start draws the phase of time zero from the stationary law.
func (m MAP) Start(s *distributions.Stream) Source {
	w := &walk{phases: m.phases, stream: s}
	w.enter(choose(m.start, s).phase)
	return w
}
