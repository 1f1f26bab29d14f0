package results

// SchemaResults names the format of Document.
const SchemaResults = "spillway/results/v1"

// Document is what one scenario gave: the JSON of `run`, `compare` and
// `analytic`.
type Document struct {
	Schema   string   `json:"schema"`
	Scenario Scenario `json:"scenario"`
	Program  Program  `json:"program"`
	// Complete is false when the run was interrupted: Points then holds what
	// was finished.
	Complete bool    `json:"complete"`
	Points   []Point `json:"points"`
	// Timing is nil unless it was asked for.
	Timing *Timing `json:"timing,omitempty"`
}

// Scenario says what was run.
type Scenario struct {
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
	File        string `json:"file"`
	Seed        uint64 `json:"seed"`
	// SHA256 is the hash, in hexadecimal, of the scenario as it was run:
	// overrides included, comments and layout not.
	SHA256 string `json:"sha256"`
	// Text is the scenario as it was given, Set the overrides "path=value"
	// that were applied to it, Engine what computed the simulation, empty for
	// the one that is chosen by itself: with these it can be run again.
	Text   string   `json:"text,omitempty"`
	Set    []string `json:"set,omitempty"`
	Engine string   `json:"engine,omitempty"`
}

// Program says what ran it.
type Program struct {
	Version string `json:"version"`
	Go      string `json:"go"`
	Arch    string `json:"arch"`
}

// Point is one point of a sweep; a scenario without a sweep has one.
type Point struct {
	// Parameters are the swept values, in the order of the sweep.
	Parameters Parameters `json:"parameters"`
	Kendall    string     `json:"kendall"`
	// OfferedLoad is arriving work per second, in servers (erlangs); zero where
	// there is none to tell: of a closed population, a network and a log.
	OfferedLoad Number `json:"offered_load,omitempty"`
	// Stable is false where the offered load is at least the servers and
	// nothing is refused: no steady state exists.
	Stable    bool       `json:"stable"`
	Simulated *Simulated `json:"simulated,omitempty"`
	Analytic  *Analytic  `json:"analytic,omitempty"`
	// Real is what a scheduler did; nil where none was asked.
	Real      *Real       `json:"real,omitempty"`
	Agreement []Agreement `json:"agreement,omitempty"`
	SLO       []Judgement `json:"slo,omitempty"`
	Warnings  []Warning   `json:"warnings,omitempty"`
}

// Parameter is one swept value: its path and the text that was set.
type Parameter struct {
	Path  string
	Value any // float64, int64, string or bool, as YAML reads it
	Text  string
}

// Parameters keep the order of the sweep, also in JSON.
type Parameters []Parameter

// Simulated is what the simulation gave.
type Simulated struct {
	// Tasks are those that were counted, after warm-up, in all replications.
	Tasks        int64      `json:"tasks"`
	Replications int        `json:"replications"`
	State        string     `json:"state"` // "steady" or "transient"
	Confidence   float64    `json:"confidence"`
	Warmup       Warmup     `json:"warmup"`
	Precision    *Precision `json:"precision,omitempty"`
	// ControlVariates names those behind the estimates that have a variance
	// ratio: "service", "service_squares", "arrivals", "wait_service", "wait_gap".
	ControlVariates []string `json:"control_variates,omitempty"`
	// Batches are behind the intervals of one long run; nil of replications.
	Batches *Batches `json:"batches,omitempty"`
	Metrics Metrics  `json:"metrics"`
	// Within are the shares of the answered tasks whose latency is at most a
	// time in seconds, for the objectives that ask for them.
	Within  map[float64]Estimate `json:"-"`
	Flow    Flow                 `json:"flow"`
	Classes map[string]Metrics   `json:"classes,omitempty"`
	// Series are values over time; nil where none were asked for.
	Series *Series `json:"series,omitempty"`
	// Rare is a rare event; nil where none was asked for.
	Rare *Rare `json:"rare,omitempty"`
}

// Batches say how the intervals of one long run were made.
type Batches struct {
	Method string `json:"method"` // "obm": overlapping batch means
	// Count is how many batches there would be side by side.
	Count int `json:"count"`
	// Degrees are the degrees of freedom of the intervals.
	Degrees int `json:"degrees"`
}

// Warmup is what was removed at the start of each replication: tasks, or
// seconds where the scenario gave a duration.
type Warmup struct {
	Method  string   `json:"method"` // "mser5", "fixed" or "none"
	Tasks   int64    `json:"tasks"`
	Seconds *float64 `json:"seconds,omitempty"`
}

// Precision is what a precision run was asked for and what it reached:
// half-width / value of the metric that is furthest from its target.
type Precision struct {
	Target  float64 `json:"target"`
	Reached Number  `json:"reached"`
	Of      string  `json:"of"`
}

// Flow is the balance of every task of the whole run, warm-up included:
// Offered is always the sum of the rest.
type Flow struct {
	Offered   int64 `json:"offered"`
	Completed int64 `json:"completed"`
	Shed      int64 `json:"shed"`
	Abandoned int64 `json:"abandoned"`
	TimedOut  int64 `json:"timed_out"`
	Lost      int64 `json:"lost"`
	InFlight  int64 `json:"in_flight"`
}

// Metrics holds estimates by metric and statistic: Metrics["wait"]["p99"].
type Metrics map[string]map[string]Estimate

// Estimate is a number with its interval. It never travels without what one
// has to know to believe it.
type Estimate struct {
	Value Number
	// Interval is false for what has none (a maximum, a single replication):
	// Low, High and HalfWidth then mean nothing.
	Interval bool
	Low      Number
	High     Number
	// HalfWidth is that of the Student interval; Low and High are its ends.
	HalfWidth Number
	// Level is the confidence of the interval: 0.95 for 95 %.
	Level float64
	// N is the number of independent replications behind the interval, or of
	// those that the batches of one long run are worth.
	N int
	// Method says how Value and interval were made: "ratio", "quantile", "max".
	Method string
	// Controls is the number of control variates behind Value and interval; 0
	// is none. Each takes a degree of freedom.
	Controls int
	// VarianceRatio is the variance without control variates over that with
	// them: as many times the tasks would have been needed for the same
	// interval. 0 where there are none.
	VarianceRatio float64
	// Slack is a bound of the error, in the unit of Value, that more tasks would not
	// remove: half a bucket of the histogram behind a quantile.
	Slack float64
}

// Analytic is what theory gives.
type Analytic struct {
	Model   string                                  `json:"model"`
	Method  string                                  `json:"method"`
	Exact   bool                                    `json:"exact"`
	Source  string                                  `json:"source"`
	Metrics map[string]map[string]Number            `json:"metrics"`
	Classes map[string]map[string]map[string]Number `json:"classes,omitempty"`
	// Stations repeats the metrics for each station of a network.
	Stations map[string]map[string]map[string]Number `json:"stations,omitempty"`
	// Series holds "time", in seconds, and values at these times by metric.
	Series map[string][]Number `json:"series,omitempty"`
	// Note says in a sentence what the model does not give and why.
	Note string `json:"note,omitempty"`
}

// Verdict is the outcome of a comparison.
type Verdict string

// The verdicts on the gap between two ways to know a value.
const (
	Agrees     Verdict = "agrees"
	Differs    Verdict = "differs"
	CannotTell Verdict = "cannot_tell"
)

// Agreement is one simulated value beside its reference.
type Agreement struct {
	Metric    string  `json:"metric"` // "wait.mean"; "classes.batch.wait.mean"
	Simulated Number  `json:"simulated"`
	Reference Number  `json:"reference"`
	Against   string  `json:"against"`     // "analytic"
	Z         *Number `json:"z,omitempty"` // absent where the estimate has no variance
	Verdict   Verdict `json:"verdict"`
}

// Interrupted is the code of the warning on a point that an interrupt cut
// short: its values are shown and not judged.
const Interrupted = "interrupted"

// Warning is a caveat: data, rendered as a footnote.
type Warning struct {
	Code   string `json:"code"`             // "tail_not_reached"
	Metric string `json:"metric,omitempty"` // "wait.p999"; empty: the whole point
	Text   string `json:"text"`
}
