package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"slices"
	"strings"

	"spillway/results"
	"spillway/scenarios"
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
