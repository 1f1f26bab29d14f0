package sim_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"spillway/distributions"
	"spillway/sim"
	"spillway/sim/policy"
)

// scaled is a small pool with an autoscaler, solved exactly. It looks every
// period at whether anyone waited since the last look: if so it orders a server,
// which starts after an exponential time, otherwise it takes one away, of those
// that start first. Between two looks it is a Markov chain.
type scaled struct {
	arrive, serve, start float64 // rates
	min, max, room       int
	period               float64
}

// scaledState is the chain's: busy servers, tasks that wait, servers that are on
// and that start, and whether anyone has waited since the last look.
type scaledState struct {
	busy, waiting, on, starting int
	waited                      bool
}

// measures are what is compared.
type scaledMeans struct{ waiting, busy, on, cost, shed float64 }

func (p scaled) states() (all []scaledState, index map[scaledState]int) {
	index = map[scaledState]int{}
	for busy := 0; busy <= p.max; busy++ {
		for waiting := 0; waiting <= p.room; waiting++ {
			for on := p.min; on <= p.max; on++ {
				for starting := 0; on+starting <= p.max; starting++ {
					for _, waited := range []bool{false, true} {
						s := scaledState{busy, waiting, on, starting, waited}
						index[s] = len(all)
						all = append(all, s)
					}
				}
			}
		}
	}
	return all, index
}

// settle starts a task that waits where a server is idle.
func (s scaledState) settle() scaledState {
	if s.waiting > 0 && s.busy < s.on {
		s.waiting--
		s.busy++
	}
	s.waited = s.waited || s.waiting > 0
	return s
}

// step are the transitions out of a state, with their rates.
func (p scaled) step(s scaledState, to func(rate float64, next scaledState)) {
	next := s
	next.waiting++
	if next = next.settle(); next.waiting <= p.room {
		to(p.arrive, next)
	}
	if s.busy > 0 {
		next = s
		next.busy--
		to(float64(s.busy)*p.serve, next.settle())
	}
	if s.starting > 0 {
		next = s
		next.starting--
		next.on++
		to(float64(s.starting)*p.start, next.settle())
	}
}

// look is what the autoscaler makes of a state.
func (p scaled) look(s scaledState) scaledState {
	switch active := s.on + s.starting; {
	case s.waited && active < p.max:
		s.starting++
	case !s.waited && active > p.min && s.starting > 0:
		s.starting--
	case !s.waited && active > p.min:
		s.on--
	}
	s.waited = s.waiting > 0
	return s
}

// solve gives the long-run means. The law just after a look is that of the chain
// of looks, by iteration; the means are over the period that follows, by the
// integral of the matrix exponential (Van Loan, "Computing integrals involving
// the matrix exponential", IEEE Trans. Automatic Control 23(3), 1978).
func (p scaled) solve() scaledMeans {
	states, index := p.states()
	n := len(states)
	block := mat.NewDense(2*n, 2*n, nil)
	for i, s := range states {
		p.step(s, func(rate float64, next scaledState) {
			j := index[next]
			block.Set(i, j, block.At(i, j)+rate*p.period)
			block.Set(i, i, block.At(i, i)-rate*p.period)
		})
		block.Set(i, n+i, 1)
	}
	var exp mat.Dense
	exp.Exp(block)
	law := mat.NewVecDense(n, nil)
	law.SetVec(0, 1)
	for range 2000 {
		var before mat.VecDense
		before.MulVec(exp.Slice(0, n, 0, n).T(), law)
		law.Zero()
		for i, s := range states {
			j := index[p.look(s)]
			law.SetVec(j, law.AtVec(j)+before.AtVec(i))
		}
	}
	var mean mat.VecDense
	mean.MulVec(exp.Slice(0, n, n, 2*n).T(), law)
	var m scaledMeans
	for i, s := range states {
		q := mean.AtVec(i)
		m.waiting += q * float64(s.waiting)
		m.busy += q * float64(s.busy)
		m.on += q * float64(max(s.on, s.busy))
		m.cost += q * float64(max(s.on, s.busy)+s.starting)
		if s.busy >= s.on && s.waiting == p.room {
			m.shed += q
		}
	}
	return m
}

// TestAutoscaleAgainstChain compares a pool that scales with its exact solution:
// five means, each further than 4.8 standard errors of 32 replications off with a
// probability of 4e-5 (Student, 31 degrees of freedom), together 2e-4. It sees a
// mean that is wrong by 2 %, and has been seen to fail where servers start at
// once, where a server on its way is not counted, and where the one that drains
// is not.
func TestAutoscaleAgainstChain(t *testing.T) {
	p := scaled{arrive: 1.5, serve: 1, start: 0.4, min: 1, max: 3, room: 3, period: 2}
	want := p.solve()
	m := one(poisson(t, p.arrive), exponential(t, p.serve), p.min)
	m.Limited, m.Limit = true, p.room
	m.Policies.Autoscale = &sim.Autoscale{
		AutoscalerParameters: policy.AutoscalerParameters{
			Min: p.min, Max: p.max, Metric: policy.QueueLength, Target: 1e-9, Tolerance: 0.1, Interval: p.period, Step: 1,
		},
		Startup: exponential(t, p.start),
	}
	var all [5][]float64
	for i := range 32 {
		r := must[*sim.Managed](t)(sim.NewManaged(m, distributions.Streams{Seed: 1}, i, nil))
		advance(t, r, math.MaxInt64, 100)
		r.Begin()
		advance(t, r, math.MaxInt64, 6100)
		rec := r.Record()
		for k, x := range []float64{
			rec.Total.Waiting.Area, rec.Busy.Area, rec.Servers.Area, rec.ServerSeconds,
			float64(rec.Total.Shed) / float64(rec.Total.Offered) * rec.Seconds,
		} {
			all[k] = append(all[k], x/rec.Seconds)
		}
	}
	for k, exact := range []float64{want.waiting, want.busy, want.on, want.cost, want.shed} {
		mean, se := meanAndError(all[k])
		if z := (mean - exact) / se; !(math.Abs(z) < 4.8) {
			t.Errorf("mean %d: %v ± %v, exactly %v: z = %.1f", k, mean, se, exact, z)
		}
	}
}

func meanAndError(xs []float64) (mean, se float64) {
	n := float64(len(xs))
	for _, x := range xs {
		mean += x / n
	}
	for _, x := range xs {
		se += (x - mean) * (x - mean)
	}
	return mean, math.Sqrt(se / (n - 1) / n)
}
