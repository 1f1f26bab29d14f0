package results

import (
	_ "embed" // the schema
	"encoding/json"
	"io"
	"math"
)

// SchemaFit names the format of Fit.
const SchemaFit = "spillway/fit/v1"

// Fit is what a recorded log says: the JSON of `fit`.
type Fit struct {
	Schema  string  `json:"schema"`
	Log     FitLog  `json:"log"`
	Program Program `json:"program"`
	// Parts are the log, or one for each class.
	Parts []FitPart `json:"parts"`
	// Scenario is the fitted model as YAML; empty where none could be fitted.
	Scenario string `json:"scenario,omitempty"`
	// Servers are those of the scenario, Load is the work that the log brings
	// over what they can do.
	Servers int    `json:"servers,omitempty"`
	Load    Number `json:"load,omitempty"`
	// Distances say how far the model is from the replay.
	Distances []FitDistance `json:"distances,omitempty"`
	Sentences []string      `json:"sentences,omitempty"`
	Timing    *Timing       `json:"timing,omitempty"`
}

// FitLog says how the log was read.
type FitLog struct {
	File       string  `json:"file"`
	SHA256     string  `json:"sha256"`
	Rows       int64   `json:"rows"`
	Time       string  `json:"time"` // column
	TimeFormat string  `json:"time_format"`
	Service    string  `json:"service,omitempty"`
	Class      string  `json:"class,omitempty"`
	Started    string  `json:"started,omitempty"`
	Finished   string  `json:"finished,omitempty"`
	Seed       uint64  `json:"seed"`
	Confidence float64 `json:"confidence"`
	// Guessed says what was found out and not asked for.
	Guessed []string `json:"guessed,omitempty"`
}

// FitPart is a log, or one class of it.
type FitPart struct {
	Class    string      `json:"class,omitempty"`
	Analysis FitAnalysis `json:"analysis"`
	// Arrivals and Service name the model and the law that the scenario takes.
	Arrivals string `json:"arrivals,omitempty"`
	Service  string `json:"service,omitempty"`
	// Passed says what fits better by AIC and is not taken, because its mean is
	// not that of the log.
	Passed []string `json:"passed_over,omitempty"`
}

// FitDistance is a system beside the replay of the log.
type FitDistance struct {
	// Name is "replay", "recorded_arrivals" (with fitted service),
	// "recorded_demands" (with fitted arrivals, in any order), or "model".
	Name string    `json:"system"`
	Mean *Estimate `json:"mean,omitempty"` // wait, seconds
	P99  *Estimate `json:"p99,omitempty"`
	// MeanRatio and P99Ratio are over those of the replay; nil where these are 0.
	MeanRatio *Number `json:"mean_ratio,omitempty"`
	P99Ratio  *Number `json:"p99_ratio,omitempty"`
}

// FitAnalysis is the report of the analysis; see distributions/fit for what its
// fields mean.
type FitAnalysis struct {
	Records     int64        `json:"records"`
	Arrivals    FitArrivals  `json:"arrivals"`
	Services    *FitServices `json:"services,omitempty"`
	OfferedLoad *float64     `json:"offered_load,omitempty"`
	Notes       []FitNote    `json:"notes,omitempty"`
}

// FitNote is a caveat on a part of the analysis.
type FitNote struct {
	About string `json:"about"`
	Text  string `json:"text"`
}

// FitRefused is what could not be fitted.
type FitRefused struct {
	Name   string `json:"name"`
	Reason string `json:"reason"`
}

// FitArrivals is about when the tasks came.
type FitArrivals struct {
	First         float64         `json:"first"`
	Span          float64         `json:"span"`
	Rate          *float64        `json:"rate,omitempty"`
	Resolution    *float64        `json:"resolution,omitempty"`
	Gaps          *FitGaps        `json:"gaps,omitempty"`
	Dispersion    []FitDispersion `json:"index_of_dispersion,omitempty"`
	Hurst         []FitHurst      `json:"hurst,omitempty"`
	Peaks         []FitPeak       `json:"peaks,omitempty"`
	Laws          FitLaws         `json:"gap_laws"`
	Models        []FitModel      `json:"models,omitempty"`
	RefusedModels []FitRefused    `json:"refused_models,omitempty"`
}

// FitGaps are the times between arrivals.
type FitGaps struct {
	Number          int64    `json:"number"`
	Mean            float64  `json:"mean"`
	Min             float64  `json:"min"`
	Max             float64  `json:"max"`
	Zeros           int64    `json:"zeros"`
	SCV             *float64 `json:"scv,omitempty"`
	Autocorrelation []struct {
		Lag   int     `json:"lag"`
		Value float64 `json:"value"`
	} `json:"autocorrelation,omitempty"`
	Noise *float64 `json:"noise,omitempty"`
}

// FitDispersion is the index of dispersion for counts at one time scale.
type FitDispersion struct {
	Window        float64 `json:"window"`
	Windows       int64   `json:"windows"`
	Index         float64 `json:"index"`
	StandardError float64 `json:"standard_error"`
}

// FitHurst is an estimate of the Hurst parameter.
type FitHurst struct {
	Method        string   `json:"method"`
	Value         float64  `json:"value"`
	StandardError *float64 `json:"standard_error,omitempty"`
	PValue        *float64 `json:"p_value,omitempty"`
	From          float64  `json:"from"`
	To            float64  `json:"to"`
}

// FitPeak is the busiest window of a length.
type FitPeak struct {
	Window  float64 `json:"window"`
	Windows int64   `json:"windows"`
	Count   int64   `json:"count"`
	Start   float64 `json:"start"`
	Ratio   float64 `json:"peak_to_mean"`
}

// FitServices is about the demands.
type FitServices struct {
	Mean      float64  `json:"mean"`
	Min       float64  `json:"min"`
	Max       float64  `json:"max"`
	Zeros     int64    `json:"zeros"`
	SCV       *float64 `json:"scv,omitempty"`
	Quantiles []struct {
		P     float64 `json:"p"`
		Value float64 `json:"value"`
	} `json:"quantiles,omitempty"`
	Tail *struct {
		FitTail
		Others []FitTail `json:"others,omitempty"`
	} `json:"tail,omitempty"`
	Consecutive *FitCorrelation `json:"consecutive,omitempty"`
	WithGap     *FitCorrelation `json:"with_gap,omitempty"`
	Laws        FitLaws         `json:"laws"`
}

// FitTail is an estimate of the tail index.
type FitTail struct {
	Index         float64 `json:"index"`
	StandardError float64 `json:"standard_error"`
	K             int64   `json:"k"`
	Threshold     float64 `json:"threshold"`
}

// FitCorrelation is the correlation of two sequences.
type FitCorrelation struct {
	Pearson  *float64 `json:"pearson,omitempty"`
	Spearman *float64 `json:"spearman,omitempty"`
	Noise    float64  `json:"noise"`
}

// FitLaws are laws fitted to a sample, best first.
type FitLaws struct {
	Fitted  []FitLaw     `json:"fitted,omitempty"`
	Refused []FitRefused `json:"refused,omitempty"`
}

// FitLaw is a fitted law.
type FitLaw struct {
	Name          string          `json:"distribution"`
	Parameters    json.RawMessage `json:"parameters"`
	Free          int             `json:"free_parameters"`
	LogLikelihood *float64        `json:"log_likelihood,omitempty"`
	AIC           *float64        `json:"aic,omitempty"`
	KS            float64         `json:"ks"`
	ScaledKS      float64         `json:"ks_scaled"`
	Mean          Number          `json:"mean"`
	SCV           Number          `json:"scv"`
}

// FitModel is a fitted arrival process.
type FitModel struct {
	Name          string          `json:"process"`
	Parameters    json.RawMessage `json:"parameters"`
	Free          int             `json:"free_parameters"`
	LogLikelihood *float64        `json:"log_likelihood,omitempty"`
	AIC           *float64        `json:"aic,omitempty"`
	Rate          *float64        `json:"rate,omitempty"`
	Asymptotic    *float64        `json:"asymptotic_index_of_dispersion,omitempty"`
	Dispersion    []float64       `json:"index_of_dispersion,omitempty"`
	Bursts        *struct {
		Ratio  *float64 `json:"burst_ratio,omitempty"`
		Share  float64  `json:"burst_share"`
		Length float64  `json:"burst_length"`
	} `json:"bursts,omitempty"`
}

//go:embed fit.schema.json
var fitSchema string

// FitSchema returns the JSON Schema (draft 2020-12) of what WriteFitJSON writes.
func FitSchema() []byte { return withDefinitions(fitSchema) }

// WriteFitJSON writes what a log says as WriteJSON does a document.
func WriteFitJSON(w io.Writer, f *Fit) error {
	if err := f.check(); err != nil {
		return err
	}
	return encode(w, f)
}

// check refuses a NaN; those of an analysis have not come this far, since JSON
// has none.
func (f *Fit) check() error {
	for _, d := range f.Distances {
		for _, e := range []*Estimate{d.Mean, d.P99} {
			if e != nil && math.IsNaN(float64(e.Value+e.HalfWidth)) {
				return errNaN
			}
		}
	}
	return nil
}

// Relate puts a system beside the replay of the log.
func (d *FitDistance) Relate(replay *FitDistance) {
	ratio := func(a, b *Estimate) *Number {
		if a == nil || b == nil || !(b.Value > 0) {
			return nil
		}
		x := a.Value / b.Value
		return &x
	}
	d.MeanRatio, d.P99Ratio = ratio(d.Mean, replay.Mean), ratio(d.P99, replay.P99)
}
