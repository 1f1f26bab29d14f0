package analytic

import (
	"math"
	"math/big"
	"testing"

	"spillway/distributions"
)

// latticePrecision in bits: the series below alternates, with terms up to
// e^2λt, 1e60 here.
const latticePrecision = 400

// latticeWait is P(W > t) in M/G/1 with services of whole numbers of lattice
// steps, as a series. The transform of P(W ≤ t) is
//
//	(1 − ρ)/(s − λ + λB(s)) = (1 − ρ) Σ (−λB(s))^k/(s − λ)^(k+1),   k ≥ 0,
//
// and that of the k-th term is of (−λ)^k Σ_x p_k(x) (t − x)^k/k! e^λ(t−x), where
// p_k is the law of the sum of k services. λ and t are in lattice steps.
func latticeWait(lambda, t float64, service map[int]float64) float64 {
	number := func(v float64) *big.Float { return new(big.Float).SetPrec(latticePrecision).SetFloat64(v) }
	times := func(a, b *big.Float) *big.Float { return number(0).Mul(a, b) }
	most := int(t)
	growth := number(1) // e^λt
	for n := 600; n > 0; n-- {
		growth.Mul(growth, number(lambda*t)).Quo(growth, number(float64(n))).Add(growth, number(1))
	}
	root := number(1) // e^−λ
	for n := 100; n > 0; n-- {
		root.Mul(root, number(-lambda)).Quo(root, number(float64(n))).Add(root, number(1))
	}
	load := 0.0
	for size, p := range service {
		load += lambda * float64(size) * p
	}
	law := make([]*big.Float, most+1) // p_k(x) (−λ)^k/k!
	for x := range law {
		law[x] = number(0)
	}
	law[0] = number(1)
	sum := number(0)
	for k := 0; k <= most; k++ {
		decay := times(growth, number(1)) // e^λ(t−x)
		next := make([]*big.Float, most+1)
		for x := range next {
			next[x] = number(0)
		}
		for x, p := range law {
			if p.Sign() != 0 {
				term := times(p, decay)
				for range k {
					term.Mul(term, number(t-float64(x)))
				}
				sum.Add(sum, term)
				for size, q := range service {
					if x+size <= most {
						share := times(p, number(-lambda*q))
						next[x+size].Add(next[x+size], share.Quo(share, number(float64(k+1))))
					}
				}
			}
			decay.Mul(decay, root)
		}
		law = next
	}
	cdf, _ := sum.Float64()
	return 1 - (1-load)*cdf
}

// TestDiscreteServices: the quantiles of services of a few values, against the
// series, which at t = 1.5 of M/D/1 is Erlang's: (1 − ρ)(e^1.5λ − λ/2 e^λ/2).
func TestDiscreteServices(t *testing.T) {
	const l = 0.7
	within(t, "M/D/1", latticeWait(l, 1.5, map[int]float64{1: 1}), 1-0.3*(math.Exp(1.5*l)-l/2*math.Exp(l/2)), 1e-14)
	for _, c := range []struct {
		rate, step float64
		values     []float64
		weights    []float64
		service    map[int]float64
		least      int // quantiles
	}{
		{80, 0.001, []float64{0.001, 0.005, 0.040}, []float64{5, 4, 1}, map[int]float64{1: 0.5, 5: 0.4, 40: 0.1}, 5},
		{80, 0.005, []float64{0.005, 0.050}, []float64{9, 1}, map[int]float64{1: 0.9, 10: 0.1}, 5},
		{40, 0.005, []float64{0.005, 0.050}, []float64{9, 1}, map[int]float64{1: 0.9, 10: 0.1}, 5},
	} {
		sys := System{Servers: 1, Streams: []Stream{{Process: poisson(c.rate), Service: must(distributions.NewEmpirical(c.values, c.weights, false))}}}
		sol := solve(t, sys)
		found := 0
		for _, p := range percentiles {
			x, ok := sol.Metrics["wait"][p.name]
			if !ok {
				continue
			}
			found++
			if x == 0 {
				if load := OfferedLoad(sys); load > p.tail {
					t.Errorf("%s of the wait is zero, and %g wait", p.name, load)
				}
				continue
			}
			within(t, "P(W > "+p.name+")", latticeWait(c.rate*c.step, x/c.step, c.service), p.tail, 1e-9)
		}
		if found < c.least {
			t.Errorf("%g/s of %v: %d quantiles, want %d: %s", c.rate, c.values, found, c.least, sol.Note)
		}
		if _, ok := sol.Metrics["latency"]["p999"]; !ok {
			t.Errorf("%g/s of %v: no quantiles of the latency: %s", c.rate, c.values, sol.Note)
		}
	}
}
