package analytic

import (
	"errors"
	"math"

	"gonum.org/v1/gonum/mat"
)

// chainSolution is β, P(1) and P'(1).
type chainSolution struct{ beta, p0, p1 []float64 }

// linear collects equations of β, P(1) and P'(1).
type linear struct {
	k     *priorityChain
	rows  [][]float64
	right []float64
}

func (l *linear) row() []float64 {
	l.rows = append(l.rows, make([]float64, l.k.unknowns+2*l.k.size))
	l.right = append(l.right, 0)
	return l.rows[len(l.rows)-1]
}

// solve gives the mean waits of both priorities, in seconds, and the share of
// tasks that are delayed, under preemption of the first priority.
func (k *priorityChain) solve(zeros []float64) (waits [2]float64, delayed float64, err error) {
	l := &linear{k: k}
	k.balances(l)
	for _, z := range zeros {
		if err := k.orthogonal(l, z); err != nil {
			return waits, 0, err
		}
	}
	if !k.preemptive {
		k.origin(l)
	}
	m, b := k.system(1)
	x := k.tails(1)
	k.expansion(l, m, b)
	k.normalize(l, x)
	s, err := l.solve()
	if err != nil {
		return waits, 0, err
	}
	if k.preemptive {
		return k.preemptiveMeans(s, x)
	}
	return k.waitingMeans(s, x)
}

// balances are those of the states in β all of whose neighbours are.
func (k *priorityChain) balances(l *linear) {
	edge := k.c // of the non-preemptive chain, a sum below which all servers' tasks are known
	if k.preemptive {
		edge = k.c - 1
	}
	for n := range edge {
		for i := 0; i <= n; i++ {
			j := n - i
			row := l.row()
			row[beta(i, j)] = k.a1 + k.a2 + float64(i)*k.mu1 + float64(j)*k.mu2
			row[beta(i+1, j)] -= float64(i+1) * k.mu1
			row[beta(i, j+1)] -= float64(j+1) * k.mu2
			if i > 0 {
				row[beta(i-1, j)] -= k.a1
			}
			if j > 0 {
				row[beta(i, j-1)] -= k.a2
			}
		}
	}
}

// orthogonal is uᵀB(z)β = 0, u the left null vector of M(z).
func (k *priorityChain) orthogonal(l *linear, z float64) error {
	m, b := k.system(z)
	var svd mat.SVD
	if !svd.Factorize(values(m), mat.SVDFull) {
		return errors.New("analytic: numerical failure: a null vector was not found")
	}
	var u mat.Dense
	svd.UTo(&u)
	row := l.row()
	for j := range k.unknowns {
		for i := range k.size {
			row[j] += u.At(i, k.size-1) * b[i][j][0]
		}
	}
	return nil
}

// origin is that P(0) is the part of β where no server is idle: of the rows of
// M(0)P(0) = B(0)β, which leave one degree of freedom, the last.
func (k *priorityChain) origin(l *linear) {
	m, b := k.system(0)
	row := l.row()
	for j := range k.unknowns {
		row[j] -= b[k.c][j][0]
	}
	for j := range k.size {
		row[beta(j, k.c-j)] += m[k.c][j][0]
	}
}

// expansion is MP = Bβ about z = 1 up to the square. The rows of M(1) sum to
// nothing; in place of a row of the equations of order 0 and 1 stands the sum
// of those of the next order.
func (k *priorityChain) expansion(l *linear, m, b [][]jet) {
	n, u := k.size, k.unknowns
	// put adds a row i of the equation of an order; of order 2, P'' is not
	// written, as its part vanishes in the sum
	put := func(row []float64, i, order int) {
		for j := range u {
			row[j] -= b[i][j][order]
		}
		for j := range n {
			for d := 0; d <= order; d++ {
				if d < 2 {
					row[u+d*n+j] += m[i][j][order-d]
				}
			}
		}
	}
	for order := range 2 {
		for i := range n - 1 {
			put(l.row(), i, order)
		}
		row := l.row()
		for i := range n {
			put(row, i, order+1)
		}
		if order == 0 { // M(1)P'(1) sums to nothing, but for rounding
			for j := range n {
				row[u+n+j] = 0
			}
		}
	}
}

// inverse is (I − X)⁻¹1 and its derivative, at z = 1.
func (k *priorityChain) inverse(x [][]jet) (sums []jet) {
	n := k.size
	sums = make([]jet, n)
	for i := n - 1; i >= 0; i-- {
		sum := jet{1}
		for j := i + 1; j < n; j++ {
			sum = sum.plus(x[i][j].times(sums[j]))
		}
		sums[i] = sum.over(jet{1}.plus(x[i][i].scale(-1)))
	}
	return sums
}

// normalize is that all probabilities sum to one.
func (k *priorityChain) normalize(l *linear, x [][]jet) {
	row := l.row()
	l.right[len(l.right)-1] = 1
	weights := k.weights(x)
	for j := range k.size {
		row[k.unknowns+j] = weights[j][0]
	}
	if !k.preemptive {
		for j := range k.c * (k.c + 1) / 2 { // an idle server
			row[j] = 1
		}
	}
}

// weights give the sum over all states of the first priority, from P.
func (k *priorityChain) weights(x [][]jet) []jet {
	if !k.preemptive {
		return k.inverse(x)
	}
	w := make([]jet, k.size)
	for i := range w {
		w[i] = jet{1}
	}
	rest := jet{1}.plus(x[0][0].scale(-1))
	rest[0] = k.urgentSpare // 1 − x(1) = 1 − ρ₁
	w[k.size-1] = jet{1}.over(rest)
	return w
}

func (l *linear) solve() (chainSolution, error) {
	n := len(l.rows)
	if n != l.k.unknowns+2*l.k.size {
		return chainSolution{}, errors.New("analytic: numerical failure: equations and unknowns differ in number")
	}
	a, right := mat.NewDense(n, n, nil), mat.NewVecDense(n, nil)
	for i, row := range l.rows {
		size := 0.0
		for _, v := range row {
			size = math.Max(size, math.Abs(v))
		}
		for j, v := range row {
			a.Set(i, j, v/size)
		}
		right.SetVec(i, l.right[i]/size)
	}
	var lu mat.LU
	lu.Factorize(a)
	v := mat.NewVecDense(n, nil)
	if err := lu.SolveVecTo(v, false, right); err != nil {
		if _, poor := err.(mat.Condition); !poor { // poor conditioning is judged by the checks
			return chainSolution{}, errors.New("analytic: numerical failure: the equations are singular")
		}
	}
	u, m := l.k.unknowns, l.k.size
	all := v.RawVector().Data
	return chainSolution{all[:u], all[u : u+m], all[u+m:]}, nil
}

// preemptiveMeans are the waits by Little's law. The first priority is M/M/c.
func (k *priorityChain) preemptiveMeans(s chainSolution, x [][]jet) (waits [2]float64, delayed float64, err error) {
	weights := k.weights(x)
	number, idle := 0.0, 0.0 // of the second priority; servers that do not serve the first
	for i := range k.size {
		number += s.p1[i]*weights[i][0] + s.p0[i]*weights[i][1]
		idle += float64(k.c-i) * s.p0[i]
	}
	unused := 0.0 // servers that serve nobody
	for i := range k.c {
		for j := 0; i+j < k.c; j++ {
			unused += float64(k.c-i-j) * s.beta[beta(i, j)]
		}
	}
	load1, load2 := k.a1/k.mu1, k.a2/k.mu2
	if err := agree("servers busy with the second priority and λ/µ", idle-unused, load2); err != nil {
		return waits, 0, err
	}
	if err := agree("servers not busy with the first priority and c − λ/µ", idle, float64(k.c)*k.urgentSpare); err != nil {
		return waits, 0, err
	}
	odds := idleOdds(k.c, load1)
	delayed = 1 / (1 + k.urgentSpare*odds)
	waits[0] = k.unit * delayed / (float64(k.c) * k.mu1 * k.urgentSpare)
	waits[1] = k.unit * (number - load2) / k.a2
	return waits, delayed, k.sane(waits)
}

func (k *priorityChain) waitingMeans(s chainSolution, x [][]jet) (waits [2]float64, delayed float64, err error) {
	sums := k.inverse(x)
	queue1, queue2, busy1, busy2 := 0.0, 0.0, 0.0, 0.0
	ahead := make([]float64, k.size) // X(I − X)⁻²1
	for i := k.size - 1; i >= 0; i-- {
		right := x[i][i][0] * sums[i][0]
		for j := i + 1; j < k.size; j++ {
			right += x[i][j][0] * (sums[j][0] + ahead[j])
		}
		ahead[i] = right / (1 - x[i][i][0])
	}
	p := make([]float64, k.size) // all states with i in service and nobody idle
	for i := range k.size {
		p[i] += s.p0[i]
		for l := 0; l < i; l++ {
			p[i] += p[l] * x[l][i][0]
		}
		p[i] /= 1 - x[i][i][0]
		queue1 += s.p0[i] * ahead[i]
		queue2 += s.p1[i]*sums[i][0] + s.p0[i]*sums[i][1]
		delayed += p[i]
		busy1 += float64(i) * p[i]
		busy2 += float64(k.c-i) * p[i]
	}
	for i := range k.c {
		for j := 0; i+j < k.c; j++ {
			busy1 += float64(i) * s.beta[beta(i, j)]
			busy2 += float64(j) * s.beta[beta(i, j)]
		}
	}
	for _, e := range []error{
		agree("servers busy with the first priority and λ/µ", busy1, k.a1/k.mu1),
		agree("servers busy with the second priority and λ/µ", busy2, k.a2/k.mu2),
	} {
		if e != nil {
			return waits, 0, e
		}
	}
	waits = [2]float64{k.unit * queue1 / k.a1, k.unit * queue2 / k.a2}
	return waits, delayed, k.sane(waits)
}

// Bounds of waits that are differences of larger numbers, beside which rounding
// leaves nine digits: of the second priority over its service (preemptive), of
// all tasks over the mean gap of arrivals (non-preemptive).
const (
	leastPreempted = 1e-5
	leastQueue     = 1e-8
)

// sane refuses waits that rounding may have spoilt, and any that are out of
// order: the second priority waits longer.
func (k *priorityChain) sane(waits [2]float64) error {
	if k.preemptive && !(waits[1]*k.mu2 > leastPreempted*k.unit) || !(waits[0]*k.a1+waits[1]*k.a2 > leastQueue*k.unit) {
		return errors.New("analytic: two priorities with different mean services wait too little to be computed with enough digits")
	}
	if waits[0] >= 0 && waits[1] >= waits[0]*(1-residualTolerance) && waits[1] > 0 {
		return nil
	}
	return errors.New("analytic: numerical failure: the chain of two priorities is ill-conditioned")
}

// roundings are units of time, as multiples of the mean service, that round
// everything differently.
var roundings = [...]float64{1.37, 0.73, 2.11}

// nearZero is the relative distance within which a zero is sought again.
const nearZero = 1e-7

// solveTwice solves the chain in several units of time and compares the waits,
// which differ by the errors of rounding that went into them.
func (k *priorityChain) solveTwice() (waits [2]float64, delayed float64, err error) {
	zeros, err := k.zeros(nil)
	if err != nil {
		return waits, 0, err
	}
	waits, delayed, err = k.solve(zeros)
	var near []float64
	for _, z := range zeros {
		near = append(near, z-nearZero*math.Abs(z), z+nearZero*math.Abs(z))
	}
	for _, r := range roundings {
		if err != nil {
			return waits, 0, err
		}
		other := *k
		other.unit, other.a1, other.a2, other.mu1, other.mu2 = k.unit*r, k.a1*r, k.a2*r, k.mu1*r, k.mu2*r
		if zeros, err = other.zeros(near); err != nil {
			return waits, 0, err
		}
		var again [2]float64
		if again, _, err = other.solve(zeros); err != nil {
			return waits, 0, err
		}
		for i := range waits {
			if e := agree("waits of the same chain in other units of time", waits[i], again[i]); e != nil {
				err = e
			}
		}
	}
	return waits, delayed, err
}
