package results

import (
	"math"
	"slices"
	"strings"
)

// The verdicts on an objective; the third is CannotTell.
const (
	Met    Verdict = "met"
	Missed Verdict = "missed"
)

// Objective is one bound that the results of a point have to keep.
type Objective struct {
	// Metric is "latency.p99", "classes.batch.wait.mean", or
	// "latency.within.200ms" for the share of the tasks that are answered
	// within that time.
	Metric string
	// Bound is the most that the value may be, in the unit of the metric.
	Bound float64
	// Least makes Bound the least that it may be.
	Least bool
	// Within is the time in seconds of which the metric is the share; not
	// looked at for any other.
	Within float64
}

// Judgement is what became of an objective at a point.
type Judgement struct {
	Metric string `json:"metric"`
	// Kind is "max" where Bound is the most that the value may be, "min" where
	// it is the least.
	Kind  string `json:"kind"`
	Bound Number `json:"bound"`
	// Value is absent where there is none.
	Value *Number `json:"value,omitempty"`
	// Low and High are what the verdict was found by: the value is at least
	// Low, and at most High, each with the confidence that was asked for. They
	// are absent of a value without an interval.
	Low     *Number `json:"low,omitempty"`
	High    *Number `json:"high,omitempty"`
	Verdict Verdict `json:"verdict"`
}

// Rule decides on objectives. With Low and High the ends of a one-sided
// interval each, what histograms are inexact by added to it: an upper bound is
// met where High is at most the bound, missed where Low is above it, and in
// between it cannot be told. A lower bound is the mirror image.
//
// A maximum, which has no interval, is at least what was seen: it can miss an
// upper bound and meet a lower one, and otherwise it cannot be told. Of an
// estimate without an interval it cannot be told, nor of one that the run was
// too short for, unless it is too large even so (missedEvenSo).
type Rule struct {
	// Confidence is that of each verdict, in (0, 1). At 50 % and below the
	// value itself decides.
	Confidence float64
	// Whole says that what was simulated is all that is asked about, such as
	// the one replay of a trace: the values themselves decide.
	Whole bool
}

// Judge judges the objectives by the simulated values of a point. A point
// without a steady state misses all of them.
func (r Rule) Judge(p *Point, objectives []Objective) []Judgement {
	var all []Judgement
	for _, o := range objectives {
		j, _ := r.judge(p, o)
		all = append(all, j)
	}
	return all
}

// judge also gives the estimate that it judged by; without one it is bare.
func (r Rule) judge(p *Point, o Objective) (Judgement, Estimate) {
	j := o.judgement()
	if p.Simulated == nil {
		if !p.Stable {
			j.Verdict = Missed
			j.Value = o.withoutEnd()
		}
		return j, Estimate{}
	}
	e, ok := o.estimate(p)
	if !ok {
		return j, Estimate{}
	}
	j.Value = &e.Value
	if !r.Whole && o.unreached(p) {
		if short := j; o.missedEvenSo(p) && r.verdict(o, e, &short) == Missed {
			short.Verdict = Missed
			return short, e
		}
		return j, e
	}
	j.Verdict = r.verdict(o, e, &j)
	return j, e
}

// missedEvenSo says that an upper bound that seems to be missed is missed,
// although the replications are short beside the memory of the system: they
// begin empty, so that the long run has more of what this metric measures, not
// less, and the law of their means is skewed upward, so that the lower end of
// the interval is too low, not too high.
func (o Objective) missedEvenSo(p *Point) bool {
	for _, w := range p.Warnings {
		if doubtful(w.Code) && w.Code != "too_short" && (w.Metric == "" || w.Metric == o.Metric) {
			return false
		}
	}
	congestion := []string{"latency", "wait", "queue_length", "in_system", "memory", "wait_ratio", "shed_ratio", "abandoned_ratio", "timed_out_ratio"}
	return !o.Least && slices.Contains(congestion, locate(o.Metric).metric)
}

// judgement is one that cannot be told.
func (o Objective) judgement() Judgement {
	kind := "max"
	if o.Least {
		kind = "min"
	}
	return Judgement{Metric: o.Metric, Kind: kind, Bound: Number(o.Bound), Verdict: CannotTell}
}

// withoutEnd is the value of a metric in a system whose queue grows for ever;
// nil where that does not follow.
func (o Objective) withoutEnd() *Number {
	switch locate(o.Metric).metric {
	case "latency", "wait", "queue_length", "in_system":
		if o.Within == 0 {
			inf := Number(math.Inf(1))
			return &inf
		}
	}
	return nil
}

// estimate finds the simulated value.
func (o Objective) estimate(p *Point) (Estimate, bool) {
	if o.isShare() {
		e, ok := p.Simulated.Within[o.Within]
		return e, ok
	}
	return locate(o.Metric).estimate(p)
}

func (o Objective) isShare() bool { return strings.HasPrefix(o.Metric, "latency.within.") }

// unreached says that the run was too short for the value.
func (o Objective) unreached(p *Point) bool {
	path := locate(o.Metric)
	for _, w := range p.Warnings {
		if doubtful(w.Code) && (w.Metric == "" || w.Metric == path.metric+"."+path.stat) {
			return true
		}
	}
	return false
}

// verdict judges an estimate, and notes the ends of its interval.
func (r Rule) verdict(o Objective, e Estimate, j *Judgement) Verdict {
	value := float64(e.Value)
	switch {
	case math.IsNaN(value):
		return CannotTell
	case r.Whole:
		return o.side(value, value)
	case e.Method == "max" && !e.Interval:
		return o.side(value, math.Inf(1))
	case !hasInterval(e):
		return CannotTell
	}
	low, high := r.ends(e)
	if o.isShare() {
		low, high = math.Max(0, low), math.Min(high, 1)
	}
	j.Low, j.High = number(low), number(high)
	return o.side(low, high)
}

// numbers are all that there are.
func (j *Judgement) numbers() []Number {
	all := []Number{j.Bound}
	for _, n := range []*Number{j.Value, j.Low, j.High} {
		if n != nil {
			all = append(all, *n)
		}
	}
	return all
}

// csvObjectives are the objectives in CSV.
func csvObjectives(all []Judgement, row map[string]string, put putter) error {
	for _, j := range all {
		column := "slo." + j.Metric
		row[column+".verdict"] = string(j.Verdict)
		if err := put(column+".bound", j.Bound); err != nil {
			return err
		}
		if j.Value == nil {
			continue
		}
		if err := put(column+".value", *j.Value); err != nil {
			return err
		}
	}
	return nil
}

func number(x float64) *Number {
	n := Number(x)
	return &n
}

// ends are the one-sided ends of an interval. Those of a quantile are not
// equally far from it; each is brought nearer, or further, by the ratio of the
// quantiles of Student's law.
func (r Rule) ends(e Estimate) (low, high float64) {
	share := 0.0
	if r.Confidence > 0.5 {
		df := e.degrees()
		share = studentTail(2*(1-r.Confidence), df) / studentTail(1-e.Level, df)
	}
	value := float64(e.Value)
	return value - share*(value-float64(e.Low)) - e.Slack, value + share*(float64(e.High)-value) + e.Slack
}

// side says on which side of the bound all values from low to high are. What
// rounding can do is not held against either.
func (o Objective) side(low, high float64) Verdict {
	bound, rounding := o.Bound, 1e-9*math.Abs(o.Bound)
	if o.Least {
		low, high, bound = -high, -low, -bound
	}
	switch {
	case high <= bound+rounding:
		return Met
	case low > bound+rounding:
		return Missed
	}
	return CannotTell
}

// JudgeTheory judges by the values of theory: exact ones decide, and what is
// approximate or not known cannot be told.
func JudgeTheory(p *Point, objectives []Objective) []Judgement {
	var all []Judgement
	for _, o := range objectives {
		j := o.judgement()
		switch value, ok := o.theory(p.Analytic); {
		case !p.Stable:
			j.Verdict, j.Value = Missed, o.withoutEnd()
		case ok:
			j.Value = number(value)
			if p.Analytic.Exact {
				j.Verdict = o.side(value, value)
			}
		}
		all = append(all, j)
	}
	return all
}

// theory finds the analytic value.
func (o Objective) theory(a *Analytic) (float64, bool) {
	if a == nil || o.isShare() {
		return 0, false
	}
	path := locate(o.Metric)
	metrics := a.Metrics
	if path.class != "" {
		metrics = a.Classes[path.class]
	}
	x, ok := metrics[path.metric][path.stat]
	return float64(x), ok
}
