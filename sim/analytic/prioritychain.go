package analytic

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// maxPriorityServers bounds c of the chains of two rates of service.
const maxPriorityServers = 12

// obstaclePriorityChain is what keeps a system from being M/M/c with two
// priorities, each with a rate of service of its own.
func obstaclePriorityChain(p *problem) string {
	if o := obstacleDiscipline(p, Priority, PreemptivePriority); o != "" {
		return o
	}
	levels := map[int]Stream{}
	for _, s := range p.sys.Streams {
		first, seen := levels[s.Priority]
		if _, ok := asExponential(s.Service); !ok {
			return "service" + ofClass(s) + " is not exponential"
		}
		if seen && !sameLaw(first.Service, s.Service) {
			return "tasks of one priority have different mean services"
		}
		levels[s.Priority] = s
	}
	if len(levels) != 2 {
		return fmt.Sprintf("there are %d priorities with different mean services, and more than one server: the chain is solved for two", len(levels))
	}
	if p.sys.Servers > maxPriorityServers {
		return fmt.Sprintf("there are more than %d servers and different mean services", maxPriorityServers)
	}
	return ""
}

// solvePriorityChain solves M/M/c with two priorities, each with a rate of
// service of its own, non-preemptive and preemptive-resume.
//
// Assumptions: Poisson streams of two priorities, arrival rates λ₁, λ₂, exponential
// service of rates µ₁, µ₂, up to 12 servers; within a priority first come, first
// served.
//
// Stability: ρ = (λ₁/µ₁ + λ₂/µ₂)/c < 1.
//
// Formulas, with P(z), M, B and β as under Method, N₂ the tasks of the second
// priority in the system and Q₁, Q₂ those that wait:
//
//	M(z)P(z) = B(z)β,    v·B(z₀)β = 0 where v·M(z₀) = 0, |z₀| < 1
//	E[W₁]    = C₁/(cµ₁ − λ₁)             preemptive: M/M/c of the first alone
//	E[W₂]    = (E[N₂] − λ₂/µ₂)/λ₂        preemptive, E[N₂] from P'(1)
//	E[Wₖ]    = E[Qₖ]/λₖ                  non-preemptive
//
// Method: generating functions in the number of tasks of the second priority,
// P(z), of the states with few tasks of the first: below c of them in the system
// (preemptive), or none of them waiting (non-preemptive). With more of them the
// balance equations do not depend on the number, and the functions are P(z)
// times powers of X(z), X the smallest root of a quadratic equation, in the
// non-preemptive case of triangular matrices by the number in service. There is
// left M(z)P(z) = B(z)β, β the probabilities of the states in which a server is
// idle or nobody waits. P is finite in the unit disk, so that at each zero of det M
// there a left null vector of M is orthogonal to Bβ; these equations, the
// balance of the states in β, and the expansion of MP = Bβ about z = 1, which
// also gives P'(1), are one linear system.
//
// Source: I. Mitrani, P. J. B. King, "Multiprocessor systems with preemptive
// priorities", Performance Evaluation 1(2), 1981; H. R. Gail, S. L. Hantler,
// B. A. Taylor, "Analysis of a non-preemptive priority multiserver queue",
// Advances in Applied Probability 20(4), 1988.
//
// Limits: means only. Nothing is truncated. Zeros are sought by the sign of det M
// and counted; a system in which some are too close together, or to 0 or 1, to
// be told apart is refused. The mean numbers of busy servers are compared
// with λ/µ. Where hardly anybody waits, near saturation, and where the rates are
// orders apart, digits are lost: the chain is solved in four units of time, and
// refused where the waits differ by more than 1e-9.
func solvePriorityChain(p *problem) (*Solution, error) {
	q := newPriorityQueue(p)
	k := newPriorityChain(p, q)
	sol := &Solution{
		Model:  "M/M/c with two priorities and two rates of service",
		Method: "generating functions, zeros of the determinant",
		Exact:  true,
		Note:   "Quantiles and standard deviations of wait and latency are left out: only means are computed.",
		Source: "H. R. Gail, S. L. Hantler, B. A. Taylor, Analysis of a non-preemptive priority multiserver queue, Advances in Applied Probability 20(4), 1988",
	}
	if k.preemptive {
		sol.Source = "I. Mitrani, P. J. B. King, Multiprocessor systems with preemptive priorities, Performance Evaluation 1(2), 1981"
	}
	waits, delayed, err := k.solveTwice()
	if err != nil {
		return nil, fmt.Errorf("%w: two priorities with different mean services: too many digits are lost: %w", ErrNoModel, err)
	}
	return sol, p.fill(sol, func(s Stream) turn {
		mean, ratio := waits[1], delayed
		if s.Priority == q.order[0] {
			mean = waits[0]
		} else if k.preemptive {
			ratio = math.NaN()
		}
		return turn{
			wait:      summary{mean: mean, sd: math.NaN()},
			sojourn:   summary{mean: mean + s.Service.Mean(), sd: math.NaN()},
			waitRatio: ratio,
		}
	}, math.NaN())
}

// jet is a power series in z − z₀ up to the square.
type jet [3]float64

func (f jet) plus(g jet) jet { return jet{f[0] + g[0], f[1] + g[1], f[2] + g[2]} }

func (f jet) scale(x float64) jet { return jet{x * f[0], x * f[1], x * f[2]} }

func (f jet) times(g jet) jet {
	return jet{f[0] * g[0], f[0]*g[1] + f[1]*g[0], f[0]*g[2] + f[1]*g[1] + f[2]*g[0]}
}

func (f jet) over(g jet) jet {
	a := f[0] / g[0]
	b := (f[1] - a*g[1]) / g[0]
	return jet{a, b, (f[2] - a*g[2] - b*g[1]) / g[0]}
}

func (f jet) root() jet {
	a := math.Sqrt(f[0])
	b := f[1] / (2 * a)
	return jet{a, b, (f[2] - b*b) / (2 * a)}
}

// smallRoot is the smallest x with s x² − (a + s + rest)x + a = 0.
func smallRoot(a, s float64, rest jet) jet {
	d := rest.plus(jet{a + s})
	inner := rest.times(rest.plus(jet{2 * (a + s)})).plus(jet{(a - s) * (a - s)})
	return jet{2 * a}.over(d.plus(inner.root()))
}

// priorityChain is M/M/c with two priorities, in units of the mean service of
// all.
type priorityChain struct {
	preemptive       bool
	c                int
	a1, a2, mu1, mu2 float64 // λ₁, λ₂, µ₁, µ₂
	unit             float64
	urgentSpare      float64 // 1 − ρ₁
	size             int     // of P
	unknowns         int     // of β
}

func newPriorityChain(p *problem, q *priorityQueue) *priorityChain {
	k := &priorityChain{preemptive: p.sys.Discipline == PreemptivePriority, c: p.sys.Servers}
	k.unit = p.load.hi / p.rate.hi
	for _, s := range p.sys.Streams {
		if s.Priority == q.order[0] {
			k.mu1 = k.unit / s.Service.Mean()
		} else {
			k.mu2 = k.unit / s.Service.Mean()
		}
	}
	first := q.levels[q.order[0]]
	k.a1, k.a2 = first.rate*k.unit, q.levels[q.order[1]].rate*k.unit
	k.urgentSpare = first.spare
	k.size, k.unknowns = k.c+1, (k.c+1)*(k.c+2)/2
	if k.preemptive {
		k.size, k.unknowns = k.c, k.c*(k.c+1)/2
	}
	return k
}

// beta is the place in β of i tasks of the first and j of the second priority.
func beta(i, j int) int { return (i+j)*(i+j+1)/2 + i }

// tails are x(z) (preemptive), or X(z), of more tasks of the first priority.
func (k *priorityChain) tails(z float64) [][]jet {
	low := jet{k.a2 * (1 - z), -k.a2} // λ₂(1 − z)
	if k.preemptive {
		return [][]jet{{smallRoot(k.a1, float64(k.c)*k.mu1, low)}}
	}
	n := k.size
	x := make([][]jet, n)
	for i := range x {
		x[i] = make([]jet, n)
		x[i][i] = smallRoot(k.a1, float64(i)*k.mu1, low.plus(jet{float64(k.c-i) * k.mu2}))
	}
	square := func(i, j, from, to int) (sum jet) {
		for l := from; l <= to; l++ {
			sum = sum.plus(x[i][l].times(x[l][j]))
		}
		return sum
	}
	for gap := 1; gap < n; gap++ {
		for i := 0; i+gap < n; i++ {
			j := i + gap
			end := float64(j) * k.mu1 // b_jj
			top := square(i, j, i+1, j-1).scale(end).plus(square(i, j-1, i, j-1).scale(float64(k.c-j+1) * k.mu2))
			bottom := low.plus(jet{k.a1 + end + float64(k.c-j)*k.mu2}).plus(x[i][i].plus(x[j][j]).scale(-end))
			x[i][j] = top.over(bottom)
		}
	}
	return x
}

// system is M(z) and B(z).
func (k *priorityChain) system(z float64) (m, b [][]jet) {
	m, b = jets(k.size, k.size), jets(k.size, k.unknowns)
	if k.preemptive {
		k.preemptiveSystem(z, m, b)
	} else {
		k.waitingSystem(z, m, b)
	}
	return m, b
}

func jets(rows, columns int) [][]jet {
	m := make([][]jet, rows)
	for i := range m {
		m[i] = make([]jet, columns)
	}
	return m
}

// preemptiveSystem has the balance of i < c tasks of the first priority, times z.
func (k *priorityChain) preemptiveSystem(z float64, m, b [][]jet) {
	at := jet{z, 1}
	low := jet{k.a2 * (1 - z), -k.a2}
	for i := range k.c {
		free := float64(k.c-i) * k.mu2
		m[i][i] = at.times(low.plus(jet{k.a1 + float64(i)*k.mu1})).plus(jet{free * (z - 1), free})
		if i > 0 {
			m[i][i-1] = at.scale(-k.a1)
		}
		if i+1 < k.c {
			m[i][i+1] = at.scale(-float64(i+1) * k.mu1)
		} else {
			m[i][i] = m[i][i].plus(at.times(k.tails(z)[0][0]).scale(-float64(k.c) * k.mu1))
		}
		power := jet{z - 1, 1}
		for j := 0; i+j < k.c; j++ {
			b[i][beta(i, j)] = power.scale(k.mu2 * float64(k.c-i-j))
			power = power.times(at)
		}
	}
}

// waitingSystem has the balance of i tasks of the first priority in service, c − i
// of the second, and none of the first waiting, times z; the last, in which z
// is a factor, is divided by it.
func (k *priorityChain) waitingSystem(z float64, m, b [][]jet) {
	at := jet{z, 1}
	x := k.tails(z)
	for i := range k.size {
		factor := at
		if i == k.c {
			factor = jet{1}
		}
		busy1, busy2 := float64(i)*k.mu1, float64(k.c-i)*k.mu2
		m[i][i] = factor.times(jet{k.a1 + k.a2*(1-z) + busy1 + busy2, -k.a2}).plus(jet{-busy2})
		for l := 0; l <= i; l++ {
			back := x[l][i].scale(busy1)
			if i > 0 {
				back = back.plus(x[l][i-1].scale(float64(k.c-i+1) * k.mu2))
			}
			m[i][l] = m[i][l].plus(factor.times(back).scale(-1))
		}
		b[i][beta(i, k.c-i)] = jet{-busy2}
		if i < k.c {
			m[i][i+1] = m[i][i+1].plus(jet{-float64(i+1) * k.mu1})
			b[i][beta(i+1, k.c-i-1)] = jet{-float64(i+1) * k.mu1}
			b[i][beta(i, k.c-i-1)] = factor.scale(k.a2)
		}
		if i > 0 {
			b[i][beta(i-1, k.c-i)] = factor.scale(k.a1)
		}
	}
}

func values(m [][]jet) *mat.Dense {
	v := mat.NewDense(len(m), len(m[0]), nil)
	for i, row := range m {
		for j, f := range row {
			v.Set(i, j, f[0])
		}
	}
	return v
}

// zeros are those of det M in (-1, 1), of which there are c − 1: in the preemptive
// case all in (0, 1), in the other some may be negative. near are where they
// are known to be but for rounding, nil where that is not known.
func (k *priorityChain) zeros(near []float64) ([]float64, error) {
	det := func(z float64) float64 {
		m, _ := k.system(z)
		return mat.Det(values(m))
	}
	zeros := signChanges(det, near)
	if near == nil || len(zeros) != k.c-1 {
		zeros = signChanges(det, zeroGrid())
	}
	if len(zeros) != k.c-1 {
		return nil, errors.New("the zeros of a determinant cannot be told apart")
	}
	return zeros, nil
}

// zeroGrid is dense where zeros crowd: at 0, -1 and 1.
func zeroGrid() []float64 {
	var grid []float64
	for e := -12.0; e < -2; e += 0.25 {
		grid = append(grid, math.Pow(10, e))
	}
	for x := 0.01; x < 0.99; x += 0.005 {
		grid = append(grid, x)
	}
	for e := -2.0; e > -8; e -= 0.125 {
		grid = append(grid, 1-math.Pow(10, e))
	}
	for _, z := range slices.Clone(grid) {
		grid = append(grid, -z)
	}
	slices.Sort(grid)
	return grid
}

// signChanges are the zeros of f between points, in order, at which it has
// opposite signs.
func signChanges(f func(float64) float64, points []float64) (zeros []float64) {
	last := 0.0
	for i, z := range points {
		next := f(z)
		if last != 0 && (next > 0) != (last > 0) {
			zero, _ := brent(f, points[i-1], z, last, next)
			zeros = append(zeros, zero)
		}
		last = next
	}
	return zeros
}
