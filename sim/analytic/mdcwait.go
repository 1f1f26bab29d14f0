package analytic

import (
	"errors"
	"math"
	"math/bits"
	"math/cmplx"
	"sort"

	"gonum.org/v1/gonum/dsp/fourier"
)

// mdcLaw is the law of the number Q of waiting tasks of M/D/c, and from it that
// of the wait, in time units of a service.
//
// With X = A − c the step of the walk and S_k its sums, Spitzer's identity is
//
//	s_n = Σ_{k≥1} P(S_k = n)/k = Σ_k P(A_k = kc + n)/k,   A_k Poisson of mean ka.
//
// All terms are positive and fall by exp(−c(ρ − 1 − log ρ)) or faster: where
// that is at most e^-½ the sum is taken as it is (light). Near saturation
// (heavy) it is slow, but 1 − E[z^X] is analytic around the unit circle, and
// its zeros nearest to it, 1 and the real τ > 1 with τ^c = e^(a(τ−1)), can be
// divided out:
//
//	η(z) = (1 − e^(a(z−1)) z^-c)/((1 − 1/z)(1 − z/τ)),  log η = Σ l_n z^n
//	s_n  = τ^-n/n − l_n,  n ≥ 1.
//
// log η has no singularity in a ring whose width is of the order of 1/√c,
// whatever ρ, and its coefficients are had by one Fourier transform of
// some hundred √c points. Q is then a geometric variate of ratio 1/τ and an
// independent part G, E[z^G] = exp(−Σ −l_n(1 − z^n)), with a short tail.
// The probabilities follow by k p_k = Σ_n n s_n p_{k−n}.
//
// Source: F. Spitzer, "A combinatorial lemma and its application to
// probability theory", Transactions of the American Mathematical Society 82,
// 1956; A. J. E. M. Janssen and J. S. H. van Leeuwaarden, "Back to the roots of
// the M/D/s queue and the works of Erlang, Crommelin and Pollaczek", Statistica
// Neerlandica 62(3), 2008.
type mdcLaw struct {
	c, load float64
	mean    float64   // E[Q]
	spread  float64   // E[Q(Q − 1)] − E[Q]² = Σ n(n−1) s_n
	tail    []float64 // P(Q > k) for k = 0, 1, …
	over    float64   // τ − 1; beyond its end the tail falls by 1/τ. +Inf: it ends
}

// mdcLight is the least c(ρ − 1 − log ρ) of the sum that is taken as it is.
const mdcLight = 0.5

func newMdcLaw(c int, load, spare float64) (*mdcLaw, error) {
	l := &mdcLaw{c: float64(c), load: load}
	if l.c*(-spare-math.Log1p(-spare)) >= mdcLight {
		l.light()
		return l, l.check()
	}
	return l, errors.Join(l.heavy(spare), l.check())
}

// light takes Spitzer's sums.
func (l *mdcLaw) light() {
	var weighted []float64 // n s_n from n = 1
	total := 0.0
	for k := 1.0; ; k++ {
		y, first := k*l.load, k*l.c+1
		term := math.Exp(logPoisson(first, y)) / k
		largest := 0.0
		for n := 1; ; n++ {
			if n > len(weighted) {
				weighted = append(weighted, 0)
			}
			v := term * float64(n)
			weighted[n-1] += v
			total += v
			largest = math.Max(largest, v)
			if v <= 1e-21*total {
				break
			}
			term *= y / (first + float64(n))
		}
		if largest <= 1e-19*total {
			break
		}
	}
	sum := 0.0
	for i := len(weighted) - 1; i >= 0; i-- {
		sum += weighted[i] / float64(i+1)
		l.mean += weighted[i]
		l.spread += float64(i) * weighted[i]
	}
	p := mdcCompound(math.Exp(-sum), weighted, len(weighted))
	l.tail, l.over = make([]float64, len(p)), math.Inf(1)
	above := 0.0
	for k := len(p) - 1; k > 0; k-- {
		above += p[k]
		l.tail[k-1] = above
	}
}

// mdcCompound is p_0 = first, k p_k = Σ_{n≤k} weighted_n p_{k−n}, up to k = last.
func mdcCompound(first float64, weighted []float64, last int) []float64 {
	p := make([]float64, last+1)
	p[0] = first
	for k := 1; k <= last; k++ {
		sum := 0.0
		for n := min(k, len(weighted)); n > 0; n-- {
			sum += weighted[n-1] * p[k-n]
		}
		p[k] = sum / float64(k)
	}
	return p
}

// heavy divides the two zeros out.
func (l *mdcLaw) heavy(spare float64) error {
	over, err := mdcRoot(spare)
	if err != nil {
		return err
	}
	l.over = over
	ln, err := l.coefficients(spare)
	if err != nil {
		return err
	}
	l.mean, l.spread = 1/over, 1/(over*over)
	sum := 0.0
	weighted := make([]float64, len(ln))
	for i := len(ln) - 1; i >= 0; i-- {
		n := float64(i + 1)
		sum += ln[i]
		weighted[i] = -n * ln[i]
		l.mean -= n * ln[i]
		l.spread -= n * (n - 1) * ln[i]
	}
	p := mdcCompound(math.Exp(sum), weighted, 2*len(ln)) // of G
	p[0] *= over / (1 + over)
	for k := 1; k < len(p); k++ {
		p[k] = (p[k-1] + over*p[k]) / (1 + over) // of Q
	}
	l.tail = make([]float64, len(p))
	above := p[len(p)-1] / over
	for k := len(p) - 1; k >= 0; k-- {
		l.tail[k] = above
		above += p[k]
	}
	return agree("the mass of all queue lengths and one", above, 1)
}

// mdcRoot is τ − 1 = x with x − log(1 + x) = εx.
func mdcRoot(spare float64) (float64, error) {
	f := func(x float64) float64 { return mdcLogGap(x)/(spare*x) - 1 }
	low, high := spare, 4*spare // x − log(1 + x) < x²/2
	fLow := f(low)
	for f(high) < 0 {
		if high *= 2; math.IsInf(high, 1) {
			return 0, errors.New("analytic: numerical failure: the root τ of M/D/c is not bracketed")
		}
	}
	x, fx := brent(f, low, high, fLow, f(high))
	if !(math.Abs(fx) <= residualTolerance) {
		return 0, errors.New("analytic: numerical failure: the root τ of M/D/c was not found")
	}
	return x, nil
}

// mdcLogGap is x − log(1 + x). With v = x/(2 + x) the logarithm is
// 2(v + v³/3 + …) and x − 2v = xv.
func mdcLogGap(x float64) float64 {
	if x > 0.5 {
		return x - math.Log1p(x)
	}
	v := x / (2 + x)
	power, sum := 2*v*v*v, 0.0
	for k := 3.0; power > 1e-19*x*v; k += 2 {
		sum += power / k
		power *= v * v
	}
	return x*v - sum
}

// coefficients are l_1, l_2, … as far as they matter, by the discrete Fourier
// transform of log η over the unit circle. Its values there are conjugate in
// pairs.
func (l *mdcLaw) coefficients(spare float64) ([]float64, error) {
	n := 1 << bits.Len(uint(128*math.Sqrt(l.c)+64))
	logs := make([]complex128, n/2+1)
	logs[0] = complex(math.Log(l.c*spare*(1+l.over)/l.over), 0)
	turns := 0.0
	for m := 1; m <= n/2; m++ {
		v := cmplx.Log(l.eta(2 * math.Pi * float64(m) / float64(n)))
		v += complex(0, turns)
		if jump := imag(logs[m-1]) - imag(v); math.Abs(jump) > math.Pi {
			turn := 2 * math.Pi * math.Round(jump/(2*math.Pi))
			turns += turn
			v += complex(0, turn)
		}
		logs[m] = v
	}
	if last := imag(logs[n/2]); !(math.Abs(last) < 1e-6) { // of a real number, and the path does not go around zero
		return nil, errors.New("analytic: numerical failure: the generating function of M/D/c goes around zero")
	}
	noise := 0.0
	for _, v := range logs {
		noise = math.Max(noise, 2e-16*cmplx.Abs(v)) // what is smaller is rounding
	}
	sequence := fourier.NewFFT(n).Sequence(nil, logs)
	ln := make([]float64, n/2)
	last := 0
	for i := range ln {
		if ln[i] = sequence[n-1-i] / float64(n); math.Abs(ln[i]) > noise {
			last = i + 1
		}
	}
	return ln[:last], nil
}

// eta is η at e^iθ, 0 < θ ≤ π.
func (l *mdcLaw) eta(theta float64) complex128 {
	sin, half := math.Sin(theta), math.Sin(theta/2)
	x, y := -2*l.load*half*half, l.load*sin-l.c*theta // the exponent
	sinY, halfY := math.Sin(y), math.Sin(y/2)
	step := complex(2*halfY*halfY-math.Expm1(x)*math.Cos(y), -math.Exp(x)*sinY)
	down := complex(0, 2*half) * cmplx.Rect(1, -theta/2)            // 1 − 1/z
	up := complex((l.over+2*half*half)/(1+l.over), -sin/(1+l.over)) // 1 − z/τ
	return step / (down * up)
}

// above is P(Q > k), k ≥ −1.
func (l *mdcLaw) above(k float64) float64 {
	last := float64(len(l.tail) - 1)
	switch {
	case k < 0:
		return 1
	case k <= last:
		return l.tail[int(k)]
	case math.IsInf(l.over, 1):
		return 0
	}
	return l.tail[int(last)] * math.Exp((last-k)*math.Log1p(l.over))
}

// sum is P(Q + Y > n), Y Poisson of mean y ≤ c and n ≥ c − 1. Terms below
// e^-690 are nothing.
func (l *mdcLaw) sum(y, n float64) float64 {
	if y == 0 {
		return l.above(n)
	}
	top := math.Min(n, 2*l.c+200)
	top -= float64(sort.Search(int(math.Max(0, top-y)), func(i int) bool { return logPoisson(top-float64(i), y) > -690 }))
	bottom := math.Max(0, math.Ceil(y-windowWidth(y)))
	total := 0.0
	if n < y+windowWidth(y)+l.c {
		total = ascend(logPoisson(lowest(n+1, math.Inf(1), y), y), lowest(n+1, math.Inf(1), y), math.Inf(1), y, recurrence{1, 0, 1})
	}
	term := math.Exp(logPoisson(top, y))
	for j := top; j >= bottom; j-- {
		total += term * l.above(n-j)
		term *= j / y
	}
	return total
}

// waitTail is P(W > x), x in services.
func (l *mdcLaw) waitTail(x float64) float64 {
	m := math.Floor(x) + 1
	return l.sum(l.load*(m-x), m*l.c-1)
}

// queueQuantile is the smallest n with P(Q ≤ n) ≥ 0.99.
func (l *mdcLaw) queueQuantile() float64 {
	enough := func(n float64) bool { return l.above(n) <= queueTail*(1+tieSlack) }
	last := len(l.tail) - 1
	if n := sort.Search(last+1, func(i int) bool { return enough(float64(i)) }); n <= last {
		return float64(n)
	}
	n := math.Max(0, float64(last)+math.Floor(math.Log(l.tail[last]/queueTail)/math.Log1p(l.over))-2)
	for !enough(n) {
		n++
	}
	return n
}

// check holds Q to the stationarity of the walk, P(Q > k) = P(Q + A > c + k),
// at the bottom, at the p99, and half way.
func (l *mdcLaw) check() error {
	high := l.queueQuantile()
	for _, k := range []float64{0, math.Floor(high / 2), high} {
		if l.above(k) < 1e-6 && k > 0 {
			continue // a heavy law is exact to 1e-15 of one, no smaller
		}
		if err := agree("the queue lengths of M/D/c one service apart", l.above(k), l.sum(l.load, l.c+k)); err != nil {
			return err
		}
	}
	return nil
}
