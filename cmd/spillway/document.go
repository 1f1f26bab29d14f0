package main

import (
	"errors"
	"runtime"
	"strings"

	"spillway/results"
	"spillway/scenarios"
	"spillway/sim"
	"spillway/sim/analytic"
	"spillway/sim/experiment"
)

// version is that of the program.
const version = "0.1.0"

// newDocument is the document of a study before anything has been found out:
// its points and whether each has a steady state.
func newDocument(s *scenarios.Study) results.Document {
	d := results.Document{
		Schema: results.SchemaResults,
		Scenario: results.Scenario{Name: s.Name, Description: s.Description, File: s.File,
			Seed: s.Seed, SHA256: s.SHA256},
		Program:  results.Program{Version: version, Go: runtime.Version(), Arch: runtime.GOARCH},
		Complete: true,
	}
	for i := range s.Points {
		p := &s.Points[i]
		system := p.System()
		point := results.Point{
			Kendall:     analytic.Kendall(system),
			OfferedLoad: results.Number(analytic.OfferedLoad(system)),
			Stable:      analytic.Stable(system),
		}
		for _, v := range p.Parameters {
			point.Parameters = append(point.Parameters, results.Parameter(v))
		}
		d.Points = append(d.Points, point)
	}
	return d
}

// solve adds the analytic values where a model is known. The error says why
// there is none: it matches analytic.ErrUnstable or analytic.ErrNoModel.
func solve(out *results.Point, p *scenarios.Point) error {
	s, err := analytic.Solve(p.System())
	if err != nil {
		return err
	}
	out.Analytic = &results.Analytic{
		Model: s.Model, Method: s.Method, Exact: s.Exact, Source: s.Source, Note: s.Note,
		Metrics: numbers(s.Metrics),
	}
	for class, m := range s.Classes {
		if out.Analytic.Classes == nil {
			out.Analytic.Classes = map[string]map[string]map[string]results.Number{}
		}
		out.Analytic.Classes[class] = numbers(m)
	}
	return nil
}

func numbers(m analytic.Metrics) map[string]map[string]results.Number {
	out := make(map[string]map[string]results.Number, len(m))
	for metric, stats := range m {
		out[metric] = make(map[string]results.Number, len(stats))
		for name, value := range stats {
			out[metric][name] = results.Number(value)
		}
	}
	return out
}

// simulates says whether a point can be run: anything from empty, and what has
// a steady state.
func simulates(out *results.Point, p *scenarios.Point) bool { return out.Stable || p.Run.Transient }

// unstable explains a point that asks for a steady state that does not exist.
func unstable(s *scenarios.Study, p *scenarios.Point) error {
	_, err := analytic.Solve(p.System())
	if !errors.Is(err, analytic.ErrUnstable) {
		err = analytic.ErrUnstable
	}
	return usagef("%s: %s\ngive it more servers, a queue.limit, or run.state: transient to see how the queue grows from empty",
		s.File, reason(err))
}

// reason is an error of the solver without the name of the package, which says
// nothing to a user.
func reason(err error) string { return strings.TrimPrefix(err.Error(), "analytic: ") }

// job is where the outcome of one experiment belongs.
type job struct {
	point *results.Point
	scenarios.Point
	seed uint64
	file string
}

// jobs lists what is to be simulated.
func jobs(docs []results.Document, studies []*scenarios.Study) []job {
	var all []job
	for i, s := range studies {
		for j := range s.Points {
			if out := &docs[i].Points[j]; simulates(out, &s.Points[j]) {
				all = append(all, job{out, s.Points[j], s.Seed, s.File})
			}
		}
	}
	return all
}

// experiments describes the jobs to the simulator, and refuses an engine that
// cannot run one of them.
func experiments(all []job, engine sim.Engine) ([]experiment.Point, error) {
	var points []experiment.Point
	for i := range all {
		p := all[i].Experiment(all[i].seed)
		if engine == sim.ByRecursion && !sim.Recursive(p.Model) {
			return nil, usagef("spillway: --engine recursion: it runs one class of tasks on a finite number of servers with an unlimited queue, " +
				"a constant network delay or none, and no response delay; --engine auto chooses what runs the scenario")
		}
		p.Plan.Engine = engine
		points = append(points, p)
	}
	return points, nil
}
