package results

import "fmt"

// dominance sums up how a scenario stands against the first.
func (v *Versus) dominance(p *VersusPoint, scenario int) Dominance {
	d := Dominance{Scenario: scenario}
	equal := 0
	for i := range p.Differences {
		if p.Differences[i].Scenario != scenario {
			continue
		}
		switch p.Differences[i].Verdict {
		case Better:
			d.Better++
		case Worse:
			d.Worse++
		case Unclear:
			d.Unclear++
		case Equal:
			equal++
		}
	}
	switch {
	case d.Better > 0 && d.Worse > 0:
		d.Verdict = Mixed
	case d.Better > 0:
		d.Verdict = Dominates
	case d.Worse > 0:
		d.Verdict = Dominated
	case d.Unclear > 0 || equal == 0:
		d.Verdict = Undecided
	default:
		d.Verdict = Equivalent
	}
	d.Text = v.sentence(p, d)
	return d
}

// sentence says how a scenario stands against the first.
func (v *Versus) sentence(p *VersusPoint, d Dominance) string {
	names := v.Names()
	first, other := names[0], names[d.Scenario]
	unclear := ""
	if d.Unclear > 0 {
		unclear = fmt.Sprintf("; %s cannot be told apart", values(d.Unclear))
	}
	switch d.Verdict {
	case Dominates:
		return fmt.Sprintf("%s dominates %s: better in %s, worse in none%s", other, first, values(d.Better), unclear)
	case Dominated:
		return fmt.Sprintf("%s dominates %s: better in %s, worse in none%s", first, other, values(d.Worse), unclear)
	case Mixed:
		return fmt.Sprintf("neither dominates: %s is better in %s (%s), %s in %s (%s)%s", other, values(d.Better), p.foremost(d.Scenario, Better),
			first, values(d.Worse), p.foremost(d.Scenario, Worse), unclear)
	case Equivalent:
		return fmt.Sprintf("%s and %s are equal", other, first)
	}
	if len(p.Differences) == 0 {
		return fmt.Sprintf("%s and %s cannot be compared: one has no steady state", other, first)
	}
	return fmt.Sprintf("%s and %s cannot be told apart", other, first)
}

// foremost names the first value of a verdict, and how many per cent it is off.
func (p *VersusPoint) foremost(scenario int, verdict Preference) string {
	for i := range p.Differences {
		d := &p.Differences[i]
		if d.Scenario != scenario || d.Verdict != verdict {
			continue
		}
		if d.Relative == nil {
			return d.Metric
		}
		return d.Metric + " " + changeText(float64(d.Relative.Value))
	}
	return ""
}

func values(n int) string {
	if n == 1 {
		return "1 value"
	}
	return fmt.Sprintf("%d values", n)
}

// Names tell the scenarios apart: their names, or where these are the same
// their files, or their places.
func (v *Versus) Names() []string {
	for _, of := range []func(i int, s *Scenario) string{
		func(_ int, s *Scenario) string { return clean(s.Name) },
		func(_ int, s *Scenario) string { return clean(s.File) },
		func(i int, s *Scenario) string { return fmt.Sprintf("%s (%d)", clean(s.Name), i+1) },
	} {
		var names []string
		seen := map[string]bool{}
		for i := range v.Scenarios {
			name := of(i, &v.Scenarios[i])
			names, seen[name] = append(names, name), true
		}
		if len(seen) == len(names) {
			return names
		}
	}
	return nil
}
