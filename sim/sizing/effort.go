package sizing

import "math"

// Effort is how much work a trial may take, in tasks or replications.
type Effort struct {
	First int64 // of the first look, at least 1
	Most  int64 // of the last one
}

// Look is what one look at a value says.
type Look struct {
	Verdict Verdict
	// Times is how many times as much work would tell, by what the look saw; 0
	// where nothing is known of it, infinite where no work would. Only of a look
	// that cannot tell.
	Times float64
	// Least is the least work with which another look makes sense; 0 where any
	// does.
	Least int64
}

// The work grows by what the last look asks for and a fifth more, because that
// is an estimate itself; by a factor within these bounds.
const (
	slowest = 2
	fastest = 16
	spare   = 1.2
)

// Tell looks at a value until a look can tell, with more work each time. look
// is called with the number of the look, from 1 on, and its work. Where the most
// that is allowed cannot tell, needed is the work that would: infinite where
// none would, 0 where nothing is known of it.
func (e Effort) Tell(look func(number int, work int64) (Look, error)) (v Verdict, needed float64, err error) {
	work := min(e.First, e.Most)
	for number := 1; ; number++ {
		l, err := look(number, work)
		if err != nil || l.Verdict != Unclear {
			return l.Verdict, float64(work), err
		}
		if work >= e.Most || math.IsInf(l.Times, 1) {
			if !(l.Times > 1) {
				return Unclear, 0, nil
			}
			return Unclear, float64(work) * l.Times, nil
		}
		work = min(max(e.after(work, l.Times), l.Least), e.Most)
	}
}

// after is the work of the next look.
func (e Effort) after(work int64, times float64) int64 {
	factor := math.Max(slowest, math.Min(spare*times, fastest))
	next := float64(work) * factor
	if next*slowest > float64(e.Most) { // what is left would not be worth a look of its own
		return e.Most
	}
	return int64(next)
}

// Alpha is the chance of an error that one look may take, so that with the
// given confidence none of all looks at all values is in error, of which there
// are at most so many after the first two. The value where theory points and the
// one tried next are likely to decide, and get a quarter of the chance each; all
// others share the rest. A value is looked at until it can be told, and each look
// is a chance to be misled: look k takes 1/(k(k+1)) of the value's share, which
// sums to 1 (Bonferroni's inequality). value and look count from 1.
func Alpha(confidence float64, value, others, look int) float64 {
	share := 0.25
	if value > 2 {
		share = 0.5 / float64(others)
	}
	k := float64(look)
	return (1 - confidence) * share / (k * (k + 1))
}
