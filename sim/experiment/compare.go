package experiment

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"

	"spillway/results"
)

// Contest is systems of which all others are compared with the first. They see
// common random numbers: the streams of a replication are keyed by the seed,
// its number and the stream's name, so that streams of one name bring the same
// tasks, at the same times where the processes are the same. What the plan of
// the first says of seed and length holds for all.
type Contest []Point

// ContestOutcome is what a contest gave.
type ContestOutcome struct {
	// Outcomes are of the systems, in their order.
	Outcomes []Outcome
	// Differences are those of every system but the first to the first, by
	// system and in the order of the metrics; nil where the contest was
	// interrupted.
	Differences []results.Difference
	// Precision is that of the differences; nil where none was asked for.
	Precision *results.Precision
	Complete  bool
}

// Compare runs contests as Run does points. Replications of all systems of a
// contest are paired by their numbers. A precise contest goes on until the
// half-width of the difference of each metric in Of is at most the share
// Precision of the first system's value.
func Compare(ctx context.Context, contests []Contest, o Options) ([]ContestOutcome, error) {
	for i, c := range contests {
		if len(c) < 2 {
			return nil, &PointError{i, fmt.Errorf("experiment: %d systems to compare, want 2 or more", len(c))}
		}
		for k := range c {
			if err := errors.Join(c[k].Model.Validate(), c[k].Plan.Validate()); err != nil {
				return nil, &PointError{i, fmt.Errorf("system %d: %w", k+1, err)}
			}
		}
	}
	outcomes := make([]ContestOutcome, len(contests))
	err := o.all(ctx, len(contests), func(i int, base runner) error {
		t := &trial{}
		for _, p := range contests[i] {
			plan := contests[i][0].Plan
			plan.Memory = p.Plan.Memory
			r := base
			r.point, r.paired = &Point{Model: p.Model, Plan: plan}, true
			t.runners = append(t.runners, &r)
		}
		err := t.run()
		outcomes[i] = t.outcome()
		return err
	})
	if err != nil {
		return nil, err
	}
	return outcomes, ctx.Err()
}

func (t *trial) outcome() ContestOutcome {
	out := ContestOutcome{Complete: t.first().complete}
	for _, r := range t.runners {
		out.Outcomes = append(out.Outcomes, r.outcome())
	}
	if !out.Complete {
		return out
	}
	if t.plan().Precise {
		t.precise() // again: the last tasks have left since
		out.Precision = t.first().reached
	}
	samples := t.samples()
	for k := range samples[1:] {
		for _, name := range comparedMetrics() {
			metric, statistic, _ := strings.Cut(name, ".")
			if d, ok := difference(samples[0], samples[k+1], metric, statistic); ok {
				d.Scenario, d.Metric = k+1, name
				out.Differences = append(out.Differences, d)
			}
		}
	}
	return out
}

// samples are those of all systems.
func (t *trial) samples() []*sample {
	var all []*sample
	for _, r := range t.runners {
		all = append(all, newSample(r.point, r.records(), nil, true))
	}
	return all
}

// comparedMetrics are the values of which differences are taken.
func comparedMetrics() []string {
	var names []string
	for _, m := range taskMetrics {
		names = append(names, m+".mean")
		if m == "service" {
			continue // whose law is known
		}
		for _, q := range quantiles {
			names = append(names, m+"."+q.name)
		}
	}
	for _, m := range levelMetrics {
		names = append(names, m+".mean")
		if m == "queue_length" {
			names = append(names, "queue_length.p99")
		}
	}
	for _, m := range rateMetrics {
		names = append(names, m+".mean")
	}
	return names
}

// precise looks at the metrics that the run is to be precise in: in their
// values, or where systems are compared in their differences.
func (t *trial) precise() bool {
	if len(t.runners) == 1 {
		return t.first().precise()
	}
	r, plan := t.first(), t.plan()
	r.reached = &results.Precision{Target: plan.Precision, Reached: -1}
	samples := t.samples()
	for _, name := range plan.Of {
		metric, statistic, _ := strings.Cut(name, ".")
		for _, other := range samples[1:] {
			width, zero := math.Inf(1), true
			if d, ok := difference(samples[0], other, metric, statistic); ok {
				width, zero = float64(d.Difference.HalfWidth)/math.Abs(float64(d.First)), d.First == 0
				if d.Difference.HalfWidth == 0 {
					width = 0
				}
			}
			if width > float64(r.reached.Reached) {
				r.reached.Reached, r.reached.Of, r.worstIsZero = results.Number(width), name, zero
			}
		}
	}
	r.width = float64(r.reached.Reached)
	return r.width <= plan.Precision
}

// difference is that of another system to the first, with an interval by the
// pairs of replications: what the two owe to the same random numbers is not in
// it. ok is false where one of them does not have the value.
func difference(first, other *sample, metric, statistic string) (d results.Difference, ok bool) {
	a, okA := first.linear(metric, statistic)
	b, okB := other.linear(metric, statistic)
	if !okA || !okB || len(a.influence) != len(b.influence) || math.IsInf(a.value, 0) || math.IsInf(b.value, 0) {
		return d, false
	}
	level := first.level
	gap := b.plus(-1, a)
	d = results.Difference{First: results.Number(a.value), Other: results.Number(b.value), Difference: gap.estimate(level, "paired")}
	if a.value != 0 {
		share := b.over(a)
		share.value--
		relative := share.estimate(level, "paired")
		d.Relative = &relative
	}
	// Without pairs, because what is rare here may not be there.
	d.Widen(math.Hypot(first.unsure(metric, statistic, a), other.unsure(metric, statistic, b)))
	nothing := a.value == 0 && b.value == 0 && d.Difference.HalfWidth == 0
	return d, d.Difference.Interval && !nothing
}

// linear is an estimator of one statistic, without controls.
func (s *sample) linear(metric, statistic string) (linear, bool) {
	if statistic == "mean" {
		f, ok := s.parts(metric)
		if !ok {
			return linear{}, false
		}
		return s.ratio(f)
	}
	if tallyOf(&s.measures[0], metric) == nil {
		return s.queueQuantile(metric, statistic)
	}
	if s.pooled(metric).Count() == 0 {
		return linear{}, false
	}
	if p, ok := quantile(statistic); ok {
		return s.linearQuantile(metric, p)
	}
	return s.spread(metric), statistic == "sd"
}

// linearQuantile is a quantile of all tasks together to the first order
// (Bahadur, "A note on quantiles in large samples", Ann. Math. Stat. 37, 1966):
// it moves as the share of the tasks below it does, by that over the density.
// The density is the share inside Woodruff's interval over its length, so that
// the standard error is that of this interval.
func (s *sample) linearQuantile(metric string, p float64) (linear, bool) {
	all := s.pooled(metric)
	q := linear{value: all.Quantile(p), influence: make([]float64, len(s.measures))}
	share, ok := s.share(metric, q.value)
	if !ok {
		return q, false
	}
	half := float64(share.estimate(s.level, "").HalfWidth)
	if !(half > 0) {
		return q, true
	}
	low, high := math.Max(p-half, math.SmallestNonzeroFloat64), math.Min(p+half, 1)
	slope := (all.Quantile(high) - all.Quantile(low)) / (high - low)
	for i, x := range share.influence {
		q.influence[i] = -slope * x
	}
	return q, true
}

// unsure is a standard error that an estimate has at least because what makes
// it up was rare; 0 where it was not.
func (s *sample) unsure(metric, statistic string, l linear) float64 {
	if statistic != "mean" {
		return 0
	}
	f, ok := s.parts(metric)
	if !ok {
		return 0
	}
	plain := l.estimate(s.level, "")
	a, b := s.pairs(f)
	wide := s.makeRoom(metric, plain, a, b)
	if !wide.Interval {
		return math.Inf(1)
	}
	if wide.HalfWidth <= plain.HalfWidth {
		return 0
	}
	return float64(wide.HalfWidth) / results.Student(s.level, wide.N-1)
}
