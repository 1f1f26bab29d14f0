package analytic

import (
	"fmt"
	"math"
)

// obstacleMMcM is what keeps a system from being M/M/c+M, Erlang A, with or
// without a limit of the queue.
func obstacleMMcM(p *problem) string {
	if p.sys.Patience == nil {
		return "tasks wait for ever"
	}
	if _, ok := asExponential(p.sys.Patience); !ok {
		return fmt.Sprintf("patience is %s, not exponential", lawName(p.sys.Patience))
	}
	return obstacleMMcGI(p)
}

// solveMMcM solves M/M/c+M, Palm's and Garnett's Erlang A, also with a limit L
// of the waiting tasks.
//
// Assumptions: those of M/M/c; a task that waits leaves at rate θ; a task that
// finds L waiting is refused.
//
// Stability: always.
//
// Formulas: a birth–death process with births λ and deaths min(n, c)µ +
// max(0, n − c)θ. A task that finds c + k tasks waits, if it stays, for a sum
// of exponential times of rates cµ + jθ, j = 0 … k, so that e^-θV is a beta
// variate of parameters cµ/θ and k + 1; summed over k this is the density of
// solveMMcGI with F(x) = (1 − e^-θx)/θ, also with a limit, in closed form.
//
// Source: C. Palm, "Research on telephone traffic carried by full availability
// groups", Tele 1, 1957; O. Garnett, A. Mandelbaum, M. Reiman, "Designing a
// call center with impatient customers", Manufacturing & Service Operations
// Management 4(3), 2002; S. Zeltyn, A. Mandelbaum, Queueing Systems 51, 2005.
//
// Method and limits: the integrals of solveMMcGI, see there. The mass of the
// states and Lq are held against sums of the birth–death process from its mode
// both ways, and θLq against the flow of those that leave. The sums are left
// out where they would have more than a million terms, which takes patience of
// about 1e9 services a server.
func solveMMcM(p *problem) (*Solution, error) {
	q, o, abandoned, err := solvePatience(p)
	if err != nil {
		return nil, err
	}
	if q.grid != nil {
		if err := q.checkChain(p); err != nil {
			return nil, err
		}
	}
	sol := &Solution{
		Model:  "M/M/c+M",
		Method: "Erlang A: birth–death process, integrals of the offered wait",
		Source: "O. Garnett, A. Mandelbaum, M. Reiman, Designing a call center with impatient customers, Manufacturing & Service Operations Management 4(3), 2002",
	}
	return finishPatience(p, sol, o, abandoned), nil
}

// maxChain is how many states the check of Erlang A sums.
const maxChain = 1_000_000

// checkChain holds the integrals against the birth–death process.
func (q *patienceQueue) checkChain(p *problem) error {
	rate := p.meanService / p.sys.Patience.Mean() // θ/µ
	if err := agree("tasks that leave and θ × queue length", q.load*q.abandoned, rate*q.queue); err != nil {
		return err
	}
	states, ok := newErlangA(q.c, q.load, p.spare, rate, q.limit)
	if !ok {
		return nil
	}
	below := 0.0
	if q.grid.origin > 0 {
		below = q.below / q.grid.origin * states.first
	}
	mass := below + q.unit*states.mass
	if err := agree("P(N ≥ c) by integrals and by states", (q.waiting+q.full)/q.mass, q.unit*states.mass/mass); err != nil {
		return err
	}
	return agree("queue length by integrals and by states", q.queue/q.mass, q.unit*states.queue/mass)
}

// erlangA are sums over the states N = c + k, in units of the most likely.
type erlangA struct {
	first float64 // k = 0
	mass  float64
	queue float64 // Σ k
}

// newErlangA sums from the mode, where births and deaths are in balance, up and
// down; all terms are positive and at most one. ok is false where there are too
// many.
func newErlangA(c, load, spare, rate float64, limit int) (s erlangA, ok bool) {
	most := math.Inf(1)
	if limit >= 0 {
		most = float64(limit)
	}
	mode := math.Min(most, math.Max(0, math.Floor(-c*spare/rate)))
	term, steps := 1.0, 0
	s.mass, s.queue = 1, mode
	for k := mode + 1; k <= most && term*k > negligible*(s.queue+s.mass); k++ {
		term *= load / (c + k*rate)
		s.mass += term
		s.queue += k * term
		if steps++; steps > maxChain {
			return s, false
		}
	}
	term = 1
	k := mode
	for ; k > 0 && term > negligible*1e-10*s.mass; k-- {
		term *= (c + k*rate) / load
		s.mass += term
		s.queue += (k - 1) * term
		if steps++; steps > maxChain {
			return s, false
		}
	}
	if k == 0 {
		s.first = term
	}
	return s, true
}
