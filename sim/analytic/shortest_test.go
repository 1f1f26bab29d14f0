package analytic

import (
	"fmt"
	"math"
	"math/bits"
	"testing"
)

// TestShortestTruth holds the expected values of the public pack to their claimed digits.
func TestShortestTruth(t *testing.T) {
	for _, c := range []familyCase{
		{"lb/jsq2-r0.5", dispatched(mmc(10, 10, 2), JoinShortestQueue, 0), []expectedValue{
			{"utilization.mean", 0.5, 8},
			{"throughput.mean", 10.0, 8},
			{"queue_length.mean", 0.4263207511672409, 12},
			{"in_system.mean", 1.4263207511672409, 12},
			{"wait.mean", 0.042632075116724094, 12},
			{"latency.mean", 0.1426320751167241, 12},
			{"wait_ratio.mean", 0.31596749798201074, 12},
			{"latency.p50", 0.10019203699310562, 12},
			{"latency.p90", 0.3267070331810374, 12},
			{"latency.p95", 0.4225718980413107, 12},
			{"latency.p99", 0.6427936921485539, 12},
			{"latency.p999", 0.9543582558832101, 12},
		}},
		{"lb/jsq2-r0.8", dispatched(mmc(1.6, 1, 2), JoinShortestQueue, 0), []expectedValue{
			{"utilization.mean", 0.8, 8},
			{"throughput.mean", 1.6, 8},
			{"queue_length.mean", 3.1291785882200727, 12},
			{"in_system.mean", 4.729178588220073, 12},
			{"wait.mean", 1.9557366176375455, 12},
			{"latency.mean", 2.9557366176375455, 12},
			{"wait_ratio.mean", 0.6941647752122375, 12},
			{"latency.p50", 2.1179140163784074, 12},
			{"latency.p90", 6.678487957083957, 12},
			{"latency.p95", 8.61025291328995, 12},
			{"latency.p99", 13.08439770866814, 12},
			{"latency.p999", 19.480861090377864, 12},
		}},
		{"lb/pod2-of4-r0.7", dispatched(mmc(28, 10, 4), PowerOf, 2), []expectedValue{
			{"utilization.mean", 0.7, 7},
			{"throughput.mean", 28.0, 7},
			{"queue_length.mean", 2.2354023178925875, 8},
			{"in_system.mean", 5.035402317892587, 8},
			{"wait.mean", 0.07983579706759239, 8},
			{"latency.mean", 0.1798357970675924, 8},
			{"wait_ratio.mean", 0.5189595277793722, 9},
			{"latency.p50", 0.13299306562043361, 7},
			{"latency.p90", 0.40155508448506216, 7},
			{"latency.p95", 0.5091965144119623, 7},
			{"latency.p99", 0.7494887192126655, 7},
			{"latency.p999", 1.079276075429077, 7},
		}},
	} {
		c.judge(t, obstacleShortest, solveShortest)
	}
}

// shortestBrute solves the chain of unsorted lengths below a bound, and gives
// the mean number in system and the share of arrivals that wait.
func shortestBrute(c, choices, bound int, load float64) (inSystem, waits float64) {
	size := 1
	for range c {
		size *= bound
	}
	length := func(s, i int) int {
		for range i {
			s /= bound
		}
		return s % bound
	}
	stride := func(i int) int { return int(math.Pow(float64(bound), float64(i)) + 0.5) }
	rates := make([][]float64, size)
	idle := make([]float64, size) // chance that an arrival finds an idle server
	for s := range rates {
		rates[s] = make([]float64, size)
		subsets := 0
		for set := range 1 << c {
			if bits.OnesCount(uint(set)) == choices {
				subsets++
			}
		}
		for set := range 1 << c {
			if bits.OnesCount(uint(set)) != choices {
				continue
			}
			var best []int
			for i := range c {
				if set>>i&1 == 0 {
					continue
				}
				if len(best) == 0 || length(s, i) < length(s, best[0]) {
					best = best[:0]
				}
				if len(best) == 0 || length(s, i) == length(s, best[0]) {
					best = append(best, i)
				}
			}
			for _, i := range best {
				if length(s, i)+1 < bound {
					rates[s][s+stride(i)] += load / float64(subsets) / float64(len(best))
				}
			}
			if length(s, best[0]) == 0 {
				idle[s] += 1 / float64(subsets)
			}
		}
		for i := range c {
			if length(s, i) > 0 {
				rates[s][s-stride(i)]++
			}
		}
	}
	waits = 1
	for s, p := range speedsGTH(rates) {
		for i := range c {
			inSystem += p * float64(length(s, i))
		}
		waits -= p * idle[s]
	}
	return inSystem, waits
}

// TestShortestBrute compares with chains of unsorted lengths. The bound leaves
// out 2e-10 at most, by a second bound.
func TestShortestBrute(t *testing.T) {
	for _, c := range []struct {
		servers, choices, bound int
		load                    float64
	}{{2, 2, 22, 0.6}, {3, 2, 9, 0.3}, {3, 3, 9, 0.75}, {4, 2, 5, 0.16}, {4, 3, 5, 0.4}} {
		sys := dispatched(mmc(c.load, 1, c.servers), PowerOf, c.choices)
		sol := familySolve(t, sys, obstacleShortest, solveShortest)
		n, waits := shortestBrute(c.servers, c.choices, c.bound, c.load)
		name := fmt.Sprintf("shortest of %d of %d", c.choices, c.servers)
		within(t, name+", in system", sol.Metrics["in_system"]["mean"], n, 1e-8)
		within(t, name+", wait ratio", sol.Metrics["wait_ratio"]["mean"], waits, 1e-6)
	}
}

// TestShortestCut moves both cuts of the chain outwards: nothing changes.
func TestShortestCut(t *testing.T) {
	for _, c := range []struct {
		servers, choices int
		load             float64
	}{{2, 2, 1.9}, {3, 2, 1.8}, {4, 4, 3.6}} {
		spare := 1 - c.load/float64(c.servers)
		k, l, err := solveLevels(c.servers, c.choices, c.load, spare)
		if err != nil {
			t.Fatal(err)
		}
		law := shortestLaw{last: l.top()/c.servers + k.spread + 2}
		wide := newShapeChain(c.servers, c.choices, k.spread+5, c.load)
		m := wide.newLevels(l.top() + 9*c.servers)
		if err := wide.settle(m, 5e-15); err != nil {
			t.Fatal(err)
		}
		m.weigh(c.load, spare)
		law.queue, _ = k.queueLength(l)
		queue, p99 := wide.queueLength(m)
		within(t, "queue length", law.queue, queue, 3e-12)
		if _, old := k.queueLength(l); old != p99 {
			t.Errorf("p99 of the queue length is %g, with wider cuts %g", old, p99)
		}
	}
}

// TestShortestSaturation: near saturation the queues are as one, with 1/(1−ρ)
// tasks (complete resource pooling), and the solver neither slows nor fails.
func TestShortestSaturation(t *testing.T) {
	for _, c := range []int{2, 3, 4} {
		sys := dispatched(mmc(float64(c)*(1-1e-6), 1, c), JoinShortestQueue, 0)
		sol := familySolve(t, sys, obstacleShortest, solveShortest)
		within(t, "in system", sol.Metrics["in_system"]["mean"], 1e6, 1e-5)
		within(t, "p999 of latency over its mean", sol.Metrics["latency"]["p999"]/sol.Metrics["latency"]["mean"], math.Log(1000), 1e-4)
	}
	light := familySolve(t, dispatched(mmc(1e-5, 1, 4), JoinShortestQueue, 0), obstacleShortest, solveShortest)
	// All four are busy with probability a⁴/4! and a little.
	within(t, "light wait ratio", light.Metrics["wait_ratio"]["mean"], math.Pow(1e-5, 4)/24, 1e-4)
}

// TestShortestOrder: more choices are better, and none is as good as a
// central queue.
func TestShortestOrder(t *testing.T) {
	last := solve(t, mmc(2.8, 1, 4)).Metrics["wait"]["mean"]
	for _, choices := range []int{4, 3, 2} {
		w := familySolve(t, dispatched(mmc(2.8, 1, 4), PowerOf, choices), obstacleShortest, solveShortest).Metrics["wait"]["mean"]
		if !(w > last) {
			t.Errorf("wait with %d choices %g is not above %g", choices, w, last)
		}
		last = w
	}
}

func BenchmarkShortest(b *testing.B) {
	for _, choices := range []int{4, 2} {
		b.Run(fmt.Sprintf("choices=%d", choices), func(b *testing.B) {
			p := describe(dispatched(mmc(3.6, 1, 4), PowerOf, choices))
			for b.Loop() {
				if _, err := solveShortest(p); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// TestShortestSpread integrates the tails for the second moments.
func TestShortestSpread(t *testing.T) {
	p := describe(dispatched(mmc(1.2, 1, 2), JoinShortestQueue, 0))
	law, err := newShortestLaw(p)
	if err != nil {
		t.Fatal(err)
	}
	m := familySolve(t, p.sys, obstacleShortest, solveShortest).Metrics
	for skip, metric := range []string{"latency", "wait"} {
		const h = 0.01
		sum := 0.0
		for x := 0.0; x < 70; x += h {
			at := func(x float64) float64 { return 2 * x * law.tail(x, skip) }
			sum += h / 6 * (at(x) + 4*at(x+h/2) + at(x+h))
		}
		sd, mean := m[metric]["sd"], m[metric]["mean"]
		within(t, "second moment of "+metric, sd*sd+mean*mean, sum, 1e-9)
	}
}
