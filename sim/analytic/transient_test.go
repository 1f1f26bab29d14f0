package analytic

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"spillway/distributions/arrivals"
)

func sinusoid(rate, amplitude, period, phase float64) arrivals.Process {
	return must(arrivals.NewSinusoid(rate, amplitude, period, phase))
}

// overTime is M(t)/M/c from empty, with a limit unless that is negative; no
// servers are infinitely many.
func overTime(process arrivals.Process, mu float64, c, limit int, times ...float64) System {
	sys := System{Streams: []Stream{{Process: process, Service: exponential(mu)}}, Servers: c, Infinite: c == 0}
	if limit >= 0 {
		sys.Limited, sys.Limit = true, limit
	}
	sys.Transient = &Transient{Times: times}
	return sys
}

func solveOverTime(t testing.TB, sys System) map[string][]float64 {
	t.Helper()
	p := describe(sys)
	if o := obstacleTransient(p); o != "" {
		t.Fatalf("%s is refused: %s", Kendall(sys), o)
	}
	sol, err := solveTransient(p)
	if err != nil {
		t.Fatalf("%s: %v", Kendall(sys), err)
	}
	return sol.Series
}

// TestTransientTruth holds the means to the public pack. It claims twelve
// digits, eleven for mt/mt-m-5-K20.
func TestTransientTruth(t *testing.T) {
	for _, c := range []struct {
		id   string
		sys  System
		want []float64
	}{
		{"trans/r0.8", overTime(poisson(8), 10, 1, -1, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20), []float64{0.3233045246045395, 0.5515518582734864, 0.8775838333055983, 1.469460827785539, 2.0302815635789804, 2.6476349239576633, 3.4050389779982737, 3.7918726925843633, 3.9629822772266503}},
		{"trans/r1.0-critical", overTime(poisson(10), 10, 1, -1, 0.1, 1, 5, 20), []float64{0.7018093848820528, 3.0906208373047073, 7.488825422072238, 15.46267877447836}},
		{"trans/mm3-r0.7", overTime(poisson(21), 10, 3, -1, 0.05, 0.1, 0.3, 1, 3), []float64{0.827791212955455, 1.3453509683064278, 2.2634920636535796, 2.989108478921483, 3.228911648856636}},
		{"mt/mt-mm-inf-slow", overTime(sinusoid(100, 0.5, 86.4, 0), 1, 0, -1, 1, 10, 21.6, 43.2, 64.8, 86.4), []float64{64.5490390967913, 130.35858327410196, 149.7369661697028, 103.61697425130991, 50.263033790188395, 96.38302574869009}},
		{"mt/mt-m-5-K20", overTime(sinusoid(40, 0.6, 10, 0), 10, 5, 20, 1, 2.5, 5, 7.5, 10, 20), []float64{9.271846456579512, 19.717466202094, 13.944005757686606, 1.6236227111744803, 4.654257375699496, 4.654257375699473}},
		{"mt/mt-m-20-K0-loss", overTime(sinusoid(18, 0.8, 24, 0), 1, 20, 0, 3, 6, 12, 18, 24, 48), []float64{18.33075731761221, 18.77925911990315, 16.6713657565094, 4.498127870519522, 14.174387474285597, 14.174387474285545}},
	} {
		got := solveOverTime(t, c.sys)
		for i, want := range c.want {
			tolerance := 2e-12
			if c.id == "mt/mt-m-5-K20" {
				tolerance = 1e-11
			}
			within(t, fmt.Sprintf("%s at %g", c.id, c.sys.Transient.Times[i]), got["in_system"][i], want, tolerance)
			within(t, c.id+": waiting and busy", got["queue_length"][i]+got["busy"][i], want, tolerance)
		}
	}
}

// generator is Q of M/M/c/K.
func generator(lambda, mu float64, c, states int) *mat.Dense {
	q := mat.NewDense(states, states, nil)
	for n := range states {
		if n+1 < states {
			q.Set(n, n+1, lambda)
			q.Set(n, n, q.At(n, n)-lambda)
		}
		if n > 0 {
			r := float64(min(n, c)) * mu
			q.Set(n, n-1, r)
			q.Set(n, n, q.At(n, n)-r)
		}
	}
	return q
}

// move is the distribution after a time with constant rates, by a matrix exponential.
func moved(p *mat.VecDense, q *mat.Dense, time float64) *mat.VecDense {
	var scaled, e mat.Dense
	scaled.Scale(time, q)
	e.Exp(&scaled)
	out := mat.NewVecDense(p.Len(), nil)
	out.MulVec(e.T(), p)
	return out
}

func meanState(p *mat.VecDense) float64 {
	sum := 0.0
	for n := range p.Len() {
		sum += float64(n) * p.AtVec(n)
	}
	return sum
}

// TestTransientExponential compares with matrix exponentials, also over the steps
// of a profile that repeats.
func TestTransientExponential(t *testing.T) {
	steps := must(arrivals.NewProfile([]arrivals.ProfilePoint{{At: 0, Rate: 2}, {At: 0.7, Rate: 9}, {At: 0.9, Rate: 0}}, false, 1.5))
	for _, x := range []struct {
		c, limit int
		process  arrivals.Process
	}{{1, 0, poisson(3)}, {2, 6, poisson(3)}, {7, 20, poisson(9)}, {2, 6, steps}, {3, 40, steps}} {
		times := []float64{0, 0.1, 0.8, 1.2, 1.6, 3.05}
		got := solveOverTime(t, overTime(x.process, 1.3, x.c, x.limit, times...))["in_system"]
		at := mat.NewVecDense(x.c+x.limit+1, nil)
		at.SetVec(0, 1)
		now := 0.0
		for i, end := range times {
			for now < end {
				to, rate := end, x.process.Rate()
				if p, ok := x.process.(arrivals.Profile); ok {
					for _, b := range []float64{0.7, 0.9, 1.5, 2.2, 2.4, 3} {
						if b > now+1e-9 {
							to = math.Min(to, b)
							break
						}
					}
					rate = p.RateAt((now + to) / 2)
				}
				at = moved(at, generator(rate, 1.3, x.c, x.c+x.limit+1), to-now)
				now = to
			}
			if want := meanState(at); math.Abs(got[i]-want) > 1e-12*(1+want) {
				t.Errorf("%d servers, limit %d, %s: %.15g at %g, want %.15g", x.c, x.limit, x.process, got[i], end, want)
			}
		}
	}
}

// TestTransientRungeKutta compares M(t)/M/3/8 with the classical method of order
// four, extrapolated from two lengths of step.
func TestTransientRungeKutta(t *testing.T) {
	linear := must(arrivals.NewProfile([]arrivals.ProfilePoint{{At: 0, Rate: 1}, {At: 1, Rate: 20}, {At: 2, Rate: 3}}, true, 4))
	for _, process := range []arrivals.Process{sinusoid(6, 0.9, 0.5, 1), sinusoid(6, 1, 40, -2), linear} {
		rate := process.(arrivals.NonHomogeneous)
		run := func(steps int) float64 {
			const states = 12
			slope := func(t float64, p *mat.VecDense) *mat.VecDense {
				d := mat.NewVecDense(states, nil)
				d.MulVec(generator(rate.RateAt(t), 2, 3, states).T(), p)
				return d
			}
			p := mat.NewVecDense(states, nil)
			p.SetVec(0, 1)
			h := 4 / float64(steps)
			plus := func(p *mat.VecDense, f float64, d *mat.VecDense) *mat.VecDense {
				out := mat.NewVecDense(states, nil)
				out.AddScaledVec(p, f, d)
				return out
			}
			for k := range steps {
				t := h * float64(k)
				k1 := slope(t, p)
				k2 := slope(t+h/2, plus(p, h/2, k1))
				k3 := slope(t+h/2, plus(p, h/2, k2))
				k4 := slope(math.Nextafter(t+h, 0), plus(p, h, k3))
				p = plus(plus(plus(plus(p, h/6, k1), h/3, k2), h/3, k3), h/6, k4)
			}
			return meanState(p)
		}
		coarse, fine := run(2000), run(4000)
		got := solveOverTime(t, overTime(process, 2, 3, 8, 4))["in_system"][0]
		within(t, process.String(), got, fine+(fine-coarse)/15, 1e-10)
	}
}

// TestTransientLongRun holds late times to the steady state, and times long
// after it to them at no cost.
func TestTransientLongRun(t *testing.T) {
	for _, x := range []struct {
		lambda   float64
		c, limit int
		time     float64
	}{{8, 10, -1, 200}, {0.7, 1, -1, 1e6}, {30, 10, 7, 1e7}, {45, 50, -1, 600}} {
		sys := overTime(poisson(x.lambda), 1, x.c, x.limit, x.time, 10*x.time)
		got := solveOverTime(t, sys)
		sys.Transient = nil
		want := solve(t, sys).Metrics
		for i := range 2 {
			within(t, fmt.Sprintf("%+v queue", x), got["queue_length"][i], want["queue_length"]["mean"], 1e-10)
			within(t, fmt.Sprintf("%+v in system", x), got["in_system"][i], want["in_system"]["mean"], 1e-10)
		}
	}
}

// TestTransientSteady compares with the same chain when it does not look for the
// steady state, on the way there.
func TestTransientSteady(t *testing.T) {
	sys := overTime(poisson(6), 10, 1, -1, 5, 10, 20, 40, 60, 80, 120)
	stepped, err := newTransientChain(describe(sys), true).values(sys.Transient.Times)
	if err != nil {
		t.Fatal(err)
	}
	got := solveOverTime(t, sys)
	for i, want := range stepped {
		within(t, fmt.Sprintf("at %g", sys.Transient.Times[i]), got["queue_length"][i], want.queue, 1e-12)
	}
}

// TestTransientFast holds a rate that swings much faster than service to the
// closed form of m' = λ(t) − µm, also with more servers than are ever busy.
func TestTransientFast(t *testing.T) {
	const rate, amplitude, period, phase, mu = 100, 1, 0.05, 0.3, 0.5
	times := []float64{0.012, 0.5, 2}
	process := sinusoid(rate, amplitude, period, phase)
	infinite, many := solveOverTime(t, overTime(process, mu, 0, -1, times...)), solveOverTime(t, overTime(process, mu, 400, -1, times...))
	w := 2 * math.Pi / period
	for i, at := range times {
		swing := func(s float64) float64 { return (mu*math.Sin(s+phase) - w*math.Cos(s+phase)) / (mu*mu + w*w) }
		want := rate * (-math.Expm1(-mu*at)/mu + amplitude*(swing(w*at)-math.Exp(-mu*at)*swing(0)))
		within(t, fmt.Sprintf("infinite at %g", at), infinite["busy"][i], want, 1e-13)
		within(t, fmt.Sprintf("many at %g", at), many["busy"][i], want, 1e-12)
	}
}

// hiddenRate hides at which times a rate jumps.
type hiddenRate struct{ arrivals.NonHomogeneous }

// TestTransientHidden corners jumps that are not known.
func TestTransientHidden(t *testing.T) {
	steps := must(arrivals.NewProfile([]arrivals.ProfilePoint{{At: 0, Rate: 2}, {At: 0.7, Rate: 9}, {At: 0.9, Rate: 0}}, false, 1.5))
	for _, process := range []arrivals.NonHomogeneous{steps, must(arrivals.NewSinusoid(5, 1, 0.2, 1))} {
		for _, c := range []int{0, 2} {
			times := []float64{0.8, 4}
			got, want := solveOverTime(t, overTime(hiddenRate{process}, 1, c, 9, times...)), solveOverTime(t, overTime(process, 1, c, 9, times...))
			for i := range times {
				within(t, fmt.Sprintf("%s, %d servers", process, c), got["in_system"][i], want["in_system"][i], 1e-12)
			}
		}
	}
}

// TestTransientInfinite holds M/M/∞ to its closed form, and M(t)/M/∞ to as many
// servers as are never all busy.
func TestTransientInfinite(t *testing.T) {
	got := solveOverTime(t, overTime(poisson(30), 2, 0, -1, 0, 0.1, 1, 100))
	for i, at := range []float64{0, 0.1, 1, 100} {
		within(t, "M/M/∞", got["busy"][i], 15*-math.Expm1(-2*at), 1e-14)
	}
	times := []float64{0.3, 1, 2.5, 7}
	profile := must(arrivals.NewProfile([]arrivals.ProfilePoint{{At: 0, Rate: 2}, {At: 0.7, Rate: 9}, {At: 0.9, Rate: 0}}, false, 1.5))
	for _, process := range []arrivals.Process{sinusoid(6, 0.9, 0.5, 1), profile} {
		many, infinite := solveOverTime(t, overTime(process, 2, 90, -1, times...)), solveOverTime(t, overTime(process, 2, 0, -1, times...))
		for i := range times {
			within(t, process.String(), infinite["in_system"][i], many["in_system"][i], 1e-11)
		}
	}
	// streams with services of their own add up
	both := overTime(poisson(3), 2, 0, -1, 0.4)
	both.Streams = append(both.Streams, Stream{Class: "slow", Process: sinusoid(5, 1, 3, 0), Service: exponential(0.1)})
	one, two := overTime(poisson(3), 2, 0, -1, 0.4), overTime(sinusoid(5, 1, 3, 0), 0.1, 0, -1, 0.4)
	within(t, "two streams", solveOverTime(t, both)["busy"][0], solveOverTime(t, one)["busy"][0]+solveOverTime(t, two)["busy"][0], 1e-14)
}

// TestTransientCorners are overload without limit, of which the mean grows by
// λ − cµ, many servers, and rates that are zero at first.
func TestTransientCorners(t *testing.T) {
	over := solveOverTime(t, overTime(poisson(20), 1, 10, -1, 100, 200))["in_system"]
	within(t, "growth", over[1]-over[0], 1000, 1e-11)
	many := overTime(poisson(900), 1, 1000, -1, 0.1, 1, 5)
	for i, v := range solveOverTime(t, many)["in_system"] {
		within(t, "many servers", v, 900*-math.Expm1(-many.Transient.Times[i]), 1e-3)
	}
	late := must(arrivals.NewProfile([]arrivals.ProfilePoint{{At: 0, Rate: 0}, {At: 1e5, Rate: 5}}, false, 0))
	got := solveOverTime(t, overTime(late, 1, 10, -1, 1e5, 1e5+1))["in_system"]
	within(t, "a late start", got[1], solveOverTime(t, overTime(poisson(5), 1, 10, -1, 1))["in_system"][0], 1e-9)
	if got[0] != 0 {
		t.Errorf("%g in the system before the first arrival", got[0])
	}
}

func TestTransientRefused(t *testing.T) {
	for what, change := range map[string]func(*System){
		"long run":   func(s *System) { s.Transient = nil },
		"order":      func(s *System) { s.Transient = &Transient{Times: []float64{2, 1}} },
		"negative":   func(s *System) { s.Transient = &Transient{Times: []float64{-1}} },
		"patience":   func(s *System) { s.Patience = constant(1) },
		"delay":      func(s *System) { s.Network = exponential(1) },
		"nothing":    func(s *System) { s.Transient = &Transient{} },
		"length":     func(s *System) { s.Transient.Span = math.Inf(1) },
		"below zero": func(s *System) { s.Transient.Span = -1 },
		"tasks":      func(s *System) { s.Transient.Tasks = 5 },
		"end":        func(s *System) { s.Transient.Tasks, s.Transient.Span = 20, 10 },
		"service":    func(s *System) { s.Streams[0].Service = constant(1) },
		"arrivals":   func(s *System) { s.Streams[0].Process = arrivals.Deterministic{Interval: 1} },
		"two speeds": func(s *System) { s.Streams = append(s.Streams, Stream{Process: poisson(1), Service: exponential(7)}) },
	} {
		sys := overTime(poisson(1), 1, 2, -1, 1, 2)
		change(&sys)
		if obstacleTransient(describe(sys)) == "" {
			t.Errorf("%s: not refused", what)
		}
	}
	long := overTime(sinusoid(5e8, 0.5, 1, 0), 1, 1_000_000, 1000, 1e9)
	c := newTransientChain(describe(long), true)
	c.work = 2 * maxTransientWork
	if _, err := c.values([]float64{1e9}); err == nil || errors.Is(err, ErrNoModel) {
		t.Errorf("work without end: %v", err)
	}
}

func BenchmarkTransient(b *testing.B) {
	for name, sys := range map[string]System{
		"c=1":         overTime(poisson(8), 10, 1, -1, 0.05, 1, 20),
		"c=5/K=25/mt": overTime(sinusoid(40, 0.6, 10, 0), 10, 5, 20, 1, 5, 20), "infinite/mt": overTime(sinusoid(100, 0.5, 86.4, 0), 1, 0, -1, 1, 86.4),
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				solveOverTime(b, sys)
			}
		})
	}
}
