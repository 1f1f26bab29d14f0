package analytic

import (
	"testing"

	"spillway/distributions"
	"spillway/distributions/arrivals"
)

// Families by what they solve; Solve would take the most special one.
var (
	asMMc      = family{obstacleMMc, solveMMc}
	asMMcK     = family{obstacleMMcK, solveMMcK}
	asMG1      = family{obstacleMG1, solveMG1}
	asMDc      = family{obstacleMDc, solveMDc}
	asMGInf    = family{obstacleMGInf, solveMGInf}
	asGIMc     = family{obstacleGIMc, solveGIMc}
	asMAPPH    = family{obstacleMAPPH, solveMAPPH}
	asMAPPHK   = family{obstacleMAPPHK, solveMAPPHK}
	asPatient  = family{obstacleMMcM, solveMMcM}
	asPatience = family{obstacleMMcGI, solveMMcGI}
	asBatch    = family{anything, solveBatch}
	asBatchG   = family{anything, solveBatchG}
	asLevels   = family{obstaclePriorityMulti, solvePriorityMulti}
	asPriority = family{obstaclePriority, solvePriority}
	asBySize   = family{obstacleSizeBased, solveSizeBased}
	asOrder    = family{obstacleOrder, solveOrder}
	asSharing  = family{obstacleSharing, solveSharing}
	asYoungest = family{obstaclePreemptiveLIFO, solvePreemptiveLIFO}
	asFailures = family{obstacleFailures, solveFailures}
	asSetup    = family{obstacleSetup, solveSetup}
	asSpeeds   = family{obstacleSpeeds, solveSpeeds}
	asRandom   = family{obstacleRandomServer, solveRandomServer}
	asRound    = family{obstacleRoundRobin, solveRoundRobin}
	asRetrial  = family{obstacleRetrial, solveRetrial}
	asThrottle = family{obstacleThrottle, solveThrottle}
)

func anything(*problem) string { return "" }

// simplification is two systems of different families that are one; the values that
// both have are to agree to a relative error, at least so many. Where metrics are
// named, only those are the same.
type simplification struct {
	name     string
	special  System
	solver   family
	plain    System
	other    family
	relative float64
	least    int
	only     []string
}

func served(sys System, d distributions.Distribution) System {
	sys.Streams = []Stream{{Process: sys.Streams[0].Process, Service: d}}
	return sys
}

func arriving(sys System, a arrivals.Process) System {
	sys.Streams = []Stream{{Process: a, Service: sys.Streams[0].Service}}
	return sys
}

func ordered(sys System, d Discipline) System {
	sys.Discipline = d
	return sys
}

func simplifications() []simplification {
	one, four := mmc(0.8, 1, 1), mmc(3.2, 1, 4)
	lognormal := served(mmc(0.7, 1, 1), must(distributions.NewLognormalMean(1, 1.5)))
	constants := served(mmc(0.7, 1, 1), constant(1))
	erlang := served(mmc(0.7, 1, 1), must(distributions.NewErlangMean(2, 1)))
	equal := func(rate float64) arrivals.Process {
		return qbdMMPP([]float64{rate, rate}, [][]float64{{-0.3, 0.3}, {2, -2}})
	}
	gap := func(d distributions.Distribution) arrivals.Process { return arrivals.Renewal{Gap: d} }
	phase := qbdPhases([]float64{1}, [][]float64{{-1}})
	means := []string{"wait", "latency", "in_system", "utilization", "throughput"}
	infinite := served(mmc(30, 1, 1), must(distributions.NewErlangMean(3, 1)))
	infinite.Infinite = true
	bucket := infinite
	bucket.Throttle = &Throttle{Rate: 40, Burst: 2000}
	shaped := infinite
	shaped.Throttle = &Throttle{Rate: 40, Burst: 2000, Delay: true}
	retrial := retrialSystem(3.2, 1, 1e8, 4)
	return []simplification{
		{"M/G/1 of exponential service", one, asMG1, one, asMMc, 1e-9, 26, nil},
		{"M/D/c of one server", constants, asMDc, constants, asMG1, 1e-9, 24, nil},
		{"GI/M/c of exponential gaps", four, asMMc, arriving(four, gap(exponential(3.2))), asGIMc, 1e-10, 24, nil},
		{"PH of one phase", served(four, phase), asMAPPH, four, asMMc, 1e-10, 26, nil},
		{"MMPP of equal rates", arriving(four, equal(3.2)), asMAPPH, four, asMMc, 1e-10, 26, nil},
		{"MMPP of equal rates, limited", arriving(mmcLimit(5, 1, 4, 7), equal(5)), asMAPPHK, mmcLimit(5, 1, 4, 7), asMMcK, 1e-10, 26, nil},
		{"MAP/PH/1 of renewals", arriving(one, gap(must(distributions.NewErlangMean(2, 1.3)))), asMAPPH, arriving(one, gap(must(distributions.NewErlangMean(2, 1.3)))), asGIMc, 1e-9, 24, nil},
		{"MAP/PH/1 of Poisson arrivals", erlang, asMAPPH, erlang, asMG1, 1e-8, 24, nil},
		{"K → ∞ of M/M/c/K", mmcLimit(3.2, 1, 4, 400), asMMcK, four, asMMc, 1e-11, 26, nil},
		{"K → ∞ of MAP/PH/1/K", qbdLimit(erlang, 250), asMAPPHK, erlang, asMG1, 1e-8, 24, nil},
		{"batches of one", four, asBatch, four, asMMc, 1e-10, 26, nil},
		{"batches of one, M/G/1", lognormal, asBatchG, lognormal, asMG1, 1e-8, 24, nil},
		{"endless patience", withPatience(four, exponential(1e-13)), asPatient, four, asMMc, 1e-9, 20, nil},
		{"endless patience, constant", withPatience(four, constant(1e6)), asPatience, four, asMMc, 1e-9, 20, nil},
		{"one priority", ordered(four, Priority), asLevels, four, asMMc, 1e-10, 24, nil},
		{"one priority, M/G/1", ordered(lognormal, Priority), asPriority, lognormal, asMG1, 1e-9, 8, nil},
		{"one priority, preemptive M/G/1", ordered(lognormal, PreemptivePriority), asPriority, lognormal, asMG1, 1e-9, 8, nil},
		{"sizes all the same, SJF", ordered(constants, SJF), asBySize, constants, asMG1, 1e-9, 5, means},
		{"sizes all the same, PSJF", ordered(constants, PSJF), asBySize, constants, asMG1, 1e-9, 5, means},
		{"sizes all the same, SRPT", ordered(constants, SRPT), asBySize, constants, asMG1, 1e-9, 5, means},
		{"LIFO on average", ordered(lognormal, LIFO), asOrder, lognormal, asMG1, 1e-9, 5, means},
		{"random order on average", ordered(four, RandomOrder), asOrder, four, asMMc, 1e-10, 5, means},
		{"processor sharing on average", ordered(four, ProcessorSharing), asSharing, four, asMMc, 1e-10, 3, []string{"in_system", "latency", "throughput"}},
		{"preemptive LIFO on average", ordered(one, PreemptiveLIFO), asYoungest, one, asMMc, 1e-10, 3, []string{"in_system", "latency", "throughput"}},
		{"no failures", failing(one, 1e-13, 1), asFailures, one, asMMc, 1e-10, 17, nil},
		{"no failures, M/G/1", failing(lognormal, 1e-13, 1), asFailures, lognormal, asMG1, 1e-9, 5, means},
		{"no setup", withSetup(lognormal, constant(1e-13)), asSetup, lognormal, asMG1, 1e-9, 5, means},
		{"equal speeds", withSpeeds(mmc(3.2, 0.5, 4), Fastest, 2, 2, 2, 2), asSpeeds, four, asMMc, 1e-10, 26, nil},
		{"one queue at random", dispatched(lognormal, RandomServer, 0), asRandom, lognormal, asMG1, 1e-12, 26, nil},
		{"one queue in turn", dispatched(one, RoundRobin, 0), asRound, one, asMMc, 1e-10, 24, nil},
		{"retries at once", retrial, asRetrial, four, asMMc, 1e-6, 4, []string{"wait", "latency", "utilization", "throughput"}},
		{"a bucket that is never empty", bucket, asThrottle, infinite, asMGInf, 1e-11, 14, nil},
		{"a shaper that is never empty", shaped, asThrottle, infinite, asMGInf, 1e-11, 14, nil},
	}
}

// TestSimplifications: what is special in one family is plain in another.
func TestSimplifications(t *testing.T) {
	for _, c := range simplifications() {
		t.Run(c.name, func(t *testing.T) {
			got, want := solveWith(t, c.special, c.solver), solveWith(t, c.plain, c.other)
			if c.only == nil {
				if shed := got.Metrics["shed_ratio"]; want.Metrics["shed_ratio"]["mean"] == 0 && shed["mean"] < 1e-30 {
					shed["mean"] = 0 // of a limit that is far away
				}
				shareMetrics(t, c.name, got.Metrics, want.Metrics, c.relative, c.least)
				return
			}
			for _, metric := range c.only {
				within(t, metric, got.Metrics[metric]["mean"], want.Metrics[metric]["mean"], c.relative)
			}
		})
	}
}

// TestSimplifiedNetwork: a network of one station, with feedback or without, is that station.
func TestSimplifiedNetwork(t *testing.T) {
	want := solveWith(t, mmc(3.2, 1, 4), asMMc)
	for _, back := range []float64{0, 0.25} {
		n := Network{Stations: []Station{{Name: "a", Rate: 3.2 * (1 - back), Servers: 4, Service: exponential(1)}}, Routes: [][]float64{{back}}}
		shareMetrics(t, "station", solveNetwork(t, n).Stations["a"], want.Metrics, 1e-11, 26)
	}
}

// TestSimplifiedPopulation: very many callers are Poisson arrivals, but for an error in proportion to
// one over their number, which two numbers of them take out.
func TestSimplifiedPopulation(t *testing.T) {
	const n = 100_000
	some, twice := solveClosed(t, closed(n, 4, 1, n/3.2)), solveClosed(t, closed(2*n, 4, 1, 2*n/3.2))
	compared := 0
	for metric, values := range solveWith(t, mmc(3.2, 1, 4), asMMc).Metrics {
		for statistic, want := range values {
			if v, ok := some[metric][statistic]; ok {
				within(t, metric+"."+statistic, 2*twice[metric][statistic]-v, want, 1e-6)
				compared++
			}
		}
	}
	if compared < 20 {
		t.Errorf("%d values in common", compared)
	}
}
