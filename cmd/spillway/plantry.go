package main

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"spillway/results"
	"spillway/scenarios"
	"spillway/sim/analytic"
	"spillway/sim/experiment"
	"spillway/sim/sizing"
)

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

// windowsPerWarmup is how much longer than its warm-up a second look is at
// least: one of about the same length would cost two and tell little.
const windowsPerWarmup = 4

// look simulates once, with so much work.
func (t *trying) look(number int, work int64) (sizing.Look, error) {
	if err := t.ctx.Err(); err != nil {
		return sizing.Look{}, err
	}
	alpha := sizing.Alpha(t.point.Run.Confidence, len(t.points)+1, t.vary.Trials(), number)
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
		if known := t.out.Simulated; known != nil && plan.Warmup.Kind == experiment.WarmupAuto {
			plan.Warmup = experiment.Warmup{Kind: experiment.WarmupTasks, Tasks: known.Warmup.Tasks}
		}
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
	look := sizing.Look{Verdict: verdicts[verdict], Times: times}
	if !t.point.Run.Transient {
		look.Least = windowsPerWarmup * s.Warmup.Tasks
	}
	return look
}
