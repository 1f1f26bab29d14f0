package rare

import (
	"context"
	"math"
	"testing"

	"spillway/distributions"
	"spillway/distributions/arrivals"
	"spillway/sim"
)

// judged asks for a short run and an interval of 1 − 1e-6: that is where the
// false alarm of each test below comes from. With a half-width of 20 % at 95 %
// it reaches from about 0.5 to 2 times the estimate: a weight that is off by one
// level, of a factor of 2 or more, is far outside of one of the tests, and
// twice as much in all of them.
func judged(t *testing.T, m *sim.Model, o Options, exact float64) Result {
	t.Helper()
	r := must[Result](t)(Estimate(context.Background(), m, o))
	if !r.Reached || len(r.Warnings) > 0 {
		t.Errorf("%s: the precision was not reached: %+v", o.Event, r)
	}
	low, high := widened(r.Probability, o.Confidence, 1-1e-6, o.Replications)
	if !(low <= exact && exact <= high) {
		t.Errorf("%s ≥ %g: %.4g, at 1 − 1e-6 within [%.4g, %.4g]; exactly %.6g", o.Event, o.AtLeast, r.Probability.Value, low, high, exact)
	}
	return r
}

// TestByHand: three tasks come together every 10 s and take 1 s each. One server
// is busy for 3 s of them, two tasks wait in the first second and one in the
// next; waits are 0, 1 and 2 s. Where one task may wait, the third is shed.
func TestByHand(t *testing.T) {
	m := one(arrivals.Deterministic{Interval: 10}, must[distributions.Deterministic](t)(distributions.NewDeterministic(1)), 1)
	m.Streams[0].Batch = must[arrivals.FixedBatch](t)(arrivals.NewFixedBatch(3))
	roomy, tight, two := *m, *m, *m
	tight.Limited, tight.Limit = true, 1
	two.Servers = 2
	for _, c := range []struct {
		m       *sim.Model
		event   Event
		atLeast float64
		want    float64
	}{
		{&roomy, InSystem, 1, 0.3}, {&roomy, InSystem, 3, 0.1}, {&roomy, QueueLength, 1, 0.2}, {&roomy, QueueLength, 2, 0.1},
		{&roomy, Wait, 1, 2.0 / 3}, {&roomy, Wait, 2, 1.0 / 3}, {&roomy, Latency, 2, 2.0 / 3}, {&roomy, Latency, 3, 1.0 / 3},
		{&tight, Shed, 0, 1.0 / 3}, {&tight, InSystem, 2, 0.1}, {&tight, Wait, 1, 0.5},
		{&two, QueueLength, 1, 0.1}, {&two, InSystem, 1, 0.2}, {&two, Wait, 1, 1.0 / 3},
	} {
		o := asked(c.event, c.atLeast)
		o.Replications = 2
		r := must[Result](t)(Estimate(context.Background(), c.m, o))
		// A run ends at any time of the 10 s, and has at least 100 times as much.
		if math.Abs(r.Probability.Value/c.want-1) > 0.01 {
			t.Errorf("%s ≥ %g: %v, want %v", c.event, c.atLeast, r.Probability, c.want)
		}
	}
}

// TestMM1: with one server, arrivals at 0.8 and services at rate 1 the law of
// the number is geometric, that of the latency exponential.
func TestMM1(t *testing.T) {
	m := one(poisson(t, 0.8), exponential(t, 1), 1)
	judged(t, m, asked(InSystem, 100), math.Pow(0.8, 100))
	judged(t, m, asked(QueueLength, 20), math.Pow(0.8, 21))
	judged(t, m, asked(Wait, 30), 0.8*math.Exp(-0.2*30))
	m.Network = must[distributions.Deterministic](t)(distributions.NewDeterministic(3))
	judged(t, m, asked(Latency, 33), math.Exp(-0.2*30))
}

// TestMMc: four servers; the probability of waiting is Erlang's C, and each task
// more in the queue, and each second of wait, takes its factor.
func TestMMc(t *testing.T) {
	const c, load = 4, 3.2
	term, below := 1.0, 0.0
	for k := 1; k <= c; k++ {
		below += term
		term *= load / float64(k)
	}
	waits := term / (1 - load/c) / (below + term/(1-load/c))
	m := one(poisson(t, load), exponential(t, 1), c)
	judged(t, m, asked(InSystem, 60), waits*math.Pow(load/c, 60-c))
	judged(t, m, asked(Wait, 15), waits*math.Exp(-(c-load)*15))
}

// TestMMcLight: in a pool that is nearly idle the way to a wait leads over the
// number of busy servers.
func TestMMcLight(t *testing.T) {
	m := one(poisson(t, 0.4), exponential(t, 1), 8)
	term, below := 1.0, 0.0
	for k := 1; k <= 8; k++ {
		below += term
		term *= 0.4 / float64(k)
	}
	waits := term / 0.95 / (below + term/0.95)
	judged(t, m, asked(Wait, 0.5), waits*math.Exp(-7.6*0.5))
}

// TestShed: with room for K tasks a task is shed with probability
// ρ^K·(1 − ρ)/(1 − ρ^(K+1)).
func TestShed(t *testing.T) {
	const rho, room = 0.5, 30
	m := one(poisson(t, rho), exponential(t, 1), 1)
	m.Limited, m.Limit = true, room-1
	judged(t, m, asked(Shed, 0), math.Pow(rho, room)*(1-rho)/(1-math.Pow(rho, room+1)))
}

// TestBursts: MMPP/M/1. The levels are a quasi-birth–death process with
// π(n) = π(0)·Rⁿ, R the least solution of Λ + R·(Q − Λ − µI) + R²·µ = 0 (Neuts,
// "Matrix-Geometric Solutions in Stochastic Models", 1981, section 3.1).
func TestBursts(t *testing.T) {
	const mu = 1.0
	process := must[arrivals.MAP](t)(arrivals.NewBurstyMMPP(0.5, 5, 0.2, 20))
	d0, d1 := process.D0(), process.D1()
	local := pair{{d0[0][0] - mu, d0[0][1]}, {d0[1][0], d0[1][1] - mu}}
	up := pair{{d1[0][0], d1[0][1]}, {d1[1][0], d1[1][1]}}
	rates := pair{}
	for range 20_000 {
		rates = up.plus(rates.times(rates).scaled(mu)).times(local.inverse()).scaled(-1)
	}
	// The phases of an empty system are proportional to the null vector of
	// Q − Λ + µR; all levels together are the phases' stationary law.
	empty := pair{{d0[0][0], d0[0][1]}, {d0[1][0], d0[1][1]}}.plus(rates.scaled(mu))
	pi := [2]float64{empty[1][0], -empty[0][0]}
	sums := pair{{1, 0}, {0, 1}}.plus(rates.scaled(-1)).inverse()
	total := pi[0]*(sums[0][0]+sums[0][1]) + pi[1]*(sums[1][0]+sums[1][1])
	const n = 150
	for range n {
		pi = [2]float64{pi[0]*rates[0][0] + pi[1]*rates[1][0], pi[0]*rates[0][1] + pi[1]*rates[1][1]}
	}
	exact := (pi[0]*(sums[0][0]+sums[0][1]) + pi[1]*(sums[1][0]+sums[1][1])) / total
	judged(t, one(process, exponential(t, mu), 1), asked(InSystem, n), exact)
}

// pair is a matrix of two rows.
type pair [2][2]float64

func (a pair) times(b pair) (c pair) {
	for i := range a {
		for j := range b {
			c[i][j] = a[i][0]*b[0][j] + a[i][1]*b[1][j]
		}
	}
	return c
}

func (a pair) plus(b pair) pair {
	for i := range a {
		a[i][0], a[i][1] = a[i][0]+b[i][0], a[i][1]+b[i][1]
	}
	return a
}

func (a pair) scaled(by float64) pair {
	for i := range a {
		a[i][0], a[i][1] = a[i][0]*by, a[i][1]*by
	}
	return a
}

func (a pair) inverse() pair {
	det := a[0][0]*a[1][1] - a[0][1]*a[1][0]
	return pair{{a[1][1] / det, -a[0][1] / det}, {-a[1][0] / det, a[0][0] / det}}
}

// TestMG1: services of two exponential phases, one of which is drawn. The
// transform of the wait (Pollaczek and Khinchine) then has two poles −s₁, −s₂,
// so that P(W > x) is a sum of two exponentials; the tasks that wait are those
// that arrive in a wait, so that P(queue ≥ n) is a sum of two powers.
func TestMG1(t *testing.T) {
	const lambda, p1, mu1, mu2 = 0.7, 0.5, 2.0, 0.8
	p2 := 1 - p1
	rho := lambda * (p1/mu1 + p2/mu2)
	// (µ₁ + s)(µ₂ + s) − λp₁(µ₂ + s) − λp₂(µ₁ + s) = 0
	b, c := mu1+mu2-lambda, mu1*mu2-lambda*p1*mu2-lambda*p2*mu1
	root := math.Sqrt(b*b - 4*c)
	s := [2]float64{(-b + root) / 2, (-b - root) / 2}
	var share [2]float64
	for i := range s {
		share[i] = (1 - rho) * (mu1 + s[i]) * (mu2 + s[i]) / (s[i] - s[1-i]) / -s[i]
	}
	service := must[distributions.Hyperexponential](t)(distributions.NewHyperexponential([]float64{p1, p2}, []float64{mu1, mu2}))
	m := one(poisson(t, lambda), service, 1)
	const wait, queue = 50, 50
	var above, longer float64
	for i := range s {
		above += share[i] * math.Exp(s[i]*wait)
		longer += share[i] * math.Pow(lambda/(lambda-s[i]), queue)
	}
	judged(t, m, asked(Wait, wait), above)
	judged(t, m, asked(QueueLength, queue), longer)
}

// TestMGInfinity: with infinitely many servers the number is Poisson, whatever
// the law of services; the latency is the service.
func TestMGInfinity(t *testing.T) {
	service := must[distributions.Erlang](t)(distributions.NewErlangMean(2, 2))
	m := one(poisson(t, 1), service, 1)
	m.Infinite = true
	exact, term := 0.0, math.Exp(-2)
	for k := 1; k < 100; k++ {
		if term *= 2 / float64(k); k >= 9 {
			exact += term
		}
	}
	judged(t, m, asked(InSystem, 9), exact)
	r := must[Result](t)(Estimate(context.Background(), m, asked(Latency, 20)))
	if want := (1 + 20.0) * math.Exp(-20); math.Abs(r.Probability.Value/want-1) > 1e-6 || r.Probability.HalfWidth > 1e-6*want {
		t.Errorf("a latency of at least 20 s has probability %+v, want %v without any spread", r.Probability, want)
	}
}
