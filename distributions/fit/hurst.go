package fit

import (
	"math"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat"
)

// hurst estimates the Hurst parameter by two methods that err differently: the
// aggregated variance is raised by trends, the wavelets remove linear ones.
func (r *Report) hurst(l *record) []Hurst {
	const about = "arrivals.hurst"
	var out []Hurst
	if h, why := aggregatedVariance(r.Arrivals.Dispersion); why != "" {
		r.note(about, "There is no estimate by the aggregated variance: %s.", why)
	} else {
		out = append(out, h)
	}
	width := gapsInBin * l.span() / float64(len(l.gaps))
	if h, why := waveletHurst(l.series(width), width); why != "" {
		r.note(about, "There is no estimate by wavelets: %s.", why)
	} else {
		out = append(out, h)
	}
	return out
}

// leastScales is how many time scales the aggregated variance wants: from 1, 2
// or 5 to ten times that.
const leastScales = 4

// aggregatedVariance is the method of that name (Taqqu, Teverovsky and
// Willinger, "Estimators for long-range dependence: an empirical study",
// Fractals 3(4), 1995): the variance of means over windows falls like
// w^(2H−2), so the index of dispersion grows like w^(2H−1). The line is by
// least squares over all scales of the report. The last result is why there
// is none.
func aggregatedVariance(scales []Dispersion) (Hurst, string) {
	if len(scales) < leastScales {
		return Hurst{}, "the log is too short for four time scales"
	}
	xs, ys := make([]float64, len(scales)), make([]float64, len(scales))
	for i, d := range scales {
		if d.Index == 0 {
			return Hurst{}, "the counts do not vary"
		}
		xs[i], ys[i] = math.Log(d.Window), math.Log(d.Index)
	}
	_, slope := stat.LinearRegression(xs, ys, nil, false)
	return Hurst{Method: "aggregated_variance", Value: (1 + slope) / 2,
		From: scales[0].Window, To: scales[len(scales)-1].Window}, ""
}

// The octaves of the wavelet method.
const (
	gapsInBin    = 3    // mean gaps in a window of octave 0
	firstOctave  = 3    // starting from counts instead of a projection falsifies the first two
	leastDetails = 8    // details of an octave that is used
	leastOctaves = 4    // octaves of a line
	straight     = 0.05 // p-value from which a line is good enough
)

// waveletHurst is the estimator of Abry and Veitch ("A wavelet-based joint
// estimator of the parameters of long-range dependence", IEEE Transactions on
// Information Theory 45(3), 1999) with Daubechies' wavelet of two vanishing
// moments: the logarithm of the mean squared detail grows by 2H − 1 an octave.
// The line starts at the first octave from which on it is straight by a
// chi-square test at 5 %, as in Veitch, Abry and Taqqu ("On the automatic
// selection of the onset of scaling", Fractals 11(4), 2003); if there is none,
// at the one where it is straightest. What starting from counts does to the
// octaves from the third on is a bias of H of 0.006 at most. The series is the counts in windows of a
// width; the last result is why there is no estimate.
func waveletHurst(series []float64, width float64) (Hurst, string) {
	octaves := usable(details(series))
	last := len(octaves) - leastOctaves
	if last < firstOctave-1 {
		return Hurst{}, "the log is too short for four octaves"
	}
	var best line
	for from := firstOctave - 1; from <= last; from++ {
		for _, o := range octaves[from:] {
			if !(o.energy > 0) {
				return Hurst{}, "the counts do not vary at some time scale"
			}
		}
		fitted := fitLine(octaves[from:], from+1)
		if fitted.p > best.p || best.octave == 0 {
			best = fitted
		}
		if best.p >= straight {
			break
		}
	}
	return Hurst{
		Method: "wavelet", Value: (1 + best.slope) / 2,
		StandardError: known(best.err / 2), PValue: known(best.p),
		From: width * math.Exp2(float64(best.octave)), To: width * math.Exp2(float64(len(octaves))),
	}, ""
}

// series are the counts of arrivals in whole windows.
func (l *record) series(width float64) []float64 {
	out := make([]float64, int(l.windowOf(l.span(), width)))
	for _, t := range l.epochs {
		if k := int(l.windowOf(t, width)); k < len(out) {
			out[k]++
		}
	}
	return out
}

// octave is the details of one scale.
type octave struct {
	n      int     // how many
	energy float64 // the mean of their squares
}

func usable(os []octave) []octave {
	for i, o := range os {
		if o.n < leastDetails {
			return os[:i]
		}
	}
	return os
}

// details is the pyramid of Daubechies' wavelet with four coefficients ("Ten
// Lectures on Wavelets", table 6.1), octave 1 first; those that would reach
// over an end are left out. Details that rounding alone can make are zero.
func details(approximation []float64) []octave {
	const rounding = 1e-22 // its square, relative
	root := math.Sqrt(3)
	h := [4]float64{1 + root, 3 + root, 3 - root, 1 - root}
	for i := range h {
		h[i] /= 4 * math.Sqrt2
	}
	var out []octave
	for len(approximation) >= len(h) {
		n := (len(approximation)-len(h))/2 + 1
		next, squares, all := make([]float64, n), 0.0, 0.0
		for k := range next {
			a := approximation[2*k : 2*k+4]
			next[k] = h[0]*a[0] + h[1]*a[1] + h[2]*a[2] + h[3]*a[3]
			squares += squared(h[3]*a[0] - h[2]*a[1] + h[1]*a[2] - h[0]*a[3])
			all += squared(a[0])
		}
		if squares < rounding*all {
			squares = 0
		}
		out = append(out, octave{n, squares / float64(n)})
		approximation = next
	}
	return out
}

// line is a regression over octaves.
type line struct {
	octave     int     // the first
	slope, err float64 // and the standard error of the slope
	p          float64 // of the chi-square test that it is straight
}

// fitLine weights the octaves by the variances of their logarithms, and takes
// out the bias of these, for independent Gaussian details: with n of them, the
// variance is ζ(2, n/2)/ln²2 and the bias ψ(n/2)/ln 2 − log2(n/2).
func fitLine(octaves []octave, first int) line {
	n := len(octaves)
	xs, ys, weights := make([]float64, n), make([]float64, n), make([]float64, n)
	for i, o := range octaves {
		half := float64(o.n) / 2
		xs[i] = float64(first + i)
		ys[i] = math.Log2(o.energy) - (mathext.Digamma(half)/math.Ln2 - math.Log2(half))
		weights[i] = math.Ln2 * math.Ln2 / mathext.Zeta(2, half)
	}
	intercept, slope := stat.LinearRegression(xs, ys, weights, false)
	mean := stat.Mean(xs, weights)
	var spread, off float64
	for i, w := range weights {
		spread += w * squared(xs[i]-mean)
		off += w * squared(ys[i]-intercept-slope*xs[i])
	}
	return line{first, slope, 1 / math.Sqrt(spread), mathext.GammaIncRegComp(float64(n-2)/2, off/2)}
}
