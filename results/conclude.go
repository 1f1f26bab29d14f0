package results

import (
	"fmt"
	"strings"
)

// fewDefects is how many differences the conclusion names.
const fewDefects = 5

// conclude says in one sentence what a document shows.
func conclude(d *Document) string {
	text := verdictOf(d)
	if s := exceptions(d); s != "" {
		text += "; " + s
	}
	if s := CountObjectives([]Document{*d}).String(); s != "" {
		text += "; " + s
	}
	if !d.Complete {
		return "PARTIAL: " + text
	}
	return text
}

func verdictOf(d *Document) string {
	t := Count([]Document{*d})
	has := inventory(d)
	switch {
	case len(d.Points) == 0:
		return "nothing was finished"
	case t.Compared > 0:
		return tallied(d, t)
	case has.simulated > 0 && has.exact > 0:
		return "not compared with theory"
	case has.simulated > 0 && has.approximate > 0:
		return "the model is an approximation: shown, not judged"
	case has.simulated > 0:
		return "no exact model for this system: intervals only"
	case has.exact > 0:
		return "exact values; nothing was simulated"
	case has.approximate > 0:
		return "approximations; nothing was simulated"
	case has.real > 0:
		return "a real run; nothing was simulated"
	}
	return "no values"
}

func tallied(d *Document, t Tally) string {
	text := t.String()
	if t.Differ > 0 {
		text += ": " + defects(d)
	}
	return text
}

// String says what was counted: "58 of 60 values agree with theory, 2 differ".
func (t Tally) String() string {
	if t.Agree == t.Compared {
		switch t.Compared {
		case 0:
			return "no value was compared with theory"
		case 1:
			return "the one value compared agrees with theory"
		}
		return fmt.Sprintf("all %d values agree with theory", t.Compared)
	}
	text := fmt.Sprintf("%d of %d values agree with theory", t.Agree, t.Compared)
	if t.CannotTell > 0 {
		text += fmt.Sprintf(", %d too uncertain to tell", t.CannotTell)
	}
	switch t.Differ {
	case 0:
		return text
	case 1:
		return text + ", 1 differs"
	}
	return text + fmt.Sprintf(", %d differ", t.Differ)
}

// defects names the values that differ.
func defects(d *Document) string {
	var names []string
	more := 0
	for _, p := range d.Points {
		for _, a := range p.Agreement {
			if a.Verdict != Differs {
				continue
			}
			if len(names) == fewDefects {
				more++
				continue
			}
			names = append(names, defect(p, a))
		}
	}
	text := strings.Join(names, ", ")
	if more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return clean(text)
}

func defect(p Point, a Agreement) string {
	text := a.Metric
	if len(p.Parameters) > 0 {
		text += " at " + p.Parameters.String()
	}
	if a.Z != nil {
		return fmt.Sprintf("%s (z = %.1f)", text, float64(*a.Z))
	}
	return text + fmt.Sprintf(" (%s, not %s, without variance)", exactly(float64(a.Simulated)), exactly(float64(a.Reference)))
}

// counts says what the points of a document have.
type counts struct{ simulated, exact, approximate, modelless, unstable, real int }

func inventory(d *Document) counts {
	var c counts
	for _, p := range d.Points {
		switch {
		case p.Analytic != nil && p.Analytic.Exact:
			c.exact++
		case p.Analytic != nil:
			c.approximate++
		case p.Stable && p.Simulated != nil:
			c.modelless++
		}
		if p.Simulated != nil {
			c.simulated++
		}
		if p.Real != nil {
			c.real++
		}
		if !p.Stable {
			c.unstable++
		}
	}
	return c
}

// exceptions says which points the sentence before does not speak of.
func exceptions(d *Document) string {
	has := inventory(d)
	var parts []string
	if has.exact > 0 && has.modelless > 0 {
		parts = append(parts, fmt.Sprintf("no exact model at %s", points(has.modelless)))
	}
	if has.exact > 0 && has.approximate > 0 {
		parts = append(parts, fmt.Sprintf("an approximation at %s, not judged", points(has.approximate)))
	}
	if has.unstable > 0 {
		parts = append(parts, fmt.Sprintf("no steady state at %s", points(has.unstable)))
	}
	return strings.Join(parts, "; ")
}
