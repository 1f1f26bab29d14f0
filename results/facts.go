package results

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// facts is the header: what was run and how.
func facts(d *Document, fixed Parameters) []fact {
	var out []fact
	add := func(key, text string) {
		if text != "" {
			out = append(out, fact{key, clean(text)})
		}
	}
	add("system", distinct(d, func(p *Point) string { return p.Kendall }))
	add("theory", distinct(d, theory))
	add("note", remarks(d))
	var settings []string
	for _, p := range fixed {
		settings = append(settings, p.Path+" "+p.text())
	}
	add("fixed", strings.Join(settings, " · "))
	add("simulation", simulation(d))
	add("precision", precision(d))
	add("made by", provenance(d))
	return out
}

// distinct lists what the points say, each once; of many, the first and the last.
func distinct(d *Document, of func(*Point) string) string {
	var texts []string
	for i := range d.Points {
		if text := of(&d.Points[i]); text != "" && !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	if len(texts) > 4 {
		return fmt.Sprintf("%s … %s (%d)", texts[0], texts[len(texts)-1], len(texts))
	}
	return strings.Join(texts, " · ")
}

func theory(p *Point) string {
	a := p.Analytic
	if a == nil {
		return ""
	}
	parts := []string{a.Model}
	if a.Method != "" {
		parts = append(parts, a.Method)
	}
	if a.Exact {
		parts = append(parts, "exact")
	} else {
		parts = append(parts, "an approximation")
	}
	text := strings.Join(parts, ", ")
	if a.Source != "" {
		text += " (" + a.Source + ")"
	}
	return text
}

// simulation says how the simulated values were made.
func simulation(d *Document) string {
	first := firstSimulated(d)
	if first == nil {
		return ""
	}
	parts := []string{
		replications(d),
		span(d, func(s *Simulated) int64 { return s.Tasks }) + " tasks" + perPoint(d),
	}
	if state := distinctSimulated(d, func(s *Simulated) string { return s.State }); state == "steady" {
		parts = append(parts, "steady state")
	} else if state != "" {
		parts = append(parts, state)
	}
	parts = append(parts, warmup(d), intervals(d))
	if text := controlled(d); text != "" {
		parts = append(parts, text)
	}
	parts = append(parts, fmt.Sprintf("seed %d", d.Scenario.Seed))
	return strings.Join(parts, ", ")
}

func replications(d *Document) string {
	text := span(d, func(s *Simulated) int64 { return int64(s.Replications) })
	if text == "1" {
		return "1 replication"
	}
	return text + " replications"
}

func intervals(d *Document) string {
	text := "no intervals (they need two replications)"
	eachSimulated(d, func(s *Simulated) {
		switch {
		case s.Replications > 1:
			text = confidences(d) + " intervals"
		case s.Batches != nil:
			text = fmt.Sprintf("%s intervals by overlapping batch means (%d batches)", confidences(d), s.Batches.Count)
		}
	})
	return text
}

func perPoint(d *Document) string {
	if len(d.Points) > 1 {
		return " a point"
	}
	return ""
}

func warmup(d *Document) string {
	method := distinctSimulated(d, func(s *Simulated) string {
		switch s.Warmup.Method {
		case "mser5":
			return "MSER-5"
		case "fixed":
			return "fixed"
		}
		return "none"
	})
	if method == "none" {
		return "no warm-up removed"
	}
	removed := span(d, func(s *Simulated) int64 { return s.Warmup.Tasks }) + " tasks"
	if s := firstSimulated(d).Warmup.Seconds; s != nil {
		removed = brief(*s) + " s"
	}
	return fmt.Sprintf("warm-up %s (%s a replication)", method, removed)
}

// controlled says by how much control variates make the variance smaller.
func controlled(d *Document) string {
	low, high := math.Inf(1), math.Inf(-1)
	eachSimulated(d, func(s *Simulated) {
		for _, stats := range s.Metrics {
			for _, e := range stats {
				if e.VarianceRatio > 0 {
					low, high = min(low, e.VarianceRatio), max(high, e.VarianceRatio)
				}
			}
		}
	})
	if low > high {
		return ""
	}
	from, to := fmt.Sprintf("%.1f", low), fmt.Sprintf("%.1f", high)
	if from != to {
		from += " to " + to
	}
	return "control variates (variance of means ÷ " + from + ")"
}

// precision says what was asked for and what the worst point has.
func precision(d *Document) string {
	var worst *Precision
	missed, asked := 0, 0
	eachSimulated(d, func(s *Simulated) {
		if s.Precision == nil {
			return
		}
		asked++
		if s.Precision.Reached > Number(s.Precision.Target) {
			missed++
		}
		if worst == nil || s.Precision.Reached > worst.Reached {
			worst = s.Precision
		}
	})
	if worst == nil {
		return ""
	}
	text := fmt.Sprintf("asked %s, reached %s (%s)", percent(worst.Target), percent(float64(worst.Reached)), worst.Of)
	if asked > 1 {
		text = fmt.Sprintf("asked %s, at worst %s (%s)", percent(worst.Target), percent(float64(worst.Reached)), worst.Of)
	}
	if missed > 0 {
		text += fmt.Sprintf(": NOT reached at %s", points(missed))
	}
	return text
}

// provenance is what one needs to run it again.
func provenance(d *Document) string {
	hash := d.Scenario.SHA256
	if len(hash) > 12 {
		hash = hash[:12]
	}
	var parts []string
	for _, part := range []string{"spillway " + d.Program.Version, d.Program.Go, d.Program.Arch, d.Scenario.File, "sha256 " + hash} {
		if part != "" && !strings.HasSuffix(part, " ") {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, ", ")
}

func eachSimulated(d *Document, f func(*Simulated)) {
	for i := range d.Points {
		if s := d.Points[i].Simulated; s != nil {
			f(s)
		}
	}
}

func firstSimulated(d *Document) *Simulated {
	var first *Simulated
	eachSimulated(d, func(s *Simulated) {
		if first == nil {
			first = s
		}
	})
	return first
}

func distinctSimulated(d *Document, of func(*Simulated) string) string {
	return distinct(d, func(p *Point) string {
		if p.Simulated == nil {
			return ""
		}
		return of(p.Simulated)
	})
}

// confidences is "95 %", or several of them.
func confidences(d *Document) string {
	return distinctSimulated(d, func(s *Simulated) string { return percent(s.Confidence) })
}

// span is the range of a count over the simulated points: "32", "100 to 3,200".
func span(d *Document, of func(*Simulated) int64) string {
	low, high := int64(math.MaxInt64), int64(math.MinInt64)
	eachSimulated(d, func(s *Simulated) { low, high = min(low, of(s)), max(high, of(s)) })
	if low == high {
		return whole(low)
	}
	return whole(low) + " to " + whole(high)
}
