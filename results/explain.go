package results

import (
	_ "embed" // the schema
	"io"
	"math"
)

// SchemaExplain names the format of Explanation.
const SchemaExplain = "spillway/explain/v1"

// Explanation says where the latency of a scenario comes from, and what its
// wait would be if its arrivals or demands were other ones: the JSON of
// `explain`.
type Explanation struct {
	Schema   string   `json:"schema"`
	Scenario Scenario `json:"scenario"`
	Program  Program  `json:"program"`
	// Complete is false when the run was interrupted: Points then holds what
	// was finished.
	Complete bool `json:"complete"`
	// Confidence is that of each interval.
	Confidence float64          `json:"confidence"`
	Points     []ExplainedPoint `json:"points"`
	// Timing is nil unless it was asked for.
	Timing *Timing `json:"timing,omitempty"`
}

// ExplainedPoint is one point of a sweep; a scenario without one has one.
type ExplainedPoint struct {
	Parameters  Parameters `json:"parameters"`
	Kendall     string     `json:"kendall"`
	OfferedLoad Number     `json:"offered_load,omitempty"` // zero where there is none to tell
	// Stable is false where no steady state exists, and nothing was simulated.
	Stable bool `json:"stable"`
	// Tasks are those that were counted, in all replications of the point as it
	// is.
	Tasks        int64      `json:"tasks"`
	Replications int        `json:"replications"`
	State        string     `json:"state,omitempty"` // "steady" or "transient"
	Warmup       *Warmup    `json:"warmup,omitempty"`
	Precision    *Precision `json:"precision,omitempty"`
	// Paired says that all variants were run over the same tasks, in pairs of
	// replications; otherwise each as long as its own precision took.
	Paired bool `json:"paired"`
	// Deterministic says that the point as it is has nothing random: its
	// intervals are zero.
	Deterministic bool `json:"deterministic"`
	// Latency is the mean; Parts sum to it, in the order in which a task meets
	// them.
	Latency *Estimate     `json:"latency,omitempty"`
	Parts   []LatencyPart `json:"latency_parts"`
	// Variants begin with the point as it is.
	Variants []Variant `json:"variants"`
	Formulas []Formula `json:"formulas,omitempty"`
	// Causes sum to the mean wait; none where the wait is 0 or a variant that
	// they take is missing.
	Causes []Cause `json:"causes,omitempty"`
	// Sentences say it in words; see Tell.
	Sentences []string  `json:"sentences,omitempty"`
	Warnings  []Warning `json:"warnings,omitempty"`
}

// LatencyPart is a part of the mean latency.
type LatencyPart struct {
	// Name is "network_delay", "throttle_delay", "wait", "service",
	// "response_delay", or "other": what callers that gave up leave unexplained.
	Name  string   `json:"part"`
	Mean  Estimate `json:"mean"`
	Share Number   `json:"share"`
}

// Variant is the wait of the same system with other arrivals or demands.
type Variant struct {
	// Name is "as_is", "demands_shuffled", "constant_service", "bins_60" …,
	// "gaps_shuffled", "poisson" or "poisson_constant".
	Name     string `json:"variant"`
	Arrivals string `json:"arrivals"` // in words
	Demands  string `json:"demands"`
	// Same says that the variant is the point as it is.
	Same bool `json:"same,omitempty"`
	// Mean and P99 are of the wait; nil where Note says why.
	Mean *Estimate `json:"mean,omitempty"`
	P99  *Estimate `json:"p99,omitempty"`
	// Share is Mean over that of the point as it is; nil where that is 0.
	Share *Estimate `json:"share,omitempty"`
	// Shed is the share of refused tasks; nil where none are.
	Shed *Estimate `json:"shed_ratio,omitempty"`
	Note string    `json:"note,omitempty"`
}

// Formula is what a formula says of the wait.
type Formula struct {
	Name string `json:"formula"` // "erlang", "allen_cunneen"
	Text string `json:"text"`
	// Mean and P99 are of the wait; nil where Note says why, P99 also where the
	// formula does not give it.
	Mean *Number `json:"mean,omitempty"`
	P99  *Number `json:"p99,omitempty"`
	// Share is Mean over the wait as it is.
	Share *Number `json:"share,omitempty"`
	// GapSCV and ServiceSCV are the squared coefficients of variation that went
	// in.
	GapSCV     *Number `json:"gap_scv,omitempty"`
	ServiceSCV *Number `json:"service_scv,omitempty"`
	Note       string  `json:"note,omitempty"`
}

// Set is the mean wait, beside the wait as it is.
func (f *Formula) Set(mean, wait float64) {
	x := Number(mean)
	f.Mean = &x
	if wait > 0 {
		share := Number(mean / wait)
		f.Share = &share
	}
}

// Cause is what one cause adds to the wait, on top of those before it.
type Cause struct {
	// Name is "load", "service_variability", "gap_variability", "arrival_order"
	// or "demand_order".
	Name  string   `json:"cause"`
	Wait  Estimate `json:"wait"`
	Share Number   `json:"share"`
}

//go:embed explain.schema.json
var explainSchema string

// ExplainSchema returns the JSON Schema (draft 2020-12) of what
// WriteExplanationJSON writes.
func ExplainSchema() []byte { return withDefinitions(explainSchema) }

// WriteExplanationJSON writes an explanation as WriteJSON does a document.
func WriteExplanationJSON(w io.Writer, e *Explanation) error {
	if err := e.check(); err != nil {
		return err
	}
	whole := *e
	whole.Points = make([]ExplainedPoint, len(e.Points))
	for i, p := range e.Points {
		if p.Parts == nil {
			p.Parts = []LatencyPart{} // an empty list, not null
		}
		if p.Variants == nil {
			p.Variants = []Variant{}
		}
		whole.Points[i] = p
	}
	return encode(w, whole)
}

// check refuses an explanation with a NaN in it.
func (e *Explanation) check() error {
	bad := false
	see := func(estimates ...*Estimate) {
		for _, x := range estimates {
			bad = bad || x != nil && math.IsNaN(float64(x.Value+x.HalfWidth))
		}
	}
	number := func(n *Number) { bad = bad || n != nil && math.IsNaN(float64(*n)) }
	for i := range e.Points {
		p := &e.Points[i]
		number(&p.OfferedLoad)
		see(p.Latency)
		for k := range p.Parts {
			see(&p.Parts[k].Mean)
			number(&p.Parts[k].Share)
		}
		for k := range p.Variants {
			v := &p.Variants[k]
			see(v.Mean, v.P99, v.Share, v.Shed)
		}
		for k := range p.Formulas {
			f := &p.Formulas[k]
			number(f.Mean)
			number(f.P99)
			number(f.Share)
		}
		for k := range p.Causes {
			see(&p.Causes[k].Wait)
			number(&p.Causes[k].Share)
		}
	}
	if bad {
		return errNaN
	}
	return nil
}

// variant is one by its name, where its wait is known; nil otherwise.
func (p *ExplainedPoint) variant(name string) *Variant {
	for i := range p.Variants {
		if v := &p.Variants[i]; v.Name == name && v.Mean != nil {
			return v
		}
	}
	return nil
}
