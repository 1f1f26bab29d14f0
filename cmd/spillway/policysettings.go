package main

import (
	"fmt"
	"strings"

	"spillway/scenarios"
	"spillway/sim"
	"spillway/sim/policy"
)

var disciplineNames = map[sim.Discipline]string{
	sim.LIFO: "lifo", sim.Random: "random", sim.Shortest: "shortest first", sim.Priority: "priority", sim.Fair: "fair",
}

var algorithmNames = map[policy.Algorithm]string{
	policy.AlgorithmAIMD: "AIMD", policy.AlgorithmGradient2: "gradient", policy.AlgorithmVegas: "Vegas",
}

// policySettings describes the policies of a point, a few words a setting.
func policySettings(p *scenarios.Point, out map[string]string) {
	m := &p.Managed
	out["discipline"] = disciplineNames[m.Discipline]
	out["overflow"] = map[sim.Overflow]string{sim.DropOldest: "the oldest is dropped", sim.Block: "the source is held"}[m.Overflow]
	if m.Patience != nil {
		out["patience"] = delayText(m.Patience)
	}
	if m.Retry != nil {
		out["retry"] = retryText(m.Retry)
	}
	if t := m.Timeout; t != nil {
		out["timeout"] = delayText(t.After) + ", work goes on"
		if t.Cancel {
			out["timeout"] = delayText(t.After) + ", work is cancelled"
		}
	}
	if b := m.Breaker; b != nil {
		out["breaker"] = fmt.Sprintf("at %g %% errors in %s, open %s", 100*b.Errors, seconds(b.Window), seconds(b.Open))
	}
	var gates []string
	for _, a := range m.Admission {
		gates = append(gates, gateText(a))
	}
	out["admission"] = strings.Join(gates, ", ")
	if m.Schedule != nil {
		out["servers"] = "by schedule"
	}
	if a := m.Autoscale; a != nil {
		out["servers"] = fmt.Sprintf("%d to %d", a.Min, a.Max)
		out["autoscaling"] = fmt.Sprintf("%s to %g, every %s", a.Metric, a.Target, seconds(a.Interval))
		if a.Startup != nil {
			out["autoscaling"] += ", start-up " + delayText(a.Startup)
		}
	}
}

func retryText(r *sim.Retry) string {
	text := "after a back-off"
	if r.Delay != nil {
		text = "after " + delayText(r.Delay)
	}
	if r.Probability < 1 {
		text = fmt.Sprintf("%g %% %s", 100*r.Probability, text)
	}
	if r.Limited {
		text += fmt.Sprintf(", %d times", r.Limit)
	}
	if r.Budget > 0 {
		text += fmt.Sprintf(", budget %g %%", 100*r.Budget)
	}
	return text
}

func gateText(a sim.Admission) string {
	switch {
	case a.Throttle != nil && a.Throttle.Delay:
		return fmt.Sprintf("throttle %g/s, burst %g, delays", a.Throttle.Rate, a.Throttle.Burst)
	case a.Throttle != nil:
		return fmt.Sprintf("throttle %g/s, burst %g, sheds", a.Throttle.Rate, a.Throttle.Burst)
	case a.Shed != nil:
		text := fmt.Sprintf("shed above %s %g", a.Shed.When, a.Shed.Above)
		if a.Shed.Probability < 1 {
			text += fmt.Sprintf(" with %g %%", 100*a.Shed.Probability)
		}
		return text
	case a.CoDel != nil:
		return fmt.Sprintf("CoDel %s in %s", seconds(a.CoDel.Target), seconds(a.CoDel.Interval))
	case a.Adaptive != nil:
		return fmt.Sprintf("%s limit %d to %d", algorithmNames[a.Adaptive.Algorithm], a.Adaptive.Min, a.Adaptive.Max)
	}
	return fmt.Sprintf("at most %d in the system", a.Concurrency)
}
