package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"spillway/distributions"
	"spillway/distributions/arrivals"
	"spillway/results"
	"spillway/scenarios"
)

// settingNames are the settings in the order in which a table's head shows
// them.
var settingNames = []string{"arrivals", "network delay", "service", "response delay", "servers", "autoscaling", "discipline", "queue limit",
	"overflow", "patience", "timeout", "retry", "breaker", "admission", "memory a task", "state"}

// fixed are the settings of a study that its sweep leaves alone, for the head
// of a table.
func fixed(s *scenarios.Study) results.Parameters {
	var out results.Parameters
	swept := map[string]bool{}
	for i := range s.Points {
		for path, text := range settings(&s.Points[i]) {
			if text != settings(&s.Points[0])[path] {
				swept[path] = true
			}
		}
	}
	first := settings(&s.Points[0])
	for _, path := range settingNames {
		if text := first[path]; text != "" && !swept[path] {
			out = append(out, results.Parameter{Path: path, Value: text, Text: text})
		}
	}
	return out
}

// settings describes a point, a word or two a setting.
func settings(p *scenarios.Point) map[string]string {
	out := map[string]string{"servers": strconv.Itoa(p.Servers)}
	if p.Infinite {
		out["servers"] = "infinite"
	}
	if p.Limited {
		out["queue limit"] = strconv.Itoa(p.Limit)
	}
	if p.Network != nil {
		out["network delay"] = delayText(p.Network)
	}
	if p.Response != nil {
		out["response delay"] = delayText(p.Response)
	}
	if p.Memory > 0 {
		out["memory a task"] = fmt.Sprintf("%g bytes", p.Memory)
	}
	if p.Run.Transient {
		out["state"] = "transient"
	}
	policySettings(p, out)
	var arrivals, services []string
	for _, s := range p.Streams {
		text := processText(s.Process)
		if s.Population > 0 {
			text = fmt.Sprintf("%d callers that think %s", s.Population, delayText(s.Think))
		}
		if s.Batch != nil {
			text += " × " + s.Batch.String()
		}
		if len(p.Streams) > 1 {
			text = s.Class + " " + text
		}
		arrivals = append(arrivals, text)
		if s.Service == nil {
			services = append(services, "as recorded")
		} else {
			services = append(services, delayText(s.Service))
		}
	}
	out["arrivals"], out["service"] = strings.Join(arrivals, ", "), strings.Join(slices.Compact(services), ", ")
	return out
}

// delayText is a law of a time; a constant one as the time that it is.
func delayText(d distributions.Distribution) string {
	switch d := d.(type) {
	case distributions.Deterministic:
		return seconds(d.Mean())
	case distributions.Exponential:
		if d.ByRate() {
			return fmt.Sprintf("exponential %g/s", d.Rate())
		}
		return "exponential, mean " + seconds(d.Mean())
	}
	return d.String()
}

func processText(p arrivals.Process) string {
	switch p := p.(type) {
	case arrivals.Poisson:
		return fmt.Sprintf("poisson %g/s", p.Rate())
	case arrivals.Deterministic:
		return "one every " + seconds(p.Interval)
	}
	if t, ok := p.(*arrivals.Trace); ok {
		return fmt.Sprintf("trace %s, %d rows, %.4g/s", t.Options().Name, t.Summary().Rows, t.Rate())
	}
	if p == nil {
		return ""
	}
	return p.String()
}

// seconds is a time with a unit that suits it, where it is a whole number of
// nanoseconds below a century; in seconds otherwise.
func seconds(x float64) string {
	if d := time.Duration(x * 1e9); x < 3e9 && d.Seconds() == x {
		return d.String()
	}
	return fmt.Sprintf("%g s", x)
}
