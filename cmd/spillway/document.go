package main

import (
	"errors"
	"fmt"
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
		point := results.Point{Stable: true}
		switch {
		case p.Stations != nil:
			point.Kendall = fmt.Sprintf("network of %d stations", len(p.Stations.Stations))
			_, err := solution(p)
			point.Stable = !errors.Is(err, analytic.ErrUnstable)
		case p.Opaque():
			point.Kendall = "G/G"
			point.Stable = p.Run.Transient || p.Stable()
		default:
			system := p.System()
			point.Kendall = analytic.Kendall(system)
			point.OfferedLoad = results.Number(analytic.OfferedLoad(system))
			point.Stable = p.Stable()
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
	if p.Stations != nil && p.Run.Transient {
		return fmt.Errorf("%w of a network over time, from empty", analytic.ErrNoModel)
	}
	s, err := solution(p)
	if err != nil {
		return err
	}
	out.Analytic = &results.Analytic{
		Model: s.Model, Method: s.Method, Exact: s.Exact, Source: s.Source, Note: s.Note,
		Metrics: numbers(s.Metrics),
	}
	out.Analytic.Classes, out.Analytic.Stations = parts(s.Classes), parts(s.Stations)
	if s.Series != nil {
		out.Analytic.Series = map[string][]results.Number{"time": list(p.Run.Series)}
		for metric, values := range s.Series {
			out.Analytic.Series[metric] = list(values)
		}
	}
	return nil
}

// solution is what theory gives of a point.
func solution(p *scenarios.Point) (*analytic.Solution, error) {
	switch {
	case p.Stations == nil:
		return analytic.Solve(p.System())
	case p.Beyond != "":
		return nil, fmt.Errorf("%w: no model covers %s", analytic.ErrNoModel, p.Beyond)
	}
	return analytic.SolveNetwork(*p.Stations)
}

// parts are the metrics of classes or stations; nil of none.
func parts(all map[string]analytic.Metrics) map[string]map[string]map[string]results.Number {
	if len(all) == 0 {
		return nil
	}
	out := make(map[string]map[string]map[string]results.Number, len(all))
	for name, m := range all {
		out[name] = numbers(m)
	}
	return out
}

func list(values []float64) []results.Number {
	out := make([]results.Number, len(values))
	for i, x := range values {
		out[i] = results.Number(x)
	}
	return out
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
	_, err := solution(p)
	if !errors.Is(err, analytic.ErrUnstable) {
		err = analytic.ErrUnstable
	}
	text := fmt.Sprintf("%s: %s\ngive it more servers, a queue.limit or another remedy that refuses for good", s.File, reason(err))
	if !p.Run.Transient {
		text += ", or run.state: transient to see how the queue grows from empty"
	}
	return usagef("%s", text)
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
			return nil, usagef("spillway: --engine recursion: it runs a finite number of servers with an unlimited queue, first come, first served, without policies, " +
				"a constant network delay or none, and no response delay; --engine auto chooses what runs the scenario")
		}
		p.Plan.Engine = engine
		points = append(points, p)
	}
	return points, nil
}
