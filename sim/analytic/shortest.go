package analytic

import (
	"fmt"
)

// obstacleShortest is what keeps a system from being one of few servers with
// a queue each, where tasks join the shortest of all or of some of them.
func obstacleShortest(p *problem) string {
	sys := p.sys
	if sys.Dispatch != JoinShortestQueue && sys.Dispatch != PowerOf {
		return "tasks do not join the shortest queue"
	}
	if sys.Infinite || sys.Limited {
		return "the queues have a limit, or there are none"
	}
	if sys.Servers < 2 || sys.Dispatch == PowerOf && sys.Choices < 2 {
		return "no queues are compared"
	}
	if sys.Servers > shortestServers {
		return fmt.Sprintf("tasks join the shortest queue of more than %d; the chain of their lengths is too large", shortestServers)
	}
	sys.Dispatch = Central
	return obstacleMarkovOf(sys, p.sys)
}

// shortestServers is the most servers whose queues are followed one by one.
const shortestServers = 4

// solveShortest solves c queues with a server each, where a task joins the
// shortest of d queues drawn at random without replacement; join the shortest
// queue is d = c.
//
// Assumptions: Poisson arrivals of rate λ, exponential service of rate µ, c ≤ 4
// servers, queues without limit, first come first served, no jockeying; the
// task in service counts in a queue's length, ties are broken at random.
//
// Stability: ρ = λ/(cµ) < 1.
//
// Formulas: with p(n) the probability that an arrival joins a queue of n
// tasks, N(x) Poisson of mean µx and A(n) = p(n) + p(n+1) + …, by PASTA
//
//	P(W > x)     = E A(N(x) + 1)          the wait is n services
//	P(W + S > x) = E A(N(x))              the sojourn n + 1
//
// Source: the probabilities are of the balance equations of the chain itself, of
// which no closed form is known. What arrivals see is R. W. Wolff, "Poisson
// arrivals see time averages", Operations Research 30(2), 1982. Of two queues the
// problem, and the geometric tail, are J. F. C. Kingman's, "Two similar queues in
// parallel", Annals of Mathematical Statistics 32(4), 1961, and I. J.-B. F. Adan,
// J. Wessels, W. H. M. Zijm's, "Analysis of the symmetric shortest queue problem",
// Stochastic Models 6(4), 1990; of more, that chains with a bounded difference
// between the longest and the shortest come close from both sides is I. J.-B. F.
// Adan, G.-J. van Houtum, J. van der Wal, "Upper and lower bounds for the waiting
// time in the symmetric shortest queue system", Annals of Operations Research
// 48(2), 1994. The d choices are N. D. Vvedenskaya, R. L. Dobrushin, F. I.
// Karpelevich's, "Queueing system with selection of the shortest of two queues: an
// asymptotic approach", Problems of Information Transmission 32(1), 1996, who
// solve another system, of infinitely many queues.
//
// Method: the chain of the sorted lengths, in levels of equal number in system
// n. A step leads to a neighbouring level, so that the levels' probabilities
// follow from the cuts between them, λP(n) = µ b(n+1) P(n+1), b the mean number
// of busy servers at a level; what is iterated is the law of the lengths within
// each level, which forgets its start quickly at any load. High up
// the lengths above the shortest no longer depend on it, and P(n+1) = ρP(n):
// from there on sums are geometric. The length of the longest above the
// shortest is bounded. Both limits are raised until what lies beyond them is
// below 1e-13; a chain that becomes too large is refused.
//
// Limits: relative errors are about 1e-11, and do not grow as ρ nears one.
// Little's law, between the levels and what arrivals see, is held to the result.
func solveShortest(p *problem) (*Solution, error) {
	law, err := newShortestLaw(p)
	if err != nil {
		return nil, err
	}
	o, err := law.outcome(p)
	if err != nil {
		return nil, err
	}
	sol := &Solution{
		Model:   "M/M/1 × " + fmt.Sprint(p.sys.Servers) + ", join the shortest queue",
		Method:  "chain of sorted queue lengths with a geometric tail",
		Source:  shortestSource(p.sys),
		Exact:   true,
		Metrics: o.metrics(p.sys),
		Classes: p.classMetrics(func(c class) outcome { return o.share(c.share) }),
	}
	if p.sys.Dispatch == PowerOf {
		sol.Model = fmt.Sprintf("M/M/1 × %d, join the shortest of %d", p.sys.Servers, p.sys.Choices)
	}
	return sol, nil
}

// shortestSource says what is from whom.
func shortestSource(sys System) string {
	const own = "the chain's own balance equations, and what arrivals see by R. W. Wolff, Poisson arrivals see time averages, Operations Research 30(2), 1982"
	switch joinsAll := sys.Dispatch == JoinShortestQueue || sys.Choices >= sys.Servers; {
	case joinsAll && sys.Servers == 2:
		return own + "; for two queues posed and solved by J. F. C. Kingman, Two similar queues in parallel, Annals of Mathematical Statistics 32(4), 1961"
	case joinsAll:
		return own + "; a bound on the difference of the queues as in I. J.-B. F. Adan, G.-J. van Houtum, J. van der Wal, " +
			"Upper and lower bounds for the waiting time in the symmetric shortest queue system, Annals of Operations Research 48(2), 1994"
	}
	return own
}
