package results

// Real is what a scheduler did: one that was run for the scenario, or one whose
// own log the scenario replays.
type Real struct {
	// Source is Recorded or Measured.
	Source  string  `json:"source"`
	Metrics Metrics `json:"metrics"`
	// Environment says on what it ran; empty of a log.
	Environment map[string]string `json:"environment,omitempty"`
	// ThreeWay takes apart by what a run differs from its simulation; nil where
	// it was not simulated again.
	ThreeWay *ThreeWay `json:"three_way,omitempty"`
}

// The sources of real values.
const (
	Recorded = "recorded" // a scheduler's own log
	Measured = "measured" // a run on this machine
)

// realRows are the rows of what a scheduler did, beside theory and simulation;
// none for a class.
func realRows(p *Point, want []wanted) []row {
	if p.Real == nil || len(want) == 0 || want[0].prefix != "" {
		return nil
	}
	kind := "real"
	if p.Real.Source == Recorded {
		kind = "recorded"
	}
	cells := make([]cell, len(want))
	for i, w := range want {
		if e, ok := p.Real.Metrics.at(w.metric, w.stat); ok {
			cells[i] = cell{known: true, value: float64(e.Value), interval: e.Interval, half: float64(e.HalfWidth)}
		}
	}
	return withValues([]row{{kind: kind, cells: cells}})
}

// realParts are the tables that put what a scheduler did beside the rest, in a
// comparison; none where no point has it.
func (b *builder) realParts() []part {
	if parts := b.threeWayParts(); parts != nil {
		return parts
	}
	for i := range b.doc.Points {
		if b.doc.Points[i].Real != nil {
			main, quantiles := b.mainSheet(), b.quantileSheet()
			return []part{&main, &quantiles}
		}
	}
	return nil
}
