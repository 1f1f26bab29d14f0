package distributions

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sort"
)

// Empirical is the law of measured values.
//
// Without interpolation it is discrete: each value has the probability of its
// weight over the sum of the weights.
//
// With interpolation it is continuous. Let x₁ < ... < xₙ be the distinct values
// of positive weight and w₁, ..., wₙ their weights, those of equal values
// added. The CDF is 0 at x₁ and 1 at xₙ, linear from each xᵢ to the next, and
// rises between them in proportion to (wᵢ + wᵢ₊₁)/2. For n distinct values of
// equal weight that is the F(xᵢ) = (i−1)/(n−1) of Law, "Simulation Modeling
// and Analysis", 5th ed., section 6.2.4. Its mean is in general not the mean
// of the values.
type Empirical struct {
	values      []float64 // sorted, distinct
	mass        []float64 // of each value, or of each interval between two
	cumulative  []float64 // P(X ≤ values[i])
	upper       []float64 // P(X > values[i])
	choice      alias
	interpolate bool
	mean, scv   float64
	given       int
}

// NewEmpirical is the empirical law of one or more values, in seconds, finite
// and not negative, with as many weights, finite and not negative with a
// positive sum; nil for equal ones. With interpolate at least two values must
// differ.
func NewEmpirical(values, weights []float64, interpolate bool) (Empirical, error) {
	if len(values) == 0 {
		return Empirical{}, wrong("values", -1, elements(0), "at least one element")
	}
	if err := checkEach("values", values, isNonNegative, wantNonNegative); err != nil {
		return Empirical{}, err
	}
	if weights != nil {
		err := first(checkLength("weights", len(weights), len(values)), checkWeights("weights", weights))
		if err != nil {
			return Empirical{}, err
		}
	}
	xs, ws := merged(values, weights)
	if interpolate && len(xs) < 2 {
		return Empirical{}, wrong("values", -1, "a list of one distinct value", "at least two distinct values to interpolate between")
	}
	d := Empirical{values: xs, interpolate: interpolate, given: len(values)}
	d.mass = ws
	if interpolate {
		d.mass = make([]float64, len(xs)-1)
		for i := range d.mass {
			d.mass[i] = ws[i]/2 + ws[i+1]/2
		}
	}
	d.accumulate()
	d.choice = newAlias(d.mass)
	d.mass = normalised(d.mass)
	d.moments()
	return d, nil
}

// merged are the distinct values of positive weight in order, and their
// weights.
func merged(values, weights []float64) (xs, ws []float64) {
	type pair struct{ x, w float64 }
	pairs := make([]pair, 0, len(values))
	for i, x := range values {
		w := 1.0
		if weights != nil {
			w = weights[i]
		}
		if w > 0 {
			pairs = append(pairs, pair{x + 0, w}) // +0 makes one zero of the two
		}
	}
	slices.SortFunc(pairs, func(a, b pair) int { return cmp.Or(cmp.Compare(a.x, b.x), cmp.Compare(a.w, b.w)) })
	for _, p := range pairs {
		if n := len(xs); n > 0 && xs[n-1] == p.x {
			ws[n-1] += p.w
			continue
		}
		xs, ws = append(xs, p.x), append(ws, p.w)
	}
	return xs, ws
}

// accumulate sums the masses, still as weights, from both ends.
func (d *Empirical) accumulate() {
	n := len(d.values)
	d.cumulative, d.upper = make([]float64, n), make([]float64, n)
	total, shift := sum(d.mass), n-len(d.mass) // the first value of an interpolated law has no mass
	below := 0.0
	for i := shift; i < n; i++ {
		below += d.mass[i-shift]
		d.cumulative[i] = min(1, below/total)
	}
	d.cumulative[n-1] = 1
	above := 0.0
	for i := n - 1; i > 0; i-- {
		above += d.mass[i-shift]
		d.upper[i-1] = min(1, above/total)
	}
}

func (d *Empirical) moments() {
	if !d.interpolate {
		d.mean, d.scv = mixedMoments(d.mass, d.values, func(int) float64 { return 0 })
		return
	}
	middles := make([]float64, len(d.mass))
	for i := range middles {
		middles[i] = d.values[i]/2 + d.values[i+1]/2
	}
	d.mean, d.scv = mixedMoments(d.mass, middles, func(i int) float64 {
		r := (d.values[i+1] - d.values[i]) / middles[i]
		return r * r / 12
	})
}

// Interpolated reports whether the law is the continuous one.
func (d Empirical) Interpolated() bool { return d.interpolate }

// Values are the distinct values of positive weight in order, a copy.
func (d Empirical) Values() []float64 { return slices.Clone(d.values) }

// Probabilities are, without interpolation, those of Values; with it, those of
// the intervals between them, one fewer. A copy.
func (d Empirical) Probabilities() []float64 { return slices.Clone(d.mass) }

// Mean is the expectation of the law as defined by Empirical.
func (d Empirical) Mean() float64 { return d.mean }

// SCV is the squared coefficient of variation of the law.
func (d Empirical) SCV() float64 { return d.scv }

// String is the law by the number and the range of its values.
func (d Empirical) String() string {
	s := fmt.Sprintf("empirical(%d values from %s to %s", d.given,
		number(d.values[0]), number(d.values[len(d.values)-1]))
	if d.interpolate {
		s += ", interpolated"
	}
	return s + ")"
}

// Sample draws one variate.
func (d Empirical) Sample(s *Stream) float64 { return d.draw(s) }

// Fill draws len(dst) variates.
func (d Empirical) Fill(s *Stream, dst []float64) {
	for i := range dst {
		dst[i] = d.draw(s)
	}
}

func (d *Empirical) draw(s *Stream) float64 {
	i := d.choice.pick(s.Uint64())
	if !d.interpolate {
		return d.values[i]
	}
	low, high := d.values[i], d.values[i+1]
	return low + float64((high-low)*s.Float64())
}

// CDF is the share of the values up to x, or the line through them.
func (d Empirical) CDF(x float64) float64 { return d.at(x, d.cumulative, 0) }

func (d Empirical) survival(x float64) float64 { return d.at(x, d.upper, 1) }

// at is the CDF or the survival function, of which ends are the values at the
// measured ones and before is that to the left of all.
func (d *Empirical) at(x float64, ends []float64, before float64) float64 {
	if math.IsNaN(x) {
		return x
	}
	i := sort.Search(len(d.values), func(i int) bool { return d.values[i] > x }) - 1
	if i < 0 {
		return before
	}
	if !d.interpolate || i == len(d.values)-1 {
		return ends[i]
	}
	on := share(x, d.values[i], d.values[i+1])
	return ends[i]*(1-on) + ends[i+1]*on
}

// Quantile is the first value at which the CDF is at least p, or the inverse of
// the line.
func (d Empirical) Quantile(p float64) float64 {
	checkP(p)
	i := sort.SearchFloat64s(d.cumulative, p)
	if !d.interpolate || i == 0 {
		return d.values[i]
	}
	low, high := d.values[i-1], d.values[i]
	if p > 0.5 { // from the upper end, where small probabilities are exact
		return high - share(1-p, d.upper[i], d.upper[i-1])*(high-low)
	}
	return low + share(p, d.cumulative[i-1], d.cumulative[i])*(high-low)
}

// share is where x is between from and to, from 0 to 1.
func share(x, from, to float64) float64 {
	if from == to {
		return 0
	}
	return clamp((x - from) / (to - from))
}

// LaplaceTransform is the sum over the values, or over the intervals, each with
// the transform of a uniform law.
func (d Empirical) LaplaceTransform(s complex128) complex128 {
	var total complex128
	for i, m := range d.mass {
		term := complex(m, 0) * decay(s, d.values[i])
		if d.interpolate {
			term *= flatTransform(s * complex(d.values[i+1]-d.values[i], 0))
		}
		total += term
	}
	return total
}
