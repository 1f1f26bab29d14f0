package explain

import (
	"math"
	"slices"

	"spillway/distributions"
	"spillway/results"
	"spillway/sim/experiment"
)

func constant(d distributions.Distribution) bool {
	if d == nil {
		return true
	}
	_, ok := d.(distributions.Deterministic)
	return ok
}

func estimate(s *results.Simulated, metric, statistic string) (results.Estimate, bool) {
	e, ok := s.Metrics[metric][statistic]
	return e, ok
}

// read is what came out of a variant.
func (c *Case) read(v *made, o *experiment.ContestOutcome) results.Variant {
	out := results.Variant{Name: v.name, Arrivals: v.arrivals, Demands: v.demand, Note: v.missing}
	if v.missing != "" {
		return out
	}
	if v.system == 0 && v.name != "as_is" {
		out.Same = true
	}
	s := o.Outcomes[v.system].Simulated
	if mean, ok := estimate(s, "wait", "mean"); ok {
		out.Mean = &mean
	}
	if p99, ok := estimate(s, "wait", "p99"); ok {
		out.P99 = &p99
	}
	if deterministic(c.systems[v.system].Model) {
		exact(out.Mean)
		exact(out.P99)
	}
	if shed, ok := estimate(s, "shed_ratio", "mean"); ok && shed.Value > 0 {
		out.Shed = &shed
	}
	out.Share = c.share(v, o, out.Mean)
	return out
}

// exact takes away the room that few events are given: where nothing is random
// there is nothing to allow for.
func exact(e *results.Estimate) {
	if e != nil && e.Interval {
		e.HalfWidth, e.Low, e.High = 0, e.Value, e.Value
	}
}

// share is the mean wait of a variant over that of the point as it is, with the
// interval of the pairs of replications, where there are pairs.
func (c *Case) share(v *made, o *experiment.ContestOutcome, mean *results.Estimate) *results.Estimate {
	first, ok := estimate(o.Outcomes[0].Simulated, "wait", "mean")
	if mean == nil || !ok || !(first.Value > 0) {
		return nil
	}
	if v.system == 0 {
		share := results.NewEstimate(1, 0, first.N, first.Level, "paired")
		return &share
	}
	if deterministic(c.model) {
		exact(&first)
		if deterministic(c.systems[v.system].Model) {
			return quotient(*mean, first)
		}
	}
	share := *quotient(*mean, first) // also where a wait is so rare that the pairs tell nothing
	for _, d := range o.Differences {
		if d.Scenario == v.system && d.Metric == "wait.mean" && d.Relative != nil && d.Relative.Interval {
			half := float64(d.Relative.HalfWidth)
			share.Interval, share.HalfWidth = true, results.Number(half)
			share.Low, share.High = share.Value-share.HalfWidth, share.Value+share.HalfWidth
			share.Level, share.N = d.Relative.Level, d.Relative.N
		}
	}
	return &share
}

// quotient is that of two independent estimates.
func quotient(a, b results.Estimate) *results.Estimate {
	q := results.BareEstimate(float64(a.Value/b.Value), "ratio")
	if a.Interval && b.Interval {
		q.Interval, q.Level, q.N = true, a.Level, a.N
		q.HalfWidth = results.Number(math.Hypot(float64(a.HalfWidth/b.Value), float64(q.Value*(b.HalfWidth/b.Value))))
		q.Low, q.High = q.Value-q.HalfWidth, q.Value+q.HalfWidth
	}
	return &q
}

// parts are those of the mean latency, and sum to it. What is not waiting, held or
// in service is of the delays, or, where these are constant, of control variates:
// latency and wait are estimated with them, service is not, and takes it. Where
// callers give up, waits and services are not all of answered tasks, and what then
// remains is said.
func (c *Case) parts(s *results.Simulated, latency float64) []results.LatencyPart {
	measured := map[string]results.Estimate{}
	rest := latency
	for _, metric := range []string{"throttle_delay", "wait", "service"} {
		if e, ok := estimate(s, metric, "mean"); ok {
			if deterministic(c.model) {
				exact(&e)
			}
			measured[metric] = e
			rest -= float64(e.Value)
		}
	}
	network, response := lawMean(c.model.Network), lawMean(c.model.Response)
	both := network + response
	switch e, served := measured["service"]; {
	case c.model.Policies.Timeout != nil || math.IsInf(both, 1):
		rest -= both
	case (!constant(c.model.Network) || !constant(c.model.Response)) && both > 0:
		network, response = rest*(network/both), rest*(response/both)
		rest = 0
	default:
		if rest -= both; served && math.Abs(rest) <= float64(e.HalfWidth) {
			e.Value, e.Low, e.High = e.Value+results.Number(rest), e.Low+results.Number(rest), e.High+results.Number(rest)
			measured["service"], rest = e, 0
		}
	}
	var out []results.LatencyPart
	add := func(name string, e results.Estimate, always bool) {
		if always || e.Value != 0 {
			out = append(out, results.LatencyPart{Name: name, Mean: e, Share: results.Number(float64(e.Value) / latency)})
		}
	}
	if !(latency > 0) {
		return nil
	}
	add("network_delay", results.BareEstimate(network, "law"), c.model.Network != nil)
	add("throttle_delay", measured["throttle_delay"], false)
	add("wait", measured["wait"], true)
	add("service", measured["service"], true)
	add("response_delay", results.BareEstimate(response, "law"), c.model.Response != nil)
	if math.Abs(rest) > 1e-9*latency {
		add("other", results.BareEstimate(rest, "rest"), true)
	}
	return out
}

func lawMean(d distributions.Distribution) float64 {
	if d == nil {
		return 0
	}
	return d.Mean()
}

// rung is a cause and the variants, the first that there is of which has it, and
// all causes before.
type rung struct {
	name string
	with string
}

// ladder adds one cause after another to a system that has none: its sum is the
// wait as it is.
var ladder = [...]rung{
	{"load", "poisson_constant"},
	{"service_variability", "poisson"},
	{"gap_variability", "gaps_shuffled"},
	{"arrival_order", "demands_shuffled"},
	{"demand_order", "as_is"},
}

// causes are what each rung adds. The interval is that of two independent
// values; where they share random numbers it is wider than it need be.
func causes(variants []results.Variant) []results.Cause {
	at := func(name string) *results.Variant {
		i := slices.IndexFunc(variants, func(v results.Variant) bool { return v.Name == name })
		if i < 0 || variants[i].Mean == nil {
			return nil
		}
		return &variants[i]
	}
	whole := at("as_is")
	if whole == nil || !(whole.Mean.Value > 0) || at(ladder[0].with) == nil || at(ladder[1].with) == nil || at(ladder[2].with) == nil {
		return nil
	}
	var out []results.Cause
	var below *results.Variant
	for _, r := range ladder {
		v := at(r.with)
		if v == nil {
			v = whole // demands that are drawn have no order
		}
		e := *v.Mean
		switch {
		case below == nil:
		case isWhole(below) && isWhole(v):
			e = results.NewEstimate(0, 0, e.N, e.Level, "difference")
		default:
			e = less(e, *below.Mean)
		}
		out = append(out, results.Cause{Name: r.name, Wait: e, Share: e.Value / whole.Mean.Value})
		if v == whole {
			break
		}
		below = v
	}
	return out
}

// isWhole says that a variant is the point as it is.
func isWhole(v *results.Variant) bool { return v.Same || v.Name == ladder[len(ladder)-1].with }

// less is the difference of two estimates.
func less(a, b results.Estimate) results.Estimate {
	e := results.BareEstimate(float64(a.Value-b.Value), "difference")
	if !a.Interval || !b.Interval {
		return e
	}
	e.Interval, e.Level, e.N = true, a.Level, a.N
	e.HalfWidth = results.Number(math.Hypot(float64(a.HalfWidth), float64(b.HalfWidth)))
	e.Low, e.High = e.Value-e.HalfWidth, e.Value+e.HalfWidth
	return e
}

// warnings are those on what is shown, of the point as it is and of the variants,
// each once.
func (c *Case) warnings(o *experiment.ContestOutcome) []results.Warning {
	shown := []string{"", "latency.mean", "wait.mean", "wait.p99"}
	var out []results.Warning
	seen := map[[2]string]bool{}
	for k, system := range o.Outcomes {
		for _, w := range system.Warnings {
			key := [2]string{w.Code, w.Metric}
			if seen[key] || !slices.Contains(shown, w.Metric) {
				continue
			}
			seen[key] = true
			if k > 0 {
				w.Text = c.nameOf(k) + ": " + w.Text
			}
			out = append(out, w)
		}
	}
	return out
}

func (c *Case) nameOf(system int) string {
	for i := range c.variants {
		if v := &c.variants[i]; v.system == system {
			return v.name
		}
	}
	return "a variant"
}
