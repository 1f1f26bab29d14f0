package main

import (
	"github.com/spf13/cobra"

	"spillway/results"
	"spillway/scenarios"
)

// The values of --inconclusive.
const (
	inconclusiveFails  = "fail"
	inconclusivePasses = "pass"
)

// addGate adds the flag of the commands that judge objectives.
func (f *flags) addGate(c *cobra.Command) {
	c.Flags().StringVar(&f.inconclusive, "inconclusive", inconclusiveFails,
		"fail or pass: what an slo of which it cannot be told means for the exit status; fail gives 3, as one that is missed does")
}

// checkGate refuses what --inconclusive cannot be. Commands that have no such
// flag leave it empty.
func (f *flags) checkGate(c *cobra.Command) error {
	switch f.inconclusive {
	case "", inconclusiveFails, inconclusivePasses:
		return nil
	}
	return usagef("%s: --inconclusive %s: want fail or pass", c.CommandPath(), f.inconclusive)
}

// gate is the exit status that the objectives of the documents ask for.
func (f *flags) gate(docs []results.Document) error {
	n := results.CountObjectives(docs)
	if n.Missed > 0 || n.CannotTell > 0 && f.inconclusive != inconclusivePasses {
		return &exit{disagrees, "spillway: " + n.String()}
	}
	return nil
}

// objectivesOf are what a point has to keep.
func objectivesOf(p *scenarios.Point) []results.Objective {
	var all []results.Objective
	for _, o := range p.Objectives {
		all = append(all, results.Objective(o))
	}
	return all
}

// rule is how the objectives of a point are judged by its simulation: the one
// replay of a trace is all that is asked about.
func rule(p *scenarios.Point) results.Rule {
	return results.Rule{Confidence: p.Run.Confidence, Whole: p.Run.Horizon == scenarios.ByTrace && p.Run.Replications == 1}
}

// judgeAll judges the objectives of every point by its simulation.
func judgeAll(docs []results.Document, studies []*scenarios.Study) {
	for i, s := range studies {
		for j := range s.Points {
			p := &s.Points[j]
			docs[i].Points[j].SLO = rule(p).Judge(&docs[i].Points[j], objectivesOf(p))
		}
	}
}
