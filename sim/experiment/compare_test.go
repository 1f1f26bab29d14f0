package experiment_test

import (
	"context"
	"encoding/json"
	"math"
	"testing"

	"spillway/results"
	"spillway/sim/experiment"
)

func compareOne(t testing.TB, c experiment.Contest) experiment.ContestOutcome {
	t.Helper()
	out := must[[]experiment.ContestOutcome](t)(experiment.Compare(context.Background(), []experiment.Contest{c}, experiment.Options{}))
	if !out[0].Complete {
		t.Fatal("not complete")
	}
	return out[0]
}

func differenceOf(t testing.TB, o experiment.ContestOutcome, metric string) results.Difference {
	t.Helper()
	for _, d := range o.Differences {
		if d.Metric == metric {
			return d
		}
	}
	t.Fatalf("no difference of %s", metric)
	return results.Difference{}
}

// TestDifferencesCover repeats a comparison of one fast server with two slow
// ones 400 times: the intervals of the difference and of the relative
// difference must cover the exact ones in 361 to 395 of them (binomial, false
// alarm 1e-4). Seen to fail with the influence of the first left out of the
// difference, with replications paired with their neighbours, and with the
// density of a quantile half as large.
func TestDifferencesCover(t *testing.T) {
	var contests []experiment.Contest
	for seed := range uint64(400) {
		a, b := mmc(t, 0.6, 1, 1000), mmc(t, 0.6, 2, 1000)
		a.Plan.Seed, b.Plan.Seed = seed+1, 77 // the first's holds
		b.Model.Streams[0].Process = a.Model.Streams[0].Process
		b.Model.Streams[0].Service = exponential(t, 0.5)
		contests = append(contests, experiment.Contest{a, b})
	}
	one, two := exact(t, contests[0][0].Model), exact(t, contests[0][1].Model)
	out := must[[]experiment.ContestOutcome](t)(experiment.Compare(context.Background(), contests, experiment.Options{}))
	for _, name := range [][2]string{{"wait", "mean"}, {"latency", "mean"}, {"queue_length", "mean"}, {"wait_ratio", "mean"}, {"latency", "p90"}, {"wait", "p90"}} {
		a, b := one[name[0]][name[1]], two[name[0]][name[1]]
		hits, shares := 0, 0
		for _, o := range out {
			d := differenceOf(t, o, name[0]+"."+name[1])
			hits += covers(d.Difference, b-a)
			shares += covers(*d.Relative, b/a-1)
		}
		if hits < 361 || hits > 395 || shares < 361 || shares > 395 {
			t.Errorf("%s: of 400 intervals %d of differences cover, %d of shares", name, hits, shares)
		}
	}
}

func covers(e results.Estimate, value float64) int {
	if float64(e.Low) <= value && value <= float64(e.High) {
		return 1
	}
	return 0
}

// TestCommonRandomNumbers: the same scenario twice differs in nothing; a
// difference is known far better than two values that have nothing to do with
// one another; and both systems see the same arrivals, though one is slower to
// warm up.
func TestCommonRandomNumbers(t *testing.T) {
	a, b := mmc(t, 0.8, 1, 20_000), mmc(t, 0.8, 2, 20_000)
	a.Plan.Warmup, b.Plan.Warmup = experiment.Warmup{}, experiment.Warmup{}
	b.Model.Streams[0].Process = a.Model.Streams[0].Process
	b.Model.Streams[0].Service = exponential(t, 0.5)
	out := compareOne(t, experiment.Contest{a, a, b})
	same, other := 0, 0
	for _, d := range out.Differences {
		if d.Scenario == 1 && (d.Difference.Value != 0 || d.Difference.HalfWidth != 0) {
			t.Errorf("%s of a scenario and itself: %v ± %v", d.Metric, d.Difference.Value, d.Difference.HalfWidth)
		}
		if d.Scenario == 1 {
			same++
		} else {
			other++
		}
	}
	if same < 15 || same != other {
		t.Errorf("%d and %d differences", same, other)
	}
	x, y := out.Outcomes[0].Simulated.Metrics, out.Outcomes[2].Simulated.Metrics
	if x["arrival_rate"]["mean"] != y["arrival_rate"]["mean"] {
		t.Errorf("arrivals %v and %v", x["arrival_rate"]["mean"], y["arrival_rate"]["mean"])
	}
	for _, d := range out.Differences {
		if d.Scenario != 2 || d.Metric != "latency.p90" && d.Metric != "latency.p50" {
			continue
		}
		apart := math.Hypot(float64(x["latency"][d.Metric[8:]].HalfWidth), float64(y["latency"][d.Metric[8:]].HalfWidth))
		if half := float64(d.Difference.HalfWidth); half > apart/2 {
			t.Errorf("%s: ± %v, and ± %v without pairs", d.Metric, half, apart)
		}
	}
}

// TestPreciseDifference: the run goes on until the difference is known to the
// share of the first's value that was asked for, and not much longer.
func TestPreciseDifference(t *testing.T) {
	for _, transient := range []bool{false, true} {
		precision := 0.0005
		a := precisely(mmc(t, 0.9, 1, 1), precision, "latency.mean")
		if transient {
			precision = 0.004
			a = mmc(t, 0.9, 1, 500)
			a.Plan.State, a.Plan.Replications = experiment.Transient, 4
			a.Plan.Precise, a.Plan.Precision, a.Plan.Of, a.Plan.MaxTasks = true, precision, []string{"latency.mean"}, 1e9
		}
		b := a
		b.Model = mmc(t, 0.45, 2, 1).Model
		b.Model.Streams[0].Service = exponential(t, 0.5)
		out := compareOne(t, experiment.Contest{a, b})
		d := differenceOf(t, out, "latency.mean")
		width := float64(d.Difference.HalfWidth / d.First)
		if width > 1.02*precision || width < precision/2 || out.Precision == nil || math.Abs(float64(out.Precision.Reached)-width) > 1e-12 {
			t.Errorf("transient %t: ± %v of the first, %+v", transient, width, out.Precision)
		}
		if x, y := out.Outcomes[0].Simulated, out.Outcomes[1].Simulated; x.Tasks != y.Tasks || x.Replications != y.Replications || x.Precision != nil {
			t.Errorf("transient %t: %d and %d tasks, %d and %d replications", transient, x.Tasks, y.Tasks, x.Replications, y.Replications)
		}
	}
}

func TestCompareAtAnyParallelism(t *testing.T) {
	var first []byte
	for _, parallel := range []int{1, 2, 8} {
		c := experiment.Contest{precisely(mmc(t, 0.7, 1, 1), 0.02, "wait.mean"), mmc(t, 0.3, 2, 1)}
		out := must[[]experiment.ContestOutcome](t)(experiment.Compare(context.Background(), []experiment.Contest{c, c}, experiment.Options{Parallel: parallel}))
		bytes := must[[]byte](t)(json.Marshal(out))
		if first == nil {
			first = bytes
		}
		if string(first) != string(bytes) {
			t.Errorf("other bytes at %d", parallel)
		}
	}
}

// TestRareDifference: that one of two systems refused nobody in a short run
// does not make the difference certain.
func TestRareDifference(t *testing.T) {
	a, b := mmc(t, 0.3, 1, 500), mmc(t, 0.3, 1, 500)
	a.Model.Limited, a.Model.Limit, b.Model.Limited, b.Model.Limit = true, 6, true, 7
	d := differenceOf(t, compareOne(t, experiment.Contest{a, b}), "shed_ratio.mean")
	want := exact(t, b.Model)["shed_ratio"]["mean"] - exact(t, a.Model)["shed_ratio"]["mean"]
	if covers(d.Difference, want) == 0 || d.Difference.HalfWidth == 0 {
		t.Errorf("%+v, want %v", d.Difference, want)
	}
}

func TestCompareRefuses(t *testing.T) {
	broken := mmc(t, 0.5, 1, 10)
	broken.Plan.Tasks = 0
	for name, c := range map[string]experiment.Contest{"one": {mmc(t, 0.5, 1, 10)}, "plan": {mmc(t, 0.5, 1, 10), broken}} {
		if _, err := experiment.Compare(context.Background(), []experiment.Contest{c}, experiment.Options{}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestCompareInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	out, err := experiment.Compare(ctx, []experiment.Contest{{mmc(t, 0.5, 1, 10), mmc(t, 0.5, 1, 10)}}, experiment.Options{})
	if err == nil || out[0].Complete || out[0].Differences != nil {
		t.Errorf("%v, %+v", err, out)
	}
}
