package arrivals

import (
	"fmt"
	"math"
	"slices"
	"sort"

	"spillway/distributions"
)

// ProfilePoint is the rate at a time.
type ProfilePoint struct {
	At   float64 // seconds from the start, finite, not negative
	Rate float64 // arrivals per second, finite, not negative
}

// Profile is the Poisson process whose rate goes through given points, either
// in steps, each rate holding until the next point, or straight from point to
// point. With a period it begins anew at the end of each; straight lines then
// lead from the last point to the first of the next period. Without one the
// last rate holds for ever, and where that is zero the process ends.
//
// Arrivals are drawn by inversion: the integrals of the rate up to the
// arrivals are a Poisson process of rate 1 (Çınlar, "Introduction to
// Stochastic Processes", 1975, section 4.7). The zero value is not usable.
type Profile struct {
	points   []ProfilePoint
	linear   bool
	period   float64 // 0 for none
	segments []segment
	total    float64 // expected arrivals of one period, or up to the last point
}

// segment is a stretch on which the rate is a straight line.
type segment struct {
	at, length float64 // the last one is endless where there is no period
	rate, rise float64 // where it begins, and how much more it is where it ends
	before     float64 // expected arrivals of the segments before
	mass       float64 // expected arrivals in it
}

// NewProfile takes points in the order of their times, the first at 0, at
// least one with a positive rate. A period of 0 is none; otherwise it is
// finite and above the time of the last point, or with linear at least that.
func NewProfile(points []ProfilePoint, linear bool, period float64) (Profile, error) {
	if err := checkPoints(points); err != nil {
		return Profile{}, err
	}
	last := points[len(points)-1]
	if period != 0 && !(isPositive(period) && (period > last.At || linear && period == last.At)) {
		return Profile{}, wrong("period", -1, number(period), "a finite time after the last point, which is at "+number(last.At))
	}
	p := Profile{points: slices.Clone(points), linear: linear, period: period}
	p.lay()
	if !(p.MaxRate() > 0) {
		return Profile{}, wrong("points", -1, "a profile without a positive rate", "a positive rate at one point at least")
	}
	if period > 0 && !isPositive(p.total) || !isFinite(p.total) {
		return Profile{}, wrong("points", -1, fmt.Sprintf("a profile with %g arrivals", p.total), "a positive finite number of them")
	}
	return p, nil
}

func checkPoints(points []ProfilePoint) error {
	if len(points) == 0 {
		return wrong("points", -1, "an empty list", "at least one point")
	}
	if points[0].At != 0 {
		return wrong("points", 0, "a point at "+number(points[0].At), "the first point at 0")
	}
	for i, x := range points {
		switch {
		case !isFinite(x.At):
			return wrong("points", i, "a point at "+number(x.At), "a finite time")
		case !isRate(x.Rate):
			return wrong("points", i, "a rate of "+number(x.Rate), wantRate)
		case i > 0 && !(x.At > points[i-1].At):
			return wrong("points", i, "a point at "+number(x.At), "a time after that of the point before, "+number(points[i-1].At))
		}
	}
	return nil
}

// lay makes the segments.
func (p *Profile) lay() {
	for i, x := range p.points {
		g := segment{at: x.At, rate: x.Rate, before: p.total}
		end, to := p.period, p.points[0].Rate
		switch {
		case i+1 < len(p.points):
			end, to = p.points[i+1].At, p.points[i+1].Rate
		case p.period == 0:
			g.length, g.mass = math.Inf(1), math.Inf(1)
			if x.Rate == 0 {
				g.mass = 0
			}
			p.segments = append(p.segments, g)
			return
		}
		if g.length = end - x.At; g.length == 0 {
			return // the period ends at its last point
		}
		g.mass = x.Rate * g.length
		if p.linear {
			g.rise = to - x.Rate
			g.mass = (x.Rate/2 + to/2) * g.length
		}
		p.total += g.mass
		p.segments = append(p.segments, g)
	}
}

// Points are the points, a copy.
func (p Profile) Points() []ProfilePoint { return slices.Clone(p.points) }

// Linear reports whether the rate goes straight from point to point.
func (p Profile) Linear() bool { return p.linear }

// Period is the period in seconds; 0 for none.
func (p Profile) Period() float64 { return p.period }

// Rate is the mean over a period; without one, the last rate.
func (p Profile) Rate() float64 {
	if p.period > 0 {
		return p.total / p.period
	}
	return p.points[len(p.points)-1].Rate
}

// MaxRate is the greatest rate of a point.
func (p Profile) MaxRate() float64 {
	most := 0.0
	for _, x := range p.points {
		most = max(most, x.Rate)
	}
	return most
}

// find is the segment of the time t, how long it has lasted then, and how many
// periods are over.
func (p Profile) find(t float64) (g *segment, x, over float64) {
	if p.period > 0 {
		over = math.Floor(t / p.period)
		t = min(max(t-float64(over*p.period), 0), p.period)
	}
	i := sort.Search(len(p.segments), func(i int) bool { return p.segments[i].at > t })
	g = &p.segments[max(i-1, 0)]
	return g, t - g.at, over
}

// RateAt is the rate at time t; at a step, that after it.
func (p Profile) RateAt(t float64) float64 {
	g, x, _ := p.find(t)
	return max(0, g.rate+float64(g.rise*(x/g.length)))
}

// Expected is the integral of the rate from 0 to t.
func (p Profile) Expected(t float64) float64 {
	g, x, over := p.find(t)
	return p.total*over + g.before + (g.rate+g.rise*(x/g.length)/2)*x
}

// position is when the expected arrivals since the segment began reach need,
// 0 ≤ need ≤ mass. With f = need/mass, the rate there is the root of
// (1 − f)·rate² + f·end², and the mean rate until there is the mean of that
// and the rate of the beginning: nothing is subtracted.
func (g *segment) position(need float64) float64 {
	if g.rise == 0 {
		return min(need/g.rate, g.length)
	}
	f, end := need/g.mass, g.rate+g.rise
	most := max(g.rate, end) // so that no square is out of range
	from, to := g.rate/most, end/most
	here := math.Sqrt(float64((1-f)*from*from) + float64(f*to*to))
	if from+here == 0 {
		return 0
	}
	return min(g.length*f*(from+to)/(from+here), g.length)
}

// Start begins at time zero, at the first point.
func (p Profile) Start(s *distributions.Stream) Source {
	return &inversion{profile: &p, gap: unit(), stream: s}
}

func (p Profile) String() string {
	shape, period := "step", ""
	if p.linear {
		shape = "linear"
	}
	if p.period > 0 {
		period = fmt.Sprintf(", period=%g", p.period)
	}
	points := joined(len(p.points), func(i int) string {
		return fmt.Sprintf("%g at %g", p.points[i].Rate, p.points[i].At)
	})
	return fmt.Sprintf("profile(points=%s, interpolate=%s%s)", points, shape, period)
}

// inversion is a realisation of a profile. Times are kept as whole periods and
// a rest, so that no error builds up.
type inversion struct {
	profile *Profile
	gap     distributions.Exponential // of mean 1
	stream  *distributions.Stream
	at      int     // the segment
	used    float64 // expected arrivals in it up to the last arrival
	over    float64 // periods that are over
	last    float64 // the last epoch
}

func (v *inversion) Fill(epochs []float64) int {
	for i := range epochs {
		if v.ended() || !v.step(v.gap.Sample(v.stream)) {
			return i
		}
		g := &v.profile.segments[v.at]
		t := float64(v.over*v.profile.period) + (g.at + g.position(v.used))
		v.last = max(v.last, t) // rounding at the end of a period may go back
		epochs[i] = v.last
	}
	return len(epochs)
}

// ended reports whether the last rate has been reached and is zero.
func (v *inversion) ended() bool {
	p := v.profile
	return p.period == 0 && v.at == len(p.segments)-1 && p.segments[v.at].mass == 0
}

// step moves to where the expected arrivals are greater by need; false if they
// never are.
func (v *inversion) step(need float64) bool {
	p := v.profile
	for {
		left := p.segments[v.at].mass - v.used
		if need < left {
			v.used += need
			return true
		}
		need -= left
		v.used = 0
		if v.at++; v.at < len(p.segments) {
			continue
		}
		if p.period == 0 {
			v.at--
			return false
		}
		v.at = 0
		v.over++
		if need >= p.total { // whole periods without an arrival
			v.over += math.Floor(need / p.total)
			need = math.Mod(need, p.total)
		}
	}
}
