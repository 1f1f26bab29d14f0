package analytic

import (
	"math"
	"math/big"
)

// The reference: M/M/c/K by its balance equations, in 768 bits (where c = 2, the tail
// of the latency loses one for each waiting place), from the exact values of the float64 parameters. It shares nothing with the solvers: no
// closed sums, no tilting, no complementary forms where those matter.

const precision = 768

func num(x float64) *big.Float { return new(big.Float).SetPrec(precision).SetFloat64(x) }

func add(x, y *big.Float) *big.Float { return num(0).Add(x, y) }
func sub(x, y *big.Float) *big.Float { return num(0).Sub(x, y) }
func mul(x, y *big.Float) *big.Float { return num(0).Mul(x, y) }
func quo(x, y *big.Float) *big.Float { return num(0).Quo(x, y) }

func float(x *big.Float) float64 { f, _ := x.Float64(); return f }

// bigExp is e^x: Taylor's series of x/2^k, squared k times.
func bigExp(x *big.Float) *big.Float {
	if float(x) < -1e4 {
		return num(0) // big.Float would align it, bit by bit, with what it is added to
	}
	k := max(0, x.MantExp(nil)+16)
	y := num(0).SetMantExp(x, -k)
	sum, term := num(1), num(1)
	for n := 1; n < 60; n++ {
		term = quo(mul(term, y), num(float64(n)))
		sum = add(sum, term)
	}
	for range k {
		sum = mul(sum, sum)
	}
	return sum
}

// bigOdds is 1/B(c, a) − 1 by the recursion from zero, every step. Its terms are
// positive, so that 256 bits lose no more than the 20 of a million steps.
func bigOdds(c int, a *big.Float) *big.Float {
	odds, one, n := num(0).SetPrec(256), num(1), num(0).SetPrec(64)
	a = num(0).SetPrec(256).Set(a)
	for range c {
		n.Add(n, one)
		odds.Add(odds, one)
		odds.Mul(odds, n)
		odds.Quo(odds, a)
	}
	return odds
}

// bigDelay is M/M/c.
type bigDelay struct {
	lambda, mu, c, spare, delay *big.Float // spare = cµ − λ, delay = C
}

func newBigDelay(lambda, mu float64, c int) bigDelay {
	d := bigDelay{lambda: num(lambda), mu: num(mu), c: num(float64(c))}
	d.spare = sub(mul(d.c, d.mu), d.lambda)
	a := quo(d.lambda, d.mu)
	b := quo(num(1), add(num(1), bigOdds(c, a)))
	// C = cB/(c − a(1 − B))
	d.delay = quo(mul(d.c, b), sub(d.c, mul(a, sub(num(1), b))))
	return d
}

func (d bigDelay) wait() *big.Float { return quo(d.delay, d.spare) }

// waitTail is C e^-δt.
func (d bigDelay) waitTail(t float64) *big.Float {
	return mul(d.delay, bigExp(num(0).Neg(mul(d.spare, num(t)))))
}

// sojournTail is the convolution of the wait with the service; δ ≠ µ.
func (d bigDelay) sojournTail(t float64) *big.Float {
	slow := bigExp(num(0).Neg(mul(d.spare, num(t))))
	fast := bigExp(num(0).Neg(mul(d.mu, num(t))))
	mix := quo(mul(d.mu, sub(slow, fast)), sub(d.mu, d.spare))
	return add(fast, mul(d.delay, mix))
}

// bigLoss is M/M/c/K with the probabilities of all its states.
type bigLoss struct {
	c     int
	mu    *big.Float
	p     []*big.Float // P(N = n)
	found []*big.Float // P(N = c + k) as an accepted task finds it
}

func newBigLoss(lambda, mu float64, c, limit int) bigLoss {
	l := bigLoss{c: c, mu: num(mu)}
	sum, term := num(1), num(1)
	l.p = append(l.p, num(1))
	for n := 1; n <= c+limit; n++ {
		term = quo(mul(term, num(lambda)), mul(num(mu), num(float64(min(n, c)))))
		l.p = append(l.p, term)
		sum = add(sum, term)
	}
	for n := range l.p {
		l.p[n] = quo(l.p[n], sum)
	}
	accepted := sub(num(1), l.p[c+limit])
	for k := range limit {
		l.found = append(l.found, quo(l.p[c+k], accepted))
	}
	return l
}

func (l bigLoss) shed() float64 { return float(l.p[len(l.p)-1]) }

func (l bigLoss) queueLength() float64 {
	sum := num(0)
	for n := l.c; n < len(l.p); n++ {
		sum.Add(sum, mul(l.p[n], num(float64(n-l.c))))
	}
	return float(sum)
}

func (l bigLoss) queueP99() float64 {
	sum := num(0)
	for n, p := range l.p {
		if sum.Add(sum, p); float(sum) >= 0.99*(1-1e-14) { // a tie is one, in decimals
			return float64(max(0, n-l.c))
		}
	}
	return math.Inf(1)
}

func (l bigLoss) waitRatio() float64 {
	sum := num(0)
	for _, p := range l.found {
		sum.Add(sum, p)
	}
	return float(sum)
}

// waitMoments are mean and standard deviation of the wait.
func (l bigLoss) waitMoments() (mean, sd float64) {
	m1, m2 := num(0), num(0)
	unit := quo(num(1), mul(l.mu, num(float64(l.c))))
	for k, p := range l.found {
		m1.Add(m1, mul(p, mul(unit, num(float64(k+1)))))
		m2.Add(m2, mul(p, mul(mul(unit, unit), num(float64(k+1)*float64(k+2)))))
	}
	return float(m1), float(num(0).Sqrt(sub(m2, mul(m1, m1))))
}

// erlangTail is P(Poisson(y) ≤ k), k = 0, 1, …, n−1, the tail of Erlang laws.
func erlangTail(y *big.Float, n int) []*big.Float {
	term := bigExp(num(0).Neg(y))
	sum := num(0)
	tails := make([]*big.Float, n)
	for k := range tails {
		sum = add(sum, term)
		tails[k] = sum
		term = quo(mul(term, y), num(float64(k+1)))
	}
	return tails
}

// waitTail is P(wait > t) of an accepted task.
func (l bigLoss) waitTail(t float64) *big.Float {
	x := mul(mul(l.mu, num(float64(l.c))), num(t))
	sum := num(0)
	for k, tail := range erlangTail(x, len(l.found)) {
		sum.Add(sum, mul(l.found[k], tail))
	}
	return sum
}

// sojournTail is P(wait + service > t) of an accepted task. An Erlang time of
// k + 1 stages of rate cµ and an exponential of rate µ exceed t with probability
//
//	Q(k+1, cµt) + e^-µt (c/(c−1))^(k+1) (1 − Q(k+1, (c−1)µt)),
//
// and with Q(k+2, µt) where c = 1.
func (l bigLoss) sojournTail(t float64) *big.Float {
	rest := num(1)
	for _, p := range l.found {
		rest = sub(rest, p)
	}
	y := mul(l.mu, num(t))
	alone := bigExp(num(0).Neg(y))
	sum := mul(rest, alone)
	n := len(l.found)
	if l.c == 1 {
		for k, tail := range erlangTail(y, n+1)[1:] {
			sum.Add(sum, mul(l.found[k], tail))
		}
		return sum
	}
	c := float64(l.c)
	early, late := erlangTail(mul(num(c), y), n), erlangTail(mul(num(c-1), y), n)
	power := num(1)
	for k, p := range l.found {
		power = quo(mul(power, num(c)), num(c-1))
		sum.Add(sum, mul(p, add(early[k], mul(mul(alone, power), sub(num(1), late[k])))))
	}
	return sum
}
