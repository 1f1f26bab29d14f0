package fit

import (
	"spillway/distributions"
	"spillway/distributions/arrivals"
)

// Report is what a log says. A pointer that is nil and a list that is empty
// stand for what the log cannot tell; Notes says why.
type Report struct {
	// Records is the number of arrivals.
	Records int `json:"records"`
	// Arrivals is about the epochs.
	Arrivals Arrivals `json:"arrivals"`
	// Services is about the demands; nil for a log without.
	Services *Services `json:"services,omitempty"`
	// OfferedLoad is the rate times the mean demand: the number of servers that
	// the log keeps busy.
	OfferedLoad *float64 `json:"offered_load,omitempty"`
	// Notes are what a reader must know, in the order of the report.
	Notes []Note `json:"notes,omitempty"`
}

// Note is a caveat, or the reason why something is absent.
type Note struct {
	// About is the part of the report, by its JSON path: "arrivals.hurst".
	About string `json:"about"`
	// Text is a sentence or two.
	Text string `json:"text"`
}

// Refused is a law or a model that could not be fitted, and why.
type Refused struct {
	// Name is that of a scenario: "lognormal", "mmpp".
	Name string `json:"name"`
	// Reason is a clause without a full stop.
	Reason string `json:"reason"`
}

// Arrivals is about when the tasks came.
type Arrivals struct {
	// First is the epoch of the first arrival, as given.
	First float64 `json:"first"`
	// Span is the time from the first to the last arrival.
	Span float64 `json:"span"`
	// Rate is one over the mean gap, per second: (records − 1)/span.
	Rate *float64 `json:"rate,omitempty"`
	// Resolution is the step of the clock that wrote the log, in seconds, found
	// from the epochs: the coarsest of 60, 10, 1, 0.1, … 1e-9 that all are
	// multiples of, counted from the first.
	Resolution *float64 `json:"resolution,omitempty"`
	// Gaps are the times between neighbours; nil for fewer than two records.
	Gaps *Gaps `json:"gaps,omitempty"`
	// Dispersion is the index of dispersion for counts, from short windows to
	// long ones.
	Dispersion []Dispersion `json:"index_of_dispersion,omitempty"`
	// Hurst are estimates of the Hurst parameter by different methods.
	Hurst []Hurst `json:"hurst,omitempty"`
	// Peaks are the busiest windows of 1, 10 and 60 s.
	Peaks []Peak `json:"peaks,omitempty"`
	// Laws are the laws of the gaps, as if they were independent.
	Laws Laws `json:"gap_laws"`
	// Models are arrival processes, best first by AIC.
	Models []Model `json:"models,omitempty"`
	// RefusedModels could not be fitted.
	RefusedModels []Refused `json:"refused_models,omitempty"`
}

// Gaps describes the times between neighbouring arrivals, in seconds.
type Gaps struct {
	Number int     `json:"number"`
	Mean   float64 `json:"mean"`
	Min    float64 `json:"min"`
	Max    float64 `json:"max"`
	// Zeros is the number of gaps of no length: arrivals at one instant.
	Zeros int `json:"zeros"`
	// SCV is the squared coefficient of variation, 1 for Poisson arrivals.
	SCV *float64 `json:"scv,omitempty"`
	// Autocorrelation is that of the gaps at lags 1, 2, 5, 10 and 100.
	Autocorrelation []Autocorrelation `json:"autocorrelation,omitempty"`
	// Noise is 1.96/√number: 95 % of the autocorrelations of independent gaps
	// of finite variance are between −Noise and Noise.
	Noise *float64 `json:"noise,omitempty"`
}

// Autocorrelation is the correlation of a sequence with itself Lag places on.
type Autocorrelation struct {
	Lag   int     `json:"lag"`
	Value float64 `json:"value"`
}

// Dispersion is the index of dispersion for counts at one time scale.
type Dispersion struct {
	// Window is the length of the windows, in seconds.
	Window float64 `json:"window"`
	// Windows is how many there are: whole ones, end to end from the first
	// arrival on.
	Windows int `json:"windows"`
	// Index is the variance of the counts in windows over their mean: 1 for
	// Poisson arrivals at every scale, 0 for evenly spaced ones.
	Index float64 `json:"index"`
	// StandardError is Index·√(2/(Windows − 1)), that of normal counts in
	// independent windows. Under long-range dependence it is too small.
	StandardError float64 `json:"standard_error"`
}

// Hurst is an estimate of the Hurst parameter of the counts: 0.5 where far
// windows are independent, between 0.5 and 1 under long-range dependence. A
// trend or a daily pattern also raises it.
type Hurst struct {
	// Method is "aggregated_variance" or "wavelet".
	Method string  `json:"method"`
	Value  float64 `json:"value"`
	// StandardError is that of the wavelet method for Gaussian counts; the
	// aggregated variance has none that can be trusted.
	StandardError *float64 `json:"standard_error,omitempty"`
	// PValue is the probability that points on a straight line are as far off
	// it as these (wavelet only). Below 0.05 there is no single exponent.
	PValue *float64 `json:"p_value,omitempty"`
	// From and To are the time scales that were used, in seconds.
	From float64 `json:"from"`
	To   float64 `json:"to"`
}

// Peak is the busiest of the windows of one length.
type Peak struct {
	// Window is the length of the windows, in seconds.
	Window float64 `json:"window"`
	// Windows is the number of whole windows from the first arrival on.
	Windows int `json:"windows"`
	// Count is the number of arrivals in the busiest.
	Count int `json:"count"`
	// Start is when the busiest begins, in seconds from the first arrival.
	Start float64 `json:"start"`
	// Ratio is Count over the mean number of arrivals in a window.
	Ratio float64 `json:"peak_to_mean"`
}

// Services is about what the tasks ask for, in seconds of service.
type Services struct {
	Mean float64 `json:"mean"`
	Min  float64 `json:"min"`
	Max  float64 `json:"max"`
	// Zeros is the number of demands of zero.
	Zeros int `json:"zeros"`
	// SCV is the squared coefficient of variation of the demands.
	SCV *float64 `json:"scv,omitempty"`
	// Quantiles are by nearest rank; those beyond 1 − 1/records are absent.
	Quantiles []Quantile `json:"quantiles,omitempty"`
	// Tail is the tail index by Hill's estimator.
	Tail *Tail `json:"tail,omitempty"`
	// Consecutive is the correlation of neighbouring demands.
	Consecutive *Correlation `json:"consecutive,omitempty"`
	// WithGap is the correlation of a demand with the gap before its arrival.
	WithGap *Correlation `json:"with_gap,omitempty"`
	// Laws are the laws of the demands.
	Laws Laws `json:"laws"`
}

// Quantile is the smallest value that a share P of all do not exceed.
type Quantile struct {
	P     float64 `json:"p"`
	Value float64 `json:"value"`
}

// Tail is the tail index: P(X > x) falls like x^-Index for large x. Moments
// of order Index and above are infinite.
type Tail struct {
	TailEstimate
	// Others are Hill's estimates at the greatest 1, 5 and 10 %. Where they
	// differ by much more than their errors the tail is no power law.
	Others []TailEstimate `json:"others,omitempty"`
}

// TailEstimate is Hill's estimate from the K greatest values.
type TailEstimate struct {
	Index float64 `json:"index"`
	// StandardError is Index/√K, that of independent values with a tail that is
	// a power law from Threshold on.
	StandardError float64 `json:"standard_error"`
	// K is how many of the greatest values were used. That of the estimate
	// itself is records^(2/3), rounded: the order that is best for tails whose
	// first deviation from the power law has the relative size 1/x^Index
	// (Hall 1982).
	K int `json:"k"`
	// Threshold is the value below them, in seconds.
	Threshold float64 `json:"threshold"`
}

// Correlation of two sequences. A coefficient is nil where one of them is
// constant.
type Correlation struct {
	// Pearson is that of the values; it means little when a variance is
	// infinite.
	Pearson *float64 `json:"pearson,omitempty"`
	// Spearman is that of the ranks, ties sharing the middle of their ranks.
	Spearman *float64 `json:"spearman,omitempty"`
	// Noise is 1.96/√pairs: 95 % of the coefficients of independent sequences
	// are between −Noise and Noise.
	Noise float64 `json:"noise"`
}

// Laws are the laws fitted to one sample.
type Laws struct {
	// Fitted are best first: by AIC, those without one in front.
	Fitted []Law `json:"fitted,omitempty"`
	// Refused could not be fitted.
	Refused []Refused `json:"refused,omitempty"`
}

// Law is a law fitted by maximum likelihood.
type Law struct {
	// Name is that of a scenario: "lognormal".
	Name string `json:"distribution"`
	// Parameters are the scenario's, in its order.
	Parameters Parameters `json:"parameters"`
	// Distribution is the law itself.
	Distribution distributions.Distribution `json:"-"`
	// Free is the number of parameters that AIC counts. The number of stages
	// of an Erlang law is not counted: a whole number is found without error in
	// a long log, so it does not make the likelihood of the sample look better
	// than that of the next.
	Free int `json:"free_parameters"`
	// LogLikelihood is natural; absent for the constant, which has no density.
	LogLikelihood *float64 `json:"log_likelihood,omitempty"`
	// AIC is 2·Free − 2·LogLikelihood (Akaike 1974); less is better.
	AIC *float64 `json:"aic,omitempty"`
	// KS is the Kolmogorov–Smirnov distance of the sample from the law.
	KS float64 `json:"ks"`
	// ScaledKS is KS·√n. Samples of a law given beforehand exceed 1.36 in 5 %
	// of all cases, samples of a fitted law less often.
	ScaledKS float64 `json:"ks_scaled"`
	// Mean and SCV are those of the law, which may be infinite.
	Mean Number `json:"mean"`
	SCV  Number `json:"scv"`
}

// Model is an arrival process fitted by maximum likelihood of the gaps.
type Model struct {
	// Name is that of a scenario: "poisson", "renewal", "mmpp" or
	// "deterministic".
	Name string `json:"process"`
	// Parameters are the scenario's, in its order.
	Parameters Parameters `json:"parameters"`
	// Process is the process itself.
	Process arrivals.Process `json:"-"`
	// Free is the number of parameters that AIC counts.
	Free int `json:"free_parameters"`
	// LogLikelihood is that of the gaps, all of them; absent for evenly spaced
	// arrivals.
	LogLikelihood *float64 `json:"log_likelihood,omitempty"`
	// AIC is 2·Free − 2·LogLikelihood; less is better.
	AIC *float64 `json:"aic,omitempty"`
	// Rate is arrivals per second in the long run; absent where the mean gap is
	// infinite.
	Rate *float64 `json:"rate,omitempty"`
	// Asymptotic is the model's index of dispersion over long windows; absent
	// where it is infinite.
	Asymptotic *float64 `json:"asymptotic_index_of_dispersion,omitempty"`
	// Dispersion is the model's index of dispersion at the windows of
	// Arrivals.Dispersion; absent for renewal models.
	Dispersion []float64 `json:"index_of_dispersion,omitempty"`
	// Bursts tells a Markov-modulated process in words; nil for the others.
	Bursts *Bursts `json:"bursts,omitempty"`
}

// Bursts are the times in the state of the higher rate.
type Bursts struct {
	// Ratio is the rate inside over the rate outside; absent where there are no
	// arrivals outside.
	Ratio *float64 `json:"burst_ratio,omitempty"`
	// Share of the time that is inside.
	Share float64 `json:"burst_share"`
	// Length of a burst on average, in seconds.
	Length float64 `json:"burst_length"`
}
