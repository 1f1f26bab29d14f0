package results

import (
	"fmt"
	"strings"
)

// Objectives counts the verdicts on objectives.
type Objectives struct {
	Met, Missed, CannotTell int
}

// CountObjectives counts those of all points of the documents.
func CountObjectives(docs []Document) Objectives {
	var n Objectives
	eachPoint(docs, func(p *Point) {
		for _, j := range p.SLO {
			n.add(j.Verdict)
		}
	})
	return n
}

func (n *Objectives) add(v Verdict) {
	switch v {
	case Met:
		n.Met++
	case Missed:
		n.Missed++
	default:
		n.CannotTell++
	}
}

// String says what was counted: "slo: 3 met, 1 missed"; empty of none.
func (n Objectives) String() string {
	var parts []string
	for _, c := range []struct {
		n    int
		text string
	}{{n.Met, "met"}, {n.Missed, "missed"}, {n.CannotTell, "cannot be told"}} {
		if c.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", c.n, c.text))
		}
	}
	if parts == nil {
		return ""
	}
	return "slo: " + strings.Join(parts, ", ")
}
