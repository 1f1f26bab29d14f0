package analytic

import (
	"math"
	"strings"
	"testing"

	"spillway/distributions"
)

// prioritised is a system of single Poisson streams p1, p2, … in order of
// priority.
func prioritised(d Discipline, servers int, rates []float64, services ...distributions.Distribution) System {
	sys := System{Servers: servers, Policies: Policies{Discipline: d}}
	for i, r := range rates {
		sys.Streams = append(sys.Streams, Stream{
			Class: "p" + string(rune('1'+i)), Priority: i, Process: poisson(r), Service: services[min(i, len(services)-1)],
		})
	}
	return sys
}

// disciplineFamilies are those of this file's models, special before general.
func disciplineFamilies() []family {
	return []family{
		{obstaclePriorityMulti, solvePriorityMulti},
		{obstaclePriority, solvePriority},
		{obstaclePriorityChain, solvePriorityChain},
		{obstacleSharing, solveSharing},
		{obstaclePreemptiveLIFO, solvePreemptiveLIFO},
		{obstacleOrder, solveOrder},
		{obstacleSizeBased, solveSizeBased},
	}
}

func solveDiscipline(t testing.TB, sys System) *Solution {
	t.Helper()
	p := describe(sys)
	for _, f := range disciplineFamilies() {
		if f.obstacle(p) == "" {
			sol, err := f.solve(p)
			if err == nil {
				err = sol.check()
			}
			if err != nil {
				t.Fatalf("%s, load %g: %v", Kendall(sys), OfferedLoad(sys), err)
			}
			return sol
		}
	}
	t.Fatalf("%s is of no family", Kendall(sys))
	return nil
}

// valueAt is a metric by its path, "wait.mean" or "classes.p1.wait.mean".
func valueAt(sol *Solution, path string) (float64, bool) {
	parts := strings.Split(path, ".")
	m := sol.Metrics
	if parts[0] == "classes" {
		m, parts = sol.Classes[parts[1]], parts[2:]
	}
	v, ok := m[parts[0]][parts[1]]
	return v, ok
}

// expectations are values by path, to a number of digits each.
type expectations map[string]struct {
	value  float64
	digits int
}

func (e expectations) judge(t *testing.T, name string, sol *Solution) {
	t.Helper()
	if !sol.Exact {
		t.Errorf("%s: not exact", name)
	}
	for path, want := range e {
		got, ok := valueAt(sol, path)
		if !ok {
			t.Errorf("%s: no %s", name, path)
		}
		within(t, name+" "+path, got, want.value, math.Pow(10, -float64(want.digits)))
	}
}

// TestPriorityTruth has the prio cases of the public pack, at the digits that
// are claimed (those of 3 digits are held to 12, the formulas being closed).
func TestPriorityTruth(t *testing.T) {
	for name, c := range map[string]struct {
		sys  System
		want expectations
	}{
		"mm1-np-equal-r0.8": {prioritised(Priority, 1, []float64{4, 4}, exponential(10)), expectations{
			"utilization.mean": {0.8, 12}, "throughput.mean": {8, 12}, "in_system.mean": {4, 12}, "latency.mean": {0.5, 12},
			"classes.p1.latency.mean": {0.23333333333333334, 12}, "classes.p2.latency.mean": {0.7666666666666667, 12},
		}},
		"mm1-pr-unequal-r0.85": {prioritised(PreemptivePriority, 1, []float64{2, 9}, exponential(8), exponential(15)), expectations{
			"utilization.mean": {0.85, 12}, "throughput.mean": {11, 12}, "in_system.mean": {6.833333333333333, 12}, "latency.mean": {0.6212121212121212, 12},
			"classes.p1.latency.mean": {0.16666666666666666, 12}, "classes.p2.latency.mean": {0.7222222222222222, 12},
		}},
		"mm4-np-equal-r0.8": {prioritised(Priority, 4, []float64{12, 20}, exponential(10)), expectations{
			"utilization.mean": {0.8, 12}, "throughput.mean": {32, 12}, "in_system.mean": {5.5857298871496175, 12}, "latency.mean": {0.17455405897342555, 12},
			"classes.p1.latency.mean": {0.12130115970669302, 12}, "classes.p2.latency.mean": {0.20650579853346507, 12},
		}},
		"mm2-pr-unequal-r0.8": {prioritised(PreemptivePriority, 2, []float64{5, 6.6}, exponential(10), exponential(6)), expectations{
			"utilization.mean": {0.8, 12}, "throughput.mean": {11.6, 12}, "in_system.mean": {4.115510707123055, 11}, "latency.mean": {0.3547854057864703, 11},
			"classes.p1.latency.mean": {0.10666666666666662, 11}, "classes.p2.latency.mean": {0.5427541475438973, 11},
		}},
		"mm1-np-3class-r0.9": {prioritised(Priority, 1, []float64{3, 2, 0.8}, exponential(10), exponential(5), exponential(4)), expectations{
			"utilization.mean": {0.9, 12}, "throughput.mean": {5.8, 12}, "in_system.mean": {7.376190476190477, 12}, "latency.mean": {1.2717569786535305, 12},
			"classes.p1.latency.mean": {0.32857142857142857, 12}, "classes.p2.latency.mean": {0.9619047619047619, 12}, "classes.p3.latency.mean": {5.583333333333334, 12},
		}},
		"mg1-np-LN-D-r0.7": {prioritised(Priority, 1, []float64{10, 8}, must(distributions.NewLognormal(-3.8531314875999545, 0.8325546111576977)), constant(0.05)), expectations{
			"utilization.mean": {0.7, 12}, "throughput.mean": {18, 12}, "in_system.mean": {1.6952380952380948, 12}, "latency.mean": {0.09417989417989416, 12},
			"classes.p1.latency.mean": {0.05714285714285713, 12}, "classes.p2.latency.mean": {0.14047619047619045, 12},
		}},
	} {
		t.Run(name, func(t *testing.T) { c.want.judge(t, name, solveDiscipline(t, c.sys)) })
	}
}
