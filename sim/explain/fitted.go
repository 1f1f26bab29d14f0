package explain

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"spillway/distributions"
	"spillway/distributions/arrivals"
	"spillway/distributions/fit"
	"spillway/results"
	"spillway/sim"
	"spillway/sim/experiment"
)

// DesignLoad is the share of their time that the servers of a fitted scenario are
// to be busy, at the most.
const DesignLoad = 0.7

// MaxParts is how many classes a log may have to be fitted class by class.
const MaxParts = 20

// ErrNoModel says that a log has no arrival model that could be simulated.
var ErrNoModel = errors.New("explain: no arrival model with a rate fits the log")

// Part is a log, or one class of it, and what fits it.
type Part struct {
	Class  string // empty of a log without
	Report *fit.Report
	Passed []string // sentences on what fits better and is not taken
	model  *fit.Model
	law    *fit.Law // nil where the log has no service times
	share  float64  // of the log's tasks
	mean   float64  // service time where the log has none
}

// Model names the arrival process that the part takes; empty where there is none.
func (p *Part) Model() string {
	if p.model == nil {
		return ""
	}
	return p.model.Name
}

// Law names the law of service that the part takes; empty where there is none.
func (p *Part) Law() string {
	if p.law == nil {
		return ""
	}
	return p.law.Name
}

// Study is a log with its models.
type Study struct {
	Parts []*Part
	// Servers is how many a scenario has, Load what the log asks of them.
	Servers int
	Load    float64
	trace   *arrivals.Trace
	rows    *rows
}

// NewStudy analyses a log. With servers above 0 the scenario has so many.
func NewStudy(trace *arrivals.Trace, servers int, o fit.Options) (*Study, error) {
	r, err := newLibrary(MaxRows).read(trace)
	if err != nil {
		return nil, err
	}
	s := &Study{trace: trace, rows: r, Servers: servers}
	names := trace.Classes()
	if len(names) > MaxParts {
		return nil, fmt.Errorf("explain: the column of classes has %d names, and at most %d classes are fitted one by one", len(names), MaxParts)
	}
	if names == nil {
		names = []string{""}
	}
	load := 0.0
	for k, name := range names {
		times, services := r.ofClass(int32(k))
		report, err := fit.Analyse(times, services, o)
		if err != nil {
			return nil, err
		}
		p := &Part{Class: name, Report: report, share: float64(len(times)) / float64(len(r.times))}
		p.choose()
		s.Parts = append(s.Parts, p)
		if services != nil {
			load += report.Services.Mean * p.share * trace.Rate()
		}
	}
	s.provide(load)
	return s, nil
}

// ofClass are the tasks of a class.
func (r *rows) ofClass(class int32) (times, services []float64) {
	if r.classes == nil {
		return r.times, r.services
	}
	for i, k := range r.classes {
		if k != class {
			continue
		}
		times = append(times, r.times[i])
		if r.services != nil {
			services = append(services, r.services[i])
		}
	}
	return times, services
}

// near is how far the rate of a model, or the mean of a law, may be from that of
// the log: what is likelier and further away would be another load.
const near = 0.1

func isNear(x, want float64) bool { return math.Abs(x-want) <= near*want }

// choose takes the likeliest model that has the rate of the log, and the
// likeliest law that has its mean.
func (p *Part) choose() {
	a := &p.Report.Arrivals
	for i := range a.Models {
		m := &a.Models[i]
		if m.Rate != nil && isNear(*m.Rate, *a.Rate) {
			p.model = m
			break
		}
		text := "its gaps have an infinite mean"
		if m.Rate != nil {
			text = fmt.Sprintf("it has %.3g arrivals a second, the log %.3g", *m.Rate, *a.Rate)
		}
		p.Passed = append(p.Passed, fmt.Sprintf("The %s process is likelier by AIC and not taken: %s.", m.Name, text))
	}
	s := p.Report.Services
	if s == nil {
		return
	}
	for i := range s.Laws.Fitted {
		law := &s.Laws.Fitted[i]
		if s.Mean > 0 && isNear(float64(law.Mean), s.Mean) {
			p.law = law
			break
		}
		p.Passed = append(p.Passed, fmt.Sprintf("The %s law is likelier by AIC and not taken: its mean is %.3g s, that of the log %.3g s.", law.Name, float64(law.Mean), s.Mean))
	}
}

// provide chooses the servers, or, of a log without service times, how long one
// server takes.
func (s *Study) provide(load float64) {
	if s.rows.services == nil {
		s.Servers = max(s.Servers, 1)
		s.Load = DesignLoad
		for _, p := range s.Parts {
			p.mean = DesignLoad * float64(s.Servers) / s.trace.Rate()
		}
		return
	}
	if s.Servers == 0 {
		s.Servers = int(min(max(1, math.Ceil(load/DesignLoad)), sim.MaxServers))
	}
	s.Load = load / float64(s.Servers)
}

// Fits says whether there is a scenario.
func (s *Study) Fits() bool {
	if s.trace.Rate() == 0 {
		return false
	}
	for _, p := range s.Parts {
		if p.model == nil || p.Report.Services != nil && p.law == nil {
			return false
		}
	}
	return true
}

// service is the law of a part as a scenario writes it.
func (p *Part) service() string {
	if p.law != nil {
		return p.law.YAML()
	}
	return "{distribution: exponential, mean: " + strconv.FormatFloat(p.mean, 'g', -1, 64) + "}"
}

// Scenario is the fitted model as YAML: a run from empty, as long as the log.
func (s *Study) Scenario(name, about string, seed uint64) string {
	if !s.Fits() {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n", about)
	if s.rows.services == nil {
		fmt.Fprintf(&b, "# The log tells no service times: these are chosen for a load of %g.\n", DesignLoad)
	} else {
		fmt.Fprintf(&b, "# The servers are the fewest that the recorded work keeps busy for at most %g of the time: it takes %.3g.\n", DesignLoad, s.Load)
	}
	fmt.Fprintf(&b, "version: 1\nname: %s\nseed: %d\n\n", name, seed)
	if len(s.Parts) == 1 && s.Parts[0].Class == "" {
		fmt.Fprintf(&b, "arrivals: %s\nservice: %s\n", s.Parts[0].model.YAML(), s.Parts[0].service())
	} else {
		b.WriteString("arrivals:\n")
		for _, p := range s.Parts {
			fmt.Fprintf(&b, "  - %s, class: %s, service: %s}\n", strings.TrimSuffix(p.model.YAML(), "}"), strconv.Quote(p.Class), p.service())
		}
	}
	fmt.Fprintf(&b, "servers: %d\n\n# As long as the log, from empty. Without this key: the long run.\nrun: {state: transient, tasks: %d, replications: %d}\n",
		s.Servers, len(s.rows.times), DefaultReplications)
	return b.String()
}

// Distances replays the log on the servers of the fitted scenario, beside that
// scenario, and with one half of each: recorded arrivals with fitted service, and
// fitted arrivals with recorded demands in any order.
func (s *Study) Distances(ctx context.Context, fitted experiment.Point, o experiment.Options) ([]results.FitDistance, error) {
	replayed := experiment.Point{Plan: fitted.Plan, Model: &sim.Model{
		Classes: []string{"all"}, Servers: s.Servers,
		Streams: []sim.Stream{{Name: "log", Process: replay{Trace: s.trace, rows: s.rows}}},
	}}
	replayed.Plan.Length, replayed.Plan.Replications = experiment.ByEnd, 1
	names, points := []string{"replay"}, []experiment.Point{replayed}
	if s.rows.services == nil {
		replayed.Model.Streams[0].Service = fitted.Model.Streams[0].Service
		points[0].Plan.Replications = DefaultReplications
	} else if len(s.Parts) == 1 {
		halves, err := s.halves(fitted, replayed)
		if err != nil {
			return nil, err
		}
		names, points = append(names, "recorded_arrivals", "recorded_demands"), append(points, halves...)
	}
	names, points = append(names, "model"), append(points, fitted)
	outcomes, err := experiment.Run(ctx, points, o)
	if err != nil {
		return nil, err
	}
	var out []results.FitDistance
	for i := range outcomes {
		out = append(out, distance(names[i], outcomes[i].Simulated))
		out[i].Relate(&out[0])
	}
	return out, nil
}

// halves are the two systems that are half recorded.
func (s *Study) halves(fitted, replayed experiment.Point) ([]experiment.Point, error) {
	demands, err := distributions.NewEmpirical(s.rows.services, nil, false)
	if err != nil {
		return nil, err
	}
	arrived, asked := *replayed.Model, *fitted.Model
	arrived.Streams = []sim.Stream{replayed.Model.Streams[0]}
	arrived.Streams[0].Service = fitted.Model.Streams[0].Service
	asked.Streams = []sim.Stream{fitted.Model.Streams[0]}
	asked.Streams[0].Service = demands
	plan := replayed.Plan
	plan.Replications = fitted.Plan.Replications
	return []experiment.Point{{Model: &arrived, Plan: plan}, {Model: &asked, Plan: fitted.Plan}}, nil
}

func distance(name string, s *results.Simulated) results.FitDistance {
	d := results.FitDistance{Name: name}
	if mean, ok := estimate(s, "wait", "mean"); ok {
		d.Mean = &mean
	}
	if p99, ok := estimate(s, "wait", "p99"); ok {
		d.P99 = &p99
	}
	return d
}
