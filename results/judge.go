package results

import "math"

// tooWide is the half-width, as a share of the value, beyond which an interval
// cannot confirm anything.
const tooWide = 0.1

// pointless is the gap, as a share of the reference, that a comparison must be
// able to see: with very few replications chance explains any gap at all, and
// to agree would mean nothing.
const pointless = 0.5

// judge decides on single comparisons.
type judge struct {
	alpha float64 // two-sided false-alarm probability of each
	tails tails
}

func (j judge) agreement(c comparison) Agreement {
	verdict, z := j.verdict(c)
	a := Agreement{
		Metric:    c.metric,
		Simulated: c.estimate.Value,
		Reference: Number(c.reference),
		Against:   againstAnalytic,
		Verdict:   verdict,
	}
	if !math.IsNaN(z) && !math.IsInf(z, 0) {
		n := Number(z)
		a.Z = &n
	}
	return a
}

// verdict returns the verdict and z, which is NaN where there is no standard error.
func (j judge) verdict(c comparison) (Verdict, float64) {
	value := float64(c.estimate.Value)
	switch {
	case math.IsNaN(value) || math.IsNaN(c.reference):
		return CannotTell, math.NaN()
	case math.IsInf(value, 0) || math.IsInf(c.reference, 0):
		return infinite(value, c.reference), math.NaN()
	case !hasInterval(c.estimate):
		return CannotTell, math.NaN()
	case float64(c.estimate.HalfWidth) <= c.nothing:
		return j.withoutVariance(c), math.NaN()
	}
	return j.withVariance(c)
}

// infinite judges where one of the two is infinite. No simulation shows a mean
// that is infinite, however long it is, so it cannot contradict one either.
func infinite(value, reference float64) Verdict {
	switch {
	case value == reference:
		return Agrees
	case math.IsInf(reference, 0) && !math.IsInf(value, 0):
		return CannotTell
	}
	return Differs
}

// hasInterval reports an interval that says something.
func hasInterval(e Estimate) bool {
	half := float64(e.HalfWidth)
	return e.Interval && e.degrees() >= 1 && e.Level > 0 && e.Level < 1 && half >= 0 && !math.IsInf(half, 0)
}

// withoutVariance judges a value that all replications agree on.
func (j judge) withoutVariance(c comparison) Verdict {
	switch {
	case c.unreached:
		return CannotTell
	case math.Abs(float64(c.estimate.Value)-c.reference) <= c.nothing+c.estimate.Slack:
		return Agrees
	}
	return Differs
}

func (j judge) withVariance(c comparison) (Verdict, float64) {
	value, half := float64(c.estimate.Value), float64(c.estimate.HalfWidth)
	df := c.estimate.degrees()
	stdErr := half / j.tails.at(1-c.estimate.Level, df)
	gap := value - c.reference
	beyond := math.Max(0, math.Abs(gap)-c.estimate.Slack) / stdErr
	z := gap / stdErr
	switch {
	case c.unreached:
		return CannotTell, z
	case beyond > j.tails.at(j.alpha, df):
		return Differs, z
	case half > tooWide*math.Abs(value), j.tails.at(j.alpha, df)*stdErr > pointless*math.Abs(c.reference):
		return CannotTell, z
	}
	return Agrees, z
}

// Tally counts verdicts.
type Tally struct {
	Compared, Agree, Differ, CannotTell int
}

// Count returns the verdicts of all points of the documents.
func Count(docs []Document) Tally {
	var t Tally
	eachPoint(docs, func(p *Point) {
		for _, a := range p.Agreement {
			t.add(a.Verdict)
		}
	})
	return t
}

func (t *Tally) add(v Verdict) {
	t.Compared++
	switch v {
	case Agrees:
		t.Agree++
	case Differs:
		t.Differ++
	default:
		t.CannotTell++
	}
}
