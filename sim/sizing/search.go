package sizing

import (
	"math"
	"slices"
)

// inside are the places of the range that are tried where neither end keeps: a
// promise of two sides may be kept between them.
var inside = [...]float64{0.5, 0.25, 0.75}

// How many values may be unclear before a search stops to narrow, and before it
// gives up: they are the ones that cost most.
const (
	fewUnclear  = 3
	mostUnclear = 6
)

// search is the state of a search. Values are compared along the direction
// toward those that keep: +1 where more is better.
type search struct {
	Problem
	try       func(float64) (Verdict, error)
	trials    []Trial
	toward    float64
	bad, good *float64  // the nearest that misses, that keeps
	unclear   []float64 // between them, from bad to good
	err       error
}

// Search tries values until the goal is found. An error of try ends it; the
// answer then holds the trials so far.
func (p Problem) Search(try func(float64) (Verdict, error)) (Answer, error) {
	if err := p.Validate(); err != nil {
		return Answer{}, err
	}
	s := &search{Problem: p, try: try}
	s.Start = math.Max(p.Low, math.Min(p.Start, p.High))
	if p.Whole {
		s.Start = math.Round(s.Start)
	}
	if p.Goal == Either {
		s.ends()
	} else {
		s.aim(p.Goal)
	}
	if s.toward != 0 {
		s.bracket()
		s.narrow()
	}
	return s.answer(), s.err
}

// aim sets the direction.
func (s *search) aim(g Goal) {
	s.Goal, s.toward = g, 1
	if g == Largest {
		s.toward = -1
	}
}

// ends tries both ends of the range, and where neither keeps the inside, to
// see which way is better. The direction stays open where nothing keeps for
// certain.
func (s *search) ends() {
	low, high := s.look(s.Low), s.look(s.High)
	switch {
	case s.err != nil:
	case high == Kept && low != Kept:
		s.aim(Least)
	case low == Kept:
		s.aim(Largest)
	default:
		s.within()
	}
	if s.toward != 0 {
		s.learn()
	}
}

// within looks for a value that keeps inside a range whose ends do not.
func (s *search) within() {
	places := []float64{s.Start}
	for _, share := range inside {
		x := s.Low + share*(s.High-s.Low)
		if s.Whole {
			x = math.Floor(x)
		} else if s.Low > 0 {
			x = roundest(s.Low+(share-0.05)*(s.High-s.Low), s.Low+(share+0.05)*(s.High-s.Low))
		}
		places = append(places, x)
	}
	for _, x := range places {
		if s.look(x) == Kept {
			s.aim(Largest)
			return
		}
	}
}

// look tries a value, once; what it says is only noted.
func (s *search) look(x float64) Verdict {
	for _, t := range s.trials {
		if t.Value == x {
			return t.Verdict
		}
	}
	if s.err != nil {
		return Unclear
	}
	v, err := s.try(x)
	if s.err = err; err != nil {
		return Unclear
	}
	s.trials = append(s.trials, Trial{x, v})
	return v
}

// ahead says whether a is nearer than b to where values keep.
func (s *search) ahead(a, b float64) bool { return s.toward*(a-b) > 0 }

// learn takes what was tried into account: of the values that keep, the one
// furthest from where all keep that still has nothing that misses ahead of it
// up to the first that keeps.
func (s *search) learn() {
	sorted := slices.Clone(s.trials)
	slices.SortFunc(sorted, func(a, b Trial) int {
		if s.ahead(a.Value, b.Value) {
			return -1 // from where values keep to where they miss
		}
		return 1
	})
	s.bad, s.good, s.unclear = nil, nil, nil
	for _, t := range sorted {
		value := t.Value
		switch {
		case t.Verdict == Kept:
			s.good, s.unclear = &value, nil
		case t.Verdict == Unclear:
			s.unclear = append([]float64{value}, s.unclear...)
		case s.good != nil: // the first that misses behind one that keeps
			s.bad = &value
			return
		default: // nothing that keeps is ahead
			s.bad, s.unclear = &value, nil
		}
	}
	if s.good != nil {
		s.bad = nil
		return
	}
	// Nothing keeps: what misses furthest ahead, and what is unclear ahead of it.
	s.bad, s.unclear = nil, nil
	for _, t := range sorted {
		value := t.Value
		if t.Verdict == Missed {
			s.bad = &value
			return
		}
		s.unclear = append([]float64{value}, s.unclear...)
	}
}

// tell tries a value and learns.
func (s *search) tell(x float64) Verdict {
	v := s.look(x)
	if s.err == nil {
		s.learn()
	}
	return v
}

// bracket widens from the start until there is a value that keeps and one that
// misses, or the range has ended.
func (s *search) bracket() {
	v := s.tell(s.Start)
	if v != Kept {
		s.seek(s.toward, Kept)
	}
	if v != Missed {
		s.seek(-s.toward, Missed)
	}
}

// seek goes from the start in a direction, by 1, 3, 7, 15 … units, until a
// verdict is found, or is known to lie that way already.
func (s *search) seek(direction float64, until Verdict) {
	end := s.High
	if direction < 0 {
		end = s.Low
	}
	last := s.Start
	for n := 1.0; s.open(mostUnclear) && last != end; n = 2*n + 1 {
		x := s.from(s.Start, n, direction)
		if s.near(x, end) {
			x = end
		}
		for _, t := range s.trials {
			if t.Verdict == until && direction*(t.Value-s.Start) >= 0 && direction*(x-t.Value) >= 0 {
				return
			}
		}
		if s.tell(x) == until {
			return
		}
		last = x
	}
}

// open says whether to go on: fewer than so many values are unclear.
func (s *search) open(most int) bool { return s.err == nil && s.unclearCount() < most }

func (s *search) unclearCount() int {
	n := 0
	for _, t := range s.trials {
		if t.Verdict == Unclear {
			n++
		}
	}
	return n
}

// narrow halves what is between the values that miss and those that keep.
func (s *search) narrow() {
	for s.open(fewUnclear) {
		x, more := s.next()
		if !more {
			return
		}
		before := len(s.trials)
		s.tell(x)
		if len(s.trials) == before {
			return // tried before: there is nothing new to learn
		}
	}
}

// next is the value to try next. Beside a value of which it cannot be told,
// the next ones away from it probably can: there the steps begin at one.
func (s *search) next() (x float64, more bool) {
	if len(s.unclear) == 0 {
		if s.bad == nil || s.good == nil || s.near(*s.bad, *s.good) {
			return 0, false
		}
		return s.between(*s.bad, *s.good), true
	}
	first, last := s.unclear[0], s.unclear[len(s.unclear)-1]
	if s.good != nil && !s.near(last, *s.good) {
		return s.beside(last, *s.good, s.toward), true
	}
	if s.bad != nil && !s.near(first, *s.bad) {
		return s.beside(first, *s.bad, -s.toward), true
	}
	return 0, false
}

// beside is a value a little away from one that is unclear toward another: as
// many units as there are unclear ones, but at most half the way.
func (s *search) beside(unclear, other, direction float64) float64 {
	x, middle := s.from(unclear, math.Exp2(float64(len(s.unclear)-1)), direction), s.between(unclear, other)
	if x == unclear || direction*(x-middle) > 0 {
		if middle == unclear { // whole values round down
			return s.from(unclear, 1, direction)
		}
		return middle
	}
	return x
}
