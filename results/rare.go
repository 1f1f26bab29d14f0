package results

import (
	"fmt"
	"math"
	"strings"
)

// Rare is the probability of a rare event, found by splitting.
type Rare struct {
	// Event is "in_system" or "queue_length", of time; "wait" or "latency", of
	// the served tasks; "shed", of the offered ones.
	Event string `json:"event"`
	// AtLeast is from where on it is the event: tasks or seconds; nil for shed.
	AtLeast *Number `json:"at_least,omitempty"`
	// Probability is zero, without an interval, where the event was not seen.
	Probability Estimate `json:"probability"`
	// Levels is how many levels there were, Branches how many histories began
	// at them, Tasks the arrivals in all of these and in the main runs.
	Levels   int   `json:"levels"`
	Branches int64 `json:"branches"`
	Tasks    int64 `json:"tasks"`
	// Replications is how many independent runs there were.
	Replications int `json:"replications"`
}

// text is the event with its probability: "P(in system ≥ 100) = 2.04e-10 ± 1.6e-11
// (20 levels, 1.6e+07 tasks)".
func (r *Rare) text() string {
	event := strings.ReplaceAll(clean(r.Event), "_", " ")
	if r.AtLeast != nil {
		q := average
		if r.Event == "wait" || r.Event == "latency" {
			q = duration
		}
		event += " ≥ " + amount(q, float64(*r.AtLeast))
	}
	p := r.Probability
	text := fmt.Sprintf("P(%s) = %.3g", event, float64(p.Value))
	if p.Interval {
		text += " ± " + twoDigits(float64(p.HalfWidth))
	}
	return text + fmt.Sprintf(" (%s, %.2g tasks)", levels(r.Levels), float64(r.Tasks))
}

func levels(n int) string {
	if n == 1 {
		return "1 level"
	}
	return fmt.Sprintf("%d levels", n)
}

// twoDigits is a half-width, rounded up.
func twoDigits(half float64) string {
	if half == 0 || math.IsInf(half, 0) {
		return brief(half)
	}
	return fmt.Sprintf("%.2g", roundUp(half, 1-exponent(half)))
}

// texts are lines of prose under a table.
type texts []string

func (t texts) lines(n int) []string {
	var lines []string
	for _, text := range t {
		lines = append(lines, wrap(text, n)...)
	}
	return lines
}

func (t texts) markdown(b *strings.Builder) {
	for _, text := range t {
		b.WriteString("\n" + escape(text) + "\n")
	}
}

// rareParts are the rare events of all points, where any was asked for.
func (b *builder) rareParts() []part {
	var lines texts
	for i := range b.doc.Points {
		p := &b.doc.Points[i]
		if p.Simulated == nil || p.Simulated.Rare == nil {
			continue
		}
		text := p.Simulated.Rare.text()
		if parameters := clean(p.Parameters.String()); parameters != "" {
			text = parameters + ": " + text
		}
		lines = append(lines, text)
	}
	if lines == nil {
		return nil
	}
	return []part{lines}
}
