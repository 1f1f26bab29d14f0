package analytic

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"spillway/distributions/arrivals"
)

// TestTransientShed holds the loss by window of a sinusoid to five digits that an
// ODE solver of another program gives.
func TestTransientShed(t *testing.T) {
	var times []float64
	for i := range 8 {
		times = append(times, 0.05*float64(i+1))
	}
	got := solveOverTime(t, overTime(sinusoid(160, 0.8, 0.2, 0), 100, 2, 4, times...))["shed_ratio"]
	for i, want := range []float64{0.10700, 0.26866, 0.08714, 0.00282, 0.13542, 0.27325, 0.08738, 0.00282} {
		if math.Abs(got[i]-want) > 5.1e-6 {
			t.Errorf("window %d: %.7f, want %.5f", i, got[i], want)
		}
	}
}

// integrals are the distribution at the end and its integral, by one exponential of
// a matrix of twice the size.
func integrals(p *mat.VecDense, q *mat.Dense, time float64) (end, area *mat.VecDense) {
	n := p.Len()
	both := mat.NewDense(2*n, 2*n, nil)
	both.Slice(0, n, 0, n).(*mat.Dense).Copy(q)
	for i := range n {
		both.Set(i, n+i, 1)
	}
	start := mat.NewVecDense(2*n, nil)
	start.SliceVec(0, n).(*mat.VecDense).CopyVec(p)
	all := moved(start, both, time)
	return all.SliceVec(0, n).(*mat.VecDense), all.SliceVec(n, 2*n).(*mat.VecDense)
}

// TestTransientIntegrals compares windows and whole runs with matrix exponentials,
// with a constant rate and over the steps of a profile.
func TestTransientIntegrals(t *testing.T) {
	const mu = 1.3
	steps := must(arrivals.NewProfile([]arrivals.ProfilePoint{{At: 0, Rate: 2}, {At: 0.7, Rate: 9}, {At: 0.9, Rate: 4}}, false, 1.5))
	for _, x := range []struct {
		c, limit int
		process  arrivals.Process
	}{{1, 0, poisson(3)}, {2, 6, poisson(3)}, {7, 20, poisson(9)}, {2, 6, steps}, {3, 0, steps}} {
		times := []float64{0.2, 0.7, 0.9, 1.5, 2.1}
		sys := overTime(x.process, mu, x.c, x.limit, times...)
		sys.Transient.Span = times[len(times)-1]
		sys.Memory = 10
		sol := solve(t, sys)
		p := mat.NewVecDense(x.c+x.limit+1, nil)
		p.SetVec(0, 1)
		last, queue, busy, offered, refused := 0.0, 0.0, 0.0, 0.0, 0.0
		for i, end := range times {
			rate := x.process.Rate()
			if p, ok := x.process.(arrivals.Profile); ok {
				rate = p.RateAt((last + end) / 2)
			}
			var area *mat.VecDense
			p, area = integrals(p, generator(rate, mu, x.c, x.c+x.limit+1), end-last)
			wait, full := 0.0, area.AtVec(x.c+x.limit)
			for n := range area.Len() {
				queue += area.AtVec(n) * float64(max(0, n-x.c))
				busy += area.AtVec(n) * float64(min(n, x.c))
				if n >= x.c && n < x.c+x.limit {
					wait += area.AtVec(n) * float64(n-x.c+1) / (float64(x.c) * mu)
				}
			}
			what := fmt.Sprintf("%d servers, limit %d, %s, window %d", x.c, x.limit, x.process, i)
			if got, want := sol.Series["shed_ratio"][i], full/(end-last); math.Abs(got-want) > 1e-11*want+1e-20 { // states below that are cut off
				t.Errorf("%s: shed %g, want %g", what, got, want)
			}
			within(t, what+": wait", sol.Series["wait"][i], wait/(end-last-full), 1e-11)
			offered += rate * (end - last)
			refused += rate * full
			last = end
		}
		for name, want := range map[string]float64{
			"queue_length": queue / last, "in_system": (queue + busy) / last, "memory": 10 * (queue + busy) / last, "utilization": busy / last / float64(x.c),
			"throughput": mu * busy / last, "arrival_rate": offered / last, "shed_ratio": refused / offered,
		} {
			within(t, fmt.Sprintf("%d servers, limit %d, %s: %s", x.c, x.limit, x.process, name), sol.Metrics[name]["mean"], want, 1e-11)
		}
		if len(sol.Metrics) != 7 {
			t.Errorf("metrics %v: more than can be known, or less", sol.Metrics)
		}
		// what has come in and has not left is there
		within(t, "balance", (offered-refused)-mu*busy, meanState(p), 1e-11)
	}
}

// TestTransientSpan compares the means over a run, without and with a limit, with
// Simpson's rule over the series, also where the rate varies smoothly and where the
// steady state is come to before the end.
func TestTransientSpan(t *testing.T) {
	for _, x := range []struct {
		process  arrivals.Process
		c, limit int
		span     float64
	}{{sinusoid(6, 0.9, 0.5, 1), 3, 8, 4}, {sinusoid(6, 1, 40, -2), 3, -1, 10}, {sinusoid(6, 0.9, 5, 1), 0, -1, 4}, {poisson(5), 0, -1, 3}, {poisson(6), 1, -1, 5}, {poisson(1.2), 1, 3, 40}} {
		const steps = 4000
		var times []float64
		for i := range steps + 1 {
			times = append(times, x.span*float64(i)/steps)
		}
		series := solveOverTime(t, overTime(x.process, 2, x.c, x.limit, times...))
		mean := func(y []float64) float64 {
			sum := y[0] + y[steps]
			for i := 1; i < steps; i++ {
				sum += y[i] * float64(2+2*(i%2))
			}
			return sum / (3 * steps)
		}
		sys := overTime(x.process, 2, x.c, x.limit)
		sys.Transient.Span = x.span
		sol := solve(t, sys)
		what := fmt.Sprintf("%s, %d servers", x.process, x.c)
		if sol.Series != nil {
			t.Errorf("%s: a series that nobody asked for", what)
		}
		if x.c > 0 {
			within(t, what+": queue", sol.Metrics["queue_length"]["mean"], mean(series["queue_length"]), 1e-9)
			within(t, what+": utilization", sol.Metrics["utilization"]["mean"], mean(series["busy"])/float64(x.c), 1e-9)
		}
		within(t, what+": in system", sol.Metrics["in_system"]["mean"], mean(series["in_system"]), 1e-9)
		within(t, what+": throughput", sol.Metrics["throughput"]["mean"], 2*mean(series["busy"]), 1e-9)
		left := (sol.Metrics["arrival_rate"]["mean"]*(1-sol.Metrics["shed_ratio"]["mean"]) - sol.Metrics["throughput"]["mean"]) * x.span
		within(t, what+": balance", left, series["in_system"][steps], 1e-10)
	}
}

// TestTransientArea: the integral of M/M/∞ over time, also of short times and in two
// windows.
func TestTransientArea(t *testing.T) {
	for _, x := range []struct{ time, want float64 }{
		{1e-9, 5e-19 * (1 - 1e-9/3)}, {0.4, 0.4 - 1 + math.Exp(-0.4)}, {0.6, 0.6 - 1 + math.Exp(-0.6)}, {30, 29 + math.Exp(-30)},
	} {
		within(t, "area", constantArea(0, x.time, 1), x.want, 1e-14)
		within(t, "two windows", constantArea(0, x.time/3, 1)+constantArea(x.time/3, x.time, 1), x.want, 1e-14)
	}
}

// TestTransientWaits: of M/M/1 the wait that a task finds is the number there times
// a service; a run that is long has the wait and the loss of the long run.
func TestTransientWaits(t *testing.T) {
	sys := overTime(poisson(6), 2, 1, -1, 5)
	sys.Transient.Span = 5
	sol := solve(t, sys)
	within(t, "M/M/1", sol.Series["wait"][0], sol.Metrics["in_system"]["mean"]/2, 1e-12)
	for _, limit := range []int{-1, 7} {
		sys := overTime(poisson(8), 1, 10, limit, 400, 500, 1e6)
		got := solve(t, sys).Series
		sys.Transient = nil
		want := solve(t, sys).Metrics
		for _, i := range []int{1, 2} {
			within(t, "wait", got["wait"][i], want["wait"]["mean"], 1e-10)
			if limit >= 0 {
				within(t, "loss", got["shed_ratio"][i], want["shed_ratio"]["mean"], 1e-10)
			}
		}
	}
}

// TestTransientDelay: a constant delay before the queue is a shift of time.
func TestTransientDelay(t *testing.T) {
	late, now := overTime(sinusoid(6, 0.9, 0.5, 1), 2, 3, 8, 0.5, 1.25, 3), overTime(sinusoid(6, 0.9, 0.5, 1), 2, 3, 8, 0.25, 1, 2.75)
	late.Network = constant(0.25)
	late.Transient.Span, now.Transient.Span = 2, 1.75
	a, b := solve(t, late), solve(t, now)
	for name, want := range b.Series {
		for i := range want {
			within(t, name, a.Series[name][i], want[i], 1e-14)
		}
	}
	for name, want := range b.Metrics {
		factor := 1.75 / 2
		if name == "shed_ratio" {
			factor = 1
		}
		within(t, name, a.Metrics[name]["mean"], factor*want["mean"], 1e-14)
	}
	// before the delay has passed, no task can come: there is no ratio
	late.Transient = &Transient{Times: []float64{0.1, 1}}
	sol := solve(t, late)
	if sol.Series["in_system"][0] != 0 || sol.Series["shed_ratio"] != nil || sol.Series["wait"] != nil || sol.Note == "" {
		t.Errorf("before the first arrival: %v, %q", sol.Series, sol.Note)
	}
	late.Response = constant(1)
	late.Transient.Span = 2
	if sol := solve(t, late); sol.Metrics["throughput"] != nil || sol.Metrics["in_network"] != nil || sol.Metrics["in_system"] == nil {
		t.Errorf("with a delay back: %v", sol.Metrics)
	}
}

// TestTransientTasks: a run that stops arrivals after a number of tasks is answered
// where that number is out of reach.
func TestTransientTasks(t *testing.T) {
	sys := overTime(poisson(5), 1, 10, -1, 10)
	want := solve(t, sys).Series["in_system"][0]
	sys.Transient.Tasks = 200
	within(t, "far", solve(t, sys).Series["in_system"][0], want, 0)
	for _, tasks := range []int64{1, 10, 50, 80} { // 80 or more of 50 expected: 1e-4
		sys.Transient.Tasks = tasks
		if _, err := Solve(sys); !errors.Is(err, ErrNoModel) {
			t.Errorf("%d tasks: %v", tasks, err)
		}
	}
}

// TestTransientAlone: no other family answers a question about the time from empty
// on with values of the long run.
func TestTransientAlone(t *testing.T) {
	for what, change := range map[string]func(*System){
		"M/D/1":  func(s *System) { s.Streams[0].Service = constant(0.1) },
		"GI/M/1": func(s *System) { s.Streams[0].Process = arrivals.Deterministic{Interval: 1} },
		"G/G/1": func(s *System) {
			s.Streams[0].Process, s.Streams[0].Service = arrivals.Deterministic{Interval: 1}, constant(0.1)
		},
		"M/G/∞":       func(s *System) { s.Infinite, s.Streams[0].Service = true, constant(0.1) },
		"closed":      func(s *System) { s.Streams[0].Process, s.Closed = nil, &Closed{Population: 3, Think: constant(1)} },
		"batch":       func(s *System) { s.Streams[0].Batch = must(arrivals.NewGeometricBatch(2)) },
		"patience":    func(s *System) { s.Patience = exponential(1) },
		"constant":    func(s *System) { s.Patience = constant(1) },
		"retrial":     func(s *System) { s.Retry, s.Limited = exponential(1), true },
		"throttle":    func(s *System) { s.Throttle, s.Infinite = &Throttle{Rate: 2, Burst: 3}, true },
		"failures":    func(s *System) { s.Failures = &Failures{Up: exponential(1), Repair: exponential(9)} },
		"setup":       func(s *System) { s.Setup = exponential(1) },
		"speeds":      func(s *System) { s.Servers, s.Speeds = 2, []float64{1, 0.5} },
		"random":      func(s *System) { s.Servers, s.Dispatch = 2, RandomServer },
		"round robin": func(s *System) { s.Servers, s.Dispatch = 2, RoundRobin },
		"shortest":    func(s *System) { s.Servers, s.Dispatch = 2, JoinShortestQueue },
		"sharing":     func(s *System) { s.Discipline = ProcessorSharing },
		"lifo":        func(s *System) { s.Discipline = LIFO },
		"preempt":     func(s *System) { s.Discipline = PreemptiveLIFO },
		"srpt":        func(s *System) { s.Discipline = SRPT },
		"priority": func(s *System) {
			s.Discipline = Priority
			s.Streams = append(s.Streams, Stream{Class: "b", Priority: 1, Process: poisson(1), Service: exponential(10)})
		},
	} {
		sys := mmc(1, 10, 1)
		change(&sys)
		if sol, err := Solve(sys); err != nil {
			t.Errorf("%s is not solved in the long run: %v, %v", what, sol, err)
		}
		sys.Transient = &Transient{Times: []float64{1}, Span: 2}
		if sol, err := Solve(sys); !errors.Is(err, ErrNoModel) {
			t.Errorf("%s from empty: %+v, %v", what, sol, err)
		}
	}
}
