package scenarios

import (
	"slices"
	"strings"
)

// Objective is one bound that the results of a point have to keep.
type Objective struct {
	// Metric is the metric and statistic as results have them: "latency.p99",
	// "classes.batch.wait.mean". Of a share within a time it is
	// "latency.within.200ms", with the time as it was written.
	Metric string
	// Bound is what the value may be at most, in the unit of the metric:
	// seconds, per second, bytes, tasks or a ratio.
	Bound float64
	// Least makes Bound what the value has to be at least.
	Least bool
	// Within is the time in seconds of which Bound is the share of tasks that
	// are answered until then; not looked at for any other metric.
	Within float64
}

// withinKey is the key of shares within times.
const withinKey = "latency.within"

// sloBound is what any metric may be bounded by.
type sloBound struct{}

func (sloBound) units() []unit { return []unit{pure, duration, ratio, rate, size} }

func (sloBound) want() string { return "a count, a duration, a ratio, a rate or a size of at least 0" }

func (s sloBound) check(c *checker, n *node, path string) *value {
	for _, u := range s.units() {
		q := &quantity{unit: u, min: least(0)}
		if x, _, ok := q.read(n); ok && q.inside(x) {
			return q.check(c, n, path)
		}
	}
	c.refuse(n, path, s.want(), "")
	return bad(n, path)
}

func (s sloBound) schema(g *generator) object {
	var all []object
	for _, u := range s.units() {
		all = append(all, (&quantity{unit: u, min: least(0)}).schema(g))
	}
	return object{"anyOf": all}
}

// slo are the bounds that v lists.
func (b *builder) slo(p *Point, v *value) {
	if v == nil || v.bad {
		return
	}
	for _, key := range v.order {
		bound := v.fields[key]
		if key == withinKey {
			b.withinTimes(p, bound)
			continue
		}
		if o, ok := b.objective(p, key, bound); ok {
			p.Objectives = append(p.Objectives, o)
		}
	}
}

// objective is one bound; ok is false where it was reported.
func (b *builder) objective(p *Point, key string, v *value) (o Objective, ok bool) {
	name := b.sloMetric(p, key, v)
	if name == "" {
		return o, false
	}
	limit := v
	if v.fields != nil {
		if limit = v.field("min"); limit == nil {
			b.refuse(v.node, v.path, "an upper bound, or {min: …}", "shares within times are of "+withinKey)
			return o, false
		}
	}
	q := &quantity{unit: sloUnit(name), min: least(0)}
	if q.unit == ratio && limit != v {
		q.max = least(1)
	}
	x, _, ok := q.read(limit.node)
	if !ok || !q.inside(x) {
		b.refuse(limit.node, limit.path, q.want(), q.hint(limit.node))
		return o, false
	}
	return Objective{Metric: name, Bound: x, Least: limit != v}, true
}

// sloMetric is the whole name of the metric that a key means, with its
// statistic; empty where it was reported.
func (b *builder) sloMetric(p *Point, key string, v *value) string {
	prefix, name := "", key
	if rest, found := strings.CutPrefix(key, "classes."); found {
		class, metric, _ := strings.Cut(rest, ".")
		var classes []string
		for _, s := range p.Streams {
			classes = append(classes, append(slices.Clone(s.Classes), s.Class)...)
		}
		if !slices.Contains(classes, class) || class == "" {
			b.fail(v.node.place, v.path, "the class "+quote(clip(class)), "a class of arrivals", didYouMean(near(class, classes)))
			return ""
		}
		prefix, name = "classes."+class+".", metric
	}
	names := sloMetrics()
	if !strings.Contains(name, ".") {
		name += ".mean"
	}
	if slices.Contains(names, name) {
		return prefix + name
	}
	b.fail(v.node.place, v.path, "the metric "+quote(clip(key)), "metric.statistic, or a metric for its mean: "+
		"latency.p99, wait.mean, shed_ratio; or "+withinKey, didYouMean(near(name, append(names, withinKey))))
	return ""
}

// sloMetrics are all that can be bounded: every estimate, and the largest
// values.
func sloMetrics() []string {
	names := metrics()
	for _, m := range []string{
		"latency", "wait", "service", "throttle_delay", "queue_length", "in_system", "in_network", "in_retry", "utilization", "memory", "servers",
	} {
		names = append(names, m+".max")
	}
	return names
}

// sloUnit is that of a metric's bound.
func sloUnit(name string) unit {
	parts := strings.Split(name, ".")
	switch metric := parts[len(parts)-2]; metric {
	case "latency", "wait", "service", "throttle_delay":
		return duration
	case "throughput", "arrival_rate", "goodput", "scale_changes":
		return rate
	case "memory":
		return size
	default:
		if strings.HasSuffix(metric, "_ratio") || metric == "utilization" {
			return ratio
		}
	}
	return pure
}

// withinTimes are the shares of the tasks that are to be answered within times.
func (b *builder) withinTimes(p *Point, v *value) {
	if v.fields == nil || v.field("min") != nil {
		b.refuse(v.node, v.path, "a mapping of times to shares, like {200ms: 99.5%}", "")
		return
	}
	for _, text := range v.order {
		within, _ := duration.parse(text)
		share := v.fields[text]
		p.Objectives = append(p.Objectives, Objective{Metric: withinKey + "." + text, Bound: share.number, Least: true, Within: within})
	}
}

// within are the times of which the objectives are shares.
func (p *Point) within() (times []float64) {
	for _, o := range p.Objectives {
		if strings.HasPrefix(o.Metric, withinKey+".") {
			times = append(times, o.Within)
		}
	}
	return times
}
