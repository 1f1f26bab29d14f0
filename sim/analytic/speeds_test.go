package analytic

import (
	"math/bits"
	"testing"
)

// TestSpeedsTruth holds the expected values of the public pack to their claimed digits.
func TestSpeedsTruth(t *testing.T) {
	for _, c := range []familyCase{
		{"het/mm2-fast-first-r0.7", withSpeeds(mmc(10.5, 10, 2), Fastest, 1, 0.5), []expectedValue{
			{"utilization.mean", 0.6960377358490566, 12},
			{"throughput.mean", 10.5, 12},
			{"queue_length.mean", 1.3374842767295596, 12},
			{"in_system.mean", 2.729559748427673, 12},
			{"wait.mean", 0.12737945492662472, 12},
			{"latency.mean", 0.259958071278826, 12},
			{"wait_ratio.mean", 0.5732075471698113, 12},
			{"wait.p50", 0.030364392038988927, 12},
			{"wait.p90", 0.38801726146878907, 12},
			{"wait.p95", 0.5420499682598877, 12},
			{"wait.p99", 0.8997028376896878, 12},
			{"wait.p999", 1.411388413910587, 12},
		}},
		{"het/mm2-random-idle-r0.7", withSpeeds(mmc(10.5, 10, 2), RandomIdle, 1, 0.5), []expectedValue{
			{"utilization.mean", 0.714, 12},
			{"throughput.mean", 10.5, 12},
			{"queue_length.mean", 1.3719999999999999, 12},
			{"in_system.mean", 2.799999999999999, 12},
			{"wait.mean", 0.13066666666666665, 12},
			{"latency.mean", 0.26666666666666655, 12},
			{"wait_ratio.mean", 0.588, 12},
			{"wait.p50", 0.036026410994763364, 12},
			{"wait.p90", 0.39367928042456346, 12},
			{"wait.p95", 0.5477119872156622, 12},
			{"wait.p99", 0.9053648566454622, 12},
			{"wait.p999", 1.4170504328663613, 12},
		}},
	} {
		c.judge(t, obstacleSpeeds, solveSpeeds)
	}
}

func withSpeeds(sys System, choose Choose, speeds ...float64) System {
	sys.Choose, sys.Speeds, sys.Servers = choose, speeds, len(speeds)
	return sys
}

// speedsBrute solves the chain of the sets of busy servers with a queue that is
// cut, and gives the means of busy servers and of waiting tasks.
func speedsBrute(speeds []float64, choose Choose, load float64, limit int) (busy, queue float64) {
	c := len(speeds)
	full := 1<<c - 1
	rates := make([][]float64, full+limit+1)
	for s := range rates {
		rates[s] = make([]float64, len(rates))
		if s >= full {
			total := 0.0
			for i, v := range speeds {
				total += v
				if s == full {
					rates[s][full&^(1<<i)] = v
				}
			}
			if s > full {
				rates[s][s-1] = total
			}
			if s < full+limit {
				rates[s][s+1] = load
			}
			continue
		}
		best, idle := -1, 0
		for i, v := range speeds {
			if s>>i&1 == 1 {
				rates[s][s&^(1<<i)] += v
				continue
			}
			idle++
			if best < 0 || choose == Fastest && v > speeds[best] || choose == Slowest && v < speeds[best] {
				best = i
			}
		}
		for i := range speeds {
			switch {
			case s>>i&1 == 1:
			case choose == RandomIdle:
				rates[s][s|1<<i] += load / float64(idle)
			case i == best:
				rates[s][s|1<<i] += load
			}
		}
	}
	for s, p := range speedsGTH(rates) {
		busy += p * float64(bits.OnesCount(uint(min(s, full))))
		queue += p * float64(max(0, s-full))
	}
	return busy, queue
}

// TestSpeedsBrute compares with the chain of all sets and a queue of 250, which
// leaves out 1e-12.
func TestSpeedsBrute(t *testing.T) {
	speeds := []float64{1, 0.5, 2, 0.5}
	for _, choose := range []Choose{Fastest, Slowest, RandomIdle} {
		busy, queue := speedsBrute(speeds, choose, 3.4, 250)
		sol := familySolve(t, withSpeeds(mmc(3.4, 1, 4), choose, speeds...), obstacleSpeeds, solveSpeeds)
		within(t, "utilization", sol.Metrics["utilization"]["mean"], busy/4, 1e-11)
		within(t, "queue length", sol.Metrics["queue_length"]["mean"], queue, 1e-9)
	}
}

// TestSpeedsEqual: servers of one speed are M/M/c, whichever is chosen.
func TestSpeedsEqual(t *testing.T) {
	want := solve(t, mmc(8, 2, 5)).Metrics
	for _, choose := range []Choose{Fastest, Slowest, RandomIdle, LongestIdle} {
		got := familySolve(t, withSpeeds(mmc(8, 4, 5), choose, 0.5, 0.5, 0.5, 0.5, 0.5), obstacleSpeeds, solveSpeeds).Metrics
		for metric, values := range want {
			for statistic, v := range values {
				within(t, metric+"."+statistic, got[metric][statistic], v, 1e-11)
			}
		}
	}
}

// TestSpeedsCorners: the solver's own residuals hold at orders of magnitude,
// and near saturation the choice does not matter.
func TestSpeedsCorners(t *testing.T) {
	for _, choose := range []Choose{Fastest, Slowest, RandomIdle, LongestIdle} {
		familySolve(t, withSpeeds(mmc(500, 1, 3), choose, 1000, 1e-3, 1), obstacleSpeeds, solveSpeeds)
		familySolve(t, withSpeeds(mmc(1e-4, 1, 3), choose, 1000, 1e-3, 1), obstacleSpeeds, solveSpeeds)
		near := familySolve(t, withSpeeds(mmc(3*(1-1e-7), 1, 2), choose, 1, 2), obstacleSpeeds, solveSpeeds)
		within(t, "utilization", near.Metrics["utilization"]["mean"], 1, 1e-6)
		within(t, "wait", near.Metrics["wait"]["mean"], 1/3e-7, 1e-6)
	}
	many := make([]float64, 400)
	for i := range many {
		many[i] = 1 + float64(i%4)
	}
	familySolve(t, withSpeeds(mmc(900, 1, 400), RandomIdle, many...), obstacleSpeeds, solveSpeeds)
	familySolve(t, withSpeeds(mmc(20, 1, 400), RandomIdle, many...), obstacleSpeeds, solveSpeeds)
}

func TestSpeedsRefused(t *testing.T) {
	many := make([]float64, 11)
	for i := range many {
		many[i] = float64(i + 1)
	}
	wrong := withSpeeds(mmc(1, 1, 2), Fastest, 1, 1)
	wrong.Servers = 3
	for _, sys := range []System{
		mmc(1, 1, 2), wrong, withSpeeds(mmc(1, 1, 11), Fastest, many...), withSpeeds(mmc(1, 1, 2), Fastest, 1, 0),
		withSpeeds(mmcLimit(1, 1, 2, 3), Fastest, 1, 2), failing(withSpeeds(mmc(1, 1, 2), Fastest, 1, 2), 1, 1),
	} {
		if obstacleSpeeds(describe(sys)) == "" {
			t.Errorf("%+v is not refused", sys)
		}
	}
	if o := obstacleSpeeds(describe(withSpeeds(mmc(1, 1, 11), LongestIdle, many...))); o != "" {
		t.Errorf("eleven speeds, longest idle: %s", o)
	}
}

func BenchmarkSpeeds(b *testing.B) {
	p := describe(withSpeeds(mmc(7, 1, 8), Fastest, 1, 2, 0.5, 1, 2, 0.5, 1, 2))
	for b.Loop() {
		if _, err := solveSpeeds(p); err != nil {
			b.Fatal(err)
		}
	}
}
