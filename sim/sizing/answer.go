package sizing

import "slices"

// Kind is how a search ended.
type Kind int

// The ends of a search.
const (
	// Found: Best keeps and Beyond, next to it, misses.
	Found Kind = iota
	// All: Best, the end of the range that is wanted, keeps; nothing beyond it
	// is in the range.
	All
	// None: no value that was tried keeps.
	None
	// Open: it cannot be told whether the values in Unclear keep. Best keeps
	// and Beyond misses, where there are such.
	Open
)

// Trial is a value that was tried.
type Trial struct {
	Value   float64
	Verdict Verdict
}

// Answer is what a search found.
type Answer struct {
	Kind Kind
	// Goal is Least or Largest: the one that was asked for, or that the ends of
	// the range showed. Either where they did not show one.
	Goal Goal
	// Best keeps, and among the values that do is the one wanted. Beyond misses
	// and is the one nearest to it.
	Best, Beyond       float64
	HasBest, HasBeyond bool
	// Unclear are the values between Beyond and Best, or beyond Best where
	// there is no Beyond, of which it cannot be told; in ascending order.
	Unclear []float64
	// Monotone is false where a value keeps although one nearer to the wanted
	// end of those that keep misses: there may be others that keep than those
	// next to Best.
	Monotone bool
	// Trials are in the order of their values.
	Trials []Trial
}

// answer says what was found.
func (s *search) answer() Answer {
	a := Answer{Goal: s.Goal, Monotone: true, Unclear: slices.Clone(s.unclear), Trials: slices.Clone(s.trials)}
	slices.SortFunc(a.Trials, func(x, y Trial) int {
		if x.Value < y.Value {
			return -1
		}
		return 1
	})
	if s.toward == 0 { // nothing keeps for certain
		for _, t := range a.Trials {
			if t.Verdict == Unclear {
				a.Unclear = append(a.Unclear, t.Value)
			}
		}
	}
	slices.Sort(a.Unclear)
	if s.good != nil {
		a.Best, a.HasBest = *s.good, true
	}
	if s.bad != nil {
		a.Beyond, a.HasBeyond = *s.bad, true
	}
	for _, t := range a.Trials {
		if a.HasBest && t.Verdict == Missed && s.ahead(t.Value, a.Best) {
			a.Monotone = false
		}
	}
	switch {
	case len(a.Unclear) > 0:
		a.Kind = Open
	case !a.HasBest:
		a.Kind = None
	case !a.HasBeyond:
		a.Kind = All
	}
	return a
}
