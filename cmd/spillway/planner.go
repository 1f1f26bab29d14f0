package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"spillway/results"
	"spillway/scenarios"
	"spillway/sim/analytic"
	"spillway/sim/experiment"
	"spillway/sim/sizing"
)

// planner tries values of one key of a scenario.
type planner struct {
	*program
	flags   *flags
	name    string
	content []byte
	open    func(string) (io.ReadCloser, error)
	set     []string
	vary    vary
	options experiment.Options
	// most is how many tasks a value may take.
	most float64
	// start is where to begin; nil asks theory. Only tests set it.
	start  *float64
	points []results.PlanPoint
}

// mostTasks is how many tasks a value may take, all replications together,
// where run.max_tasks does not say otherwise.
const mostTasks = 1e8

// read reads the scenario, and sees to it that every file that it names is
// read once.
func (pl *planner) read() error {
	content, dir, err := pl.program.read(pl.name)
	if err != nil {
		return err
	}
	if _, schema := madeBy(content); schema != "" {
		return usagef("%s: a result, want a scenario to plan", pl.name)
	}
	pl.content = content
	open, kept := openIn(dir), map[string][]byte{}
	pl.open = func(file string) (io.ReadCloser, error) {
		text, known := kept[file]
		if !known {
			f, err := open(file)
			if err != nil {
				return nil, err
			}
			text, err = io.ReadAll(f)
			if err := errors.Join(err, f.Close()); err != nil {
				return nil, err
			}
			kept[file] = text
		}
		return io.NopCloser(bytes.NewReader(text)), nil
	}
	return nil
}

func (pl *planner) load(more ...string) (*scenarios.Study, error) {
	s, err := scenarios.Load(pl.name, pl.content, scenarios.Options{Set: append(slices.Clone(pl.set), more...), Open: pl.open})
	if err != nil {
		return nil, &exit{invalid, err.Error()}
	}
	return s, nil
}

// at is the scenario with a value.
func (pl *planner) at(x float64) (*scenarios.Study, error) {
	return pl.load(pl.vary.path + "=" + pl.vary.text(x))
}

// prepare checks what can be planned, and completes the range.
func (pl *planner) prepare() (*scenarios.Study, error) {
	plain, err := pl.load() // may lack what is varied
	if err == nil {
		if err := pl.adapt(plain.Canonical); err != nil {
			return nil, err
		}
	}
	base, err := pl.at(pl.vary.Low)
	if err != nil {
		return nil, err
	}
	p := &base.Points[0]
	switch {
	case len(base.Points) > 1 || p.Parameters != nil:
		return nil, usagef("%s: a sweep of %s, want one system to plan: --set sweep={} for no sweep", base.File, plural(len(base.Points), "point"))
	case p.Objectives == nil:
		return nil, usagef("%s: nothing to keep: want --slo METRIC=BOUND, like --slo latency.p99=50ms, or slo in the scenario", base.File)
	}
	if err := errors.Join(simulated([]*scenarios.Study{base}), bounded(base)); err != nil {
		return nil, err
	}
	if !pl.vary.ranged {
		pl.vary.High = math.Max(1000, 20*math.Ceil(loadOf(p)))
	}
	pl.most, err = limitOf(base)
	return base, err
}

// bounded refuses bounds of largest values that no simulation can confirm: a
// longer one has larger ones.
func bounded(s *scenarios.Study) error {
	p := &s.Points[0]
	for _, o := range p.Objectives {
		if strings.HasSuffix(o.Metric, ".max") && !rule(p).Whole {
			return usagef("%s: %s: no run shows what the largest value is, a longer one has a larger one: want a quantile, like %s", s.File, o.Metric,
				strings.TrimSuffix(o.Metric, "max")+"p999")
		}
	}
	return nil
}

// adapt finds what of servers is to be set.
func (pl *planner) adapt(canonical []byte) error {
	if pl.vary.key != "servers" {
		return nil
	}
	var s struct {
		Servers json.RawMessage `json:"servers"`
	}
	if err := json.Unmarshal(canonical, &s); err != nil {
		return err
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(s.Servers, &fields) != nil {
		return nil // a count, or infinite
	}
	if fields["count"] == nil {
		return usagef("%s: the number of servers changes by itself: want another key to vary, like servers.autoscale.max=1..100", pl.name)
	}
	pl.vary.path = "servers.count"
	return nil
}

// limitOf is how many tasks a value may take: what the scenario says, where it
// does.
func limitOf(s *scenarios.Study) (float64, error) {
	var c struct {
		Run struct {
			MaxTasks *float64 `json:"max_tasks"`
		} `json:"run"`
	}
	if err := json.Unmarshal(s.Canonical, &c); err != nil {
		return 0, err
	}
	if c.Run.MaxTasks != nil {
		return *c.Run.MaxTasks, nil
	}
	return mostTasks, nil
}

// search finds the answer and puts it, with what was tried, into the plan.
func (pl *planner) search(plan *results.Plan) error {
	problem := pl.vary.Problem
	problem.Start = pl.begin(plan)
	answer, err := problem.Search(pl.try)
	slices.SortFunc(pl.points, func(a, b results.PlanPoint) int {
		if a.Value < b.Value {
			return -1
		}
		return 1
	})
	plan.Points = pl.points
	if !problem.Whole {
		plan.Vary.Tolerance = problem.Tolerance
	}
	plan.Answer = answerOf(&answer)
	if answer.Goal != sizing.Either {
		plan.Vary.Goal = answer.Goal.String()
	}
	if plan.Erlang != nil && (!answer.HasBest || float64(plan.Erlang.Value) == answer.Best) {
		plan.Erlang = nil // the same, or nothing to contrast it with
	}
	return err
}

func answerOf(a *sizing.Answer) results.Answer {
	out := results.Answer{Monotone: a.Monotone, Outcome: map[sizing.Kind]results.Outcome{
		sizing.Found: results.Found, sizing.All: results.All, sizing.None: results.None, sizing.Open: results.Open,
	}[a.Kind]}
	number := func(x float64) *results.Number { n := results.Number(x); return &n }
	if a.HasBest {
		out.Value = number(a.Best)
	}
	if a.HasBeyond {
		out.Beyond = number(a.Beyond)
	}
	for _, x := range a.Unclear {
		out.Unclear = append(out.Unclear, results.Number(x))
	}
	return out
}

// try simulates the system with a value until it can be told whether it keeps
// the objectives.
func (pl *planner) try(x float64) (sizing.Verdict, error) {
	study, err := pl.at(x)
	if err != nil {
		return sizing.Unclear, err
	}
	doc := newDocument(study)
	t := &trying{planner: pl, study: study, point: &study.Points[0], out: &doc.Points[0]}
	t.entry = results.PlanPoint{Value: results.Number(x), Stable: t.out.Stable}
	if err := t.run(); err != nil {
		return sizing.Unclear, err
	}
	pl.points = append(pl.points, t.entry)
	if pl.options.Done != nil {
		pl.options.Done(0)
	}
	return verdicts[t.entry.Verdict], nil
}

// verdicts are those of results as the search knows them.
var verdicts = map[results.Verdict]sizing.Verdict{results.Met: sizing.Kept, results.Missed: sizing.Missed, results.CannotTell: sizing.Unclear}

// trying is one value while it is tried.
type trying struct {
	*planner
	study *scenarios.Study
	point *scenarios.Point
	out   *results.Point
	entry results.PlanPoint
}

func (t *trying) run() error {
	objectives := objectivesOf(t.point)
	if !simulates(t.out, t.point) {
		t.entry.Objectives, t.entry.Verdict, _ = results.Rule{Confidence: t.point.Run.Confidence}.Try(t.out, objectives)
		return nil
	}
	if !t.point.Run.Transient && slices.Contains(t.study.Compare, "analytic") {
		if err := solve(t.out, t.point); err != nil && !errors.Is(err, analytic.ErrNoModel) {
			return fmt.Errorf("%s: %w", t.study.File, err)
		}
	}
	verdict, needed, err := t.effort().Tell(t.look)
	if err != nil {
		return err
	}
	if verdict == sizing.Unclear && needed > 0 {
		n := results.Number(needed * t.perUnit())
		t.entry.TasksNeeded = &n
	}
	for _, w := range t.out.Warnings {
		if t.whole() && w.Code == "no_interval" {
			continue // it needs none
		}
		if w.Metric == "" || slices.ContainsFunc(objectives, func(o results.Objective) bool { return o.Metric == w.Metric }) {
			t.entry.Warnings = append(t.entry.Warnings, w)
		}
	}
	return nil
}

// whole says that one replication is all that there is.
func (t *trying) whole() bool { return rule(t.point).Whole }

// effort is the work of the looks: tasks of each replication of a long run,
// replications of one from empty.
func (t *trying) effort() sizing.Effort {
	switch {
	case t.whole():
		return sizing.Effort{First: 1, Most: 1}
	case t.point.Run.Transient:
		first := max(2, int64(t.point.Run.Replications))
		return sizing.Effort{First: first, Most: max(first, int64(t.most/t.perUnit()))}
	}
	e := t.point.Experiment(t.study.Seed)
	first := int64(math.Max(10_000, 100*e.Model.BusyServers()))
	return sizing.Effort{First: first, Most: max(first, int64(t.most/t.perUnit()))}
}

// perUnit is how many tasks a unit of work is, all replications together.
func (t *trying) perUnit() float64 {
	r := &t.point.Run
	switch {
	case !r.Transient:
		return float64(r.Replications)
	case r.Horizon == scenarios.ByTasks:
		return float64(r.Tasks)
	case r.Horizon == scenarios.ByDuration:
		return math.Max(1, r.Duration*rateOf(t.point))
	}
	return math.Max(1, rowsOf(t.point))
}

// look simulates once, with so much work.
func (t *trying) look(number int, work int64) (sizing.Look, error) {
	if err := t.ctx.Err(); err != nil {
		return sizing.Look{}, err
	}
	alpha := sizing.Alpha(t.point.Run.Confidence, t.vary.Trials(), number)
	points, err := experiments([]job{{t.out, *t.point, t.study.Seed, t.study.File}}, engines[t.flags.engine])
	if err != nil {
		return sizing.Look{}, err
	}
	plan := &points[0].Plan
	plan.Precise, plan.Of = false, nil
	switch {
	case t.whole():
	case t.point.Run.Transient:
		plan.Replications, plan.Confidence = int(work), 1-2*alpha
	default:
		plan.Length, plan.Tasks, plan.Confidence = experiment.ByTasks, work, 1-2*alpha
	}
	o := t.options
	o.Done = nil
	outcomes, err := experiment.Run(t.ctx, points, o)
	if err != nil {
		return sizing.Look{}, t.failed(err)
	}
	t.out.Simulated, t.out.Warnings = outcomes[0].Simulated, outcomes[0].Warnings
	return t.judge(results.Rule{Confidence: 1 - alpha, Whole: t.whole()}, number), nil
}

// failed says of an error at which value it was.
func (t *trying) failed(err error) error {
	if t.ctx.Err() != nil {
		return err
	}
	p := *t.out
	p.Parameters = results.Parameters{{Path: t.vary.key, Value: t.vary.text(float64(t.entry.Value)), Text: t.vary.text(float64(t.entry.Value))}}
	return located(err, []job{{&p, *t.point, t.study.Seed, t.study.File}})
}

// judge notes what a look says.
func (t *trying) judge(rule results.Rule, number int) sizing.Look {
	tried, verdict, times := rule.Try(t.out, objectivesOf(t.point))
	s := t.out.Simulated
	t.entry.Objectives, t.entry.Tasks, t.entry.Replications, t.entry.Looks = tried, s.Tasks, s.Replications, number
	t.entry.Verdict = verdict
	return sizing.Look{Verdict: verdicts[verdict], Times: times}
}
