package results

import (
	"fmt"
	"math"
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

// threeWayGrid is exact, simulated and real values of a point: one statistic a row.
func threeWayGrid(p *Point) *grid {
	t := p.Real.ThreeWay
	g := &grid{title: threeWayTitle(t.Repetitions)}
	if at := clean(p.Parameters.String()); at != "" {
		g.title += ": " + at
	}
	ways := []struct {
		name string
		of   func(wanted) (Estimate, bool)
	}{
		{theoryKind(p), func(w wanted) (Estimate, bool) {
			if p.Analytic == nil {
				return Estimate{}, false
			}
			x, ok := p.Analytic.Metrics[w.metric][w.stat]
			return BareEstimate(float64(x), ""), ok
		}},
		{"simulated", func(w wanted) (Estimate, bool) {
			if p.Simulated == nil {
				return Estimate{}, false
			}
			return p.Simulated.Metrics.at(w.metric, w.stat)
		}},
		{"nominal", estimateIn(t.Nominal)}, {"measured", estimateIn(t.Replayed)},
		{"real", estimateIn(p.Real.Metrics)}, {"real − measured", estimateIn(t.Differences)},
	}
	head, right := []string{"", ""}, []bool{false, false}
	for _, way := range ways {
		head, right = append(head, way.name), append(right, true)
	}
	g.rows, g.right = [][]string{head}, right
	for _, w := range threeWayStats {
		estimates, values := make([]*Estimate, len(ways)), []float64(nil)
		for i, way := range ways {
			if e, ok := way.of(w); ok {
				estimates[i], values = &e, append(values, math.Abs(float64(e.Value)))
			}
		}
		s := scaleFor(duration, []float64{greatest(values)})
		row := []string{w.metric + "." + w.stat, s.unit}
		for _, e := range estimates {
			row = append(row, s.withHalf(e))
		}
		g.rows = append(g.rows, row)
	}
	return g.narrowed()
}

func threeWayTitle(repetitions int) string {
	if repetitions == 1 {
		return "1 real run; its schedule was simulated with the nominal services and with those measured"
	}
	return fmt.Sprintf("%d real runs; their schedules were simulated with the nominal services and with those measured", repetitions)
}

func estimateIn(m Metrics) func(wanted) (Estimate, bool) {
	return func(w wanted) (Estimate, bool) { return m.at(w.metric, w.stat) }
}

// greatest is the largest finite value; 0 of none.
func greatest(values []float64) float64 {
	out := 0.0
	for _, x := range finitePositive(values) {
		out = max(out, x)
	}
	return out
}

// withHalf is an estimate with its half-width, without the unit; empty of nil.
func (s scale) withHalf(e *Estimate) string {
	switch {
	case e == nil:
		return ""
	case e.Interval:
		return s.value(float64(e.Value)) + " " + s.half(float64(e.HalfWidth))
	}
	return s.value(float64(e.Value))
}

// timeWithHalf is a time with its half-width, both in the unit of the larger.
func timeWithHalf(e *Estimate) string {
	value, half := float64(e.Value), float64(e.HalfWidth)
	if math.IsInf(value, 0) || math.IsInf(half, 0) {
		return amount(duration, value)
	}
	s := scaleFor(duration, []float64{max(math.Abs(value), half)})
	return s.withHalf(e) + " " + s.unit
}

// Words say in sentences by what the real run differs: first what is no error of
// the model, then the grade.
func (t *ThreeWay) Words(real *Real) []string {
	first := fmt.Sprintf("Service: %s longer than the scenario's on average, which makes tasks wait %s longer. "+
		"Constant offset (timers, dispatch): %s before a task has its server that finds one idle. "+
		"What is left of the wait is an error of queueing: %s.",
		timeWithHalf(&t.Service), timeWithHalf(&t.ServiceWait), timeWithHalf(&t.Offset), timeWithHalf(&t.Queueing))
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
