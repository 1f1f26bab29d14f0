package results

import (
	"fmt"
	"math"
)

// FalseAlarm is the probability with which a command that has no defect reports
// a difference, over all of its comparisons together.
const FalseAlarm = 1e-4

// againstAnalytic is the reference that Compare judges against.
const againstAnalytic = "analytic"

// Compare fills the Agreement of every point that has both a simulation and an
// exact model, in place. Verdicts against other references stay as they are.
//
// The documents are all of one command: falseAlarm, in (0, 1), is shared over all their
// comparisons (Bonferroni), those that end as cannot_tell included.
//
// Z is (simulated − reference) / standard error. A quantile differs only when what
// remains of the gap beyond Estimate.Slack is too many standard errors.
func Compare(docs []Document, falseAlarm float64) {
	if !(falseAlarm > 0 && falseAlarm < 1) {
		panic(fmt.Sprintf("results: false-alarm probability %v is not in (0, 1)", falseAlarm))
	}
	total := 0
	eachPoint(docs, func(p *Point) { total += len(comparisons(p)) })
	if total == 0 {
		total = 1 // nothing will be judged, but old verdicts are to go
	}
	j := judge{alpha: falseAlarm / float64(total), tails: tails{}}
	eachPoint(docs, func(p *Point) {
		kept := p.Agreement[:0:0]
		for _, a := range p.Agreement {
			if a.Against != againstAnalytic {
				kept = append(kept, a)
			}
		}
		for _, c := range comparisons(p) {
			kept = append(kept, j.agreement(c))
		}
		p.Agreement = kept
	})
}

func eachPoint(docs []Document, f func(*Point)) {
	for d := range docs {
		for i := range docs[d].Points {
			f(&docs[d].Points[i])
		}
	}
}

// comparison is one simulated value beside its exact one.
type comparison struct {
	metric    string
	estimate  Estimate
	reference float64
	// nothing is the gap that rounding explains.
	nothing float64
	// unreached: the run was too short for this value, or was interrupted.
	unreached bool
}

// comparisons lists what can be judged at a point: an approximation cannot be.
func comparisons(p *Point) []comparison {
	if p.Analytic == nil || !p.Analytic.Exact {
		return nil
	}
	return sideBySide(p)
}

// sideBySide lists what both theory and simulation give at a point: that of all tasks
// first, then class by class.
func sideBySide(p *Point) []comparison {
	if p.Simulated == nil || p.Analytic == nil {
		return nil
	}
	unreached := map[string]bool{}
	for _, w := range p.Warnings {
		if doubtful(w.Code) {
			unreached[w.Metric] = true
		}
	}
	list := pairUp("", p.Simulated.Metrics, p.Analytic.Metrics, unreached)
	for _, class := range sortedKeys(p.Simulated.Classes) {
		prefix := "classes." + class + "."
		list = append(list, pairUp(prefix, p.Simulated.Classes[class], p.Analytic.Classes[class], unreached)...)
	}
	return list
}

// doubtful says that the intervals of a metric with this warning are not to be
// relied on.
func doubtful(code string) bool {
	switch code {
	case "tail_not_reached", "heavy_tail", "too_short", Interrupted:
		return true
	}
	return false
}

func pairUp(prefix string, simulated Metrics, exact map[string]map[string]Number, unreached map[string]bool) []comparison {
	var list []comparison
	for _, pair := range judgedPairs() {
		name, stat := pair[0], pair[1]
		e, ok := simulated.at(name, stat)
		reference, known := exact[name][stat]
		if !ok || !known || atJump(name, stat, exact) {
			continue
		}
		path := prefix + name + "." + stat
		list = append(list, comparison{
			metric:    path,
			estimate:  e,
			reference: float64(reference),
			nothing:   rounding(float64(reference), scaleOf(name, exact)),
			unreached: unreached[""] || unreached[name+"."+stat],
		})
	}
	return list
}

// atJump reports a quantile of the wait that sits where the law jumps: the share
// p0 of tasks that do not wait at all is so near to p that the quantile may be 0 or not.
func atJump(name, stat string, exact map[string]map[string]Number) bool {
	p, isQuantile := quantileOf(stat)
	waits, known := exact["wait_ratio"]["mean"]
	if name != "wait" || !isQuantile || !known {
		return false
	}
	return math.Abs(1-float64(waits)-p) < 0.01
}

// scaleOf is what makes a value negligible: a time is, beside the mean latency.
func scaleOf(name string, exact map[string]map[string]Number) float64 {
	if quantityOf(name) != duration {
		return 1
	}
	latency := float64(exact["latency"]["mean"])
	if math.IsInf(latency, 0) {
		return 0
	}
	return latency
}

// rounding is the gap that floating point alone can open.
func rounding(reference, scale float64) float64 {
	if math.IsInf(reference, 0) {
		return 0
	}
	return math.Max(1e-9*math.Abs(reference), 1e-12*scale)
}
