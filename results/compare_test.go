package results

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// ofTen judges an estimate as one of ten comparisons.
func ofTen(c comparison) Verdict {
	v, _ := judge{alpha: FalseAlarm / 10, tails: tails{}}.verdict(c)
	return v
}

func TestVerdict(t *testing.T) {
	inf := math.Inf(1)
	estimate := func(value, stdErr float64) Estimate { return NewEstimate(value, stdErr, 32, 0.95, "mean") }
	slack := func(e Estimate, slack float64) Estimate { e.Slack = slack; return e }
	// With 31 degrees of freedom the cut-off at 1e-5 is 5.267 standard errors, and
	// a standard error above 0.1/2.040 = 0.049 makes the interval of 1 too wide.
	for _, test := range []struct {
		name string
		c    comparison
		want Verdict
	}{
		{"equal", comparison{estimate: estimate(1, 0.01), reference: 1}, Agrees},
		{"below the cut-off", comparison{estimate: estimate(1.0526, 0.01), reference: 1}, Agrees},
		{"beyond the cut-off", comparison{estimate: estimate(1.0528, 0.01), reference: 1}, Differs},
		{"beyond, on the other side", comparison{estimate: estimate(0.9472, 0.01), reference: 1}, Differs},
		{"slack explains it", comparison{estimate: slack(estimate(1.0528, 0.01), 0.001), reference: 1}, Agrees},
		{"slack is not enough", comparison{estimate: slack(estimate(1.06, 0.01), 0.001), reference: 1}, Differs},
		{"just narrow enough", comparison{estimate: estimate(1, 0.0490), reference: 1}, Agrees},
		{"too wide", comparison{estimate: estimate(1, 0.0491), reference: 1}, CannotTell},
		{"wide, but differs", comparison{estimate: estimate(1, 0.06), reference: 2}, Differs},
		{"too short", comparison{estimate: estimate(1, 0.01), reference: 2, unreached: true}, CannotTell},
		{"no variance, equal", comparison{estimate: estimate(1, 0), reference: 1 + 5e-10, nothing: 1e-9}, Agrees},
		{"no variance, not equal", comparison{estimate: estimate(1, 0), reference: 1 + 2e-9, nothing: 1e-9}, Differs},
		{"no variance, slack", comparison{estimate: slack(estimate(1, 0), 0.001), reference: 1.0009}, Agrees},
		{"no variance, too short", comparison{estimate: estimate(1, 0), reference: 1, unreached: true}, CannotTell},
		{"nothing but rounding", comparison{estimate: estimate(1+1e-13, 1e-17), reference: 1, nothing: 1e-9}, Agrees},
		// With 3 degrees of freedom the cut-off at 1e-5 is 60 standard errors: 0.6.
		{"four replications explain anything", comparison{estimate: NewEstimate(1.2, 0.01, 4, 0.95, "mean"), reference: 1}, CannotTell},
		{"no interval", comparison{estimate: BareEstimate(1, "max"), reference: 1}, CannotTell},
		{"one replication", comparison{estimate: NewEstimate(1, 0, 1, 0.95, "mean"), reference: 2}, CannotTell},
		{"both infinite", comparison{estimate: estimate(inf, 0), reference: inf}, Agrees},
		{"infinite in theory", comparison{estimate: estimate(5, 0.1), reference: inf}, CannotTell},
		{"infinite in simulation", comparison{estimate: estimate(inf, 0), reference: 5}, Differs},
		{"opposite infinities", comparison{estimate: estimate(inf, 0), reference: -inf}, Differs},
		{"infinite interval", comparison{estimate: estimate(1, inf), reference: 1}, CannotTell},
		{"not a number", comparison{estimate: estimate(math.NaN(), 0.1), reference: 1}, CannotTell},
	} {
		if got := ofTen(test.c); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}

func TestZ(t *testing.T) {
	j := judge{alpha: 1e-5, tails: tails{}}
	a := j.agreement(comparison{metric: "wait.mean", estimate: NewEstimate(1.03, 0.01, 8, 0.9, "mean"), reference: 1})
	if a.Z == nil || !near(float64(*a.Z), 3, 1e-9) {
		t.Errorf("z = %v, want 3", a.Z)
	}
	if a := j.agreement(comparison{estimate: NewEstimate(1, 0, 8, 0.9, "mean"), reference: 1}); a.Z != nil {
		t.Errorf("z = %v without variance, want none", *a.Z)
	}
}

func TestComparisonsListed(t *testing.T) {
	p := onePoint().Points[0]
	var got []string
	for _, c := range comparisons(&p) {
		got = append(got, c.metric)
	}
	// Not the memory, which the model does not give, nor the maximum.
	want := []string{
		"latency.mean", "latency.p50", "latency.p90", "latency.p99", "latency.p999",
		"wait.mean", "wait.p50", "wait.p90", "wait.p99", "wait.p999",
		"service.mean", "queue_length.mean", "in_system.mean", "utilization.mean", "throughput.mean", "wait_ratio.mean",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	p.Analytic.Metrics["wait_ratio"]["mean"] = 0.105 // p0 = 0.895 is where p90 is
	for _, c := range comparisons(&p) {
		if c.metric == "wait.p90" {
			t.Error("a quantile at the jump of the law is listed")
		}
	}
	p.Analytic.Exact = false
	if n := len(comparisons(&p)); n != 0 {
		t.Errorf("%d comparisons with an approximation", n)
	}
}

func TestCompareClasses(t *testing.T) {
	p := classes().Points[0]
	p.Analytic = mmc(80, 100, 2, 0)
	p.Analytic.Classes = map[string]map[string]map[string]Number{"batch": {"wait": {"mean": 1}}}
	docs := []Document{{Points: []Point{p}}}
	Compare(docs, FalseAlarm)
	agreement := docs[0].Points[0].Agreement
	last := agreement[len(agreement)-1]
	if last.Metric != "classes.batch.wait.mean" || last.Verdict != Differs {
		t.Errorf("%+v, want a difference of classes.batch.wait.mean", last)
	}
}

func TestCompareTwice(t *testing.T) {
	docs := []Document{distributed()}
	other := Agreement{Metric: "wait.mean", Against: "real", Verdict: Agrees}
	before := len(docs[0].Points[0].Agreement)
	docs[0].Points[0].Agreement = append(docs[0].Points[0].Agreement, other)
	Compare(docs, FalseAlarm)
	got := docs[0].Points[0].Agreement
	if len(got) != before+1 || got[0] != other {
		t.Errorf("%d verdicts, the first %+v, want %d and the foreign one", len(got), got[0], before+1)
	}
}

// single is a document of so many points with one comparison each, of which the first is
// z standard errors away.
func single(points int, z float64) []Document {
	d := newDocument("single", "")
	for i := range points {
		value := 1.0
		if i == 0 {
			value += 0.001 * z
		}
		d.Points = append(d.Points, Point{
			Stable:    true,
			Simulated: simulated(Metrics{"wait": {"mean": NewEstimate(value, 0.001, 32, 0.95, "mean")}}),
			Analytic:  &Analytic{Exact: true, Metrics: map[string]map[string]Number{"wait": {"mean": 1}}},
		})
	}
	return []Document{d}
}

func TestBonferroni(t *testing.T) {
	// t31 at 1e-4/m: 4.47 for m = 1, 5.27 for m = 10 and 6.05 for m = 100 (two-sided).
	for _, test := range []struct {
		m    int
		z    float64
		want int
	}{{1, 4.4, 0}, {1, 4.6, 1}, {10, 5.2, 0}, {10, 5.4, 1}, {100, 5.9, 0}, {100, 6.2, 1}} {
		docs := single(test.m, test.z)
		Compare(docs, FalseAlarm)
		got := Count(docs)
		if got.Differ != test.want || got.Compared != test.m {
			t.Errorf("z = %v of %d comparisons: %+v, want %d to differ", test.z, test.m, got, test.want)
		}
	}
	// The same ten points as ten documents of one command.
	var docs []Document
	docs = append(docs, single(1, 5.2)...)
	for range 9 {
		docs = append(docs, single(1, 0)...)
	}
	if Compare(docs, FalseAlarm); Count(docs).Differ != 0 {
		t.Error("the probability is not shared between documents")
	}
}

// draw gives every point the mean of 8 normal replications around the truth.
func draw(docs []Document, rng *rand.Rand) {
	for i := range docs[0].Points {
		values := make([]float64, 8)
		for r := range values {
			values[r] = 1 + 0.01*rng.NormFloat64()
		}
		docs[0].Points[i].Simulated.Metrics["wait"]["mean"] = meanEstimate(values, 0.95)
	}
}

func TestFalseAlarmRate(t *testing.T) {
	// 2000 commands of 10 comparisons at a false-alarm probability of 0.1. The
	// comparisons are independent, so a command alarms with 1−(1−0.01)^10 = 0.0956:
	// 191.2 of 2000, standard deviation 13.2. [140, 243] is ±3.9 of them: this test
	// fails by chance with probability 1e-4, and catches a rate below 0.061 or
	// above 0.13 nearly always: the normal quantile in place of Student's gives 0.31.
	rng := rand.New(rand.NewPCG(20261124, 1))
	docs := single(10, 0)
	alarms := 0
	for range 2000 {
		draw(docs, rng)
		Compare(docs, 0.1)
		if Count(docs).Differ > 0 {
			alarms++
		}
	}
	if alarms < 140 || alarms > 243 {
		t.Errorf("%d alarms in 2000 commands, want 191 ± 52", alarms)
	}
}

func TestDefectIsCaught(t *testing.T) {
	// t31 at 1e-4/138 is 6.14 standard errors. A defect of 10 is missed only when
	// the error drawn is beyond −3.8: 7e-5, and these draws are fixed. 6 sigma
	// are enough where there is one comparison (cut-off 4.47).
	docs := single(1, 6)
	if Compare(docs, FalseAlarm); Count(docs).Differ != 1 {
		t.Error("a defect of 6 standard errors in one comparison is not seen")
	}
	docs = []Document{distributed()}
	e := docs[0].Points[5].Simulated.Metrics["wait"]["mean"]
	exact := float64(docs[0].Points[5].Analytic.Metrics["wait"]["mean"])
	stdErr := float64(e.HalfWidth) / Student(0.95, 31)
	docs[0].Points[5].Simulated.Metrics["wait"]["mean"] = NewEstimate(exact+10*stdErr, stdErr, 32, 0.95, "mean")
	if Compare(docs, FalseAlarm); Count(docs).Differ != 1 {
		t.Error("a defect of 10 standard errors among 138 comparisons is not seen")
	}
	docs = single(1, 0)
	docs[0].Points[0].Simulated.Metrics["wait"]["mean"] = NewEstimate(1.000001, 0, 32, 0.95, "mean")
	if Compare(docs, FalseAlarm); Count(docs).Differ != 1 {
		t.Error("a value without variance that is wrong is not seen")
	}
}

func TestRounding(t *testing.T) {
	exact := map[string]map[string]Number{"latency": {"mean": 100}}
	if got := rounding(0, scaleOf("wait", exact)); got != 1e-10 {
		t.Errorf("a wait beside a latency of 100 s: %v, want 1e-10", got)
	}
	if got := rounding(2, scaleOf("queue_length", exact)); got != 2e-9 {
		t.Errorf("a queue length of 2: %v, want 2e-9", got)
	}
}

func TestConclusions(t *testing.T) {
	for _, test := range []struct {
		doc  Document
		want string
	}{
		{distributed(), "all 138 values agree with theory"},
		{analyticOnly(), "exact values; nothing was simulated"},
		{classes(), "no exact model for this system: intervals only"},
		{nothingYet(), "PARTIAL: nothing was finished"},
		{defective(), "21 of 24 values agree with theory, 1 too uncertain to tell, 2 differ: " +
			"wait.mean at servers=2 (z = 6.7), service.mean at servers=2 (0.0101, not 0.01, without variance)"},
	} {
		if got := conclude(&test.doc); got != test.want {
			t.Errorf("%s: %q, want %q", test.doc.Scenario.Name, got, test.want)
		}
	}
	if got := fmt.Sprint(Tally{Compared: 1, Agree: 1}); got != "the one value compared agrees with theory" {
		t.Error(got)
	}
}
