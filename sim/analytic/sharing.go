package analytic

import "math"

// obstacleSharing is what keeps a system from being M/G/c with processor
// sharing.
func obstacleSharing(p *problem) string { return obstacleDiscipline(p, ProcessorSharing) }

// solveSharing solves M/G/c with processor sharing.
//
// Assumptions: Poisson streams, each with its own law of service of which only
// the mean matters; n tasks in the system each get min(1, c/n) of a server.
//
// Stability: ρ < 1.
//
// Formulas: the number in system has the law of M/M/c with the same load,
// whatever the laws of service (insensitivity), and the mean time in the system
// of a task is in proportion to its service:
//
//	E[T | S = x] = x E[N]/(λE[S]),    E[T] = E[S]/(1 − ρ) with c = 1
//
// waiting is what sharing costs, W = T − S; of n tasks, n − c count as waiting
// where n > c. With one server P(W > 0) = 1 − (1 − ρ)E[e^-λS]: a task that is
// alone from beginning to end loses nothing. With one server and exponential
// service of one rate µ, with r² = ρ,
//
//	var T    = (2 + ρ)/((2 − ρ)(µ − λ)²)
//	P(T > t) = 2(1 − ρ) ∫₀^π w(θ) sin θ e^-uµt/u² dθ,    u = 1 + ρ − 2r cos θ
//	w(θ)     = e^((2φ−θ) cot θ)/(1 + e^(π cot θ)),       tan φ = sin θ/(cos θ − r)
//
// Source: L. Kleinrock, Queueing Systems, Volume II: Computer Applications,
// Wiley 1976, section 4.4; F. P. Kelly, Reversibility and Stochastic Networks,
// Wiley 1979, section 3.3, for symmetric queues; E. G. Coffman, R. R. Muntz,
// H. Trotter, "Waiting time distributions for processor-sharing systems",
// Journal of the ACM 17(1), 1970, for the variance; J. A. Morrison,
// "Response-time distribution for a processor-sharing system", SIAM Journal on
// Applied Mathematics 45(1), 1985, for the law, which is that of the delayed
// tasks of M/M/1 served in random order (J. W. Cohen, "On processor sharing and
// random service", Journal of Applied Probability 21(4), 1984).
//
// Method and limits: the law is held as a mixture of exponentials at the nodes
// of a Gauss rule on panels that halve towards θ = 0; its mass and moments are
// compared with the closed forms. Other laws of service and more servers have
// means only.
func solveSharing(p *problem) (*Solution, error) {
	d := newDelayQueue(p)
	if err := checkIdleOdds(p.sys.Servers, d.load, d.odds); err != nil {
		return nil, err
	}
	sol := &Solution{
		Model:  "M/G/c with processor sharing",
		Method: "insensitivity: the number in system is that of M/M/c",
		Source: "L. Kleinrock, Queueing Systems, Volume II: Computer Applications (Wiley 1976), section 4.4",
		Exact:  true,
		Note:   "Quantiles and standard deviations of the latency are left out: they are known for one server and exponential service of one rate.",
	}
	stretch := d.delay / d.c / d.spare // E[W | S = x]/x
	law, err := sharingLaw(p)
	if err != nil {
		return nil, err
	}
	turnOf := func(s Stream) turn {
		mean := s.Service.Mean()
		t := turn{waitRatio: math.NaN()}
		t.wait = summary{mean: stretch * mean, sd: math.NaN()}
		t.sojourn = summary{mean: mean + t.wait.mean, sd: math.NaN()}
		if p.sys.Servers == 1 {
			t.waitRatio = interrupted(s.Service, p.rate.hi, p.spare)
		}
		if law != nil {
			t.sojourn.sd = mean * math.Sqrt((2+d.load)/(2-d.load)) / p.spare
			t.sojournTail = func(x float64) float64 { return law.tail(x / mean) }
		}
		return t
	}
	if law != nil {
		sol.Method = "spectral representation of the law of the latency"
		sol.Source = "J. A. Morrison, Response-time distribution for a processor-sharing system, SIAM Journal on Applied Mathematics 45(1), 1985"
		sol.Note = "Quantiles and the standard deviation of the wait are left out: only the law of the latency is known."
	}
	return sol, p.fill(sol, turnOf, d.queueQuantile(1))
}

// sharingLaw is the law of the latency in units of 1/µ; nil where it is not
// known.
func sharingLaw(p *problem) (*exponentials, error) {
	sys := p.sys
	sys.Discipline = FIFO
	if sys.Servers != 1 || obstacleMarkov(sys) != "" {
		return nil, nil
	}
	return randomOrderLaw(p.load.hi, p.spare)
}

// randomOrderLaw is the law of the wait of the delayed tasks of M/M/c in random
// order, in units of 1/(cµ); with c = 1 that of the latency in processor
// sharing. Of the exponent, the part that grows without limit as θ → 0 is
// taken out: 2φ − π is −2ψ, tan ψ = (cos θ − r)/sin θ.
func randomOrderLaw(load, spare float64) (*exponentials, error) {
	e := &exponentials{mean: 1 / spare, square: 4 / ((2 - load) * spare * spare)}
	r := math.Sqrt(load)
	bottom := spare / (1 + r) // 1 − r
	dyadicGauss(math.Pi, bottom/8, func(theta, w float64) {
		half, sine := math.Sin(theta/2), math.Sin(theta)
		u := bottom*bottom + 4*r*half*half
		over := bottom - 2*half*half // cos θ − r
		cot := math.Cos(theta) / sine
		var exponent float64
		if cot > 0 {
			exponent = -(2*math.Atan2(over, sine)+theta)*cot - math.Log1p(math.Exp(-math.Pi*cot))
		} else {
			exponent = (2*math.Atan2(sine, over)-theta)*cot - math.Log1p(math.Exp(math.Pi*cot))
		}
		e.add(w*2*spare*sine*math.Exp(exponent)/(u*u), u)
	})
	return e, e.check()
}
