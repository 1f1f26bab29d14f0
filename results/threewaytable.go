package results

import (
	"fmt"
	"math"
	"strings"
)

// threeWayStats are what the table of three ways shows.
var threeWayStats = []wanted{
	{metric: "wait", stat: "mean"}, {metric: "service", stat: "mean"}, {metric: "latency", stat: "mean"},
	{metric: "latency", stat: "p50"}, {metric: "latency", stat: "p90"}, {metric: "latency", stat: "p99"},
}

// threeWayParts are a table and a verdict for each point that was run for real and
// simulated again.
func (b *builder) threeWayParts() []part {
	var parts []part
	for i := range b.doc.Points {
		p := &b.doc.Points[i]
		if p.Real == nil || p.Real.ThreeWay == nil {
			continue
		}
		words := p.Real.ThreeWay.Words(p.Real)
		parts = append(parts, threeWayGrid(p), texts(words))
	}
	return parts
}

// threeWayGrid is exact, simulated and real values of a point.
func threeWayGrid(p *Point) *grid {
	t := p.Real.ThreeWay
	g := &grid{title: "Theory, simulation and real run"}
	if at := clean(p.Parameters.String()); at != "" {
		g.title += ": " + at
	}
	head := []string{""}
	g.right = []bool{false}
	for _, w := range threeWayStats {
		head = append(head, w.metric+"."+w.stat)
		g.right = append(g.right, true)
	}
	g.rows = [][]string{head}
	add := func(kind string, at func(wanted) (Estimate, bool)) {
		row, any := []string{kind}, false
		for _, w := range threeWayStats {
			text := unknown
			if e, ok := at(w); ok {
				any, text = true, withHalf(&e)
			}
			row = append(row, text)
		}
		if any {
			g.rows = append(g.rows, row)
		}
	}
	of := func(m Metrics) func(wanted) (Estimate, bool) {
		return func(w wanted) (Estimate, bool) { return m.at(w.metric, w.stat) }
	}
	if p.Analytic != nil {
		add(theoryKind(p), func(w wanted) (Estimate, bool) {
			x, ok := p.Analytic.Metrics[w.metric][w.stat]
			return BareEstimate(float64(x), ""), ok
		})
	}
	if p.Simulated != nil {
		add("simulated", of(p.Simulated.Metrics))
	}
	add("same schedule, nominal services", of(t.Nominal))
	add("same schedule, real services", of(t.Replayed))
	add("real", of(p.Real.Metrics))
	add("real − simulated with real services", of(t.Differences))
	return g
}

// withHalf is a time with its half-width, both in the unit of the larger.
func withHalf(e *Estimate) string {
	value, half := float64(e.Value), float64(e.HalfWidth)
	if math.IsInf(value, 0) || math.IsInf(half, 0) {
		return amount(duration, value)
	}
	s := scaleFor(duration, []float64{max(math.Abs(value), half)})
	text := s.value(value)
	if e.Interval {
		text += " ±" + strings.TrimLeft(s.half(half), "± ")
	}
	return text + " " + s.unit
}

// Words say in sentences by what the real run differs: first what is no error of
// the model, then the grade.
func (t *ThreeWay) Words(real *Real) []string {
	first := fmt.Sprintf("Service: %s longer than the scenario's on average, which makes tasks wait %s longer. "+
		"Constant offset (timers, dispatch): %s before a task has its server that finds one idle. "+
		"What is left of the wait is an error of queueing: %s.",
		withHalf(&t.Service), withHalf(&t.ServiceWait), withHalf(&t.Offset), withHalf(&t.Queueing))
	if t.Noise != nil {
		first += fmt.Sprintf(" Noise of the machine: repetitions differ from their simulations by a standard deviation of %s.", amount(duration, float64(*t.Noise)))
	}
	return []string{first, t.grade(real)}
}

// grade is the verdict in words.
func (t *ThreeWay) grade(real *Real) string {
	bound := percent(Alike) + " of the mean latency"
	if e, ok := real.Metrics.at("latency", "mean"); ok {
		bound += fmt.Sprintf(" (%s)", amount(duration, float64(e.Value)))
	}
	switch t.Verdict {
	case Agrees:
		return "✓ agrees: with the services that really happened, the simulation predicts the queueing to within " + bound + "."
	case Differs:
		return "✗ differs: beyond services and offset, the queueing is off by more than " + bound + "."
	}
	if t.Repetitions < 2 {
		return "? cannot tell: of one repetition the noise is not known."
	}
	return "? cannot tell: the repetitions are too noisy to say whether the queueing is predicted to within " + bound +
		"; run it for longer, or on a machine that does nothing else."
}
