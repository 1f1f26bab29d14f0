package policy

// Algorithm is a way to find a limit of concurrency.
type Algorithm int

// The algorithms of Netflix's concurrency-limits, read at commit 78a74b9 (4
// commits after v0.5.4): AIMDLimit, Gradient2Limit and VegasLimit. Each adjusts its limit
// with every task, without a sampling window around it (WindowedLimit).
const (
	AlgorithmAIMD Algorithm = iota
	AlgorithmGradient2
	AlgorithmVegas
)

// AdaptiveConcurrency bounds the tasks in the system by a limit that follows
// their response times, by one of the algorithms.
type AdaptiveConcurrency struct {
	algorithm Algorithm
	aimd      AIMD
	gradient  Gradient2
	vegas     Vegas
}

// NewAdaptiveConcurrency is an algorithm with its published parameters, but for
// the bounds of the limit, 1 ≤ least ≤ most. It begins at the published 20, or the
// bound nearest to it. uniform gives numbers on [0, 1); only Vegas draws any.
func NewAdaptiveConcurrency(algorithm Algorithm, least, most int, uniform func() float64) (*AdaptiveConcurrency, error) {
	initial := max(least, min(most, 20))
	a := &AdaptiveConcurrency{algorithm: algorithm}
	var err error
	switch algorithm {
	case AlgorithmAIMD:
		p := DefaultAIMD()
		p.InitialLimit, p.MinLimit, p.MaxLimit = initial, least, most
		a.aimd, err = NewAIMD(p)
	case AlgorithmGradient2:
		p := DefaultGradient2()
		p.InitialLimit, p.MinLimit, p.MaxConcurrency = initial, least, most
		a.gradient, err = NewGradient2(p)
	case AlgorithmVegas:
		p := DefaultVegas()
		p.InitialLimit, p.MinLimit, p.MaxConcurrency = initial, least, most
		a.vegas, err = NewVegas(p, uniform)
	default:
		err = wrong("algorithm", int(algorithm), "AlgorithmAIMD, AlgorithmGradient2 or AlgorithmVegas")
	}
	if err != nil {
		return nil, err
	}
	return a, nil
}

// Limit is how many tasks may be in the system.
func (a *AdaptiveConcurrency) Limit() int {
	switch a.algorithm {
	case AlgorithmAIMD:
		return a.aimd.Limit()
	case AlgorithmGradient2:
		return a.gradient.Limit()
	}
	return a.vegas.Limit()
}

// Admits says whether one more task may come in.
func (a *AdaptiveConcurrency) Admits(v View) bool { return v.InSystem() < a.Limit() }

// Sample adjusts the limit by a task that left: its response time in seconds,
// how many tasks were in the system when it had come in, itself included, and
// whether it was dropped: refused further on, or too late for its caller.
func (a *AdaptiveConcurrency) Sample(rtt float64, inflight int, dropped bool) {
	switch a.algorithm {
	case AlgorithmAIMD:
		a.aimd.Sample(rtt, inflight, dropped)
	case AlgorithmGradient2:
		a.gradient.Sample(rtt, inflight)
	default:
		a.vegas.Sample(rtt, inflight, dropped)
	}
}
