package rare

import (
	"cmp"
	"math"
	"slices"
)

// survey remembers how high the states above all levels were, and for how
// long: every one, or, when there are many, every second, fourth and so on.
type survey struct {
	seen   []sighting
	stride int // one of so many is kept
	skip   int
	part   int // of the run that goes on
}

type sighting struct {
	level, span float64
	part        int
}

// surveyParts is in how many parts the run of a survey is cut: that they agree
// says that there is enough of it.
const surveyParts = 8

// mostSightings bounds the memory.
const mostSightings = 1 << 16

func (s *survey) see(level, span float64) {
	if s.skip++; s.skip < s.stride {
		return
	}
	s.skip = 0
	s.seen = append(s.seen, sighting{level, span, s.part})
	if len(s.seen) < mostSightings {
		return
	}
	for i := range mostSightings / 2 {
		s.seen[i] = s.seen[2*i]
	}
	s.seen = s.seen[:mostSightings/2]
	s.stride *= 2
}

const (
	// slack is how much more than wanted a level may be passed.
	slack = 1.1
	// helpful is how much more where there is no level above it.
	helpful = 2
)

// next finds the lowest level that is above another and is passed for at most a
// given part of the clock, up to a highest one; seconds or tasks, unweighted.
// It is false where so little was seen above it that nobody knows.
func (s *survey) next(above, part, highest float64) (level, passed float64, known bool) {
	slices.SortFunc(s.seen, func(a, b sighting) int { return cmp.Compare(b.level, a.level) })
	var parts [surveyParts]float64
	total, level := 0.0, math.Inf(1)
	for i := 0; i < len(s.seen); {
		v := s.seen[i].level
		if v <= above {
			break
		}
		more := 0.0
		j := i
		for ; j < len(s.seen) && s.seen[j].level == v; j++ {
			more += s.seen[j].span
		}
		more *= float64(s.stride)
		if v < highest && total+more > part*slack && (total > 0 || total+more > part*helpful) {
			break
		}
		for ; i < j; i++ {
			parts[s.seen[i].part] += s.seen[i].span * float64(s.stride)
		}
		total += more
		level = v
	}
	return min(level, highest), total, agree(parts[:])
}

// agree says that the mean of some numbers is known to about a third.
func agree(xs []float64) bool {
	sum, squares := 0.0, 0.0
	for _, x := range xs {
		sum += x
	}
	mean := sum / float64(len(xs))
	for _, x := range xs {
		squares += (x - mean) * (x - mean)
	}
	n := float64(len(xs))
	return mean > 0 && math.Sqrt(squares/(n-1)/n) <= 0.3*mean
}
