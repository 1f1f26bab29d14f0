package analytic

import "math"

// obstaclePreemptiveLIFO is what keeps a system from being M/G/1, preemptive,
// last come, first served.
func obstaclePreemptiveLIFO(p *problem) string {
	if o := obstacleDiscipline(p, PreemptiveLIFO); o != "" {
		return o
	}
	if p.sys.Servers != 1 {
		return "there is more than one server"
	}
	return ""
}

// solvePreemptiveLIFO solves M/G/1, last come first served, preemptive-resume.
//
// Assumptions: Poisson streams, each with its own law of service; one server,
// which always serves the youngest task; a preempted task goes on later where
// it stopped.
//
// Stability: ρ < 1.
//
// Formulas: a task is in the system for its own service and for the busy
// periods B of those who come during it, and sees nothing of those before it:
//
//	E[T | S = x] = x/(1 − ρ)
//	var T        = var S/(1 − ρ)² + E[S] m₂/(1 − ρ)³,    m₂ = Σ λE[S²]
//	var W        = ρ² var S/(1 − ρ)² + E[S] m₂/(1 − ρ)³
//	P(W > 0)     = 1 − E[e^-λS]
//	P(N ≥ n)     = ρ^n, whatever the laws of service
//
// With exponential service of one rate T is a busy period of M/M/1, see
// busyPeriod.
//
// Source: L. Kleinrock, Queueing Systems, Volume II: Computer Applications,
// Wiley 1976, chapter 4; the busy period in Volume I: Theory, Wiley 1975,
// section 5.8.
//
// Method and limits: closed forms. Quantiles of the latency with exponential
// service of one rate only.
func solvePreemptiveLIFO(p *problem) (*Solution, error) {
	sol := &Solution{
		Model:  "M/G/1, preemptive, last come, first served",
		Method: "a latency is a busy period",
		Source: "L. Kleinrock, Queueing Systems, Volume II: Computer Applications (Wiley 1976), chapter 4",
		Exact:  true,
		Note:   "Quantiles of wait and latency are left out: the laws are known by transforms only.",
	}
	var law *exponentials
	sys := p.sys
	if sys.Discipline = FIFO; obstacleMarkov(sys) == "" {
		var err error
		if law, err = busyPeriod(p.load.hi, p.spare); err != nil {
			return nil, err
		}
		sol.Note = "Quantiles of the wait are left out: only the law of the latency is computed."
	}
	second := 0.0
	for _, s := range p.sys.Streams {
		second += s.rate().hi * secondMoment(s.Service)
	}
	turnOf := func(s Stream) turn {
		mean, sd := s.Service.Mean(), sdOf(s.Service)
		extra := math.Sqrt(times(mean, second)/p.spare) / p.spare
		t := turn{
			wait:      summary{mean: mean * p.load.hi / p.spare, sd: math.Hypot(p.load.hi*sd/p.spare, extra)},
			sojourn:   summary{mean: mean / p.spare, sd: math.Hypot(sd/p.spare, extra)},
			waitRatio: interrupted(s.Service, p.rate.hi, 1),
		}
		if law != nil {
			t.sojournTail = func(x float64) float64 { return law.tail(x / mean) }
		}
		return t
	}
	if err := p.fill(sol, turnOf, newDelayQueue(p).queueQuantile(1)); err != nil {
		return nil, err
	}
	return sol, agree("number in system and ρ/(1 − ρ)", sol.Metrics["in_system"]["mean"], p.load.hi/p.spare)
}

// busyPeriod is the law of the busy period of M/M/1, in units of 1/µ, by the
// cut of its transform, r² = ρ:
//
//	P(B > t) = (2/π) ∫₀^π sin²θ e^-ut/u dθ,    u = (1 − r)² + 4r sin²(θ/2)
func busyPeriod(load, spare float64) (*exponentials, error) {
	e := &exponentials{mean: 1 / spare, square: 2 / (spare * spare * spare)}
	r := math.Sqrt(load)
	bottom := spare / (1 + r)
	dyadicGauss(math.Pi, bottom, func(theta, w float64) {
		half, sine := math.Sin(theta/2), math.Sin(theta)
		u := bottom*bottom + 4*r*half*half
		e.add(w*2/math.Pi*sine*sine/u, u)
	})
	return e, e.check()
}

// obstacleOrder is what keeps a system from being M/G/1 or M/M/c, last come
// first served or in random order, not preemptive.
func obstacleOrder(p *problem) string {
	if o := obstacleDiscipline(p, LIFO, RandomOrder); o != "" || p.sys.Servers == 1 {
		return o
	}
	sys := p.sys
	sys.Discipline = FIFO
	return obstacleMarkovOf(sys, p.sys)
}

// solveOrder solves M/G/1, and M/M/c with one rate of service, last come first
// served and in random order, not preemptive.
//
// Assumptions: Poisson arrivals, one by one; with one server any service, which
// may differ between streams; with more, exponential service of one rate; one
// queue without limit. The choice of the next task does not look at its service,
// and a service that has begun is not interrupted.
//
// Stability: ρ < 1.
//
// Formulas: queue length and mean wait are those of first come, first served,
// since the choice does not look at service times. With E[W²] that of first
// come, first served,
//
//	E[W²]/(1 − ρ)       last come, first served
//	2E[W²]/(2 − ρ)      random order
//
// Where service is exponential of one rate, a wait that is not zero is, in units
// of 1/(cµ), a busy period of M/M/1 (last come, first served) or a latency of
// M/M/1 with processor sharing (random order), which gives quantiles.
//
// Source: L. Takács, "Delay distributions for one line with Poisson input,
// general holding times, and various orders of service", Bell System Technical
// Journal 42(2), 1963; S. W. Fuhrmann, "Second moment relationships for waiting
// times in queueing systems with Poisson input", Queueing Systems 8, 1991.
//
// Method and limits: closed forms, and mixtures of exponentials for quantiles.
// With other laws of service there are no quantiles, and the standard deviation
// needs E[S³].
func solveOrder(p *problem) (*Solution, error) {
	sol := &Solution{
		Model:  "M/G/1, last come, first served",
		Method: "moments of the wait, from those of first come, first served",
		Source: "L. Takács, Delay distributions for one line with Poisson input, general holding times, and various orders of service, Bell System Technical Journal 42(2), 1963",
		Exact:  true,
		Note:   "Quantiles of wait and latency are left out: the laws are known by transforms only.",
	}
	if p.sys.Discipline == RandomOrder {
		sol.Model = "M/G/1, random order"
	}
	sys := p.sys
	if sys.Discipline = FIFO; obstacleMarkov(sys) == "" {
		return solveOrderMarkov(p, sol)
	}
	growth := 1 / p.spare
	if p.sys.Discipline == RandomOrder {
		growth = 2 / (2 - p.load.hi)
	}
	second, third := 0.0, 0.0
	for _, s := range p.sys.Streams {
		second += s.rate().hi * secondMoment(s.Service)
		third += s.rate().hi * thirdMoment(s.Service)
	}
	mean := second / 2 / p.spare
	wait := summary{mean: mean, sd: rootOfVariance(growth*(2*mean*mean+third/3/p.spare), mean)}
	return sol, p.fill(sol, func(s Stream) turn {
		return turn{wait: wait, sojourn: plusService(wait, s), waitRatio: p.load.hi}
	}, math.NaN())
}

func solveOrderMarkov(p *problem, sol *Solution) (*Solution, error) {
	d := newDelayQueue(p)
	if err := checkIdleOdds(p.sys.Servers, d.load, d.odds); err != nil {
		return nil, err
	}
	lawOf := busyPeriod
	sol.Model, sol.Method = "M/M/c, last come, first served", "a wait is a busy period"
	if p.sys.Discipline == RandomOrder {
		sol.Model, sol.Method = "M/M/c, random order", "spectral representation of the law of the wait"
		lawOf = randomOrderLaw
	}
	sol.Note = ""
	law, err := lawOf(d.load/d.c, d.spare)
	if err != nil {
		return nil, err
	}
	unit := p.meanService / d.c
	wait := summary{mean: d.delay * unit * law.mean, sd: unit * rootOfVariance(d.delay*law.square, d.delay*law.mean)}
	t := turn{
		wait:      wait,
		sojourn:   summary{mean: wait.mean + p.meanService, sd: math.Hypot(wait.sd, p.meanService)},
		waitTail:  func(x float64) float64 { return d.delay * law.tail(x/unit) },
		waitRatio: d.delay,
	}
	t.sojournTail = func(x float64) float64 {
		return (1-d.delay)*math.Exp(-x/p.meanService) + d.delay*law.tailWith(x/unit, 1/d.c)
	}
	return sol, p.fill(sol, func(Stream) turn { return t }, d.queueQuantile(1))
}
