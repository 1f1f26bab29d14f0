package results

import "math"

// SchemaCompare names the format of Versus.
const SchemaCompare = "spillway/compare/v1"

// Versus is what comparing scenarios with the first of them gave: the JSON of
// `compare A B…`.
type Versus struct {
	Schema string `json:"schema"`
	// Scenarios are those that were compared, at least two. The seed is that
	// of the first.
	Scenarios []Scenario `json:"scenarios"`
	Program   Program    `json:"program"`
	// Complete is false when the run was interrupted: Points then holds what
	// was finished.
	Complete bool `json:"complete"`
	// Confidence is that of all intervals of differences together: with this
	// probability each of them holds the true difference (Bonferroni).
	Confidence float64 `json:"confidence"`
	// Comparisons is how many differences share it.
	Comparisons int           `json:"comparisons"`
	Points      []VersusPoint `json:"points"`
	// Timing is nil unless it was asked for.
	Timing *Timing `json:"timing,omitempty"`
}

// VersusPoint is one point of the sweep that all scenarios have in common; one
// without a sweep is the only one.
type VersusPoint struct {
	Parameters Parameters `json:"parameters"`
	// Systems are those of the scenarios, in their order.
	Systems []Point `json:"systems"`
	// Differences are in the order of the scenarios, and of the metrics. There
	// are none where a system has no steady state.
	Differences []Difference `json:"differences,omitempty"`
	// Dominance is the sum of the verdicts, one for each scenario but the first.
	Dominance []Dominance `json:"dominance,omitempty"`
	// Precision is that of the differences; nil where none was asked for.
	Precision *Precision `json:"precision,omitempty"`
}

// Difference is by how much one value of a scenario is above that of the first.
type Difference struct {
	Scenario int    `json:"scenario"` // index; the first is 0, and has none
	Metric   string `json:"metric"`   // "wait.p99"
	First    Number `json:"first"`
	Other    Number `json:"other"`
	// Difference is Other − First, Relative Other/First − 1 (nil where First
	// is zero), with intervals over pairs of replications.
	Difference Estimate   `json:"difference"`
	Relative   *Estimate  `json:"relative,omitempty"`
	Verdict    Preference `json:"verdict"`
}

// Preference is what a difference means for a user.
type Preference string

// The preferences. Higher and lower are of values that it depends on what one
// wants them to be.
const (
	Better  Preference = "better"
	Worse   Preference = "worse"
	Higher  Preference = "higher"
	Lower   Preference = "lower"
	Equal   Preference = "equal" // in every replication
	Unclear Preference = "cannot_tell"
)

// Dominance is how a scenario stands against the first.
type Dominance struct {
	Scenario int     `json:"scenario"`
	Verdict  Ranking `json:"verdict"`
	Better   int     `json:"better"`
	Worse    int     `json:"worse"`
	Unclear  int     `json:"cannot_tell"`
	// Text says it in a sentence.
	Text string `json:"text"`
}

// Ranking is the verdict of a Dominance.
type Ranking string

// The rankings: better in something and worse in nothing, the reverse, each
// better in something, and no difference that can be told.
const (
	Dominates  Ranking = "dominates"
	Dominated  Ranking = "dominated"
	Mixed      Ranking = "mixed"
	Undecided  Ranking = "cannot_tell"
	Equivalent Ranking = "equal"
)

// Widen makes the interval of a difference that of a standard error at least so
// large; without one of the relative difference. An infinite error takes the
// interval away.
func (d *Difference) Widen(stdErr float64) {
	e := &d.Difference
	switch {
	case !(stdErr > 0) || !e.Interval:
		return
	case math.IsInf(stdErr, 0):
		*e, d.Relative = BareEstimate(float64(e.Value), e.Method), nil
		return
	}
	wide := NewEstimate(float64(e.Value), stdErr, e.N, e.Level, e.Method)
	if wide.HalfWidth > e.HalfWidth {
		*e, d.Relative = wide, nil
	}
}

// Settle gives every difference the interval of its share of the confidence,
// judges it, and sums up. The differences come with intervals of any level
// below 1 and at least two replications behind them.
func Settle(v *Versus) {
	v.Comparisons = 0
	for i := range v.Points {
		v.Comparisons += len(v.Points[i].Differences)
	}
	if v.Comparisons == 0 {
		return
	}
	level := 1 - (1-v.Confidence)/float64(v.Comparisons)
	t := tails{}
	for i := range v.Points {
		p := &v.Points[i]
		for k := range p.Differences {
			d := &p.Differences[k]
			d.Difference = t.atLevel(d.Difference, level)
			if d.Relative != nil {
				relative := t.atLevel(*d.Relative, level)
				d.Relative = &relative
			}
			d.Verdict = d.judge(p)
		}
		p.Dominance = nil
		for k := range p.Systems[1:] {
			p.Dominance = append(p.Dominance, v.dominance(p, k+1))
		}
	}
}

// atLevel is the same estimate with an interval of another level.
func (t tails) atLevel(e Estimate, level float64) Estimate {
	if !e.Interval {
		return e
	}
	half := float64(e.HalfWidth)
	if half > 0 {
		half *= t.at(1-level, e.degrees()) / t.at(1-e.Level, e.degrees())
	}
	e.Level, e.HalfWidth = level, Number(half)
	e.Low, e.High = e.Value-e.HalfWidth, e.Value+e.HalfWidth
	return e
}

// judge says what a difference means.
func (d *Difference) judge(p *VersusPoint) Preference {
	gap := float64(d.Difference.Value)
	slack := 0.0
	if _, isQuantile := quantileOf(locate(d.Metric).stat); isQuantile { // each is off by as much as its histogram
		slack = quantileError * math.Max(math.Abs(float64(d.First)), math.Abs(float64(d.Other)))
	}
	half := float64(d.Difference.HalfWidth)
	switch {
	case !d.Difference.Interval, p.unreached(0, d.Metric), p.unreached(d.Scenario, d.Metric):
		return Unclear
	case half == 0 && gap == 0:
		return Equal
	case math.Abs(gap) <= half+slack:
		return Unclear
	}
	switch want := wantOf(locate(d.Metric).metric); {
	case want == 0 && gap > 0:
		return Higher
	case want == 0:
		return Lower
	case want*gap > 0:
		return Better
	}
	return Worse
}

// quantileError is by how much a quantile of a difference may be off: its
// histogram has buckets of at most half a percent.
const quantileError = 0.005

// unreached says that a value of a system cannot be relied on.
func (p *VersusPoint) unreached(scenario int, metric string) bool {
	for _, w := range p.Systems[scenario].Warnings {
		if doubtful(w.Code) && (w.Metric == "" || w.Metric == metric) {
			return true
		}
	}
	return false
}

// wantOf is the direction in which a metric is better: −1 for less, 1 for more,
// 0 where that depends.
func wantOf(metric string) float64 {
	switch metric {
	case "throughput", "goodput":
		return 1
	case "service", "arrival_rate", "utilization", "in_network":
		return 0
	}
	return -1
}
