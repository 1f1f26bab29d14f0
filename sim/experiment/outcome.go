package experiment

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"spillway/distributions"
	"spillway/results"
	"spillway/sim"
	"spillway/sim/measure"
)

type (
	tally     = measure.Tally
	lengthLaw = measure.LengthLaw
)

const relativeError = measure.RelativeError

func (r *runner) warn(code, metric, format string, args ...any) {
	r.warnings = append(r.warnings, results.Warning{Code: code, Metric: metric, Text: fmt.Sprintf(format, args...)})
}

func (r *runner) warnNothing(tasks int64) {
	r.warn("no_relative_precision", r.reached.Of, "%s is 0, or cannot be had, in %d tasks: a precision relative to nothing cannot be reached, the run stops here",
		r.reached.Of, tasks)
}

func (r *runner) warnMaxTasks() {
	if float64(r.reached.Reached) <= r.reached.Target {
		return // with control variates it is
	}
	r.warn("max_tasks_reached", r.reached.Of, "stopped at run.max_tasks = %d: %s is known to ±%.2g %%, not to the ±%.2g %% asked for",
		r.point.Plan.MaxTasks, r.reached.Of, 100*float64(r.reached.Reached), 100*r.reached.Target)
}

func (r *runner) records() []sim.Record {
	var records []sim.Record
	if r.point.Plan.State == Transient {
		for _, done := range r.finished {
			if done != nil { // what is not through is not of the whole run
				records = append(records, *done)
			}
		}
		return records
	}
	for _, rep := range r.replications {
		records = append(records, rep.Record())
	}
	return records
}

// offered counts the tasks of all replications since time zero.
func (r *runner) offered() int64 {
	n := int64(0)
	for _, rep := range r.replications {
		n += rep.Offered()
	}
	return n
}

// counted is the number of counted tasks of all replications.
func (r *runner) counted() int64 {
	n := int64(0)
	for _, rec := range r.records() {
		n += rec.Total.Offered
	}
	return n
}

// mostCredit is how many times the interval of a mean may be narrower, by control
// variates, than without them, for a precise run to be shorter for it. What else
// the run tells (quantiles, above all the far ones) profits nothing from them, and
// would be known far worse than the mean.
const mostCredit = 1.3

// precise looks at the metrics that the run is to be precise in, notes the one
// that is furthest from its target, and says whether all have reached it.
func (r *runner) precise() bool {
	plan := &r.point.Plan
	s := newSample(r.point, r.records(), r.ruler.half(), !r.closed)
	r.reached, r.width = &results.Precision{Target: plan.Precision, Reached: -1}, 0
	for _, name := range plan.Of {
		metric, statistic, _ := strings.Cut(name, ".")
		e, ok := s.estimate(metric, statistic)
		if w := relativeWidth(e, ok); w > float64(r.reached.Reached) {
			r.reached.Reached, r.reached.Of = results.Number(w), name
			r.worstIsZero = !ok || !e.Interval || e.Value == 0
		}
		plain := relativeWidth(e, ok) * math.Sqrt(math.Max(1, float64(e.VarianceRatio)))
		r.width = max(r.width, float64(r.reached.Reached), plain/mostCredit)
	}
	return r.width <= plan.Precision
}

// relativeWidth is the half-width of an interval as a share of its value:
// infinite where there is none, zero where the value is known without error.
func relativeWidth(e results.Estimate, ok bool) float64 {
	switch {
	case !ok || !e.Interval:
		return math.Inf(1)
	case e.HalfWidth == 0:
		return 0
	default:
		return float64(e.HalfWidth) / math.Abs(float64(e.Value))
	}
}

// outcome makes the estimates.
func (r *runner) outcome() Outcome {
	if !r.counting {
		return Outcome{Warnings: r.warnings}
	}
	plan, model := &r.point.Plan, r.point.Model
	records := r.records()
	r.closed = true
	all := newSample(r.point, records, r.ruler.half(), false)
	out := &results.Simulated{
		Replications: len(records), State: plan.State.String(), Confidence: plan.Confidence,
		Warmup: r.warmup, Metrics: all.metrics(),
	}
	batches := r.batches(records[0])
	if batches != nil {
		all = batchSample(r.point, batches)
		out.Metrics, out.Batches = all.metrics(), describeBatches(batches)
	}
	out.Within = all.within(plan.Within)
	if slices.ContainsFunc(controlledMetrics, all.usesControls) {
		out.ControlVariates = all.controls.names
	}
	if plan.Precise && !r.paired {
		r.precise() // again: the last tasks have left since
		out.Precision = r.reached
	}
	stranded := int64(0)
	for _, rec := range records {
		out.Tasks += rec.Total.Offered
		addFlow(&out.Flow, &rec.Flow)
		stranded += rec.Stranded
	}
	if len(plan.Series) > 0 {
		out.Series = r.series.series(plan.Series, plan.Confidence, all.refuses(), all.scales())
	}
	if len(model.Classes) > 1 {
		out.Classes = map[string]results.Metrics{}
		for i, name := range model.Classes {
			out.Classes[name] = all.class(r.point, all.records, i).metrics()
		}
	}
	r.warnShort()
	r.warnStranded(stranded, out.Tasks)
	r.warnTails(all)
	r.warnHeavy()
	if len(records) < 2 && batches == nil {
		r.warn("no_interval", "", "one replication has no interval")
	}
	return Outcome{Simulated: out, Warnings: r.warnings, Complete: r.complete}
}

// addFlow adds the balance of one replication.
func addFlow(to *results.Flow, f *sim.Flow) {
	to.Offered += f.Offered
	to.Completed += f.Completed
	to.Shed += f.Shed
	to.Abandoned += f.Abandoned
	to.TimedOut += f.TimedOut
	to.Lost += f.Lost
	to.InFlight += f.InFlight
}

// warnStranded says how many tasks had not come to an end when the run did.
func (r *runner) warnStranded(stranded, tasks int64) {
	if stranded > 0 {
		r.warn("unfinished", "", "%d of %d tasks had not come to an end long after the run did: they wait, or try again, for ever; "+
			"they are missing in wait and latency, and in the ratios of what became of tasks", stranded, tasks)
	}
}

// warnShort says where replications are so short that one eighth of them, or
// less, still depends on the one before: their means are then far from normal
// and the start is not forgotten. The bound is what a single queue at a load of
// 0.9 has when its replications are some 30 times its correlation time long,
// from where on intervals were seen to cover; or, of few replications, what
// chance exceeds once in a hundred runs.
func (r *runner) warnShort() {
	correlation, pairs := r.ruler.dependence("in_system")
	if r.periodic { // the parts of a period differ, whatever is forgotten
		return
	}
	if pairs == 0 || correlation <= max(0.2, 2.33/math.Sqrt(float64(pairs))) {
		return
	}
	r.warn("too_short", "", "the replications are short beside the memory of the system: what is in it in one stretch of a replication depends on "+
		"the stretch before (correlation %.2f between eighths or sixteenths): intervals may be too narrow, give longer replications", correlation)
}

// tailTasks is how many tasks of a replication ought to lie beyond a quantile.
const tailTasks = 10

// warnTails names the quantiles that the run is too short for.
func (r *runner) warnTails(s *sample) {
	perReplication := float64(s.pooled("latency").Count()) / float64(len(s.final()))
	for _, q := range quantiles {
		need := tailTasks / (1 - q.p)
		if perReplication >= need*(1-1e-9) {
			continue
		}
		for _, metric := range taskMetrics {
			if tallyOf(&s.measures[0], metric) == nil {
				continue
			}
			r.warn("tail_not_reached", metric+"."+q.name, "a replication of %.0f tasks is too short for the quantile %g: want %.0f or more",
				perReplication, q.p, need)
		}
	}
}

// warnHeavy says where a heavy tail makes the intervals of means untrue: the
// mean wait of M/G/1 has a finite variance only for a tail index of the
// service above 3, and a t interval of it is valid above 4, because the sums
// are correlated (Daley, "The serial correlation coefficients of waiting times
// in a stationary single server queue", J. Austral. Math. Soc. 8, 1968).
func (r *runner) warnHeavy() {
	index := math.Inf(1)
	for _, s := range r.point.Model.Streams {
		index = math.Min(index, distributions.TailIndex(s.Service))
	}
	valid := 4.0
	if m := r.point.Model; m.Infinite || m.Limited {
		valid = 2 // without a queue that can grow, a finite variance will do
	}
	if index > valid {
		return
	}
	for _, metric := range []string{"wait.mean", "wait.sd", "latency.mean", "latency.sd", "service.sd", "queue_length.mean", "in_system.mean", "memory.mean"} {
		r.warn("heavy_tail", metric, "the service has a tail of index %g: t intervals of means are not valid at or below %g", index, valid)
	}
	if index <= 2 {
		r.warn("heavy_tail", "service.mean", "the service has a tail of index %g: its variance is infinite", index)
		r.warn("heavy_tail", "utilization.mean", "the service has a tail of index %g: its variance is infinite", index)
	}
}
