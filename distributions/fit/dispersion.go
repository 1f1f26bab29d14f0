package fit

import "math"

// The scales of the index of dispersion.
const (
	gapsInWindow = 10 // mean gaps in the shortest window
	leastWindows = 30 // windows of the longest: a variance with a standard error of a quarter
)

// dispersion is the index of dispersion for counts (Cox and Lewis, "The
// Statistical Analysis of Series of Events", section 4.3) in windows of 1, 2
// and 5 times the powers of ten.
func (r *Report) dispersion(l *record) []Dispersion {
	var out []Dispersion
	for _, w := range scales(gapsInWindow*l.span()/float64(len(l.gaps)), l.span()/leastWindows) {
		c := l.count(w)
		index := c.index()
		out = append(out, Dispersion{w, c.windows, index, index * math.Sqrt(2/float64(c.windows-1))})
	}
	if out == nil {
		r.note("arrivals.index_of_dispersion", "The log is too short for it: that takes %d windows of %d mean gaps.", leastWindows, gapsInWindow)
	}
	return out
}

// scales are the numbers 1, 2 and 5 times a power of ten from low to high.
func scales(low, high float64) []float64 {
	var out []float64
	for e := int(math.Floor(math.Log10(low))); ; e++ {
		for _, digit := range []float64{1, 2, 5} {
			w := power10(digit, e)
			if w > high || !(w > 0) {
				return out
			}
			if w >= low {
				out = append(out, w)
			}
		}
	}
}

// power10 is digit·10^e, rounded once.
func power10(digit float64, e int) float64 {
	if e < 0 {
		return digit / math.Pow10(-e)
	}
	return digit * math.Pow10(e)
}

// counts are what is known of the numbers of arrivals in the whole windows of
// one length, end to end from the first arrival on.
type counts struct {
	windows int
	total   int     // arrivals in them
	most    int     // arrivals in the busiest
	busiest int     // its position
	typical float64 // a whole number near the mean count
	squares float64 // Σ (count − typical)²
}

// windowOf is the window that an epoch is in: [k·w, (k+1)·w). An epoch that
// rounding can have moved over an edge is taken to be at it.
func (l *record) windowOf(epoch, w float64) float64 { return math.Floor((epoch + l.slack) / w) }

// mostWindows of one length: more than 68 years of seconds.
const mostWindows = math.MaxInt32

// count counts without storing empty windows, so that short windows of a long
// and sparse log cost nothing. The squares are of whole numbers and exact.
func (l *record) count(w float64) counts {
	end := l.windowOf(l.span(), w)
	if !(end >= 1 && end < mostWindows) {
		return counts{}
	}
	c := counts{windows: int(end)}
	inside := len(l.epochs)
	for inside > 0 && l.windowOf(l.epochs[inside-1], w) >= end {
		inside--
	}
	c.total = inside
	c.typical = math.Round(float64(inside) / end)
	occupied := 0
	for i := 0; i < inside; {
		k, j := l.windowOf(l.epochs[i], w), i
		for j < inside && l.windowOf(l.epochs[j], w) == k {
			j++
		}
		occupied++
		c.squares += squared(float64(j-i) - c.typical)
		if j-i > c.most {
			c.most, c.busiest = j-i, int(k)
		}
		i = j
	}
	c.squares += float64(c.windows-occupied) * squared(c.typical)
	return c
}

func squared(x float64) float64 { return x * x }

// index is the unbiased variance of the counts over their mean; for at least
// two windows.
func (c counts) index() float64 {
	n := float64(c.windows)
	mean := float64(c.total) / n
	variance := (c.squares - n*squared(mean-c.typical)) / (n - 1)
	return max(0, variance/mean)
}
