package analytic

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"spillway/distributions"
)

// TestRandomServerTruth holds the expected values of the public pack to their claimed digits.
func TestRandomServerTruth(t *testing.T) {
	for _, c := range []familyCase{
		{"lb/random4-r0.8", dispatched(mmc(32, 10, 4), RandomServer, 0), []expectedValue{
			{"utilization.mean", 0.8, 12},
			{"throughput.mean", 32.0, 8},
			{"queue_length.mean", 12.8, 12},
			{"in_system.mean", 16.0, 12},
			{"wait.mean", 0.4, 12},
			{"latency.mean", 0.5, 12},
			{"wait_ratio.mean", 0.8, 12},
			{"wait.p50", 0.2350018146228678, 12},
			{"wait.p90", 1.0397207708399179, 12},
			{"wait.p95", 1.3862943611198906, 12},
			{"wait.p99", 2.1910133173369406, 12},
			{"wait.p999", 3.3423058638339636, 12},
			{"latency.p50", 0.34657359027997264, 12},
			{"latency.p90", 1.151292546497023, 12},
			{"latency.p95", 1.4978661367769954, 12},
			{"latency.p99", 2.302585092994046, 12},
			{"latency.p999", 3.4538776394910684, 12},
		}},
	} {
		c.judge(t, obstacleRandomServer, solveRandomServer)
	}
}

// TestRoundRobinTruth holds the expected values of the public pack to their claimed digits.
func TestRoundRobinTruth(t *testing.T) {
	for _, c := range []familyCase{
		{"lb/rr4-r0.8", dispatched(mmc(32, 10, 4), RoundRobin, 0), []expectedValue{
			{"utilization.mean", 0.8, 12},
			{"throughput.mean", 32.0, 8},
			{"queue_length.mean", 7.255627553021957, 12},
			{"in_system.mean", 10.455627553021957, 12},
			{"wait.mean", 0.22673836103193615, 12},
			{"latency.mean", 0.32673836103193615, 12},
			{"wait_ratio.mean", 0.6939447217517696, 12},
			{"wait.p50", 0.10709967465154661, 12},
			{"wait.p90", 0.6329647803429254, 12},
			{"wait.p95", 0.8594425540729894, 12},
			{"wait.p99", 1.385307659764368, 12},
			{"wait.p999", 2.137650539185811, 12},
			{"latency.p50", 0.22647777373006406, 12},
			{"latency.p90", 0.7523428794214427, 12},
			{"latency.p95", 0.9788206531515068, 12},
			{"latency.p99", 1.5046857588428855, 12},
			{"latency.p999", 2.2570286382643285, 12},
		}},
		{"lb/rr2-r0.9", dispatched(mmc(180, 100, 2), RoundRobin, 0), []expectedValue{
			{"utilization.mean", 0.9, 12},
			{"throughput.mean", 180.0, 8},
			{"queue_length.mean", 11.858910531638177, 12},
			{"in_system.mean", 13.658910531638176, 12},
			{"wait.mean", 0.06588283628687876, 12},
			{"latency.mean", 0.07588283628687875, 12},
			{"wait_ratio.mean", 0.8682178936723647, 12},
			{"wait.p50", 0.04187477569526759, 12},
			{"wait.p90", 0.16400348931840034, 12},
			{"wait.p95", 0.21660146334354227, 12},
			{"wait.p99", 0.338730176966675, 12},
			{"wait.p999", 0.5134568646149497, 12},
			{"latency.p50", 0.05259797402514192, 12},
			{"latency.p90", 0.17472668764827468, 12},
			{"latency.p95", 0.22732466167341658, 12},
			{"latency.p99", 0.34945337529654935, 12},
			{"latency.p999", 0.524180062944824, 12},
		}},
	} {
		c.judge(t, obstacleRoundRobin, solveRoundRobin)
	}
}

// familyCase is a system with values that were computed elsewhere.
type familyCase struct {
	id   string
	sys  System
	want []expectedValue
}

// expectedValue is a metric, its value, and the digits to which two methods
// agreed on it.
type expectedValue struct {
	path   string
	value  float64
	digits int
}

func (c familyCase) judge(t *testing.T, obstacle func(*problem) string, solve func(*problem) (*Solution, error)) {
	t.Helper()
	familyJudge(t, c.id, familySolve(t, c.sys, obstacle, solve), c.want)
}

// familySolve solves a system that must be of a family.
func familySolve(t testing.TB, sys System, obstacle func(*problem) string, solve func(*problem) (*Solution, error)) *Solution {
	t.Helper()
	p := describe(sys)
	if o := obstacle(p); o != "" {
		t.Fatalf("%s is refused: %s", Kendall(sys), o)
	}
	sol, err := solve(p)
	if err == nil {
		err = sol.check()
	}
	if err != nil {
		t.Fatalf("%s, load %g: %v", Kendall(sys), OfferedLoad(sys), err)
	}
	return sol
}

// familyJudge holds values to 10^-digits, eleven at most, and times that are zero
// to 1e-11 of a second.
func familyJudge(t *testing.T, id string, sol *Solution, want []expectedValue) {
	t.Helper()
	if !sol.Exact {
		t.Errorf("%s: not exact", id)
	}
	for _, w := range want {
		m, path := sol.Metrics, w.path
		if station, ok := strings.CutPrefix(path, "stations."); ok {
			name, rest, _ := strings.Cut(station, ".")
			m, path = sol.Stations[name], rest
		}
		metric, statistic, _ := strings.Cut(path, ".")
		got, ok := m[metric][statistic]
		tolerance := math.Max(math.Pow(10, -math.Min(float64(w.digits), 11))*w.value, 1e-15)
		if !ok || !(math.Abs(got-w.value) <= tolerance) {
			t.Errorf("%s: %s = %.16g, want %.16g to %d digits", id, w.path, got, w.value, w.digits)
		}
	}
}

func dispatched(sys System, d Dispatch, choices int) System {
	sys.Dispatch, sys.Choices = d, choices
	return sys
}

// TestRoundRobinRoot holds the root to the closed form of two stages, x = (1 −
// 2a + √(1 + 4a))/2, in the form without cancellation, and one server to M/M/1.
func TestRoundRobinRoot(t *testing.T) {
	for _, spare := range []float64{0.999, 0.5, 0.1, 1e-3, 1e-6, 1e-9} {
		a := 2 * (1 - spare)
		want := 4 * a * spare / (math.Sqrt(1+4*a) + 2*a - 1)
		x := roundRobinRoot(2, 1-spare, spare)
		// 1 − ρ has the rounding of 1, over the spare share.
		within(t, fmt.Sprintf("root at 1 − ρ = %g", spare), x, want, 1e-13+1e-15/spare)
	}
	a := familySolve(t, dispatched(mmc(0.7, 1, 1), RandomServer, 0), obstacleRandomServer, solveRandomServer)
	b := familySolve(t, dispatched(mmc(0.7, 1, 1), RoundRobin, 0), obstacleRoundRobin, solveRoundRobin)
	c := solve(t, mmc(0.7, 1, 1))
	for metric, values := range c.Metrics {
		for statistic, want := range values {
			within(t, "random of one: "+metric+"."+statistic, a.Metrics[metric][statistic], want, 1e-12)
			if statistic != "p99" || metric != "queue_length" {
				within(t, "round robin of one: "+metric+"."+statistic, b.Metrics[metric][statistic], want, 1e-12)
			}
		}
	}
}

// TestRoundRobinCorners: many servers approach D/M/1, and the wait's share
// keeps its digits where it is tiny.
func TestRoundRobinCorners(t *testing.T) {
	many := familySolve(t, dispatched(mmc(0.8e6, 1, 1_000_000), RoundRobin, 0), obstacleRoundRobin, solveRoundRobin)
	sigma := 0.5
	for range 500 {
		sigma = math.Exp(-(1 - sigma) / 0.8)
	}
	within(t, "σ of D/M/1", many.Metrics["wait_ratio"]["mean"], sigma, 3e-6)
	rare := familySolve(t, dispatched(mmc(0.2, 1, 20), RoundRobin, 0), obstacleRoundRobin, solveRoundRobin)
	sigma = 0
	for range 10 {
		sigma = math.Pow(0.2/(0.2+1-sigma), 20)
	}
	within(t, "tiny σ", rare.Metrics["wait_ratio"]["mean"], sigma, 1e-12)
}

// TestRandomQueueP99 holds the quantile to the convolution of the laws.
func TestRandomQueueP99(t *testing.T) {
	for _, c := range []int{1, 2, 3, 7} {
		for _, load := range []float64{0.05, 0.3, 0.8, 0.95} {
			one := make([]float64, 2000)
			for n := range one {
				one[n] = (1 - load) * math.Pow(load, float64(n+1))
			}
			one[0] = 1 - load*load
			law := []float64{1}
			for range c {
				next := make([]float64, 2000)
				for i, p := range law {
					for j := range len(next) - i {
						next[i+j] += p * one[j]
					}
				}
				law = next
			}
			want, sum := 0, law[0]
			for sum < 0.99*(1-1e-12) {
				want++
				sum += law[want]
			}
			if got, ok := randomQueueP99(load, 1-load, float64(c)); !ok || got != float64(want) {
				t.Errorf("p99 of %d queues at ρ = %g is %g, want %d", c, load, got, want)
			}
		}
	}
}

func TestDispatchRefused(t *testing.T) {
	limited := dispatched(mmc(1, 1, 2), RandomServer, 0)
	limited.Limited = true
	erlang := dispatched(mmc(1, 1, 2), RoundRobin, 0)
	erlang.Streams[0].Service = must(distributions.NewErlang(2, 2))
	for _, c := range []struct {
		sys      System
		obstacle func(*problem) string
	}{
		{mmc(1, 1, 2), obstacleRandomServer},
		{dispatched(mmc(1, 1, 2), RoundRobin, 0), obstacleRandomServer},
		{dispatched(mmc(1, 1, 2), PowerOf, 2), obstacleRandomServer},
		{limited, obstacleRandomServer},
		{withSpeeds(dispatched(mmc(1, 1, 2), RandomServer, 0), Fastest, 1, 2), obstacleRandomServer},
		{mmc(1, 1, 2), obstacleRoundRobin},
		{erlang, obstacleRoundRobin},
		{mmc(1, 1, 2), obstacleShortest},
		{dispatched(mmc(1, 1, 5), JoinShortestQueue, 0), obstacleShortest},
		{dispatched(mmc(1, 1, 4), PowerOf, 1), obstacleShortest},
		{failing(dispatched(mmc(1, 1, 2), JoinShortestQueue, 0), 1, 1), obstacleShortest},
	} {
		if c.obstacle(describe(c.sys)) == "" {
			t.Errorf("%+v is not refused", c.sys)
		}
	}
}

// TestDispatchClasses: counts of classes are parts of the whole, times are the
// same, whatever the dispatch.
func TestDispatchClasses(t *testing.T) {
	two := func(d Dispatch) System {
		sys := dispatched(mmc(0.5, 1, 2), d, 0)
		sys.Streams[0].Class = "a"
		sys.Streams = append(sys.Streams, Stream{Class: "b", Process: poisson(1), Service: exponential(1)})
		sys.Network, sys.Memory = exponential(3), 7
		return sys
	}
	for _, sol := range []*Solution{
		familySolve(t, two(RandomServer), obstacleRandomServer, solveRandomServer),
		familySolve(t, two(RoundRobin), obstacleRoundRobin, solveRoundRobin),
		familySolve(t, two(JoinShortestQueue), obstacleShortest, solveShortest),
	} {
		all, b := sol.Metrics, sol.Classes["b"]
		for _, metric := range []string{"queue_length", "in_system", "throughput", "arrival_rate", "in_network", "memory", "utilization"} {
			within(t, sol.Model+": "+metric, b[metric]["mean"], all[metric]["mean"]*2/3, 1e-12)
		}
		for _, metric := range []string{"wait", "latency", "wait_ratio"} {
			within(t, sol.Model+": "+metric, b[metric]["mean"], all[metric]["mean"], 1e-12)
		}
		within(t, sol.Model+": throughput", all["throughput"]["mean"], 1.5, 1e-12)
		within(t, sol.Model+": Little's law", all["in_system"]["mean"], 1.5*(all["latency"]["mean"]-1./3), 1e-11)
	}
}
