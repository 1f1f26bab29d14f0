package results

import (
	"bytes"
	"io"
	"math"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

func numbered(x float64) *Number { return number(x) }

// tried is a value with one objective, wait.p99 ≤ 1 s.
func tried(x, value, low, high float64, verdict Verdict) PlanPoint {
	return PlanPoint{
		Value: Number(x), Stable: true, Tasks: 3_200_000, Replications: 32, Looks: 2, Verdict: verdict,
		Objectives: []Tried{{Judgement: Judgement{Metric: "wait.p99", Kind: "max", Bound: 1, Value: numbered(value), Low: numbered(low), High: numbered(high),
			Verdict: verdict}}},
	}
}

func newPlan(points ...PlanPoint) *Plan {
	d := newDocument("sized", "A pool to size.")
	return &Plan{
		Schema: SchemaPlan, Scenario: d.Scenario, Program: d.Program, Complete: true, Confidence: 0.95, Points: points,
		Vary: Vary{Key: "servers", Low: 1, High: 500, Whole: true, Goal: "least"}, Answer: Answer{Monotone: true},
	}
}

func plans() map[string]*Plan {
	one := tried(139, 1.5, 1.4, 1.6, Missed)
	two := tried(140, 1.2, 1.1, 1.3, Missed)
	three := tried(141, 0.8, 0.7, 0.9, Met)
	three.Objectives[0].Exact = numbered(0.81)
	unstable := PlanPoint{Value: 10, Verdict: Missed, Objectives: []Tried{{Judgement: Judgement{Metric: "wait.p99", Kind: "max", Bound: 1,
		Value: numbered(math.Inf(1)), Verdict: Missed}}}}
	found := newPlan(unstable, one, two, three)
	found.Answer.Outcome, found.Answer.Value, found.Answer.Beyond = Found, numbered(141), numbered(140)
	found.Erlang = &Erlang{Value: 18, Text: "Erlang's formula would say 18."}

	fog := tried(141, 1.01, 0.98, 1.04, CannotTell)
	fog.TasksNeeded = numbered(28_400_000)
	fog.Warnings = []Warning{{Code: "too_short", Text: "the replications are short."}}
	open := newPlan(two, fog, tried(142, 0.8, 0.7, 0.9, Met))
	open.Answer.Outcome, open.Answer.Value, open.Answer.Beyond, open.Answer.Unclear = Open, numbered(142), numbered(140), []Number{141}

	bent := newPlan(tried(10, 1.2, 1.1, 1.3, Missed), tried(20, 0.5, 0.4, 0.6, Met), tried(30, 0.9, 0.8, 0.95, Met))
	bent.Answer.Outcome, bent.Answer.Value, bent.Answer.Beyond = Found, numbered(20), numbered(10)
	bent.Vary = Vary{Key: "queue.limit", Low: 0, High: 40, Whole: true, Goal: "least"}

	none := newPlan(tried(1, 9, 8, 10, Missed), tried(500, 2, 1.9, 2.1, Missed))
	none.Answer.Outcome, none.Answer.Beyond = None, numbered(500)
	none.Complete = false
	return map[string]*Plan{"found": found, "open": open, "bent": bent, "none": none}
}

func TestPlanGoldens(t *testing.T) {
	schema := planSchemaCompiled(t)
	for name, p := range plans() {
		p.Conclude()
		table := render(t, func(w io.Writer) error { return WritePlan(w, p) })
		narrow(t, table)
		golden(t, "plan-"+name+".txt", table)
		golden(t, "plan-"+name+".md", render(t, func(w io.Writer) error { return WritePlanMarkdown(w, p) }))
		golden(t, "plan-"+name+".csv", render(t, func(w io.Writer) error { return WritePlanCSV(w, p) }))
		text := render(t, func(w io.Writer) error { return WritePlanJSON(w, p) })
		golden(t, "plan-"+name+".json", text)
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(value); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func planSchemaCompiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(PlanSchema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("plan.json", document); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("plan.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestPlanRefusesNaN(t *testing.T) {
	p := newPlan(tried(1, math.NaN(), 0, 1, Met))
	for _, write := range []func(io.Writer, *Plan) error{WritePlan, WritePlanMarkdown, WritePlanCSV, WritePlanJSON} {
		var b bytes.Buffer
		if err := write(&b, p); err == nil || b.Len() > 0 {
			t.Errorf("%v, %q", err, b.String())
		}
	}
}

// TestTry: one that is missed is enough, one of which it cannot be told is not;
// and how much longer a run has to be: an interval that reaches twice as far as
// the bound is away asks for four times the length.
func TestTry(t *testing.T) {
	e := NewEstimate(100, 1, 32, 0.95, "ratio")
	reach := 1.695519 // of the one-sided interval
	p := Point{Stable: true, Simulated: &Simulated{Metrics: Metrics{"wait": {"mean": e, "max": BareEstimate(3, "max")}}},
		Analytic: &Analytic{Exact: true, Metrics: map[string]map[string]Number{"wait": {"mean": 101}}}}
	rule := Rule{Confidence: 0.95}
	near := Objective{Metric: "wait.mean", Bound: 100 + reach/2}
	far := Objective{Metric: "wait.mean", Bound: 200}
	over := Objective{Metric: "wait.mean", Bound: 10}
	largest := Objective{Metric: "wait.max", Bound: 10}
	for _, c := range []struct {
		objectives []Objective
		want       Verdict
		times      float64
	}{
		{[]Objective{far, far}, Met, 0}, {[]Objective{far, near}, CannotTell, 4}, {[]Objective{near, over}, Missed, 4}, {[]Objective{over, near}, Missed, 4},
		{[]Objective{largest}, CannotTell, math.Inf(1)},
	} {
		all, verdict, times := rule.Try(&p, c.objectives)
		if verdict != c.want || math.Abs(times-c.times) > 1e-4 || len(all) != len(c.objectives) {
			t.Errorf("%v: %s, %v times as long", c.objectives, verdict, times)
		}
		if c.want == Met && (all[0].Exact == nil || *all[0].Exact != 101) {
			t.Errorf("exact %v", all[0].Exact)
		}
	}
}

// TestLacking: what is nearer to its bound than a histogram is exact needs no
// longer run.
func TestLacking(t *testing.T) {
	e := NewEstimate(100, 1, 32, 0.95, "quantile")
	e.Slack = 2
	low, high := Rule{Confidence: 0.95}.ends(e)
	j := Judgement{Value: numbered(100), Low: numbered(low), High: numbered(high)}
	reach := 1.695519
	for bound, want := range map[float64]float64{
		100 + 2 + reach/3: 9, 100 - 2 - reach/3: 9, // beyond the slack by a third of what chance does
		100.1: math.Inf(1), 99.9: math.Inf(1), // within it, whatever chance does
		101: math.Pow(reach/1, 2), // it may be within it
	} {
		if got := (Objective{Bound: bound}).lacking(j, e); got != want && !(math.Abs(got-want) < 1e-4) {
			t.Errorf("a bound at %v asks for %v times the length, want %v", bound, got, want)
		}
	}
	e.Slack = 0
	if got := (Objective{Bound: 100}).lacking(j, e); got != 0 {
		t.Errorf("on the bound: %v", got)
	}
	if got := (Objective{Bound: 100}).lacking(Judgement{Value: numbered(100)}, e); got != muchLonger {
		t.Errorf("too short to say: %v", got)
	}
}

func TestBelieve(t *testing.T) {
	p := Point{Stable: true, Analytic: &Analytic{Metrics: map[string]map[string]Number{"wait": {"mean": 2}}}}
	unknown := Objective{Metric: "shed_ratio.mean", Bound: 1}
	for _, c := range []struct {
		bounds []Objective
		want   Verdict
	}{
		{[]Objective{{Metric: "wait.mean", Bound: 3}, unknown}, Met}, {[]Objective{unknown, {Metric: "wait.mean", Bound: 1}}, Missed}, {[]Objective{unknown}, CannotTell},
	} {
		if got := Believe(&p, c.bounds); got != c.want {
			t.Errorf("%v: %s, want %s", c.bounds, got, c.want)
		}
	}
}
