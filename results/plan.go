package results

import "math"

// SchemaPlan names the format of Plan.
const SchemaPlan = "spillway/plan/v1"

// Plan is how much of something is enough: the JSON of `plan`.
type Plan struct {
	Schema   string   `json:"schema"`
	Scenario Scenario `json:"scenario"`
	Program  Program  `json:"program"`
	// Complete is false when the search was interrupted: Points then holds
	// what was tried.
	Complete bool `json:"complete"`
	Vary     Vary `json:"vary"`
	// Confidence is that of all verdicts together: with this probability none
	// of them is wrong.
	Confidence float64 `json:"confidence"`
	Answer     Answer  `json:"answer"`
	// Erlang is what the textbook formula says, where arrivals are not
	// Poisson and it says otherwise.
	Erlang *Erlang `json:"erlang,omitempty"`
	// Points are the values that were tried, in ascending order.
	Points []PlanPoint `json:"points"`
	// Timing is nil unless it was asked for.
	Timing *Timing `json:"timing,omitempty"`
}

// Vary is what was varied.
type Vary struct {
	Key string `json:"key"` // "servers"
	// Low and High are the ends of the range that was allowed.
	Low  Number `json:"low"`
	High Number `json:"high"`
	// Whole values only; others were searched to Tolerance.
	Whole     bool    `json:"whole"`
	Tolerance float64 `json:"tolerance,omitempty"`
	// Unit is written behind a value: "/s".
	Unit string `json:"unit,omitempty"`
	// Goal is "least" or "largest"; empty where the ends of the range did not
	// show which.
	Goal string `json:"goal,omitempty"`
}

// Outcome is how a search ended.
type Outcome string

// The outcomes.
const (
	// Found: Value keeps the objectives, and Beyond, next to it, does not.
	Found Outcome = "found"
	// All: so does all that was tried; Value is the end of the range.
	All Outcome = "all"
	// None of the range does.
	None Outcome = "none"
	// Open: of the values in Unclear it cannot be told.
	Open Outcome = "cannot_tell"
)

// Answer is what the search found.
type Answer struct {
	Outcome Outcome `json:"outcome"`
	// Value keeps the objectives; nil where none does for certain.
	Value *Number `json:"value,omitempty"`
	// Beyond misses one, and is the nearest to Value.
	Beyond *Number `json:"beyond,omitempty"`
	// Unclear are the values of which it cannot be told.
	Unclear []Number `json:"unclear,omitempty"`
	// Monotone is false where, among what was tried, more of it was not always
	// better, or always worse.
	Monotone bool `json:"monotone"`
	// Text is the answer in words.
	Text string `json:"text"`
}

// Erlang is the answer of the formula for Poisson arrivals and exponential
// service times of the same means.
type Erlang struct {
	Value Number `json:"value"`
	Text  string `json:"text"`
}

// PlanPoint is a value that was tried.
type PlanPoint struct {
	Value Number `json:"value"`
	// Stable is false where the value gives no steady state: it was not
	// simulated.
	Stable bool `json:"stable"`
	// Tasks and Replications are those of the last look; both are 0 where
	// nothing was simulated. Looks counts them.
	Tasks        int64 `json:"tasks"`
	Replications int   `json:"replications"`
	Looks        int   `json:"looks"`
	// TasksNeeded is about how many tasks would tell, where these could not;
	// absent where it is not known.
	TasksNeeded *Number   `json:"tasks_needed,omitempty"`
	Objectives  []Tried   `json:"slo"`
	Verdict     Verdict   `json:"verdict"`
	Warnings    []Warning `json:"warnings,omitempty"`
}

// Tried is what became of an objective at a value.
type Tried struct {
	Judgement
	// Exact is the value of theory, where an exact model has one.
	Exact *Number `json:"exact,omitempty"`
}

// Try judges a point as it was simulated, and says how many times as long the
// simulation would have to be for what it could not tell: the square of how
// many times too wide the interval is for the distance to the bound. 0 is that
// nothing is known of it, infinite that no length would do: the distance is
// less than what the histogram is inexact by.
func (r Rule) Try(p *Point, objectives []Objective) (tried []Tried, verdict Verdict, times float64) {
	verdict = Met
	for _, o := range objectives {
		j, e := r.judge(p, o)
		t := Tried{Judgement: j}
		if x, ok := o.theory(p.Analytic); ok && p.Analytic.Exact {
			t.Exact = number(x)
		}
		tried = append(tried, t)
		switch {
		case j.Verdict == Missed:
			verdict = Missed
		case j.Verdict == CannotTell && verdict == Met:
			verdict = CannotTell
		}
		if j.Verdict == CannotTell {
			times = math.Max(times, o.lacking(j, e))
		}
	}
	return tried, verdict, times
}

// muchLonger is how many times as long a simulation is made that was too short
// to say anything.
const muchLonger = 4

// lacking is how many times as long a simulation has to be to tell; 0 where it
// is not known, infinite where none is long enough.
func (o Objective) lacking(j Judgement, e Estimate) float64 {
	switch {
	case j.Value == nil || !e.Interval:
		return math.Inf(1)
	case j.Low == nil || j.High == nil:
		return muchLonger
	}
	value := float64(*j.Value)
	distance, reach := o.Bound-value, float64(*j.High)-value
	if distance < 0 {
		distance, reach = -distance, value-float64(*j.Low)
	}
	reach -= e.Slack // what is left to chance
	switch {
	case distance > e.Slack:
		return math.Pow(reach/(distance-e.Slack), 2)
	case e.Slack == 0:
		return 0 // on the bound, as far as this look sees
	case distance+reach <= e.Slack:
		return math.Inf(1)
	}
	return math.Pow(reach/(e.Slack/2), 2) // so that it shows whether any length would do
}

// Believe judges by the values of theory, exact or not, as far as they are
// known: it is good for a place to start. Where nothing is known it cannot tell.
func Believe(p *Point, objectives []Objective) Verdict {
	verdict := CannotTell
	for _, o := range objectives {
		value, ok := o.theory(p.Analytic)
		if !ok {
			continue
		}
		if verdict = o.side(value, value); verdict == Missed {
			return Missed
		}
	}
	return verdict
}
