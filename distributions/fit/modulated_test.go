package fit

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"
)

// matrices are D0 and D1 of a process.
func (m modulated) matrices() (d0, d1 *mat.Dense) {
	d0 = mat.NewDense(2, 2, []float64{
		-m.rates[0] - m.changes[0], m.changes[0],
		m.changes[1], -m.rates[1] - m.changes[1],
	})
	return d0, mat.NewDense(2, 2, []float64{m.rates[0], 0, 0, m.rates[1]})
}

type matrix [2][2]float64

func (a matrix) times(b matrix) matrix {
	var c matrix
	for i := range 2 {
		for j := range 2 {
			c[i][j] = a[i][0]*b[0][j] + a[i][1]*b[1][j]
		}
	}
	return c
}

// exponential is exp(D0·y) by uniformization and squaring: only positive
// numbers are added and multiplied, so that every element has a small relative
// error, which that of gonum's method, small against the greatest element, is
// not. It shares nothing with the package.
func (m modulated) exponential(y float64) matrix {
	u := 1e-300 + math.Max(m.rates[0]+m.changes[0], m.rates[1]+m.changes[1])
	p := matrix{{1 - (m.rates[0]+m.changes[0])/u, m.changes[0] / u}, {m.changes[1] / u, 1 - (m.rates[1]+m.changes[1])/u}}
	squarings := max(0, math.Ceil(math.Log2(u*y)))
	x := u * y / math.Exp2(squarings) // at most 1
	factor := math.Exp(-x)
	term := matrix{{factor, 0}, {0, factor}}
	sum := term
	for k := 1.0; k < 25; k++ {
		term = term.times(p)
		for i := range 2 {
			for j := range 2 {
				term[i][j] *= x / k
				sum[i][j] += term[i][j]
			}
		}
	}
	for range int(squarings) {
		sum = sum.times(sum)
	}
	return sum
}

func TestExponentialIsGonums(t *testing.T) {
	m := modulated{[2]float64{1, 7}, [2]float64{0.2, 0.9}}
	for _, y := range []float64{0, 0.01, 0.4, 3} {
		d0, _ := m.matrices()
		var scaled, e mat.Dense
		scaled.Scale(y, d0)
		e.Exp(&scaled)
		for i, row := range m.exponential(y) {
			for j, x := range row {
				near(t, "exp(D0·y)", x, e.At(i, j), 1e-13)
			}
		}
	}
}

// directLikelihood is the logarithm of start·Π exp(D0·y)·D1·1.
func directLikelihood(m modulated, start [2]float64, gaps []float64) float64 {
	row, total := start, 0.0
	for _, y := range gaps {
		e := m.exponential(y)
		a := (row[0]*e[0][0] + row[1]*e[1][0]) * m.rates[0]
		b := (row[0]*e[0][1] + row[1]*e[1][1]) * m.rates[1]
		total += math.Log(a + b)
		row = [2]float64{a / (a + b), b / (a + b)}
	}
	return total
}

// processes are of all kinds: bursts of any length, arrivals in one state
// alone, states that hardly differ, rates far apart.
func processes() *rapid.Generator[modulated] {
	return rapid.Custom(func(t *rapid.T) modulated {
		rate := func(name string) float64 { return math.Exp(rapid.Float64Range(-6, 4).Draw(t, name)) }
		m := modulated{[2]float64{rate("rate 0"), rate("rate 1")}, [2]float64{rate("change 0"), rate("change 1")}}
		switch rapid.IntRange(0, 5).Draw(t, "kind") {
		case 0:
			m.rates[0] = 0
		case 1:
			m.rates[1] = m.rates[0]
		case 2:
			m.changes[0] = 1e-9
		}
		return m
	})
}

// someGaps are a short log of a process, none so long that exp(D0·y) underflows:
// both eigenvalues of -D0 are at most the sum of all rates, the lower one at
// most the lower of the two rates of leaving a state.
func someGaps(t *rapid.T, m modulated) []float64 {
	leave := math.Min(m.rates[0]+m.changes[0], m.rates[1]+m.changes[1])
	gap := rapid.Custom(func(t *rapid.T) float64 {
		return rapid.OneOf(rapid.Just(0.0), rapid.Float64Range(0, 1), rapid.Float64Range(0, 50)).Draw(t, "gap") / leave
	})
	return rapid.SliceOfN(gap, 1, 12).Draw(t, "gaps")
}

// rounding bounds the error of directLikelihood: a squaring doubles the
// relative one of a matrix exponential, which is then one rounding and a bit
// times the norm.
func rounding(m modulated, gaps []float64) float64 {
	norm := m.rates[0] + m.rates[1] + 2*(m.changes[0]+m.changes[1])
	total := 1.0
	for _, y := range gaps {
		total += 1 + norm*y
	}
	return 1e-15 * total
}

func TestLikelihoodIsTheProductOfMatrixExponentials(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := processes().Draw(t, "process")
		gaps, start := someGaps(t, m), m.atArrival()
		e := m.spectrum()
		want := directLikelihood(m, start, gaps)
		got := newForward(len(gaps)).run(&e, start, gaps)
		tolerance := rounding(m, gaps) + 2e-15*math.Abs(want)
		if !(math.Abs(got-want) < tolerance) || !(math.Abs(m.likelihood(gaps)-want) < tolerance) {
			t.Fatalf("log-likelihood %v and %v, want %v ± %v", got, m.likelihood(gaps), want, tolerance)
		}
	})
}

// TestLikelihoodOfLongGaps has gaps over which exp(D0·y) underflows.
func TestLikelihoodOfLongGaps(t *testing.T) {
	m := modulated{[2]float64{2, 30}, [2]float64{0.1, 0.5}}
	e := m.spectrum()
	const y = 1e4
	// After so long the law of the state is left₀, and each further gap
	// multiplies by the same number.
	one, two := m.likelihood([]float64{y, y}), m.likelihood([]float64{y, y, y})
	relative(t, "the third gap", two-one, e.top*y+math.Log(e.jump[0][0]), 1e-12)
}

// TestVisitsAreTheGradient: by Fisher's identity the derivatives of the
// log-likelihood, for a fixed law of the first state, are arrivals/rate − time
// and changes/rate − time.
func TestVisitsAreTheGradient(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := processes().Draw(t, "process")
		gaps, start := someGaps(t, m), [2]float64{0.3, 0.7}
		const step = 1e-4
		v, _ := m.expect(newForward(len(gaps)), start, gaps)
		p := []float64{m.rates[0], m.rates[1], m.changes[0], m.changes[1]}
		slopes := gradient(p, step, func(p []float64) float64 {
			return directLikelihood(modulated{[2]float64{p[0], p[1]}, [2]float64{p[2], p[3]}}, start, gaps)
		})
		for i := range 2 {
			compare := func(what string, n, rate, slope float64) {
				// Times the rate: the derivative by its logarithm.
				// The error of the differences is step⁴ times a fifth derivative.
				tolerance := 2*rounding(m, gaps)/step + math.Pow(step, 4)*math.Pow(1+n+rate*v.time[i], 5)
				if got, want := n-rate*v.time[i], rate*slope; !(math.Abs(got-want) < tolerance) {
					t.Fatalf("state %d: the derivative by the logarithm of %s is %v, want %v ± %v", i, what, got, want, tolerance)
				}
			}
			if m.rates[i] > 0 {
				compare("the rate", v.arrivals[i], m.rates[i], slopes[i])
			}
			compare("the change", v.changes[i], m.changes[i], slopes[2+i])
		}
	})
}

// TestVisitsBalance: all time is in one of the states, all arrivals too, and
// changes to and fro differ by at most one.
func TestVisitsBalance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := processes().Draw(t, "process")
		gaps := someGaps(t, m)
		v, _ := m.expect(newForward(len(gaps)), m.atArrival(), gaps)
		span := float64(len(gaps)) * meanOf(gaps)
		if d := v.time[0] + v.time[1] - span; !(math.Abs(d) < 1e-8*(1+span)) {
			t.Fatalf("times %v of a span of %v", v.time, span)
		}
		if d := v.arrivals[0] + v.arrivals[1] - float64(len(gaps)); !(math.Abs(d) < 1e-8*float64(len(gaps))) {
			t.Fatalf("arrivals %v of %d", v.arrivals, len(gaps))
		}
		if d := v.changes[0] - v.changes[1]; !(math.Abs(d) < 1+1e-6*v.changes[0]) {
			t.Fatalf("changes %v", v.changes)
		}
	})
}

// TestDispersionOfModulated is against the factorial moments of the count,
// from its generating function π·exp((D0 + z·D1)·t)·1 by differences at z = 1.
func TestDispersionOfModulated(t *testing.T) {
	m := modulated{[2]float64{1, 7}, [2]float64{0.2, 0.9}}
	pi := m.stationary()
	for _, window := range []float64{0.01, 0.5, 3} {
		generating := func(z float64) float64 {
			d0, d1 := m.matrices()
			var sum, e mat.Dense
			sum.Scale(z, d1)
			sum.Add(&sum, d0)
			sum.Scale(window, &sum)
			e.Exp(&sum)
			return pi[0]*(e.At(0, 0)+e.At(0, 1)) + pi[1]*(e.At(1, 0)+e.At(1, 1))
		}
		const h = 1e-4
		mean := (generating(1+h) - generating(1-h)) / (2 * h)
		second := (generating(1+h) - 2 + generating(1-h)) / (h * h) // E[N(N − 1)]
		near(t, "index", m.dispersion(window), (second+mean-mean*mean)/mean, 1e-5)
		relative(t, "mean", m.rate()*window, mean, 1e-5)
	}
	relative(t, "index of a long window", m.dispersion(1e9), m.asymptotic(), 1e-8)
	if got := m.dispersion(1e-9); !(math.Abs(got-1) < 1e-6) {
		t.Errorf("index of a short window is %v, want 1", got)
	}
}

// TestInterrupted: the gaps of the process have the law that it was made from.
func TestInterrupted(t *testing.T) {
	p, mu := []float64{0.7, 0.3}, []float64{4.0, 0.5}
	mean := p[0]/mu[0] + p[1]/mu[1]
	m := interrupted(Law{Parameters: Parameters{{List: p}, {List: mu}}, Mean: Number(mean)})
	m.rates[0] = 0
	for _, y := range []float64{0.1, 1, 5} {
		x := y / mean // its unit is the mean gap
		want := mean * (p[0]*mu[0]*math.Exp(-mu[0]*y) + p[1]*mu[1]*math.Exp(-mu[1]*y))
		relative(t, "density", math.Exp(m.likelihood([]float64{x})), want, 1e-12)
	}
}
