package analytic

import (
	"math"
	"testing"

	"spillway/distributions"
)

// chain is a Markov chain that a test writes down move by move: the second
// computation to which solvers are held. It knows nothing of theirs.
type chain[S comparable] struct {
	states []S
	index  map[S]int
	moves  [][]chainMove // from each state
	rate   []float64     // at which it is left
}

type chainMove struct {
	to   int
	rate float64
}

// explore finds what can be reached from some states. A state without moves
// is an end.
func explore[S comparable](moves func(s S, add func(to S, rate float64)), starts ...S) *chain[S] {
	k := &chain[S]{index: map[S]int{}}
	at := func(s S) int {
		i, seen := k.index[s]
		if !seen {
			i = len(k.states)
			k.index[s], k.states = i, append(k.states, s)
		}
		return i
	}
	for _, s := range starts {
		at(s)
	}
	for i := 0; i < len(k.states); i++ {
		k.moves, k.rate = append(k.moves, nil), append(k.rate, 0)
		moves(k.states[i], func(to S, rate float64) {
			if rate > 0 {
				j := at(to)
				k.moves[i] = append(k.moves[i], chainMove{j, rate})
				k.rate[i] += rate
			}
		})
	}
	return k
}

// law is the stationary law, by Gauss and Seidel, back and forth, until the
// probabilities move by 1e-14 altogether.
func (k *chain[S]) law(t *testing.T) []float64 {
	t.Helper()
	into := make([][]chainMove, len(k.states))
	for i, moves := range k.moves {
		for _, m := range moves {
			into[m.to] = append(into[m.to], chainMove{i, m.rate})
		}
	}
	p := make([]float64, len(k.states))
	for i := range p {
		p[i] = 1 / float64(len(p))
	}
	for round := range 20_000 {
		moved, sum := 0.0, 0.0
		for i := range p {
			if round%2 == 1 {
				i = len(p) - 1 - i
			}
			in := 0.0
			for _, m := range into[i] {
				in += p[m.to] * m.rate
			}
			in /= k.rate[i]
			moved += math.Abs(in - p[i])
			sum += in
			p[i] = in
		}
		for i := range p {
			p[i] /= sum
		}
		if moved <= 1e-14*sum {
			return p
		}
	}
	t.Fatal("the chain does not settle")
	return nil
}

// mean is the mean of a function of the state.
func (k *chain[S]) mean(p []float64, f func(S) float64) float64 {
	sum := 0.0
	for i, s := range k.states {
		if p[i] > 0 {
			sum += p[i] * f(s)
		}
	}
	return sum
}

// untilEnd is the mean and the mean square of what is gathered from each state
// until an end, at a rate that depends on the state.
func (k *chain[S]) untilEnd(t *testing.T, gather func(S) float64) (first, second []float64) {
	t.Helper()
	settle := func(extra func(i int) float64) []float64 {
		m := make([]float64, len(k.states))
		for range 20_000 {
			moved := 0.0
			for i := range m {
				i = len(m) - 1 - i
				if k.rate[i] == 0 {
					continue
				}
				v := extra(i)
				for _, to := range k.moves[i] {
					v += to.rate * m[to.to]
				}
				v /= k.rate[i]
				moved = math.Max(moved, math.Abs(v-m[i])/math.Max(v, 1e-300))
				m[i] = v
			}
			if moved <= 1e-14 {
				return m
			}
		}
		t.Fatal("the times do not settle")
		return nil
	}
	first = settle(func(i int) float64 { return gather(k.states[i]) })
	second = settle(func(i int) float64 { return 2 * gather(k.states[i]) * first[i] })
	return first, second
}

// notEnded is the probability that no end is reached until a time, from a law
// of the start, by uniformisation.
func (k *chain[S]) notEnded(start []float64, time float64) float64 {
	fastest := 0.0
	for _, r := range k.rate {
		fastest = math.Max(fastest, r)
	}
	mean := fastest * time
	p, next := append([]float64(nil), start...), make([]float64, len(start))
	total := 0.0
	for step := 0; float64(step) < mean+12*math.Sqrt(mean)+40; step++ {
		alive := 0.0
		clear(next)
		for i, v := range p {
			if k.rate[i] > 0 {
				alive += v
			}
			next[i] += v * (1 - k.rate[i]/fastest)
			for _, m := range k.moves[i] {
				next[m.to] += v * m.rate / fastest
			}
		}
		chance, _ := math.Lgamma(float64(step) + 1)
		total += alive * math.Exp(float64(step)*math.Log(mean)-mean-chance)
		p, next = next, p
	}
	return total
}

// spread is the law over the states of a chain that gives to some of them.
func (k *chain[S]) spread(give func(add func(s S, p float64))) []float64 {
	p := make([]float64, len(k.states))
	give(func(s S, v float64) { p[k.index[s]] += v })
	return p
}

// severalTail is P(sum of n exponentials of rate one > x).
func severalTail(n int, x float64) float64 {
	sum, term := 0.0, math.Exp(-x)
	for i := range n {
		sum += term
		term *= x / float64(i+1)
	}
	return sum
}

// secondMomentOf is the mean square of a metric.
func secondMomentOf(m Metrics, metric string) float64 {
	return m[metric]["mean"]*m[metric]["mean"] + m[metric]["sd"]*m[metric]["sd"]
}

// phases is a service of two phases: it starts in one of them, and goes on from
// the first to the second or ends.
type phases struct {
	start, rate [2]float64
	goesOn      float64 // probability of the second after the first
	law         distributions.Distribution
}

// erlangPhases and hyperPhases have a mean.
func erlangPhases(mean float64) phases {
	return phases{[2]float64{1, 0}, [2]float64{2 / mean, 2 / mean}, 1, must(distributions.NewErlangMean(2, mean))}
}

func hyperPhases(mean float64) phases {
	p, r := []float64{0.3, 0.7}, []float64{0.5 / mean, 1.75 / mean}
	return phases{[2]float64(p), [2]float64(r), 0, must(distributions.NewHyperexponential(p, r))}
}

// begin calls with each phase that a service starts in.
func (ph phases) begin(then func(phase int8, p float64)) {
	for f, p := range ph.start {
		if p > 0 {
			then(int8(f), p)
		}
	}
}

// step calls with each change of a service in a phase: on to the second, or done.
func (ph phases) step(phase int8, on func(rate float64), done func(rate float64)) {
	r := ph.rate[phase]
	if phase == 1 {
		done(r)
		return
	}
	if ph.goesOn > 0 {
		on(r * ph.goesOn)
	}
	if ph.goesOn < 1 {
		done(r * (1 - ph.goesOn))
	}
}
