package results

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// randomJudgement is one of a metric of the catalogue.
func randomJudgement(t *rapid.T) Judgement {
	m := rapid.SampledFrom(catalogue()).Draw(t, "metric")
	j := Judgement{
		Metric: m.name + "." + rapid.SampledFrom(m.stats).Draw(t, "statistic"), Kind: rapid.SampledFrom([]string{"max", "min"}).Draw(t, "kind"),
		Bound: Number(magnitude().Draw(t, "bound")), Verdict: rapid.SampledFrom([]Verdict{Met, Missed, CannotTell}).Draw(t, "judged"),
	}
	if rapid.Bool().Draw(t, "valued") {
		j.Value = number(magnitude().Draw(t, "judged value"))
		if rapid.Bool().Draw(t, "ends") {
			j.Low, j.High = number(magnitude().Draw(t, "low")), number(magnitude().Draw(t, "high"))
		}
	}
	return j
}

// TestJudge: the rule, on estimates with a standard error of 1 from 32
// replications. Student's one-sided quantile for 95 % and 31 degrees is 1.6955,
// the two-sided one 2.0395.
func TestJudge(t *testing.T) {
	mean := func(value float64) Estimate { return NewEstimate(value, 1, 32, 0.95, "ratio") }
	slack := mean(100)
	slack.Slack = 0.5
	wait := func(e Estimate, stat string) Metrics { return Metrics{"wait": {stat: e}} }
	for _, c := range []struct {
		name       string
		metrics    Metrics
		objective  Objective
		rule       Rule
		warnings   []Warning
		want       Verdict
		withoutEnd bool // not stable, not simulated
	}{
		{name: "well below", metrics: wait(mean(100), "mean"), objective: Objective{Metric: "wait.mean", Bound: 101.70}, want: Met},
		{name: "not below enough", metrics: wait(mean(100), "mean"), objective: Objective{Metric: "wait.mean", Bound: 101.69}, want: CannotTell},
		{name: "not above enough", metrics: wait(mean(100), "mean"), objective: Objective{Metric: "wait.mean", Bound: 98.31}, want: CannotTell},
		{name: "well above", metrics: wait(mean(100), "mean"), objective: Objective{Metric: "wait.mean", Bound: 98.30}, want: Missed},
		{name: "least, met", metrics: wait(mean(100), "mean"), objective: Objective{Metric: "wait.mean", Bound: 98.30, Least: true}, want: Met},
		{name: "least, unclear", metrics: wait(mean(100), "mean"), objective: Objective{Metric: "wait.mean", Bound: 98.31, Least: true}, want: CannotTell},
		{name: "least, missed", metrics: wait(mean(100), "mean"), objective: Objective{Metric: "wait.mean", Bound: 101.70, Least: true}, want: Missed},
		{name: "slack counts", metrics: wait(slack, "p99"), objective: Objective{Metric: "wait.p99", Bound: 102.19}, want: CannotTell},
		{name: "slack and more", metrics: wait(slack, "p99"), objective: Objective{Metric: "wait.p99", Bound: 102.20}, want: Met},
		{name: "at 99.9 %", metrics: wait(mean(100), "mean"), objective: Objective{Metric: "wait.mean", Bound: 103.37}, rule: Rule{Confidence: 0.999}, want: CannotTell},
		{name: "at 99.9 %, met", metrics: wait(mean(100), "mean"), objective: Objective{Metric: "wait.mean", Bound: 103.38}, rule: Rule{Confidence: 0.999}, want: Met},
		{name: "at 40 % the value decides", metrics: wait(mean(100), "mean"), objective: Objective{Metric: "wait.mean", Bound: 99.9}, rule: Rule{Confidence: 0.4}, want: Missed},
		{name: "no variance", metrics: wait(NewEstimate(0.05, 0, 32, 0.95, "ratio"), "mean"), objective: Objective{Metric: "wait.mean", Bound: 0.05}, want: Met},
		{name: "rounding", metrics: wait(NewEstimate(0.05*(1+1e-12), 0, 32, 0.95, "ratio"), "mean"), objective: Objective{Metric: "wait.mean", Bound: 0.05}, want: Met},
		{name: "no interval", metrics: wait(BareEstimate(1, "ratio"), "mean"), objective: Objective{Metric: "wait.mean", Bound: 2}, want: CannotTell},
		{name: "no interval, but all there is", metrics: wait(BareEstimate(1, "ratio"), "mean"), objective: Objective{Metric: "wait.mean", Bound: 2},
			rule: Rule{Confidence: 0.95, Whole: true}, want: Met},
		{name: "all there is, missed", metrics: wait(slack, "p99"), objective: Objective{Metric: "wait.p99", Bound: 99.9}, rule: Rule{Confidence: 0.95, Whole: true},
			warnings: []Warning{{Code: "tail_not_reached", Metric: "wait.p99"}}, want: Missed},
		{name: "a largest value may still grow", metrics: wait(BareEstimate(1, "max"), "max"), objective: Objective{Metric: "wait.max", Bound: 2}, want: CannotTell},
		{name: "a largest value is too large", metrics: wait(BareEstimate(3, "max"), "max"), objective: Objective{Metric: "wait.max", Bound: 2}, want: Missed},
		{name: "a largest value is large enough", metrics: wait(BareEstimate(3, "max"), "max"), objective: Objective{Metric: "wait.max", Bound: 2, Least: true}, want: Met},
		{name: "not there", metrics: Metrics{}, objective: Objective{Metric: "goodput.mean", Bound: 2}, want: CannotTell},
		{name: "tail not reached", metrics: wait(mean(100), "p999"), objective: Objective{Metric: "wait.p999", Bound: 50},
			warnings: []Warning{{Code: "tail_not_reached", Metric: "wait.p999"}}, want: CannotTell},
		{name: "the tail of another", metrics: wait(mean(100), "p99"), objective: Objective{Metric: "wait.p99", Bound: 50},
			warnings: []Warning{{Code: "tail_not_reached", Metric: "wait.p999"}}, want: Missed},
		{name: "too short to be met", metrics: wait(mean(100), "mean"), objective: Objective{Metric: "wait.mean", Bound: 200},
			warnings: []Warning{{Code: "too_short"}}, want: CannotTell},
		{name: "too short and missed even so", metrics: wait(mean(100), "mean"), objective: Objective{Metric: "wait.mean", Bound: 50},
			warnings: []Warning{{Code: "too_short"}}, want: Missed},
		{name: "too short for a rate", metrics: Metrics{"throughput": {"mean": mean(100)}}, objective: Objective{Metric: "throughput.mean", Bound: 200, Least: true},
			warnings: []Warning{{Code: "too_short"}}, want: CannotTell},
		{name: "too short for a least", metrics: wait(mean(100), "mean"), objective: Objective{Metric: "wait.mean", Bound: 200, Least: true},
			warnings: []Warning{{Code: "too_short"}}, want: CannotTell},
		{name: "interrupted", metrics: wait(mean(100), "mean"), objective: Objective{Metric: "wait.mean", Bound: 50},
			warnings: []Warning{{Code: "too_short"}, {Code: Interrupted}}, want: CannotTell},
		{name: "no steady state", objective: Objective{Metric: "latency.p99", Bound: 50}, want: Missed, withoutEnd: true},
	} {
		if c.rule == (Rule{}) {
			c.rule.Confidence = 0.95
		}
		p := Point{Stable: !c.withoutEnd, Warnings: c.warnings}
		if !c.withoutEnd {
			p.Simulated = &Simulated{Metrics: c.metrics}
		}
		j := c.rule.Judge(&p, []Objective{c.objective})[0]
		if j.Verdict != c.want || j.Metric != c.objective.Metric || float64(j.Bound) != c.objective.Bound || (j.Kind == "min") != c.objective.Least {
			t.Errorf("%s: %+v, want %s", c.name, j, c.want)
		}
		if c.withoutEnd && (j.Value == nil || !math.IsInf(float64(*j.Value), 1)) {
			t.Errorf("%s: value %v", c.name, j.Value)
		}
	}
}

// TestJudgeEnds: the ends of a quantile's interval, which are not equally far
// from it, move apart, so that each is one-sided: t(95 %, one-sided)/t(95 %) of
// their distances.
func TestJudgeEnds(t *testing.T) {
	e := NewEstimate(100, 1, 32, 0.95, "quantile")
	e.Low, e.High = 97, 106
	low, high := Rule{Confidence: 0.95}.ends(e)
	ratio := 1.695519 / 2.039513
	if math.Abs(low-(100-3*ratio)) > 1e-5 || math.Abs(high-(100+6*ratio)) > 1e-5 {
		t.Errorf("from %v to %v", low, high)
	}
}

func TestJudgeClassesAndShares(t *testing.T) {
	p := Point{Stable: true, Simulated: &Simulated{
		Classes: map[string]Metrics{"batch": {"wait": {"p99": NewEstimate(1, 0.01, 32, 0.95, "quantile")}}},
		Within:  map[float64]Estimate{0.2: NewEstimate(0.999, 0.001, 32, 0.95, "share")},
	}}
	j := Rule{Confidence: 0.95}.Judge(&p, []Objective{
		{Metric: "classes.batch.wait.p99", Bound: 2}, {Metric: "latency.within.200ms", Bound: 0.99, Least: true, Within: 0.2},
		{Metric: "latency.within.300ms", Bound: 0.99, Least: true, Within: 0.3},
	})
	if j[0].Verdict != Met || j[1].Verdict != Met || *j[1].High != 1 || j[2].Verdict != CannotTell || j[2].Value != nil {
		t.Errorf("%+v", j)
	}
}

func TestJudgeTheory(t *testing.T) {
	p := Point{Stable: true, Analytic: &Analytic{Exact: true, Metrics: map[string]map[string]Number{"wait": {"mean": 2}},
		Classes: map[string]map[string]map[string]Number{"a": {"wait": {"mean": 3}}}}}
	objectives := []Objective{{Metric: "wait.mean", Bound: 2}, {Metric: "wait.mean", Bound: 1.9}, {Metric: "wait.p99", Bound: 9}, {Metric: "classes.a.wait.mean", Bound: 2}}
	verdicts := func() (all [4]Verdict) {
		for i, j := range JudgeTheory(&p, objectives) {
			all[i] = j.Verdict
		}
		return all
	}
	if got := verdicts(); got != [4]Verdict{Met, Missed, CannotTell, Missed} {
		t.Errorf("exact: %v", got)
	}
	p.Analytic.Exact = false
	if got := verdicts(); got != [4]Verdict{CannotTell, CannotTell, CannotTell, CannotTell} {
		t.Errorf("approximate: %v", got)
	}
	p.Stable, p.Analytic = false, nil
	if got := verdicts(); got != [4]Verdict{Missed, Missed, Missed, Missed} {
		t.Errorf("no steady state: %v", got)
	}
}

func TestAmount(t *testing.T) {
	for _, c := range []struct {
		q    quantity
		x    float64
		want string
	}{
		{duration, 0.05, "50 ms"}, {duration, 1, "1 s"}, {duration, 90, "90 s"}, {duration, 3e-6, "3 µs"}, {duration, 0, "0 s"}, {ratio, 0.001, "0.1 %"},
		{ratio, 0.995, "99.5 %"}, {rate, 70, "70 /s"}, {average, 12345, "12345"}, {size, 64e6, "64 MB"}, {duration, math.Inf(1), "∞"}, {average, 2.5, "2.5"},
	} {
		if got := amount(c.q, c.x); got != c.want {
			t.Errorf("%v is %q, want %q", c.x, got, c.want)
		}
	}
}
