package distributions

// MaxPhases is the greatest number of phases that AsPhaseType gives a law:
// the matrix has the square of it.
const MaxPhases = 1000

// AsPhaseType is the same law as a phase-type law: for exponential, Erlang,
// hyperexponential, hypoexponential, Coxian and phase-type laws and mixtures
// of them. It is false for every other law, and where more than MaxPhases
// phases would be needed.
func AsPhaseType(d Distribution) (PhaseType, bool) {
	if p, ok := d.(PhaseType); ok {
		return p, true
	}
	if n := phases(d); n == 0 || n > MaxPhases {
		return PhaseType{}, false
	}
	p, err := newPhaseType(chainOf(d), "matrix")
	return p, err == nil
}

// phases is the number of phases of a law; 0 where it is not of phase type.
func phases(d Distribution) int {
	switch d := d.(type) {
	case Exponential:
		return 1
	case Erlang:
		return d.k
	case Hyperexponential:
		return len(d.rates)
	case Hypoexponential:
		return len(d.rates)
	case Coxian:
		return len(d.rates)
	case PhaseType:
		return len(d.chain.alpha)
	case Mixture:
		total := 0
		for _, c := range d.components {
			n := phases(c)
			if n == 0 || total > MaxPhases {
				return n
			}
			total += n
		}
		return total
	}
	return 0
}

// chainOf is the chain of a law that has phases.
func chainOf(d Distribution) chain {
	switch d := d.(type) {
	case Exponential:
		return series([]float64{d.rate}, nil)
	case Erlang:
		rates := make([]float64, d.k)
		for i := range rates {
			rates[i] = d.rate
		}
		return series(rates, nil)
	case Hypoexponential:
		return series(d.rates, nil)
	case Coxian:
		return series(d.rates, d.cont)
	case PhaseType:
		return d.chain
	case Hyperexponential:
		parts := make([]chain, len(d.rates))
		for i := range parts {
			parts[i] = series(d.rates[i:i+1], nil)
		}
		return beside(d.probabilities, parts)
	case Mixture:
		parts := make([]chain, len(d.components))
		for i, c := range d.components {
			parts[i] = chainOf(c)
		}
		return beside(d.weights, parts)
	}
	panic("distributions: " + d.String() + " is not of phase type")
}

// beside is the chain that becomes one of several, with given probabilities.
func beside(weights []float64, parts []chain) chain {
	n := 0
	for _, p := range parts {
		n += len(p.alpha)
	}
	c := chain{jump: square(n)}
	for k, p := range parts {
		from := len(c.alpha)
		for i, a := range p.alpha {
			copy(c.jump[from+i][from:], p.jump[i])
			c.alpha = append(c.alpha, weights[k]*a)
		}
		c.leave = append(c.leave, p.leave...)
		c.total = append(c.total, p.total...)
	}
	return c
}
