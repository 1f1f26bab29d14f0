package sizing

import (
	"fmt"
	"math"
	"strconv"
)

// Verdict is what a trial says of a value.
type Verdict int

// The verdicts.
const (
	Unclear Verdict = iota // cannot tell
	Kept
	Missed
)

func (v Verdict) String() string { return [...]string{"unclear", "kept", "missed"}[v] }

// Goal is which of the values that keep is wanted.
type Goal int

// The goals.
const (
	// Either is Least or Largest, whichever the ends of the range show.
	Either Goal = iota
	Least
	Largest
)

func (g Goal) String() string { return [...]string{"either", "least", "largest"}[g] }

// Problem is what to search.
type Problem struct {
	// Low and High are the ends of the range, both inside it; finite, Low at
	// most High.
	Low, High float64
	// Whole values only: Low and High are whole.
	Whole bool
	// Tolerance is how far apart two values that are not whole may be for the
	// search to end there: a share of the value where Low is positive, of the
	// range otherwise. In (0, 1); not looked at where Whole.
	Tolerance float64
	Goal      Goal
	// Start is where to begin; what is out of the range is moved to its end. It
	// decides how many trials it takes, not what is found.
	Start float64
}

// Validate tells what is wrong with the problem; nil when nothing is.
func (p *Problem) Validate() error {
	finite := func(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
	switch {
	case !finite(p.Low) || !finite(p.High) || p.Low > p.High:
		return fmt.Errorf("sizing: a range from %g to %g", p.Low, p.High)
	case math.IsNaN(p.Start):
		return fmt.Errorf("sizing: a start at %g", p.Start)
	case p.Whole && (p.Low != math.Trunc(p.Low) || p.High != math.Trunc(p.High)):
		return fmt.Errorf("sizing: a range from %g to %g of whole values", p.Low, p.High)
	case !p.Whole && !(p.Tolerance > 0 && p.Tolerance < 1):
		return fmt.Errorf("sizing: a tolerance of %g", p.Tolerance)
	}
	return nil
}

// Trials bounds how many trials a search of the problem takes: widening from
// any start and halving, both ends and the inside of the range, and those that
// cannot tell.
func (p *Problem) Trials() int {
	steps := p.High - p.Low
	switch {
	case !p.Whole && p.Low > 0:
		steps = math.Log(p.High/p.Low) / math.Log1p(p.Tolerance/2)
	case !p.Whole:
		steps = 2 / p.Tolerance
	}
	return 2*int(math.Ceil(math.Log2(steps+2))) + 2 + len(inside) + 2*mostUnclear
}

// unit is the smallest distance from x that matters.
func (p *Problem) unit(x float64) float64 {
	switch {
	case p.Whole:
		return 1
	case p.Low > 0:
		return p.Tolerance * x
	}
	return p.Tolerance * (p.High - p.Low)
}

// near says whether nothing that matters is between two values.
func (p *Problem) near(a, b float64) bool {
	return math.Abs(a-b) <= p.unit(math.Min(a, b))*(1+1e-9)
}

// from is the value n units from x in a direction, +1 or -1, inside the range:
// where the unit is a share, n shares one upon the other.
func (p *Problem) from(x, n, direction float64) float64 {
	away := func(n float64) float64 {
		if !p.Whole && p.Low > 0 {
			return x * math.Pow(1+p.Tolerance, direction*n)
		}
		return x + direction*n*p.unit(x)
	}
	to := math.Max(p.Low, math.Min(away(n), p.High))
	if p.Whole || to == p.Low || to == p.High {
		return to
	}
	a, b := away(0.75*n), away(1.25*n)
	to = roundest(math.Min(a, b), math.Max(a, b))
	return math.Max(p.Low, math.Min(to, p.High))
}

// between is a value about half-way from a to b, which are not near.
func (p *Problem) between(a, b float64) float64 {
	low, high := math.Min(a, b), math.Max(a, b)
	if p.Whole {
		return low + math.Floor((high-low)/2)
	}
	if p.Low > 0 && high > 4*low { // by ratio
		return roundest(math.Pow(low, 0.6)*math.Pow(high, 0.4), math.Pow(low, 0.4)*math.Pow(high, 0.6))
	}
	quarter := (high - low) / 4
	return roundest(low+quarter, high-quarter)
}

// roundest is the number from low to high with the fewest digits, near the
// middle where there are several.
func roundest(low, high float64) float64 {
	middle := low + (high-low)/2
	if !(high > low) {
		return middle
	}
	power := math.Pow10(int(math.Ceil(math.Log10(math.Max(math.Abs(low), math.Abs(high))))))
	for range 20 {
		for _, step := range []float64{power, power / 2, power / 5} {
			text := strconv.FormatFloat(math.Round(middle/step)*step, 'g', 15, 64)
			if x, err := strconv.ParseFloat(text, 64); err == nil && x >= low && x <= high {
				return x
			}
		}
		power /= 10
	}
	return middle
}
